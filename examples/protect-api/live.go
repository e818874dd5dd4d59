package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
	"github.com/team-telnyx/telnyx-go/packages/oauthverify"
)

// live gets a token of the application from the API of the environment.
func live(ctx context.Context, out io.Writer) error {
	client := telnyx.NewClient()
	server, err := oauthflow.Discover(ctx, client)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "tokens of", server.Issuer)
	// It is not known whether the server puts resource into aud: see docs/protecting-an-api.md.
	api, err := protect(client, oauthverify.Policy{Issuer: server.Issuer, AnyAudience: true})
	if err != nil {
		return err
	}
	defer api.Close()
	source, err := oauthflow.Config{
		Client: client, Server: server, Scopes: []string{"voice.read"}, Resources: []string{api.URL + "/calls"},
		ClientID: os.Getenv("TELNYX_CLIENT_ID"), ClientSecret: os.Getenv("TELNYX_CLIENT_SECRET"),
	}.ClientCredentials()
	if err != nil {
		return err
	}
	defer source.Close()
	token, err := source.Token(ctx)
	if err != nil {
		return err
	}
	for _, c := range []struct{ what, token string }{
		{"no token", ""}, {"a valid one", token.AccessToken}, {"nonsense", "not-a-token"},
	} {
		if err = call(ctx, out, api, c.what, c.token); err != nil {
			return err
		}
	}
	return nil
}
