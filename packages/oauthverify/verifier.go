package oauthverify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"strings"

	"github.com/team-telnyx/telnyx-go"
)

// A Verifier checks bearer tokens. Make one with New.
type Verifier struct {
	policy   Policy
	metadata string // the URL that challenges name, or ""
}

// New makes a verifier. It sends nothing. An invalid policy is an error that names the field.
func New(client telnyx.Client, policy Policy) (*Verifier, error) {
	p, err := policy.complete()
	if err != nil {
		return nil, err
	}
	if p.Keys == nil && p.Mode != ModeIntrospect {
		if p.Keys, err = NewKeySet(client, KeySetConfig{Clock: p.Clock, OnEvent: p.OnEvent}); err != nil {
			return nil, err
		}
	}
	if p.Introspector == nil && p.Mode != ModeJWT {
		config := IntrospectorConfig{Clock: p.Clock, OnEvent: p.OnEvent}
		if p.Introspector, err = NewIntrospector(client, config); err != nil {
			return nil, err
		}
	}
	v := &Verifier{policy: p, metadata: p.MetadataURL}
	if v.metadata == "" && p.Resource != "" {
		v.metadata = metadataURL(p.Resource)
	}
	return v, nil
}

// Verify checks a token, without the "Bearer " before it. scopes are required in addition to those of the policy. The
// error is an *Error; errors.Is matches its ErrorKind. The claims belong to the caller, who may change them.
//
// If ctx ends while Verify waits, the error matches both ErrUnavailable and ctx's (context.Canceled or
// context.DeadlineExceeded). A fetch or introspection that other calls wait for goes on.
func (v *Verifier) Verify(ctx context.Context, token string, scopes ...string) (*Claims, error) {
	began := v.policy.Clock()
	c, err := v.decide(ctx, token, v.needed(scopes))
	return v.decided(ctx, began, c, err)
}

// decided calls OnEvent with a decision, and returns it.
func (v *Verifier) decided(ctx context.Context, began time.Time, c *Claims, err *Error) (*Claims, error) {
	if see := v.policy.OnEvent; see != nil {
		event := Event{Kind: EventDecision, Duration: v.policy.Clock().Sub(began)}
		if err != nil {
			event.Err = err
		}
		event.Introspected = c != nil && c.Introspected
		see(ctx, event)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// needed returns the scopes of the policy and of a call.
func (v *Verifier) needed(scopes []string) []string {
	if len(scopes) == 0 {
		return v.policy.Scopes
	}
	return slices.Concat(v.policy.Scopes, scopes)
}

// decide returns the claims of a valid token. With an error, claims only say whether an introspection response decided.
func (v *Verifier) decide(ctx context.Context, token string, scopes []string) (*Claims, *Error) {
	c, err := v.check(ctx, token, scopes)
	if err == nil {
		return c, nil
	}
	refusal, ok := errors.AsType[*Error](err)
	if !ok {
		refusal = &Error{Kind: ErrUnavailable, RetryAfter: time.Second, Err: err}
	}
	copied := *refusal // calls that share a fetch share its error
	copied.Scopes = slices.Clone(scopes)
	if copied.Err != nil {
		copied.Err = withoutToken(copied.Err, token)
	}
	return c, &copied
}

func (v *Verifier) check(ctx context.Context, token string, scopes []string) (*Claims, error) {
	p := &v.policy
	switch {
	case len(token) > p.MaxTokenBytes:
		return nil, refuse(ErrMalformed, fmt.Sprintf("it has more than %d bytes", p.MaxTokenBytes))
	case !isB64Token(token):
		return nil, refuse(ErrMalformed, "it is not a b64token (RFC 6750, section 2.1)")
	}
	if isJWTShaped(token) {
		t, err := parseJWS(token)
		if err != nil {
			return nil, err
		}
		c, err := t.claims()
		if err != nil {
			return nil, err
		}
		switch {
		case p.Mode == ModeIntrospect:
		case c.Issuer == p.Issuer:
			return c, v.checkJWT(ctx, t, c, scopes)
		case p.Mode == ModeJWT:
			return nil, refuse(ErrIssuer, fmt.Sprintf("it is of %.100q", c.Issuer))
		}
	} else if p.Mode == ModeJWT {
		return nil, refuse(ErrMalformed, "it is not a JWT")
	}
	c, err := p.Introspector.Introspect(ctx, token)
	if err != nil {
		return &Claims{Introspected: errors.Is(err, ErrInactive)}, err
	}
	return c, v.checkIntrospected(c, scopes)
}

// checkJWT checks a JWT of the issuer. The signature comes after the claims, so that no key is fetched for an invalid
// token. The scopes come last, so that only callers with a valid token learn which scopes are required.
func (v *Verifier) checkJWT(ctx context.Context, t *jws, c *Claims, scopes []string) error {
	if err := notAllowed(t.alg, v.policy.Algorithms); err != nil {
		return err
	}
	if !slices.Contains(v.policy.Types, bareType(t.typ)) {
		return refuse(ErrMalformed, fmt.Sprintf("its typ %.40q is not accepted", t.typ))
	}
	if c.Expiry.IsZero() {
		return refuse(ErrMalformed, "the claims have no exp")
	}
	if err := v.checkTimes(c); err != nil {
		return err
	}
	if err := v.checkAudience(c); err != nil {
		return err
	}
	if err := checkBearer(c); err != nil {
		return err
	}
	if err := v.policy.Keys.check(ctx, t); err != nil {
		return err
	}
	return c.Require(scopes...)
}

// checkIntrospected checks the claims of an introspection response, also on every use of a cached one.
func (v *Verifier) checkIntrospected(c *Claims, scopes []string) error {
	switch kind := strings.ToLower(c.kind); kind {
	case "", "bearer", "access_token":
	default:
		return refuse(ErrInactive, fmt.Sprintf("it is a %.40q and no access token", c.kind))
	}
	if c.Issuer != "" && c.Issuer != v.policy.Issuer {
		return refuse(ErrIssuer, fmt.Sprintf("it is of %.100q", c.Issuer))
	}
	if err := v.checkTimes(c); err != nil {
		return err
	}
	if err := v.checkAudience(c); err != nil {
		return err
	}
	if err := checkBearer(c); err != nil {
		return err
	}
	return c.Require(scopes...)
}

func (v *Verifier) checkTimes(c *Claims) error {
	now, leeway := v.policy.Clock(), v.policy.Leeway
	switch {
	case !c.Expiry.IsZero() && !now.Before(c.Expiry.Add(leeway)):
		return refuse(ErrExpired, "at "+c.Expiry.Format(time.RFC3339))
	case c.NotBefore.After(now.Add(leeway)):
		return refuse(ErrNotYetValid, "nbf is "+c.NotBefore.Format(time.RFC3339))
	case c.IssuedAt.After(now.Add(leeway)):
		return refuse(ErrNotYetValid, "iat is "+c.IssuedAt.Format(time.RFC3339))
	}
	return nil
}

func (v *Verifier) checkAudience(c *Claims) error {
	if v.policy.AnyAudience || slices.ContainsFunc(c.Audience, func(aud string) bool {
		return slices.Contains(v.policy.Audience, aud)
	}) {
		return nil
	}
	return refuse(ErrAudience, fmt.Sprintf("it is for %.200q", c.Audience))
}

// checkBearer refuses a token that is bound to a key: it is not a bearer token (RFC 7800).
func checkBearer(c *Claims) error {
	if c.bound {
		return refuse(ErrMalformed, "it has cnf: it is for the holder of a key, and no bearer token")
	}
	return nil
}
