package oauthtest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestIntrospectionDescribesAnActiveToken(t *testing.T) {
	clock := newClock()
	r := start(t, oauthtest.WithOpaqueTokens(), oauthtest.WithClock(clock.now))
	app := r.srv.AddClient(oauthtest.Client{ID: "app"})
	public := r.srv.AddClient(oauthtest.Client{Type: "public"})
	tokens := r.tokens(app)
	access := tokens.text("access_token")
	want := fmt.Sprintf(`{"active":true,"aud":"https://api.telnyx.test","client_id":"app","exp":%d,"iat":%d,
		"iss":"https://api.telnyx.test","scope":"messaging.read numbers.read"}`, clock.now().Unix()+1800, clock.now().Unix())
	const target = "/v2/oauth/introspect"
	for name, got := range map[string]answer{
		"Basic": r.basic(target, app.ID, app.Secret, "token", access),
		"body":  r.form(target, "token", access, "client_id", app.ID, "client_secret", app.Secret),
		"JSON body": r.send("POST", target, `{"token":"`+access+`","client_id":"app","client_secret":"`+app.Secret+`"}`,
			"Authorization", ""),
		"public client": r.form(target, "token", access, "client_id", public.ID),
		"API key":       r.send("POST", target, `{"token":"`+access+`"}`),
	} {
		require.Equal(t, 200, got.status, name)
		require.JSONEq(t, want, got.body, name)
	}
	require.True(t, r.active(tokens.text("refresh_token")))
}

func TestIntrospectionSaysNothingAboutInactiveTokens(t *testing.T) {
	r := start(t)
	for _, token := range []string{"garbage", r.srv.APIKey(), "eyJhbGciOiJub25lIn0.e30."} {
		res := r.send("POST", "/v2/oauth/introspect", `{"token":"`+token+`"}`)

		require.Equal(t, 200, res.status)
		require.Equal(t, `{"active":false}`, res.body)
	}
}

func TestIntrospectionErrors(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{})

	missing := r.basic("/v2/oauth/introspect", app.ID, app.Secret)
	require.Equal(t, 400, missing.status)
	require.Equal(t, "invalid_request", missing.at("error"))
	wrong := r.basic("/v2/oauth/introspect", app.ID, "x", "token", "x")
	require.Equal(t, 401, wrong.status)
	require.Equal(t, "invalid_client", wrong.at("error"))
	key := r.send("POST", "/v2/oauth/introspect", `{"token":"x"}`, "Authorization", "Bearer KEYwrong")
	require.Equal(t, 401, key.status)
	require.Equal(t, "invalid_token", key.at("error"))
}

func TestRateLimitsOfTheLiveAPI(t *testing.T) {
	clock := newClock()
	r := start(t, oauthtest.WithRateLimits(), oauthtest.WithClock(clock.now))
	app, other := r.srv.AddClient(oauthtest.Client{}), r.srv.AddClient(oauthtest.Client{})
	introspect := func(c oauthtest.Client) answer {
		return r.basic("/v2/oauth/introspect", c.ID, c.Secret, "token", "x")
	}
	first := introspect(app)
	require.Equal(t, "5, 5;w=60", first.header.Get("ratelimit-limit"))
	require.Equal(t, "4", first.header.Get("ratelimit-remaining"))
	require.Equal(t, "60", first.header.Get("ratelimit-reset"))
	require.Equal(t, "5", first.header.Get("x-ratelimit-limit"))
	clock.advance(20*time.Second + time.Millisecond)
	for range 4 {
		require.Equal(t, 200, introspect(app).status)
	}

	sixth := introspect(app)

	require.Equal(t, 429, sixth.status)
	require.Equal(t, "10011", sixth.at("errors.0.code"))
	require.Equal(t, "40", sixth.header.Get("Retry-After"))
	require.Equal(t, "0", sixth.header.Get("x-ratelimit-remaining"))
	require.Equal(t, "40", sixth.header.Get("x-ratelimit-reset"))
	require.Equal(t, 200, introspect(other).status, "the limit is each client's own")
	clock.advance(40 * time.Second)
	require.Equal(t, 200, introspect(app).status)

	for range 5 {
		require.Equal(t, 201, r.send("POST", "/v2/oauth/register", `{}`).status)
	}
	require.Equal(t, 429, r.send("POST", "/v2/oauth/register", `{}`).status)
	clock.advance(time.Hour)
	require.Equal(t, 201, r.send("POST", "/v2/oauth/register", `{}`).status)
}
