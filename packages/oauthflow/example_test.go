package oauthflow_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// server is a test server with one OAuth client; your program calls the live API.
func server() (*oauthtest.Server, oauthflow.Config) {
	srv := oauthtest.New()
	app := srv.AddClient(oauthtest.Client{
		Name: "Pager", RedirectURIs: []string{"https://app.example/callback"}, Scopes: []string{"messaging.read"},
	})
	return srv, oauthflow.Config{
		Client: telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(srv.BaseURL()),
			option.WithHTTPClient(srv.Client())),
		ClientID: app.ID, ClientSecret: app.Secret, RedirectURI: "https://app.example/callback",
		Scopes: []string{"messaging.read"},
	}
}

func Example() {
	srv, app := server()
	defer srv.Close()
	app.Store, app.Account = new(oauthflow.MemoryStore), "ann"

	pending, err := app.Begin() // send the browser to pending.URL
	if err != nil {
		fmt.Println(err)
		return
	}
	callback, err := srv.Approve(pending.URL) // the browser and its user
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err = app.Finish(context.Background(), pending, callback.Query()); err != nil {
		fmt.Println(err)
		return
	}

	src, err := app.Stored() // later, in any process
	if err != nil {
		fmt.Println(err)
		return
	}
	defer src.Close()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(srv.BaseURL()),
		option.WithHTTPClient(srv.Client()), oauthflow.WithTokenSource(src))
	page, err := client.OAuthClients.List(context.Background(), telnyx.OAuthClientListParams{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Data[0].Name)
	// Output: Pager
}

func ExampleConfig_Finish() {
	_, app := server()
	pending, _ := app.Begin()

	_, err := app.Finish(context.Background(), pending, url.Values{
		"error": {"access_denied"}, "state": {pending.State},
	})

	fmt.Println(errors.Is(err, telnyx.ErrAccessDenied), err)
	// Output: true oauthflow: the server refused the authorization: access_denied
}

func ExampleConfig_ClientCredentials() {
	srv, app := server()
	defer srv.Close()
	src, err := app.ClientCredentials()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer src.Close()

	token, err := src.Token(context.Background())

	fmt.Println(token.TokenType, token.Scopes, token.RefreshToken == "", err)
	// Output: Bearer [messaging.read] true <nil>
}

func ExamplePending() {
	_, app := server()
	pending, _ := app.Begin()

	session, _ := json.Marshal(pending) // keep it where only this user's session can read it
	var restored oauthflow.Pending
	err := json.Unmarshal(session, &restored)

	fmt.Println(restored.State == pending.State, err)
	// Output: true <nil>
}

func ExampleFileStore() {
	dir, err := os.MkdirTemp("", "tokens")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	_, app := server()
	app.Store = &oauthflow.FileStore{Dir: dir}
	src, err := app.Stored()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer src.Close()

	_, err = src.Token(context.Background())

	fmt.Println(errors.Is(err, oauthflow.ErrReauthorize))
	// Output: true
}

func ExampleWithTokenSource() {
	srv, app := server()
	defer srv.Close()
	src, err := app.ClientCredentials()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer src.Close()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(srv.BaseURL()),
		option.WithHTTPClient(srv.Client()), oauthflow.WithTokenSource(src))

	page, err := client.OAuthClients.List(context.Background(), telnyx.OAuthClientListParams{})

	fmt.Println(len(page.Data), err)
	// Output: 1 <nil>
}
