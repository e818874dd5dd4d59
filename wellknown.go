package telnyx

import (
	"context"

	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// A WellKnownService reads the discovery documents of the API. They need no credentials, and are at the root of the
// host.
type WellKnownService struct {
	// Options apply to all calls of the service, before the options of the call.
	Options []option.RequestOption
}

// NewWellKnownService returns a service that does not read the environment. NewClient returns a client with all
// services.
func NewWellKnownService(opts ...option.RequestOption) (r WellKnownService) {
	return WellKnownService{Options: withTokenCache(opts)}
}

// GetAuthorizationServerMetadata returns the endpoints and abilities of the authorization server (RFC 8414).
func (r *WellKnownService) GetAuthorizationServerMetadata(ctx context.Context, opts ...option.RequestOption) (res *WellKnownGetAuthorizationServerMetadataResponse, err error) {
	return call[WellKnownGetAuthorizationServerMetadataResponse](ctx, get("/.well-known/oauth-authorization-server"), nil, r.Options, opts)
}

// GetProtectedResourceMetadata returns which authorization servers issue tokens for the API (RFC 9728).
func (r *WellKnownService) GetProtectedResourceMetadata(ctx context.Context, opts ...option.RequestOption) (res *WellKnownGetProtectedResourceMetadataResponse, err error) {
	return call[WellKnownGetProtectedResourceMetadataResponse](ctx, get("/.well-known/oauth-protected-resource"), nil, r.Options, opts)
}

// WellKnownGetAuthorizationServerMetadataResponse describes the authorization server (RFC 8414).
type WellKnownGetAuthorizationServerMetadataResponse struct {
	AuthorizationEndpoint string `json:"authorization_endpoint" format:"uri"`
	// CodeChallengeMethodsSupported lists the PKCE methods (RFC 7636): S256 only on the live API.
	CodeChallengeMethodsSupported []string `json:"code_challenge_methods_supported"`
	// GrantTypesSupported lists client_credentials, authorization_code, refresh_token.
	GrantTypesSupported   []string `json:"grant_types_supported"`
	IntrospectionEndpoint string   `json:"introspection_endpoint" format:"uri"`
	// Issuer is the server's identifier, which tokens carry as iss.
	Issuer string `json:"issuer" format:"uri"`
	// JwksUri is where the server publishes its keys.
	JwksUri string `json:"jwks_uri" format:"uri"`
	// RegistrationEndpoint is where clients register themselves (RFC 7591).
	RegistrationEndpoint   string   `json:"registration_endpoint" format:"uri"`
	ResponseTypesSupported []string `json:"response_types_supported"`
	// ScopesSupported lists the scopes that a client may ask for.
	ScopesSupported []string `json:"scopes_supported"`
	TokenEndpoint   string   `json:"token_endpoint" format:"uri"`
	// TokenEndpointAuthMethodsSupported lists how a client may authenticate: none, client_secret_basic,
	// client_secret_post.
	TokenEndpointAuthMethodsSupported []string `json:"token_endpoint_auth_methods_supported"`
	// JSON records how each field was decoded.
	JSON struct {
		AuthorizationEndpoint, CodeChallengeMethodsSupported, GrantTypesSupported, IntrospectionEndpoint, Issuer, JwksUri,
		RegistrationEndpoint, ResponseTypesSupported, ScopesSupported, TokenEndpoint,
		TokenEndpointAuthMethodsSupported respjson.Field
		respjson.Object
	} `json:"-"`
}

// WellKnownGetProtectedResourceMetadataResponse describes the API as a protected resource (RFC 9728).
type WellKnownGetProtectedResourceMetadataResponse struct {
	// AuthorizationServers lists the issuers whose tokens the resource takes.
	AuthorizationServers []string `json:"authorization_servers" format:"uri"`
	// Resource is the resource's identifier, which tokens for it carry as aud.
	Resource string `json:"resource" format:"uri"`
	// JSON records how each field was decoded.
	JSON struct {
		AuthorizationServers, Resource respjson.Field
		respjson.Object
	} `json:"-"`
}
