package telnyx

import (
	"context"
	"net/http"
	"slices"

	"github.com/team-telnyx/telnyx-go/internal/request"
	"github.com/team-telnyx/telnyx-go/option"
)

// A Client calls the API. NewClient makes one. It may be copied, and used by several goroutines at once.
type Client struct {
	// Options apply to Execute, Get, Post, Put, Patch and Delete. Each service has its own copy.
	Options      []option.RequestOption
	WellKnown    WellKnownService
	OAuth        OAuthService
	OAuthClients OAuthClientService
	OAuthGrants  OAuthGrantService
}

// NewClient makes a client with DefaultClientOptions and then opts. It sends nothing. An invalid option, or an invalid
// environment variable that is used, fails every call.
func NewClient(opts ...option.RequestOption) (r Client) {
	options := withTokenCache(slices.Concat(DefaultClientOptions(), opts))
	return Client{
		Options:      options,
		WellKnown:    WellKnownService{Options: options},
		OAuth:        OAuthService{Options: options},
		OAuthClients: OAuthClientService{Options: options},
		OAuthGrants:  OAuthGrantService{Options: options},
	}
}

// DefaultClientOptions returns the options of the environment, which every other option overrides: TELNYX_API_KEY,
// TELNYX_CLIENT_ID, TELNYX_CLIENT_SECRET, TELNYX_BASE_URL, and TELNYX_CUSTOM_HEADERS with one "Name: value" a line.
// White space around a value is ignored, and an empty value counts as unset. Client credentials are used only as a
// pair. An Authorization header is used like an API key. An option that sets a credential replaces all credentials of
// the environment, and custom headers that hold a secret.
func DefaultClientOptions() []option.RequestOption {
	return []option.RequestOption{request.ReadEnvironment().Use}
}

// Execute calls an endpoint for which the SDK has no method. Credentials, retries and limits are as in every call.
//
// path is below the base URL, with or without a leading slash; only /.well-known/ is at the root of the host. Ids in it
// must be escaped (url.PathEscape). params is nil, a []byte, an io.Reader, a params struct, or anything that
// encoding/json takes; if the method has no body, it becomes the query. res is nil, a pointer to decode JSON into, a
// *[]byte, *string or io.Writer for the body as it is, or a **http.Response, whose body does not have to be closed.
func (r *Client) Execute(ctx context.Context, method, path string, params, res any, opts ...option.RequestOption) error {
	return do(ctx, request.ParseEndpoint(method, path), params, res, r.Options, opts)
}

// Get is Execute with the method GET.
func (r *Client) Get(ctx context.Context, path string, params, res any, opts ...option.RequestOption) error {
	return r.Execute(ctx, http.MethodGet, path, params, res, opts...)
}

// Post is Execute with the method POST.
func (r *Client) Post(ctx context.Context, path string, params, res any, opts ...option.RequestOption) error {
	return r.Execute(ctx, http.MethodPost, path, params, res, opts...)
}

// Put is Execute with the method PUT.
func (r *Client) Put(ctx context.Context, path string, params, res any, opts ...option.RequestOption) error {
	return r.Execute(ctx, http.MethodPut, path, params, res, opts...)
}

// Patch is Execute with the method PATCH.
func (r *Client) Patch(ctx context.Context, path string, params, res any, opts ...option.RequestOption) error {
	return r.Execute(ctx, http.MethodPatch, path, params, res, opts...)
}

// Delete is Execute with the method DELETE.
func (r *Client) Delete(ctx context.Context, path string, params, res any, opts ...option.RequestOption) error {
	return r.Execute(ctx, http.MethodDelete, path, params, res, opts...)
}
