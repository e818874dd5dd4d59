package oauthflow

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// A Config describes an OAuth client, and where its tokens are kept. It is a value: copy it and change the copy. Its
// methods check it before they send anything; an error names the field that is wrong. It is printed and logged without
// its secret.
type Config struct {
	// Client makes the calls, with its retries, middleware and base URL, but without its credentials. The zero Client
	// calls the live API.
	Client telnyx.Client
	// Server is the authorization server, from Discover. Nil: the server that Client calls; its issuer is the origin of
	// Client's base URL, such as https://api.telnyx.com.
	Server *Server
	// ClientID is required. ClientSecret is "" for a public client.
	ClientID, ClientSecret string
	// AuthMethod is how the client authenticates at the token endpoint. The zero value is AuthNone without a secret. With
	// one it is AuthBasic, or AuthPost if Server supports that and not Basic. It is not found by trying. AuthNone with a
	// secret, and another method without one, are errors.
	AuthMethod AuthMethod
	// RedirectURI must equal the registered one, character by character. Begin needs it: an absolute URL without a
	// fragment; https, http to loopback, or a private-use scheme with a dot (RFC 8252, section 7.1). Login has other
	// rules.
	RedirectURI string
	// Scopes are requested, in this order. Nil: the request has no scope parameter.
	Scopes []string
	// Resources are the servers where the token will be used (RFC 8707). Each is sent as a resource parameter, in
	// requests for authorizations and for tokens of every grant.
	Resources []string
	// Store keeps tokens and registrations. Nil: each Source keeps its token in memory. Stored needs one.
	Store Store
	// Account is the owner of the token, such as a user id of the application. It is part of the Store's key. Configs
	// that share a Store and a client id and differ in Scopes or Resources need different Accounts.
	Account string
	// OnToken is called with each new token, after the Store has it and before anyone uses it; not with tokens that
	// another process got. An error counts as a failed save (SaveError), and OnToken is called with the same token again
	// before its next use. A Source never calls it concurrently.
	OnToken func(context.Context, Token) error
	// RenewBefore is how long before its expiry a token is renewed in the background. 0 is a minute; a negative value is
	// never. It is at most a fifth of the token's life (expires_in).
	RenewBefore time.Duration
	// RenewTimeout limits one renewal or code exchange (lock, request, save), however many wait for it, and Close. 0 is 30
	// seconds. It is measured in real time, not by Now.
	RenewTimeout time.Duration
	// Now is the clock that decides whether a token has expired. Nil: time.Now.
	Now func() time.Time
	// Logger gets what callers do not see: background renewals that failed, a Store that failed and was not used, scopes
	// that were not granted. It never gets a secret. Nil: nothing is logged.
	Logger *slog.Logger
}

// An AuthMethod is a token_endpoint_auth_method (RFC 7591, section 2).
type AuthMethod string

// The methods of client authentication (RFC 6749, section 2.3.1).
const (
	// AuthNone sends client_id in the body, and no Authorization header.
	AuthNone AuthMethod = "none"
	// AuthBasic sends HTTP Basic, and neither id nor secret in the body.
	AuthBasic AuthMethod = "client_secret_basic"
	// AuthPost sends id and secret in the body, and no Authorization header.
	AuthPost AuthMethod = "client_secret_post"
)

// String describes the configuration without its secret.
func (c Config) String() string {
	text := fmt.Sprintf("oauthflow.Config{client %q", c.ClientID)
	if c.Account != "" {
		text += fmt.Sprintf(", account %q", c.Account)
	}
	if len(c.Scopes) > 0 {
		text += fmt.Sprintf(", scopes %q", c.Scopes)
	}
	return text + "}"
}

// Format prints String for every verb.
func (c Config) Format(f fmt.State, _ rune) { fmt.Fprint(f, c.String()) }

// LogValue is String for log/slog.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// invalid returns the error for a field.
func invalid(field, format string, args ...any) error {
	return fmt.Errorf("oauthflow: Config."+field+": "+format, args...)
}

// check returns an error if a field that every flow needs is invalid.
func (c Config) check() error {
	if c.ClientID == "" {
		return invalid("ClientID", "it is empty; Register or the Telnyx portal gives one")
	}
	if _, err := c.authMethod(); err != nil {
		return err
	}
	return c.checkRequest()
}

