package oauthverify_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthverify"
)

// A forge has the key of an issuer, and signs any header and claims.
type forge struct {
	t        *testing.T
	private  *rsa.PrivateKey
	verifier *oauthverify.Verifier
	asked    []string // the paths of all requests
}

func newForge(t *testing.T) *forge {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	f := &forge{t: t, private: private}
	public := jose.JSONWebKey{Key: &private.PublicKey, KeyID: "k", Algorithm: "RS256", Use: "sig"}
	keys, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{public}})
	require.NoError(t, err)
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithAPIKey("KEY"),
		option.WithHTTPClient(doer(func(req *http.Request) (*http.Response, error) {
			f.asked = append(f.asked, req.URL.String())
			return publisher(keys).Do(req)
		})))
	f.verifier, err = oauthverify.New(client, oauthverify.Policy{
		Issuer: "https://api.telnyx.com", Resource: resource, Mode: oauthverify.ModeJWT, MaxTokenBytes: 1 << 20,
	})
	require.NoError(t, err)
	return f
}

type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(req *http.Request) (*http.Response, error) { return d(req) }

// claims are valid claims.
func claims() string {
	return fmt.Sprintf(`{"iss":"https://api.telnyx.com","aud":%q,"exp":%d,"scope":"voice.read"}`, resource,
		time.Now().Add(time.Hour).Unix())
}

const header = `{"alg":"RS256","kid":"k","typ":"at+jwt"}`

// sign signs a header and claims as they are.
func (f *forge) sign(header, claims string) string {
	f.t.Helper()
	signed := encode(header) + "." + encode(claims)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: f.private}, nil)
	require.NoError(f.t, err)
	_ = signer
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, f.private, 5, sum[:]) // 5 is crypto.SHA256
	require.NoError(f.t, err)
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func (f *forge) verify(token string) error {
	_, err := f.verifier.Verify(f.t.Context(), token)
	return err
}

func TestTheForgeMakesValidTokens(t *testing.T) {
	f := newForge(t)
	require.NoError(t, f.verify(f.sign(header, claims())))
	require.Equal(t, []string{"https://api.telnyx.com/v2/oauth/jwks"}, f.asked)
}

func TestAlgNoneIsRefusedInAnyCase(t *testing.T) {
	f := newForge(t)
	for _, alg := range []string{"none", "None", "NONE", "nOnE"} {
		token := encode(`{"alg":"`+alg+`","kid":"k"}`) + "." + encode(claims()) + "."
		require.ErrorIs(t, f.verify(token), oauthverify.ErrSignature, alg)
	}
	require.Empty(t, f.asked)
}

func TestAnHMACWithThePublicKeyIsRefused(t *testing.T) {
	f := newForge(t)
	der := x509.MarshalPKCS1PublicKey(&f.private.PublicKey)
	pkix, err := x509.MarshalPKIXPublicKey(&f.private.PublicKey)
	require.NoError(t, err)
	jwk, err := json.Marshal(jose.JSONWebKey{Key: &f.private.PublicKey, KeyID: "k"})
	require.NoError(t, err)
	for name, secret := range map[string][]byte{
		"DER": der, "PKIX": pkix, "JWK": jwk, "modulus": f.private.N.Bytes(), "nothing": nil,
		"PEM":      pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: der}),
		"PKIX PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pkix}),
	} {
		signed := encode(`{"alg":"HS256","kid":"k","typ":"at+jwt"}`) + "." + encode(claims())
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(signed))

		err := f.verify(signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)))

		require.ErrorIs(t, err, oauthverify.ErrSignature, name)
		require.ErrorContains(t, err, "ModeIntrospect")
	}
	require.Empty(t, f.asked)
}

func TestAKidIsNeverMoreThanAString(t *testing.T) {
	for _, kid := range []string{
		"../../../../dev/null", "/etc/passwd", "' OR '1'='1", "k' UNION SELECT 'x", "http://evil.example/key",
		"k\\u0000", "K", "k ", "ｋ", "",
	} {
		f := newForge(t)
		require.ErrorIs(t, f.verify(f.sign(`{"alg":"RS256","kid":"`+kid+`"}`, claims())), oauthverify.ErrSignature, kid)
		for _, asked := range f.asked {
			require.Equal(t, "https://api.telnyx.com/v2/oauth/jwks", asked)
		}
	}
}

