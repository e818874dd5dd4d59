package record

import (
	"bytes"
	"errors"
	"io"
	"net/http"
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

	mu          sync.Mutex
	tape        *cassette.Cassette
	credentials []string // as they were sent
	over        bool
}

func newCapture(tb testing.TB, file string, s settings) *capture {
	c := &capture{settings: s, tb: tb, file: file, tape: cassette.New(strings.TrimSuffix(file, ".yaml"))}
	tb.Cleanup(c.save)
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
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return nil, errTestIsOver()
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
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	switch {
	case c.tb.Failed():
		c.tb.Logf("oauthtest.Record: %s is not written, as the test failed", c.file)
		return
	case len(c.tape.Interactions) == 0:
		c.tb.Errorf("oauthtest.Record: %s is not written, as there was no request to record", c.file)
		return
	}
	tape, err := redacted(c.tape.Interactions, c.settings, c.credentials)
	if err != nil {
		c.tb.Errorf("oauthtest.Record: %s is not written: %v", c.file, err)
		return
	}
	c.tape.MarshalFunc = func(any) ([]byte, error) { return encodeCassette(tape) }
	if err := c.tape.SaveWithFS(disk{}); err != nil {
		c.tb.Errorf("oauthtest.Record: %v", err)
	}
}

func drain(body io.ReadCloser) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	defer body.Close()
	return io.ReadAll(body)
}

func errTestIsOver() error { return errors.New("oauthtest.Record: the test of this client is over") }
