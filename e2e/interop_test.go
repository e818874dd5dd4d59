package e2e

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
)

// provider starts oidc-provider, and returns what Discover finds.
func provider(t *testing.T) (*oauthflow.Server, telnyx.Client) {
	t.Helper()
	cmd := exec.Command("node", "server.mjs")
	cmd.Dir = "oidc-provider"
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start(), "these tests need node and npm ci; .ci/run e2e installs them")
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	require.NoError(t, err, "these tests need npm ci in oidc-provider; .ci/run e2e does it")
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	var said struct{ Issuer string }
	require.NoError(t, json.Unmarshal(line, &said))
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(said.Issuer+"/v2"))
	server, err := oauthflow.Discover(t.Context(), client)
	require.NoError(t, err)
	require.Equal(t, said.Issuer, server.Issuer)
	require.Equal(t, said.Issuer+"/v2", server.BaseURL)
	return server, client
}

// agent does what a browser does: it keeps cookies and follows redirects. It stops at a redirect to another host, and
// returns its query.
func agent(t *testing.T, target string) url.Values {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	var callback *url.URL
	client := &http.Client{Jar: jar, CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if req.URL.Host != via[0].URL.Host {
			callback = req.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	res, err := client.Get(target)
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NotNil(t, callback, "%s %s", res.Status, body)
	return callback.Query()
}

func TestCodeAndPKCEAndRefreshWithRotationWorkWithAnotherServer(t *testing.T) {
	server, client := provider(t)
	now := time.Now()
	app := oauthflow.Config{
		Client: client, Server: server, ClientID: "web", ClientSecret: "web-secret", AuthMethod: oauthflow.AuthPost,
		RedirectURI: "https://app.example/callback", Scopes: []string{"messaging.read"},
		Store: new(oauthflow.MemoryStore), Now: func() time.Time { return now },
	}
	pending, err := app.Begin()
	require.NoError(t, err)

	first, err := app.Finish(t.Context(), pending, agent(t, pending.URL))

	require.NoError(t, err)
	require.Equal(t, []string{"messaging.read"}, first.Scopes)
	require.True(t, server.IssParameterSupported, "the callback had iss, which Finish compared (RFC 9207)")
	src, err := app.Stored()
	require.NoError(t, err)
	defer src.Close()
	seen := map[string]bool{first.RefreshToken: true}
	for range 3 {
		now = now.Add(time.Hour)
		token, err := src.Token(t.Context())
		require.NoError(t, err)
		require.False(t, seen[token.RefreshToken], "the server rotates it")
		seen[token.RefreshToken] = true
	}
}

func TestARefreshTokenThatAnotherServerRevokedNeedsANewLogin(t *testing.T) {
	server, client := provider(t)
	src, err := oauthflow.Config{
		Client: client, Server: server, ClientID: "web", ClientSecret: "web-secret", AuthMethod: oauthflow.AuthPost,
	}.Source(oauthflow.Token{RefreshToken: "revoked-or-never-issued"})
	require.NoError(t, err)

	_, err = src.Token(t.Context())

	require.ErrorIs(t, err, oauthflow.ErrReauthorize)
	require.ErrorIs(t, err, telnyx.ErrInvalidGrant)
}

func TestClientCredentialsWorkWithAnotherServer(t *testing.T) {
	server, client := provider(t)
	src, err := oauthflow.Config{
		Client: client, Server: server, ClientID: "service", ClientSecret: "a secret with / and + and :",
		Scopes: []string{"messaging.write"},
	}.ClientCredentials()
	require.NoError(t, err)

	token, err := src.Token(t.Context())

	require.NoError(t, err, "Basic is form-encoded as the server decodes it")
	require.Equal(t, []string{"messaging.write"}, token.Scopes)
	require.WithinDuration(t, time.Now().Add(10*time.Minute), token.Expiry, 10*time.Second)
}

func TestAClientThatRegistersItselfSignsItsUserInWithAnotherServer(t *testing.T) {
	server, client := provider(t)
	params := telnyx.OAuthRegisterParams{ClientName: telnyx.String("CLI")}
	params.SetExtraFields(map[string]any{"application_type": "native"}) // else http is not allowed, even to loopback
	app, err := oauthflow.Config{
		Client: client, Server: server, Scopes: []string{"messaging.read"}, Store: new(oauthflow.MemoryStore),
	}.Register(t.Context(), params)
	require.NoError(t, err)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)

	token, err := app.Login(t.Context(), oauthflow.Login{
		Out: io.Discard, Timeout: time.Minute,
		OpenBrowser: func(target string) error {
			res, err := (&http.Client{Jar: jar}).Get(target) // to the listener, whose port is not the registered one
			if err != nil {
				return err
			}
			return res.Body.Close()
		},
	})

	require.NoError(t, err)
	require.NotEmpty(t, token.RefreshToken)
}
