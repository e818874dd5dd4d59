package telnyx_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/param"
	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// Responses of the API. Every object has a member that this version of the SDK does not know.
const (
	serverMetadataJSON = `{
  "issuer": "https://api.telnyx.com",
  "authorization_endpoint": "https://api.telnyx.com/v2/oauth/authorize",
  "token_endpoint": "https://api.telnyx.com/v2/oauth/token",
  "introspection_endpoint": "https://api.telnyx.com/v2/oauth/introspect",
  "registration_endpoint": "https://api.telnyx.com/v2/oauth/register",
  "jwks_uri": "https://api.telnyx.com/v2/oauth/jwks",
  "scopes_supported": ["messaging.read", "numbers.read"],
  "response_types_supported": ["code"],
  "grant_types_supported": ["client_credentials", "authorization_code", "refresh_token"],
  "code_challenge_methods_supported": ["S256"],
  "token_endpoint_auth_methods_supported": ["none", "client_secret_basic"],
  "agent_auth": {"skill": "https://telnyx.com/auth.md"}
}`
	resourceMetadataJSON = `{
  "resource": "https://api.telnyx.com", "authorization_servers": ["https://api.telnyx.com"],
  "bearer_methods_supported": ["header"]
}`

	consentJSON = `{"data": {
  "client_id": "c1", "name": "Pager",
  "logo_uri": "https://example.com/logo.png", "tos_uri": null, "policy_uri": "https://example.com/policy",
  "redirect_uri": "https://example.com/callback", "verified": true, "locale": "en",
  "requested_scopes": [{"id": "messaging.read", "name": "Messaging", "description": "May read messages", "risk": 1},
    {"id": "numbers.read", "name": "Numbers", "description": "May read numbers", "risk": 2}]
}, "took_ms": 3}`
	decisionJSON      = `{"redirect_uri": "https://example.com/callback?code=abc\u0026state=xyz", "delivered": false}`
	introspectionJSON = `{
  "active": true, "aud": "https://api.telnyx.com/v2", "client_id": "c1", "exp": 1767227400, "iat": 1767225600,
  "iss": "https://api.telnyx.com", "scope": "messaging.read numbers.read", "token_type": "Bearer"
}`
	keySetJSON = `{
  "keys": [{"alg": "RS256", "kid": "k1", "kty": "RSA", "use": "sig", "n": "u1Sf", "e": "AQAB"}],
  "next_rotation": 1767312000
}`
	registrationJSON = `{
  "client_id": "c2", "client_id_issued_at": 1767225600, "client_secret": "s3cr3t", "client_name": "Pager",
  "grant_types": ["authorization_code"], "redirect_uris": ["https://example.com/callback"], "response_types": ["code"],
  "scope": "messaging.read", "token_endpoint_auth_method": "client_secret_basic",
  "logo_uri": "https://example.com/logo.png", "policy_uri": "https://example.com/policy",
  "tos_uri": "https://example.com/tos", "client_secret_expires_at": 0
}`
	tokenJSON = `{
  "access_token": "at-1", "token_type": "Bearer", "expires_in": 1800, "refresh_token": "rt-1",
  "scope": "messaging.read", "id_token": null
}`

	clientJSON = `{
    "record_type": "oauth_client", "client_id": "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e", "client_secret": null,
    "client_type": "confidential",
    "name": "Büro \u2615", "org_id": "o1", "user_id": "u1", "require_pkce": true,
    "allowed_grant_types": ["client_credentials", "authorization_code"], "allowed_scopes": ["messaging.read"],
    "redirect_uris": ["https://example.com/callback"], "logo_uri": "https://example.com/logo.png", "policy_uri": null,
    "tos_uri": "https://example.com/tos",
    "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-02-03T04:05:06.789+01:00",
    "labels": {"team": "voice"}
  }`
	grantJSON = `{
    "id": "7b3ff1a0-5d3c-4b52-9a3f-0a4b1c2d3e4f", "record_type": "oauth_grant", "client_id": "c1",
    "scopes": ["messaging.read", "numbers.read"],
    "created_at": "2026-01-01T00:00:00Z", "last_used_at": "2026-01-02T03:04:05.006Z", "device": null
  }`
	oneClientJSON   = `{"data": ` + clientJSON + `, "took_ms": 3}`
	oneGrantJSON    = `{"data": ` + grantJSON + `, "took_ms": 3}`
	metaJSON        = `{"page_number": 2, "page_size": 1, "total_pages": 2, "total_results": 2, "cursor": "x"}`
	clientsPageJSON = `{"data": [` + clientJSON + `], "meta": ` + metaJSON + `, "took_ms": 3}`
	grantsPageJSON  = `{"data": [` + grantJSON + `], "meta": ` + metaJSON + `, "took_ms": 3}`
)

