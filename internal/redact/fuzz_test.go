package redact_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// usable reports whether a fuzzed secret can be searched for: long enough to be masked anywhere, and no part of the
// mask.
func usable(secret string) bool {
	return len(secret) >= 8 && utf8.ValidString(secret) && !strings.ContainsAny(secret, "[]\r\n\x00") &&
		strings.TrimSpace(secret) == secret && !strings.Contains(redact.Mask, secret)
}

func FuzzRedactBody(f *testing.F) {
	f.Add("secret-value", "application/json", `{"error_description":"bad secret-value","access_token":"x"}`)
	f.Add("secret-value", "application/json", `{"a":"{\"b\":\"\\u0073ecret-value\"}","c":["secret-value",1]}`)
	f.Add(
		`se"cr\et/va<lue`, "application/x-www-form-urlencoded", `token=se%22cr%5cet%2fva%3clue&a=%73e%22cr%5Cet%2Fva%3Clue`,
	)
	f.Add("12345678", "text/plain", `12345678`)
	f.Add("secret-value", "text/html", `<p title="secret-value">code=secret-value&amp;secret-val`)
	f.Add("secret-value", "application/json", `{"token":["secret-value",{"x":"secret-val`)
	f.Add(`","a":"b`, "application/json", `{"x":"","a":"b"}`)
	f.Add("secret-value", "", "\"a\nsecret-value")
	f.Add(
		"secret-value", "application/x-www-form-urlencoded", `a=%7B%22token%22%3A%5B%22secret-value%22%5D%7D&b=secret-value`,
	)
	f.Add("secret-value", "", `[error] secret-value {"errors":[{"code":"secret-value"}]} 'password' => 'x`)
	f.Fuzz(func(t *testing.T, secret, contentType, body string) {
		r := redact.Redactor{}.With(http.Header{"X-Token": {secret}}, nil, contentType, []byte(body))
		out := r.Body(contentType, []byte(body))
		if usable(secret) && strings.Contains(out, secret) {
			t.Fatalf("%q survives in %q", secret, out)
		}
		if json.Valid([]byte(body)) && !json.Valid([]byte(out)) {
			t.Fatalf("JSON %q became %q", body, out)
		}
	})
}

func FuzzRedactHeaderURL(f *testing.F) {
	f.Add(
		"secret-value", "X-Echo", "got secret-value",
		"https://u:secret-value@h.test/p/secret-value?a=secret-value&token=x#secret-value",
	)
	f.Add(
		"secret-value", "Location", "https://app.test/?x=%73ecret-value", "/v2/oauth/consent/secret-value/x?b=%73ecret-value",
	)
	f.Add("se cr/et+value", "Set-Cookie", "sid=se cr/et+value", "https://h.test/se%20cr%2fet+value?c=se+cr%2Fet%2Bvalue")
	f.Fuzz(func(t *testing.T, secret, name, value, rawURL string) {
		u, _ := url.Parse(rawURL)
		r := redact.Redactor{}.With(http.Header{"X-Token": {secret}}, u, "", nil)
		shown := r.URL(u)
		if again := (redact.Redactor{}).URL(u); u != nil && u.User != nil {
			if password, _ := u.User.Password(); len(password) >= 8 && strings.Contains(again, ":"+password+"@") {
				t.Fatalf("the password of %q survives in %q", rawURL, again)
			}
		}
		for _, v := range r.Header(http.Header{name: {value}})[name] {
			shown += "\n" + v
		}
		if usable(secret) && strings.Contains(shown, secret) {
			t.Fatalf("%q survives in %q", secret, shown)
		}
	})
}

func FuzzRedactionIsLinear(f *testing.F) {
	for _, part := range hostile {
		f.Add(part, part, "0123456789abcdef")
	}
	f.Fuzz(func(t *testing.T, part, end, secret string) {
		if part == "" || len(part) > 1<<10 || len(end) > 1<<10 || len(secret) > 1<<10 {
			return
		}
		r := redact.Redactor{}.With(http.Header{"X-Token": {secret}}, nil, "", nil)
		text := strings.Repeat(part, 1<<14/len(part)) + end
		requireLinear(t, r, "", text)
		requireLinear(t, r, "application/x-www-form-urlencoded", text)
		requireLinear(t, r, "", strings.Repeat(end, 100)+text)
	})
}
