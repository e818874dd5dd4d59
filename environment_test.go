package telnyx_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// fromEnvironment makes one call with the environment and opts.
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
	for _, name := range []string{"API_KEY", "CLIENT_ID", "CLIENT_SECRET", "BASE_URL", "CUSTOM_HEADERS", "PUBLIC_KEY"} {
		t.Setenv("TELNYX_"+name, " \n ")
	}

	w, err := fromEnvironment(t)

	require.NoError(t, err)
	require.Equal(t, "https://api.telnyx.com/v2/oauth_clients/c1", w.sent[0].URL.String())
	require.NotContains(t, w.sent[0].Header, "Authorization")
}

func TestClientCredentialsOfTheEnvironmentAreUsedOnlyAsAPair(t *testing.T) {
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

func TestWithoutEnvironmentIgnoresAllVariablesWhateverItsPosition(t *testing.T) {
	t.Setenv("TELNYX_API_KEY", aKey)
	t.Setenv("TELNYX_BASE_URL", "not a URL")
	t.Setenv("TELNYX_CUSTOM_HEADERS", "neither: a\nheader")
	without, environment := option.WithoutEnvironment(), telnyx.DefaultClientOptions()[0]

	for _, opts := range [][]option.RequestOption{{without}, {without, environment}, {environment, without}} {
		w, err := fromEnvironment(t, opts...)

		require.NoError(t, err)
		require.Equal(t, "https://api.telnyx.com/v2/oauth_clients/c1", w.sent[0].URL.String())
		require.NotContains(t, w.sent[0].Header, "Authorization")
	}
}

func TestOptionsOverrideTheEnvironmentAlsoIfTheyComeFirst(t *testing.T) {
	t.Setenv("TELNYX_API_KEY", aKey)
	t.Setenv("TELNYX_BASE_URL", "https://h.example")
	t.Setenv("TELNYX_CUSTOM_HEADERS", "X-A: environment")
	environment := telnyx.DefaultClientOptions()[0]

	w, err := fromEnvironment(t, option.WithAPIKey("mine"), option.WithBaseURL("https://mine.example"),
		option.WithHeader("X-A", "mine"), environment)

	require.NoError(t, err)
	require.Equal(t, "https://mine.example/oauth_clients/c1", w.sent[0].URL.String())
	require.Equal(t, []string{"Bearer mine"}, w.sent[0].Header["Authorization"])
	require.Equal(t, []string{"mine"}, w.sent[0].Header["X-A"])
}

func TestAnAuthorizationOfTheEnvironmentIsSentOnlyWhereItsAPIKeyWouldBe(t *testing.T) {
	t.Setenv("TELNYX_API_KEY", aKey)
	t.Setenv("TELNYX_CUSTOM_HEADERS", "authorization: Custom c")
	client := func() (*wire, telnyx.Client) {
		w := issuing(`,"expires_in":1800`, anything)
		return w, telnyx.NewClient(option.WithHTTPClient(&http.Client{Transport: w}))
	}
	sent := func(want ...string) {
		t.Helper()
		w, c := client()
		_, err := c.OAuth.Token(t.Context(), telnyx.OAuthTokenParams{GrantType: "client_credentials"})
		require.NoError(t, err)
		_, err = c.OAuth.Introspect(t.Context(), telnyx.OAuthIntrospectParams{Token: "t"})
		require.NoError(t, err)
		_, err = c.OAuth.GetJwks(t.Context())
		require.NoError(t, err)
		_, err = c.OAuthClients.Get(t.Context(), "c1")
		require.NoError(t, err)
		var got []string
		for _, r := range w.sent {
			got = append(got, r.Header.Get("Authorization"))
		}
		require.Equal(t, want, got)
	}

	sent("", "Custom c", "", "Custom c")
	setClient(t, "id", "secret")
	sent(basicOf("id", "secret"), basicOf("id", "secret"), "", "Custom c")
}

func TestHeadersOfTheEnvironmentThatHoldASecretAreNotSentBesideExplicitCredentials(t *testing.T) {
	t.Setenv("TELNYX_CUSTOM_HEADERS", "X-Api-Key: k\nCookie: a=b\nX-Team: a")
	key, header := option.WithAPIKey("mine"), option.WithHeader("X-Api-Key", "own")
	for _, c := range []struct {
		opts []option.RequestOption
		want []string
	}{
		{nil, []string{"k", "a=b", "a"}},
		{[]option.RequestOption{key}, []string{"", "", "a"}},
		{[]option.RequestOption{key, header}, []string{"own", "", "a"}},
	} {
		w, err := fromEnvironment(t, c.opts...)

		require.NoError(t, err)
		h := w.sent[0].Header
		require.Equal(t, c.want, []string{h.Get("X-Api-Key"), h.Get("Cookie"), h.Get("X-Team")})
	}
}

func TestServicesWithoutAClientDoNotReadTheEnvironment(t *testing.T) {
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
	for name, want := range map[string]string{
		"X-A": "1", "X-B": "two: and more", "X-C": "option", "User-Agent": "Mine",
	} {
		require.Equal(t, want, w.sent[0].Header.Get(name))
	}
}

func TestMalformedCustomHeadersAreAnErrorThatNamesTheVariable(t *testing.T) {
	for _, value := range []string{"no colon", ": no name", "X-\u212aey: 1", "a b: c", "X-A: 1\nbroken"} {
		t.Setenv("TELNYX_CUSTOM_HEADERS", value)
		w, err := fromEnvironment(t)
		require.ErrorContains(t, err, "TELNYX_CUSTOM_HEADERS", value)
		require.Empty(t, w.sent)
	}
}

func TestAnInvalidBaseURLOfTheEnvironmentIsAnErrorOnlyIfItIsUsed(t *testing.T) {
	t.Setenv("TELNYX_BASE_URL", "https://user:hunter2@h.example/v2")

	w, err := fromEnvironment(t)
	require.ErrorContains(t, err, "TELNYX_BASE_URL: the URL must not hold a user or password")
	require.NotContains(t, err.Error(), "hunter2")
	require.Empty(t, w.sent)

	for _, opt := range []option.RequestOption{
		option.WithBaseURL("https://other.example"), option.WithRegion(option.RegionEU),
		option.WithEnvironmentProduction(), option.WithoutEnvironment(),
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
		require.Equal(t, "https://"+host+"/v2/oauth/token", w.sent[0].URL.String(), "the token's URL")
		require.Equal(t, "https://"+host+"/v2/oauth_clients/c1", w.sent[1].URL.String())
	}
}

func TestWithEnvironmentProductionOverridesTheEnvironmentAndNoOtherOption(t *testing.T) {
	t.Setenv("TELNYX_BASE_URL", "https://h.example")
	production, base := option.WithEnvironmentProduction(), option.WithBaseURL("https://other.example")
	for want, opts := range map[string][]option.RequestOption{
		"https://api.telnyx.com/v2/oauth_clients/c1": {production},
		"https://other.example/oauth_clients/c1":     {base, production},
		"https://other.example/oauth_clients/c1?":    {production, base},
	} {
		w, err := fromEnvironment(t, opts...)

		require.NoError(t, err)
		require.Equal(t, strings.TrimSuffix(want, "?"), w.sent[0].URL.String())
	}
}

func TestNewClientReadsTheEnvironment(t *testing.T) {
	api := answeringJSON(t, 200, `{"active":true}`)
	t.Setenv("TELNYX_CUSTOM_HEADERS", "")
	t.Setenv("TELNYX_BASE_URL", api.base)
	t.Setenv("TELNYX_API_KEY", "KEY3")
	t.Setenv("TELNYX_CLIENT_ID", "id")
	t.Setenv("TELNYX_CLIENT_SECRET", "secret")
	client := telnyx.NewClient(option.WithHTTPClient(api.http))

	_, err := client.OAuthGrants.Get(t.Context(), "g")
	require.NoError(t, err)
	_, err = client.OAuth.Introspect(t.Context(), telnyx.OAuthIntrospectParams{Token: "t"})
	require.NoError(t, err)

	require.Len(t, api.sent, 2)
	require.Equal(t, "Bearer KEY3", api.sent[0].Auth)
	require.Equal(t, "Basic aWQ6c2VjcmV0", api.sent[1].Auth)
}
