// Package tokens keeps access tokens. Callers without a token share one fetch, and each waits only as long as its own
// context allows. A token is renewed before it expires. If its renewal fails, it is used until it expires.
package tokens

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// pause is the time between a renewal that failed, or whose token was rejected too, and the next.
	pause = 5 * time.Second
	// patience is how long a call waits at its end for a renewal in which no other call takes part.
	patience = 2 * time.Second
)

var errNested = errors.New("a middleware of the token request called the client, which needs that token")

// ErrClosed is the error of a Keeper that was closed and has no good token.
var ErrClosed = errors.New("the token source is closed")

// A Token is an access token. From RenewAt on it is renewed, from Expiry on it is not used.
type Token struct {
	Value           string
	RenewAt, Expiry time.Time
	Detail          any // from the fetch, for its caller
}

// A Fetch gets a new token. After an attempt that failed, it calls failed with the time until the next.
type Fetch func(ctx context.Context, failed func(err error, wait time.Duration)) (Token, error)

// A Keeper keeps one token. The zero Keeper is empty and ready for use.
type Keeper struct {
	// Now is the clock for the expiry of tokens. Nil: time.Now.
	Now func() time.Time
	// Lingers lets a fetch continue when no caller takes part in it any more. Calls with a good token do not take part.
	Lingers bool

	token        atomic.Pointer[Token] // identified by its address: a server may issue the same value twice
	mu           sync.Mutex            // protects the following fields, and changes of token
	closed       bool
	renewal      *renewal  // the one under way, or nil
	renewAfter   time.Time // no renewal before, while the token is good
	replaceAfter time.Time // no renewal because of a rejection before
}

// A Lease is the use of a token by one call. The zero Lease has no token.
type Lease struct {
	*Token
	// Replace gets another token in place of one that no Keeper has, and reports whether there is one. Nil: it cannot.
	Replace func() bool
	fresh   bool // the call waited until the token was fetched

	keeper  *Keeper
	renewal *renewal // under way beside the call
}

// A renewal is a fetch that calls share. It is cancelled when the last of them leaves. The lock of its Keeper protects
// it.
type renewal struct {
	calls  int
	cancel context.CancelFunc

	news     chan struct{} // closed when one of the following changes
	done     bool
	token    *Token
	err      error     // of the last attempt
	next     time.Time // when another attempt begins
	panicked any
}

// Get returns the token if it has not expired and is not refused. If it is due for renewal, the call takes part in the
// renewal until Release. Without a good token, Get waits for a fetch until ctx ends. If an attempt fails and ctx ends
// before the next attempt, Get returns the error of the failed one at once. refused is "" if no token was refused.
//
// The context of a fetch has the values of the first caller's, but neither its deadline nor its cancellation. A Get
// with that context does not wait for the same fetch. A panic of fetch is passed on to every Get that waits for it.
func (k *Keeper) Get(ctx context.Context, refused string, fetch Fetch) (Lease, error) {
	if t := k.Good(); t != nil && t.Value != refused {
		return Lease{Token: t, keeper: k}, nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for {
		now, t := k.now(), k.token.Load()
		nested, joins := ctx.Value(k) != nil, k.renewal != nil
		good := t != nil && t.Value != refused && now.Before(t.Expiry)
		switch {
		case good && (nested || k.closed || now.Before(t.RenewAt) || !joins && now.Before(k.renewAfter)):
			return Lease{Token: t, keeper: k}, nil
		case nested:
			return Lease{}, errNested
		case !joins && k.closed:
			return Lease{}, ErrClosed
		case !joins:
			k.begin(ctx, fetch)
		}
		if good && k.Lingers {
			return Lease{Token: t, keeper: k}, nil
		}
		k.renewal.calls++
		if good {
			return Lease{Token: t, keeper: k, renewal: k.renewal}, nil
		}
		l, err := k.wait(ctx, k.renewal)
		if err != nil || !joins || l.Value != refused { // a fetch that began before may bring the refused token
			return l, err
		}
	}
}

// Good returns the token if it is not yet due for renewal, else nil. It takes no lock.
func (k *Keeper) Good() *Token {
	if t := k.token.Load(); t != nil && k.now().Before(t.RenewAt) {
		return t
	}
	return nil
}

// Token returns the token that is kept, whether it is good or not; nil if there is none.
func (k *Keeper) Token() *Token { return k.token.Load() }

// Close waits for the end of a fetch that is under way. Afterwards none begins.
func (k *Keeper) Close() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.closed = true
	for r := k.renewal; r != nil && !r.done; {
		news := r.news
		k.mu.Unlock()
		<-news
		k.mu.Lock()
	}
}

