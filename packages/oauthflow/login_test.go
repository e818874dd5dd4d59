package oauthflow_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// loginRig is a rig whose client may use any port of loopback.
func loginRig(t *testing.T) (*oauthtest.Server, oauthflow.Config) {
	t.Helper()
	srv, app, _ := rig(t)
	client := srv.AddClient(oauthtest.Client{
		Name: "CLI", Scopes: []string{"messaging.read"},
		RedirectURIs: []string{"http://127.0.0.1/callback", "http://[::1]/cb"},
	})
	app.ClientID, app.ClientSecret, app.RedirectURI = client.ID, client.Secret, ""
	return srv, app
}

// page is the last page that the browser shows.
type page struct {
	status int
	header http.Header
	body   string
}

// visit follows a URL of the listener.
func visit(t *testing.T, method, target string) page {
	t.Helper()
	req, err := http.NewRequest(method, target, nil)
	require.NoError(t, err)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return page{res.StatusCode, res.Header, string(body)}
}

// callbackOf is the redirect URI of an authorization request with a callback's parameters.
func callbackOf(t *testing.T, authorizeURL string, params url.Values) string {
	t.Helper()
	u, err := url.Parse(authorizeURL)
	require.NoError(t, err)
	return u.Query().Get("redirect_uri") + "?" + params.Encode()
}

func stateOf(t *testing.T, authorizeURL string) string {
	t.Helper()
	u, err := url.Parse(authorizeURL)
	require.NoError(t, err)
	return u.Query().Get("state")
}

func TestLoginGetsATokenThroughTheBrowser(t *testing.T) {
	srv, app := loginRig(t)
	var shown page
	var out bytes.Buffer
	var address string

	token, err := app.Login(t.Context(), oauthflow.Login{Out: &out, OpenBrowser: func(target string) error {
		address = callbackOf(t, target, approve(t, srv, target))
		shown = visit(t, http.MethodGet, address)
		return nil
	}})

	require.NoError(t, err)
	require.NotEmpty(t, token.AccessToken)
	require.Contains(t, out.String(), "/oauth/authorize?")
	require.Equal(t, http.StatusOK, shown.status)
	require.Contains(t, shown.body, "You are signed in")
	require.Contains(t, shown.body, "messaging.read")
	require.Contains(t, shown.body, app.ClientID)
	require.Equal(t, "no-store", shown.header.Get("Cache-Control"))
	require.Equal(t, "no-referrer", shown.header.Get("Referrer-Policy"))
	require.Contains(t, shown.header.Get("Content-Security-Policy"), "default-src 'none'")
	callback, err := url.Parse(address)
	require.NoError(t, err)
	query := callback.Query()
	for _, secret := range []string{token.AccessToken, token.RefreshToken, query.Get("code"), query.Get("state")} {
		require.NotContains(t, shown.body, secret)
	}
	src, err := app.Stored()
	require.NoError(t, err)
	stored, err := src.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, token.AccessToken, stored.AccessToken)
	free, err := net.Listen("tcp", callback.Host)
	require.NoError(t, err, "the port is free")
	free.Close()
}

func TestLoginIgnoresRequestsThatAreNotItsCallback(t *testing.T) {
	srv, app := loginRig(t)

	_, err := app.Login(t.Context(), oauthflow.Login{Out: io.Discard, OpenBrowser: func(target string) error {
		state := stateOf(t, target)
		good := approve(t, srv, target)
		base, _, _ := strings.Cut(callbackOf(t, target, nil), "/callback")
		require.Equal(t, 404, visit(t, "GET", base+"/favicon.ico").status)
		require.Equal(t, 404, visit(t, "GET", base+"/?"+good.Encode()).status)
		require.Equal(t, 404, visit(t, "GET", base+"/callback/?"+good.Encode()).status)
		require.Equal(t, 400, visit(t, "POST", callbackOf(t, target, good)).status)
		require.Equal(t, 400, visit(t, "HEAD", callbackOf(t, target, good)).status)
		for _, params := range []url.Values{
			{}, {"code": {"x"}}, {"code": {"x"}, "state": {"other"}}, {"error": {"access_denied"}},
			{"code": {"x"}, "state": {state, state}}, {"code": {"<script>"}, "state": {"<script>"}},
		} {
			shown := visit(t, "GET", callbackOf(t, target, params))
			require.Equal(t, 400, shown.status, params)
			require.NotContains(t, shown.body, "<script>")
		}
		require.Equal(t, 200, visit(t, "GET", callbackOf(t, target, good)).status)
		return nil
	}})

	require.NoError(t, err)
}

func TestLoginEndsWithTheRefusalOfTheServer(t *testing.T) {
	_, app := loginRig(t)
	var shown page

	_, err := app.Login(t.Context(), oauthflow.Login{Out: io.Discard, OpenBrowser: func(target string) error {
		shown = visit(t, "GET", callbackOf(t, target, url.Values{
			"error": {"access_denied"}, "error_description": {"<b>no</b>"}, "state": {stateOf(t, target)},
		}))
		return nil
	}})

	require.ErrorIs(t, err, telnyx.ErrAccessDenied)
	require.Equal(t, 200, shown.status)
	require.Contains(t, shown.body, "Access was declined")
	require.NotContains(t, shown.body, "<b>no")
}

