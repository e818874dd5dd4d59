package oauthtest_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestCodeFlowWorksOverASocketAndInMemory(t *testing.T) {
	listening := oauthtest.NewServer()
	t.Cleanup(listening.Close)
	memory := oauthtest.New()
	sockets := &http.Transport{}
	t.Cleanup(sockets.CloseIdleConnections)

	for name, r := range map[string]*rig{
		"socket":                    over(t, listening, sockets),
		"memory":                    over(t, memory, memory.Transport()),
		"memory, beside a listener": over(t, listening, listening.Transport()),
	} {
		t.Run(name, func(t *testing.T) {
			app := r.srv.AddClient(oauthtest.Client{Type: "public"})

			first := r.tokens(app)
			require.Equal(t, "Bearer", first.at("token_type"))
			require.EqualValues(t, 1800, first.at("expires_in"))
			require.Equal(t, "messaging.read numbers.read", first.at("scope"))
			require.Equal(t, "no-store", first.header.Get("Cache-Control"))
			require.Equal(t, "no-cache", first.header.Get("Pragma"))

			second := r.refresh(app, first.text("refresh_token"))
			require.Equal(t, http.StatusOK, second.status, second.body)
			require.NotEqual(t, first.at("refresh_token"), second.at("refresh_token"))
			require.True(t, r.active(second.text("access_token")))

			list := r.get("/v2/oauth_grants", "Authorization", "Bearer "+second.text("access_token"))
			require.Equal(t, http.StatusOK, list.status, list.body)
		})
	}
}

func TestServerWorksInsideASynctestBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		app := r.srv.AddClient(oauthtest.Client{})
		token := r.tokens(app).text("access_token")
		require.True(t, r.active(token))

		time.Sleep(1800 * time.Second) // of the bubble's clock

		require.False(t, r.active(token))
	})
}

func TestUnknownRouteIs404InTheEnvelope(t *testing.T) {
	r := start(t)
	for _, target := range []string{"", "/", "/v2", "/v2/", "/v2/oauth_clients/", "/v2//oauth_clients",
		"/v2/oauth_clients/../oauth_grants", "/oauth/token", "/v2/.well-known/oauth-authorization-server"} {
		res := r.get(target)

		require.Equal(t, http.StatusNotFound, res.status, target)
		require.Equal(t, "10005", res.at("errors.0.code"), target)
		require.NotEmpty(t, res.header.Get("X-Request-Id"))
	}
}

func TestWrongMethodIs405WithAllow(t *testing.T) {
	r := start(t)
	for target, allow := range map[string]string{
		"/v2/oauth_clients":    "GET, POST, HEAD",
		"/v2/oauth_clients/id": "GET, PUT, DELETE, HEAD",
		"/v2/oauth/token":      "POST",
	} {
		res := r.send("PATCH", target, "{}")

		require.Equal(t, http.StatusMethodNotAllowed, res.status, target)
		require.Equal(t, allow, res.header.Get("Allow"))
		require.Contains(t, res.body, `"errors"`)
	}
}

func TestURLsAndKey(t *testing.T) {
	require.Equal(t, "https://api.telnyx.test/v2", oauthtest.New().BaseURL())
	require.Equal(t, "https://api.telnyx.eu", oauthtest.New(oauthtest.WithURL("https://api.telnyx.eu/")).URL())
	require.Regexp(t, `^KEY[0-9a-f]{32}$`, oauthtest.New().APIKey())
	require.NotEqual(t, oauthtest.New().APIKey(), oauthtest.New().APIKey())
	require.Equal(t, "KEYmine", oauthtest.New(oauthtest.WithAPIKey("KEYmine")).APIKey())
}

func TestServerCanBeServedByTheCaller(t *testing.T) {
	srv := oauthtest.New()
	outer := httptest.NewServer(http.StripPrefix("/fake", srv))
	defer outer.Close()

	res, err := http.Get(outer.URL + "/fake/v2/oauth/jwks")

	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
}

func TestTransportRefusesOtherOriginsAndAClosedServer(t *testing.T) {
	srv := oauthtest.New()

	_, err := srv.Client().Get("https://api.telnyx.com/v2/oauth/jwks")
	require.ErrorContains(t, err, "there is no server at https://api.telnyx.com; this one is https://api.telnyx.test")

	srv.Close()
	srv.Close()
	_, err = srv.Client().Get(srv.BaseURL() + "/oauth/jwks")
	require.ErrorContains(t, err, "closed")

	_, err = srv.Transport().RoundTrip(&http.Request{})
	require.ErrorContains(t, err, "without a URL")
}

