package request

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// maxSends is how often net/http may send an idempotent request by itself: it sends it again after an HTTP/2 server
// refused it, or after a connection that had been idle broke. Over HTTP/1.1, one more may be under way when the
// attempt is canceled.
const maxSends = 7

// A connTrace watches what net/http does in one attempt.
type connTrace struct {
	httptrace.ClientTrace
	operation  *operation
	client     http.Client
	limit      int32        // of sends; the next one cancels the attempt
	sends      atomic.Int32 // since startHop
	asked, got atomic.Bool  // GetConn and GotConn were called
	exceeded   atomic.Bool
}

type traceKey struct{}

// trace watches an attempt of the call, and cancels it when net/http sends the request too often: an idempotent
// request maxSends times, any other once. HTTP clients other than *http.Client are not limited.
func (c *Config) trace(ctx context.Context, cancel context.CancelFunc, safety Safety) (context.Context, *connTrace) {
	client, ok := c.client()
	t := &connTrace{operation: c.Endpoint.operation, client: client, limit: math.MaxInt32}
	if ok {
		t.limit = 1
		if safety == Idempotent {
			t.limit = maxSends
		}
	}
	t.GetConn = func(string) { t.asked.Store(true) }
	t.GotConn = func(httptrace.GotConnInfo) {
		t.got.Store(true)
		if t.sends.Load() >= t.limit {
			t.exceeded.Store(true)
			cancel()
		}
	}
	t.WroteHeaders = func() { t.sends.Add(1) }
	return httptrace.WithClientTrace(context.WithValue(ctx, traceKey{}, t), &t.ClientTrace), t
}

// startHop resets the count of sends: a redirect, or a middleware that sends again, is not a resend of the transport.
func startHop(ctx context.Context) {
	if t, ok := ctx.Value(traceKey{}).(*connTrace); ok {
		t.sends.Store(0)
	}
}

// failure returns err, or what made the trace cancel the attempt. Then the idle connections are closed: if they are
// all broken, a retry needs a new one.
func (t *connTrace) failure(err error) error {
	if !t.exceeded.Load() {
		return err
	}
	t.client.CloseIdleConnections()
	return fmt.Errorf("the connection failed each time that net/http sent the request (%d)", t.sends.Load())
}

// untouched reports that no byte left: a connection was asked for, or dialled, and there was none.
func (t *connTrace) untouched(err error) bool {
	var op *net.OpError
	return !t.got.Load() && (t.asked.Load() || errors.As(err, &op) && op.Op == "dial")
}
