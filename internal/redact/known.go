package redact

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Of returns a Redactor that also knows the values of the secrets in a request.
func Of(header http.Header, u *url.URL, contentType string, body []byte) Redactor {
	var r Redactor
	for name, values := range header {
		if Name(name) {
			for _, value := range values {
				r.addHeader(name, value)
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
	if looksLikeJSON(body) && !isForm(contentType) {
		r.addJSON(body)
	} else {
		r.addForm(string(body))
	}
	return r.sorted()
}

// With returns a Redactor that knows what both know.
func (r Redactor) With(other Redactor) Redactor {
	return Redactor{slices.Concat(r.known, other.known)}.sorted()
}

// sorted puts the longest first, so that no secret is cut in two by one that it contains.
func (r Redactor) sorted() Redactor {
	slices.SortFunc(r.known, func(a, b string) int { return len(b) - len(a) })
	return r
}

func (r *Redactor) addHeader(name, value string) {
	r.add(value)
	scheme, credentials, _ := strings.Cut(value, " ")
	credentials = strings.TrimSpace(credentials)
	r.add(credentials)
	if strings.EqualFold(scheme, "basic") {
		r.addBasic(credentials)
	}
	if strings.HasSuffix(strings.ToLower(name), "cookie") {
		for part := range strings.SplitSeq(value, ";") {
			_, cookie, _ := strings.Cut(part, "=")
			r.add(strings.TrimSpace(cookie))
		}
	}
}

// addBasic remembers the secret within HTTP Basic credentials, form-encoded (RFC 6749, section 2.3.1) or not, and what else
// encodes the pair, with padding or without.
func (r *Redactor) addBasic(credentials string) {
	pair, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(credentials, "="))
	if err != nil {
		return
	}
	id, secret, _ := strings.Cut(string(pair), ":")
	plainID, _ := url.QueryUnescape(id)
	plain, _ := url.QueryUnescape(secret)
	r.add(secret)
	r.add(plain)
	for _, pair := range []string{string(pair), plainID + ":" + plain} {
		r.add(base64.RawStdEncoding.EncodeToString([]byte(pair)))
		r.add(base64.RawURLEncoding.EncodeToString([]byte(pair)))
	}
}

func (r *Redactor) addForm(form string) {
	values, _ := url.ParseQuery(form)
	for name, list := range values {
		for _, v := range list {
			if Name(name) {
				r.add(v)
			} else if looksLikeJSON([]byte(v)) {
				r.addJSON([]byte(v))
			}
		}
	}
}

// addJSON remembers every scalar within secret members, also those of JSON within strings.
func (r *Redactor) addJSON(text []byte) {
	for p := range parts(text) {
		raw := text[p.start:p.end]
		switch s, quoted := unquote(string(raw)); {
		case p.secret && !quoted:
			for scalar := range parts(raw) {
				s, _ := unquote(string(raw[scalar.start:scalar.end]))
				r.add(s)
			}
		case p.secret:
			r.add(s)
		case quoted && looksLikeJSON([]byte(s)):
			r.addJSON([]byte(s))
		}
	}
}

// add remembers a secret in the spellings that texts may hold it in. What is shorter than four bytes is no secret, and
// replacing it would spoil the text.
func (r *Redactor) add(secret string) {
	if len(secret) < 4 {
		return
	}
	quoted := quote(secret)
	spellings := []string{secret, quoted[1 : len(quoted)-1], escapeHTML(secret)}
	for _, escaped := range []string{url.QueryEscape(secret), url.PathEscape(secret)} {
		spellings = append(spellings, escaped, lowerEscapes(escaped))
	}
	for _, s := range spellings {
		if !slices.Contains(r.known, s) {
			r.known = append(r.known, s)
		}
	}
}

// escapeHTML is html.EscapeString. The package html would bring its tables of entities into every program, which are 70 KB.
func escapeHTML(s string) string {
	for _, pair := range [...][2]string{{"&", "&amp;"}, {"'", "&#39;"}, {"<", "&lt;"}, {">", "&gt;"}, {`"`, "&#34;"}} {
		s = strings.ReplaceAll(s, pair[0], pair[1])
	}
	return s
}

// lowerEscapes writes %2F as %2f.
func lowerEscapes(escaped string) string {
	parts := strings.Split(escaped, "%")
	for i, part := range parts[1:] {
		parts[i+1] = strings.ToLower(part[:2]) + part[2:]
	}
	return strings.Join(parts, "%")
}

// values masks the known secrets.
func (r Redactor) values(text string) string {
	for _, secret := range r.known {
		text = replaceWord(text, secret)
	}
	return text
}

// sureLength is how long a secret is that is masked wherever it appears. A shorter one is masked only where it stands alone,
// as it may be part of a longer, harmless word.
const sureLength = 8

func replaceWord(text, secret string) string {
	if len(secret) >= sureLength {
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

// tail masks what the end of a text that was cut still shows of a known secret.
func (r Redactor) tail(text string) string {
	shown := 0
	for _, secret := range r.known {
		for n := min(len(secret)-1, len(text)); n >= sureLength && n > shown; n-- {
			if strings.HasSuffix(text, secret[:n]) {
				shown = n
			}
		}
	}
	if shown == 0 {
		return text
	}
	return text[:len(text)-shown] + Mask
}
