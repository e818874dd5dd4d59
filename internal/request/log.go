package request

import (
	"context"
	"log/slog"
	"net/url"
	"time"
)

// A Logger is a *slog.Logger. As this is an interface, programs that use no logger do not link slog's handlers.
type Logger interface {
	Enabled(ctx context.Context, level slog.Level) bool
	LogAttrs(ctx context.Context, level slog.Level, msg string, attrs ...slog.Attr)
}

// log writes the record of attempt number n, counted from 0, without secrets.
func (c *Config) log(ctx context.Context, o *outgoing, n int, a *attempt) {
	level := slog.LevelDebug
	switch {
	case a.retry:
		level = slog.LevelInfo
	case a.cause != nil:
		level = slog.LevelWarn
	}
	if c.Logger == nil || !c.Logger.Enabled(ctx, level) {
		return
	}
	secrets := o.redactor()
	name, route := c.Endpoint.operation.route()
	status, id := 0, ""
	if a.res != nil {
		status, id = a.res.StatusCode, secrets.Text(a.res.Header.Get("X-Request-Id"))
	}
	record := []slog.Attr{
		slog.String("operation", name),
		slog.String("route", route),
		slog.Int("attempt", n+1),
		slog.String("method", o.method),
		slog.String("url", secrets.URL(&o.url)),
		slog.String("path", secrets.URL(&url.URL{Path: o.url.Path, RawPath: o.url.RawPath})),
		slog.Int("status", status),
		slog.Duration("duration", time.Since(a.began)),
		slog.String("request_id", id),
		slog.Bool("retry", a.retry),
	}
	if a.retry {
		record = append(record, slog.Duration("wait", a.wait))
	}
	if a.cause != nil {
		record = append(record, slog.String("error", secrets.Text(a.cause.Error())))
	}
	c.Logger.LogAttrs(ctx, level, "telnyx call", record...)
}
