package oauthtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func ExampleNew() {
	srv := oauthtest.New() // in memory: no port
	defer srv.Close()
	app := srv.AddClient(oauthtest.Client{Name: "Pager", Scopes: []string{"messaging.read"}})

	form := url.Values{"grant_type": {"client_credentials"}}
	req, _ := http.NewRequest("POST", srv.BaseURL()+"/oauth/token", strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(app.ID, app.Secret)
	res, err := srv.Client().Do(req)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()
	var token struct {
		Scope     string `json:"scope"`
		ExpiresIn int    `json:"expires_in"`
	}
	if err := json.NewDecoder(res.Body).Decode(&token); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Status, token.Scope, token.ExpiresIn)
	// Output: 200 OK messaging.read 1800
}
