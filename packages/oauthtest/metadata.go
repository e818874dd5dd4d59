package oauthtest

import "net/http"

type serverMetadata struct {
	Issuer             string    `json:"issuer"`
	AgentAuth          agentAuth `json:"agent_auth"`
	Authorization      string    `json:"authorization_endpoint"`
	ChallengeMethods   []string  `json:"code_challenge_methods_supported"`
	GrantTypes         []string  `json:"grant_types_supported"`
	Introspection      string    `json:"introspection_endpoint"`
	JWKS               string    `json:"jwks_uri"`
	ProtectedResources []string  `json:"protected_resources"`
	Registration       string    `json:"registration_endpoint"`
	ResponseTypes      []string  `json:"response_types_supported"`
	Scopes             []string  `json:"scopes_supported"`
	Token              string    `json:"token_endpoint"`
	AuthMethods        []string  `json:"token_endpoint_auth_methods_supported"`
	IssParameter       bool      `json:"authorization_response_iss_parameter_supported,omitempty"`
}

// agentAuth is an example of the members that the live document has beyond the contract.
type agentAuth struct {
	Anonymous struct {
		CredentialTypes []string `json:"credential_types_supported"`
	} `json:"anonymous"`
	AuthMD            string   `json:"auth_md"`
	Events            []string `json:"events_supported"`
	Grants            []string `json:"grants_supported"`
	IdentityAssertion bool     `json:"identity_assertion_supported"`
	IdentityTypes     []string `json:"identity_types_supported"`
	Resource          string   `json:"protected_resource_metadata_uri"`
	Skill             string   `json:"skill"`
}

// authorizationServerMetadata is the live document of RFC 8414 with this server's own addresses.
func (s *Server) authorizationServerMetadata(*http.Request) (response, *problem) {
	m := serverMetadata{
		Issuer: s.url,
		AgentAuth: agentAuth{
			AuthMD:        "https://telnyx.com/auth.md",
			Events:        []string{"credential_issued", "credential_revoked"},
			Grants:        []string{"authorization_code", "client_credentials", "refresh_token"},
			IdentityTypes: []string{"anonymous"},
			Resource:      s.url + "/.well-known/oauth-protected-resource",
			Skill:         "https://telnyx.com/auth.md",
		},
		Authorization:      s.BaseURL() + "/oauth/authorize",
		ChallengeMethods:   []string{"S256"},
		GrantTypes:         []string{"client_credentials", "authorization_code", "refresh_token"},
		Introspection:      s.BaseURL() + "/oauth/introspect",
		JWKS:               s.BaseURL() + "/oauth/jwks",
		ProtectedResources: []string{s.url, s.url + "/v2/mcp"},
		Registration:       s.BaseURL() + "/oauth/register",
		ResponseTypes:      []string{"code"},
		Scopes:             s.scopes,
		Token:              s.BaseURL() + "/oauth/token",
		AuthMethods:        []string{"none", "client_secret_basic", "client_secret_post"},
		IssParameter:       s.issParameter,
	}
	m.AgentAuth.Anonymous.CredentialTypes = []string{"bearer_api_key", "oauth_pkce"}
	if s.plainPKCE {
		m.ChallengeMethods = append(m.ChallengeMethods, "plain")
	}
	return jsonResponse(http.StatusOK, m), nil
}

// protectedResourceMetadata serves RFC 9728 for the host root, or for a resource below it.
func (s *Server) protectedResourceMetadata(path string) handler {
	return func(*http.Request) (response, *problem) {
		return jsonResponse(http.StatusOK, struct {
			Resource             string   `json:"resource"`
			AuthorizationServers []string `json:"authorization_servers"`
		}{s.url + path, []string{s.url}}), nil
	}
}
