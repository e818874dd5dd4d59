package telnyx

import (
	"context"

	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/param"
	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// An OAuthService calls the endpoints of the OAuth protocol: it registers clients, handles consent, and gets and checks
// tokens.
type OAuthService struct {
	// Options apply to all calls of the service, before the options of the call.
	Options []option.RequestOption
}

// NewOAuthService returns a service that does not read the environment. NewClient returns a client with all services.
func NewOAuthService(opts ...option.RequestOption) (r OAuthService) {
	return OAuthService{Options: withTokenCache(opts)}
}

// Get returns what the user is asked to consent to with a consent token.
func (r *OAuthService) Get(ctx context.Context, consentToken string, opts ...option.RequestOption) (res *OAuthGetResponse, err error) {
	return call[OAuthGetResponse](ctx, get("oauth/consent/{consent_token}", consentToken), nil, r.Options, opts)
}

// Grants records the user's decision on a consent token, and returns where to send the user. A consent token can be
// used once.
func (r *OAuthService) Grants(ctx context.Context, body OAuthGrantsParams, opts ...option.RequestOption) (res *OAuthGrantsResponse, err error) {
	return call[OAuthGrantsResponse](ctx, post("oauth/grants"), body, r.Options, opts)
}

// Introspect asks the server whether a token is active, and for whom (RFC 7662). The client's id and secret
// authenticate the call, else the API key. The live API allows five calls a minute. For a token that is unknown,
// expired or revoked, the result has Active false; this is not an error.
func (r *OAuthService) Introspect(ctx context.Context, body OAuthIntrospectParams, opts ...option.RequestOption) (res *OAuthIntrospectResponse, err error) {
	return call[OAuthIntrospectResponse](ctx, post("oauth/introspect"), body, r.Options, opts)
}

// Register makes a client by dynamic registration (RFC 7591), without credentials. If the server refuses the metadata,
// InvalidFields of the error has the reasons. The live API allows about five calls an hour.
func (r *OAuthService) Register(ctx context.Context, body OAuthRegisterParams, opts ...option.RequestOption) (res *OAuthRegisterResponse, err error) {
	return call[OAuthRegisterResponse](ctx, post("oauth/register"), body, r.Options, opts)
}

// GetAuthorize makes an authorization request. It returns nil if the server responds with its consent page or with a
// redirect, which is not followed. option.WithResponseInto gives access to the redirect's Location, which may also have
// a refusal in its query. To send a user's browser there, use AuthorizeURL instead.
func (r *OAuthService) GetAuthorize(ctx context.Context, query OAuthGetAuthorizeParams, opts ...option.RequestOption) (err error) {
	return do(ctx, redirecting(get("oauth/authorize")), query, nil, r.Options, opts)
}

// AuthorizeURL returns the URL of an authorization request, to which the user's browser is sent. It sends nothing
// itself. If query has no ClientID, it is that of option.WithClientID or TELNYX_CLIENT_ID.
func (r *OAuthService) AuthorizeURL(query OAuthGetAuthorizeParams, opts ...option.RequestOption) (string, error) {
	return authorizeURL(redirecting(get("oauth/authorize")), query, r.Options, opts)
}

// GetJwks returns the public keys that the server signs tokens with (RFC 7517).
func (r *OAuthService) GetJwks(ctx context.Context, opts ...option.RequestOption) (res *OAuthGetJwksResponse, err error) {
	return call[OAuthGetJwksResponse](ctx, get("oauth/jwks"), nil, r.Options, opts)
}

// Token exchanges an authorization code, a refresh token or client credentials for an access token (RFC 6749). The
// client's id and secret authenticate the call unless the body has them; an API key is never sent. A call with a code
// or refresh token is not repeated once it may have reached the server.
func (r *OAuthService) Token(ctx context.Context, body OAuthTokenParams, opts ...option.RequestOption) (res *OAuthTokenResponse, err error) {
	return call[OAuthTokenResponse](ctx, post("oauth/token"), body, r.Options, opts)
}

// OAuthGetResponse has the details of a consent token.
type OAuthGetResponse struct {
	// Data is the request that the user is asked to consent to.
	Data OAuthGetResponseData `json:"data"`
	// JSON records how each field was decoded.
	JSON struct {
		Data respjson.Field
		respjson.Object
	} `json:"-"`
}

// OAuthGetResponseData is what a consent page shows.
type OAuthGetResponseData struct {
	ClientID string `json:"client_id"`
	// LogoUri is null if the client has none; so are PolicyUri and TosUri.
	LogoUri string `json:"logo_uri" api:"nullable" format:"uri"`
	// Name is the client's name, to be shown to the user.
	Name      string `json:"name"`
	PolicyUri string `json:"policy_uri" api:"nullable" format:"uri"`
	// RedirectUri is where the user goes after the decision.
	RedirectUri     string                               `json:"redirect_uri" format:"uri"`
	RequestedScopes []OAuthGetResponseDataRequestedScope `json:"requested_scopes"`
	TosUri          string                               `json:"tos_uri" api:"nullable" format:"uri"`
	// Verified reports whether Telnyx has verified the client's identity.
	Verified bool `json:"verified"`
	// JSON records how each field was decoded.
	JSON struct {
		ClientID, LogoUri, Name, PolicyUri, RedirectUri, RequestedScopes, TosUri, Verified respjson.Field
		respjson.Object
	} `json:"-"`
}

// OAuthGetResponseDataRequestedScope is one scope that a client asks for.
type OAuthGetResponseDataRequestedScope struct {
	// ID is the scope as tokens carry it; Name and Description are for people.
	ID          string `json:"id"`
	Description string `json:"description"`
	Name        string `json:"name"`
	// JSON records how each field was decoded.
	JSON struct {
		ID, Description, Name respjson.Field
		respjson.Object
	} `json:"-"`
}

// OAuthGrantsResponse is the outcome of a consent.
type OAuthGrantsResponse struct {
	// RedirectUri is where to send the user's browser. It carries the authorization code, or error=access_denied, and
	// the state.
	RedirectUri string `json:"redirect_uri" api:"required" format:"uri"`
	// JSON records how each field was decoded.
	JSON struct {
		RedirectUri respjson.Field
		respjson.Object
	} `json:"-"`
}

// OAuthIntrospectResponse is what the server knows about a token (RFC 7662, section 2.2).
type OAuthIntrospectResponse struct {
	// Active reports whether the token may be used now. If it is false, the other fields are empty.
	Active bool `json:"active" api:"required"`
	// Aud is the resource that the token is for.
	Aud      string `json:"aud"`
	ClientID string `json:"client_id"`
	// Exp is when the token expires, in Unix seconds.
	Exp int64 `json:"exp"`
	// Iat is when the token was issued, in Unix seconds.
	Iat int64 `json:"iat"`
	// Iss is the issuer.
	Iss string `json:"iss"`
	// Scope lists the granted scopes, separated by spaces.
	Scope string `json:"scope"`
	// JSON records how each field was decoded.
	JSON struct {
		Active, Aud, ClientID, Exp, Iat, Iss, Scope respjson.Field
		respjson.Object
	} `json:"-"`
}

// OAuthRegisterResponse is a client that has just registered (RFC 7591, section 3.2.1).
type OAuthRegisterResponse struct {
	ClientID string `json:"client_id" api:"required"`
	// ClientIDIssuedAt is when the client was made, in Unix seconds.
	ClientIDIssuedAt int64  `json:"client_id_issued_at" api:"required"`
	ClientName       string `json:"client_name"`
	// ClientSecret is shown this once, and only to confidential clients.
	ClientSecret  string   `json:"client_secret"`
	GrantTypes    []string `json:"grant_types"`
	LogoUri       string   `json:"logo_uri" format:"uri"`
	PolicyUri     string   `json:"policy_uri" format:"uri"`
	RedirectUris  []string `json:"redirect_uris" format:"uri"`
	ResponseTypes []string `json:"response_types"`
	// Scope lists the scopes that the client may ask for, separated by spaces.
	Scope                   string `json:"scope"`
	TokenEndpointAuthMethod string `json:"token_endpoint_auth_method"`
	TosUri                  string `json:"tos_uri" format:"uri"`
	// JSON records how each field was decoded.
	JSON struct {
		ClientID, ClientIDIssuedAt, ClientName, ClientSecret, GrantTypes, LogoUri, PolicyUri, RedirectUris,
		ResponseTypes, Scope, TokenEndpointAuthMethod, TosUri respjson.Field
		respjson.Object
	} `json:"-"`
}

// OAuthGetJwksResponse is the server's key set (RFC 7517).
type OAuthGetJwksResponse struct {
	Keys []OAuthGetJwksResponseKey `json:"keys"`
	// JSON records how each field was decoded.
	JSON struct {
		Keys respjson.Field
		respjson.Object
	} `json:"-"`
}

// OAuthGetJwksResponseKey is one public key.
type OAuthGetJwksResponseKey struct {
	// Alg is the algorithm to use with the key, such as RS256.
	Alg string `json:"alg"`
	// Kid is the key's id; a token's header has the kid of the key that signed it.
	Kid string `json:"kid"`
	// Kty is the key type, RSA or EC. Its material (n and e, or crv, x and y) is in JSON.ExtraFields.
	Kty string `json:"kty"`
	// Use is sig for keys that sign tokens.
	Use string `json:"use"`
	// JSON records how each field was decoded.
	JSON struct {
		Alg, Kid, Kty, Use respjson.Field
		respjson.Object
	} `json:"-"`
}

// OAuthTokenResponse is a token response (RFC 6749, section 5.1).
type OAuthTokenResponse struct {
	AccessToken string `json:"access_token" api:"required"`
	// ExpiresIn is how long the access token lives, in seconds.
	ExpiresIn int64                       `json:"expires_in" api:"required"`
	TokenType OAuthTokenResponseTokenType `json:"token_type" api:"required"`
	// RefreshToken is empty for client credentials. It replaces the refresh token that was sent, if any.
	RefreshToken string `json:"refresh_token"`
	// Scope lists the granted scopes, separated by spaces. Empty means those that were asked for.
	Scope string `json:"scope"`
	// JSON records how each field was decoded.
	JSON struct {
		AccessToken, ExpiresIn, TokenType, RefreshToken, Scope respjson.Field
		respjson.Object
	} `json:"-"`
}

// OAuthTokenResponseTokenType is the type of an access token (RFC 6749, section 7.1).
type OAuthTokenResponseTokenType string

// OAuthTokenResponseTokenTypeBearer is the only documented value of OAuthTokenResponseTokenType.
const OAuthTokenResponseTokenTypeBearer OAuthTokenResponseTokenType = "Bearer"

// OAuthGrantsParams is the user's decision on a consent token.
type OAuthGrantsParams struct {
	// Allowed is the user's decision. False is sent too.
	Allowed bool `json:"allowed" api:"required"`
	// ConsentToken is from the query of the consent page that /oauth/authorize redirects to.
	ConsentToken string `json:"consent_token" api:"required"`
	paramObj
}

// OAuthIntrospectParams has the token to introspect.
type OAuthIntrospectParams struct {
	// Token is an access or refresh token.
	Token string `json:"token" api:"required"`
	paramObj
}

// OAuthRegisterParams is the metadata that a client registers with (RFC 7591, section 2). All of it is optional.
type OAuthRegisterParams struct {
	ClientName param.Opt[string] `json:"client_name,omitzero"`
	LogoUri    param.Opt[string] `json:"logo_uri,omitzero" format:"uri"`
	PolicyUri  param.Opt[string] `json:"policy_uri,omitzero" format:"uri"`
	// Scope lists scopes, separated by spaces.
	Scope  param.Opt[string] `json:"scope,omitzero"`
	TosUri param.Opt[string] `json:"tos_uri,omitzero" format:"uri"`
	// GrantTypes is [authorization_code] unless it is set.
	GrantTypes []string `json:"grant_types,omitzero"`
	// RedirectUris are compared exactly when the user is sent back.
	RedirectUris []string `json:"redirect_uris,omitzero" format:"uri"`
	// ResponseTypes is [code] unless it is set.
	ResponseTypes []string `json:"response_types,omitzero"`
	// TokenEndpointAuthMethod is client_secret_basic unless it is set; none makes a public client, without a secret.
	TokenEndpointAuthMethod OAuthRegisterParamsTokenEndpointAuthMethod `json:"token_endpoint_auth_method,omitzero"`
	paramObj
}

// OAuthRegisterParamsTokenEndpointAuthMethod is how a client authenticates at the token endpoint.
type OAuthRegisterParamsTokenEndpointAuthMethod string

// The values of OAuthRegisterParamsTokenEndpointAuthMethod.
const (
	OAuthRegisterParamsTokenEndpointAuthMethodNone              OAuthRegisterParamsTokenEndpointAuthMethod = "none"
	OAuthRegisterParamsTokenEndpointAuthMethodClientSecretBasic OAuthRegisterParamsTokenEndpointAuthMethod = "client_secret_basic"
	OAuthRegisterParamsTokenEndpointAuthMethodClientSecretPost  OAuthRegisterParamsTokenEndpointAuthMethod = "client_secret_post"
)

// OAuthGetAuthorizeParams is an authorization request (RFC 6749, section 4.1.1, and RFC 7636).
type OAuthGetAuthorizeParams struct {
	ClientID string `query:"client_id" api:"required" json:"-"`
	// RedirectUri must be one of those that the client registered.
	RedirectUri  string                              `query:"redirect_uri" api:"required" format:"uri" json:"-"`
	ResponseType OAuthGetAuthorizeParamsResponseType `query:"response_type" api:"required" json:"-"`
	// CodeChallenge is the base64url SHA-256 of the code_verifier (RFC 7636).
	CodeChallenge param.Opt[string] `query:"code_challenge,omitzero" json:"-"`
	// Scope lists scopes, separated by spaces.
	Scope param.Opt[string] `query:"scope,omitzero" json:"-"`
	// State comes back with the code. Against CSRF, it is a random value that belongs to the user's session.
	State param.Opt[string] `query:"state,omitzero" json:"-"`
	// CodeChallengeMethod should be S256; the live API takes no other.
	CodeChallengeMethod OAuthGetAuthorizeParamsCodeChallengeMethod `query:"code_challenge_method,omitzero" json:"-"`
	paramObj
}

// OAuthGetAuthorizeParamsResponseType is what an authorization request asks for.
type OAuthGetAuthorizeParamsResponseType string

// OAuthGetAuthorizeParamsResponseTypeCode is the only documented value of OAuthGetAuthorizeParamsResponseType.
const OAuthGetAuthorizeParamsResponseTypeCode OAuthGetAuthorizeParamsResponseType = "code"

// OAuthGetAuthorizeParamsCodeChallengeMethod is how a code_challenge is made of its code_verifier.
type OAuthGetAuthorizeParamsCodeChallengeMethod string

// The values of OAuthGetAuthorizeParamsCodeChallengeMethod.
const (
	OAuthGetAuthorizeParamsCodeChallengeMethodPlain OAuthGetAuthorizeParamsCodeChallengeMethod = "plain"
	OAuthGetAuthorizeParamsCodeChallengeMethodS256  OAuthGetAuthorizeParamsCodeChallengeMethod = "S256"
)

// OAuthTokenParams is a token request (RFC 6749, sections 4.1.3, 4.4.2 and 6). Which fields are needed depends on
// GrantType.
type OAuthTokenParams struct {
	GrantType OAuthTokenParamsGrantType `json:"grant_type" api:"required"`
	// ClientID and ClientSecret authenticate the client in the body. Leave them out where the client has them as
	// options.
	ClientID     param.Opt[string] `json:"client_id,omitzero"`
	ClientSecret param.Opt[string] `json:"client_secret,omitzero"`
	// Code is for authorization_code, and so are CodeVerifier and RedirectUri. It can be used once.
	Code         param.Opt[string] `json:"code,omitzero"`
	CodeVerifier param.Opt[string] `json:"code_verifier,omitzero"`
	// RedirectUri must be the one that the code was asked for with.
	RedirectUri param.Opt[string] `json:"redirect_uri,omitzero" format:"uri"`
	// RefreshToken is for refresh_token. It may be used up by the call, even if the answer is lost.
	RefreshToken param.Opt[string] `json:"refresh_token,omitzero"`
	// Scope lists scopes, separated by spaces.
	Scope param.Opt[string] `json:"scope,omitzero"`
	paramObj
}

// OAuthTokenParamsGrantType is what a token is asked for with.
type OAuthTokenParamsGrantType string

// The values of OAuthTokenParamsGrantType.
const (
	OAuthTokenParamsGrantTypeClientCredentials OAuthTokenParamsGrantType = "client_credentials"
	OAuthTokenParamsGrantTypeAuthorizationCode OAuthTokenParamsGrantType = "authorization_code"
	OAuthTokenParamsGrantTypeRefreshToken      OAuthTokenParamsGrantType = "refresh_token"
)
