package telnyx_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/param"
)

var authorizeParams = telnyx.OAuthGetAuthorizeParams{
	ClientID: "c", RedirectUri: "https://app.example/cb", ResponseType: "code", State: telnyx.String("s&t"),
	CodeChallenge: telnyx.String("x"), CodeChallengeMethod: "S256",
}

func TestGetAuthorizeReturnsNilForASuccessAndForARedirectThatItDoesNotFollow(t *testing.T) {
	for _, c := range []struct {
		status   int
		location string
	}{
		{200, ""}, {204, ""}, {301, "/v2/same-origin"}, {302, "https://app.example/cb?code=c&state=s"},
		{303, "myapp://cb?error=access_denied"},
		{307, "x"}, {308, "http://[::1/malformed"}, {302, ""},
	} {
		w := inTurn(says(c.status, `<html>`, "Location", c.location))
		client := w.client(option.WithAPIKey(aKey))
		var res *http.Response

		err := client.OAuth.GetAuthorize(t.Context(), authorizeParams, option.WithResponseInto(&res))

		require.NoError(t, err)
		require.Len(t, w.sent, 1)
		require.Equal(t, c.status, res.StatusCode)
		require.Equal(t, c.location, res.Header.Get("Location"))
	}
	for _, status := range []int{400, 401, 404} {
		client := inTurn(says(status, `{"error":"invalid_request"}`)).client()
		require.ErrorIs(t, client.OAuth.GetAuthorize(t.Context(), authorizeParams), telnyx.ErrInvalidRequest)
	}
}

func TestAuthorizeURLAppliesOptionsAndSendsNothing(t *testing.T) {
	w := inTurn(says(200, ``))
	client := w.client(option.WithAPIKey(aKey), option.WithBaseURL("https://h.example/v2"))

	got, err := client.OAuth.AuthorizeURL(authorizeParams, option.WithQuery("resource", "https://h.example/mcp"))

	require.NoError(t, err)
	require.Empty(t, w.sent)
	require.Equal(t, "https://h.example/v2/oauth/authorize?client_id=c&code_challenge=x&code_challenge_method=S256"+
		"&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&resource=https%3A%2F%2Fh.example%2Fmcp"+
		"&response_type=code&state=s%26t", got)
	require.NoError(
		t, client.OAuth.GetAuthorize(t.Context(), authorizeParams, option.WithQuery("resource", "https://h.example/mcp")),
	)
	require.Equal(t, got, w.sent[0].URL.String())
}

func TestAuthorizeURLHasTheConfiguredClientIDUnlessTheParamsHaveOne(t *testing.T) {
	t.Setenv("TELNYX_CLIENT_ID", "of the environment")
	own := telnyx.OAuthGetAuthorizeParams{ClientID: "own", RedirectUri: "https://app.example/cb", ResponseType: "code"}
	none := own
	none.ClientID = ""
	null, extra := param.NullStruct[telnyx.OAuthGetAuthorizeParams](), none
	extra.SetExtraFields(map[string]any{"client_id": "extra"})
	configured := option.WithClientID("configured")
	for name, c := range map[string]struct {
		params telnyx.OAuthGetAuthorizeParams
		opts   []option.RequestOption
		want   string
	}{
		"of the params":       {own, []option.RequestOption{configured}, "own"},
		"of an option":        {none, []option.RequestOption{configured}, "configured"},
		"of the environment":  {none, nil, "of the environment"},
		"of the query":        {none, []option.RequestOption{configured, option.WithQuery("client_id", "q")}, "q"},
		"of the extra fields": {extra, []option.RequestOption{configured}, "extra"},
		"none in an override": {null, []option.RequestOption{configured}, ""},
		"none beside other options": {
			none, []option.RequestOption{option.WithAPIKey(aKey)}, "telnyx: https://api.telnyx.com/",
		},
	} {
		client := telnyx.NewClient()

		got, err := client.OAuth.AuthorizeURL(c.params, c.opts...)

		if err != nil {
			require.ErrorContains(t, err, "ClientID (client_id) is required", name)
			require.True(t, strings.HasPrefix(err.Error(), c.want), "%s: %s", name, err)
			continue
		}
		u, err := url.Parse(got)
		require.NoError(t, err)
		require.Equal(t, c.want, u.Query().Get("client_id"), name)
	}
	require.Empty(t, none.ClientID) // the params belong to the caller
}
