package apierror

// A Kind is a class of errors to test for with errors.Is. Kinds are constants, so that no program can change what they
// match.
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

// byStatus is the kind of a status; "" if it has none.
func byStatus(status int) Kind {
	if status >= 300 && status < 400 {
		return ErrRedirect
	}
	return map[int]Kind{
		400: ErrBadRequest, 401: ErrUnauthorized, 403: ErrForbidden, 404: ErrNotFound, 409: ErrConflict,
		422: ErrUnprocessable, 429: ErrRateLimited,
	}[status]
}
