package telnyx_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// fromEnvironment makes one call with what the environment says and opts.
func fromEnvironment(t *testing.T, opts ...option.RequestOption) (*wire, error) {
	w := issuing(`,"expires_in":1800`, anything)
	client := telnyx.NewClient(append(opts, option.WithHTTPClient(&http.Client{Transport: w}))...)
	_, err := client.OAuthClients.Get(t.Context(), "c1")
	return w, err
}

func authorization(t *testing.T, opts ...option.RequestOption) string {
	w, err := fromEnvironment(t, opts...)
	require.NoError(t, err)
	return w.to("/v2/oauth_clients/c1")[0].Header.Get("Authorization")
}

func setClient(t *testing.T, id, secret string) {
	t.Setenv("TELNYX_CLIENT_ID", id)
	t.Setenv("TELNYX_CLIENT_SECRET", secret)
}

func TestValuesOfTheEnvironmentAreTrimmed(t *testing.T) {
	t.Setenv("TELNYX_API_KEY", " \t"+aKey+"\r\n")
	t.Setenv("TELNYX_BASE_URL", " https://h.example/v2/ \n")

	w, err := fromEnvironment(t)

	require.NoError(t, err)
	require.Equal(t, "https://h.example/v2/oauth_clients/c1", w.sent[0].URL.String())
	require.Equal(t, "Bearer "+aKey, w.sent[0].Header.Get("Authorization"))
}

func TestEmptyValuesOfTheEnvironmentCountAsUnset(t *testing.T) {
	for _, name := range []string{"TELNYX_API_KEY", "TELNYX_CLIENT_ID", "TELNYX_CLIENT_SECRET", "TELNYX_BASE_URL", "TELNYX_CUSTOM_HEADERS", "TELNYX_PUBLIC_KEY"} {
		t.Setenv(name, " \n ")
	}

	w, err := fromEnvironment(t)

	require.NoError(t, err)
	require.Equal(t, "https://api.telnyx.com/v2/oauth_clients/c1", w.sent[0].URL.String())
	require.NotContains(t, w.sent[0].Header, "Authorization")
}

func TestClientCredentialsOfTheEnvironmentAreUsedAsAPair(t *testing.T) {
	setClient(t, " id ", " secret ")
	w, err := fromEnvironment(t)
	require.NoError(t, err)
	require.Equal(t, basicOf("id", "secret"), w.to(tokenPath)[0].Header.Get("Authorization"))
	require.Equal(t, "Bearer tok-1", authorization(t))

	setClient(t, "id", "")
	require.Empty(t, authorization(t))
	setClient(t, "", "secret")
	require.Empty(t, authorization(t))
}

func TestAnyExplicitCredentialReplacesThoseOfTheEnvironmentAsAWhole(t *testing.T) {
	t.Setenv("TELNYX_API_KEY", aKey)
	t.Setenv("TELNYX_CUSTOM_HEADERS", "Authorization: Bearer custom\nX-Team: a")
	setClient(t, "env-id", "env-secret")

	require.Equal(t, "Bearer mine", authorization(t, option.WithAPIKey("mine")))
	require.Equal(t, "Bearer tok-1", authorization(t, asClient...))
	require.Equal(t, "Bearer src", authorization(t, option.WithTokenSource(tokens("src"))))
	require.Empty(t, authorization(t, option.WithClientID("mine")), "an id does not take the secret of the environment")
	require.Empty(t, authorization(t, option.WithClientSecret("mine")))
	require.Empty(t, authorization(t, option.WithAPIKey("")))
	require.Equal(t, "Bearer custom", authorization(t))
}

func TestWithoutEnvironmentKeepsAllOfItOut(t *testing.T) {
	t.Setenv("TELNYX_API_KEY", aKey)
	t.Setenv("TELNYX_BASE_URL", "not a URL")
	t.Setenv("TELNYX_CUSTOM_HEADERS", "neither: a\nheader")

	w, err := fromEnvironment(t, option.WithoutEnvironment())

	require.NoError(t, err)
	require.Equal(t, "https://api.telnyx.com/v2/oauth_clients/c1", w.sent[0].URL.String())
	require.NotContains(t, w.sent[0].Header, "Authorization")
}

