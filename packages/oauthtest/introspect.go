package oauthtest

import (
	"maps"
	"net/http"
	"strings"
)

type introspection struct {
	Active   bool   `json:"active"`
	Audience any    `json:"aud,omitempty"`
	ClientID string `json:"client_id,omitempty"`
	Expires  int64  `json:"exp,omitempty"`
	IssuedAt int64  `json:"iat,omitempty"`
	Issuer   string `json:"iss,omitempty"`
	Scope    string `json:"scope,omitempty"`
}

// introspect says whether a token is active (RFC 7662), and nothing else about an inactive one.
func (s *Server) introspect(r *http.Request) (response, *problem) {
	params, refused := readParams(r)
	if refused != nil {
		return response{}, refused
	}
	caller, refused := s.introspector(r, params)
	if refused != nil {
		return response{}, refused
	}
	limits, refused := s.spend(introspections(), caller)
	if refused != nil {
		return response{}, refused
	}
	if params["token"] == "" {
		return response{}, invalidRequest("token is missing.")
	}
	return jsonResponse(http.StatusOK, s.describeToken(params["token"])).with(limits), nil
}

// introspector returns the caller: a client, or the account for an API key or an access token.
func (s *Server) introspector(r *http.Request, params map[string]string) (string, *problem) {
	if scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		return s.orgID, s.checkBearer(r)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, refused := s.authenticateClient(r, params)
	if refused != nil {
		return "", refused
	}
	return c.ID, nil
}

func (s *Server) describeToken(value string) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.liveToken(value)
	if !ok {
		return introspection{}
	}
	if t.minted != nil { // the test has set the response
		said := maps.Clone(t.minted)
		said["active"] = true
		return said
	}
	return introspection{
		Active:   true,
		Audience: s.audience(t),
		ClientID: t.clientID,
		Expires:  t.expires.Unix(),
		IssuedAt: t.issued.Unix(),
		Issuer:   s.url,
		Scope:    strings.Join(t.scopes, " "),
	}
}
