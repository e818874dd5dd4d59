package apierror_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"github.com/team-telnyx/telnyx-go/internal/redact"
	"github.com/team-telnyx/telnyx-go/packages/apierror"
)

// answered returns the error of a token request that has a secret of each kind.
func answered(status int, header http.Header, body string) *apierror.Error {
	sent := "grant_type=authorization_code&code=the-code-1&code_verifier=the-verifier-1&client_secret=a%2Fsecret%26more"
	u, err := url.Parse("https://user:url-password@api.test/v2/oauth/token?access_token=query-token")
	if err != nil {
		panic(err)
	}
	req := &http.Request{Method: "POST", URL: u, Header: http.Header{
		"Authorization": {"Bearer the-bearer-1"}, "Cookie": {"sid=the-cookie-1"},
		"Content-Type": {"application/x-www-form-urlencoded"},
	}}
	if header == nil {
		header = http.Header{}
	}
	res := &http.Response{StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Header: header}
	return apierror.New(req, []byte(sent), res, []byte(body), nil)
}

var sentSecrets = []string{
	"the-code-1", "the-verifier-1", "a/secret&more", "a%2Fsecret%26more",
	"url-password", "query-token", "the-bearer-1", "the-cookie-1",
}

const prefix = "telnyx: POST https://user:[redacted]@api.test/v2/oauth/token?access_token=[redacted]: "

func TestOAuthShapeIsRead(t *testing.T) {
	e := answered(400, http.Header{"X-Request-Id": {"req-1"}, "Content-Type": {"text/plain"}},
		`{"error":"invalid_client_metadata","error_description":"Bad.",
			"invalid_fields":{"redirect_uris":["is empty","is short"],"scope":["unknown"]},"hint":7}`)
	require.Equal(t, 400, e.StatusCode)
	require.Equal(t, "req-1", e.RequestID)
	require.Equal(t, "invalid_client_metadata", e.Code)
	require.Equal(t, "Bad.", e.Description)
	wantFields := map[string][]string{"redirect_uris": {"is empty", "is short"}, "scope": {"unknown"}}
	require.Empty(t, cmp.Diff(wantFields, e.InvalidFields))
	require.Equal(t, "7", e.JSON.ExtraFields["hint"].Raw())
	require.Equal(t, `"invalid_client_metadata"`, e.JSON.ExtraFields["error"].Raw())
	require.Equal(t, e.Body(), e.RawJSON())
	require.Equal(t, prefix+"400 Bad Request: invalid_client_metadata: Bad.; redirect_uris is empty, is short; "+
		"scope unknown (request id req-1)", e.Error())
}

func TestErrorsShapeIsRead(t *testing.T) {
	e := answered(422, nil, `{"errors":[
		{"code":"10027","title":"Not allowed","detail":"Unknown scope.",
			"source":{"pointer":"/allowed_scopes/0"},"meta":{"url":"https://docs.test"}},
		{"code":10015,"title":"Bad request","source":{"parameter":"page[size]"}},
		{"code":"3"}, {"code":"4"}, {"code":"5"}]}`)
	want := []apierror.Detail{
		{
			Code: "10027", Title: "Not allowed", Detail: "Unknown scope.",
			Source: apierror.DetailSource{Pointer: "/allowed_scopes/0"},
			Meta:   map[string]any{"url": "https://docs.test"},
		},
		{Code: "10015", Title: "Bad request", Source: apierror.DetailSource{Parameter: "page[size]"}},
		{Code: "3"}, {Code: "4"}, {Code: "5"},
	}
	require.Empty(t, cmp.Diff(want, e.Errors,
		cmpopts.IgnoreFields(apierror.Detail{}, "JSON"), cmpopts.IgnoreFields(apierror.DetailSource{}, "JSON")))
	require.Equal(t, "10027", e.Code)
	require.Equal(t, "Unknown scope.", e.Description)
	require.True(t, e.Errors[0].JSON.Source.Valid())
	require.Equal(t, `{"parameter":"page[size]"}`, e.Errors[1].Source.RawJSON())
	require.Equal(t, `{"code":"3"}`, e.Errors[2].RawJSON())
	require.Equal(t, prefix+"422 Unprocessable Entity: 10027: Not allowed: Unknown scope.: /allowed_scopes/0; "+
		"10015: Bad request: page[size]; 3; 2 more", e.Error())
}

