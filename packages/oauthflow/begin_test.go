package oauthflow_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
)

func TestTheAuthorizationURLHasExactlyWhatTheRequestNeeds(t *testing.T) {
	cfg := oauthflow.Config{
		Client: telnyx.NewClient(option.WithBaseURL("https://api.telnyx.eu/v2"), option.WithAPIKey("KEYs3cr3t"),
			option.WithClientID("another"), option.WithQuery("x", "y")),
		ClientID: "app", ClientSecret: "s3cr3t", RedirectURI: "https://app.example/cb?x=1",
		Scopes: []string{"b", "a"}, Resources: []string{"https://r.example/1", "https://r.example/2"},
	}

	pending, err := cfg.Begin()

	require.NoError(t, err)
	u, err := url.Parse(pending.URL)
	require.NoError(t, err)
	require.Equal(t, "https://api.telnyx.eu/v2/oauth/authorize", u.Scheme+"://"+u.Host+u.Path)
	query := u.Query()
	require.Equal(t, pending.State, query.Get("state"))
	require.Len(t, query.Get("code_challenge"), 43)
	query.Del("state")
	query.Del("code_challenge")
	require.Equal(t, url.Values{
		"response_type": {"code"}, "client_id": {"app"}, "redirect_uri": {"https://app.example/cb?x=1"}, "scope": {"b a"},
		"code_challenge_method": {"S256"}, "resource": {"https://r.example/1", "https://r.example/2"},
	}, query)
}

func TestStateAndVerifierAre256RandomBits(t *testing.T) {
	cfg := oauthflow.Config{ClientID: "app", RedirectURI: "https://app.example/cb"}
	seen := map[string]bool{}
	for range 100 {
		pending, err := cfg.Begin()
		require.NoError(t, err)
		text, err := json.Marshal(pending)
		require.NoError(t, err)
		var kept map[string]any
		require.NoError(t, json.Unmarshal(text, &kept))
		u, err := url.Parse(pending.URL)
		require.NoError(t, err)
		verifier := kept["code_verifier"].(string)
		sum := sha256.Sum256([]byte(verifier))
		require.Equal(t, base64.RawURLEncoding.EncodeToString(sum[:]), u.Query().Get("code_challenge"))
		for _, secret := range []string{pending.State, verifier} {
			bits, err := base64.RawURLEncoding.DecodeString(secret)
			require.NoError(t, err)
			require.Len(t, bits, 32)
			require.False(t, seen[secret])
			seen[secret] = true
		}
	}
}

func TestTheJSONOfAPendingHasWhatFinishNeeds(t *testing.T) {
	srv, app, _ := rig(t)
	app.Resources = []string{"https://r.example"}
	pending, err := app.Begin()
	require.NoError(t, err)
	text, err := json.Marshal(pending)
	require.NoError(t, err)
	var members map[string]any
	require.NoError(t, json.Unmarshal(text, &members))
	require.ElementsMatch(t, []string{
		"state", "code_verifier", "redirect_uri", "issuer", "client_id", "scopes", "resources",
	}, keys(members))
	restored := new(oauthflow.Pending)
	require.NoError(t, json.Unmarshal(text, restored))
	require.Empty(t, restored.URL)
	require.Equal(t, pending.State, restored.State)

	_, err = app.Finish(t.Context(), restored, approve(t, srv, pending.URL))

	require.NoError(t, err)
}

func keys(m map[string]any) (all []string) {
	for k := range m {
		all = append(all, k)
	}
	return all
}

