package record_test

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest/internal/record"
)

// trialTest is a test within a test, which may fail.
type trialTest struct {
	testing.TB
	mu       sync.Mutex
	said     []string
	skipped  bool
	name     string
	cleanups []func()
}

type stopped struct{}

func (t *trialTest) Skipped() bool             { return t.skipped }
func (t *trialTest) Helper()                   {}
func (t *trialTest) Name() string              { return cmp.Or(t.name, "TestMine/case") }
func (t *trialTest) Cleanup(f func())          { t.cleanups = append(t.cleanups, f) }
func (t *trialTest) Logf(string, ...any)       {}
func (t *trialTest) Failed() bool              { t.mu.Lock(); defer t.mu.Unlock(); return len(t.said) > 0 }
func (t *trialTest) Fatalf(f string, a ...any) { t.Errorf(f, a...); panic(stopped{}) }
func (t *trialTest) Errorf(f string, a ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.said = append(t.said, fmt.Sprintf(f, a...))
}

// tryTest runs a test to its end, cleanups included, and returns its failure.
func tryTest(test func(tb testing.TB)) string { return tryTestAs(&trialTest{}, test) }

func tryTestAs(t *trialTest, test func(tb testing.TB)) string {
	func() {
		defer func() {
			if r := recover(); r != nil && r != (stopped{}) {
				panic(r)
			}
		}()
		test(t)
	}()
	for i := len(t.cleanups) - 1; i >= 0; i-- {
		t.cleanups[i]()
	}
	return strings.Join(t.said, "\n---\n")
}

// recordingOf makes a recording in a test of its own, and returns its path and its text.
func recordingOf(
	t *testing.T, through http.RoundTripper, test func(*http.Client), opts ...record.Option,
) (path, text string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "story")
	t.Setenv("TELNYX_RECORD", "1")
	failed := tryTest(func(tb testing.TB) {
		test(record.Client(tb, path, append(opts, record.Through(through))...))
	})
	require.Empty(t, failed)
	t.Setenv("TELNYX_RECORD", "")
	raw, err := os.ReadFile(path + ".yaml")
	require.NoError(t, err)
	return path, string(raw)
}

// writeRecording makes a recording by hand.
func writeRecording(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "story")
	require.NoError(t, os.WriteFile(path+".yaml", []byte(text), 0o600))
	return path
}

type replies func(*http.Request) *http.Response

func (a replies) RoundTrip(req *http.Request) (*http.Response, error) { return a(req), nil }

// replying answers every request alike.
func replying(status int, body string, headers ...string) replies {
	return func(*http.Request) *http.Response {
		h := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
	}
}

