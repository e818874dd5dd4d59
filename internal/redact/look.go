package redact

import (
	"net/url"
	"slices"
	"strings"
)

const (
	space = " \t\n\f\r"
	word  = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
	stops = space + `&"'<>#;,\`

	credentials = word + ".~+/-="
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
	name = bare(name)
	return slices.Contains([]string{
		"code", "devicecode", "usercode", "authcode", "authorizationcode", "jwt", "idtokenhint", "session", "sessionid",
	}, name) || slices.ContainsFunc([]string{"password", "passwd", "cookie", "apikey", "csrf"}, func(part string) bool {
		return strings.Contains(name, part)
	}) || slices.ContainsFunc([]string{
		"authorization", "token", "secret", "verifier", "assertion", "credential", "signature", "authkey", "accesskey",
		"privatekey", "secretkey",
	}, func(end string) bool { return strings.HasSuffix(name, end) })
}

// secret is Name, but for a code: that is a secret in a request and in a query, and elsewhere says what an error is.
func (s *search) secret(name string, inQuery bool) bool {
	return Name(name) && (s.learned != nil || inQuery || bare(name) != "code")
}

// look hides what is a secret in v by its value, its name or its look. The table has the looks: mark, gap and at least
// so many bytes of run. Not regular expressions: package regexp would add 260 KB to every program.
func (s *search) look(v view) {
	s.values(v)
	s.assignments(v)
	for _, row := range [...]struct {
		mark, gap, run string
		least          int
	}{
		{"KEY", "", word, 16}, {"eyJ", "", word + "-.", 13}, {"oauth/consent/", "", word + "-.~%!$&()*+,;=:@|", 1},
		{"earer", " \t", credentials, sureLength}, {"EARER", " \t", credentials, sureLength},
		{"asic", " \t", credentials, sureLength}, {"ASIC", " \t", credentials, sureLength},
	} {
		s.steps += len(v.text)
		for i := 0; ; {
			n := strings.Index(v.text[i:], row.mark)
			if n < 0 {
				break
			}
			at, after := i+n, i+n+len(row.mark)
			i = s.skip(v.text, after, row.gap)
			if row.gap != "" && (i == after || !isWhole(v.text, max(at-1, 0), after)) {
				continue
			}
			end := s.skip(v.text, i, row.run)
			isProse := strings.Trim(v.text[min(i+1, end):end], word[:26]+"_-=") == "" // as in Basic authentication
			isJWT := strings.Contains(strings.Trim(v.text[i:end], "."), ".")
			switch {
			case end-i < row.least, row.gap != "" && isProse, row.mark == "eyJ" && !isJWT:
			case len(row.mark) == len("KEY"): // is a part of the secret
				s.hide(v, at, end)
			default:
				s.hide(v, i, end)
			}
			if row.gap == "" {
				i = end
			}
		}
	}
}

// values hides the known secrets in v.
func (s *search) values(v view) {
	for n := leastLength; n <= min(pieceLength, len(v.text)); n++ {
		last := len(v.text) - n
		for i := 0; i <= last && s.known.lengths>>n&1 == 1; i++ {
			s.steps++
			if s.known.pieces[v.text[i:i+n]] && (n >= sureLength || isWhole(v.text, i, i+n)) {
				s.hide(v, i, i+n)
			}
		}
		if s.known.pieces[cut+v.text[last:]] {
			s.hide(v, last, len(v.text))
		}
	}
}

// isWhole reports whether text[i:j] is not a part of a longer word.
func isWhole(text string, i, j int) bool {
	return !strings.ContainsAny(text[max(i-1, 0):i], word) && !strings.ContainsAny(text[j:min(j+1, len(text))], word)
}

// assignments hides what v gives to secret names: name=value, "name": value, 'name' => value and, in a tag of HTML,
// name="name" value="value".
func (s *search) assignments(v view) {
	text, secretTag, values := v.text, false, []int{}
	for i := 0; ; {
		at := s.until(text, i, "=:<>")
		if i = at + 1; at == len(text) {
			return
		}
		head := strings.TrimRight(text[:at], space)
		unquoted := strings.TrimRight(head, `"'`)
		first := len(strings.TrimRight(unquoted, word+".%[]-"))
		s.steps += at - first
		name := unquoted[first:]
		_, malformed := url.QueryUnescape(name)
		attribute := "-" + strings.ToLower(name)
		start := s.skip(text, s.skip(text, i, ">"), space)
		switch {
		case text[at] == '<', text[at] == '>' && text[max(at-1, 0)] != '=':
			secretTag, values = false, nil
		case text[at] != '=' && unquoted == head: // is no assignment, but maybe before the password of a URL
			if strings.HasSuffix(strings.TrimRight(head, word+".%-~!$&()*+,;"), "//") {
				s.hide(v, i, i+strings.LastIndexByte(text[i:s.until(text, i, space+"/?#")], '@'))
			}
		case malformed != nil, s.secret(name, first > 0 && strings.IndexByte("?&#", text[first-1]) >= 0):
			i = max(i, s.hideValue(v, start))
		case strings.HasSuffix(attribute, "-name"):
			start = s.skip(text, start, `"'`)
			secretTag = secretTag || Name(text[start:s.until(text, start, stops+"=")])
		case (strings.HasSuffix(attribute, "-value") || strings.HasSuffix(attribute, "-content")) && len(values) < 8:
			values = append(values, start)
		}
		for ; secretTag && len(values) > 0; values = values[1:] {
			i = max(i, s.hideValue(v, values[0]))
		}
	}
}

// hideValue hides the value that begins at start and returns where it ends: a string at its quotation mark, a list or
// an object at the last bracket of the text.
func (s *search) hideValue(v view, start int) int {
	text, end := v.text, s.until(v.text, start, stops)
	switch quote := text[start:min(start+1, len(text))]; quote {
	case `"`, "'":
		start++
		for end = start; end < len(text) && text[end:end+1] != quote; end++ {
			if s.steps++; text[end] == '\\' {
				end++
			}
		}
		end = min(end, len(text))
	case "[", "{":
		if end = strings.LastIndexByte(text, quote[0]+2) + 1; end <= start {
			end = len(text)
		}
		if s.learned != nil {
			isSyntax := func(r rune) bool { return strings.ContainsRune(`{}[]":, `, r) }
			s.learned.learn(strings.FieldsFunc(text[start:end], isSyntax)...)
			return end
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
