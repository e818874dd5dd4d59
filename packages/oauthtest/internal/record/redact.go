package record

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

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

	// A parameter within a kept value. Its placeholder has its name; internal/redact finds all other secrets.
	parameter = regexp.MustCompile(`([\w.-]+)=([^&\s"'<>#;,\\]+)`)

	harmlessSegment = regexp.MustCompile(`^(\.?[a-z][a-z_-]*|v\d{1,3})$`)
	harmlessKey     = regexp.MustCompile(`^[\w.$-]+(\[\w+\])*$`)
)

// A vocabulary decides which values are recorded, and keeps the placeholders of all others.
type vocabulary struct {
	settings
	origin  *regexp.Regexp    // of the API, as the first request names it
	names   map[string]string // the placeholder of a value
	counts  map[string]int
	secrets map[string]bool
}

func newVocabulary(s settings, firstURL string) *vocabulary {
	v := &vocabulary{settings: s, names: map[string]string{}, counts: map[string]int{}, secrets: map[string]bool{}}
	origin := recordedOrigin
	if u, err := url.Parse(firstURL); err == nil && u.Host != "" {
		origin = u.Scheme + "://" + u.Host
	}
	v.origin = regexp.MustCompile(regexp.QuoteMeta(origin) + `\b`)
	for _, secret := range s.secrets {
		v.secrets[secret] = true
	}
	return v
}

// redacted returns the exchanges without their secrets, or an error if a secret is left in them. credentials are those
// of the Authorization headers.
func redacted(tape []*cassette.Interaction, s settings, credentials []string) ([]*cassette.Interaction, error) {
	if len(tape) == 0 {
		return nil, nil
	}
	v := newVocabulary(s, tape[0].Request.URL)
	for _, c := range credentials {
		v.secrets[c] = true
	}
	// The first pass finds the secrets. The second also replaces them before the place where they were found.
	var out []*cassette.Interaction
	for range 2 {
		out = nil
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

// keeps reports whether a value is on the allow-list, where no name of a secret can be.
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
		return v.kept(p.name, value)
	case redact.Name(p.name):
		return v.secret(p.name, value)
	default:
		return v.placeholder(p.name, value)
	}
}

func (v *vocabulary) secret(name, value string) string {
	if value == "" {
		return ""
	}
	v.secrets[value] = true
	if i := strings.LastIndexByte(value, '.'); strings.HasPrefix(value, "eyJ") && i > 0 {
		v.secrets[value[i+1:]] = true // a signature
	}
	return v.placeholder(name, value)
}

func (v *vocabulary) placeholder(name, value string) string {
	if v.names[value] == "" {
		name = strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
				return r
			}
			return '_'
		}, strings.ToLower(name))
		v.counts[name]++
		v.names[value] = fmt.Sprintf("redacted-%s-%d", name, v.counts[name])
	}
	return v.names[value]
}

// kept returns a value of the allow-list without secrets in it, and without what differs from run to run.
func (v *vocabulary) kept(name, value string) string {
	value = v.settled(name, value)
	if head, query, ok := strings.Cut(value, "?"); ok && isLink(head) {
		query, fragment, cut := strings.Cut(query, "#")
		value = head + "?" + v.rewriter().pairs("", query)
		if cut {
			value += "#" + v.rewriter().pairs("", fragment)
		}
	} else {
		value = parameter.ReplaceAllStringFunc(value, func(pair string) string {
			name, secret, _ := strings.Cut(pair, "=")
			if !redact.Name(name) {
				return pair
			}
			return name + "=" + v.secret(name, secret)
		})
	}
	value = v.scrub(redact.Redactor{}.Replace(value, func(secret string) string {
		if placeholders.FindString(secret) == secret {
			return secret
		}
		return v.secret("secret", secret)
	}))
	value = uuids.ReplaceAllStringFunc(value, v.uuid)
	return loopbacks.ReplaceAllStringFunc(value, v.loopback)
}

func isLink(head string) bool { return strings.Contains(head, "://") || strings.HasPrefix(head, "/") }

// settled replaces what differs from run to run, except for UUIDs and ports.
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
	for _, secret := range v.longestFirst() {
		for _, spelling := range spellings(secret) {
			for at := find(text, spelling, 0); at >= 0; {
				name := v.placeholder("secret", secret)
				text = text[:at] + name + text[at+len(spelling):]
				at = find(text, spelling, at+len(name))
			}
		}
	}
	return text
}

func (v *vocabulary) longestFirst() []string {
	return slices.SortedFunc(maps.Keys(v.secrets), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
}

// find returns the index of a secret at i or later. A secret of less than 8 bytes counts only as a whole word, and one
// of less than 4 bytes never.
func find(text, secret string, i int) int {
	for len(secret) >= 4 && i <= len(text)-len(secret) {
		n := strings.Index(text[i:], secret)
		if n < 0 {
			return -1
		}
		i += n
		if len(secret) >= 8 || redact.IsWhole(text, i, i+len(secret)) {
			return i
		}
		i++
	}
	return -1
}

func (v *vocabulary) key(name string) string {
	if !harmlessKey.MatchString(name) {
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
		v.secrets[raw] = true
		return "0"
	case !v.keeps(p, raw):
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

// check returns an error if a redacted recording has a known secret. It names the place but not the secret.
func (v *vocabulary) check(tape []*cassette.Interaction) error {
	for n, i := range tape {
		parts := map[string]string{"the URL": i.Request.URL, "the request's body": i.Request.Body,
			"the answer's body": i.Response.Body}
		for name, values := range i.Request.Headers {
			parts["the request's "+name] = strings.Join(values, "\n")
		}
		for name, values := range i.Response.Headers {
			parts["the answer's "+name] = strings.Join(values, "\n")
		}
		for part, text := range sorted(parts) {
			for secret := range v.secrets {
				if holds(text, secret) {
					return fmt.Errorf("interaction %d: %s holds a secret", n, part)
				}
			}
		}
	}
	return nil
}

func holds(text, secret string) bool {
	return slices.ContainsFunc(spellings(secret), func(spelling string) bool { return find(text, spelling, 0) >= 0 })
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
