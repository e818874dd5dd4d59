package telnyx_test

import (
	"context"
	"encoding/json"
	"log"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/pagination"
	"github.com/team-telnyx/telnyx-go/packages/param"
	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// autoPager keeps the lines of its methods below short.
type autoPager = pagination.DefaultFlatPaginationAutoPager[int]

// The signatures that programs written for telnyx-go rely on. This block fails to compile where one differs.
var (
	_ func(...option.RequestOption) telnyx.Client = telnyx.NewClient
	_ func() []option.RequestOption               = telnyx.DefaultClientOptions
	_                                             = telnyx.Client{
		Options: []option.RequestOption{}, WellKnown: telnyx.WellKnownService{}, OAuth: telnyx.OAuthService{},
		OAuthClients: telnyx.OAuthClientService{}, OAuthGrants: telnyx.OAuthGrantService{},
	}
	_ func(
		*telnyx.Client, context.Context, string, string, any, any, ...option.RequestOption,
	) error = (*telnyx.Client).Execute
	_ func(*telnyx.Client, context.Context, string, any, any, ...option.RequestOption) error = (*telnyx.Client).Get
	_ func(*telnyx.Client, context.Context, string, any, any, ...option.RequestOption) error = (*telnyx.Client).Post
	_ func(*telnyx.Client, context.Context, string, any, any, ...option.RequestOption) error = (*telnyx.Client).Put
	_ func(*telnyx.Client, context.Context, string, any, any, ...option.RequestOption) error = (*telnyx.Client).Patch
	_ func(*telnyx.Client, context.Context, string, any, any, ...option.RequestOption) error = (*telnyx.Client).Delete

	_ func(...option.RequestOption) telnyx.WellKnownService   = telnyx.NewWellKnownService
	_ func(...option.RequestOption) telnyx.OAuthService       = telnyx.NewOAuthService
	_ func(...option.RequestOption) telnyx.OAuthClientService = telnyx.NewOAuthClientService
	_ func(...option.RequestOption) telnyx.OAuthGrantService  = telnyx.NewOAuthGrantService
	_                                                         = telnyx.WellKnownService{Options: []option.RequestOption{}}
	_                                                         = telnyx.OAuthService{Options: []option.RequestOption{}}
	_                                                         = telnyx.OAuthClientService{
		Options: []option.RequestOption{},
	}
	_ = telnyx.OAuthGrantService{Options: []option.RequestOption{}}

	_ func(*telnyx.WellKnownService, context.Context, ...option.RequestOption) (
		*telnyx.WellKnownGetAuthorizationServerMetadataResponse, error,
	) = (*telnyx.WellKnownService).GetAuthorizationServerMetadata
	_ func(*telnyx.WellKnownService, context.Context, ...option.RequestOption) (
		*telnyx.WellKnownGetProtectedResourceMetadataResponse, error,
	) = (*telnyx.WellKnownService).GetProtectedResourceMetadata
	_ func(*telnyx.OAuthService, context.Context, string, ...option.RequestOption) (
		*telnyx.OAuthGetResponse, error,
	) = (*telnyx.OAuthService).Get
	_ func(*telnyx.OAuthService, context.Context, telnyx.OAuthGrantsParams, ...option.RequestOption) (
		*telnyx.OAuthGrantsResponse, error,
	) = (*telnyx.OAuthService).Grants
	_ func(*telnyx.OAuthService, context.Context, telnyx.OAuthIntrospectParams, ...option.RequestOption) (
		*telnyx.OAuthIntrospectResponse, error,
	) = (*telnyx.OAuthService).Introspect
	_ func(*telnyx.OAuthService, context.Context, telnyx.OAuthRegisterParams, ...option.RequestOption) (
		*telnyx.OAuthRegisterResponse, error,
	) = (*telnyx.OAuthService).Register
	_ func(
		*telnyx.OAuthService, context.Context, telnyx.OAuthGetAuthorizeParams, ...option.RequestOption,
	) error = (*telnyx.OAuthService).GetAuthorize
	_ func(*telnyx.OAuthService, context.Context, ...option.RequestOption) (
		*telnyx.OAuthGetJwksResponse, error,
	) = (*telnyx.OAuthService).GetJwks
	_ func(*telnyx.OAuthService, context.Context, telnyx.OAuthTokenParams, ...option.RequestOption) (
		*telnyx.OAuthTokenResponse, error,
	) = (*telnyx.OAuthService).Token
	_ func(*telnyx.OAuthClientService, context.Context, telnyx.OAuthClientNewParams, ...option.RequestOption) (
		*telnyx.OAuthClientNewResponse, error,
	) = (*telnyx.OAuthClientService).New
	_ func(*telnyx.OAuthClientService, context.Context, string, ...option.RequestOption) (
		*telnyx.OAuthClientGetResponse, error,
	) = (*telnyx.OAuthClientService).Get
	_ func(*telnyx.OAuthClientService, context.Context, string, telnyx.OAuthClientUpdateParams, ...option.RequestOption) (
		*telnyx.OAuthClientUpdateResponse, error,
	) = (*telnyx.OAuthClientService).Update
	_ func(*telnyx.OAuthClientService, context.Context, telnyx.OAuthClientListParams, ...option.RequestOption) (
		*pagination.DefaultFlatPagination[telnyx.OAuthClient], error,
	) = (*telnyx.OAuthClientService).List
	_ func(
		*telnyx.OAuthClientService, context.Context, telnyx.OAuthClientListParams, ...option.RequestOption,
	) *pagination.DefaultFlatPaginationAutoPager[telnyx.OAuthClient] = (*telnyx.OAuthClientService).ListAutoPaging
	_ func(
		*telnyx.OAuthClientService, context.Context, string, ...option.RequestOption,
	) error = (*telnyx.OAuthClientService).Delete
	_ func(*telnyx.OAuthGrantService, context.Context, string, ...option.RequestOption) (
		*telnyx.OAuthGrantGetResponse, error,
	) = (*telnyx.OAuthGrantService).Get
	_ func(*telnyx.OAuthGrantService, context.Context, telnyx.OAuthGrantListParams, ...option.RequestOption) (
		*pagination.DefaultFlatPagination[telnyx.OAuthGrant], error,
	) = (*telnyx.OAuthGrantService).List
	_ func(
		*telnyx.OAuthGrantService, context.Context, telnyx.OAuthGrantListParams, ...option.RequestOption,
	) *pagination.DefaultFlatPaginationAutoPager[telnyx.OAuthGrant] = (*telnyx.OAuthGrantService).ListAutoPaging
	_ func(*telnyx.OAuthGrantService, context.Context, string, ...option.RequestOption) (
		*telnyx.OAuthGrantDeleteResponse, error,
	) = (*telnyx.OAuthGrantService).Delete

	_ func(string) string                  = param.EscapeSJSONKey
	_ map[string]any                       = map[string]any{"left_out": param.Omit}
	_ param.Optional                       = param.Opt[string]{}
	_ param.ParamNullable                  = telnyx.OAuthTokenParams{}
	_ func(string) param.Opt[string]       = telnyx.String
	_ func(int64) param.Opt[int64]         = telnyx.Int
	_ func(bool) param.Opt[bool]           = telnyx.Bool
	_ func(float64) param.Opt[float64]     = telnyx.Float
	_ func(time.Time) param.Opt[time.Time] = telnyx.Time
	_ func(string) param.Opt[string]       = telnyx.Opt[string]
	_ func(string) param.Opt[string]       = telnyx.OptOmitZero[string]
	_ func(any) *any                       = telnyx.Ptr[any]
	_ func(int64) *int64                   = telnyx.IntPtr
	_ func(bool) *bool                     = telnyx.BoolPtr
	_ func(float64) *float64               = telnyx.FloatPtr
	_ func(string) *string                 = telnyx.StringPtr
	_ func(time.Time) *time.Time           = telnyx.TimePtr

	_ error                            = (*telnyx.Error)(nil)
	_                                  = telnyx.Error{StatusCode: 0, Request: &http.Request{}, Response: &http.Response{}}
	_ func(*telnyx.Error) string       = (*telnyx.Error).RawJSON
	_ func(*telnyx.Error, bool) []byte = (*telnyx.Error).DumpRequest
	_ func(*telnyx.Error, bool) []byte = (*telnyx.Error).DumpResponse
	_ map[string]respjson.Field        = telnyx.Error{}.JSON.ExtraFields

	_ func(string) option.RequestOption               = option.WithBaseURL
	_ func(option.HTTPClient) option.RequestOption    = option.WithHTTPClient
	_ func(...option.Middleware) option.RequestOption = option.WithMiddleware
	_ func(int) option.RequestOption                  = option.WithMaxRetries
	_ func(string, string) option.RequestOption       = option.WithHeader
	_ func(string, string) option.RequestOption       = option.WithHeaderAdd
	_ func(string) option.RequestOption               = option.WithHeaderDel
	_ func(string, string) option.RequestOption       = option.WithQuery
	_ func(string, string) option.RequestOption       = option.WithQueryAdd
	_ func(string) option.RequestOption               = option.WithQueryDel
	_ func(string, any) option.RequestOption          = option.WithJSONSet
	_ func(string) option.RequestOption               = option.WithJSONDel
	_ func(any) option.RequestOption                  = option.WithResponseBodyInto
	_ func(**http.Response) option.RequestOption      = option.WithResponseInto
	_ func(string, any) option.RequestOption          = option.WithRequestBody
	_ func(time.Duration) option.RequestOption        = option.WithRequestTimeout
	_ func() option.RequestOption                     = option.WithEnvironmentProduction
	_ func(string) option.RequestOption               = option.WithAPIKey
	_ func(string) option.RequestOption               = option.WithPublicKey
	_ func(string) option.RequestOption               = option.WithClientID
	_ func(string) option.RequestOption               = option.WithClientSecret
	_ func(*log.Logger) option.RequestOption          = option.WithDebugLog

	_ option.HTTPClient = (*http.Client)(nil)
	_ interface {
		Do(*http.Request) (*http.Response, error)
	} = option.HTTPClient(nil)
	_ *func(*http.Request) (*http.Response, error) = (*option.MiddlewareNext)(nil)
	_ *func(
		*http.Request, func(*http.Request) (*http.Response, error),
	) (*http.Response, error) = (*option.Middleware)(nil)

	_ func() telnyx.OAuthTokenParams                     = param.NullStruct[telnyx.OAuthTokenParams]
	_ func(any) telnyx.OAuthTokenParams                  = param.Override[telnyx.OAuthTokenParams]
	_ func(any) bool                                     = param.IsOmitted
	_ func(param.Opt[string]) bool                       = param.IsNull[param.Opt[string]]
	_ func(string) param.Opt[string]                     = param.NewOpt[string]
	_ func() param.Opt[string]                           = param.Null[string]
	_                                                    = param.Opt[string]{Value: ""}
	_ func(param.Opt[string]) bool                       = param.Opt[string].Valid
	_ func(param.Opt[string], string) string             = param.Opt[string].Or
	_ func(param.Opt[string]) string                     = param.Opt[string].String
	_ func() []string                                    = param.NullSlice[[]string]
	_ func() map[string]int                              = param.NullMap[map[string]int]
	_ func(telnyx.OAuthTokenParams, any) ([]byte, error) = param.MarshalObject[telnyx.OAuthTokenParams]
	_ func(*param.APIObject, map[string]any)             = (*param.APIObject).SetExtraFields

	_ func(respjson.Field) bool   = respjson.Field.Valid
	_ func(respjson.Field) string = respjson.Field.Raw
	_ func(string) respjson.Field = respjson.NewField
	_ func(string) respjson.Field = respjson.NewInvalidField

	_                                                    = pagination.DefaultFlatPagination[int]{Data: []int{}}
	_ int64                                              = pagination.DefaultFlatPagination[int]{}.Meta.PageNumber
	_ int64                                              = pagination.DefaultFlatPagination[int]{}.Meta.TotalPages
	_ func(pagination.DefaultFlatPagination[int]) string = pagination.DefaultFlatPagination[int].RawJSON
	_ func(*pagination.DefaultFlatPagination[int]) (
		*pagination.DefaultFlatPagination[int], error,
	) = (*pagination.DefaultFlatPagination[int]).GetNextPage
	_ func(*autoPager) bool  = (*autoPager).Next
	_ func(*autoPager) int   = (*autoPager).Current
	_ func(*autoPager) error = (*autoPager).Err
	_ func(*autoPager) int   = (*autoPager).Index
)

// mirrored lists the structs with their fields: Go name, wire name (? in a query), Go type, and what the tags say. A
// line that is indented further continues the one before it.
const mirrored = `
WellKnownGetAuthorizationServerMetadataResponse
  AuthorizationEndpoint             authorization_endpoint                string   uri
  CodeChallengeMethodsSupported     code_challenge_methods_supported      []string
  GrantTypesSupported               grant_types_supported                 []string
  IntrospectionEndpoint             introspection_endpoint                string   uri
  Issuer                            issuer                                string   uri
  JwksUri                           jwks_uri                              string   uri
  RegistrationEndpoint              registration_endpoint                 string   uri
  ResponseTypesSupported            response_types_supported              []string
  ScopesSupported                   scopes_supported                      []string
  TokenEndpoint                     token_endpoint                        string   uri
  TokenEndpointAuthMethodsSupported token_endpoint_auth_methods_supported []string
WellKnownGetProtectedResourceMetadataResponse
  AuthorizationServers authorization_servers []string uri
  Resource             resource              string   uri
OAuthGetResponse
  Data data OAuthGetResponseData
OAuthGetResponseData
  ClientID        client_id        string
  LogoUri         logo_uri         string                               nullable uri
  Name            name             string
  PolicyUri       policy_uri       string                               nullable uri
  RedirectUri     redirect_uri     string                               uri
  RequestedScopes requested_scopes []OAuthGetResponseDataRequestedScope
  TosUri          tos_uri          string                               nullable uri
  Verified        verified         bool
OAuthGetResponseDataRequestedScope
  ID          id          string
  Description description string
  Name        name        string
OAuthGrantsResponse
  RedirectUri redirect_uri string required uri
OAuthIntrospectResponse
  Active   active    bool   required
  Aud      aud       string
  ClientID client_id string
  Exp      exp       int64
  Iat      iat       int64
  Iss      iss       string
  Scope    scope     string
OAuthRegisterResponse
  ClientID                client_id                  string   required
  ClientIDIssuedAt        client_id_issued_at        int64    required
  ClientName              client_name                string
  ClientSecret            client_secret              string
  GrantTypes              grant_types                []string
  LogoUri                 logo_uri                   string   uri
  PolicyUri               policy_uri                 string   uri
  RedirectUris            redirect_uris              []string uri
  ResponseTypes           response_types             []string
  Scope                   scope                      string
  TokenEndpointAuthMethod token_endpoint_auth_method string
  TosUri                  tos_uri                    string   uri
OAuthGetJwksResponse
  Keys keys []OAuthGetJwksResponseKey
OAuthGetJwksResponseKey
  Alg alg string
  Kid kid string
  Kty kty string
  Use use string
OAuthTokenResponse
  AccessToken  access_token  string                      required
  ExpiresIn    expires_in    int64                       required
  TokenType    token_type    OAuthTokenResponseTokenType required
  RefreshToken refresh_token string
  Scope        scope         string
OAuthGrantsParams
  Allowed      allowed       bool   required
  ConsentToken consent_token string required
OAuthIntrospectParams
  Token token string required
OAuthRegisterParams
  ClientName              client_name                param.Opt[string]
  LogoUri                 logo_uri                   param.Opt[string]                          uri
  PolicyUri               policy_uri                 param.Opt[string]                          uri
  Scope                   scope                      param.Opt[string]
  TosUri                  tos_uri                    param.Opt[string]                          uri
  GrantTypes              grant_types                []string
  RedirectUris            redirect_uris              []string                                   uri
  ResponseTypes           response_types             []string
  TokenEndpointAuthMethod token_endpoint_auth_method OAuthRegisterParamsTokenEndpointAuthMethod
OAuthGetAuthorizeParams
  ClientID            ?client_id                  string                                     required
  RedirectUri         ?redirect_uri               string                                     required uri
  ResponseType        ?response_type              OAuthGetAuthorizeParamsResponseType        required
  CodeChallenge       ?code_challenge             param.Opt[string]
  Scope               ?scope                      param.Opt[string]
  State               ?state                      param.Opt[string]
  CodeChallengeMethod ?code_challenge_method      OAuthGetAuthorizeParamsCodeChallengeMethod
OAuthTokenParams
  GrantType    grant_type    OAuthTokenParamsGrantType required
  ClientID     client_id     param.Opt[string]
  ClientSecret client_secret param.Opt[string]
  Code         code          param.Opt[string]
  CodeVerifier code_verifier param.Opt[string]
  RedirectUri  redirect_uri  param.Opt[string]         uri
  RefreshToken refresh_token param.Opt[string]
  Scope        scope         param.Opt[string]
OAuthClient
  ClientID          client_id           string                required
  ClientType        client_type         OAuthClientClientType required
  CreatedAt         created_at          time.Time             required date-time
  Name              name                string                required
  OrgID             org_id              string                required
  RecordType        record_type         OAuthClientRecordType required
  RequirePkce       require_pkce        bool                  required
  UpdatedAt         updated_at          time.Time             required date-time
  UserID            user_id             string                required
  AllowedGrantTypes allowed_grant_types []string
  AllowedScopes     allowed_scopes      []string
  ClientSecret      client_secret       string                nullable
  LogoUri           logo_uri            string                nullable uri
  PolicyUri         policy_uri          string                nullable uri
  RedirectUris      redirect_uris       []string              uri
  TosUri            tos_uri             string                nullable uri
OAuthOAuthPaginationMeta
  PageNumber   page_number   int64
  PageSize     page_size     int64
  TotalPages   total_pages   int64
  TotalResults total_results int64
OAuthClientNewResponse
  Data data OAuthClient
OAuthClientGetResponse
  Data data OAuthClient
OAuthClientUpdateResponse
  Data data OAuthClient
OAuthClientNewParams
  AllowedGrantTypes allowed_grant_types []string                       required
  AllowedScopes     allowed_scopes      []string                       required
  ClientType        client_type         OAuthClientNewParamsClientType required
  Name              name                string                         required
  LogoUri           logo_uri            param.Opt[string]              uri
  PolicyUri         policy_uri          param.Opt[string]              uri
  RequirePkce       require_pkce        param.Opt[bool]
  TosUri            tos_uri             param.Opt[string]              uri
  RedirectUris      redirect_uris       []string                       uri
OAuthClientUpdateParams
  LogoUri           logo_uri            param.Opt[string] uri
  Name              name                param.Opt[string]
  PolicyUri         policy_uri          param.Opt[string] uri
  RequirePkce       require_pkce        param.Opt[bool]
  TosUri            tos_uri             param.Opt[string] uri
  AllowedGrantTypes allowed_grant_types []string
  AllowedScopes     allowed_scopes      []string
  RedirectUris      redirect_uris       []string          uri
OAuthClientListParams
  FilterClientID                  ?filter[client_id]                     param.Opt[string]
  FilterName                      ?filter[name]                          param.Opt[string]
  FilterNameContains              ?filter[name][contains]                param.Opt[string]
  FilterVerified                  ?filter[verified]                      param.Opt[bool]
  PageNumber                      ?page[number]                          param.Opt[int64]
  PageSize                        ?page[size]                            param.Opt[int64]
  FilterAllowedGrantTypesContains ?filter[allowed_grant_types][contains]
    OAuthClientListParamsFilterAllowedGrantTypesContains
  FilterClientType                ?filter[client_type]                   OAuthClientListParamsFilterClientType
OAuthGrant
  ID         id           string               required uuid
  ClientID   client_id    string               required
  CreatedAt  created_at   time.Time            required date-time
  RecordType record_type  OAuthGrantRecordType required
  Scopes     scopes       []string             required
  LastUsedAt last_used_at time.Time            nullable date-time
OAuthGrantGetResponse
  Data data OAuthGrant
OAuthGrantDeleteResponse
  Data data OAuthGrant
OAuthGrantListParams
  PageNumber ?page[number]      param.Opt[int64]
  PageSize   ?page[size]        param.Opt[int64]
`

// mirroredTypes are the structs of that list by their names.
func mirroredTypes() map[string]reflect.Type {
	types := map[string]reflect.Type{
		"OAuthOAuthPaginationMeta": reflect.TypeFor[telnyx.OAuthOAuthPaginationMeta](), // an alias
	}
	for _, typ := range []reflect.Type{
		reflect.TypeFor[telnyx.WellKnownGetAuthorizationServerMetadataResponse](),
		reflect.TypeFor[telnyx.WellKnownGetProtectedResourceMetadataResponse](),
		reflect.TypeFor[telnyx.OAuthGetResponse](),
		reflect.TypeFor[telnyx.OAuthGetResponseData](),
		reflect.TypeFor[telnyx.OAuthGetResponseDataRequestedScope](),
		reflect.TypeFor[telnyx.OAuthGrantsResponse](),
		reflect.TypeFor[telnyx.OAuthIntrospectResponse](),
		reflect.TypeFor[telnyx.OAuthRegisterResponse](),
		reflect.TypeFor[telnyx.OAuthGetJwksResponse](),
		reflect.TypeFor[telnyx.OAuthGetJwksResponseKey](),
		reflect.TypeFor[telnyx.OAuthTokenResponse](),
		reflect.TypeFor[telnyx.OAuthGrantsParams](),
		reflect.TypeFor[telnyx.OAuthIntrospectParams](),
		reflect.TypeFor[telnyx.OAuthRegisterParams](),
		reflect.TypeFor[telnyx.OAuthGetAuthorizeParams](),
		reflect.TypeFor[telnyx.OAuthTokenParams](),
		reflect.TypeFor[telnyx.OAuthClient](),
		reflect.TypeFor[telnyx.OAuthClientNewResponse](),
		reflect.TypeFor[telnyx.OAuthClientGetResponse](),
		reflect.TypeFor[telnyx.OAuthClientUpdateResponse](),
		reflect.TypeFor[telnyx.OAuthClientNewParams](),
		reflect.TypeFor[telnyx.OAuthClientUpdateParams](),
		reflect.TypeFor[telnyx.OAuthClientListParams](),
		reflect.TypeFor[telnyx.OAuthGrant](),
		reflect.TypeFor[telnyx.OAuthGrantGetResponse](),
		reflect.TypeFor[telnyx.OAuthGrantDeleteResponse](),
		reflect.TypeFor[telnyx.OAuthGrantListParams](),
	} {
		types[typ.Name()] = typ
	}
	return types
}

// A mirroredField is one line of the list.
type mirroredField struct {
	name, wire, typ string
	api, format     string
	query           bool
}

func mirroredFields() map[string][]mirroredField {
	structs, current := map[string][]mirroredField{}, ""
	unwrapped := strings.ReplaceAll(strings.TrimSpace(mirrored), "\n    ", " ")
	for line := range strings.Lines(unwrapped) {
		words := strings.Fields(line)
		if len(words) == 1 {
			current = words[0]
			continue
		}
		f := mirroredField{name: words[0], typ: words[2]}
		f.wire, f.query = strings.CutPrefix(words[1], "?")
		for _, note := range words[3:] {
			if note == "required" || note == "nullable" {
				f.api = note
			} else {
				f.format = note
			}
		}
		structs[current] = append(structs[current], f)
	}
	return structs
}

func TestStructsHaveTheMirroredFieldsTypesAndTags(t *testing.T) {
	types, all := mirroredTypes(), mirroredFields()
	require.ElementsMatch(t, slices.Collect(maps.Keys(types)), slices.Collect(maps.Keys(all)))
	for name, want := range all {
		var have []mirroredField
		for i := range types[name].NumField() {
			f := types[name].Field(i)
			if !f.IsExported() || f.Name == "JSON" {
				continue
			}
			wire := wireName(f, "json")
			query := wireName(f, "query")
			have = append(have, mirroredField{
				name: f.Name, wire: wire + query, query: query != "", typ: strings.ReplaceAll(f.Type.String(), "telnyx.", ""),
				api: f.Tag.Get("api"), format: f.Tag.Get("format"),
			})
		}
		require.ElementsMatch(t, want, have, name)
	}
}

func TestConstantsHaveTheMirroredTypesAndValues(t *testing.T) {
	for _, c := range []struct {
		constant   any
		typ, value string
	}{
		{telnyx.OAuthTokenResponseTokenTypeBearer, "OAuthTokenResponseTokenType", "Bearer"},
		{telnyx.OAuthRegisterParamsTokenEndpointAuthMethodNone, "OAuthRegisterParamsTokenEndpointAuthMethod", "none"},
		{
			telnyx.OAuthRegisterParamsTokenEndpointAuthMethodClientSecretBasic, "OAuthRegisterParamsTokenEndpointAuthMethod",
			"client_secret_basic",
		},
		{
			telnyx.OAuthRegisterParamsTokenEndpointAuthMethodClientSecretPost, "OAuthRegisterParamsTokenEndpointAuthMethod",
			"client_secret_post",
		},
		{telnyx.OAuthGetAuthorizeParamsResponseTypeCode, "OAuthGetAuthorizeParamsResponseType", "code"},
		{telnyx.OAuthGetAuthorizeParamsCodeChallengeMethodPlain, "OAuthGetAuthorizeParamsCodeChallengeMethod", "plain"},
		{telnyx.OAuthGetAuthorizeParamsCodeChallengeMethodS256, "OAuthGetAuthorizeParamsCodeChallengeMethod", "S256"},
		{telnyx.OAuthTokenParamsGrantTypeClientCredentials, "OAuthTokenParamsGrantType", "client_credentials"},
		{telnyx.OAuthTokenParamsGrantTypeAuthorizationCode, "OAuthTokenParamsGrantType", "authorization_code"},
		{telnyx.OAuthTokenParamsGrantTypeRefreshToken, "OAuthTokenParamsGrantType", "refresh_token"},
		{telnyx.OAuthClientClientTypePublic, "OAuthClientClientType", "public"},
		{telnyx.OAuthClientClientTypeConfidential, "OAuthClientClientType", "confidential"},
		{telnyx.OAuthClientRecordTypeOAuthClient, "OAuthClientRecordType", "oauth_client"},
		{telnyx.OAuthClientNewParamsClientTypePublic, "OAuthClientNewParamsClientType", "public"},
		{telnyx.OAuthClientNewParamsClientTypeConfidential, "OAuthClientNewParamsClientType", "confidential"},
		{
			telnyx.OAuthClientListParamsFilterAllowedGrantTypesContainsClientCredentials,
			"OAuthClientListParamsFilterAllowedGrantTypesContains", "client_credentials",
		},
		{
			telnyx.OAuthClientListParamsFilterAllowedGrantTypesContainsAuthorizationCode,
			"OAuthClientListParamsFilterAllowedGrantTypesContains", "authorization_code",
		},
		{
			telnyx.OAuthClientListParamsFilterAllowedGrantTypesContainsRefreshToken,
			"OAuthClientListParamsFilterAllowedGrantTypesContains", "refresh_token",
		},
		{telnyx.OAuthClientListParamsFilterClientTypeConfidential, "OAuthClientListParamsFilterClientType", "confidential"},
		{telnyx.OAuthClientListParamsFilterClientTypePublic, "OAuthClientListParamsFilterClientType", "public"},
		{telnyx.OAuthGrantRecordTypeOAuthGrant, "OAuthGrantRecordType", "oauth_grant"},
	} {
		v := reflect.ValueOf(c.constant)
		require.Equal(t, c.value, v.String())
		require.Equal(t, c.typ, v.Type().Name())
	}
}

func TestMetadataHasOneRecordForEachField(t *testing.T) {
	for name, typ := range mirroredTypes() {
		if strings.HasSuffix(name, "Params") {
			continue
		}
		metadata, ok := typ.FieldByName("JSON")
		require.True(t, ok, name)
		require.Equal(t, "-", metadata.Tag.Get("json"), name)
		want := map[string]reflect.Type{"ExtraFields": reflect.TypeFor[map[string]respjson.Field]()}
		for _, f := range mirroredFields()[name] {
			want[f.name] = reflect.TypeFor[respjson.Field]()
		}
		have := map[string]reflect.Type{}
		for _, f := range reflect.VisibleFields(metadata.Type) {
			if f.IsExported() && !f.Anonymous {
				have[f.Name] = f.Type
			}
		}
		require.Equal(t, want, have, name)
	}
}

func TestEncodingJSONFillsTheMetadata(t *testing.T) {
	samples := map[string]string{
		"string": `"a"`, "bool": "true", "int64": "7", "[]string": `["a"]`, "time.Time": `"2026-01-01T00:00:00Z"`,
	}
	for name, typ := range mirroredTypes() {
		if strings.HasSuffix(name, "Params") {
			continue
		}
		text := `{ "surprise" : [1, 2]`
		for _, f := range mirroredFields()[name] {
			value, ok := samples[f.typ]
			switch {
			case ok:
			case strings.HasPrefix(f.typ, "[]"):
				value = "[ ]"
			case mirroredTypes()[f.typ] != nil:
				value = "{ }"
			default: // an enum, with a value of a later version of the API
				value = `"later"`
			}
			text += `,  "` + f.wire + `" : ` + value
		}
		text += " }"
		res := reflect.New(typ)

		require.NoError(t, json.Unmarshal([]byte("\n"+text+"\n"), res.Interface()), name)

		require.Equal(t, text, res.Interface().(interface{ RawJSON() string }).RawJSON())
		records := res.Elem().FieldByName("JSON")
		for _, f := range mirroredFields()[name] {
			record := records.FieldByName(f.name).Interface().(respjson.Field)
			require.True(t, record.Valid(), "%s.%s", name, f.name)
			require.Contains(t, text, `"`+f.wire+`" : `+record.Raw(), "%s.%s", name, f.name)
		}
		extra := records.FieldByName("ExtraFields").Interface().(map[string]respjson.Field)
		require.Len(t, extra, 1, name)
		require.Equal(t, "[1, 2]", extra["surprise"].Raw(), name)
	}
}

// requiredOnly is what a params struct without values sends: its required members, and no others.
func requiredOnly(name string) (wire []string) {
	wire = []string{}
	for _, f := range mirroredFields()[name] {
		if f.api == "required" {
			wire = append(wire, f.wire)
		}
	}
	return wire
}

type bodyParams interface {
	param.ParamStruct
	json.Marshaler
}

type bodyParamsPtr[T bodyParams] interface {
	param.InferPtr[T]
	json.Unmarshaler
}

func testBodyParams[T bodyParams, PtrT bodyParamsPtr[T]](t *testing.T, full string) {
	name := reflect.TypeFor[T]().Name()
	encode := func(v T) string {
		t.Helper()
		text, err := json.Marshal(v)
		require.NoError(t, err)
		return string(text)
	}
	var empty, read, forced T

	var members map[string]any
	require.NoError(t, json.Unmarshal([]byte(encode(empty)), &members))
	require.ElementsMatch(t, requiredOnly(name), slices.Collect(maps.Keys(members)), name)

	require.NoError(t, json.Unmarshal([]byte(full), PtrT(&read)))
	require.Equal(t, full, encode(read))
	require.Len(t, mirroredFields()[name], strings.Count(full, `":`), "%s: the test's JSON is not full", name)
	PtrT(&read).SetExtraFields(map[string]any{"x_new": []int{1}})
	require.Equal(t, strings.TrimSuffix(full, "}")+`,"x_new":[1]}`, encode(read))

	require.Equal(t, "null", encode(param.NullStruct[T, PtrT]()))
	require.True(t, param.IsNull(param.NullStruct[T, PtrT]()), name)
	require.Equal(t, `[1]`, encode(param.Override[T, PtrT]([]int{1})))
	param.SetJSON([]byte(`{"a":1}`), PtrT(&forced))
	require.Equal(t, `{"a":1}`, encode(forced))
}

func TestBodyParamsHaveTheMirroredMethods(t *testing.T) {
	testBodyParams[telnyx.OAuthGrantsParams](t, `{"allowed":true,"consent_token":"c"}`)
	testBodyParams[telnyx.OAuthIntrospectParams](t, `{"token":"t"}`)
	testBodyParams[telnyx.OAuthRegisterParams](t,
		`{"client_name":"n","logo_uri":"l","policy_uri":"p","scope":"s","tos_uri":"t",`+
			`"grant_types":["g"],"redirect_uris":["r"],"response_types":[],"token_endpoint_auth_method":"none"}`)
	testBodyParams[telnyx.OAuthTokenParams](t,
		`{"grant_type":"g","client_id":"i","client_secret":"s","code":"c","code_verifier":"v",`+
			`"redirect_uri":"r","refresh_token":null,"scope":""}`)
	testBodyParams[telnyx.OAuthClientNewParams](t,
		`{"allowed_grant_types":["g"],"allowed_scopes":[],"client_type":"public","name":"n",`+
			`"logo_uri":null,"policy_uri":"p","require_pkce":false,"tos_uri":"t","redirect_uris":null}`)
	testBodyParams[telnyx.OAuthClientUpdateParams](t,
		`{"logo_uri":"l","name":"n","policy_uri":"p","require_pkce":true,"tos_uri":"t",`+
			`"allowed_grant_types":["g"],"allowed_scopes":["s"],"redirect_uris":[]}`)
}

type queryParams interface {
	param.ParamStruct
	URLQuery() (url.Values, error)
}

func testQueryParams[T queryParams, PtrT param.InferPtr[T]](t *testing.T, full T, want string) {
	name := reflect.TypeFor[T]().Name()
	encode := func(v T) url.Values {
		t.Helper()
		values, err := v.URLQuery()
		require.NoError(t, err)
		return values
	}
	var empty, forced T

	require.ElementsMatch(t, requiredOnly(name), slices.Collect(maps.Keys(encode(empty))), name)

	require.Equal(t, want, encode(full).Encode())
	require.Len(t, mirroredFields()[name], strings.Count(want, "="), "%s: the test's query is not full", name)
	PtrT(&full).SetExtraFields(map[string]any{"x[new]": []int{1, 2}})
	require.Equal(t, []string{"1", "2"}, encode(full)["x[new]"])

	require.Empty(t, encode(param.NullStruct[T, PtrT]()))
	require.True(t, param.IsNull(param.NullStruct[T, PtrT]()), name)
	require.Equal(t, url.Values{"a": {"b"}}, encode(param.Override[T, PtrT](map[string]string{"a": "b"})))
	param.SetJSON([]byte(`{"a":1}`), PtrT(&forced))
	require.Equal(t, url.Values{"a": {"1"}}, encode(forced))
}

func TestQueryParamsHaveTheMirroredMethods(t *testing.T) {
	testQueryParams(t, telnyx.OAuthGetAuthorizeParams{
		ClientID: "i", RedirectUri: "r", ResponseType: "code", CodeChallenge: telnyx.String("c"), Scope: telnyx.String("s"),
		State:               telnyx.String(""),
		CodeChallengeMethod: telnyx.OAuthGetAuthorizeParamsCodeChallengeMethodPlain,
	}, "client_id=i&code_challenge=c&code_challenge_method=plain&redirect_uri=r&response_type=code&scope=s&state=")
	testQueryParams(t, telnyx.OAuthClientListParams{
		FilterClientID: telnyx.String("i"), FilterName: telnyx.String("n"), FilterNameContains: telnyx.String("c"),
		FilterVerified: telnyx.Bool(false), PageNumber: telnyx.Int(0), PageSize: telnyx.Int(5),
		FilterAllowedGrantTypesContains: "g", FilterClientType: "public",
	}, "filter%5Ballowed_grant_types%5D%5Bcontains%5D=g&filter%5Bclient_id%5D=i&filter%5Bclient_type%5D=public"+
		"&filter%5Bname%5D=n&filter%5Bname%5D%5Bcontains%5D=c&filter%5Bverified%5D=false&page%5Bnumber%5D=0&page%5Bsize%5D=5")
	testQueryParams(
		t, telnyx.OAuthGrantListParams{PageNumber: telnyx.Int(1), PageSize: telnyx.Int(2)},
		"page%5Bnumber%5D=1&page%5Bsize%5D=2",
	)
}

func TestFieldFunctionsSetValuesThatAreZero(t *testing.T) {
	require.True(t, telnyx.String("").Valid())
	require.True(t, telnyx.Int(0).Valid())
	require.True(t, telnyx.Bool(false).Valid())
	require.True(t, telnyx.Float(0).Valid())
	require.True(t, telnyx.Time(time.Time{}).Valid())
	require.True(t, telnyx.Opt(0).Valid())
	require.Equal(t, "a", *telnyx.StringPtr("a"))
	require.EqualValues(t, 1, *telnyx.IntPtr(1))
	require.True(t, *telnyx.BoolPtr(true))
	require.InDelta(t, 1.5, *telnyx.FloatPtr(1.5), 0)
	require.Equal(t, newYear, *telnyx.TimePtr(newYear))
	require.Equal(t, 'x', *telnyx.Ptr('x'))
}