func (k *Keeper) now() time.Time {
	if k.Now != nil {
		return k.Now()
	}
	return time.Now()
}

// Reject forgets a token that the server refused, and reports whether to try again with another one from Get.
func (l Lease) Reject() bool {
	k := l.keeper
	if k == nil {
		return l.Replace != nil && l.Replace()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if l.Token == k.token.Load() {
		if l.fresh && !k.replaceAfter.IsZero() { // it replaced one that was rejected
			k.replaceAfter = time.Now().Add(pause)
		}
		if l.fresh || time.Now().Before(k.replaceAfter) {
			return false
		}
		k.token.Store(nil)
		k.replaceAfter = time.Now()
	}
	return !l.fresh
}

// Release ends the use of a token. If no other call takes part in the renewal, Release waits for it, for a short time.
func (l Lease) Release(ctx context.Context) {
	if l.renewal == nil {
		return
	}
	l.keeper.mu.Lock()
	defer l.keeper.mu.Unlock()
	if l.renewal.calls > 1 {
		l.keeper.leave(l.renewal)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, _ = l.keeper.wait(ctx, l.renewal)
}

func (k *Keeper) begin(ctx context.Context, fetch Fetch) {
	ctx, cancel := context.WithCancel(context.WithValue(context.WithoutCancel(ctx), k, true))
	r := &renewal{cancel: cancel, news: make(chan struct{})}
	k.renewal = r
	go func() {
		var token Token
		err := errors.New("the token request ended its goroutine without a result") // fetch called runtime.Goexit
		defer func() {
			panicked := recover()
			k.mu.Lock()
			defer k.mu.Unlock()
			r.done, r.token, r.err, r.panicked = true, &token, err, panicked
			k.end(r)
			close(r.news)
			if k.Lingers && r.calls == 0 && panicked != nil { // no caller would pass it on
				panic(panicked)
			}
		}()
		token, err = fetch(ctx, func(err error, wait time.Duration) {
			k.mu.Lock()
			defer k.mu.Unlock()
			r.err, r.next = err, k.now().Add(wait)
			close(r.news)
			r.news = make(chan struct{})
		})
	}()
}

// wait returns the result of r, and leaves it. It releases the lock while it waits.
func (k *Keeper) wait(ctx context.Context, r *renewal) (Lease, error) {
	defer k.leave(r)
	for !r.done {
		if deadline, limited := ctx.Deadline(); limited && r.err != nil && !deadline.After(r.next) {
			return Lease{}, r.err
		}
		news := r.news
		k.mu.Unlock()
		select {
		case <-news:
		case <-ctx.Done():
		}
		k.mu.Lock()
		if ctx.Err() != nil && !r.done {
			if r.err == nil {
				return Lease{}, context.Cause(ctx)
			}
			return Lease{}, errors.Join(context.Cause(ctx), r.err)
		}
	}
	if r.panicked != nil {
		panic(r.panicked)
	}
	return Lease{Token: r.token, fresh: true, keeper: k}, r.err
}

// leave cancels r if no other call takes part, unless it lingers.
func (k *Keeper) leave(r *renewal) {
	if r.calls--; r.calls == 0 && !k.Lingers {
		k.end(r)
	}
}

// end stores the token of r if there is one. The next Get that needs another token begins a new renewal.
func (k *Keeper) end(r *renewal) {
	r.cancel()
	switch {
	case k.renewal != r:
		return
	case r.done && r.err == nil:
		// Without their monotonic clock reading: that clock stops while the machine sleeps.
		r.token.RenewAt, r.token.Expiry = r.token.RenewAt.Round(0), r.token.Expiry.Round(0)
		k.token.Store(r.token)
	default:
		now := k.now()
		if k.renewAfter = r.next; !r.next.After(now) {
			k.renewAfter = now.Add(pause)
		}
	}
	k.renewal = nil
}
