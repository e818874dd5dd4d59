package telnyx_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// failing returns the error of a call whose response is r.
func failing(t *testing.T, r reply) *telnyx.Error {
	t.Helper()
	client := inTurn(r).client(option.WithAPIKey(aKey), option.WithMaxRetries(0))
	_, err := client.OAuthClients.Get(t.Context(), "c1")
	var said *telnyx.Error
	require.ErrorAs(t, fmt.Errorf("wrapped: %w", err), &said)
	return said
}

func TestEveryResponseOutside2xxIsATypedErrorWithStatusBodyAndRequestID(t *testing.T) {
	bodies := []string{
		"", "upstream timed out", "<html><h1>Bad Gateway</h1></html>", `{"error":"x"`, `{"error":"x"}`,
		`{"errors":[{"code":"1"}]}`, `[]`, `null`, `"text"`, `7`, "\x00\xff",
		`{"error":[],"errors":{},"invalid_fields":7,"error_description":{}}`,
		`{"errors":[{"code":{},"source":"x","meta":[]}]}`,
	}
	for _, body := range bodies {
		for _, contentType := range []string{"application/json", "text/html; charset=utf-8", "nonsense;;", ""} {
			for _, status := range []int{302, 400, 418, 502} {
				said := failing(t, says(status, body, "Content-Type", contentType, "X-Request-Id", "req-1"))
				require.Equal(t, status, said.StatusCode)
				require.Equal(t, body, said.Body())
				require.Equal(t, "req-1", said.RequestID)
				require.Contains(t, said.Error(), fmt.Sprint(status))
				require.Contains(t, said.Error(), "(request id req-1)")
				require.Less(t, len(said.Error()), 1300)
				require.NotEmpty(t, said.DumpRequest(true))
				require.NotEmpty(t, said.DumpResponse(true))
			}
		}
	}
}

func TestBothJSONShapesAreReadWhateverTheContentType(t *testing.T) {
	for _, contentType := range []string{"application/json", "text/html", ""} {
		oauth := failing(t, says(400,
			`{"error":"invalid_scope","error_description":"No such scope.","invalid_fields":{"scope":["unknown"]}}`,
			"Content-Type", contentType))
		require.Equal(t, "invalid_scope", oauth.Code)
		require.Equal(t, "No such scope.", oauth.Description)
		require.Empty(t, cmp.Diff(map[string][]string{"scope": {"unknown"}}, oauth.InvalidFields))
		require.ErrorIs(t, oauth, telnyx.ErrInvalidScope)
		require.ErrorIs(t, oauth, telnyx.ErrBadRequest)
		require.EqualError(t, oauth, "telnyx: GET https://api.telnyx.com/v2/oauth_clients/c1: "+
			"400 Bad Request: invalid_scope: No such scope.; scope unknown")

		envelope := failing(t, says(422, `{"errors":[{"code":"10027","title":"Bad value","detail":"No such scope.",
			"source":{"pointer":"/scope","parameter":"p"},"meta":{"url":"u"}}]}`, "Content-Type", contentType))
		require.Len(t, envelope.Errors, 1)
		detail := envelope.Errors[0]
		require.Equal(t, []any{"10027", "Bad value", "No such scope.", "/scope", "p", "u"}, []any{
			detail.Code, detail.Title, detail.Detail,
			detail.Source.Pointer, detail.Source.Parameter, detail.Meta["url"],
		})
		require.ErrorIs(t, envelope, telnyx.ErrUnprocessable)
		require.ErrorIs(t, envelope, telnyx.ErrorKind("10027"))
		require.NotErrorIs(t, envelope, telnyx.ErrNotFound)
	}
}

func TestTheErrorCodeOfAChallengeIsAKind(t *testing.T) {
	said := failing(t, says(401, ``, "Www-Authenticate",
		`Bearer resource_metadata="https://api.telnyx.com/.well-known/x", error="insufficient_scope"`))
	require.ErrorIs(t, said, telnyx.ErrUnauthorized)
	require.ErrorIs(t, said, telnyx.ErrInsufficientScope)
	require.Equal(t, "insufficient_scope", said.Code)
}