// sendOver sends a request; a body with a brace is JSON, any other a form. Pairs are headers.
func sendOver(c *http.Client, method, target, body string, headers ...string) (*http.Response, string, error) {
	req, err := http.NewRequest(method, target, strings.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if strings.Contains(body, "{") {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	stay := *c
	stay.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := stay.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return res, string(raw), err
}

func mustSendOver(t *testing.T, c *http.Client, method, target, body string, headers ...string) string {
	t.Helper()
	_, text, err := sendOver(c, method, target, body, headers...)
	require.NoError(t, err)
	return text
}

const api = "https://api.telnyx.com/v2"

func TestWhatIsRecordedIsExactlyThis(t *testing.T) {
	jwt := "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"
	through := replying(200, `{"access_token":"`+jwt+`","expires_in":1800,"ok":true,"pin":4711,"city":"Paris",
		"client_id":"6F9619FF-8B86-4011-B42D-00C04FC964FF","created_at":"2026-07-01T08:09:10.123+02:00",
		"iat":1780000000,"exp":1780001800,
		"error_description":"seen `+jwt+` and secret=open-sesame-1 & more"}`,
		"Set-Cookie", "session=cookie-secret-1", "Server", "gateway-7", "X-Request-Id", "abc", "Retry-After", "1",
		"Location", "http://127.0.0.1:43210/callback?code=code-secret-1&state=state-1&hl=de#x=1")

	_, text := recordingOf(t, through, func(c *http.Client) {
		mustSendOver(t, c, "POST", "https://10.0.0.7:8443/v2/oauth/token?page[size]=2&token=query-secret-1",
			"grant_type=authorization_code&code=code-secret-1&redirect_uri=http%3A%2F%2F127.0.0.1%3A43210%2Fcallback",
			"Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("app-1:basic%20secret-1")),
			"User-Agent", "agent/1", "X-Mine", "1")
	})

	require.Equal(t, `---
version: 2
interactions:
  - id: 0
    request:
      method: POST
      url: https://api.telnyx.com/v2/oauth/token?page[size]=2&token=redacted-token-1
      headers:
        Authorization:
          - Basic app-1:redacted-client_secret-1
        Content-Type:
          - application/x-www-form-urlencoded
      body: grant_type=authorization_code&code=redacted-code-1&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcallback
    response:
      code: 200
      headers:
        Content-Type:
          - application/json
        Location:
          - http://127.0.0.1:1/callback?code=redacted-code-1&state=redacted-state-1&hl=redacted-hl-1#x=redacted-x-1
        Retry-After:
          - "1"
        X-Request-Id:
          - redacted-x_request_id-1
      body: |-
        {
          "access_token": "redacted-access_token-1",
          "expires_in": 1800,
          "ok": true,
          "pin": 0,
          "city": "redacted-city-1",
          "client_id": "00000000-0000-4000-8000-000000000001",
          "created_at": "2000-01-01T00:00:00.000Z",
          "iat": 946684800,
          "exp": 946686600,
          "error_description": "seen redacted-access_token-1 and secret=redacted-secret-1 & more"
        }
`, text)
}

func TestNoSecretReachesTheDisk(t *testing.T) {
	jwt := "eyJhbGciOiJSUzI1NiJ9.eyJqdGkiOiJ0b3AtMTEifQ.dGhlLXNpZ25hdHVyZS0xMg"
	secrets := []string{
		"top+1/é &", "top-02-basic", "top-03-code", "top-04-verifier", "top-05-consent", "top-06-nested", "top-07-cookie",
		"KEYtop08abcdef0123456789",
		"top-09-html", "top-10-password", "top-13-number-name", "1099511627776", "top-14-early", "top-15-mine",
		"top-16-key-name", jwt, "dGhlLXNpZ25hdHVyZS0xMg",
		"top-17-plain", "top-18-refresh", "short",
	}
	plain, basic := secrets[0], base64.StdEncoding.EncodeToString([]byte("app:top-02-basic"))
	quoted := `top+1\/\u00e9 \u0026`
	bodies := map[string]string{
		"/v2/oauth/consent/top-05-consent": `{"data":{"name":"top-14-early","detail":"` + quoted + ` top-05-consent"}}`,
		"/v2/json": `{"access_token":"` + quoted + `","refresh_token":["top-18-refresh",{"id":"top-06-nested"}],"jwt":"` +
			jwt + `","title":"see ` + jwt +
			`","client_secret":1099511627776,"detail":"got 1099511627776 from KEYtop08abcdef0123456789",
			"name":"code short, not shorten",
			"logo_uri":"https://u:top-10-password@example.com/?api_key=top-13-number-name#access_token=top-17-plain",
			"top-16-key-name":1,"id":"top-16-key-name","token":"top-16-key-name"}`,
		"/v2/html": `<input name="consent_token" value="top-09-html">`,
		"/v2/last": `{"token":"top-14-early","id":"top-15-mine","url":"` +
			base64.StdEncoding.EncodeToString([]byte("top-04-verifier")) + `",
			"description":"dGhlLXNpZ25hdHVyZS0xMg","title":"` + basic + `"}`,
	}
	through := replies(func(req *http.Request) *http.Response {
		return replying(200, bodies[req.URL.EscapedPath()], "Set-Cookie", "a=top-07-cookie", "Www-Authenticate",
			"Bearer error_description="+url.QueryEscape(plain))(req)
	})

	_, text := recordingOf(t, through, func(c *http.Client) {
		mustSendOver(t, c, "GET", api+"/oauth/consent/top-05-consent", "", "Cookie", "a=top-07-cookie", "X-Api-Key",
			"KEYtop08abcdef0123456789")
		mustSendOver(t, c, "POST", api+"/json",
			"code=top-03-code&code_verifier=top-04-verifier&code=short&name="+url.QueryEscape(plain),
			"Authorization", "Basic "+basic)
		mustSendOver(t, c, "GET", api+"/html?code="+url.QueryEscape(plain), "")
		mustSendOver(t, c, "POST", api+"/last", `{"client_secret":"`+quoted+`"}`, "Authorization", "Bearer "+plain)
	}, record.WithSecrets("top-15-mine"))

	for _, secret := range append(secrets, basic) {
		if secret == "short" { // counts only as a whole word
			require.NotRegexp(t, `\bshort\b`, text)
			continue
		}
		require.NotContains(t, text, secret)
		require.NotContains(t, text, url.QueryEscape(secret))
		require.NotContains(t, text, base64.StdEncoding.EncodeToString([]byte(secret)))
	}
	require.NotContains(t, text, "top")
	require.NotContains(t, text, "u00e9")
	require.Contains(t, text, "code redacted-code-2, not shorten", "what is harmless stays")
}

func TestWhatLooksLikeASecretInAKeptTextIsReplaced(t *testing.T) {
	through := replying(200, `{"detail":"Bearer sp-token-000001 is not for https://me:sp-pass@example.com/v2",
		"title":"see /v2/oauth/consent/sp-consent and <input name=\"csrf_token\" value=\"sp-field\">"}`)

	_, text := recordingOf(t, through, func(c *http.Client) { mustSendOver(t, c, "GET", api+"/oauth_clients", "") })

	require.NotContains(t, text, "sp-")
	require.Contains(t, text,
		`"detail": "Bearer redacted-secret-1 is not for https://me:redacted-secret-2@example.com/v2"`)
}

func TestTheCodeOfAnErrorIsNotASecret(t *testing.T) {
	through := replying(422, `{"errors":[{"code":"10027","source":{"pointer":"/name"},"meta":{"code":"4711"}}],
		"code":"my-code","errors.code":"x","path":"word"}`)

	_, text := recordingOf(t, through, func(c *http.Client) { mustSendOver(t, c, "GET", api+"/oauth_clients", "") })

	require.Contains(t, text, `"code": "10027"`)
	require.Contains(t, text, `"code": "redacted-code-1"`)
	require.Contains(t, text, `"code": "redacted-code-2"`)
	require.Contains(t, text, `"errors.code": "redacted-errors_code-1"`)
	require.Contains(t, text, `"path": "redacted-path-1"`)
}

func TestNoRequestIsSentIfThereIsARecording(t *testing.T) {
	asked := 0
	through := replies(func(req *http.Request) *http.Response { asked++; return replying(200, `{"name":"a"}`)(req) })
	get := func(c *http.Client) string { return mustSendOver(t, c, "GET", api+"/oauth_clients", "") }
	path, _ := recordingOf(t, through, func(c *http.Client) { get(c) })

	got := get(record.Client(t, path, record.Through(through)))

	require.Equal(t, 1, asked)
	require.JSONEq(t, `{"name":"a"}`, got)
}

func TestWithoutARecordingTheTestIsToldHowToMakeOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "story")

	said := tryTest(func(tb testing.TB) { record.Client(tb, path) })

	require.Equal(t, "oauthtest.Record: there is no recording "+path+".yaml; make it with\n"+
		"\tTELNYX_RECORD=1 go test -count=1 -run '^TestMine$'", said)
}

// oneRecording is a login's token request, and its renewal.
const oneRecording = `
version: 2
interactions:
  - request:
      method: POST
      url: https://api.telnyx.com/v2/oauth/token
      headers: {Content-Type: [application/x-www-form-urlencoded]}
      body: code=redacted-code-1&code_verifier=redacted-code_verifier-1&grant_type=authorization_code
    response:
      code: 200
      headers: {Content-Type: [application/json]}
      body: '{"access_token":"redacted-access_token-1","refresh_token":"redacted-refresh_token-1"}'
  - request:
      method: POST
      url: https://api.telnyx.com/v2/oauth/token
      headers: {Content-Type: [application/x-www-form-urlencoded]}
      body: grant_type=refresh_token&refresh_token=redacted-refresh_token-1
    response:
      code: 200
      headers: {Content-Type: [application/json]}
      body: '{"access_token":"redacted-access_token-2","refresh_token":"redacted-refresh_token-2"}'
  - request:
      method: GET
      url: https://api.telnyx.com/v2/oauth_grants?page[size]=2
      headers: {Authorization: [Bearer redacted-access_token-2]}
    response: {code: 200, headers: {Content-Type: [application/json]}, body: '{}'}
`

