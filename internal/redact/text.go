package redact

import (
	"net/url"
	"regexp"
	"strings"
)

var (
	// A JWT and a Telnyx API key.
	looks = regexp.MustCompile(`eyJ[\w-]{5,}\.[\w-]+(\.[\w-]*)*|KEY[0-9A-Za-z_]{16,}`)
	// The credentials of an Authorization header, but not prose such as "Basic authentication".
	scheme   = regexp.MustCompile(`\b((?i:bearer|basic)[ \t]+)([\w.~+/-]{8,}=*)`)
	prose    = regexp.MustCompile(`^[A-Za-z]?[a-z_-]+=?$`)
	consent  = regexp.MustCompile(`(oauth/consent/)[^\s/?#&"'<>\\]+`)
	userinfo = regexp.MustCompile(`(://[^/?#\s:@]*):[^/?#\s]*@`)
	// The beginning of name=value, name%3Dvalue, "name": value or "name" => value, quotes escaped or not.
	assignment = regexp.MustCompile(`([\w.%\[\]-]+?)(?:[ \t]*=>?[ \t]*|%(?:25)*3[Dd]|(?:\\*["']|&(?:quot|#34|#39);)\s*(?::|=>?)\s*)`)
	assigned   = regexp.MustCompile(`^(?s:"(?:[^"\\]|\\.)*"?|\\+"[^"]*"?|\\*'[^']*'?|&(?:quot|#34|#39);[^&]*|\[[^\]]*\]?|\{[^}]*\}?|[^&\s"'<>#;,\\]+)`)
	// An HTML field: <input name="csrf_token" value="…">.
	tag       = regexp.MustCompile(`(?i)<(?:input|meta|button|textarea|option)\b[^>]*`)
	tagName   = regexp.MustCompile(`(?i)\bname\s*=\s*["']?([^"'\s>]+)`)
	tagSecret = regexp.MustCompile(`(?i)(\b(?:value|content)\s*=\s*)("[^"]*"?|'[^']*'?|[^\s>]+)`)
)

// Text returns free text without what looks like a secret and without the known ones.
func (r Redactor) Text(text string) string { return r.tail(r.text(text)) }

// text masks known secrets first, so that none is taken apart before it is recognised.
func (r Redactor) text(text string) string {
	text = r.values(text)
	text = looks.ReplaceAllString(text, Mask)
	text = scheme.ReplaceAllStringFunc(text, func(found string) string {
		m := scheme.FindStringSubmatch(found)
		if prose.MatchString(m[2]) {
			return found
		}
		return m[1] + Mask
	})
	text = consent.ReplaceAllString(text, "${1}"+Mask)
	text = userinfo.ReplaceAllString(text, "${1}:"+Mask+"@")
	text = tag.ReplaceAllStringFunc(text, func(field string) string {
		if m := tagName.FindStringSubmatch(field); m != nil && Name(m[1]) {
			return tagSecret.ReplaceAllString(field, `${1}"`+Mask+`"`)
		}
		return field
	})
	return assignments(text)
}

// assignments masks the values that text gives to secret names.
func assignments(text string) string {
	var out strings.Builder
	for {
		m := assignment.FindStringSubmatchIndex(text)
		if m == nil {
			return out.String() + text
		}
		name := text[m[2]:m[3]]
		out.WriteString(text[:m[1]])
		text = text[m[1]:]
		if !secretParameter(name) {
			continue
		}
		switch value := assigned.FindString(text); {
		case value == "":
		case value[0] == '"':
			out.WriteString(quote(Mask))
			text = text[len(value):]
		default:
			out.WriteString(Mask)
			text = text[len(value):]
		}
	}
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
