package telnyx_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// A scenario makes the calls of one recording, and returns what the SDK read from the last answer.
type scenario struct {
	*testing.T
	telnyx.Client
}

// read has the values that a scenario read, by name.
type read map[string]any

// TestEveryOperationReadsItsRecording also makes the recordings; see testdata/fixtures/README.md.
func TestEveryOperationReadsItsRecording(t *testing.T) {
	for operation, fixture := range fixtures() {
		t.Run(operation, func(t *testing.T) {
			recording := os.Getenv("TELNYX_RECORD") == "1"

			got := fixture.run(newScenario(t, filepath.Join("testdata/fixtures", operation)))

			if diff := cmp.Diff(fixture.want, got); diff != "" && !recording {
				t.Errorf("read (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEveryOperationOfTheContractHasARecording(t *testing.T) {
	contract, err := os.ReadFile("api/openapi.yaml")
	require.NoError(t, err)
	var operations []string
	for line := range strings.Lines(string(contract)) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "operationId: "); ok {
			operations = append(operations, id)
		}
	}
	require.Len(t, operations, 17)
	for _, operation := range operations {
		require.FileExists(t, filepath.Join("testdata/fixtures", operation+".yaml"))
		require.Contains(t, fixtures(), operation)
	}
	files, err := filepath.Glob("testdata/fixtures/*.yaml")
	require.NoError(t, err)
	require.Len(t, files, len(operations), "a recording that no scenario uses")
}

func TestRecordingTwiceGivesTheSameFile(t *testing.T) {
	t.Setenv("TELNYX_RECORD", "1")
	t.Setenv("TELNYX_API_KEY", "") // record from the server of this process
	for operation, fixture := range fixtures() {
		var texts []string
		for range 2 {
			path := filepath.Join(t.TempDir(), operation)
			t.Run(operation, func(t *testing.T) { fixture.run(newScenario(t, path)) })
			text, err := os.ReadFile(path + ".yaml")
			require.NoError(t, err)
			texts = append(texts, string(text))
		}
		require.Equal(t, texts[0], texts[1])
	}
}

// newScenario replays a recording. With TELNYX_RECORD=1 it makes one: with TELNYX_API_KEY from the live API, else from
// a server of its own.
func newScenario(t *testing.T, path string) *scenario {
	key, base := "KEY of the replay", "https://api.telnyx.com/v2"
	var through []oauthtest.RecordOption
	if os.Getenv("TELNYX_RECORD") == "1" {
		if key = os.Getenv("TELNYX_API_KEY"); key == "" {
			srv := oauthtest.New()
			t.Cleanup(srv.Close)
			key, base = srv.APIKey(), srv.BaseURL()
			through = append(through, oauthtest.RecordThrough(srv.Transport()))
		}
	}
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithAPIKey(key), option.WithBaseURL(base),
		option.WithHTTPClient(oauthtest.Record(t, path, through...)))
	return &scenario{t, client}
}

const callback = "https://app.example.com/callback"

// app creates a client with every grant type, and deletes it when the scenario is over.
func (s *scenario) app(name string) telnyx.OAuthClient {
	app := s.create(name)
	s.deleteLater(app.ClientID)
	return app
}

func (s *scenario) create(name string) telnyx.OAuthClient {
	res, err := s.OAuthClients.New(s.Context(), telnyx.OAuthClientNewParams{
		Name:              name,
		ClientType:        telnyx.OAuthClientNewParamsClientTypeConfidential,
		AllowedGrantTypes: []string{"authorization_code", "refresh_token", "client_credentials"},
		AllowedScopes:     []string{"messaging.read", "numbers.read"},
		RedirectUris:      []string{callback},
	})
	require.NoError(s, err)
	return res.Data
}

func (s *scenario) deleteLater(clientID string) {
	s.Cleanup(func() { require.NoError(s, s.OAuthClients.Delete(context.Background(), clientID)) })
}

// as authenticates as a client at the token and introspection endpoints.
func as(app telnyx.OAuthClient) []option.RequestOption {
	return []option.RequestOption{option.WithClientID(app.ClientID), option.WithClientSecret(app.ClientSecret)}
}

// machineToken gets a token with the client credentials grant.
func (s *scenario) machineToken(app telnyx.OAuthClient) *telnyx.OAuthTokenResponse {
	res, err := s.OAuth.Token(s.Context(), telnyx.OAuthTokenParams{
		GrantType: telnyx.OAuthTokenParamsGrantTypeClientCredentials,
		Scope:     telnyx.String("messaging.read"),
	}, as(app)...)
	require.NoError(s, err)
	return res
}

// A login is what a program keeps between the authorization request and the code. Each run has new values.
type login struct{ state, verifier string }

func newLogin() login { return login{rand.Text(), rand.Text() + rand.Text()} }

// authorize returns where the authorization request of a login redirects to.
func (s *scenario) authorize(app telnyx.OAuthClient, l login) *url.URL {
	challenge := sha256.Sum256([]byte(l.verifier))
	var res *http.Response
	err := s.OAuth.GetAuthorize(s.Context(), telnyx.OAuthGetAuthorizeParams{
		ResponseType:        telnyx.OAuthGetAuthorizeParamsResponseTypeCode,
		ClientID:            app.ClientID,
		RedirectUri:         callback,
		Scope:               telnyx.String("messaging.read numbers.read"),
		State:               telnyx.String(l.state),
		CodeChallenge:       telnyx.String(base64.RawURLEncoding.EncodeToString(challenge[:])),
		CodeChallengeMethod: telnyx.OAuthGetAuthorizeParamsCodeChallengeMethodS256,
	}, option.WithResponseInto(&res))
	require.NoError(s, err)
	to, err := res.Location()
	require.NoError(s, err)
	return to
}

// consent allows a login, and returns the redirect URI with the code.
func (s *scenario) consent(consentPage *url.URL) *url.URL {
	res, err := s.OAuth.Grants(s.Context(), telnyx.OAuthGrantsParams{
		Allowed: true, ConsentToken: consentPage.Query().Get("consent_token"),
	})
	require.NoError(s, err)
	to, err := url.Parse(res.RedirectUri)
	require.NoError(s, err)
	return to
}

// signIn goes through a whole login.
func (s *scenario) signIn(app telnyx.OAuthClient) *telnyx.OAuthTokenResponse {
	l := newLogin()
	to := s.consent(s.authorize(app, l))
	require.Equal(s, l.state, to.Query().Get("state"), "the state of this run, not that of the recording")
	res, err := s.OAuth.Token(s.Context(), telnyx.OAuthTokenParams{
		GrantType:    telnyx.OAuthTokenParamsGrantTypeAuthorizationCode,
		Code:         telnyx.String(to.Query().Get("code")),
		CodeVerifier: telnyx.String(l.verifier),
		RedirectUri:  telnyx.String(callback),
	}, as(app)...)
	require.NoError(s, err)
	return res
}

// grantOf finds the grant of a client among those of the account.
func (s *scenario) grantOf(app telnyx.OAuthClient) telnyx.OAuthGrant {
	for grant, err := range s.OAuthGrants.ListAutoPaging(s.Context(), telnyx.OAuthGrantListParams{}).All() {
		require.NoError(s, err)
		if grant.ClientID == app.ClientID {
			return grant
		}
	}
	s.Fatal("the client has no grant")
	return telnyx.OAuthGrant{}
}

type fixture struct {
	run  func(*scenario) read
	want read
}

// fixtures are the scenarios by operationId. The wanted values are those of the recording, which replaces some: ids are
// numbered, and every date is the first instant of 2000.
func fixtures() map[string]fixture {
	began := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	const firstID, secondID = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
	return map[string]fixture{
		"GetOAuthAuthorizationServerMetadata": {
			run: func(s *scenario) read {
				res, err := s.WellKnown.GetAuthorizationServerMetadata(s.Context())
				require.NoError(s, err)
				return read{
					"issuer": res.Issuer, "authorize": res.AuthorizationEndpoint, "token": res.TokenEndpoint, "keys": res.JwksUri,
					"introspect": res.IntrospectionEndpoint, "register": res.RegistrationEndpoint,
					"PKCE": res.CodeChallengeMethodsSupported, "grants": res.GrantTypesSupported, "scopes": len(res.ScopesSupported),
				}
			},
			want: read{
				"issuer": "https://api.telnyx.com", "authorize": "https://api.telnyx.com/v2/oauth/authorize",
				"token": "https://api.telnyx.com/v2/oauth/token", "keys": "https://api.telnyx.com/v2/oauth/jwks",
				"introspect": "https://api.telnyx.com/v2/oauth/introspect", "register": "https://api.telnyx.com/v2/oauth/register",
				"PKCE": []string{"S256"}, "grants": []string{"client_credentials", "authorization_code", "refresh_token"},
				"scopes": 32,
			},
		},
		"GetOAuthProtectedResourceMetadata": {
			run: func(s *scenario) read {
				res, err := s.WellKnown.GetProtectedResourceMetadata(s.Context())
				require.NoError(s, err)
				return read{"resource": res.Resource, "servers": res.AuthorizationServers}
			},
			want: read{"resource": "https://api.telnyx.com", "servers": []string{"https://api.telnyx.com"}},
		},
		"AuthorizeOAuth": {
			run: func(s *scenario) read {
				to := s.authorize(s.app("Fixture"), newLogin())
				return read{"location": to.String()}
			},
			want: read{"location": "https://api.telnyx.com/consent?consent_token=redacted-consent_token-1"},
		},
		"GetOAuthConsentToken": {
			run: func(s *scenario) read {
				page := s.authorize(s.app("Fixture"), newLogin())
				res, err := s.OAuth.Get(s.Context(), page.Query().Get("consent_token"))
				require.NoError(s, err)
				return read{
					"client": res.Data.ClientID, "name": res.Data.Name, "redirect": res.Data.RedirectUri,
					"scopes": len(res.Data.RequestedScopes), "scope": res.Data.RequestedScopes[0].ID,
					"logo": res.Data.JSON.LogoUri.Raw(), "verified": res.Data.Verified,
				}
			},
			want: read{
				"client": firstID, "name": "Fixture", "redirect": "https://app.example.com/callback",
				"scopes": 2, "scope": "messaging.read", "logo": "null", "verified": false,
			},
		},
		"CreateOAuthGrant": {
			run: func(s *scenario) read {
				to := s.consent(s.authorize(s.app("Fixture"), newLogin()))
				return read{"host": to.Host, "path": to.Path, "code": to.Query().Get("code")}
			},
			want: read{"host": "app.example.com", "path": "/callback", "code": "redacted-code-1"},
		},
		"IntrospectOAuthToken": {
			run: func(s *scenario) read {
				app := s.app("Fixture")
				token := s.machineToken(app)
				res, err := s.OAuth.Introspect(s.Context(), telnyx.OAuthIntrospectParams{Token: token.AccessToken}, as(app)...)
				require.NoError(s, err)
				return read{
					"active": res.Active, "client": res.ClientID, "scope": res.Scope, "issuer": res.Iss, "audience": res.Aud,
					"issued": res.Iat, "expires": res.Exp,
				}
			},
			want: read{
				"active": true, "client": firstID, "scope": "messaging.read", "issuer": "https://api.telnyx.com",
				"audience": "https://api.telnyx.com", "issued": int64(946684800), "expires": int64(946686600),
			},
		},
		"GetOAuthJWKS": {
			run: func(s *scenario) read {
				res, err := s.OAuth.GetJwks(s.Context())
				require.NoError(s, err)
				return read{
					"keys": len(res.Keys), "id": res.Keys[0].Kid, "type": res.Keys[0].Kty,
					"for": res.Keys[0].Use + " " + res.Keys[0].Alg,
				}
			},
			want: read{"keys": 1, "id": firstID, "type": "RSA", "for": "sig RS256"},
		},
		"RegisterOAuthClient": {
			run: func(s *scenario) read {
				res, err := s.OAuth.Register(s.Context(), telnyx.OAuthRegisterParams{
					ClientName: telnyx.String("Fixture"), RedirectUris: []string{callback}, Scope: telnyx.String("messaging.read"),
					GrantTypes: []string{"authorization_code", "refresh_token"},
				})
				require.NoError(s, err)
				s.deleteLater(res.ClientID)
				return read{
					"id": res.ClientID, "at": res.ClientIDIssuedAt, "name": res.ClientName, "secret": res.ClientSecret,
					"grants":    res.GrantTypes,
					"redirects": res.RedirectUris, "responses": res.ResponseTypes, "scope": res.Scope,
					"method": res.TokenEndpointAuthMethod,
				}
			},
			want: read{
				"id": firstID, "at": int64(946684800), "name": "Fixture", "secret": "redacted-client_secret-1",
				"grants":    []string{"authorization_code", "refresh_token"},
				"redirects": []string{"https://app.example.com/callback"},
				"responses": []string{"code"}, "scope": "messaging.read", "method": "client_secret_basic",
			},
		},
		"ExchangeOAuthToken": {
			run: func(s *scenario) read {
				app := s.app("Fixture")
				first := s.signIn(app)
				refresh := telnyx.OAuthTokenParams{
					GrantType:    telnyx.OAuthTokenParamsGrantTypeRefreshToken,
					RefreshToken: telnyx.String(first.RefreshToken),
				}
				second, err := s.OAuth.Token(s.Context(), refresh, as(app)...)
				require.NoError(s, err)
				_, err = s.OAuth.Token(s.Context(), refresh, as(app)...)
				require.ErrorIs(s, err, telnyx.ErrInvalidGrant, "a refresh token that comes back")
				return read{
					"first": first.AccessToken, "type": first.TokenType, "lives": first.ExpiresIn, "scope": first.Scope,
					"refresh": first.RefreshToken, "second": second.AccessToken, "rotated": second.RefreshToken,
					"machine": s.machineToken(app).AccessToken,
				}
			},
			want: read{
				"first": "redacted-access_token-1", "type": telnyx.OAuthTokenResponseTokenTypeBearer, "lives": int64(1800),
				"scope": "messaging.read numbers.read", "refresh": "redacted-refresh_token-1",
				"second": "redacted-access_token-2", "rotated": "redacted-refresh_token-2", "machine": "redacted-access_token-3",
			},
		},
		"ListOAuthClients": {
			run: func(s *scenario) read {
				for _, name := range []string{"Fixture one", "Fixture two", "Fixture three"} {
					s.app(name)
				}
				pager := s.OAuthClients.ListAutoPaging(s.Context(), telnyx.OAuthClientListParams{
					FilterNameContains: telnyx.String("Fixture"), PageSize: telnyx.Int(2),
				})
				var names []string
				for client, err := range pager.All() {
					require.NoError(s, err)
					names = append(names, client.Name)
				}
				page, err := s.OAuthClients.List(
					s.Context(), telnyx.OAuthClientListParams{FilterName: telnyx.String("Fixture two")},
				)
				require.NoError(s, err)
				return read{
					"names": names, "id": page.Data[0].ClientID, "pages": page.Meta.TotalPages, "results": page.Meta.TotalResults,
				}
			},
			want: read{
				"names": []string{"Fixture one", "Fixture two", "Fixture three"}, "id": secondID, "pages": int64(1),
				"results": int64(1),
			},
		},
		"CreateOAuthClient": {
			run: func(s *scenario) read {
				app := s.app("Fixture")
				return read{
					"id": app.ClientID, "secret": app.ClientSecret, "type": app.ClientType, "name": app.Name, "org": app.OrgID,
					"record": app.RecordType, "grants": app.AllowedGrantTypes, "scopes": app.AllowedScopes, "created": app.CreatedAt,
				}
			},
			want: read{
				"id": firstID, "secret": "redacted-client_secret-1", "type": telnyx.OAuthClientClientTypeConfidential,
				"name": "Fixture",
				"org":  "redacted-org_id-1", "record": telnyx.OAuthClientRecordTypeOAuthClient,
				"grants":  []string{"authorization_code", "refresh_token", "client_credentials"},
				"scopes":  []string{"messaging.read", "numbers.read"},
				"created": began,
			},
		},
		"GetOAuthClient": {
			run: func(s *scenario) read {
				res, err := s.OAuthClients.Get(s.Context(), s.app("Fixture").ClientID)
				require.NoError(s, err)
				return read{
					"id": res.Data.ClientID, "secret": res.Data.JSON.ClientSecret.Raw(), "name": res.Data.Name,
					"redirects": res.Data.RedirectUris, "PKCE": res.Data.RequirePkce, "created": res.Data.CreatedAt,
				}
			},
			want: read{
				"id": firstID, "secret": "null", "name": "Fixture", "redirects": []string{"https://app.example.com/callback"},
				"PKCE": false, "created": began,
			},
		},
		"UpdateOAuthClient": {
			run: func(s *scenario) read {
				res, err := s.OAuthClients.Update(s.Context(), s.app("Fixture").ClientID, telnyx.OAuthClientUpdateParams{
					Name: telnyx.String("Fixture, renamed"), LogoUri: telnyx.String("https://app.example.com/logo.png"),
				})
				require.NoError(s, err)
				return read{"id": res.Data.ClientID, "name": res.Data.Name, "logo": res.Data.LogoUri, "updated": res.Data.UpdatedAt}
			},
			want: read{"id": firstID, "name": "Fixture, renamed", "logo": "https://app.example.com/logo.png", "updated": began},
		},
		"DeleteOAuthClient": {
			run: func(s *scenario) read {
				app := s.create("Fixture")
				require.NoError(s, s.OAuthClients.Delete(s.Context(), app.ClientID))
				_, err := s.OAuthClients.Get(s.Context(), app.ClientID)
				var gone *telnyx.Error
				require.ErrorAs(s, err, &gone)
				return read{"status": gone.StatusCode, "code": gone.Code}
			},
			want: read{"status": 404, "code": "not_found"},
		},
		"ListOAuthGrants": {
			run: func(s *scenario) read {
				app := s.app("Fixture")
				s.signIn(app)
				grant := s.grantOf(app)
				return read{
					"id": grant.ID, "client": grant.ClientID, "scopes": grant.Scopes, "created": grant.CreatedAt,
					"used": grant.LastUsedAt,
				}
			},
			want: read{
				"id": secondID, "client": firstID, "scopes": []string{"messaging.read", "numbers.read"}, "created": began,
				"used": began,
			},
		},
		"GetOAuthGrant": {
			run: func(s *scenario) read {
				app := s.app("Fixture")
				s.consent(s.authorize(app, newLogin()))
				res, err := s.OAuthGrants.Get(s.Context(), s.grantOf(app).ID)
				require.NoError(s, err)
				return read{
					"id": res.Data.ID, "client": res.Data.ClientID, "record": res.Data.RecordType,
					"used": res.Data.JSON.LastUsedAt.Raw(),
				}
			},
			want: read{"id": secondID, "client": firstID, "record": telnyx.OAuthGrantRecordTypeOAuthGrant, "used": "null"},
		},
		"RevokeOAuthGrant": {
			run: func(s *scenario) read {
				app := s.app("Fixture")
				tokens := s.signIn(app)
				res, err := s.OAuthGrants.Delete(s.Context(), s.grantOf(app).ID)
				require.NoError(s, err)
				after, err := s.OAuth.Introspect(s.Context(), telnyx.OAuthIntrospectParams{Token: tokens.AccessToken}, as(app)...)
				require.NoError(s, err)
				return read{"id": res.Data.ID, "scopes": res.Data.Scopes, "active": after.Active}
			},
			want: read{"id": secondID, "scopes": []string{"messaging.read", "numbers.read"}, "active": false},
		},
	}
}
