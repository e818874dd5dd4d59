package oauthflow

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// An AuthorizationError is the server's refusal in a callback (RFC 6749, section 4.1.2.1). errors.Is matches its code:
// telnyx.ErrAccessDenied, telnyx.ErrInvalidScope, telnyx.ErrServerError, telnyx.ErrorKind("invalid_target") and so on.
// It also matches ErrTransient if the code is server_error or temporarily_unavailable.
type AuthorizationError struct{ Code, Description, URI string }

// Error is one bounded line of printable text.
func (e *AuthorizationError) Error() string {
	text := "oauthflow: the server refused the authorization: " + printable(e.Code, 100)
	if e.Description != "" {
		text += ": " + printable(e.Description, 300)
	}
	if e.URI != "" {
		text += " (" + printable(e.URI, 200) + ")"
	}
	return text
}

// Is reports whether target is the kind of e's code.
func (e *AuthorizationError) Is(target error) bool {
	switch kind := target.(type) {
	case Kind:
		return kind == ErrTransient && (e.Code == "server_error" || e.Code == "temporarily_unavailable")
	case telnyx.ErrorKind:
		return kind == telnyx.ErrServerError && e.Code == "server_error" || e.Code != "" && string(kind) == e.Code
	}
	return false
}

// printable returns one line of at most limit printable characters.
func printable(text string, limit int) string {
	var line strings.Builder
	for _, r := range text {
		if limit--; limit < 0 {
			line.WriteString("…")
			break
		}
		if !strconv.IsPrint(r) {
			r = ' '
		}
		line.WriteRune(r)
	}
	return line.String()
}

// Finish takes the parameters of the callback, such as r.URL.Query(), saves the token and returns it. It checks, in
// this order, and returns the first failure:
//
//  1. p is not nil, and belongs to this issuer and client id; the state is p's (ErrStateMismatch).
//  2. iss, if present, is the issuer (RFC 9207), also in a refusal. It is required if Server.IssParameterSupported
//     (ErrIssuerMismatch).
//  3. The server did not refuse (*AuthorizationError).
//  4. state, iss, error and code are not duplicated, and there is a code (ErrInvalidCallback).
//  5. p has not sent a code before (ErrUsed). A copy of p made through JSON cannot tell: remove p from the session
//     first.
//
// Then it sends the code, once, even after a lost response, a 5xx or a 429. If ctx ends, Finish returns, but the
// exchange goes on for up to RenewTimeout, and its token is saved. The error of an exchange is neither ErrTransient nor
// ErrReauthorize: start again with Begin. A token that could not be saved is in the SaveError.
func (c Config) Finish(ctx context.Context, p *Pending, callback url.Values) (Token, error) {
	code, err := c.codeOf(p, callback)
	if err != nil {
		return Token{}, err
	}
	if ctx.Err() != nil {
		return Token{}, fmt.Errorf("oauthflow: the code was not sent: %w", context.Cause(ctx))
	}
	if p.used.Swap(true) {
		return Token{}, ErrUsed
	}
	type result struct {
		Token
		error
	}
	done := make(chan result, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.renewTimeout())
		defer cancel()
		t, err := c.exchange(ctx, p, code)
		done <- result{t, err}
	}()
	select {
	case r := <-done:
		return r.Token, r.error
	case <-ctx.Done():
		select {
		case r := <-done:
			return r.Token, r.error
		default:
		}
		return Token{}, fmt.Errorf("oauthflow: the code exchange goes on, but its caller left: %w", context.Cause(ctx))
	}
}

// exchange sends the code and saves the token.
func (c Config) exchange(ctx context.Context, p *Pending, code string) (Token, error) {
	c.Resources = p.details.Resources
	t, err := c.requestToken(ctx, url.Values{
		"grant_type": {grantCode}, "code": {code}, "redirect_uri": {p.details.RedirectURI},
		"code_verifier": {p.details.CodeVerifier},
	})
	if err != nil {
		return Token{}, failed("exchanging the code", "", err)
	}
	c.Scopes = p.details.Scopes
	c.grant(ctx, &t.Token, c.Scopes)
	if err = c.keep(ctx, t); err != nil {
		return Token{}, err
	}
	return t.Token, nil
}

// isState compares in constant time.
func (p *Pending) isState(state string) bool {
	return p.State != "" && subtle.ConstantTimeCompare([]byte(state), []byte(p.State)) == 1
}

// codeOf checks a callback and returns its code.
func (c Config) codeOf(p *Pending, callback url.Values) (string, error) {
	if err := c.check(); err != nil {
		return "", err
	}
	issuer, err := c.issuer()
	if err != nil {
		return "", err
	}
	state, iss := callback.Get("state"), callback.Get("iss")
	given := callback.Has("iss")
	switch {
	case p == nil || p.used == nil:
		return "", errors.New("oauthflow: the Pending is nil or empty; " +
			"keep it in the user's session between Begin and Finish")
	case p.details.Issuer != issuer:
		return "", fmt.Errorf("oauthflow: the Pending is for the issuer %.200q, not %.200q", p.details.Issuer, issuer)
	case p.details.ClientID != c.ClientID:
		return "", fmt.Errorf("oauthflow: the Pending is for the client %.200q, not %.200q", p.details.ClientID, c.ClientID)
	case !p.isState(state):
		return "", ErrStateMismatch
	case given && iss != issuer:
		return "", fmt.Errorf("%w: the callback's iss is %.200q, not %.200q (RFC 9207)", ErrIssuerMismatch, iss, issuer)
	case !given && c.Server != nil && c.Server.IssParameterSupported:
		return "", fmt.Errorf("%w: the callback has no iss, which this server always sends (RFC 9207)", ErrIssuerMismatch)
	case callback.Get("error") != "":
		clean := strings.NewReplacer(p.State, redact.Mask, p.details.CodeVerifier, redact.Mask)
		said := func(name string) string { return clean.Replace(callback.Get(name)) }
		return "", &AuthorizationError{said("error"), said("error_description"), said("error_uri")}
	}
	for _, name := range []string{"state", "iss", "error", "code"} {
		if len(callback[name]) > 1 {
			return "", fmt.Errorf("%w: %s is duplicated", ErrInvalidCallback, name)
		}
	}
	code := callback.Get("code")
	if code == "" {
		return "", fmt.Errorf("%w: it has neither code nor error", ErrInvalidCallback)
	}
	return code, nil
}
