package oauthflow_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

const callbackURL = "https://app.example/cb"

// rig is a server with one confidential client, and the Config of that client.
func rig(t *testing.T, opts ...oauthtest.Option) (*oauthtest.Server, oauthflow.Config) {
	t.Helper()
	srv := oauthtest.New(opts...)
	t.Cleanup(srv.Close)
	app := srv.AddClient(oauthtest.Client{
		Name: "Pager", RedirectURIs: []string{callbackURL}, Scopes: []string{"messaging.read"},
	})
	return srv, oauthflow.Config{
		Client: telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(srv.BaseURL()),
			option.WithHTTPClient(srv.Client()), option.WithMaxRetries(0)),
		ClientID: app.ID, ClientSecret: app.Secret, RedirectURI: callbackURL, Scopes: []string{"messaging.read"},
	}
}

// approve does the browser's part of an authorization request, and returns the parameters of the callback.
func approve(t *testing.T, srv *oauthtest.Server, authorizeURL string) url.Values {
	t.Helper()
	client := *srv.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	page, err := client.Get(authorizeURL)
	require.NoError(t, err)
	page.Body.Close()
	consent, err := page.Location()
	require.NoError(t, err, page.Status)

	decision := `{"allowed":true,"consent_token":"` + consent.Query().Get("consent_token") + `"}`
	req, err := http.NewRequest(http.MethodPost, srv.BaseURL()+"/oauth/grants", strings.NewReader(decision))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+srv.APIKey())
	res, err := client.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	var answer struct {
		RedirectURI string `json:"redirect_uri"`
	}
	require.NoError(t, json.NewDecoder(res.Body).Decode(&answer))
	callback, err := url.Parse(answer.RedirectURI)
	require.NoError(t, err)
	return callback.Query()
}
