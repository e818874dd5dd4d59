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
	space = " \t\n\f\r"
	upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	word  = "abcdefghijklmnopqrstuvwxyz_" + upper
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
func anyName(text string) bool {
	isSyntax := func(r rune) bool { return strings.ContainsRune(space+`="';`, r) }
	return slices.ContainsFunc(strings.FieldsFunc(text, isSyntax), Name)
}

// secret is Name, but for a code: that is a secret in a request and in a query, and elsewhere says what an error is.
func (s *search) secret(name string, inQuery bool) bool {
	return Name(name) && (s.learned != nil || inQuery || bare(name) != "code")
}

// look hides what is a secret in v by its value, its name or its look. The table has the looks: after a text and a gap,
// a secret begins so, goes on with at least so many bytes of run, and has one that it needs after the first.
// Not regular expressions: package regexp would add 260 KB to every program.
func (s *search) look(v view) {
	s.values(v)
	s.assignments(v)
	const base64, unlikeProse = word + ".~+/-=", upper + ".~+/" // as in Basic authentication
	for _, row := range [...]struct {
		after, gap, begin, run, needs string
		least                         int
	}{
		{"", "", "KEY", word, word, 16}, {"", "", "eyJ", word + "-.", ".", 13},
		{"PRIVATE KEY-----", "", "", base64 + space, base64, 16},
		{"oauth/consent/", "", "", word + "-.~%!$&()*+,;=:@|", "", 1},
		{"bearer ", " ", "", base64, unlikeProse, sureLength}, {"basic ", " ", "", base64, unlikeProse, sureLength},
		{"Bearer ", " ", "", base64, unlikeProse, sureLength}, {"Basic ", " ", "", base64, unlikeProse, sureLength},
		{"BEARER ", " ", "", base64, unlikeProse, sureLength}, {"BASIC ", " ", "", base64, unlikeProse, sureLength},
	} {
		mark := row.after + row.begin
		s.steps += len(v.text)
		for _, rest, ok := strings.Cut(v.text, mark); ok; _, rest, ok = strings.Cut(rest, mark) {
			start := s.skip(v.text, len(v.text)-len(rest), row.gap)
			end := s.skip(v.text, start, row.run)
			if end-start >= row.least && (row.needs == "" || strings.ContainsAny(v.text[start+1:end], row.needs)) {
				s.hide(v, start-len(row.begin), end)
			}
			rest = v.text[end:]
		}
	}
}

// values hides the known secrets in v.
func (s *search) values(v view) {
	for n := leastLength; n <= min(pieceLength, len(v.text)); n++ {
		last := len(v.text) - n
		for i := 0; i <= last && s.known.lengths>>n&1 == 1; i++ {
			s.steps++
			if s.known.pieces[v.text[i:i+n]] && (n >= sureLength || IsWhole(v.text, i, i+n)) {
				s.hide(v, i, i+n)
			}
		}
		if s.known.pieces[cut+v.text[last:]] {
			s.hide(v, last, len(v.text))
		}
	}
}

// IsWhole reports whether text[i:j] is not a part of a longer word.
func IsWhole(text string, i, j int) bool {
	return !strings.ContainsAny(text[max(i-1, 0):i], word) && !strings.ContainsAny(text[j:min(j+1, len(text))], word)
}

// assignments hides what v gives to secret names: name=value, "name": value, 'name' => value and, in a tag of HTML,
// name="name" value="value".
func (s *search) assignments(v view) {
	text, tag := v.text, 0 // where the tag ends that names a secret
	for i := s.until(text, 0, "=:<"); i < len(text); i = s.until(text, i, "=:<") {
		mark, head := text[i], strings.TrimRight(text[:i], space)
		unquoted := strings.TrimRight(head, `"'`)
		first := len(strings.TrimRight(unquoted, word+".%[]-"))
		s.steps += i - first
		name, malformed := url.QueryUnescape(unquoted[first:])
		isValue := strings.HasSuffix(strings.ToLower(name), "value") || strings.HasSuffix(strings.ToLower(name), "content")
		i++
		start := s.skip(text, s.skip(text, i, ">"), space)
		switch {
		case mark == '<':
			if end := s.until(text, i, "<>"); anyName(text[i:end]) {
				tag = end
			}
		case mark == ':' && unquoted == head: // is no assignment, but maybe before the password of a URL
			if strings.HasSuffix(strings.TrimRight(head, word+".%-~!$&()*+,;"), "//") {
				s.hide(v, i, i+strings.LastIndexByte(text[i:s.until(text, i, space+"/?#")], '@'))
			}
		case malformed != nil, isValue && i < tag,
			s.secret(name, first > 0 && strings.IndexByte("?&#", text[first-1]) >= 0):
			i = max(i, s.hideValue(v, start))
		}
	}
}

