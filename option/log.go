package option

import (
	"context"
	"log/slog"

	"github.com/team-telnyx/telnyx-go/internal/request"
)

// WithLogger writes one record for each attempt of each call, token requests included: what was asked, what came of
// it, and whether it is retried. A success is at Debug, a failure that is retried at Info, one that ends the call at
// Warn. Group records by operation or route (see OperationFromContext), as url and path have ids. Secrets do not
// appear. A nil logger turns logging off.
func WithLogger(logger *slog.Logger) RequestOption {
	return func(c *request.Config) error {
		if logger == nil {
			c.OnAttempt = nil
			return nil
		}
		c.OnAttempt = func(ctx context.Context, a request.Attempt) {
			level := slog.LevelDebug
			switch {
			case a.Retry:
				level = slog.LevelInfo
			case a.Failed:
				level = slog.LevelWarn
			}
			logger.LogAttrs(ctx, level, "telnyx call", a.Record...)
		}
		return nil
	}
}

// OperationFromContext returns what a request is for, to a middleware or transport that has its context: the method
// of the client ("OAuthClients.Get") and the path with names in place of values ("/oauth_clients/{id}"). Both are ""
// for a path of Execute that no method has, and in any other context.
func OperationFromContext(ctx context.Context) (operation, route string) {
	return request.OperationOf(ctx)
}
