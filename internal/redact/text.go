package redact

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
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
func (s *search) look(v view) {
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
		for _, rest, ok := strings.Cut(v.text, row.mark); ok; _, rest, ok = strings.Cut(rest, row.mark) {
			start := len(v.text) - len(rest)
			end := s.skip(v.text, start, row.run)
			if end-start >= row.least && strings.ContainsAny(v.text[start:end], row.needs) {
				s.hide(v, start-row.own, end)
			}
			rest = v.text[end:]
		}
	}
}

// values hides the known secrets in v, and reports whether there are any.
func (s *search) values(v view) (found bool) {
	for n := leastLength; n <= min(pieceLength, len(v.text)); n++ {
		last := len(v.text) - n
		for i := 0; i <= last && s.known.lengths>>n&1 == 1; i++ {
			if s.known.pieces[v.text[i:i+n]] && (n >= sureLength || IsWhole(v.text, i, i+n)) {
				s.hide(v, i, i+n)
				found = true
			}
		}
		if s.known.pieces[cut+v.text[last:]] {
			s.hide(v, last, len(v.text))
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
func (s *search) assignments(v view) {
	const marks = "^=:< \t"
	text, tag := v.text, 0 // where the tag ends that names a secret
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
func (s *search) hideValue(v view, start int) int {
	text, end := v.text, s.skip(v.text, start, "^"+space+`&"'<>#;,\`)
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

// A view is a text, or a part of it, with escapes undone.
type view struct {
	text string
	at   []int32 // where each byte is in the original, and where the text ends there
}

func whole(text string) view {
	at := make([]int32, len(text)+1)
	for i := range at {
		at[i] = int32(i)
	}
	return view{text, at}
}

func (v view) part(i, j int) view { return view{v.text[i:j], v.at[i : j+1]} }

// undo returns v with the escapes undone that begin with one of the bytes in marks.
func undo(v view, marks string) view {
	text, at := make([]byte, 0, len(v.text)), make([]int32, 0, len(v.at))
	for i := 0; i < len(v.text); {
		undone, size := unescape(v.text[i:], marks)
		text = append(text, undone...)
		for range len(undone) {
			at = append(at, v.at[i])
		}
		i += size
	}
	return view{string(text), append(at, v.at[len(v.text)])}
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

const all = `\&%+` // marks of escapes

// plain is text without escapes.
func plain(text string) string {
	layers(whole(text), func(v view) { text = v.text })
	return text
}

// layers visits v as it is, then with one kind of escape undone (the % of 100% in JSON begins no escape), and then with
// all kinds undone, layer by layer.
func layers(v view, visit func(view)) {
	visit(v)
	if !strings.ContainsAny(v.text, all) {
		return
	}
	for _, marks := range [...]string{`\`, "&", "%", "%+", all, all, all, all, all, all} {
		undone := undo(v, marks)
		if undone.text != v.text {
			visit(undone)
		}
		if marks == all {
			v = undone
		}
	}
}
