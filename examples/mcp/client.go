package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
)

// signIn finds the authorization server from the 401 of a resource (RFC 9728), registers a client there (RFC 7591), and
// gets a token. approve does what a browser and its user do; a real client calls Login.
func signIn(
	ctx context.Context, resource string, approve func(authorizeURL string) (query string, err error),
) (*oauthflow.Source, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, resource, http.NoBody)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	client := telnyx.NewClient(option.WithoutEnvironment())
	server, err := oauthflow.DiscoverChallenge(ctx, client, res)
	if err != nil {
		return nil, err
	}
	config, err := oauthflow.Config{
		Client: client, Server: server, Scopes: server.Scopes, Resources: []string{server.Resource},
		RedirectURI: "http://127.0.0.1/callback", Store: new(oauthflow.MemoryStore),
	}.Register(ctx, telnyx.OAuthRegisterParams{ClientName: telnyx.String("An MCP client")})
	if err != nil {
		return nil, err
	}
	pending, err := config.Begin()
	if err != nil {
		return nil, err
	}
	answer, err := approve(pending.URL)
	if err != nil {
		return nil, err
	}
	callback, err := url.ParseQuery(answer)
	if err != nil {
		return nil, err
	}
	if _, err = config.Finish(ctx, pending, callback); err != nil {
		return nil, err
	}
	return config.Stored()
}

// callTool asks the MCP server who calls.
func callTool(ctx context.Context, resource string, source *oauthflow.Source) (string, error) {
	client := mcp.NewClient(&mcp.Implementation{Name: "client", Version: "1"}, nil)
	session, err := client.Connect(ctx, &mcp.StreamableClientTransport{
		Endpoint: resource, HTTPClient: source.HTTPClient(ctx), DisableStandaloneSSE: true,
	}, nil)
	if err != nil {
		return "", err
	}
	defer session.Close()
	result, err := session.CallTool(ctx, &mcp.CallToolParams{Name: "whoami"})
	if err != nil {
		return "", err
	}
	if result.IsError {
		return "", fmt.Errorf("the tool failed: %v", result.Content)
	}
	said, err := json.Marshal(result.StructuredContent)
	return string(said), err
}
