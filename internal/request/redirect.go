package request

import (
	"context"
	"net/http"
	"net/url"
)

// maxRedirects is net/http's own limit.
const maxRedirects = 10

type stayKey struct{}

// staying marks a request whose answer may be a redirect.
func staying(ctx context.Context) context.Context { return context.WithValue(ctx, stayKey{}, true) }

var defaultClient = &http.Client{CheckRedirect: checkRedirect(nil)}

// doer returns what sends the call's requests. The user's http.Client is copied, so that its own policy stays as it is.
func (c *Config) doer() Doer {
	switch client := c.HTTPClient.(type) {
	case nil:
		return defaultClient
	case *http.Client:
		guarded := *client
		guarded.CheckRedirect = checkRedirect(client.CheckRedirect)
		return &guarded
	default:
		return client
	}
}

// checkRedirect follows only what a reader may follow: a GET, to the same origin or without credentials.
// What it does not follow is the answer.
func checkRedirect(user func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		first := via[0]
		stay, _ := first.Context().Value(stayKey{}).(bool)
		switch {
		case stay, first.Method != http.MethodGet, len(via) >= maxRedirects:
			return http.ErrUseLastResponse
		case !sameOrigin(first.URL, req.URL) && !anonymous(first):
			return http.ErrUseLastResponse
		case user != nil:
			return user(req, via)
		}
		return nil
	}
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && a.Hostname() == b.Hostname() && port(a) == port(b)
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
