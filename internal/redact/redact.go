// Package redact takes secrets out of whatever is about to be read by a person: logs, dumps, error texts, fixtures.
// It knows secrets by their name, by their look, and, of one request, by their value.
package redact

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// Mask stands where a secret was.
const Mask = "[redacted]"

// A Redactor hides secrets. The zero Redactor knows them by name and look only.
type Redactor struct{ known []string }

// Header returns a copy of h without secrets.
func (r Redactor) Header(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		for _, v := range values {
			if Name(name) {
				v = maskHeader(v)
			} else {
				v = r.Text(v)
			}
			out[name] = append(out[name], v)
		}
	}
	return out
}

// maskHeader keeps the scheme of an Authorization header.
func maskHeader(v string) string {
	if scheme, _, ok := strings.Cut(v, " "); ok && (strings.EqualFold(scheme, "bearer") || strings.EqualFold(scheme, "basic")) {
		return scheme + " " + Mask
	}
	return Mask
}

// URL returns u as text, without the password, secret query values and the consent token of its path.
func (r Redactor) URL(u *url.URL) string {
	if u == nil {
		return ""
	}
	r = r.With(Of(nil, u, "", nil)) // its secrets may stand in it a second time
	path := u.EscapedPath()
	if token, ok := consentToken(path); ok {
		path = strings.TrimSuffix(path, token) + Mask
	}
	out := *u
	out.Path, out.RawPath, out.RawQuery, out.Fragment, out.RawFragment = "", "", "", "", ""
	text := r.text(out.Redacted() + path)
	if u.RawQuery != "" {
		text += "?" + r.form(u.RawQuery)
	}
	return text
}

const consentPath = "oauth/consent/"

// consentToken finds the one secret that travels in a path: /oauth/consent/{consent_token}.
func consentToken(path string) (string, bool) {
	_, token, ok := strings.Cut(path, consentPath)
	return token, ok && token != ""
}

// Body returns a request or response body without secrets. JSON stays JSON, cut JSON included as far as it goes.
func (r Redactor) Body(contentType string, body []byte) string {
	switch {
	case json.Valid(body):
		out := r.json(body)
		if r.values(out) != out { // a secret that the syntax is part of
			return quote(Mask)
		}
		return out
	case isForm(contentType):
		return r.form(string(body))
	}
	return r.tail(r.content(string(body)))
}

func isForm(contentType string) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(contentType)), "application/x-www-form-urlencoded")
}

func looksLikeJSON(body []byte) bool {
	body = bytes.TrimLeft(body, " \t\r\n\ufeff")
	return len(body) > 0 && (body[0] == '{' || body[0] == '[' || body[0] == '"')
}
