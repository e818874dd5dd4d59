// Package retryafter reads how long a server asks a client to wait.
package retryafter

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Wait returns how long a response asks the client to wait. The first usable value counts: Retry-After-Ms, Retry-After
// (seconds, with a fraction or not, or a date), and with status 429 X-RateLimit-Reset, RateLimit-Reset (seconds until
// the reset, or Unix time) and RateLimit. A value that is negative, in the past, not a number or too large for a
// Duration is skipped. ok is false if no value is usable.
func Wait(status int, h http.Header, now time.Time) (wait time.Duration, ok bool) {
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date // so that a wrong local clock does not matter
	}
	if d, ok := number(h.Get("Retry-After-Ms"), time.Millisecond); ok {
		return d, true
	}
	after := h.Get("Retry-After")
	if d, ok := number(after, time.Second); ok {
		return d, true
	}
	if at, err := http.ParseTime(after); err == nil && !at.Before(now) {
		return at.Sub(now), true
	}
	if status != http.StatusTooManyRequests {
		return 0, false // the limit was not reached
	}
	for _, name := range []string{"X-Ratelimit-Reset", "Ratelimit-Reset"} {
		d, ok := number(h.Get(name), time.Second)
		if d >= 1e9*time.Second { // Unix time: as a wait, it would be 31 years or more
			d = time.Unix(0, int64(d)).Sub(now)
		}
		if ok && d >= 0 {
			return d, true
		}
	}
	policies := strings.Join(h.Values("Ratelimit"), ",")
	return rateLimit(policies[:min(len(policies), 4<<10)]) // no server has more
}

// rateLimit reads a RateLimit field, "name";r=remaining;t=seconds for each policy
// (draft-ietf-httpapi-ratelimit-headers). The policy with the least remaining counts; of several, that with the longest
// wait.
func rateLimit(field string) (wait time.Duration, ok bool) {
	least := time.Duration(math.MaxInt64)
	parts := strings.Split(strings.NewReplacer(`\\`, "", `\"`, "").Replace(field), `"`) // names have the odd indexes
	for i := 2; i < len(parts); i += 2 {
		policy := map[string]time.Duration{"r": -1, "t": -1}
		for parameter := range strings.SplitSeq(parts[i], ";") {
			name, value, _ := strings.Cut(strings.Trim(parameter, ", \t"), "=")
			if d, ok := number(value, time.Second); ok {
				policy[name] = d
			}
		}
		remaining, t := policy["r"], policy["t"]
		if remaining >= 0 && t >= 0 && (remaining < least || remaining == least && t > wait) {
			least, wait, ok = remaining, t, true
		}
	}
	return wait, ok
}

func number(text string, unit time.Duration) (time.Duration, bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(n) || n < 0 || n > float64(math.MaxInt64/2/int64(unit)) {
		return 0, false
	}
	return time.Duration(n * float64(unit)), true
}
