package oauthtest

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net/http"
	"slices"
	"sync"
)

// Faults says which exchanges go wrong, and how. [Server.Inject] lets them happen to a server, [Faults.Transport] to
// anything. It is safe for concurrent use, also while requests are under way.
//
//	srv.Inject(oauthtest.NewFaults(1).
//		Next(2, oauthtest.FaultGatewayHTML(502), oauthtest.GetOAuthClient).
//		Sometimes(0.05, oauthtest.FaultReset()))
//
// Of several rules that apply to a request, the one that was added first wins.
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
	left       int     // requests still to fail; for Next
	chance     float64 // for Sometimes
	seen       map[string]uint64
}

// NewFaults makes an empty set of rules. For each operation, the seed decides which of its requests [Faults.Sometimes]
// hits: the 1st, the 20th, the 31st… That is so in every run. Which goroutine sends the 20th request is up to the
// scheduler.
func NewFaults(seed uint64) *Faults { return &Faults{seed: seed, table: new(Server).routes()} }

// Next lets the next n requests fail: requests to the given operations, such as [CreateOAuthClient], or to any if none is
// given. It panics on an operationId that the contract does not have, and returns f.
func (f *Faults) Next(n int, fault Fault, operations ...string) *Faults {
	return f.add(&rule{Fault: fault, operations: operations, left: n})
}

// Sometimes lets a request fail with a probability from 0 to 1; else it is like [Faults.Next].
func (f *Faults) Sometimes(probability float64, fault Fault, operations ...string) *Faults {
	return f.add(&rule{Fault: fault, operations: operations, chance: probability, seen: map[string]uint64{}})
}

func (f *Faults) add(r *rule) *Faults {
	f.table.mustHave(r.operations...)
	if r.name == "" {
		panic("oauthtest: the zero Fault is none")
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

// Watch has see called for each fault that happens, with the request that it happens to, before it happens. It is
// called from many goroutines at once, and must not read the body. It returns f.
func (f *Faults) Watch(see func(*http.Request, Fault)) *Faults {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.watch = see
	return f
}

// Injected is how many faults have happened so far. A test that expects a failure to be survived should make sure
// that there was one.
func (f *Faults) Injected() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.injected
}

// pick returns the fault that is to happen to a request, if any. A nil Faults has none.
func (f *Faults) pick(r *http.Request) (Fault, bool) {
	if f == nil {
		return Fault{}, false
	}
	fault, see, ok := f.decide(f.table.operation(r.Method, r.URL))
	if ok && see != nil {
		see(r, fault)
	}
	return fault, ok
}

func (f *Faults) decide(operation string) (fault Fault, see func(*http.Request, Fault), ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, r := range f.rules {
		if len(r.operations) > 0 && !slices.Contains(r.operations, operation) {
			continue
		}
		hit := !ok && r.left > 0
		if r.seen != nil { // counted also if another rule has won, so that rules do not disturb each other
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

// draw is a number in [0, 1) that depends on nothing but the seed, the rule, and which request of its operation it is.
func (f *Faults) draw(rule int, operation string, nth uint64) float64 {
	sum := sha256.Sum256(fmt.Append(nil, f.seed, rule, operation, nth))
	return float64(binary.BigEndian.Uint64(sum[:])>>11) / (1 << 53)
}

// Transport lets the faults happen to what goes through base, or through [http.DefaultTransport] if base is nil: the
// real API, an [httptest.Server], [Server.Transport]. Stalls and delays end with the request's context, and use
// the clock of a testing/synctest bubble if there is one.
func (f *Faults) Transport(base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	return faulty{f, base}
}

// Inject lets f happen to all requests of s from now on, over a port as well as in memory; nil ends that.
func (s *Server) Inject(f *Faults) { s.faults.Store(f) }
