package oauthtest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// ended is a test that ends when the caller says so.
type ended struct {
	testing.TB
	failed   bool
	logs     strings.Builder
	cleanups []func()
}

func (e *ended) Helper()                    {}
func (e *ended) Failed() bool               { return e.failed }
func (e *ended) Cleanup(f func())           { e.cleanups = append(e.cleanups, f) }
func (e *ended) Log(args ...any)            { fmt.Fprintln(&e.logs, args...) }
func (e *ended) Logf(f string, args ...any) { fmt.Fprintf(&e.logs, f+"\n", args...) }
func (e *ended) end() (said string)         { e.cleanups[0](); return e.logs.String() }
func (e *ended) Setenv(name, value string)  { e.TB.Setenv(name, value) }
func (e *ended) Errorf(f string, a ...any)  { e.TB.Errorf(f, a...) }

func postForm(t *testing.T, c *http.Client, target string, form url.Values) {
	t.Helper()
	res, err := c.PostForm(target, form)
	require.NoError(t, err)
	res.Body.Close()
}

func TestStartClosesTheServerAndTellsAFailedTestWhatItGotWithoutSecrets(t *testing.T) {
	for _, fails := range []bool{false, true} {
		test := &ended{TB: t, failed: fails}
		srv := oauthtest.Start(test)
		app := srv.AddClient(oauthtest.Client{})
		postForm(t, srv.ListenerClient(), srv.BaseURL()+"/oauth/token", url.Values{
			"grant_type": {"client_credentials"}, "client_id": {app.ID}, "client_secret": {app.Secret},
		})
		postForm(t, srv.ListenerClient(), srv.BaseURL()+"/oauth/token?code=c0de-in-the-query", url.Values{"x": {"y"}})

		_, err := srv.Approve(srv.BaseURL() + "/oauth/authorize?client_id=x&state=state-of-the-session")
		require.Error(t, err)
		said := test.end()

		_, err = srv.ListenerClient().Get(srv.URL())
		require.Error(t, err, "it is closed")
		if !fails {
			require.Empty(t, said)
			continue
		}
		require.Contains(t, said, "POST /v2/oauth/token 200 ExchangeOAuthToken")
		require.Contains(t, said, "grant_type=client_credentials")
		require.NotContains(t, said, app.Secret)
		require.NotContains(t, said, "c0de-in-the-query")
		require.Contains(t, said, "AuthorizeOAuth")
		require.NotContains(t, said, "state-of-the-session")
	}
}

func TestEnvLetsAClientWithDefaultOptionsCallTheServer(t *testing.T) {
	t.Setenv("TELNYX_CLIENT_ID", "of the machine")
	t.Setenv("TELNYX_CUSTOM_HEADERS", "Authorization: Bearer of the machine")
	srv := oauthtest.Start(t)
	app := srv.AddClient(oauthtest.Client{Name: "Pager"})
	srv.Env(t)
	client := telnyx.NewClient()

	res, err := client.OAuthClients.Get(t.Context(), app.ID)

	require.NoError(t, err)
	require.Equal(t, "Pager", res.Data.Name)
	require.Empty(t, os.Getenv("TELNYX_CLIENT_ID"))
}

func TestAServerWithTLSIsReachedByItsClientOnly(t *testing.T) {
	srv := oauthtest.Start(t, oauthtest.WithTLS())
	require.True(t, strings.HasPrefix(srv.URL(), "https://"))
	require.NotNil(t, srv.Certificate())

	res, err := srv.ListenerClient().Get(srv.BaseURL() + "/oauth/jwks")

	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, 200, res.StatusCode)
	_, err = (&http.Client{Transport: &http.Transport{}}).Get(srv.URL())
	require.ErrorContains(t, err, "certificate")
	require.Nil(t, oauthtest.New().ListenerClient())
	require.Nil(t, oauthtest.New().Certificate())
}