func TestATokenIsRenewedOnlyIfItIsInvalidWhateverCodeTheBodyHas(t *testing.T) {
	for _, c := range []struct {
		challenge, code string
		kind            telnyx.ErrorKind
		wantTokens      int
	}{
		{"insufficient_scope", "10010", telnyx.ErrInsufficientScope, 1},
		{"invalid_token", "10009", telnyx.ErrInvalidToken, 2},
	} {
		w := issuing(`,"expires_in":1800`, func(r wireRequest) any {
			if r.URL.Path == "/v2/oauth_grants/warm" {
				return says(200, `{}`)
			}
			return says(401, `{"errors":[{"code":"`+c.code+`","title":"Refused"}]}`,
				"Www-Authenticate", `Bearer error="`+c.challenge+`"`)
		})
		client := w.client(asClient...)
		_, err := client.OAuthGrants.Get(t.Context(), "warm")
		require.NoError(t, err)

		_, err = client.OAuthClients.Get(t.Context(), "c1")

		require.ErrorIs(t, err, c.kind)
		require.ErrorIs(t, err, telnyx.ErrorKind(c.code))
		require.Len(t, w.to(tokenPath), c.wantTokens)
		require.Len(t, w.to("/v2/oauth_clients/c1"), c.wantTokens)
	}
}

func TestTheCodeUnauthorizedDoesNotMakeA500A401(t *testing.T) {
	w := issuing(`,"expires_in":1800`, func(r wireRequest) any {
		if r.URL.Path == "/v2/oauth_grants/warm" {
			return says(200, `{}`)
		}
		return says(500, `{"error":"unauthorized"}`)
	})
	client := w.client(asClient...)
	_, err := client.OAuthGrants.Get(t.Context(), "warm")
	require.NoError(t, err)

	_, err = create(t.Context(), &client)

	require.NotErrorIs(t, err, telnyx.ErrUnauthorized)
	require.Len(t, w.to("/v2/oauth_clients"), 1)
}

func TestFailureToSendIsAURLErrorWithoutSecretsAroundTheTransportsOwnError(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	refuse := func(*http.Request) (*http.Response, error) { return nil, refused }
	wrapping := func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
		res, err := next(req)
		return res, fmt.Errorf("middleware: %w", err)
	}
	w := inTurn(refused)
	const safeURL = "https://api.telnyx.com/v2/oauth_clients/c1?access_token=[redacted]"
	for name, opt := range map[string]option.RequestOption{
		"http.Client":        option.WithMaxRetries(0),
		"another client":     option.WithHTTPClient(doer(refuse)),
		"a middleware wraps": option.WithMiddleware(wrapping),
	} {
		t.Run(name, func(t *testing.T) {
			client := w.client(option.WithAPIKey(aKey), option.WithMaxRetries(0), opt)

			_, err := client.OAuthClients.Get(t.Context(), "c1", option.WithQuery("access_token", "hush-hush"))

			require.ErrorIs(t, err, syscall.ECONNREFUSED)
			op, ok := errors.AsType[*net.OpError](err)
			require.True(t, ok)
			require.Same(t, refused, op)
			sending, ok := errors.AsType[*url.Error](err)
			require.True(t, ok)
			require.Equal(t, "Get", sending.Op)
			require.Equal(t, safeURL, sending.URL)
			require.False(t, sending.Timeout())
			require.NotContains(t, fmt.Sprintf("%v %+v %s", err, sending, sending.Err), "hush-hush")
			require.ErrorContains(t, err, "telnyx: GET "+safeURL+": ")
			require.ErrorContains(t, err, "dial tcp: connection refused")
		})
	}
}

func TestATimeoutIsANetErrorWhoseTimeoutIsTrue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: func(r wireRequest) any {
			<-r.Context().Done()
			return r.Context().Err()
		}}
		client := w.client(option.WithAPIKey(aKey), option.WithMaxRetries(0))
		_, ofAttempt := client.OAuthClients.Get(t.Context(), "c1", option.WithRequestTimeout(time.Second))
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, ofContext := client.OAuthClients.Get(short, "c1")
		cancelled, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, notInTime := client.OAuthClients.Get(cancelled, "c1")

		for err, want := range map[error]bool{ofAttempt: true, ofContext: true, notInTime: false} {
			sending, ok := errors.AsType[*url.Error](err)
			require.True(t, ok)
			require.Equal(t, want, sending.Timeout(), err)
			network, ok := errors.AsType[net.Error](err)
			require.True(t, ok)
			require.Equal(t, want, network.Timeout(), err)
		}
	})
}