func TestKeysInTheHeaderAreIgnored(t *testing.T) {
	f := newForge(t)
	other := newForge(t)
	jwk, err := json.Marshal(jose.JSONWebKey{Key: &other.private.PublicKey, KeyID: "k"})
	require.NoError(t, err)
	for _, more := range []string{
		`"jwk":` + string(jwk), `"jku":"https://evil.example/keys"`, `"x5u":"https://evil.example/cert"`, `"x5c":["AAAA"]`,
		`"x5t":"AAAA"`,
	} {
		forged := other.sign(`{"alg":"RS256","kid":"k",`+more+`}`, claims())
		require.ErrorIs(t, f.verify(forged), oauthverify.ErrSignature, more)
	}
	require.Equal(t, []string{"https://api.telnyx.com/v2/oauth/jwks"}, f.asked)
	require.Empty(t, other.asked)
}

func TestADuplicateMemberIsMalformed(t *testing.T) {
	f := newForge(t)
	good := claims()
	for name, token := range map[string]string{
		"in the header":    f.sign(`{"alg":"RS256","alg":"RS256","kid":"k"}`, good),
		"by an escape":     f.sign(`{"alg":"RS256","\u0061lg":"RS256","kid":"k"}`, good),
		"in the claims":    f.sign(header, strings.Replace(good, `{`, `{"iss":"https://evil.example",`, 1)),
		"nested":           f.sign(header, strings.Replace(good, `{`, `{"x":{"a":1,"a":2},`, 1)),
		"nested in arrays": f.sign(header, strings.Replace(good, `{`, `{"x":[[{"a":1,"\u0061":2}]],`, 1)),
	} {
		require.ErrorIs(t, f.verify(token), oauthverify.ErrMalformed, name)
	}
	require.Empty(t, f.asked)
}

func TestHeadersThatChangeWhatIsSignedAreMalformed(t *testing.T) {
	f := newForge(t)
	for _, more := range []string{
		`"b64":false`, `"b64":true`, `"crit":["b64"],"b64":false`, `"crit":[]`, `"crit":["exp"]`, `"enc":"A256GCM"`,
	} {
		token := f.sign(`{"alg":"RS256","kid":"k",`+more+`}`, claims())
		require.ErrorIs(t, f.verify(token), oauthverify.ErrMalformed, more)
	}
}

func TestOnlyTheCanonicalEncodingOfATokenIsAccepted(t *testing.T) {
	f := newForge(t)
	good := f.sign(header, claims())
	require.NoError(t, f.verify(good))
	last := good[len(good)-1]
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	same := digits[strings.IndexByte(digits, last)^1] // the unused bits of 256 bytes: four of them
	for name, token := range map[string]string{
		"unused bits":         good[:len(good)-1] + string(same),
		"padding":             good + "==",
		"a line feed":         good[:10] + "\n" + good[10:],
		"a carriage return":   good + "\r",
		"a space":             good + " ",
		"standard base64":     strings.Replace(good, "-", "+", 1),
		"a fourth part":       good + ".x",
		"cut by a byte":       good[:len(good)-1],
		"no signature":        good[:strings.LastIndex(good, ".")+1],
		"a part less":         good[:strings.LastIndex(good, ".")],
		"JSON serialization":  `{"payload":"","signatures":[]}`,
		"a byte order mark":   f.sign("\ufeff"+header, claims()),
		"not UTF-8":           f.sign(header, strings.Replace(claims(), `{`, "{\"x\":\"\xff\",", 1)),
		"more than one value": f.sign(header, claims()+"{}"),
	} {
		require.ErrorIs(t, f.verify(token), oauthverify.ErrInvalidToken, name)
	}
}

