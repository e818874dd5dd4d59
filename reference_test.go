package telnyx_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// The snippets of Telnyx's reference for Go, as they are written there: what users have copied must compile and run.
// Each is a function that takes the client that the reference makes first.

func referenceSetup() telnyx.Client {
	client := telnyx.NewClient(
		option.WithAPIKey(os.Getenv("TELNYX_API_KEY")),
	)
	return client
}

// referenceErrors calls another API in the reference. Only the call and the use of result differ here.
func referenceErrors(
	client telnyx.Client, ctx context.Context, params telnyx.OAuthClientNewParams,
) *telnyx.OAuthClientNewResponse {
	result, err := client.OAuthClients.New(ctx, params)
	if err != nil {
		var apiErr *telnyx.Error
		if errors.As(err, &apiErr) {
			switch apiErr.StatusCode {
			case 422:
				fmt.Println("Validation error — check required fields and formats")
			case 429:
				// Rate limited — wait and retry with exponential backoff
				fmt.Println("Rate limited, retrying...")
			default:
				fmt.Printf("API error %d: %s\n", apiErr.StatusCode, apiErr.Error())
			}
		} else {
			fmt.Println("Network error — check connectivity and retry")
		}
	}
	return result
}

// referencePagination has "Resource" in the reference.
func referencePagination(client telnyx.Client, ctx context.Context, params telnyx.OAuthClientListParams) {
	iter := client.OAuthClients.ListAutoPaging(ctx, params)
	for iter.Next() {
		item := iter.Current()
		fmt.Println(item.Name)
	}
}

func referenceAuthorizationServerMetadata(client telnyx.Client) {
	response, err := client.WellKnown.GetAuthorizationServerMetadata(context.TODO())
	if err != nil {
		panic(err.Error())
	}
	fmt.Printf("%+v\n", response.AuthorizationEndpoint)
}

func referenceProtectedResourceMetadata(client telnyx.Client) {
	response, err := client.WellKnown.GetProtectedResourceMetadata(context.TODO())
	if err != nil {
		panic(err.Error())
	}
	fmt.Printf("%+v\n", response.AuthorizationServers)
}

func referenceAuthorize(client telnyx.Client) {
	err := client.OAuth.GetAuthorize(context.TODO(), telnyx.OAuthGetAuthorizeParams{
		ClientID:     "client_id",
		RedirectUri:  "https://example.com",
		ResponseType: telnyx.OAuthGetAuthorizeParamsResponseTypeCode,
	})
	if err != nil {
		panic(err.Error())
	}
}

func referenceConsent(client telnyx.Client) {
	oauth, err := client.OAuth.Get(context.TODO(), "consent_token")
	if err != nil {
		panic(err.Error())
	}
	fmt.Printf("%+v\n", oauth.Data)
}

func referenceGrants(client telnyx.Client) {
	response, err := client.OAuth.Grants(context.TODO(), telnyx.OAuthGrantsParams{
		Allowed:      true,
		ConsentToken: "consent_token",
	})
	if err != nil {
		panic(err.Error())
	}
	fmt.Printf("%+v\n", response.RedirectUri)
}

func referenceIntrospect(client telnyx.Client) {
	response, err := client.OAuth.Introspect(context.TODO(), telnyx.OAuthIntrospectParams{
		Token: "token",
	})
	if err != nil {
		panic(err.Error())
	}
	fmt.Printf("%+v\n", response.ClientID)
}

func referenceJwks(client telnyx.Client) {
	response, err := client.OAuth.GetJwks(context.TODO())
	if err != nil {
		panic(err.Error())
	}
	fmt.Printf("%+v\n", response.Keys)
}

func referenceRegister(client telnyx.Client) {
	response, err := client.OAuth.Register(context.TODO(), telnyx.OAuthRegisterParams{})
	if err != nil {
		panic(err.Error())
	}
	fmt.Printf("%+v\n", response.ClientID)
}

func referenceToken(client telnyx.Client) {
	response, err := client.OAuth.Token(context.TODO(), telnyx.OAuthTokenParams{
		GrantType: telnyx.OAuthTokenParamsGrantTypeClientCredentials,
	})
	if err != nil {
		panic(err.Error())
	}
	fmt.Printf("%+v\n", response.AccessToken)
}

