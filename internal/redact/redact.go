// Package redact takes secrets out of whatever people read: logs, dumps, error texts, fixtures.
// It knows secrets by their name, by their look, and, of one request, by their value.
package redact

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// Mask stands where a secret was.
const Mask = "[redacted]"

const (
	pieceLength = 16 // of a secret are hidden wherever they stand, even if the rest is missing
	sureLength  = 8  // of a secret are hidden at the end of a text; what is shorter is hidden as a whole word only
	leastLength = 4  // of a secret: to hide what is shorter would spoil any text
	cut         = "\x00"
)

// A Redactor hides secrets. The zero Redactor knows them by name and look only.
type Redactor struct {
	pieces  map[string]bool // short secrets, pieces of long ones and, after cut, what may stand at the end of a text
	lengths int             // bit n is set if a piece has n bytes
}

// Of returns a Redactor that also knows the values of the secrets in a request.
func Of(header http.Header, u *url.URL, contentType string, body []byte) Redactor {
	s := &search{learned: &Redactor{pieces: map[string]bool{}}}
	for name, values := range header {
		for _, value := range values {
			s.header(name, value)
		}
	}
	s.form(whole(urlText(u)))
	if u != nil && u.User.String() == url.User(u.User.Username()).String() { // without a password, the name is one
		s.learned.learn(u.User.Username())
	}
	s.body(contentType, string(body))
	return *s.learned
}

// With returns a Redactor that knows what both know.
func (r Redactor) With(other Redactor) Redactor {
	both := Redactor{map[string]bool{}, r.lengths | other.lengths}
	maps.Copy(both.pieces, r.pieces)
	maps.Copy(both.pieces, other.pieces)
	return both
}

// Header returns a copy of h without secrets.
func (r Redactor) Header(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		for _, value := range values {
			s := &search{known: r}
			s.header(name, value)
			out[name] = append(out[name], s.replace(value, masked))
		}
	}
	return out
}

// URL returns u as text, without the password, the fragment, secret query values and the consent token of its path.
func (r Redactor) URL(u *url.URL) string {
	known := r.With(Of(nil, u, "", nil)) // a secret may stand in it a second time
	return known.Body(formType, []byte(urlText(u)))
}

// Body returns a request or response body without secrets. JSON stays JSON.
func (r Redactor) Body(contentType string, body []byte) string {
	s := &search{known: r}
	isJSON := s.body(contentType, string(body))
	out := s.replace(string(body), masked)
	if isJSON && r.in(out) { // a secret that the syntax is part of
		return `"` + Mask + `"`
	}
	return out
}

// Text returns free text without what looks like a secret and without the known ones.
func (r Redactor) Text(text string) string {
	return r.Replace(text, masked)
}

// Replace is like Text, with what mask returns in place of each secret.
func (r Redactor) Replace(text string, mask func(secret string) string) string {
	s := &search{known: r}
	s.text(whole(text))
	return s.replace(text, mask)
}

// learn remembers secrets, as they are and without escapes. A nil Redactor learns nothing.
func (r *Redactor) learn(secrets ...string) {
	for _, secret := range secrets {
		for again := 0; again < 2 && r != nil && len(secret) >= leastLength; again++ {
			n := min(len(secret), pieceLength)
			r.lengths |= 1 << n
			for i := range len(secret) - n + 1 {
				r.pieces[secret[i:i+n]] = true
			}
			for n := sureLength; n < min(len(secret), pieceLength); n++ {
				r.pieces[cut+secret[:n]] = true
			}
			secret = plain(string([]rune(secret))) // as JSON writes invalid UTF-8
		}
	}
}

// in reports whether text has a known secret.
func (r Redactor) in(text string) bool {
	s := &search{known: r}
	s.values(whole(text))
	return len(s.spans) > 0
}

// A search looks for the secrets in one text.
type search struct {
	known   Redactor
	learned *Redactor // learns the secrets if the text is of a request
	spans   []span
	steps   int // how many bytes were read, for tests
}

// A span is where a secret stands in the text.
type span struct {
	start, end int
	value      bool // it is a whole JSON value
}

// hide notes that a secret stands in v from i to j.
func (s *search) hide(v view, i, j int) {
	if i >= j {
		return
	}
	s.learned.learn(v.text[i:j])
	start, end, last := v.at(i), v.at(j), len(s.spans)-1
	if last >= 0 && s.spans[last].start <= start && start < s.spans[last].end {
		s.spans[last].end = max(s.spans[last].end, end)
		return
	}
	s.spans = append(s.spans, span{start: start, end: end})
}

