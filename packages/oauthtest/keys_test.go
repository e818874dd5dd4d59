package oauthtest_test

import (
	"encoding/json"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestAccessTokenIsAJWTThatThePublishedKeyVerifies(t *testing.T) {
	clock := newClock()
	r := start(t, oauthtest.WithClock(clock.now))
	app := r.srv.AddClient(oauthtest.Client{ID: "app"})
	published := r.get("/v2/oauth/jwks")
	require.Equal(t, "RSA", published.at("keys.0.kty"))
	require.Equal(t, "sig", published.at("keys.0.use"))
	require.Equal(t, "RS256", published.at("keys.0.alg"))
	require.NotContains(t, published.body, `"d"`)
	var keys jose.JSONWebKeySet
	require.NoError(t, json.Unmarshal([]byte(published.body), &keys))

	res := r.basic("/v2/oauth/token", app.ID, app.Secret, "grant_type", "client_credentials", "scope", "voice.read")

	token, err := jwt.ParseSigned(res.text("access_token"), []jose.SignatureAlgorithm{jose.RS256})
	require.NoError(t, err)
	require.Equal(t, published.at("keys.0.kid"), token.Headers[0].KeyID)
	require.Equal(t, "at+jwt", token.Headers[0].ExtraHeaders[jose.HeaderType])
	var claims map[string]any
	require.NoError(t, token.Claims(keys, &claims))
	require.NotEmpty(t, claims["jti"])
	delete(claims, "jti")
	now := float64(clock.now().Unix())
	require.Equal(t, map[string]any{
		"iss": "https://api.telnyx.test", "aud": "https://api.telnyx.test", "sub": "app", "client_id": "app",
		"scope": "voice.read", "iat": now, "exp": now + 1800,
	}, claims)
}

func TestResourceBecomesTheAudience(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens())
	app := r.srv.AddClient(oauthtest.Client{})
	audience := func(tokens answer) any {
		return r.send("POST", "/v2/oauth/introspect", `{"token":"`+tokens.text("access_token")+`"}`).at("aud")
	}

	bound := r.redeem(app, r.code(app.ID, "resource", "https://mcp.example/v2"))
	require.Equal(t, "https://mcp.example/v2", audience(bound))
	require.Equal(t, "https://mcp.example/v2", audience(r.refresh(app, bound.text("refresh_token"))))
	require.Equal(t, "https://api.telnyx.test", audience(r.tokens(app)))
	late := r.basic("/v2/oauth/token", app.ID, app.Secret, "grant_type", "client_credentials", "resource",
		"https://other.example")
	require.Equal(t, "https://other.example", audience(late))

	bound = r.redeem(app, r.code(app.ID, "resource", "https://mcp.example/v2"))
	foreign := r.refresh(app, bound.text("refresh_token"), "resource", "https://other.example")
	require.Equal(t, "invalid_target", foreign.at("error"))
}
