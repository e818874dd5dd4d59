package oauthtest

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Grant is what a user has granted to a client.
type Grant struct {
	ID, ClientID string
	Scopes       []string
	Created      time.Time
	LastUsed     time.Time // zero until a token of it is issued or used
}

// Token is an access or refresh token that the server knows.
type Token struct {
	Value             string
	ClientID, GrantID string // GrantID is "" for client credentials
	Scopes            []string
	Refresh           bool
	Active            bool // neither expired nor, for a refresh token, used
	Issued, Expires   time.Time
}

// Clients returns copies of all clients, with their secrets, in the order in which they were made.
func (s *Server) Clients() []Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Client{}
	for _, c := range s.clients.all() {
		list = append(list, c.clone())
	}
	return list
}

// Grants returns copies of all grants, in the order in which they were made.
func (s *Server) Grants() []Grant {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Grant{}
	for _, g := range s.grants.all() {
		list = append(list, Grant{g.id, g.clientID, slices.Clone(g.scopes), g.created, g.lastUsed})
	}
	return list
}

// Tokens returns copies of all tokens that were not revoked, in the order in which they were made.
func (s *Server) Tokens() []Token {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Token{}
	byNumber := func(a, b string) int { return cmp.Compare(s.tokens[a].number, s.tokens[b].number) }
	for _, value := range slices.SortedFunc(maps.Keys(s.tokens), byNumber) {
		t := s.tokens[value]
		list = append(list, Token{
			Value: value, ClientID: t.clientID, GrantID: t.grantID, Scopes: slices.Clone(t.scopes), Refresh: t.refresh,
			Active: !t.used && s.now().Before(t.expires), Issued: t.issued, Expires: t.expires,
		})
	}
	return list
}

// Reset removes all clients, grants, tokens, faults, scripted answers and history, sets the clock back, and, with
// [WithSeed], begins again with the same ids. The API key, the address and the newest signing key stay.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.signers[0]
	s.state = newState()
	s.signers = []func() (*signer, error){key}
	s.faults.Store(nil)
	s.advanced.Store(0)
	s.begin()
	s.history.reset()
	s.history.remember("API key", s.apiKey)
}