func TestTitleStandsInForAMissingDetail(t *testing.T) {
	require.Equal(t, "Not found", answered(404, nil, `{"errors":[{"code":"10005","title":"Not found"}]}`).Description)
}

func TestMembersOfTheWrongTypeDoNotAffectTheOthers(t *testing.T) {
	e := answered(400, nil, `{"invalid_fields":{"a":null,"b":[1,null,{},"is short"],"c":"is long"}}`)
	require.Empty(t, cmp.Diff(map[string][]string{"a": nil, "b": {"1", "is short"}, "c": {"is long"}}, e.InvalidFields))

	e = answered(400, nil, `{"error":{"a":1},"error_description":"Still here.","errors":"x","invalid_fields":["y"]}`)
	require.Equal(t, "Still here.", e.Description)
	require.Empty(t, e.Code)
	require.Empty(t, e.Errors)
	require.Empty(t, e.InvalidFields)
	require.Equal(t, `["y"]`, e.JSON.ExtraFields["invalid_fields"].Raw())
	require.Equal(t, prefix+"400 Bad Request: Still here.", e.Error())
}

func TestUnmarshalReadsABody(t *testing.T) {
	var answer struct {
		Failure apierror.Error `json:"failure"`
		None    apierror.Error `json:"none"`
	}
	const body = `{"errors":[{"code":"10015","detail":"Bad name."}],"invalid_fields":{"name":["is empty"]},"hint":7}`

	err := json.Unmarshal([]byte(`{"failure":`+body+`,"none":null}`), &answer)

	require.NoError(t, err)
	require.Equal(t, "10015", answer.Failure.Code)
	require.Equal(t, "Bad name.", answer.Failure.Description)
	require.Equal(t, "Bad name.", answer.Failure.Errors[0].Detail)
	require.Equal(t, []string{"is empty"}, answer.Failure.InvalidFields["name"])
	require.Equal(t, "7", answer.Failure.JSON.ExtraFields["hint"].Raw())
	require.Equal(t, body, answer.Failure.RawJSON())
	require.Empty(t, answer.None.RawJSON())
	require.ErrorContains(t, json.Unmarshal([]byte(`{"failure":[]}`), &answer), "must be a JSON object")
}

func TestFieldsDoNotHoldSecretsOfTheRequestButTheBodyDoes(t *testing.T) {
	secrets := strings.Join(sentSecrets, ", ")
	quoted := strings.ReplaceAll(strconv.Quote(secrets), "/", `\/`)
	h := http.Header{"X-Request-Id": {"the-bearer-1"}, "Www-Authenticate": {`Bearer error="the-code-1"`}}
	for _, body := range []string{
		strings.ReplaceAll(`{"error":Q,"error_description":Q,"invalid_fields":{Q:[Q]}}`, "Q", quoted),
		strings.ReplaceAll(`{"errors":[{"code":Q,"title":Q,"detail":Q,"meta":{"a":[Q]},
			"source":{"pointer":Q,"parameter":Q}}]}`, "Q", quoted),
		`{}`,
	} {
		e := answered(400, h, body)

		for _, entry := range e.Errors {
			require.NotEmpty(t, entry.Meta)
			e.Description += fmt.Sprint(entry.Code, entry.Title, entry.Detail,
				entry.Source.Pointer, entry.Source.Parameter, entry.Meta)
		}
		shown := fmt.Sprint(e.Code, e.Description, e.InvalidFields, e.RequestID)
		require.Contains(t, shown, redact.Mask)
		for _, secret := range sentSecrets {
			require.NotContains(t, shown, secret)
		}
		require.Equal(t, body, e.RawJSON())
		require.Equal(t, body, e.Body())
	}
	require.Equal(t, `The code "`+redact.Mask+`" is used up.`,
		answered(400, nil, `{"error_description":"The code \"the-code-1\" is used up."}`).Description)
}

// Secrets of the request do not hide the ordinary words of an error.
func TestFieldsKeepWhatIsNotSecret(t *testing.T) {
	e := answered(400, nil, `{"error":"invalid_grant","error_description":"The Bearer token or code expired.",
		"invalid_fields":{"client_secret":["is too short"]}}`)
	require.Equal(t, "invalid_grant", e.Code)
	require.Equal(t, "The Bearer token or code expired.", e.Description)
	require.Equal(t, map[string][]string{"client_secret": {"is too short"}}, e.InvalidFields)
}

