package oauthtest

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// limit is how many calls of one kind a caller may make in a window.
type limit struct {
	what string
	max  int
	per  time.Duration
}

// The known limits of the live API.
func introspections() limit { return limit{"introspect", 5, time.Minute} }
func registrations() limit  { return limit{"register", 5, time.Hour} }

// window counts the calls since it began. When it is over, a new one replaces it.
type window struct {
	began time.Time
	count int
}

// spend counts one call and returns the headers with the remaining ones. Without [WithRateLimits] it does nothing.
func (s *Server) spend(l limit, caller string) (http.Header, *problem) {
	if !s.rateLimits {
		return nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now, key := s.now(), l.what+" "+caller
	w := s.windows[key]
	if w == nil || !now.Before(w.began.Add(l.per)) {
		w = &window{began: now}
		s.windows[key] = w
	}
	w.count++
	// Rounded up, so that a client that waits this long does not call too early.
	reset := int((w.began.Add(l.per).Sub(now) + time.Second - 1) / time.Second)
	header := l.headers(max(0, l.max-w.count), reset)
	if w.count <= l.max {
		return header, nil
	}
	p := refuse(http.StatusTooManyRequests, "too_many_requests",
		fmt.Sprintf("Only %d calls are allowed in %s.", l.max, l.per))
	p.envelope = true
	p.header = header
	p.header.Set("Retry-After", strconv.Itoa(reset))
	return nil, p
}

// headers returns both spellings that the live API uses; a reset is in seconds from now.
func (l limit) headers(remaining, reset int) http.Header {
	h := http.Header{}
	h.Set("Ratelimit-Limit", fmt.Sprintf("%d, %d;w=%d", l.max, l.max, int(l.per/time.Second)))
	h.Set("X-Ratelimit-Limit", strconv.Itoa(l.max))
	for _, prefix := range []string{"", "X-"} {
		h.Set(prefix+"Ratelimit-Remaining", strconv.Itoa(remaining))
		h.Set(prefix+"Ratelimit-Reset", strconv.Itoa(reset))
	}
	return h
}
