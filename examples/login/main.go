// Login is a command that signs its user in once, in the browser, and keeps the login in a file. Then it lists the
// OAuth clients of the account.
//
//	go run ./examples/login
//	TELNYX_CLIENT_ID=… go run ./examples/login
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

const usage = `Login signs you in with Telnyx, unless you are signed in already, and lists the OAuth clients of your
account. TELNYX_CLIENT_ID is its OAuth client, which has the redirect URI http://127.0.0.1/callback. If it is not set,
a test server replaces Telnyx, and nothing is kept.

`

// errUsage is returned for a command line that asks for help or is wrong, after the usage has been shown.
var errUsage = errors.New("wrong usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, errUsage):
		os.Exit(2)
	case errors.Is(err, telnyx.ErrAccessDenied):
		fmt.Fprintln(os.Stderr, "login: you did not give access")
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "login:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) error {
	flags := flag.NewFlagSet("login", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.Usage = func() { fmt.Fprint(errOut, usage); flags.PrintDefaults() }
	dir := flags.String("dir", "", "`folder` of the login; by default telnyx-login in your configuration folder")
	browser := flags.Bool("browser", true, "open a browser; without one, the test server gives consent automatically")
	headless := flags.Bool("headless", false, "print the URL, and read the address to which the browser is redirected")
	logout := flags.Bool("logout", false, "forget the login")
	if err := flags.Parse(args); err != nil {
		return errUsage
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(errOut, "login does not take %q\n\n", flags.Arg(0))
		flags.Usage()
		return errUsage
	}
	config, options, done, err := configure(*dir, !*browser, out)
	if err != nil {
		return err
	}
	defer done()
	if *logout {
		if err := config.Forget(ctx); err != nil {
			return err
		}
		fmt.Fprintln(out, "You are signed out.")
		return nil
	}

	source, err := config.Stored()
	if err != nil {
		return err
	}
	defer source.Close() // waits for a renewal under way, so that its token is not lost
	if _, err = source.Token(ctx); errors.Is(err, oauthflow.ErrReauthorize) || errors.Is(err, oauthflow.ErrCorrupt) {
		login := oauthflow.Login{Out: errOut, Headless: *headless, In: in}
		switch {
		case *browser:
		case os.Getenv("TELNYX_CLIENT_ID") == "":
			login.OpenBrowser = follow
		default:
			login.OpenBrowser = func(string) error { return nil } // the user opens the printed URL
		}
		_, err = config.Login(ctx, login)
	}
	if err != nil {
		return err
	}
	client := telnyx.NewClient(append(options, option.WithoutEnvironment(), oauthflow.WithTokenSource(source))...)
	return list(ctx, client, out)
}

// configure returns the configuration of the OAuth client of TELNYX_CLIENT_ID, or of one of a test server.
func configure(dir string, consent bool, out io.Writer) (
	config oauthflow.Config, options []option.RequestOption, done func(), err error,
) {
	config = oauthflow.Config{
		ClientID:     strings.TrimSpace(os.Getenv("TELNYX_CLIENT_ID")),
		ClientSecret: strings.TrimSpace(os.Getenv("TELNYX_CLIENT_SECRET")),
		Scopes:       []string{"authentication_and_access.read"},
	}
	done = func() {}
	if base := os.Getenv("TELNYX_BASE_URL"); base != "" {
		options = append(options, option.WithBaseURL(base))
	}
	switch {
	case config.ClientID == "":
		var server *oauthtest.Server
		if consent {
			server = oauthtest.NewServer(oauthtest.WithAutoConsent())
		} else {
			server = oauthtest.NewServer()
		}
		app := server.AddClient(oauthtest.Client{Name: "Login", Type: "public", Scopes: config.Scopes})
		config.ClientID, config.ClientSecret, config.Store = app.ID, "", new(oauthflow.MemoryStore)
		options = []option.RequestOption{option.WithBaseURL(server.BaseURL())}
		done = server.Close
		fmt.Fprintln(out, "TELNYX_CLIENT_ID is not set: using a test server,", server.BaseURL())
	case dir == "":
		if dir, err = os.UserConfigDir(); err != nil {
			return config, nil, nil, fmt.Errorf("%w; say where with -dir", err)
		}
		dir = filepath.Join(dir, "telnyx-login")
	}
	if config.Store == nil {
		config.Store = &oauthflow.FileStore{Dir: dir}
	}
	config.Client = telnyx.NewClient(append(options, option.WithoutEnvironment())...)
	return config, options, done, nil
}

// follow opens a URL as a browser does, for a server that gives consent automatically.
func follow(target string) error {
	res, err := http.Get(target)
	if err != nil {
		return errors.New("the login page could not be opened") // the error has the URL, which has the state
	}
	return res.Body.Close()
}

func list(ctx context.Context, client telnyx.Client, out io.Writer) error {
	none := true
	for c, err := range client.OAuthClients.ListAutoPaging(ctx, telnyx.OAuthClientListParams{}).All() {
		if err != nil {
			return err
		}
		none = false
		fmt.Fprintf(out, "%s  %s\n", c.ClientID, c.Name)
	}
	if none {
		fmt.Fprintln(out, "The account has no OAuth clients.")
	}
	return nil
}
