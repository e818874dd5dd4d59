// Package retryafter reads how long a server asks a client to wait.
package retryafter

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Wait returns the wait that an answer asks for. It believes, in this order, Retry-After-Ms, Retry-After (seconds, with a
// fraction or not, or a date), and on a 429 X-RateLimit-Reset and RateLimit-Reset (seconds until the reset). A value that is
// negative, past, not a number or beyond what a Duration holds is passed over; ok is false where nothing usable is left.
func Wait(status int, h http.Header, now time.Time) (wait time.Duration, ok bool) {
	if d, ok := number(h.Get("Retry-After-Ms"), time.Millisecond); ok {
		return d, true
	}
	after := h.Get("Retry-After")
	if d, ok := number(after, time.Second); ok {
		return d, true
	}
	if d, ok := until(after, h.Get("Date"), now); ok {
		return d, true
	}
	if status != http.StatusTooManyRequests {
		return 0, false // the reset of a limit that was not hit says nothing
	}
	for _, name := range []string{"X-Ratelimit-Reset", "Ratelimit-Reset"} {
		if d, ok := number(h.Get(name), time.Second); ok {
			return d, true
		}
	}
	return 0, false
}

func number(text string, unit time.Duration) (time.Duration, bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(n) || n < 0 || n > float64(math.MaxInt64/2/int64(unit)) {
		return 0, false
	}
	return time.Duration(n * float64(unit)), true
}

// until measures a date against the server's own clock where the answer tells it, so that a wrong local clock does no harm.
func until(date, serverNow string, now time.Time) (time.Duration, bool) {
	at, err := http.ParseTime(date)
	if err != nil {
		return 0, false
	}
	if t, err := http.ParseTime(serverNow); err == nil {
		now = t
	}
	d := at.Sub(now)
	return d, d >= 0
}
