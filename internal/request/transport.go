package request

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"sync"
)

// exchange sends a request and follows the redirects that mayFollow allows, with a copy of the user's http.Client. A
// request that needs neither cookies nor basic authentication goes to the transport first: http.Client takes as much
// time as the rest of a call, and is needed only if the response is a redirect. Other HTTP clients get the request
// unchanged.
func (c *Config) exchange(req *http.Request) (*http.Response, error) {
	client, ok := c.HTTPClient.(*http.Client)
	if !ok {
		return withoutConnection(c.HTTPClient.Do(req))
	}
	transport := transportOf(client)
	var first *http.Response
	if client.Jar == nil && req.URL != nil && req.URL.User == nil && req.Header != nil {
		res, err := hop(transport, req)
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
		first = res
	}
	h := &hops{RoundTripper: transport, first: first}
	copied := *client
	copied.Transport = h
	copied.Timeout = 0 // attempt has it
	copied.CheckRedirect = c.mayFollow(req, client.CheckRedirect)
	res, err := copied.Do(req)
	if res != nil && h.unusable != nil {
		res.Header["Location"] = h.unusable
	}
	return res, err
}

// proxied reports whether the transport would send a request for u through a proxy.
func (c *Config) proxied(u url.URL) bool {
	client, ok := c.HTTPClient.(*http.Client)
	if !ok {
		return false
	}
	t, ok := transportOf(client).(*http.Transport)
	if !ok || t.Proxy == nil {
		return false
	}
	proxy, err := t.Proxy(&http.Request{Method: c.Endpoint.Method, URL: &u, Host: u.Host, Header: http.Header{}})
	return err == nil && proxy != nil
}

// maxLocation is the longest Location that is followed: http.Client copies it many times.
const maxLocation = 32 << 10

// hops sends the request and those of its redirects. It hides a Location that is too long, or is not a URL, for which
// http.Client would return an error instead of the response.
type hops struct {
	http.RoundTripper
	first    *http.Response // to the first request, if it has been sent
	unusable []string
}

func (h *hops) RoundTrip(req *http.Request) (res *http.Response, err error) {
	if res, h.first = h.first, nil; res == nil {
		res, err = hop(h.RoundTripper, req)
	}
	if err == nil && res != nil && len(res.Header["Location"]) > 0 {
		location := res.Header.Get("Location")
		_, err := req.URL.Parse(location[:min(len(location), maxLocation)])
		if err != nil || len(location) > maxLocation {
			h.unusable = res.Header["Location"]
			res.Header.Del("Location")
		}
	}
	return res, err
}

// hop sends one request. The transport may send each such request again up to the limit of the trace.
func hop(transport http.RoundTripper, req *http.Request) (*http.Response, error) {
	if t := traceOf(req.Context()); t != nil {
		t.sends.Store(0)
	}
	return withoutConnection(transport.RoundTrip(req))
}

// withoutConnection closes the body of a response with an interim status such as 101: it is the connection, and does
// not end.
func withoutConnection(res *http.Response, err error) (*http.Response, error) {
	if err == nil && res != nil && res.Body != nil && res.StatusCode < 200 {
		res.Body.Close()
		res.Body = http.NoBody
	}
	return res, err
}

// standard is the http.DefaultTransport with which the program began.
var standard, _ = http.DefaultTransport.(*http.Transport)

// roomy is a copy of standard that keeps more than two idle connections to a host, so that each of many concurrent
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

// transportOf returns the transport of a client. The default is roomy, or the http.DefaultTransport that the program
// has set instead.
func transportOf(client *http.Client) http.RoundTripper {
	if client.Transport != nil {
		return client.Transport
	}
	if t, ok := http.DefaultTransport.(*http.Transport); ok && t == standard {
		return roomy()
	}
	return http.DefaultTransport
}