func TestAJWEIsNotAJWTOfTheIssuer(t *testing.T) {
	f := newForge(t)
	recipient := jose.Recipient{Algorithm: jose.RSA_OAEP, Key: &f.private.PublicKey, KeyID: "k"}
	encrypter, err := jose.NewEncrypter(jose.A128GCM, recipient, nil)
	require.NoError(t, err)
	object, err := encrypter.Encrypt([]byte(claims()))
	require.NoError(t, err)
	token, err := object.CompactSerialize()
	require.NoError(t, err)

	require.ErrorIs(t, f.verify(token), oauthverify.ErrMalformed, "it is opaque, and only JWTs are accepted")
}

func TestHugeAndDeepTokensAreRefusedAtOnce(t *testing.T) {
	f := newForge(t)
	deep := strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000)
	for name, token := range map[string]string{
		"longer than the limit": strings.Repeat("a", 1<<20+1),
		"deep claims":           f.sign(header, `{"iss":"https://api.telnyx.com","x":`+deep+`}`),
		"deep header":           f.sign(`{"alg":"RS256","x":`+deep+`}`, claims()),
		"many dots":             strings.Repeat(".", 100_000),
	} {
		require.ErrorIs(t, f.verify(token), oauthverify.ErrMalformed, name)
	}
	s := keySet(t, `{"kty":"OKP","crv":"Ed25519","kid":"k","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`)
	for name, token := range map[string]string{
		"a deep header without a limit of size": encode(`{"alg":"EdDSA","x":`+
			strings.Repeat(`{"a":`, 1_000_000)+`1`+strings.Repeat(`}`, 1_000_000)+`}`) + "..",
		"a header of many members": encode(`{"alg":"EdDSA"`+members(20_000)+`}`) + "..AA",
	} {
		_, err := s.VerifySignature(t.Context(), token)
		require.ErrorIs(t, err, oauthverify.ErrInvalidToken, name)
	}
}

// members are n members of an object.
func members(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, `,"m%d":0`, i)
	}
	return text.String()
}

func TestKeysThatAreWeakOrWrongAreNotUsed(t *testing.T) {
	const x, y = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
	n := rfcVectors()["RFC 7515, A.2, RS256"].key
	ec := func(more string) string {
		return `{"kty":"EC","crv":"P-256","x":"` + x + `","y":"` + y + `"` + more + `}`
	}
	infinity := strings.Repeat("A", 43)
	rsaOf := func(modulus []byte) string {
		return `{"kty":"RSA","e":"AQAB","n":"` + base64.RawURLEncoding.EncodeToString(modulus) + `"}`
	}
	for name, jwk := range map[string]string{
		"a point off the curve":           `{"kty":"EC","crv":"P-256","x":"` + x + `","y":"` + x + `"}`,
		"the point at infinity":           `{"kty":"EC","crv":"P-256","x":"` + infinity + `","y":"` + infinity + `"}`,
		"a short coordinate":              `{"kty":"EC","crv":"P-256","x":"` + x[:42] + `","y":"` + y + `"}`,
		"another curve":                   `{"kty":"EC","crv":"secp256k1","x":"` + x + `","y":"` + y + `"}`,
		"the curve of another length":     `{"kty":"EC","crv":"P-384","x":"` + x + `","y":"` + y + `"}`,
		"a private member":                ec(`,"d":"AAAA"`),
		"for encryption":                  ec(`,"use":"enc"`),
		"for signing only":                ec(`,"key_ops":["sign"]`),
		"key_ops as text":                 ec(`,"key_ops":"verify"`),
		"of another algorithm":            ec(`,"alg":"RS256"`),
		"with alg none":                   ec(`,"alg":"none"`),
		"of HS256":                        ec(`,"alg":"HS256"`),
		"a kid that is a number":          ec(`,"kid":1`),
		"a use that is null":              ec(`,"use":null`),
		"a member twice":                  ec(`,"x":"` + x + `"`),
		"a symmetric key":                 `{"kty":"oct","k":"AAAA"}`,
		"Ed448":                           `{"kty":"OKP","crv":"Ed448","x":"AAAA"}`,
		"X25519":                          `{"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`,
		"an Ed25519 key that is short":    `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg"}`,
		"an exponent of 1":                strings.Replace(n, `"AQAB"`, `"AQ"`, 1),
		"an even exponent":                strings.Replace(n, `"AQAB"`, `"BA"`, 1),
		"an exponent of 2^40+1":           strings.Replace(n, `"AQAB"`, `"AQAAAAAB"`, 1),
		"no exponent":                     strings.Replace(n, `,"e":"AQAB"`, ``, 1),
		"1024 bits":                       rsaOf(append([]byte{0x80}, make([]byte, 127)...)),
		"16384 bits":                      rsaOf(append([]byte{0x81}, make([]byte, 2047)...)),
		"standard base64 for a parameter": ec(``)[:30] + strings.Replace(ec(``)[30:], "_", "/", 1),
		"padding in a parameter":          strings.Replace(ec(``), x, x+"=", 1),
		"no kty":                          `{"crv":"P-256"}`,
	} {
		_, err := publicKey(t, jwk)
		require.Error(t, err, name)
	}
	_, err := publicKey(t, ec(`,"use":"sig","key_ops":["verify","sign"],"alg":"ES256","kid":"k","x5c":["AAAA"],"more":{}`))
	require.NoError(t, err)
}

