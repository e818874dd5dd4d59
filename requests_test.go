package telnyx_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/param"
)

// pathCalls are the operations with a value in the path.
var pathCalls = []struct {
	method, before string
	call           func(ctx context.Context, c *telnyx.Client, value string) error
}{
	{"GET", "/v2/oauth_clients/", func(ctx context.Context, c *telnyx.Client, v string) error {
		_, err := c.OAuthClients.Get(ctx, v)
		return err
	}},
	{"PUT", "/v2/oauth_clients/", func(ctx context.Context, c *telnyx.Client, v string) error {
		_, err := c.OAuthClients.Update(ctx, v, telnyx.OAuthClientUpdateParams{})
		return err
	}},
	{"DELETE", "/v2/oauth_clients/", func(ctx context.Context, c *telnyx.Client, v string) error {
		return c.OAuthClients.Delete(ctx, v)
	}},
	{"GET", "/v2/oauth_grants/", func(ctx context.Context, c *telnyx.Client, v string) error {
		_, err := c.OAuthGrants.Get(ctx, v)
		return err
	}},
	{"DELETE", "/v2/oauth_grants/", func(ctx context.Context, c *telnyx.Client, v string) error {
		_, err := c.OAuthGrants.Delete(ctx, v)
		return err
	}},
	{"GET", "/v2/oauth/consent/", func(ctx context.Context, c *telnyx.Client, v string) error {
		_, err := c.OAuth.Get(ctx, v)
		return err
	}},
}