func replayAll(t *testing.T, c *http.Client, bearer string) error {
	t.Helper()
	mustSendOver(t, c, "POST", api+"/oauth/token", "grant_type=authorization_code&code=fresh&code_verifier=random")
	mustSendOver(t, c, "POST", api+"/oauth/token", "grant_type=refresh_token&refresh_token=redacted-refresh_token-1")
	_, _, err := sendOver(c, "GET", api+"/oauth_grants?page%5Bsize%5D=2", "", "Authorization", "Bearer "+bearer)
	return err
}

func TestValuesThatTheProgramMakesMayDifferFromRunToRun(t *testing.T) {
	require.NoError(t, replayAll(t, record.Client(t, writeRecording(t, oneRecording)), "redacted-access_token-2"))
}

func TestAnOldTokenWhereTheRecordingHasTheNewOneIsADifference(t *testing.T) {
	path := writeRecording(t, oneRecording)

	var err error
	said := tryTest(func(tb testing.TB) { err = replayAll(t, record.Client(tb, path), "redacted-access_token-1") })

	require.Error(t, err)
	require.Contains(t, said,
		`header Authorization: recorded is "redacted-access_token-2", sent was "redacted-access_token-1"`)
}

func TestAValueOfAResponseDoesNotMatchAnotherPlaceholder(t *testing.T) {
	path := writeRecording(t, oneRecording)

	said := tryTest(func(tb testing.TB) {
		_, _, err := sendOver(record.Client(tb, path), "POST", api+"/oauth/token",
			"grant_type=authorization_code&code=redacted-refresh_token-1&code_verifier=a")
		require.Error(t, err)
	})

	require.Contains(t, said, `form code: recorded is "redacted-code-1", sent was "redacted-refresh_token-1"`)
}

func TestARequestWithoutARecordingFailsWithTheNearestOneAndTheDifference(t *testing.T) {
	path := writeRecording(t, oneRecording)

	var err error
	said := tryTest(func(tb testing.TB) {
		c := record.Client(tb, path)
		_, _, err = sendOver(c, "POST", api+"/oauth/token?token=my-own-secret",
			"grant_type=client_credentials&refresh_token=my-own-secret&scope=voice.read")
	})

	explanation := `oauthtest.Record: ` + path +
		`.yaml has no answer to POST https://api.telnyx.com/v2/oauth/token?token=[redacted]
nearest is interaction 1, POST https://api.telnyx.com/v2/oauth/token
	form grant_type: recorded is "refresh_token", sent was "client_credentials"
	form refresh_token: recorded is "redacted-refresh_token-1", sent was another value
	form scope: recorded is nothing, sent was "voice.read"
	query token: recorded is nothing, sent was another value`
	require.Error(t, err)
	require.Equal(t, explanation, said, "one mismatch is one failure")
	require.NotContains(t, said, "my-own-secret")
}

func TestARecordingThatNoRequestUsesFailsTheTest(t *testing.T) {
	path := writeRecording(t, oneRecording)

	said := tryTest(func(tb testing.TB) {
		mustSendOver(t, record.Client(tb, path), "POST", api+"/oauth/token",
			"grant_type=authorization_code&code=a&code_verifier=b")
	})

	require.Empty(t, tryTest(func(tb testing.TB) { record.Client(tb, path, record.AllowUnused()) }))
	require.Empty(t, tryTest(func(tb testing.TB) { record.Client(tb, path); tb.(*trialTest).skipped = true }))
	unused := "oauthtest.Record: " + path + ".yaml: no request used interaction "
	require.Equal(t, unused+"1: POST https://api.telnyx.com/v2/oauth/token\n---\n"+
		unused+"2: GET https://api.telnyx.com/v2/oauth_grants?page[size]=2", said)
}

func TestARecordingIsUsedOnce(t *testing.T) {
	path, _ := recordingOf(t, replying(200, `{}`),
		func(c *http.Client) { mustSendOver(t, c, "GET", api+"/oauth_grants", "") })

	said := tryTest(func(tb testing.TB) {
		c := record.Client(tb, path)
		mustSendOver(t, c, "GET", api+"/oauth_grants", "")
		_, _, err := sendOver(c, "GET", api+"/oauth_grants", "")
		require.Error(t, err)
	})

	require.Contains(t, said,
		"has no answer to GET https://api.telnyx.com/v2/oauth_grants: "+
			"interaction 0, the last one that is like it, has been used")
}

func TestTheNearestRecordingIsAnUnusedOne(t *testing.T) {
	path := writeRecording(t, oneRecording)

	said := tryTest(func(tb testing.TB) {
		c := record.Client(tb, path)
		mustSendOver(t, c, "POST", api+"/oauth/token", "grant_type=authorization_code&code=a&code_verifier=b")
		_, _, err := sendOver(c, "POST", api+"/oauth/token", "grant_type=authorization_code&code=a&code_verifier=c")
		require.Error(t, err)
	})

	require.Contains(t, said, "nearest is interaction 1, POST")
}

func TestAUsedRecordingThatIsNearestIsSaidToBeUsed(t *testing.T) {
	path, _ := recordingOf(t, replying(200, `{}`),
		func(c *http.Client) { mustSendOver(t, c, "GET", api+"/oauth_grants?page[size]=1", "") })

	said := tryTest(func(tb testing.TB) {
		c := record.Client(tb, path)
		mustSendOver(t, c, "GET", api+"/oauth_grants?page[size]=1", "")
		_, _, err := sendOver(c, "GET", api+"/oauth_grants?page[size]=2", "")
		require.Error(t, err)
	})

	require.Contains(t, said, "page[size]=1, which was used before, as all of the recording was\n\tquery page[size]")
}

