package oauthtest_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

const machine = `{"name":"Pager","client_type":"confidential",` +
	`"allowed_grant_types":["client_credentials"],"allowed_scopes":["fax.read"]}`

func TestClientLifeCycle(t *testing.T) {
	clock := newClock()
	r := start(t, oauthtest.WithOpaqueTokens(), oauthtest.WithClock(clock.now))

	created := r.send("POST", "/v2/oauth_clients", machine)
	require.Equal(t, 201, created.status, created.body)
	id, secret := created.text("data.client_id"), created.text("data.client_secret")
	require.JSONEq(t, `{"data":{"record_type":"oauth_client","client_id":"`+id+`","client_secret":"`+secret+`",
		"client_type":"confidential","name":"Pager","require_pkce":false,
		"org_id":"`+created.text("data.org_id")+`","user_id":"`+created.text("data.user_id")+`",
		"allowed_grant_types":["client_credentials"],"allowed_scopes":["fax.read"],"redirect_uris":[],
		"logo_uri":null,"policy_uri":null,"tos_uri":null,
		"created_at":"2026-05-01T12:00:00.000Z","updated_at":"2026-05-01T12:00:00.000Z"}}`, created.body)

	got := r.get("/v2/oauth_clients/" + id)
	require.Equal(t, 200, got.status)
	require.Nil(t, got.at("data.client_secret"), "only its creation shows a secret")

	clock.advance(1500 * time.Millisecond)
	updated := r.send("PUT", "/v2/oauth_clients/"+id,
		`{"name":"Beeper","tos_uri":"https://a.example/tos","allowed_scopes":["fax.read","fax.write"]}`)
	require.Equal(t, 200, updated.status, updated.body)
	require.Equal(t, "Beeper", updated.at("data.name"))
	require.Equal(t, "https://a.example/tos", updated.at("data.tos_uri"))
	require.Equal(t, []any{"client_credentials"}, updated.at("data.allowed_grant_types"), "an absent member stays")
	require.Equal(t, "2026-05-01T12:00:01.500Z", updated.at("data.updated_at"))
	require.Equal(t, "2026-05-01T12:00:00.000Z", updated.at("data.created_at"))

	token := r.basic("/v2/oauth/token", id, secret, "grant_type", "client_credentials").text("access_token")
	grant := r.srv.AddGrant(id)
	deleted := r.send("DELETE", "/v2/oauth_clients/"+id, "")
	require.Equal(t, 204, deleted.status)
	require.Empty(t, deleted.body)
	require.Equal(t, 404, r.get("/v2/oauth_clients/"+id).status)
	require.Equal(t, 404, r.get("/v2/oauth_grants/"+grant).status)
	require.False(t, r.active(token))
}

func TestUpdateWithNullClears(t *testing.T) {
	r := start(t)
	r.checked.lenient = true // the contract's update does not mention null
	app := r.srv.AddClient(oauthtest.Client{LogoURI: "https://a.example/logo", PolicyURI: "https://a.example/policy",
		TOSURI: "https://a.example/tos"})

	res := r.send("PUT", "/v2/oauth_clients/"+app.ID, `{"logo_uri":null,"policy_uri":null}`)

	require.Equal(t, 200, res.status, res.body)
	require.Nil(t, res.at("data.logo_uri"))
	require.Nil(t, res.at("data.policy_uri"))
	require.Equal(t, "https://a.example/tos", res.at("data.tos_uri"))
}

func TestUnknownClientIs404(t *testing.T) {
	r := start(t)
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		res := r.send(method, "/v2/oauth_clients/"+nobody, "")
		require.Equal(t, 404, res.status, method)
		require.Equal(t, "not_found", res.at("error"))
	}
}

