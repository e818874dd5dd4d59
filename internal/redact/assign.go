package redact

import (
	"net/url"
	"strings"
)

// assignment is the pass for what text gives to secret names: name=value, name%3Dvalue, "name": value or "name" => value,
// quotes escaped or not.
func assignment(text string, i int) (string, int) {
	name, start := assigned(text, i)
	if start == name {
		return text[i:name], name
	}
	end := start
	if secretParameter(text[i:name]) {
		end = assignedEnd(text, start)
	}
	switch {
	case end == start:
		return text[i:start], start
	case text[start] == '"':
		return text[i:start] + quote(Mask), end
	}
	return text[i:start] + Mask, end
}

// assigned returns where the name that begins at i ends, and where what is assigned to it begins; the same where nothing is.
func assigned(text string, i int) (name, value int) {
	for name = i; name < len(text) && (isWord(text[name]) || strings.IndexByte(".%[]-", text[name]) >= 0); name++ {
		if name == i || text[name] != '%' {
			continue
		}
		value = name + 1
		for strings.HasPrefix(text[value:], "25") {
			value += 2
		}
		if strings.HasPrefix(text[value:], "3D") || strings.HasPrefix(text[value:], "3d") {
			return name, value + 2
		}
	}
	if name == i {
		return i, i
	}
	value = skip(text, name, " \t")
	if strings.HasPrefix(text[value:], "=") {
		return name, skip(text, operatorEnd(text, value), " \t")
	}
	if value = quoteEnd(text, name); value > name {
		value = skip(text, value, space)
		if end := operatorEnd(text, value); end > value {
			return name, skip(text, end, space)
		}
	}
	return name, name
}

// operatorEnd is where the =, => or : at i ends; i if there is none.
func operatorEnd(text string, i int) int {
	for _, operator := range []string{"=>", "=", ":"} {
		if strings.HasPrefix(text[i:], operator) {
			return i + len(operator)
		}
	}
	return i
}

// quoteEnd is where the quotation mark at i ends, escaped or not; i if there is none.
func quoteEnd(text string, i int) int {
	if mark := skip(text, i, `\`); mark < len(text) && (text[mark] == '"' || text[mark] == '\'') {
		return mark + 1
	}
	for _, entity := range []string{"&quot;", "&#34;", "&#39;"} {
		if strings.HasPrefix(text[i:], entity) {
			return i + len(entity)
		}
	}
	return i
}

// assignedEnd is where the assigned value that begins at i ends.
func assignedEnd(text string, i int) int {
	if i == len(text) {
		return i
	}
	start := quoteEnd(text, i)
	switch c := text[i]; {
	case c == '"':
		return scalarEnd(text, i)
	case start > i && c == '&':
		return until(text, start, "&")
	case start > i:
		return through(text, start, text[start-1:start])
	case c == '[':
		return through(text, i, "]")
	case c == '{':
		return through(text, i, "}")
	}
	return until(text, i, space+`&"'<>#;,\`)
}

// maxEscapes is how often a name may be percent-encoded and still be known.
const maxEscapes = 3

// secretParameter is Name for a name that may be percent-encoded, more than once, together with the URL before it.
func secretParameter(name string) bool {
	for range maxEscapes {
		plain, err := url.QueryUnescape(name)
		if err != nil {
			return true
		}
		name = plain
	}
	return Name(name[strings.LastIndexAny(name, "?&#;/ ")+1:])
}
