package oauthtest

import (
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// keyring signs the access tokens of one server and publishes the key to check them with.
type keyring struct {
	signer jose.Signer
	public jose.JSONWebKeySet
}

func newKeyring() (*keyring, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	key := jose.JSONWebKey{Key: private, KeyID: newUUID(), Algorithm: string(jose.RS256), Use: "sig"}
	options := (&jose.SignerOptions{}).WithType("at+jwt") // RFC 9068 section 2.1
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, options)
	if err != nil {
		return nil, err
	}
	return &keyring{signer, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key.Public()}}}, nil
}

func (k *keyring) sign(c claims) (string, error) { return jwt.Signed(k.signer).Claims(c).Serialize() }

// claims are those of RFC 9068 section 2.2.
type claims struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Audience string `json:"aud"`
	ClientID string `json:"client_id"`
	Scope    string `json:"scope"`
	IssuedAt int64  `json:"iat"`
	Expires  int64  `json:"exp"`
	ID       string `json:"jti"`
}

func (s *Server) claims(t *token) claims {
	return claims{
		Issuer:   s.url,
		Subject:  t.subject,
		Audience: s.audience(t),
		ClientID: t.clientID,
		Scope:    strings.Join(t.scopes, " "),
		IssuedAt: t.issued.Unix(),
		Expires:  t.expires.Unix(),
		ID:       newUUID(),
	}
}

func (s *Server) audience(t *token) string {
	if t.resource != "" {
		return t.resource
	}
	return s.url
}

func (s *Server) keySet(*http.Request) (response, *problem) {
	keys, err := s.keys()
	if err != nil {
		return response{}, internal(err)
	}
	return jsonResponse(http.StatusOK, keys.public), nil
}
