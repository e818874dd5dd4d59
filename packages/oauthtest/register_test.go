package oauthtest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func (r *rig) register(body string) answer {
	r.t.Helper()
	return r.send("POST", "/v2/oauth/register", body, "Authorization", "")
}

func TestRegistrationFillsDefaults(t *testing.T) {
	clock := newClock()
	r := start(t, oauthtest.WithScopes("fax.read", "fax.write"), oauthtest.WithClock(clock.now))

	res := r.register(`{}`)

	require.Equal(t, 201, res.status)
	require.JSONEq(t, `{"client_id":"`+res.text("client_id")+`","client_secret":"`+res.text("client_secret")+`",
		"client_secret_expires_at":0,"client_id_issued_at":1777636800,"client_name":"Test client",
		"grant_types":["authorization_code"],"redirect_uris":[],"response_types":["code"],"scope":"fax.read fax.write",
		"token_endpoint_auth_method":"client_secret_basic"}`, res.body)
}

func TestRegisteredClientWorks(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens())

	res := r.register(`{"client_name":"CLI","grant_types":["authorization_code","refresh_token"],
		"redirect_uris":["http://127.0.0.1/callback"],
		"token_endpoint_auth_method":"none","scope":"messaging.read numbers.read","logo_uri":"https://cli.example/logo.png"}`)

	require.Equal(t, 201, res.status, res.body)
	require.Equal(t, "https://cli.example/logo.png", res.at("logo_uri"))
	require.NotContains(t, res.body, "client_secret\"")
	r.tokens(oauthtest.Client{ID: res.text("client_id")})

	machine := r.register(`{"grant_types":["client_credentials"],"token_endpoint_auth_method":"client_secret_post"}`)
	require.Equal(t, 200,
		r.basic("/v2/oauth/token", machine.text("client_id"), machine.text("client_secret"), "grant_type",
			"client_credentials").status)
}

func TestRegistrationNamesEveryInvalidField(t *testing.T) {
	r := start(t)
	for _, c := range [][2]string{
		{`{"grant_types":["authorization_code"]}`, `{"redirect_uris":["is required for authorization_code"]}`},
		{
			`{"redirect_uris":["http://evil.example/cb"]}`,
			`{"redirect_uris":["must use https, http on a loopback address, or a private-use scheme"]}`,
		},
		{`{"redirect_uris":["https://a.example/#f"]}`, `{"redirect_uris":["must not have a fragment"]}`},
		{`{"redirect_uris":["/cb",null]}`, `{"redirect_uris":["must be an absolute URI","must be a string"]}`},
		{
			`{"redirect_uris":["javascript:alert(1)"]}`,
			`{"redirect_uris":["must use https, http on a loopback address, or a private-use scheme"]}`,
		},
		{`{"scope":"admin"}`, `{"scope":["has a scope that does not exist"]}`},
		{
			`{"token_endpoint_auth_method":"private_key_jwt"}`,
			`{"token_endpoint_auth_method":["must be one of none, client_secret_basic, client_secret_post"]}`,
		},
		{
			`{"grant_types":["password"]}`,
			`{"grant_types":["must be one of client_credentials, authorization_code, refresh_token"]}`,
		},
		{`{"grant_types":[]}`, `{"grant_types":["must not be empty"]}`},
		{
			`{"grant_types":["client_credentials"],"token_endpoint_auth_method":"none"}`,
			`{"grant_types":["must not have client_credentials without client authentication"]}`,
		},
		{
			`{"response_types":["token"],"client_name":7,"logo_uri":"x","jwks_uri":"https://"}`,
			`{"response_types":["must be code"],"client_name":["must be a string"],
				"logo_uri":["must be an http or https URI"],"jwks_uri":["is not a known member"]}`,
		},
	} {
		body, want := c[0], c[1]
		res := r.register(body)

		require.Equal(t, 400, res.status, body)
		fields, err := decodeAny([]byte(want))
		require.NoError(t, err)
		require.Equal(t, fields, res.at("invalid_fields"), body)
	}
	require.Equal(t, "invalid_redirect_uri", r.register(`{"redirect_uris":["/cb"]}`).at("error"))
	require.Equal(t, "invalid_client_metadata", r.register(`{"redirect_uris":["/cb"],"scope":"admin"}`).at("error"))
	require.Equal(t, "invalid_client_metadata", r.register(`nonsense`).at("error"))
}

func TestPrivateUseSchemeIsARedirectURI(t *testing.T) {
	r := start(t)

	res := r.register(`{"redirect_uris":["com.example.app:/cb","http://localhost:8080/cb","https://a.example/cb"]}`)

	require.Equal(t, 201, res.status, res.body)
}

func TestARegisteredSecretSaysThatItNeverExpires(t *testing.T) {
	r := start(t)

	confidential := r.send("POST", "/v2/oauth/register", `{}`)
	public := r.send("POST", "/v2/oauth/register", `{"token_endpoint_auth_method":"none"}`)

	require.Equal(t, 0.0, confidential.at("client_secret_expires_at"))
	require.NotContains(t, public.body, "client_secret")
}