// The bound is that of the decoder for successes.
func TestBodyOfAnErrorAllocatesNoMoreThan8MiBAnd8TimesItsSize(t *testing.T) {
	const size = 1 << 20
	fill := func(before, repeated, after string) string {
		return before + strings.TrimSuffix(strings.Repeat(repeated, size/len(repeated)), ",") + after
	}
	var names strings.Builder
	for i := range size / 16 {
		fmt.Fprintf(&names, `,"%08x":{}`, i)
	}
	for name, body := range map[string]string{
		"entries":              fill(`{"errors":[`, `{},`, `]}`),
		"entries in many":      fill(`{`, `"errors":[{},{},{},{},{},{},{},{}],`, `}`),
		"a meta":               fill(`{"errors":[{"meta":{"a":[`, `{},`, `]}}]}`),
		"many metas":           fill(`{"errors":[`, `{"meta":{"a":[`+strings.Repeat("{},", 3000)+`0]}},`, `]}`),
		"unknown members":      `{"error":"x"` + names.String() + `}`,
		"members of entries":   fill(`{"errors":[`, `{"a":1,"b":2,"c":3,"d":4,"e":5},`, `]}`),
		"fields":               `{"invalid_fields":{"x":[]` + names.String() + `}}`,
		"problems":             fill(`{"invalid_fields":{"a":[`, `"",`, `]}}`),
		"problems of fields":   fill(`{"invalid_fields":{`, `"a":["","","",""],`, `}}`),
		"a long description":   fill(`{"error_description":"`, `x`, `"}`),
		"an escaped one":       fill(`{"error_description":"`, `\n `, `"}`),
		"one full of secrets":  fill(`{"error_description":"`, `the-code-1 `, `"}`),
		"brackets":             fill(``, `[`, ``),
		"brackets in brackets": fill(`{"errors":`, `[`, strings.Repeat("]", size)+`}`),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)

			e := answered(400, nil, body)

			runtime.ReadMemStats(&after)
			require.LessOrEqual(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20+8*len(body)))
			require.LessOrEqual(t, len(e.Errors), 100)
			require.Equal(t, body, e.Body())
		})
	}
}

func TestMostDeeplyNestedBodyIsAnError(t *testing.T) {
	e := answered(400, nil, strings.Repeat("[", 16<<20))
	require.Contains(t, e.Error(), "400 Bad Request: [[[")
	require.Contains(t, string(e.DumpResponse(true)), "[[[")
}

func TestLongTextsAreCutInTheFieldsOnly(t *testing.T) {
	long := strings.Repeat("long ", 1<<20)
	e := answered(400, nil, `{"error":"`+long+`","error_description":"`+long+`",
		"invalid_fields":{"a":["is bad"],"b":["`+long+`"]}}`)
	require.Len(t, e.Code, 32<<10)
	require.Len(t, e.Description, 32<<10)
	require.Equal(t, map[string][]string{"a": {"is bad"}}, e.InvalidFields)
	require.Equal(t, len(long)+2, len(e.JSON.ExtraFields["error"].Raw()))
}

func TestFirst100EntriesAreKept(t *testing.T) {
	e := answered(400, nil, `{"errors":[`+strings.Repeat(`{"code":"1"},`, 500)+`{}]}`)
	require.Len(t, e.Errors, 100)
	require.Contains(t, e.Error(), "; 97 more")
	require.Contains(t, e.RawJSON(), `{"code":"1"},{}]}`)
}

func TestAnyOtherBodyIsShownAsOneShortLine(t *testing.T) {
	cases := []struct{ name, body, want string }{
		{"empty", "", ""},
		{"plain text", "upstream\r\n\ttimed out", ": upstream timed out"},
		{"HTML", "<html>\n<h1>502 Bad Gateway</h1>\n</html>", ": <html> <h1>502 Bad Gateway</h1> </html>"},
		{"cut JSON", `{"error":"invalid_gr`, `: {"error":"invalid_gr`},
		{"unknown members", `{"message":"no"}`, `: {"message":"no"}`},
		{"an error of unknown shape", `{"error":{"message":"no"}}`, `: {"error":{"message":"no"}}`},
		{"entries of unknown shape", `{"errors":[{"message":"no"}]}`, `: {"errors":[{"message":"no"}]}`},
		{"unknown members with a secret", `{"message":"the-code-1"}`, `: {"message":"[redacted]"}`},
		{"many unknown members", `{"message":"` + strings.Repeat("no ", 200) + `"}`,
			`: {"message":"` + strings.Repeat("no ", 63) + "…"},
		{"an array", `[1]`, ": [1]"},
		{"null", `null`, ": null"},
		{"elements that are no errors", `{"errors":[1,null]}`, `: {"errors":[1,null]}`},
		{"bytes that are no text", "\xff\xfe\x00", ": \ufffd"},
	}
	for _, c := range cases {
		e := answered(502, http.Header{"Content-Type": {"image/png"}}, c.body)
		require.Equal(t, prefix+"502 Bad Gateway"+c.want, e.Error(), c.name)
		require.Equal(t, c.body, e.Body(), c.name)
	}
}

