package telnyx_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

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

func TestAnInvalidOptionIsAnErrorThatNamesItFromEveryCall(t *testing.T) {
	w := inTurn(says(200, `{}`))
	var noClient *http.Client
	for want, opt := range map[string]option.RequestOption{
		"option.WithBaseURL: the URL must begin with https": option.WithBaseURL("api.telnyx.com/v2"),
		"option.WithBaseURL: the URL has no host":           option.WithBaseURL("https://"),
		"option.WithBaseURL: not a valid URL":               option.WithBaseURL("https://h:port"),
		"option.WithRegion:":                                option.WithRegion("mars"),
		"option.WithHTTPClient: the client is nil":          option.WithHTTPClient(noClient),
		"option.WithMiddleware: a middleware is nil":        option.WithMiddleware(nil),
		"option.WithMaxRetries: -1 is less than 0":          option.WithMaxRetries(-1),
		"option.WithMaxRetryWait: -1s is less than 0s":      option.WithMaxRetryWait(-time.Second),
		"option.WithRequestTimeout: -1s is less than 0s":    option.WithRequestTimeout(-time.Second),
		"option.WithMaxResponseBytes: 0 is less than 1":     option.WithMaxResponseBytes(0),
		`option.WithHeader: "X:Y"`:                          option.WithHeader("X:Y", "v"),
		`option.WithHeader: "X"`:                            option.WithHeader("X", "a\r\nb"),
		"option.WithHeader: \"X-\u212aey\"":                 option.WithHeader("X-\u212aey", "a Kelvin sign"),
		`option.WithHeaderAdd: ""`:                          option.WithHeaderAdd("", "v"),
		`option.WithHeaderDel: " "`:                         option.WithHeaderDel(" "),
		"option.WithJSONSet:":                               option.WithJSONSet("a", func() {}),
		"option.WithJSONDel:":                               option.WithJSONDel(""),
		"option.WithRequestBody: broken": option.WithRequestBody(
			"text/plain", iotest.ErrReader(fmt.Errorf("broken")),
		),
		"option.WithResponseBodyInto: <nil>":                  option.WithResponseBodyInto(nil),
		"option.WithResponseBodyInto: int":                    option.WithResponseBodyInto(3),
		"option.WithResponseInto: the pointer is nil":         option.WithResponseInto(nil),
		"option.WithAPIKey: the value has control characters": option.WithAPIKey("KEY\nX"),
		"option.WithClientID: the value has control char":     option.WithClientID("\x00"),
		"option.WithClientSecret: the value has control":      option.WithClientSecret("a\r"),
		"option.WithTokenSource: the function is nil":         option.WithTokenSource(nil),
		"an option is nil":                                    nil,
	} {
		client := w.client(opt)
		_, ofClient := client.OAuthClients.Get(t.Context(), "c1")
		require.ErrorContains(t, ofClient, want, want)

		plain := w.client()
		_, ofCall := plain.OAuth.GetJwks(t.Context(), opt)
		require.ErrorContains(t, ofCall, want)
		_, ofURL := plain.OAuth.AuthorizeURL(
			telnyx.OAuthGetAuthorizeParams{ClientID: "c", RedirectUri: "r", ResponseType: "code"}, opt,
		)
		require.ErrorContains(t, ofURL, want)
	}
	require.Empty(t, w.sent)
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

func TestLaterOptionsWinOverEarlierOnes(t *testing.T) {
	w := inTurn(says(200, `{}`))
	client := w.client(
		option.WithHeader("X-A", "client"), option.WithHeader("X-B", "client"), option.WithQuery("q", "client"),
	)

	err := client.Get(t.Context(), "x?own=1",
		map[string]any{"q": "params", "p": []int{1, 2}, "null": nil, "o": map[string]any{"a": 1}},
		nil, option.WithHeader("x-a", "call"), option.WithHeaderAdd("X-A", "more"), option.WithHeaderDel("X-B"),
		option.WithQueryAdd("p", "3"), option.WithQueryDel("o"))

	require.NoError(t, err)
	require.Equal(t, []string{"call", "more"}, w.sent[0].Header["X-A"])
	require.NotContains(t, w.sent[0].Header, "X-B")
	require.Equal(t, url.Values{"own": {"1"}, "q": {"client"}, "p": {"1", "2", "3"}}, w.sent[0].URL.Query())
}

func TestWithJSONSetChangesAnElementOfALongListAndDoesNotExtendAShortOne(t *testing.T) {
	w := inTurn(says(200, `{}`))
	client := w.client()

	err := client.Post(
		t.Context(), "things", map[string]any{"list": make([]int, 1500)}, nil, option.WithJSONSet("list.1499", 7),
	)
	require.NoError(t, err)
	err = client.Post(
		t.Context(), "things", map[string]any{"list": []int{1}}, nil, option.WithJSONSet("list.1000000000", 7),
	)

	require.Contains(t, w.sent[0].Body, "0,7]")
	require.ErrorContains(t, err, "option.WithJSONSet")
	require.Len(t, w.sent, 1)
}

func TestOptionsAddedToOneServiceAreNotThoseOfAnother(t *testing.T) {
	for n := range 12 {
		client := telnyx.NewClient(slices.Repeat([]option.RequestOption{option.WithAPIKey("key")}, n)...)
		first := append(client.OAuth.Options, option.WithHeader("X-A", "first"))

		_ = append(client.OAuthClients.Options, option.WithHeader("X-A", "second"))

		w := inTurn(says(200, `{}`))
		require.NoError(
			t, client.Get(t.Context(), "things", nil, nil, append(first, option.WithHTTPClient(&http.Client{Transport: w}))...),
		)
		require.Equal(t, []string{"first"}, w.sent[0].Header["X-A"], "%d options", n)
	}
}

func TestWithJSONSetAndDelApplyInOrderToJSONBodiesAndForms(t *testing.T) {
	w := inTurn(says(200, `{}`))
	client := w.client()

	_, err := create(t.Context(), &client, option.WithJSONSet("a.b", 1), option.WithJSONSet("a.c", "x"),
		option.WithJSONDel("a.b"),
		option.WithJSONDel("allowed_scopes"), option.WithJSONSet("name", "m"))
	require.NoError(t, err)
	_, err = client.OAuth.Token(t.Context(),
		telnyx.OAuthTokenParams{GrantType: "refresh_token", RefreshToken: telnyx.String("r")},
		option.WithJSONSet("resource", "https://api.telnyx.com/v2/mcp"))
	require.NoError(t, err)
	_, err = client.OAuthClients.Get(t.Context(), "c1", option.WithJSONSet("a", 1))
	require.NoError(t, err)

	require.JSONEq(
		t, `{"name":"m","client_type":"public","allowed_grant_types":["authorization_code"],"a":{"c":"x"}}`, w.sent[0].Body,
	)
	require.Equal(
		t, "grant_type=refresh_token&refresh_token=r&resource=https%3A%2F%2Fapi.telnyx.com%2Fv2%2Fmcp", w.sent[1].Body,
	)
	require.Empty(t, w.sent[2].Body)
}

func TestWithJSONSetIsAnErrorForABodyThatIsNotJSON(t *testing.T) {
	w := inTurn(says(200, `{}`))
	client := w.client()

	_, err := create(t.Context(), &client, option.WithRequestBody("text/plain", "hello"), option.WithJSONSet("a", 1))

	require.ErrorContains(t, err, "option.WithJSONSet")
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

func TestExecuteTakesEveryFormOfParams(t *testing.T) {
	w := inTurn(says(200, `{}`))
	client := w.client()
	type plain struct {
		A int `json:"a"`
	}
	for _, c := range []struct {
		method      string
		params      any
		query       string
		body        string
		contentType string
	}{
		{"POST", nil, "", "", ""},
		{"POST", []byte(`{"a":1}`), "", `{"a":1}`, "application/json"},
		{"POST", []byte("\x00\x01"), "", "\x00\x01", "application/octet-stream"},
		{"PATCH", strings.NewReader(`{"a":1}`), "", `{"a":1}`, "application/json"},
		{"POST", plain{1}, "", `{"a":1}`, "application/json"},
		{"PUT", map[string]any{"a": 1}, "", `{"a":1}`, "application/json"},
		{"DELETE", map[string]any{"a": 1}, "", `{"a":1}`, "application/json"},
		{"POST", telnyx.OAuthIntrospectParams{Token: "t"}, "", `{"token":"t"}`, "application/json"},
		{"GET", map[string]any{"a": []string{"1", "2"}}, "a=1&a=2", "", ""},
		{"GET", plain{1}, "a=1", "", ""},
		{"GET", telnyx.OAuthClientListParams{PageSize: telnyx.Int(3)}, "page%5Bsize%5D=3", "", ""},
		{"POST", (*telnyx.OAuthIntrospectParams)(nil), "", "", ""},
		{"GET", (*telnyx.OAuthClientListParams)(nil), "", "", ""},
		{"POST", (*bytes.Buffer)(nil), "", "", ""},
	} {
		w.sent = nil
		require.NoError(t, client.Execute(t.Context(), c.method, "things", c.params, nil), "%T", c.params)
		require.Equal(t, c.query, w.sent[0].URL.RawQuery, "%T", c.params)
		require.Equal(t, c.body, w.sent[0].Body, "%T", c.params)
		require.Equal(t, c.contentType, w.sent[0].Header.Get("Content-Type"), "%T", c.params)
	}
	require.ErrorContains(t, client.Post(t.Context(), "things", make(chan int), nil), "encoding the params")
	require.ErrorContains(t, client.Get(t.Context(), "things", []int{1}, nil), "encoding the params")
}

func TestAFileIsSentWithTheContentTypeThatTheCallerGives(t *testing.T) {
	const png = "\x89PNG\r\n\x1a\n"
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	part, err := parts.CreateFormFile("logo", "logo.png")
	require.NoError(t, err)
	_, err = io.WriteString(part, png)
	require.NoError(t, err)
	require.NoError(t, parts.Close())
	formType := parts.FormDataContentType()
	for name, c := range map[string]struct {
		params any
		opt    option.RequestOption
	}{
		"a reader as the params": {strings.NewReader(png), option.WithHeader("Content-Type", "image/png")},
		"bytes as the params":    {[]byte(png), option.WithHeader("Content-Type", "image/png")},
		"a reader as the body":   {nil, option.WithRequestBody("image/png", iotest.OneByteReader(strings.NewReader(png)))},
		"a form as the params":   {bytes.NewReader(form.Bytes()), option.WithHeader("Content-Type", formType)},
		"a form as the body":     {nil, option.WithRequestBody(formType, bytes.NewReader(form.Bytes()))},
	} {
		w := inTurn(says(503, ``, "Retry-After", "0"), says(200, `{"data":{"id":"f1"}}`)) // the second attempt sends it whole
		client := w.client()
		var stored struct{ Data struct{ ID string } }

		err := client.Post(t.Context(), "files", c.params, &stored, c.opt)

		require.NoError(t, err, name)
		require.Equal(t, "f1", stored.Data.ID, name)
		require.Len(t, w.sent, 2, name)
		for _, r := range w.sent {
			if r.Header.Get("Content-Type") == "image/png" {
				require.Equal(t, png, r.Body, name)
				continue
			}
			r.Request.Body = io.NopCloser(strings.NewReader(r.Body))
			file, header, err := r.FormFile("logo")
			require.NoError(t, err, name)
			got, err := io.ReadAll(file)
			require.NoError(t, err, name)
			require.Equal(t, png, string(got), name)
			require.Equal(t, "logo.png", header.Filename, name)
		}
	}
}

func TestExecuteFillsEveryFormOfResult(t *testing.T) {
	client := inTurn(says(200, aClient, "X-Request-Id", "r1")).client()
	ctx := t.Context()
	var (
		raw      []byte
		text     string
		res      *http.Response
		tree     map[string]any
		typed    telnyx.OAuthClientGetResponse
		pointer  *telnyx.OAuthClientGetResponse
		anything any
	)
	for _, dst := range []any{nil, &raw, &text, &res, &tree, &typed, &pointer, &anything} {
		require.NoError(t, client.Get(ctx, "oauth_clients/c1", nil, dst))
	}

	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, "r1", res.Header.Get("X-Request-Id"))
	for _, got := range []string{string(raw), text, string(body), typed.RawJSON(), pointer.RawJSON()} {
		require.Equal(t, aClient, got)
	}
	require.Equal(t, "c1", typed.Data.ClientID)
	require.Equal(t, "c1", pointer.Data.ClientID)
	require.Equal(t, map[string]any{"data": map[string]any{"client_id": "c1", "name": "one"}}, tree)
	require.Equal(t, any(tree), anything)
}

func TestResultThatNothingCanBeDecodedIntoIsRefusedBeforeSending(t *testing.T) {
	w := inTurn(says(200, aClient))
	client := w.client()
	for _, dst := range []any{
		telnyx.OAuthClientGetResponse{}, (*telnyx.OAuthClientGetResponse)(nil), (*[]byte)(nil), (*bytes.Buffer)(nil), 3,
	} {
		require.ErrorContains(t, client.Get(t.Context(), "oauth_clients/c1", nil, dst), "must be a pointer")
	}
	require.Empty(t, w.sent)
}

func TestHostilePathOfExecuteNeverLeavesTheBaseURL(t *testing.T) {
	w := inTurn(says(200, `{}`))
	client := w.client(option.WithAPIKey(aKey))
	for _, path := range []string{
		"//evil.example/x", "https://evil.example/x", "http:x", "../oauth_clients", "a/../../b", "/%2e%2e/x", "a//b", "", "/",
		"a#b", "a\r\nb", "%",
	} {
		require.Error(t, client.Get(t.Context(), path, nil, nil), "%q", path)
	}
	require.Empty(t, w.sent)

	for _, path := range []string{"a%2F..%2Fb", "a%5C..%5Cb", `a\..\b`, "@evil.example", "/:80/x", ".well-known%2Fx"} {
		require.NoError(t, client.Get(t.Context(), path, nil, nil), "%q", path)
	}
	for _, r := range w.sent {
		require.Equal(t, "api.telnyx.com", r.URL.Host)
		require.True(t, strings.HasPrefix(r.URL.EscapedPath(), "/v2/"), r.URL.String())
	}
}

func TestResponseIntoIsTheLastAnswerWithABodyToRead(t *testing.T) {
	client := inTurn(
		says(500, `first`, "Retry-After", "0"), says(404, `{"errors":[{"code":"10005"}]}`, "X-Request-Id", "r2"),
	).client()
	var res *http.Response

	_, err := client.OAuthClients.Get(t.Context(), "c1", option.WithResponseInto(&res))

	require.ErrorIs(t, err, telnyx.ErrNotFound)
	require.Equal(t, "r2", res.Header.Get("X-Request-Id"))
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.JSONEq(t, `{"errors":[{"code":"10005"}]}`, string(body))
}

func TestResponseBodyIntoReplacesWhatTheMethodExpects(t *testing.T) {
	client := inTurn(says(200, `["not","an","object"]`)).client()
	var list []string

	_, err := client.OAuthClients.Get(t.Context(), "c1", option.WithResponseBodyInto(&list))

	require.NoError(t, err)
	require.Equal(t, []string{"not", "an", "object"}, list)
}

func TestMiddlewaresRunForEveryAttemptInTheirOrder(t *testing.T) {
	w := inTurn(says(503, ``, "Retry-After", "0"), says(200, aClient))
	var order []string
	note := func(name string) option.Middleware {
		return func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
			order = append(order, name)
			req.Header.Add("X-Seen", name)
			req.URL.RawQuery += name
			return next(req)
		}
	}
	client := w.client(option.WithMiddleware(note("A"), note("B")))

	_, err := client.OAuthClients.Get(t.Context(), "c1", option.WithMiddleware(note("C")))

	require.NoError(t, err)
	require.Equal(t, []string{"A", "B", "C", "A", "B", "C"}, order)
	for _, r := range w.sent { // no attempt sees what was done to an earlier one
		require.Equal(t, "ABC", r.URL.RawQuery)
		require.Equal(t, []string{"A", "B", "C"}, r.Header["X-Seen"])
	}
}