// checkRequest is check without ClientID, ClientSecret and AuthMethod.
func (c Config) checkRequest() error {
	for _, scope := range c.Scopes {
		if !isScope(scope) {
			return invalid("Scopes", "%q is not a scope: one word of printable ASCII without \" and \\", scope)
		}
	}
	for _, resource := range c.Resources {
		if u, err := url.Parse(resource); err != nil || !u.IsAbs() || u.Fragment != "" || strings.Contains(resource, "#") {
			return invalid("Resources", "%q is not an absolute URI without a fragment (RFC 8707, section 2)", resource)
		}
	}
	if c.RenewTimeout < 0 {
		return invalid("RenewTimeout", "it is negative; 0 is 30 seconds")
	}
	if c.Server != nil && c.Server.Issuer == "" {
		return invalid("Server", "it has no Issuer")
	}
	_, err := c.issuer()
	return err
}

// isScope reports whether s is a scope-token (RFC 6749, section 3.3).
func isScope(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r > '~' || r == '"' || r == '\\'
	})
}

// authMethod resolves AuthMethod.
func (c Config) authMethod() (AuthMethod, error) {
	method := c.AuthMethod
	switch {
	case method == "" && c.ClientSecret == "":
		return AuthNone, nil
	case method == "":
		if s := c.Server; s != nil && slices.Contains(s.AuthMethodsSupported, string(AuthPost)) &&
			!slices.Contains(s.AuthMethodsSupported, string(AuthBasic)) {
			return AuthPost, nil
		}
		return AuthBasic, nil
	case method != AuthNone && method != AuthBasic && method != AuthPost:
		return "", invalid("AuthMethod", "%q is not known; use AuthNone, AuthBasic or AuthPost", method)
	case method == AuthNone && c.ClientSecret != "":
		return "", invalid("AuthMethod", "AuthNone does not use the ClientSecret; leave one of them out")
	case method != AuthNone && c.ClientSecret == "":
		return "", invalid("ClientSecret", "it is empty, and AuthMethod %s needs it", method)
	}
	return method, nil
}

// options returns the options of a call of Client to the server, without Client's credentials. authorization is the
// header of the call; "" is none.
func (c Config) options(authorization string) []option.RequestOption {
	opts := []option.RequestOption{option.WithAPIKey("")} // replaces all credentials
	if authorization == "" {
		opts = append(opts, option.WithHeaderDel("Authorization"))
	} else {
		opts = append(opts, option.WithHeader("Authorization", authorization))
	}
	if c.Server != nil && c.Server.BaseURL != "" {
		opts = append(opts, option.WithBaseURL(c.Server.BaseURL))
	}
	return opts
}

// issuer is the issuer identifier of the server.
func (c Config) issuer() (string, error) {
	if c.Server != nil {
		return c.Server.Issuer, nil
	}
	u, err := c.authorizationEndpoint()
	if err != nil {
		return "", err
	}
	return u.Scheme + "://" + u.Host, nil
}

// authorizationEndpoint is the URL of authorization requests, without a query.
func (c Config) authorizationEndpoint() (*url.URL, error) {
	if c.Server != nil && c.Server.AuthorizationEndpoint != "" {
		return url.Parse(c.Server.AuthorizationEndpoint)
	}
	where, err := c.Client.OAuth.AuthorizeURL(telnyx.OAuthGetAuthorizeParams{
		ClientID: "-", RedirectUri: "-", ResponseType: telnyx.OAuthGetAuthorizeParamsResponseTypeCode,
	}, c.options("")...)
	if err != nil {
		return nil, invalid("Client", "%w", err)
	}
	u, err := url.Parse(where)
	if err != nil {
		return nil, invalid("Client", "its base URL: %w", err)
	}
	u.RawQuery = ""
	return u, nil
}

func (c Config) renewTimeout() time.Duration { return cmp.Or(c.RenewTimeout, 30*time.Second) }

func (c Config) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

func (c Config) logger() *slog.Logger { return cmp.Or(c.Logger, slog.New(slog.DiscardHandler)) }

// key is the Store's key for the token of a grant.
func (c Config) key(grant string) (Key, error) {
	issuer, err := c.issuer()
	return Key{Issuer: issuer, ClientID: c.ClientID, Grant: grant, Account: c.Account}, err
}

const (
	grantCode        = "authorization_code"
	grantCredentials = "client_credentials"
	grantRefresh     = "refresh_token"
)
