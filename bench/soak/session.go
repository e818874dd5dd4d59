package main

import (
	"context"
	"net/http"
	"net/url"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// session calls all 17 operations as one program does, on clients of its own. It ends early when a step that later ones
// need has failed.
func (s *soak) session() {
	c := s.client
	s.attempt("server metadata", func(ctx context.Context, o option.RequestOption) (bool, error) {
		res, err := c.WellKnown.GetAuthorizationServerMetadata(ctx, o)
		return err == nil && res.Issuer == s.srv.URL(), err
	})
	s.attempt("resource metadata", func(ctx context.Context, o option.RequestOption) (bool, error) {
		res, err := c.WellKnown.GetProtectedResourceMetadata(ctx, o)
		return err == nil && res.Resource == s.srv.URL(), err
	})
	s.attempt("key set", func(ctx context.Context, o option.RequestOption) (bool, error) {
		res, err := c.OAuth.GetJwks(ctx, o)
		return err == nil && len(res.Keys) > 0, err
	})
	registered := ""
	if s.attempt("register", func(ctx context.Context, o option.RequestOption) (bool, error) {
		res, err := c.OAuth.Register(ctx, telnyx.OAuthRegisterParams{ClientName: telnyx.String("Registered")}, o)
		if err == nil {
			registered = res.ClientID
		}
		return registered != "", err
	}) {
		s.attempt("delete registered", func(ctx context.Context, o option.RequestOption) (bool, error) {
			return true, c.OAuthClients.Delete(ctx, registered, o)
		})
	}
	var app telnyx.OAuthClient
	if !s.attempt("create", func(ctx context.Context, o option.RequestOption) (bool, error) {
		res, err := c.OAuthClients.New(ctx, telnyx.OAuthClientNewParams{
			Name: "Soak", ClientType: telnyx.OAuthClientNewParamsClientTypeConfidential,
			AllowedScopes:     []string{"messaging.read"},
			AllowedGrantTypes: []string{"client_credentials", "authorization_code", "refresh_token"},
			RedirectUris:      []string{"https://app.example/callback"},
		}, o)
		if err == nil {
			app = res.Data
		}
		return app.ClientSecret != "", err
	}) {
		return
	}
	s.manage(app)
	s.login(app)
	s.attempt("delete", func(ctx context.Context, o option.RequestOption) (bool, error) {
		return true, c.OAuthClients.Delete(ctx, app.ClientID, o)
	})
}

func (s *soak) manage(app telnyx.OAuthClient) {
	c := s.client
	for range 3 {
		s.attempt("get", func(ctx context.Context, o option.RequestOption) (bool, error) {
			res, err := c.OAuthClients.Get(ctx, app.ClientID, o)
			return err == nil && res.Data.ClientID == app.ClientID, err
		})
	}
	s.attempt("update", func(ctx context.Context, o option.RequestOption) (bool, error) {
		res, err := c.OAuthClients.Update(
			ctx, app.ClientID, telnyx.OAuthClientUpdateParams{Name: telnyx.String("Renamed")}, o,
		)
		return err == nil && res.Data.Name == "Renamed", err
	})
	s.attempt("list", func(ctx context.Context, o option.RequestOption) (bool, error) {
		res, err := c.OAuthClients.List(ctx, telnyx.OAuthClientListParams{FilterClientID: telnyx.String(app.ClientID)}, o)
		return err == nil && len(res.Data) == 1, err
	})
}

// login does the authorization code flow and one refresh, and calls the operations on the grant.
func (s *soak) login(app telnyx.OAuthClient) {
	c := s.client
	own := []option.RequestOption{option.WithClientID(app.ClientID), option.WithClientSecret(app.ClientSecret)}
	const back = "https://app.example/callback"
	var consent, code string
	if !s.attempt("authorize", func(ctx context.Context, o option.RequestOption) (bool, error) {
		var res *http.Response
		err := c.OAuth.GetAuthorize(ctx, telnyx.OAuthGetAuthorizeParams{
			ClientID: app.ClientID, RedirectUri: back, ResponseType: telnyx.OAuthGetAuthorizeParamsResponseTypeCode,
			CodeChallenge:       telnyx.String("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
			CodeChallengeMethod: telnyx.OAuthGetAuthorizeParamsCodeChallengeMethodS256,
		}, o, option.WithResponseInto(&res))
		if err == nil {
			consent = member(res.Header.Get("Location"), "consent_token")
		}
		return consent != "", err
	}) {
		return
	}
	s.attempt("consent", func(ctx context.Context, o option.RequestOption) (bool, error) {
		res, err := c.OAuth.Get(ctx, consent, o)
		return err == nil && res.Data.ClientID == app.ClientID, err
	})
	if !s.attempt("decide", func(ctx context.Context, o option.RequestOption) (bool, error) {
		res, err := c.OAuth.Grants(ctx, telnyx.OAuthGrantsParams{Allowed: true, ConsentToken: consent}, o)
		if err == nil {
			code = member(res.RedirectUri, "code")
		}
		return code != "", err
	}) {
		return
	}
	var tokens telnyx.OAuthTokenResponse
	exchange := func(what string, params telnyx.OAuthTokenParams) bool {
		return s.attempt(what, func(ctx context.Context, o option.RequestOption) (bool, error) {
			res, err := c.OAuth.Token(ctx, params, append(own, o)...)
			if err == nil {
				tokens = *res
			}
			return err == nil && tokens.AccessToken != "", err
		})
	}
	exchange("client credentials", telnyx.OAuthTokenParams{GrantType: telnyx.OAuthTokenParamsGrantTypeClientCredentials})
	s.attempt("introspect", func(ctx context.Context, o option.RequestOption) (bool, error) {
		if tokens.AccessToken == "" {
			return true, nil
		}
		res, err := c.OAuth.Introspect(ctx, telnyx.OAuthIntrospectParams{Token: tokens.AccessToken}, append(own, o)...)
		return err == nil && res.Active, err
	})
	if exchange("code", telnyx.OAuthTokenParams{
		GrantType: telnyx.OAuthTokenParamsGrantTypeAuthorizationCode, Code: telnyx.String(code),
		RedirectUri:  telnyx.String(back),
		CodeVerifier: telnyx.String("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
	}) {
		exchange("refresh", telnyx.OAuthTokenParams{
			GrantType: telnyx.OAuthTokenParamsGrantTypeRefreshToken, RefreshToken: telnyx.String(tokens.RefreshToken),
		})
	}
	var grant string
	s.attempt("list grants", func(ctx context.Context, o option.RequestOption) (bool, error) {
		for g, err := range c.OAuthGrants.ListAutoPaging(ctx, telnyx.OAuthGrantListParams{
			PageSize: telnyx.Int(100),
		}, o).All() {
			if err != nil {
				return false, err
			}
			if g.ClientID == app.ClientID {
				grant = g.ID
			}
		}
		return true, nil // other sessions create and delete grants meanwhile
	})
	if grant == "" {
		return
	}
	s.attempt("get grant", func(ctx context.Context, o option.RequestOption) (bool, error) {
		res, err := c.OAuthGrants.Get(ctx, grant, o)
		return err == nil && res.Data.ID == grant, err
	})
	s.attempt("revoke grant", func(ctx context.Context, o option.RequestOption) (bool, error) {
		res, err := c.OAuthGrants.Delete(ctx, grant, o)
		return err == nil && res.Data.ID == grant, err
	})
}

func member(location, name string) string {
	u, err := url.Parse(location)
	if err != nil {
		return ""
	}
	return u.Query().Get(name)
}
