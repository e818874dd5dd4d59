package oauthflow_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestRegisterMakesAClientWithTheFieldsOfTheConfig(t *testing.T) {
	srv, app, _ := rig(t)
	app.ClientID, app.ClientSecret, app.RedirectURI = "", "", ""
	app.Client = telnyx.NewClient(option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
		option.WithAPIKey("KEYs3cr3t"))

	registered, err := app.Register(t.Context(), telnyx.OAuthRegisterParams{ClientName: telnyx.String("CLI")})

	require.NoError(t, err)
	require.NotEmpty(t, registered.ClientID)
	require.Empty(t, registered.ClientSecret)
	require.Equal(t, oauthflow.AuthNone, registered.AuthMethod)
	sent := srv.RequestsTo(oauthtest.RegisterOAuthClient)[0]
	require.JSONEq(t, `{"client_name":"CLI","redirect_uris":["http://127.0.0.1/callback"],"scope":"messaging.read",
		"grant_types":["authorization_code","refresh_token"],"token_endpoint_auth_method":"none"}`, string(sent.Body))
	require.Empty(t, sent.Header.Get("Authorization"))
}

func TestRegisterTakesTheClientOfTheStoreForTheSameMetadata(t *testing.T) {
	srv, app, _ := rig(t)
	app.ClientID, app.ClientSecret, app.AuthMethod = "", "", oauthflow.AuthBasic
	params := telnyx.OAuthRegisterParams{ClientName: telnyx.String("CLI")}
	first, err := app.Register(t.Context(), params)
	require.NoError(t, err)
	require.NotEmpty(t, first.ClientSecret)

	again, err := app.Register(t.Context(), params)
	require.NoError(t, err)
	params.ClientName = telnyx.String("Another")
	another, err := app.Register(t.Context(), params)
	require.NoError(t, err)

	require.Equal(t, first.ClientID, again.ClientID)
	require.Equal(t, first.ClientSecret, again.ClientSecret)
	require.NotEqual(t, first.ClientID, another.ClientID)
	require.Len(t, srv.RequestsTo(oauthtest.RegisterOAuthClient), 2)
	pending, err := first.Begin()
	require.NoError(t, err)
	_, err = first.Finish(t.Context(), pending, approve(t, srv, pending.URL))
	require.NoError(t, err, "the registered client works")
}

func TestARegistrationThatCannotBeUsedIsAnError(t *testing.T) {
	for what, c := range map[string]struct {
		status int
		body   string
		method oauthflow.AuthMethod
		kind   oauthflow.Kind
	}{
		"refused (RFC 7591, section 3.2.2)": {
			status: 400,
			body: `{"error":"invalid_redirect_uri","error_description":"no",` +
				`"invalid_fields":{"redirect_uris":["bad"]}}`,
			kind: oauthflow.ErrRegistration,
		},
		"no client_id": {
			status: 201,
			body:   `{"client_name":"x"}`,
			kind:   oauthflow.ErrRegistration,
		},
		"no client_secret": {
			status: 201,
			body:   `{"client_id":"x","client_id_issued_at":1}`,
			method: oauthflow.AuthPost,
			kind:   oauthflow.ErrRegistration,
		},
		"an unknown method": {
			status: 201,
			body:   `{"client_id":"x","client_secret":"s","token_endpoint_auth_method":"private_key_jwt"}`,
			method: oauthflow.AuthPost,
			kind:   oauthflow.ErrRegistration,
		},
		"too many": {status: 429, body: `{}`, kind: oauthflow.ErrTransient},
		"down":     {status: 502, body: `<html>`, kind: oauthflow.ErrTransient},
	} {
		t.Run(what, func(t *testing.T) {
			var requests atomic.Int32
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				requests.Add(1)
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer srv.Close()
			defer http.DefaultClient.CloseIdleConnections()
			app := oauthflow.Config{
				Client: telnyx.NewClient(option.WithBaseURL(srv.URL), option.WithHTTPClient(srv.Client())), AuthMethod: c.method,
			}

			_, err := app.Register(t.Context(), telnyx.OAuthRegisterParams{})

			require.ErrorIs(t, err, c.kind)
			require.EqualValues(t, 1, requests.Load(), "it is sent once")
			if c.status == 400 {
				var said *telnyx.Error
				require.ErrorAs(t, err, &said)
				require.Equal(t, map[string][]string{"redirect_uris": {"bad"}}, said.InvalidFields)
			}
		})
	}
}

func TestRegisterForAClientThatHasAnIDIsRefused(t *testing.T) {
	srv, app, _ := rig(t)

	_, err := app.Register(t.Context(), telnyx.OAuthRegisterParams{})

	require.ErrorContains(t, err, "Config.ClientID")
	require.Empty(t, srv.RequestsTo(oauthtest.RegisterOAuthClient))
}
