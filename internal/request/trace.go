package request

import (
	"context"
	"errors"
	"net"
	"net/http/httptrace"
	"sync/atomic"
)

// connTrace watches whether net/http got a connection for a request. A nil one watches nothing.
type connTrace struct{ asked, got atomic.Bool }

func (t *connTrace) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { t.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { t.got.Store(true) },
	})
}

// untouched reports that no byte left: a connection was asked for, or dialled, and there was none.
func (t *connTrace) untouched(err error) bool {
	var op *net.OpError
	return t != nil && !t.got.Load() && (t.asked.Load() || errors.As(err, &op) && op.Op == "dial")
}
