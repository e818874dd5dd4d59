// Package redact takes secrets out of whatever people read: logs, dumps, error texts, fixtures.
// It knows secrets by their name, by their look, and, of one request, by their value.
package redact

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/team-telnyx/telnyx-go/internal/escape"
)

// Mask stands where a secret was.
const Mask = "[redacted]"

const (
	pieceLength = 16      // of a secret are hidden wherever they stand, even if the rest is missing
	sureLength  = 8       // of a secret are hidden at the end of a text; what is shorter is hidden as a whole word only
	leastLength = 4       // of a secret: to hide what is shorter would spoil any text
	denseLength = 1 << 12 // of a secret have a piece at each byte; after that, pieces follow each other
	densePieces = 1 << 17 // of a request, likewise
	cut         = "\x00"
)

// A Redactor hides secrets. The zero Redactor knows them by name and look only.
type Redactor struct {
	pieces  map[string]bool // short secrets, pieces of long ones and, after cut, what may stand at the end of a text
	lengths int             // bit n is set if a piece has n bytes
}

// With returns a Redactor that knows what r knows, and the values of the secrets in a request. What a secret has after
// its first 4 KiB, or a request after some 128 KiB of secrets, is hidden too, but a fragment from there may show 15
// bytes at each end.
func (r Redactor) With(header http.Header, u *url.URL, contentType string, body []byte) Redactor {
	s := Redactor{}.search("")
	s.learned = &Redactor{map[string]bool{}, r.lengths}
	maps.Copy(s.learned.pieces, r.pieces)
	for name, values := range header {
		for _, value := range values {
			s.header(name, value)
		}
	}
	s.body(formType, urlText(u))
	if u != nil && u.User.String() == url.User(u.User.Username()).String() { // without a password, the name is one
		s.learn(u.User.Username())
	}
	s.body(contentType, string(body))
	return *s.learned
}

// Header returns a copy of h without secrets.
func (r Redactor) Header(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		for _, value := range values {
			s := r.search(value)
			s.header(name, value)
			out[name] = append(out[name], s.shown(masked))
		}
	}
	return out
}

// URL returns u as text, without the password, the fragment, secret query values and the consent token of its path.
func (r Redactor) URL(u *url.URL) string {
	return r.With(nil, u, "", nil).Body(formType, []byte(urlText(u))) // a secret may stand in it a second time
}

// Body returns a request or response body without secrets. JSON stays JSON.
func (r Redactor) Body(contentType string, body []byte) string {
	s := r.search(string(body))
	s.body(contentType, s.text)
	out := s.shown(masked)
	if json.Valid(body) && r.search(out).values(escape.Whole(out)) { // a secret that the syntax is part of
		return `"` + Mask + `"`
	}
	return out
}

// Text returns free text without what looks like a secret and without the known ones.
func (r Redactor) Text(text string) string { return r.Replace(text, masked) }

// Replace is like Text, with what mask returns in place of each secret.
func (r Redactor) Replace(text string, mask func(secret string) string) string {
	s := r.search(text)
	escape.Whole(text).Layers(s.look)
	return s.shown(mask)
}

func masked(string) string { return Mask }

// A search looks for the secrets in one text, to hide them, or in a request, to learn them.
type search struct {
	known   Redactor
	learned *Redactor // nil if the secrets are to be hidden
	text    string
	hidden  []byte       // 1 for each byte of the text that is part of a secret
	quoted  map[int]bool // where a secret begins whose mask needs quotation marks, as JSON had none there
	steps   int          // how many bytes were read, for tests
}

func (r Redactor) search(text string) *search {
	return &search{known: r, text: text, hidden: make([]byte, len(text)), quoted: map[int]bool{}}
}

// hide notes that a secret stands in v from i to j.
func (s *search) hide(v escape.View, i, j int) {
	s.steps += j - i
	if s.learned != nil {
		s.learn(v.Text[i:j])
		return
	}
	for at := v.At[i]; at < v.At[j]; at++ {
		s.hidden[at] = 1
	}
}

// shown is the text with what mask returns in place of each secret.
func (s *search) shown(mask func(secret string) string) string {
	var out strings.Builder
	for i, end := 0, 0; i < len(s.text); i = end {
		end = len(s.text) - len(bytes.TrimLeft(s.hidden[i:], string(s.hidden[i:i+1])))
		part := s.text[i:end]
		if s.quoted[i] {
			part = `"` + Mask + `"`
		} else if s.hidden[i] == 1 {
			part = mask(part)
		}
		out.WriteString(part)
	}
	return out.String()
}

