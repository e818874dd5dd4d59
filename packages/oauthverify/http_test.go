package oauthverify_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
	"github.com/team-telnyx/telnyx-go/packages/oauthverify"
)

const documentURL = "https://mcp.example.com/.well-known/oauth-protected-resource/mcp"

// serve sends a request with Authorization headers through middleware.
func serve(v *oauthverify.Verifier, headers []string, scopes ...string) *httptest.ResponseRecorder {
	handler := v.Require(scopes...)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, ok := oauthverify.ClaimsFromContext(r.Context())
		fmt.Fprint(w, ok, claims.Subject)
	}))
	req := httptest.NewRequest("GET", "/mcp?access_token=in-the-query", strings.NewReader("access_token=in-a-form"))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.AddCookie(&http.Cookie{Name: "access_token", Value: "in-a-cookie"})
	for _, h := range headers {
		req.Header.Add("Authorization", h)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, req)
	return w
}

func TestOnlyTheAuthorizationHeaderCountsAndEachErrorHasItsResponse(t *testing.T) {
	srv, client, policy, _ := rig(t)
	policy.Scopes = []string{"a.b"}
	v := verifier(t, client, policy)
	token := good(srv) // which has neither a.b nor c
	both := srv.MintToken(oauthtest.Minted{Subject: "user", Audience: []string{resource}, Scopes: []string{"a.b", "c"}})
	const (
		wanted  = `scope="a.b c", resource_metadata="` + documentURL + `"`
		invalid = `Bearer error="invalid_token", ` + wanted
	)
	for what, c := range map[string]struct {
		headers   []string
		status    int
		challenge string
	}{
		"no header":            {nil, 401, "Bearer " + wanted},
		"an empty header":      {[]string{""}, 401, "Bearer " + wanted},
		"another scheme":       {[]string{"Basic abc"}, 401, "Bearer " + wanted},
		"a longer scheme":      {[]string{"Bearerx " + both}, 401, "Bearer " + wanted},
		"two headers":          {[]string{"Bearer " + both, "Basic x"}, 400, `Bearer error="invalid_request", ` + wanted},
		"two empty headers":    {[]string{"", ""}, 400, `Bearer error="invalid_request", ` + wanted},
		"no token":             {[]string{"Bearer"}, 401, invalid},
		"spaces for a token":   {[]string{"Bearer  "}, 401, invalid},
		"two tokens":           {[]string{"Bearer " + both + " x"}, 401, invalid},
		"a tab":                {[]string{"Bearer\t" + both}, 401, invalid},
		"a comma":              {[]string{"Bearer " + both + ",x"}, 401, invalid},
		"padding in the midst": {[]string{"Bearer a=b"}, 401, invalid},
		"too few scopes":       {[]string{"Bearer " + token}, 403, `Bearer error="insufficient_scope", ` + wanted},
		"good":                 {[]string{"Bearer " + both}, 200, ""},
		"good, in any case":    {[]string{"bEARER    " + both}, 200, ""},
	} {
		t.Run(what, func(t *testing.T) {
			w := serve(v, c.headers, "c")

			require.Equal(t, c.status, w.Code)
			if c.status == 200 {
				require.Equal(t, "true user", strings.Replace(w.Body.String(), "true", "true ", 1))
				return
			}
			require.Equal(t, []string{c.challenge}, w.Header().Values("WWW-Authenticate"))
			require.Equal(t, http.StatusText(c.status)+"\n", w.Body.String())
			require.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))
			require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		})
	}
}

func TestAnOutageIs503WithoutChallenge(t *testing.T) {
	srv, client, policy, _ := rig(t)
	srv.Inject(oauthtest.NewFaults(1).Next(9, oauthtest.FaultRetryAfter(503, "7"), oauthtest.GetOAuthJWKS))

	w := serve(verifier(t, client, policy), []string{"Bearer " + good(srv)})

	require.Equal(t, 503, w.Code)
	require.Equal(t, "7", w.Header().Get("Retry-After"))
	require.Empty(t, w.Header().Values("WWW-Authenticate"))
}

