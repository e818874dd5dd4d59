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

const usage = `Manage-clients administers the OAuth clients of the account of TELNYX_API_KEY, or, without one, of a small server that
it starts for this one run.

  manage-clients [-name TEXT] [-type TYPE] list     those that have TEXT in their name and are of TYPE
  manage-clients -name NAME -secret FILE create     one for client credentials, with the first scope that there is
  manage-clients -name NAME update CLIENT_ID        gives it another name
  manage-clients delete CLIENT_ID                   and with it its grants and tokens

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "manage-clients:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("manage-clients", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.Usage = func() { fmt.Fprint(out, usage); flags.PrintDefaults() }
	name := flags.String("name", "", "the name of a client, or a part of it for list")
	kind := flags.String("type", "", "confidential or public")
	file := flags.String("secret", "", "a new `file` for the secret of the client that is created")
	if err := flags.Parse(args); err != nil {
		return err
	}

	client := telnyx.NewClient() // with TELNYX_API_KEY
	if strings.TrimSpace(os.Getenv("TELNYX_API_KEY")) == "" {
		server := oauthtest.NewServer()
		defer server.Close()
		fmt.Fprintln(out, "TELNYX_API_KEY is not set: using a server of our own, with two clients.")
		server.AddClient(oauthtest.Client{ID: "client-1", Name: "web shop"})
		server.AddClient(oauthtest.Client{ID: "client-2", Name: "phone app", Type: "public"})
		client = telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(server.BaseURL()), option.WithAPIKey(server.APIKey()))
	}
	switch command, id := flags.Arg(0), flags.Arg(1); command {
	case "list":
		return list(ctx, client, out, *name, *kind)
	case "create":
		return create(ctx, client, out, *name, *file)
	case "update":
		updated, err := client.OAuthClients.Update(ctx, id, telnyx.OAuthClientUpdateParams{Name: telnyx.String(*name)})
		if err == nil {
			fmt.Fprintln(out, "updated", updated.Data.ClientID, updated.Data.Name)
		}
		return err
	case "delete":
		err := client.OAuthClients.Delete(ctx, id)
		if errors.Is(err, telnyx.ErrNotFound) {
			return fmt.Errorf("there is no client %s", id)
		}
		return err
	default:
		return fmt.Errorf("%q is no command; -h lists them", command)
	}
}

func list(ctx context.Context, client telnyx.Client, out io.Writer, name, kind string) error {
	filter := telnyx.OAuthClientListParams{FilterClientType: telnyx.OAuthClientListParamsFilterClientType(kind)}
	if name != "" {
		filter.FilterNameContains = telnyx.String(name)
	}
	for c, err := range client.OAuthClients.ListAutoPaging(ctx, filter).All() {
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s  %-12s  %s  %s\n", c.ClientID, c.ClientType, c.Name, strings.Join(c.AllowedGrantTypes, ","))
	}
	return nil
}

// create writes the secret, which the API shows only once, to a file that nobody else can read.
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
