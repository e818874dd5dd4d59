package oauthverify

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/team-telnyx/telnyx-go"
)

// A key is a usable entry of a key set.
type key struct {
	id, alg string // "" where the entry does not say
	hasID   bool
	public  crypto.PublicKey
}

// PublicKey returns the key of an entry of client.OAuth.GetJwks (RFC 7517): an *rsa.PublicKey, *ecdsa.PublicKey or
// ed25519.PublicKey. A usable key has use sig or none, key_ops with verify or none, an alg that fits the key, and no
// private or symmetric member; RSA has 2048 to 8192 bits, EC is P-256, P-384 or P-521, OKP is Ed25519. The error says
// why a key is not usable.
func PublicKey(k telnyx.OAuthGetJwksResponseKey) (crypto.PublicKey, error) {
	parsed, err := parseKey(k.RawJSON())
	if err != nil {
		return nil, fmt.Errorf("oauthverify: unusable key: %w", err)
	}
	return parsed.public, nil
}

func parseKey(raw string) (k key, err error) {
	o, err := parseObject(raw)
	if err != nil {
		return key{}, err
	}
	for _, name := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
		if o.has(name) {
			return key{}, fmt.Errorf("it has the private member %s", name)
		}
	}
	var kty, use string
	for _, m := range []struct {
		name string
		into *string
	}{{"kty", &kty}, {"use", &use}, {"alg", &k.alg}, {"kid", &k.id}} {
		if *m.into, err = o.text(m.name); err != nil {
			return key{}, err
		}
	}
	k.hasID = o.has("kid")
	ops, err := o.list("key_ops")
	switch {
	case err != nil:
		return key{}, err
	case o.has("use") && use != "sig":
		return key{}, fmt.Errorf("its use is %.20q, not sig", use)
	case o.has("key_ops") && !slices.Contains(ops, "verify"):
		return key{}, errors.New("its key_ops do not have verify")
	}
	switch kty {
	case "RSA":
		k.public, err = rsaKey(o)
	case "EC":
		k.public, err = ecKey(o)
	case "OKP":
		k.public, err = okpKey(o)
	default:
		err = fmt.Errorf("its kty is %.20q, not RSA, EC or OKP", kty)
	}
	if err != nil {
		return key{}, err
	}
	if o.has("alg") && !(slices.Contains(possibleAlgorithms(), k.alg) && k.suits(k.alg)) {
		return key{}, fmt.Errorf("its alg %.20q does not fit the key", k.alg)
	}
	return k, nil
}

func rsaKey(o object) (crypto.PublicKey, error) {
	n, errN := number(o, "n")
	e, errE := number(o, "e")
	if err := errors.Join(errN, errE); err != nil {
		return nil, err
	}
	modulus, exponent := new(big.Int).SetBytes(n), new(big.Int).SetBytes(e)
	switch bits := modulus.BitLen(); {
	case bits < 2048 || bits > 8192:
		return nil, fmt.Errorf("it has %d bits, not 2048 to 8192", bits)
	case exponent.BitLen() > 31 || exponent.Int64() < 3 || exponent.Bit(0) == 0:
		return nil, errors.New("its exponent is not odd, less than 3, or more than 31 bits")
	case modulus.Bit(0) == 0:
		return nil, errors.New("its modulus is even")
	case isROCA(modulus):
		return nil, errors.New("it comes from a generator whose keys can be factored (CVE-2017-15361)")
	}
	return &rsa.PublicKey{N: modulus, E: int(exponent.Int64())}, nil
}

// isROCA reports whether a modulus has the form of those of a weak generator: it is a power of 65537 modulo each of
// these primes. Of other moduli, about one in some hundred million has this form.
func isROCA(modulus *big.Int) bool {
	for _, prime := range []int64{
		3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157,
	} {
		rest := new(big.Int).Mod(modulus, big.NewInt(prime)).Int64()
		power, found := int64(1), rest == 1
		for range prime {
			power = power * 65537 % prime
			found = found || power == rest
		}
		if !found {
			return false
		}
	}
	return true
}

func ecKey(o object) (crypto.PublicKey, error) {
	name, err := o.text("crv")
	if err != nil {
		return nil, err
	}
	curve := map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}[name]
	if curve == nil {
		return nil, fmt.Errorf("its crv is %.20q, not P-256, P-384 or P-521", name)
	}
	x, errX := number(o, "x")
	y, errY := number(o, "y")
	if err := errors.Join(errX, errY); err != nil {
		return nil, err
	}
	size := (curve.Params().BitSize + 7) / 8
	if len(x) != size || len(y) != size { // RFC 7518, section 6.2.1.2
		return nil, fmt.Errorf("its coordinates have %d and %d bytes, not %d", len(x), len(y), size)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(curve, slices.Concat([]byte{4}, x, y))
	if err != nil {
		return nil, fmt.Errorf("its point is not on %s", name)
	}
	return public, nil
}

func okpKey(o object) (crypto.PublicKey, error) {
	name, err := o.text("crv")
	if err != nil {
		return nil, err
	}
	x, err := number(o, "x")
	switch {
	case name != "Ed25519":
		return nil, fmt.Errorf("its crv is %.20q, not Ed25519", name)
	case err != nil:
		return nil, err
	case len(x) != ed25519.PublicKeySize:
		return nil, fmt.Errorf("it has %d bytes, not %d", len(x), ed25519.PublicKeySize)
	}
	return ed25519.PublicKey(x), nil
}

// number reads a required member in base64url.
func number(o object, name string) ([]byte, error) {
	text, err := o.text(name)
	if err != nil {
		return nil, err
	}
	value, err := strictly.DecodeString(text)
	if err != nil || len(value) == 0 || strings.ContainsAny(text, "\r\n") {
		return nil, fmt.Errorf("%s is not base64url", name)
	}
	return value, nil
}

// suits reports whether k can check signatures of an algorithm.
func (k key) suits(alg string) bool {
	if k.alg != "" && k.alg != alg {
		return false
	}
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		return strings.HasPrefix(alg, "RS") || strings.HasPrefix(alg, "PS")
	case *ecdsa.PublicKey:
		return map[int]string{256: "ES256", 384: "ES384", 521: "ES512"}[public.Params().BitSize] == alg
	case ed25519.PublicKey:
		return alg == "EdDSA"
	}
	return false
}

// equals reports whether two keys are the same.
func (k key) equals(other key) bool {
	return k.public.(interface{ Equal(crypto.PublicKey) bool }).Equal(other.public)
}