// newYear is created_at in the JSON above.
var newYear = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func clientInJSON() telnyx.OAuthClient {
	return telnyx.OAuthClient{
		ClientID: "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e", ClientType: telnyx.OAuthClientClientTypeConfidential,
		Name:  "Büro ☕",
		OrgID: "o1", UserID: "u1", RecordType: telnyx.OAuthClientRecordTypeOAuthClient, RequirePkce: true,
		AllowedGrantTypes: []string{"client_credentials", "authorization_code"}, AllowedScopes: []string{"messaging.read"},
		RedirectUris: []string{"https://example.com/callback"}, LogoUri: "https://example.com/logo.png",
		TosUri:    "https://example.com/tos",
		CreatedAt: newYear, UpdatedAt: time.Date(2026, 2, 3, 3, 5, 6, 789e6, time.UTC),
	}
}

func grantInJSON() telnyx.OAuthGrant {
	return telnyx.OAuthGrant{
		ID: "7b3ff1a0-5d3c-4b52-9a3f-0a4b1c2d3e4f", RecordType: telnyx.OAuthGrantRecordTypeOAuthGrant, ClientID: "c1",
		Scopes: []string{"messaging.read", "numbers.read"}, CreatedAt: newYear,
		LastUsedAt: time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC),
	}
}

// A sent request, as the server saw it.
type sent struct {
	Line        string // method and target
	Auth        string
	ContentType string
	Accept      string
	Body        string
}

// A stub is a server that gives every request the same answer.
type stub struct {
	telnyx.Client
	t    *testing.T
	base string
	http *http.Client
	sent []sent
}

// answering starts a stub. Its base URL has a path, which requests must keep.
func answering(t *testing.T, status int, contentType, body string, opts ...option.RequestOption) *stub {
	t.Helper()
	s := &stub{t: t}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.note(r)
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("X-Request-Id", "req-1")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(srv.Close)
	s.base, s.http = srv.URL+"/proxy/v2", srv.Client()
	s.Client = telnyx.NewClient(append([]option.RequestOption{
		option.WithoutEnvironment(), option.WithBaseURL(s.base), option.WithHTTPClient(s.http), option.WithAPIKey("KEY1"),
	}, opts...)...)
	return s
}

func answeringJSON(t *testing.T, status int, body string, opts ...option.RequestOption) *stub {
	t.Helper()
	return answering(t, status, "application/json", body, opts...)
}

func (s *stub) note(r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Error(err)
	}
	if ua := r.Header.Get("User-Agent"); ua != "Telnyx/Go "+telnyx.Version {
		s.t.Errorf("User-Agent: %s", ua)
	}
	s.sent = append(s.sent, sent{
		Line: r.Method + " " + r.RequestURI, Auth: r.Header.Get("Authorization"), ContentType: r.Header.Get("Content-Type"),
		Accept: r.Header.Get("Accept"), Body: string(body),
	})
	for _, name := range []string{
		"Accept", "Accept-Encoding", "Authorization", "Content-Length", "Content-Type", "User-Agent",
	} {
		r.Header.Del(name)
	}
	if len(r.Header) > 0 {
		s.t.Errorf("unexpected headers: %v", r.Header)
	}
}

// saw checks that want was the only request. Accept is JSON unless want says otherwise.
func (s *stub) saw(want sent) {
	s.t.Helper()
	if want.Accept == "" {
		want.Accept = "application/json"
	}
	require.Equal(s.t, []sent{want}, s.sent)
}

// requireDecoded checks that got has the values of want, and the metadata of the JSON that it came from.
func requireDecoded[T any](t *testing.T, want, got T, raw string) {
	t.Helper()
	metadata := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".JSON" }, cmp.Ignore())
	require.Empty(t, cmp.Diff(want, got, metadata))
	requireMetadata(t, reflect.ValueOf(got), raw)
}

func requireMetadata(t *testing.T, v reflect.Value, raw string) {
	t.Helper()
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(raw), &members))
	require.Equal(t, raw, v.Interface().(interface{ RawJSON() string }).RawJSON(), v.Type())
	records := v.FieldByName("JSON")
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name := wireName(field, "json")
		if name == "" {
			continue
		}
		at, member := v.Type().Name()+"."+field.Name, string(members[name])
		require.NotEmpty(t, member, "the test's JSON has no %s", at)
		delete(members, name)
		record := records.FieldByName(field.Name).Interface().(respjson.Field)
		require.Equal(t, member, record.Raw(), at)
		require.Equal(t, member != "null", record.Valid(), at)
		require.Equal(t, member == "null", v.Field(i).IsZero(), at)
		switch value := v.Field(i); {
		case value.Kind() == reflect.Slice && value.Type().Elem().Kind() == reflect.Struct:
			var items []json.RawMessage
			require.NoError(t, json.Unmarshal([]byte(member), &items))
			require.Len(t, items, value.Len(), at)
			for j, item := range items {
				requireMetadata(t, value.Index(j), string(item))
			}
		case value.Kind() == reflect.Struct && field.Type != reflect.TypeFor[time.Time]():
			requireMetadata(t, value, member)
		}
	}
	extra := map[string]string{}
	for name, record := range records.FieldByName("ExtraFields").Interface().(map[string]respjson.Field) {
		extra[name] = record.Raw()
		require.Equal(t, record.Raw() != "null", record.Valid(), name)
	}
	require.NotEmpty(t, members, "the test's JSON has no unknown member: %s", raw)
	for name, member := range members {
		require.Equal(t, string(member), extra[name])
	}
	require.Len(t, extra, len(members))
}

