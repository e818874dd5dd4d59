// Package redact takes secrets out of whatever people read: logs, dumps, error texts, fixtures.
// It knows secrets by their name, by their look, and, of one request, by their value.
package redact

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
	s := &search{known: r.With(Of(nil, u, "", nil))} // a secret may stand in it a second time
	text := urlText(u)
	s.form(whole(text))
	return s.replace(text, masked)
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
			secret = plain(secret)
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
	start, end int32
	value      bool // it is a whole JSON value
}

// hide notes that a secret stands in v from i to j.
func (s *search) hide(v view, i, j int) {
	if i >= j {
		return
	}
	s.learned.learn(v.text[i:j])
	found, last := span{start: v.at(i), end: v.end(j)}, len(s.spans)-1
	if last >= 0 && s.spans[last].start <= found.start && found.start < s.spans[last].end {
		s.spans[last].end = max(s.spans[last].end, found.end)
		return
	}
	s.spans = append(s.spans, found)
}

func masked(string) string { return Mask }

func (s *search) replace(text string, mask func(secret string) string) string {
	slices.SortStableFunc(s.spans, func(a, b span) int { return int(a.start - b.start) })
	var out strings.Builder
	out.Grow(len(text))
	last := int32(0)
	for _, found := range s.spans {
		if found.start >= last {
			out.WriteString(text[last:found.start])
			if found.value {
				out.WriteString(`"` + Mask + `"`)
			} else {
				out.WriteString(mask(text[found.start:found.end]))
			}
		}
		last = max(last, found.end)
	}
	out.WriteString(text[last:])
	return out.String()
}
