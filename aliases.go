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

// Error is a response outside 2xx, or one whose body cannot be used. Get it with errors.As or errors.AsType, or test
// for a kind of error with errors.Is and the Err… constants. For its fields and methods, see [apierror.Error]: go doc
// github.com/team-telnyx/telnyx-go/packages/apierror.Error
type Error = apierror.Error

// ErrorDetail is one entry of an Error's Errors.
type ErrorDetail = apierror.Detail

// ErrorDetailSource names the part of the request that an ErrorDetail is about.
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
	ErrRedirect      = apierror.ErrRedirect      // 3xx that was not followed: see docs/errors-and-retries.md
	ErrBadResponse   = apierror.ErrBadResponse   // a success that is cut off, too large, or not a JSON object
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
