package oauthverify_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthverify"
)

// publisher serves one key set for all requests.
type publisher string

func (p publisher) Do(req *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Request: req,
		Body: io.NopCloser(strings.NewReader(string(p))), ProtoMajor: 1,
	}, nil
}

// keySet is one of the given keys.
func keySet(t testing.TB, keys ...string) *oauthverify.KeySet {
	t.Helper()
	client := telnyx.NewClient(option.WithoutEnvironment(),
		option.WithHTTPClient(publisher(`{"keys":[`+strings.Join(keys, ",")+`]}`)))
	s, err := oauthverify.NewKeySet(client, oauthverify.KeySetConfig{MaxBytes: 1 << 20, MaxKeys: 1000})
	require.NoError(t, err)
	return s
}

// all are the algorithms that a policy may allow.
func all() []string {
	return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
}

const joe = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

// The examples of the RFCs whose algorithms are possible.
func rfcVectors() map[string]struct{ token, key string } {
	return map[string]struct{ token, key string }{
		"RFC 7515, A.2, RS256": {
			"eyJhbGciOiJSUzI1NiJ9." + joe + "." +
				"cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujG" +
				"bds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K" +
				"0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6" +
				"LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
			`{"kty":"RSA",` +
				`"n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm` +
				`4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMd` +
				`bBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DW` +
				`NmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}`,
		},
		"RFC 7515, A.3, ES256": {
			"eyJhbGciOiJFUzI1NiJ9." + joe + "." +
				"DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
			`{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",` +
				`"y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`,
		},
		"RFC 7520, 4.1, RS256": {
			"eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9." +
				"SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0" +
				"aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91" +
				"IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4." +
				"MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7P" +
				"NDi84wnB-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9e" +
				"Ro4QPocSadnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4" +
				"uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg",
			`{"kty":"RSA","kid":"bilbo.baggins@hobbiton.example","use":"sig",` +
				`"n":"n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJm` +
				`SCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfH` +
				`d1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS` +
				`2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw","e":"AQAB"}`,
		},
		"RFC 8037, A.4, EdDSA": {
			"eyJhbGciOiJFZERTQSJ9." +
				"RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc." +
				"hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
			`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`,
		},
	}
}

func TestTheExamplesOfTheRFCsAreAcceptedAndEveryChangeOfAByteIsRefused(t *testing.T) {
	for name, v := range rfcVectors() {
		t.Run(name, func(t *testing.T) {
			s := keySet(t, v.key)
			payload, err := s.VerifySignature(t.Context(), v.token, all()...)
			require.NoError(t, err)
			require.NotEmpty(t, payload)

			refuseChanges(t, s, v.token)
		})
	}
	s := keySet(t, rfcVectors()["RFC 7515, A.2, RS256"].key)
	for _, token := range []string{
		"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + joe + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", // A.1, HS256
		"eyJhbGciOiJub25lIn0." + joe + ".", // A.5, none
	} {
		_, err := s.VerifySignature(t.Context(), token, all()...)
		require.ErrorIs(t, err, oauthverify.ErrSignature)
	}
}

// refuseChanges changes each byte of a token in several ways.
func refuseChanges(t *testing.T, s *oauthverify.KeySet, token string) {
	t.Helper()
	const others = "AQgw_-.=+/ \n%\x00"
	for i := range len(token) {
		for _, c := range []byte(others + string(token[i]^1) + string(token[i]^0x20)) {
			if c == token[i] {
				continue
			}
			changed := token[:i] + string([]byte{c}) + token[i+1:]
			if _, err := s.VerifySignature(t.Context(), changed, all()...); !errors.Is(err, oauthverify.ErrInvalidToken) {
				t.Fatalf("byte %d of the token, changed to %q: %v", i, c, err)
			}
		}
		for _, changed := range []string{token[:i] + token[i+1:], token[:i] + "\n" + token[i:], token[:i]} {
			if _, err := s.VerifySignature(t.Context(), changed, all()...); !errors.Is(err, oauthverify.ErrInvalidToken) {
				t.Fatalf("a token cut or longer at byte %d: %v", i, err)
			}
		}
	}
}

// wycheproofGroup is a group of the vectors for JSON web signatures.
type wycheproofGroup struct {
	Comment string          `json:"comment"`
	Public  json.RawMessage `json:"public"`
	Private json.RawMessage `json:"private"`
	Tests   []struct {
		ID      int             `json:"tcId"`
		Comment string          `json:"comment"`
		JWS     json.RawMessage `json:"jws"`
		Result  string          `json:"result"`
		Flags   []string        `json:"flags"`
	} `json:"tests"`
}

