package request

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Safety says whether a request may reach the server twice.
type Safety uint8

const (
	// Idempotent requests may.
	Idempotent Safety = iota
	// Creation requests would create something twice: they are repeated only if the first certainly created nothing.
	Creation
	// Once requests have an authorization code or a refresh token, which the server must not see twice: it takes a
	// second use for theft, and revokes the tokens of the first. A client_assertion, too, can be used only once.
	Once
)

// safetyOf classifies an encoded request.
func safetyOf(e Endpoint, body []byte, contentType string) Safety {
	switch {
	case e.Auth.client():
		sent := members(body, contentType)
		grant := strings.Join(sent["grant_type"], " ") == "client_credentials" && !given(sent, "code", "refresh_token")
		if !given(sent, "client_assertion") && (grant || e.Auth == ClientOrBearer) { // which is introspection
			return Idempotent
		}
		return Once
	case e.Method == http.MethodPost || e.Method == http.MethodPatch:
		return Creation
	}
	return Idempotent
}

// retryAnswer reports whether a request may be sent again after a response.
func retryAnswer(s Safety, status int, h http.Header) bool {
	if s == Once {
		return false
	}
	switch h.Get("X-Should-Retry") {
	case "true":
		return true
	case "false":
		return false
	}
	switch status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return true
	case http.StatusRequestTimeout, http.StatusConflict:
		return s == Idempotent
	}
	return s == Idempotent && status >= 500
}

// retryFailure reports whether a request without a usable response may be sent again. untouched: no byte was sent.
func retryFailure(s Safety, untouched bool, err error) bool {
	return (s == Idempotent || untouched) && !permanent(err)
}

// permanent reports whether the next attempt would fail with the same error.
func permanent(err error) bool {
	outer, ok := errors.AsType[*url.Error](err) // of sending; it may wrap one of parsing
	return has[*tls.CertificateVerificationError](err) || has[x509.UnknownAuthorityError](err) ||
		has[x509.HostnameError](err) || has[x509.CertificateInvalidError](err) || has[x509.SystemRootsError](err) ||
		has[tls.RecordHeaderError](err) || has[*net.AddrError](err) || has[*refusedRedirect](err) ||
		errors.Is(err, http.ErrSchemeMismatch) || errors.Is(err, errTooLarge) || errors.Is(err, context.Canceled) ||
		ok && (outer.Op == "parse" || permanent(outer.Err))
}

// has reports whether errors.As finds an E in err.
func has[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// backoff returns the wait before retry number n, counted from 0, if the server asked for none: between half of a
// ceiling and the ceiling, which doubles with each retry from 500 ms to 8 s. random is in [0, 1).
func backoff(n int, random float64) time.Duration {
	ceiling := 500 * time.Millisecond << min(n, 4)
	return time.Duration((1 + random) / 2 * float64(ceiling))
}
