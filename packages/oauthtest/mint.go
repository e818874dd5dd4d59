package oauthtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// Minted describes an access token for [Server.MintToken]. The zero Minted is a valid one: a JWT of this server for
// itself, without scopes, issued now and with the usual lifetime.
type Minted struct {
	// ClientID and Subject are client_id and sub. An empty Subject is the ClientID, or the account's user without one.
	ClientID, Subject string
	// Audience is aud. Nil: [Server.URL].
	Audience []string
	// Scopes are scope. Nil: the token has no scope.
	Scopes []string
	// Issuer is iss. Empty: [Server.URL].
	Issuer string
	// Issued, NotBefore and Expires are iat, nbf and exp. Zero: now, no nbf, and now plus [WithAccessTokenLifetime].
	Issued, NotBefore, Expires time.Time
	// Type is the typ header. Empty: at+jwt (RFC 9068 section 2.1).
	Type string
	// Claims are further claims, or replace those above; nil values remove them.
	Claims map[string]any
	// Opaque makes a random string instead of a JWT.
	Opaque bool
	// Unpublished makes a forgery: it signs with a key that the key set does not have, with the kid of one that it has.
	Unpublished bool
	// Unknown makes introspection return that the token is inactive. Forgeries are always unknown.
	Unknown bool
}

// MintToken makes an access token without a flow, for tests of resource servers: an expired one, one for another
// audience, one with a forged signature. Introspection and [Server.RevokeToken] know it, unless m.Unknown is set.
// Introspection returns the fields of m, with Issuer and Claims, and that the token is inactive before NotBefore.
// MintToken panics if a claim cannot be encoded.
func (s *Server) MintToken(m Minted) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	t := &token{
		authority: authority{
			clientID:  m.ClientID,
			family:    s.random.uuid(),
			subject:   cmp.Or(m.Subject, m.ClientID, s.userID),
			scopes:    slices.Clone(m.Scopes),
			resources: slices.Clone(m.Audience),
		},
		issued:  cmp.Or(m.Issued, now),
		expires: cmp.Or(m.Expires, now.Add(s.accessLifetime)),
	}
	t.notBefore = m.NotBefore
	t.minted = s.mintedClaims(t, m)
	if _, err := json.Marshal(t.minted); err != nil {
		panic(fmt.Sprintf("oauthtest: MintToken: %v", err))
	}
	value := s.random.secret("access_")
	if !m.Opaque {
		var err error
		if value, err = s.mint(t, m); err != nil {
			panic(fmt.Sprintf("oauthtest: MintToken: %v", err))
		}
	}
	s.history.remember("access token", value)
	if !m.Unknown && !m.Unpublished {
		s.addToken(value, t)
	}
	return value
}

// mintedClaims are the claims that m describes.
func (s *Server) mintedClaims(t *token, m Minted) map[string]any {
	all := map[string]any{
		"iss": cmp.Or(m.Issuer, s.url), "sub": t.subject, "aud": s.audience(t), "client_id": t.clientID,
		"scope": strings.Join(t.scopes, " "), "iat": t.issued.Unix(), "exp": t.expires.Unix(), "jti": s.random.uuid(),
	}
	if !m.NotBefore.IsZero() {
		all["nbf"] = m.NotBefore.Unix()
	}
	maps.Copy(all, m.Claims)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	return all
}

func (s *Server) mint(t *token, m Minted) (string, error) {
	published, err := s.signers[0]()
	if err != nil {
		return "", err
	}
	key := published.private
	if m.Unpublished {
		other, err := newSigner(nil, published.public.KeyID)
		if err != nil {
			return "", err
		}
		key = other.private
	}
	options := (&jose.SignerOptions{}).WithType(jose.ContentType(cmp.Or(m.Type, "at+jwt")))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, options)
	if err != nil {
		return "", err
	}
	return jwt.Signed(signer).Claims(t.minted).Serialize()
}
