package redact

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"
)

const (
	space = " \t\n\f\r"
	word  = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
	stops = space + `&"'<>#;,\`
)

// look hides what is a secret in v by its value, its look or its name. The table says what a secret begins with or follows:
// find hides it, and returns from where to go on. Not a regular expression: package regexp would add 260 KB to every program.
func (s *search) look(v view) {
	s.values(v)
	for _, row := range [...]struct {
		mark string
		find func(s *search, v view, at, after int) (next int)
	}{
		{"KEY", (*search).apiKey}, {"eyJ", (*search).jwt}, {"oauth/consent/", (*search).consent}, {"://", (*search).password},
		{"earer", (*search).credentials}, {"EARER", (*search).credentials},
		{"asic", (*search).credentials}, {"ASIC", (*search).credentials},
		{"<", (*search).field}, {"=", (*search).assignment}, {":", (*search).assignment},
	} {
		s.steps += len(v.text)
		for i := 0; ; {
			n := strings.Index(v.text[i:], row.mark)
			if n < 0 {
				break
			}
			i = row.find(s, v, i+n, i+n+len(row.mark))
		}
	}
}

func (s *search) apiKey(v view, at, after int) int {
	end := s.skip(v.text, after, word)
	if end-after >= 16 {
		s.hide(v, at, end)
	}
	return end
}

func (s *search) jwt(v view, at, after int) int {
	dot := s.skip(v.text, after, word+"-")
	if dot-after < 5 || s.skip(v.text, dot, ".") != dot+1 || s.skip(v.text, dot+1, word+"-") == dot+1 {
		return dot
	}
	end := s.skip(v.text, dot, word+"-.")
	s.hide(v, at, end)
	return end
}

// credentials hides those of an Authorization header, but no prose such as "Basic authentication".
func (s *search) credentials(v view, at, after int) int {
	start := s.skip(v.text, after, " \t")
	if at == 0 || v.text[at-1]|0x20 != 'b' || !isWhole(v.text, at-1, after) || start == after {
		return after
	}
	end := s.skip(v.text, start, word+".~+/-=")
	if isProse(v.text[start:end]) {
		return after
	}
	s.hide(v, start, end)
	return end
}

// isProse reports whether a word is short or has only small letters, apart from the first.
func isProse(text string) bool {
	return len(text) < sureLength || strings.Trim(strings.ToLower(text[:1])+text[1:], word[:26]+"_-=") == ""
}

// consent hides the one secret that travels in a path.
func (s *search) consent(v view, _, after int) int {
	end := s.until(v.text, after, space+`/?#"'<>\`)
	s.hide(v, after, end)
	return end
}

// password hides the one in a URL.
func (s *search) password(v view, _, after int) int {
	colon := s.until(v.text, after, space+"/?#:@")
	end := s.until(v.text, colon, space+"/?#")
	if strings.HasPrefix(v.text[colon:], ":") {
		s.hide(v, colon+1, colon+strings.LastIndexByte(v.text[colon:end], '@'))
	}
	return colon
}

// field hides the value of an HTML field with a secret name: <input name="csrf_token" value="…">.
func (s *search) field(v view, _, after int) int {
	text, i := v.text, s.skip(v.text, after, word)
	if !strings.Contains(" input meta button textarea option ", " "+strings.ToLower(text[after:min(i, after+9)])+" ") {
		return i
	}
	secret, values := false, [][2]int{}
	for i < len(text) && text[i] != '>' {
		equals := s.until(text, i, "=>")
		name := strings.ToLower(strings.TrimSpace(text[i:equals]))
		start := s.skip(text, equals, "="+space)
		end := s.until(text, start, space+">")
		if start < end && strings.IndexByte(`"'`, text[start]) >= 0 {
			start++
			end = s.until(text, start, text[start-1:start])
		}
		switch {
		case strings.HasSuffix(name, "name"), strings.HasSuffix(name, "id"):
			secret = secret || Name(text[start:end])
		case strings.HasSuffix(name, "value"), strings.HasSuffix(name, "content"):
			values = append(values, [2]int{start, end})
		}
		i = end + s.skip(text, end, `"'`) - end
	}
	for _, value := range values {
		if secret {
			s.hide(v, value[0], value[1])
		}
	}
	return i
}

// assignment hides what text gives to a secret name: name=value, "name": value or 'name' => value. The = or : is at at.
func (s *search) assignment(v view, at, after int) int {
	text := v.text
	head := strings.TrimRight(text[:at], space)
	name := strings.TrimRight(head, `"'`)
	first := len(strings.TrimRight(name, word+".%[]-"))
	s.steps += at - first
	unquoted := len(name) == len(head)
	name = name[first:]
	_, err := url.QueryUnescape(name)
	if text[at] == ':' && unquoted || err == nil && !s.secret(name, first > 0 && strings.IndexByte("?&#", text[first-1]) >= 0) {
		return after
	}
	start := s.skip(text, s.skip(text, after, ">"), space)
	end := s.valueEnd(text, start)
	value := text[start:end]
	switch {
	case strings.Trim(value[:min(1, len(value))], `[{`) != "" || s.learned == nil:
		s.hide(v, start+len(value)-len(strings.TrimLeft(value, `"'`)), start+len(strings.TrimRight(value, `"'`)))
	case json.Valid([]byte(value)):
		s.json(v, gjson.Parse(value), true, 0)
	}
	return max(end, after)
}

// valueEnd is where the assigned value that begins at i ends.
func (s *search) valueEnd(text string, i int) int {
	if i == len(text) || strings.IndexByte(`"'[{`, text[i]) < 0 {
		return s.until(text, i, stops)
	}
	depth, quote := 0, byte(0)
	for ; i < len(text); i++ {
		s.steps++
		switch c := text[i]; {
		case quote != 0 && c == '\\':
			i++
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
		case c == '"', c == '\'':
			quote = c
		case c == '[', c == '{':
			depth++
		case c == ']', c == '}':
			depth--
		}
		if depth == 0 && quote == 0 {
			return i + 1
		}
	}
	return len(text)
}

// secret reports whether what has this name is a secret. A code is one in a request and in a query; elsewhere it is the code
// of an error.
func (s *search) secret(name string, inQuery bool) bool {
	return Name(name) && (s.learned != nil || inQuery || bare(name) != "code")
}

// skip is where the run of the bytes in set begins that ends at i.
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
