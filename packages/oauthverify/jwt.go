package oauthverify

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// strictly decodes canonical base64url: without padding, and with zeros in unused bits.
var strictly = base64.RawURLEncoding.Strict()

// isB64Token reports whether s is a b64token (RFC 6750, section 2.1).
func isB64Token(s string) bool {
	s = strings.TrimRight(s, "=")
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~+/", c) >= 0:
		default:
			return false
		}
	}
	return s != ""
}

// A jws is a compact JWS whose encoding and header are those of a JWT (RFC 7515, RFC 7519).
type jws struct {
	token         string
	alg, kid, typ string
	hasKid        bool
	payload       []byte
}

// isJWTShaped reports whether a token has three parts, the first of which is base64url of a text that begins with {.
// Such a token must be a JWT.
func isJWTShaped(token string) bool {
	first, rest, found := strings.Cut(token, ".")
	if !found || strings.Count(rest, ".") != 1 {
		return false
	}
	header, err := base64.RawURLEncoding.DecodeString(first)
	return err == nil && len(header) > 0 && header[0] == '{'
}

// parseJWS reads a token with three parts. It checks the encoding and the header, but not the payload or the signature.
func parseJWS(token string) (*jws, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, refuse(ErrMalformed, "it has not three parts")
	}
	t := &jws{token: token}
	var header []byte
	for i, into := range []*[]byte{&header, &t.payload, nil} {
		decoded, err := strictly.DecodeString(parts[i])
		if err != nil || strings.ContainsAny(parts[i], "\r\n") { // package base64 skips these
			return nil, refuse(ErrMalformed, fmt.Sprintf("part %d is not base64url", i+1))
		}
		if into != nil {
			*into = decoded
		}
	}
	o, err := parseObject(string(header))
	if err != nil {
		return nil, refuse(ErrMalformed, "the header: "+err.Error())
	}
	for _, name := range []string{"crit", "b64", "enc"} { // RFC 7515, section 4.1.11; RFC 7797, section 7; JWE
		if o.has(name) {
			return nil, refuse(ErrMalformed, "the header has "+name)
		}
	}
	for _, m := range []struct {
		name string
		into *string
	}{{"alg", &t.alg}, {"kid", &t.kid}, {"typ", &t.typ}} {
		if *m.into, err = o.text(m.name); err != nil {
			return nil, refuse(ErrMalformed, "the header: "+err.Error())
		}
	}
	t.hasKid = o.has("kid")
	switch {
	case !o.has("alg"):
		return nil, refuse(ErrMalformed, "the header has no alg")
	case strings.EqualFold(t.alg, "none"):
		return nil, refuse(ErrSignature, "alg is none: it is not signed")
	}
	return t, nil
}

// claims reads the payload as a claims set.
func (t *jws) claims() (*Claims, error) {
	raw := string(t.payload)
	o, err := parseObject(raw)
	if err != nil {
		return nil, refuse(ErrMalformed, "the claims: "+err.Error())
	}
	c, err := claimsOf(o, raw)
	if err != nil {
		return nil, refuse(ErrMalformed, "the claims: "+err.Error())
	}
	return c, nil
}

// The algorithms that a policy may allow, and those that it allows by default (RFC 7518, section 3.1; RFC 8037).
func possibleAlgorithms() []string {
	return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
}

func defaultAlgorithms() []string { return []string{"RS256", "PS256", "ES256", "EdDSA"} }

// notAllowed is the error of an algorithm that the policy does not allow.
func notAllowed(alg string, allowed []string) error {
	if slices.Contains(allowed, alg) {
		return nil
	}
	why := fmt.Sprintf("the algorithm %.20q is not allowed", alg)
	if strings.HasPrefix(alg, "HS") {
		why += "; only the issuer can check it: ModeIntrospect asks it"
	}
	return refuse(ErrSignature, why)
}
