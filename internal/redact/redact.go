// Package redact takes secrets out of whatever people read: logs, dumps, error texts, fixtures.
// It knows secrets by their name, by their look, and, of one request, by their value.
package redact

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"
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

// Of returns a Redactor that also knows the values of the secrets in a request. What a secret has after its first
// 4 KiB, or a request after some 128 KiB of secrets, is hidden too, but a fragment from there may show 15 bytes at each
// end.
func Of(header http.Header, u *url.URL, contentType string, body []byte) Redactor {
	s := &search{learned: &Redactor{pieces: map[string]bool{}}, quoted: map[int]bool{}}
	s.request(header, u, contentType, string(body))
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
			s := r.search(value)
			s.header(name, value)
			out[name] = append(out[name], s.shown(masked))
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
	s := r.search(string(body))
	isJSON := s.body(contentType, s.text)
	out := s.shown(masked)
	if isJSON && !json.Valid([]byte(out)) { // a secret has syntax in it, or is a number
		return `"` + Mask + `"`
	}
	return out
}

// Text returns free text without what looks like a secret and without the known ones.
func (r Redactor) Text(text string) string { return r.Replace(text, masked) }

// Replace is like Text, with what mask returns in place of each secret.
func (r Redactor) Replace(text string, mask func(secret string) string) string {
	s := r.search(text)
	s.layers(whole(text))
	return s.shown(mask)
}

func masked(string) string { return Mask }

// A search looks for the secrets in one text, to hide them, or in a request, to learn them.
type search struct {
	known   Redactor
	learned *Redactor // nil if the secrets are to be hidden
	text    string
	ends    []int        // where the longest secret ends that begins at each byte; 0 if none does
	quoted  map[int]bool // where a secret begins that is a whole JSON value
	steps   int          // how many bytes were read, for tests
}

func (r Redactor) search(text string) *search {
	return &search{known: r, text: text, ends: make([]int, len(text)+1), quoted: map[int]bool{}}
}

// hide notes that a secret stands in v from i to j.
func (s *search) hide(v view, i, j int) {
	if s.learned != nil {
		s.learn(v.text[i:max(i, j)])
	} else if i < j {
		i = v.original(i)
		s.ends[i] = max(s.ends[i], v.original(j))
	}
}

// shown is the text with what mask returns in place of each secret.
func (s *search) shown(mask func(secret string) string) string {
	var out strings.Builder
	last := 0 // what is before has been written
	for start, end := range s.ends {
		if end <= last {
			continue
		}
		for i := start; i <= end; i++ { // secrets that touch are hidden as one
			end = max(end, s.ends[i])
		}
		part := mask(s.text[start:end])
		if s.quoted[start] {
			part = `"` + Mask + `"`
		}
		out.WriteString(s.text[last:start] + part)
		last = end
	}
	return out.String() + s.text[last:]
}

// learn remembers secrets, as they are and without escapes.
func (s *search) learn(secrets ...string) {
	for _, secret := range secrets {
		s.steps += len(secret)
		if secret = strings.Trim(secret, `"`); s.learned != nil { // quotation marks of JSON
			s.remember(secret)
			valid := strings.Map(func(r rune) rune { return r }, secret) // as JSON writes invalid UTF-8
			s.remember(plain(valid))
		}
	}
}

func (s *search) remember(secret string) {
	n, step := min(len(secret), pieceLength), 1
	if n < leastLength {
		return
	}
	for i := 0; i < len(secret)-n; i += step {
		s.steps += n
		s.learned.pieces[secret[i:i+n]] = true
		if i >= denseLength || len(s.learned.pieces) >= densePieces {
			step = n
		}
	}
	s.learned.pieces[secret[len(secret)-n:]] = true
	s.learned.lengths |= 1 << n
	for end := sureLength; end < n; end++ {
		s.learned.pieces[cut+secret[:end]] = true
	}
}

