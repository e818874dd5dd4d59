package telnyx_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

func TestBytesStringsAndWritersGetTheBodyUnchanged(t *testing.T) {
	const body = "a,b\nc,d\n"
	client := inTurn(says(200, body)).client()
	ctx := t.Context()
	var buffer bytes.Buffer
	var text string
	var raw []byte
	var writer, both strings.Builder
	var response http.Response
	var pointer *http.Response

	require.NoError(t, client.Post(ctx, "x", nil, &buffer))
	require.NoError(t, client.Post(ctx, "x", nil, &text))
	require.NoError(t, client.Post(ctx, "x", nil, &raw))
	require.NoError(t, client.Post(ctx, "x", nil, struct{ io.Writer }{&writer}))
	require.NoError(t, client.Post(ctx, "x", nil, nil, option.WithResponseBodyInto(&both)))
	require.NoError(t, client.Post(ctx, "x", nil, &response))
	require.NoError(t, client.Post(ctx, "x", nil, &pointer))

	for _, got := range []string{buffer.String(), text, string(raw), writer.String(), both.String()} {
		require.Equal(t, body, got)
	}
	for _, res := range []*http.Response{&response, pointer} {
		got, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.Equal(t, body, string(got))
	}
}

func TestAWriterGetsTheBodyOfASuccessOnlyAndItsErrorIsReturned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := inTurn(says(500, `no`), says(200, `yes`)).client()
		var buffer bytes.Buffer
		full := errors.New("the disk is full")

		got := client.Get(t.Context(), "x", nil, &buffer)
		failed := client.Get(t.Context(), "x", nil, failingWriter{full})

		require.NoError(t, got)
		require.Equal(t, "yes", buffer.String())
		require.ErrorIs(t, failed, full)
	})
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestWithResponseIntoIsNilAfterACallWithoutAResponse(t *testing.T) {
	for name, failure := range map[string]struct {
		opts []option.RequestOption
		w    *wire
	}{
		"network down": {w: inTurn(errors.New("network down"))},
		"refused beforehand": {
			opts: []option.RequestOption{option.WithBaseURL("http://h.example")}, w: inTurn(says(200, aClient)),
		},
	} {
		res := &http.Response{StatusCode: 200}
		client := failure.w.client(append(failure.opts, option.WithMaxRetries(0), option.WithAPIKey(aKey))...)

		_, err := client.OAuthClients.Get(t.Context(), "c1", option.WithResponseInto(&res))

		require.Error(t, err)
		require.Nil(t, res, name)
	}
}

func TestAnAnswerOverTheLimitIsAnErrorAfterDecompressionToo(t *testing.T) {
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	io.WriteString(zip, `{"data":{"name":"`+strings.Repeat("x", 17<<20)+`"}}`)
	require.NoError(t, zip.Close())
	var requests atomic.Int32
	status := 200
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(status)
		w.Write(bomb.Bytes())
	}))
	defer server.Close()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(server.URL), asClient[0], asClient[1])

	_, ofToken := client.OAuthClients.Get(t.Context(), "c1")
	_, ofCall := client.OAuthClients.Get(t.Context(), "c1", option.WithAPIKey(aKey))
	_, allowed := client.OAuthClients.Get(t.Context(), "c1", option.WithAPIKey(aKey), option.WithMaxResponseBytes(18<<20))
	require.EqualValues(t, 3, requests.Load(), "asking again would not help")
	status = 500
	_, ofError := client.OAuthClients.Get(t.Context(), "c1", option.WithAPIKey(aKey), option.WithMaxRetries(0))

	for _, err := range []error{ofToken, ofCall} {
		var typed *telnyx.Error
		require.ErrorAs(t, err, &typed)
		require.ErrorIs(t, err, telnyx.ErrBadResponse)
		require.ErrorContains(t, err, "option.WithMaxResponseBytes")
		require.Less(t, len(err.Error()), 4096)
		require.Len(t, typed.Body(), 16<<20)
	}
	require.NoError(t, allowed)
	var typed *telnyx.Error
	require.ErrorAs(t, ofError, &typed)
	require.Equal(t, 500, typed.StatusCode)
	require.Len(t, typed.Body(), 16<<20)
}

