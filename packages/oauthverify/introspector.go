package oauthverify

import (
	"cmp"
	"container/heap"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/gjson"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// maxIntrospection is the longest introspection response that is read.
const maxIntrospection = 64 << 10

// An Introspector asks the authorization server about tokens, and caches the responses. Make one with NewIntrospector.
type Introspector struct {
	client telnyx.Client
	config IntrospectorConfig

	mu      sync.Mutex
	answers map[[sha256.Size]byte]*kept
	ends    endings
	flights map[[sha256.Size]byte]*flight
	begun   []time.Time // of the introspections of the last Window
	blocked time.Time   // the server accepts none before
}

// IntrospectorConfig configures an Introspector. The zero value suits the live API. A negative value is an error,
// unless its field says otherwise.
type IntrospectorConfig struct {
	// MaxAge is how long an active response is cached, never beyond its exp. A revoked token may be accepted for as long.
	// Default: 5 minutes. Negative: not at all.
	MaxAge time.Duration
	// NegativeAge is how long an inactive response, or an active one past its exp, is cached. Default: a minute. Negative:
	// not at all.
	NegativeAge time.Duration
	// MaxEntries limits the cached responses; those that expire soonest are removed first. Default: 10,000.
	MaxEntries int
	// Budget is how many introspections may begin within any Window. Defaults: 5 and a minute, which is the live limit of
	// a client id. Processes that share a client id must divide it between them. The server can only lower it: with
	// RateLimit-Remaining or X-RateLimit-Remaining 0, until the Reset of the same spelling, or with a 429 or 503 and
	// Retry-After.
	Budget int
	Window time.Duration
	// Timeout limits one introspection. Default: 5 s.
	Timeout time.Duration
	// Clock tells the time. Default: time.Now.
	Clock func() time.Time
	// OnEvent, if set, is called with an EventIntrospection for every introspection, also if the budget allows none.
	OnEvent func(context.Context, Event)
}

// NewIntrospector makes an introspector that calls client.OAuth.Introspect. The calls are never retried, because each
// attempt counts.
func NewIntrospector(client telnyx.Client, config IntrospectorConfig) (*Introspector, error) {
	c := config
	var err error
	c.MaxAge = cmp.Or(c.MaxAge, 5*time.Minute)
	c.NegativeAge = cmp.Or(c.NegativeAge, time.Minute)
	c.MaxEntries = positive(&err, "MaxEntries", c.MaxEntries, 10_000)
	c.Budget = positive(&err, "Budget", c.Budget, 5)
	c.Window = positive(&err, "Window", c.Window, time.Minute)
	c.Timeout = positive(&err, "Timeout", c.Timeout, 5*time.Second)
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if err != nil {
		return nil, fmt.Errorf("oauthverify: IntrospectorConfig.%w", err)
	}
	return &Introspector{
		client: client, config: c,
		answers: map[[sha256.Size]byte]*kept{}, flights: map[[sha256.Size]byte]*flight{},
	}, nil
}

// A kept response is found by the hash of its token.
type kept struct {
	hash   [sha256.Size]byte
	claims *Claims // nil: inactive
	until  time.Time
	index  int // in endings
}

// endings is a heap of the kept responses by their expiry.
type endings []*kept

func (e endings) Len() int           { return len(e) }
func (e endings) Less(i, j int) bool { return e[i].until.Before(e[j].until) }

func (e endings) Swap(i, j int) {
	e[i], e[j] = e[j], e[i]
	e[i].index, e[j].index = i, j
}

func (e *endings) Push(v any) {
	k := v.(*kept)
	k.index = len(*e)
	*e = append(*e, k)
}

func (e *endings) Pop() any {
	last := len(*e) - 1
	k := (*e)[last]
	(*e)[last] = nil
	*e = (*e)[:last]
	return k
}

// Introspect asks the server about a token (RFC 7662), or returns a cached response. The error is ErrInactive for an
// inactive token, and ErrUnavailable if there is no usable response; errors.As finds the error of the server.
// Introspect does not check issuer, audience, times or scopes: use a Verifier for that.
func (i *Introspector) Introspect(ctx context.Context, token string) (*Claims, error) {
	hash := sha256.Sum256([]byte(token))
	i.mu.Lock()
	defer i.mu.Unlock()
	if k := i.answers[hash]; k != nil && i.config.Clock().Before(k.until) {
		return answered(k.claims)
	}
	if ctx.Err() != nil {
		return nil, unavailable(0, leaving(ctx))
	}
	f := i.flights[hash]
	if f == nil || f.waiting == 0 {
		if err := i.spend(ctx); err != nil {
			return nil, err
		}
		f = begin(ctx, i.config.Timeout, func(ctx context.Context, f *flight) { i.ask(ctx, f, hash, token) })
		f.abandoned = func() {}
		i.flights[hash] = f
	}
	if err := f.wait(ctx, &i.mu); err != nil {
		return nil, err
	}
	if f.err != nil {
		return nil, f.err
	}
	return answered(f.claims)
}

// answered returns the claims of a response, or ErrInactive if they are nil.
func answered(c *Claims) (*Claims, error) {
	if c == nil {
		return nil, refuse(ErrInactive, "the server says so")
	}
	return c.clone(), nil
}

// spend takes an introspection from the budget. The caller holds the lock.
func (i *Introspector) spend(ctx context.Context) error {
	now := i.config.Clock()
	left := i.remaining(now)
	if left > 0 {
		i.begun = append(i.begun, now)
		return nil
	}
	wait := i.blocked.Sub(now)
	if len(i.begun) >= i.config.Budget {
		wait = max(wait, i.begun[len(i.begun)-i.config.Budget].Add(i.config.Window).Sub(now))
	}
	err := unavailable(wait, errors.New("the budget of introspections is used up"))
	if see := i.config.OnEvent; see != nil {
		i.mu.Unlock()
		defer i.mu.Lock()
		see(ctx, Event{Kind: EventIntrospection, Err: err})
	}
	return err
}

// remaining is how many introspections may begin now. The caller holds the lock.
func (i *Introspector) remaining(now time.Time) int {
	old := 0
	for old < len(i.begun) && !now.Before(i.begun[old].Add(i.config.Window)) {
		old++
	}
	i.begun = append(i.begun[:0], i.begun[old:]...)
	if now.Before(i.blocked) {
		return 0
	}
	return max(i.config.Budget-len(i.begun), 0)
}

// ask introspects. Nothing that outlives the call holds the token.
func (i *Introspector) ask(ctx context.Context, f *flight, hash [sha256.Size]byte, token string) {
	began := i.config.Clock()
	var res *http.Response
	answer, err := i.client.OAuth.Introspect(ctx, telnyx.OAuthIntrospectParams{Token: token},
		option.WithMaxRetries(0), option.WithResponseInto(&res), option.WithMaxResponseBytes(maxIntrospection))
	var claims *Claims
	if err == nil {
		claims, err = readAnswer(answer.RawJSON(), token)
	}

	i.mu.Lock()
	now := i.config.Clock()
	var blocked time.Duration
	if res != nil {
		blocked = exhausted(res.Header, now)
	}
	if said, ok := errors.AsType[*telnyx.Error](err); ok &&
		(said.StatusCode == http.StatusTooManyRequests || said.StatusCode == http.StatusServiceUnavailable) {
		blocked = max(blocked, said.RetryAfter())
	}
	if until := now.Add(blocked); blocked > 0 && until.After(i.blocked) {
		i.blocked = until
	}
	if i.flights[hash] == f {
		delete(i.flights, hash)
	}
	if err == nil {
		i.keep(hash, claims, now)
		f.claims = claims
	} else {
		f.err = unavailable(blocked, withoutToken(err, token))
	}
	event := Event{Kind: EventIntrospection, Err: f.err, Duration: now.Sub(began), Remaining: i.remaining(now)}
	i.mu.Unlock()
	if i.config.OnEvent != nil {
		i.config.OnEvent(ctx, event)
	}
}

// keep caches a response. The caller holds the lock.
func (i *Introspector) keep(hash [sha256.Size]byte, claims *Claims, now time.Time) {
	until := now.Add(i.config.MaxAge)
	switch {
	case claims == nil, !claims.Expiry.IsZero() && !now.Before(claims.Expiry):
		until = now.Add(i.config.NegativeAge)
	case !claims.Expiry.IsZero() && claims.Expiry.Before(until):
		until = claims.Expiry
	}
	if old := i.answers[hash]; old != nil {
		heap.Remove(&i.ends, old.index)
		delete(i.answers, hash)
	}
	if !until.After(now) {
		return
	}
	for len(i.ends) > 0 && (len(i.ends) >= i.config.MaxEntries || !now.Before(i.ends[0].until)) {
		delete(i.answers, heap.Pop(&i.ends).(*kept).hash)
	}
	k := &kept{hash: hash, claims: claims, until: until}
	i.answers[hash] = k
	heap.Push(&i.ends, k)
}

// readAnswer reads an introspection response (RFC 7662, section 2.2): nil claims for an inactive token.
func readAnswer(raw, token string) (*Claims, error) {
	o, err := parseObject(raw)
	if err != nil {
		return nil, fmt.Errorf("the introspection response: %w", err)
	}
	switch active := o.get("active"); active.Type {
	case gjson.False:
		return nil, nil
	case gjson.True:
	default:
		return nil, errors.New("the introspection response has no boolean active")
	}
	// A copy, because raw may be part of a larger string, and may repeat the token.
	raw = strings.Clone(strings.ReplaceAll(raw, token, "[redacted]"))
	if o, err = parseObject(raw); err != nil {
		return nil, fmt.Errorf("the introspection response: %w", err)
	}
	c, err := claimsOf(o, raw)
	if err != nil {
		return nil, fmt.Errorf("the introspection response: %w", err)
	}
	c.Introspected = true
	return c, nil
}

// exhausted returns how long the server accepts no request, because nothing remains of its limit.
func exhausted(h http.Header, now time.Time) (wait time.Duration) {
	for _, prefix := range []string{"RateLimit-", "X-RateLimit-"} {
		if strings.TrimSpace(h.Get(prefix+"Remaining")) != "0" {
			continue
		}
		seconds, err := strconv.ParseInt(strings.TrimSpace(h.Get(prefix+"Reset")), 10, 64)
		if err != nil || seconds < 0 {
			continue
		}
		reset := time.Duration(min(seconds, 1<<32)) * time.Second
		if seconds >= 1e9 { // a date
			reset = time.Unix(seconds, 0).Sub(now)
		}
		wait = max(wait, reset)
	}
	return wait
}
