package oauthverify

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/team-telnyx/telnyx-go/internal/request"
)

// A Policy says which tokens are accepted. New copies it, with its slices.
type Policy struct {
	// Issuer is the authorization server, compared byte for byte (RFC 8414, section 2): https://api.telnyx.com is not
	// https://api.telnyx.com/. Required.
	Issuer string
	// Resource is the URL of the protected resource (RFC 9728, section 1.2): absolute, https (http on localhost,
	// 127.0.0.0/8 and ::1), without fragment or user, and with the characters of RFC 3986 only. Challenges name its
	// metadata document, and it is the audience unless Audience is set.
	Resource string
	// Audience are the values of which a token must have at least one in aud, byte for byte. Default: Resource. New fails
	// if there is neither, unless AnyAudience is set.
	Audience []string
	// AnyAudience accepts tokens with any aud or none: also tokens for another server, which can then use them here. New
	// fails if Audience is set as well. Resource may be set, and is then used for challenges only.
	AnyAudience bool
	// Scopes are required of every token, in addition to those of each call. Each is a scope-token (RFC 6749, section
	// 3.3).
	Scopes []string
	// Mode says how tokens are checked. Default: ModeAuto.
	Mode Mode
	// Algorithms are accepted for the signatures of JWTs (RFC 7518, section 3.1). Default: RS256, PS256, ES256 and EdDSA.
	// RS384, RS512, PS384, PS512, ES384 and ES512 are also possible. New refuses all others, such as none and HMAC (RFC
	// 8725, sections 2.1 and 3.1).
	Algorithms []string
	// Types are the accepted values of a JWT's typ header. Case and a leading "application/" are ignored; "" stands for a
	// JWT without typ. Default: at+jwt, JWT and "". For RFC 9068 only: []string{"at+jwt"}.
	Types []string
	// Leeway is the allowed difference between this clock and the issuer's, for exp, nbf and iat. Default: 30 s. Negative:
	// none.
	Leeway time.Duration
	// MaxTokenBytes is the size of the longest accepted token. Default: 8192.
	MaxTokenBytes int
	// MetadataURL replaces the URL made from Resource in challenges. It must be a URL like Resource.
	MetadataURL string
	// Keys and Introspector replace those that New makes from the client, with default configuration, Clock and OnEvent.
	Keys         *KeySet
	Introspector *Introspector
	// Clock tells the time. Default: time.Now.
	Clock func() time.Time
	// OnEvent, if set, is called for every decision, and for the key fetches and introspections of the default Keys and
	// Introspector. It is called synchronously, by any goroutine: it must be quick, and must not call this package.
	OnEvent func(context.Context, Event)
}

// Mode says how tokens are checked. An unknown value is an error of New.
type Mode int

const (
	// ModeAuto checks JWTs of the issuer by their signature, and all other tokens by introspection.
	ModeAuto Mode = iota
	// ModeJWT accepts only JWTs of the issuer. Nothing is introspected.
	ModeJWT
	// ModeIntrospect introspects every token, JWTs too, and fetches no key. Use it if revoked tokens must be refused soon,
	// or if the issuer signs with an algorithm that only it can check, such as HS256.
	ModeIntrospect
)

// complete checks a policy and sets its defaults. The error names the field.
func (p Policy) complete() (Policy, error) {
	fail := func(field, format string, args ...any) (Policy, error) {
		return p, fmt.Errorf("oauthverify: Policy."+field+": "+format, args...)
	}
	p.Audience, p.Scopes = slices.Clone(p.Audience), slices.Clone(p.Scopes)
	p.Algorithms, p.Types = slices.Clone(p.Algorithms), slices.Clone(p.Types)
	if p.Issuer == "" {
		return fail("Issuer", "it is empty; the live one is https://api.telnyx.com")
	}
	if p.Resource != "" {
		if err := checkURL(p.Resource); err != nil {
			return fail("Resource", "%w", err)
		}
	}
	if p.MetadataURL != "" {
		if err := checkURL(p.MetadataURL); err != nil {
			return fail("MetadataURL", "%w", err)
		}
	}
	switch {
	case p.AnyAudience && len(p.Audience) > 0:
		return fail("AnyAudience", "it cannot be used with Audience; remove one of them")
	case slices.Contains(p.Audience, ""):
		return fail("Audience", "it has an empty value")
	case !p.AnyAudience && len(p.Audience) == 0 && p.Resource == "":
		return fail("Audience", "there is neither Audience nor Resource; AnyAudience accepts tokens for any server")
	case !p.AnyAudience && len(p.Audience) == 0:
		p.Audience = []string{p.Resource}
	}
	for _, scope := range p.Scopes {
		if !isScope(scope) {
			return fail("Scopes", "%q is not a scope-token (RFC 6749, section 3.3)", scope)
		}
	}
	if p.Mode < ModeAuto || p.Mode > ModeIntrospect {
		return fail("Mode", "%d is not known", int(p.Mode))
	}
	if len(p.Algorithms) == 0 {
		p.Algorithms = defaultAlgorithms()
	}
	for _, alg := range p.Algorithms {
		if !slices.Contains(possibleAlgorithms(), alg) {
			return fail("Algorithms", "%q is not supported; use %s", alg, strings.Join(possibleAlgorithms(), ", "))
		}
	}
	if p.Types == nil {
		p.Types = []string{"at+jwt", "JWT", ""}
	}
	for i, typ := range p.Types {
		p.Types[i] = bareType(typ)
	}
	if p.MaxTokenBytes < 0 {
		return fail("MaxTokenBytes", "it is negative")
	}
	if p.MaxTokenBytes == 0 {
		p.MaxTokenBytes = 8192
	}
	if p.Leeway == 0 {
		p.Leeway = 30 * time.Second
	}
	p.Leeway = max(p.Leeway, 0)
	if p.Clock == nil {
		p.Clock = time.Now
	}
	return p, nil
}

// bareType returns a typ for comparison (RFC 7515, section 4.1.9).
func bareType(typ string) string {
	return strings.TrimPrefix(strings.ToLower(typ), "application/")
}

// checkURL returns an error if the URL of a resource is invalid (RFC 9728, section 1.2).
func checkURL(text string) error {
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%"
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return fmt.Errorf("%q is not a URL", text)
	case strings.Trim(text, allowed) != "":
		return fmt.Errorf("%q has a character that a URL cannot have (RFC 3986)", text)
	case !u.IsAbs() || u.Hostname() == "":
		return fmt.Errorf("%q is not an absolute URL", text)
	case u.Scheme != "https" && !(u.Scheme == "http" && request.Loopback(u.Hostname())):
		return fmt.Errorf("%q is not https; http is for loopback only", text)
	case u.User != nil:
		return errors.New("it has a user") // and perhaps a password
	case strings.Contains(text, "#"):
		return fmt.Errorf("%q has a fragment", text)
	}
	return nil
}

// isScope reports whether s is a scope-token (RFC 6749, section 3.3).
func isScope(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r > '~' || r == '"' || r == '\\'
	})
}
