package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

func TestNamesOfSecretsAreKnownInAnySpelling(t *testing.T) {
	for _, name := range []string{
		"Authorization", "proxy-authorization", "Cookie", "Set-Cookie", "X-Api-Key", "apiKey", "api_key",
		"access_token", "accessToken",
		"accessTokens", "refresh_token", "REFRESH-TOKEN", "consent_token", "id_token", "id_token_hint",
		"client_secret", "clientSecrets", "code",
		"device_code", "authorization_code", "code_verifier", "client_assertion", "password", "db_passwd",
		"private_key", "secretKey",
		"X-Auth-Key", "X-Amz-Signature", "credentials", "session_id", "_csrf", "jwt", " token ", "client[secret]",
		"tokens[]",
	} {
		require.True(t, redact.Name(name), name)
	}
	for _, name := range []string{
		"", "client_id", "token_type", "token_endpoint", "token_endpoint_auth_method", "code_challenge",
		"code_challenge_method", "status_code",
		"error", "error_code", "scope", "grant_type", "authorization_endpoint", "authorization_servers",
		"Www-Authenticate", "X-Request-Id",
		"require_pkce", "expires_in", "keys", "kid", "state", "secretary",
	} {
		require.False(t, redact.Name(name), name)
	}
}

func TestSecretsByNameOrLookLeaveAnyText(t *testing.T) {
	cases := []struct{ text, want string }{
		{`redirect_uri=https://app.test/cb?code=abc&state=1`,
			`redirect_uri=https://app.test/cb?code=[redacted]&state=1`},
		{`to=https%3A%2F%2Fapp.test%3Fcode%3Dabc end`, `to=https%3A%2F%2Fapp.test%3Fcode%3D[redacted] end`},
		{`at https%253A%252F%252Fapp.test%253Fcode%253Dabc end`,
			`at https%253A%252F%252Fapp.test%253Fcode%253D[redacted] end`},
		{`access%5Ftoken=abc&page=1`, `access%5Ftoken=[redacted]&page=1`},
		{`client[secret]=abc&tokens[]=d`, `client[secret]=[redacted]&tokens[]=[redacted]`},
		{`malformed%zzname=abc`, `malformed%zzname=[redacted]`},
		{`password = abc, x`, `password = [redacted], x`},
		{`token="a b c" rest`, `token="[redacted]" rest`},
		{`secret="never closed`, `secret="[redacted]`},
		{`<pre>{"access_token": "a\"bc", "n": 1}</pre>`, `<pre>{"access_token": "[redacted]", "n": 1}</pre>`},
		{`got {\"access_token\":\"abc\",\"n\":1}`, `got {\"access_token\":\"[redacted]\",\"n\":1}`},
		{`{&quot;access_token&quot;:&quot;abc&quot;}`, `{&quot;access_token&quot;:&quot;[redacted]&quot;}`},
		{`x "tokens":["a","b"],"n":1`, `x "tokens":[redacted],"n":1`},
		{`tokens={a, b} \'token\': \'abc\'`, `tokens=[redacted] \'token\': \'[redacted]\'`},
		{`{'password' => 'abc'}`, `{'password' => '[redacted]'}`},
		{`<input type="hidden" name="consent_token" value="abc">`,
			`<input type="hidden" name="consent_token" value="[redacted]">`},
		{`<INPUT name value = abc name=token value=`, `<INPUT name value = [redacted] name=token value=`},
		{`<meta content='abc' name='csrf-token'>`, `<meta content='[redacted]' name='csrf-token'>`},
		{`Bearer abcDEF12345 is bad`, `Bearer [redacted] is bad`},
		{`basic dXNlcjpwYXNz`, `basic [redacted]`},
		{"bearer bEaReR\t abcDEF12345", "bearer bEaReR\t [redacted]"},
		{`key KEY0123456789abcdef_xyz`, `key [redacted]`},
		{`jwt eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln done`, `jwt [redacted] done`},
		{`GET /v2/oauth/consent/abc?x=1`, `GET /v2/oauth/consent/[redacted]?x=1`},
		{`https://user:p@ss@host.test/x`, `https://user:[redacted]@host.test/x`},
	}
	for _, c := range cases {
		require.Equal(t, c.want, redact.Redactor{}.Text(c.text))
	}
}

