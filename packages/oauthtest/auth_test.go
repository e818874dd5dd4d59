package oauthtest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

const nobody = "00000000-0000-4000-8000-000000000000"

func TestBearerEndpointsNeedCredentials(t *testing.T) {
	r := start(t)
	challenge := `Bearer resource_metadata="https://api.telnyx.test/.well-known/oauth-protected-resource"`
	for _, operation := range []string{
		"GET /v2/oauth/consent/x", "POST /v2/oauth/grants", "GET /v2/oauth_clients", "POST /v2/oauth_clients",
		"GET /v2/oauth_clients/x",
		"PUT /v2/oauth_clients/x", "DELETE /v2/oauth_clients/x", "GET /v2/oauth_grants", "GET /v2/oauth_grants/x",
		"DELETE /v2/oauth_grants/x",
	} {
		method, target, _ := strings.Cut(operation, " ")

		none := r.send(method, target, "", "Authorization", "")
		require.Equal(t, http.StatusUnauthorized, none.status, operation)
		require.Equal(t, challenge, none.header.Get("WWW-Authenticate"))

		wrong := r.send(method, target, "", "Authorization", "Bearer KEYwrong")
		require.Equal(t, http.StatusUnauthorized, wrong.status, operation)
		require.Equal(t, challenge+`, error="invalid_token"`, wrong.header.Get("WWW-Authenticate"))
		require.Equal(t, "invalid_token", wrong.at("error"))
	}
}

func TestBearerTakesKeysAndLiveAccessTokensOnly(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens())
	app := r.srv.AddClient(oauthtest.Client{})
	tokens := r.tokens(app)
	access, refresh := tokens.text("access_token"), tokens.text("refresh_token")
	for credential, want := range map[string]int{
		"Bearer " + r.srv.APIKey():  200,
		"bearer " + access:          200,
		"Bearer " + refresh:         401,
		"Bearer":                    401,
		"Bearer ":                   401,
		"Basic " + r.srv.APIKey():   401,
		r.srv.APIKey():              401,
		"Bearer " + access + "more": 401,
	} {
		require.Equal(t, want, r.get("/v2/oauth_clients", "Authorization", credential).status, credential)
	}

	r.srv.RevokeToken(access)

	require.Equal(t, 401, r.get("/v2/oauth_clients", "Authorization", "Bearer "+access).status)
}

func TestDiscoveryNeedsNoCredentialsButRefusesBadOnes(t *testing.T) {
	r := start(t)
	for _, target := range []string{"/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource",
		"/v2/oauth/jwks"} {
		require.Equal(t, 200, r.get(target, "Authorization", "").status)
		require.Equal(t, 200, r.get(target).status)
		require.Equal(t, 401, r.get(target, "Authorization", "Bearer KEYwrong").status)
	}
}

func TestErrorEnvelopeOfManagementEndpoints(t *testing.T) {
	r := start(t, oauthtest.WithErrorEnvelope())

	unauthenticated := r.get("/v2/oauth_clients", "Authorization", "")
	require.Equal(t, 401, unauthenticated.status)
	require.Equal(t, "10009", unauthenticated.at("errors.0.code"))

	missing := r.get("/v2/oauth_clients/" + nobody)
	require.Equal(t, 404, missing.status)
	require.Equal(t, "10005", missing.at("errors.0.code"))
	require.Equal(t, "Resource not found", missing.at("errors.0.title"))

	parameter := r.get("/v2/oauth_grants?page[size]=101")
	require.Equal(t, 400, parameter.status)
	require.Equal(t, "10015", parameter.at("errors.0.code"))
	require.Equal(t, "page[size]", parameter.at("errors.0.source.parameter"))

	invalid := r.send("POST", "/v2/oauth_clients", `{"name":"A","client_type":"confidential",
		"allowed_grant_types":["client_credentials"],"allowed_scopes":["voice.read","admin"],"a/b":1}`)
	require.Equal(t, 422, invalid.status)
	require.Equal(t, "10027", invalid.at("errors.0.code"))
	require.Equal(t, "/allowed_scopes/1", invalid.at("errors.0.source.pointer"))
	require.Equal(t, "/a~1b", invalid.at("errors.1.source.pointer"))

	protocol := r.form("/v2/oauth/token")
	require.Equal(t, "invalid_request", protocol.at("error"), "the protocol endpoints keep RFC 6749's shape")
}

