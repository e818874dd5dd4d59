// Package escape undoes the escapes of URLs, HTML and JSON in a text, and knows where each byte was in the original.
package escape

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A View is a text, or a part of it, with escapes undone.
type View struct {
	Text string
	At   []int32 // where each byte is in the original, and where the text ends there
}

// Whole returns the view of a text in which no escape is undone.
func Whole(text string) View {
	at := make([]int32, len(text)+1)
	for i := range at {
		at[i] = int32(i)
	}
	return View{text, at}
}

// Part returns the view of the bytes from i to j.
func (v View) Part(i, j int) View { return View{v.Text[i:j], v.At[i : j+1]} }

// Undo returns the view with one layer of escapes undone: those that begin with one of the bytes in marks.
func (v View) Undo(marks string) View {
	text, at := make([]byte, 0, len(v.Text)), make([]int32, 0, len(v.At))
	for i := 0; i < len(v.Text); {
		undone, size := unescape(v.Text[i:], marks)
		text = append(text, undone...)
		for range len(undone) {
			at = append(at, v.At[i])
		}
		i += size
	}
	return View{string(text), append(at, v.At[len(v.Text)])}
}

// entities are the names of HTML for what a secret may have. Package html would add 70 KB for the others.
const entities = `&quot;"&apos;'&lt;<&gt;>&sol;/&plus;+&equals;=&lowbar;_&amp;&`

// unescape returns what the escape at the beginning of text stands for, and the length of the escape. What begins with
// none of marks, or with no escape, stands for its first byte.
func unescape(text, marks string) (undone string, size int) {
	switch start := text[:min(len(text), 12)]; {
	case strings.IndexByte(marks, text[0]) < 0:
	case text[0] == '+':
		return " ", 1
	case text[0] == '%':
		size = min(len(text), 3)
		undone, _ = url.PathUnescape(text[:size])
	case strings.HasPrefix(text, `\/`):
		return "/", 2
	case text[0] == '\\' && len(text) > 1:
		if code, _, rest, err := strconv.UnquoteChar(text, text[1]); err == nil {
			return string(code), len(text) - len(rest)
		}
		size = len(start) // of a pair of surrogates
		_ = json.Unmarshal([]byte(`"`+start+`"`), &undone)
	case text[0] == '&' && strings.Contains(start, ";"):
		size = strings.IndexByte(text, ';') + 1
		if _, after, isKnown := strings.Cut(entities, text[:size]); isKnown {
			return after[:1], size
		}
		number := strings.TrimLeft(strings.TrimPrefix(strings.ToLower(text[:size-1]), "&#"), "0")
		if code, err := strconv.ParseUint(strings.Replace(number, "x", "0x", 1), 0, 32); err == nil {
			undone = string(rune(code))
		}
	}
	if utf8.RuneCountInString(undone) != 1 {
		return text[:1], 1
	}
	return undone, size
}

// All are the marks of all escapes. The + of a form stands for a space.
const All = `\&%+`

// Plain returns a text without escapes.
func Plain(text string) string {
	Whole(text).Layers(func(v View) { text = v.Text })
	return text
}

// Layers calls visit with the view, then with one kind of escape undone (the % of 100% in JSON begins no escape), and
// then with all kinds undone, six layers one by one.
func (v View) Layers(visit func(View)) {
	visit(v)
	if !strings.ContainsAny(v.Text, All) {
		return
	}
	for _, marks := range [...]string{`\`, "&", "%", "%+", All, All, All, All, All, All} {
		undone := v.Undo(marks)
		if undone.Text != v.Text {
			visit(undone)
		}
		if marks == All {
			v = undone
		}
	}
}
