package oauthflow

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/team-telnyx/telnyx-go/internal/request"
)

// Transport returns a RoundTripper that adds the token to requests and sends them with base; nil is
// http.DefaultTransport. It does not change the request that it gets, leaves an Authorization header alone, and waits for
// a token no longer than the request's context allows. A request over http to a host that is not loopback is an error,
// and is not sent. The request of a redirect that leads to another origin than the one that the chain began at goes
// without token.
//
// After a 401 it renews the token and sends the request once more, if that has no body, or has GetBody; but not if the
// Bearer challenge has an error other than invalid_token (RFC 6750, section 3.1). If that cannot be done, the caller gets
// the 401 with its body.
func (s *Source) Transport(base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	return &transport{s, base}
}

// HTTPClient returns a client over Transport. ctx is not kept. Its value for oauth2.HTTPClient, if it has one, is the
// client whose transport, cookie jar, redirect policy and timeout are used, as in golang.org/x/oauth2.
func (s *Source) HTTPClient(ctx context.Context) *http.Client {
	var client http.Client
	if given, ok := ctx.Value(oauth2.HTTPClient).(*http.Client); ok && given != nil {
		client = *given
	}
	client.Transport = s.Transport(client.Transport)
	return &client
}

type transport struct {
	source *Source
	base   http.RoundTripper
}

// RoundTrip sends a request with the token.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if len(req.Header["Authorization"]) > 0 || req.URL == nil || leavesOrigin(req) {
		return t.base.RoundTrip(req)
	}
	token, err := t.tokenFor(req)
	if err != nil {
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, err
	}
	res, err := t.base.RoundTrip(authorized(req, token))
	if err != nil || res.StatusCode != http.StatusUnauthorized || !renewable(res.Header) {
		return res, err
	}
	again := again(req)
	if again == nil {
		return res, nil
	}
	renewed, err := t.source.Renew(req.Context(), token.AccessToken)
	if err != nil {
		if again.Body != nil {
			again.Body.Close()
		}
		return res, nil // the caller's own error: its token was refused
	}
	res.Body.Close()
	return t.base.RoundTrip(authorized(again, renewed))
}

// tokenFor returns the token for a request, if nobody can read it on its way.
func (t *transport) tokenFor(req *http.Request) (Token, error) {
	if req.URL.Scheme != "https" && !request.Loopback(req.URL.Hostname()) {
		return Token{}, fmt.Errorf("oauthflow: refusing to send a token over %s to %s, which is not loopback; use https",
			req.URL.Scheme, req.URL.Host)
	}
	return t.source.Token(req.Context())
}

// authorized is a copy of a request with the token.
func authorized(req *http.Request, t Token) *http.Request {
	again := *req
	again.Header = make(http.Header, len(req.Header)+1)
	for name, values := range req.Header {
		again.Header[name] = values
	}
	again.Header["Authorization"] = []string{"Bearer " + t.AccessToken}
	return &again
}

// again is the request with its body from the beginning; nil if there is no way back to it.
func again(req *http.Request) *http.Request {
	if req.Body == nil || req.Body == http.NoBody {
		return req
	}
	if req.GetBody == nil {
		return nil
	}
	body, err := req.GetBody()
	if err != nil {
		return nil
	}
	copied := *req
	copied.Body = body
	return &copied
}

// renewable reports whether a new token may cure a 401.
func renewable(h http.Header) bool {
	for _, c := range bearerChallenges(h) {
		if code := c.params["error"]; code != "" && code != "invalid_token" {
			return false
		}
	}
	return true
}

// leavesOrigin reports whether a request is that of a redirect, to another origin than the chain of redirects began at.
func leavesOrigin(req *http.Request) bool {
	first := req
	for first.Response != nil && first.Response.Request != nil {
		first = first.Response.Request
	}
	return first != req && origin(first.URL) != origin(req.URL)
}

// origin is scheme, host and port (RFC 6454, section 4).
func origin(u *url.URL) string {
	if u == nil {
		return ""
	}
	host := strings.ToLower(u.Host)
	if u.Port() == "" {
		host = strings.TrimSuffix(host, ":") + map[string]string{"http": ":80", "https": ":443"}[u.Scheme]
	}
	return u.Scheme + "://" + host
}
