// Mcp is an MCP server over streamable HTTP that accepts tokens from Telnyx, and an MCP client that finds the
// authorization server from the 401, logs in, and calls a tool. It is a module of its own, so that the SDK does not
// depend on the MCP SDK.
//
//	cd examples/mcp && go run .
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

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
	"github.com/team-telnyx/telnyx-go/packages/oauthverify"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mcp:", err)
		os.Exit(1)
	}
}

// run starts an authorization server, the MCP server, and the client.
func run(ctx context.Context, out io.Writer) error {
	telnyxServer := oauthtest.NewServer()
	defer telnyxServer.Close()
	gate := telnyxServer.AddClient(oauthtest.Client{Name: "The MCP server itself"})
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(telnyxServer.BaseURL()),
		option.WithClientID(gate.ID), option.WithClientSecret(gate.Secret))

	host := httptest.NewUnstartedServer(nil)
	resource := "http://" + host.Listener.Addr().String() + "/mcp"
	verifier, err := oauthverify.New(client, oauthverify.Policy{Issuer: telnyxServer.URL(), Resource: resource})
	if err != nil {
		return err
	}
	metadata, err := oauthverify.MetadataHandler(oauthverify.Metadata{
		Resource: resource, AuthorizationServers: []string{telnyxServer.URL()}, ScopesSupported: []string{"voice.read"},
	})
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/mcp", protected(verifier, host.Listener.Addr().String()))
	mux.Handle(oauthverify.MetadataPath, metadata)
	mux.Handle(oauthverify.MetadataPath+"/", metadata)
	host.Config.Handler = mux
	host.Start()
	defer host.Close()

	approve := func(authorizeURL string) (string, error) { // the browser and its user
		callback, err := telnyxServer.Approve(authorizeURL)
		if err != nil {
			return "", err
		}
		return callback.RawQuery, nil
	}
	source, err := signIn(ctx, resource, approve)
	if err != nil {
		return err
	}
	defer source.Close()
	said, err := callTool(ctx, resource, source)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, said)
	return refused(ctx, out, host, resource)
}

// refused shows what a client without a token gets.
func refused(ctx context.Context, out io.Writer, host *httptest.Server, resource string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, resource, http.NoBody)
	if err != nil {
		return err
	}
	res, err := host.Client().Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		return errors.New("a request without a token was answered with " + res.Status)
	}
	fmt.Fprintln(out, "without a token:", res.Status)
	return nil
}
