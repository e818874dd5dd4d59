package request

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/team-telnyx/telnyx-go/packages/apierror"
)

// A failure is the error of a call that ended without an answer to report: it was refused before sending, the network
// failed, or the context ended.
type failure struct {
	text   string
	err    error
	answer *apierror.Error // of an earlier attempt
}

func (f *failure) Error() string { return f.text }

func (f *failure) Unwrap() []error {
	if f.answer != nil {
		return []error{f.err, f.answer}
	}
	return []error{f.err}
}

// fail names the call in err, and adds the last answer if there was one. o is nil where the URL could not be made.
func (c *Config) fail(o *outgoing, err error, answer *apierror.Error) error {
	var sending *url.Error
	if errors.As(err, &sending) && error(sending) == err {
		err = sending.Err // what it adds is the URL, with its secrets
	}
	text := "telnyx: " + c.Endpoint.Method + " "
	if o == nil || o.url.Scheme == "" {
		text = "telnyx: " + err.Error()
	} else {
		r := o.redactor()
		text += r.URL(&o.url) + ": " + r.Text(err.Error())
	}
	if answer != nil && !errors.Is(err, answer) {
		text += "; the last answer was: " + answer.Error()
	}
	return &failure{text: text, err: err, answer: answer}
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
