package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// walk is the tour. The first chapters only read. The others may create something, so that cleanUp always follows them.
func (t *tour) walk(ctx context.Context) (err error) {
	if err := inOrder(ctx, t.discover, t.look); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.cleanUp(ctx)) }()
	return inOrder(ctx, t.manageClients, t.serviceToken, t.register, t.userTokens, t.revoke, t.provokeError)
}

func inOrder(ctx context.Context, chapters ...func(context.Context) error) error {
	for _, chapter := range chapters {
		if err := chapter(ctx); err != nil {
			return err
		}
	}
	return nil
}

// discover reads the metadata of the API, and chooses the scopes that the tour asks for.
func (t *tour) discover(ctx context.Context) error {
	t.title("Discovery")
	server, err := t.account.WellKnown.GetAuthorizationServerMetadata(ctx)
	if err != nil {
		return err
	}
	resource, err := t.account.WellKnown.GetProtectedResourceMetadata(ctx)
	if err != nil {
		return err
	}
	keys, err := t.account.OAuth.GetJwks(ctx)
	if err != nil {
		return err
	}
	if len(server.ScopesSupported) == 0 {
		return errors.New("the metadata lists no scopes")
	}
	t.scopes = server.ScopesSupported[:1] // no program should ask for more than it needs
	t.did("WellKnown.GetAuthorizationServerMetadata", "%s issues tokens for %s",
		server.Issuer, strings.Join(server.GrantTypesSupported, ", "))
	t.say("of %d scopes, this tour asks for %s", len(server.ScopesSupported), strings.Join(t.scopes, ", "))
	t.did("WellKnown.GetProtectedResourceMetadata", "%s accepts tokens of %s",
		resource.Resource, strings.Join(resource.AuthorizationServers, ", "))
	t.did("OAuth.GetJwks", "there is %s to verify tokens with", count(int64(len(keys.Keys)), "key"))
	return nil
}

// look counts what the account has. A wrong API key ends the tour here, before it created anything.
func (t *tour) look(ctx context.Context) error {
	t.title("The account")
	clients, err := t.account.OAuthClients.List(ctx, telnyx.OAuthClientListParams{PageSize: telnyx.Int(1)})
	if err != nil {
		return err
	}
	grants, err := t.account.OAuthGrants.List(ctx, telnyx.OAuthGrantListParams{PageSize: telnyx.Int(1)})
	if err != nil {
		return err
	}
	t.did("OAuthClients.List", "the account has %s", count(clients.Meta.TotalResults, "OAuth client"))
	t.did("OAuthGrants.List", "and %s", count(grants.Meta.TotalResults, "grant"))
	return nil
}

