package redact

import (
	"net/url"
	"slices"
	"strings"

	"github.com/team-telnyx/telnyx-go/internal/escape"
)

const (
	space      = " \t\n\f\r"
	upper      = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	word       = "abcdefghijklmnopqrstuvwxyz_" + upper
	base64Text = word + ".~+/-=" // and bearer tokens
)

var unseparated = strings.NewReplacer("-", "", "_", "")

// bare is a name without case, -, _ and a plural: accessTokens are like access_token, and client[secret] like
// client_secret.
func bare(name string) string {
	name = unseparated.Replace(strings.ToLower(strings.TrimSpace(name)))
	return strings.TrimSuffix(strings.TrimRight(name, "[]"), "s")
}

// Name reports whether a header, query parameter, form field or JSON member of this name holds a secret. It is the only
// list of such names.
func Name(name string) bool {
	name = "=" + bare(name) + "="
	return slices.ContainsFunc([]string{
		"=code=", "=devicecode=", "=usercode=", "=authcode=", "=authorizationcode=", "=jwt=", "=idtokenhint=",
		"=session=", "=sessionid=", "authorization=", "token=", "secret=", "verifier=", "assertion=", "credential=",
		"signature=", "authkey=", "accesskey=", "privatekey=", "secretkey=", "password", "passwd", "cookie", "apikey",
		"csrf",
	}, func(part string) bool { return strings.Contains(name, part) })
}

// anyName reports whether a tag of HTML or the header of a part has a secret name.
func anyName(text string) bool { return slices.ContainsFunc(strings.FieldsFunc(text, isSyntax), Name) }

func isSyntax(r rune) bool { return strings.ContainsRune(space+"`=\"';{}[]:,", r) }

// secret is Name, but for a code: that is a secret in a request and in a query, and elsewhere says what an error is.
func (s *search) secret(name string, inQuery bool) bool {
	return Name(name) && (s.learned != nil || inQuery || bare(name) != "code")
}

// look hides what is a secret in v by its value, its name or its look. The table has the looks: a mark, of which some
// bytes belong to the secret, goes on with at least so many bytes of run, and one of them must be of needs.
// Not regular expressions: package regexp would add 260 KB to every program.
func (s *search) look(v escape.View) {
	s.values(v)
	s.assignments(v)
	for _, row := range [...]struct {
		mark, run, needs string
		own, least       int
	}{
		{"KEY", word, word, 3, 16},
		{"eyJ", word + "-.", ".", 3, 13},
		{"PRIVATE KEY-----", base64Text + space, base64Text, 0, 16},
		{"oauth/consent/", word + "-.~%!$&()*+,;=:@|", word, 0, 1},
	} {
		for _, rest, ok := strings.Cut(v.Text, row.mark); ok; _, rest, ok = strings.Cut(rest, row.mark) {
			start := len(v.Text) - len(rest)
			end := s.skip(v.Text, start, row.run)
			if end-start >= row.least && strings.ContainsAny(v.Text[start:end], row.needs) {
				s.hide(v, start-row.own, end)
			}
			rest = v.Text[end:]
		}
	}
}

// values hides the known secrets in v, and reports whether there are any.
func (s *search) values(v escape.View) (found bool) {
	for n := leastLength; n <= min(pieceLength, len(v.Text)); n++ {
		last := len(v.Text) - n
		for i := 0; i <= last && s.known.lengths>>n&1 == 1; i++ {
			if s.known.pieces[v.Text[i:i+n]] && (n >= sureLength || IsWhole(v.Text, i, i+n)) {
				s.hide(v, i, i+n)
				found = true
			}
		}
		if s.known.pieces[cut+v.Text[last:]] {
			s.hide(v, last, len(v.Text))
			found = true
		}
	}
	return found
}

// IsWhole reports whether text[i:j] is not a part of a longer word.
func IsWhole(text string, i, j int) bool {
	return !strings.ContainsAny(text[max(i-1, 0):i], word) && !strings.ContainsAny(text[j:min(j+1, len(text))], word)
}

// assignments hides what v gives to secret names: name=value, "name": value, 'name' => value and, in a tag of HTML,
// name="name" value="value".
func (s *search) assignments(v escape.View) {
	const marks = "^=:< \t"
	text, tag := v.Text, 0 // where the tag ends that names a secret
	for i := s.skip(text, 0, marks); i < len(text); i = s.skip(text, i, marks) {
		mark, head := text[i], strings.TrimRight(text[:i], space)
		unquoted := strings.TrimRight(head, `"'`)
		first := len(strings.TrimRight(unquoted, word+".%[]-"))
		name, malformed := url.QueryUnescape(strings.ToLower(unquoted[first:]))
		isValue := strings.HasSuffix(name, "value") || strings.HasSuffix(name, "content")
		i++
		start := s.skip(text, s.skip(text, i, ">"), space)
		switch {
		case mark == '<':
			if end := s.skip(text, i, "^<>"); anyName(text[i:end]) {
				tag = end
			}
		case mark == ':' && unquoted == head: // is no assignment, but maybe before the password of a URL
			if strings.HasSuffix(strings.TrimRight(head, word+".%-~!$&()*+,;"), "//") {
				s.hide(v, i, max(i, i+strings.LastIndexByte(text[i:s.skip(text, i, "^"+space+"/?#")], '@')))
			}
		case mark == ' ', mark == '\t': // between a scheme and its credentials, if these do not look like prose
			end := s.skip(text, start, base64Text)
			isLong := end-start >= sureLength && strings.ContainsAny(text[start+1:end], upper+".~+/")
			if isLong && isScheme(head[len(strings.TrimRight(head, word)):]) {
				s.hide(v, start, end)
			}
			i = start
		case malformed != nil, isValue && i < tag,
			s.secret(name, first > 0 && strings.IndexByte("?&#", text[first-1]) >= 0):
			i = max(i, s.hideValue(v, start))
		}
	}
}

// isScheme reports whether credentials follow a word.
func isScheme(word string) bool {
	return strings.EqualFold(word, "bearer") || strings.EqualFold(word, "basic")
}

// hideValue hides the value that begins at start and returns where it ends: a string at its quotation mark, a list or
// an object at the last bracket of the text.
func (s *search) hideValue(v escape.View, start int) int {
	text, end := v.Text, s.skip(v.Text, start, "^"+space+`&"'<>#;,\`)
	switch quote := text[start:min(start+1, len(text))]; quote {
	case `"`, "'":
		start++
		end = s.skip(text, start, "^"+quote+`\`)
		for end < len(text) && text[end] == '\\' {
			end = s.skip(text, min(end+2, len(text)), "^"+quote+`\`)
		}
	case "[", "{":
		if end = strings.LastIndexByte(text, quote[0]+2) + 1; end <= start {
			end = len(text)
		}
		s.learn(strings.FieldsFunc(text[start:end], isSyntax)...)
	}
	s.hide(v, start, end)
	return end
}

// skip is where the run of the bytes in set ends that begins at i, or of those not in set after ^.
func (s *search) skip(text string, i int, set string) int {
	others, isNot := strings.CutPrefix(set, "^")
	n := strings.IndexFunc(text[i:], func(r rune) bool { return strings.ContainsRune(others, r) == isNot })
	if n < 0 {
		n = len(text) - i
	}
	s.steps += n
	return i + n
}
