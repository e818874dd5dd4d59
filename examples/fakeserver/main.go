// Fakeserver serves the Telnyx OAuth test server for use by hand, or from programs in other languages.
//
//	go run ./examples/fakeserver
//
// It prints credentials, which are as fake as the server, and commands to paste. Its memory ends with it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"syscall"
	"text/template"
	"time"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "fakeserver:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("fakeserver", flag.ContinueOnError)
	flags.SetOutput(out)
	addr := flags.String("addr", "127.0.0.1:8399", "host and port to listen on; port 0 takes a free one")
	limits := flags.Bool("limits", false, "limit introspection and registration as the live API does")
	if err := flags.Parse(args); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	root, local, err := rootURL(listener.Addr().String())
	if err != nil {
		return err
	}
	opts := []oauthtest.Option{oauthtest.WithURL(root), oauthtest.WithHistory(0)}
	if *limits {
		opts = append(opts, oauthtest.WithRateLimits())
	}
	srv := oauthtest.New(opts...)
	if err := greet(out, srv, local); err != nil {
		return err
	}
	return serve(ctx, srv, listener, out)
}

// rootURL is where browsers on this machine reach a listener, and whether only they do.
func rootURL(address string) (root string, local bool, err error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return "", false, err
	}
	local = at.Addr().IsLoopback()
	if at.Addr().IsUnspecified() { // all addresses of the machine: one of them is this
		at = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), at.Port())
	}
	return "http://" + at.String(), local, nil
}

func serve(ctx context.Context, srv *oauthtest.Server, listener net.Listener, out io.Writer) error {
	server := &http.Server{Handler: srv, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	srv.Close()
	patience, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := server.Shutdown(patience)
	<-failed
	fmt.Fprintln(out, "Stopped.")
	return err
}

// greet prints what somebody needs to begin.
func greet(out io.Writer, srv *oauthtest.Server, local bool) error {
	app := srv.AddClient(oauthtest.Client{
		Name:         "Demo app",
		Scopes:       []string{"messaging.read", "numbers.read"},
		RedirectURIs: []string{"http://127.0.0.1/callback"},
	})
	return greeting.Execute(out, struct {
		Root, Base, Key, ID, Secret string
		Verifier, Challenge         string
		Local                       bool
	}{
		srv.URL(), srv.BaseURL(), srv.APIKey(), app.ID, app.Secret,
		// The pair of RFC 7636 appendix B. A program makes a new one for each login.
		"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", local,
	})
}

var greeting = template.Must(template.New("").Parse(`A fake Telnyx OAuth server is listening. Its credentials are fake too: they work here and nowhere else.
{{if not .Local}}
Everybody who can reach this port can use it.
{{end}}
  base URL       {{.Base}}
  API key        {{.Key}}
  client id      {{.ID}}
  client secret  {{.Secret}}

For programs that use the SDK:

  export TELNYX_BASE_URL={{.Base}} TELNYX_API_KEY={{.Key}}

Discovery:

  curl {{.Root}}/.well-known/oauth-authorization-server

Create a client:

  curl {{.Base}}/oauth_clients -H 'Authorization: Bearer {{.Key}}' -H 'Content-Type: application/json' \
    -d '{"name":"Pager","client_type":"confidential","allowed_scopes":["messaging.read"],"allowed_grant_types":["client_credentials"]}'

Get a token, and look into it (paste it in place of TOKEN):

  curl {{.Base}}/oauth/token -u '{{.ID}}:{{.Secret}}' -d grant_type=client_credentials
  curl {{.Base}}/oauth/introspect -u '{{.ID}}:{{.Secret}}' -d token=TOKEN

Log in: open this in a browser and decide. You are sent to an address where nobody listens; its code is in the address bar.

  {{.Base}}/oauth/authorize?response_type=code&client_id={{.ID}}&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback&state=demo&code_challenge={{.Challenge}}&code_challenge_method=S256

Exchange the code, within a minute (paste it in place of CODE):

  curl {{.Base}}/oauth/token -u '{{.ID}}:{{.Secret}}' -d grant_type=authorization_code -d code=CODE \
    -d redirect_uri=http://127.0.0.1/callback -d code_verifier={{.Verifier}}

Ctrl-C stops the server.
`))
