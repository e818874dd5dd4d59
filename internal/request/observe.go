package request

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// An Attempt is what an observer is told after each attempt. It has no secrets.
type Attempt struct {
	Number    int // from 1
	Operation string
	Route     string
	Method    string
	URL       string
	Path      string
	Status    int // 0 where there was no answer
	RequestID string
	Duration  time.Duration
	Err       string
	Retry     bool
	Wait      time.Duration // before the retry

	cause error // of Err, with its secrets
}

// observe tells the observer of one attempt.
func (c *Config) observe(ctx context.Context, o *outgoing, n int, res *http.Response, took time.Duration, err error, repeat bool, wait time.Duration) {
	secrets := o.redactor()
	a := Attempt{
		Number: n + 1, Method: o.method, URL: secrets.URL(&o.url), Path: secrets.URL(&url.URL{Path: o.url.Path, RawPath: o.url.RawPath}),
		Duration: took, Retry: repeat,
	}
	a.Operation, a.Route = c.Endpoint.operation.route()
	if res != nil {
		a.Status, a.RequestID = res.StatusCode, secrets.Text(res.Header.Get("X-Request-Id"))
	}
	if err != nil {
		a.Err, a.cause = secrets.Text(err.Error()), err
	}
	if repeat {
		a.Wait = wait
	}
	c.OnAttempt(ctx, a)
}