func TestAnInvalidFieldIsNamedBeforeAnythingIsSent(t *testing.T) {
	type config = oauthflow.Config
	good := config{ClientID: "app", RedirectURI: "https://app.example/cb"}
	for what, c := range map[string]struct {
		change func(*config)
		field  string
	}{
		"no client id":                     {func(c *config) { c.ClientID = "" }, "ClientID"},
		"no redirect URI":                  {func(c *config) { c.RedirectURI = "" }, "RedirectURI"},
		"a fragment (RFC 6749, 3.1.2)":     {func(c *config) { c.RedirectURI += "#x" }, "RedirectURI"},
		"an empty fragment":                {func(c *config) { c.RedirectURI += "#" }, "RedirectURI"},
		"a relative redirect URI":          {func(c *config) { c.RedirectURI = "/cb" }, "RedirectURI"},
		"plain http (RFC 8252, 7.3)":       {func(c *config) { c.RedirectURI = "http://app.example/cb" }, "RedirectURI"},
		"a scheme without dot (8252, 7.1)": {func(c *config) { c.RedirectURI = "myapp:/cb" }, "RedirectURI"},
		"none with a secret": {
			func(c *config) { c.ClientSecret, c.AuthMethod = "s3cr3t", oauthflow.AuthNone }, "AuthMethod",
		},
		"basic without a secret": {func(c *config) { c.AuthMethod = oauthflow.AuthBasic }, "ClientSecret"},
		"an unknown method": {
			func(c *config) { c.ClientSecret, c.AuthMethod = "s", "private_key_jwt" }, "AuthMethod",
		},
		"two scopes in one":                 {func(c *config) { c.Scopes = []string{"a b"} }, "Scopes"},
		"an empty scope":                    {func(c *config) { c.Scopes = []string{""} }, "Scopes"},
		"a quoted scope (RFC 6749, 3.3)":    {func(c *config) { c.Scopes = []string{`"a"`} }, "Scopes"},
		"a relative resource (RFC 8707, 2)": {func(c *config) { c.Resources = []string{"/mcp"} }, "Resources"},
		"a resource with fragment": {
			func(c *config) { c.Resources = []string{"https://r.example/#x"} }, "Resources",
		},
		"a negative timeout":      {func(c *config) { c.RenewTimeout = -1 }, "RenewTimeout"},
		"a server without issuer": {func(c *config) { c.Server = new(oauthflow.Server) }, "Server"},
		"a client that cannot call": {
			func(c *config) { c.Client = telnyx.NewClient(option.WithBaseURL("ftp://x")) }, "Client",
		},
	} {
		t.Run(what, func(t *testing.T) {
			cfg := good
			c.change(&cfg)

			_, err := cfg.Begin()

			require.ErrorContains(t, err, "Config."+c.field+":")
			require.NotContains(t, err.Error(), "s3cr3t")
		})
	}
	for _, uri := range []string{
		"https://app.example", "http://127.0.0.1/cb", "http://localhost:8080/cb", "http://[::1]:9/", "com.example.app:/cb",
	} {
		good.RedirectURI = uri
		_, err := good.Begin()
		require.NoError(t, err, uri)
	}
}

func TestNothingShowsASecret(t *testing.T) {
	const secret = "s3cr3t"
	cfg := oauthflow.Config{ClientID: "app", ClientSecret: secret, RedirectURI: "https://app.example/cb"}
	pending, err := cfg.Begin()
	require.NoError(t, err)
	var kept struct {
		Verifier string `json:"code_verifier"`
	}
	text, err := json.Marshal(pending)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &kept))
	token := oauthflow.Token{AccessToken: "at-" + secret, RefreshToken: "rt-" + secret, Scopes: []string{"a"}}
	src, err := cfg.Source(token)
	require.NoError(t, err)
	_, err = src.Token(t.Context())
	require.NoError(t, err)
	record := oauthflow.Record{Data: []byte(secret)}
	saveError := &oauthflow.SaveError{Token: token, Err: errDisk}
	values := []any{
		cfg, &cfg, pending, *pending, token, &token, src, record, &record, saveError,
		[]oauthflow.Token{token}, map[string]*oauthflow.Pending{"x": pending}, struct{ T oauthflow.Token }{token},
	}
	var out strings.Builder
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
	}
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&out, nil), slog.NewTextHandler(&out, nil)} {
		log := slog.New(handler)
		for _, v := range values[:10] {
			log.Info("x", "value", v, slog.Group("g", "value", v))
		}
	}

	for _, shown := range []string{secret, pending.State, kept.Verifier, "code_challenge"} {
		require.NotContains(t, out.String(), shown)
		require.NotContains(t, out.String(), fmt.Sprintf("%x", shown))
	}
	require.Contains(t, out.String(), "app")
}

func TestANilPendingPrintsAndAnEmptyOneIsRefused(t *testing.T) {
	var none *oauthflow.Pending
	require.NotPanics(t, func() { _ = fmt.Sprintf("%v %+v", none, none) })
	var out strings.Builder
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "pending", none)

	_, err := oauthflow.Config{ClientID: "app"}.Finish(t.Context(), new(oauthflow.Pending), url.Values{})

	require.ErrorContains(t, err, "empty")
}
