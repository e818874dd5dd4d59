package main

import (
	"crypto/rand"
	"net/http"
	"sync"

	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
)

// A session is the login of a browser, or the one under way.
type session struct {
	user    string             // "" before the login
	pending *oauthflow.Pending // of a login under way
}

// sessions are kept in memory. The cookie has a random id and nothing else.
type sessions struct {
	secure bool // the application is reached over https
	mu     sync.Mutex
	byID   map[string]session
}

const cookie = "weblogin_session"

// get returns the session of a browser; the zero session if there is none.
func (s *sessions) get(r *http.Request) session {
	c, err := r.Cookie(cookie)
	if err != nil {
		return session{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byID[c.Value]
}

// take removes the login that is under way, so that it can be finished only once. A callback with another state, which
// anyone can send, does not end it.
func (s *sessions) take(r *http.Request) session {
	c, err := r.Cookie(cookie)
	if err != nil {
		return session{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.byID[c.Value]
	if known.pending != nil && known.pending.State == r.URL.Query().Get("state") {
		s.byID[c.Value] = session{user: known.user}
	}
	return known
}

// put gives the browser a session with a new id, so that the old id, which others may know, is not valid any more. The
// zero session ends it.
func (s *sessions) put(w http.ResponseWriter, r *http.Request, next session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, err := r.Cookie(cookie); err == nil {
		delete(s.byID, c.Value)
	}
	c := &http.Cookie{
		Name: cookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: -1, Secure: s.secure,
	}
	if next != (session{}) {
		c.Value, c.MaxAge = rand.Text(), 0
		s.byID[c.Value] = next
	}
	http.SetCookie(w, c)
}
