package oauthflow

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// defaultRedirectURI is for commands: Login may then use any port (RFC 8252, section 7.3).
const defaultRedirectURI = "http://127.0.0.1/callback"

// registrations are the clients of an issuer in the Store, by the metadata that they were registered with.
type registrations struct {
	Format  int                   `json:"format"`
	Key     Key                   `json:"key"`
	Clients map[string]registered `json:"clients"`

	version string
}

type registered struct {
	ClientID     string     `json:"client_id"`
	ClientSecret string     `json:"client_secret,omitempty"`
	AuthMethod   AuthMethod `json:"token_endpoint_auth_method"`
	Expires      time.Time  `json:"client_secret_expires_at,omitzero"`
}

// Register returns c with the ClientID, ClientSecret and AuthMethod of a client that was registered dynamically (RFC
// 7591): the one that Store has for this issuer and this metadata, else a new one, which is saved before it is
// returned. Call it before Login. c.ClientID must be "".
//
// Params that are not set are taken from c: redirect_uris is RedirectURI, or http://127.0.0.1/callback; scope is
// Scopes; token_endpoint_auth_method is AuthMethod, or none; grant_types are authorization_code and refresh_token. The
// request is sent once. The error is ErrRegistration if the server refuses it (InvalidFields of *telnyx.Error has the
// reasons), or if the response has no client_id, or no client_secret although the method needs one.
func (c Config) Register(ctx context.Context, params telnyx.OAuthRegisterParams) (Config, error) {
	if c.ClientID != "" || c.ClientSecret != "" {
		return c, invalid("ClientID", "Register makes the client id and secret; leave them empty")
	}
	if err := c.checkRequest(); err != nil {
		return c, err
	}
	if c.Server != nil && c.Server.Metadata != nil && c.Server.RegistrationEndpoint == "" {
		return c, fmt.Errorf("%w: the server has no registration_endpoint", ErrRegistration)
	}
	params, err := c.complete(params)
	if err != nil {
		return c, err
	}
	client, err := c.registered(ctx, params)
	if err != nil {
		return c, err
	}
	c.ClientID, c.ClientSecret, c.AuthMethod = client.ClientID, client.ClientSecret, client.AuthMethod
	return c, nil
}

// complete sets the params that are not set from c.
func (c Config) complete(params telnyx.OAuthRegisterParams) (telnyx.OAuthRegisterParams, error) {
	if params.RedirectUris == nil {
		params.RedirectUris = []string{cmp.Or(c.RedirectURI, defaultRedirectURI)}
	}
	if params.Scope == (telnyx.OAuthRegisterParams{}).Scope && len(c.Scopes) > 0 {
		params.Scope = telnyx.String(strings.Join(c.Scopes, " "))
	}
	if params.GrantTypes == nil {
		params.GrantTypes = []string{grantCode, grantRefresh}
	}
	if params.TokenEndpointAuthMethod == "" {
		params.TokenEndpointAuthMethod = telnyx.OAuthRegisterParamsTokenEndpointAuthMethod(cmp.Or(c.AuthMethod, AuthNone))
	}
	switch method := AuthMethod(params.TokenEndpointAuthMethod); method {
	case AuthNone, AuthBasic, AuthPost:
		return params, nil
	default:
		return params, invalid("AuthMethod", "%q is not known; use AuthNone, AuthBasic or AuthPost", method)
	}
}

// registered returns the client of the Store, or a new one.
func (c Config) registered(ctx context.Context, params telnyx.OAuthRegisterParams) (registered, error) {
	if c.Store == nil {
		return c.register(ctx, params)
	}
	issuer, err := c.issuer()
	if err != nil {
		return registered{}, err
	}
	key := Key{Issuer: issuer, Grant: "registration"}
	metadata, err := json.Marshal(params)
	if err != nil {
		return registered{}, fmt.Errorf("oauthflow: encoding the params: %w", err)
	}
	sum := sha256.Sum256(metadata)
	hash := hex.EncodeToString(sum[:])

	_, release, err := c.Store.Lock(ctx, key)
	if err != nil {
		return registered{}, storeFailed(err)
	}
	defer release()
	all, err := loadRegistrations(ctx, c.Store, key)
	if err != nil && !errors.Is(err, ErrCorrupt) {
		return registered{}, storeFailed(err)
	}
	if client, ok := all.Clients[hash]; ok && (client.Expires.IsZero() || c.now().Before(client.Expires)) {
		return client, nil
	}
	client, err := c.register(ctx, params)
	if err != nil {
		return client, err
	}
	for range retriesOfSave {
		if all.Clients == nil {
			all.Clients = map[string]registered{}
		}
		all.Clients[hash] = client
		if err = all.save(ctx, c.Store, key); !errors.Is(err, ErrConflict) {
			break
		}
		if all, err = loadRegistrations(ctx, c.Store, key); err != nil && !errors.Is(err, ErrCorrupt) {
			break
		}
	}
	if err != nil {
		return registered{}, failed("saving the registration of the client "+client.ClientID, "", err)
	}
	return client, nil
}

func loadRegistrations(ctx context.Context, store Store, key Key) (registrations, error) {
	stored, err := store.Load(ctx, key)
	if err != nil || len(stored.Data) == 0 {
		return registrations{version: stored.Version}, err
	}
	var all registrations
	if err := json.Unmarshal(stored.Data, &all); err != nil || all.Format != recordFormat || all.Key != key {
		return registrations{version: stored.Version}, fmt.Errorf("%w: its data is not the JSON of registrations", ErrCorrupt)
	}
	all.version = stored.Version
	return all, nil
}

func (r *registrations) save(ctx context.Context, store Store, key Key) error {
	r.Format, r.Key = recordFormat, key
	data, err := json.Marshal(r)
	if err == nil {
		_, err = store.Save(ctx, key, Record{Data: data, Version: r.version})
	}
	return err
}

// register sends the request, once.
func (c Config) register(ctx context.Context, params telnyx.OAuthRegisterParams) (registered, error) {
	const operation = "registering a client"
	answer, err := c.Client.OAuth.Register(ctx, params, append(c.options(""), option.WithMaxRetries(0))...)
	if err != nil {
		kind := ErrRegistration
		if said, ok := errors.AsType[*telnyx.Error](err); !ok || said.StatusCode >= 500 || said.StatusCode == 429 {
			kind = ErrTransient
		}
		return registered{}, failed(operation, kind, err)
	}
	client := registered{
		ClientID: answer.ClientID, ClientSecret: answer.ClientSecret,
		AuthMethod: AuthMethod(cmp.Or(answer.TokenEndpointAuthMethod, string(params.TokenEndpointAuthMethod))),
	}
	switch {
	case client.ClientID == "":
		return registered{}, fmt.Errorf("%w: the response has no client_id", ErrRegistration)
	case client.AuthMethod == AuthNone:
		client.ClientSecret = "" // AuthNone does not use it
	case client.AuthMethod != AuthBasic && client.AuthMethod != AuthPost:
		return registered{}, fmt.Errorf("%w: the token_endpoint_auth_method %.60q of the response is not known",
			ErrRegistration, client.AuthMethod)
	case client.ClientSecret == "":
		return registered{}, fmt.Errorf("%w: the response has no client_secret, which %s needs", ErrRegistration,
			client.AuthMethod)
	}
	expires, _ := strconv.ParseInt(answer.JSON.ExtraFields["client_secret_expires_at"].Raw(), 10, 64)
	if expires > 0 { // 0 is never (RFC 7591, section 3.2.1)
		client.Expires = time.Unix(expires, 0).UTC()
	}
	return client, nil
}