// hideValue hides the value that begins at start and returns where it ends: a string at its quotation mark, a list or
// an object at the last bracket of the text.
func (s *search) hideValue(v view, start int) int {
	text, end := v.text, s.until(v.text, start, space+`&"'<>#;,\`)
	switch quote := text[start:min(start+1, len(text))]; quote {
	case `"`, "'":
		start++
		end = s.until(text, start, quote+`\`)
		for end < len(text) && text[end] == '\\' {
			end = s.until(text, min(end+2, len(text)), quote+`\`)
		}
	case "[", "{":
		if end = strings.LastIndexByte(text, quote[0]+2) + 1; end <= start {
			end = len(text)
		}
	}
	s.hide(v, start, end)
	return end
}

// skip is where the run of the bytes in set ends that begins at i.
func (s *search) skip(text string, i int, set string) int {
	end := len(text) - len(strings.TrimLeft(text[i:], set))
	s.steps += end - i
	return end
}

// until is where the first of the bytes in set is, from i on, or else the end.
func (s *search) until(text string, i int, set string) int {
	n := strings.IndexAny(text[i:], set)
	if n < 0 {
		n = len(text) - i
	}
	s.steps += n
	return i + n
}

// A view is a text, or a part of it, with escapes undone.
type view struct {
	text  string
	start int     // where the text begins in the original
	at    []int32 // where each byte is in the original, or nil if no escape was undone
}

func whole(text string) view { return view{text: text} }

// original is where the byte at i is in the original, or where the escape begins that stands for it.
func (v view) original(i int) int {
	if v.at == nil {
		return v.start + i
	}
	return int(v.at[i])
}

// undo returns v with the escapes undone that begin with one of the bytes in marks.
func undo(v view, marks string) view {
	if !strings.ContainsAny(v.text, marks) {
		return v
	}
	text, at := make([]byte, 0, len(v.text)), make([]int32, 0, len(v.text)+1)
	for i := 0; i < len(v.text); {
		undone, size := v.text[i:i+1], 1
		if strings.IndexByte(marks, v.text[i]) >= 0 {
			undone, size = unescape(v.text[i:])
		}
		for range len(undone) {
			at = append(at, int32(v.original(i)))
		}
		text = append(text, undone...)
		i += size
	}
	return view{text: string(text), at: append(at, int32(v.original(len(v.text))))}
}

// entities are the names of HTML for what a secret may have. Package html would add 70 KB for the others.
const entities = `&quot;"&apos;'&lt;<&gt;>&sol;/&plus;+&equals;=&lowbar;_&amp;&`

// unescape returns what the escape at the beginning of text stands for, and the length of the escape. What begins with
// no escape stands for its first byte.
func unescape(text string) (undone string, size int) {
	switch {
	case text[0] == '+':
		return " ", 1
	case text[0] == '%' && len(text) > 2:
		if code, err := strconv.ParseUint(text[1:3], 16, 8); err == nil {
			return string([]byte{byte(code)}), 3
		}
	case strings.HasPrefix(text, `\/`):
		return "/", 2
	case text[0] == '\\' && len(text) > 1:
		if code, _, rest, err := strconv.UnquoteChar(text, text[1]); err == nil {
			return string(code), len(text) - len(rest)
		}
		size = min(len(text), 12) // of a pair of surrogates
		_ = json.Unmarshal([]byte(`"`+text[:size]+`"`), &undone)
	case text[0] == '&' && strings.Contains(text[:min(len(text), 12)], ";"):
		size = strings.IndexByte(text, ';') + 1
		if _, after, isKnown := strings.Cut(entities, text[:size]); isKnown {
			return after[:1], size
		}
		number, isNumber := strings.CutPrefix(strings.ToLower(text[:size-1]), "&#")
		number = strings.Replace(strings.TrimLeft(number, "0"), "x", "0x", 1)
		if code, err := strconv.ParseUint(number, 0, 32); isNumber && err == nil {
			return string(rune(code)), size
		}
	}
	if utf8.RuneCountInString(undone) != 1 {
		return text[:1], 1
	}
	return undone, size
}

const everyEscape = `\&%+`

// plain is text without escapes.
func plain(text string) string {
	v := whole(text)
	for range 6 {
		v = undo(v, everyEscape)
	}
	return v.text
}

// layers looks at v as it is, then with one kind of escape undone (the % of 100% in JSON begins no escape), and then
// with all kinds undone, layer by layer.
func (s *search) layers(v view) {
	s.look(v)
	const all = everyEscape
	for _, marks := range [...]string{`\`, "&", "%", "%+", all, all, all, all, all, all} {
		if undone := undo(v, marks); undone.text != v.text {
			s.look(undone)
			if marks == all {
				v = undone
			}
		}
	}
}
