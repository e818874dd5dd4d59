package request

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// maxRedirects is net/http's own limit.
const maxRedirects = 10

type stayKey struct{}

// staying marks a request whose answer may be a redirect.
func staying(ctx context.Context) context.Context { return context.WithValue(ctx, stayKey{}, true) }

var defaultClient = &http.Client{Transport: transport{}, CheckRedirect: checkRedirect(nil)}

// doer returns what sends the call's requests. The user's http.Client is copied, so that its own policy stays as it is.
func (c *Config) doer() Doer {
	switch client := c.HTTPClient.(type) {
	case nil:
		return defaultClient
	case *http.Client:
		guarded := *client
		guarded.Transport, guarded.CheckRedirect = transport{client.Transport}, checkRedirect(client.CheckRedirect)
		return &guarded
	default:
		return client
	}
}

// A transport hides a Location that is no URL, which makes an http.Client fail and drop the answer: no policy is asked.
// The name in lower case keeps it readable for people.
type transport struct{ http.RoundTripper }

func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	next := t.RoundTripper
	if next == nil {
		next = http.DefaultTransport
	}
	res, err := next.RoundTrip(req)
	if err != nil || res == nil || res.Header.Get("Location") == "" {
		return res, err
	}
	if _, bad := req.URL.Parse(res.Header.Get("Location")); bad != nil {
		res.Header["location"] = res.Header["Location"]
		delete(res.Header, "Location")
	}
	return res, nil
}

// A refusedRedirect is the error of the user's own redirect policy.
type refusedRedirect struct{ error }

func (r *refusedRedirect) Unwrap() error { return r.error }

// checkRedirect follows only what a reader may follow: a GET, to the same origin or without credentials.
// What it does not follow is the answer.
func checkRedirect(user func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		first := via[0]
		stay, _ := first.Context().Value(stayKey{}).(bool)
		switch {
		case stay, first.Method != http.MethodGet, len(via) >= maxRedirects:
			return http.ErrUseLastResponse
		case req.URL.Scheme != "https" && req.URL.Scheme != "http":
			return http.ErrUseLastResponse
		case !sameOrigin(first.URL, req.URL):
			if !anonymous(first) {
				return http.ErrUseLastResponse
			}
			req.Header.Del("Referer") // a path may hold a secret
		}
		if user == nil {
			return nil
		}
		err := user(req, via)
		if err != nil && err != http.ErrUseLastResponse {
			return &refusedRedirect{err}
		}
		return err
	}
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// anonymous reports whether a request has only the headers that every request has. Any other may be a credential.
func anonymous(req *http.Request) bool {
	for name := range req.Header {
		switch name {
		case "Accept", "User-Agent", "Accept-Encoding", "Referer":
		default:
			return false
		}
	}
	return req.URL.User == nil
}
