package option

import (
	"context"
	"log/slog"

	"github.com/team-telnyx/telnyx-go/internal/request"
)

// WithLogger writes one record for each attempt of each call, token requests included: what was asked, what came of it, and
// whether it is tried again. The operation and route, see OperationFromContext, group records without the ids of a URL. A success is at Debug, a failure that is retried at Info, one that ends the call at Warn.
// Secrets do not appear. A nil logger turns logging off.
func WithLogger(logger *slog.Logger) RequestOption {
	return func(c *request.Config) error {
		if logger == nil {
			c.OnAttempt = nil
			return nil
		}
		c.OnAttempt = func(ctx context.Context, a request.Attempt) { logAttempt(ctx, logger, a) }
		return nil
	}
}

// OperationFromContext returns what a request is for, to a middleware or transport that has its context: the method of the client
// ("OAuthClients.Get") and the path with names in place of values ("/oauth_clients/{id}"). Both are "" for a path of Execute that no
// method has, and in any other context.
func OperationFromContext(ctx context.Context) (operation, route string) {
	return request.OperationOf(ctx)
}

func logAttempt(ctx context.Context, logger *slog.Logger, a request.Attempt) {
	level := slog.LevelDebug
	switch {
	case a.Retry:
		level = slog.LevelInfo
	case a.Err != "":
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{
		slog.String("operation", a.Operation),
		slog.String("route", a.Route),
		slog.Int("attempt", a.Number),
		slog.String("method", a.Method),
		slog.String("url", a.URL),
		slog.String("path", a.Path),
		slog.Int("status", a.Status),
		slog.Duration("duration", a.Duration),
		slog.String("request_id", a.RequestID),
		slog.Bool("retry", a.Retry),
	}
	if a.Retry {
		attrs = append(attrs, slog.Duration("wait", a.Wait))
	}
	if a.Err != "" {
		attrs = append(attrs, slog.String("error", a.Err))
	}
	logger.LogAttrs(ctx, level, "telnyx call", attrs...)
}
