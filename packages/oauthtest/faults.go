package oauthtest

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net/http"
	"slices"
	"sync"
)

// Faults says which requests fail, and how. [Server.Inject] applies it to a server, [Faults.Transport] to any
// transport. It is safe for concurrent use, also during requests.
//
//	srv.Inject(oauthtest.NewFaults(1).
//		Next(2, oauthtest.FaultGatewayHTML(502), oauthtest.GetOAuthClient).
//		Sometimes(0.05, oauthtest.FaultReset()))
//
// If several rules apply to a request, the one that was added first is used.
type Faults struct {
	seed  uint64
	table routeTable

	mu       sync.Mutex
	rules    []*rule
	injected int
	watch    func(*http.Request, Fault)
}

type rule struct {
	Fault
	operations []string
	skip       int // requests that are left out first
	when       func(*http.Request) bool
	left       int     // how many more requests fail, for Next
	chance     float64 // for Sometimes
	seen       map[string]uint64
}

// NewFaults makes an empty set of rules. For each operation, the seed decides which of its requests fail by
// [Faults.Sometimes]: the 1st, the 20th, the 31st…, the same in every run. Which goroutine sends the 20th request
// depends on the scheduler.
func NewFaults(seed uint64) *Faults { return &Faults{seed: seed, table: new(Server).routes()} }

// Next makes the next n requests fail: requests to the given operations, such as [CreateOAuthClient], or to any if none
// is given. It panics on an operationId that the contract does not have, and returns f.
func (f *Faults) Next(n int, fault Fault, operations ...string) *Faults {
	return f.add(&rule{Fault: fault, operations: operations, left: n})
}

// Sometimes makes requests fail with a probability from 0 to 1, and is otherwise like [Faults.Next]. It panics on
// another probability.
func (f *Faults) Sometimes(probability float64, fault Fault, operations ...string) *Faults {
	if !(probability >= 0 && probability <= 1) { // NaN is neither
		panic(fmt.Sprintf("oauthtest: Sometimes: the probability %v is not between 0 and 1", probability))
	}
	return f.add(&rule{Fault: fault, operations: operations, chance: probability, seen: map[string]uint64{}})
}

// Skip makes the rule that was added last leave out the first n requests that it would apply to, also those that fail
// by another rule. It returns f, and panics if there is no rule. Call it before the faults are used.
func (f *Faults) Skip(n int) *Faults {
	return f.last("Skip", func(r *rule) { r.skip = n })
}

// When restricts the rule that was added last to requests for which is returns true. is must not read the body, and is
// called by many goroutines at once. When returns f, and panics if there is no rule. Call it before the faults are
// used.
func (f *Faults) When(is func(*http.Request) bool) *Faults {
	return f.last("When", func(r *rule) { r.when = is })
}

func (f *Faults) last(method string, change func(*rule)) *Faults {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.rules) == 0 {
		panic("oauthtest: Faults." + method + " must be called after Next or Sometimes")
	}
	change(f.rules[len(f.rules)-1])
	return f
}

func (f *Faults) add(r *rule) *Faults {
	f.table.mustHave(r.operations...)
	if r.name == "" {
		panic("oauthtest: the zero Fault is not valid")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = append(f.rules, r)
	return f
}

// Clear removes all rules.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = nil
}

// Watch sets a function that is called before each fault happens, with its request. see is called by many goroutines at
// once, and must not read the body. Watch returns f.
func (f *Faults) Watch(see func(*http.Request, Fault)) *Faults {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.watch = see
	return f
}

// Injected returns how many faults have happened. A test that expects its program to survive a failure should check
// that there was one.
func (f *Faults) Injected() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.injected
}

// pick returns the fault for a request, if there is one. A nil Faults has none. A cancelled request uses up no fault.
func (f *Faults) pick(r *http.Request) (Fault, bool) {
	if f == nil || r.Context().Err() != nil {
		return Fault{}, false
	}
	fault, see, ok := f.decide(r)
	if ok && see != nil {
		see(r, fault)
	}
	return fault, ok
}

func (f *Faults) decide(req *http.Request) (fault Fault, see func(*http.Request, Fault), ok bool) {
	operation := f.table.operation(req.Method, req.URL)
	f.mu.Lock()
	rules := slices.Clone(f.rules)
	f.mu.Unlock()
	chosen := make([]bool, len(rules)) // by their predicates, before the lock is taken: these may call f
	for i, r := range rules {
		chosen[i] = r.when == nil || r.when(req)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, r := range rules {
		if len(r.operations) > 0 && !slices.Contains(r.operations, operation) {
			continue
		}
		if !chosen[i] {
			continue
		}
		if r.skip > 0 {
			r.skip--
			continue
		}
		hit := !ok && r.left > 0
		if r.seen != nil { // counted also if another rule applies, so that rules do not affect each other
			r.seen[operation]++
			hit = !ok && f.draw(i, operation, r.seen[operation]) < r.chance
		}
		if hit {
			r.left--
			f.injected++
			fault, ok = r.Fault, true
		}
	}
	return fault, f.watch, ok
}

// draw returns a number in [0, 1) that depends only on the seed, the rule, and the number of the request.
func (f *Faults) draw(rule int, operation string, nth uint64) float64 {
	sum := sha256.Sum256(fmt.Append(nil, f.seed, rule, operation, nth))
	return float64(binary.BigEndian.Uint64(sum[:])>>11) / (1 << 53)
}

// Transport applies the faults to requests through base, or through [http.DefaultTransport] if base is nil: to the live
// API, an [httptest.Server], or [Server.Transport]. Stalls and delays end with the request's context, not with
// [Server.Close], and use the clock of a testing/synctest bubble if there is one.
func (f *Faults) Transport(base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	return faulty{f, base}
}

// Inject applies f to all later requests to s, over a port and in memory; nil removes the faults.
func (s *Server) Inject(f *Faults) { s.faults.Store(f) }