func TestTransportHonoursTheContext(t *testing.T) {
	srv := oauthtest.New()
	cause := context.DeadlineExceeded
	done, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	before, err := http.NewRequestWithContext(done, "GET", srv.BaseURL()+"/oauth/jwks", nil)
	require.NoError(t, err)

	_, err = srv.Transport().RoundTrip(before)
	require.ErrorIs(t, err, cause)

	// Nothing is written to this body: only the context can end the request.
	synctest.Test(t, func(t *testing.T) {
		body, _ := io.Pipe()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		hanging, err := http.NewRequestWithContext(ctx, "POST", srv.BaseURL()+"/oauth/token", body)
		require.NoError(t, err)
		_, err = srv.Transport().RoundTrip(hanging)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

type closeCounter struct {
	io.Reader
	closed int
}

func (c *closeCounter) Close() error { c.closed++; return nil }

func TestTransportClosesTheBodyOnceAndLeavesTheRequestAlone(t *testing.T) {
	srv := oauthtest.New()
	body := &closeCounter{Reader: strings.NewReader("grant_type=none")}
	req, err := http.NewRequestWithContext(t.Context(), "POST", srv.BaseURL()+"/oauth/token", body)
	require.NoError(t, err)

	res, err := srv.Transport().RoundTrip(req)

	require.NoError(t, err)
	require.Equal(t, 1, body.closed)
	require.Empty(t, req.RequestURI)
	require.Same(t, req, res.Request)
	raw, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.EqualValues(t, len(raw), res.ContentLength)
}

func TestHeadHasNoBody(t *testing.T) {
	r := start(t)

	res := r.send("HEAD", "/.well-known/oauth-protected-resource", "")

	require.Equal(t, http.StatusOK, res.status)
	require.Empty(t, res.body)
}

func TestNoInputPanics(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens())
	r.http.Transport = r.srv.Transport() // most of this is outside the contract
	app := r.srv.AddClient(oauthtest.Client{})
	for _, target := range []string{
		"/v2/oauth/grants", "/v2/oauth/introspect", "/v2/oauth/register", "/v2/oauth/token", "/v2/oauth_clients",
		"/v2/oauth_clients/" + app.ID, "/consent", "/v2/oauth/consent/%2F", "/v2/oauth/authorize", "/v2/oauth_clients/%00",
	} {
		for _, method := range []string{"GET", "POST", "PUT", "DELETE", "OPTIONS"} {
			if method == "DELETE" && strings.HasSuffix(target, app.ID) {
				continue
			}
			for _, body := range []string{"", "null", "[]", `"x"`, "{", `{"a":null}`, `{"name":1,"redirect_uris":[null,1]}`,
				"\x00\xff", strings.Repeat("[", 20000)} {
				for _, kind := range []string{"application/json", "application/x-www-form-urlencoded", "text/plain", "/;;"} {
					res := r.send(method, target+"?page[number]=9223372036854775807&page[size]=100", body, "Content-Type", kind)
					require.Less(t, res.status, 500, "%s %s %q", method, target, body)
				}
			}
		}
	}
}

func TestMalformedQueryIs400(t *testing.T) {
	r := start(t)
	for _, target := range []string{"/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource",
		"/v2/oauth/jwks", "/v2/oauth/authorize", "/v2/oauth_grants"} {
		res := r.get(target+"?a=%zz", "Authorization", "")
		require.Equal(t, http.StatusBadRequest, res.status, target)
	}
}

func TestServerIsSafeForConcurrentUse(t *testing.T) {
	r := start(t, oauthtest.WithOpaqueTokens())
	app := r.srv.AddClient(oauthtest.Client{})
	code := r.code(app.ID)
	var wg sync.WaitGroup
	var mu sync.Mutex
	statuses := map[int]int{}
	for range 16 {
		wg.Go(func() {
			res := r.redeem(app, code)
			mu.Lock()
			statuses[res.status]++
			mu.Unlock()
			r.get("/v2/oauth_clients")
			r.get("/v2/oauth_grants")
			other := r.srv.AddClient(oauthtest.Client{})
			r.srv.AddGrant(other.ID)
			r.send("DELETE", "/v2/oauth_clients/"+other.ID, "")
			r.srv.RevokeToken(code)
		})
	}
	wg.Wait()

	require.Equal(t, map[int]int{http.StatusOK: 1, http.StatusBadRequest: 15}, statuses)
}
