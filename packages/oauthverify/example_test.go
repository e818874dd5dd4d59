package oauthverify_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
	"github.com/team-telnyx/telnyx-go/packages/oauthverify"
)

func Example() {
	srv := oauthtest.New() // a test server; your program calls the live API
	defer srv.Close()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(srv.BaseURL()),
		option.WithHTTPClient(srv.Client()))
	verifier, err := oauthverify.New(client, oauthverify.Policy{
		Issuer: srv.URL(), Resource: "https://mcp.example.com/mcp",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	handler := verifier.Require("voice.read")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, _ := oauthverify.ClaimsFromContext(r.Context())
		fmt.Fprint(w, "hello, ", claims.Subject)
	}))

	for _, scopes := range [][]string{{"voice.read"}, {"fax.read"}} {
		req := httptest.NewRequest("GET", "/mcp", nil)
		req.Header.Set("Authorization", "Bearer "+srv.MintToken(oauthtest.Minted{
			Subject: "ann", Audience: []string{"https://mcp.example.com/mcp"}, Scopes: scopes,
		}))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, req)
		fmt.Println(w.Code, strings.TrimSpace(w.Body.String()))
		fmt.Println(strings.ReplaceAll(w.Header().Get("WWW-Authenticate"), ", ", ",\n"))
	}
	// Output:
	// 200 hello, ann
	//
	// 403 Forbidden
	// Bearer error="insufficient_scope",
	// scope="voice.read",
	// resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"
}

func ExampleVerifier_Verify() {
	srv := oauthtest.New()
	defer srv.Close()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(srv.BaseURL()),
		option.WithHTTPClient(srv.Client()))
	verifier, err := oauthverify.New(client, oauthverify.Policy{Issuer: srv.URL(), Resource: "https://api.example"})
	if err != nil {
		fmt.Println(err)
		return
	}

	token := srv.MintToken(oauthtest.Minted{Audience: []string{"https://other.example"}})
	_, err = verifier.Verify(context.Background(), token)

	fmt.Println(errors.Is(err, oauthverify.ErrInvalidToken), errors.Is(err, oauthverify.ErrAudience))
	// Output: true true
}

func ExampleMetadataHandler() {
	handler, err := oauthverify.MetadataHandler(oauthverify.Metadata{
		Resource: "https://mcp.example.com/mcp", AuthorizationServers: []string{"https://api.telnyx.com"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest("GET", oauthverify.MetadataPath+"/mcp", nil))
	var indented bytes.Buffer
	_ = json.Indent(&indented, w.Body.Bytes(), "", "  ")
	fmt.Println(&indented)
	// Output:
	// {
	//   "authorization_servers": [
	//     "https://api.telnyx.com"
	//   ],
	//   "bearer_methods_supported": [
	//     "header"
	//   ],
	//   "resource": "https://mcp.example.com/mcp"
	// }
}
