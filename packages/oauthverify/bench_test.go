package oauthverify_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
	"github.com/team-telnyx/telnyx-go/packages/oauthverify"
)

// signed returns a token that is signed with a new key of an algorithm, the key set that has the key, and the key.
func signed(b testing.TB, alg jose.SignatureAlgorithm) (token, keys string, public crypto.PublicKey) {
	b.Helper()
	var private any
	switch alg {
	case jose.ES256:
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(b, err)
		private, public = key, &key.PublicKey
	case jose.EdDSA:
		pub, key, err := ed25519.GenerateKey(rand.Reader)
		require.NoError(b, err)
		private, public = key, pub
	default:
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		require.NoError(b, err)
		private, public = key, &key.PublicKey
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: private, KeyID: "k"}},
		(&jose.SignerOptions{}).WithType("at+jwt"))
	require.NoError(b, err)
	token, err = jwt.Signed(signer).Claims(map[string]any{
		"iss": "https://api.telnyx.test", "sub": "user", "aud": resource, "client_id": "app", "scope": "voice.read",
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(), "jti": "0f1e2d3c",
	}).Serialize()
	require.NoError(b, err)
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: public, KeyID: "k", Use: "sig", Algorithm: string(alg)},
	}})
	require.NoError(b, err)
	return token, string(set), public
}

// benchVerifier is a verifier over a key set.
func benchVerifier(b testing.TB, keys string) (*oauthverify.Verifier, *oauthtest.Server) {
	b.Helper()
	srv := oauthtest.New()
	b.Cleanup(srv.Close)
	if keys != "" {
		srv.AnswerNext(oauthtest.GetOAuthJWKS, oauthtest.Answer{Body: keys})
	}
	app := srv.AddClient(oauthtest.Client{})
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(srv.BaseURL()),
		option.WithHTTPClient(srv.Client()), option.WithClientID(app.ID), option.WithClientSecret(app.Secret))
	v, err := oauthverify.New(client, oauthverify.Policy{Issuer: "https://api.telnyx.test", Resource: resource})
	require.NoError(b, err)
	return v, srv
}

// Compared with go-jose for the same token: parse, verify, and check the claims.
func BenchmarkVerify(b *testing.B) {
	for _, alg := range []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.ES256, jose.EdDSA} {
		token, keys, public := signed(b, alg)
		v, _ := benchVerifier(b, keys)
		_, err := v.Verify(b.Context(), token, "voice.read")
		require.NoError(b, err)
		b.Run(string(alg)+"/jose", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				joseVerify(b, token, alg, public)
			}
		})
		b.Run(string(alg)+"/verifier", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := v.Verify(b.Context(), token, "voice.read"); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(string(alg)+"/jose-16", func(b *testing.B) {
			b.SetParallelism(16 / runtime.GOMAXPROCS(0))
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					joseVerify(b, token, alg, public)
				}
			})
		})
		b.Run(string(alg)+"/verifier-16", func(b *testing.B) {
			b.SetParallelism(16 / runtime.GOMAXPROCS(0))
			ctx := b.Context()
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if _, err := v.Verify(ctx, token, "voice.read"); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

func joseVerify(b *testing.B, token string, alg jose.SignatureAlgorithm, public crypto.PublicKey) {
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{alg})
	if err != nil {
		b.Fatal(err)
	}
	var standard jwt.Claims
	var more struct {
		Scope    string `json:"scope"`
		ClientID string `json:"client_id"`
	}
	if err = parsed.Claims(public, &standard, &more); err != nil {
		b.Fatal(err)
	}
	if err = standard.Validate(jwt.Expected{
		Issuer: "https://api.telnyx.test", AnyAudience: jwt.Audience{resource}, Time: time.Now(),
	}); err != nil {
		b.Fatal(err)
	}
}

// What the middleware adds to Verify.
func BenchmarkMiddleware(b *testing.B) {
	token, keys, _ := signed(b, jose.EdDSA)
	v, _ := benchVerifier(b, keys)
	handler := v.Require("voice.read")(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	req := httptest.NewRequest("GET", "/", nil)
	req.Header.Set("Authorization", "Bearer "+token)
	b.Run("verify", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := v.Verify(b.Context(), token, "voice.read"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("middleware", func(b *testing.B) {
		b.ReportAllocs()
		w := httptest.NewRecorder()
		for b.Loop() {
			if handler.ServeHTTP(w, req); w.Code != 200 {
				b.Fatal(w.Code)
			}
		}
	})
}

func BenchmarkCachedIntrospection(b *testing.B) {
	v, srv := benchVerifier(b, "")
	token := srv.MintToken(oauthtest.Minted{Audience: []string{resource}, Scopes: []string{"voice.read"}, Opaque: true})
	_, err := v.Verify(b.Context(), token, "voice.read")
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(b.Context(), token, "voice.read"); err != nil {
			b.Fatal(err)
		}
	}
}

// The memory of a cached introspection, as the metric B/answer.
func BenchmarkCachedIntrospectionMemory(b *testing.B) {
	srv := oauthtest.New(oauthtest.WithHistory(0))
	defer srv.Close()
	app := srv.AddClient(oauthtest.Client{})
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(srv.BaseURL()),
		option.WithHTTPClient(srv.Client()), option.WithClientID(app.ID), option.WithClientSecret(app.Secret))
	const answers = 5000
	for b.Loop() {
		i, err := oauthverify.NewIntrospector(client, oauthverify.IntrospectorConfig{Budget: 1 << 30, MaxAge: time.Hour})
		require.NoError(b, err)
		tokens := make([]string, answers)
		for n := range tokens {
			tokens[n] = srv.MintToken(oauthtest.Minted{
				ClientID: fmt.Sprintf("client-%d", n), Subject: "a-user-of-it", Audience: []string{resource},
				Scopes: []string{"voice.read", "voice.write"}, Opaque: true,
			})
		}
		before := heap()
		for _, token := range tokens {
			_, err := i.Introspect(b.Context(), token)
			require.NoError(b, err)
		}
		b.ReportMetric(float64(heap()-before)/answers, "B/answer")
		runtime.KeepAlive(i)
		srv.Reset()
		app = srv.AddClient(app)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