func TestRefusalBeforeSendingIsNotAURLError(t *testing.T) {
	client := inTurn().client(option.WithAPIKey(aKey))

	_, err := client.OAuthClients.New(t.Context(), telnyx.OAuthClientNewParams{})

	require.Error(t, err)
	_, ok := errors.AsType[*url.Error](err)
	require.False(t, ok)
}

func TestBodyOfTheRequestCanBeReadByTheCaller(t *testing.T) {
	w := inTurn(says(422, `{}`))
	client := w.client(option.WithAPIKey(aKey))

	_, err := create(t.Context(), &client)

	said, ok := errors.AsType[*telnyx.Error](err)
	require.True(t, ok)
	_ = said.DumpRequest(true)
	body, err := io.ReadAll(said.Request.Body)
	require.NoError(t, err)
	require.Equal(t, w.sent[0].Body, string(body))
	require.Contains(t, string(body), `"name":"n"`)
	require.Contains(t, string(said.DumpRequest(true)), string(body))
}

func TestA401ToACallWithoutCredentialSaysHowToGiveOne(t *testing.T) {
	const forClient = "use option.WithClientID and WithClientSecret (TELNYX_CLIENT_ID and TELNYX_CLIENT_SECRET)"
	const forBearer = forClient + ", option.WithAPIKey (TELNYX_API_KEY) or option.WithTokenSource"
	bearer := func(client telnyx.Client) error { return client.OAuthClients.Delete(t.Context(), "c1") }
	exchange := func(params string) func(telnyx.Client) error {
		return func(client telnyx.Client) error { return client.Post(t.Context(), "oauth/token", []byte(params), nil) }
	}
	metadata := func(client telnyx.Client) error {
		_, err := client.WellKnown.GetAuthorizationServerMetadata(t.Context())
		return err
	}
	adds := func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
		req = req.Clone(req.Context())
		req.Header.Set("Authorization", "Bearer of-the-middleware")
		return next(req)
	}
	for _, c := range []struct {
		name string
		env  string // a variable that is set
		opt  option.RequestOption
		call func(telnyx.Client) error
		want string // "" for none
	}{
		{"nothing", "", nil, bearer, forBearer},
		{"nothing for a token request", "", nil, exchange(`{"grant_type":"refresh_token","client_id":"i"}`), forClient},
		{"an id", "TELNYX_CLIENT_ID", nil, bearer, "TELNYX_CLIENT_ID is set without TELNYX_CLIENT_SECRET"},
		{"a secret", "TELNYX_CLIENT_SECRET", nil, bearer, "TELNYX_CLIENT_SECRET is set without TELNYX_CLIENT_ID"},
		{"an id as option", "", option.WithClientID("i"), bearer,
			"option.WithClientID is set without option.WithClientSecret"},
		{"an empty key instead of the environment's", "TELNYX_API_KEY", option.WithAPIKey(""), bearer, forBearer},
		{"a key", "TELNYX_API_KEY", nil, bearer, ""},
		{"a header", "", option.WithHeader("Authorization", "Custom x"), bearer, ""},
		{"a header of a middleware", "", option.WithMiddleware(adds), bearer, ""},
		{"a secret in the body", "", nil, exchange(`{"client_id":"i","client_secret":"s"}`), ""},
		{"an endpoint without authentication", "", nil, metadata, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, name := range []string{"API_KEY", "CLIENT_ID", "CLIENT_SECRET", "BASE_URL", "CUSTOM_HEADERS"} {
				t.Setenv("TELNYX_"+name, "")
			}
			if c.env != "" {
				t.Setenv(c.env, "of-the-environment")
			}
			w := inTurn(says(401, `{"errors":[{"code":"10009","title":"Authentication failed"}]}`))
			opts := []option.RequestOption{option.WithHTTPClient(&http.Client{Transport: w})}
			if c.opt != nil {
				opts = append(opts, c.opt)
			}
			client := telnyx.NewClient(opts...)

			err := c.call(client)

			require.ErrorIs(t, err, telnyx.ErrUnauthorized)
			require.NotErrorIs(t, err, telnyx.ErrBadResponse)
			if c.want == "" {
				require.NotContains(t, err.Error(), "credential")
				return
			}
			require.ErrorContains(t, err, "401 Unauthorized: the request had no credential: "+c.want+
				": 10009: Authentication failed")
		})
	}
}

