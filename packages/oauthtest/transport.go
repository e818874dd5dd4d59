package oauthtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
)

// Transport returns an in-memory transport to the server, without sockets and goroutines, so that it works in a
// testing/synctest bubble. A server with a listener has one too. A request to another origin than [Server.URL] fails.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

// Client returns an HTTP client with [Server.Transport]. It follows redirects, so that a redirect to the redirect URI
// of an OAuth client is an error, unless you set its CheckRedirect.
func (s *Server) Client() *http.Client { return &http.Client{Transport: s.Transport()} }

type transport struct{ server *Server }

func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	closeBody := sync.OnceFunc(func() {
		if req.Body != nil {
			req.Body.Close()
		}
	})
	defer closeBody()
	if err := t.refuse(req); err != nil {
		return nil, err
	}

	// A cancelled request must not wait for a body that is not written any more.
	bodyClosed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { closeBody(); close(bodyClosed) })
	a := t.server.handle(inbound(req))
	if !stop() {
		<-bodyClosed
		return nil, context.Cause(ctx)
	}
	return a.roundTrip(req, t.server.closing)
}

func (t transport) refuse(req *http.Request) error {
	switch {
	case req.URL == nil:
		return errors.New("oauthtest: request without a URL")
	case req.Context().Err() != nil:
		return context.Cause(req.Context())
	case t.server.closed.Load():
		return errors.New("oauthtest: the server is closed")
	case req.URL.Scheme+"://"+req.URL.Host != t.server.url:
		err := fmt.Errorf("oauthtest: there is no server at %s://%s; this one is %s", req.URL.Scheme, req.URL.Host,
			t.server.url)
		return &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}
	return nil
}

// inbound returns a copy of the client's request as a server receives it.
func inbound(req *http.Request) *http.Request {
	in := req.Clone(req.Context())
	in.RequestURI = req.URL.RequestURI()
	in.RemoteAddr = "192.0.2.1:1234" // an address for documentation, RFC 5737
	if in.Method == "" {
		in.Method = http.MethodGet
	}
	if in.Host == "" {
		in.Host = req.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	return in
}

// faulty applies faults to requests through another transport.
type faulty struct {
	faults *Faults
	base   http.RoundTripper
}

func (t faulty) RoundTrip(req *http.Request) (*http.Response, error) {
	if ctx := req.Context(); ctx.Err() != nil {
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, context.Cause(ctx)
	}
	fault, ok := t.faults.pick(req)
	if !ok {
		return t.base.RoundTrip(req)
	}
	var sent []byte
	if req.Body != nil {
		var err error
		sent, err = io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	a, err := fault.happen(func() (response, error) { return t.carry(req, sent) })
	if err != nil {
		return nil, err
	}
	return a.roundTrip(req, nil)
}

// carry sends the request, and reads the whole response.
func (t faulty) carry(req *http.Request, body []byte) (response, error) {
	out := req.Clone(req.Context())
	if req.Body != nil {
		out.Body = io.NopCloser(bytes.NewReader(body))
	}
	res, err := t.base.RoundTrip(out)
	if err != nil {
		return response{}, err
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	return response{res.StatusCode, res.Header, content}, err
}

// Close closes idle connections, as [http.Client.CloseIdleConnections] expects it.
func (t faulty) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
