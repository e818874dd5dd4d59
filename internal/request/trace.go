package request

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

// maxSends is how often net/http may send an idempotent request within one attempt: it sends the request again after an
// HTTP/2 server refused it, or after an idle connection broke. Over HTTP/1.1, one more may be under way when the
// attempt is canceled.
const maxSends = 7

// A trace is the context of one attempt. It cancels the attempt when net/http sends the request too often: an
// idempotent request more than maxSends times, any other more than once. HTTP clients other than *http.Client are not
// limited.
type trace struct {
	context.Context
	cancel    context.CancelFunc
	hooks     httptrace.ClientTrace
	operation *operation
	client    *http.Client // nil for another HTTP client
	url       url.URL      // of the request

	limit      int32        // of sends; the next one cancels the attempt
	sends      atomic.Int32 // since hops.RoundTrip
	asked, got atomic.Bool  // GetConn and GotConn were called
	exceeded   atomic.Bool
}

type traceKey struct{}

// traceOf returns the innermost trace, or nil.
func traceOf(ctx context.Context) *trace {
	t, _ := ctx.Value(traceKey{}).(*trace)
	return t
}

// Value is the trace itself for traceKey.
func (t *trace) Value(key any) any {
	if key == (traceKey{}) {
		return t
	}
	return t.Context.Value(key)
}

// newTrace returns the trace of an attempt with a timeout; 0 is none.
func (c *Config) newTrace(ctx context.Context, began time.Time, timeout time.Duration, o *outgoing) *trace {
	t := &trace{operation: c.Endpoint.operation, url: o.url, limit: math.MaxInt32}
	if timeout > 0 {
		t.Context, t.cancel = context.WithDeadline(ctx, began.Add(timeout))
	} else {
		t.Context, t.cancel = context.WithCancel(ctx)
	}
	if t.client, _ = c.HTTPClient.(*http.Client); t.client != nil {
		t.limit = 1
		if o.safety == Idempotent {
			t.limit = maxSends
		}
	}
	t.hooks.GetConn = func(string) { t.asked.Store(true) }
	t.hooks.GotConn = func(httptrace.GotConnInfo) {
		t.got.Store(true)
		if t.sends.Load() >= t.limit {
			t.exceeded.Store(true)
			t.cancel()
		}
	}
	t.hooks.WroteHeaders = func() { t.sends.Add(1) }
	return t
}

// failure returns err, or the reason for which the trace canceled the attempt. It then closes the idle connections: if
// all are broken, a retry needs a new one.
func (t *trace) failure(err error) error {
	if !t.exceeded.Load() {
		return err
	}
	(&http.Client{Transport: transportOf(t.client)}).CloseIdleConnections()
	return fmt.Errorf("the connection failed each time that net/http sent the request (%d)", t.sends.Load())
}

// untouched reports whether no byte was sent: there was no connection.
func (t *trace) untouched(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return !t.got.Load() && (t.asked.Load() || ok && op.Op == "dial")
}
