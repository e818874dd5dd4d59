package apierror

// A Kind is a class of errors to test for with errors.Is. It is a constant: nobody can change what it matches.
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

// byStatus is the kind of a status, "" for one that has none.
func byStatus(status int) Kind {
	switch status {
	case 400:
		return ErrBadRequest
	case 401:
		return ErrUnauthorized
	case 403:
		return ErrForbidden
	case 404:
		return ErrNotFound
	case 409:
		return ErrConflict
	case 422:
		return ErrUnprocessable
	case 429:
		return ErrRateLimited
	}
	switch {
	case status >= 500:
		return ErrServerError
	case status >= 300 && status < 400:
		return ErrRedirect
	}
	return ""
}
