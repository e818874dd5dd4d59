package oauthflow_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

const callbackURL = "https://app.example/cb"

// A clock advances only when the test moves it. The server and the Config of a rig share one.
type clock struct{ nanos atomic.Int64 }

func (c *clock) now() time.Time { return time.Unix(0, c.nanos.Load()).UTC() }

func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

// rig is a server with one confidential client, the Config of that client, and their clock.
func rig(t *testing.T, opts ...oauthtest.Option) (*oauthtest.Server, oauthflow.Config, *clock) {
	t.Helper()
	clk := new(clock)
	clk.advance(time.Hour * 24 * 365 * 56)
	srv := oauthtest.New(append(opts, oauthtest.WithClock(clk.now))...)
	t.Cleanup(srv.Close)
	app := srv.AddClient(oauthtest.Client{
		Name: "Pager", RedirectURIs: []string{callbackURL}, Scopes: []string{"messaging.read"},
	})
	return srv, oauthflow.Config{
		Client: telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(srv.BaseURL()),
			option.WithHTTPClient(srv.Client()), option.WithMaxRetries(0)),
		ClientID: app.ID, ClientSecret: app.Secret, RedirectURI: callbackURL, Scopes: []string{"messaging.read"},
		Store: new(oauthflow.MemoryStore), Now: clk.now,
	}, clk
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