func TestTextWithoutSecretsStaysAsItIs(t *testing.T) {
	for _, text := range []string{
		"", "a=1&b=2", "Basic authentication required", "Bearer Authentication failed",
		"the code is wrong: token expired",
		`Bearer resource_metadata="https://api.telnyx.com/.well-known/oauth-protected-resource", error="invalid_token"`,
		"KEY0123456789abcde eyJabcd.x eyJabcde eyJabcde..x xbearer abcDEF12345 oauth/consent/ https://host.test:80/@",
		`<input name=token><p value="a"><input name="a" value="b">`,
		`{"grant_type":"authorization_code","token_type":"Bearer"} and more`, "http://127.0.0.1:4711/v2", "token=",
	} {
		require.Equal(t, text, redact.Redactor{}.Text(text))
	}
}

func TestJSONBodiesLoseTheirSecretsAndStayJSON(t *testing.T) {
	cases := []struct{ name, body, want string }{
		{"members", `{"access_token":"abc","n":1}`, `{"access_token":"[redacted]","n":1}`},
		{"an escaped name", `{"access\u005ftoken":"abc"}`, `{"access\u005ftoken":"[redacted]"}`},
		{"numbers, arrays and objects", `{"device_code":123456,"tokens":["a",["b"]],"client_secret":{"value":"c"}}`,
			`{"device_code":"[redacted]","tokens":"[redacted]","client_secret":"[redacted]"}`},
		{"absent ones show as such", `{"token":null,"user_code":""}`, `{"token":null,"user_code":""}`},
		{"codes of errors are none", `{"errors":[{"code":"10005","meta":{"code":1}}],"code":"10015"}`,
			`{"errors":[{"code":"10005","meta":{"code":1}}],"code":"10015"}`},
		{"URLs", `{"redirect_uri":"https://app.test/cb?code=abc&state=1"}`,
			`{"redirect_uri":"https://app.test/cb?code=[redacted]&state=1"}`},
		{"JSON in a string", `{"body":"{\"access_token\":\"abc\",\"n\":1}"}`,
			`{"body":"{\"access_token\":\"[redacted]\",\"n\":1}"}`},
		{"JSON within prose", `{"detail":"got {\"token\":\"abc\"}"}`, `{"detail":"got {\"token\":\"[redacted]\"}"}`},
		{"cut in a value", `{"access_token":"ab`, `{"access_token":"[redacted]`},
		{"cut in a list", `{"tokens":["a","b`, `{"tokens":[redacted]`},
		{"not JSON at all", `[error] client_secret=abc`, `[error] client_secret=[redacted]`},
	}
	for _, c := range cases {
		require.Equal(t, c.want, redact.Redactor{}.Body("application/json", []byte(c.body)), c.name)
	}
}

func TestFormBodiesLoseTheWholeValue(t *testing.T) {
	form := "grant_type=authorization_code&code=a,b;c'd&code%5fverifier=x" +
		"&redirect_uri=https%3A%2F%2Fapp.test%2F%3Ftoken%3Dy&bad=%zz&nested=%7B%22tokens%22%3A%5B%22t%22%5D%7D"
	want := "grant_type=authorization_code&code=[redacted]&code%5fverifier=[redacted]" +
		"&redirect_uri=https%3A%2F%2Fapp.test%2F%3Ftoken%3D[redacted]&bad=[redacted]&nested=%7B%22tokens%22%3A[redacted]%7D"
	require.Equal(t, want, redact.Redactor{}.Body("application/x-www-form-urlencoded; charset=utf-8", []byte(form)))
}

const clientSecret = `s3cr&t/"value"+<x>`

// request has one secret of each kind.
func request(t *testing.T) redact.Redactor {
	u,
		err := url.Parse("https://u:url-password@api.test/v2/oauth/consent/consent%2Ftoken?access_token=query-token&page=1")
	require.NoError(t, err)
	pair := url.QueryEscape("my id") + ":" + url.QueryEscape(clientSecret)
	return redact.Redactor{}.With(http.Header{
		"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(pair))},
		"Cookie":        {"sid=cookie-value; theme=dark-theme"},
		"X-Api-Key":     {"key-in-a-header"},
	}, u, "application/json",
		[]byte(`{"code":"json-code","tokens":["first-token",{"n":77777777}],`+
			`"nested":"{\"refresh_token\":\"nested-token\"}","name":"harmless"}`))
}

