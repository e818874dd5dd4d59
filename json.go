package telnyx

import (
	"net/url"

	"github.com/team-telnyx/telnyx-go/internal/apijson"
	"github.com/team-telnyx/telnyx-go/internal/apiquery"
	"github.com/team-telnyx/telnyx-go/packages/param"
)

// RawJSON returns the object as the server wrote it.
func (r WellKnownGetAuthorizationServerMetadataResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *WellKnownGetAuthorizationServerMetadataResponse) UnmarshalJSON(data []byte) error {
	return apijson.Unmarshal(data, r)
}

// RawJSON returns the object as the server wrote it.
func (r WellKnownGetProtectedResourceMetadataResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *WellKnownGetProtectedResourceMetadataResponse) UnmarshalJSON(data []byte) error {
	return apijson.Unmarshal(data, r)
}

// RawJSON returns the object as the server wrote it.
func (r OAuthGetResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *OAuthGetResponse) UnmarshalJSON(data []byte) error { return apijson.Unmarshal(data, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthGetResponseData) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *OAuthGetResponseData) UnmarshalJSON(data []byte) error { return apijson.Unmarshal(data, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthGetResponseDataRequestedScope) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *OAuthGetResponseDataRequestedScope) UnmarshalJSON(data []byte) error {
	return apijson.Unmarshal(data, r)
}

// RawJSON returns the object as the server wrote it.
func (r OAuthGrantsResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *OAuthGrantsResponse) UnmarshalJSON(data []byte) error { return apijson.Unmarshal(data, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthIntrospectResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *OAuthIntrospectResponse) UnmarshalJSON(data []byte) error { return apijson.Unmarshal(data, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthRegisterResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *OAuthRegisterResponse) UnmarshalJSON(data []byte) error { return apijson.Unmarshal(data, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthGetJwksResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *OAuthGetJwksResponse) UnmarshalJSON(data []byte) error { return apijson.Unmarshal(data, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthGetJwksResponseKey) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *OAuthGetJwksResponseKey) UnmarshalJSON(data []byte) error { return apijson.Unmarshal(data, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthTokenResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *OAuthTokenResponse) UnmarshalJSON(data []byte) error { return apijson.Unmarshal(data, r) }

// MarshalJSON returns the params as the JSON object that is sent.
func (r OAuthGrantsParams) MarshalJSON() ([]byte, error) { return param.MarshalObject(r.paramObj, &r) }

// UnmarshalJSON reads params from JSON. Members without a field become extra fields.
func (r *OAuthGrantsParams) UnmarshalJSON(data []byte) error {
	return param.UnmarshalObject(data, r, r)
}

// MarshalJSON returns the params as the JSON object that is sent.
func (r OAuthIntrospectParams) MarshalJSON() ([]byte, error) {
	return param.MarshalObject(r.paramObj, &r)
}

// UnmarshalJSON reads params from JSON. Members without a field become extra fields.
func (r *OAuthIntrospectParams) UnmarshalJSON(data []byte) error {
	return param.UnmarshalObject(data, r, r)
}

// MarshalJSON returns the params as the JSON object that is sent.
func (r OAuthRegisterParams) MarshalJSON() ([]byte, error) {
	return param.MarshalObject(r.paramObj, &r)
}

// UnmarshalJSON reads params from JSON. Members without a field become extra fields.
func (r *OAuthRegisterParams) UnmarshalJSON(data []byte) error {
	return param.UnmarshalObject(data, r, r)
}

// URLQuery returns the params as a query.
func (r OAuthGetAuthorizeParams) URLQuery() (url.Values, error) {
	return apiquery.Marshal(r.paramObj, &r)
}

// MarshalJSON returns the params as the JSON object that is sent.
func (r OAuthTokenParams) MarshalJSON() ([]byte, error) { return param.MarshalObject(r.paramObj, &r) }

// UnmarshalJSON reads params from JSON. Members without a field become extra fields.
func (r *OAuthTokenParams) UnmarshalJSON(data []byte) error { return param.UnmarshalObject(data, r, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthClient) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *OAuthClient) UnmarshalJSON(data []byte) error { return apijson.Unmarshal(data, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthClientNewResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *OAuthClientNewResponse) UnmarshalJSON(data []byte) error { return apijson.Unmarshal(data, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthClientGetResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *OAuthClientGetResponse) UnmarshalJSON(data []byte) error { return apijson.Unmarshal(data, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthClientUpdateResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *OAuthClientUpdateResponse) UnmarshalJSON(data []byte) error {
	return apijson.Unmarshal(data, r)
}

// MarshalJSON returns the params as the JSON object that is sent.
func (r OAuthClientNewParams) MarshalJSON() ([]byte, error) {
	return param.MarshalObject(r.paramObj, &r)
}

// UnmarshalJSON reads params from JSON. Members without a field become extra fields.
func (r *OAuthClientNewParams) UnmarshalJSON(data []byte) error {
	return param.UnmarshalObject(data, r, r)
}

// MarshalJSON returns the params as the JSON object that is sent.
func (r OAuthClientUpdateParams) MarshalJSON() ([]byte, error) {
	return param.MarshalObject(r.paramObj, &r)
}

// UnmarshalJSON reads params from JSON. Members without a field become extra fields.
func (r *OAuthClientUpdateParams) UnmarshalJSON(data []byte) error {
	return param.UnmarshalObject(data, r, r)
}

// URLQuery returns the params as a query.
func (r OAuthClientListParams) URLQuery() (url.Values, error) {
	return apiquery.Marshal(r.paramObj, &r)
}

// RawJSON returns the object as the server wrote it.
func (r OAuthGrant) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *OAuthGrant) UnmarshalJSON(data []byte) error { return apijson.Unmarshal(data, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthGrantGetResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *OAuthGrantGetResponse) UnmarshalJSON(data []byte) error { return apijson.Unmarshal(data, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthGrantDeleteResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes an object and records what became of each member.
func (r *OAuthGrantDeleteResponse) UnmarshalJSON(data []byte) error {
	return apijson.Unmarshal(data, r)
}

// URLQuery returns the params as a query.
func (r OAuthGrantListParams) URLQuery() (url.Values, error) { return apiquery.Marshal(r.paramObj, &r) }
