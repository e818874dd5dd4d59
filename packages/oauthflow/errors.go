package oauthflow

// A Kind is a class of errors, for errors.Is. Kinds are constants, so no package can change what they match.
type Kind string

// Error is the class in words.
func (k Kind) Error() string { return "oauthflow: " + string(k) }

// The kinds of errors.
const (
	// ErrReauthorize says that the user must give consent again, by Login or Begin. There is no token, the server refused
	// the refresh token (invalid_grant), or it is not known whether the refresh token has been used.
	ErrReauthorize Kind = "a new authorization is needed"
	// ErrTransient says that the same call may succeed later. An error never has both ErrTransient and ErrReauthorize.
	ErrTransient Kind = "a temporary failure"
	// ErrStateMismatch says that a callback does not belong to the Pending: its state differs, or is missing.
	ErrStateMismatch Kind = "the state of the callback is not that of the authorization request"
	// ErrIssuerMismatch says that a callback (RFC 9207) or a metadata document (RFC 8414, section 3.3) comes from
	// another issuer.
	ErrIssuerMismatch Kind = "another issuer"
	// ErrInvalidCallback says that a callback has a parameter twice, or neither code nor error.
	ErrInvalidCallback Kind = "invalid callback"
	// ErrUsed says that the code of this Pending was sent before.
	ErrUsed Kind = "the authorization request was finished before"
	// ErrMetadata says that a metadata document is invalid, or not for this server or resource.
	ErrMetadata Kind = "unusable metadata"
	// ErrRegistration says that the server refused a registration, or answered with one that cannot be used.
	ErrRegistration Kind = "registration failed"
	// ErrClosed says that the Source was closed, and has no valid token.
	ErrClosed Kind = "the source is closed"
	// ErrConflict is returned by a Store: the record has another version than the one to be replaced.
	ErrConflict Kind = "the record was changed by someone else"
	// ErrCorrupt is returned by a Store: the record is damaged. Login and Finish replace it.
	ErrCorrupt Kind = "the record is damaged"
	// ErrInsecure is returned by a FileStore: other users can read or change the record.
	ErrInsecure Kind = "the record is not private"
)

// A SaveError says that a new token could not be saved, or that OnToken failed. Keep the token: it is valid, and the
// refresh token before it cannot be used again. The next call of a Source tries to save it again, without a new
// request.
type SaveError struct {
	Token Token
	Err   error // of the Store, or of OnToken
}

// Error says what failed, without the token.
func (e *SaveError) Error() string {
	return "oauthflow: the new token is valid but could not be saved: " + e.Err.Error()
}

// Unwrap returns Err.
func (e *SaveError) Unwrap() error { return e.Err }