func TestErrorTextIsOneBoundedPrintableLineWithoutSecrets(t *testing.T) {
	long := strings.Repeat("long ", 1<<18)
	secrets := strings.Join(sentSecrets, " ")
	hostile := "\x1b[31mred\x1b[0m\nINFO forged line\u2028\u202e" + secrets
	for _, body := range []string{
		long, hostile, `{"error":"x","error_description":"` + long + `"}`,
		`{"error_description":"\u001b[2J\nforged ` + secrets + `"}`,
		`{"errors":[{"detail":"` + secrets + long + `","source":{"pointer":"\u0007"}}]}`, `{"error":"` + secrets + `"}`,
		`{"invalid_fields":{"a\n":["` + secrets + `"],"b":["` + long + `"]}}`,
		strings.Repeat("x", 32<<10-8) + sentSecrets[3],
	} {
		e := answered(500, http.Header{
			"X-Request-Id": {"id\x1b " + secrets + long}, "Www-Authenticate": {`Bearer error="` + sentSecrets[0] + `"`},
		}, body)
		text := e.Error()
		require.Less(t, len(text), 1300)
		require.True(t, utf8.ValidString(text))
		require.Equal(t, -1, strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }), "%q", text)
		for _, secret := range sentSecrets {
			require.NotContains(t, text, secret)
		}
	}
}

func TestLongURLLeavesRoomForWhatTheServerSaid(t *testing.T) {
	u := &url.URL{Scheme: "https", Host: "api.test", Path: "/" + strings.Repeat("x", 5000)}
	res := &http.Response{StatusCode: 404, Header: http.Header{}}
	body := []byte(`{"error_description":"No such client."}`)
	e := apierror.New(&http.Request{Method: "GET", URL: u}, nil, res, body, nil)
	require.Contains(t, e.Error(), "No such client.")
}

func TestEveryVerbPrintsTheText(t *testing.T) {
	e := answered(401, nil, `{"error":"invalid_client","error_description":"bad a/secret&more"}`)
	want := prefix + "401 Unauthorized: invalid_client: bad [redacted]"
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		require.Equal(t, want, fmt.Sprintf(format, e), format)
		require.Equal(t, want, fmt.Sprintf(format, *e), format)
		require.Contains(t, fmt.Sprintf(format, struct{ Err apierror.Error }{*e}), want+"}", format)
	}
}

func TestSlogRecordsTheText(t *testing.T) {
	e := answered(401, nil, `{"error":"invalid_client","error_description":"bad a/secret&more"}`)
	want := prefix + "401 Unauthorized: invalid_client: bad [redacted]"
	for _, value := range []any{e, *e, error(e)} {
		var text, record bytes.Buffer
		slog.New(slog.NewTextHandler(&text, nil)).Info("call", slog.Group("g", "err", value))
		slog.New(slog.NewJSONHandler(&record, nil)).Info("call", slog.Group("g", "err", value))
		require.Contains(t, text.String(), strconv.Quote(want))
		require.Equal(t, want, gjson.Get(record.String(), "g.err").Str)
	}
}