func TestCreateClientValidation(t *testing.T) {
	r := start(t)
	const rest = `,"client_type":"confidential","allowed_grant_types":["client_credentials"],"allowed_scopes":[]}`
	for _, c := range [][2]string{
		{`{}`, "name is required; allowed_scopes is required; client_type is required; allowed_grant_types is required."},
		{`{"name":7` + rest, "name must be a string."},
		{`{"name":null` + rest, "name must be a string."},
		{`{"name":""` + rest, "name must not be empty."},
		{`{"name":"A","x":1` + rest, "x is not a known member."},
		{`{"name":"A","require_pkce":"yes"` + rest, "require_pkce must be a boolean."},
		{`{"name":"A","redirect_uris":"https://a"` + rest, "redirect_uris must be an array of strings."},
		{
			`{"name":"A","redirect_uris":["ftp://a"]` + rest,
			"redirect_uris/0 must use https, http on a loopback address, or a private-use scheme.",
		},
		{`{"name":"A","logo_uri":"logo.png"` + rest, "logo_uri must be an http or https URI."},
		{strings.Replace(machine, "confidential", "secret", 1), "client_type must be one of public, confidential."},
		{
			strings.Replace(machine, "confidential", "public", 1),
			"allowed_grant_types must not have client_credentials for a public client.",
		},
		{
			strings.Replace(machine, "client_credentials", "authorization_code", 1),
			"redirect_uris is required for authorization_code.",
		},
		{
			strings.Replace(machine, "client_credentials", "implicit", 1),
			"allowed_grant_types/0 must be one of client_credentials, authorization_code, refresh_token.",
		},
		{strings.Replace(machine, "fax.read", "admin", 1), "allowed_scopes/0 is not a scope of this server."},
	} {
		body, want := c[0], c[1]
		res := r.send("POST", "/v2/oauth_clients", body)

		require.Equal(t, 422, res.status, body)
		require.Equal(t, want, res.at("error_description"), body)
	}
	for _, body := range []string{`{`, `[]`, `null`, `{} {}`} {
		require.Equal(t, 400, r.send("POST", "/v2/oauth_clients", body).status, body)
	}
	require.Equal(t, 400, r.send("POST", "/v2/oauth_clients", machine, "Content-Type", "text/plain").status)
	require.Equal(t, 400, r.send("POST", "/v2/oauth_clients", `{"name":"`+strings.Repeat("x", 1<<20)+`"}`).status)
}

func TestUpdateClientValidation(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{})
	for _, body := range []string{
		`{`, `[]`, `{"name":null}`, `{"client_type":"public"}`, `{"redirect_uris":[]}`, `{"allowed_grant_types":[]}`,
		`{"allowed_scopes":["admin"]}`, `{"logo_uri":""}`,
	} {
		require.Equal(t, 422, r.send("PUT", "/v2/oauth_clients/"+app.ID, body).status, body)
	}
	require.Equal(t, app.Name, r.get("/v2/oauth_clients/"+app.ID).at("data.name"), "a refused update changes nothing")
	require.Equal(t, 200, r.send("PUT", "/v2/oauth_clients/"+app.ID, `{}`).status)
}

func TestLiveStatuses(t *testing.T) {
	r := start(t, oauthtest.WithLiveStatuses())
	r.http.Transport = r.srv.Transport() // not compared with the contract, which says 201

	res := r.send("POST", "/v2/oauth_clients", machine)

	require.Equal(t, 200, res.status)
	require.NotEmpty(t, res.text("data.client_secret"))
}

func TestListClientsPaginates(t *testing.T) {
	r := start(t)
	for i := range 45 {
		r.srv.AddClient(oauthtest.Client{Name: fmt.Sprintf("app-%02d", i)})
	}
	for query, want := range map[string]struct {
		first string
		count int
		meta  string
	}{
		"": {"app-00", 20,
			`{"page_number":1,"page_size":20,"total_pages":3,"total_results":45}`},
		"page[number]=3": {"app-40", 5,
			`{"page_number":3,"page_size":20,"total_pages":3,"total_results":45}`},
		"page[number]=2&page[size]=7": {"app-07", 7, `{"page_number":2,"page_size":7,"total_pages":7,"total_results":45}`},
		"page[size]=100": {"app-00", 45,
			`{"page_number":1,"page_size":100,"total_pages":1,"total_results":45}`},
		"page[number]=4": {"", 0, `{"page_number":4,"page_size":20,"total_pages":3,"total_results":45}`},
		"page[number]=99999999999999999": {"", 0,
			`{"page_number":99999999999999999,"page_size":20,"total_pages":3,"total_results":45}`},
	} {
		res := r.get("/v2/oauth_clients?" + query)

		require.Equal(t, 200, res.status, query)
		require.Len(t, res.at("data"), want.count, query)
		require.Contains(t, res.body, `"meta":`+want.meta, query)
		if want.count > 0 {
			require.Equal(t, want.first, res.at("data.0.name"), query)
		}
	}
	require.JSONEq(t, `{"data":[],"meta":{"page_number":1,"page_size":20,"total_pages":0,"total_results":0}}`,
		start(t).get("/v2/oauth_clients").body)
}