func TestWriteErrorWritesTheResponseOfEachError(t *testing.T) {
	_, client, policy, _ := rig(t)
	v := verifier(t, client, policy)
	policy.Resource, policy.AnyAudience = "", true
	plain := verifier(t, client, policy)
	for what, c := range map[string]struct {
		v          *oauthverify.Verifier
		err        error
		status     int
		challenge  string
		retryAfter string
	}{
		"nil":               {v: v, err: nil, status: 500},
		"another error":     {v: v, err: errors.New("x"), status: 500},
		"a kind of its own": {v: v, err: &oauthverify.Error{Kind: "other"}, status: 500},
		"wrapped": {
			v:         v,
			err:       fmt.Errorf("x: %w", &oauthverify.Error{Kind: oauthverify.ErrExpired}),
			status:    401,
			challenge: `Bearer error="invalid_token", resource_metadata="` + documentURL + `"`,
		},
		"nothing to name": {
			v:         plain,
			err:       &oauthverify.Error{Kind: oauthverify.ErrNoToken},
			status:    401,
			challenge: "Bearer",
		},
		"invalid scopes": {
			v:         plain,
			err:       &oauthverify.Error{Kind: oauthverify.ErrNoToken, Scopes: []string{"a", "b\"c", "d e", ""}},
			status:    401,
			challenge: `Bearer scope="a"`,
		},
		"a part of a second": {
			v:          v,
			err:        &oauthverify.Error{Kind: oauthverify.ErrUnavailable, RetryAfter: 1100 * time.Millisecond},
			status:     503,
			retryAfter: "2",
		},
		"no time to wait": {
			v:          v,
			err:        &oauthverify.Error{Kind: oauthverify.ErrUnavailable},
			status:     503,
			retryAfter: "1",
		},
		"the class": {
			v:         v,
			err:       &oauthverify.Error{Kind: oauthverify.ErrInvalidToken},
			status:    401,
			challenge: `Bearer error="invalid_token", resource_metadata="` + documentURL + `"`,
		},
		"from Claims.Require": {
			v:         plain,
			err:       (&oauthverify.Claims{Scopes: []string{"a"}}).Require("a", "b"),
			status:    403,
			challenge: `Bearer error="insufficient_scope", scope="a b"`,
		},
		"inactive, as bad ones": {
			v:         plain,
			err:       &oauthverify.Error{Kind: oauthverify.ErrInactive},
			status:    401,
			challenge: `Bearer error="invalid_token"`,
		},
	} {
		t.Run(what, func(t *testing.T) {
			w := httptest.NewRecorder()

			c.v.WriteError(w, c.err)

			require.Equal(t, c.status, w.Code)
			require.Equal(t, c.challenge, strings.Join(w.Header().Values("WWW-Authenticate"), "|"))
			require.Equal(t, c.retryAfter, w.Header().Get("Retry-After"))
			require.Equal(t, http.StatusText(c.status)+"\n", w.Body.String())
		})
	}
}

func TestRequirePanicsForAnInvalidScope(t *testing.T) {
	_, client, policy, _ := rig(t)
	v := verifier(t, client, policy)
	for _, scope := range []string{"", "a b", `"`, "ü"} {
		require.Panics(t, func() { v.Require("ok", scope) }, scope)
	}
}

func TestClaimsAreInTheContext(t *testing.T) {
	claims := &oauthverify.Claims{Subject: "x"}

	got, ok := oauthverify.ClaimsFromContext(oauthverify.ContextWithClaims(t.Context(), claims))

	require.True(t, ok)
	require.Same(t, claims, got)
	_, ok = oauthverify.ClaimsFromContext(context.Background())
	require.False(t, ok)
	_, ok = oauthverify.ClaimsFromContext(oauthverify.ContextWithClaims(t.Context(), nil))
	require.False(t, ok)
}

func TestTheMetadataDocumentIsServedAtItsPaths(t *testing.T) {
	handler, err := oauthverify.MetadataHandler(oauthverify.Metadata{
		Resource: "https://h.example/a%2Fb/c?q=1", AuthorizationServers: []string{"https://api.telnyx.com"},
		ResourceName: "Calls", Extra: map[string]any{"x_more": 1},
	})
	require.NoError(t, err)
	const path = oauthverify.MetadataPath
	for what, c := range map[string]struct {
		method, target string
		status         int
		header         map[string]string
	}{
		"the root form": {"GET", path, 200, map[string]string{
			"Content-Type":  "application/json",
			"Cache-Control": "public, max-age=3600",
		}},
		"the suffixed form": {"GET", path + "/a%2Fb/c?q=1", 200, nil},
		"HEAD":              {"HEAD", path, 200, nil},
		"a preflight": {"OPTIONS", path, 204, map[string]string{
			"Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
			"Access-Control-Allow-Headers": "*",
		}},
		"another method":     {"POST", path, 405, map[string]string{"Allow": "GET, HEAD, OPTIONS"}},
		"an unescaped slash": {"GET", path + "/a/b/c", 404, nil},
		"a trailing slash":   {"GET", path + "/", 404, nil},
		"another path":       {"GET", "/x" + path, 404, nil},
		"an unknown path":    {"POST", path + "/other", 404, nil},
	} {
		t.Run(what, func(t *testing.T) {
			w := httptest.NewRecorder()

			handler.ServeHTTP(w, httptest.NewRequest(c.method, "https://h.example"+c.target, nil))

			require.Equal(t, c.status, w.Code)
			require.Equal(t, "*", w.Header().Get("Access-Control-Allow-Origin"))
			require.Empty(t, w.Header().Get("Access-Control-Allow-Credentials"))
			for name, value := range c.header {
				require.Equal(t, value, w.Header().Get(name))
			}
			if c.status == 200 && c.method == "GET" {
				body, err := io.ReadAll(w.Body)
				require.NoError(t, err)
				require.Equal(t, fmt.Sprint(len(body)), w.Header().Get("Content-Length"))
				require.JSONEq(t, `{"resource":"https://h.example/a%2Fb/c?q=1","authorization_servers":["https://api.telnyx.com"],
					"bearer_methods_supported":["header"],"resource_name":"Calls","x_more":1}`, string(body))
			}
			if c.method == "HEAD" {
				require.Empty(t, w.Body.String())
				require.NotEmpty(t, w.Header().Get("Content-Length"))
			}
		})
	}
}