func TestASecondCallbackGetsThePageOfTheFirst(t *testing.T) {
	srv, app := loginRig(t)

	_, err := app.Login(t.Context(), oauthflow.Login{Out: io.Discard, OpenBrowser: func(target string) error {
		address := callbackOf(t, target, approve(t, srv, target))
		release := make(chan struct{})
		held := oauthtest.FaultBefore("held", func() { <-release })
		srv.Inject(oauthtest.NewFaults(1).Next(1, held, oauthtest.ExchangeOAuthToken))
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() { require.Contains(t, visit(t, "GET", address).body, "You are signed in") })
		}
		time.AfterFunc(50*time.Millisecond, func() { close(release) })
		both.Wait()
		return nil
	}})

	require.NoError(t, err)
	require.Len(t, srv.RequestsTo(oauthtest.ExchangeOAuthToken), 1)
}

func TestLoginEndsWithItsTimeoutOrItsContext(t *testing.T) {
	_, app := loginRig(t)
	bored := errors.New("bored")
	ctx, cancel := context.WithCancelCause(t.Context())

	_, timeout := app.Login(t.Context(), oauthflow.Login{
		Out: io.Discard, Timeout: time.Millisecond, OpenBrowser: func(string) error { return nil },
	})
	_, canceled := app.Login(ctx, oauthflow.Login{Out: io.Discard, OpenBrowser: func(string) error {
		cancel(bored)
		return nil
	}})

	require.ErrorIs(t, timeout, context.DeadlineExceeded)
	require.ErrorIs(t, canceled, bored)
}

func TestIfTheBrowserDoesNotOpenTheUserCanOpenThePrintedURL(t *testing.T) {
	srv, app := loginRig(t)
	var out lockedBuffer
	done := make(chan error)

	go func() {
		_, err := app.Login(t.Context(), oauthflow.Login{
			Out: &out, OpenBrowser: func(string) error { return errors.New("no display") },
		})
		done <- err
	}()

	var target string
	require.Eventually(t, func() bool {
		if text := out.String(); strings.Contains(text, "open the URL yourself") {
			target = strings.Fields(text[strings.Index(text, "http"):])[0]
		}
		return target != ""
	}, 10*time.Second, time.Millisecond)
	visit(t, "GET", callbackOf(t, target, approve(t, srv, target)))
	require.NoError(t, <-done)
}

// lockedBuffer can be read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

func TestLoginListensWhereTheRedirectURISays(t *testing.T) {
	srv, app := loginRig(t)
	app.RedirectURI = "http://[::1]/cb"

	_, err := app.Login(t.Context(), oauthflow.Login{Out: io.Discard, OpenBrowser: func(target string) error {
		address := callbackOf(t, target, approve(t, srv, target))
		require.Regexp(t, `^http://\[::1\]:\d+/cb\?`, address)
		visit(t, "GET", address)
		return nil
	}})

	require.NoError(t, err)
}

func TestLoginRefusesARedirectURIThatIsNotLoopback(t *testing.T) {
	_, app := loginRig(t)
	for _, uri := range []string{
		"http://localhost/callback", "http://localhost:8080/callback", "https://app.example/cb", "http://127.0.0.2/callback",
		"https://127.0.0.1/callback", "com.example.app:/callback", "http://127.0.0.1.evil.example/", "http://127.0.0.1/cb#f",
		"http://0.0.0.0/callback",
	} {
		app.RedirectURI = uri

		_, err := app.Login(t.Context(), oauthflow.Login{Out: io.Discard, OpenBrowser: func(string) error {
			t.Error("opened")
			return nil
		}})

		require.ErrorContains(t, err, "Config.RedirectURI", uri)
	}
}

func TestHeadlessLoginTakesTheAddressThatTheUserPastes(t *testing.T) {
	for what, pasted := range map[string]func(query url.Values) string{
		"the whole address":   func(q url.Values) string { return "http://127.0.0.1/callback?" + q.Encode() },
		"quoted, with a #":    func(q url.Values) string { return ` "http://127.0.0.1/callback?` + q.Encode() + `#_=_" ` },
		"its query":           func(q url.Values) string { return q.Encode() },
		"its query, with a ?": func(q url.Values) string { return "?" + q.Encode() },
		"after a wrong line": func(q url.Values) string {
			return "what?\nhttp://127.0.0.1/callback?state=x&code=y\n" + q.Encode()
		},
		"without a line break": func(q url.Values) string { return q.Encode() },
	} {
		t.Run(what, func(t *testing.T) {
			srv, app := loginRig(t)
			in, keyboard := io.Pipe()
			var out lockedBuffer
			typed := make(chan struct{})
			go func() {
				defer close(typed)
				var target string
				for target == "" {
					if text := out.String(); strings.Contains(text, "Paste its address") {
						target = strings.Fields(text[strings.Index(text, "http"):])[0]
					}
					time.Sleep(time.Millisecond)
				}
				_, _ = io.WriteString(keyboard, pasted(approve(t, srv, target))+"\n")
			}()

			token, err := app.Login(t.Context(), oauthflow.Login{Headless: true, In: in, Out: &out})

			require.NoError(t, err)
			require.NotEmpty(t, token.AccessToken)
			if what == "after a wrong line" {
				require.Equal(t, 2, strings.Count(out.String(), "not the answer"))
			}
			in.Close()
			<-typed
		})
	}
}

func TestHeadlessLoginEndsWithItsInputOrItsContext(t *testing.T) {
	_, app := loginRig(t)
	in, keyboard := io.Pipe()
	defer keyboard.Close()

	_, ended := app.Login(t.Context(), oauthflow.Login{Headless: true, In: strings.NewReader("x\n"), Out: io.Discard})
	_, late := app.Login(t.Context(), oauthflow.Login{
		Headless: true, In: in, Out: io.Discard, Timeout: time.Millisecond,
	})

	require.ErrorIs(t, ended, io.ErrUnexpectedEOF)
	require.ErrorIs(t, late, context.DeadlineExceeded)
}