func TestListClientsFilters(t *testing.T) {
	r := start(t)
	pager := r.srv.AddClient(oauthtest.Client{ID: "1", Name: "Pager", Verified: true,
		GrantTypes: []string{"client_credentials"}})
	r.srv.AddClient(oauthtest.Client{ID: "2", Name: "Pager Pro", Type: "public"})
	r.srv.AddClient(oauthtest.Client{ID: "3", Name: "Fax"})
	for filter, want := range map[string]string{
		"filter[client_id]=" + pager.ID:                              "1",
		"filter[name]=Pager":                                         "1",
		"filter[name]=pager":                                         "",
		"filter[name][contains]=PAGER":                               "1 2",
		"filter[client_type]=public":                                 "2",
		"filter[client_type]=confidential":                           "1 3",
		"filter[allowed_grant_types][contains]=authorization_code":   "2 3",
		"filter[verified]=true":                                      "1",
		"filter[verified]=false":                                     "2 3",
		"filter[name][contains]=pager&filter[client_type]=public":    "2",
		"filter[unknown]=x":                                          "1 2 3",
		"sort=-name":                                                 "1 2 3",
		"filter%5Bname%5D%5Bcontains%5D=" + url.QueryEscape("er Pr"): "2",
	} {
		res := r.get("/v2/oauth_clients?" + filter)

		var ids []string
		for i := range res.at("data").([]any) {
			ids = append(ids, res.text(fmt.Sprintf("data.%d.client_id", i)))
		}
		require.Equal(t, want, strings.Join(ids, " "), filter)
	}
}

func TestListRefusesBadParameters(t *testing.T) {
	r := start(t)
	for _, query := range []string{
		"page[number]=0", "page[number]=x", "page[number]=99999999999999999999", "page[size]=0", "page[size]=101",
		"page[size]=1.5",
		"filter[verified]=maybe", "filter[client_type]=secret", "filter[allowed_grant_types][contains]=password",
	} {
		res := r.get("/v2/oauth_clients?" + query)
		require.Equal(t, 400, res.status, query)
		require.Equal(t, "invalid_request", res.at("error"), query)
	}
}

func TestAddClientFillsDefaultsAndSharesNoMemory(t *testing.T) {
	r := start(t, oauthtest.WithScopes("fax.read"))

	app := r.srv.AddClient(oauthtest.Client{})
	public := r.srv.AddClient(oauthtest.Client{Type: "public", Secret: "none", Scopes: []string{}})

	require.Equal(t, []string{"authorization_code", "refresh_token", "client_credentials"}, app.GrantTypes)
	require.Equal(t, []string{"fax.read"}, app.Scopes)
	require.NotEmpty(t, app.Secret)
	require.Equal(t, []string{"authorization_code", "refresh_token"}, public.GrantTypes)
	require.Empty(t, public.Secret)
	require.Empty(t, public.Scopes)
	app.Scopes[0] = "changed"
	require.Contains(t, r.get("/v2/oauth_clients/"+app.ID).body, `["fax.read"]`)

	r.srv.AddClient(oauthtest.Client{ID: app.ID, Name: "Replaced"})
	require.Equal(t, "Replaced", r.get("/v2/oauth_clients").at("data.0.name"))
	require.EqualValues(t, 2, r.get("/v2/oauth_clients").at("meta.total_results"))
}
