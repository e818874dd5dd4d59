package option

import (
	"context"
	"log/slog"

	"github.com/team-telnyx/telnyx-go/internal/request"
)

// WithLogger writes one record for each attempt of each call, token requests included: the request, its status or
// error, and whether it is retried. The level of a success is Debug, that of a failure that is retried Info, that of a
// failure that ends the call Warn. Group records by operation or route (see OperationFromContext), as url and path have
// ids. Secrets are redacted. A nil logger turns logging off.
func WithLogger(logger *slog.Logger) RequestOption {
	if logger == nil { // in an interface, it would not be nil
		return set(func(c *request.Config) { c.Logger = nil })
	}
	return set(func(c *request.Config) { c.Logger = logger })
}

// OperationFromContext returns, for the context of a request in a middleware or transport, the method of the client
// ("OAuthClients.Get") and the path with names instead of values ("/oauth_clients/{id}"). Both are "" for a path of
// Execute that no method has, and for any other context.
func OperationFromContext(ctx context.Context) (operation, route string) {
	return request.OperationOf(ctx)
}
