package option_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

func TestLogGroupsRecordsByOperationAndRouteAndNotByIDs(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == "operation" || a.Key == "route" {
				return a
			}
			return slog.Attr{}
		},
	}))
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithLogger(logger),
		option.WithMiddleware(func(*http.Request, option.MiddlewareNext) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader("{}"))}, nil
		}))
	ctx := t.Context()

	_, getting := client.OAuthClients.Get(ctx, "182bd5e5")
	_, asking := client.OAuth.Get(ctx, "secret")
	require.NoError(t, getting)
	require.NoError(t, asking)
	require.NoError(t, client.Delete(ctx, "/oauth_clients/182bd5e5/", nil, nil))
	require.NoError(t, client.Get(ctx, "v2/oauth_clients?page%5Bnumber%5D=2", nil, nil))
	require.NoError(t, client.Get(ctx, "messages/182bd5e5", nil, nil))
	require.NoError(t, client.Patch(ctx, "oauth_clients/182bd5e5", nil, nil))

	require.Equal(t, `operation=OAuthClients.Get route=/oauth_clients/{id}
operation=OAuth.Get route=/oauth/consent/{consent_token}
operation=OAuthClients.Delete route=/oauth_clients/{id}
operation=OAuthClients.List route=/oauth_clients
operation="" route=""
operation="" route=""
`, log.String())
}

func TestOnlyTheContextOfARequestHasItsOperation(t *testing.T) {
	var operation, route string
	client := telnyx.NewClient(option.WithoutEnvironment(),
		option.WithMiddleware(func(req *http.Request, _ option.MiddlewareNext) (*http.Response, error) {
			operation, route = option.OperationFromContext(req.Context())
			return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader("{}"))}, nil
		}))

	_, err := client.OAuthGrants.Get(t.Context(), "182bd5e5")

	require.NoError(t, err)
	require.Equal(t, []string{"OAuthGrants.Get", "/oauth_grants/{id}"}, []string{operation, route})
	operation, route = option.OperationFromContext(context.Background())
	require.Empty(t, operation+route)
}