func TestTheSecretsOfAListInTextAreKnownEachByItsValue(t *testing.T) {
	r := redact.Redactor{}.With(nil, nil, "", []byte(`a={"tokens":["first","second"]`))

	require.Equal(t, "[redacted] or [redacted]", r.Text("first or second"))
}

func TestASecretNumberLeavesTheRestOfTheJSON(t *testing.T) {
	require.Equal(t, `{"n":"[redacted]","a":1}`, request(t).Body("", []byte(`{"n":77777777,"a":1}`)))
}

func TestASecretIsKnownAsHTMLWritesIt(t *testing.T) {
	const secret = `it's"one"&<another>`
	r := redact.Redactor{}.With(http.Header{"X-Api-Key": {secret}}, nil, "", nil)

	require.NotContains(t, r.Text("<p>"+html.EscapeString(secret)+"</p>"), "another")
}

func TestEverySecretOfARequestIsKnownByItsValue(t *testing.T) {
	r := request(t)
	for _, secret := range []string{
		"url-password", "consent/token", "consent%2Ftoken", "query-token", "cookie-value", "key-in-a-header",
		"json-code", "first-token", "77777777", "nested-token",
		clientSecret, url.QueryEscape(clientSecret), strings.ToLower(url.QueryEscape(clientSecret)),
		url.PathEscape(clientSecret),
		`s3cr&amp;t/&#34;value&#34;+&lt;x&gt;`,
		base64.StdEncoding.EncodeToString([]byte("my+id:" + url.QueryEscape(clientSecret))),
		base64.RawURLEncoding.EncodeToString([]byte("my id:" + clientSecret)),
	} {
		require.NotContains(t, r.Text("the server says "+secret+" is wrong"), secret)
		quoted, err := json.Marshal(map[string]string{"detail": "got " + secret})
		require.NoError(t, err)
		body := r.Body("application/json", quoted)
		require.True(t, json.Valid([]byte(body)), body)
		require.NotContains(t, body, string(quoted[len(`{"detail":"got `):len(quoted)-2]))
		require.NotContains(t, r.Header(http.Header{"X-Echo": {secret}}).Get("X-Echo"), secret)
		echo := r.Body("application/x-www-form-urlencoded", []byte("echo="+strings.ReplaceAll(url.QueryEscape(secret),
			"e", "%65")))
		require.Equal(t, "echo=[redacted]", echo)
	}
	require.Equal(t, "my id, harmless", r.Text("my id, harmless"))
}

func TestShortSecretsAreMaskedOnlyAsWords(t *testing.T) {
	r := redact.Redactor{}.With(http.Header{"X-Token": {"page"}, "X-Secret": {"abc"}}, nil, "", nil)
	require.Equal(t, "the [redacted] of pages, abc", r.Text("the page of pages, abc"))
}

func TestSecretCutOffAtTheEndIsMasked(t *testing.T) {
	r := redact.Redactor{}.With(http.Header{"X-Token": {"0123456789abcdef"}}, nil, "", nil)
	require.Equal(t, "got [redacted]", r.Text("got 0123456789ab"))
	require.Equal(t, `{"echo":"[redacted]`, r.Body("application/json", []byte(`{"echo":"0123456789ab`)))
	require.Equal(t, "got 0123456", r.Text("got 0123456"))
}

func TestAPrivateKeyIsHiddenInAnyText(t *testing.T) {
	const key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nabcdefghij+/01==\n-----END RSA PRIVATE KEY-----"

	require.Equal(t, "got -----BEGIN RSA PRIVATE KEY-----[redacted], sorry", redact.Redactor{}.Text("got "+key+", sorry"))
	require.Equal(t, `{"detail":"-----BEGIN RSA PRIVATE KEY-----[redacted]"}`,
		redact.Redactor{}.Body("", []byte(`{"detail":"`+strings.ReplaceAll(key, "\n", `\n`)+`"}`)))
}