func TestContentTypesAreComparedByMediaType(t *testing.T) {
	path, _ := recordingOf(t, replying(200, `{}`), func(c *http.Client) {
		mustSendOver(t, c, "POST", api+"/oauth_clients", `{"name":"a"}`)
	})

	mustSendOver(t, record.Client(t, path), "POST", api+"/oauth_clients", `{"name":"a"}`,
		"Content-Type", "Application/JSON; charset=utf-8")
}

func TestTwoTestsCannotRecordOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "story")
	t.Setenv("TELNYX_RECORD", "1")
	var early, late string

	first := tryTest(func(tb testing.TB) {
		c := record.Client(tb, path, record.Through(replying(200, `{}`)))
		early = tryTest(func(tb testing.TB) { record.Client(tb, path) })
		mustSendOver(t, c, "GET", api+"/oauth_grants", "")
	})
	other := &trialTest{name: "TestOther"}
	late = tryTestAs(other, func(tb testing.TB) { record.Client(tb, path) })
	again := tryTest(func(tb testing.TB) { // go test -count=2
		mustSendOver(t, record.Client(tb, path, record.Through(replying(200, `{}`))), "GET", api+"/oauth_grants", "")
	})

	require.Empty(t, first+again)
	for _, said := range []string{early, late} {
		require.Equal(t, "oauthtest.Record: "+path+".yaml is also recorded by TestMine/case, and one would overwrite "+
			"the other; give each test a path", said)
	}
}

func TestARecordedRequestEndsWithItsContextWhileItWaitsForAnother(t *testing.T) {
	t.Setenv("TELNYX_RECORD", "1")
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		through := replies(func(req *http.Request) *http.Response { <-release; return replying(200, `{}`)(req) })
		var err error
		tryTest(func(tb testing.TB) {
			c := record.Client(tb, filepath.Join(t.TempDir(), "story"), record.Through(through))
			done := make(chan struct{})
			go func() { defer close(done); _, _, _ = sendOver(c, "GET", api+"/oauth_grants", "") }()
			synctest.Wait()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			req, _ := http.NewRequestWithContext(ctx, "GET", api+"/oauth_clients", nil)
			_, err = c.Do(req)
			close(release)
			<-done
		})

		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestPathsThatWindowsRefusesAreRefused(t *testing.T) {
	for path, part := range map[string]string{
		"testdata/a:b": "a:b", "q?": "q?", "con": "con", "x/CON.story": "CON.story", "a\\b": "a\\b", "a./b": "a.",
		"lpt1": "lpt1", "a\nb": "a\nb",
	} {
		said := tryTest(func(tb testing.TB) { record.Client(tb, path) })

		require.Equal(t, fmt.Sprintf("oauthtest.Record: the path %q has %q, which cannot be in a file name on every "+
			"system", path, part), said)
	}
	require.Contains(t, tryTest(func(tb testing.TB) { record.Client(tb, "testdata/") }), "has no name")
}

func TestARecordingGoesToFoldersThatDoNotExistAndToOtherOnes(t *testing.T) {
	root := t.TempDir()
	t.Setenv("TELNYX_RECORD", "1")

	require.Empty(t, tryTest(func(tb testing.TB) {
		c := record.Client(tb, root+"/new/deep/../TestX/story", record.Through(replying(200, `{}`)))
		mustSendOver(t, c, "GET", api+"/oauth_grants", "")
	}))

	require.FileExists(t, filepath.Join(root, "new", "TestX", "story.yaml"))
}

func TestASymbolicLinkIsKeptAndItsFileIsWritten(t *testing.T) {
	for name, exists := range map[string]bool{"a file": true, "nothing yet": false} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			target, link := filepath.Join(root, "target.yaml"), filepath.Join(root, "story.yaml")
			if exists {
				require.NoError(t, os.WriteFile(target, nil, 0o600))
			}
			if err := os.Symlink("target.yaml", link); err != nil {
				require.Equal(t, "windows", runtime.GOOS, "where users may not make links")
				return
			}
			t.Setenv("TELNYX_RECORD", "1")

			require.Empty(t, tryTest(func(tb testing.TB) {
				c := record.Client(tb, filepath.Join(root, "story"), record.Through(replying(200, `{}`)))
				mustSendOver(t, c, "GET", api+"/oauth_grants", "")
			}))

			info, err := os.Lstat(link)
			require.NoError(t, err)
			require.NotZero(t, info.Mode()&os.ModeSymlink)
			text, err := os.ReadFile(target)
			require.NoError(t, err)
			require.Contains(t, string(text), "oauth_grants")
		})
	}
}

func TestTheModeOfARecordingFollowsTheUmask(t *testing.T) {
	path, _ := recordingOf(t, replying(200, `{}`),
		func(c *http.Client) { mustSendOver(t, c, "GET", api+"/oauth_grants", "") })
	plain := filepath.Join(t.TempDir(), "plain")
	require.NoError(t, os.WriteFile(plain, nil, 0o666))

	recording, err := os.Stat(path + ".yaml")
	require.NoError(t, err)
	want, err := os.Stat(plain)
	require.NoError(t, err)
	require.Equal(t, want.Mode(), recording.Mode())
}

func TestTheClaimsOfAJWTCanBeKeptButNotItsSignature(t *testing.T) {
	encode := base64.RawURLEncoding.EncodeToString
	jwt := encode([]byte(`{"alg":"RS256"}`)) + "." +
		encode([]byte(`{"iss":"https://api.telnyx.com","scope":"messaging.read","sub":"user-4711x","jti":"s3cr3t-0815x"}`)) +
		".c2lnbmF0dXJlLW9mLWpvZQ"
	path, text := recordingOf(t, replying(200, `{"access_token":"`+jwt+`","detail":"`+jwt+`"}`), func(c *http.Client) {
		mustSendOver(t, c, "GET", api+"/oauth_grants", "")
		mustSendOver(t, c, "GET", api+"/oauth_clients", "", "Authorization", "Bearer "+jwt)
	}, record.KeepClaims())
	require.NotContains(t, text, "c2lnbmF0dXJlLW9mLWpvZQ")

	c := record.Client(t, path, record.KeepClaims())
	got := gjson.Get(mustSendOver(t, c, "GET", api+"/oauth_grants", ""), "access_token").Str
	mustSendOver(t, c, "GET", api+"/oauth_clients", "", "Authorization", "Bearer "+got)
	parts := strings.Split(got, ".")
	require.Len(t, parts, 3)
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	require.JSONEq(t, `{"iss":"https://api.telnyx.com","scope":"messaging.read","sub":"redacted-sub-1",
		"jti":"redacted-jti-1"}`, string(claims))
	require.Equal(t, "redacted-access_token-1", parts[2])
	_, text = recordingOf(t, replying(200, `{"secret":"`+jwt+`"}`), func(c *http.Client) {
		mustSendOver(t, c, "GET", api+"/oauth_grants", "")
	}, record.KeepClaims())
	require.Contains(t, text, `.redacted-secret-1_"`, "which is base64, for programs that decode it")
}

