package telnyx

import (
	"context"
	"time"

	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/pagination"
	"github.com/team-telnyx/telnyx-go/packages/param"
	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// An OAuthClientService manages the account's OAuth clients.
type OAuthClientService struct {
	// Options apply to all calls of the service, before the options of the call.
	Options []option.RequestOption
}

// NewOAuthClientService returns a service that does not read the environment. NewClient returns a client with all
// services.
func NewOAuthClientService(opts ...option.RequestOption) (r OAuthClientService) {
	return OAuthClientService{Options: withTokenCache(opts)}
}

// New makes a client. Keep the ClientSecret of a confidential client: later responses need not have it.
func (r *OAuthClientService) New(ctx context.Context, body OAuthClientNewParams, opts ...option.RequestOption) (res *OAuthClientNewResponse, err error) {
	return call[OAuthClientNewResponse](ctx, post("oauth_clients"), body, r.Options, opts)
}

// Get returns the client with this client_id.
func (r *OAuthClientService) Get(ctx context.Context, id string, opts ...option.RequestOption) (res *OAuthClientGetResponse, err error) {
	return call[OAuthClientGetResponse](ctx, get("oauth_clients/{id}", id), nil, r.Options, opts)
}

// Update changes the fields that are set in body, and no others.
func (r *OAuthClientService) Update(ctx context.Context, id string, body OAuthClientUpdateParams, opts ...option.RequestOption) (res *OAuthClientUpdateResponse, err error) {
	return call[OAuthClientUpdateResponse](ctx, put("oauth_clients/{id}", id), body, r.Options, opts)
}

// List returns one page of the account's clients. ListAutoPaging walks over all of them.
func (r *OAuthClientService) List(ctx context.Context, query OAuthClientListParams, opts ...option.RequestOption) (res *pagination.DefaultFlatPagination[OAuthClient], err error) {
	return list[OAuthClient](ctx, get("oauth_clients"), query, r.Options, opts)
}

// ListAutoPaging returns a pager over the account's clients, beginning with the page that query asks for. It fetches
// the first page at once.
func (r *OAuthClientService) ListAutoPaging(ctx context.Context, query OAuthClientListParams, opts ...option.RequestOption) *pagination.DefaultFlatPaginationAutoPager[OAuthClient] {
	return pagination.NewDefaultFlatPaginationAutoPager(r.List(ctx, query, opts...))
}

// Delete removes the client with this client_id.
func (r *OAuthClientService) Delete(ctx context.Context, id string, opts ...option.RequestOption) (err error) {
	return do(ctx, del("oauth_clients/{id}", id), nil, nil, r.Options, opts)
}

// OAuthClient is an OAuth client of the account.
type OAuthClient struct {
	// ClientID is what Get, Update and Delete take as id.
	ClientID   string                `json:"client_id" api:"required"`
	ClientType OAuthClientClientType `json:"client_type" api:"required"`
	CreatedAt  time.Time             `json:"created_at" api:"required" format:"date-time"`
	Name       string                `json:"name" api:"required"`
	OrgID      string                `json:"org_id" api:"required"`
	RecordType OAuthClientRecordType `json:"record_type" api:"required"`
	// RequirePkce reports whether authorization requests must have a code_challenge.
	RequirePkce       bool      `json:"require_pkce" api:"required"`
	UpdatedAt         time.Time `json:"updated_at" api:"required" format:"date-time"`
	UserID            string    `json:"user_id" api:"required"`
	AllowedGrantTypes []string  `json:"allowed_grant_types"`
	AllowedScopes     []string  `json:"allowed_scopes"`
	// ClientSecret is that of a confidential client. It is empty in responses that do not show it; the response of New
	// does.
	ClientSecret string `json:"client_secret" api:"nullable"`
	// LogoUri is null if there is none; so are PolicyUri and TosUri.
	LogoUri   string `json:"logo_uri" api:"nullable" format:"uri"`
	PolicyUri string `json:"policy_uri" api:"nullable" format:"uri"`
	// RedirectUris are compared exactly when a user is sent back.
	RedirectUris []string `json:"redirect_uris" format:"uri"`
	TosUri       string   `json:"tos_uri" api:"nullable" format:"uri"`
	// JSON records how each field was decoded.
	JSON struct {
		ClientID, ClientType, CreatedAt, Name, OrgID, RecordType, RequirePkce, UpdatedAt, UserID, AllowedGrantTypes,
		AllowedScopes, ClientSecret, LogoUri, PolicyUri, RedirectUris, TosUri respjson.Field
		respjson.Object
	} `json:"-"`
}

// OAuthClientClientType is whether a client can keep a secret (RFC 6749, section 2.1).
type OAuthClientClientType string

// The values of OAuthClientClientType.
const (
	OAuthClientClientTypePublic       OAuthClientClientType = "public"
	OAuthClientClientTypeConfidential OAuthClientClientType = "confidential"
)

// OAuthClientRecordType is the kind of a record.
type OAuthClientRecordType string

// OAuthClientRecordTypeOAuthClient is the only documented value of OAuthClientRecordType.
const OAuthClientRecordTypeOAuthClient OAuthClientRecordType = "oauth_client"

// OAuthOAuthPaginationMeta is the position of a page in its list.
type OAuthOAuthPaginationMeta = pagination.DefaultFlatPaginationMeta

// OAuthClientNewResponse is the client that New made.
type OAuthClientNewResponse struct {
	Data OAuthClient `json:"data"`
	// JSON records how each field was decoded.
	JSON struct {
		Data respjson.Field
		respjson.Object
	} `json:"-"`
}

// OAuthClientGetResponse is the client that Get found.
type OAuthClientGetResponse struct {
	Data OAuthClient `json:"data"`
	// JSON records how each field was decoded.
	JSON struct {
		Data respjson.Field
		respjson.Object
	} `json:"-"`
}

// OAuthClientUpdateResponse is the client after the update.
type OAuthClientUpdateResponse struct {
	Data OAuthClient `json:"data"`
	// JSON records how each field was decoded.
	JSON struct {
		Data respjson.Field
		respjson.Object
	} `json:"-"`
}

// OAuthClientNewParams describes a client to make. A required list that is nil is an error; one that is empty but not
// nil, as []string{}, is sent as [].
type OAuthClientNewParams struct {
	// AllowedGrantTypes lists client_credentials, authorization_code, refresh_token.
	AllowedGrantTypes []string `json:"allowed_grant_types" api:"required"`
	// AllowedScopes must be scopes that the authorization server metadata lists.
	AllowedScopes []string                       `json:"allowed_scopes" api:"required"`
	ClientType    OAuthClientNewParamsClientType `json:"client_type" api:"required"`
	Name          string                         `json:"name" api:"required"`
	LogoUri       param.Opt[string]              `json:"logo_uri,omitzero" format:"uri"`
	PolicyUri     param.Opt[string]              `json:"policy_uri,omitzero" format:"uri"`
	// RequirePkce is false unless it is set.
	RequirePkce param.Opt[bool]   `json:"require_pkce,omitzero"`
	TosUri      param.Opt[string] `json:"tos_uri,omitzero" format:"uri"`
	// RedirectUris is required for authorization_code.
	RedirectUris []string `json:"redirect_uris,omitzero" format:"uri"`
	paramObj
}

// OAuthClientNewParamsClientType is whether a client can keep a secret (RFC 6749, section 2.1).
type OAuthClientNewParamsClientType string

// The values of OAuthClientNewParamsClientType.
const (
	OAuthClientNewParamsClientTypePublic       OAuthClientNewParamsClientType = "public"
	OAuthClientNewParamsClientTypeConfidential OAuthClientNewParamsClientType = "confidential"
)

// OAuthClientUpdateParams has what to change in a client. Fields that are not set stay as they are. OptOmitZero copies
// a field of a response, which is "" if the client has none.
type OAuthClientUpdateParams struct {
	// LogoUri may be param.Null, which removes the logo, although the contract does not promise it; so may PolicyUri
	// and TosUri.
	LogoUri           param.Opt[string] `json:"logo_uri,omitzero" format:"uri"`
	Name              param.Opt[string] `json:"name,omitzero"`
	PolicyUri         param.Opt[string] `json:"policy_uri,omitzero" format:"uri"`
	RequirePkce       param.Opt[bool]   `json:"require_pkce,omitzero"`
	TosUri            param.Opt[string] `json:"tos_uri,omitzero" format:"uri"`
	AllowedGrantTypes []string          `json:"allowed_grant_types,omitzero"`
	AllowedScopes     []string          `json:"allowed_scopes,omitzero"`
	// RedirectUris replaces the whole list, like AllowedGrantTypes and AllowedScopes. An empty list that is not nil is
	// sent.
	RedirectUris []string `json:"redirect_uris,omitzero" format:"uri"`
	paramObj
}

// OAuthClientListParams filters and pages the list of clients. A client must match all filters.
type OAuthClientListParams struct {
	FilterClientID param.Opt[string] `query:"filter[client_id],omitzero" json:"-"`
	// FilterName selects clients with exactly this name.
	FilterName param.Opt[string] `query:"filter[name],omitzero" json:"-"`
	// FilterNameContains selects clients with this in their name.
	FilterNameContains param.Opt[string] `query:"filter[name][contains],omitzero" json:"-"`
	FilterVerified     param.Opt[bool]   `query:"filter[verified],omitzero" json:"-"`
	// PageNumber counts from 1.
	PageNumber param.Opt[int64] `query:"page[number],omitzero" json:"-"`
	// PageSize is 20 unless it is set, and 100 at most.
	PageSize param.Opt[int64] `query:"page[size],omitzero" json:"-"`
	// FilterAllowedGrantTypesContains selects clients that may use this grant type.
	FilterAllowedGrantTypesContains OAuthClientListParamsFilterAllowedGrantTypesContains `query:"filter[allowed_grant_types][contains],omitzero" json:"-"`
	FilterClientType                OAuthClientListParamsFilterClientType                `query:"filter[client_type],omitzero" json:"-"`
	paramObj
}

// OAuthClientListParamsFilterAllowedGrantTypesContains is a grant type to filter by.
type OAuthClientListParamsFilterAllowedGrantTypesContains string

// The values of OAuthClientListParamsFilterAllowedGrantTypesContains.
const (
	OAuthClientListParamsFilterAllowedGrantTypesContainsClientCredentials OAuthClientListParamsFilterAllowedGrantTypesContains = "client_credentials"
	OAuthClientListParamsFilterAllowedGrantTypesContainsAuthorizationCode OAuthClientListParamsFilterAllowedGrantTypesContains = "authorization_code"
	OAuthClientListParamsFilterAllowedGrantTypesContainsRefreshToken      OAuthClientListParamsFilterAllowedGrantTypesContains = "refresh_token"
)

// OAuthClientListParamsFilterClientType is a client type to filter by.
type OAuthClientListParamsFilterClientType string

// The values of OAuthClientListParamsFilterClientType.
const (
	OAuthClientListParamsFilterClientTypeConfidential OAuthClientListParamsFilterClientType = "confidential"
	OAuthClientListParamsFilterClientTypePublic       OAuthClientListParamsFilterClientType = "public"
)
