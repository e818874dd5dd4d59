package request

import (
	"net/http"
	"net/url"
	"sync"
)

// exchange sends a request, with a copy of the user's http.Client that follows only the redirects that mayFollow
// allows, or with another HTTP client as it is.
func (c *Config) exchange(req *http.Request) (*http.Response, error) {
	client, ok := c.client()
	if !ok {
		return c.HTTPClient.Do(req)
	}
	transport := &hops{RoundTripper: client.Transport}
	client.Transport = transport
	client.Timeout = 0 // attempt has it
	client.CheckRedirect = c.mayFollow(req, client.CheckRedirect)
	res, err := client.Do(req)
	if res != nil && transport.malformed != nil {
		res.Header["Location"] = transport.malformed
	}
	return res, err
}

// client returns a copy of the http.Client that sends. ok is false where another HTTP client does.
func (c *Config) client() (client http.Client, ok bool) {
	switch given := c.HTTPClient.(type) {
	case nil:
		ok = true
	case *http.Client:
		client, ok = *given, true
	}
	if client.Transport == nil {
		client.Transport = defaultTransport()
	}
	return client, ok
}

// proxied reports whether the transport would send a request for u through a proxy.
func (c *Config) proxied(u *url.URL) bool {
	client, _ := c.client()
	t, ok := client.Transport.(*http.Transport)
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

// defaultTransport returns roomy, or what the program has put in the place of http.DefaultTransport.
func defaultTransport() http.RoundTripper {
	if t, ok := http.DefaultTransport.(*http.Transport); ok && t == standard {
		return roomy()
	}
	return http.DefaultTransport
}