func TestTheMetadataURLFollowsFromTheResource(t *testing.T) {
	_, client, policy, _ := rig(t)
	for resource, want := range map[string]string{
		"https://h":           "https://h/.well-known/oauth-protected-resource",
		"https://h/":          "https://h/.well-known/oauth-protected-resource",
		"https://h/a/b?q=1":   "https://h/.well-known/oauth-protected-resource/a/b?q=1",
		"https://h/a/":        "https://h/.well-known/oauth-protected-resource/a/",
		"https://h:8443/a":    "https://h:8443/.well-known/oauth-protected-resource/a",
		"http://localhost:80": "http://localhost:80/.well-known/oauth-protected-resource",
		"https://h/a%2Fb":     "https://h/.well-known/oauth-protected-resource/a%2Fb",
	} {
		policy.Resource = resource
		w := httptest.NewRecorder()

		verifier(t, client, policy).WriteError(w, &oauthverify.Error{Kind: oauthverify.ErrNoToken})

		require.Equal(t, `Bearer resource_metadata="`+want+`"`, w.Header().Get("WWW-Authenticate"))
	}
	policy.MetadataURL = "https://meta.example/doc"
	w := httptest.NewRecorder()
	verifier(t, client, policy).WriteError(w, &oauthverify.Error{Kind: oauthverify.ErrNoToken})
	require.Equal(t, `Bearer resource_metadata="https://meta.example/doc"`, w.Header().Get("WWW-Authenticate"))
}

func TestTheErrorNamesTheInvalidField(t *testing.T) {
	_, client, good, _ := rig(t)
	type policy = oauthverify.Policy
	for what, c := range map[string]struct {
		change func(*policy)
		field  string
	}{
		"no issuer":        {func(p *policy) { p.Issuer = "" }, "Policy.Issuer"},
		"neither audience": {func(p *policy) { p.Resource = "" }, "Policy.Audience"},
		"both audiences": {
			func(p *policy) { p.Audience, p.AnyAudience = []string{"a"}, true }, "Policy.AnyAudience",
		},
		"an empty audience":      {func(p *policy) { p.Audience = []string{""} }, "Policy.Audience"},
		"plain http":             {func(p *policy) { p.Resource = "http://h.example" }, "Policy.Resource"},
		"a relative resource":    {func(p *policy) { p.Resource = "/mcp" }, "Policy.Resource"},
		"a fragment":             {func(p *policy) { p.Resource = "https://h/#x" }, "Policy.Resource"},
		"a user":                 {func(p *policy) { p.Resource = "https://u:s3cr3t@h/" }, "Policy.Resource"},
		"a quote":                {func(p *policy) { p.Resource = `https://h/"x` }, "Policy.Resource"},
		"a line feed":            {func(p *policy) { p.MetadataURL = "https://h/\n" }, "Policy.MetadataURL"},
		"a letter beyond ASCII":  {func(p *policy) { p.Resource = "https://h/ü" }, "Policy.Resource"},
		"a scope that is two":    {func(p *policy) { p.Scopes = []string{"a b"} }, "Policy.Scopes"},
		"an unknown mode":        {func(p *policy) { p.Mode = 7 }, "Policy.Mode"},
		"none":                   {func(p *policy) { p.Algorithms = []string{"none"} }, "Policy.Algorithms"},
		"HS256":                  {func(p *policy) { p.Algorithms = []string{"RS256", "HS256"} }, "Policy.Algorithms"},
		"a negative token limit": {func(p *policy) { p.MaxTokenBytes = -1 }, "Policy.MaxTokenBytes"},
	} {
		changed := good
		c.change(&changed)

		_, err := oauthverify.New(client, changed)

		require.ErrorContains(t, err, c.field+":", what)
		require.NotContains(t, err.Error(), "s3cr3t")
	}
	_, err := oauthverify.NewKeySet(client, oauthverify.KeySetConfig{MinAge: time.Hour, MaxAge: time.Minute})
	require.ErrorContains(t, err, "KeySetConfig.MinAge")
	_, err = oauthverify.NewKeySet(client, oauthverify.KeySetConfig{Cooldown: -1})
	require.ErrorContains(t, err, "KeySetConfig.Cooldown")
	_, err = oauthverify.NewIntrospector(client, oauthverify.IntrospectorConfig{Budget: -1})
	require.ErrorContains(t, err, "IntrospectorConfig.Budget")
	_, err = oauthverify.MetadataHandler(oauthverify.Metadata{})
	require.ErrorContains(t, err, "Metadata.Resource")
	_, err = oauthverify.MetadataHandler(oauthverify.Metadata{Resource: "https://h", Extra: map[string]any{"resource": 1}})
	require.ErrorContains(t, err, "Metadata.Extra")
}
