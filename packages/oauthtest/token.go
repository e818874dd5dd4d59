package oauthtest

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"
)

type tokenWire struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int64  `json:"expires_in"`
	RefreshToken string `json:"refresh_token,omitempty"`
	Scope        string `json:"scope"`
}

// exchange is the token endpoint (RFC 6749 section 3.2).
func (s *Server) exchange(r *http.Request) (response, *problem) {
	params, refused := readParams(r)
	if refused != nil {
		return response{}, refused
	}
	grantType := params["grant_type"]
	switch {
	case grantType == "":
		return response{}, invalidRequest("grant_type is missing.")
	case !isGrantType(grantType):
		return response{}, refuse(http.StatusBadRequest, "unsupported_grant_type", "grant_type is not supported.")
	case !validResources(params["resource"]):
		return response{}, invalidTarget("resource must be an absolute URI without a fragment.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, refused := s.authenticateClient(r, params)
	if refused != nil {
		return response{}, refused
	}
	if !slices.Contains(c.GrantTypes, grantType) {
		return response{}, refuse(http.StatusBadRequest, "unauthorized_client", "The client may not use "+grantType+".")
	}
	wire, refused := s.issueFor(grantType, c, params)
	if refused != nil {
		return response{}, refused
	}
	return jsonResponse(http.StatusOK, wire), nil
}

func (s *Server) issueFor(grantType string, c *client, params map[string]string) (tokenWire, *problem) {
	switch grantType {
	case "authorization_code":
		return s.fromCode(c, params)
	case "refresh_token":
		return s.fromRefreshToken(c, params)
	default:
		return s.fromCredentials(c, params)
	}
}

func (s *Server) fromCredentials(c *client, params map[string]string) (tokenWire, *problem) {
	if c.Type == "public" {
		return tokenWire{}, refuse(http.StatusBadRequest, "unauthorized_client",
			"client_credentials is for confidential clients.")
	}
	scopes, ok := grantScopes(params["scope"], c.Scopes)
	if !ok {
		return tokenWire{}, invalidScope()
	}
	return s.issue(authority{
		clientID:  c.ID,
		family:    s.random.uuid(),
		subject:   c.ID,
		scopes:    slices.Clone(scopes),
		resources: strings.Fields(params["resource"]),
	})
}

func (s *Server) fromCode(c *client, params map[string]string) (tokenWire, *problem) {
	if params["code"] == "" || params["redirect_uri"] == "" {
		return tokenWire{}, invalidRequest("code and redirect_uri are required.")
	}
	got, known := s.codes[params["code"]]
	if !known || got.clientID != c.ID {
		return tokenWire{}, invalidGrant("The code is unknown, or was issued to another client.")
	}
	if got.used { // it may have been stolen, RFC 6749 section 4.1.2
		s.revoke(func(a authority) bool { return a.family == got.family })
		return tokenWire{}, invalidGrant("The code was used before; the tokens it gave are revoked.")
	}
	switch {
	case !s.now().Before(got.expires):
		return tokenWire{}, invalidGrant("The code has expired.")
	case got.redirectURI != params["redirect_uri"]:
		return tokenWire{}, invalidGrant("redirect_uri is not that of the authorization request.")
	}
	if wrong := wrongVerifier(got, params["code_verifier"]); wrong != "" {
		return tokenWire{}, invalidGrant(wrong)
	}
	a := got.authority
	if !narrowResources(&a, params["resource"]) {
		return tokenWire{}, invalidTarget("resource is not that of the authorization request.")
	}
	wire, refused := s.issue(a)
	if refused != nil {
		return tokenWire{}, refused
	}
	got.used = true
	if slices.Contains(c.GrantTypes, "refresh_token") {
		kept := got.authority // the refresh token keeps all resources, RFC 8707 section 2.2
		if len(kept.resources) == 0 {
			kept.resources = a.resources
		}
		wire.RefreshToken = s.issueRefresh(kept)
	}
	return wire, nil
}

// wrongVerifier returns why a code verifier is wrong, or "" (RFC 7636 section 4.6). A verifier without a code challenge
// is wrong too: an attacker may have removed the challenge (OAuth 2.1).
func wrongVerifier(c *code, verifier string) string {
	switch {
	case c.challenge == "" && verifier == "":
		return ""
	case c.challenge == "":
		return "code_verifier was sent, but the authorization request had no code_challenge."
	case verifier == "":
		return "code_verifier is missing."
	case !validPKCE(verifier):
		return "code_verifier must be 43 to 128 unreserved characters."
	}
	answer := verifier
	if c.method == "S256" {
		sum := sha256.Sum256([]byte(verifier))
		answer = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	if !sameSecret(answer, c.challenge) {
		return "code_verifier does not match the code_challenge."
	}
	return ""
}

// fromRefreshToken rotates the refresh token: each one works once, and using one again revokes its whole family (RFC
// 9700 section 4.14.2).
func (s *Server) fromRefreshToken(c *client, params map[string]string) (tokenWire, *problem) {
	if params["refresh_token"] == "" {
		return tokenWire{}, invalidRequest("refresh_token is missing.")
	}
	got, known := s.tokens[params["refresh_token"]]
	if !known || !got.refresh || got.clientID != c.ID {
		return tokenWire{}, invalidGrant("The refresh token is unknown, revoked, or was issued to another client.")
	}
	if got.used {
		s.revoke(func(a authority) bool { return a.family == got.family })
		return tokenWire{}, invalidGrant("The refresh token was used before; its family of tokens is revoked.")
	}
	if !s.now().Before(got.expires) {
		return tokenWire{}, invalidGrant("The refresh token has expired.")
	}
	narrowed := got.authority
	scopes, ok := grantScopes(params["scope"], got.scopes)
	if !ok {
		return tokenWire{}, invalidScope()
	}
	narrowed.scopes = scopes
	if !narrowResources(&narrowed, params["resource"]) {
		return tokenWire{}, invalidTarget("resource is not that of the authorization request.")
	}
	wire, refused := s.issue(narrowed)
	if refused != nil {
		return tokenWire{}, refused
	}
	got.used = true
	wire.RefreshToken = s.issueRefresh(got.authority) // with the scopes of the old one, RFC 6749 section 6
	return wire, nil
}

func (s *Server) issue(a authority) (tokenWire, *problem) {
	t := &token{authority: a, issued: s.now(), expires: s.now().Add(s.accessLifetime)}
	value, err := s.accessToken(t)
	if err != nil {
		return tokenWire{}, internal(err)
	}
	s.addToken(value, t)
	s.history.remember("access token", value)
	s.touch(a.grantID, t.issued)
	return tokenWire{
		AccessToken: value,
		TokenType:   "Bearer",
		ExpiresIn:   int64(s.accessLifetime / time.Second),
		Scope:       strings.Join(a.scopes, " "),
	}, nil
}

func (s *Server) accessToken(t *token) (string, error) {
	if s.opaqueTokens {
		return s.random.secret("access_"), nil
	}
	return s.sign(t)
}

func (s *Server) issueRefresh(a authority) string {
	value := s.random.secret("refresh_")
	s.history.remember("refresh token", value)
	s.addToken(value, &token{authority: a, refresh: true, issued: s.now(), expires: s.now().Add(s.refreshLifetime)})
	return value
}

// RevokeToken revokes an access or refresh token; a refresh token with all tokens of the same authorization (RFC 7009
// section 2.1). An unknown token is ignored.
func (s *Server) RevokeToken(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.tokens[value]
	if !ok {
		return
	}
	delete(s.tokens, value)
	if t.refresh {
		s.revoke(func(a authority) bool { return a.family == t.family })
	}
}

// RevokeTokens revokes all access and refresh tokens.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// narrowResources sets the resources of a to those of the token request, which must be among those of the authorization
// unless that has none (RFC 8707 section 2.2).
func narrowResources(a *authority, resources string) bool {
	asked := strings.Fields(resources)
	isOther := func(resource string) bool { return !slices.Contains(a.resources, resource) }
	switch {
	case len(asked) == 0:
		return true
	case len(a.resources) > 0 && slices.ContainsFunc(asked, isOther):
		return false
	}
	a.resources = asked
	return true
}

func invalidScope() *problem {
	return refuse(http.StatusBadRequest, "invalid_scope", "The scope exceeds what may be granted.")
}

func invalidTarget(detail string) *problem {
	return refuse(http.StatusBadRequest, "invalid_target", detail)
}
