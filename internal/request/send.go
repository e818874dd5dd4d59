package request

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/team-telnyx/telnyx-go/internal/retryafter"
	"github.com/team-telnyx/telnyx-go/packages/apierror"
)

// Do makes the call: it sends the request, retries it if that is safe and useful, and decodes a successful response
// into dst.
func (c *Config) Do(ctx context.Context, dst any) error {
	if c.Response != nil {
		*c.Response = nil
	}
	var o outgoing
	if err := cmp.Or(c.prepare(&o), usable(dst), ended(ctx, nil)); err != nil {
		return o.fail(err, nil)
	}
	return c.authenticated(ctx, &o, dst, nil)
}

// authenticated makes the call with credentials. If the server refuses an automatic token, it makes the call again with
// another token; refusal is then the response to the first call.
func (c *Config) authenticated(ctx context.Context, o *outgoing, dst any, refusal *apierror.Error) error {
	automatic, err := c.authorize(ctx, o)
	defer automatic.Release(ctx)
	if refusal != nil {
		automatic.Replace = nil
	}
	if err != nil {
		said, _ := errors.AsType[*apierror.Error](err)
		return o.fail(ended(ctx, err), cmp.Or(said, refusal))
	}
	if err = c.send(ctx, o, dst); !expired(err) || !automatic.Reject() || refusal != nil {
		return err
	}
	refusal, _ = errors.AsType[*apierror.Error](err)
	o.header = c.headerOf(o)
	return c.authenticated(ctx, o, dst, refusal)
}

// expired reports whether err is a 401 that a new token may avoid: one that does not ask for another scope.
func expired(err error) bool {
	return errors.Is(err, apierror.ErrUnauthorized) && !errors.Is(err, apierror.ErrInsufficientScope)
}

// send makes attempts until one succeeds, or a retry would be unsafe, useless or too late.
func (c *Config) send(ctx context.Context, o *outgoing, dst any) error {
	var answer *apierror.Error // the last error response
	for n := 0; ; n++ {
		a := c.attempt(ctx, o)
		o.sent = o.sent || !a.untouched
		if a.res != nil && c.Response != nil {
			*c.Response = replayable(a.res, a.body)
		}
		var repeatable bool
		a.cause, repeatable = c.judge(o, &a, dst)
		if repeatable {
			a.wait, a.retry = c.plan(ctx, n, a.res)
		}
		c.log(ctx, o, n, &a)
		if c.after != nil {
			c.after(a)
		}
		if a.cause == nil {
			return nil
		}
		said, ok := errors.AsType[*apierror.Error](a.cause)
		if ok {
			answer = said
		}
		switch {
		case a.retry && sleep(ctx, a.wait):
			o.header = c.headerOf(o)
		case ctx.Err() != nil && (repeatable || a.err != nil): // the context ended the call
			return o.fail(sending(o.method, o.url.String(), ended(ctx, nil)), answer)
		case ok:
			return said
		default:
			return o.fail(sending(o.method, o.url.String(), a.cause), answer)
		}
	}
}

// judge returns the error of an attempt, nil for a success, and whether the request may be repeated.
func (c *Config) judge(o *outgoing, a *attempt, dst any) (err error, repeatable bool) {
	if a.res == nil {
		return a.err, retryFailure(o.safety, a.untouched, a.err)
	}
	status := a.res.StatusCode
	apiError := func(cause error) *apierror.Error {
		return apierror.New(a.req, o.body, replayable(a.res, a.body), a.body, cause)
	}
	switch {
	case (status < 200 || status > 299) && !(c.Endpoint.Redirects && status >= 300 && status <= 399):
		return apiError(c.withoutCredential(o, a)), retryAnswer(o.safety, status, a.res.Header)
	case a.err != nil && (dst != nil || c.Into != nil || c.Response != nil && status <= 299):
		return apiError(a.err), retryFailure(o.safety, false, a.err)
	case c.Into != nil:
		if err = decode(a.res, a.body, c.Into); err == nil {
			_ = decode(a.res, a.body, dst) // the response need not fit the result of the method
		}
	default:
		if err = decode(a.res, a.body, dst); err == nil && c.check != nil {
			err = c.check()
		}
	}
	if err != nil {
		return apiError(err), false
	}
	return nil, false
}