func TestAuthorizationServerMetadataIsReadFromTheRootOfTheHost(t *testing.T) {
	api := answeringJSON(t, 200, serverMetadataJSON)

	res, err := api.WellKnown.GetAuthorizationServerMetadata(t.Context())

	require.NoError(t, err)
	api.saw(sent{Line: "GET /.well-known/oauth-authorization-server"})
	requireDecoded(t, telnyx.WellKnownGetAuthorizationServerMetadataResponse{
		Issuer:                            "https://api.telnyx.com",
		AuthorizationEndpoint:             "https://api.telnyx.com/v2/oauth/authorize",
		TokenEndpoint:                     "https://api.telnyx.com/v2/oauth/token",
		IntrospectionEndpoint:             "https://api.telnyx.com/v2/oauth/introspect",
		RegistrationEndpoint:              "https://api.telnyx.com/v2/oauth/register",
		JwksUri:                           "https://api.telnyx.com/v2/oauth/jwks",
		ScopesSupported:                   []string{"messaging.read", "numbers.read"},
		ResponseTypesSupported:            []string{"code"},
		GrantTypesSupported:               []string{"client_credentials", "authorization_code", "refresh_token"},
		CodeChallengeMethodsSupported:     []string{"S256"},
		TokenEndpointAuthMethodsSupported: []string{"none", "client_secret_basic"},
	}, *res, serverMetadataJSON)
}

func TestProtectedResourceMetadataIsReadFromTheRootOfTheHost(t *testing.T) {
	api := answeringJSON(t, 200, resourceMetadataJSON)

	res, err := api.WellKnown.GetProtectedResourceMetadata(t.Context())

	require.NoError(t, err)
	api.saw(sent{Line: "GET /.well-known/oauth-protected-resource"})
	requireDecoded(t, telnyx.WellKnownGetProtectedResourceMetadataResponse{
		Resource: "https://api.telnyx.com", AuthorizationServers: []string{"https://api.telnyx.com"},
	}, *res, resourceMetadataJSON)
}

func fullAuthorization() telnyx.OAuthGetAuthorizeParams {
	return telnyx.OAuthGetAuthorizeParams{
		ClientID: "c1", RedirectUri: "https://example.com/callback?from=a&to=b",
		ResponseType: telnyx.OAuthGetAuthorizeParamsResponseTypeCode,
		Scope:        telnyx.String("messaging.read numbers.read"), State: telnyx.String("x+y"),
		CodeChallenge:       telnyx.String("E9Melhoa2OwvFrEM"),
		CodeChallengeMethod: telnyx.OAuthGetAuthorizeParamsCodeChallengeMethodS256,
	}
}

const fullAuthorizationQuery = "client_id=c1&code_challenge=E9Melhoa2OwvFrEM&code_challenge_method=S256" +
	"&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback%3Ffrom%3Da%26to%3Db&response_type=code" +
	"&scope=messaging.read+numbers.read&state=x%2By"

func TestGetAuthorizeReturnsNilForAConsentPageAndForARedirect(t *testing.T) {
	for _, status := range []int{200, 302} {
		api := answering(t, status, "text/html", "<p>May Pager read your messages?</p>")
		var res *http.Response

		err := api.OAuth.GetAuthorize(t.Context(), fullAuthorization(), option.WithResponseInto(&res))

		require.NoError(t, err)
		api.saw(sent{Line: "GET /proxy/v2/oauth/authorize?" + fullAuthorizationQuery, Accept: "*/*"})
		require.Equal(t, status, res.StatusCode)
		page, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.Equal(t, "<p>May Pager read your messages?</p>", string(page))
	}
}

func TestAuthorizeURLReturnsTheURLThatGetAuthorizeRequests(t *testing.T) {
	api := answeringJSON(t, 200, "{}")

	u, err := api.OAuth.AuthorizeURL(fullAuthorization())

	require.NoError(t, err)
	require.Equal(t, api.base+"/oauth/authorize?"+fullAuthorizationQuery, u)
	require.Empty(t, api.sent)
}

func TestGetReturnsTheDetailsBehindAConsentToken(t *testing.T) {
	api := answeringJSON(t, 200, consentJSON)

	res, err := api.OAuth.Get(t.Context(), "consent/1 ?")

	require.NoError(t, err)
	api.saw(sent{Line: "GET /proxy/v2/oauth/consent/consent%2F1%20%3F", Auth: "Bearer KEY1"})
	requireDecoded(t, telnyx.OAuthGetResponse{Data: telnyx.OAuthGetResponseData{
		ClientID: "c1", Name: "Pager", LogoUri: "https://example.com/logo.png", PolicyUri: "https://example.com/policy",
		RedirectUri: "https://example.com/callback", Verified: true,
		RequestedScopes: []telnyx.OAuthGetResponseDataRequestedScope{
			{ID: "messaging.read", Name: "Messaging", Description: "May read messages"},
			{ID: "numbers.read", Name: "Numbers", Description: "May read numbers"},
		},
	}}, *res, consentJSON)
}

