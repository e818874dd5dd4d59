// Client-credentials is a service that calls the API as an OAuth client. It never asks for a token: the SDK gets one before the
// first call, keeps it for those that follow, and renews it before it expires.
//
//	TELNYX_CLIENT_ID=… TELNYX_CLIENT_SECRET=… go run ./examples/client-credentials
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"sync"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, explain(err))
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	// One record for each attempt, token requests included, and no secrets.
	logger := slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	options := []option.RequestOption{option.WithLogger(logger)}

	id, secret := strings.TrimSpace(os.Getenv("TELNYX_CLIENT_ID")), strings.TrimSpace(os.Getenv("TELNYX_CLIENT_SECRET"))
	if id == "" || secret == "" {
		server := oauthtest.NewServer()
		defer server.Close()
		fmt.Fprintln(out, "TELNYX_CLIENT_ID and TELNYX_CLIENT_SECRET are not set: using a server of our own,", server.BaseURL())
		service := server.AddClient(oauthtest.Client{Name: "service"})
		id, secret = service.ID, service.Secret
		options = append(options, option.WithoutEnvironment(), option.WithBaseURL(server.BaseURL()))
	}
	// Credentials that are given as options replace those of the environment: a TELNYX_API_KEY does not count here.
	client := telnyx.NewClient(append(options, option.WithClientID(id), option.WithClientSecret(secret))...)
	return work(ctx, client, out)
}

// work makes calls at once, from as many goroutines. They share one client, and so one token.
func work(ctx context.Context, client telnyx.Client, out io.Writer) error {
	results := make([]error, 3)
	var calls sync.WaitGroup
	for i := range results {
		calls.Go(func() {
			_, results[i] = client.OAuthGrants.List(ctx, telnyx.OAuthGrantListParams{PageSize: telnyx.Int(1)})
		})
	}
	calls.Wait()
	if err := errors.Join(results...); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d calls, one token\n", len(results))
	return nil
}

// explain says what the operator of the service can do about an error.
func explain(err error) string {
	switch {
	case errors.Is(err, telnyx.ErrInvalidClient):
		return "check TELNYX_CLIENT_ID and TELNYX_CLIENT_SECRET: " + err.Error()
	case errors.Is(err, telnyx.ErrForbidden), errors.Is(err, telnyx.ErrInsufficientScope):
		return "give the OAuth client the scope for this call: " + err.Error()
	default:
		return err.Error()
	}
}
