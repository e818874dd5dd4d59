package redact

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A view is a text, or a part of it, with escapes undone.
type view struct {
	text string
	at   func(i int) int32 // where the byte at i, or the escape that it comes from, begins in the original
}

func whole(text string) view { return view{text, func(i int) int32 { return int32(i) }} }

// end is where the byte before i, or the escape that it comes from, ends in the original.
func (v view) end(i int) int32 {
	for i < len(v.text) && v.at(i) == v.at(i-1) {
		i++
	}
	return v.at(i)
}

// undo returns v with the escapes undone that begin with one of the bytes in marks.
func undo(v view, marks string) view {
	if !strings.ContainsAny(v.text, marks) {
		return v
	}
	text, at := make([]byte, 0, len(v.text)), make([]int32, 0, len(v.text)+1)
	for i := 0; i < len(v.text); {
		size := 0
		if strings.IndexByte(marks, v.text[i]) >= 0 {
			text, size = unescape(text, v.text[i:])
		}
		if size == 0 {
			text, size = append(text, v.text[i]), 1
		}
		for len(at) < len(text) {
			at = append(at, v.at(i))
		}
		i += size
	}
	at = append(at, v.at(len(v.text)))
	return view{string(text), func(i int) int32 { return at[i] }}
}

// entities are the names of HTML for what a secret may have. Package html would add 70 KB for the others.
const entities = ` quot;" apos;' lt;< gt;> sol;/ plus;+ equals;= lowbar;_ amp;&`

// unescape appends what the escape at the beginning of text stands for, and returns the length of the escape, or 0.
func unescape(out []byte, text string) ([]byte, int) {
	switch {
	case text[0] == '+':
		return append(out, ' '), 1
	case text[0] == '%' && len(text) > 2:
		if code, err := strconv.ParseUint(text[1:3], 16, 8); err == nil {
			return append(out, byte(code)), 3
		}
	case strings.HasPrefix(text, `\/`):
		return append(out, '/'), 2
	case text[0] == '\\' && len(text) > 1:
		if code, _, rest, err := strconv.UnquoteChar(text, text[1]); err == nil {
			return utf8.AppendRune(out, code), len(text) - len(rest)
		}
		var pair string // of surrogates
		size := min(len(text), 12)
		if json.Unmarshal([]byte(`"`+text[:size]+`"`), &pair) == nil && utf8.RuneCountInString(pair) == 1 {
			return append(out, pair...), size
		}
	case text[0] == '&':
		name, _, ok := strings.Cut(text[1:min(len(text), 10)], ";")
		number := strings.Replace(strings.TrimLeft(strings.ToLower(name), "#0"), "x", "0x", 1)
		if code, err := strconv.ParseUint(number, 0, 32); ok && err == nil && name[0] == '#' {
			return utf8.AppendRune(out, rune(code)), len(name) + 2
		}
		if _, after, known := strings.Cut(entities, " "+name+";"); ok && known {
			return append(out, after[0]), len(name) + 2
		}
	}
	return out, 0
}

const (
	everyEscape = `\&%+`
	maxLayers   = 6 // of escapes that are undone
)

// plain is text without escapes.
func plain(text string) string {
	v := whole(text)
	for range maxLayers {
		v = undo(v, everyEscape)
	}
	return v.text
}

// text looks at v as it is, then with one kind of escape undone (the % of 100% in JSON begins no escape), and then with
// all kinds undone, layer by layer.
func (s *search) text(v view) {
	s.look(v)
	all := everyEscape
	for _, marks := range [...]string{`\`, "&", "%", "%+", all, all, all, all, all, all} {
		undone := undo(v, marks)
		if undone.text != v.text {
			s.look(undone)
		}
		if marks == all {
			v = undone
		}
	}
}