func TestGrantsSendsTheDecisionAndReturnsWhereTheUserGoes(t *testing.T) {
	for _, allowed := range []bool{true, false} {
		api := answeringJSON(t, 200, decisionJSON)

		res, err := api.OAuth.Grants(t.Context(), telnyx.OAuthGrantsParams{Allowed: allowed, ConsentToken: "consent_1"})

		require.NoError(t, err)
		api.saw(sent{
			Line: "POST /proxy/v2/oauth/grants", Auth: "Bearer KEY1", ContentType: "application/json",
			Body: `{"allowed":` + strconv.FormatBool(allowed) + `,"consent_token":"consent_1"}`,
		})
		requireDecoded(
			t, telnyx.OAuthGrantsResponse{RedirectUri: "https://example.com/callback?code=abc&state=xyz"}, *res, decisionJSON,
		)
	}
}

func TestIntrospectSendsAFormAsTheClient(t *testing.T) {
	api := answeringJSON(t, 200, introspectionJSON, option.WithClientID("id"), option.WithClientSecret("secret"))

	res, err := api.OAuth.Introspect(t.Context(), telnyx.OAuthIntrospectParams{Token: "at-1 &+"})

	require.NoError(t, err)
	api.saw(sent{
		Line: "POST /proxy/v2/oauth/introspect", Auth: "Basic aWQ6c2VjcmV0", ContentType: "application/x-www-form-urlencoded",
		Body: "token=at-1+%26%2B",
	})
	requireDecoded(t, telnyx.OAuthIntrospectResponse{
		Active: true, Aud: "https://api.telnyx.com/v2", ClientID: "c1", Exp: 1767227400, Iat: 1767225600,
		Iss:   "https://api.telnyx.com",
		Scope: "messaging.read numbers.read",
	}, *res, introspectionJSON)
}

func TestGetJwksReturnsTheKeysWithTheirMaterial(t *testing.T) {
	api := answeringJSON(t, 200, keySetJSON)

	res, err := api.OAuth.GetJwks(t.Context())

	require.NoError(t, err)
	api.saw(sent{Line: "GET /proxy/v2/oauth/jwks"})
	requireDecoded(t, telnyx.OAuthGetJwksResponse{
		Keys: []telnyx.OAuthGetJwksResponseKey{{Alg: "RS256", Kid: "k1", Kty: "RSA", Use: "sig"}},
	}, *res, keySetJSON)
	require.Equal(t, `"u1Sf"`, res.Keys[0].JSON.ExtraFields["n"].Raw())
}

func TestRegisterSendsTheMetadataWithoutCredentials(t *testing.T) {
	api := answeringJSON(t, 201, registrationJSON)

	res, err := api.OAuth.Register(t.Context(), telnyx.OAuthRegisterParams{
		ClientName: telnyx.String("Pager"), LogoUri: telnyx.String("https://example.com/logo.png"),
		PolicyUri: telnyx.String("https://example.com/policy"), Scope: telnyx.String("messaging.read"),
		TosUri:     telnyx.String("https://example.com/tos"),
		GrantTypes: []string{"authorization_code"}, RedirectUris: []string{"https://example.com/callback"},
		ResponseTypes:           []string{"code"},
		TokenEndpointAuthMethod: telnyx.OAuthRegisterParamsTokenEndpointAuthMethodClientSecretBasic,
	})

	require.NoError(t, err)
	api.saw(sent{
		Line: "POST /proxy/v2/oauth/register", ContentType: "application/json",
		Body: `{"client_name":"Pager","logo_uri":"https://example.com/logo.png","policy_uri":"https://example.com/policy",` +
			`"scope":"messaging.read","tos_uri":"https://example.com/tos","grant_types":["authorization_code"],` +
			`"redirect_uris":["https://example.com/callback"],"response_types":["code"],` +
			`"token_endpoint_auth_method":"client_secret_basic"}`,
	})
	requireDecoded(t, telnyx.OAuthRegisterResponse{
		ClientID: "c2", ClientIDIssuedAt: 1767225600, ClientSecret: "s3cr3t", ClientName: "Pager",
		GrantTypes:   []string{"authorization_code"},
		RedirectUris: []string{"https://example.com/callback"}, ResponseTypes: []string{"code"}, Scope: "messaging.read",
		TokenEndpointAuthMethod: "client_secret_basic", LogoUri: "https://example.com/logo.png",
		PolicyUri: "https://example.com/policy", TosUri: "https://example.com/tos",
	}, *res, registrationJSON)
}

func TestRegisterWithNothingSendsAnEmptyObject(t *testing.T) {
	api := answeringJSON(t, 201, registrationJSON)

	_, err := api.OAuth.Register(t.Context(), telnyx.OAuthRegisterParams{})

	require.NoError(t, err)
	api.saw(sent{Line: "POST /proxy/v2/oauth/register", ContentType: "application/json", Body: "{}"})
}