// request learns what is secret in a request.
func (s *search) request(header http.Header, u *url.URL, contentType, body string) {
	for name, values := range header {
		for _, value := range values {
			s.header(name, value)
		}
	}
	s.fields(whole(urlText(u)), "&", "=")
	if u != nil && u.User.String() == url.User(u.User.Username()).String() { // without a password, the name is one
		s.learn(u.User.Username())
	}
	s.body(contentType, body)
}

func (s *search) header(name, value string) {
	if !Name(name) {
		s.layers(whole(value))
		return
	}
	scheme, credentials, _ := strings.Cut(value, " ")
	shown := 0
	if strings.EqualFold(scheme, "bearer") || strings.EqualFold(scheme, "basic") {
		shown = len(value) - len(credentials)
	}
	s.hide(whole(value), shown, len(value))
	s.learn(value, strings.TrimSpace(credentials))
	for part := range strings.SplitSeq(value, ";") { // of a cookie
		_, cookie, _ := strings.Cut(part, "=")
		s.learn(strings.TrimSpace(cookie))
	}
	// HTTP Basic is form-encoded (RFC 6749, section 2.3.1) or not, and what else encodes the pair is as secret.
	pair, _ := base64.RawStdEncoding.DecodeString(strings.Trim(credentials, "= "))
	decoded, _ := url.QueryUnescape(string(pair))
	if _, secret, ok := strings.Cut(string(pair), ":"); ok {
		s.learn(secret)
		for _, pair := range [][]byte{pair, []byte(decoded)} {
			s.learn(base64.RawStdEncoding.EncodeToString(pair), base64.RawURLEncoding.EncodeToString(pair))
		}
	}
}

// urlText is u without its fragment.
func urlText(u *url.URL) string {
	text, _, _ := strings.Cut(cmp.Or(u, new(url.URL)).String(), "#")
	return text
}

const formType = "application/x-www-form-urlencoded"

// body reports whether a body is JSON.
func (s *search) body(contentType, body string) (isJSON bool) {
	_, parameters, _ := mime.ParseMediaType(contentType)
	switch boundary := parameters["boundary"]; {
	case json.Valid([]byte(body)):
		s.values(whole(body))
		s.json(body, gjson.Parse(body), false, 0)
		return true
	case boundary != "":
		s.fields(whole(body), "\r\n--"+boundary, "\r\n\r\n")
	case s.learned != nil || strings.HasPrefix(strings.ToLower(strings.TrimSpace(contentType)), formType):
		s.fields(whole(body), "&", "=")
	default:
		s.layers(whole(body))
	}
	return false
}

// fields hides the fields with secret names in a form, a URL or a multipart body, and what is secret in the others.
func (s *search) fields(v view, separator, equals string) {
	end, isForm := -len(separator), equals == "="
	for field := range strings.SplitSeq(v.text, separator) {
		end += len(separator) + len(field)
		name, value, _ := strings.Cut(field, equals)
		if isForm {
			name = plain(name[strings.LastIndexByte(name, '?')+1:])
		}
		if anyName(name) {
			s.hide(v, end-len(value), end)
		}
	}
	s.layers(v)
}

// maxDepth is how deep JSON is looked into, as gjson reads each level again. What is deeper is hidden as a whole.
const maxDepth = 32

// json hides the secrets in value, a part of the JSON text: all of it if secret is true.
func (s *search) json(text string, value gjson.Result, secret bool, depth int) {
	s.steps += len(value.Raw)
	start, end := value.Index, value.Index+len(value.Raw)
	switch {
	case secret && (value.Type == gjson.Null || value.Raw == `""`):
	case depth > maxDepth, secret && (value.Type != gjson.JSON || s.learned == nil):
		s.hide(whole(text), start, end)
		s.quoted[start] = true
	case value.Type == gjson.String:
		s.layers(undo(view{text: text[start+1 : end-1], start: start + 1}, `\`))
	case value.Type == gjson.JSON:
		value.ForEach(func(key, member gjson.Result) bool { // key is a null in an array
			s.json(text, key, false, depth)
			s.json(text, member, secret || s.secret(key.Str, false), depth+1)
			return true
		})
	}
}
