package oauthflow

import (
	"net/http"
	"strings"
)

// A challenge is one of a WWW-Authenticate header (RFC 9110, section 11.6.1). The names of its params are in lower
// case.
type challenge struct {
	scheme string
	params map[string]string
}

// bearerChallenges returns the challenges of the scheme Bearer, from all lines of the header.
func bearerChallenges(h http.Header) (found []challenge) {
	for _, line := range h.Values("Www-Authenticate") {
		for _, c := range challenges(line) {
			if strings.EqualFold(c.scheme, "Bearer") {
				found = append(found, c)
			}
		}
	}
	return found
}

// challenges reads a line. It skips what it does not understand, and keeps the first value of a duplicate param.
func challenges(line string) (found []challenge) {
	for line != "" {
		line = strings.TrimLeft(line, " \t,")
		name := word(line)
		rest := strings.TrimLeft(line[len(name):], " \t")
		switch {
		case name == "" && line != "": // not a token: skip a character
			line = line[1:]
		case strings.HasPrefix(rest, "=") && len(found) > 0: // a param of the challenge before
			var value string
			value, line = paramValue(strings.TrimLeft(rest[1:], " \t"))
			if params, name := found[len(found)-1].params, strings.ToLower(name); !has(params, name) {
				params[name] = value
			}
		case strings.HasPrefix(rest, "="):
			_, line = paramValue(strings.TrimLeft(rest[1:], " \t"))
		default:
			if name != "" {
				found = append(found, challenge{name, map[string]string{}})
			}
			line = rest
		}
	}
	return found
}

func has(params map[string]string, name string) bool {
	_, ok := params[name]
	return ok
}

// word returns the token (RFC 9110, section 5.6.2), or token68, that text begins with.
func word(text string) string {
	const others = "!#$%&'*+-.^_`|~/"
	end := strings.IndexFunc(text, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(others, r))
	})
	if end < 0 {
		return text
	}
	return text[:end]
}

// paramValue reads a quoted or a plain value, and returns what follows.
func paramValue(text string) (value, rest string) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexAny(text, " \t,")
		if end < 0 {
			end = len(text)
		}
		return text[:end], text[end:]
	}
	var unquoted strings.Builder
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return unquoted.String(), text[i+1:]
		case '\\':
			if i++; i == len(text) {
				continue
			}
		}
		unquoted.WriteByte(text[i])
	}
	return unquoted.String(), ""
}