func TestAnyPathValueIsExactlyOneSegmentForTheServer(t *testing.T) {
	var seen *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r
		io.WriteString(w, `{}`)
	}))
	defer server.Close()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(server.URL+"/v2"))
	for _, value := range []string{
		"a/../b", "../..", "%2e%2e", "..%2f", "...", "x?y=1#z", "\x00", "\r\nX-Evil: 1", "ключ/雪", "a b+c", "a;b=c",
		"//evil.example/",
		"https://evil.example", `..\..\`, "%", "%zz", "\xff", "~*:@&=$,!'()", strings.Repeat("long/", 2000),
	} {
		for _, op := range pathCalls {
			require.NoError(t, op.call(t.Context(), &client, value))

			segment, ok := strings.CutPrefix(seen.URL.EscapedPath(), op.before)
			require.True(t, ok, seen.URL.EscapedPath())
			require.NotContains(t, segment, "/")
			decoded, err := url.PathUnescape(segment)
			require.NoError(t, err)
			require.Equal(t, value, decoded)
			require.Equal(t, op.method, seen.Method)
			require.Empty(t, seen.URL.RawQuery)
		}
	}
}

func TestPathValueThatCannotBeASegmentIsRefusedBeforeSending(t *testing.T) {
	w := inTurn(says(200, `{}`))
	client := w.client()
	for _, value := range []string{"", ".", ".."} {
		for _, op := range pathCalls {
			err := op.call(t.Context(), &client, value)
			require.ErrorContains(t, err, fmt.Sprintf("must not be %q", value))
		}
	}
	require.Empty(t, w.sent)
}

func TestQueryReachesTheServerUnchanged(t *testing.T) {
	w := inTurn(says(200, `{"data":[]}`))
	client := w.client()
	name := "a&b=c;d +%20\"ü\x00雪"

	_, err := client.OAuthClients.List(t.Context(), telnyx.OAuthClientListParams{
		FilterNameContains: telnyx.String(name), FilterVerified: telnyx.Bool(false), PageSize: telnyx.Int(7),
		FilterClientType: telnyx.OAuthClientListParamsFilterClientTypePublic,
	})

	require.NoError(t, err)
	require.Equal(t, url.Values{
		"filter[name][contains]": {name}, "filter[verified]": {"false"}, "page[size]": {"7"},
		"filter[client_type]": {"public"},
	}, w.sent[0].URL.Query())
}

func TestBodyIsSentWholeOnEveryAttempt(t *testing.T) {
	w := inTurn(says(503, ``, "Retry-After", "0"), says(503, ``, "Retry-After", "0"), says(200, aClient))
	client := w.client()

	_, err := create(t.Context(), &client)

	require.NoError(t, err)
	require.Len(t, w.sent, 3)
	for _, r := range w.sent {
		require.JSONEq(
			t, `{"name":"n","client_type":"public","allowed_scopes":["s"],"allowed_grant_types":["authorization_code"]}`, r.Body,
		)
		require.EqualValues(t, len(r.Body), r.ContentLength)
	}
}

func TestMissingRequiredParamIsRefusedByItsNameBeforeSending(t *testing.T) {
	w := inTurn(says(200, `{}`))
	client := w.client()
	ctx := t.Context()
	full := telnyx.OAuthClientNewParams{
		Name: "n", ClientType: telnyx.OAuthClientNewParamsClientTypePublic, AllowedScopes: []string{"s"},
		AllowedGrantTypes: []string{"g"},
	}
	without := func(change func(*telnyx.OAuthClientNewParams)) error {
		p := full
		change(&p)
		_, err := client.OAuthClients.New(ctx, p)
		return err
	}
	authorize := func(p telnyx.OAuthGetAuthorizeParams) error { return client.OAuth.GetAuthorize(ctx, p) }
	_, introspect := client.OAuth.Introspect(ctx, telnyx.OAuthIntrospectParams{})
	_, token := client.OAuth.Token(ctx, telnyx.OAuthTokenParams{})
	_, grants := client.OAuth.Grants(ctx, telnyx.OAuthGrantsParams{Allowed: true})
	_, authorizeURL := client.OAuth.AuthorizeURL(telnyx.OAuthGetAuthorizeParams{})

	for want, err := range map[string]error{
		"Token (token)":                  introspect,
		"GrantType (grant_type)":         token,
		"ConsentToken (consent_token)":   grants,
		"Name (name)":                    without(func(p *telnyx.OAuthClientNewParams) { p.Name = "" }),
		"ClientType (client_type)":       without(func(p *telnyx.OAuthClientNewParams) { p.ClientType = "" }),
		"AllowedScopes (allowed_scopes)": without(func(p *telnyx.OAuthClientNewParams) { p.AllowedScopes = nil }),
		"AllowedGrantTypes (allowed_grant_types)": without(func(p *telnyx.OAuthClientNewParams) {
			p.AllowedGrantTypes = nil
		}),
		"ClientID (client_id)": authorize(
			telnyx.OAuthGetAuthorizeParams{RedirectUri: "r", ResponseType: "code"},
		),
		"RedirectUri (redirect_uri)": authorize(
			telnyx.OAuthGetAuthorizeParams{ClientID: "c", ResponseType: "code"},
		),
		"ResponseType (response_type)": authorize(telnyx.OAuthGetAuthorizeParams{ClientID: "c", RedirectUri: "r"}),
	} {
		require.ErrorContains(t, err, want+" is required")
	}
	require.EqualError(t, authorizeURL,
		"telnyx: https://api.telnyx.com/v2/oauth/authorize: ClientID (client_id) is required")
	require.Empty(t, w.sent)
}

func TestARequiredListIsMissingIfItIsNilAndSentIfItIsEmpty(t *testing.T) {
	w := inTurn(says(200, aClient))
	client := w.client()
	params := telnyx.OAuthClientNewParams{
		Name: "n", ClientType: "public", AllowedScopes: []string{}, AllowedGrantTypes: []string{"client_credentials"},
	}

	_, empty := client.OAuthClients.New(t.Context(), params)
	params.AllowedScopes = nil
	_, missing := client.OAuthClients.New(t.Context(), params)

	require.NoError(t, empty)
	require.ErrorContains(t, missing, "AllowedScopes (allowed_scopes) is required")
	require.Len(t, w.sent, 1)
	require.JSONEq(t,
		`{"name":"n","client_type":"public","allowed_scopes":[],"allowed_grant_types":["client_credentials"]}`,
		w.sent[0].Body)
}

func TestExtraFieldsOverrideAndOptionsCanReplaceRequiredParams(t *testing.T) {
	w := inTurn(says(200, `{"active":false}`))
	client := w.client()
	var extra telnyx.OAuthIntrospectParams
	extra.SetExtraFields(map[string]any{"token": "", "hint": "x"})

	_, withExtra := client.OAuth.Introspect(t.Context(), extra)
	_, withOverride := client.OAuth.Introspect(
		t.Context(), param.Override[telnyx.OAuthIntrospectParams](map[string]any{"a": "b"}),
	)
	_, withJSON := client.OAuth.Introspect(t.Context(), telnyx.OAuthIntrospectParams{}, option.WithJSONSet("token", "t"))
	withQuery := client.OAuth.GetAuthorize(
		t.Context(), telnyx.OAuthGetAuthorizeParams{RedirectUri: "r", ResponseType: "code"},
		option.WithQuery("client_id", ""),
	)

	for _, err := range []error{withExtra, withOverride, withJSON, withQuery} {
		require.NoError(t, err)
	}
	require.Equal(t, "hint=x&token=", w.sent[0].Body)
	require.Equal(t, "a=b", w.sent[1].Body)
	require.Equal(t, "token=t", w.sent[2].Body)
	require.Equal(t, "client_id=&redirect_uri=r&response_type=code", w.sent[3].URL.RawQuery)
}

func TestUserAgentNamesTheVersionAndNoStainlessHeaderIsSent(t *testing.T) {
	w := inTurn(says(500, `{}`, "Retry-After", "0"), says(200, aClient))
	client := w.client()

	_, err := client.OAuthClients.Get(t.Context(), "c1")

	require.NoError(t, err)
	for _, r := range w.sent {
		require.Equal(t, "Telnyx/Go "+telnyx.Version, r.UserAgent())
		require.NotContains(t, strings.ToLower(fmt.Sprint(r.Header)), "stainless")
	}
}

func TestWellKnownDocumentsComeFromTheHostRootWhateverTheBasePath(t *testing.T) {
	w := inTurn(says(200, `{}`))
	client := w.client(option.WithBaseURL("https://h.example/a/b/v2/"))

	_, err := client.WellKnown.GetAuthorizationServerMetadata(t.Context())
	require.NoError(t, err)
	_, err = client.WellKnown.GetProtectedResourceMetadata(t.Context())
	require.NoError(t, err)
	require.NoError(t, client.Get(t.Context(), ".well-known/oauth-protected-resource/v2/mcp", nil, nil))
	require.NoError(t, client.Get(t.Context(), "oauth/jwks", nil, nil))

	var got []string
	for _, r := range w.sent {
		got = append(got, r.URL.String())
	}
	require.Equal(t, []string{
		"https://h.example/.well-known/oauth-authorization-server",
		"https://h.example/.well-known/oauth-protected-resource",
		"https://h.example/.well-known/oauth-protected-resource/v2/mcp",
		"https://h.example/a/b/v2/oauth/jwks",
	}, got)
}

func TestNilContextIsAnError(t *testing.T) {
	w := inTurn(says(200, `{}`))
	client := w.client()
	var none context.Context

	_, err := client.OAuthClients.Get(none, "c1")
	require.ErrorContains(t, err, "the context is nil")
	require.ErrorContains(
		t, client.OAuthClients.ListAutoPaging(none, telnyx.OAuthClientListParams{}).Err(), "the context is nil",
	)
	require.Empty(t, w.sent)
}

func TestTokenBodyIsAFormUnlessTheCallerAsksForJSON(t *testing.T) {
	w := inTurn(says(200, `{}`))
	client := w.client()
	p := telnyx.OAuthTokenParams{GrantType: "authorization_code", Code: telnyx.String("c&d")}

	_, err := client.OAuth.Token(t.Context(), p)
	require.NoError(t, err)
	_, err = client.OAuth.Token(t.Context(), p, option.WithHeader("Content-Type", "Application/JSON; Charset=utf-8"))
	require.NoError(t, err)

	_, err = client.OAuth.Token(t.Context(), p,
		option.WithHeader("Content-Type", "Application/X-WWW-Form-Urlencoded; Charset=utf-8"))
	require.NoError(t, err)

	require.Equal(t, "application/x-www-form-urlencoded", w.sent[0].Header.Get("Content-Type"))
	require.Equal(t, "code=c%26d&grant_type=authorization_code", w.sent[0].Body)
	require.Equal(t, "Application/X-WWW-Form-Urlencoded; Charset=utf-8", w.sent[2].Header.Get("Content-Type"))
	require.Equal(t, "code=c%26d&grant_type=authorization_code", w.sent[2].Body)
	require.Equal(t, "Application/JSON; Charset=utf-8", w.sent[1].Header.Get("Content-Type"))
	require.JSONEq(t, `{"grant_type":"authorization_code","code":"c&d"}`, w.sent[1].Body)
}

func TestReplacedBodyIsReadOnceAndSentWholeByEveryAttemptOfEveryCall(t *testing.T) {
	w := &wire{answer: func(r wireRequest) any {
		if r.Nth%2 == 1 {
			return says(503, ``, "Retry-After", "0")
		}
		return says(200, `{}`)
	}}
	client := w.client()
	given := []byte("from bytes")
	options := map[string]option.RequestOption{
		"from a reader":  option.WithRequestBody("text/plain", iotest.OneByteReader(strings.NewReader("from a reader"))),
		"from bytes":     option.WithRequestBody("text/plain", given),
		"from a string":  option.WithRequestBody("text/plain", "from a string"),
		`{"from":"any"}`: option.WithRequestBody("text/plain", map[string]string{"from": "any"}),
		"":               option.WithRequestBody("text/plain", (*bytes.Reader)(nil)),
	}
	copy(given, "FROM")
	for want, body := range options {
		w.sent = nil
		for range 2 {
			_, err := create(t.Context(), &client, body)
			require.NoError(t, err)
		}
		require.Len(t, w.sent, 4)
		for _, r := range w.sent {
			require.Equal(t, want, r.Body)
			require.Equal(t, "text/plain", r.Header.Get("Content-Type"))
		}
	}
}
