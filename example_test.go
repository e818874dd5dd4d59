package telnyx_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
	"github.com/team-telnyx/telnyx-go/packages/param"
)

// The examples call a server in memory. Without WithBaseURL and WithHTTPClient they would call the live API.

func Example() {
	srv := oauthtest.New()
	defer srv.Close()
	app := srv.AddClient(oauthtest.Client{Name: "Pager"})

	client := telnyx.NewClient(
		option.WithAPIKey(srv.APIKey()), // not needed where TELNYX_API_KEY is set
		option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
	)
	res, err := client.OAuthClients.Get(context.Background(), app.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Data.Name, res.Data.ClientType)
	// Output: Pager confidential
}

func ExampleError() {
	srv := oauthtest.New()
	defer srv.Close()
	client := telnyx.NewClient(
		option.WithAPIKey(srv.APIKey()),
		option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
	)

	_, err := client.OAuthClients.New(context.Background(), telnyx.OAuthClientNewParams{
		Name: "Pager", ClientType: telnyx.OAuthClientNewParamsClientTypeConfidential,
		AllowedGrantTypes: []string{"client_credentials"}, AllowedScopes: []string{"admin"},
	})

	refused, ok := errors.AsType[*telnyx.Error](err)
	switch {
	case err == nil:
		fmt.Println("created")
	case errors.Is(err, telnyx.ErrRateLimited):
		fmt.Println("try again later")
	case ok:
		fmt.Println(refused.StatusCode, refused.Code)
		fmt.Println(refused.Description)
		fmt.Println("support asks for", len(refused.RequestID), "characters of request id")
	default:
		fmt.Println("the network failed:", err)
	}
	// Output:
	// 422 invalid_request
	// allowed_scopes/0 is not a scope of this server.
	// support asks for 36 characters of request id
}

