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
	if logger == nil { // which would make a Logger that is not nil
		return set(func(c *request.Config) { c.Logger = nil })
	}
	return set(func(c *request.Config) { c.Logger = logger })
}

// OperationFromContext returns what a request is for, to a middleware or transport that has its context: the method
// of the client ("OAuthClients.Get") and the path with names in place of values ("/oauth_clients/{id}"). Both are ""
// for a path of Execute that no method has, and in any other context.
func OperationFromContext(ctx context.Context) (operation, route string) {
	return request.OperationOf(ctx)
}
