package oauthtest

import (
	"fmt"
	"net/http"
)

// AddGrant stores a grant as if the user had consented, and returns its id. Without scopes it grants all scopes of the
// client. A client has one grant: a second call adds scopes to it and returns the same id.
func (s *Server) AddGrant(clientID string, scopes ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.clients.byID[clientID]
	if !ok {
		panic(fmt.Sprintf("oauthtest: AddGrant: no client has the id %q; AddClient makes one", clientID))
	}
	if len(scopes) == 0 {
		scopes = c.Scopes
	}
	return s.addGrant(s.random.uuid(), clientID, scopes, s.now()).id
}

// RevokeGrant revokes a grant with its tokens and codes, as the user would, and reports whether there was one.
func (s *Server) RevokeGrant(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.grants.byID[id]
	if ok { // tokens of client credentials have no grant: their id is ""
		s.dropGrant(id)
	}
	return ok
}

type grantWire struct {
	ID         string   `json:"id"`
	RecordType string   `json:"record_type"`
	ClientID   string   `json:"client_id"`
	Scopes     []string `json:"scopes"`
	CreatedAt  string   `json:"created_at"`
	LastUsedAt *string  `json:"last_used_at"`
}

func (g *grant) wire() grantWire {
	wire := grantWire{
		ID:         g.id,
		RecordType: "oauth_grant",
		ClientID:   g.clientID,
		Scopes:     union([]string{}, g.scopes), // [] on the wire, never null
		CreatedAt:  timestamp(g.created),
	}
	if !g.lastUsed.IsZero() {
		wire.LastUsedAt = orNull(timestamp(g.lastUsed))
	}
	return wire
}

// listGrants answers in the order of creation, oldest first.
func (s *Server) listGrants(r *http.Request) (response, *problem) {
	p, refused := readPage(r.URL.Query())
	if refused != nil {
		return response{}, refused
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []grantWire{}
	for _, g := range s.grants.all() {
		list = append(list, g.wire())
	}
	return jsonResponse(http.StatusOK, paginate(list, p)), nil
}

func (s *Server) getGrant(r *http.Request) (response, *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, ok := s.grants.byID[r.PathValue("id")]
	if !ok {
		return response{}, unknownGrant()
	}
	return jsonResponse(http.StatusOK, data{g.wire()}), nil
}

// revokeGrant revokes the tokens of the grant too.
func (s *Server) revokeGrant(r *http.Request) (response, *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, ok := s.grants.byID[r.PathValue("id")]
	if !ok {
		return response{}, unknownGrant()
	}
	s.dropGrant(g.id)
	return jsonResponse(http.StatusOK, data{g.wire()}), nil
}

func unknownGrant() *problem { return notFound("No OAuth grant has this id.") }