func ExampleOAuthService_Token() {
	srv := oauthtest.New()
	defer srv.Close()
	app := srv.AddClient(oauthtest.Client{Scopes: []string{"messaging.read"}})
	client := telnyx.NewClient(
		option.WithClientID(app.ID), option.WithClientSecret(app.Secret),
		option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
	)

	// To call the API with tokens of the client itself, Token is not needed: the SDK gets and renews them.
	tokens, err := client.OAuth.Token(context.Background(), telnyx.OAuthTokenParams{
		GrantType: telnyx.OAuthTokenParamsGrantTypeClientCredentials,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(tokens.TokenType, tokens.ExpiresIn, tokens.Scope)
	// Output: Bearer 1800 messaging.read
}

func ExampleOAuthService_Token_authorizationCode() {
	srv := oauthtest.New()
	defer srv.Close()
	app := srv.AddClient(oauthtest.Client{Type: "public"})
	client := telnyx.NewClient(option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()))

	// ExampleOAuthService_AuthorizeURL shows where the code comes from.
	_, err := client.OAuth.Token(context.Background(), telnyx.OAuthTokenParams{
		GrantType:    telnyx.OAuthTokenParamsGrantTypeAuthorizationCode,
		ClientID:     telnyx.String(app.ID),
		Code:         telnyx.String("a code that was used before"),
		CodeVerifier: telnyx.String("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
		RedirectUri:  telnyx.String("http://127.0.0.1/callback"),
	})
	if errors.Is(err, telnyx.ErrInvalidGrant) {
		fmt.Println("send the user to AuthorizeURL again")
	}
	// Output: send the user to AuthorizeURL again
}

func ExampleOAuthService_Introspect() {
	srv := oauthtest.New()
	defer srv.Close()
	app := srv.AddClient(oauthtest.Client{Scopes: []string{"messaging.read"}})
	client := telnyx.NewClient(
		option.WithClientID(app.ID), option.WithClientSecret(app.Secret),
		option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
	)
	tokens, err := client.OAuth.Token(context.Background(), telnyx.OAuthTokenParams{
		GrantType: telnyx.OAuthTokenParamsGrantTypeClientCredentials,
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	for _, token := range []string{tokens.AccessToken, "unknown, expired or revoked"} {
		about, err := client.OAuth.Introspect(context.Background(), telnyx.OAuthIntrospectParams{Token: token})
		if err != nil {
			fmt.Println(err) // not "inactive": the API did not say
			return
		}
		fmt.Println(about.Active, about.Scope)
	}
	// Output:
	// true messaging.read
	// false
}

func ExampleOAuthClientService_ListAutoPaging() {
	srv := oauthtest.New()
	defer srv.Close()
	for _, name := range []string{"Ada", "Bob", "Cid"} {
		srv.AddClient(oauthtest.Client{Name: name})
	}
	client := telnyx.NewClient(
		option.WithAPIKey(srv.APIKey()),
		option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
	)

	pager := client.OAuthClients.ListAutoPaging(context.Background(), telnyx.OAuthClientListParams{
		PageSize: telnyx.Int(2), // two requests, then
	})
	for pager.Next() {
		fmt.Println(pager.Index(), pager.Current().Name)
	}
	if err := pager.Err(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1 Ada
	// 2 Bob
	// 3 Cid
}

func ExampleOAuthClientService_ListAutoPaging_all() {
	srv := oauthtest.New()
	defer srv.Close()
	for _, name := range []string{"Ada", "Bob", "Adam"} {
		srv.AddClient(oauthtest.Client{Name: name})
	}
	client := telnyx.NewClient(
		option.WithAPIKey(srv.APIKey()),
		option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
	)

	filter := telnyx.OAuthClientListParams{FilterNameContains: telnyx.String("ada")}
	for c, err := range client.OAuthClients.ListAutoPaging(context.Background(), filter).All() {
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Println(c.Name)
	}
	// Output:
	// Ada
	// Adam
}

func ExampleNewClient_clientCredentials() {
	srv := oauthtest.New()
	defer srv.Close()
	app := srv.AddClient(oauthtest.Client{Name: "Pager"})

	// The access token is obtained before the first call and renewed before it expires.
	client := telnyx.NewClient(
		option.WithClientID(app.ID), option.WithClientSecret(app.Secret),
		option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
	)
	page, err := client.OAuthClients.List(context.Background(), telnyx.OAuthClientListParams{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Meta.TotalResults, page.Data[0].Name)
	// Output: 1 Pager
}

func ExampleOAuthService_AuthorizeURL() {
	client := telnyx.NewClient(option.WithoutEnvironment())

	to, err := client.OAuth.AuthorizeURL(telnyx.OAuthGetAuthorizeParams{
		ClientID:            "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e",
		RedirectUri:         "https://example.com/callback",
		ResponseType:        telnyx.OAuthGetAuthorizeParamsResponseTypeCode,
		State:               telnyx.String("unguessable"),
		CodeChallenge:       telnyx.String("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
		CodeChallengeMethod: telnyx.OAuthGetAuthorizeParamsCodeChallengeMethodS256,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	u, _ := url.Parse(to) // redirect the user's browser to it
	fmt.Println(u.Host + u.Path)
	fmt.Println(u.Query().Get("redirect_uri"))
	// Output:
	// api.telnyx.com/v2/oauth/authorize
	// https://example.com/callback
}

func ExampleOAuthService_GetAuthorize() {
	srv := oauthtest.New()
	defer srv.Close()
	app := srv.AddClient(oauthtest.Client{})
	client := telnyx.NewClient(option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()))

	var answer *http.Response
	err := client.OAuth.GetAuthorize(context.Background(), telnyx.OAuthGetAuthorizeParams{
		ClientID:     app.ID,
		RedirectUri:  "http://127.0.0.1/callback",
		ResponseType: telnyx.OAuthGetAuthorizeParamsResponseTypeCode,
	}, option.WithResponseInto(&answer))
	if err != nil {
		fmt.Println(err)
		return
	}
	to, _ := answer.Location()
	fmt.Println(answer.StatusCode, to.Path, to.Query().Has("consent_token"))
	// Output: 302 /consent true
}

func ExampleOAuthClientService_Update() {
	srv := oauthtest.New()
	defer srv.Close()
	app := srv.AddClient(oauthtest.Client{Name: "Pager", LogoURI: "https://example.com/logo.png"})
	client := telnyx.NewClient(
		option.WithAPIKey(srv.APIKey()),
		option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
	)

	// A field that is not set keeps its value, and null clears it.
	res, err := client.OAuthClients.Update(context.Background(), app.ID, telnyx.OAuthClientUpdateParams{
		LogoUri:     param.Null[string](),
		RequirePkce: telnyx.Bool(true),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Data.Name, res.Data.RequirePkce, res.Data.JSON.LogoUri.Raw())
	// Output: Pager true null
}

// The API takes no "" for a field that a client does not have.
func ExampleOptOmitZero() {
	srv := oauthtest.New()
	defer srv.Close()
	app := srv.AddClient(oauthtest.Client{Name: "Pager", LogoURI: "https://example.com/logo.png"})
	client := telnyx.NewClient(
		option.WithAPIKey(srv.APIKey()),
		option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
	)

	from, err := client.OAuthClients.Get(context.Background(), app.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	params := telnyx.OAuthClientUpdateParams{
		Name:              telnyx.OptOmitZero(from.Data.Name),
		LogoUri:           telnyx.OptOmitZero(from.Data.LogoUri),
		PolicyUri:         telnyx.OptOmitZero(from.Data.PolicyUri), // "", which telnyx.String would send
		TosUri:            telnyx.OptOmitZero(from.Data.TosUri),
		RequirePkce:       telnyx.Bool(from.Data.RequirePkce), // sent if it is false too
		AllowedGrantTypes: from.Data.AllowedGrantTypes,
		AllowedScopes:     from.Data.AllowedScopes,
		RedirectUris:      from.Data.RedirectUris,
	}
	params.Name = telnyx.String("Pager 2")

	res, err := client.OAuthClients.Update(context.Background(), app.ID, params)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Data.Name, res.Data.LogoUri, res.Data.JSON.PolicyUri.Raw())
	// Output: Pager 2 https://example.com/logo.png null
}

// An endpoint that the SDK has no method for, with a multipart body.
func ExampleClient_Post() {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, logo, err := r.FormFile("logo")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, `{"data":{"file":%q,"bytes":%d,"name":%q}}`, logo.Filename, logo.Size, r.FormValue("name"))
	}))
	defer api.Close()
	client := telnyx.NewClient(option.WithAPIKey("KEY"), option.WithBaseURL(api.URL))

	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("logo", "logo.png")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = part.Write([]byte("the content of the file"))
	if err := errors.Join(err, form.WriteField("name", "web shop"), form.Close()); err != nil {
		fmt.Println(err)
		return
	}
	var stored struct {
		Data struct {
			File, Name string
			Bytes      int
		}
	}
	err = client.Post(
		context.Background(), "files", nil, &stored, option.WithRequestBody(form.FormDataContentType(), &body),
	)
	fmt.Printf("%+v %v\n", stored.Data, err)
	// Output: {File:logo.png Name:web shop Bytes:23} <nil>
}

func ExampleOAuthTokenParams_SetExtraFields() {
	srv := oauthtest.New()
	defer srv.Close()
	app := srv.AddClient(oauthtest.Client{Scopes: []string{"messaging.read"}})
	client := telnyx.NewClient(
		option.WithClientID(app.ID), option.WithClientSecret(app.Secret),
		option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
	)

	// A token for one resource (RFC 8707), which OAuthTokenParams has no field for.
	params := telnyx.OAuthTokenParams{GrantType: telnyx.OAuthTokenParamsGrantTypeClientCredentials}
	params.SetExtraFields(map[string]any{"resource": "https://api.telnyx.com/v2/mcp"})
	tokens, err := client.OAuth.Token(context.Background(), params)
	if err != nil {
		fmt.Println(err)
		return
	}
	known, err := client.OAuth.Introspect(context.Background(), telnyx.OAuthIntrospectParams{Token: tokens.AccessToken})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(tokens.TokenType, tokens.Scope, known.Active, known.Aud)
	// Output: Bearer messaging.read true https://api.telnyx.com/v2/mcp
}

// Deleting inside the loop would skip items: collect first.
func ExampleOAuthClientService_Delete_all() {
	srv := oauthtest.New()
	defer srv.Close()
	for range 45 { // three pages
		srv.AddClient(oauthtest.Client{Name: "Old"})
	}
	client := telnyx.NewClient(
		option.WithAPIKey(srv.APIKey()),
		option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
	)
	ctx := context.Background()

	var ids []string
	for c, err := range client.OAuthClients.ListAutoPaging(ctx, telnyx.OAuthClientListParams{}).All() {
		if err != nil {
			fmt.Println(err)
			return
		}
		ids = append(ids, c.ClientID)
	}
	for _, id := range ids {
		if err := client.OAuthClients.Delete(ctx, id); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(len(ids), "deleted,", len(srv.Clients()), "left")
	// Output: 45 deleted, 0 left
}