func referenceListClients(client telnyx.Client) {
	page, err := client.OAuthClients.List(context.TODO(), telnyx.OAuthClientListParams{})
	if err != nil {
		panic(err.Error())
	}
	fmt.Printf("%+v\n", page)
}

func referenceNewClient(client telnyx.Client) {
	oauthClient, err := client.OAuthClients.New(context.TODO(), telnyx.OAuthClientNewParams{
		AllowedGrantTypes: []string{"client_credentials"},
		AllowedScopes:     []string{"admin"},
		ClientType:        telnyx.OAuthClientNewParamsClientTypePublic,
		Name:              "My OAuth client",
	})
	if err != nil {
		panic(err.Error())
	}
	fmt.Printf("%+v\n", oauthClient.Data)
}

func referenceGetClient(client telnyx.Client) {
	oauthClient, err := client.OAuthClients.Get(context.TODO(), "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e")
	if err != nil {
		panic(err.Error())
	}
	fmt.Printf("%+v\n", oauthClient.Data)
}

func referenceUpdateClient(client telnyx.Client) {
	oauthClient, err := client.OAuthClients.Update(
		context.TODO(),
		"182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e",
		telnyx.OAuthClientUpdateParams{},
	)
	if err != nil {
		panic(err.Error())
	}
	fmt.Printf("%+v\n", oauthClient.Data)
}

func referenceDeleteClient(client telnyx.Client) {
	err := client.OAuthClients.Delete(context.TODO(), "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e")
	if err != nil {
		panic(err.Error())
	}
}

func referenceListGrants(client telnyx.Client) {
	page, err := client.OAuthGrants.List(context.TODO(), telnyx.OAuthGrantListParams{})
	if err != nil {
		panic(err.Error())
	}
	fmt.Printf("%+v\n", page)
}

func referenceGetGrant(client telnyx.Client) {
	oauthGrant, err := client.OAuthGrants.Get(context.TODO(), "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e")
	if err != nil {
		panic(err.Error())
	}
	fmt.Printf("%+v\n", oauthGrant.Data)
}

func referenceRevokeGrant(client telnyx.Client) {
	oauthGrant, err := client.OAuthGrants.Delete(context.TODO(), "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e")
	if err != nil {
		panic(err.Error())
	}
	fmt.Printf("%+v\n", oauthGrant.Data)
}

// referenceClientOf points the client of the reference at a server, by environment variables.
func referenceClientOf(t *testing.T, handler http.Handler) {
	t.Helper()
	srv := httptest.NewServer(handler)
	t.Cleanup(func() {
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		srv.Close()
	})
	t.Setenv("TELNYX_API_KEY", "KEY1")
	t.Setenv("TELNYX_BASE_URL", srv.URL+"/v2")
	for _, other := range []string{"TELNYX_CLIENT_ID", "TELNYX_CLIENT_SECRET", "TELNYX_CUSTOM_HEADERS"} {
		t.Setenv(other, "")
	}
}

// referenceServer knows the ids of the reference, and nothing else.
func referenceServer() *http.ServeMux {
	mux := http.NewServeMux()
	const id = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"
	lastPage := strings.NewReplacer(`"total_pages": 2`, `"total_pages": 1`, `"page_number": 2`, `"page_number": 1`)
	for pattern, answer := range map[string]string{
		"GET /.well-known/oauth-authorization-server": serverMetadataJSON,
		"GET /.well-known/oauth-protected-resource":   resourceMetadataJSON,
		"GET /v2/oauth/authorize":                     "<p>May My OAuth client act for you?</p>",
		"GET /v2/oauth/consent/consent_token":         consentJSON,
		"POST /v2/oauth/grants":                       decisionJSON,
		"POST /v2/oauth/introspect":                   introspectionJSON,
		"GET /v2/oauth/jwks":                          keySetJSON,
		"POST /v2/oauth/register":                     registrationJSON,
		"POST /v2/oauth/token":                        tokenJSON,
		"GET /v2/oauth_clients":                       lastPage.Replace(clientsPageJSON),
		"POST /v2/oauth_clients":                      oneClientJSON,
		"GET /v2/oauth_clients/" + id:                 oneClientJSON,
		"PUT /v2/oauth_clients/" + id:                 oneClientJSON,
		"DELETE /v2/oauth_clients/" + id:              "",
		"GET /v2/oauth_grants":                        lastPage.Replace(grantsPageJSON),
		"GET /v2/oauth_grants/" + id:                  oneGrantJSON,
		"DELETE /v2/oauth_grants/" + id:               oneGrantJSON,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) })
	}
	return mux
}

