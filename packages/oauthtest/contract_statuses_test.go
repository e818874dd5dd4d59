package oauthtest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// neverSeen are documented statuses that the server does not produce, and why.
var neverSeen = map[string]string{
	"AuthorizeOAuth 200": "its consent page is not embedded: authorize redirects to it",
}

func TestEachDocumentedStatusOfEachOperationIsProduced(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{})
	grant := r.srv.AddGrant(app.ID)
	const malformed = "?%zz"
	const creation = `{"name":"a","client_type":"public","allowed_grant_types":["refresh_token"],"allowed_scopes":[]}`
	wrongKey := []string{"Authorization", "Bearer wrong"}
	for _, discovery := range []string{
		"/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource", "/v2/oauth/jwks",
	} {
		r.get(discovery)
		r.get(discovery + malformed)
		r.get(discovery, wrongKey...)
	}

	r.get(authorizeURL(app.ID, "redirect_uri", ""))
	r.get(authorizeURL(nobody))
	r.get(authorizeURL(app.ID, "redirect_uri", "https://other.example"))
	consent := r.consent(app.ID)
	r.get("/v2/oauth/consent/" + consent)
	r.get("/v2/oauth/consent/unknown")
	r.send("POST", "/v2/oauth/grants", `{"allowed":true,"consent_token":"`+consent+`"}`)
	r.send("POST", "/v2/oauth/grants", `{"allowed":true,"consent_token":"`+consent+`"}`)

	r.send("POST", "/v2/oauth/introspect", `{"token":"x"}`)
	r.send("POST", "/v2/oauth/introspect", `{}`)
	r.send("POST", "/v2/oauth/introspect", `{"token":"x"}`, wrongKey...)
	r.send("POST", "/v2/oauth/register", `{}`)
	r.send("POST", "/v2/oauth/register", `{"grant_types":[]}`)
	r.basic("/v2/oauth/token", app.ID, app.Secret, "grant_type", "client_credentials")
	r.basic("/v2/oauth/token", app.ID, app.Secret, "grant_type", "authorization_code")
	r.basic("/v2/oauth/token", app.ID, "wrong", "grant_type", "client_credentials")

	r.get("/v2/oauth_clients")
	r.get("/v2/oauth_clients", wrongKey...)
	r.send("POST", "/v2/oauth_clients", creation)
	r.send("POST", "/v2/oauth_clients", `[]`)
	r.send("POST", "/v2/oauth_clients", `{}`)
	r.send("POST", "/v2/oauth_clients", creation, wrongKey...)
	r.send("PUT", "/v2/oauth_clients/"+app.ID, `{"name":""}`)
	for _, id := range []string{app.ID, nobody} {
		r.get("/v2/oauth_clients/" + id)
		r.send("PUT", "/v2/oauth_clients/"+id, `{"name":"b"}`)
	}
	r.get("/v2/oauth_grants")
	r.get("/v2/oauth_grants?page[size]=0")
	r.get("/v2/oauth_grants", wrongKey...)
	for _, id := range []string{grant, nobody} {
		r.get("/v2/oauth_grants/" + id)
		r.send("DELETE", "/v2/oauth_grants/"+id, "")
	}
	for _, id := range []string{app.ID, nobody} {
		r.send("DELETE", "/v2/oauth_clients/"+id, "")
	}

	var documented []string
	for id, op := range operations(t) {
		for status := range op.Responses.Map() {
			if exchange := id + " " + status; neverSeen[exchange] == "" {
				documented = append(documented, exchange)
			}
		}
	}
	seen := maps.Clone(r.checked.seen)
	for exchange := range undocumented {
		delete(seen, exchange)
	}
	require.ElementsMatch(t, documented, slices.Collect(maps.Keys(seen)))
}

func TestEachUndocumentedStatusIsProduced(t *testing.T) {
	r := start(t, oauthtest.WithRateLimits())
	for id, op := range operations(t) {
		if undocumented[id+" 401"] != "" {
			r.send(op.method, strings.NewReplacer("{id}", nobody, "{consent_token}", "x").Replace(op.path), "",
				"Authorization", "")
		}
	}
	for range 6 {
		r.send("POST", "/v2/oauth/introspect", `{"token":"x"}`)
		r.send("POST", "/v2/oauth/register", `{}`)
	}
	r.get("/v2/oauth_clients?page[size]=0")

	for exchange := range undocumented {
		require.True(t, r.checked.seen[exchange], exchange)
	}
}