func TestServicesMadeByThemselvesDoNotReadTheEnvironment(t *testing.T) {
	t.Setenv("TELNYX_API_KEY", aKey)
	w := inTurn(says(200, aClient))
	service := telnyx.NewOAuthClientService(option.WithHTTPClient(&http.Client{Transport: w}))

	_, err := service.Get(t.Context(), "c1")

	require.NoError(t, err)
	require.NotContains(t, w.sent[0].Header, "Authorization")
}

func TestTheEnvironmentIsReadWhenTheClientIsMade(t *testing.T) {
	t.Setenv("TELNYX_API_KEY", "first")
	w := inTurn(says(200, aClient))
	client := telnyx.NewClient(option.WithHTTPClient(&http.Client{Transport: w}))
	t.Setenv("TELNYX_API_KEY", "second")

	_, err := client.OAuthClients.Get(t.Context(), "c1")

	require.NoError(t, err)
	require.Equal(t, "Bearer first", w.sent[0].Header.Get("Authorization"))
}

func TestCustomHeadersOfTheEnvironmentAreSentAndOptionsWin(t *testing.T) {
	t.Setenv("TELNYX_CUSTOM_HEADERS", "\nX-A: 1 \r\n  X-B:two: and more\n\nX-C: env\nUser-Agent: Mine\n")

	w, err := fromEnvironment(t, option.WithHeader("X-C", "option"))

	require.NoError(t, err)
	for name, want := range map[string]string{"X-A": "1", "X-B": "two: and more", "X-C": "option", "User-Agent": "Mine"} {
		require.Equal(t, want, w.sent[0].Header.Get(name))
	}
}

func TestMalformedCustomHeadersAreAnErrorThatNamesTheVariable(t *testing.T) {
	for _, value := range []string{"no colon", ": no name", "a b: c", "X-A: 1\nbroken"} {
		t.Setenv("TELNYX_CUSTOM_HEADERS", value)
		w, err := fromEnvironment(t)
		require.ErrorContains(t, err, "TELNYX_CUSTOM_HEADERS", value)
		require.Empty(t, w.sent)
	}
}

func TestABadBaseURLOfTheEnvironmentMattersOnlyWhereItIsUsed(t *testing.T) {
	t.Setenv("TELNYX_BASE_URL", "https://user:hunter2@h.example/v2")

	w, err := fromEnvironment(t)
	require.ErrorContains(t, err, "TELNYX_BASE_URL: the URL must not hold a user or password")
	require.NotContains(t, err.Error(), "hunter2")
	require.Empty(t, w.sent)

	for _, opt := range []option.RequestOption{
		option.WithBaseURL("https://other.example"), option.WithRegion(option.RegionEU), option.WithEnvironmentProduction(), option.WithoutEnvironment(),
	} {
		_, err := fromEnvironment(t, opt)
		require.NoError(t, err)
	}
}

func TestRegionsAreThePublishedHosts(t *testing.T) {
	t.Setenv("TELNYX_BASE_URL", "https://h.example")
	for region, host := range map[option.Region]string{
		option.RegionUS: "api.telnyx.com", option.RegionEU: "api.telnyx.eu", option.RegionAU: "api.telnyx.com.au",
		option.RegionCA: "api.telnyx.ca", option.RegionAE: "api.telnyx.me",
	} {
		w, err := fromEnvironment(t, option.WithRegion(region), asClient[0], asClient[1])

		require.NoError(t, err)
		require.Equal(t, "https://"+host+"/v2/oauth/token", w.sent[0].URL.String(), "the token comes from the region too")
		require.Equal(t, "https://"+host+"/v2/oauth_clients/c1", w.sent[1].URL.String())
	}
}

func TestWithEnvironmentProductionIsTheDefaultBaseURL(t *testing.T) {
	t.Setenv("TELNYX_BASE_URL", "https://h.example")

	w, err := fromEnvironment(t, option.WithBaseURL("https://other.example"), option.WithEnvironmentProduction())

	require.NoError(t, err)
	require.Equal(t, "https://api.telnyx.com/v2/oauth_clients/c1", w.sent[0].URL.String())
}