func TestKindsMatchStatusAndCode(t *testing.T) {
	cases := []struct {
		status int
		header http.Header
		body   string
		kinds  []apierror.Kind
	}{
		{400, nil, `{"error":"invalid_request"}`,
			[]apierror.Kind{apierror.ErrBadRequest, apierror.ErrInvalidRequest}},
		{400, nil, `{"error":"invalid_grant"}`, []apierror.Kind{apierror.ErrBadRequest, apierror.ErrInvalidGrant}},
		{400, nil, `{"error":"unauthorized_client"}`,
			[]apierror.Kind{apierror.ErrBadRequest, apierror.ErrUnauthorizedClient}},
		{400, nil, `{"error":"unsupported_grant_type"}`,
			[]apierror.Kind{apierror.ErrBadRequest, apierror.ErrUnsupportedGrantType}},
		{400, nil, `{"error":"unsupported_response_type"}`,
			[]apierror.Kind{apierror.ErrBadRequest, apierror.ErrUnsupportedResponseType}},
		{400, nil, `{"error":"invalid_scope"}`, []apierror.Kind{apierror.ErrBadRequest, apierror.ErrInvalidScope}},
		{400, nil, `{"error":"invalid_redirect_uri"}`,
			[]apierror.Kind{apierror.ErrBadRequest, apierror.ErrInvalidRedirectURI}},
		{400, nil, `{"error":"invalid_client_metadata"}`,
			[]apierror.Kind{apierror.ErrBadRequest, apierror.ErrInvalidClientMetadata}},
		{401, nil, `{"error":"invalid_client"}`, []apierror.Kind{apierror.ErrUnauthorized, apierror.ErrInvalidClient}},
		{401, http.Header{"Www-Authenticate": {"Basic realm=x", `Bearer scope="https://x", error="invalid_token"`}},
			``, []apierror.Kind{apierror.ErrUnauthorized, apierror.ErrInvalidToken}},
		{401, http.Header{"Www-Authenticate": {`Bearer error=insufficient_scope, scope="a"`}},
			`<html>`, []apierror.Kind{apierror.ErrUnauthorized, apierror.ErrInsufficientScope}},
		{401, http.Header{"Www-Authenticate": {`Bearer realm="a b",error="insufficient_scope"`}},
			`{"errors":[{"code":"10010"}]}`,
			[]apierror.Kind{apierror.ErrUnauthorized, apierror.ErrInsufficientScope, "10010"}},
		{401, http.Header{"Www-Authenticate": {`Bearer error="invalid_token", error_description="It expired."`}},
			`{"errors":[{"code":"10009"}]}`,
			[]apierror.Kind{apierror.ErrUnauthorized, apierror.ErrInvalidToken, "10009"}},
		{401, http.Header{"Www-Authenticate": {
			`Bearer error_description="not \" error=access_denied \", error=invalid_grant", error="invalid_token"`,
		}}, ``, []apierror.Kind{apierror.ErrUnauthorized, apierror.ErrInvalidToken}},
		{403, http.Header{"Www-Authenticate": {
			`Basic realm="error=", DPoP error="invalid_token", Bearer error=insufficient_scope`, `X ERROR="access_denied`,
		}}, `{"errors":[{"code":10010}]}`, []apierror.Kind{
			apierror.ErrForbidden, apierror.ErrInvalidToken, apierror.ErrInsufficientScope, apierror.ErrAccessDenied, "10010",
		}},
		{401, http.Header{"Www-Authenticate": {`Bearer xerror="invalid_token", error_uri="invalid_token", error=`}}, ``,
			[]apierror.Kind{apierror.ErrUnauthorized}},
		{403, nil, `{"error":"access_denied"}`, []apierror.Kind{apierror.ErrForbidden, apierror.ErrAccessDenied}},
		{404, nil, `{"errors":[{"code":"10005"}]}`, []apierror.Kind{apierror.ErrNotFound, "10005"}},
		{409, nil, ``, []apierror.Kind{apierror.ErrConflict}},
		{422, nil, ``, []apierror.Kind{apierror.ErrUnprocessable}},
		{429, nil, ``, []apierror.Kind{apierror.ErrRateLimited}},
		{500, nil, ``, []apierror.Kind{apierror.ErrServerError}},
		{599, nil, ``, []apierror.Kind{apierror.ErrServerError}},
		{400, nil, `{"error":"server_error"}`, []apierror.Kind{apierror.ErrBadRequest, apierror.ErrServerError}},
		{503, nil, `{"error":"temporarily_unavailable"}`,
			[]apierror.Kind{apierror.ErrServerError, apierror.ErrTemporarilyUnavailable}},
		{302, nil, ``, []apierror.Kind{apierror.ErrRedirect}},
		{500, http.Header{"Www-Authenticate": {`Bearer error="conflict"`}},
			`{"error":"unauthorized"}`, []apierror.Kind{apierror.ErrServerError}},
		{418, nil, ``, nil},
	}
	all := []apierror.Kind{
		apierror.ErrBadRequest, apierror.ErrUnauthorized, apierror.ErrForbidden, apierror.ErrNotFound,
		apierror.ErrConflict, apierror.ErrUnprocessable, apierror.ErrRateLimited, apierror.ErrServerError,
		apierror.ErrRedirect, apierror.ErrBadResponse, apierror.ErrInvalidRequest, apierror.ErrInvalidClient,
		apierror.ErrInvalidGrant, apierror.ErrUnauthorizedClient, apierror.ErrUnsupportedGrantType,
		apierror.ErrUnsupportedResponseType, apierror.ErrInvalidScope, apierror.ErrAccessDenied,
		apierror.ErrTemporarilyUnavailable, apierror.ErrInvalidToken, apierror.ErrInsufficientScope,
		apierror.ErrInvalidRedirectURI, apierror.ErrInvalidClientMetadata, "10005", "10009", "10010", "",
	}
	for _, c := range cases {
		err := fmt.Errorf("wrapped: %w", answered(c.status, c.header, c.body))
		var got []apierror.Kind
		for _, kind := range all {
			if errors.Is(err, kind) {
				got = append(got, kind)
			}
		}
		require.ElementsMatch(t, c.kinds, got, "%d %s", c.status, c.body)
	}
	require.NotErrorIs(t, answered(404, nil, ""), io.EOF)
}