func masked(string) string { return Mask }

func (s *search) replace(text string, mask func(secret string) string) string {
	slices.SortStableFunc(s.spans, func(a, b span) int { return a.start - b.start })
	var out strings.Builder
	last := 0
	for _, found := range s.spans {
		switch {
		case found.start < last:
		case found.value:
			out.WriteString(text[last:found.start] + `"` + Mask + `"`)
		default:
			out.WriteString(text[last:found.start] + mask(text[found.start:found.end]))
		}
		last = max(last, found.end)
	}
	return out.String() + text[last:]
}

func (s *search) header(name, value string) {
	if !Name(name) {
		s.text(whole(value))
		return
	}
	scheme, credentials, _ := strings.Cut(value, " ")
	shown := 0
	if strings.EqualFold(scheme, "bearer") || strings.EqualFold(scheme, "basic") {
		shown = len(value) - len(credentials)
	}
	s.hide(whole(value), shown, len(value))
	s.learned.learn(value, strings.TrimSpace(credentials))
	for part := range strings.SplitSeq(value, ";") { // of a cookie
		_, cookie, _ := strings.Cut(part, "=")
		s.learned.learn(strings.TrimSpace(cookie))
	}
	// HTTP Basic is form-encoded (RFC 6749, section 2.3.1) or not, and what else encodes the pair is as secret.
	pair, _ := base64.RawStdEncoding.DecodeString(strings.Trim(credentials, "= "))
	decoded, _ := url.QueryUnescape(string(pair))
	if _, secret, ok := strings.Cut(string(pair), ":"); ok {
		s.learned.learn(secret)
		for _, pair := range [][]byte{pair, []byte(decoded)} {
			s.learned.learn(base64.RawStdEncoding.EncodeToString(pair), base64.RawURLEncoding.EncodeToString(pair))
		}
	}
}

// urlText is u without its fragment.
func urlText(u *url.URL) string {
	if u == nil {
		return ""
	}
	text, _, _ := strings.Cut(u.String(), "#")
	return text
}

const formType = "application/x-www-form-urlencoded"

// body reports whether a body is JSON.
func (s *search) body(contentType, body string) (isJSON bool) {
	isForm := strings.HasPrefix(strings.ToLower(strings.TrimSpace(contentType)), formType)
	if isJSON = json.Valid([]byte(body)); isJSON {
		s.json(body, gjson.Parse(body), false, 0)
	} else if isForm || s.learned != nil {
		s.form(whole(body))
	} else {
		s.text(whole(body))
	}
	return isJSON
}

// form hides, in a form or URL, what belongs to a secret name up to the &, and what the other values hold.
func (s *search) form(v view) {
	end := -1
	for part := range strings.SplitSeq(v.text, "&") {
		end += len(part) + 1
		name, value, _ := strings.Cut(part, "=")
		_, malformed := url.QueryUnescape(value)
		if malformed != nil || Name(plain(name[strings.LastIndexByte(name, '?')+1:])) {
			s.hide(v, end-len(value), end)
		}
	}
	s.text(v)
}

// maxDepth is how deep JSON is looked into, as gjson reads each level again. What is deeper is hidden as a whole.
const maxDepth = 32

// json hides the secrets in value, a part of the JSON text: all of it if secret is true.
func (s *search) json(text string, value gjson.Result, secret bool, depth int) {
	s.steps += len(value.Raw)
	start, end, isScalar := value.Index, value.Index+len(value.Raw), value.Type != gjson.JSON
	switch {
	case secret && (value.Type == gjson.Null || value.Raw == `""`):
	case depth > maxDepth, secret && (isScalar || s.learned == nil),
		value.Type == gjson.Number && s.known.in(value.Raw):
		s.learned.learn(value.String())
		s.spans = append(s.spans, span{start, end, true})
	case value.Type == gjson.String:
		s.text(undo(view{text[start+1 : end-1], func(i int) int { return start + 1 + i }}, `\`))
	case !isScalar:
		value.ForEach(func(key, member gjson.Result) bool {
			if key.Type == gjson.String {
				s.json(text, key, false, depth)
			}
			s.json(text, member, secret || s.secret(key.Str, false), depth+1)
			return true
		})
	}
}
