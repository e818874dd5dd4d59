package record

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// replay answers from a recording.
type replay struct {
	settings
	tb   testing.TB
	file string

	mu       sync.Mutex
	tape     *cassette.Cassette
	bindings bindings
	words    *vocabulary // nil before the first request
	over     bool
}

func newReplay(tb testing.TB, file string, tape *cassette.Cassette, s settings) *replay {
	return &replay{settings: s, tb: tb, file: file, tape: tape, bindings: newBindings(tape.Interactions)}
}

func (r *replay) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := drain(req.Body)
	if err != nil {
		return nil, err
	}
	if req.Context().Err() != nil {
		return nil, context.Cause(req.Context())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return nil, errTestIsOver()
	}
	res, sent, err := r.find(req, body)
	if err != nil || res != nil {
		return res, err
	}
	secrets := redact.Redactor{}.With(req.Header, req.URL, req.Header.Get("Content-Type"), body)
	failure := &unrecorded{r.explain(req.Method+" "+secrets.URL(req.URL), sent)}
	r.tb.Errorf("%v", failure)
	return nil, failure
}

// find returns the recorded answer to a request, nil if there is none, and the compared values.
func (r *replay) find(req *http.Request, body []byte) (*http.Response, values, error) {
	if r.words == nil {
		r.words = newVocabulary(r.settings, req.URL.String())
	}
	sent, err := r.words.read(plainRequest(req, body))
	if err != nil {
		return nil, nil, err
	}
	r.tape.Matcher = func(_ *http.Request, recorded cassette.Request) bool {
		bound, differences := r.bindings.match(r.words, recorded, sent)
		if len(differences) == 0 {
			r.bindings = bound
		}
		return len(differences) == 0
	}
	bodiless := req.Clone(req.Context())
	bodiless.Body = http.NoBody
	found, err := r.tape.GetInteraction(bodiless)
	if err != nil {
		return nil, sent, nil
	}
	return r.answer(req, found.Response), sent, nil
}

// answer returns a recorded answer, with the values that the program under test has made in this run.
func (r *replay) answer(req *http.Request, recorded cassette.Response) *http.Response {
	origin := req.URL.Scheme + "://" + req.URL.Host
	fill := func(text string, escape func(string) string) string {
		text = r.bindings.fill(text, escape)
		if r.words.origin.MatchString(origin) {
			text = strings.ReplaceAll(text, recordedOrigin, origin)
		}
		return text
	}
	header := http.Header{}
	for name, values := range recorded.Headers {
		for _, value := range values {
			header.Add(name, fill(value, func(s string) string { return s }))
		}
	}
	body := fill(recorded.Body, func(s string) string { q := quoteJSON(s); return q[1 : len(q)-1] })
	return &http.Response{
		Status:     strconv.Itoa(recorded.Code) + " " + http.StatusText(recorded.Code),
		StatusCode: recorded.Code,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        header,
		Body:          io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       req,
	}
}

// finish reports the recorded answers that no request used, unless the test has failed or was skipped.
func (r *replay) finish() {
	r.tb.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
	if r.allowUnused || r.tb.Failed() || r.tb.Skipped() {
		return
	}
	for n, i := range r.tape.Interactions {
		if !i.WasReplayed() {
			r.tb.Errorf("oauthtest.Record: %s: no request used interaction %d: %s %s", r.file, n, i.Request.Method,
				i.Request.URL)
		}
	}
}

// unrecorded is the failure of a request that has no recording.
type unrecorded struct{ message string }

func (u *unrecorded) Error() string { return u.message }

// Is matches context.Canceled, so that a client does not retry the request.
func (u *unrecorded) Is(target error) bool { return target == context.Canceled }
