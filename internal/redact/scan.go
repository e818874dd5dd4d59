package redact

import "strings"

const space = " \t\n\f\r"

// until is where the first of stops is at or after i, or else the end.
func until(text string, i int, stops string) int {
	if n := strings.IndexAny(text[i:], stops); n >= 0 {
		return i + n
	}
	return len(text)
}

// through is until and the stop itself.
func through(text string, i int, stop string) int { return min(until(text, i, stop)+1, len(text)) }

// skip is where the run of the bytes in set that begins at i ends.
func skip(text string, i int, set string) int {
	return len(text) - len(strings.TrimLeft(text[i:], set))
}

// wordEnd is where the word that begins at i ends, which may also have the bytes in extra.
func wordEnd(text string, i int, extra string) int {
	for i < len(text) && (isWord(text[i]) || strings.IndexByte(extra, text[i]) >= 0) {
		i++
	}
	return i
}

// startsWord reports whether a word that begins at i begins with start, in any case.
func startsWord(text string, i int, start string) bool {
	return len(text)-i >= len(start) && (i == 0 || !isWord(text[i-1])) && strings.EqualFold(text[i:i+len(start)], start)
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}