func TestTheUserOfAURLWithoutAPasswordIsHidden(t *testing.T) {
	u, err := url.Parse("https://sk_live_0123@api.test/v2?page=1")
	require.NoError(t, err)

	require.Equal(t, "https://[redacted]@api.test/v2?page=1", redact.Redactor{}.URL(u))
	require.Equal(t, "who is [redacted]?", redact.Redactor{}.With(nil, u, "", nil).Text("who is sk_live_0123?"))
}

func TestASecretWithInvalidUTF8IsHiddenAsJSONWritesIt(t *testing.T) {
	const secret = "sec\xff\xferet-\x80value"
	r := redact.Redactor{}.With(http.Header{"X-Api-Key": {secret}}, nil, "", nil)
	body, err := json.Marshal(map[string]string{"detail": "got " + secret})
	require.NoError(t, err)

	require.Equal(t, `{"detail":"got [redacted]"}`, r.Body("", body))
	require.Equal(t, "got [redacted]", r.Text("got "+secret))
}

func TestATagWithASecretInAnyAttributeHidesItsValue(t *testing.T) {
	require.Equal(t, `<input type="password" name="p" value="[redacted]"><input name="q" value="a">`,
		redact.Redactor{}.Text(`<input type="password" name="p" value="hunter2"><input name="q" value="a">`))
}

func TestURLShowsNoSecret(t *testing.T) {
	u,
		err := url.Parse(
		"https://u:pw@h.test/v2/oauth/consent/abc?token=1&page[size]=2&redirect_uri=https%3A%2F%2Fq%3Fcode%3D3" +
			"#access_token=4",
	)
	require.NoError(t, err)
	want := "https://u:[redacted]@h.test/v2/oauth/consent/[redacted]?token=[redacted]&page[size]=2" +
		"&redirect_uri=https%3A%2F%2Fq%3Fcode%3D[redacted]"
	require.Equal(t, want, redact.Redactor{}.URL(u))
	require.Empty(t, redact.Redactor{}.URL(nil))
}

func TestHeaderKeepsTheSchemeAndTheOriginal(t *testing.T) {
	h := http.Header{
		"Authorization": {"Bearer abc"}, "Set-Cookie": {"sid=1", "sid=2"},
		"Location":         {"https://app.test/?code=1&state=2#access_token=3"},
		"Www-Authenticate": {`Bearer resource_metadata="https://api.test/x", error="invalid_token"`},
	}
	shown := redact.Redactor{}.Header(h)
	require.Equal(t, http.Header{
		"Authorization": {"Bearer [redacted]"}, "Set-Cookie": {"[redacted]", "[redacted]"},
		"Location":         {"https://app.test/?code=[redacted]&state=2#access_token=[redacted]"},
		"Www-Authenticate": {`Bearer resource_metadata="https://api.test/x", error="invalid_token"`},
	}, shown)
	require.Equal(t, "Bearer abc", h.Get("Authorization"))
}

func TestWithKnowsTheSecretsOfBoth(t *testing.T) {
	a := redact.Redactor{}.With(http.Header{"X-Token": {"secret-of-a"}}, nil, "", nil)
	both := a.With(http.Header{"X-Token": {"secret-of-b-and-more"}}, nil, "", nil)

	require.Equal(t, "[redacted] [redacted]", both.Text("secret-of-a secret-of-b-and-more"))
	require.Equal(t, "[redacted] secret-of-b-and-more", a.Text("secret-of-a secret-of-b-and-more"))
}

