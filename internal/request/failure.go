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

// A failure is the error of a call that has no answer to report: it was refused before sending, the network failed, or
// the context ended.
type failure struct {
	text   string // without secrets
	causes []error
}

func (f *failure) Error() string { return f.text }

func (f *failure) Unwrap() []error { return f.causes }

// Timeout is for the Timeout method of a url.Error that wraps f.
func (f *failure) Timeout() bool {
	var timeout interface{ Timeout() bool }
	return errors.As(f.causes[0], &timeout) && timeout.Timeout()
}

// fail names the call in err, and adds the last answer if there was one. o has no URL if it could not be made.
// errors.As finds a *url.Error without secrets in place of one with secrets.
func (c *Config) fail(o *outgoing, err error, answer *apierror.Error) error {
	text := err.Error()
	if o.url.Scheme != "" {
		r := o.redactor()
		u := r.URL(&o.url)
		if sending, ok := errors.AsType[*url.Error](err); ok && error(sending) == err {
			text = r.Text(sending.Err.Error())
			err = &url.Error{Op: sending.Op, URL: u, Err: &failure{text, []error{sending.Err}}}
		}
		text = strings.TrimLeft(o.method+" "+u+": ", " ") + r.Text(text)
	}
	f := &failure{"telnyx: " + text, []error{err}}
	if answer != nil && !errors.Is(err, answer) {
		f.text += "; the last answer was: " + answer.Error()
		f.causes = append(f.causes, answer)
	}
	return f
}

// unanswered returns err as net/http returns the error of a request that was sent, in a *url.Error, whatever sent it.
func (o *outgoing) unanswered(err error) error {
	if sending, ok := errors.AsType[*url.Error](err); ok && error(sending) == err {
		return err
	}
	return urlError(o.method, o.url.String(), err)
}

// urlError returns err as http.Client does.
func urlError(method, u string, err error) error {
	method = cmp.Or(method, http.MethodGet)
	return &url.Error{Op: method[:1] + strings.ToLower(method[1:]), URL: u, Err: err}
}

// withoutCredential explains a 401 to a request that had no credential, at an endpoint that takes one. It returns nil
// for any other answer.
func (c *Config) withoutCredential(o *outgoing, a attempt) error {
	creds, auth := c.Credentials, c.Endpoint.Auth
	if a.res.StatusCode != http.StatusUnauthorized || auth == NoAuth || hasSecret(a.req.Header) ||
		given(members(o.body, contentTypeOf(o.header)), "client_secret", "client_assertion") {
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

// ended returns err, or what ended the context if that has ended.
func ended(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return contextError(ctx)
}

// contextError says why the context ended, in the words of its cause and of its error.
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}
