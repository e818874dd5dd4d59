package oauthverify

import (
	"context"
	"slices"

	"github.com/go-jose/go-jose/v4"
)

// VerifySignature checks a compact JWS (RFC 7515) against the key set, and returns its payload. It checks no claims and
// limits no size: use a Verifier for access tokens. Header and encoding must be those of a JWT; the payload may be
// anything. algorithms are as in Policy, with the same default; one that Policy would refuse is never accepted. The
// error is an *Error: ErrMalformed, ErrSignature or ErrUnavailable.
func (s *KeySet) VerifySignature(ctx context.Context, token string, algorithms ...string) (payload []byte, err error) {
	t, err := parseJWS(token)
	if err != nil {
		return nil, err
	}
	if len(algorithms) == 0 {
		algorithms = defaultAlgorithms()
	}
	if !slices.Contains(possibleAlgorithms(), t.alg) {
		algorithms = nil
	}
	if err = notAllowed(t.alg, algorithms); err != nil {
		return nil, err
	}
	if err = s.check(ctx, t); err != nil {
		return nil, err
	}
	return t.payload, nil
}

// verdict is the result of checking a signature with a set of keys.
type verdict int

const (
	unknownKey verdict = iota
	goodSignature
	badSignature
)

// judge checks a signature with the key that has the token's kid; without a kid, with every suitable key. If different
// keys have the same kid, none of them is used.
func judge(keys []key, t *jws) verdict {
	known := false
	var candidates []key
	for _, k := range keys {
		switch {
		case !t.hasKid && k.suits(t.alg):
			if verifies(k, t) {
				return goodSignature
			}
		case t.hasKid && k.hasID && k.id == t.kid:
			known = true
			if k.suits(t.alg) && !slices.ContainsFunc(candidates, k.equals) {
				candidates = append(candidates, k)
			}
		}
	}
	switch {
	case !known:
		return unknownKey
	case len(candidates) == 1 && verifies(candidates[0], t):
		return goodSignature
	}
	return badSignature
}

func verifies(k key, t *jws) bool {
	signed, err := jose.ParseSignedCompact(t.token, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(t.alg)})
	if err != nil {
		return false
	}
	_, err = signed.Verify(k.public)
	return err == nil
}
