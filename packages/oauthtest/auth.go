package oauthtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest/internal/record"
)

// checkBearer accepts the API key, and active access tokens of this server that have the needed scopes (RFC 6750).
func (s *Server) checkBearer(r *http.Request, needed ...string) *problem {
	credential, sent := bearerToken(r)
	if !sent {
		return s.challenge("", "No credentials were sent: an API key or an access token is needed.")
	}
	if sameSecret(credential, s.apiKey) {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.liveToken(credential)
	if !ok || t.refresh {
		return s.challenge(`, error="invalid_token"`, "The API key or access token is unknown, expired or revoked.")
	}
	if slices.ContainsFunc(needed, func(scope string) bool { return !slices.Contains(t.scopes, scope) }) {
		p := s.challenge(fmt.Sprintf(`, error="insufficient_scope", scope=%q`, strings.Join(needed, " ")),
			"The access token lacks a scope that is needed here: "+strings.Join(needed, " ")+".")
		p.name = "insufficient_scope"
		return p
	}
	s.touch(t.grantID, s.now())
	return nil
}

// bearerToken reads the Authorization header. A header of another scheme is an unknown credential.
func bearerToken(r *http.Request) (token string, sent bool) {
	header := r.Header.Get("Authorization")
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", header != ""
	}
	return strings.TrimSpace(token), true
}

func (s *Server) challenge(more, detail string) *problem {
	p := refuse(http.StatusUnauthorized, "invalid_token", detail)
	metadata := fmt.Sprintf(`Bearer resource_metadata="%s/.well-known/oauth-protected-resource"`, s.url)
	p.header = http.Header{"Www-Authenticate": {metadata + more}}
	return p
}

func (s *Server) liveToken(value string) (*token, bool) {
	t, ok := s.tokens[value]
	if !ok || t.used || !s.now().Before(t.expires) || s.now().Before(t.notBefore) {
		return nil, false
	}
	return t, true
}

// authenticateClient finds the client of a request (RFC 6749 section 2.3.1): HTTP Basic, or client_id and
// client_secret in the body, or client_id alone for a public client. The caller holds the lock.
func (s *Server) authenticateClient(r *http.Request, params map[string]string) (*client, *problem) {
	id, secret := params["client_id"], params["client_secret"]
	basic := r.Header.Get("Authorization") != ""
	if basic {
		var ok bool
		if id, secret, ok = record.BasicAuth(r); !ok {
			return nil, s.invalidClient("The Authorization header is not HTTP Basic with form-encoded credentials.")
		}
		if params["client_secret"] != "" {
			return nil, invalidRequest("Client credentials were sent both in the header and in the body.")
		}
		if other := params["client_id"]; other != "" && other != id {
			return nil, invalidRequest("The header and the body name different clients.")
		}
	}
	c, known := s.clients.byID[id]
	switch {
	case id == "":
		return nil, s.invalidClient("No client authentication was sent.")
	case !known:
		return nil, s.invalidClient("The client is unknown.")
	case c.Type == "public" && (basic || secret != ""):
		return nil, s.invalidClient("A public client has no secret: send client_id alone.")
	case c.Type != "public" && (secret == "" || !sameSecret(secret, c.Secret)):
		return nil, s.invalidClient("The client secret is missing or wrong.")
	}
	return c, nil
}

// invalidClient is a 401 with the challenge that every 401 has (RFC 9110 section 15.5.2). Its scheme is that of a
// client which authenticated in the header (RFC 6749 section 5.2).
func (s *Server) invalidClient(detail string) *problem {
	p := refuse(http.StatusUnauthorized, "invalid_client", detail)
	p.header = http.Header{"Www-Authenticate": {fmt.Sprintf("Basic realm=%q", s.url)}}
	return p
}
