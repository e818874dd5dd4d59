package request

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// An outgoing request is a call in the form in which every attempt sends it.
type outgoing struct {
	method string
	url    url.URL     // without a scheme where it could not be made
	header http.Header // of the next attempt: middlewares and transports may change it
	body   []byte
	safety Safety

	authorized    bool   // the caller decided on the Authorization header
	authorization string // else its value
	contentType   string // of the body, where the caller did not set one
}

// prepare checks and encodes everything that can be wrong before anything is sent.
func (c *Config) prepare() (*outgoing, error) {
	o := &outgoing{method: c.Endpoint.Method}
	if c.Endpoint.err != nil {
		return o, c.Endpoint.err
	}
	var err error
	if o.url, err = c.Endpoint.url(c.BaseURL); err != nil {
		return o, err
	}
	o.header = c.headerOf(o)
	o.authorized = slices.ContainsFunc(c.Header, func(e Edit) bool { return e.Key == "Authorization" })
	query, body, contentType, err := c.encode(contentTypeOf(o.header))
	if err != nil {
		return o, err
	}
	if len(query) > 0 || len(c.Query) > 0 {
		if o.url.RawQuery != "" { // of a path that a user wrote
			own, err := url.ParseQuery(o.url.RawQuery)
			if err != nil {
				return o, errors.New("the path has a malformed query")
			}
			for name, values := range query {
				own[name] = values
			}
			query = own
		}
		if query == nil {
			query = url.Values{}
		}
		edit(query, c.Query)
		o.url.RawQuery = query.Encode()
	}
	if body != nil && o.header["Content-Type"] == nil {
		o.contentType = contentType
		o.header["Content-Type"] = []string{contentType}
	}
	o.body = body
	o.safety = safetyOf(c.Endpoint, body, contentTypeOf(o.header))
	return o, nil
}

// URL returns where the call would go, without making it. So its error names no method.
func (c *Config) URL() (string, error) {
	o, err := c.prepare()
	if err != nil {
		o.method = ""
		return "", c.fail(o, err, nil)
	}
	return o.url.String(), nil
}

// request makes the request of the attempt that t watches.
func (c *Config) request(t *trace, o *outgoing) *http.Request {
	req := (&http.Request{
		Method: o.method, URL: &t.url, Host: o.url.Host, Header: o.header, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(httptrace.WithClientTrace(t, &t.hooks))
	switch {
	case len(o.body) > 0:
		req.ContentLength = int64(len(o.body))
		req.Body = io.NopCloser(bytes.NewReader(o.body))
		if t.client != nil && o.safety == Idempotent { // without GetBody, net/http cannot send the body again
			req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(o.body)), nil }
		}
	case hasBody(o.method):
		req.Body = http.NoBody
	}
	return req
}

func (o *outgoing) redactor() redact.Redactor {
	return redact.Of(o.header, &o.url, o.header.Get("Content-Type"), o.body)
}
