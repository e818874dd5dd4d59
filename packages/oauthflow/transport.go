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
// http.DefaultTransport. It does not change the request that it gets, keeps an Authorization header, and waits for a
// token only as long as the request's context allows. A request over http to a host that is not loopback is an error,
// and is not sent. After a redirect to another origin than that of the first request, the token is not added.
//
// After a 401 it renews the token and sends the request once more, if that has no body, or has GetBody; but not if the
// Bearer challenge has an error other than invalid_token (RFC 6750, section 3.1). Otherwise the caller gets the 401
// with its body.
func (s *Source) Transport(base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	return &transport{s, base}
}

// HTTPClient returns a client with Transport. If ctx has a client as its value for oauth2.HTTPClient, the transport,
// cookie jar, redirect policy and timeout of that are used, as in golang.org/x/oauth2. ctx is not kept.
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
		return res, nil // the caller gets the 401
	}
	res.Body.Close()
	return t.base.RoundTrip(authorized(again, renewed))
}

// tokenFor returns the token for a request, and an error if the request would not be encrypted.
func (t *transport) tokenFor(req *http.Request) (Token, error) {
	if req.URL.Scheme != "https" && !request.Loopback(req.URL.Hostname()) {
		return Token{}, fmt.Errorf("oauthflow: refusing to send a token over %s to %s, which is not loopback; use https",
			req.URL.Scheme, req.URL.Host)
	}
	return t.source.Token(req.Context())
}

// authorized returns a copy of a request with the token.
func authorized(req *http.Request, t Token) *http.Request {
	again := *req
	again.Header = make(http.Header, len(req.Header)+1)
	for name, values := range req.Header {
		again.Header[name] = values
	}
	again.Header["Authorization"] = []string{"Bearer " + t.AccessToken}
	return &again
}

// again returns the request with its body from the beginning; nil if the body cannot be read again.
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

// renewable reports whether a new token may avoid a 401.
func renewable(h http.Header) bool {
	for _, c := range bearerChallenges(h) {
		if code := c.params["error"]; code != "" && code != "invalid_token" {
			return false
		}
	}
	return true
}

// leavesOrigin reports whether a request follows a redirect to another origin than that of the first request.
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
