package oauthverify_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthverify"
)

// FuzzToken checks that a text that is not a token of the key set is refused, with an error of a known kind.
func FuzzToken(f *testing.F) {
	var keys []string
	for _, v := range rfcVectors() {
		f.Add(v.token)
		keys = append(keys, v.key)
	}
	f.Add("eyJhbGciOiJub25lIn0..")
	f.Add("opaque")
	s := keySet(f, keys...)
	known := map[string]bool{}
	for _, v := range rfcVectors() {
		known[v.token] = true
	}
	f.Fuzz(func(t *testing.T, token string) {
		_, err := s.VerifySignature(t.Context(), token, all()...)
		switch {
		case err == nil && !known[token]:
			t.Fatalf("accepted %q", token)
		case err != nil && !errors.Is(err, oauthverify.ErrInvalidToken):
			t.Fatal(err)
		case err != nil && len(token) > 20 && strings.Contains(err.Error(), token):
			t.Fatal("the error has the token")
		}
	})
}

// FuzzKey checks that any key set is read without a panic, and that its keys verify nothing that they did not sign.
func FuzzKey(f *testing.F) {
	for _, v := range rfcVectors() {
		f.Add(v.key)
	}
	f.Add(`{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}`)
	f.Fuzz(func(t *testing.T, jwk string) {
		client := telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(publisher(`{"keys":[`+jwk+`]}`)),
			option.WithMaxRetries(0))
		set, err := client.OAuth.GetJwks(t.Context())
		if err != nil {
			return
		}
		for _, k := range set.Keys {
			_, _ = oauthverify.PublicKey(k)
		}
		s := keySet(t, jwk)
		const unsigned = "eyJhbGciOiJSUzI1NiJ9.e30.AAAA"
		if _, err := s.VerifySignature(t.Context(), unsigned, all()...); err == nil {
			t.Fatalf("%s verifies a forged signature", jwk)
		}
	})
}

// FuzzAuthorization checks that any header is a token, no token, or malformed.
func FuzzAuthorization(f *testing.F) {
	for _, seed := range []string{
		"Bearer x", "bearer  x", "Bearer", "Basic x", "Bearer x y", "Bearer\tx", "", "Bearer =",
	} {
		f.Add(seed)
	}
	v, err := oauthverify.New(telnyx.NewClient(option.WithoutEnvironment()), oauthverify.Policy{
		Issuer: "https://api.telnyx.com", AnyAudience: true, Mode: oauthverify.ModeJWT,
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, header string) {
		req := httptest.NewRequest(http.MethodGet, "/", nil)
		req.Header["Authorization"] = []string{header}
		_, err := v.VerifyRequest(req)
		isBearer := len(header) >= 6 && strings.EqualFold(header[:6], "bearer")
		switch {
		case err == nil:
			t.Fatalf("%q was let in", header)
		case !isBearer && !errors.Is(err, oauthverify.ErrNoToken):
			t.Fatalf("%q: %v", header, err)
		case isBearer && !errors.Is(err, oauthverify.ErrNoToken) && !errors.Is(err, oauthverify.ErrInvalidToken):
			t.Fatalf("%q: %v", header, err)
		}
	})
}
