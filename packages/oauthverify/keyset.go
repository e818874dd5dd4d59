package oauthverify

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/gjson"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// retryKeys is the time from a failed fetch to the next, if the server does not say.
const retryKeys = 10 * time.Second

// A KeySet holds the authorization server's public keys, and fetches them when they are needed. Make one with
// NewKeySet.
type KeySet struct {
	client telnyx.Client
	config KeySetConfig

	mu         sync.Mutex
	keys       []key
	held       bool      // a fetch has succeeded once
	expires    time.Time // when keys are past their age
	cooled     time.Time // before it, no fetch for an unknown kid
	paused     time.Time // before it, no fetch at all, because the last one failed
	lastFailed bool
	fetch      *flight // nil: none under way
}

// KeySetConfig configures a KeySet. The zero value has good defaults. A negative value is an error, unless its field
// says otherwise.
type KeySetConfig struct {
	// MinAge and MaxAge are limits for how long keys are cached: for the max-age, less Age, of the response's
	// Cache-Control. no-store, no-cache and 0 mean MinAge; without Cache-Control, keys are cached for MaxAge. Defaults: a
	// minute and an hour. MinAge above MaxAge is an error.
	MinAge, MaxAge time.Duration
	// Cooldown is the shortest time between the end of any fetch and a fetch for an unknown kid. Each is lengthened by up
	// to a fifth, at random. Default: 5 minutes.
	Cooldown time.Duration
	// MaxStale is how long keys are used beyond their age while fetches fail. Default: 6 hours. Negative: not at all.
	MaxStale time.Duration
	// Timeout limits one fetch with its retries. Default: 5 s. A fetch that takes longer has failed.
	Timeout time.Duration
	// MaxBytes and MaxKeys limit the response; a larger one is a failed fetch. Defaults: 256 KiB and 64.
	MaxBytes int64
	MaxKeys  int
	// Clock tells the time. Default: time.Now.
	Clock func() time.Time
	// OnEvent, if set, is called with an EventKeys for every fetch.
	OnEvent func(context.Context, Event)
}

// NewKeySet makes an empty key set that calls client.OAuth.GetJwks. It sends nothing; the first verification fetches.
func NewKeySet(client telnyx.Client, config KeySetConfig) (*KeySet, error) {
	c := config
	var err error
	c.MinAge = positive(&err, "MinAge", c.MinAge, time.Minute)
	c.MaxAge = positive(&err, "MaxAge", c.MaxAge, time.Hour)
	c.Cooldown = positive(&err, "Cooldown", c.Cooldown, 5*time.Minute)
	c.Timeout = positive(&err, "Timeout", c.Timeout, 5*time.Second)
	c.MaxBytes = positive(&err, "MaxBytes", c.MaxBytes, 256<<10)
	c.MaxKeys = positive(&err, "MaxKeys", c.MaxKeys, 64)
	if c.MaxStale == 0 {
		c.MaxStale = 6 * time.Hour
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if err == nil && c.MinAge > c.MaxAge {
		err = fmt.Errorf("MinAge (%s) is above MaxAge (%s)", c.MinAge, c.MaxAge)
	}
	if err != nil {
		return nil, fmt.Errorf("oauthverify: KeySetConfig.%w", err)
	}
	return &KeySet{client: client, config: c}, nil
}

// positive returns a value of a configuration, or def if it is zero. It sets err if the value is negative.
func positive[T ~int | ~int64](err *error, field string, v, def T) T {
	if v < 0 && *err == nil {
		*err = fmt.Errorf("%s is negative", field)
	}
	if v == 0 {
		return def
	}
	return v
}

// check checks the signature of t, and fetches keys at most once, if a fetch is due.
func (s *KeySet) check(ctx context.Context, t *jws) error {
	for fetched := false; ; fetched = true {
		s.mu.Lock()
		now := s.config.Clock()
		keys, fresh := s.keys, s.held && now.Before(s.expires)
		due, wait := s.due(now, fresh)
		usable := fresh || s.held && now.Before(s.expires.Add(s.config.MaxStale))
		failed := s.lastFailed
		if !fresh && !due && !fetched {
			fetched = true // it is too early for another fetch after a failure
		}
		s.mu.Unlock()

		if usable && (fresh || fetched) {
			switch v := judge(keys, t); {
			case v == goodSignature:
				return nil
			case v == badSignature:
				return refuse(ErrSignature, "it does not match the key of its kid")
			case fetched || !due:
				if failed {
					return unavailable(wait, errors.New("the key of the token is unknown, and the last fetch of keys failed"))
				}
				return refuse(ErrSignature, "no key of the key set verifies it")
			}
		} else if fetched {
			return unavailable(wait, errors.New("no keys are available"))
		}
		if err := s.await(ctx); err != nil {
			return err
		}
	}
}

// due reports whether a fetch may begin now, and otherwise in what time. If the keys are fresh, the fetch is for an
// unknown kid. The caller holds the lock.
func (s *KeySet) due(now time.Time, fresh bool) (due bool, wait time.Duration) {
	next := s.paused
	if fresh && s.cooled.After(next) {
		next = s.cooled
	}
	return !now.Before(next), next.Sub(now)
}

// A flight is a fetch or an introspection that callers share. It is cancelled when the last one leaves.
type flight struct {
	waiting   int
	cancel    context.CancelFunc
	abandoned func() // called with the lock held when the last one leaves
	done      chan struct{}
	claims    *Claims // of an introspection
	err       error
}

// begin runs do in a new goroutine, with the values of ctx.
func begin(ctx context.Context, timeout time.Duration, do func(context.Context, *flight)) *flight {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	f := &flight{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(f.done)
		defer cancel()
		do(ctx, f)
	}()
	return f
}

// wait waits until the flight or ctx ends. The caller holds mu, which protects the number of waiting callers.
func (f *flight) wait(ctx context.Context, mu *sync.Mutex) error {
	f.waiting++
	mu.Unlock()
	defer mu.Lock()
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
	}
	mu.Lock()
	if f.waiting--; f.waiting == 0 {
		f.cancel()
		f.abandoned()
	}
	mu.Unlock()
	return unavailable(0, leaving(ctx))
}

