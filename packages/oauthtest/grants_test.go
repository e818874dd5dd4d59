package oauthtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestGrantLifeCycle(t *testing.T) {
	clock := newClock()
	r := start(t, oauthtest.WithOpaqueTokens(), oauthtest.WithClock(clock.now))
	app := r.srv.AddClient(oauthtest.Client{ID: "app"})
	pending := r.code(app.ID)

	granted := r.get("/v2/oauth_grants")
	id := granted.text("data.0.id")
	require.JSONEq(t, `{"data":[{"id":"`+id+`","record_type":"oauth_grant","client_id":"app",
		"scopes":["messaging.read","numbers.read"],
		"created_at":"2026-05-01T12:00:00.000Z","last_used_at":null}],
		"meta":{"page_number":1,"page_size":20,"total_pages":1,"total_results":1}}`, granted.body)

	clock.advance(time.Second)
	tokens := r.redeem(app, r.code(app.ID, "scope", "fax.read"))
	got := r.get("/v2/oauth_grants/" + id)
	require.Equal(t, []any{"messaging.read", "numbers.read", "fax.read"}, got.at("data.scopes"),
		"a second consent widens the grant")
	require.Equal(t, "2026-05-01T12:00:01.000Z", got.at("data.last_used_at"))

	clock.advance(time.Second)
	r.get("/v2/oauth_clients", "Authorization", "Bearer "+tokens.text("access_token"))
	require.Equal(t, "2026-05-01T12:00:02.000Z", r.get("/v2/oauth_grants/"+id).at("data.last_used_at"))

	revoked := r.send("DELETE", "/v2/oauth_grants/"+id, "")
	require.Equal(t, 200, revoked.status)
	require.Equal(t, id, revoked.at("data.id"))
	require.False(t, r.active(tokens.text("access_token")))
	require.Equal(t, "invalid_grant", r.refresh(app, tokens.text("refresh_token")).at("error"))
	require.Equal(t, "invalid_grant", r.redeem(app, pending).at("error"), "an unredeemed code dies with its grant")
	require.Equal(t, 404, r.get("/v2/oauth_grants/"+id).status)
	require.Equal(t, 404, r.send("DELETE", "/v2/oauth_grants/"+id, "").status)
}

func TestAddGrant(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{Scopes: []string{"fax.read", "fax.write"}})

	id := r.srv.AddGrant(app.ID, "fax.read")
	require.Equal(t, []any{"fax.read"}, r.get("/v2/oauth_grants/"+id).at("data.scopes"))
	require.Equal(t, id, r.srv.AddGrant(app.ID))
	require.Equal(t, []any{"fax.read", "fax.write"}, r.get("/v2/oauth_grants/"+id).at("data.scopes"))
}

func TestListGrantsPaginates(t *testing.T) {
	r := start(t)
	for range 3 {
		r.srv.AddGrant(r.srv.AddClient(oauthtest.Client{}).ID)
	}

	res := r.get("/v2/oauth_grants?page[size]=2&page[number]=2")

	require.Len(t, res.at("data"), 1)
	require.Equal(t, 400, r.get("/v2/oauth_grants?page[size]=0").status)
}