func TestAppendingKeepsTheRecordingAndAddsNewRequests(t *testing.T) {
	through := replies(func(req *http.Request) *http.Response {
		return replying(200, `{"org_id":"org of `+req.URL.Path+`","id":"5b1c6f2e-0000-4c3c-9d3a-0123456789ab"}`)(req)
	})
	first := func(c *http.Client) string {
		return mustSendOver(t, c, "GET", api+"/oauth_grants", "", "Authorization", "Bearer KEY1")
	}
	second := func(c *http.Client) string {
		return mustSendOver(t, c, "GET", api+"/oauth_clients", "", "Authorization", "Bearer KEY2")
	}
	path, before := recordingOf(t, through, func(c *http.Client) { first(c) })
	t.Setenv("TELNYX_RECORD", "append")

	asked := 0
	require.Empty(t, tryTest(func(tb testing.TB) {
		counted := replies(func(req *http.Request) *http.Response { asked++; return through(req) })
		c := record.Client(tb, path, record.Through(counted))
		first(c)
		mustSendOver(t, c, "GET", api+"/oauth_clients", "", "Authorization", "Bearer KEY1")
		second(c)
	}))
	require.Empty(t, tryTest(func(tb testing.TB) { first(record.Client(tb, path)) }), "nothing to add is no failure")

	require.Equal(t, 2, asked)
	text, err := os.ReadFile(path + ".yaml")
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(text), before), string(text))
	require.Equal(t, 2, strings.Count(string(text), "Bearer redacted-authorization-1\n"), "one value, one placeholder")
	require.Contains(t, string(text), "Bearer redacted-authorization-2\n")
	require.Contains(t, string(text), "redacted-org_id-2")
	t.Setenv("TELNYX_RECORD", "")
	require.Empty(t, tryTest(func(tb testing.TB) {
		c := record.Client(tb, path)
		first(c)
		mustSendOver(t, c, "GET", api+"/oauth_clients", "", "Authorization", "Bearer KEY1")
		second(c)
	}))
}

func TestABinaryBodyIsReplacedAndParallelSubtestsShareARecording(t *testing.T) {
	path, text := recordingOf(t, replying(200, "\x00\xff\x01binary"), func(c *http.Client) {
		mustSendOver(t, c, "GET", api+"/oauth_grants?page[number]=1", "")
		mustSendOver(t, c, "GET", api+"/oauth_grants?page[number]=2", "")
	})
	require.Contains(t, text, "body: redacted-body-1")

	c := record.Client(t, path)
	for _, page := range []string{"2", "1"} {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, "redacted-body-1", mustSendOver(t, c, "GET", api+"/oauth_grants?page[number]="+page, ""))
		})
	}
}

func TestTheClientDoesNotRepeatARequestWithoutARecording(t *testing.T) {
	path := writeRecording(t, oneRecording)

	said := tryTest(func(tb testing.TB) {
		client := telnyx.NewClient(option.WithoutEnvironment(), option.WithAPIKey("KEY"),
			option.WithHTTPClient(record.Client(tb, path)))
		_, err := client.OAuthClients.List(t.Context(), telnyx.OAuthClientListParams{})
		require.ErrorContains(t, err, "nearest is interaction 2")
	})

	require.Equal(t, 1, strings.Count(said, "has no answer"))
}

func TestDifferencesOfEveryKindAreFound(t *testing.T) {
	const text = `
version: 2
interactions:
  - request:
      method: PUT
      url: https://api.telnyx.com/v2/oauth_clients/00000000-0000-4000-8000-000000000001?page[number]=1
      headers: {Authorization: [Basic app:redacted-client_secret-1], Content-Type: [application/json]}
      body: '{"name":"a","require_pkce":true,"redirect_uris":[],"page_size":5,
        "state":"redacted-state-1","code":"redacted-state-1"}'
    response: {code: 200, body: ''}
`
	const target = api + "/oauth_clients/5b1c6f2e-0000-4c3c-9d3a-0123456789ab?page[number]=1"
	const body = `{"name":"a","require_pkce":true,"redirect_uris":[],"page_size":5,"state":"mine","code":"mine"}`
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("app:secret"))
	for want, send := range map[string][]string{
		"":             {"PUT", target, body, "Authorization", basic},
		"method":       {"POST", target, body, "Authorization", basic},
		"path segment": {"PUT", strings.Replace(target, "oauth_clients", "oauth_grants", 1), body, "Authorization", basic},
		"query page[number]: recorded is \"1\", sent was \"2\"": {"PUT",
			strings.Replace(target, "=1", "=2", 1), body, "Authorization", basic},
		"query extra: recorded is nothing, sent was another value": {"PUT", target + "&extra=1", body,
			"Authorization", basic},
		"header Authorization (client id): recorded is \"app\", sent was \"x\"": {"PUT", target, body, "Authorization",
			"Basic " + base64.StdEncoding.EncodeToString([]byte("x:secret"))},
		"header Authorization: recorded is nothing": {"PUT", target, body, "Authorization",
			"Bearer x"},
		"header Content-Type": {"PUT", target, body, "Authorization", basic,
			"Content-Type", "text/plain"},
		`json /name: recorded is "a", sent was "b"`: {"PUT", target,
			strings.Replace(body, `"a"`, `"b"`, 1), "Authorization", basic},
		`json /require_pkce (no string): recorded is "true", sent was "false"`: {"PUT", target,
			strings.Replace(body, `true`, `false`, 1), "Authorization", basic},
		`json /redirect_uris (no string): recorded is "[]", sent was nothing`: {"PUT", target,
			strings.Replace(body, `"redirect_uris":[],`, ``, 1), "Authorization", basic},
		`json /page_size (no string): recorded is "5", sent was nothing`: {"PUT", target,
			strings.Replace(body, `5`, `"5"`, 1), "Authorization", basic},
		`json /state: recorded is "redacted-state-1", sent was another value`: {"PUT", target,
			strings.Replace(body, `"state":"mine"`, `"state":"yours"`, 1), "Authorization", basic},
	} {
		said := tryTest(func(tb testing.TB) {
			_, _, err := sendOver(record.Client(tb, writeRecording(t, text)), send[0], send[1], send[2], send[3:]...)
			require.Equal(t, want == "", err == nil, "%s: %v", want, err)
		})
		require.Contains(t, said, want)
		require.Equal(t, want == "", said == "", said)
	}
}

