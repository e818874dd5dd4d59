package record

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
)

// silent ignores the failures of a test.
type silent struct{ testing.TB }

func (silent) Helper()               {}
func (silent) Failed() bool          { return false }
func (silent) Skipped() bool         { return false }
func (silent) Cleanup(func())        {}
func (silent) Errorf(string, ...any) {}

func FuzzCassetteLoad(f *testing.F) {
	for _, seed := range []string{
		"", "{", "- ~", "---\nversion: 2\n", "version: 2\ninteractions: [~]", "version: 3", "&a [*a, *a]",
		"version: 2\ninteractions: &a [*a]", "\xff\xfe",
		"version: 2\ninteractions:\n" +
			"- {request: {method: GET, url: 'https://h/v2/oauth_clients'}, response: {code: 200, body: '{}'}}",
		"version: 2\ninteractions:\n- request: {method: POST, url: 'https://h/v2/oauth/token?a=redacted-a-1',\n" +
			"    body: 'code=redacted-code-1&code=redacted-code-1',\n" +
			"    headers: {Content-Type: [application/x-www-form-urlencoded], Authorization: ['Basic a:redacted-b-1']}}\n" +
			"  response: {code: 302, headers: {Location: ['http://127.0.0.1:1/?state=redacted-state-1']}, body: ''}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		tape, err := loadCassette(text)
		if err != nil {
			return
		}
		r := newReplay(silent{}, "fuzz.yaml", tape, defaultSettings())
		for _, i := range tape.Interactions {
			// A recorded request that is valid has an answer.
			for _, method := range []string{i.Request.Method, "GET"} {
				req, err := http.NewRequest(method, i.Request.URL, strings.NewReader(i.Request.Body))
				if err != nil {
					continue
				}
				req.Header = http.Header(i.Request.Headers).Clone()
				if res, err := r.RoundTrip(req); err == nil {
					_, err := drain(res.Body)
					require.NoError(t, err)
				}
			}
		}
		r.finish()
	})
}

func FuzzCassetteRedaction(f *testing.F) {
	for _, body := range []string{
		`{"a":SECRET}`, `{"id":SECRET,"list":[SECRET,{"name":SECRET}]}`, `{SECRET:1}`,
		`{"detail":"see \u0073omething SECRET"}`, `SECRET`, `id=SECRET&name=x`, `[`, ``,
		`{"url":"https://e.com/?a=SECRET#b=SECRET"}`, `{"exp":1780000000,"iat":1780000001,"error":"10027"}`,
		`{"client_secret":{"id":["x"]}}`,
	} {
		f.Add("sup3r-secret-value", body, "application/json")
		f.Add(`q"u/o+t é&d`, body, "application/x-www-form-urlencoded")
		f.Add("eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2lnbmF0dXJl", body, "text/html")
	}
	f.Fuzz(func(t *testing.T, secret, body, contentType string) {
		if len(secret) < 8 {
			return // it may be part of any word
		}
		quoted := strings.ReplaceAll(body, "SECRET", quoteJSON(secret))
		asForm := url.QueryEscape(secret)
		early := &cassette.Interaction{ // before the value is known to be a secret
			Request: cassette.Request{
				Method: "GET", URL: "https://h/v2/oauth_clients?name=" + asForm + "&resource=" +
					url.QueryEscape("https://e.com/?x="+asForm),
				Headers: http.Header{},
			},
			Response: cassette.Response{Code: 200,
				Headers: http.Header{"Content-Type": {contentType}, "Www-Authenticate": {"Bearer error=" + asForm}}, Body: quoted},
		}
		known := &cassette.Interaction{
			Request: cassette.Request{
				Method: "POST", URL: "https://h/v2/oauth/consent/" + url.PathEscape(secret), Body: "grant_type=x&refresh_token=" +
					asForm + "&scope=" + asForm,
				Headers: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Authorization": {"Basic a:" + secret}},
			},
			Response: cassette.Response{Code: 200, Headers: http.Header{"Location": {"https://e.com/cb?code=" + asForm}},
				Body: quoted},
		}
		wasJSON := json.Valid([]byte(quoted))

		out, err := redacted([]*cassette.Interaction{early, known}, defaultSettings(), []string{secret})
		if err != nil { // nothing is written: a secret such as "redacted" is in every recording
			require.NotContains(t, secret, "sup3r-secret", "this one is nowhere else")
			return
		}

		text, err := encodeCassette(out)
		require.NoError(t, err)
		tape, err := loadCassette(text)
		require.NoError(t, err, "%s", text)
		for _, i := range tape.Interactions {
			require.Equal(t, wasJSON && strings.ToValidUTF8(quoted, "") == quoted, json.Valid([]byte(i.Response.Body)),
				"%s became %s", quoted, i.Response.Body)
			for _, part := range []string{i.Request.URL, i.Request.Body, i.Request.Headers.Get("Authorization"), i.Response.Body,
				i.Response.Headers.Get("Location"), i.Response.Headers.Get("Www-Authenticate")} {
				requireWithout(t, part, secret)
			}
		}
	})
}

// requireWithout searches for a secret as it is and in all encodings that a reader could undo.
func requireWithout(t *testing.T, text, secret string) {
	t.Helper()
	require.NotContains(t, text, secret)
	require.NotContains(t, text, base64.StdEncoding.EncodeToString([]byte(secret)))
	if plain, err := url.QueryUnescape(text); err == nil {
		require.NotContains(t, plain, secret)
	}
	var v any
	if json.Unmarshal([]byte(text), &v) == nil {
		var plain bytes.Buffer
		flatten(&plain, v)
		require.NotContains(t, plain.String(), secret)
	}
}

func flatten(b *bytes.Buffer, v any) {
	switch v := v.(type) {
	case string:
		b.WriteString(v + "\n")
	case []any:
		for _, item := range v {
			flatten(b, item)
		}
	case map[string]any:
		for name, item := range v {
			b.WriteString(name + "\n")
			flatten(b, item)
		}
	}
}

func TestTheLastCheckFindsASecretInEveryEncoding(t *testing.T) {
	const secret = `pass+word/ü "1"`
	v := newVocabulary(defaultSettings(), "https://h/")
	v.learn(secret)
	v.learn("short")
	for text, want := range map[string]string{
		"nothing":                      "",
		"a short story":                "interaction 0: the answer's body holds a secret",
		"shorter, unshort":             "",
		"x" + secret + "x":             "interaction 0: the answer's body holds a secret",
		"pass%2Bword%2F%C3%BC+%221%22": "interaction 0: the answer's body holds a secret",
		"pass+word%2F%C3%BC%20%221%22": "interaction 0: the answer's body holds a secret",
		`pass+word/ü \"1\"`:            "interaction 0: the answer's body holds a secret",
		"cGFzcyt3b3JkL8O8ICIxIg==":     "interaction 0: the answer's body holds a secret",
	} {
		err := v.check([]*cassette.Interaction{{Response: cassette.Response{Body: text}}})

		if want == "" {
			require.NoError(t, err)
		} else {
			require.EqualError(t, err, want, text)
		}
	}
	for want, i := range map[string]*cassette.Interaction{
		"the URL":                     {Request: cassette.Request{URL: secret}},
		"the request's body":          {Request: cassette.Request{Body: secret}},
		"the request's Authorization": {Request: cassette.Request{Headers: http.Header{"Authorization": {secret}}}},
		"the answer's Location":       {Response: cassette.Response{Headers: http.Header{"Location": {"a", secret}}}},
	} {
		require.EqualError(t, v.check([]*cassette.Interaction{i}), "interaction 0: "+want+" holds a secret")
	}
}
