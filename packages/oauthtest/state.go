package oauthtest

import (
	"maps"
	"slices"
	"time"
)

// state is everything that the server stores.
type state struct {
	clients  records[client]
	grants   records[grant]
	consents map[string]*consent
	codes    map[string]*code
	tokens   map[string]*token // access and refresh tokens, by value
	windows  map[string]*window
	scripts  map[string][]Answer       // by operation
	issued   int                       // how many tokens were made
	signers  []func() (*signer, error) // newest first
}

func newState() state {
	return state{
		clients:  records[client]{byID: map[string]*client{}},
		grants:   records[grant]{byID: map[string]*grant{}},
		consents: map[string]*consent{},
		codes:    map[string]*code{},
		tokens:   map[string]*token{},
		windows:  map[string]*window{},
		scripts:  map[string][]Answer{},
	}
}

type client struct {
	Client
	created, updated time.Time
}

type grant struct {
	id, clientID      string
	scopes            []string
	created, lastUsed time.Time // lastUsed is zero until a token is issued or used
}

// consent is an authorization request that waits for the user's decision.
type consent struct {
	clientID          string
	redirectURI       string
	scopes            []string
	state             string
	resources         []string
	challenge, method string
	expires           time.Time
}

// authority is the client, grant, scopes and resources of a token.
type authority struct {
	clientID  string
	grantID   string // empty when no user granted it (client credentials)
	family    string // all tokens of one authorization; reuse of one revokes all
	subject   string
	scopes    []string
	resources []string // RFC 8707; none: the API itself
}

type code struct {
	authority
	redirectURI       string
	challenge, method string
	expires           time.Time
	used              bool
}

type token struct {
	authority
	number          int // in the order of creation
	refresh         bool
	minted          map[string]any // the claims of a token that a test made; nil for others
	notBefore       time.Time
	used            bool // a refresh token that was exchanged; kept to detect its reuse
	issued, expires time.Time
}

// records keeps entries by id and in the order in which they were added.
type records[T any] struct {
	ids  []string
	byID map[string]*T
}

func (rs *records[T]) put(id string, v *T) {
	if _, known := rs.byID[id]; !known {
		rs.ids = append(rs.ids, id)
	}
	rs.byID[id] = v
}

func (rs *records[T]) remove(id string) {
	delete(rs.byID, id)
	rs.ids = slices.DeleteFunc(rs.ids, func(other string) bool { return other == id })
}

func (rs *records[T]) all() []*T {
	list := make([]*T, len(rs.ids))
	for i, id := range rs.ids {
		list[i] = rs.byID[id]
	}
	return list
}

// revoke removes the tokens and codes that have a matching authority.
func (st *state) revoke(match func(authority) bool) {
	maps.DeleteFunc(st.tokens, func(_ string, t *token) bool { return match(t.authority) })
	maps.DeleteFunc(st.codes, func(_ string, c *code) bool { return match(c.authority) })
}

func (st *state) dropGrant(id string) {
	st.grants.remove(id)
	st.revoke(func(a authority) bool { return a.grantID == id })
}

func (st *state) dropClient(id string) {
	st.clients.remove(id)
	for _, g := range st.grants.all() {
		if g.clientID == id {
			st.grants.remove(g.id)
		}
	}
	maps.DeleteFunc(st.consents, func(_ string, c *consent) bool { return c.clientID == id })
	st.revoke(func(a authority) bool { return a.clientID == id })
}

// addGrant records that the user granted scopes to a client. Each client has one grant, to which scopes are added. A
// new grant gets id.
func (st *state) addGrant(id, clientID string, scopes []string, now time.Time) *grant {
	for _, g := range st.grants.all() {
		if g.clientID == clientID {
			g.scopes = union(g.scopes, scopes)
			return g
		}
	}
	g := &grant{id: id, clientID: clientID, scopes: slices.Clone(scopes), created: now}
	st.grants.put(g.id, g)
	return g
}

// addToken keeps a token.
func (st *state) addToken(value string, t *token) {
	st.issued++
	t.number = st.issued
	st.tokens[value] = t
}

// touch records that a token of the grant was issued or used.
func (st *state) touch(grantID string, now time.Time) {
	if g, ok := st.grants.byID[grantID]; ok {
		g.lastUsed = now
	}
}
