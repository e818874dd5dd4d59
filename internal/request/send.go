package request

import (
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

// Do makes the call: it sends the request, again where that is safe and useful, and decodes a successful answer into
// dst.
func (c *Config) Do(ctx context.Context, dst any) error {
	if c.Response != nil {
		*c.Response = nil
	}
	o, err := c.prepare()
	if err == nil {
		err = usable(dst)
	}
	switch {
	case err != nil:
		return c.fail(o, err, nil)
	case ctx.Err() != nil:
		return c.fail(o, contextError(ctx), nil)
	}
	var refusal *apierror.Error
	for again := false; ; again = true {
		automatic, err := c.authorize(ctx, o)
		defer automatic.Release(ctx)
		if err == nil {
			err = c.guard(o)
		}
		if err != nil {
			errors.As(err, &refusal)
			return c.fail(o, ended(ctx, err), refusal)
		}
		if again {
			o.header = c.headerOf(o)
		}
		if err = c.send(ctx, o, dst); !expired(err) || !automatic.Reject() || again {
			return err
		}
		errors.As(err, &refusal)
	}
}

// expired reports a 401 that a new token may cure: not one that asks for another scope.
func expired(err error) bool {
	return errors.Is(err, apierror.ErrUnauthorized) && !errors.Is(err, apierror.ErrInsufficientScope)
}

// send makes attempts until one succeeds, or a retry would be unsafe, useless or too late.
func (c *Config) send(ctx context.Context, o *outgoing, dst any) error {
	var answer *apierror.Error // the last one that was an error
	for n := 0; ; n++ {
		a := Attempt{began: time.Now()}
		r := c.attempt(ctx, o)
		if r.res != nil && c.Response != nil {
			*c.Response = replayable(r.res, r.body)
		}
		err, repeatable := c.judge(o, r, dst)
		a.cause = err
		if repeatable {
			a.Wait, a.Retry = c.plan(ctx, n, r.res)
		}
		if c.OnAttempt != nil {
			c.observe(ctx, o, n, r.res, a)
		}
		if err == nil {
			return nil
		}
		var said *apierror.Error
		if errors.As(err, &said) {
			answer = said
		}
		switch {
		case a.Retry && sleep(ctx, a.Wait):
			o.header = c.headerOf(o)
		case ctx.Err() != nil && (repeatable || r.err != nil): // but for the context, there was more to come
			return c.fail(o, o.unanswered(contextError(ctx)), answer)
		case said != nil:
			return said
		default:
			return c.fail(o, o.unanswered(err), answer)
		}
	}
}

// judge turns the result of an attempt into the error that the caller gets, nil for a success, and says whether the
// request may be repeated.
func (c *Config) judge(o *outgoing, r result, dst any) (err error, repeatable bool) {
	if r.res == nil {
		return r.err, retryFailure(o.safety, r.untouched, r.err)
	}
	status := r.res.StatusCode
	apiError := func(cause error) *apierror.Error {
		return apierror.New(r.req, o.body, replayable(r.res, r.body), r.body, cause)
	}
	switch {
	case (status < 200 || status > 299) && !(c.Endpoint.Redirects && status >= 300 && status <= 399):
		return apiError(c.withoutCredential(o, r)), retryAnswer(o.safety, status, r.res.Header)
	case r.err != nil && (dst != nil || c.Into != nil || c.Response != nil && status <= 299):
		return apiError(r.err), retryFailure(o.safety, false, r.err)
	case c.Into != nil:
		if err := decode(r.res, r.body, c.Into); err != nil {
			return apiError(err), false
		}
		_ = decode(r.res, r.body, dst) // the caller chose where the answer goes, and may have asked for a different one
	default:
		err := decode(r.res, r.body, dst)
		if err == nil && c.check != nil {
			err = c.check()
		}
		if err != nil {
			return apiError(err), false
		}
	}
	return nil, false
}

// plan says how long to wait before retry number n, and whether the call's limits leave room for it.
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

// sleep waits, and reports whether the context lasted.
func sleep(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

var errNeither = errors.New("the HTTP client returned neither an answer nor an error")

// A result is what became of one attempt.
type result struct {
	req       *http.Request
	res       *http.Response // nil where none came; its body is read and closed
	body      []byte
	err       error // of sending, or of reading the body
	untouched bool  // no byte of the request left
}

// attempt sends the request once and reads the answer, all within the request timeout.
func (c *Config) attempt(ctx context.Context, o *outgoing) (r result) {
	parent := ctx
	timeout, setBy := c.timeout(ctx)
	var cancel context.CancelFunc
	if timeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, timeout)
	} else {
		ctx, cancel = context.WithCancel(ctx)
	}
	defer cancel()
	ctx, conn := c.trace(ctx, cancel, o.safety)
	r.req = c.request(ctx, o)
	r.res, r.err = c.roundTrip(r.req)
	if r.err == nil && r.res == nil {
		r.err = errNeither
	}
	if r.err != nil {
		r.untouched, r.err = conn.untouched(r.err), conn.failure(r.err)
		if r.res != nil && r.res.Body != nil { // a refused redirect comes with both
			r.res.Body.Close()
		}
		r.res = nil
	} else {
		if sent := r.res.Request; sent != nil && sent.URL != nil {
			r.req = sent
		}
		r.body, r.err = c.readBody(r.res)
	}
	if r.err != nil && ctx.Err() == context.DeadlineExceeded && parent.Err() == nil {
		r.err = fmt.Errorf("no answer within %s (%s): %w", timeout, setBy, context.DeadlineExceeded)
	}
	return r
}

// timeout is that of an attempt, and what set it: the shorter of the option's and the user's http.Client's. Where
// neither is set and the context has no deadline, it is the default.
func (c *Config) timeout(ctx context.Context) (timeout time.Duration, setBy string) {
	if client, _ := c.client(); client.Timeout > 0 && (c.RequestTimeout <= 0 || client.Timeout < c.RequestTimeout) {
		return client.Timeout, "Timeout of the http.Client"
	}
	if _, limited := ctx.Deadline(); c.RequestTimeout < 0 && !limited {
		return defaultTimeout, "the default; option.WithRequestTimeout sets another"
	}
	return max(c.RequestTimeout, 0), "option.WithRequestTimeout"
}

// roundTrip sends through the middlewares, the first one outermost.
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
