package record

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
)

// capture sends requests, one at a time, and remembers the exchanges until the test has passed.
type capture struct {
	settings
	tb   testing.TB
	file string

	before      *replay
	turn        chan struct{} // holds one value while a request is under way
	tape        *cassette.Cassette
	credentials []string // as they were sent
	over        bool
}

// newCapture returns a capture that adds to a recording, if before is not nil.
func newCapture(tb testing.TB, file string, s settings, before *replay) *capture {
	tb.Helper()
	c := &capture{settings: s, tb: tb, file: file, before: before, turn: make(chan struct{}, 1),
		tape: cassette.New(strings.TrimSuffix(file, ".yaml"))}
	free, by := reserve(file, tb.Name())
	if free == nil {
		tb.Fatalf("oauthtest.Record: %s is also recorded by %s, and one would overwrite the other; give each test a path",
			file, by)
	}
	tb.Cleanup(func() { tb.Helper(); c.save(); free() })
	return c
}

func (c *capture) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := drain(req.Body)
	if err != nil {
		return nil, err
	}
	out := req.Clone(req.Context())
	out.Header.Del("Accept-Encoding") // then net/http decompresses the answer, so that it can be redacted
	if out.Body = http.NoBody; len(body) > 0 {
		out.Body = io.NopCloser(bytes.NewReader(body))
	}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-req.Context().Done():
		return nil, context.Cause(req.Context())
	}
	if c.over {
		return nil, errTestIsOver()
	}
	if c.before != nil {
		if res, _, err := c.before.find(req, body); err != nil || res != nil {
			return res, err
		}
	}
	res, err := c.through.RoundTrip(out)
	if err != nil {
		return nil, err
	}
	answer, err := drain(res.Body)
	if err != nil {
		return nil, err
	}
	_, credentials, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	c.credentials = append(c.credentials, strings.TrimSpace(credentials))
	c.tape.AddInteraction(&cassette.Interaction{
		Request:  plainRequest(req, body),
		Response: cassette.Response{Code: res.StatusCode, Headers: res.Header.Clone(), Body: string(answer)},
	})
	res.Body = io.NopCloser(bytes.NewReader(answer))
	res.Request = req
	return res, nil
}

func (c *capture) save() {
	c.tb.Helper()
	c.turn <- struct{}{}
	defer func() { <-c.turn }()
	c.over = true
	switch {
	case c.tb.Skipped():
		c.tb.Logf("oauthtest.Record: %s is not written, as the test was skipped", c.file)
		return
	case c.tb.Failed():
		c.tb.Logf("oauthtest.Record: %s is not written, as the test failed", c.file)
		return
	case len(c.tape.Interactions) == 0 && c.before != nil:
		return
	case len(c.tape.Interactions) == 0:
		c.tb.Errorf("oauthtest.Record: %s is not written, as there was no request to record", c.file)
		return
	}
	v := newVocabulary(c.settings, c.tape.Interactions[0].Request.URL)
	var before []*cassette.Interaction
	if c.before != nil {
		before = c.before.tape.Interactions
		v.resume(before, c.before.bindings.bound)
	}
	tape, err := v.redact(c.tape.Interactions, c.credentials)
	if err != nil {
		c.tb.Errorf("oauthtest.Record: %s is not written: %v", c.file, err)
		return
	}
	tape = append(before, tape...)
	for n, i := range tape {
		i.ID = n
	}
	c.tape.MarshalFunc = func(any) ([]byte, error) { return encodeCassette(tape) }
	if err := c.tape.SaveWithFS(disk{}); err != nil {
		c.tb.Errorf("oauthtest.Record: %v", err)
	}
}

// recorders are the tests of this process that record, by file.
var recorders = struct {
	sync.Mutex
	tests map[string]recorder
}{tests: map[string]recorder{}}

type recorder struct {
	test   string
	active bool
}

// reserve returns nil and the test that records a file, if that is another test or a run that has not ended. A test may
// record its file again when it runs again, with go test -count.
func reserve(file, test string) (free func(), by string) {
	if path, err := filepath.Abs(resolved(file)); err == nil {
		file = path
	}
	recorders.Lock()
	defer recorders.Unlock()
	if r, ok := recorders.tests[file]; ok && (r.active || r.test != test) {
		return nil, r.test
	}
	set := func(active bool) { recorders.tests[file] = recorder{test, active} }
	set(true)
	return func() { recorders.Lock(); defer recorders.Unlock(); set(false) }, ""
}

func drain(body io.ReadCloser) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	defer body.Close()
	return io.ReadAll(body)
}

func errTestIsOver() error { return errors.New("oauthtest.Record: the test of this client is over") }
