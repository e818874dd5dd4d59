package oauthtest_test

import (
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// read returns the claims and headers of a token, and whether the key set has its key.
func (r *rig) read(value string) (claims map[string]any, header jose.Header, published bool) {
	r.t.Helper()
	var keys jose.JSONWebKeySet
	require.NoError(r.t, json.Unmarshal([]byte(r.get("/v2/oauth/jwks").body), &keys))
	parsed, err := jwt.ParseSigned(value, []jose.SignatureAlgorithm{jose.RS256})
	require.NoError(r.t, err)
	require.NoError(r.t, parsed.UnsafeClaimsWithoutVerification(&claims))
	header = parsed.Headers[0]
	key := keys.Key(header.KeyID)
	require.Len(r.t, key, 1, "its kid is one of the key set's")
	return claims, header, parsed.Claims(key[0], &map[string]any{}) == nil
}

func TestAMintedTokenIsValidByDefault(t *testing.T) {
	clock := newClock()
	r := start(t, oauthtest.WithClock(clock.now))
	token := r.srv.MintToken(oauthtest.Minted{ClientID: "app", Scopes: []string{"voice.read", "voice.write"}})

	claims, header, published := r.read(token)

	require.True(t, published)
	require.Equal(t, "at+jwt", header.ExtraHeaders["typ"])
	require.Equal(t, r.srv.URL(), claims["iss"])
	require.Equal(t, r.srv.URL(), claims["aud"])
	require.Equal(t, "app", claims["sub"])
	require.Equal(t, "app", claims["client_id"])
	require.Equal(t, "voice.read voice.write", claims["scope"])
	require.EqualValues(t, clock.now().Unix(), claims["iat"])
	require.EqualValues(t, clock.now().Unix()+1800, claims["exp"])
	require.NotEmpty(t, claims["jti"])
	require.True(t, r.active(token))
	r.srv.RevokeToken(token)
	require.False(t, r.active(token))
}

func TestAMintedTokenIsWhatATestNeeds(t *testing.T) {
	clock := newClock()
	r := start(t, oauthtest.WithClock(clock.now))
	past := clock.now().Add(-time.Hour)

	expired := r.srv.MintToken(oauthtest.Minted{Expires: past})
	claims, _, published := r.read(expired)
	require.True(t, published)
	require.EqualValues(t, past.Unix(), claims["exp"])
	require.False(t, r.active(expired))

	forged := r.srv.MintToken(oauthtest.Minted{Unpublished: true})
	_, _, published = r.read(forged)
	require.False(t, published)
	require.False(t, r.active(forged))

	odd := r.srv.MintToken(oauthtest.Minted{
		Issuer: "https://evil.example", Audience: []string{"a", "b"}, NotBefore: past, Type: "JWT", Unknown: true,
		Claims: map[string]any{"sub": nil, "cnf": map[string]any{"jkt": "x"}},
	})
	claims, header, published := r.read(odd)
	require.True(t, published)
	require.Equal(t, "JWT", header.ExtraHeaders["typ"])
	require.Equal(t, "https://evil.example", claims["iss"])
	require.Equal(t, []any{"a", "b"}, claims["aud"])
	require.EqualValues(t, past.Unix(), claims["nbf"])
	require.NotContains(t, claims, "sub")
	require.Contains(t, claims, "cnf")
	require.False(t, r.active(odd))

	r.http.Transport = r.srv.Transport() // the contract has no such members
	other := r.srv.MintToken(oauthtest.Minted{
		Issuer: "https://evil.example", Opaque: true, Claims: map[string]any{"scope": "fax.read", "x": 1},
	})
	said := r.send("POST", "/v2/oauth/introspect", `{"token":"`+other+`"}`)
	require.Equal(t, "https://evil.example", said.at("iss"), "introspection and the claims agree")
	require.Equal(t, "fax.read", said.at("scope"))
	require.EqualValues(t, 1, said.at("x"))
	require.False(t, r.active(r.srv.MintToken(oauthtest.Minted{NotBefore: clock.now().Add(time.Second)})))

	opaque := r.srv.MintToken(oauthtest.Minted{Opaque: true, Scopes: []string{"voice.read"}})
	require.NotContains(t, opaque, ".")
	require.True(t, r.active(opaque))
	require.Panics(t, func() { r.srv.MintToken(oauthtest.Minted{Claims: map[string]any{"x": make(chan int)}}) })
}

func TestOperationsRefuseATokenWithoutTheirScopes(t *testing.T) {
	r := start(t, oauthtest.WithRequiredScopes(map[string][]string{
		oauthtest.ListOAuthClients: {"authentication_and_access.read"},
	}))
	poor := r.srv.MintToken(oauthtest.Minted{Scopes: []string{"voice.read"}})
	good := r.srv.MintToken(oauthtest.Minted{Scopes: []string{"voice.read", "authentication_and_access.read"}})

	refused := r.get("/v2/oauth_clients", "Authorization", "Bearer "+poor)

	require.Equal(t, http.StatusUnauthorized, refused.status)
	require.Equal(t, "insufficient_scope", refused.at("error"))
	require.Equal(t, `Bearer resource_metadata="https://api.telnyx.test/.well-known/oauth-protected-resource", `+
		`error="insufficient_scope", scope="authentication_and_access.read"`, refused.header.Get("WWW-Authenticate"))
	require.Equal(t, 200, r.get("/v2/oauth_clients", "Authorization", "Bearer "+good).status)
	require.Equal(t, 200, r.get("/v2/oauth_clients").status, "the API key may do everything")
	require.Equal(t, 200, r.get("/v2/oauth_grants", "Authorization", "Bearer "+poor).status, "others ask for none")
	require.Panics(t, func() { oauthtest.New(oauthtest.WithRequiredScopes(map[string][]string{"NoSuch": nil})) })
	require.Panics(t, func() {
		oauthtest.New(oauthtest.WithRequiredScopes(map[string][]string{oauthtest.IntrospectOAuthToken: {"a"}}))
	})
}

func TestAScriptedAnswerReplacesTheNextOne(t *testing.T) {
	r := start(t)
	r.http.Transport = r.srv.Transport() // the answers break the contract
	r.srv.AnswerNext(oauthtest.GetOAuthClient,
		oauthtest.Answer{Body: `{"data":{"name":"scripted"}}`},
		oauthtest.Answer{Status: 418, Header: http.Header{"Content-Type": {"text/plain"}, "X-Tea": {"pot"}}, Body: "short"})

	first, other := r.get("/v2/oauth_clients/1"), r.get("/v2/oauth_grants/1")
	second, third := r.get("/v2/oauth_clients/2"), r.get("/v2/oauth_clients/3")

	require.Equal(t, 200, first.status)
	require.Equal(t, "application/json", first.header.Get("Content-Type"))
	require.Equal(t, "scripted", first.at("data.name"))
	require.NotEmpty(t, first.header.Get("X-Request-Id"))
	require.NotEmpty(t, first.header.Get("Date"))
	require.Equal(t, 404, other.status)
	require.Equal(t, 418, second.status)
	require.Equal(t, "pot", second.header.Get("X-Tea"))
	require.Equal(t, "short", second.body)
	require.Equal(t, 404, third.status, "they are used up")
	require.Equal(t, 418, r.srv.RequestsTo(oauthtest.GetOAuthClient)[1].Status)
	require.Panics(t, func() { r.srv.AnswerNext("NoSuch") })
}

func TestAFaultCanHaveHeaders(t *testing.T) {
	faults := oauthtest.NewFaults(1).Next(3, oauthtest.FaultStatus(401, "", "").
		WithHeader("WWW-Authenticate", `Bearer error="insufficient_scope"`).WithHeader("X-More", "1"))
	for name, r := range routesTo(t, faults) {
		res, _, err := receive(t, r.http, r.srv.BaseURL()+"/oauth/jwks")

		require.NoError(t, err, name)
		require.Equal(t, 401, res.StatusCode, name)
		require.Equal(t, `Bearer error="insufficient_scope"`, res.Header.Get("WWW-Authenticate"), name)
		require.Equal(t, "1", res.Header.Get("X-More"), name)
	}
}

func TestAFaultCanSkipRequestsAndChooseThem(t *testing.T) {
	r := start(t)
	r.http.Transport = r.srv.Transport()
	faults := oauthtest.NewFaults(1)
	r.srv.Inject(faults.Next(1, oauthtest.FaultGatewayHTML(502), oauthtest.ListOAuthGrants).Skip(1).
		When(func(req *http.Request) bool {
			return faults.Injected() == 0 && req.URL.Query().Get("page[size]") == "7"
		}))
	var statuses []int
	for _, size := range []string{"7", "5", "7", "7"} {
		statuses = append(statuses, r.get("/v2/oauth_grants?page[size]="+size).status)
	}

	require.Equal(t, []int{200, 200, 502, 200}, statuses)
	require.Panics(t, func() { oauthtest.NewFaults(1).Skip(1) })
	require.Panics(t, func() { oauthtest.NewFaults(1).When(nil) })
}

func TestAddGrantPanicsForAnUnknownClient(t *testing.T) {
	r := start(t)

	require.PanicsWithValue(t, `oauthtest: AddGrant: no client has the id "unknown"; AddClient makes one`,
		func() { r.srv.AddGrant("unknown") })
}

func TestASeedMakesIDsAndSecretsTheSameInEveryRun(t *testing.T) {
	run := func(seed uint64) (said []string) {
		r := start(t, oauthtest.WithSeed(seed), oauthtest.WithOpaqueTokens(), oauthtest.WithClock(newClock().now))
		app := r.srv.AddClient(oauthtest.Client{})
		said = append(said, r.srv.APIKey(), app.ID, app.Secret)
		return append(said, r.code(app.ID), r.tokens(app).body, r.get("/v2/oauth_grants").body)
	}

	require.Equal(t, run(1), run(1))
	require.NotEqual(t, run(1), run(2))
	require.NotEqual(t, start(t).srv.APIKey(), start(t).srv.APIKey())
}

func TestResetMakesTheServerNew(t *testing.T) {
	clock := newClock()
	r := start(t, oauthtest.WithSeed(1), oauthtest.WithClock(clock.now), oauthtest.WithOpaqueTokens())
	app := r.srv.AddClient(oauthtest.Client{})
	token := r.tokens(app).text("access_token")
	require.Len(t, r.srv.Clients(), 1)
	require.Equal(t, app.Secret, r.srv.Clients()[0].Secret)
	require.Equal(t, app.ID, r.srv.Grants()[0].ClientID)
	require.Equal(t, clock.now(), r.srv.Grants()[0].LastUsed)
	require.Len(t, r.srv.Tokens(), 2)
	require.Equal(t, token, r.srv.Tokens()[0].Value, "in the order in which they were made")
	require.Equal(t, []bool{true, true}, []bool{r.srv.Tokens()[0].Active, r.srv.Tokens()[1].Active})
	r.srv.Inject(oauthtest.NewFaults(1).Next(9, oauthtest.FaultGatewayHTML(502)))
	r.srv.AnswerNext(oauthtest.GetOAuthClient, oauthtest.Answer{Status: 418})
	r.srv.Advance(time.Hour)

	r.srv.Reset()

	require.Empty(t, r.srv.Clients())
	require.Empty(t, r.srv.Grants())
	require.Empty(t, r.srv.Tokens())
	require.Empty(t, r.srv.Requests())
	require.False(t, r.active(token))
	require.Equal(t, 404, r.get("/v2/oauth_clients/1").status)
	date, err := http.ParseTime(r.get("/v2/oauth_grants").header.Get("Date"))
	require.NoError(t, err)
	require.True(t, clock.now().Equal(date))
	r.srv.Reset()
	require.Equal(t, app, r.srv.AddClient(oauthtest.Client{}), "the seed begins anew")
}

func TestSeveralResourcesAreTheAudienceOfAToken(t *testing.T) {
	r := start(t)
	r.http.Transport = r.srv.Transport() // the contract has one string
	app := r.srv.AddClient(oauthtest.Client{})
	form := []string{"grant_type", "client_credentials", "client_id", app.ID, "client_secret", app.Secret}

	token := r.form("/v2/oauth/token", append(form, "resource", "https://a.example", "resource", "https://b.example")...)

	claims, _, _ := r.read(token.text("access_token"))
	require.Equal(t, []any{"https://a.example", "https://b.example"}, claims["aud"])
	refused := r.form("/v2/oauth/token", append(form, "resource", "https://a.example", "resource", "b")...)
	require.Equal(t, "invalid_target", refused.at("error"))
}

func TestResetIsSafeDuringRequests(t *testing.T) {
	r := start(t)
	r.http.Transport = r.srv.Transport()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 50 {
				app := r.srv.AddClient(oauthtest.Client{})
				r.form("/v2/oauth/token", "grant_type", "client_credentials", "client_id", app.ID, "client_secret", app.Secret)
				r.srv.Tokens()
			}
		})
		all.Go(func() {
			for range 20 {
				r.srv.Reset()
			}
		})
	}
	all.Wait()
	r.srv.Reset()
	require.Empty(t, r.srv.Tokens())
}
