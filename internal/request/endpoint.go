package request

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// An Endpoint is one operation: a method, a path, and who authenticates there.
type Endpoint struct {
	Method string
	// Path is escaped. With a leading slash, it is at the root of the host, else below the base URL.
	Path string
	// Auth is who authenticates.
	Auth Auth
	// Redirects reports that a 3xx response is a success and is not followed.
	Redirects bool

	operation *operation // of the contract; nil if it has none
	written   string     // the decoded path from a user; with the base URL, it determines the operation
	err       error
}

// Auth is who authenticates at an endpoint.
type Auth uint8

const (
	// Bearer endpoints take an API key or an access token.
	Bearer Auth = iota
	// Client endpoints take the credentials of an OAuth client, and nothing else.
	Client
	// ClientOrBearer endpoints take the credentials of an OAuth client, else a bearer.
	ClientOrBearer
	// NoAuth endpoints take no credentials: the contract says security: [].
	NoAuth
)

// client reports whether OAuth clients authenticate at the endpoint. Its bodies are forms.
func (a Auth) client() bool { return a == Client || a == ClientOrBearer }

// NewEndpoint replaces the {names} in a path of the contract with values, each of which is escaped to one segment.
func NewEndpoint(method, template string, values ...string) Endpoint {
	e := Endpoint{Method: method, Path: template}
	for i := range operations {
		if op := &operations[i]; op.template == template && op.method == method {
			e.operation, e.Auth = op, op.auth
			break
		}
	}
	for _, value := range values {
		begin, end := strings.IndexByte(e.Path, '{'), strings.IndexByte(e.Path, '}')
		if value == "" || value == "." || value == ".." {
			e.err = fmt.Errorf("%s %s: the %s must not be %q", method, template, e.Path[begin+1:end], value)
		}
		e.Path = e.Path[:begin] + url.PathEscape(value) + e.Path[end+1:] // a { in value is escaped
	}
	return e
}

// ParseEndpoint makes an endpoint of a path from a user. It is below the base URL, with or without a leading slash;
// only /.well-known/ is at the root of the host. A query stays part of the path.
func ParseEndpoint(method, path string) Endpoint {
	fail := func(err error) Endpoint {
		return Endpoint{err: fmt.Errorf("%s request: the path %w", method, err)}
	}
	if strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" || method == "" || method == http.MethodConnect {
		return Endpoint{err: fmt.Errorf("%q is not an HTTP method", method)}
	}
	u, err := url.Parse(path)
	switch {
	case err != nil:
		return fail(errors.New("is not valid"))
	case u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "":
		return fail(errors.New("must not name a host; option.WithBaseURL does"))
	case u.Fragment != "":
		return fail(errors.New("must not have a fragment"))
	}
	escaped := strings.TrimPrefix(u.EscapedPath(), "/")
	if !plainPath("/" + strings.TrimSuffix(escaped, "/")) {
		return fail(errors.New(`has an empty, "." or ".." segment`))
	}
	e := Endpoint{Method: method, Path: escaped, written: "/" + strings.Trim(u.Path, "/")}
	if strings.HasPrefix(escaped, ".well-known/") {
		e = Endpoint{Method: method, Path: "/" + escaped, Auth: NoAuth}.locate("/" + strings.TrimSuffix(escaped, "/"))
	}
	if u.RawQuery != "" {
		e.Path += "?" + strings.ReplaceAll(u.RawQuery, " ", "%20")
	}
	return e
}

// url resolves the endpoint against a base URL, whose path has no trailing slash.
func (e *Endpoint) url(base *url.URL) (u url.URL, err error) {
	path, query, _ := strings.Cut(e.Path, "?")
	if !strings.HasPrefix(path, "/") {
		path = base.EscapedPath() + "/" + path
	}
	u = url.URL{Scheme: base.Scheme, Host: base.Host, Path: path, RawQuery: query}
	if strings.Contains(path, "%") {
		u.RawPath = path
		u.Path, err = url.PathUnescape(path)
	}
	return u, err
}