func TestALogHasALineForEachRequest(t *testing.T) {
	test := &ended{TB: t}
	r := start(t, oauthtest.WithLog(test))
	r.srv.Inject(oauthtest.NewFaults(1).Next(1, oauthtest.FaultGatewayHTML(502), oauthtest.GetOAuthJWKS))
	r.http.Transport = r.srv.Transport()

	r.get("/v2/oauth/jwks")
	r.get("/v2/oauth/consent/consent_0123456789")

	test.end()
	r.get("/v2/oauth/jwks")
	require.Equal(t, "GET /v2/oauth/jwks 502 GetOAuthJWKS (status 502 with a gateway's HTML)\n"+
		"GET /v2/oauth/consent/[redacted] 422 GetOAuthConsentToken\n", test.logs.String())
}

func TestApproveAndDenyActAsTheBrowser(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{Type: "public"})
	target := r.srv.URL() + authorizeURL(app.ID)

	approved, err := r.srv.Approve(target)
	require.NoError(t, err)
	denied, err := r.srv.Deny(target)
	require.NoError(t, err)

	require.Equal(t, "/callback", approved.Path)
	require.Equal(t, "xyz", approved.Query().Get("state"))
	require.Equal(t, 200, r.redeem(app, approved.Query().Get("code")).status)
	require.Equal(t, "access_denied", denied.Query().Get("error"))
	require.Equal(t, "xyz", denied.Query().Get("state"))
}

func TestApproveReturnsARefusalByRedirectAndReportsOthers(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{Type: "public"})

	refused, err := r.srv.Approve(r.srv.URL() + authorizeURL(app.ID, "scope", "nothing.such"))
	require.NoError(t, err)
	require.Equal(t, "invalid_scope", refused.Query().Get("error"))
	_, err = r.srv.Approve(r.srv.URL() + authorizeURL("unknown", "state", "s3cr3t-state"))
	require.ErrorContains(t, err, "404 Not Found")
	require.NotContains(t, err.Error(), "s3cr3t-state")
	_, err = r.srv.Approve("https://elsewhere.example/authorize?state=s3cr3t-state")
	require.ErrorContains(t, err, "elsewhere.example")
	require.NotContains(t, err.Error(), "s3cr3t-state")
	r.srv.Inject(oauthtest.NewFaults(1).Next(1, oauthtest.FaultStatus(500, "", "down"), oauthtest.CreateOAuthGrant))
	_, err = r.srv.Approve(r.srv.URL() + authorizeURL(app.ID))
	require.ErrorContains(t, err, "the decision on the consent was answered with 500")
}

func TestConsentCanBeGivenAutomatically(t *testing.T) {
	r := start(t, oauthtest.WithAutoConsent())
	app := r.srv.AddClient(oauthtest.Client{Type: "public"})

	res := r.get(authorizeURL(app.ID), "Authorization", "")

	require.Equal(t, http.StatusFound, res.status)
	require.Equal(t, 200, r.redeem(app, res.location().Query().Get("code")).status)
	approved, err := r.srv.Approve(r.srv.URL() + authorizeURL(app.ID))
	require.NoError(t, err)
	require.NotEmpty(t, approved.Query().Get("code"))
}

func TestEveryCallbackHasTheIssuerIfTheServerSaysSo(t *testing.T) {
	r := start(t, oauthtest.WithIssParameter())
	app := r.srv.AddClient(oauthtest.Client{Type: "public"})
	require.Equal(t, true, r.get("/.well-known/oauth-authorization-server").
		at("authorization_response_iss_parameter_supported"))

	approved, err := r.srv.Approve(r.srv.URL() + authorizeURL(app.ID))
	require.NoError(t, err)
	denied, err := r.srv.Deny(r.srv.URL() + authorizeURL(app.ID))
	require.NoError(t, err)
	refused, err := r.srv.Approve(r.srv.URL() + authorizeURL(app.ID, "scope", "nothing.such"))
	require.NoError(t, err)

	for _, callback := range []*url.URL{approved, denied, refused} {
		require.Equal(t, r.srv.URL(), callback.Query().Get("iss"))
	}
	plain := start(t)
	app = plain.srv.AddClient(oauthtest.Client{Type: "public"})
	without, err := plain.srv.Approve(plain.srv.URL() + authorizeURL(app.ID))
	require.NoError(t, err)
	require.False(t, without.Query().Has("iss"))
}
