package oauthverify

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An Error says why a token was not accepted. errors.Is matches its kind. If Telnyx answered with an error, errors.As
// finds its *telnyx.Error.
type Error struct {
	Kind ErrorKind
	// Scopes are the required scopes: those of the policy, if Verify or Require checked them, then those of the call.
	Scopes []string
	// RetryAfter is how long to wait before the token is checked again. It is positive for ErrUnavailable, else 0.
	RetryAfter time.Duration
	// Err is the cause, or nil.
	Err error
}

// Error says what is wrong, for logs: one line of at most 512 bytes, without control characters, and without the token.
func (e *Error) Error() string {
	text := "oauthverify: " + string(e.Kind)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return printable(text, 512)
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is e's kind, or ErrInvalidToken and e's kind is of that class.
func (e *Error) Is(target error) bool {
	kind, ok := target.(ErrorKind)
	return ok && (kind == e.Kind || kind == ErrInvalidToken && e.Kind.invalidToken())
}

// ErrorKind is a class of errors, for errors.Is. Its values are constants, so that no program can change what they
// match.
type ErrorKind string

// Error returns the kind in words.
func (k ErrorKind) Error() string { return "oauthverify: " + string(k) }

// The kinds of errors.
const (
	// ErrNoToken: there is no Authorization header, or one of another scheme than Bearer.
	ErrNoToken ErrorKind = "no token"
	// ErrInvalidRequest: there is more than one Authorization header.
	ErrInvalidRequest ErrorKind = "invalid request"
	// ErrInvalidToken is the class of all kinds from ErrMalformed to ErrInactive.
	ErrInvalidToken ErrorKind = "invalid token"
	// ErrMalformed: the token is too long, is not a b64token (RFC 6750, section 2.1), or is a malformed JWT.
	ErrMalformed ErrorKind = "malformed token"
	// ErrSignature: the signature is wrong, of an unknown key, or by an algorithm that is not allowed.
	ErrSignature ErrorKind = "bad signature"
	// ErrIssuer: the token is of another issuer.
	ErrIssuer ErrorKind = "wrong issuer"
	// ErrAudience: the token is for another resource.
	ErrAudience ErrorKind = "wrong audience"
	// ErrExpired: exp has passed.
	ErrExpired ErrorKind = "expired token"
	// ErrNotYetValid: nbf or iat is in the future.
	ErrNotYetValid ErrorKind = "token not yet valid"
	// ErrInactive: the server says that the token is not active: unknown, revoked or expired.
	ErrInactive ErrorKind = "inactive token"
	// ErrInsufficientScope: the token is valid, but lacks a required scope.
	ErrInsufficientScope ErrorKind = "insufficient scope"
	// ErrUnavailable: the keys or introspection are not available now. Try again after Error.RetryAfter.
	ErrUnavailable ErrorKind = "the token cannot be checked now"
)

func (k ErrorKind) invalidToken() bool {
	return slices.Contains([]ErrorKind{
		ErrInvalidToken, ErrMalformed, ErrSignature, ErrIssuer, ErrAudience, ErrExpired, ErrNotYetValid, ErrInactive,
	}, k)
}

// refuse returns an Error of a kind whose cause is a text.
func refuse(kind ErrorKind, why string) *Error { return &Error{Kind: kind, Err: errors.New(why)} }

// unavailable returns an ErrUnavailable that can be tried again after wait.
func unavailable(wait time.Duration, cause error) *Error {
	return &Error{Kind: ErrUnavailable, RetryAfter: max(wait, time.Second), Err: cause}
}

// printable returns one line of at most limit bytes, without control characters.
func printable(text string, limit int) string {
	var line strings.Builder
	for _, r := range text {
		if !strconv.IsPrint(r) {
			r = ' '
		}
		if line.Len()+len(string(r)) > limit {
			break
		}
		line.WriteRune(r)
	}
	return line.String()
}

// withoutToken hides the token in the text of an error of another package. errors.Is and errors.As still find err.
func withoutToken(err error, token string) error {
	if token == "" || !strings.Contains(err.Error(), token) {
		return err
	}
	return &hidden{strings.ReplaceAll(err.Error(), token, "[redacted]"), err}
}

type hidden struct {
	text  string
	cause error
}

func (h *hidden) Error() string { return h.text }

func (h *hidden) Is(target error) bool { return errors.Is(h.cause, target) }

func (h *hidden) As(target any) bool { return errors.As(h.cause, target) }
