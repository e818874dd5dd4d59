package telnyx_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// failing returns the error of a call that is answered with r.
func failing(t *testing.T, r reply) *telnyx.Error {
	t.Helper()
	client := inTurn(r).client(option.WithAPIKey(aKey), option.WithMaxRetries(0))
	_, err := client.OAuthClients.Get(t.Context(), "c1")
	var said *telnyx.Error
	require.ErrorAs(t, fmt.Errorf("wrapped: %w", err), &said)
	return said
}

func TestWhateverIsAnsweredIsATypedErrorWithStatusBodyAndRequestID(t *testing.T) {
	bodies := []string{
		"", "upstream timed out", "<html><h1>Bad Gateway</h1></html>", `{"error":"x"`, `{"error":"x"}`, `{"errors":[{"code":"1"}]}`, `[]`, `null`, `"text"`, `7`, "\x00\xff",
		`{"error":[],"errors":{},"invalid_fields":7,"error_description":{}}`, `{"errors":[{"code":{},"source":"x","meta":[]}]}`,
	}
	for _, body := range bodies {
		for _, contentType := range []string{"application/json", "text/html; charset=utf-8", "text/plain", "image/png", "nonsense;;", ""} {
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
		oauth := failing(t, says(400, `{"error":"invalid_scope","error_description":"No such scope.","invalid_fields":{"scope":["unknown"]}}`, "Content-Type", contentType))
		require.Equal(t, "invalid_scope", oauth.Code)
		require.Equal(t, "No such scope.", oauth.Description)
		require.Empty(t, cmp.Diff(map[string][]string{"scope": {"unknown"}}, oauth.InvalidFields))
		require.ErrorIs(t, oauth, telnyx.ErrInvalidScope)
		require.ErrorIs(t, oauth, telnyx.ErrBadRequest)
		require.EqualError(t, oauth, "telnyx: GET https://api.telnyx.com/v2/oauth_clients/c1: 400 Bad Request: invalid_scope: No such scope.; scope unknown")

		envelope := failing(t, says(422, `{"errors":[{"code":"10027","title":"Bad value","detail":"No such scope.","source":{"pointer":"/scope","parameter":"p"},"meta":{"url":"u"}}]}`, "Content-Type", contentType))
		require.Len(t, envelope.Errors, 1)
		detail := envelope.Errors[0]
		require.Equal(t, []string{"10027", "Bad value", "No such scope.", "/scope", "p", "u"}, []string{detail.Code, detail.Title, detail.Detail, detail.Source.Pointer, detail.Source.Parameter, detail.Meta["url"].(string)})
		require.ErrorIs(t, envelope, telnyx.ErrUnprocessable)
		require.ErrorIs(t, envelope, telnyx.ErrorKind("10027"))
		require.NotErrorIs(t, envelope, telnyx.ErrNotFound)
	}
}

func TestCodeOfAChallengeIsAKind(t *testing.T) {
	said := failing(t, says(401, ``, "Www-Authenticate", `Bearer resource_metadata="https://api.telnyx.com/.well-known/oauth-protected-resource", error="insufficient_scope"`))
	require.ErrorIs(t, said, telnyx.ErrUnauthorized)
	require.ErrorIs(t, said, telnyx.ErrInsufficientScope)
	require.Equal(t, "insufficient_scope", said.Code)
}

func TestRetryAfterTellsTheWait(t *testing.T) {
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
	client := inTurn(says(500, strings.Repeat("x", 5000))).client(option.WithAPIKey(aKey), option.WithMaxRetries(0), option.WithMaxResponseBytes(1000))
	err := client.OAuthClients.Delete(t.Context(), "c1")
	var said *telnyx.Error
	require.ErrorAs(t, err, &said)
	require.Equal(t, 500, said.StatusCode)
	require.Len(t, said.Body(), 1000)
}

func TestFailedTokenRequestIsATypedErrorThatNamesIt(t *testing.T) {
	client := inTurn(says(401, `{"error":"invalid_client","error_description":"Unknown client."}`)).client(asClient...)
	_, err := client.OAuthClients.Get(t.Context(), "c1")
	var said *telnyx.Error
	require.ErrorAs(t, err, &said)
	require.Equal(t, "/v2/oauth/token", said.Request.URL.Path)
	require.ErrorIs(t, err, telnyx.ErrInvalidClient)
	require.ErrorContains(t, err, "automatic access token: ")
	require.ErrorContains(t, err, "invalid_client: Unknown client.")
}

func TestErrorOfATestPrintsAndDumps(t *testing.T) {
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

func TestNothingOfThePasswordInAURLIsShown(t *testing.T) {
	client := inTurn(says(200, `{}`)).client(option.WithAPIKey(aKey), option.WithBaseURL("https://user:hush-hush@api.test/v2"))
	err := client.OAuthClients.Delete(t.Context(), "c1")
	require.ErrorContains(t, err, "option.WithBaseURL: the URL must not hold a user or password")
	require.NotContains(t, err.Error(), "hush-hush")
	said := failing(t, says(302, `moved to https://user:hush-hush@h.test/`, "Location", "https://user:hush-hush@h.test/"))
	require.NotContains(t, said.Error()+string(said.DumpResponse(true)), "hush-hush")
}
