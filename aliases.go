package telnyx

import (
	"github.com/team-telnyx/telnyx-go/internal/request"
	"github.com/team-telnyx/telnyx-go/packages/apierror"
	"github.com/team-telnyx/telnyx-go/packages/param"
)

// Version is the version of this SDK.
const Version = request.Version

// paramObj is embedded by every params struct.
type paramObj = param.APIObject

// Error is an answer that is no success, whatever the server or a gateway before it sent. Get at it with errors.As, or test
// for a kind of error with errors.Is and the Err… constants.
type Error = apierror.Error

// ErrorDetail is one entry of an Error's Errors.
type ErrorDetail = apierror.Detail

// ErrorDetailSource says which part of the request an ErrorDetail is about.
type ErrorDetailSource = apierror.DetailSource

// ErrorKind is a class of errors, for errors.Is. ErrorKind("10027") is the class of errors with that code.
type ErrorKind = apierror.Kind

// Kinds of errors by HTTP status.
const (
	ErrBadRequest    = apierror.ErrBadRequest    // 400
	ErrUnauthorized  = apierror.ErrUnauthorized  // 401
	ErrForbidden     = apierror.ErrForbidden     // 403
	ErrNotFound      = apierror.ErrNotFound      // 404
	ErrConflict      = apierror.ErrConflict      // 409
	ErrUnprocessable = apierror.ErrUnprocessable // 422
	ErrRateLimited   = apierror.ErrRateLimited   // 429; Error.RetryAfter has the wait
	ErrServerError   = apierror.ErrServerError   // 5xx, and the code server_error
	ErrRedirect      = apierror.ErrRedirect      // 3xx, which is not followed with credentials elsewhere, nor for anything but GET
	ErrBadResponse   = apierror.ErrBadResponse   // a success that is cut off, too large, or no JSON object
)

// Kinds of errors by OAuth code: RFC 6749 (sections 4.1.2.1 and 5.2), RFC 6750 (section 3.1), RFC 7591 (section 3.2.2).
const (
	ErrInvalidRequest          = apierror.ErrInvalidRequest
	ErrInvalidClient           = apierror.ErrInvalidClient
	ErrInvalidGrant            = apierror.ErrInvalidGrant
	ErrUnauthorizedClient      = apierror.ErrUnauthorizedClient
	ErrUnsupportedGrantType    = apierror.ErrUnsupportedGrantType
	ErrUnsupportedResponseType = apierror.ErrUnsupportedResponseType
	ErrInvalidScope            = apierror.ErrInvalidScope
	ErrAccessDenied            = apierror.ErrAccessDenied
	ErrTemporarilyUnavailable  = apierror.ErrTemporarilyUnavailable
	ErrInvalidToken            = apierror.ErrInvalidToken
	ErrInsufficientScope       = apierror.ErrInsufficientScope
	ErrInvalidRedirectURI      = apierror.ErrInvalidRedirectURI
	ErrInvalidClientMetadata   = apierror.ErrInvalidClientMetadata
)