func TestTheCallerMayChangeTheBytesOfAResponse(t *testing.T) {
	client := inTurn(says(200, aClient)).client()
	var body []byte
	got, err := client.OAuthClients.Get(t.Context(), "c1", option.WithResponseBodyInto(&body))
	require.NoError(t, err)

	clear(body)

	require.Equal(t, "c1", got.Data.ClientID)
}

func TestAResponseOfExactlyMaxResponseBytesIsAccepted(t *testing.T) {
	client := inTurn(says(200, aClient)).client()

	_, atLimit := client.OAuthClients.Get(t.Context(), "c1", option.WithMaxResponseBytes(int64(len(aClient))))
	_, over := client.OAuthClients.Get(t.Context(), "c1", option.WithMaxResponseBytes(int64(len(aClient))-1))

	require.NoError(t, atLimit)
	require.ErrorIs(t, over, telnyx.ErrBadResponse)
}

func TestABodyThatIsNotAnObjectIsAnErrorWithStatusAndSnippet(t *testing.T) {
	for _, body := range []string{
		`null`, `[]`, `[{}]`, `"text"`, `3`, `true`, `{}{}`, `{} trailing`, `{"data":{}`, `{"data"`,
		`<html>Bad gateway</html>`, `not json`, "{\x00}",
	} {
		w := inTurn(says(200, body, "X-Request-Id", "r1"))
		client := w.client()

		got, err := client.OAuthClients.Get(t.Context(), "c1")

		var typed *telnyx.Error
		require.ErrorAs(t, err, &typed, body)
		require.Nil(t, got)
		require.Equal(t, 200, typed.StatusCode)
		require.Equal(t, body, typed.Body())
		require.ErrorIs(t, err, telnyx.ErrBadResponse)
		require.ErrorContains(t, err, strings.Trim(body[:min(len(body), 8)], "\x00{}"))
		require.Len(t, w.sent, 1)
	}
}

func TestAnEmptyAnswerIsAnErrorWhereAnObjectBelongs(t *testing.T) {
	for _, status := range []int{200, 201, 202, 204} {
		for _, body := range []string{"", " \r\n"} {
			client := inTurn(says(status, body)).client()
			got, err := client.OAuthClients.Get(t.Context(), "c1")
			require.Nil(t, got)
			require.ErrorIs(t, err, telnyx.ErrBadResponse)
			require.ErrorContains(t, err, "empty")
		}
	}
}

func TestEvery2xxStatusIsASuccess(t *testing.T) {
	for _, status := range []int{200, 201, 202, 203, 206, 226, 299} {
		client := inTurn(says(status, aClient)).client()
		got, err := create(t.Context(), &client)
		require.NoError(t, err)
		require.Equal(t, "c1", got.Data.ClientID)
	}
}

func TestAnyBodyIsAcceptedIfNoResultIsExpected(t *testing.T) {
	for _, body := range []string{"", "null", "<html>", `{"deleted":true}`, "{"} {
		for _, status := range []int{200, 202, 204} {
			client := inTurn(says(status, body)).client()
			require.NoError(t, client.OAuthClients.Delete(t.Context(), "c1"))
			require.NoError(t, client.Post(t.Context(), "x", nil, nil))
		}
	}
}

func TestTheContentTypeOfASuccessDoesNotMatter(t *testing.T) {
	for _, contentType := range []string{"", "text/plain", "application/vnd.api+json; charset=utf-8", "nonsense/"} {
		client := inTurn(says(200, aClient, "Content-Type", contentType)).client()
		got, err := client.OAuthClients.Get(t.Context(), "c1")
		require.NoError(t, err)
		require.Equal(t, "c1", got.Data.ClientID)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = nil
		io.WriteString(w, aClient)
	}))
	defer server.Close()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(server.URL))
	_, err := client.OAuthClients.Get(t.Context(), "c1")
	require.NoError(t, err)
}

func TestAListWhoseDataIsNotAListIsAnError(t *testing.T) {
	for _, body := range []string{
		`{"data":{}}`, `{"data":"x"}`, `{"data":3}`, `{"data":[1]}`, `{"data":[null]}`, `{"data":[[]]}`,
	} {
		client := inTurn(says(200, body)).client()
		_, err := client.OAuthClients.List(t.Context(), telnyx.OAuthClientListParams{})
		require.ErrorIs(t, err, telnyx.ErrBadResponse, body)
		require.ErrorIs(
			t, client.OAuthGrants.ListAutoPaging(t.Context(), telnyx.OAuthGrantListParams{}).Err(), telnyx.ErrBadResponse, body,
		)
	}
}