func TestTheVectorsOfWycheproofAreJudgedAsTheySay(t *testing.T) {
	text, err := os.ReadFile("testdata/wycheproof/json_web_signature_test.json")
	require.NoError(t, err)
	var file struct {
		Groups []wycheproofGroup `json:"testGroups"`
	}
	require.NoError(t, json.Unmarshal(text, &file))
	accepted, refused := 0, 0
	for _, group := range file.Groups {
		key := group.Public
		if key == nil { // a symmetric key: none of its signatures may count
			key = group.Private
		}
		_, unusable := publicKey(t, string(key))
		s := keySet(t, string(key))
		for _, test := range group.Tests {
			var token string
			if json.Unmarshal(test.JWS, &token) != nil { // JSON serialization
				token = string(test.JWS)
			}

			_, err := s.VerifySignature(t.Context(), token, all()...)

			if test.Comment == "SaltLenChanged" {
				continue // only the owner of the key can make one: go-jose decides
			}
			if test.Result == "valid" && unusable == nil && mayBeAccepted(token, key) {
				require.NoError(t, err, "%s %d: %s", group.Comment, test.ID, test.Comment)
				accepted++
				if len(token) < 400 {
					refuseChanges(t, s, token)
				}
				continue
			}
			require.ErrorIs(t, err, oauthverify.ErrInvalidToken, "%s %d: %s", group.Comment, test.ID, test.Comment)
			refused++
		}
	}
	require.Greater(t, accepted, 10)
	require.Greater(t, refused, 300)
	t.Logf("%d accepted, %d refused", accepted, refused)
}

// mayBeAccepted reports whether a token can be accepted: its algorithm is supported, and is that of the key if the key
// has one, and its header has none of the members that are refused.
func mayBeAccepted(token string, key []byte) bool {
	header, _, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(header)
	var h map[string]any
	if err != nil || json.Unmarshal(text, &h) != nil {
		return false
	}
	for _, member := range []string{"crit", "b64", "enc"} {
		if _, ok := h[member]; ok {
			return false
		}
	}
	alg, _ := h["alg"].(string)
	var k struct{ Alg string }
	if json.Unmarshal(key, &k) != nil || k.Alg != "" && k.Alg != alg {
		return false
	}
	return slices.Contains(all(), alg)
}

// publicKey is PublicKey for a JWK.
func publicKey(t testing.TB, jwk string) (any, error) {
	t.Helper()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(publisher(`{"keys":[`+jwk+`]}`)))
	set, err := client.OAuth.GetJwks(context.Background())
	require.NoError(t, err)
	require.Len(t, set.Keys, 1, jwk)
	return oauthverify.PublicKey(set.Keys[0])
}

func TestTheKeySetsOfWycheproofAreJudgedAsTheySay(t *testing.T) {
	text, err := os.ReadFile("testdata/wycheproof/json_web_key_test.json")
	require.NoError(t, err)
	var file struct {
		Groups []wycheproofGroup `json:"testGroups"`
	}
	require.NoError(t, json.Unmarshal(text, &file))
	accepted, refused := 0, 0
	for _, group := range file.Groups {
		var set struct{ Keys []json.RawMessage }
		if group.Public != nil {
			require.NoError(t, json.Unmarshal(group.Public, &set))
		} else { // symmetric keys: none of their signatures may count
			require.NoError(t, json.Unmarshal(group.Private, &set))
		}
		var keys []string
		for _, key := range set.Keys {
			keys = append(keys, string(key))
		}
		for _, test := range group.Tests {
			var token string
			require.NoError(t, json.Unmarshal(test.JWS, &token))

			_, err := keySet(t, keys...).VerifySignature(t.Context(), token, all()...)

			if test.Result == "valid" && group.Public != nil {
				require.NoError(t, err, "%s %d: %s", group.Comment, test.ID, test.Comment)
				accepted++
				continue
			}
			require.ErrorIs(t, err, oauthverify.ErrInvalidToken, "%s %d: %s", group.Comment, test.ID, test.Comment)
			refused++
		}
	}
	require.Equal(t, 1, accepted)
	require.Equal(t, 25, refused)
}

func TestThePublicECKeyOfRFC7517IsRead(t *testing.T) {
	// Appendix A.1: it is for encryption there.
	_, err := publicKey(t, `{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
		"y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}`)
	require.ErrorContains(t, err, "enc")
	_, err = publicKey(t, `{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
		"y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"sig","kid":"1"}`)
	require.NoError(t, err)
}
