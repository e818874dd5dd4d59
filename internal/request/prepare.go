package request

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// An outgoing is the request that every attempt of a call sends.
type outgoing struct {
	method string
	url    url.URL     // without a scheme if it could not be made
	header http.Header // of the next attempt: middlewares and transports may change it
	body   []byte
	safety Safety
	sent   bool // some of it may have reached the server

	authorized    bool   // the caller set or removed the Authorization header
	authorization string // the value of the header otherwise
	contentType   string // of the body
}

// prepare checks and encodes the request before anything is sent.
func (c *Config) prepare(o *outgoing) (err error) {
	if o.method = c.Endpoint.Method; c.Endpoint.err != nil {
		return c.Endpoint.err
	}
	if o.url, err = c.Endpoint.url(c.BaseURL); err != nil {
		return err
	}
	o.header = c.headerOf(o)
	o.authorized = slices.ContainsFunc(c.Header, func(e Edit) bool { return e.Key == "Authorization" })
	query, body, encoded, err := c.encode(o.header)
	if err != nil {
		return err
	}
	if len(query) > 0 || len(c.Query) > 0 {
		all, err := url.ParseQuery(o.url.RawQuery) // of a path from a user
		if err != nil {
			return errors.New("the path has a malformed query")
		}
		maps.Copy(all, query)
		edit(all, c.Query)
		o.url.RawQuery = all.Encode()
	}
	if o.body = body; body != nil {
		if o.header["Content-Type"] == nil {
			o.header["Content-Type"] = []string{encoded}
		}
		o.contentType = cmp.Or(o.header["Content-Type"][0], encoded)
	}
	o.safety = safetyOf(c.Endpoint, body, o.contentType)
	return nil
}

// URL returns the URL of the call without making it. Its error therefore names no method.
func (c *Config) URL() (url.URL, error) {
	var o outgoing
	if err := c.prepare(&o); err != nil {
		o.method = ""
		return url.URL{}, o.fail(err, nil)
	}
	return o.url, nil
}

// request makes the request of the attempt of t.
func (c *Config) request(t *trace, o *outgoing) *http.Request {
	req := new(http.Request).WithContext(httptrace.WithClientTrace(t, &t.hooks))
	req.Method, req.URL, req.Host, req.Header = o.method, &t.url, o.url.Host, o.header
	req.Proto, req.ProtoMajor, req.ProtoMinor = "HTTP/1.1", 1, 1
	if body := o.body; len(body) > 0 {
		req.ContentLength = int64(len(body))
		req.Body = io.NopCloser(bytes.NewReader(body))
		if t.client != nil && o.safety == Idempotent { // without GetBody, net/http cannot send the body again
			req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		}
	}
	return req
}

func (o *outgoing) redactor() redact.Redactor {
	return redact.Redactor{}.With(o.header, &o.url, o.contentType, o.body)
}
