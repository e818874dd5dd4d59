// Manage-clients administers the OAuth clients of an account.
//
//	go run ./examples/manage-clients -h
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

const usage = `Manage-clients administers the OAuth clients of an account: of TELNYX_API_KEY, or, if it is not set,
of a small test server that it starts for this one run.

  manage-clients list [-name TEXT] [-type TYPE]      lists the clients whose name contains TEXT and whose type is TYPE
  manage-clients create -name NAME -secret FILE      creates a client for client credentials, with the first known scope
  manage-clients update -name NAME CLIENT_ID         renames a client
  manage-clients delete CLIENT_ID                    deletes a client with its grants and tokens

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
		fmt.Fprintln(os.Stderr, "manage-clients:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	flags := flag.NewFlagSet("manage-clients", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.Usage = func() { fmt.Fprint(errOut, usage); flags.PrintDefaults() }
	name := flags.String("name", "", "the `name` of a client, or a part of it for list")
	kind := flags.String("type", "", "confidential or public")
	file := flags.String("secret", "", "a new `file` for the secret of the client that is created")
	words, err := parse(flags, args)
	if err != nil {
		return errUsage
	}
	if problem := misuse(words, *name, *file); problem != "" {
		fmt.Fprintf(errOut, "%s\n\n", problem)
		flags.Usage()
		return errUsage
	}

	client := telnyx.NewClient() // reads TELNYX_API_KEY
	if strings.TrimSpace(os.Getenv("TELNYX_API_KEY")) == "" {
		server := oauthtest.NewServer()
		defer server.Close()
		fmt.Fprintln(errOut, "TELNYX_API_KEY is not set: using a test server with two clients.")
		server.AddClient(oauthtest.Client{ID: "client-1", Name: "web shop"})
		server.AddClient(oauthtest.Client{ID: "client-2", Name: "phone app", Type: "public"})
		client = telnyx.NewClient(
			option.WithoutEnvironment(),
			option.WithBaseURL(server.BaseURL()),
			option.WithAPIKey(server.APIKey()),
		)
	}
	switch words[0] {
	case "list":
		return list(ctx, client, out, *name, *kind)
	case "create":
		return create(ctx, client, out, *name, *file)
	case "update":
		return update(ctx, client, out, words[1], *name)
	default:
		return remove(ctx, client, out, words[1])
	}
}

// parse reads flags also after other words, and returns those words. Package flag stops at the first of them.
func parse(flags *flag.FlagSet, args []string) (words []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		if flags.NArg() == 0 {
			return words, nil
		}
		words, args = append(words, flags.Arg(0)), flags.Args()[1:]
	}
}

// misuse returns what is wrong with a command, or "".
func misuse(words []string, name, file string) string {
	if len(words) == 0 {
		return "a command is missing"
	}
	command, wanted := words[0], 1
	switch command {
	case "list", "create":
	case "update", "delete":
		wanted = 2
	default:
		return fmt.Sprintf("%q is not a command", command)
	}
	switch {
	case len(words) < wanted:
		return command + " needs a CLIENT_ID"
	case len(words) > wanted:
		return fmt.Sprintf("%s does not take %q", command, words[wanted])
	case (command == "create" || command == "update") && name == "":
		return command + " needs -name, the name of the client"
	case command == "create" && file == "":
		return "create needs -secret, a new file for the client secret, which the API shows only once"
	}
	return ""
}

func list(ctx context.Context, client telnyx.Client, out io.Writer, name, kind string) error {
	filter := telnyx.OAuthClientListParams{FilterClientType: telnyx.OAuthClientListParamsFilterClientType(kind)}
	if name != "" {
		filter.FilterNameContains = telnyx.String(name)
	}
	found := false
	for c, err := range client.OAuthClients.ListAutoPaging(ctx, filter).All() {
		if err != nil {
			return err
		}
		found = true
		fmt.Fprintf(out, "%s  %-12s  %s  %s\n", c.ClientID, c.ClientType, c.Name, strings.Join(c.AllowedGrantTypes, ","))
	}
	if !found {
		fmt.Fprintln(out, "no clients found")
	}
	return nil
}

// create writes the secret, which the API shows only once, to a file that only its owner can read.
func create(ctx context.Context, client telnyx.Client, out io.Writer, name, file string) error {
	metadata, err := client.WellKnown.GetAuthorizationServerMetadata(ctx)
	if err != nil {
		return err
	}
	secret, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // before there is a secret to lose
	if err != nil {
		return err
	}
	created, err := client.OAuthClients.New(ctx, telnyx.OAuthClientNewParams{
		Name:              name,
		ClientType:        telnyx.OAuthClientNewParamsClientTypeConfidential,
		AllowedGrantTypes: []string{"client_credentials"},
		AllowedScopes:     metadata.ScopesSupported[:min(1, len(metadata.ScopesSupported))],
	})
	if err != nil {
		return errors.Join(err, secret.Close(), os.Remove(file))
	}
	fmt.Fprintf(out, "created %s; its secret is in %s\n", created.Data.ClientID, file)
	_, err = secret.WriteString(created.Data.ClientSecret + "\n")
	return errors.Join(err, secret.Close())
}

func update(ctx context.Context, client telnyx.Client, out io.Writer, id, name string) error {
	updated, err := client.OAuthClients.Update(ctx, id, telnyx.OAuthClientUpdateParams{Name: telnyx.String(name)})
	if err != nil {
		return explain(err, id)
	}
	fmt.Fprintln(out, "updated", updated.Data.ClientID, updated.Data.Name)
	return nil
}

func remove(ctx context.Context, client telnyx.Client, out io.Writer, id string) error {
	if err := client.OAuthClients.Delete(ctx, id); err != nil {
		return explain(err, id)
	}
	fmt.Fprintln(out, "deleted", id)
	return nil
}

func explain(err error, id string) error {
	if errors.Is(err, telnyx.ErrNotFound) {
		return fmt.Errorf("there is no client %s", id)
	}
	return err
}