// learn remembers secrets of a request, as they are and without escapes.
func (s *search) learn(secrets ...string) {
	if s.learned == nil {
		return
	}
	for _, secret := range secrets {
		s.steps += len(secret)
		valid := strings.Map(func(r rune) rune { return r }, secret) // as JSON writes invalid UTF-8
		s.learned.remember(secret)
		s.learned.remember(escape.Plain(valid))
	}
}

func (r *Redactor) remember(secret string) {
	n, step := min(len(secret), pieceLength), 1
	if n < leastLength {
		return
	}
	for i := 0; i < len(secret)-n; i += step {
		r.pieces[secret[i:i+n]] = true
		if i >= denseLength || len(r.pieces) >= densePieces {
			step = n
		}
	}
	r.pieces[secret[len(secret)-n:]] = true
	r.lengths |= 1 << n
	for end := sureLength; end < n; end++ {
		r.pieces[cut+secret[:end]] = true
	}
}

// header hides what is secret in a header, and learns what a secret one carries.
func (s *search) header(name, value string) {
	v := escape.Whole(value)
	if !Name(name) {
		v.Layers(s.look)
		return
	}
	scheme, credentials, _ := strings.Cut(value, " ")
	secret := value
	if isScheme(scheme) {
		secret = credentials
	}
	s.hide(v, len(value)-len(secret), len(value))
	s.learn(value, strings.TrimSpace(credentials))
	s.fields(v, ";", "=", func(_, _ string) bool { return true }) // of a cookie
	// HTTP Basic is form-encoded (RFC 6749, section 2.3.1) or not, and what else encodes the pair is as secret.
	pair, _ := base64.RawStdEncoding.DecodeString(strings.Trim(credentials, "= "))
	if _, secret, ok := strings.Cut(string(pair), ":"); ok {
		decoded, _ := url.QueryUnescape(string(pair))
		std, urlSafe := base64.RawStdEncoding.EncodeToString, base64.RawURLEncoding.EncodeToString
		s.learn(secret, std(pair), urlSafe(pair), std([]byte(decoded)), urlSafe([]byte(decoded)))
	}
}

// urlText is u without its fragment.
func urlText(u *url.URL) string {
	text, _, _ := strings.Cut(cmp.Or(u, new(url.URL)).String(), "#")
	return text
}

const formType = "application/x-www-form-urlencoded"

// body hides the secrets in a body. A request is learned from as if it were a form if it is nothing else.
func (s *search) body(contentType, body string) {
	mediaType, parameters, _ := mime.ParseMediaType(contentType)
	v := escape.Whole(body)
	switch boundary := parameters["boundary"]; {
	case json.Valid([]byte(body)):
		s.json(v, gjson.Parse(body), false, 0)
		return
	case boundary != "":
		s.fields(v, "\r\n--"+boundary, "\r\n\r\n", func(head, _ string) bool { return anyName(head) })
	case s.learned != nil || mediaType == formType:
		s.fields(v, "&", "=", isFormSecret)
	}
	v.Layers(s.look)
}

// fields hides the values of a form, a URL, a multipart body or a cookie that isSecret chooses.
func (s *search) fields(v escape.View, separator, equals string, isSecret func(name, value string) bool) {
	end := -len(separator)
	for field := range strings.SplitSeq(v.Text, separator) {
		end += len(separator) + len(field)
		if name, value, _ := strings.Cut(field, equals); isSecret(name, value) {
			s.hide(v, end-len(value), end)
		}
	}
}

// isFormSecret reports whether a field of a form or a URL holds a secret, or cannot be read.
func isFormSecret(name, value string) bool {
	_, malformed := url.QueryUnescape(value)
	return malformed != nil || Name(escape.Plain(name[strings.LastIndexByte(name, '?')+1:]))
}

// maxDepth is how deep JSON is looked into, as gjson reads each level again. What is deeper is hidden as a whole.
const maxDepth = 32

// json hides the secrets in value, a part of the JSON text v: all of it if secret is true.
func (s *search) json(v escape.View, value gjson.Result, secret bool, depth int) {
	s.steps += len(value.Raw)
	start, end, isScalar := value.Index, value.Index+len(value.Raw), value.Type != gjson.JSON
	switch {
	case secret && value.Type == gjson.Null:
	case value.Type == gjson.String:
		content := v.Part(start+1, end-1).Undo(`\`)
		if secret {
			s.hide(content, 0, len(content.Text))
		} else {
			content.Layers(s.look)
		}
	case depth > maxDepth, secret && (isScalar || s.learned == nil), isScalar && s.values(v.Part(start, end)):
		s.hide(v, start, end)
		s.quoted[start] = true
	case !isScalar:
		value.ForEach(func(key, member gjson.Result) bool {
			s.json(v, key, false, depth)
			s.json(v, member, secret || s.secret(key.Str, false), depth+1)
			return true
		})
	}
}
