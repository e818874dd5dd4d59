package redact

import (
	"net/url"
	"strings"
)

// A pass masks one kind of secret. For what begins at i of a text it returns what to show, and where that ends in the text:
// at i where nothing begins. Passes are no regular expressions, as package regexp costs every program size and start-up time.
type pass func(text string, i int) (shown string, end int)

// Text returns free text without what looks like a secret and without the known ones.
func (r Redactor) Text(text string) string { return r.tail(r.text(text)) }

// text masks known secrets first, so that none is taken apart before it is recognised.
func (r Redactor) text(text string) string {
	text = r.values(text)
	for _, p := range []pass{tokens(), credentials, consent, password, field, assignment} {
		text = p.replace(text)
	}
	return text
}

// replace goes through text once, from left to right.
func (p pass) replace(text string) string {
	var out strings.Builder
	last := 0
	for i := 0; i < len(text); {
		shown, end := p(text, i)
		if end == i {
			i++
			continue
		}
		if shown != text[i:end] {
			out.WriteString(text[last:i])
			out.WriteString(shown)
			last = end
		}
		i = end
	}
	return out.String() + text[last:]
}

// form masks a query or form, and leaves what is no secret as it was.
func (r Redactor) form(form string) string {
	pairs := strings.Split(form, "&")
	for i, pair := range pairs {
		name, value, found := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(value)
		masked := r.content(plain)
		switch {
		case found && (err != nil || secretParameter(name)):
			pairs[i] = r.text(name) + "=" + Mask
		case masked != plain:
			pairs[i] = r.text(name) + "=" + strings.ReplaceAll(url.QueryEscape(masked), url.QueryEscape(Mask), Mask)
		default:
			pairs[i] = r.text(pair)
		}
	}
	return r.tail(strings.Join(pairs, "&"))
}
