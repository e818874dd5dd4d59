package telnyx_test

import (
	"fmt"
	"io"
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
)

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

func TestLaterLayersOfOptionsWin(t *testing.T) {
	var seen http.Header
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header
		_, _ = io.WriteString(w, `{"data":[]}`)
	}))
	t.Cleanup(srv.Close)
	t.Setenv(
		"TELNYX_CUSTOM_HEADERS",
		"X-Call: environment\nX-Service: environment\nX-Client: environment\nX-Environment: environment",
	)
	layer := func(names string) (opts []option.RequestOption) {
		for name := range strings.FieldsSeq(names) {
			opts = append(opts, option.WithHeader("X-"+name, strings.ToLower(strings.Fields(names)[0])))
		}
		return opts
	}
	client := telnyx.NewClient(
		append(layer("Client Service Call"), option.WithBaseURL(srv.URL), option.WithHTTPClient(srv.Client()))...,
	)
	client.OAuthGrants.Options = append(client.OAuthGrants.Options, layer("Service Call")...)

	_, err := client.OAuthGrants.List(t.Context(), telnyx.OAuthGrantListParams{}, layer("Call")...)

	require.NoError(t, err)
	for _, name := range []string{"Environment", "Client", "Service", "Call"} {
		require.Equal(t, []string{strings.ToLower(name)}, seen["X-"+name])
	}
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

func TestServicesWorkWithoutAClient(t *testing.T) {
	api := answeringJSON(t, 200, `{"data":[]}`)
	t.Setenv("TELNYX_API_KEY", "KEY-OF-THE-ENVIRONMENT")
	opts := []option.RequestOption{
		option.WithBaseURL(api.base), option.WithHTTPClient(api.http), option.WithAPIKey("KEY2"),
	}
	wellKnown, oauth := telnyx.NewWellKnownService(opts...), telnyx.NewOAuthService(opts...)
	clients, grants := telnyx.NewOAuthClientService(opts...), telnyx.NewOAuthGrantService(opts...)
	withoutKey := telnyx.NewOAuthGrantService(opts[:2]...)

	_, err := wellKnown.GetProtectedResourceMetadata(t.Context())
	require.NoError(t, err)
	_, err = oauth.Get(t.Context(), "c")
	require.NoError(t, err)
	_, err = clients.Get(t.Context(), "c")
	require.NoError(t, err)
	_, err = grants.Get(t.Context(), "g")
	require.NoError(t, err)
	_, err = withoutKey.Get(t.Context(), "g")
	require.NoError(t, err)

	require.Equal(t, []sent{
		{Line: "GET /.well-known/oauth-protected-resource", Accept: "application/json"},
		{Line: "GET /proxy/v2/oauth/consent/c", Auth: "Bearer KEY2", Accept: "application/json"},
		{Line: "GET /proxy/v2/oauth_clients/c", Auth: "Bearer KEY2", Accept: "application/json"},
		{Line: "GET /proxy/v2/oauth_grants/g", Auth: "Bearer KEY2", Accept: "application/json"},
		{Line: "GET /proxy/v2/oauth_grants/g", Accept: "application/json"},
	}, api.sent)
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

func TestWithJSONSetIsAnErrorForABodyThatIsNotJSON(t *testing.T) {
	w := inTurn(says(200, `{}`))
	client := w.client()

	_, err := create(t.Context(), &client, option.WithRequestBody("text/plain", "hello"), option.WithJSONSet("a", 1))

	require.ErrorContains(t, err, "option.WithJSONSet")
	require.Empty(t, w.sent)
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