func TestAnswersRepeatWhatTheProgramMadeInThisRun(t *testing.T) {
	through := replying(200,
		`{"redirect_uri":"http://127.0.0.1:43210/cb?code=c-1&state=recorded-state",
			"issuer":"https://10.0.0.7:8443/x","message":"recorded-state"}`,
		"Location", "/consent?state=recorded-state")
	path, _ := recordingOf(t, through, func(c *http.Client) {
		mustSendOver(t, c, "POST", "https://10.0.0.7:8443/v2/oauth/grants",
			`{"state":"recorded-state","redirect_uri":"http://127.0.0.1:43210/cb?state=recorded-state"}`)
	})

	res, body, err := sendOver(record.Client(t, path), "POST", "http://localhost:9/v2/oauth/grants",
		`{"state":"a \"b\"&c","redirect_uri":"http://127.0.0.1:5555/cb?state=a+%22b%22%26c"}`)

	require.NoError(t, err)
	require.Equal(t, "200 OK", res.Status)
	require.Equal(t, "/consent?state=a+%22b%22%26c", res.Header.Get("Location"))
	require.JSONEq(t, `{"redirect_uri":"http://127.0.0.1:5555/cb?code=redacted-code-1&state=a+%22b%22%26c",
		"issuer":"http://localhost:9/x","message":"a \"b\"&c"}`, body)
	require.EqualValues(t, len(body), res.ContentLength)
}

func TestARecorded429IsFollowedByItsSuccessAfterTheWait(t *testing.T) {
	busy := 1
	through := replies(func(req *http.Request) *http.Response {
		if busy--; busy >= 0 {
			return replying(429, `{"errors":[{"code":"10011","title":"Too many requests"}]}`, "Retry-After", "7")(req)
		}
		return replying(200, `{"data":[]}`)(req)
	})
	path, _ := recordingOf(t, through, func(c *http.Client) {
		mustSendOver(t, c, "GET", api+"/oauth_grants", "", "Authorization", "Bearer KEY")
		mustSendOver(t, c, "GET", api+"/oauth_grants", "", "Authorization", "Bearer KEY")
	})

	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		client := telnyx.NewClient(option.WithoutEnvironment(), option.WithAPIKey("KEY"),
			option.WithHTTPClient(record.Client(t, path)))

		_, err := client.OAuthGrants.List(t.Context(), telnyx.OAuthGrantListParams{})

		require.NoError(t, err)
		require.GreaterOrEqual(t, time.Since(began), 7*time.Second)
	})
}

func TestRequestsMayComeInAnyOrderAndTogether(t *testing.T) {
	through := replies(func(req *http.Request) *http.Response {
		return replying(200, `{"name":"`+req.URL.Query().Get("page[number]")+`"}`)(req)
	})
	page := func(c *http.Client, n int) string {
		return mustSendOver(t, c, "GET", fmt.Sprintf("%s/oauth_clients?page[number]=%d", api, n), "")
	}
	path, _ := recordingOf(t, through, func(c *http.Client) {
		for n := range 16 {
			page(c, n)
		}
	})
	c := record.Client(t, path)

	var wg sync.WaitGroup
	for n := range 16 {
		wg.Go(func() {
			_, body, err := sendOver(c, "GET", fmt.Sprintf("%s/oauth_clients?page[number]=%d", api, n), "")
			if err != nil || !strings.Contains(body, fmt.Sprintf(`"name": "%d"`, n)) {
				t.Errorf("page %d: %s %v", n, body, err)
			}
		})
	}
	wg.Wait()
}

func TestConcurrentRequestsAreRecordedWhole(t *testing.T) {
	_, text := recordingOf(t, replying(200, `{"name":"a"}`), func(c *http.Client) {
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() { _, _, _ = sendOver(c, "GET", api+"/oauth_clients", "") })
		}
		wg.Wait()
	})

	require.Equal(t, 16, strings.Count(text, `"name": "a"`))
}

func TestTheProgramGetsTheRealAnswerWhileItIsRecorded(t *testing.T) {
	var sent string
	through := replies(func(req *http.Request) *http.Response {
		raw, _ := io.ReadAll(req.Body)
		sent = string(raw) + " " + req.Header.Get("Accept-Encoding") + req.Header.Get("Authorization")
		return replying(200, `{"access_token":"the real one"}`, "Set-Cookie", "a=b")(req)
	})
	recordingOf(t, through, func(c *http.Client) {
		res, body, err := sendOver(c, "POST", api+"/oauth/token", "code=the+real+code", "Accept-Encoding", "br",
			"Authorization", "Bearer x")

		require.NoError(t, err)
		require.Equal(t, `{"access_token":"the real one"}`, body)
		require.Equal(t, "a=b", res.Header.Get("Set-Cookie"))
		require.Equal(t, "code=the+real+code Bearer x", sent)
	})
}

func TestNormalizersReplaceOtherValuesThatDiffer(t *testing.T) {
	settle := record.WithNormalizer(func(name, value string) string {
		if name == "name" {
			value, _, _ = strings.Cut(value, "#")
		}
		return value
	})
	upper := record.WithNormalizer(func(name, value string) string {
		if name == "name" {
			value = strings.ToUpper(value)
		}
		return value
	})
	path, text := recordingOf(t, replying(200, `{"name":"nightly#17"}`), func(c *http.Client) {
		mustSendOver(t, c, "POST", api+"/oauth_clients", `{"name":"nightly#17"}`)
	}, settle, upper)
	require.Equal(t, 2, strings.Count(text, `"name": "NIGHTLY"`), text)

	mustSendOver(t, record.Client(t, path, settle, upper), "POST", api+"/oauth_clients", `{"name":"nightly#18"}`)
}

