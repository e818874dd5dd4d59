package request

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/team-telnyx/telnyx-go/internal/tokens"
	"github.com/team-telnyx/telnyx-go/packages/apierror"
	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

const (
	unknownLifetime = 30 * 60      // seconds, if the server does not tell: the usual lifetime of its tokens
	maxLifetime     = 24 * 60 * 60 // seconds, even if the server tells more
	maxMargin       = time.Minute  // renewal begins this long before expiry, or a fifth of the lifetime before
)

// A TokenCache keeps the automatic tokens of a client. The zero TokenCache is empty and ready for use.
type TokenCache struct{ keepers sync.Map } // {server, client id, client secret} -> *tokens.Keeper

// Use is an option: the call then gets its automatic token from the cache.
func (t *TokenCache) Use(c *Config) error {
	c.Tokens = t
	return nil
}

// A tokenResponse is the part of a token response (RFC 6749, section 5.1) that automatic authentication needs.
type tokenResponse struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"`
	JSON        struct {
		AccessToken, TokenType, ExpiresIn respjson.Field
		respjson.Object
	}
}

// automaticToken returns a token for the client credentials of the call, from the server that the call goes to. Calls
// share it, but for those whose own options override what it depends on.
func (c *Config) automaticToken(ctx context.Context) (tokens.Lease, error) {
	t, shared := c.tokenRequest()
	if !shared || c.Tokens == nil {
		token, err := t.fetchToken(ctx, func(error, time.Duration) {})
		return tokens.Lease{Token: &token}, err
	}
	owner := [...]string{c.BaseURL.String(), c.Credentials.ID, c.Credentials.Secret}
	keeper, _ := c.Tokens.keepers.LoadOrStore(owner, new(tokens.Keeper))
	return keeper.(*tokens.Keeper).Get(ctx, "", t.fetchToken)
}

// tokenRequest makes the token request for a call, with the options of its client and service only. If the options of
// the call override the server, the credentials or the HTTP client, the request uses these and its token is not shared.
func (c *Config) tokenRequest() (t *Config, shared bool) {
	service := *cmp.Or(c.Service, c)
	t = new(service)
	shared = service.Complete() == nil && *service.BaseURL == *c.BaseURL &&
		service.HTTPClient == c.HTTPClient && service.AllowHTTP == c.AllowHTTP && service.WithoutEnv == c.WithoutEnv &&
		service.Credentials.ID == c.Credentials.ID && service.Credentials.Secret == c.Credentials.Secret
	t.BaseURL, t.HTTPClient, t.AllowHTTP, t.Credentials = c.BaseURL, c.HTTPClient, c.AllowHTTP, c.Credentials
	t.WithoutEnv = c.WithoutEnv
	_ = t.Complete() // it succeeded for c
	t.Endpoint = NewEndpoint(http.MethodPost, "oauth/token")
	t.Params = []byte(`{"grant_type":"client_credentials"}`)
	t.Query, t.JSON, t.Body, t.Into, t.Response = nil, nil, nil, nil, nil
	return t, shared
}

// fetchToken sends the token request c.
func (c *Config) fetchToken(ctx context.Context, failed func(error, time.Duration)) (tokens.Token, error) {
	var (
		res  tokenResponse
		sent time.Time // of the last attempt
		wrap = func(err error) error { return fmt.Errorf("automatic access token: %w", err) }
	)
	c.check = func() error { return res.refuse() }
	c.after = func(a attempt) {
		sent = a.began
		if a.retry {
			failed(wrap(a.cause), a.wait)
		}
	}
	err := c.Do(ctx, &res)
	if said, ok := errors.AsType[*apierror.Error](err); ok {
		failed(wrap(err), said.RetryAfter())
	}
	if err != nil {
		return tokens.Token{}, wrap(err)
	}
	seconds := int64(unknownLifetime)
	if res.JSON.ExpiresIn.Valid() {
		seconds = min(max(res.ExpiresIn, 0), maxLifetime)
	}
	lifetime := time.Duration(seconds) * time.Second
	expiry := sent.Add(lifetime)
	return tokens.Token{Value: res.AccessToken, RenewAt: expiry.Add(-min(maxMargin, lifetime/5)), Expiry: expiry}, nil
}

// refuse returns an error if the token cannot be used.
func (res tokenResponse) refuse() error {
	switch {
	case res.AccessToken == "":
		return errors.New("the response has no access token")
	case res.TokenType != "" && !strings.EqualFold(res.TokenType, "bearer"):
		return fmt.Errorf("the token type is %q, not Bearer", res.TokenType)
	case !ValidHeader("Authorization", res.AccessToken):
		return errors.New("the access token has characters that no header may have")
	}
	return nil
}
