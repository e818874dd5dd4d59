// Package redact takes secrets out of whatever people read: logs, dumps, error texts, fixtures.
// It knows secrets by their name, by their look, and, of one request, by their value.
package redact

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Mask stands where a secret was.
const Mask = "[redacted]"

// Header returns a copy of h without secrets.
func (r Redactor) Header(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		for _, value := range values {
			s := &search{known: r}
			s.header(name, value)
			out[name] = append(out[name], s.mask(value))
		}
	}
	return out
}

// URL returns u as text, without the password, the fragment, secret query values and the consent token of its path.
func (r Redactor) URL(u *url.URL) string {
	s := &search{known: r.With(Of(nil, u, "", nil))} // a secret may stand in it a second time
	text := urlText(u)
	s.form(view{text: text})
	return s.mask(text)
}

// Body returns a request or response body without secrets. JSON stays JSON.
func (r Redactor) Body(contentType string, body []byte) string {
	s := &search{known: r}
	isJSON := s.body(contentType, string(body))
	out := s.mask(string(body))
	if isJSON && r.in(out) { // a secret that the syntax is part of
		return `"` + Mask + `"`
	}
	return out
}

// Text returns free text without what looks like a secret and without the known ones.
func (r Redactor) Text(text string) string {
	return r.Replace(text, func(string) string { return Mask })
}

// Replace is like Text, with the mask that the function returns for each secret.
func (r Redactor) Replace(text string, mask func(secret string) string) string {
	s := &search{known: r}
	s.text(view{text: text})
	return s.replace(text, mask)
}

// A search looks for the secrets in one text.
type search struct {
	known   Redactor
	spans   []span
	learned *Redactor // learns the secrets, of a request
	steps   int       // how many bytes were read, for tests
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
	s.learn(v.text[i:j])
	found, last := span{start: v.start(i), end: v.end(j)}, len(s.spans)-1
	if last >= 0 && s.spans[last].start <= found.start && found.start < s.spans[last].end {
		s.spans[last].end = max(s.spans[last].end, found.end)
		return
	}
	s.spans = append(s.spans, found)
}

func (s *search) learn(secrets ...string) {
	for _, secret := range secrets {
		if s.learned != nil {
			s.learned.learn(secret)
			s.learned.learn(plain(secret))
		}
	}
}

func (s *search) mask(text string) string {
	return s.replace(text, func(string) string { return Mask })
}

func (s *search) replace(text string, mask func(secret string) string) string {
	slices.SortStableFunc(s.spans, func(a, b span) int { return int(a.start - b.start) })
	var out strings.Builder
	out.Grow(len(text))
	last := int32(0)
	for i, found := range s.spans {
		if i+1 < len(s.spans) && s.spans[i+1].start < found.end {
			s.spans[i+1].start, s.spans[i+1].end = found.start, max(found.end, s.spans[i+1].end)
			continue
		}
		out.WriteString(text[last:found.start])
		if last = found.end; found.value {
			out.WriteString(`"` + Mask + `"`)
		} else {
			out.WriteString(mask(text[found.start:found.end]))
		}
	}
	out.WriteString(text[last:])
	return out.String()
}
