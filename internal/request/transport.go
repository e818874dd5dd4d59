package request

import (
	"net/http"
	"net/url"
	"sync"
)

// exchange sends a request, with a copy of the user's http.Client that follows only the redirects that mayFollow
// allows, or with another HTTP client as it is.
func (c *Config) exchange(req *http.Request) (*http.Response, error) {
	client, ok := c.HTTPClient.(*http.Client)
	if !ok {
		return c.HTTPClient.Do(req)
	}
	h := &hops{RoundTripper: transportOf(client), client: *client}
	h.client.Transport = h
	h.client.Timeout = 0 // attempt has it
	h.client.CheckRedirect = c.mayFollow(req, client.CheckRedirect)
	res, err := h.client.Do(req)
	if res != nil && h.malformed != nil {
		res.Header["Location"] = h.malformed
	}
	return res, err
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

// hops sends the request and what follows from redirects. It hides a Location that is not a URL: http.Client would
// return an error instead of the response.
type hops struct {
	http.RoundTripper
	client    http.Client // whose Transport it is
	malformed []string
}

func (h *hops) RoundTrip(req *http.Request) (*http.Response, error) {
	startHop(req.Context())
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
