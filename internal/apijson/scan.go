package apijson

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deep arrays and objects may nest: encoding/json's own limit, so that both accept the same texts.
const maxDepth = 10000

// A SyntaxError says where a text stops being JSON.
type SyntaxError struct {
	Offset int // bytes before the error
	msg    string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid JSON at byte %d: %s", e.Offset, e.msg)
}

// A scanner walks over one JSON text and refuses whatever encoding/json refuses.
type scanner struct {
	text  string
	pos   int
	depth int
}

func (s *scanner) fail(msg string) error {
	if s.pos >= len(s.text) {
		msg = "unexpected end"
	}
	return &SyntaxError{Offset: min(s.pos, len(s.text)), msg: msg}
}

// peek skips white space and returns the byte after it, 0 at the end.
func (s *scanner) peek() byte {
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; c {
		case ' ', '\n', '\r', '\t':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// end refuses anything but white space.
func (s *scanner) end() error {
	if s.peek(); s.pos < len(s.text) {
		return s.fail("unexpected data after the value")
	}
	return nil
}

// A token is one scanned value.
type token struct {
	raw   string
	plain bool // a string whose content is raw without its quotes
}

// kind is the first byte of the value: one of { [ " t f n - or a digit.
func (t token) kind() byte { return t.raw[0] }

func (t token) isNumber() bool { return t.raw[0] == '-' || t.raw[0] >= '0' && t.raw[0] <= '9' }

// text is the content of a string.
func (t token) text() string {
	inner := t.raw[1 : len(t.raw)-1]
	if t.plain {
		return inner
	}
	return unquote(inner)
}

// value scans any value.
func (s *scanner) value() (token, error) {
	c, start := s.peek(), s.pos
	var plain bool
	var err error
	switch c {
	case '"':
		plain, err = s.str()
	case '{':
		err = s.each('}', func() error {
			if _, err := s.key(); err != nil {
				return err
			}
			_, err := s.value()
			return err
		})
	case '[':
		err = s.each(']', func() error {
			_, err := s.value()
			return err
		})
	case 't':
		err = s.literal("true")
	case 'f':
		err = s.literal("false")
	case 'n':
		err = s.literal("null")
	default:
		err = s.number()
	}
	if err != nil {
		return token{}, err
	}
	return token{raw: s.text[start:s.pos], plain: plain}, nil
}

// each walks over the array or object that begins here and calls element where each element or member begins.
func (s *scanner) each(end byte, element func() error) error {
	s.pos++
	if s.depth++; s.depth > maxDepth {
		return s.fail("nested too deep")
	}
	if s.peek() == end {
		s.pos++
		s.depth--
		return nil
	}
	for {
		if err := element(); err != nil {
			return err
		}
		switch s.peek() {
		case ',':
			s.pos++
		case end:
			s.pos++
			s.depth--
			return nil
		default:
			return s.fail("expected a comma or the end of the array or object")
		}
	}
}

// key scans a member's name and the colon after it.
func (s *scanner) key() (string, error) {
	if s.peek() != '"' {
		return "", s.fail("expected a member name")
	}
	start := s.pos
	plain, err := s.str()
	if err != nil {
		return "", err
	}
	name := token{raw: s.text[start:s.pos], plain: plain}
	if s.peek() != ':' {
		return "", s.fail("expected a colon")
	}
	s.pos++
	return name.text(), nil
}

// str scans a string and reports whether it is plain: free of escapes and of invalid UTF-8.
func (s *scanner) str() (plain bool, err error) {
	start := s.pos + 1
	plain = true
	ascii := true
	for i := start; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '"':
			s.pos = i + 1
			return plain && (ascii || utf8.ValidString(s.text[start:i])), nil
		case c == '\\':
			plain = false
			i++
			if i < len(s.text) && s.text[i] == 'u' {
				if _, ok := hex4(s.text[i+1:]); !ok {
					s.pos = i
					return false, s.fail(`expected four hex digits after \u`)
				}
				i += 4
			} else if i < len(s.text) && strings.IndexByte(`"\/bfnrt`, s.text[i]) < 0 {
				s.pos = i
				return false, s.fail("unknown escape in a string")
			}
		case c < ' ':
			s.pos = i
			return false, s.fail("control character in a string")
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	s.pos = len(s.text)
	return false, s.fail("")
}

func (s *scanner) literal(word string) error {
	if !strings.HasPrefix(s.text[s.pos:], word) {
		return s.fail("expected " + word)
	}
	s.pos += len(word)
	return nil
}

func (s *scanner) number() error {
	if s.pos < len(s.text) && s.text[s.pos] == '-' {
		s.pos++
	}
	switch {
	case s.pos < len(s.text) && s.text[s.pos] == '0':
		s.pos++
	case !s.digits():
		return s.fail("expected a value")
	}
	if s.pos < len(s.text) && s.text[s.pos] == '.' {
		s.pos++
		if !s.digits() {
			return s.fail("expected a digit after the decimal point")
		}
	}
	if s.pos < len(s.text) && (s.text[s.pos] == 'e' || s.text[s.pos] == 'E') {
		s.pos++
		if s.pos < len(s.text) && (s.text[s.pos] == '+' || s.text[s.pos] == '-') {
			s.pos++
		}
		if !s.digits() {
			return s.fail("expected a digit in the exponent")
		}
	}
	return nil
}

// digits skips digits and reports whether there were any.
func (s *scanner) digits() bool {
	start := s.pos
	for s.pos < len(s.text) && s.text[s.pos] >= '0' && s.text[s.pos] <= '9' {
		s.pos++
	}
	return s.pos > start
}

// unquote resolves the escapes of a scanned string; as in encoding/json, lone surrogates and invalid UTF-8 become U+FFFD.
func unquote(in string) string {
	out := make([]byte, 0, len(in))
	for i := 0; i < len(in); {
		if in[i] != '\\' {
			r, n := utf8.DecodeRuneInString(in[i:])
			out = utf8.AppendRune(out, r)
			i += n
			continue
		}
		c := in[i+1]
		i += 2
		switch c {
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'u':
			r, _ := hex4(in[i:])
			i += 4
			if utf16.IsSurrogate(r) {
				low := rune(-1)
				if strings.HasPrefix(in[i:], `\u`) {
					low, _ = hex4(in[i+2:])
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					i += 6
				}
			}
			out = utf8.AppendRune(out, r)
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

// hex4 reads the four hex digits of a \u escape.
func hex4(in string) (r rune, ok bool) {
	if len(in) < 4 {
		return 0, false
	}
	for i := range 4 {
		c := rune(in[i])
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | c
	}
	return r, true
}
