package redact

import "strings"

// tokens returns the pass for JWTs and Telnyx API keys.
func tokens() pass {
	ruledOut := 0 // no JWT begins before; without it, a long word of many eyJ would be read again for each
	return func(text string, i int) (string, int) {
		switch start := i + len("eyJ"); {
		case strings.HasPrefix(text[i:], "KEY"):
			if end := wordEnd(text, start, ""); end-start >= 16 {
				return Mask, end
			}
		case strings.HasPrefix(text[i:], "eyJ") && i >= ruledOut:
			dot := wordEnd(text, start, "-")
			if dot-start >= 5 && strings.HasPrefix(text[dot:], ".") {
				if end := wordEnd(text, dot+1, "-"); end > dot+1 {
					return Mask, wordEnd(text, end, "-.")
				}
			}
			ruledOut = dot
		}
		return "", i
	}
}

// credentials is the pass for those of an Authorization header, but not for prose such as "Basic authentication".
func credentials(text string, i int) (string, int) {
	for _, scheme := range []string{"bearer", "basic"} {
		if !startsWord(text, i, scheme) {
			continue
		}
		after := i + len(scheme)
		start := skip(text, after, " \t")
		end := wordEnd(text, start, ".~+/-")
		if start == after || end-start < 8 {
			continue
		}
		end = skip(text, end, "=")
		if isProse(text[start:end]) {
			return text[i:end], end
		}
		return text[i:start] + Mask, end
	}
	return "", i
}

// isProse reports whether a word has only small letters, apart from the first.
func isProse(word string) bool {
	word = strings.ToLower(word[:1]) + strings.TrimSuffix(word[1:], "=")
	return strings.Trim(word, "abcdefghijklmnopqrstuvwxyz_-") == ""
}

// consent is the pass for consent tokens in paths.
func consent(text string, i int) (string, int) {
	if !strings.HasPrefix(text[i:], consentPath) {
		return "", i
	}
	start := i + len(consentPath)
	end := until(text, start, space+`/?#&"'<>\`)
	if start == end {
		return "", i
	}
	return consentPath + Mask, end
}

// password is the pass for those in URLs.
func password(text string, i int) (string, int) {
	if !strings.HasPrefix(text[i:], "://") {
		return "", i
	}
	colon := until(text, i+len("://"), space+"/?#:@")
	if !strings.HasPrefix(text[colon:], ":") {
		return "", i
	}
	start := colon + 1
	at := strings.LastIndexByte(text[start:until(text, start, space+"/?#")], '@')
	if at < 0 {
		return "", i
	}
	return text[i:start] + Mask, start + at
}