// leaving returns the error of a context that ended, with its cause.
func leaving(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// await takes part in a fetch, and begins one if there is none.
func (s *KeySet) await(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		return unavailable(0, leaving(ctx))
	}
	if s.fetch == nil || s.fetch.waiting == 0 { // without callers, it is cancelled
		s.fetch = begin(ctx, s.config.Timeout, s.renew)
		s.fetch.abandoned = s.cool // at once, because its goroutine may take a moment to end
	}
	return s.fetch.wait(ctx, &s.mu)
}

// cool begins the cool-down. The caller holds the lock.
func (s *KeySet) cool() {
	s.cooled = s.config.Clock().Add(s.config.Cooldown + rand.N(s.config.Cooldown/5+1))
}

// renew fetches the keys.
func (s *KeySet) renew(ctx context.Context, f *flight) {
	began := s.config.Clock()
	var res *http.Response
	answer, err := s.client.OAuth.GetJwks(ctx,
		option.WithResponseInto(&res), option.WithMaxResponseBytes(s.config.MaxBytes))
	var keys []key
	skipped := 0
	if err == nil {
		keys, skipped, err = s.usable(answer.JSON.Keys.Raw())
	}
	event := Event{Kind: EventKeys, Err: err, Skipped: skipped}

	s.mu.Lock()
	now := s.config.Clock()
	s.cool()
	switch {
	case err == nil:
		s.keys, s.held, s.lastFailed, s.paused = keys, true, false, time.Time{}
		s.expires = now.Add(s.age(res.Header))
	case ctx.Err() == context.Canceled: // no caller waits, so this is not a failure
	default:
		s.lastFailed = true
		pause := retryKeys
		if said, ok := errors.AsType[*telnyx.Error](err); ok && said.RetryAfter() > 0 {
			pause = min(said.RetryAfter(), s.config.Cooldown)
		}
		s.paused = now.Add(pause)
	}
	if s.fetch == f {
		s.fetch = nil
	}
	event.Keys, event.Duration = len(s.keys), now.Sub(began)
	if err != nil && s.held {
		event.Stale = max(now.Sub(s.expires), 0)
	}
	s.mu.Unlock()
	if s.config.OnEvent != nil {
		s.config.OnEvent(ctx, event)
	}
}

// usable reads the keys member of a response, and skips keys that are not usable.
func (s *KeySet) usable(raw string) (keys []key, skipped int, err error) {
	all := gjson.Parse(raw) // valid, because the response was decoded
	if !all.IsArray() {
		return nil, 0, errors.New("oauthverify: the key set has no keys array")
	}
	n := 0
	all.ForEach(func(_, entry gjson.Result) bool {
		if n++; n > s.config.MaxKeys {
			err = fmt.Errorf("oauthverify: the key set has more than %d keys", s.config.MaxKeys)
			return false
		}
		if k, keyErr := parseKey(entry.Raw); keyErr == nil {
			keys = append(keys, k)
		} else {
			skipped++
		}
		return true
	})
	return keys, skipped, err
}

// age returns how long keys are cached, from the Cache-Control and Age of a response (RFC 9111).
func (s *KeySet) age(h http.Header) time.Duration {
	age, stated := s.config.MaxAge, false
	for directive := range strings.SplitSeq(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(directive)), "=")
		switch strings.TrimSpace(name) {
		case "no-store", "no-cache":
			return s.config.MinAge
		case "max-age":
			seconds, err := strconv.ParseInt(strings.Trim(strings.TrimSpace(value), `"`), 10, 32)
			if err == nil && !stated {
				older, _ := strconv.ParseInt(strings.TrimSpace(h.Get("Age")), 10, 32)
				age, stated = time.Duration(seconds-max(older, 0))*time.Second, true
			}
		}
	}
	return min(max(age, s.config.MinAge), s.config.MaxAge)
}