func TestDeeplyNestedAndHugeInputIsNoTrouble(t *testing.T) {
	for _, body := range []string{
		strings.Repeat("[", 1<<14), strings.Repeat(`{"token":[`, 1<<13), strings.Repeat(`a={`, 1<<15),
		strings.Repeat(`token="`, 1<<13),
		strings.Repeat("%25", 1<<15) + "=x", strings.Repeat("a%3D", 1<<15), `"` + strings.Repeat(`\`, 1<<14),
		strings.Repeat("<input ", 1<<14), strings.Repeat("eyJ", 1<<15), strings.Repeat("eyJabcde..", 1<<13),
		"\"\n" + strings.Repeat(`\`, 1<<14),
	} {
		require.NotPanics(t, func() { request(t).Body("", []byte(body)) })
	}
}

func TestTheCodeOfAnErrorIsShown(t *testing.T) {
	for _, text := range []string{
		`{"error":{"code":"rate_limit"}}`, `{"code":"10015"}`, `rpc error: code = Unavailable`,
		`{"errors":[{"code":"10005"}]}`, `{"code":"rate_lim`,
		`{"body":"{\"code\":\"10015\"}"}`, `status code=503`, `error code: 10015`,
	} {
		require.Equal(t, text, redact.Redactor{}.Text(text))
		require.Equal(t, text, redact.Redactor{}.Body("application/json", []byte(text)))
	}
}

func TestTheCodeThatTheRequestSentIsHidden(t *testing.T) {
	for _, sent := range []string{`{"code":"aB3-dE5"}`, `code=aB3-dE5&grant_type=x`, `{"a":"{\"code\":\"aB3-dE5\"}"}`} {
		r := redact.Redactor{}.With(nil, nil, "", []byte(sent))
		require.Equal(t, `{"code":"[redacted]","errors":[{"code":"10015"}]}`, r.Body("",
			[]byte(`{"code":"aB3-dE5","errors":[{"code":"10015"}]}`)), sent)
		require.Equal(t, "bad code [redacted]", r.Text("bad code aB3-dE5"), sent)
		require.NotContains(t, r.Body("", []byte(sent)), "aB3-dE5")
	}
}

func TestTheCodeOfARedirectIsHidden(t *testing.T) {
	for _, text := range []string{
		`{"redirect_uri":"https://app.test/cb?code=abc&state=1"}`,
		`{"redirect_uri":"https:\/\/app.test\/cb?state=1\u0026code=abc"}`,
		`<a href="https://app.test/cb?state=1&amp;code=abc">`,
		`{"next":"/login?to=https%3A%2F%2Fapp.test%2Fcb%3Fcode%3Dabc%26a%3D1"}`,
		`https://app.test/cb#code=abc`,
	} {
		require.Equal(t, strings.Replace(text, "abc", "[redacted]", 1), redact.Redactor{}.Body("", []byte(text)))
	}
}

func TestEscapesDoNotShowAKnownSecret(t *testing.T) {
	const secret = "ab-c/d=e.f~g+h i&j"
	r := redact.Redactor{}.With(http.Header{"X-Api-Key": {secret}}, nil, "", nil)
	for _, echo := range []string{
		`ab-c&#x2F;d&#x3D;e.f~g&#x2b;h i&amp;j`, `ab-c&#47;d&equals;e.f~g+h i&#38;j`,
		`ab%2Dc%2Fd%3De%2Ef%7Eg%2Bh%20i%26j`, `ab-c%2fd%3de.f~g%2bh+i%26j`,
		`ab-c%252Fd%253De.f%257Eg%252Bh%2520i%2526j`, `ab-c%25252Fd%25253De.f~g%25252Bh%252520i%252526j`,
		`ab-c\/d=e.f~g+h i\u0026j`, `ab\u002dc\u002Fd\x3de\u002ef~g\u002Bh i&j`,
		`ab-c\\\/d=e.f~g+h i\\u0026j`, `ab-c%26%23x2F%3Bd%3De.f~g%2Bh%20i%26amp%3Bj`,
	} {
		require.Equal(t, "got [redacted]!", r.Text("got "+echo+"!"), echo)
		require.Equal(t, "<p>[redacted]</p>", r.Body("text/html", []byte("<p>"+echo+"</p>")), echo)
		require.Equal(t, `{"a":"100% [redacted]"}`, r.Body("", []byte(`{"a":"100% `+strings.ReplaceAll(echo, `\x3d`,
			"=")+`"}`)), echo)
		require.Equal(t, "X [redacted]", r.Header(http.Header{"X-Echo": {"X " + echo}}).Get("X-Echo"), echo)
	}
}

func TestAPieceOfALongSecretIsHidden(t *testing.T) {
	r := redact.Redactor{}.With(http.Header{"X-Api-Key": {"0123456789abcdefghijklmnop"}}, nil, "", nil)
	require.Equal(t, "key [redacted]…, 0123456789abcde, [redacted]",
		r.Text("key 23456789abcdefghijk…, 0123456789abcde, abcdefghijklmnop"))
}

// hostile are texts to make a search slow.
var hostile = []string{
	"Bearer.", "Bearer ", "bearer bearer\t", "a=", "token=", `token="`, `"token":{"`, "token: ", "a = ", `"a" : `,
	"'", `'":`, "%25", "%3D", "a%3D", `\`, `\"`, `\\u005c`, "&amp;", "&#38;", "+",
	"<input ", `<input a="`, `<input a='>`, `<input name=token value='" `, "eyJ", "eyJabcde..", "eyJabcde.a.", "KEY",
	"://", "://a:", "://a:@", "oauth/consent/", "[", `{"a":`, `{"token":[`, `["`,
	`"{\"`, `{"code":"a"},`, "aaaaaaaaaaaaaaaa", "0123456789abcdef", " ", "\n", "x", "token", "[redacted]", "?", "&",
	"&a=1", "&code=abc", "://@:", "=>", "\xff",
}

// requireLinear fails if a text takes more steps than a text of its length may.
func requireLinear(t *testing.T, r redact.Redactor, contentType, text string) {
	t.Helper()
	const stepsPerByte = 200
	if steps := redact.Steps(r, contentType, text); steps > stepsPerByte*(len(text)+100) {
		t.Errorf("%d steps for %d bytes of %.40q", steps, len(text), text)
	}
}

func TestTimeGrowsWithTheTextOnly(t *testing.T) {
	const size = 1 << 13
	many := redact.Redactor{}.With(nil, nil, "",
		[]byte(`{"codes":[`+strings.Repeat(`"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","abcd","0123456789",`, 5000)+`1]}`))
	for _, r := range []redact.Redactor{{}, many} {
		for _, part := range hostile {
			for _, text := range []string{strings.Repeat(part, size/len(part)), strings.Repeat(part,
				size/len(part)/2) + strings.Repeat("a", size/2), strings.Repeat(part, 20) + strings.Repeat("=", size)} {
				for _, contentType := range []string{"", "application/x-www-form-urlencoded"} {
					requireLinear(t, r, contentType, text)
				}
			}
		}
		deep := strings.Repeat(`{"a":[`, 4000) + `"` + strings.Repeat("x", size) + `"` + strings.Repeat(`]}`, 4000)
		require.True(t, json.Valid([]byte(deep)))
		requireLinear(t, r, "", deep)
	}
}

func BenchmarkBody(b *testing.B) {
	u := &url.URL{Scheme: "https", Host: "api.test", RawQuery: "page=1"}
	r := redact.Redactor{}.With(http.Header{"Authorization": {"Bearer KEY0123456789abcdef_secretKEY"}}, u, "",
		[]byte(`code=abcdefg&client_secret=0123456789abcdef`))
	for _, text := range []struct{ name, part string }{
		{"hostile", "Bearer."}, {"escapes", `%2541\u0041&amp;`}, {"page",
			`{"id":"a-b-c","name":"my \"client\"","url":"https:\/\/app.test/?a=1&b=2"},`},
	} {
		for _, size := range []int{64 << 10, 1 << 20, 10 << 20} {
			body := []byte(`[` + strings.Repeat(text.part, size/len(text.part)) + `1]`)
			b.Run(fmt.Sprintf("%s/%dKiB", text.name, size>>10), func(b *testing.B) {
				b.SetBytes(int64(size))
				for b.Loop() {
					r.Body("application/json", body)
				}
			})
		}
	}
}

func BenchmarkOfManySecrets(b *testing.B) {
	for _, n := range []int{80, 800, 8000} {
		var members strings.Builder
		for i := range n {
			fmt.Fprintf(&members, `{"code":"secret-code-%016d"},`, i)
		}
		body := []byte(`{"a":[` + members.String() + `1]}`)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				redact.Redactor{}.With(nil, nil, "application/json", body).Text("secret-code-0000000000000007 is wrong")
			}
		})
	}
}

func TestReplaceMasksEachSecretWithWhatTheFunctionReturns(t *testing.T) {
	got := redact.Redactor{}.Replace("Bearer abcdefgh12345 and https://me:pass-word@h/", strings.ToUpper)

	require.Equal(t, "Bearer ABCDEFGH12345 and https://me:PASS-WORD@h/", got)
}
