package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// A browser keeps cookies, follows redirects, and has an address.
type browser struct {
	t    *testing.T
	http *http.Client
	at   *url.URL
	page string
	code int
}

// open starts the application and a browser on its first page.
func open(t *testing.T) *browser {
	t.Helper()
	t.Setenv("TELNYX_CLIENT_ID", "")
	t.Setenv("TELNYX_BASE_URL", "")
	ctx, stop := context.WithCancel(context.Background())
	printed, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"-addr=127.0.0.1:0"}, out, io.Discard) }()
	lines := bufio.NewReader(printed)
	root, err := lines.ReadString('\n')
	require.NoError(t, err)
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		stop()
		require.NoError(t, <-ended)
		out.Close()
		goleak.VerifyNone(t)
	})
	b := &browser{t: t, http: &http.Client{Transport: transport, Jar: jar}}
	b.get(strings.TrimSpace(root))
	return b
}

func (b *browser) get(target string) { b.finish(b.http.Get(target)) }

func (b *browser) post(target string, form url.Values) { b.finish(b.http.PostForm(target, form)) }

func (b *browser) finish(res *http.Response, err error) {
	b.t.Helper()
	require.NoError(b.t, err)
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	b.at, b.page, b.code = res.Request.URL, string(page), res.StatusCode
}

func (b *browser) url(path string) string { return b.at.Scheme + "://" + b.at.Host + path }

// decide answers the consent page that the browser is at.
func (b *browser) decide(decision string) {
	b.t.Helper()
	token := regexp.MustCompile(`name="consent_token" value="([^"]+)"`).FindStringSubmatch(b.page)
	require.NotNil(b.t, token, b.page)
	b.post(b.url("/consent"), url.Values{"consent_token": {token[1]}, "decision": {decision}})
}

func TestAUserSignsInSeesTheClientsAndSignsOut(t *testing.T) {
	b := open(t)
	require.Contains(t, b.page, "Sign in with Telnyx")

	b.get(b.url("/login"))
	b.decide("allow")

	require.Equal(t, "/", b.at.Path)
	require.Contains(t, b.page, `Hello, <span id="user">user-`)
	require.Contains(t, b.page, "<li>Weblogin</li>")
	b.post(b.url("/logout"), nil)
	require.Contains(t, b.page, "Sign in with Telnyx")
	b.get(b.url("/"))
	require.NotContains(t, b.page, "Hello")
}

func TestAUserWhoDeniesIsNotSignedIn(t *testing.T) {
	b := open(t)
	b.get(b.url("/login"))

	b.decide("deny")

	require.Equal(t, http.StatusForbidden, b.code)
	require.Contains(t, b.page, "You did not give access")
	root := b.url("")
	b.get(root + "/login")
	b.decide("allow")
	require.Contains(t, b.page, "Hello")
	b.get(root + "/login")
	b.decide("deny")
	require.Contains(t, b.page, "Nothing was changed")
	b.get(root)
	require.Contains(t, b.page, "Hello", "who was signed in still is")
}

func TestACallbackOfAnotherLoginChangesNothing(t *testing.T) {
	b := open(t)
	root := b.url("")
	b.get(root + "/callback?code=x&state=guessed")
	require.Equal(t, http.StatusBadRequest, b.code, "there is no login under way")
	b.get(root + "/login")
	consent := b.at.String()
	b.get(root + "/callback?code=x&state=guessed")
	require.Equal(t, http.StatusBadRequest, b.code)
	require.NotContains(t, b.page, "Hello")
	b.get(consent)
	b.decide("allow")
	require.Contains(t, b.page, "Hello", "the login under way goes on")
}

func TestACallbackWorksOnce(t *testing.T) {
	b := open(t)
	root := b.url("")
	var callback string
	b.http.CheckRedirect = func(req *http.Request, _ []*http.Request) error {
		if req.URL.Path == "/callback" {
			callback = req.URL.String()
		}
		return nil
	}
	b.get(root + "/login")
	b.decide("allow")
	require.Contains(t, b.page, "Hello")

	b.get(callback)

	require.Equal(t, http.StatusBadRequest, b.code)
	b.get(root)
	require.Contains(t, b.page, "Hello", "the login stays")
}

func TestTheCookieIsForThisApplicationAlone(t *testing.T) {
	b := open(t)
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := b.http.Get(b.url("/login"))
	require.NoError(t, err)
	res.Body.Close()

	c := res.Cookies()[0]

	require.True(t, c.HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, c.SameSite)
	require.Len(t, c.Value, 26)
	require.False(t, c.Secure, "loopback has no TLS")
	w := httptest.NewRecorder()
	(&sessions{secure: true, byID: map[string]session{}}).put(w, httptest.NewRequest("GET", "/", nil), session{user: "x"})
	require.True(t, w.Result().Cookies()[0].Secure)
}

func TestALoginThatWasRevokedHasEnded(t *testing.T) {
	srv := oauthtest.Start(t)
	app := srv.AddClient(oauthtest.Client{RedirectURIs: []string{"https://app.example/callback"}})
	options := []option.RequestOption{option.WithBaseURL(srv.BaseURL())}
	config := oauthflow.Config{
		Client:   telnyx.NewClient(append(options, option.WithoutEnvironment())...),
		ClientID: app.ID, ClientSecret: app.Secret,
		RedirectURI: "https://app.example/callback", Store: new(oauthflow.MemoryStore),
	}
	handler := newApp(config, options)
	visit := func(target string, cookies []*http.Cookie) *httptest.ResponseRecorder {
		req, w := httptest.NewRequest("GET", target, nil), httptest.NewRecorder()
		for _, c := range cookies {
			req.AddCookie(c)
		}
		handler.ServeHTTP(w, req)
		return w
	}
	login := visit("/login", nil)
	callback, err := srv.Approve(login.Header().Get("Location"))
	require.NoError(t, err)
	in := visit("/callback?"+callback.RawQuery, login.Result().Cookies())
	require.Equal(t, http.StatusFound, in.Code)
	srv.RevokeTokens()

	home := visit("/", in.Result().Cookies())

	require.Contains(t, home.Body.String(), "Your login has ended")
}

func TestOnlyLoopbackIsListenedOn(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "localhost", "192.0.2.1:80"} {
		require.ErrorIs(t, run(t.Context(), []string{"-addr", addr}, io.Discard, io.Discard), errUsage, addr)
	}
}
