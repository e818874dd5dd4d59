package redact

import (
	"encoding/json"
	"strings"
)

// json masks secret members, and secrets within other strings. It reads lexically, so that text which is cut off or only
// resembles JSON keeps no secret either.
func (r Redactor) json(text []byte) string {
	var out strings.Builder
	last := 0
	for p := range parts(text) {
		raw := string(text[p.start:p.end])
		masked := raw
		switch {
		case !p.secret:
			masked = r.scalar(raw)
		case raw != "null" && raw != `""`:
			masked = quote(Mask)
		}
		if masked != raw {
			out.Write(text[last:p.start])
			out.WriteString(masked)
			last = p.end
		}
	}
	out.Write(text[last:])
	return out.String()
}

// scalar masks what is secret within one string, number or word.
func (r Redactor) scalar(raw string) string {
	s, quoted := unquote(raw)
	masked := ""
	if quoted {
		masked = r.content(s)
	} else {
		masked = r.text(s)
	}
	switch {
	case masked != s && quoted:
		return quote(masked)
	case masked != s, r.values(raw) != raw:
		return quote(Mask)
	}
	return raw
}

// content masks what is secret within a string, which may be JSON itself.
func (r Redactor) content(s string) string {
	switch {
	case !looksLikeJSON([]byte(s)):
		return r.text(s)
	case json.Valid([]byte(s)):
		return r.json([]byte(s))
	}
	return r.text(r.json([]byte(s)))
}

// unquote returns the content of a JSON string, as far as it goes where it is cut off, and anything else as it is.
func unquote(raw string) (s string, quoted bool) {
	if raw == "" || raw[0] != '"' {
		return raw, false
	}
	if json.Unmarshal([]byte(raw), &s) == nil {
		return s, true
	}
	for cut := range min(len(raw), len(`\u0000`)) { // an escape may be cut off too
		if json.Unmarshal([]byte(raw[:len(raw)-cut]+`"`), &s) == nil {
			return s, true
		}
	}
	return raw, false
}

func quote(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// A part is a stretch of JSON text that may hold a secret: the whole value of a secret member, or any other scalar.
type part struct {
	start, end int
	secret     bool
}

// parts yields the parts of text in order. Names of members are parts too, as a secret may stand anywhere.
func parts(text []byte) func(yield func(part) bool) {
	return func(yield func(part) bool) {
		name := ""
		depth, errorsDepth := 0, -1 // errorsDepth: how deep the errors array is, whose code members are no secrets
		for i := 0; i < len(text); {
			switch c := text[i]; c {
			case ' ', '\t', '\r', '\n', ':', ',':
				i++
				continue
			case '{', '[':
				if depth++; c == '[' && name == "errors" && errorsDepth < 0 {
					errorsDepth = depth
				}
				i++
				continue
			case '}', ']':
				if depth--; depth < errorsDepth {
					errorsDepth = -1
				}
				i++
				continue
			}
			end := scalarEnd(text, i)
			if !yield(part{start: i, end: end}) {
				return
			}
			next := skipSpace(text, end)
			if text[i] != '"' || next >= len(text) || text[next] != ':' {
				i = end
				continue
			}
			if json.Unmarshal(text[i:end], &name) != nil {
				name = string(text[i+1 : end])
			}
			i = skipSpace(text, next+1)
			if Name(name) && !(name == "code" && errorsDepth >= 0) && i < len(text) {
				end := valueEnd(text, i)
				if !yield(part{start: i, end: end, secret: true}) {
					return
				}
				i = end
			}
		}
	}
}

func skipSpace(text []byte, i int) int {
	for i < len(text) && strings.IndexByte(" \t\r\n", text[i]) >= 0 {
		i++
	}
	return i
}

// scalarEnd is where the string, number or word that begins at i ends.
func scalarEnd[T string | []byte](text T, i int) int {
	if text[i] != '"' {
		for i++; i < len(text) && strings.IndexByte(" \t\r\n,:{}[]\"", text[i]) < 0; i++ {
		}
		return i
	}
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// valueEnd is where the value that begins at i ends, arrays and objects included.
func valueEnd(text []byte, i int) int {
	for depth := 0; i < len(text); {
		switch text[i] {
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case ' ', '\t', '\r', '\n', ',', ':':
			i++
			continue
		default:
			i = scalarEnd(text, i)
		}
		if depth <= 0 {
			return i
		}
	}
	return len(text)
}