func count(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// manageClients creates clients, changes one and lists them.
func (t *tour) manageClients(ctx context.Context) error {
	t.title("OAuth clients: create, get, update, list")
	for _, role := range []string{"worker", "service"} {
		created, err := t.account.OAuthClients.New(ctx, telnyx.OAuthClientNewParams{
			Name:              t.name + " " + role,
			ClientType:        telnyx.OAuthClientNewParamsClientTypeConfidential,
			AllowedGrantTypes: []string{"client_credentials"},
			AllowedScopes:     t.scopes,
		})
		if err != nil {
			return err
		}
		t.service = &created.Data // the only response with the secret
		t.made[t.service.ClientID] = true
		t.did("OAuthClients.New", "created %q with client_id %s", t.service.Name, t.service.ClientID)
	}
	got, err := t.account.OAuthClients.Get(ctx, t.service.ClientID)
	if err != nil {
		return err
	}
	t.did("OAuthClients.Get", "got %q, created at %s", got.Data.Name, got.Data.CreatedAt.Format(time.DateTime))

	updated, err := t.account.OAuthClients.Update(ctx, t.service.ClientID, telnyx.OAuthClientUpdateParams{
		TosUri: telnyx.String("https://example.com/tos"), // what is not set stays as it is
	})
	if err != nil {
		return err
	}
	t.did("OAuthClients.Update", "updated %q: its terms are at %s", updated.Data.Name, updated.Data.TosUri)

	// With one client on a page, the pager has to get a second page.
	t.did("OAuthClients.ListAutoPaging", "lists all clients of this tour:")
	ours := telnyx.OAuthClientListParams{FilterNameContains: telnyx.String(t.name), PageSize: telnyx.Int(1)}
	for c, err := range t.account.OAuthClients.ListAutoPaging(ctx, ours).All() {
		if err != nil {
			return err
		}
		t.say("%q", c.Name)
	}
	return nil
}

// serviceToken gets an access token for a program that acts for itself, and introspects it. A telnyx.Client with an id,
// a secret and no API key gets its tokens automatically: see examples/client-credentials.
func (t *tour) serviceToken(ctx context.Context) error {
	t.title("A token for a service: client credentials, introspection")
	client := t.client(option.WithClientID(t.service.ClientID), option.WithClientSecret(t.service.ClientSecret))
	token, err := client.OAuth.Token(ctx, telnyx.OAuthTokenParams{
		GrantType: telnyx.OAuthTokenParamsGrantTypeClientCredentials,
	})
	if err != nil {
		return err
	}
	t.did("OAuth.Token", "got a %s token for %d s, for %s", token.TokenType, token.ExpiresIn, token.Scope)
	about, err := client.OAuth.Introspect(ctx, telnyx.OAuthIntrospectParams{Token: token.AccessToken})
	if err != nil {
		return err
	}
	until := time.Unix(about.Exp, 0).Format(time.DateTime)
	t.did("OAuth.Introspect", "the token is active: %t, until %s", about.Active, until)
	return nil
}

// register creates a client without credentials, as any program may. It is a public client, for an app on users'
// machines, and has no secret.
func (t *tour) register(ctx context.Context) (err error) {
	t.title("Dynamic registration")
	t.app, err = t.account.OAuth.Register(ctx, telnyx.OAuthRegisterParams{
		ClientName:              telnyx.String(t.name + " app"),
		GrantTypes:              []string{"authorization_code", "refresh_token"},
		RedirectUris:            []string{t.redirectURI},
		Scope:                   telnyx.String(strings.Join(t.scopes, " ")),
		TokenEndpointAuthMethod: telnyx.OAuthRegisterParamsTokenEndpointAuthMethodNone,
	})
	if err != nil {
		return err
	}
	t.made[t.app.ClientID] = true
	t.did("OAuth.Register", "registered %q with client_id %s", t.app.ClientName, t.app.ClientID)
	return nil
}

// revoke finds the grant that the user's consent created, and revokes it.
func (t *tour) revoke(ctx context.Context) error {
	t.title("Grants: list, get, revoke")
	for listed, err := range t.account.OAuthGrants.ListAutoPaging(ctx, telnyx.OAuthGrantListParams{}).All() {
		if err != nil {
			return err
		}
		if listed.ClientID != t.app.ClientID {
			continue // not of this tour
		}
		grant, err := t.account.OAuthGrants.Get(ctx, listed.ID)
		if err != nil {
			return err
		}
		t.did("OAuthGrants.ListAutoPaging", "found a grant to %q", t.app.ClientName)
		t.did("OAuthGrants.Get", "grant %s is for %s", grant.Data.ID, strings.Join(grant.Data.Scopes, ", "))
		if _, err := t.account.OAuthGrants.Delete(ctx, listed.ID); err != nil {
			return err
		}
		about, err := t.account.OAuth.Introspect(ctx, telnyx.OAuthIntrospectParams{Token: t.tokens.AccessToken})
		if err != nil {
			return err
		}
		t.did("OAuthGrants.Delete", "revoked it")
		t.did("OAuth.Introspect", "its access token is active: %t", about.Active)
		return nil
	}
	if t.tokens != nil {
		return errors.New("the account has no grant for the consent that was given")
	}
	t.did("OAuthGrants.ListAutoPaging", "found none of this tour, because no user gave consent")
	return nil
}

// provokeError shows how to distinguish errors.
func (t *tour) provokeError(ctx context.Context) error {
	t.title("An error")
	_, err := t.account.OAuthClients.New(ctx, telnyx.OAuthClientNewParams{
		Name:              t.name + " mistake",
		ClientType:        telnyx.OAuthClientNewParamsClientTypeConfidential,
		AllowedGrantTypes: []string{"client_credentials"},
		AllowedScopes:     []string{"no-such-scope"},
	})
	apiErr, ok := errors.AsType[*telnyx.Error](err)
	switch {
	case err == nil:
		return errors.New("the API accepted a scope that does not exist")
	case ok && errors.Is(err, telnyx.ErrUnprocessable): // the request is wrong, and the error says where
		t.did("OAuthClients.New", "refused with %d %s: %s", apiErr.StatusCode, apiErr.Code, apiErr.Description)
		t.say("its request id, for Telnyx support, is %s", apiErr.RequestID)
		return nil
	default: // another error of the API, of the network or of the context
		return err
	}
}
