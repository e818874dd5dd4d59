package telnyx

import (
	"context"
	"time"

	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/pagination"
	"github.com/team-telnyx/telnyx-go/packages/param"
	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// An OAuthGrantService manages what the account's users have granted to clients.
type OAuthGrantService struct {
	// Options apply to all calls of the service, before the options of the call.
	Options []option.RequestOption
}

// NewOAuthGrantService returns a service that does not read the environment. NewClient returns a client with all
// services.
func NewOAuthGrantService(opts ...option.RequestOption) (r OAuthGrantService) {
	return OAuthGrantService{Options: withTokenCache(opts)}
}

// Get returns a grant.
func (r *OAuthGrantService) Get(ctx context.Context, id string, opts ...option.RequestOption) (res *OAuthGrantGetResponse, err error) {
	return call[OAuthGrantGetResponse](ctx, get("oauth_grants/{id}", id), nil, r.Options, opts)
}

// List returns one page of the account's grants. ListAutoPaging walks over all of them.
func (r *OAuthGrantService) List(ctx context.Context, query OAuthGrantListParams, opts ...option.RequestOption) (res *pagination.DefaultFlatPagination[OAuthGrant], err error) {
	return list[OAuthGrant](ctx, get("oauth_grants"), query, r.Options, opts)
}

// ListAutoPaging returns a pager over the account's grants, beginning with the page that query asks for. It fetches the
// first page at once.
func (r *OAuthGrantService) ListAutoPaging(ctx context.Context, query OAuthGrantListParams, opts ...option.RequestOption) *pagination.DefaultFlatPaginationAutoPager[OAuthGrant] {
	return pagination.NewDefaultFlatPaginationAutoPager(r.List(ctx, query, opts...))
}

// Delete revokes a grant and its tokens. The response has the revoked grant.
func (r *OAuthGrantService) Delete(ctx context.Context, id string, opts ...option.RequestOption) (res *OAuthGrantDeleteResponse, err error) {
	return call[OAuthGrantDeleteResponse](ctx, del("oauth_grants/{id}", id), nil, r.Options, opts)
}

// OAuthGrant is what a user has granted to a client.
type OAuthGrant struct {
	// ID is what Get and Delete take.
	ID         string               `json:"id" api:"required" format:"uuid"`
	ClientID   string               `json:"client_id" api:"required"`
	CreatedAt  time.Time            `json:"created_at" api:"required" format:"date-time"`
	RecordType OAuthGrantRecordType `json:"record_type" api:"required"`
	Scopes     []string             `json:"scopes" api:"required"`
	// LastUsedAt is null, and the zero time here, until a token of the grant is used.
	LastUsedAt time.Time `json:"last_used_at" api:"nullable" format:"date-time"`
	// JSON records how each field was decoded.
	JSON struct {
		ID, ClientID, CreatedAt, RecordType, Scopes, LastUsedAt respjson.Field
		respjson.Object
	} `json:"-"`
}

// OAuthGrantRecordType is the kind of a record.
type OAuthGrantRecordType string

// OAuthGrantRecordTypeOAuthGrant is the only documented value of OAuthGrantRecordType.
const OAuthGrantRecordTypeOAuthGrant OAuthGrantRecordType = "oauth_grant"

// OAuthGrantGetResponse is the grant that Get found.
type OAuthGrantGetResponse struct {
	Data OAuthGrant `json:"data"`
	// JSON records how each field was decoded.
	JSON struct {
		Data respjson.Field
		respjson.Object
	} `json:"-"`
}

// OAuthGrantDeleteResponse is the grant that Delete revoked.
type OAuthGrantDeleteResponse struct {
	// Data is the grant as it was when it was revoked.
	Data OAuthGrant `json:"data"`
	// JSON records how each field was decoded.
	JSON struct {
		Data respjson.Field
		respjson.Object
	} `json:"-"`
}

// OAuthGrantListParams pages the list of grants.
type OAuthGrantListParams struct {
	// PageNumber counts from 1.
	PageNumber param.Opt[int64] `query:"page[number],omitzero" json:"-"`
	// PageSize is 20 unless it is set, and 100 at most.
	PageSize param.Opt[int64] `query:"page[size],omitzero" json:"-"`
	paramObj
}
