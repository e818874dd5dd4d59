package oauthtest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestRequestsAreRememberedWithTheirContent(t *testing.T) {
	r := start(t)
	r.srv.Inject(oauthtest.NewFaults(1).Next(1, oauthtest.FaultGatewayHTML(502), oauthtest.GetOAuthGrant))
	r.http.Transport = r.srv.Transport()
	r.form("/v2/oauth/token", "grant_type", "x", "client_id", "me")
	r.send("POST", "/v2/oauth_clients?dry=1", `{"name":"Pager","redirect_uris":[]}`, "X-Trace", "7")
	r.get("/v2/oauth_grants/a%2Fb")
	r.get("/consent")

	all := r.srv.Requests()

	require.Len(t, all, 4)
	token, create, grant, page := all[0], all[1], all[2], all[3]
	require.Equal(t, "ExchangeOAuthToken", token.Operation)
	require.Equal(t, url.Values{"grant_type": {"x"}, "client_id": {"me"}}, token.Form)
	require.Nil(t, token.JSON)
	require.Equal(t, http.StatusBadRequest, token.Status)
	require.Equal(t, "POST", create.Method)
	require.Equal(t, "/v2/oauth_clients", create.Path)
	require.Equal(t, url.Values{"dry": {"1"}}, create.Query)
	require.Equal(t, map[string]any{"name": "Pager", "redirect_uris": []any{}}, create.JSON)
	require.Nil(t, create.Form)
	require.Equal(t, `{"name":"Pager","redirect_uris":[]}`, string(create.Body))
	require.Equal(t, "7", create.Header.Get("X-Trace"))
	require.Equal(t, http.StatusUnprocessableEntity, create.Status)
	require.Equal(t, "/v2/oauth_grants/a%2Fb", grant.Path)
	require.Equal(t, "status 502 with a gateway's HTML", grant.Fault)
	require.Equal(t, http.StatusBadGateway, grant.Status)
	require.Empty(t, page.Operation)
	require.Equal(t, []oauthtest.Request{create}, r.srv.RequestsTo(oauthtest.CreateOAuthClient))
	require.Empty(t, r.srv.RequestsTo(oauthtest.GetOAuthJWKS))
}

func TestHistoryHoldsTheLastRequests(t *testing.T) {
	r := start(t, oauthtest.WithHistory(2))
	for i := range 5 {
		r.get(fmt.Sprintf("/v2/oauth_grants?page[size]=%d", i+1))
	}

	var sizes []string
	for _, req := range r.srv.Requests() {
		sizes = append(sizes, req.Query.Get("page[size]"))
	}
	require.Equal(t, []string{"4", "5"}, sizes)
}

func TestHistoryCanBeTurnedOff(t *testing.T) {
	r := start(t, oauthtest.WithHistory(0))
	r.get("/v2/oauth_grants")

	require.Empty(t, r.srv.Requests())
	require.Contains(t, verdict(r.srv, "harmless"), "WithHistory")
}

// tb is a test that remembers how it ended.
type tb struct {
	testing.TB
	failure string
}

func (*tb) Helper() {}

func (f *tb) Fatalf(format string, args ...any) {
	f.failure = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// verdict is the failure of RequireNoSecrets for texts, "" if there is none.
func verdict(srv *oauthtest.Server, texts ...string) string {
	test, done := &tb{}, make(chan struct{})
	go func() {
		defer close(done)
		srv.RequireNoSecrets(test, texts...)
	}()
	<-done
	return test.failure
}

func TestEverySecretSentOrReceivedIsFoundInATextAndNotRepeated(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{Name: "Pager"})
	consent := r.consent(app.ID)
	code, idle := r.code(app.ID), r.srv.AddClient(oauthtest.Client{})
	tokens := r.tokens(app)
	access := tokens.text("access_token")
	r.form("/v2/oauth/token", "grant_type", "refresh_token", "refresh_token", "never issued", "client_id", "x",
		"client_secret", "pass/word+1")
	r.basic("/v2/oauth/introspect", "me", "wrong-secret", "token", "opaque-and-unknown")
	r.send("POST", "/v2/oauth/introspect", `{"token":"sent as \"JSON\""}`)
	r.get("/v2/oauth/consent/guessed-consent")
	for what, text := range map[string]string{
		"API key":                "key=" + r.srv.APIKey() + ";",
		"client secret":          idle.Secret,
		"consent token":          consent,
		"code":                   "https://x.example/?code=" + code,
		"code_verifier":          "v" + verifier,
		"access token":           `{"t":"` + access + `"}`,
		"access token signature": access[len(access)-342:],
		"refresh token":          tokens.text("refresh_token"),
		"refresh_token":          "never+issued",
		"client_secret":          "pass%2Fword%2B1",
		"Basic credential":       "bWU6d3Jvbmctc2VjcmV0",
		"token":                  `{"was":"sent as \"JSON\""}`,
		"consent_token":          "guessed-consent",
	} {
		failure := verdict(r.srv, "harmless", "before "+text+" after")

		require.Contains(t, failure, "text 2 of 2", what)
		require.Contains(t, failure, "("+what+")")
		require.Contains(t, failure, "<"+what+">")
		require.NotContains(t, failure, text)
	}
	require.Empty(t, verdict(r.srv, "", "POST /v2/oauth/token 200, client "+app.ID+", Pager, x, Bearer ***"))
}

func TestMoreSecretsThanCanBeRememberedAreAFailure(t *testing.T) {
	srv := oauthtest.New(oauthtest.WithHistory(1))
	srv.AddClient(oauthtest.Client{})

	require.Contains(t, verdict(srv, "harmless"), "more secrets than the 1 that WithHistory")
}
