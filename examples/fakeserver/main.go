// Fakeserver serves the Telnyx OAuth test server for manual use, and for programs in other languages.
//
//	go run ./examples/fakeserver
//
// It prints credentials, which work with this server only, commands to copy, and a line for each request. It keeps
// everything in memory.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"text/template"
	"time"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

const usage = `Fakeserver serves a fake Telnyx OAuth API until Ctrl-C, and logs the requests.

`

// errUsage is returned for a command line that asks for help or is wrong, after the usage has been shown.
var errUsage = errors.New("wrong usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "fakeserver:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	flags := flag.NewFlagSet("fakeserver", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.Usage = func() { fmt.Fprint(errOut, usage); flags.PrintDefaults() }
	addr := flags.String("addr", "127.0.0.1:8399", "`host:port` to listen on; port 0 takes a free one")
	key := flags.String("api-key", "", "the API `key` to accept; a new one by default")
	id := flags.String("client-id", "", "the client `id` of the demo app; a new one by default")
	secret := flags.String("client-secret", "", "the client `secret` of the demo app; a new one by default")
	seedFile := flags.String("seed-file", "", "a JSON `file` of clients and grants to start with")
	asJSON := flags.Bool("json", false, "print the address and credentials as one line of JSON, and the log to stderr")
	withAdmin := flags.Bool("admin", false, "serve "+adminPath+" on loopback: clock, faults, state, reset")
	limits := flags.Bool("limits", false, "limit introspection and registration as the live API does")
	if err := flags.Parse(args); err != nil {
		return errUsage
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(errOut, "fakeserver does not take %q\n\n", flags.Arg(0))
		flags.Usage()
		return errUsage
	}
	planted, err := readSeed(*seedFile)
	if err != nil {
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
	if *withAdmin && !local {
		listener.Close()
		return errors.New("-admin is for loopback only: give -addr 127.0.0.1:0")
	}
	opts := []oauthtest.Option{oauthtest.WithURL(root), oauthtest.WithHistory(0), oauthtest.WithAPIKey(*key)}
	if *limits {
		opts = append(opts, oauthtest.WithRateLimits())
	}
	srv := oauthtest.New(opts...)
	app := oauthtest.Client{
		ID:           *id,
		Secret:       *secret,
		Name:         "Demo app",
		Scopes:       []string{"messaging.read", "numbers.read"},
		RedirectURIs: []string{"http://127.0.0.1/callback"},
	}
	app = srv.AddClient(app)
	planted.plant(srv)
	var handler http.Handler = srv
	if *withAdmin {
		mux := http.NewServeMux()
		mux.Handle("/", srv)
		mux.Handle(adminPath, admin(srv, func() {
			srv.AddClient(app)
			planted.plant(srv)
		}))
		handler = mux
	}
	requests := out
	if *asJSON {
		requests = errOut
		err = json.NewEncoder(out).Encode(map[string]string{
			"base_url": srv.BaseURL(), "api_key": srv.APIKey(), "client_id": app.ID, "client_secret": app.Secret,
		})
	} else {
		err = greet(out, srv, app, local)
	}
	if err != nil {
		return err
	}
	return serve(ctx, srv, handler, listener, requests)
}

// rootURL returns the URL of a listener for browsers on this machine. local reports whether only this machine reaches
// it.
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

func serve(
	ctx context.Context, srv *oauthtest.Server, handler http.Handler, listener net.Listener, out io.Writer,
) error {
	server := &http.Server{Handler: logged(handler, log.New(out, "", log.Ltime)), ReadHeaderTimeout: 10 * time.Second}
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

// logged writes a line for each request, without its query and its consent token, which are secrets on a real server.
func logged(next http.Handler, to *log.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := &statusWriter{w, http.StatusOK}
		next.ServeHTTP(answer, r)
		path := r.URL.EscapedPath()
		if before, _, ok := strings.Cut(path, "/oauth/consent/"); ok {
			path = before + "/oauth/consent/{consent_token}"
		}
		to.Println(r.Method, path, answer.status)
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// greet prints the credentials and commands to begin with.
func greet(out io.Writer, srv *oauthtest.Server, app oauthtest.Client, local bool) error {
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

// In curl's -u, as everywhere in HTTP Basic for OAuth, id and secret are form-encoded (RFC 6749 section 2.3.1).
var greeting = template.Must(template.New("").Parse(`A fake Telnyx OAuth server is listening.
Its credentials work with this server only.
{{if not .Local}}
Everyone who can reach this port can use it.
{{end}}
  base URL       {{.Base}}
  API key        {{.Key}}
  client id      {{.ID}}
  client secret  {{.Secret}}

For programs that use the SDK:

  export TELNYX_BASE_URL={{.Base}} TELNYX_API_KEY='{{.Key}}'

Discovery:

  curl {{.Root}}/.well-known/oauth-authorization-server

Create a client:

  curl {{.Base}}/oauth_clients -H 'Authorization: Bearer {{.Key}}' -H 'Content-Type: application/json' \
    -d '{"name":"Pager","client_type":"confidential","allowed_scopes":["messaging.read"],{{- /* no line break */ -}}
    "allowed_grant_types":["client_credentials"]}'

Get a token, and introspect it (paste it in place of TOKEN):

  curl {{.Base}}/oauth/token -u '{{urlquery .ID}}:{{urlquery .Secret}}' -d grant_type=client_credentials
  curl {{.Base}}/oauth/introspect -u '{{urlquery .ID}}:{{urlquery .Secret}}' -d token=TOKEN

Log in: open this in a browser and decide. It ends at an address without a server; the code is in the address bar.

  {{.Base}}/oauth/authorize?response_type=code&client_id={{urlquery .ID}}{{- /* no line break */ -}}
  &redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback&state=demo{{- /* no line break */ -}}
  &code_challenge={{.Challenge}}&code_challenge_method=S256

Exchange the code, within a minute (paste it in place of CODE):

  curl {{.Base}}/oauth/token -u '{{urlquery .ID}}:{{urlquery .Secret}}' -d grant_type=authorization_code -d code=CODE \
    -d redirect_uri=http://127.0.0.1/callback -d code_verifier={{.Verifier}}

Ctrl-C stops the server.
`))
