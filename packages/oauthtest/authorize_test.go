package oauthtest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestAuthorizeRefusesWithAPageUntilTheRedirectIsTrusted(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{})
	for name, c := range map[string]struct {
		target string
		want   int
	}{
		"no client":              {authorizeURL("", "client_id", ""), 400},
		"unknown client":         {authorizeURL(nobody, "redirect_uri", ""), 404},
		"no redirect":            {authorizeURL(app.ID, "redirect_uri", ""), 400},
		"unregistered redirect":  {authorizeURL(app.ID, "redirect_uri", "https://evil.example/"), 422},
		"repeated client":        {authorizeURL(app.ID) + "&client_id=" + app.ID, 400},
		"other path":             {authorizeURL(app.ID, "redirect_uri", "http://127.0.0.1:4711/callback/"), 422},
		"longer path":            {authorizeURL(app.ID, "redirect_uri", "http://127.0.0.1/callback/more"), 422},
		"other loopback address": {authorizeURL(app.ID, "redirect_uri", "http://127.0.0.2/callback"), 422},
		"localhost":              {authorizeURL(app.ID, "redirect_uri", "http://localhost/callback"), 422},
	} {
		res := r.get(c.target, "Authorization", "")

		require.Equal(t, c.want, res.status, name)
		require.Equal(t, "text/html; charset=utf-8", res.header.Get("Content-Type"), name)
		require.Empty(t, res.header.Get("Location"), name)
	}
}

func TestAuthorizeRefusesWithARedirectAfterwards(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{Type: "public", Scopes: []string{"voice.read"}})
	machine := r.srv.AddClient(oauthtest.Client{GrantTypes: []string{"client_credentials"}})
	strict := r.srv.AddClient(oauthtest.Client{RequirePKCE: true})
	for name, c := range map[string]struct{ target, want string }{
		"no response type":    {authorizeURL(app.ID, "scope", "", "response_type", ""), "invalid_request"},
		"response type token": {authorizeURL(app.ID, "scope", "", "response_type", "token"), "unsupported_response_type"},
		"scope of another":    {authorizeURL(app.ID, "scope", "fax.read"), "invalid_scope"},
		"not its grant":       {authorizeURL(machine.ID), "unauthorized_client"},
		"public without PKCE": {authorizeURL(app.ID, "scope", "", "code_challenge", "", "code_challenge_method", ""),
			"invalid_request"},
		"required PKCE": {authorizeURL(strict.ID, "code_challenge", "", "code_challenge_method", ""),
			"invalid_request"},
		"method, no challenge":  {authorizeURL(strict.ID, "code_challenge", ""), "invalid_request"},
		"plain":                 {authorizeURL(strict.ID, "code_challenge_method", "plain"), "invalid_request"},
		"plain by omission":     {authorizeURL(strict.ID, "code_challenge_method", ""), "invalid_request"},
		"short challenge":       {authorizeURL(strict.ID, "code_challenge", "short"), "invalid_request"},
		"repeated scope":        {authorizeURL(strict.ID) + "&scope=voice.read", "invalid_request"},
		"resource not absolute": {authorizeURL(strict.ID, "resource", "/v2/mcp"), "invalid_target"},
	} {
		res := r.get(c.target, "Authorization", "")

		require.Equal(t, http.StatusFound, res.status, name)
		require.True(t, strings.HasPrefix(res.header.Get("Location"), "http://127.0.0.1/callback?"), name)
		require.Equal(t, c.want, res.location().Query().Get("error"), name)
		require.NotEmpty(t, res.location().Query().Get("error_description"), name)
		require.Equal(t, "xyz", res.location().Query().Get("state"), name)
	}
}

func TestLoopbackRedirectMayUseAnyPort(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{RedirectURIs: []string{"http://127.0.0.1/callback",
		"http://[::1]:8080/cb?app=1"}})
	r.consent(app.ID, "redirect_uri", "http://127.0.0.1:50123/callback")
	r.consent(app.ID, "redirect_uri", "http://[::1]:50123/cb?app=1")
}

func TestAuthorizeWithoutScopeAsksForAllOfTheClient(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{Scopes: []string{"fax.read", "fax.write"}})

	res := r.get("/v2/oauth/consent/" + r.consent(app.ID, "scope", ""))

	require.Len(t, res.at("data.requested_scopes"), 2)
}
