package apijson

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deep arrays and objects may nest: encoding/json's own limit, so that both accept the same texts.
const maxDepth = 10000

// ErrMemory is the error for a text that would need more memory than is allowed for its size, such as [{},{},…] for
// large structs. Decoding allocates at most memoryFloor bytes plus memoryRatio times the text; real pages need one to
// three times their text.
var ErrMemory = errors.New("decoding the JSON would take more than 8 MiB plus 8 times its size in memory")

const (
	memoryFloor = 8 << 20
	memoryRatio = 8
)

// A scanner reads a JSON text and refuses what encoding/json refuses. It keeps the first error: from then on, it is at
// the end of the text, so that every loop ends.
type scanner struct {
	text  string
	pos   int
	depth int
	room  int // how many bytes may still be allocated
	err   error
}

func newScanner(text string) scanner {
	return scanner{text: text, room: memoryFloor + memoryRatio*len(text)}
}

// charge subtracts n bytes from the memory that is left to allocate.
func (s *scanner) charge(n int) {
	if s.room -= n; s.room < 0 && s.err == nil {
		s.err, s.pos = ErrMemory, len(s.text)
	}
}

// chargeMember charges for member i of a map what Go allocates at most: a table for the first eight, a larger one with
// the ninth, and from then on a share of the later tables.
func (s *scanner) chargeMember(i int) { s.charge([...]int{0: 400, 8: 800, 9: 200}[min(i, 9)]) }

func (s *scanner) fail(msg string) {
	if s.err == nil {
		if s.pos >= len(s.text) {
			msg = "unexpected end"
		}
		s.err = fmt.Errorf("invalid JSON at byte %d: %s", min(s.pos, len(s.text)), msg)
	}
	s.pos = len(s.text)
}

// peek skips white space and returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	for s.pos < len(s.text) {
		c := s.text[s.pos]
		if c > ' ' || c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c
		}
		s.pos++
	}
	return 0
}

// open begins to read the array or object that is next, and reports whether it has an element or member:
//
//	for more := s.open(']'); more; more = s.next(']') { … }
func (s *scanner) open(end byte) (more bool) {
	s.pos++
	if s.depth++; s.depth > maxDepth {
		s.fail("nested too deep")
	}
	return s.peek() != end || s.close()
}

// next continues after an element or member, and reports whether there is another.
func (s *scanner) next(end byte) (more bool) {
	switch c := s.peek(); {
	case c == end:
		return s.close()
	case c == ',':
		s.pos++
		return true
	}
	s.fail("expected a comma or the end of the array or object")
	return false
}

func (s *scanner) close() (more bool) {
	s.pos++
	s.depth--
	return false
}

// value scans any value and returns its text, "" after an error.
func (s *scanner) value() (raw string) {
	first := s.peek()
	start := s.pos
	switch first {
	case '"':
		s.str()
	case '{':
		for more := s.open('}'); more; more = s.next('}') {
			s.key()
			s.value()
		}
	case '[':
		for more := s.open(']'); more; more = s.next(']') {
			s.value()
		}
	case 't':
		s.literal("true")
	case 'f':
		s.literal("false")
	case 'n':
		s.literal("null")
	default:
		s.number()
	}
	if s.err != nil {
		return ""
	}
	return s.text[start:s.pos]
}