func TestTokenSendsAFormWithTheClientInHeaderOrBody(t *testing.T) {
	want := telnyx.OAuthTokenResponse{
		AccessToken: "at-1", TokenType: telnyx.OAuthTokenResponseTokenTypeBearer, ExpiresIn: 1800, RefreshToken: "rt-1",
		Scope: "messaging.read",
	}
	cases := map[string]struct {
		params telnyx.OAuthTokenParams
		auth   string
		body   string
	}{
		"client credentials": {
			telnyx.OAuthTokenParams{
				GrantType: telnyx.OAuthTokenParamsGrantTypeClientCredentials, Scope: telnyx.String("messaging.read numbers.read"),
			},
			"Basic aWQ6c2VjcmV0", "grant_type=client_credentials&scope=messaging.read+numbers.read",
		},
		"a code": {
			telnyx.OAuthTokenParams{
				GrantType: telnyx.OAuthTokenParamsGrantTypeAuthorizationCode, Code: telnyx.String("abc"),
				CodeVerifier: telnyx.String("dBjf"),
				RedirectUri:  telnyx.String("https://example.com/callback"), ClientID: telnyx.String("c1"),
				ClientSecret: telnyx.String("s3cr3t&"),
			},
			"",
			"client_id=c1&client_secret=s3cr3t%26&code=abc&code_verifier=dBjf&grant_type=authorization_code" +
				"&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback",
		},
		"a refresh token": {
			telnyx.OAuthTokenParams{
				GrantType: telnyx.OAuthTokenParamsGrantTypeRefreshToken, RefreshToken: telnyx.String("rt-0"),
			},
			"Basic aWQ6c2VjcmV0", "grant_type=refresh_token&refresh_token=rt-0",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			api := answeringJSON(t, 200, tokenJSON, option.WithClientID("id"), option.WithClientSecret("secret"))

			res, err := api.OAuth.Token(t.Context(), c.params)

			require.NoError(t, err)
			api.saw(
				sent{
					Line: "POST /proxy/v2/oauth/token", Auth: c.auth, ContentType: "application/x-www-form-urlencoded", Body: c.body,
				},
			)
			requireDecoded(t, want, *res, tokenJSON)
		})
	}
}

func TestListOfClientsSendsEveryFilterAndReturnsThePage(t *testing.T) {
	api := answeringJSON(t, 200, clientsPageJSON)

	page, err := api.OAuthClients.List(t.Context(), telnyx.OAuthClientListParams{
		FilterClientID: telnyx.String("c1"), FilterName: telnyx.String("Büro & Co"), FilterNameContains: telnyx.String("ro"),
		FilterVerified: telnyx.Bool(false), PageNumber: telnyx.Int(2), PageSize: telnyx.Int(1),
		FilterAllowedGrantTypesContains: telnyx.OAuthClientListParamsFilterAllowedGrantTypesContainsRefreshToken,
		FilterClientType:                telnyx.OAuthClientListParamsFilterClientTypeConfidential,
	})

	require.NoError(t, err)
	api.saw(sent{
		Line: "GET /proxy/v2/oauth_clients?filter%5Ballowed_grant_types%5D%5Bcontains%5D=refresh_token" +
			"&filter%5Bclient_id%5D=c1&filter%5Bclient_type%5D=confidential&filter%5Bname%5D=B%C3%BCro+%26+Co" +
			"&filter%5Bname%5D%5Bcontains%5D=ro&filter%5Bverified%5D=false&page%5Bnumber%5D=2&page%5Bsize%5D=1",
		Auth: "Bearer KEY1",
	})
	requireDecoded(t, clientInJSON(), page.Data[0], clientJSON)
	requireDecoded(
		t, telnyx.OAuthOAuthPaginationMeta{PageNumber: 2, PageSize: 1, TotalPages: 2, TotalResults: 2}, page.Meta, metaJSON,
	)
	requireMetadata(t, reflect.ValueOf(*page), clientsPageJSON)
}

func TestListWithoutParamsSendsNoQuery(t *testing.T) {
	api := answeringJSON(t, 200, `{"data": []}`)

	page, err := api.OAuthClients.List(t.Context(), telnyx.OAuthClientListParams{})

	require.NoError(t, err)
	api.saw(sent{Line: "GET /proxy/v2/oauth_clients", Auth: "Bearer KEY1"})
	require.Empty(t, page.Data)
}