func TestNamesCanBeAddedToTheAllowList(t *testing.T) {
	_, text := recordingOf(t, replying(200, `{"city":"Paris 3f9a2b4c","pin":4711}`, "X-Shard", "7"), func(c *http.Client) {
		mustSendOver(t, c, "GET", api+"/oauth_clients?verbose=yes", "")
	}, record.KeepFields("city", "pin", "verbose"), record.KeepHeaders("x-shard"))

	for _, kept := range []string{
		`"city": "Paris 3f9a2b4c"`, `"pin": 4711`, "verbose=yes", "X-Shard:\n          - \"7\"",
	} {
		require.Contains(t, text, kept)
	}
}

func TestTheNameOfASecretCannotBeAllowed(t *testing.T) {
	for name, opt := range map[string]record.Option{
		"client_secret": record.KeepFields("city", "client_secret"), "Set-Cookie": record.KeepHeaders("set-cookie"),
	} {
		said := tryTest(func(tb testing.TB) { record.Client(tb, "nowhere", opt) })

		require.Equal(t, "oauthtest.Record: "+name+" cannot be kept, because its value is a secret", said)
	}
}

func TestARecordingWithASecretIsNotWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "story")
	t.Setenv("TELNYX_RECORD", "1")
	t.Setenv("TELNYX_CLIENT_SECRET", "oauth_clients") // is in the path, which is never rewritten

	said := tryTest(func(tb testing.TB) {
		mustSendOver(t, record.Client(tb, path, record.Through(replying(200, `{}`))), "GET", api+"/oauth_clients", "")
	})

	require.Equal(t, "oauthtest.Record: "+path+".yaml is not written: interaction 0: the URL holds a secret", said)
	require.NoFileExists(t, path+".yaml")
}

func TestAFailedTestLeavesTheRecordingAsItWas(t *testing.T) {
	path := writeRecording(t, oneRecording)
	t.Setenv("TELNYX_RECORD", "1")

	tryTest(func(tb testing.TB) {
		mustSendOver(t, record.Client(tb, path, record.Through(replying(200, `{}`))), "GET", api+"/oauth_clients", "")
		tb.Errorf("something else")
	})

	text, err := os.ReadFile(path + ".yaml")
	require.NoError(t, err)
	require.Equal(t, oneRecording, string(text))
}

func TestASkippedTestRecordsNothing(t *testing.T) {
	path := writeRecording(t, oneRecording)
	t.Setenv("TELNYX_RECORD", "1")

	require.Empty(t, tryTest(func(tb testing.TB) {
		mustSendOver(t, record.Client(tb, path, record.Through(replying(200, `{}`))), "GET", api+"/oauth_clients", "")
		tb.(*trialTest).skipped = true
	}))

	text, err := os.ReadFile(path + ".yaml")
	require.NoError(t, err)
	require.Equal(t, oneRecording, string(text))
}

func TestATestWithoutARequestRecordsNothing(t *testing.T) {
	path := writeRecording(t, oneRecording)
	t.Setenv("TELNYX_RECORD", "1")

	said := tryTest(func(tb testing.TB) { record.Client(tb, path) })

	require.Equal(t, "oauthtest.Record: "+path+".yaml is not written, as there was no request to record", said)
}

func TestAFailureToSendIsNotRecorded(t *testing.T) {
	refused := errors.New("refused")
	first := true
	through := failing(func(req *http.Request) (*http.Response, error) {
		if first {
			first = false
			return nil, refused
		}
		return replying(200, `{}`)(req), nil
	})

	_, text := recordingOf(t, through, func(c *http.Client) {
		_, _, err := sendOver(c, "GET", api+"/oauth_clients", "")
		require.ErrorIs(t, err, refused)
		mustSendOver(t, c, "GET", api+"/oauth_clients", "")
	})

	require.Equal(t, 1, strings.Count(text, "method: GET"))
}

type failing func(*http.Request) (*http.Response, error)

func (f failing) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestTheClientEndsWithItsTest(t *testing.T) {
	path := writeRecording(t, "version: 2\ninteractions: []\n")
	var replaying, recording *http.Client
	require.Empty(t, tryTest(func(tb testing.TB) { replaying = record.Client(tb, path) }))
	t.Setenv("TELNYX_RECORD", "1")
	tryTest(func(tb testing.TB) { recording = record.Client(tb, path) })

	for _, c := range []*http.Client{replaying, recording} {
		_, _, err := sendOver(c, "GET", api+"/oauth_clients", "")
		require.ErrorContains(t, err, "the test of this client is over")
	}
}

func TestACancelledRequestUsesNoRecording(t *testing.T) {
	path, _ := recordingOf(t, replying(200, `{}`),
		func(c *http.Client) { mustSendOver(t, c, "GET", api+"/oauth_clients", "") })
	c := record.Client(t, path)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", api+"/oauth_clients", nil)
	require.NoError(t, err)

	_, err = c.Do(req)

	require.ErrorIs(t, err, context.Canceled)
	mustSendOver(t, c, "GET", api+"/oauth_clients", "")
}

func TestAFileThatIsNotARecordingFailsTheTest(t *testing.T) {
	const request, response = "request: {method: GET, url: 'https://h/'}", "response: {code: 200, body: ''}"
	for _, c := range [][2]string{
		{"{", "this is not a recording: "},
		{
			"version: 1\n", "the recording has version 1, but only version 2 is understood; make it again with\n" +
				"\tTELNYX_RECORD=1 go test -count=1 -run '^TestMine$'",
		},
		{"interactions: []\n", "the recording has version none, but only"},
		{"version: 2\ninteractions: [~]", "interaction 0 is empty"},
		{"version: 2\ninteractions:\n- {" + response + "}", "interaction 0 has no absolute URL"},
		{"version: 2\ninteractions:\n- {request: {url: 'https://h/'}, " + response + "}", "interaction 0 has no method"},
		{
			"version: 2\ninteractions:\n- {" + request + ", " + response + "}\n- {" + request + "}",
			"interaction 1 has the status 0",
		},
		{
			"version: 2\ninteractions:\n- {" + request + ", response: {code: 200, headers: {location: [a]}}}",
			`interaction 0 has the header "location"`,
		},
		{
			"version: 2\ninteractions:\n- {request: {method: GET, url: 'https://h/%zz'}, response: {code: 200}}",
			"interaction 0 has no absolute URL",
		},
	} {
		text, want := c[0], c[1]
		path := writeRecording(t, text)

		said := tryTest(func(tb testing.TB) { record.Client(tb, path) })

		require.Contains(t, said, "oauthtest.Record: "+path+".yaml: "+want)
	}
}

