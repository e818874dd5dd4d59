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

// Safety is what may happen if a request reaches the server twice.
type Safety uint8

const (
	// Idempotent requests may.
	Idempotent Safety = iota
	// Creation requests would make a second thing: they are repeated only when the first one certainly made none.
	Creation
	// Once requests carry an authorization code or a refresh token, which the server must not see twice: a second use
	// counts as theft and revokes what the first one got. So do those with a client_assertion, which is used up.
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

// retryAnswer says whether a request that was answered may be sent again.
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

// retryFailure says whether a request without a usable answer may be sent again. untouched: no byte of it left.
func retryFailure(s Safety, untouched bool, err error) bool {
	return (s == Idempotent || untouched) && !permanent(err)
}

// permanent reports errors that the next attempt would only repeat.
func permanent(err error) bool {
	outer, ok := errors.AsType[*url.Error](err) // that of sending, around one of parsing perhaps
	return has[*tls.CertificateVerificationError](err) || has[x509.UnknownAuthorityError](err) ||
		has[x509.HostnameError](err) || has[x509.CertificateInvalidError](err) || has[x509.SystemRootsError](err) ||
		has[tls.RecordHeaderError](err) || has[*net.AddrError](err) || has[*refusedRedirect](err) ||
		errors.Is(err, http.ErrSchemeMismatch) || errors.Is(err, errTooLarge) || errors.Is(err, context.Canceled) ||
		ok && (outer.Op == "parse" || permanent(outer.Err))
}

// has reports whether errors.As finds an E.
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
