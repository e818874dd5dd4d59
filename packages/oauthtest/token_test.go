package oauthtest_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestTokenRequestErrors(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens())
	app := r.srv.AddClient(oauthtest.Client{Scopes: []string{"fax.read"}})
	human := r.srv.AddClient(oauthtest.Client{GrantTypes: []string{"authorization_code"}})
	as := func(c oauthtest.Client, pairs ...string) answer {
		return r.basic("/v2/oauth/token", c.ID, c.Secret, pairs...)
	}
	for name, c := range map[string]struct {
		got  answer
		want string
	}{
		"no grant type":      {as(app), "invalid_request"},
		"empty grant type":   {as(app, "grant_type", ""), "invalid_request"},
		"unknown grant type": {as(app, "grant_type", "password"), "unsupported_grant_type"},
		"not its grant type": {as(human, "grant_type", "client_credentials"), "unauthorized_client"},
		"scope too wide":     {as(app, "grant_type", "client_credentials", "scope", "fax.read fax.write"), "invalid_scope"},
		"resource": {as(app, "grant_type", "client_credentials", "resource", "https://x.example/#f"),
			"invalid_target"},
		"no code": {as(app, "grant_type", "authorization_code", "redirect_uri", "http://127.0.0.1/callback"),
			"invalid_request"},
		"no redirect": {as(app, "grant_type", "authorization_code", "code", "x"), "invalid_request"},
		"unknown code": {as(app, "grant_type", "authorization_code", "code", "x", "redirect_uri",
			"http://127.0.0.1/callback"), "invalid_grant"},
		"no refresh token": {as(app, "grant_type", "refresh_token"), "invalid_request"},
		"unknown refresh":  {as(app, "grant_type", "refresh_token", "refresh_token", "x"), "invalid_grant"},
		"text":             {r.send("POST", "/v2/oauth/token", "x", "Content-Type", "text/plain"), "invalid_request"},
		"malformed form": {r.send("POST", "/v2/oauth/token", "a=%zz", "Content-Type",
			"application/x-www-form-urlencoded"), "invalid_request"},
		"JSON number": {r.send("POST", "/v2/oauth/token", `{"grant_type":1}`), "invalid_request"},
		"JSON null":   {r.send("POST", "/v2/oauth/token", `{"grant_type":null}`), "invalid_request"},
		"repeated": {as(app, "grant_type", "client_credentials", "scope", "fax.read", "scope", "fax.read"),
			"invalid_request"},
	} {
		require.Equal(t, 400, c.got.status, name)
		require.Equal(t, c.want, c.got.at("error"), name)
		require.Equal(t, "no-store", c.got.header.Get("Cache-Control"), name)
	}
}

func TestClientCredentialsGiveNoRefreshToken(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens())
	app := r.srv.AddClient(oauthtest.Client{Scopes: []string{"fax.read", "fax.write"}})

	all := r.basic("/v2/oauth/token", app.ID, app.Secret, "grant_type", "client_credentials")
	some := r.basic("/v2/oauth/token", app.ID, app.Secret, "grant_type", "client_credentials", "scope",
		" fax.write  fax.write ")

	require.Equal(t, "fax.read fax.write", all.at("scope"))
	require.Equal(t, "fax.write", some.at("scope"))
	require.NotContains(t, all.body, "refresh_token")
}

func TestCodeIsBoundToItsRequest(t *testing.T) {
	clock := newClock()
	r := start(t, oauthtest.WithOpaqueTokens(), oauthtest.WithClock(clock.now))
	app, other := r.srv.AddClient(oauthtest.Client{}), r.srv.AddClient(oauthtest.Client{})
	redeem := func(c oauthtest.Client, code string, pairs ...string) answer {
		return r.basic("/v2/oauth/token", c.ID, c.Secret,
			append([]string{"grant_type", "authorization_code", "code", code}, pairs...)...)
	}
	const back = "http://127.0.0.1/callback"
	code := r.code(app.ID)
	bare := r.code(app.ID, "code_challenge", "", "code_challenge_method", "")
	for name, got := range map[string]answer{
		"other client":   redeem(other, code, "redirect_uri", back, "code_verifier", verifier),
		"other redirect": redeem(app, code, "redirect_uri", back+"/", "code_verifier", verifier),
		"no verifier":    redeem(app, code, "redirect_uri", back),
		"short verifier": redeem(app, code, "redirect_uri", back, "code_verifier", "short"),
		"other verifier": redeem(app, code, "redirect_uri", back, "code_verifier", challenge),
		"extra verifier": redeem(app, bare, "redirect_uri", back, "code_verifier", verifier),
		"not a code":     redeem(app, "x", "redirect_uri", back, "code_verifier", verifier),
	} {
		require.Equal(t, 400, got.status, name)
		require.Equal(t, "invalid_grant", got.at("error"), name)
	}
	require.Equal(t, 200, redeem(app, bare, "redirect_uri", back).status, "a code survives a failed attempt")

	clock.advance(60 * time.Second)
	late := redeem(app, code, "redirect_uri", back, "code_verifier", verifier)
	require.Equal(t, "invalid_grant", late.at("error"))
	require.Contains(t, late.at("error_description"), "expired")
}

func TestReuseOfACodeRevokesItsTokens(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens())
	app := r.srv.AddClient(oauthtest.Client{})
	bystander := r.tokens(app).text("access_token")
	code := r.code(app.ID)
	first := r.redeem(app, code)
	renewed := r.refresh(app, first.text("refresh_token"))

	again := r.redeem(app, code)

	require.Equal(t, "invalid_grant", again.at("error"))
	require.False(t, r.active(first.text("access_token")))
	require.False(t, r.active(renewed.text("access_token")))
	require.Equal(t, 400, r.refresh(app, renewed.text("refresh_token")).status)
	require.True(t, r.active(bystander), "another authorization of the same client")
}

