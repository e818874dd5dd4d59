package record

import (
	"encoding/base64"
	"fmt"
	"iter"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

const (
	recordedOrigin = "https://api.telnyx.com"
	recordedTime   = "2000-01-01T00:00:00" // the first instant of a testing/synctest bubble
	recordedUnix   = 946684800
)

var (
	// The placeholders of a recording.
	placeholders = regexp.MustCompile(`redacted-[a-z0-9_]+-\d+|00000000-0000-4000-8000-\d{12}|` +
		`(?:127\.0\.0\.1|localhost|\[::1\]):\d{1,2}\b`)

	uuids     = regexp.MustCompile(`(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
	loopbacks = regexp.MustCompile(`(127\.0\.0\.1|localhost|\[::1\]):(\d+)\b`)
	instants  = regexp.MustCompile(`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)`)
	dates     = regexp.MustCompile(`\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT`)

	// A parameter within a kept value.
	parameter = regexp.MustCompile(`([\w.\[\]-]+)=("(?:[^"\\]|\\.)*"|[^&\s"'<>#;,\\]+)`)
	// Credentials within a kept value, also those that look like words. internal/redact finds the others.
	credential = regexp.MustCompile(`(?i)\b((?:bearer|basic)[ \t]+|(?:authorization|cookie|password|secret|` +
		`api[-_ ]?key):[ \t]*(?:(?:bearer|basic|token|digest)[ \t]+)?)(["'\x60]?)([^\s"'\x60,;<>]+)`)
	prose = regexp.MustCompile(`(?i)^(?:bearer|basic|auth|authentication|authorization|credentials?|` +
		`header|scheme|tokens?|an?|and|are|for|in|is|not|of|only|or|required|the|to|was)[.:]?$`)

	harmlessSegment = regexp.MustCompile(`^(\.?[a-z][a-z_-]*|v\d{1,3})$`)
	harmlessKey     = regexp.MustCompile(`^[\w.$-]+(\[\w+\])*$`)
)

// A vocabulary decides which values are recorded, and keeps the placeholders of all others.
type vocabulary struct {
	settings
	origin  *regexp.Regexp    // of the API, as the first request names it
	names   map[string]string // the placeholder of a value
	counts  map[string]int
	placed  map[string]bool // the placeholders that were made
	named   map[string]bool // whether a placeholder can have that name
	secrets map[string]bool
	spelled map[string][]spelling // by their first bytes, the longest first
}

func newVocabulary(s settings, firstURL string) *vocabulary {
	v := &vocabulary{settings: s, names: map[string]string{}, counts: map[string]int{}, placed: map[string]bool{},
		named: map[string]bool{}, secrets: map[string]bool{}, spelled: map[string][]spelling{}}
	origin := recordedOrigin
	if u, err := url.Parse(firstURL); err == nil && u.Host != "" {
		origin = u.Scheme + "://" + u.Host
	}
	v.origin = regexp.MustCompile(regexp.QuoteMeta(origin) + `\b`)
	v.learn(s.secrets...)
	return v
}

// redacted returns the exchanges without their secrets, or an error if a secret is left in them. credentials are those
// of the Authorization headers.
func redacted(tape []*cassette.Interaction, s settings, credentials []string) ([]*cassette.Interaction, error) {
	if len(tape) == 0 {
		return nil, nil
	}
	return newVocabulary(s, tape[0].Request.URL).redact(tape, credentials)
}

// resume continues the numbers and the values of a recording, so that a new placeholder differs from all others.
func (v *vocabulary) resume(tape []*cassette.Interaction, bound map[string]string) {
	for _, i := range tape {
		for _, p := range append(placeholdersOf(i.Request.URL, i.Request.Headers, i.Request.Body),
			placeholdersOf("", i.Response.Headers, i.Response.Body)...) {
			at := strings.LastIndexAny(p, "-:")
			name, number := strings.TrimPrefix(p[:at], "redacted-"), p[at+1:]
			switch {
			case p[at] == ':':
				name = "PORT"
			case len(name) == len(p[:at]):
				name = "UUID"
			}
			n, _ := strconv.Atoi(number)
			v.counts[name] = max(v.counts[name], n)
			if value := bound[p]; value != "" && p[at] != ':' {
				v.names[value], v.placed[p] = p, true
				if redact.Name(name) {
					v.learn(value)
				}
			}
		}
	}
}

// redact does what redacted does, with this vocabulary.
func (v *vocabulary) redact(tape []*cassette.Interaction, credentials []string) ([]*cassette.Interaction, error) {
	v.learn(credentials...)
	for _, i := range tape {
		v.learnLeftOut(i)
	}
	// The first pass finds the secrets. The second also replaces them before the place where they were found.
	var out []*cassette.Interaction
	for range 2 {
		out = nil
		clear(v.named)
		maps.DeleteFunc(v.names, func(_, placeholder string) bool {
			i := strings.LastIndexByte(placeholder, '-')
			return strings.HasPrefix(placeholder, "redacted-") && !v.canName(placeholder[len("redacted-"):i])
		})
		for n, i := range tape {
			request, err := v.rewriter().request(i.Request)
			if err != nil {
				return nil, fmt.Errorf("interaction %d: %w", n, err)
			}
			out = append(out, &cassette.Interaction{ID: n, Request: request, Response: v.rewriter().response(i.Response)})
		}
	}
	return out, v.check(out)
}

