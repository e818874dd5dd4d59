package request

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"sync"
)

// exchange sends a request to the user's http.Client, or to another HTTP client as it is.
func (c *Config) exchange(req *http.Request) (*http.Response, error) {
	client, ok := c.HTTPClient.(*http.Client)
	if !ok {
		return c.HTTPClient.Do(req)
	}
	h := &hops{RoundTripper: transportOf(client)}
	res, err := c.follow(client, h, req)
	if res != nil && h.malformed != nil {
		res.Header["Location"] = h.malformed
	}
	return res, err
}

// follow sends a request and follows the redirects that mayFollow allows, with a copy of the user's http.Client. A
// request that needs neither cookies nor basic authentication goes to the transport first: http.Client costs as much as
// the rest of a call, and is needed only if the answer is a redirect.
func (c *Config) follow(client *http.Client, h *hops, req *http.Request) (*http.Response, error) {
	if client.Jar == nil && req.URL != nil && req.URL.User == nil && req.Header != nil {
		res, err := h.RoundTrip(req)
		if record, ok := errors.AsType[tls.RecordHeaderError](err); ok && string(record.RecordHeader[:]) == "HTTP/" {
			err = http.ErrSchemeMismatch
		}
		switch {
		case err != nil:
			return nil, sending(req.Method, req.URL.String(), err)
		case res == nil:
			return nil, errNeither
		case res.Body == nil:
			res.Body = http.NoBody
		}
		if res.StatusCode < 300 || res.StatusCode > 399 {
			return res, nil
		}
		h.first = res
	}
	copied := *client
	copied.Transport = h
	copied.Timeout = 0 // attempt has it
	copied.CheckRedirect = c.mayFollow(req, client.CheckRedirect)
	return copied.Do(req)
}

// proxied reports whether the transport would send a request for u through a proxy.
func (c *Config) proxied(u *url.URL) bool {
	client, ok := c.HTTPClient.(*http.Client)
	if !ok {
		return false
	}
	t, ok := transportOf(client).(*http.Transport)
	if !ok || t.Proxy == nil {
		return false
	}
	proxy, err := t.Proxy(&http.Request{Method: c.Endpoint.Method, URL: u, Host: u.Host, Header: http.Header{}})
	return err == nil && proxy != nil
}

// hops sends the request and each redirected one. It hides a Location that is not a URL: http.Client would
// return an error instead of the response.
type hops struct {
	http.RoundTripper
	first     *http.Response // to the first request, if it has been sent
	malformed []string
}

func (h *hops) RoundTrip(req *http.Request) (*http.Response, error) {
	if first := h.first; first != nil {
		h.first = nil
		return first, nil
	}
	if t := traceOf(req.Context()); t != nil {
		t.sends.Store(0) // a redirect, or a middleware that sends again, is not a resend of the transport
	}
	res, err := h.RoundTripper.RoundTrip(req)
	if err == nil && res != nil && len(res.Header["Location"]) > 0 {
		if _, err := req.URL.Parse(res.Header.Get("Location")); err != nil {
			h.malformed = res.Header["Location"]
			res.Header.Del("Location")
		}
	}
	return res, err
}

// standard is http.DefaultTransport as the program began with it.
var standard, _ = http.DefaultTransport.(*http.Transport)

// roomy is a copy of it with room for more than two idle connections to a host, so that each of many concurrent
// callers has one. All clients share it; the SDK has no other such state.
var roomy = sync.OnceValue(func() *http.Transport {
	t := standard.Clone()
	if t.MaxIdleConnsPerHost == 0 { // which stands for 2
		t.MaxIdleConnsPerHost = t.MaxIdleConns
	}
	return t
})

// defaultClient sends the requests of clients without an HTTP client of their own.
var defaultClient = new(http.Client)

// transportOf returns the transport of a client. The default is roomy, or what the program has put in the place of
// http.DefaultTransport.
func transportOf(client *http.Client) http.RoundTripper {
	if client.Transport != nil {
		return client.Transport
	}
	if t, ok := http.DefaultTransport.(*http.Transport); ok && t == standard {
		return roomy()
	}
	return http.DefaultTransport
}
