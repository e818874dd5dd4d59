// Package redact takes secrets out of whatever is about to be read by a person: logs, dumps, error texts, fixtures.
// It knows secrets by their name, by their look, and, of one request, by their value.
package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Mask stands where a secret was.
const Mask = "[redacted]"

var (
	// A JWT, a Telnyx API key, and the credentials of an Authorization header.
	looks = regexp.MustCompile(`eyJ[\w-]{5,}\.[\w-]+(\.[\w-]*)*|KEY[0-9A-Za-z_]{16,}|(?i:\b(?:bearer|basic)[ \t]+)[\w.~+/-]{8,}=*`)
	// A parameter of a URL or form in the midst of other text.
	parameter = regexp.MustCompile(`([\w.%-]+)=([^&\s"'<>#;,\\]+)`)
	userinfo  = regexp.MustCompile(`(://[^/?#\s:@]*):[^/?#\s@]*@`)
)

// A Redactor hides secrets. The zero Redactor knows them by name and look only.
type Redactor struct{ known []string }

// Of returns a Redactor that also knows the values of the secrets in a request.
func Of(header http.Header, u *url.URL, contentType string, body []byte) Redactor {
	var r Redactor
	for name, values := range header {
		if !Name(name) {
			continue
		}
		for _, value := range values {
			r.add(value)
			scheme, credentials, _ := strings.Cut(value, " ")
			r.add(strings.TrimSpace(credentials))
			if strings.EqualFold(scheme, "basic") {
				pair, _ := base64.StdEncoding.DecodeString(credentials)
				_, secret, _ := strings.Cut(string(pair), ":")
				r.add(secret)
				plain, _ := url.QueryUnescape(secret)
				r.add(plain)
			}
			if strings.HasSuffix(strings.ToLower(name), "cookie") {
				for part := range strings.SplitSeq(value, ";") {
					_, cookie, _ := strings.Cut(part, "=")
					r.add(strings.TrimSpace(cookie))
				}
			}
		}
	}
	if u != nil {
		if password, ok := u.User.Password(); ok {
			r.add(password)
		}
		r.addForm(u.RawQuery)
		if token, ok := consentToken(u.EscapedPath()); ok {
			r.add(token)
			plain, _ := url.PathUnescape(token)
			r.add(plain)
		}
	}
	if looksLikeJSON(body) {
		walkJSON(body, func(name string, value []byte) {
			var s string
			if json.Unmarshal(value, &s) != nil {
				s = string(value)
			}
			r.add(s)
		})
	} else if isForm(contentType) {
		r.addForm(string(body))
	}
	// The longest first, so that no secret is cut in two by one that it contains.
	slices.SortFunc(r.known, func(a, b string) int { return len(b) - len(a) })
	r.known = slices.Compact(r.known)
	return r
}

// add remembers a secret in the spellings that texts may hold it in. What is shorter than four bytes is no secret, and
// replacing it would spoil the text.
func (r *Redactor) add(secret string) {
	if len(secret) < 4 {
		return
	}
	quoted, _ := json.Marshal(secret)
	for _, s := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), string(quoted[1 : len(quoted)-1])} {
		if !slices.Contains(r.known, s) {
			r.known = append(r.known, s)
		}
	}
}

func (r *Redactor) addForm(form string) {
	values, _ := url.ParseQuery(form)
	for name, list := range values {
		if Name(name) {
			for _, v := range list {
				r.add(v)
			}
		}
	}
}

// Header returns a copy of h without secrets.
func (r Redactor) Header(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		for _, v := range values {
			if Name(name) {
				v = maskHeader(v)
			}
			out[name] = append(out[name], r.values(parameters(v)))
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
	path := u.EscapedPath()
	if token, ok := consentToken(path); ok {
		path = strings.TrimSuffix(path, token) + Mask
	}
	out := *u
	out.Path, out.RawPath, out.RawQuery, out.Fragment, out.RawFragment = "", "", "", "", ""
	text := out.Redacted() + path
	if u.RawQuery != "" {
		text += "?" + maskForm(u.RawQuery)
	}
	return r.values(text)
}

// consentToken finds the one secret that travels in a path: /oauth/consent/{consent_token}.
func consentToken(path string) (string, bool) {
	_, token, ok := strings.Cut(path, "oauth/consent/")
	return token, ok && token != ""
}

// Body returns a request or response body without secrets. JSON stays JSON, cut JSON included as far as it goes.
func (r Redactor) Body(contentType string, body []byte) string {
	if looksLikeJSON(body) {
		return r.json(body)
	}
	if isForm(contentType) {
		return r.values(maskForm(string(body)))
	}
	return r.Text(string(body))
}

// Text returns free text without what looks like a secret and without the known ones.
func (r Redactor) Text(text string) string {
	text = parameters(looks.ReplaceAllString(text, Mask))
	return r.values(userinfo.ReplaceAllString(text, "$1:"+Mask+"@"))
}

func (r Redactor) values(text string) string {
	for _, secret := range r.known {
		text = replaceWord(text, secret)
	}
	return text
}

// replaceWord masks secret in text; a short one only where it stands alone, as it may be part of a longer, harmless word.
func replaceWord(text, secret string) string {
	if len(secret) >= 8 {
		return strings.ReplaceAll(text, secret, Mask)
	}
	var out strings.Builder
	for {
		i := strings.Index(text, secret)
		if i < 0 {
			return out.String() + text
		}
		end := i + len(secret)
		out.WriteString(text[:i])
		if i > 0 && isWord(text[i-1]) || end < len(text) && isWord(text[end]) {
			out.WriteString(secret)
		} else {
			out.WriteString(Mask)
		}
		text = text[end:]
	}
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// parameters masks the secret name=value pairs in free text.
func parameters(text string) string {
	if !strings.Contains(text, "=") {
		return text
	}
	return parameter.ReplaceAllStringFunc(text, func(pair string) string {
		name, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil && !Name(plain) {
			return pair
		}
		return name + "=" + Mask
	})
}

// maskForm masks the secret values of a query or form, and leaves the rest as it was.
func maskForm(form string) string {
	var out []string
	for pair := range strings.SplitSeq(form, "&") {
		name, value, ok := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(name)
		switch {
		case ok && (err != nil || Name(plain)):
			pair = name + "=" + Mask
		case ok:
			// A value may be a URL that carries a secret itself.
			if inner, err := url.QueryUnescape(value); err != nil {
				pair = name + "=" + Mask
			} else if masked := parameters(inner); masked != inner {
				pair = name + "=" + url.QueryEscape(masked)
			}
		case err != nil:
			pair = Mask
		}
		out = append(out, pair)
	}
	return strings.Join(out, "&")
}

func isForm(contentType string) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(contentType)), "application/x-www-form-urlencoded")
}

func looksLikeJSON(body []byte) bool {
	body = bytes.TrimLeft(body, " \t\r\n\ufeff")
	return len(body) > 0 && (body[0] == '{' || body[0] == '[' || body[0] == '"')
}
