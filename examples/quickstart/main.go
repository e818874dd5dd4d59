// Quickstart takes a tour of the Telnyx OAuth API: every operation, in the order in which a program needs them.
//
//	go run ./examples/quickstart
//
// story.go has the tour, consent.go the part that needs a person, and cleanup.go deletes what the tour created.
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

const usage = `Quickstart walks through the Telnyx OAuth API: discovery, OAuth clients, tokens, consent, grants, and
an error.

  go run ./examples/quickstart [-login]

Without TELNYX_API_KEY it starts a test server, and nothing leaves this machine. With TELNYX_API_KEY it calls the API at
TELNYX_BASE_URL, or else at https://api.telnyx.com/v2. It deletes what it created there, also after a failure or Ctrl-C.
It exits with 0 only if everything worked, the deleting included.

`

// errUsage is returned for a command line that asks for help or is wrong, after the usage has been shown.
var errUsage = errors.New("wrong usage")

func main() {
	signal.Ignore(syscall.SIGPIPE) // so that the tour cleans up even if its output is closed
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "\nquickstart failed:", err)
		os.Exit(1)
	}
}

// run does what main does, with its own arguments and outputs. The extra options are for all clients of the tour.
func run(ctx context.Context, args []string, out, errOut io.Writer, extra ...option.RequestOption) error {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.Usage = func() { fmt.Fprint(errOut, usage); flags.PrintDefaults() }
	login := flags.Bool("login", false, "give consent yourself: print the link to open in a browser, and wait for it")
	if err := flags.Parse(args); err != nil {
		return errUsage
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(errOut, "quickstart does not take %q\n\n", flags.Arg(0))
		flags.Usage()
		return errUsage
	}

	var t *tour
	if strings.TrimSpace(os.Getenv("TELNYX_API_KEY")) == "" {
		server := oauthtest.NewServer()
		defer server.Close()
		fmt.Fprintln(out, "TELNYX_API_KEY is not set: this tour calls a test server that it starts,", server.BaseURL())
		here := []option.RequestOption{option.WithoutEnvironment(), option.WithBaseURL(server.BaseURL())}
		t = newTour(out, append(here, extra...), option.WithAPIKey(server.APIKey()))
		t.consent = t.consentByAPI // the test account has no owner to ask
	} else {
		fmt.Fprintf(out, "TELNYX_API_KEY is set: this tour calls %s, and deletes what it creates there.\n", baseURL())
		t = newTour(out, extra)
	}
	if *login {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer listener.Close()
		t.consentAt(listener)
	}
	if err := t.walk(ctx); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nEverything worked.")
	return nil
}

// baseURL returns the base URL of the environment for printing, without a password.
func baseURL() string {
	u, err := url.Parse(cmp.Or(strings.TrimSpace(os.Getenv("TELNYX_BASE_URL")), "https://api.telnyx.com/v2"))
	if err != nil {
		return "TELNYX_BASE_URL"
	}
	return u.Redacted()
}

// A tour is one walk through the API.
type tour struct {
	account telnyx.Client          // calls on behalf of the account
	here    []option.RequestOption // the address of the API, for clients with other credentials

	name        string          // the prefix of the names of all clients that the tour creates
	made        map[string]bool // client ids to delete
	redirectURI string
	consent     consent

	// Results of one chapter for the next.
	scopes  []string
	service *telnyx.OAuthClient
	app     *telnyx.OAuthRegisterResponse
	tokens  *telnyx.OAuthTokenResponse // nil if no user was asked

	out     io.Writer
	chapter int
}

// newTour makes a tour whose account has the given credentials, or else those of the environment.
func newTour(out io.Writer, here []option.RequestOption, credentials ...option.RequestOption) *tour {
	t := &tour{
		here:        append([]option.RequestOption{option.WithRequestTimeout(30 * time.Second)}, here...),
		name:        "quickstart-" + rand.Text()[:10],
		made:        map[string]bool{},
		redirectURI: "http://127.0.0.1/callback",
		out:         out,
	}
	t.account = t.client(credentials...)
	t.consent = t.skipConsent
	return t
}

func (t *tour) client(credentials ...option.RequestOption) telnyx.Client {
	return telnyx.NewClient(append(t.here[:len(t.here):len(t.here)], credentials...)...)
}

func (t *tour) title(text string) {
	t.chapter++
	fmt.Fprintf(t.out, "\n%d. %s\n", t.chapter, text)
}

// did prints a call of the SDK, and what it did.
func (t *tour) did(call, format string, args ...any) {
	fmt.Fprintf(t.out, "   client.%s\n", call)
	t.say(format, args...)
}

func (t *tour) say(format string, args ...any) {
	fmt.Fprintf(t.out, "      "+format+"\n", args...)
}