func TestNewSendsTheClientAndReturnsItWithItsSecret(t *testing.T) {
	created := strings.Replace(oneClientJSON, `"client_secret": null`, `"client_secret": "s3cr3t"`, 1)
	api := answeringJSON(t, 201, created)

	res, err := api.OAuthClients.New(t.Context(), telnyx.OAuthClientNewParams{
		AllowedGrantTypes: []string{"client_credentials", "authorization_code"}, AllowedScopes: []string{"messaging.read"},
		ClientType: telnyx.OAuthClientNewParamsClientTypeConfidential, Name: `Büro "☕"`,
		LogoUri:   telnyx.String("https://example.com/logo.png"),
		PolicyUri: telnyx.String("https://example.com/p?a&b"), RequirePkce: telnyx.Bool(true),
		TosUri:       telnyx.String("https://example.com/tos"),
		RedirectUris: []string{"https://example.com/callback"},
	})

	require.NoError(t, err)
	api.saw(sent{
		Line: "POST /proxy/v2/oauth_clients", Auth: "Bearer KEY1", ContentType: "application/json",
		Body: `{"allowed_grant_types":["client_credentials","authorization_code"],"allowed_scopes":["messaging.read"],` +
			`"client_type":"confidential","name":"Büro \"☕\"","logo_uri":"https://example.com/logo.png",` +
			`"policy_uri":"https://example.com/p?a&b","require_pkce":true,` +
			`"tos_uri":"https://example.com/tos","redirect_uris":["https://example.com/callback"]}`,
	})
	want := clientInJSON()
	want.ClientSecret = "s3cr3t"
	requireDecoded(t, telnyx.OAuthClientNewResponse{Data: want}, *res, created)
}

func TestGetReturnsOneClient(t *testing.T) {
	api := answeringJSON(t, 200, oneClientJSON)

	res, err := api.OAuthClients.Get(t.Context(), "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e")

	require.NoError(t, err)
	api.saw(sent{Line: "GET /proxy/v2/oauth_clients/182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e", Auth: "Bearer KEY1"})
	requireDecoded(t, telnyx.OAuthClientGetResponse{Data: clientInJSON()}, *res, oneClientJSON)
}

