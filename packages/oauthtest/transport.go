package oauthtest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
)

// Transport reaches the server in memory: no socket and no goroutine, so it works in a testing/synctest bubble,
// and also for a server that has a listener. A request to any other origin than [Server.URL] fails, as it would
// where there is no network.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

// Client is an HTTP client over [Server.Transport]. It follows redirects, so a redirect to the redirect URI of
// an OAuth client ends in an error, unless you set its CheckRedirect.
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

	// A cancelled request must not hang in a body that nobody writes to any more.
	bodyClosed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { closeBody(); close(bodyClosed) })
	rec := httptest.NewRecorder()
	t.server.ServeHTTP(rec, inbound(req))
	if !stop() {
		<-bodyClosed
		return nil, context.Cause(ctx)
	}

	res := rec.Result()
	res.ContentLength = int64(rec.Body.Len())
	res.Request = req
	if req.Method == http.MethodHead {
		res.Body = http.NoBody
	}
	return res, nil
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
		return fmt.Errorf("oauthtest: nobody answers at %s://%s; this server is %s", req.URL.Scheme, req.URL.Host, t.server.url)
	}
	return nil
}

// inbound is the client's request as a server would see it. The caller's own request stays untouched.
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
