package request

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

// An Attempt is what an observer is told after each attempt.
type Attempt struct {
	Record []slog.Attr // without secrets
	Failed bool
	Retry  bool
	Wait   time.Duration // before the retry

	began time.Time
	cause error // of a failure, with its secrets
}

// observe tells the observer of one attempt.
func (c *Config) observe(ctx context.Context, o *outgoing, n int, res *http.Response, a Attempt) {
	secrets := o.redactor()
	name, route := c.Endpoint.operation.route()
	status, id := 0, ""
	if res != nil {
		status, id = res.StatusCode, secrets.Text(res.Header.Get("X-Request-Id"))
	}
	a.Failed = a.cause != nil
	a.Record = []slog.Attr{
		slog.String("operation", name),
		slog.String("route", route),
		slog.Int("attempt", n+1),
		slog.String("method", o.method),
		slog.String("url", secrets.URL(&o.url)),
		slog.String("path", secrets.URL(&url.URL{Path: o.url.Path, RawPath: o.url.RawPath})),
		slog.Int("status", status),
		slog.Duration("duration", time.Since(a.began)),
		slog.String("request_id", id),
		slog.Bool("retry", a.Retry),
	}
	if a.Retry {
		a.Record = append(a.Record, slog.Duration("wait", a.Wait))
	}
	if a.Failed {
		a.Record = append(a.Record, slog.String("error", secrets.Text(a.cause.Error())))
	}
	c.OnAttempt(ctx, a)
}
