package record

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// values are the values of a request or answer, by their place.
type values map[string]placed

type placed struct {
	place
	value string
}

// read returns the values of a request of the program under test, normalized as in a recording but without
// placeholders.
func (v *vocabulary) read(r cassette.Request) (values, error) {
	return readValues(r, rewriter{
		text: func(p place, value string) string {
			if v.keeps(p, value) {
				return v.settled(p.name, value)
			}
			return value
		},
		literal: v.literal,
	})
}

// readRecorded returns the values of a recorded request.
func readRecorded(r cassette.Request) (values, error) {
	return readValues(r, rewriter{
		text:    func(_ place, value string) string { return value },
		literal: func(_ place, raw string, _ gjson.Result) string { return raw },
	})
}

func readValues(r cassette.Request, w rewriter) (values, error) {
	found := values{"method": {place{at: "method"}, r.Method}}
	_, err := w.noting(found).request(r)
	return found, err
}

// noting changes nothing, and adds the values that w would have written to found.
func (w rewriter) noting(found values) rewriter {
	return rewriter{
		text: func(p place, value string) string {
			found[p.at] = placed{p, w.text(p, value)}
			return value
		},
		literal: func(p place, raw string, object gjson.Result) string {
			found[p.at+" (no string)"] = placed{p, w.literal(p, raw, object)}
			return raw
		},
		key:    func(name string) string { return name },
		header: w.header,
	}
}

// bindings are the values of the placeholders of a recording in a replay.
type bindings struct {
	issued map[string]bool   // placeholders that an answer gave first: the program under test must send them unchanged
	bound  map[string]string // the values that the program under test made for the others
}

func newBindings(tape []*cassette.Interaction) bindings {
	b := bindings{map[string]bool{}, map[string]string{}}
	made := map[string]bool{} // by the program that was recorded
	for _, i := range tape {
		for _, p := range placeholdersOf(i.Request.URL, i.Request.Headers, i.Request.Body) {
			made[p] = !b.issued[p]
		}
		for _, p := range placeholdersOf("", i.Response.Headers, i.Response.Body) {
			b.issued[p] = !made[p]
		}
	}
	return b
}

func placeholdersOf(target string, headers map[string][]string, body string) (found []string) {
	texts := []string{target, body}
	for _, values := range headers {
		texts = append(texts, values...)
	}
	for _, text := range texts {
		found = append(found, placeholders.FindAllString(text, -1)...)
		if plain, err := url.QueryUnescape(text); err == nil { // such as a redirect URI in a form
			found = append(found, placeholders.FindAllString(plain, -1)...)
		}
	}
	return found
}

// A difference is a place where a request differs from the recorded one.
type difference struct{ at, recorded, sent string }

// match compares a request with a recorded one. It returns the bindings for the case that the recorded one is used.
func (b bindings) match(v *vocabulary, r cassette.Request, sent values) (bindings, []difference) {
	recorded, err := readRecorded(r)
	if err != nil { // cannot happen: loading has checked the URL
		return b, []difference{{"recording", err.Error(), "a request"}}
	}
	after := bindings{b.issued, maps.Clone(b.bound)}
	places := maps.Clone(recorded)
	maps.Copy(places, sent)
	var differences []difference
	for at := range sorted(places) {
		was, recorded := recorded[at]
		is, sent := sent[at]
		if recorded && sent && (after.unify(was.value, is.value) || at == "header Content-Type" &&
			mediaType(was.value) == mediaType(is.value)) {
			continue
		}
		d := difference{at, "nothing", "nothing"}
		if recorded {
			d.recorded = strconv.Quote(was.value)
		}
		if sent {
			d.sent = v.show(is)
		}
		differences = append(differences, d)
	}
	return after, differences
}

// show returns a sent value for a message, if it is on the allow-list or a placeholder.
func (v *vocabulary) show(sent placed) string {
	if sent.at != "method" && !v.keeps(sent.place, sent.value) && placeholders.FindString(sent.value) != sent.value {
		return "another value"
	}
	return strconv.Quote(redact.Redactor{}.Text(sent.value))
}

// explain describes the recorded request that is nearest to one without a recording, and their differences.
func (r *replay) explain(request string, sent values) string {
	var text strings.Builder
	fmt.Fprintf(&text, "oauthtest.Record: %s has no answer to %s", r.file, request)
	nearest, least := -1, []difference(nil)
	for n, i := range r.tape.Interactions {
		_, differences := r.bindings.match(r.words, i.Request, sent)
		isCloser := nearest < 0 || distance(differences) < distance(least)
		if used := i.WasReplayed(); nearest < 0 || used == r.tape.Interactions[nearest].WasReplayed() && isCloser ||
			!used && r.tape.Interactions[nearest].WasReplayed() {
			nearest, least = n, differences
		}
	}
	switch {
	case nearest < 0:
		text.WriteString(": the recording is empty")
	case len(least) == 0:
		fmt.Fprintf(&text, ": interaction %d, the last one that is like it, has been used", nearest)
	default:
		fmt.Fprintf(&text, "\nnearest is interaction %d, %s %s", nearest, r.tape.Interactions[nearest].Request.Method,
			r.tape.Interactions[nearest].Request.URL)
		if r.tape.Interactions[nearest].WasReplayed() {
			text.WriteString(", which was used before, as all of the recording was")
		}
	}
	for _, d := range least {
		fmt.Fprintf(&text, "\n\t%s: recorded is %s, sent was %s", redact.Redactor{}.Text(d.at), d.recorded, d.sent)
	}
	return text.String()
}

func mediaType(contentType string) string {
	name, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(name))
}

// distance counts a difference in method or path more than all others.
func distance(differences []difference) (sum int) {
	for _, d := range differences {
		sum++
		if d.at == "method" || strings.HasPrefix(d.at, "path") {
			sum += 100
		}
	}
	return sum
}

// unify compares a value with a recorded one that may have placeholders, and binds them.
func (b bindings) unify(recorded, sent string) bool {
	found := placeholders.FindAllStringIndex(recorded, -1)
	if found == nil {
		return recorded == sent
	}
	pattern, last := "(?s)^", 0
	for _, f := range found {
		pattern += regexp.QuoteMeta(recorded[last:f[0]]) + "(.+?)"
		last = f[1]
	}
	groups := regexp.MustCompile(pattern + regexp.QuoteMeta(recorded[last:]) + "$").FindStringSubmatch(sent)
	if groups == nil {
		return false
	}
	for n, f := range found {
		name, value := recorded[f[0]:f[1]], groups[n+1]
		if plain, err := url.QueryUnescape(value); err == nil && inQuery(recorded, f[0]) {
			value = plain
		}
		bound, known := b.bound[name]
		switch {
		case b.issued[name] && value != name, known && value != bound:
			return false
		case !b.issued[name] && !known:
			if b.issued[value] {
				return false // it is the value of another placeholder, from a response
			}
			b.bound[name] = value
		}
	}
	return true
}

// fill replaces placeholders by their values. It escapes values in a query for a query, and other values with escape.
func (b bindings) fill(text string, escape func(string) string) string {
	var out strings.Builder
	last := 0
	for _, f := range placeholders.FindAllStringIndex(text, -1) {
		value, ok := b.bound[text[f[0]:f[1]]]
		if !ok {
			continue
		}
		if inQuery(text, f[0]) {
			value = url.QueryEscape(value)
		} else {
			value = escape(value)
		}
		out.WriteString(text[last:f[0]] + value)
		last = f[1]
	}
	return out.String() + text[last:]
}

func inQuery(text string, at int) bool { return at > 0 && text[at-1] == '=' }