func isNumber(raw string) bool { return raw != "" && (raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9') }

// weigh scans a value and charges what encoding/json would allocate, at most, to decode it into an any.
func (s *scanner) weigh() {
	switch s.peek() {
	case '{':
		s.charge(64)
		for i, more := 0, s.open('}'); more; i, more = i+1, s.next('}') {
			s.key()
			s.chargeMember(i)
			s.weigh()
		}
	case '[':
		s.charge(64)
		for more := s.open(']'); more; more = s.next(']') {
			s.charge(100) // 16 bytes, and the same for each time that the slice grew
			s.weigh()
		}
	default:
		s.charge(32 + len(s.value()))
	}
}

// key scans a member's name and the colon after it.
func (s *scanner) key() (name string) {
	if s.peek() != '"' {
		s.fail("expected a member name")
		return ""
	}
	name = s.content()
	if s.peek() != ':' {
		s.fail("expected a colon")
		return ""
	}
	s.pos++
	return name
}

// content scans a string and returns its value: a part of the text, unless it has escapes or invalid UTF-8.
func (s *scanner) content() string {
	inner, plain := s.str()
	if plain {
		return inner
	}
	return s.unquote(inner)
}

// str scans a string and returns the text between its quotes, and whether that is plain: without escapes and invalid
// UTF-8.
func (s *scanner) str() (inner string, plain bool) {
	const (
		ones = 0x0101010101010101
		high = 0x8080808080808080
	)
	// Skip eight bytes at a time that are printable ASCII without quote and backslash.
	text, start := s.text, s.pos+1
	i := start
	for ; i <= len(text)-8; i += 8 {
		t := text[i : i+8]
		x := uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 |
			uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
		quote, slash := x^ones*'"', x^ones*'\\'
		// The lowest high bit of each term marks the first byte that is a quote, a backslash, below a space, or not
		// ASCII: a borrow spoils only what comes after it.
		if found := ((quote - ones) | (slash - ones) | (x - ones*' ') | x) & high; found != 0 {
			i += bits.TrailingZeros64(found) / 8
			if text[i] == '"' {
				s.pos = i + 1
				return text[start:i], true
			}
			break
		}
	}
	return s.bytewise(start, i)
}

// bytewise scans the rest, from i on, of a string that begins at start.
func (s *scanner) bytewise(start, i int) (inner string, plain bool) {
	plain, ascii := true, true
	for i < len(s.text) {
		switch c := s.text[i]; {
		case c == '"':
			s.pos = i + 1
			inner = s.text[start:i]
			return inner, plain && (ascii || utf8.ValidString(inner))
		case c == '\\':
			plain = false
			_, n := escape(s.text[i:])
			if n == 0 {
				s.pos = i + 1
				s.fail("unknown escape in a string")
				return "", false
			}
			i += n
		case c < ' ':
			s.pos = i
			s.fail("control character in a string")
			return "", false
		default:
			ascii = ascii && c < utf8.RuneSelf
			i++
		}
	}
	s.pos = len(s.text)
	s.fail("")
	return "", false
}

// escape reads the escape at the beginning of text, with its backslash; n is 0 if there is none.
func escape(text string) (r rune, n int) {
	if len(text) < 2 || text[0] != '\\' {
		return 0, 0
	}
	if i := strings.IndexByte(`"\/bfnrt`, text[1]); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), 2
	}
	if text[1] == 'u' && len(text) >= 6 {
		if code, err := strconv.ParseUint(text[2:6], 16, 16); err == nil {
			return rune(code), 6
		}
	}
	return 0, 0
}

func (s *scanner) literal(word string) {
	if !strings.HasPrefix(s.text[s.pos:], word) {
		s.fail("expected " + word)
		return
	}
	s.pos += len(word)
}

func (s *scanner) number() {
	s.skip("-")
	if !s.skip("0") && !s.digits() {
		s.fail("expected a value")
	}
	if s.skip(".") && !s.digits() {
		s.fail("expected a digit after the decimal point")
	}
	if s.skip("eE") {
		s.skip("+-")
		if !s.digits() {
			s.fail("expected a digit in the exponent")
		}
	}
}

// skip skips the next byte if it is in set, and reports whether it was.
func (s *scanner) skip(set string) bool {
	if s.pos >= len(s.text) || strings.IndexByte(set, s.text[s.pos]) < 0 {
		return false
	}
	s.pos++
	return true
}

// digits skips digits and reports whether there were any.
func (s *scanner) digits() bool {
	start := s.pos
	for s.pos < len(s.text) && s.text[s.pos] >= '0' && s.text[s.pos] <= '9' {
		s.pos++
	}
	return s.pos > start
}

// unquote resolves the escapes of a scanned string; as in encoding/json, lone surrogates and invalid UTF-8 become
// U+FFFD.
func (s *scanner) unquote(in string) string {
	room := len(in)
	if !utf8.ValidString(in) {
		room *= 3 // a byte can become three
	}
	s.charge(room)
	var out strings.Builder
	out.Grow(room)
	for i := 0; i < len(in); {
		r, n := escape(in[i:])
		if n == 0 {
			r, n = utf8.DecodeRuneInString(in[i:])
		} else if utf16.IsSurrogate(r) {
			low, width := escape(in[i+n:])
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				n += width
			}
		}
		out.WriteRune(r)
		i += n
	}
	return out.String()
}