func TestUnusableSuccessUnwrapsToItsCause(t *testing.T) {
	res := &http.Response{StatusCode: 200, Header: http.Header{}}
	req := &http.Request{Header: http.Header{"Authorization": {"Bearer the-bearer-1"}}}
	cause := fmt.Errorf("no JSON in the-bearer-1: %w", io.ErrUnexpectedEOF)
	err := apierror.New(req, nil, res, []byte("<p>hello"), cause)
	require.ErrorIs(t, err, apierror.ErrBadResponse)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.EqualError(t, err, "telnyx: GET: 200 OK: no JSON in [redacted]: unexpected EOF: <p>hello")

	res.StatusCode = 401
	require.NotErrorIs(t, apierror.New(req, nil, res, nil, cause), apierror.ErrBadResponse)
}

func TestRetryAfterIsWhatTheServerAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		date := time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat)
		require.Equal(t, 1500*time.Millisecond, answered(429, http.Header{"Retry-After": {"1.5"}}, "").RetryAfter())
		require.Equal(t, 7*time.Second, answered(429, http.Header{"X-Ratelimit-Reset": {"7"}}, "").RetryAfter())
		require.Zero(t, answered(429, http.Header{"Retry-After": {"-1"}}, "").RetryAfter())
		e := answered(503, http.Header{"Retry-After": {date}}, "")
		require.Equal(t, 90*time.Second, e.RetryAfter())
		byHand := &apierror.Error{StatusCode: 429, Response: &http.Response{Header: http.Header{"Retry-After": {date}}}}
		require.Equal(t, 90*time.Second, byHand.RetryAfter())
		require.Zero(t, (&apierror.Error{StatusCode: 429}).RetryAfter())
		time.Sleep(30 * time.Second)
		require.Equal(t, 90*time.Second, e.RetryAfter(), "the wait counts from the answer")
	})
}

func TestAHostileServerCannotMakeAnErrorShowASecret(t *testing.T) {
	escaped := strings.NewReplacer("-", "&#45;", "/", "&#x2F;", "&", "&amp;").Replace(strings.Join(sentSecrets, " "))
	million := `{"code":"the-code-1"}` + strings.Repeat(`,{}`, 1e6)
	nested := strings.Repeat(`{"errors":[{"detail":"the-code-1","error":`, 50)
	for name, body := range map[string]string{
		"HTML":              "<html><p>" + escaped + "</p>",
		"HTML in JSON":      `{"error_description":"` + escaped + `"}`,
		"a million entries": `{"errors":[` + million + `]}`,
		"nested errors":     nested + "1" + strings.Repeat(`}]}`, 50),
		"a byte order mark": "\ufeff" + `{"error":"the-code-1"}`,
		"invalid UTF-8":     "{\"error_description\":\"\xff the-code-1 \xc3\"}",
		"duplicate members": `{"error":"the-code-1","error":"x","error_description":"y","error_description":"the-code-1"}`,
		"UTF-16":            "\xff\xfet\x00h\x00e\x00",
	} {
		h := http.Header{
			"X-Request-Id": {escaped}, "Location": {"https://x.test/?a=the-code-1"}, "X-Echo": sentSecrets,
			"Www-Authenticate": {`Bearer error="the-code-1", a="the-bearer-1"`}, "Retry-After": {"the-code-1"},
		}
		e := answered(400, h, body)

		shown := fmt.Sprint(e.Error(), e.Code, e.Description, e.RequestID, e.InvalidFields, e.Errors)
		for _, text := range []string{shown, string(e.DumpResponse(true)), string(e.DumpRequest(true))} {
			for _, secret := range append([]string{escaped}, sentSecrets...) {
				require.NotContains(t, text, secret, name)
			}
		}
		require.Equal(t, body, e.Body(), name)
	}
	e := answered(400, nil, `{"error":"x"}`)
	e.Description = "A middleware wrote the-code-1 here."
	require.Equal(t, prefix+"400 Bad Request: x: A middleware wrote [redacted] here.", e.Error())
	require.Equal(t, "x", answered(400, nil, `{"error":"first","error":"x"}`).Code)
	require.Equal(t, "10015", answered(400, nil, `{"errors":[{"code":10015.0,"code":10015}]}`).Code)
}

