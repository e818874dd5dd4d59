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
		masked := ""
		switch raw := string(text[p.start:p.end]); {
		case p.secret && raw != "null":
			masked = quote(Mask)
		case p.secret:
			continue
		default:
			if masked = r.scalar(raw); masked == raw {
				continue
			}
		}
		out.Write(text[last:p.start])
		out.WriteString(masked)
		last = p.end
	}
	out.Write(text[last:])
	return out.String()
}

// scalar masks what is secret within one string, number or word.
func (r Redactor) scalar(raw string) string {
	if raw[0] != '"' {
		if r.values(raw) != raw {
			return quote(Mask)
		}
		return raw
	}
	var s string
	if json.Unmarshal([]byte(raw), &s) != nil { // cut off or malformed
		if masked := r.Text(raw); masked != raw {
			return quote(Mask)
		}
		return raw
	}
	if masked := r.Text(s); masked != s {
		return quote(masked)
	}
	return raw
}

func quote(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// walkJSON calls secret for the value of every secret member.
func walkJSON(text []byte, secret func(name string, value []byte)) {
	for p := range parts(text) {
		if p.secret {
			secret(p.name, text[p.start:p.end])
		}
	}
}

// A part is a stretch of JSON text that may hold a secret: the whole value of a secret member, or any other scalar.
type part struct {
	name       string // of the member whose value it is, or an element of
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
			if !yield(part{name: name, start: i, end: end}) {
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
				if !yield(part{name: name, start: i, end: end, secret: true}) {
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
func scalarEnd(text []byte, i int) int {
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