func TestReuseOfARefreshTokenRevokesItsFamily(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens())
	app := r.srv.AddClient(oauthtest.Client{})
	first := r.tokens(app)
	second := r.refresh(app, first.text("refresh_token"))
	require.True(t, r.active(second.text("access_token")))
	require.False(t, r.active(first.text("refresh_token")), "a rotated refresh token is not active")

	again := r.refresh(app, first.text("refresh_token"))

	require.Equal(t, "invalid_grant", again.at("error"))
	require.False(t, r.active(second.text("access_token")))
	require.False(t, r.active(second.text("refresh_token")))
}

func TestRefreshNarrowsButNeverWidens(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens())
	app, other := r.srv.AddClient(oauthtest.Client{}), r.srv.AddClient(oauthtest.Client{})
	tokens := r.tokens(app)

	stolen := r.refresh(other, tokens.text("refresh_token"))
	require.Equal(t, "invalid_grant", stolen.at("error"))
	access := r.refresh(app, tokens.text("access_token"))
	require.Equal(t, "invalid_grant", access.at("error"), "an access token refreshes nothing")
	wide := r.refresh(app, tokens.text("refresh_token"), "scope", "messaging.read fax.read")
	require.Equal(t, "invalid_scope", wide.at("error"))
	narrow := r.refresh(app, tokens.text("refresh_token"), "scope", "messaging.read")
	require.Equal(t, "messaging.read", narrow.at("scope"))
	full := r.refresh(app, narrow.text("refresh_token"))
	require.Equal(t, "messaging.read numbers.read", full.at("scope"), "the refresh token keeps its scope")
}

func TestTokensExpireByTheClock(t *testing.T) {
	clock := newClock()
	r := start(t, oauthtest.WithOpaqueTokens(), oauthtest.WithClock(clock.now),
		oauthtest.WithAccessTokenLifetime(10*time.Second), oauthtest.WithRefreshTokenLifetime(time.Minute))
	app := r.srv.AddClient(oauthtest.Client{})
	tokens := r.tokens(app)
	require.EqualValues(t, 10, tokens.at("expires_in"))

	clock.advance(9 * time.Second)
	require.True(t, r.active(tokens.text("access_token")))
	clock.advance(time.Second)
	require.False(t, r.active(tokens.text("access_token")))
	require.True(t, r.active(tokens.text("refresh_token")))
	clock.advance(50 * time.Second)
	require.Equal(t, "invalid_grant", r.refresh(app, tokens.text("refresh_token")).at("error"))
}

func TestRefreshTokenOnlyForClientsThatMayRefresh(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens())
	app := r.srv.AddClient(oauthtest.Client{GrantTypes: []string{"authorization_code"}})

	require.NotContains(t, r.tokens(app).body, "refresh_token")
}

func TestPlainPKCEIsAnOption(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens(), oauthtest.WithPlainPKCE())
	app := r.srv.AddClient(oauthtest.Client{})
	for _, method := range []string{"plain", ""} {
		code := r.code(app.ID, "code_challenge", verifier, "code_challenge_method", method)
		require.Equal(t, 200, r.redeem(app, code).status)
	}
	require.Contains(t, r.get("/.well-known/oauth-authorization-server").body, `["S256","plain"]`)
}

func TestRevokingARefreshTokenTakesItsAccessTokens(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens())
	tokens := r.tokens(r.srv.AddClient(oauthtest.Client{}))

	r.srv.RevokeToken(tokens.text("refresh_token"))

	require.False(t, r.active(tokens.text("access_token")))
}

func TestCodeLifetimeIsAnOption(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens(), oauthtest.WithCodeLifetime(0))
	app := r.srv.AddClient(oauthtest.Client{})

	require.Equal(t, "invalid_grant", r.redeem(app, r.code(app.ID)).at("error"))
}

func TestARefreshTokenKeepsTheResourcesThatACodeRequestNarrowed(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens())
	app := r.srv.AddClient(oauthtest.Client{})
	query := authorizeURL(app.ID) + "&resource=https://cal.example&resource=https://contacts.example"
	asked := r.get(query, "Authorization", "").location().Query().Get("consent_token")
	granted := r.send("POST", "/v2/oauth/grants", `{"allowed":true,"consent_token":"`+asked+`"}`)
	back, err := url.Parse(granted.text("redirect_uri"))
	require.NoError(t, err)
	first := r.form("/v2/oauth/token", "grant_type", "authorization_code", "code", back.Query().Get("code"),
		"code_verifier", verifier, "redirect_uri", "http://127.0.0.1/callback",
		"client_id", app.ID, "client_secret", app.Secret, "resource", "https://cal.example")
	require.Equal(t, http.StatusOK, first.status, first.body)

	second := r.refresh(app, first.text("refresh_token"), "resource", "https://contacts.example")

	require.Equal(t, http.StatusOK, second.status, second.body)
	seen := r.send("POST", "/v2/oauth/introspect", `{"token":"`+second.text("access_token")+`"}`)
	require.Equal(t, "https://contacts.example", seen.at("aud"))
	other := r.refresh(app, second.text("refresh_token"), "resource", "https://other.example")
	require.Equal(t, "invalid_target", other.at("error"))
}
