package main

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
	"github.com/team-telnyx/telnyx-go/packages/oauthverify"
)

// offline gets a token of every kind from a test server.
func offline(ctx context.Context, out io.Writer) error {
	var later atomic.Int64 // how far the clocks are moved
	now := func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	server := oauthtest.NewServer(oauthtest.WithClock(now))
	defer server.Close()
	fmt.Fprintln(out, "TELNYX_CLIENT_ID and TELNYX_CLIENT_SECRET are not set: using a test server,", server.BaseURL())
	gate := server.AddClient(oauthtest.Client{Name: "The API itself"})
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(server.BaseURL()),
		option.WithClientID(gate.ID), option.WithClientSecret(gate.Secret))
	api, err := protect(client, oauthverify.Policy{Issuer: server.URL(), Clock: now})
	if err != nil {
		return err
	}
	defer api.Close()
	resource := api.URL + "/calls"

	good, err := login(ctx, server, resource)
	if err != nil {
		return err
	}
	mint := func(m oauthtest.Minted) string {
		if m.Audience == nil {
			m.Audience = []string{resource}
		}
		if m.Scopes == nil {
			m.Scopes = []string{"voice.read"}
		}
		m.ClientID = "somebody"
		return server.MintToken(m)
	}
	revoked := mint(oauthtest.Minted{Opaque: true})
	for _, c := range []struct{ what, token string }{
		{"no token", ""},
		{"a valid one", good},
		{"expired", mint(oauthtest.Minted{Expires: now().Add(-time.Hour)})},
		{"another scope", mint(oauthtest.Minted{Scopes: []string{"voice.write"}})},
		{"another audience", mint(oauthtest.Minted{Audience: []string{"https://other.example"}})},
		{"a forgery", mint(oauthtest.Minted{Unpublished: true})},
		{"opaque", revoked},
	} {
		if err = call(ctx, out, api, c.what, c.token); err != nil {
			return err
		}
	}
	server.RevokeToken(revoked)
	if err = call(ctx, out, api, "revoked just now", revoked); err != nil { // the cached introspection is used
		return err
	}
	later.Store(int64(5 * time.Minute))
	return call(ctx, out, api, "5 minutes later", revoked)
}

// login gets a token for the resource, as the client of a user does.
func login(ctx context.Context, server *oauthtest.Server, resource string) (string, error) {
	app := server.AddClient(oauthtest.Client{
		Name: "A client of the API", Type: "public", RedirectURIs: []string{"https://client.example/callback"},
		Scopes: []string{"voice.read"},
	})
	config := oauthflow.Config{
		Client:   telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(server.BaseURL())),
		ClientID: app.ID, RedirectURI: "https://client.example/callback",
		Scopes: []string{"voice.read"}, Resources: []string{resource},
	}
	pending, err := config.Begin()
	if err != nil {
		return "", err
	}
	callback, err := server.Approve(pending.URL) // the browser and its user
	if err != nil {
		return "", err
	}
	token, err := config.Finish(ctx, pending, callback.Query())
	return token.AccessToken, err
}
