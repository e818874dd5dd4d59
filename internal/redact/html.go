package redact

import "strings"

// field is the pass for HTML fields: <input name="csrf_token" value="…">.
func field(text string, i int) (string, int) {
	if text[i] != '<' {
		return "", i
	}
	for _, tag := range []string{"input", "meta", "button", "textarea", "option"} {
		if after := i + 1 + len(tag); startsWord(text, i+1, tag) && wordEnd(text, i+1, "") == after {
			end := until(text, after, ">")
			if shown := text[i:end]; !Name(fieldName(shown)) {
				return shown, end
			}
			return pass(fieldValue).replace(text[i:end]), end
		}
	}
	return "", i
}

// fieldName returns what the first name attribute of a tag says.
func fieldName(tag string) string {
	for i := range len(tag) {
		if start, ok := attribute(tag, i, "name"); ok {
			if start < len(tag) && (tag[start] == '"' || tag[start] == '\'') {
				start++
			}
			if name := tag[start:until(tag, start, space+`"'`)]; name != "" {
				return name
			}
		}
	}
	return ""
}

// fieldValue is the pass for the values of a tag.
func fieldValue(tag string, i int) (string, int) {
	for _, name := range []string{"value", "content"} {
		start, ok := attribute(tag, i, name)
		if !ok || start == len(tag) {
			continue
		}
		end := 0
		switch tag[start] {
		case '"', '\'':
			end = through(tag, start+1, tag[start:start+1])
		default:
			end = until(tag, start, space)
		}
		return tag[i:start] + quote(Mask), end
	}
	return "", i
}

// attribute returns where the value of the attribute that begins at i begins, if its name ends with name: data-name is one too.
func attribute(tag string, i int, name string) (int, bool) {
	if !startsWord(tag, i, name) {
		return 0, false
	}
	equals := skip(tag, i+len(name), space)
	if !strings.HasPrefix(tag[equals:], "=") {
		return 0, false
	}
	return skip(tag, equals+1, space), true
}