func TestASecretInAKeptPlaceIsNotRecorded(t *testing.T) {
	const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJlLW9mLWpvZQ"
	for name, c := range map[string]struct {
		through replies
		secret  string
	}{
		"a bearer token in prose": {
			replying(400, `{"detail":"Authorization: Bearer s3cr3t is bad"}`), "s3cr3t",
		},
		"a bearer token of letters in prose": {
			replying(400, `{"detail":"Bearer correcthorsebattery is bad"}`), "correcthorsebattery",
		},
		"a token of another scheme in prose": {
			replying(400, `{"detail":"Authorization: Token correcthorse is bad"}`), "correcthorse",
		},
		"a quoted bearer token":         {replying(400, `{"detail":"Bearer 'correcthorse'"}`), "correcthorse"},
		"a cookie in prose":             {replying(400, `{"detail":"Set-Cookie: sid=correcthorse"}`), "correcthorse"},
		"a JWT as the name of a member": {replying(200, `{"`+jwt+`":"x"}`), "c2lnbmF0dXJlLW9mLWpvZQ"},
		"an API key as the name of a member with a replaced value": {
			replying(200, `{"key0187f3a2bb04c1":"value"}`), "key0187f3a2bb04c1",
		},
		"a parameter in a fragment": {
			replying(302, ``, "Location", "https://a.example/cb#ticket=correct-horse"), "correct-horse",
		},
		"a path of a link": {
			replying(302, ``, "Location", "https://a.example/v2/oauth/consent/correct-horse"), "correct-horse",
		},
		"a random segment in the path of a link": {
			replying(302, ``, "Location", "https://a.example/cb/9f3a7b2c4d"), "9f3a7b2c4d",
		},
		"a quoted parameter of a header": {
			replying(401, ``, "Www-Authenticate", `Bearer error="invalid_token", access_token="open sesame"`), "sesame",
		},
		"a quoted parameter of a header whose name is unknown": {
			replying(401, ``, "Www-Authenticate", `Bearer ticket="correct-horse"`), "correct-horse",
		},
		"a header of the request that is not recorded": {
			replying(400, `{"detail":"the key open-sesame is unknown"}`), "open-sesame",
		},
		"a secret that had escapes where it was replaced": {
			replying(401, `{"detail":"correct\"horse"}`, "Www-Authenticate", `Bearer access_token="correct\"horse"`), "horse",
		},
		"the same with escapes": {replying(400, `{"detail":"open&#45;sesame"}`), "sesame"},
		"a header of the answer that is not recorded": {
			replying(400, `{"detail":"cookie cookiemonster"}`, "Set-Cookie", "a=cookiemonster; Path=/"), "cookiemonster",
		},
		"another header of the answer that is not recorded": {
			replying(400, `{"detail":"shard correct-horse"}`, "X-Shard", "correct-horse"), "correct-horse",
		},
		"the password of the URL": {replying(400, `{"detail":"the password correct-battery"}`), "correct-battery"},
		"base64 of a secret within a longer text": {
			replying(400, `{"detail":"`+base64.StdEncoding.EncodeToString([]byte("id-1:open-sesame"))+`"}`), "XNlc2FtZ",
		},
		"a parameter that is replaced": {
			replying(302, `{"title":"correct-horse"}`, "Location", "https://a.example/cb?ticket=correct-horse"), "correct-horse",
		},
		"a secret as the name of a member and of a placeholder": {
			replying(200, `{"correct-horse":"value","token":"correct-horse"}`), "horse",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, text := recordingOf(t, c.through, func(client *http.Client) {
				mustSendOver(t, client, "GET", "https://user:correct-battery@api.telnyx.com/v2/oauth_clients", "",
					"X-Api-Key", "open-sesame", "Authorization", "Bearer of-another")
			})

			require.NotContains(t, text, c.secret)
			require.NotContains(t, text, strings.ToLower(c.secret), "placeholders have names in lower case")
		})
	}
}

func TestHarmlessValuesAreKeptUnchanged(t *testing.T) {
	const challenge = `Bearer realm="Telnyx API", error="invalid_token", ` +
		`resource_metadata="https://api.telnyx.com/.well-known/oauth-protected-resource"`
	_, text := recordingOf(t, replying(200, `{
		"detail":"Bearer authentication is required: OAuth2, RFC6749 and PKCE (S256)",
		"name":"Pager 17 \u0026 Müller's",
		"redirect_uris":["https://app.example.com/oauth2/callback?scope=a%20b","com.example.app:/cb"],
		"scope":"messaging.read numbers:write","alg":"RS256","e":"AQAB","description":"up to 100% of 2.5 calls"}`,
		"Www-Authenticate", challenge, "Cache-Control", "max-age=3600, no-store"), func(c *http.Client) {
		mustSendOver(t, c, "GET", api+"/oauth_clients?page%5Bsize%5D=20", "", "Accept", "application/json",
			"Origin", "https://api.telnyx.com", "X-Mode", "scope")
	})

	for _, kept := range []string{
		"Bearer authentication is required: OAuth2, RFC6749 and PKCE (S256)", "Pager 17 & Müller's", challenge,
		"https://app.example.com/oauth2/callback?scope=a%20b", "com.example.app:/cb", `"messaging.read numbers:write"`,
		"RS256", "AQAB", "up to 100% of 2.5 calls", "max-age=3600, no-store", "page[size]=20", "- application/json",
	} {
		require.Contains(t, text, kept)
	}
}