func TestATokenIsActiveOnlyIfActiveIsTrue(t *testing.T) {
	for value, want := range map[string]bool{
		`true`: true, `false`: false, `"true"`: false, `1`: false, `null`: false, `[true]`: false, `{}`: false,
		`"active"`: false,
	} {
		client := inTurn(says(200, `{"active":`+value+`,"client_id":"c1"}`)).client()

		got, err := client.OAuth.Introspect(t.Context(), telnyx.OAuthIntrospectParams{Token: "t"})

		require.NoError(t, err)
		require.Equal(t, want, got.Active, value)
		require.Equal(t, value == "true" || value == "false", got.JSON.Active.Valid())
		require.Equal(t, "c1", got.ClientID, "the rest is kept")
	}
}

func TestAnIntegerOutOfRangeIsInvalidAndNotWrapped(t *testing.T) {
	for value, want := range map[string]int64{
		`9223372036854775807`: 9223372036854775807, `"1800"`: 1800, `1800.0`: 1800, `18e2`: 1800, `-1`: -1,
	} {
		client := inTurn(says(200, `{"active":true,"exp":`+value+`}`)).client()
		got, err := client.OAuth.Introspect(t.Context(), telnyx.OAuthIntrospectParams{Token: "t"})
		require.NoError(t, err)
		require.Equal(t, want, got.Exp)
		require.True(t, got.JSON.Exp.Valid())
	}
	for _, value := range []string{
		`9223372036854775808`, `-9223372036854775809`, `1e300`, `1.5`, `"1e400"`, `18446744073709551617`,
	} {
		client := inTurn(says(200, `{"active":true,"exp":`+value+`}`)).client()
		got, err := client.OAuth.Introspect(t.Context(), telnyx.OAuthIntrospectParams{Token: "t"})
		require.NoError(t, err)
		require.Zero(t, got.Exp, value)
		require.False(t, got.JSON.Exp.Valid())
		require.Equal(t, value, got.JSON.Exp.Raw())
	}
}

func TestNoResponseBodyCausesAPanic(t *testing.T) {
	deep := strings.Repeat(`{"data":`, 100_000)
	for _, body := range []string{
		deep, deep + `1` + strings.Repeat("}", 100_000), strings.Repeat("[", 1_000_000),
		`{"data":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`,
		"\xff\xfe{\x00", `{"data":{"name":"\ud800"}}`, `{"a":` + strings.Repeat("9", 100_000) + `}`,
	} {
		for _, status := range []int{200, 400} {
			client := inTurn(says(status, body)).client()
			require.NotPanics(t, func() {
				_, err := client.OAuthClients.Get(t.Context(), "c1")
				if status == 400 {
					require.Error(t, err)
					require.Less(t, len(err.Error()), 4096)
				}
				client.OAuthClients.List(t.Context(), telnyx.OAuthClientListParams{})
			})
		}
	}
}

// A counted body tells whether it was closed.
type counted struct {
	io.Reader
	open *atomic.Int32
}

func (c *counted) Close() error {
	c.open.Add(-1)
	return nil
}

func TestEveryBodyIsClosedOnce(t *testing.T) {
	var open atomic.Int32
	var status int
	var body string
	counting := doer(func(*http.Request) (*http.Response, error) {
		open.Add(1)
		return &http.Response{
			StatusCode: status, Header: http.Header{"Retry-After": {"0"}}, Body: &counted{strings.NewReader(body), &open},
		}, nil
	})
	client := telnyx.NewClient(
		option.WithoutEnvironment(), option.WithMaxResponseBytes(100), option.WithHTTPClient(counting),
	)
	for _, status = range []int{200, 204, 302, 400, 401, 503} {
		for _, body = range []string{"", aClient, "<html>", strings.Repeat("x", 1000)} {
			client.OAuthClients.Get(t.Context(), "c1")
			client.OAuthClients.Delete(t.Context(), "c1")
			client.OAuth.GetAuthorize(t.Context(), authorizeParams)
			require.Zero(t, open.Load(), "%d %q", status, body)
		}
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
