package telnyx

import (
	"net/url"

	"github.com/team-telnyx/telnyx-go/internal/apijson"
	"github.com/team-telnyx/telnyx-go/internal/apiquery"
	"github.com/team-telnyx/telnyx-go/packages/param"
)

// RawJSON returns the object as the server wrote it.
func (r WellKnownGetAuthorizationServerMetadataResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *WellKnownGetAuthorizationServerMetadataResponse) UnmarshalJSON(b []byte) error {
	return apijson.Unmarshal(b, r)
}

// RawJSON returns the object as the server wrote it.
func (r WellKnownGetProtectedResourceMetadataResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *WellKnownGetProtectedResourceMetadataResponse) UnmarshalJSON(b []byte) error {
	return apijson.Unmarshal(b, r)
}

// RawJSON returns the object as the server wrote it.
func (r OAuthGetResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *OAuthGetResponse) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthGetResponseData) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *OAuthGetResponseData) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthGetResponseDataRequestedScope) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *OAuthGetResponseDataRequestedScope) UnmarshalJSON(b []byte) error {
	return apijson.Unmarshal(b, r)
}

// RawJSON returns the object as the server wrote it.
func (r OAuthGrantsResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *OAuthGrantsResponse) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthIntrospectResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *OAuthIntrospectResponse) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthRegisterResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *OAuthRegisterResponse) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthGetJwksResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *OAuthGetJwksResponse) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthGetJwksResponseKey) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *OAuthGetJwksResponseKey) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthTokenResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *OAuthTokenResponse) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// MarshalJSON returns the params as the JSON object that is sent.
func (r OAuthGrantsParams) MarshalJSON() ([]byte, error) { return param.MarshalObject(&r, &r) }

// UnmarshalJSON reads params from JSON. Members without a field become extra fields.
func (r *OAuthGrantsParams) UnmarshalJSON(b []byte) error { return param.UnmarshalObject(b, r, r) }

// MarshalJSON returns the params as the JSON object that is sent.
func (r OAuthIntrospectParams) MarshalJSON() ([]byte, error) { return param.MarshalObject(&r, &r) }

// UnmarshalJSON reads params from JSON. Members without a field become extra fields.
func (r *OAuthIntrospectParams) UnmarshalJSON(b []byte) error { return param.UnmarshalObject(b, r, r) }

// MarshalJSON returns the params as the JSON object that is sent.
func (r OAuthRegisterParams) MarshalJSON() ([]byte, error) { return param.MarshalObject(&r, &r) }

// UnmarshalJSON reads params from JSON. Members without a field become extra fields.
func (r *OAuthRegisterParams) UnmarshalJSON(b []byte) error { return param.UnmarshalObject(b, r, r) }

// URLQuery returns the params as a query.
func (r OAuthGetAuthorizeParams) URLQuery() (url.Values, error) { return apiquery.Marshal(&r) }

// MarshalJSON returns the params as the JSON object that is sent.
func (r OAuthTokenParams) MarshalJSON() ([]byte, error) { return param.MarshalObject(&r, &r) }

// UnmarshalJSON reads params from JSON. Members without a field become extra fields.
func (r *OAuthTokenParams) UnmarshalJSON(b []byte) error { return param.UnmarshalObject(b, r, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthClient) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *OAuthClient) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthClientNewResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *OAuthClientNewResponse) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthClientGetResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *OAuthClientGetResponse) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthClientUpdateResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *OAuthClientUpdateResponse) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// MarshalJSON returns the params as the JSON object that is sent.
func (r OAuthClientNewParams) MarshalJSON() ([]byte, error) { return param.MarshalObject(&r, &r) }

// UnmarshalJSON reads params from JSON. Members without a field become extra fields.
func (r *OAuthClientNewParams) UnmarshalJSON(b []byte) error { return param.UnmarshalObject(b, r, r) }

// MarshalJSON returns the params as the JSON object that is sent.
func (r OAuthClientUpdateParams) MarshalJSON() ([]byte, error) { return param.MarshalObject(&r, &r) }

// UnmarshalJSON reads params from JSON. Members without a field become extra fields.
func (r *OAuthClientUpdateParams) UnmarshalJSON(b []byte) error {
	return param.UnmarshalObject(b, r, r)
}

// URLQuery returns the params as a query.
func (r OAuthClientListParams) URLQuery() (url.Values, error) { return apiquery.Marshal(&r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthGrant) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *OAuthGrant) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthGrantGetResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *OAuthGrantGetResponse) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// RawJSON returns the object as the server wrote it.
func (r OAuthGrantDeleteResponse) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a JSON object and records how each member was decoded.
func (r *OAuthGrantDeleteResponse) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// URLQuery returns the params as a query.
func (r OAuthGrantListParams) URLQuery() (url.Values, error) { return apiquery.Marshal(&r) }