func TestUpdateSendsWhatIsSetAndReturnsTheClient(t *testing.T) {
	cases := map[string]struct {
		params telnyx.OAuthClientUpdateParams
		body   string
	}{
		"nothing": {telnyx.OAuthClientUpdateParams{}, `{}`},
		"everything": {
			telnyx.OAuthClientUpdateParams{
				LogoUri: telnyx.String("https://example.com/l"), Name: telnyx.String("New"),
				PolicyUri:   telnyx.String("https://example.com/p"),
				RequirePkce: telnyx.Bool(false), TosUri: telnyx.String("https://example.com/t"),
				AllowedGrantTypes: []string{"refresh_token"},
				AllowedScopes:     []string{"fax.read"}, RedirectUris: []string{"https://example.com/c"},
			},
			`{"logo_uri":"https://example.com/l","name":"New","policy_uri":"https://example.com/p","require_pkce":false,` +
				`"tos_uri":"https://example.com/t","allowed_grant_types":["refresh_token"],"allowed_scopes":["fax.read"],` +
				`"redirect_uris":["https://example.com/c"]}`,
		},
		"nulls and empty values": {
			telnyx.OAuthClientUpdateParams{
				LogoUri: param.Null[string](), Name: telnyx.String(""), AllowedScopes: []string{},
				RedirectUris: param.NullSlice[[]string](),
			},
			`{"logo_uri":null,"name":"","allowed_scopes":[],"redirect_uris":null}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			api := answeringJSON(t, 200, oneClientJSON)

			res, err := api.OAuthClients.Update(t.Context(), "c 1", c.params)

			require.NoError(t, err)
			api.saw(
				sent{Line: "PUT /proxy/v2/oauth_clients/c%201", Auth: "Bearer KEY1", ContentType: "application/json", Body: c.body},
			)
			requireDecoded(t, telnyx.OAuthClientUpdateResponse{Data: clientInJSON()}, *res, oneClientJSON)
		})
	}
}

func TestDeleteOfAClientReturnsNoError(t *testing.T) {
	api := answeringJSON(t, 204, "")

	err := api.OAuthClients.Delete(t.Context(), "c1")

	require.NoError(t, err)
	api.saw(sent{Line: "DELETE /proxy/v2/oauth_clients/c1", Auth: "Bearer KEY1"})
}

func TestListOfGrantsReturnsThePage(t *testing.T) {
	api := answeringJSON(t, 200, grantsPageJSON)

	page, err := api.OAuthGrants.List(
		t.Context(), telnyx.OAuthGrantListParams{PageNumber: telnyx.Int(2), PageSize: telnyx.Int(1)},
	)

	require.NoError(t, err)
	api.saw(sent{Line: "GET /proxy/v2/oauth_grants?page%5Bnumber%5D=2&page%5Bsize%5D=1", Auth: "Bearer KEY1"})
	requireDecoded(t, grantInJSON(), page.Data[0], grantJSON)
	requireDecoded(
		t, telnyx.OAuthOAuthPaginationMeta{PageNumber: 2, PageSize: 1, TotalPages: 2, TotalResults: 2}, page.Meta, metaJSON,
	)
	requireMetadata(t, reflect.ValueOf(*page), grantsPageJSON)
}

func TestGetReturnsOneGrant(t *testing.T) {
	api := answeringJSON(t, 200, oneGrantJSON)

	res, err := api.OAuthGrants.Get(t.Context(), "7b3ff1a0-5d3c-4b52-9a3f-0a4b1c2d3e4f")

	require.NoError(t, err)
	api.saw(sent{Line: "GET /proxy/v2/oauth_grants/7b3ff1a0-5d3c-4b52-9a3f-0a4b1c2d3e4f", Auth: "Bearer KEY1"})
	requireDecoded(t, telnyx.OAuthGrantGetResponse{Data: grantInJSON()}, *res, oneGrantJSON)
}

func TestDeleteOfAGrantReturnsTheRevokedGrant(t *testing.T) {
	unused := strings.Replace(oneGrantJSON, `"last_used_at": "2026-01-02T03:04:05.006Z"`, `"last_used_at": null`, 1)
	api := answeringJSON(t, 200, unused)

	res, err := api.OAuthGrants.Delete(t.Context(), "g1")

	require.NoError(t, err)
	api.saw(sent{Line: "DELETE /proxy/v2/oauth_grants/g1", Auth: "Bearer KEY1"})
	want := grantInJSON()
	want.LastUsedAt = time.Time{}
	requireDecoded(t, telnyx.OAuthGrantDeleteResponse{Data: want}, *res, unused)
}

// refusals has an error response for every status that the contract documents, in the documented shape.
var refusals = []struct {
	operation   string
	status      int
	kind        error
	code        string
	description string
}{
	{"GetOAuthAuthorizationServerMetadata", 400, telnyx.ErrBadRequest, "invalid_request", "The query is malformed."},
	{"GetOAuthAuthorizationServerMetadata", 401, telnyx.ErrUnauthorized, "invalid_token", "The access token expired."},
	{"GetOAuthProtectedResourceMetadata", 400, telnyx.ErrBadRequest, "invalid_request", "The query is malformed."},
	{"GetOAuthProtectedResourceMetadata", 401, telnyx.ErrUnauthorized, "invalid_token", "The access token expired."},
	{"GetOAuthConsentToken", 422, telnyx.ErrUnprocessable, "invalid_request", "The consent token is unknown or was used."},
	{"CreateOAuthGrant", 422, telnyx.ErrUnprocessable, "invalid_request", "The consent token is unknown or was used."},
	{"IntrospectOAuthToken", 400, telnyx.ErrInvalidRequest, "invalid_request", "token is missing."},
	{"IntrospectOAuthToken", 401, telnyx.ErrInvalidClient, "invalid_client", "The client is unknown."},
	{"GetOAuthJWKS", 400, telnyx.ErrBadRequest, "invalid_request", "The query is malformed."},
	{"GetOAuthJWKS", 401, telnyx.ErrUnauthorized, "invalid_token", "The access token expired."},
	{"RegisterOAuthClient", 400, telnyx.ErrInvalidClientMetadata, "invalid_client_metadata", "The metadata is invalid."},
	{"ExchangeOAuthToken", 400, telnyx.ErrInvalidGrant, "invalid_grant", "The code has expired."},
	{"ExchangeOAuthToken", 401, telnyx.ErrInvalidClient, "invalid_client", "The client secret is wrong."},
	{"ListOAuthClients", 401, telnyx.ErrUnauthorized, "invalid_token", "The API key is unknown."},
	{"CreateOAuthClient", 400, telnyx.ErrBadRequest, "invalid_request", "The body must be a JSON object."},
	{"CreateOAuthClient", 401, telnyx.ErrUnauthorized, "invalid_token", "The API key is unknown."},
	{"CreateOAuthClient", 422, telnyx.ErrUnprocessable, "invalid_scope", "admin is not a scope."},
	{"GetOAuthClient", 404, telnyx.ErrNotFound, "not_found", "No OAuth client has this id."},
	{"UpdateOAuthClient", 404, telnyx.ErrNotFound, "not_found", "No OAuth client has this id."},
	{"UpdateOAuthClient", 422, telnyx.ErrUnprocessable, "invalid_request", "name must not be empty."},
	{"DeleteOAuthClient", 404, telnyx.ErrNotFound, "not_found", "No OAuth client has this id."},
	{"ListOAuthGrants", 400, telnyx.ErrBadRequest, "invalid_request", "page[size] must be an integer from 1 to 100."},
	{"ListOAuthGrants", 401, telnyx.ErrUnauthorized, "invalid_token", "The API key is unknown."},
	{"GetOAuthGrant", 404, telnyx.ErrNotFound, "not_found", "No OAuth grant has this id."},
	{"RevokeOAuthGrant", 404, telnyx.ErrNotFound, "not_found", "No OAuth grant has this id."},
}

// pages are the error responses of the authorization endpoint, which browsers call.
var pages = []struct {
	operation string
	status    int
	kind      error
	html      string
}{
	{"AuthorizeOAuth", 400, telnyx.ErrBadRequest, "<h1>client_id is missing</h1>"},
	{"AuthorizeOAuth", 404, telnyx.ErrNotFound, "<h1>No client has this client_id</h1>"},
	{"AuthorizeOAuth", 422, telnyx.ErrUnprocessable, "<h1>redirect_uri is not registered</h1>"},
}

// refused calls an operation with all its params, and returns its error. The call must not be repeated.
func refused(t *testing.T, id string, api *stub) *telnyx.Error {
	t.Helper()
	var method string
	for name, operation := range operationOf {
		if operation == id {
			method = name
		}
	}

	err := perform(t, methodsOf(&api.Client)[method], operations(t)[id], everything)

	var refusal *telnyx.Error
	require.ErrorAs(t, err, &refusal)
	require.Len(t, api.sent, 1, "the call was repeated")
	require.Equal(t, "req-1", refusal.RequestID)
	require.Contains(t, err.Error(), strconv.Itoa(refusal.StatusCode))
	require.Contains(t, err.Error(), "req-1")
	require.NotNil(t, refusal.Request)
	require.Equal(t, refusal.StatusCode, refusal.Response.StatusCode)
	return refusal
}

func TestErrorsOfTheOAuthShapeHaveCodeAndDescription(t *testing.T) {
	for _, c := range refusals {
		t.Run(fmt.Sprintf("%s %d", c.operation, c.status), func(t *testing.T) {
			body := fmt.Sprintf(`{"error":%q,"error_description":%q,"hint":{"a":1}}`, c.code, c.description)
			api := answeringJSON(t, c.status, body)

			err := refused(t, c.operation, api)

			require.ErrorIs(t, err, c.kind)
			require.Equal(t, c.status, err.StatusCode)
			require.Equal(t, c.code, err.Code)
			require.Equal(t, c.description, err.Description)
			require.Equal(t, body, err.RawJSON())
			require.Equal(t, `{"a":1}`, err.JSON.ExtraFields["hint"].Raw())
			require.Contains(t, err.Error(), c.code+": "+c.description)
		})
	}
}

func TestErrorsOfTheEnvelopeHaveEveryEntry(t *testing.T) {
	const body = `{"errors":[
  {"code":"10027","title":"Value not allowed","detail":"admin is not a scope",
    "source":{"pointer":"/allowed_scopes/0"},"meta":{"url":"https://example.com/10027"}},
  {"code":"10015","title":"Bad request","source":{"parameter":"page[size]"}}]}`
	byStatus := map[int]error{
		400: telnyx.ErrBadRequest, 401: telnyx.ErrUnauthorized, 404: telnyx.ErrNotFound, 422: telnyx.ErrUnprocessable,
	}
	for _, c := range refusals {
		t.Run(fmt.Sprintf("%s %d", c.operation, c.status), func(t *testing.T) {
			api := answeringJSON(t, c.status, body)

			err := refused(t, c.operation, api)

			require.ErrorIs(t, err, byStatus[c.status])
			require.ErrorIs(t, err, telnyx.ErrorKind("10027"))
			require.Equal(t, "10027", err.Code)
			require.Equal(t, "admin is not a scope", err.Description)
			require.Len(t, err.Errors, 2)
			first, second := err.Errors[0], err.Errors[1]
			require.Equal(t, "Value not allowed", first.Title)
			require.Equal(t, "admin is not a scope", first.Detail)
			require.Equal(t, "/allowed_scopes/0", first.Source.Pointer)
			require.Equal(t, map[string]any{"url": "https://example.com/10027"}, first.Meta)
			require.True(t, first.JSON.Source.Valid())
			require.Equal(t, "10015", second.Code)
			require.Equal(t, "page[size]", second.Source.Parameter)
			require.False(t, second.JSON.Meta.Valid())
			require.Equal(t, body, err.RawJSON())
		})
	}
}

func TestErrorsOfTheAuthorizePageKeepTheirHTML(t *testing.T) {
	for _, c := range pages {
		t.Run(strconv.Itoa(c.status), func(t *testing.T) {
			api := answering(t, c.status, "text/html", c.html)

			err := refused(t, c.operation, api)

			require.ErrorIs(t, err, c.kind)
			require.Equal(t, c.status, err.StatusCode)
			require.Equal(t, c.html, err.Body())
			require.Empty(t, err.RawJSON())
		})
	}
}

func TestRefusedRegistrationNamesTheInvalidFields(t *testing.T) {
	api := answeringJSON(t, 400, `{
  "error":"invalid_client_metadata","error_description":"2 fields are invalid",
  "invalid_fields":{
    "scope":["has a scope that does not exist"],
    "redirect_uris":["must be https","must not be empty"]
  }
}`)

	err := refused(t, "RegisterOAuthClient", api)

	require.ErrorIs(t, err, telnyx.ErrInvalidClientMetadata)
	require.Equal(t, map[string][]string{
		"scope": {"has a scope that does not exist"}, "redirect_uris": {"must be https", "must not be empty"},
	}, err.InvalidFields)
	require.Contains(t, err.Error(), "scope has a scope that does not exist")
}

func TestEveryStatusOfTheContractHasATest(t *testing.T) {
	var have, want []string
	for _, c := range refusals {
		have = append(have, fmt.Sprintf("%s %d", c.operation, c.status))
	}
	for _, c := range pages {
		have = append(have, fmt.Sprintf("%s %d", c.operation, c.status))
	}
	for id, op := range operations(t) {
		for status := range maps.Keys(op.Responses.Map()) {
			if !strings.HasPrefix(status, "2") && status != "302" { // successes, which have tests of their own
				want = append(want, id+" "+status)
			}
		}
	}
	slices.Sort(have)
	slices.Sort(want)
	require.Equal(t, want, have)
}
