package oauthtest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestAuthorizationServerMetadataNamesThisServer(t *testing.T) {
	r := start(t, oauthtest.WithURL("https://api.telnyx.eu"), oauthtest.WithScopes("fax.read"))

	res := r.get("/.well-known/oauth-authorization-server")

	require.JSONEq(t, `{
		"issuer":"https://api.telnyx.eu",
		"agent_auth":{"anonymous":{"credential_types_supported":["bearer_api_key","oauth_pkce"]},
			"auth_md":"https://telnyx.com/auth.md",
			"events_supported":["credential_issued","credential_revoked"],
			"grants_supported":["authorization_code","client_credentials","refresh_token"],
			"identity_assertion_supported":false,"identity_types_supported":["anonymous"],
			"protected_resource_metadata_uri":"https://api.telnyx.eu/.well-known/oauth-protected-resource",
			"skill":"https://telnyx.com/auth.md"},
		"authorization_endpoint":"https://api.telnyx.eu/v2/oauth/authorize",
		"code_challenge_methods_supported":["S256"],
		"grant_types_supported":["client_credentials","authorization_code","refresh_token"],
		"introspection_endpoint":"https://api.telnyx.eu/v2/oauth/introspect",
		"jwks_uri":"https://api.telnyx.eu/v2/oauth/jwks",
		"protected_resources":["https://api.telnyx.eu","https://api.telnyx.eu/v2/mcp"],
		"registration_endpoint":"https://api.telnyx.eu/v2/oauth/register",
		"response_types_supported":["code"],
		"scopes_supported":["fax.read"],
		"token_endpoint":"https://api.telnyx.eu/v2/oauth/token",
		"token_endpoint_auth_methods_supported":["none","client_secret_basic","client_secret_post"]}`, res.body)
	require.Len(t, start(t).get("/.well-known/oauth-authorization-server").at("scopes_supported"), 32)
}

func TestProtectedResourceMetadata(t *testing.T) {
	r := start(t)

	root := r.get("/.well-known/oauth-protected-resource")
	mcp := r.get("/.well-known/oauth-protected-resource/v2/mcp")

	require.JSONEq(t, `{"resource":"https://api.telnyx.test","authorization_servers":["https://api.telnyx.test"]}`,
		root.body)
	require.JSONEq(t, `{"resource":"https://api.telnyx.test/v2/mcp","authorization_servers":["https://api.telnyx.test"]}`,
		mcp.body)
	require.Equal(t, 404, r.get("/.well-known/oauth-protected-resource/v2/other").status)
}
