package oauthtest

import (
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"strings"
	"sync"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// signer signs access tokens, and has the public key to check them with.
type signer struct {
	jose.Signer
	private, public jose.JSONWebKey
}

// lazySigner makes a signer when it is first needed: an RSA key costs a few hundred milliseconds. A nil key is
// generated.
func (s *Server) lazySigner(key *rsa.PrivateKey) func() (*signer, error) {
	id := s.random.uuid()
	return sync.OnceValues(func() (*signer, error) { return newSigner(key, id) })
}

func newSigner(private *rsa.PrivateKey, id string) (*signer, error) {
	if private == nil {
		var err error
		if private, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return nil, err
		}
	}
	key := jose.JSONWebKey{Key: private, KeyID: id, Algorithm: string(jose.RS256), Use: "sig"}
	options := (&jose.SignerOptions{}).WithType("at+jwt") // RFC 9068 section 2.1
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, options)
	return &signer{s, key, key.Public()}, err
}

// RotateKeys makes a new key that signs all later access tokens. The key set then has only this key and the previous
// one, so that older tokens can still be verified.
func (s *Server) RotateKeys() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signers = append([]func() (*signer, error){s.lazySigner(nil)}, s.signers[0])
}

// claims are those of RFC 9068 section 2.2.
type claims struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Audience any    `json:"aud"`
	ClientID string `json:"client_id"`
	Scope    string `json:"scope"`
	IssuedAt int64  `json:"iat"`
	Expires  int64  `json:"exp"`
	ID       string `json:"jti"`
}

// sign makes a JWT of a token. The caller holds the lock.
func (s *Server) sign(t *token) (string, error) {
	key, err := s.signers[0]()
	if err != nil {
		return "", err
	}
	return jwt.Signed(key).Claims(claims{
		Issuer:   s.url,
		Subject:  t.subject,
		Audience: s.audience(t),
		ClientID: t.clientID,
		Scope:    strings.Join(t.scopes, " "),
		IssuedAt: t.issued.Unix(),
		Expires:  t.expires.Unix(),
		ID:       s.random.uuid(),
	}).Serialize()
}

// audience is one string, or an array if there are several (RFC 7519 section 4.1.3).
func (s *Server) audience(t *token) any {
	switch len(t.resources) {
	case 0:
		return s.url
	case 1:
		return t.resources[0]
	}
	return t.resources
}

func (s *Server) keySet(*http.Request) (response, *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set := jose.JSONWebKeySet{}
	for _, made := range s.signers {
		key, err := made()
		if err != nil {
			return response{}, internal(err)
		}
		set.Keys = append(set.Keys, key.public)
	}
	return jsonResponse(http.StatusOK, set), nil
}
