package oauthtest

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"time"
)

// answer is what the client receives: a response, a part of one, or an error.
type answer struct {
	response
	delay  time.Duration
	ending ending
	sent   int // bytes of the body that arrive before the ending; below 0, not even the status arrives
}

type ending int

const (
	whole ending = iota
	stalls
	resets
	hangsUp
	refuses
)

// visible returns the status that the client receives, 0 for none.
func (a answer) visible() int {
	if a.sent < 0 {
		return 0
	}
	return a.status
}

var errClosed = errors.New("oauthtest: the server was closed")

// roundTrip delivers the answer in memory, as an [http.Transport] would. A delay or stall ends with the request's
// context, or when closing is closed.
func (a answer) roundTrip(req *http.Request, closing <-chan struct{}) (*http.Response, error) {
	ctx := req.Context()
	if !pause(a.delay, ctx.Done(), closing) {
		return nil, cmp.Or(context.Cause(ctx), errClosed)
	}
	if a.sent < 0 {
		return nil, a.broken(ctx, closing)
	}
	res := &http.Response{
		Status: strconv.Itoa(a.status) + " " + http.StatusText(a.status), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, ContentLength: int64(len(a.body)), Request: req,
	}
	maps.Copy(res.Header, a.header)
	if res.Header.Get("Content-Length") != "" {
		res.Header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	body := a.reader(ctx, closing)
	switch {
	case req.Method == http.MethodHead:
		res.Body = http.NoBody
	case res.Header.Get("Content-Encoding") == "gzip" && req.Header.Get("Accept-Encoding") == "":
		res.Header.Del("Content-Encoding")
		res.Header.Del("Content-Length")
		res.Body, res.ContentLength, res.Uncompressed = &unzipped{ReadCloser: body}, -1, true
	default:
		res.Body = body
	}
	return res, nil
}

// broken returns the error that the client gets at the end of an incomplete answer.
func (a answer) broken(ctx context.Context, closing <-chan struct{}) error {
	switch a.ending {
	case stalls:
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-closing:
			return errClosed
		}
	case resets:
		return &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	case refuses:
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	case hangsUp:
		if a.sent >= 0 {
			return io.ErrUnexpectedEOF
		}
	}
	return io.EOF
}

// brokenBody reads the part of a body that arrives, and then returns the error of its ending.
type brokenBody struct {
	arrives *bytes.Reader
	ctx     context.Context
	close   context.CancelCauseFunc
	answer  answer
	closing <-chan struct{}
}

func (a answer) reader(ctx context.Context, closing <-chan struct{}) io.ReadCloser {
	arrives := a.body
	if a.ending != whole {
		arrives = a.body[:a.sent]
	}
	ctx, cancel := context.WithCancelCause(ctx)
	return &brokenBody{bytes.NewReader(arrives), ctx, cancel, a, closing}
}

func (b *brokenBody) Read(p []byte) (int, error) {
	if b.ctx.Err() != nil {
		return 0, context.Cause(b.ctx)
	}
	if b.arrives.Len() > 0 {
		return b.arrives.Read(p)
	}
	return 0, b.answer.broken(b.ctx, b.closing)
}

func (b *brokenBody) Close() error {
	b.close(http.ErrBodyReadAfterClose)
	return nil
}

// unzipped decompresses a gzip body as [http.Transport] does if the request did not set Accept-Encoding.
type unzipped struct {
	io.ReadCloser
	z *gzip.Reader
}

func (u *unzipped) Read(p []byte) (n int, err error) {
	if u.z == nil {
		if u.z, err = gzip.NewReader(u.ReadCloser); err != nil {
			return 0, err
		}
	}
	return u.z.Read(p)
}

// serve delivers the answer over a connection. A delay or stall ends when the client leaves or the server closes.
func (a answer) serve(w http.ResponseWriter, r *http.Request, closing <-chan struct{}) {
	if !pause(a.delay, r.Context().Done(), closing) {
		panic(http.ErrAbortHandler)
	}
	if a.sent >= 0 {
		maps.Copy(w.Header(), a.header)
		if a.header.Get("Content-Type") == "" {
			w.Header()["Content-Type"] = nil // else net/http guesses one
		}
		if a.ending == whole {
			w.WriteHeader(a.status)
			w.Write(a.body)
			return
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
		w.WriteHeader(a.status)
		w.Write(a.body[:a.sent])
		http.NewResponseController(w).Flush()
	}
	if a.ending == stalls {
		select {
		case <-r.Context().Done():
		case <-closing:
		}
	} else if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		if tcp, ok := conn.(*net.TCPConn); ok && a.ending != hangsUp {
			tcp.SetLinger(0) // close with a reset
		}
		conn.Close()
		return
	}
	panic(http.ErrAbortHandler) // closes the connection
}

// pause waits for d, and reports whether neither channel was closed before.
func pause(d time.Duration, client, server <-chan struct{}) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-client:
	case <-server:
	}
	return false
}
