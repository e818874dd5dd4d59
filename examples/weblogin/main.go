// Weblogin is a web application whose users sign in with Telnyx: authorization code with PKCE, a session for each
// browser, and a token for each user that is renewed when it is needed.
//
//	go run ./examples/weblogin
//	TELNYX_CLIENT_ID=… TELNYX_CLIENT_SECRET=… go run ./examples/weblogin -addr 127.0.0.1:8080
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

const usage = `Weblogin serves a web application whose users sign in with Telnyx, until Ctrl-C. TELNYX_CLIENT_ID and
TELNYX_CLIENT_SECRET are its OAuth client, whose redirect URI is the printed URL and /callback. If they are not set, it
starts a test server, whose consent page you will see.

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
		fmt.Fprintln(os.Stderr, "weblogin:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	flags := flag.NewFlagSet("weblogin", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.Usage = func() { fmt.Fprint(errOut, usage); flags.PrintDefaults() }
	addr := flags.String("addr", "127.0.0.1:8398", "loopback `host:port` to listen on; port 0 takes a free one")
	if err := flags.Parse(args); err != nil {
		return errUsage
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(errOut, "weblogin does not take %q\n\n", flags.Arg(0))
		flags.Usage()
		return errUsage
	}
	if host, _, err := net.SplitHostPort(*addr); err != nil || !net.ParseIP(host).IsLoopback() {
		fmt.Fprintf(errOut, "weblogin: -addr %s is not loopback, such as 127.0.0.1:0\n\n", *addr)
		flags.Usage()
		return errUsage
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	root := "http://" + listener.Addr().String()
	config := oauthflow.Config{
		ClientID:     strings.TrimSpace(os.Getenv("TELNYX_CLIENT_ID")),
		ClientSecret: strings.TrimSpace(os.Getenv("TELNYX_CLIENT_SECRET")),
		RedirectURI:  root + "/callback",
		Scopes:       []string{"authentication_and_access.read"},
		Store:        new(oauthflow.MemoryStore), // a real application keeps logins in a database
	}
	var options []option.RequestOption
	if base := os.Getenv("TELNYX_BASE_URL"); base != "" {
		options = append(options, option.WithBaseURL(base))
	}
	fmt.Fprintln(out, root) // the first line, for programs that start this one
	if config.ClientID == "" {
		server := oauthtest.NewServer()
		defer server.Close()
		app := server.AddClient(oauthtest.Client{
			Name: "Weblogin", RedirectURIs: []string{config.RedirectURI}, Scopes: config.Scopes,
		})
		config.ClientID, config.ClientSecret = app.ID, app.Secret
		options = []option.RequestOption{option.WithBaseURL(server.BaseURL())}
		fmt.Fprintln(out, "TELNYX_CLIENT_ID is not set: using a test server,", server.BaseURL())
	}
	config.Client = telnyx.NewClient(append(options, option.WithoutEnvironment())...)
	return serve(ctx, listener, newApp(config, options))
}

func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if server.Shutdown(patience) != nil { // browsers open connections that they do not use
		server.Close()
	}
	<-failed // http.ErrServerClosed
	return nil
}
