package oauthtest_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestConsentTokenShowsWhoAsksForWhat(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{
		ID: "app", Name: "Pager", TOSURI: "https://pager.example/tos", Verified: true,
		RedirectURIs: []string{"https://pager.example/cb?tenant=7"},
	})
	token := r.consent(app.ID, "redirect_uri", "https://pager.example/cb?tenant=7", "scope", "edge_compute.read")

	res := r.get("/v2/oauth/consent/" + token)

	require.Equal(t, 200, res.status)
	require.JSONEq(t, `{"data":{"client_id":"app","name":"Pager",
		"logo_uri":null,"tos_uri":"https://pager.example/tos","policy_uri":null,
		"redirect_uri":"https://pager.example/cb?tenant=7","verified":true,"requested_scopes":[
		{"id":"edge_compute.read","name":"edge compute: read","description":"May read edge compute resources"}]}}`, res.body)
}

func TestDecisionEndsTheConsent(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{RedirectURIs: []string{"https://pager.example/cb?tenant=7"}})
	for name, c := range map[string]struct{ decision, want string }{
		"allowed": {`true`, `^https://pager\.example/cb\?tenant=7&code=code_[A-Z2-7]+&state=x%26y$`},
		"denied":  {`false`, `^https://pager\.example/cb\?tenant=7&error=access_denied&error_description=[^&]+&state=x%26y$`},
	} {
		token := r.consent(app.ID, "redirect_uri", "https://pager.example/cb?tenant=7", "state", "x&y")
		body := `{"allowed":` + c.decision + `,"consent_token":"` + token + `"}`

		first, second := r.send("POST", "/v2/oauth/grants", body), r.send("POST", "/v2/oauth/grants", body)

		require.Equal(t, 200, first.status, name)
		require.Regexp(t, c.want, first.text("redirect_uri"), name)
		require.Equal(t, 422, second.status, "a consent token works once")
		require.Equal(t, 422, r.get("/v2/oauth/consent/"+token).status)
	}
}

func TestCreateGrantRefusesWithOnly422(t *testing.T) {
	r := start(t)
	for _, body := range []string{
		``, `{`, `[]`, `{}`, `{"allowed":true}`, `{"consent_token":"x"}`, `{"allowed":"true","consent_token":"x"}`,
		`{"allowed":null,"consent_token":"x"}`,
		`{"allowed":true,"consent_token":7}`, `{"allowed":true,"consent_token":"x","more":1}`,
		`{"allowed":true,"consent_token":"x"}`,
	} {
		require.Equal(t, 422, r.send("POST", "/v2/oauth/grants", body).status, body)
	}
	form := r.send("POST", "/v2/oauth/grants", "allowed=true", "Content-Type", "application/x-www-form-urlencoded")
	require.Equal(t, 422, form.status)
	unknown := r.send("POST", "/v2/oauth/grants", `{"allowed":true,"consent_token":"x"}`)
	require.JSONEq(t, `{"error":"invalid_request",
		"error_description":"consent_token is unknown, expired or already used."}`, unknown.body)
}

func TestConsentExpires(t *testing.T) {
	clock := newClock()
	r := start(t, oauthtest.WithClock(clock.now), oauthtest.WithConsentLifetime(5*time.Minute))
	token := r.consent(r.srv.AddClient(oauthtest.Client{}).ID)
	clock.advance(5 * time.Minute)

	require.Equal(t, 422, r.get("/v2/oauth/consent/"+token).status)
}

func TestConsentPageIsEscapedAndDecides(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{Name: "<script>alert(1)</script>"})
	token := r.consent(app.ID)

	page := r.get("/consent?consent_token="+token, "Authorization", "")
	require.Equal(t, 200, page.status)
	require.Equal(t, "text/html; charset=utf-8", page.header.Get("Content-Type"))
	require.Contains(t, page.body, "&lt;script&gt;")
	require.NotContains(t, page.body, "<script>")
	require.Contains(t, page.body, "messaging.read")
	require.Contains(t, page.body, token)

	neither := r.form("/consent", "consent_token", token, "decision", "maybe")
	require.Equal(t, 400, neither.status)
	allow := r.form("/consent", "consent_token", token, "decision", "allow")
	require.Equal(t, http.StatusSeeOther, allow.status)
	require.NotEmpty(t, allow.location().Query().Get("code"))
	again := r.form("/consent", "consent_token", token, "decision", "allow")
	require.Equal(t, 422, again.status)
	deny := r.form("/consent", "consent_token", r.consent(app.ID), "decision", "deny")
	require.Equal(t, "access_denied", deny.location().Query().Get("error"))
	require.Equal(t, 422, r.get("/consent?"+url.Values{"consent_token": {"x"}}.Encode()).status)
}
