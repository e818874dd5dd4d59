package request

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/team-telnyx/telnyx-go/packages/apierror"
)

// A failure is the error of a call without a response: it was refused before sending, the network failed, or the
// context ended.
type failure struct {
	text   string // without secrets
	causes []error
	sent   bool // some of the request may have reached the server
}

func (f *failure) Error() string { return f.text }

func (f *failure) Unwrap() []error { return f.causes }

// Timeout is called by the Timeout method of a url.Error that wraps f.
func (f *failure) Timeout() bool {
	var timeout interface{ Timeout() bool }
	return errors.As(f.causes[0], &timeout) && timeout.Timeout()
}

// Sent reports whether err is from a call whose request may have reached a server, at least in part.
func Sent(err error) bool {
	_, answered := errors.AsType[*apierror.Error](err)
	f, ok := errors.AsType[*failure](err)
	return answered || ok && f.sent
}

// fail returns err with the name of the call and the last error response, if there was one. o has no URL if that could
// not be made. A *url.Error in err is replaced by one without secrets.
func (o *outgoing) fail(err error, answer *apierror.Error) error {
	text := err.Error()
	if o.url.Scheme != "" {
		r := o.redactor()
		u := r.URL(&o.url)
		if sending, ok := err.(*url.Error); ok {
			text = sending.Err.Error()
			err = &url.Error{Op: sending.Op, URL: u, Err: &failure{text: r.Text(text), causes: []error{sending.Err}}}
		}
		text = strings.TrimLeft(o.method+" "+u+": ", " ") + r.Text(text)
	}
	f := &failure{"telnyx: " + text, []error{err}, o.sent}
	if answer != nil && !errors.Is(err, answer) {
		f.text += "; the last response was: " + answer.Error()
		f.causes = append(f.causes, answer)
	}
	return f
}

// sending returns err in a url.Error, as http.Client does.
func sending(method, u string, err error) error {
	if _, ok := err.(*url.Error); ok {
		return err
	}
	method = cmp.Or(method, http.MethodGet)
	return &url.Error{Op: method[:1] + strings.ToLower(method[1:]), URL: u, Err: err}
}

// withoutCredential explains a 401 to a request without a credential, at an endpoint that takes one. For any other
// response, it returns nil.
func (c *Config) withoutCredential(o *outgoing, a *attempt) error {
	creds, auth := c.Credentials, c.Endpoint.Auth
	if a.res.StatusCode != http.StatusUnauthorized || auth == NoAuth || hasSecret(a.req.Header) ||
		given(members(o.body, o.contentType), "client_secret", "client_assertion") {
		return nil
	}
	id, secret := "TELNYX_CLIENT_ID", "TELNYX_CLIENT_SECRET"
	if creds.AreExplicit {
		id, secret = "option.WithClientID", "option.WithClientSecret"
	}
	fix := "use option.WithClientID and WithClientSecret (TELNYX_CLIENT_ID and TELNYX_CLIENT_SECRET)"
	switch {
	case creds.ID != "" && creds.Secret == "":
		fix = id + " is set without " + secret
	case creds.ID == "" && creds.Secret != "":
		fix = secret + " is set without " + id
	case auth != Client:
		fix += ", option.WithAPIKey (TELNYX_API_KEY) or option.WithTokenSource"
	}
	return errors.New("the request had no credential: " + fix)
}

// ended returns err, but if the context has ended its cause and error.
func ended(ctx context.Context, err error) error {
	if ctx == nil {
		return errors.New("the context is nil")
	}
	end, cause := ctx.Err(), context.Cause(ctx)
	switch {
	case end == nil:
		return err
	case errors.Is(cause, end):
		return cause
	}
	return fmt.Errorf("%w: %w", end, cause)
}
