package record

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"

	"github.com/team-telnyx/telnyx-go/internal/escape"
	"github.com/team-telnyx/telnyx-go/internal/redact"
)

const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

var (
	wordsOfText = regexp.MustCompile(placeholders.String() + `|` + instants.String() + `|[\w~+/=%.-]*[\w=]`)
	wordsOfLink = regexp.MustCompile(placeholders.String() + `|` + instants.String() + `|[\w~+=%.-]*[\w=]`)

	// A word of prose, a name in camel case, an abbreviation such as RS256, a number, or a number with a unit.
	harmlessWord = regexp.MustCompile(`^(?:[A-Z]*[a-z]*(?:[A-Z][a-z]{2,}){0,4}[A-Z]{0,3}s?\d{0,4}|\d{1,8}[a-z]{0,2})$`)

	// A word of an enumeration, a host, a media type or a short number.
	ordinaryValue = regexp.MustCompile(`^(?:[A-Za-z]+\d?(?:[_./:]+[A-Za-z]+\d?)*|[a-z*]+/[a-z.+*-]+|` +
		`\d{1,8}(?:[.:]\d{1,8})*)$`)
)

const (
	sureLength  = 8 // a secret of this length is replaced anywhere, a shorter one only as a whole word
	leastLength = 4 // a shorter secret is not replaced: it may be part of any text
)

// A spelling is one encoding of a secret in a text.
type spelling struct{ text, secret string }

// harmless reports whether a text has only words and short numbers. A random secret does not.
func harmless(text string) bool {
	if plain, err := url.PathUnescape(text); err == nil {
		text = plain
	}
	text = instants.ReplaceAllString(placeholders.ReplaceAllString(text, " "), " ")
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return !strings.ContainsRune(alphanumeric, r) }) {
		if len(part) > 24 || !harmlessWord.MatchString(part) {
			return false
		}
	}
	return true
}

// ordinary reports whether the same value may be in other places by chance.
func ordinary(value string) bool {
	return ordinaryValue.MatchString(value) || uuids.FindString(value) == value ||
		(strings.Contains(value, "://") || strings.HasPrefix(value, "urn:")) && harmless(value)
}

// learn remembers values that must not be written, as they are and unescaped.
func (v *vocabulary) learn(secrets ...string) {
	for _, secret := range secrets {
		if v.secrets[secret] || len(secret) < leastLength {
			continue
		}
		v.secrets[secret] = true
		for _, text := range spellings(secret) {
			s, first := spelling{text, secret}, text[:leastLength]
			i, _ := slices.BinarySearchFunc(v.spelled[first], s, func(a, b spelling) int {
				return cmp.Or(len(b.text)-len(a.text), cmp.Compare(a.text, b.text), cmp.Compare(a.secret, b.secret))
			})
			v.spelled[first] = slices.Insert(v.spelled[first], i, s)
		}
		v.learn(withoutEscapes(secret))
	}
}

// learnUnlessOrdinary remembers a value that is replaced or left out. Of a text it remembers the parts that are not
// prose.
func (v *vocabulary) learnUnlessOrdinary(value string) {
	if !strings.ContainsAny(value, " \t\r\n") {
		if !ordinary(value) {
			v.learn(value)
		}
		return
	}
	if !utf8.ValidString(value) {
		return // binary
	}
	redact.Redactor{}.Replace(value, func(secret string) string { v.learn(secret); return "" })
	for _, word := range wordsOfText.FindAllString(value, -1) {
		if !harmless(word) && !ordinary(word) {
			v.learn(word)
		}
	}
}

// learnLeftOut remembers the parts of an exchange that are not recorded: headers, cookies and the credentials of a URL.
func (v *vocabulary) learnLeftOut(i *cassette.Interaction) {
	request, answer := http.Header(i.Request.Headers), http.Header(i.Response.Headers)
	for name, values := range request {
		if name != "Content-Type" {
			v.learnHeader(name, values)
		}
	}
	for name, values := range answer {
		if !v.recorded(name) {
			v.learnHeader(name, values)
		}
	}
	cookies := (&http.Response{Header: answer}).Cookies()
	for _, cookie := range append(cookies, (&http.Request{Header: request}).Cookies()...) {
		if len(cookie.Value) >= sureLength || !ordinary(cookie.Value) {
			v.learn(cookie.Value)
		}
	}
	if u, err := url.Parse(i.Request.URL); err == nil {
		password, _ := u.User.Password()
		v.learn(u.User.Username(), password)
		inFragment, _ := url.ParseQuery(u.Fragment)
		for _, values := range inFragment {
			for _, value := range values {
				v.learnUnlessOrdinary(value)
			}
		}
	}
}

func (v *vocabulary) learnHeader(name string, values []string) {
	for _, value := range values {
		if !redact.Name(name) {
			v.learnUnlessOrdinary(value)
			continue
		}
		_, credentials, _ := strings.Cut(value, " ")
		v.learn(value, credentials)
	}
}

// spellings returns the encodings of a secret that a text may have.
func spellings(secret string) []string {
	asJSON, _ := json.Marshal(secret)
	plain := quoteJSON(secret)
	found := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), string(asJSON[1 : len(asJSON)-1]), plain[1 : len(plain)-1],
		strings.ReplaceAll(plain[1:len(plain)-1], "/", `\/`), html.EscapeString(secret),
	}
	if len(secret) >= sureLength { // at every offset within a longer text, such as a pair of HTTP Basic
		for before := range 3 {
			text := base64.RawStdEncoding.EncodeToString([]byte("xx"[:before] + secret))
			text = text[before+min(before, 1) : len(text)-min(1, (before+len(secret))%3)]
			found = append(found, text, strings.NewReplacer("+", "-", "/", "_").Replace(text))
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// find returns the index of the first known secret in a text, or -1.
func (v *vocabulary) find(text string) (int, spelling) {
	for i := range len(text) - leastLength + 1 {
		for _, s := range v.spelled[text[i:i+leastLength]] {
			isThere := strings.HasPrefix(text[i:], s.text)
			if isThere && (len(s.text) >= sureLength || redact.IsWhole(text, i, i+len(s.text))) {
				return i, s
			}
		}
	}
	return -1, spelling{}
}

// holdsSecret reports whether a text has a known secret, also with a few layers of escapes.
func (v *vocabulary) holdsSecret(text string) bool {
	parts := v.split(text)
	for n := 1; n < len(parts); n += 2 {
		parts[n] = "\x00"
	}
	text = strings.Join(parts, "")
	for range 5 {
		if i, _ := v.find(text); i >= 0 {
			return true
		}
		plain := withoutEscapes(text)
		if plain == text {
			break
		}
		text = plain
	}
	return false
}

// withoutEscapes returns a text with one layer of escapes undone.
func withoutEscapes(text string) string { return escape.Whole(text).Undo(`\&%`).Text }

// check returns an error if a redacted recording has a known secret. It names the place but not the secret.
func (v *vocabulary) check(tape []*cassette.Interaction) error {
	for n, i := range tape {
		parts := map[string]string{"the method": i.Request.Method, "the URL": i.Request.URL,
			"the request's body": i.Request.Body, "the answer's body": i.Response.Body}
		for name, values := range i.Request.Headers {
			parts["the request's "+name] = strings.Join(values, "\n")
		}
		for name, values := range i.Response.Headers {
			parts["the answer's "+name] = name + "\n" + strings.Join(values, "\n")
		}
		for part, text := range sorted(parts) {
			if v.holdsSecret(text) {
				return fmt.Errorf("interaction %d: %s holds a secret", n, part)
			}
		}
	}
	return nil
}
