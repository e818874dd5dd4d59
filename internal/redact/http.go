package redact

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"
)

func (s *search) header(name, value string) {
	v := view{text: value}
	if !Name(name) {
		s.text(v)
		return
	}
	scheme, credentials, _ := strings.Cut(value, " ")
	start := 0
	if scheme = strings.ToLower(scheme); scheme == "bearer" || scheme == "basic" {
		start = len(value) - len(credentials)
	}
	s.hide(v, start, len(value))
	s.learn(value, strings.TrimSpace(credentials))
	s.basic(strings.Trim(credentials, "= "))
	for part := range strings.SplitSeq(value, ";") { // of a cookie
		_, cookie, _ := strings.Cut(part, "=")
		s.learn(strings.TrimSpace(cookie))
	}
}

// basic learns the secret in HTTP Basic credentials, form-encoded (RFC 6749, section 2.3.1) or not, and what else encodes the
// pair, without padding.
func (s *search) basic(credentials string) {
	decoded, err := base64.RawStdEncoding.DecodeString(credentials)
	id, secret, isPair := strings.Cut(string(decoded), ":")
	if err != nil || !isPair {
		return
	}
	plainID, _ := url.QueryUnescape(id)
	plainSecret, _ := url.QueryUnescape(secret)
	s.learn(secret, plainSecret)
	for _, pair := range []string{string(decoded), plainID + ":" + plainSecret} {
		s.learn(base64.RawStdEncoding.EncodeToString([]byte(pair)), base64.RawURLEncoding.EncodeToString([]byte(pair)))
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
	v, isJSON := view{text: body}, json.Valid([]byte(body))
	isForm := strings.HasPrefix(strings.ToLower(strings.TrimSpace(contentType)), "application/x-www-form-urlencoded")
	switch {
	case isJSON:
		s.json(v, gjson.Parse(body), false, 0)
	case isForm, s.learned != nil:
		s.form(v)
	default:
		s.text(v)
	}
	return isJSON
}

// form hides, in a form or URL, what belongs to a secret name up to the &, and what the other values hold.
func (s *search) form(v view) {
	for i := 0; i < len(v.text); {
		end := s.until(v.text, i, "&")
		name, value, _ := strings.Cut(v.text[i:end], "=")
		decoded, err := url.QueryUnescape(value)
		if err != nil || Name(plain(name[strings.LastIndexByte(name, '?')+1:])) {
			s.hide(v, end-len(value), end)
			s.learn(decoded)
		}
		i = end + 1
	}
	s.text(v)
}

// maxDepth is how deep JSON is looked into, as gjson reads each level again. What is deeper is hidden as a whole.
const maxDepth = 32

// json hides the secrets in value, a part of the JSON in v: all of it if secret is true.
func (s *search) json(v view, value gjson.Result, secret bool, depth int) {
	s.steps += len(value.Raw)
	start, end := value.Index, value.Index+len(value.Raw)
	switch {
	case secret && (value.Type == gjson.Null || value.Raw == `""`):
	case depth > maxDepth, secret && (s.learned == nil || value.Type != gjson.JSON), value.Type == gjson.Number && s.known.in(value.Raw):
		s.learn(value.String())
		s.spans = append(s.spans, span{int32(start), int32(end), true})
	case value.Type == gjson.String:
		content, _ := undo(v.slice(start+1, end-1), `\`)
		s.text(content)
	case value.Type == gjson.JSON:
		value.ForEach(func(key, member gjson.Result) bool {
			if key.Type == gjson.String {
				s.json(v, key, false, depth)
			}
			s.json(v, member, secret || s.secret(key.Str, false), depth+1)
			return true
		})
	}
}
