package oauthflow

import "github.com/team-telnyx/telnyx-go"

// A Server is an authorization server, as its metadata describes it (RFC 8414). For Config.Server, a literal with only
// an Issuer is enough.
type Server struct {
	// Issuer is the issuer identifier, character by character.
	Issuer string
	// BaseURL is for option.WithBaseURL: the token endpoint without "/oauth/token". "" is the base URL of the Client.
	BaseURL                                                    string
	AuthorizationEndpoint, TokenEndpoint, RegistrationEndpoint string
	ScopesSupported, AuthMethodsSupported                      []string
	// IssParameterSupported is authorization_response_iss_parameter_supported (RFC 9207, section 3): callbacks must then
	// have iss.
	IssParameterSupported bool
	// Resource and Scopes are set by DiscoverChallenge: the identifier of the resource, and the scope of the challenge,
	// else the scopes_supported of the resource.
	Resource string
	Scopes   []string
	// Metadata is the whole document, also with members that this SDK does not know.
	Metadata *telnyx.WellKnownGetAuthorizationServerMetadataResponse
}
