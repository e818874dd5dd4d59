package main

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/team-telnyx/telnyx-go/packages/oauthverify"
)

// TokenVerifier makes auth.RequireBearerToken of the MCP Go SDK decide as v does. v's policy must have no Scopes: the
// SDK checks them itself, and only then responds with 403.
func TokenVerifier(v *oauthverify.Verifier) auth.TokenVerifier {
	return func(ctx context.Context, token string, _ *http.Request) (*auth.TokenInfo, error) {
		claims, err := v.Verify(ctx, token)
		switch {
		case errors.Is(err, oauthverify.ErrInvalidToken):
			return nil, auth.ErrInvalidToken // not err: the SDK would write its text into the response
		case err != nil:
			return nil, errors.New("the token cannot be checked now")
		}
		return &auth.TokenInfo{
			Scopes:     claims.Scopes,
			Expiration: claims.Expiry,
			UserID:     cmp.Or(claims.Subject, claims.ClientID),
			Extra:      map[string]any{"client_id": claims.ClientID},
		}, nil
	}
}

// protected returns the MCP server behind the SDK's middleware, which binds sessions to the user.
func protected(v *oauthverify.Verifier, host string) http.Handler {
	server := mcp.NewServer(&mcp.Implementation{Name: "calls", Version: "1"}, nil)
	mcp.AddTool(server, &mcp.Tool{Name: "whoami", Description: "says who calls"}, whoami)
	handler := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, nil)
	return auth.RequireBearerToken(TokenVerifier(v), &auth.RequireBearerTokenOptions{
		Scopes:              []string{"voice.read"},
		ResourceMetadataURL: "http://" + host + oauthverify.MetadataPath + "/mcp",
		ClockSkew:           30 * time.Second, // the SDK checks the expiry again: the verifier's leeway
	})(handler)
}

type nothing struct{}

type caller struct {
	User string `json:"user"`
}

func whoami(_ context.Context, req *mcp.CallToolRequest, _ nothing) (*mcp.CallToolResult, caller, error) {
	return nil, caller{req.Extra.TokenInfo.UserID}, nil
}
