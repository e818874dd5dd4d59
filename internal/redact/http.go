package redact

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"
)

func (s *search) header(name, value string) {
	if !Name(name) {
		s.text(whole(value))
		return
	}
	scheme, credentials, _ := strings.Cut(value, " ")
	shown := 0
	if strings.EqualFold(scheme, "bearer") || strings.EqualFold(scheme, "basic") {
		shown = len(value) - len(credentials)
	}
	s.hide(whole(value), shown, len(value))
	s.learned.learn(value, strings.TrimSpace(credentials))
	for part := range strings.SplitSeq(value, ";") { // of a cookie
		_, cookie, _ := strings.Cut(part, "=")
		s.learned.learn(strings.TrimSpace(cookie))
	}
	// HTTP Basic is form-encoded (RFC 6749, section 2.3.1) or not, and what else encodes the pair is as secret.
	pair, _ := base64.RawStdEncoding.DecodeString(strings.Trim(credentials, "= "))
	decoded, _ := url.QueryUnescape(string(pair))
	if _, secret, ok := strings.Cut(string(pair), ":"); ok {
		s.learned.learn(secret)
		for _, pair := range [][]byte{pair, []byte(decoded)} {
			s.learned.learn(base64.RawStdEncoding.EncodeToString(pair), base64.RawURLEncoding.EncodeToString(pair))
		}
	}
}

// urlText is u without its fragment.
func urlText(u *url.URL) string {
	if u == nil {
		return ""
	}
	text, _, _ := strings.Cut(u.String(), "#")
	return text
}

// body reports whether a body is JSON.
func (s *search) body(contentType, body string) bool {
	isJSON := json.Valid([]byte(body))
	isForm := strings.HasPrefix(strings.ToLower(strings.TrimSpace(contentType)), "application/x-www-form-urlencoded")
	switch {
	case isJSON:
		s.json(body, gjson.Parse(body), false, 0)
	case isForm, s.learned != nil:
		s.form(whole(body))
	default:
		s.text(whole(body))
	}
	return isJSON
}

// form hides, in a form or URL, what belongs to a secret name up to the &, and what the other values hold.
func (s *search) form(v view) {
	for i := 0; i < len(v.text); {
		end := s.until(v.text, i, "&")
		name, value, _ := strings.Cut(v.text[i:end], "=")
		_, malformed := url.QueryUnescape(value)
		if malformed != nil || Name(plain(name[strings.LastIndexByte(name, '?')+1:])) {
			s.hide(v, end-len(value), end)
		}
		i = end + 1
	}
	s.text(v)
}

// maxDepth is how deep JSON is looked into, as gjson reads each level again. What is deeper is hidden as a whole.
const maxDepth = 32

// json hides the secrets in value, a part of the JSON text: all of it if secret is true.
func (s *search) json(text string, value gjson.Result, secret bool, depth int) {
	s.steps += len(value.Raw)
	start, end, isScalar := value.Index, value.Index+len(value.Raw), value.Type != gjson.JSON
	switch {
	case secret && (value.Type == gjson.Null || value.Raw == `""`):
	case depth > maxDepth, secret && (isScalar || s.learned == nil),
		value.Type == gjson.Number && s.known.in(value.Raw):
		s.learned.learn(value.String())
		s.spans = append(s.spans, span{int32(start), int32(end), true})
	case value.Type == gjson.String:
		s.text(undo(view{text[start+1 : end-1], func(i int) int32 { return int32(start + 1 + i) }}, `\`))
	case !isScalar:
		value.ForEach(func(key, member gjson.Result) bool {
			if key.Type == gjson.String {
				s.json(text, key, false, depth)
			}
			s.json(text, member, secret || s.secret(key.Str, false), depth+1)
			return true
		})
	}
}
