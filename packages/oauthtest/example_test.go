package oauthtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

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

func ExampleFaults() {
	srv := oauthtest.New()
	defer srv.Close()
	srv.Inject(oauthtest.NewFaults(1).
		Next(1, oauthtest.FaultRetryAfter(429, "1"), oauthtest.GetOAuthJWKS).
		Next(1, oauthtest.FaultLostAnswer(), oauthtest.GetOAuthJWKS))

	for range 3 {
		res, err := srv.Client().Get(srv.BaseURL() + "/oauth/jwks")
		if err != nil {
			fmt.Println("no answer")
			continue
		}
		res.Body.Close()
		fmt.Println(res.Status)
	}
	for _, r := range srv.RequestsTo(oauthtest.GetOAuthJWKS) {
		fmt.Println(r.Method, r.Path, r.Status, r.Fault)
	}
	// Output:
	// 429 Too Many Requests
	// no answer
	// 200 OK
	// GET /v2/oauth/jwks 429 status 429, Retry-After: 1
	// GET /v2/oauth/jwks 0 answer lost after the effect
	// GET /v2/oauth/jwks 200
}

func ExampleServer_Advance() {
	srv := oauthtest.New(oauthtest.WithRateLimits(), oauthtest.WithOpaqueTokens())
	defer srv.Close()
	introspect := func() string {
		form := url.Values{"token": {"some-token"}}
		req, _ := http.NewRequest("POST", srv.BaseURL()+"/oauth/introspect", strings.NewReader(form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Authorization", "Bearer "+srv.APIKey())
		res, err := srv.Client().Do(req)
		if err != nil {
			return err.Error()
		}
		defer res.Body.Close()
		return res.Status
	}
	for range 5 {
		introspect()
	}
	fmt.Println(introspect())
	srv.Advance(time.Minute)
	fmt.Println(introspect())
	// Output:
	// 429 Too Many Requests
	// 200 OK
}

func ExampleServer_Approve() {
	srv := oauthtest.New()
	defer srv.Close()
	app := srv.AddClient(oauthtest.Client{RedirectURIs: []string{"https://app.example/callback"}})
	request := url.Values{
		"response_type": {"code"}, "client_id": {app.ID}, "redirect_uri": {"https://app.example/callback"}, "state": {"xyz"},
	}
	callback, err := srv.Approve(srv.BaseURL() + "/oauth/authorize?" + request.Encode())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(callback.Host, callback.Path, callback.Query().Get("state"), callback.Query().Has("code"))
	// Output: app.example /callback xyz true
}

func ExampleServer_MintToken() {
	srv := oauthtest.New()
	defer srv.Close()
	expired := srv.MintToken(oauthtest.Minted{Expires: time.Now().Add(-time.Hour), Scopes: []string{"voice.read"}})
	fmt.Println(strings.Count(expired, "."), "dots: a JWT")
	// Output: 2 dots: a JWT
}

// In a test, t is the *testing.T of the test.
func ExampleStart() {
	t := new(exampleTB)
	srv := oauthtest.Start(t)
	defer srv.Close() // in a test, Start does that
	app := srv.AddClient(oauthtest.Client{Name: "Pager"})
	res, err := srv.ListenerClient().Get(srv.URL() + "/.well-known/oauth-authorization-server")
	if err != nil {
		fmt.Println(err)
		return
	}
	res.Body.Close()
	fmt.Println(res.Status, app.Name)
	// Output: 200 OK Pager
}