func (v *vocabulary) rewriter() rewriter {
	return rewriter{text: v.text, literal: v.literal, key: v.key, header: v.recorded}
}

// recorded reports whether a header of an answer is recorded. X-Request-Id gets a placeholder.
func (v *vocabulary) recorded(header string) bool {
	return v.headers[header] || header == "X-Request-Id"
}

// keeps reports whether a value is on the allow-list, which has no names of secrets.
func (v *vocabulary) keeps(p place, value string) bool {
	switch p.kind {
	case inField:
		return v.fields[p.name] && !redact.Name(p.name)
	case inHeader:
		return v.headers[p.name]
	case inPath:
		return harmlessSegment.MatchString(value) || uuids.FindString(value) == value
	}
	return true
}

func (v *vocabulary) text(p place, value string) string {
	switch {
	case value == "":
		return ""
	case v.keeps(p, value) && p.kind == inPath && harmlessSegment.MatchString(value):
		return value
	case v.keeps(p, value):
		return v.kept(p, value)
	case redact.Name(p.name) && v.keepClaims:
		return v.claims(p.name, value)
	case redact.Name(p.name):
		return v.secret(p.name, value)
	default:
		v.learnUnlessOrdinary(value)
		return v.placeholder(p.name, value)
	}
}

func (v *vocabulary) secret(name, value string) string {
	if value == "" {
		return ""
	}
	v.learn(value)
	if i := strings.LastIndexByte(value, '.'); strings.HasPrefix(value, "eyJ") && i > 0 {
		v.learn(value[i+1:]) // a signature
	}
	return v.placeholder(name, value)
}

// claims returns a JWT with redacted claims, and with the placeholder in place of its signature.
func (v *vocabulary) claims(name, token string) string {
	signature := v.secret(name, token)
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return signature
	}
	for i, part := range parts[:2] {
		text, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil || !utf8.Valid(text) || !gjson.ValidBytes(text) || !gjson.ParseBytes(text).IsObject() {
			return signature
		}
		var b strings.Builder
		v.rewriter().json(&b, fieldPlace("claims ", "claims"), gjson.ParseBytes(text), gjson.Result{})
		parts[i] = base64.RawURLEncoding.EncodeToString([]byte(b.String()))
	}
	if len(signature)%4 == 1 {
		signature += "_" // is base64 then
	}
	return parts[0] + "." + parts[1] + "." + signature
}

func (v *vocabulary) placeholder(name, value string) string {
	if v.names[value] == "" {
		if name = plainName(name); !v.canName(name) {
			name = "value"
		}
		v.counts[name]++
		v.names[value] = fmt.Sprintf("redacted-%s-%d", name, v.counts[name])
		v.placed[v.names[value]] = true
	}
	return v.names[value]
}

func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(name))
}

// canName reports whether a placeholder can have a name. The name of a JSON member may itself be a secret.
func (v *vocabulary) canName(name string) bool {
	if _, known := v.named[name]; !known {
		v.named[name] = harmless(name)
		for secret := range v.secrets {
			if len(secret) >= sureLength && strings.Contains(name, plainName(secret)) && !redact.Name(name) {
				v.named[name] = false
			}
		}
	}
	return v.named[name]
}

// kept returns a value of the allow-list without secrets, and without values that differ from run to run.
func (v *vocabulary) kept(p place, value string) string {
	value = v.settled(p.name, value)
	words := wordsOfText
	if isLink(value) {
		value, words = v.link(value), wordsOfLink
	} else {
		value = credential.ReplaceAllStringFunc(value, func(s string) string {
			m := credential.FindStringSubmatch(s)
			name, _, isParameter := strings.Cut(m[3], "=")
			if isParameter && (v.keepsParameter(name) || name+"=" == m[3]) || prose.MatchString(m[3]) ||
				placeholders.MatchString(m[3]) {
				return s
			}
			return m[1] + m[2] + v.secret("secret", m[3])
		})
		value = parameter.ReplaceAllStringFunc(value, func(pair string) string {
			name, secret, _ := strings.Cut(pair, "=")
			plain := strings.Trim(secret, `"`)
			switch {
			case placeholders.FindString(plain) == plain:
			case redact.Name(name):
				pair = name + "=" + strings.Replace(secret, plain, v.secret(name, plain), 1)
			case p.kind == inHeader && !v.keepsParameter(name) && !ordinary(plain):
				v.learn(plain)
				pair = name + "=" + strings.Replace(secret, plain, v.placeholder(name, plain), 1)
			}
			return pair
		})
	}
	value = v.scrub(redact.Redactor{}.Replace(value, func(secret string) string {
		if placeholders.FindString(secret) == secret {
			return secret
		}
		return v.secret("secret", secret)
	}))
	value = uuids.ReplaceAllStringFunc(value, v.uuid)
	value = loopbacks.ReplaceAllStringFunc(value, v.loopback)
	isAllowed := (v.headers[p.name] || v.fields[p.name]) && !v.listed[p.name] // by the user
	if !isAllowed && (p.kind != inHeader || strings.Trim(value, "0123456789") != "") {
		value = words.ReplaceAllStringFunc(value, func(word string) string {
			if harmless(word) {
				return word
			}
			return v.secret("secret", word)
		})
	}
	if v.holdsSecret(value) { // in an encoding that scrub does not know
		return v.placeholder(p.name, value)
	}
	return value
}