// plan returns how long to wait before retry number n, and whether the limits of the call allow that retry.
func (c *Config) plan(ctx context.Context, n int, res *http.Response) (wait time.Duration, ok bool) {
	if n >= c.MaxRetries {
		return 0, false
	}
	wait = backoff(n, rand.Float64())
	if res != nil {
		if asked, ok := retryafter.Wait(res.StatusCode, res.Header, time.Now()); ok {
			if wait = asked; wait > c.MaxRetryWait {
				return wait, false
			}
		}
	}
	deadline, limited := ctx.Deadline()
	return wait, ctx.Err() == nil && (!limited || time.Until(deadline) > wait)
}

// sleep waits, and reports whether the context is still alive.
func sleep(ctx context.Context, wait time.Duration) bool {
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

var errNeither = errors.New("the HTTP client returned neither a response nor an error")

// An attempt is the outcome of sending the request once.
type attempt struct {
	began     time.Time
	req       *http.Request
	res       *http.Response // nil if there was none; its body is read and closed
	body      []byte
	err       error // of sending, or of reading the body
	untouched bool  // no byte of the request left

	cause error         // why the attempt failed, secrets included; nil for a success
	retry bool          // another attempt follows
	wait  time.Duration // before it
}

// attempt sends the request once and reads the response, within the request timeout.
func (c *Config) attempt(ctx context.Context, o *outgoing) (a attempt) {
	a.began = time.Now()
	timeout, setBy := c.timeout(ctx)
	t := c.newTrace(ctx, a.began, timeout, o)
	defer t.cancel()
	a.req = c.request(t, o)
	a.res, a.err = c.roundTrip(a.req)
	if a.err == nil && a.res == nil {
		a.err = errNeither
	}
	if a.err != nil {
		a.untouched, a.err = t.untouched(a.err), t.failure(a.err)
		if a.res != nil && a.res.Body != nil { // a refused redirect comes with both
			a.res.Body.Close()
		}
		a.res = nil
	} else {
		if sent := a.res.Request; sent != nil && sent.URL != nil {
			a.req = sent
		}
		a.body, a.err = c.readBody(a.res)
	}
	if a.err != nil && t.Err() == context.DeadlineExceeded && ctx.Err() == nil {
		a.err = fmt.Errorf("no response within %s (%s): %w", timeout, setBy, context.DeadlineExceeded)
	}
	return a
}

// timeout returns the timeout of an attempt and what set it: the option or the user's http.Client, whichever is
// shorter. If neither is set and the context has no deadline, it is the default.
func (c *Config) timeout(ctx context.Context) (timeout time.Duration, setBy string) {
	client, ok := c.HTTPClient.(*http.Client)
	if ok && client.Timeout > 0 && (c.RequestTimeout <= 0 || client.Timeout < c.RequestTimeout) {
		return client.Timeout, "Timeout of the http.Client"
	}
	if _, limited := ctx.Deadline(); c.RequestTimeout < 0 && !limited {
		return time.Minute, "the default; option.WithRequestTimeout sets another"
	}
	return max(c.RequestTimeout, 0), "option.WithRequestTimeout"
}

// roundTrip sends a request through the middlewares, of which the first is the outermost.
func (c *Config) roundTrip(req *http.Request) (*http.Response, error) {
	if len(c.Middlewares) == 0 {
		return c.exchange(req)
	}
	next := c.exchange
	for _, m := range slices.Backward(c.Middlewares) {
		inner := next
		next = func(req *http.Request) (*http.Response, error) { return m(req, inner) }
	}
	return next(req)
}
