package apierror_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode"
)

func FuzzError(f *testing.F) {
	f.Add(404, "Www-Authenticate", `Bearer error="invalid_token"`, `{"error":"x","error_description":"y"}`)
	f.Add(429, "Retry-After", "1e300",
		`{"errors":[{"code":"10011","title":"x","detail":"y","source":{"pointer":"/a"},"meta":{"a":[1]}}]}`)
	f.Add(200, "X-Request-Id", "\x1b[31m", "<html>\x00\u202e"+strings.Repeat("x", 2000))
	f.Add(-1, "Content-Type", "application/x-www-form-urlencoded", `{"invalid_fields":{"a":["b"]},"errors":[{}]}`)
	f.Add(400, "X-Request-Id", "the-bearer-1",
		`{"errors":[{"code":"the-code-1","meta":{"a":"the\u002dcode-1"}}],"invalid_fields":{"a":["a\/secret&more"]}}`)
	f.Add(999, "", "", `{"error":"the-bearer-1","error_description":"the-code-1"`)
	f.Fuzz(func(t *testing.T, status int, name, value, body string) {
		e := answered(status, http.Header{name: {value}}, body)
		text := e.Error()
		if len(text) > 1300 || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Fatalf("%d bytes: %q", len(text), text)
		}
		fields := fmt.Sprint(e.Code, e.Description, e.RequestID, e.InvalidFields, e.Errors)
		for _, dump := range []string{text, fields, string(e.DumpRequest(true)), string(e.DumpResponse(true))} {
			for _, secret := range sentSecrets {
				if strings.Contains(dump, secret) {
					t.Fatalf("%q survives in %q", secret, dump)
				}
			}
		}
		if wait := e.RetryAfter(); wait < 0 {
			t.Fatalf("a wait of %s", wait)
		}
	})
}
