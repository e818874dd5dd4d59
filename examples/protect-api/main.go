// Protect-api is a small API that checks access tokens from Telnyx, and a client that calls it with valid and invalid
// tokens and prints each response.
//
//	go run ./examples/protect-api
//	TELNYX_CLIENT_ID=… TELNYX_CLIENT_SECRET=… go run ./examples/protect-api
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"strings"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/packages/oauthverify"
)

const usage = `Protect-api starts an API on loopback that checks access tokens, and calls it. With TELNYX_CLIENT_ID and
TELNYX_CLIENT_SECRET it uses the API of TELNYX_BASE_URL, and a token of that client; without them a test server and
tokens of every kind. It takes no arguments.
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
		fmt.Fprintln(os.Stderr, "protect-api:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	if len(args) > 0 {
		fmt.Fprint(errOut, usage)
		return errUsage
	}
	if os.Getenv("TELNYX_CLIENT_ID") != "" && os.Getenv("TELNYX_CLIENT_SECRET") != "" {
		return live(ctx, out)
	}
	return offline(ctx, out)
}

// protect starts the API. Its handler requires a scope, and gets the claims of the caller.
func protect(client telnyx.Client, policy oauthverify.Policy) (*httptest.Server, error) {
	api := httptest.NewUnstartedServer(nil)
	root := "http://" + api.Listener.Addr().String()
	policy.Resource = root + "/calls"
	verifier, err := oauthverify.New(client, policy)
	if err != nil {
		return nil, err
	}
	metadata, err := oauthverify.MetadataHandler(oauthverify.Metadata{
		Resource: policy.Resource, AuthorizationServers: []string{policy.Issuer}, ScopesSupported: []string{"voice.read"},
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/calls", verifier.Require("voice.read")(http.HandlerFunc(calls)))
	mux.Handle(oauthverify.MetadataPath, metadata)
	mux.Handle(oauthverify.MetadataPath+"/", metadata)
	api.Config.Handler = mux
	api.Start()
	return api, nil
}

func calls(w http.ResponseWriter, r *http.Request) {
	claims, _ := oauthverify.ClaimsFromContext(r.Context())
	fmt.Fprintf(w, "calls of %s\n", claims.ClientID)
}

// call prints the response of the API to a token.
func call(ctx context.Context, out io.Writer, api *httptest.Server, what, token string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, api.URL+"/calls", nil)
	if err != nil {
		return err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := api.Client().Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%-18s %s: %s\n", what, res.Status, strings.TrimSpace(string(body)))
	if challenge := res.Header.Get("WWW-Authenticate"); challenge != "" {
		fmt.Fprintf(out, "%-18s %s\n", "", challenge)
	}
	return nil
}