func TestRetryAfterReturnsTheWaitThatTheServerAsksFor(t *testing.T) {
	require.Equal(t, 90*time.Second, failing(t, says(429, ``, "Retry-After", "90")).RetryAfter())
	require.Equal(t, 12*time.Second, failing(t, says(429, ``, "X-Ratelimit-Reset", "12")).RetryAfter())
	require.Zero(t, failing(t, says(429, ``, "Retry-After", "soon")).RetryAfter())
}

func TestBodyOfTheResponseCanBeReadByTheCaller(t *testing.T) {
	said := failing(t, says(400, `{"error":"x"}`))
	_ = said.DumpResponse(true)
	body, err := io.ReadAll(said.Response.Body)
	require.NoError(t, err)
	require.Equal(t, `{"error":"x"}`, string(body))
	require.Equal(t, `"x"`, said.JSON.ExtraFields["error"].Raw())
	require.Equal(t, `{"error":"x"}`, said.RawJSON())
}

func TestHugeErrorBodiesMakeShortErrors(t *testing.T) {
	for _, body := range []string{strings.Repeat("[", 100000), `{"error":"` + strings.Repeat("x", 1<<20) + `"}`} {
		said := failing(t, says(502, body))
		require.Equal(t, body, said.Body())
		require.Less(t, len(said.Error()), 1300)
		require.Contains(t, said.Error(), "502 Bad Gateway: ")
	}
}

func TestHugeErrorBodyIsCutAtTheLimit(t *testing.T) {
	client := inTurn(says(500, strings.Repeat("x", 5000))).client(option.WithAPIKey(aKey), option.WithMaxRetries(0))
	err := client.OAuthClients.Delete(t.Context(), "c1", option.WithMaxResponseBytes(1000))
	var said *telnyx.Error
	require.ErrorAs(t, err, &said)
	require.Equal(t, 500, said.StatusCode)
	require.Len(t, said.Body(), 1000)
}

func TestAFailedTokenRequestIsATypedErrorThatNamesTheRequest(t *testing.T) {
	client := inTurn(says(401, `{"error":"invalid_client","error_description":"Unknown client."}`)).client(asClient...)
	_, err := client.OAuthClients.Get(t.Context(), "c1")
	var said *telnyx.Error
	require.ErrorAs(t, err, &said)
	require.Equal(t, "/v2/oauth/token", said.Request.URL.Path)
	require.ErrorIs(t, err, telnyx.ErrInvalidClient)
	require.ErrorContains(t, err, "automatic access token: ")
	require.ErrorContains(t, err, "invalid_client: Unknown client.")
}

func TestAnErrorMadeByHandPrintsAndDumps(t *testing.T) {
	err := error(&telnyx.Error{StatusCode: 404})
	var said *telnyx.Error
	require.True(t, errors.As(err, &said))
	require.Equal(t, "telnyx: 404 Not Found", fmt.Sprintf("%v", err))
	require.Equal(t, "telnyx: 404 Not Found", fmt.Sprintf("%#v", *said))
	require.Empty(t, said.DumpRequest(true))
	require.Empty(t, said.DumpResponse(true))
	require.Zero(t, said.RetryAfter())
	require.ErrorIs(t, err, telnyx.ErrNotFound)
}

func TestThePasswordOfAURLIsNotShown(t *testing.T) {
	client := inTurn(says(200, `{}`)).client(option.WithAPIKey(aKey))
	err := client.OAuthClients.Delete(t.Context(), "c1", option.WithBaseURL("https://user:hush-hush@api.test/v2"))
	require.ErrorContains(t, err, "option.WithBaseURL: the URL must not hold a user or password")
	require.NotContains(t, err.Error(), "hush-hush")
	const location = "https://user:hush-hush@h.test/"
	said := failing(t, says(302, "moved to "+location, "Location", location))
	require.NotContains(t, said.Error()+string(said.DumpResponse(true)), "hush-hush")
}