func TestClientAuthentication(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens())
	app := r.srv.AddClient(oauthtest.Client{Secret: "a+b %:c"})
	public := r.srv.AddClient(oauthtest.Client{Type: "public"})
	const target, kind = "/v2/oauth/token", "client_credentials"

	ok := r.basic(target, app.ID, app.Secret, "grant_type", kind)
	require.Equal(t, 200, ok.status, ok.body)
	ok = r.basic(target, app.ID, app.Secret, "grant_type", kind, "client_id", app.ID)
	require.Equal(t, 200, ok.status, ok.body)
	ok = r.form(target, "grant_type", kind, "client_id", app.ID, "client_secret", app.Secret)
	require.Equal(t, 200, ok.status, ok.body)
	ok = r.send("POST", target, `{"grant_type":"client_credentials","client_id":"`+app.ID+`","client_secret":"a+b %:c"}`,
		"Authorization", "")
	require.Equal(t, 200, ok.status, ok.body)

	for name, c := range map[string]struct {
		got  answer
		want int
		code string
	}{
		"nothing": {r.form(target, "grant_type", kind), 401, "invalid_client"},
		"unknown client": {r.form(target, "grant_type", kind, "client_id", nobody, "client_secret", "x"), 401,
			"invalid_client"},
		"no secret": {r.form(target, "grant_type", kind, "client_id", app.ID), 401, "invalid_client"},
		"wrong secret": {r.form(target, "grant_type", kind, "client_id", app.ID, "client_secret", "x"), 401,
			"invalid_client"},
		"wrong secret, Basic": {r.basic(target, app.ID, "x", "grant_type", kind), 401, "invalid_client"},
		"public with a secret": {r.form(target, "grant_type", kind, "client_id", public.ID, "client_secret", "x"), 401,
			"invalid_client"},
		"public with Basic": {r.basic(target, public.ID, "", "grant_type", kind), 401, "invalid_client"},
		"API key": {r.send("POST", target, encode("grant_type", kind), "Content-Type",
			"application/x-www-form-urlencoded"), 401, "invalid_client"},
		"two methods": {r.basic(target, app.ID, app.Secret, "grant_type", kind, "client_secret", app.Secret), 400,
			"invalid_request"},
		"two clients": {r.basic(target, app.ID, app.Secret, "grant_type", kind, "client_id", public.ID), 400,
			"invalid_request"},
		"not form-encoded": {r.send("POST", target, encode("grant_type", kind), "Authorization", "Basic JXp6Ong=",
			"Content-Type", "application/x-www-form-urlencoded"), 401, "invalid_client"},
		"repeated": {r.form(target, "grant_type", kind, "client_id", app.ID, "client_id", app.ID), 400,
			"invalid_request"},
		"public, not allowed to": {r.form(target, "grant_type", kind, "client_id", public.ID), 400, "unauthorized_client"},
	} {
		require.Equal(t, c.want, c.got.status, name)
		require.Equal(t, c.code, c.got.at("error"), name)
	}
	require.Equal(t, `Basic realm="https://api.telnyx.test"`,
		r.basic(target, app.ID, "x", "grant_type", kind).header.Get("WWW-Authenticate"))
	for name, refused := range map[string]answer{ // RFC 9110 section 15.5.2
		"nobody":           r.form(target, "grant_type", kind),
		"a wrong secret":   r.form(target, "grant_type", kind, "client_id", app.ID, "client_secret", "wrong"),
		"an unknown one":   r.form(target, "grant_type", kind, "client_id", "x", "client_secret", "y"),
		"as JSON":          r.send("POST", target, `{"grant_type":"`+kind+`"}`, "Authorization", ""),
		"to introspection": r.form("/v2/oauth/introspect", "token", "t", "client_id", "x", "client_secret", "y"),
		"with a bearer":    r.send("POST", "/v2/oauth/introspect", `{"token":"t"}`, "Authorization", "Bearer x"),
		"with nothing":     r.form("/v2/oauth/introspect", "token", "t"),
	} {
		require.Equal(t, 401, refused.status, name)
		require.Regexp(t, "^(Basic|Bearer) ", refused.header.Get("WWW-Authenticate"), name)
	}
}
