// Package singleflight makes concurrent callers share one piece of work. Unlike a plain lock or sync.Once, each caller
// waits no longer than its own context allows, the work goes on while anybody waits for it, and ends when nobody does.
package singleflight

import (
	"context"
	"errors"
	"sync"
)

var errNoResult = errors.New("the shared work ended its goroutine without a result")

// A Group shares work by key. The zero Group is ready for use.
type Group[K comparable, V any] struct {
	mu      sync.Mutex
	flights map[K]*flight[V]
}

type flight[V any] struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiters int

	// Written before done is closed.
	value    V
	err      error
	panicked any
}

// Do returns what work returns, joining a call under way for the same key. The context that work gets has the values of the
// first caller's, but neither its deadline nor its cancellation: it ends when every caller has left. A caller whose context
// ends leaves with its cause. A panic of work is passed on to all callers.
func (g *Group[K, V]) Do(ctx context.Context, key K, work func(context.Context) (V, error)) (V, error) {
	g.mu.Lock()
	f, ok := g.flights[key]
	if !ok {
		shared, cancel := context.WithCancel(context.WithoutCancel(ctx))
		f = &flight[V]{done: make(chan struct{}), cancel: cancel}
		if g.flights == nil {
			g.flights = make(map[K]*flight[V])
		}
		g.flights[key] = f
		go g.run(shared, key, f, work)
	}
	f.waiters++
	g.mu.Unlock()

	select {
	case <-f.done:
	case <-ctx.Done():
		g.leave(key, f)
		var none V
		return none, context.Cause(ctx)
	}
	if f.panicked != nil {
		panic(f.panicked)
	}
	return f.value, f.err
}

func (g *Group[K, V]) run(ctx context.Context, key K, f *flight[V], work func(context.Context) (V, error)) {
	defer func() {
		f.panicked = recover()
		g.mu.Lock()
		g.remove(key, f)
		g.mu.Unlock()
		f.cancel()
		close(f.done)
	}()
	f.err = errNoResult // unless work returns: it may call runtime.Goexit
	f.value, f.err = work(ctx)
}

// leave ends the work when the last caller has gone; who comes next begins anew.
func (g *Group[K, V]) leave(key K, f *flight[V]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f.waiters--; f.waiters == 0 {
		g.remove(key, f)
		f.cancel()
	}
}

// remove needs the lock.
func (g *Group[K, V]) remove(key K, f *flight[V]) {
	if g.flights[key] == f {
		delete(g.flights, key)
	}
}