// keepsParameter reports whether a parameter of a header, such as WWW-Authenticate, is on the allow-list.
func (v *vocabulary) keepsParameter(name string) bool {
	return v.fields[name] || slices.Contains([]string{"charset", "max-age", "realm", "resource_metadata"}, name)
}

func isLink(value string) bool {
	head, _, _ := strings.Cut(value, "?")
	return (strings.Contains(head, "://") || strings.HasPrefix(head, "/")) && !strings.ContainsAny(value, " \t\r\n\"'<>")
}

// link rewrites the query and the fragment of a URL.
func (v *vocabulary) link(value string) string {
	value, fragment, hasFragment := strings.Cut(value, "#")
	value, query, hasQuery := strings.Cut(value, "?")
	if hasQuery {
		value += "?" + v.rewriter().pairs("", query)
	}
	if hasFragment {
		value += "#" + v.rewriter().pairs("", fragment)
	}
	return value
}

// settled replaces values that differ from run to run, except for UUIDs and ports.
func (v *vocabulary) settled(name, value string) string {
	value = v.origin.ReplaceAllLiteralString(v.normalize(name, value), recordedOrigin)
	value = dates.ReplaceAllString(value, "Sat, 01 Jan 2000 00:00:00 GMT")
	return instants.ReplaceAllStringFunc(value, func(s string) string {
		fraction := instants.FindStringSubmatch(s)[1]
		return recordedTime + strings.Map(func(r rune) rune {
			if r == '.' {
				return r
			}
			return '0'
		}, fraction) + "Z"
	})
}

func (v *vocabulary) uuid(id string) string {
	id = strings.ToLower(id)
	if v.names[id] == "" {
		v.counts["UUID"]++
		v.names[id] = fmt.Sprintf("00000000-0000-4000-8000-%012d", v.counts["UUID"])
	}
	return v.names[id]
}

func (v *vocabulary) loopback(address string) string {
	i := strings.LastIndexByte(address, ':')
	port := address[i:]
	if v.names[port] == "" {
		v.counts["PORT"]++
		v.names[port] = ":" + strconv.Itoa(v.counts["PORT"])
	}
	return address[:i] + v.names[port]
}

// scrub replaces the known secrets in a text.
func (v *vocabulary) scrub(text string) string {
	parts := v.split(text)
	for n := 0; n < len(parts); n += 2 {
		var out strings.Builder
		rest := parts[n]
		for i, found := v.find(rest); i >= 0; i, found = v.find(rest) {
			out.WriteString(rest[:i] + v.placeholder("secret", found.secret))
			rest = rest[i+len(found.text):]
		}
		parts[n] = out.String() + rest
	}
	return strings.Join(parts, "")
}

// split cuts a text so that every second part is a placeholder of this recording.
func (v *vocabulary) split(text string) (parts []string) {
	last := 0
	for _, f := range placeholders.FindAllStringIndex(text, -1) {
		if v.placed[text[f[0]:f[1]]] {
			parts = append(parts, text[last:f[0]], text[f[0]:f[1]])
			last = f[1]
		}
	}
	return append(parts, text[last:])
}

func (v *vocabulary) key(name string) string {
	if !harmlessKey.MatchString(name) || !harmless(name) {
		v.learnUnlessOrdinary(name)
		return v.placeholder("name", name)
	}
	return v.scrub(name)
}

// literal keeps the numbers of the allow-list, and true, false, null and empty values.
func (v *vocabulary) literal(p place, raw string, object gjson.Result) string {
	switch raw {
	case "true", "false", "null", "{}", "[]":
		return raw
	}
	switch {
	case redact.Name(p.name) && p.kind == inField:
		v.learn(raw)
		return "0"
	case !v.keeps(p, raw):
		v.learnUnlessOrdinary(raw)
		return "0"
	case isInstant(p.name):
		return settledInstant(raw, object)
	}
	return raw
}

func isInstant(name string) bool {
	return name == "iat" || name == "exp" || name == "client_id_issued_at"
}

// settledInstant moves Unix seconds so that the earliest instant of the object becomes recordedUnix.
func settledInstant(raw string, object gjson.Result) string {
	at, err := strconv.ParseInt(raw, 10, 64)
	if err != nil || at < recordedUnix {
		return raw
	}
	first := at
	object.ForEach(func(key, value gjson.Result) bool {
		if other := value.Int(); isInstant(key.String()) && other >= recordedUnix {
			first = min(first, other)
		}
		return true
	})
	return strconv.FormatInt(recordedUnix+at-first, 10)
}

func sorted[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}