// printed runs a snippet and returns what it printed.
func printed(t *testing.T, snippet func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	stdout := os.Stdout
	os.Stdout = w
	defer func() { os.Stdout = stdout }()
	require.NotPanics(t, snippet)
	require.NoError(t, w.Close())
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(text)
}

func TestSnippetsOfTheReferenceRun(t *testing.T) {
	referenceClientOf(t, referenceServer())
	for name, c := range map[string]struct {
		snippet func(telnyx.Client)
		prints  string
	}{
		"authorization server metadata": {
			referenceAuthorizationServerMetadata, "https://api.telnyx.com/v2/oauth/authorize\n",
		},
		"protected resource metadata": {referenceProtectedResourceMetadata, "[https://api.telnyx.com]\n"},
		"authorize":                   {referenceAuthorize, ""},
		"consent":                     {referenceConsent, "Name:Pager"},
		"grants":                      {referenceGrants, "https://example.com/callback?code=abc&state=xyz\n"},
		"introspect":                  {referenceIntrospect, "c1\n"},
		"jwks":                        {referenceJwks, "Kid:k1"},
		"register":                    {referenceRegister, "c2\n"},
		"token":                       {referenceToken, "at-1\n"},
		"list clients":                {referenceListClients, "Name:Büro ☕"},
		"new client":                  {referenceNewClient, "Name:Büro ☕"},
		"get client":                  {referenceGetClient, "Name:Büro ☕"},
		"update client":               {referenceUpdateClient, "Name:Büro ☕"},
		"delete client":               {referenceDeleteClient, ""},
		"list grants":                 {referenceListGrants, "Scopes:[messaging.read numbers.read]"},
		"get grant":                   {referenceGetGrant, "Scopes:[messaging.read numbers.read]"},
		"revoke grant":                {referenceRevokeGrant, "Scopes:[messaging.read numbers.read]"},
	} {
		t.Run(name, func(t *testing.T) {
			out := printed(t, func() { c.snippet(referenceSetup()) })

			require.Contains(t, out, c.prints)
			require.Equal(t, c.prints == "", out == "", out)
		})
	}
}

func TestSnippetOfTheReferenceForListsRuns(t *testing.T) {
	referenceClientOf(t, referenceServer())

	out := printed(t, func() { referencePagination(referenceSetup(), t.Context(), telnyx.OAuthClientListParams{}) })

	require.Equal(t, "Büro ☕\n", out)
}

func TestSnippetOfTheReferenceForErrorsDistinguishesThem(t *testing.T) {
	const broken = 0
	for status, want := range map[int]string{
		201:    "",
		422:    "Validation error — check required fields and formats\n",
		429:    "Rate limited, retrying...\n",
		403:    "API error 403: telnyx: POST http://127.0.0.1:",
		broken: "Network error — check connectivity and retry\n",
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			referenceClientOf(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if status == broken {
					panic(http.ErrAbortHandler)
				}
				w.Header().Set("X-Should-Retry", "false")
				w.WriteHeader(status)
				_, _ = io.WriteString(w, `{}`)
			}))
			var result *telnyx.OAuthClientNewResponse

			out := printed(t, func() {
				result = referenceErrors(referenceSetup(), t.Context(), telnyx.OAuthClientNewParams{
					AllowedGrantTypes: []string{"client_credentials"}, AllowedScopes: []string{"admin"},
					ClientType: telnyx.OAuthClientNewParamsClientTypePublic, Name: "My OAuth client",
				})
			})

			require.True(t, strings.HasPrefix(out, want) && (want != "" || out == ""), out)
			require.Equal(t, status == 201, result != nil)
		})
	}
}
