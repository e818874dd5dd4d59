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
	base int32   // where text begins in the original
	at   []int32 // where each byte, and the end, stands in the original; nil if no escape was undone
}

func (v view) slice(i, j int) view {
	if v.at == nil {
		return view{text: v.text[i:j], base: v.base + int32(i)}
	}
	return view{text: v.text[i:j], at: v.at[i : j+1]}
}

// start is where the byte at i, or the escape that it comes from, begins in the original.
func (v view) start(i int) int32 {
	if v.at == nil {
		return v.base + int32(i)
	}
	return v.at[i]
}

// end is where the byte before j, or the escape that it comes from, ends in the original.
func (v view) end(j int) int32 {
	for v.at != nil && j < len(v.text) && v.at[j] == v.at[j-1] {
		j++
	}
	return v.start(j)
}

// undo returns v with the escapes undone that begin with one of the bytes in marks, and whether there were any.
func undo(v view, marks string) (undone view, found bool) {
	if !strings.ContainsAny(v.text, marks) {
		return v, false
	}
	text, at := make([]byte, 0, len(v.text)), make([]int32, 0, len(v.text)+1)
	for i := 0; i < len(v.text); {
		size := 0
		if strings.IndexByte(marks, v.text[i]) >= 0 {
			text, size = unescape(text, v.text[i:])
		}
		if found = found || size > 0; size == 0 {
			text, size = append(text, v.text[i]), 1
		}
		for len(at) < len(text) {
			at = append(at, v.start(i))
		}
		i += size
	}
	return view{text: string(text), at: append(at, v.start(len(v.text)))}, found
}

// unescape appends what the escape at the beginning of text stands for, and returns how long it is: 0 where there is none.
func unescape(out []byte, text string) ([]byte, int) {
	switch {
	case text[0] == '+':
		return append(out, ' '), 1
	case text[0] == '%' && len(text) > 2:
		if code, err := strconv.ParseUint(text[1:3], 16, 8); err == nil {
			return append(out, byte(code)), 3
		}
	case text[0] == '&':
		return unescapeHTML(out, text[:1+strings.IndexByte(text[:min(len(text), 10)], ';')])
	case text[0] == '\\' && len(text) > 1:
		if text[1] == '/' {
			return append(out, '/'), 2
		}
		if code, multibyte, rest, err := strconv.UnquoteChar(text, text[1]); err == nil && multibyte {
			return utf8.AppendRune(out, code), len(text) - len(rest)
		} else if err == nil {
			return append(out, byte(code)), len(text) - len(rest)
		}
		var pair string // of surrogates
		if len(text) >= 12 && text[1] == 'u' && text[7] == 'u' && json.Unmarshal([]byte(`"`+text[:12]+`"`), &pair) == nil {
			return append(out, pair...), 12
		}
	}
	return out, 0
}

// unescapeHTML is unescape for HTML, whose names it knows for what stands in secrets: package html would add 70 KB.
func unescapeHTML(out []byte, entity string) ([]byte, int) {
	if digits, ok := strings.CutPrefix(entity, "&#"); ok {
		base := 10
		if digits[0]|0x20 == 'x' {
			digits, base = digits[1:], 16
		}
		if code, err := strconv.ParseUint(strings.TrimSuffix(digits, ";"), base, 32); err == nil {
			return utf8.AppendRune(out, rune(code)), len(entity)
		}
	}
	_, after, ok := strings.Cut(`&quot;" &apos;' &lt;< &gt;> &sol;/ &plus;+ &equals;= &lowbar;_ &nbsp;  &amp;&`, entity)
	if !ok || entity == "" {
		return out, 0
	}
	return append(out, after[0]), len(entity)
}

const (
	everyEscape = `\&%+`
	maxLayers   = 6 // of escapes that are undone
)

// plain is text without escapes.
func plain(text string) string {
	v := view{text: text}
	for range maxLayers {
		v, _ = undo(v, everyEscape)
	}
	return v.text
}

// text looks at v as it is, then with one kind of escape undone, as 100% in JSON is no percent-encoding, and then with all of
// them undone, layer by layer.
func (s *search) text(v view) {
	s.look(v)
	for _, marks := range [...]string{`\`, "&", "%", "%+"} {
		if one, ok := undo(v, marks); ok {
			s.look(one)
		}
	}
	for range maxLayers {
		var ok bool
		if v, ok = undo(v, everyEscape); !ok {
			return
		}
		s.look(v)
	}
}
