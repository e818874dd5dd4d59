package oauthverify

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// Claims are the claims of a valid token, from the JWT or from the introspection response (RFC 7519, 9068, 7662).
// Absent members are zero.
type Claims struct {
	Issuer                      string
	Subject                     string
	Audience                    []string // aud, a string or an array in JSON
	ClientID                    string   // client_id
	ID                          string   // jti
	Scopes                      []string // scope, split at spaces
	Expiry, NotBefore, IssuedAt time.Time
	// Introspected reports whether the token was introspected, now or up to IntrospectorConfig.MaxAge ago. Otherwise its
	// signature was checked.
	Introspected bool

	raw   string
	bound bool   // there is a cnf: the token is bound to a key
	kind  string // token_type
}

// RawJSON returns the claims set, or the introspection response, as it was sent. It never has the token.
func (c *Claims) RawJSON() string { return c.raw }

// Decode decodes RawJSON into v as encoding/json does, for claims that have no field here.
func (c *Claims) Decode(v any) error {
	if err := json.Unmarshal([]byte(c.raw), v); err != nil {
		return fmt.Errorf("oauthverify: decoding the claims: %w", err)
	}
	return nil
}

// Require returns nil if the token has all scopes, else an *Error for WriteError that matches ErrInsufficientScope.
func (c *Claims) Require(scopes ...string) error {
	for _, scope := range scopes {
		if !slices.Contains(c.Scopes, scope) {
			return &Error{
				Kind: ErrInsufficientScope, Scopes: slices.Clone(scopes),
				Err: fmt.Errorf("the token lacks the scope %.100q", scope),
			}
		}
	}
	return nil
}

// clone returns a copy that a caller may change.
func (c *Claims) clone() *Claims {
	copied := *c
	copied.Audience, copied.Scopes = slices.Clone(c.Audience), slices.Clone(c.Scopes)
	return &copied
}

// claimsOf reads the members of a claims set or an introspection response. A member of the wrong type is an error.
func claimsOf(o object, raw string) (c *Claims, err error) {
	c = &Claims{raw: raw, bound: o.has("cnf")}
	var scope string
	for _, m := range []struct {
		name string
		into *string
	}{
		{"iss", &c.Issuer}, {"sub", &c.Subject}, {"client_id", &c.ClientID}, {"jti", &c.ID}, {"scope", &scope},
		{"token_type", &c.kind},
	} {
		if *m.into, err = o.text(m.name); err != nil {
			return nil, err
		}
	}
	for _, m := range []struct {
		name string
		into *time.Time
	}{{"exp", &c.Expiry}, {"nbf", &c.NotBefore}, {"iat", &c.IssuedAt}} {
		if *m.into, err = date(o, m.name); err != nil {
			return nil, err
		}
	}
	if aud := o.get("aud"); aud.Type == gjson.String {
		c.Audience = []string{aud.Str}
	} else if c.Audience, err = o.list("aud"); err != nil {
		return nil, err
	}
	if scope != "" {
		c.Scopes = slices.DeleteFunc(strings.Split(scope, " "), func(s string) bool { return s == "" })
	}
	return c, nil
}

// date reads a NumericDate (RFC 7519, section 2): seconds since 1970, perhaps with a fraction. It must be before the
// year 10000.
func date(o object, name string) (time.Time, error) {
	v := o.get(name)
	if !v.Exists() {
		return time.Time{}, nil
	}
	if v.Type != gjson.Number {
		return time.Time{}, fmt.Errorf("%s is not a number", name)
	}
	seconds, err := strconv.ParseFloat(v.Raw, 64)
	const end = 253402300800
	if err != nil || seconds < 0 || seconds >= end || math.Signbit(seconds) {
		return time.Time{}, fmt.Errorf("%s is not a date", name)
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9)).UTC(), nil
}