func TestErrorMadeByHandPrintsAndDumps(t *testing.T) {
	e := &apierror.Error{StatusCode: 404}
	require.EqualError(t, e, "telnyx: 404 Not Found")
	require.Empty(t, e.DumpRequest(true))
	require.Empty(t, e.DumpResponse(true))
	require.Empty(t, e.RawJSON())
	require.ErrorIs(t, e, apierror.ErrNotFound)

	require.EqualError(t, &apierror.Error{}, "telnyx: 0")
	bare := &apierror.Error{StatusCode: 404, Request: &http.Request{}, Response: &http.Response{}}
	require.EqualError(t, bare, "telnyx: GET: 404 Not Found")
	require.Equal(t, "GET  HTTP/1.1\r\n\r\n", string(bare.DumpRequest(true)))
	require.Equal(t, "HTTP/0.0 404 Not Found\r\n\r\n", string(bare.DumpResponse(true)))

	sent := strings.NewReader(`{"code":"secret","grant_type":"x"}`)
	req, err := http.NewRequest("POST", "https://api.test/v2/oauth/token", sent)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Basic secret")
	e = &apierror.Error{StatusCode: 404, Request: req}
	require.EqualError(t, e, "telnyx: POST https://api.test/v2/oauth/token: 404 Not Found")
	for range 2 {
		want := "POST https://api.test/v2/oauth/token HTTP/1.1\r\nAuthorization: Basic [redacted]\r\n\r\n" +
			`{"code":"[redacted]","grant_type":"x"}`
		require.Equal(t, want, string(e.DumpRequest(true)))
	}
	require.Empty(t, e.DumpResponse(true))
}

func TestDumpsShowEverythingButSecrets(t *testing.T) {
	header := http.Header{"Content-Type": {"application/json"}, "Set-Cookie": {"sid=x"}, "X-Echo": {"code=the-code-1"}}
	e := answered(400, header, `{"error":"invalid_grant","echo":"the-verifier-1","access_token":"y"}`)
	request := "POST https://user:[redacted]@api.test/v2/oauth/token?access_token=[redacted] HTTP/1.1\r\n" +
		"Authorization: Bearer [redacted]\r\n" +
		"Content-Type: application/x-www-form-urlencoded\r\nCookie: [redacted]\r\n\r\n"
	require.Equal(t, request, string(e.DumpRequest(false)))
	form := "grant_type=authorization_code&code=[redacted]&code_verifier=[redacted]&client_secret=[redacted]"
	require.Equal(t, request+form, string(e.DumpRequest(true)))
	response := "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n" +
		"Set-Cookie: [redacted]\r\nX-Echo: code=[redacted]\r\n\r\n"
	require.Equal(t, response, string(e.DumpResponse(false)))
	body := `{"error":"invalid_grant","echo":"[redacted]","access_token":"[redacted]"}`
	require.Equal(t, response+body, string(e.DumpResponse(true)))
}

func TestDumpsCanBeRepeatedByManyAtOnce(t *testing.T) {
	e := answered(400, nil, `{"error":"invalid_grant"}`)
	request, response, text := string(e.DumpRequest(true)), string(e.DumpResponse(true)), e.Error()
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 10 {
				if string(e.DumpRequest(true)) != request || string(e.DumpResponse(true)) != response ||
					e.Error() != text {
					t.Error("a dump differs")
				}
			}
		})
	}
	wg.Wait()
}
