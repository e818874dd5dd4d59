package request

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// maxRedirects is net/http's own limit.
const maxRedirects = 10

// exchange sends a request. With an http.Client, it does what the client's Do does, with the client's transport, cookies and
// policy, but follows only the redirects that it may. Any other HTTP client does as it likes.
func (c *Config) exchange(req *http.Request) (*http.Response, error) {
	var client http.Client
	switch given := c.HTTPClient.(type) {
	case nil:
	case *http.Client:
		client = *given
	default:
		return given.Do(req)
	}
	var via []*http.Request
	for {
		res, err := hop(&client, req)
		if err != nil || !isRedirect(res.StatusCode) || c.Endpoint.Redirects {
			return res, err
		}
		via = append(via, req)
		next, err := follow(&client, via, res)
		if err != nil || next == nil {
			return res, err
		}
		_, _ = io.CopyN(io.Discard, res.Body, 2<<10) // what is short is read, so that the connection can be used again
		res.Body.Close()
		req = next
	}
}

// hop sends one request with the cookies that are for it.
func hop(client *http.Client, req *http.Request) (*http.Response, error) {
	transport := client.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	if client.Jar == nil {
		return answered(transport.RoundTrip(req))
	}
	withCookies := *req
	withCookies.Header = req.Header.Clone()
	for _, cookie := range client.Jar.Cookies(req.URL) {
		withCookies.AddCookie(cookie)
	}
	res, err := answered(transport.RoundTrip(&withCookies))
	if err == nil {
		if cookies := res.Cookies(); len(cookies) > 0 {
			client.Jar.SetCookies(req.URL, cookies)
		}
	}
	return res, err
}

// answered holds a transport to its contract: either an answer with a body, or an error.
func answered(res *http.Response, err error) (*http.Response, error) {
	switch {
	case err != nil:
		return nil, err
	case res == nil:
		return nil, errNeither
	case res.Body == nil:
		res.Body = http.NoBody
	}
	return res, nil
}

var errNeither = errors.New("the HTTP client returned neither an answer nor an error")

func isRedirect(status int) bool {
	switch status {
	case 301, 302, 303, 307, 308:
		return true
	}
	return false
}

// A refusedRedirect is the error of the user's own redirect policy.
type refusedRedirect struct{ error }

func (r *refusedRedirect) Unwrap() error { return r.error }

// follow returns the request that a redirect asks for, nil where the redirect is the answer. What may be followed is a GET,
// to the same origin or without credentials, if the user's policy agrees. via are the requests so far.
func follow(client *http.Client, via []*http.Request, res *http.Response) (*http.Request, error) {
	first, last := via[0], via[len(via)-1]
	location := res.Header.Get("Location")
	if first.Method != http.MethodGet || location == "" || len(via) >= maxRedirects {
		return nil, nil
	}
	to, err := last.URL.Parse(location)
	switch {
	case err != nil, to.Scheme != "https" && to.Scheme != "http", to.Host == "":
		return nil, nil
	case !sameOrigin(first.URL, to) && (!anonymous(first) || to.User != nil):
		return nil, nil
	}
	// Without a Referer: a path may hold a secret.
	next := (&http.Request{
		Method: first.Method, URL: to, Host: to.Host, Header: first.Header.Clone(), Response: res,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(first.Context())
	if client.CheckRedirect != nil {
		switch err := client.CheckRedirect(next, via); err {
		case nil:
		case http.ErrUseLastResponse:
			return nil, nil
		default:
			return nil, &refusedRedirect{err}
		}
	}
	return next, nil
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
		case "Accept", "User-Agent", "Accept-Encoding":
		default:
			return false
		}
	}
	return req.URL.User == nil
}
