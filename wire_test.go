package telnyx_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// A wire is an http.RoundTripper in memory. It records the requests, in order, and answers them.
type wire struct {
	mu     sync.Mutex
	sent   []wireRequest
	counts map[string]int
	answer func(r wireRequest) any // a reply or an error
}

type wireRequest struct {
	*http.Request
	Body string
	At   time.Time
	Nth  int // from 1, among those of the same method and path
}

type reply struct {
	status int
	body   string
	header http.Header
}

func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	r := wireRequest{Request: req, At: time.Now()}
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			return nil, err
		}
		r.Body = string(body)
	}
	w.mu.Lock()
	if w.counts == nil {
		w.counts = map[string]int{}
	}
	w.counts[req.Method+req.URL.Path]++
	r.Nth = w.counts[req.Method+req.URL.Path]
	w.sent = append(w.sent, r)
	w.mu.Unlock()
	switch a := w.answer(r).(type) {
	case reply:
		return &http.Response{
			StatusCode: a.status, Header: a.header.Clone(), Body: io.NopCloser(strings.NewReader(a.body)),
			ContentLength: int64(len(a.body)), Request: req, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		}, nil
	case error:
		return nil, a
	default:
		panic(fmt.Sprintf("no answer to %s %s", req.Method, req.URL))
	}
}

// to returns the requests to a path.
func (w *wire) to(path string) (found []wireRequest) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.sent {
		if r.URL.Path == path {
			found = append(found, r)
		}
	}
	return found
}

// client returns a client of the wire that ignores the environment.
func (w *wire) client(opts ...option.RequestOption) telnyx.Client {
	first := []option.RequestOption{option.WithoutEnvironment(), option.WithHTTPClient(&http.Client{Transport: w})}
	return telnyx.NewClient(append(first, opts...)...)
}

// inTurn returns a wire with these answers in turn, and then the last one again.
func inTurn(answers ...any) *wire {
	n := 0
	var mu sync.Mutex
	return &wire{answer: func(wireRequest) any {
		mu.Lock()
		defer mu.Unlock()
		n++
		return answers[min(n, len(answers))-1]
	}}
}

// says returns a JSON answer with headers, given as names and values.
func says(status int, body string, header ...string) reply {
	h := http.Header{"Content-Type": {"application/json"}}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return reply{status, body, h}
}

const (
	aClient = `{"data":{"client_id":"c1","name":"one"}}`
	aKey    = "KEY0123456789ABCDEF"
)

// create creates a client. The request is not idempotent.
func create(
	ctx context.Context, client *telnyx.Client, opts ...option.RequestOption,
) (*telnyx.OAuthClientNewResponse, error) {
	return client.OAuthClients.New(ctx, telnyx.OAuthClientNewParams{
		Name: "n", ClientType: telnyx.OAuthClientNewParamsClientTypePublic,
		AllowedScopes: []string{"s"}, AllowedGrantTypes: []string{"authorization_code"},
	}, opts...)
}
