package oauthtest_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestAdvanceMovesTheServersTime(t *testing.T) {
	clock := newClock()
	r := start(t, oauthtest.WithClock(clock.now))
	token := r.tokens(r.srv.AddClient(oauthtest.Client{})).text("access_token")
	require.True(t, r.active(token))
	require.Equal(t, "Fri, 01 May 2026 12:00:00 GMT", r.get("/v2/oauth/jwks").header.Get("Date"))

	r.srv.Advance(29 * time.Minute)
	require.True(t, r.active(token))
	r.srv.Advance(time.Minute)

	require.False(t, r.active(token))
	require.Equal(t, "Fri, 01 May 2026 12:30:00 GMT", r.get("/v2/oauth/jwks").header.Get("Date"))
}

func TestAdvanceEndsARateLimit(t *testing.T) {
	r := start(t, oauthtest.WithRateLimits())
	for range 5 {
		r.active("some-token")
	}
	require.Equal(t, 429, r.send("POST", "/v2/oauth/introspect", `{"token":"some-token"}`).status)

	r.srv.Advance(time.Minute)

	require.False(t, r.active("some-token"))
}

func TestRotatedKeysKeepTheOneBefore(t *testing.T) {
	r := start(t)
	kids := func() []any {
		var list []any
		for _, key := range r.get("/v2/oauth/jwks").at("keys").([]any) {
			list = append(list, key.(map[string]any)["kid"])
		}
		return list
	}
	first := kids()
	require.Len(t, first, 1)

	r.srv.RotateKeys()
	second := kids()
	require.Len(t, second, 2)
	require.Equal(t, first[0], second[1])
	token := r.tokens(r.srv.AddClient(oauthtest.Client{})).text("access_token")
	header, err := base64.RawURLEncoding.DecodeString(token[:strings.Index(token, ".")])
	require.NoError(t, err)
	require.Contains(t, string(header), second[0], "the newest key signs")

	r.srv.RotateKeys()
	third := kids()
	require.Len(t, third, 2)
	require.Equal(t, second[0], third[1])
}

func TestSigningKeyCanBeShared(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	a, b := start(t, oauthtest.WithSigningKey(key)), start(t, oauthtest.WithSigningKey(key))

	require.Equal(t, base64.RawURLEncoding.EncodeToString(key.N.Bytes()), a.get("/v2/oauth/jwks").at("keys.0.n"))
	require.Equal(t, a.get("/v2/oauth/jwks").at("keys.0.n"), b.get("/v2/oauth/jwks").at("keys.0.n"))
}

func TestRevokedTokensAndGrantsAreInactive(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens())
	app := r.srv.AddClient(oauthtest.Client{})
	tokens := r.tokens(app)
	r.srv.RevokeTokens()
	require.False(t, r.active(tokens.text("access_token")))
	require.Equal(t, "invalid_grant", r.refresh(app, tokens.text("refresh_token")).at("error"))

	tokens = r.tokens(app)
	grant := r.get("/v2/oauth_grants").text("data.0.id")
	require.True(t, r.srv.RevokeGrant(grant))
	require.False(t, r.srv.RevokeGrant(grant))
	require.False(t, r.active(tokens.text("access_token")))
	require.EqualValues(t, 0, r.get("/v2/oauth_grants").at("meta.total_results"))
}