func TestSeveralKeysOfOneKidAreAmbiguous(t *testing.T) {
	v := rfcVectors()["RFC 7520, 4.1, RS256"]
	other := strings.Replace(rfcVectors()["RFC 7515, A.2, RS256"].key, `{`, `{"kid":"bilbo.baggins@hobbiton.example",`, 1)
	verify := func(keys ...string) error {
		_, err := keySet(t, keys...).VerifySignature(t.Context(), v.token)
		return err
	}

	require.NoError(t, verify(v.key, v.key), "the same key twice is one")
	require.ErrorIs(t, verify(v.key, other), oauthverify.ErrSignature, "none of two is used")
	ofRS512 := strings.Replace(other, `{`, `{"alg":"RS512",`, 1)
	require.NoError(t, verify(v.key, ofRS512), "the other is for another algorithm")
	forEncryption := strings.Replace(other, `{`, `{"use":"enc",`, 1)
	require.NoError(t, verify(v.key, forEncryption), "an unusable key does not count")
}

func TestClaimsThatOnlyLookRightAreRefused(t *testing.T) {
	f := newForge(t)
	good := claims()
	for name, changed := range map[string]string{
		"an issuer with a slash":     strings.Replace(good, `telnyx.com"`, `telnyx.com/"`, 1),
		"a look-alike issuer":        strings.Replace(good, `telnyx`, "tеlnyx", 1),
		"an issuer in capitals":      strings.Replace(good, `https`, `HTTPS`, 1),
		"an audience in another one": strings.Replace(good, `"aud":"`, `"aud":"x `, 1),
		"an audience as a prefix":    strings.Replace(good, `mcp"`, `mcp/x"`, 1),
		"a look-alike member":        strings.Replace(good, `"aud"`, `"Aud"`, 1),
	} {
		require.NotEqual(t, good, changed, name)
		require.ErrorIs(t, f.verify(f.sign(header, changed)), oauthverify.ErrInvalidToken, name)
	}
	for name, scope := range map[string]string{
		"a prefix": "voice.rea", "longer": "voice.reading", "in capitals": "Voice.Read", "a tab": "x\\tvoice.read",
		"a no-break space": "x\u00a0voice.read", "a look-alike": "voice.reаd",
	} {
		_, err := f.verifier.Verify(t.Context(), f.sign(header, strings.Replace(good, "voice.read", scope, 1)), "voice.read")
		require.ErrorIs(t, err, oauthverify.ErrInsufficientScope, name)
	}
	spaced := f.sign(header, strings.Replace(good, "voice.read", "a  voice.read ", 1))
	_, err := f.verifier.Verify(t.Context(), spaced, "voice.read")
	require.NoError(t, err)
}
