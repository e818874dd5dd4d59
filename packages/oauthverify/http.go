package oauthverify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// VerifyRequest calls Verify with the token of a request and the request's context. The token is taken only from the
// Authorization header, not from the query, a form or a cookie (RFC 6750, sections 2.2 and 2.3, are not supported). For
// optional authentication, ErrNoToken means that there is no token.
func (v *Verifier) VerifyRequest(r *http.Request, scopes ...string) (*Claims, error) {
	began := v.policy.Clock()
	token, err := tokenOf(r)
	if err != nil {
		err.Scopes = slices.Clone(v.needed(scopes))
		return v.decided(r.Context(), began, nil, err)
	}
	c, err := v.decide(r.Context(), token, v.needed(scopes))
	return v.decided(r.Context(), began, c, err)
}

// tokenOf reads the Authorization header: the scheme in any case, spaces, and one token.
func tokenOf(r *http.Request) (string, *Error) {
	headers := r.Header.Values("Authorization")
	if len(headers) > 1 {
		return "", refuse(ErrInvalidRequest, "there are several Authorization headers")
	}
	if len(headers) == 0 || headers[0] == "" {
		return "", &Error{Kind: ErrNoToken}
	}
	const scheme = "bearer"
	header := headers[0]
	if len(header) < len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) ||
		len(header) > len(scheme) && isTokenChar(header[len(scheme)]) {
		return "", refuse(ErrNoToken, "the Authorization header is of another scheme")
	}
	rest := header[len(scheme):]
	token := strings.TrimLeft(rest, " ")
	if token == rest || !isB64Token(token) {
		return "", refuse(ErrMalformed, "what follows Bearer is not one b64token (RFC 6750, section 2.1)")
	}
	return token, nil
}

// isTokenChar reports whether c may be part of a scheme (RFC 9110, section 5.6.2).
func isTokenChar(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}

// Require returns middleware that passes on requests whose token is valid and has all scopes. The claims are in the
// context (ClaimsFromContext). All other requests get the response of WriteError. Require panics if a scope is not a
// scope-token (RFC 6749, section 3.3), so that a misspelt scope fails when the program starts. CORS preflight requests
// have no token: wrap the middleware in the CORS handler.
func (v *Verifier) Require(scopes ...string) func(http.Handler) http.Handler {
	scopes = slices.Clone(scopes)
	for _, scope := range scopes {
		if !isScope(scope) {
			panic(fmt.Sprintf("oauthverify: Require: %q is not a scope-token (RFC 6749, section 3.3)", scope))
		}
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			claims, err := v.VerifyRequest(r, scopes...)
			if err != nil {
				v.WriteError(w, err)
				return
			}
			next.ServeHTTP(w, r.WithContext(ContextWithClaims(r.Context(), claims)))
		})
	}
}

// WriteError answers a request that was refused with err (RFC 6750, section 3; RFC 9728, section 5.1): 401 for
// ErrNoToken and ErrInvalidToken, 400 for ErrInvalidRequest, 403 for ErrInsufficientScope, each with a challenge, and
// 503 with Retry-After for ErrUnavailable. Any other error, also nil, is a 500. The response never has the reason: log
// err for it.
func (v *Verifier) WriteError(w http.ResponseWriter, err error) {
	status, code, challenged := http.StatusInternalServerError, "", true
	var refusal *Error
	if !errors.As(err, &refusal) {
		refusal = new(Error)
	}
	switch {
	case errors.Is(refusal, ErrNoToken):
		status = http.StatusUnauthorized
	case errors.Is(refusal, ErrInvalidRequest):
		status, code = http.StatusBadRequest, "invalid_request"
	case errors.Is(refusal, ErrInvalidToken):
		status, code = http.StatusUnauthorized, "invalid_token"
	case errors.Is(refusal, ErrInsufficientScope):
		status, code = http.StatusForbidden, "insufficient_scope"
	case errors.Is(refusal, ErrUnavailable):
		status, challenged = http.StatusServiceUnavailable, false
		seconds := max((refusal.RetryAfter+time.Second-1)/time.Second, 1)
		w.Header().Set("Retry-After", strconv.FormatInt(int64(seconds), 10))
	default:
		challenged = false
	}
	h := w.Header()
	if challenged {
		h.Set("WWW-Authenticate", v.challenge(code, refusal.Scopes))
	}
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, http.StatusText(status)+"\n") // fails if the client has left
}

// challenge is the value of WWW-Authenticate.
func (v *Verifier) challenge(code string, scopes []string) string {
	var params []string
	if code != "" {
		params = append(params, `error="`+code+`"`)
	}
	if scopes = slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return !isScope(s) }); len(scopes) > 0 {
		params = append(params, `scope="`+strings.Join(scopes, " ")+`"`)
	}
	if v.metadata != "" {
		params = append(params, `resource_metadata="`+v.metadata+`"`)
	}
	if len(params) == 0 {
		return "Bearer"
	}
	return "Bearer " + strings.Join(params, ", ")
}

type claimsKey struct{}

// ClaimsFromContext returns the claims that Require put into the context.
func ClaimsFromContext(ctx context.Context) (*Claims, bool) {
	c, ok := ctx.Value(claimsKey{}).(*Claims)
	return c, ok && c != nil
}

// ContextWithClaims returns a context with claims, for transports other than net/http and for the tests of handlers.
func ContextWithClaims(ctx context.Context, claims *Claims) context.Context {
	return context.WithValue(ctx, claimsKey{}, claims)
}
