package apierror

// A Kind is a class of errors, for errors.Is. Kinds are constants, so that no program can change what they match.
type Kind string

// Error returns the kind's name.
func (k Kind) Error() string { return "telnyx: " + string(k) }

// Kinds by HTTP status.
const (
	ErrBadRequest    Kind = "bad request"
	ErrUnauthorized  Kind = "unauthorized"
	ErrForbidden     Kind = "forbidden"
	ErrNotFound      Kind = "not found"
	ErrConflict      Kind = "conflict"
	ErrUnprocessable Kind = "unprocessable"
	ErrRateLimited   Kind = "rate limited"
	ErrServerError   Kind = "server error"
	ErrRedirect      Kind = "redirect not followed"
	ErrBadResponse   Kind = "unusable response"
)

// Kinds by OAuth error code.
const (
	ErrInvalidRequest          Kind = "invalid_request"
	ErrInvalidClient           Kind = "invalid_client"
	ErrInvalidGrant            Kind = "invalid_grant"
	ErrUnauthorizedClient      Kind = "unauthorized_client"
	ErrUnsupportedGrantType    Kind = "unsupported_grant_type"
	ErrUnsupportedResponseType Kind = "unsupported_response_type"
	ErrInvalidScope            Kind = "invalid_scope"
	ErrAccessDenied            Kind = "access_denied"
	ErrTemporarilyUnavailable  Kind = "temporarily_unavailable"
	ErrInvalidToken            Kind = "invalid_token"
	ErrInsufficientScope       Kind = "insufficient_scope"
	ErrInvalidRedirectURI      Kind = "invalid_redirect_uri"
	ErrInvalidClientMetadata   Kind = "invalid_client_metadata"
)

// status returns the HTTP status of a kind, 0 if it does not have exactly one.
func (k Kind) status() int {
	return map[Kind]int{
		ErrBadRequest: 400, ErrUnauthorized: 401, ErrForbidden: 403, ErrNotFound: 404, ErrConflict: 409,
		ErrUnprocessable: 422, ErrRateLimited: 429,
	}[k]
}
