package request

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

type redirectPolicy = func(next *http.Request, via []*http.Request) error

// A refusedRedirect is the error of the user's own redirect policy.
type refusedRedirect struct{ error }

func (r *refusedRedirect) Unwrap() error { return r.error }

// mayFollow returns the redirect policy for a request. A GET follows redirects to the same origin, and to other origins
// if it has no credentials, but never from https to http, and only if the user's policy allows it. Any other redirect
// is returned as the response.
func (c *Config) mayFollow(first *http.Request, users redirectPolicy) redirectPolicy {
	anonymous := anonymous(first) // before http.Client adds cookies
	return func(next *http.Request, via []*http.Request) error {
		from, to := via[len(via)-1].URL, next.URL
		switch {
		case c.Endpoint.Redirects, first.Method != http.MethodGet, len(via) >= 10,
			to.Scheme != "https" && (to.Scheme != "http" || from.Scheme == "https"), to.Host == "",
			!sameOrigin(first.URL, to) && (!anonymous || to.User != nil):
			return http.ErrUseLastResponse
		}
		for _, name := range [...]string{"Authorization", "Referer"} { // http.Client may drop the first, and adds the second
			delete(next.Header, name)
			if values, ok := first.Header[name]; ok {
				next.Header[name] = values
			}
		}
		if users == nil {
			return nil
		}
		err := users(next, via)
		if err != nil && err != http.ErrUseLastResponse {
			err = &refusedRedirect{err}
		}
		return err
	}
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	return cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
}

// anonymous reports whether a request has no body and only the headers of every request. Any other header may be a
// credential.
func anonymous(req *http.Request) bool {
	for name := range req.Header {
		if !slices.Contains([]string{"Accept", "User-Agent", "Accept-Encoding"}, name) {
			return false
		}
	}
	return req.URL.User == nil && (req.Body == nil || req.Body == http.NoBody)
}
