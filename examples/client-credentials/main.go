// Client-credentials is a service that calls the API as an OAuth client. Its code never requests a token: the SDK gets
// one before the first call, keeps it for the next calls, and renews it before it expires.
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

const usage = `Client-credentials calls the API as the OAuth client of TELNYX_CLIENT_ID and TELNYX_CLIENT_SECRET,
or, if they are not set, as one of a test server that it starts. It takes no arguments.
`

// errUsage is returned for a command line that asks for help or is wrong, after the usage has been shown.
var errUsage = errors.New("wrong usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "client-credentials:", explain(err))
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	if len(args) > 0 {
		fmt.Fprint(errOut, usage)
		return errUsage
	}
	// One record for each attempt, token requests included, without secrets.
	logger := slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	options := []option.RequestOption{option.WithLogger(logger)}

	id, secret := strings.TrimSpace(os.Getenv("TELNYX_CLIENT_ID")), strings.TrimSpace(os.Getenv("TELNYX_CLIENT_SECRET"))
	if id == "" || secret == "" {
		server := oauthtest.NewServer()
		defer server.Close()
		fmt.Fprintln(out, "TELNYX_CLIENT_ID and TELNYX_CLIENT_SECRET are not set: using a test server,", server.BaseURL())
		service := server.AddClient(oauthtest.Client{Name: "service"})
		id, secret = service.ID, service.Secret
		options = append(options, option.WithoutEnvironment(), option.WithBaseURL(server.BaseURL()))
	}
	// Credentials given as options replace all those of the environment: TELNYX_API_KEY is not used here.
	client := telnyx.NewClient(append(options, option.WithClientID(id), option.WithClientSecret(secret))...)
	return work(ctx, client, out)
}

// work makes concurrent calls. They share one client, and so one token.
func work(ctx context.Context, client telnyx.Client, out io.Writer) error {
	results := make([]error, 3)
	var calls sync.WaitGroup
	for i := range results {
		calls.Go(func() {
			_, results[i] = client.OAuthGrants.List(ctx, telnyx.OAuthGrantListParams{PageSize: telnyx.Int(1)})
		})
	}
	calls.Wait()
	for _, err := range results {
		if err != nil {
			return err // the others failed for the same reason
		}
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
