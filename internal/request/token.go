package request

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/team-telnyx/telnyx-go/internal/redact"
	"github.com/team-telnyx/telnyx-go/internal/singleflight"
	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

const (
	unknownLifetime = 30 * time.Minute // where the server does not tell: what its tokens have otherwise
	maxLifetime     = 24 * time.Hour   // whatever the server tells: nobody should trust a token for years
	maxMargin       = time.Minute      // a token is renewed this long before it expires, or a fifth of its life before
)

// A TokenCache keeps the automatic tokens of a client. The zero TokenCache is empty and ready for use.
type TokenCache struct {
	mu      sync.Mutex
	issued  int // how many tokens so far
	tokens  map[tokenKey]Token
	fetches singleflight.Group[tokenKey, Token]
}

// A token belongs to one server and one client.
type tokenKey struct{ server, id, secret string }

// A Token is an access token obtained with client credentials.
type Token struct {
	Value string
	Fresh bool // it was fetched for the call that has it

	renewAt time.Time
	number  int // in the order of issue, since a server may issue the same value twice
	cache   *TokenCache
	key     tokenKey
}

// get returns the token kept for key, or has it fetched, once for all concurrent callers.
func (c *TokenCache) get(ctx context.Context, key tokenKey, fetch func(context.Context) (Token, error)) (Token, error) {
	if t, ok := c.kept(key); ok {
		return t, nil
	}
	return c.fetches.Do(ctx, key, func(ctx context.Context) (Token, error) {
		if t, ok := c.kept(key); ok { // another fetch ended while this one was about to begin
			return t, nil
		}
		t, err := fetch(ctx)
		if err != nil {
			return Token{}, err
		}
		t.cache, t.key = c, key
		t = c.keep(t)
		t.Fresh = true
		return t, nil
	})
}

func (c *TokenCache) kept(key tokenKey) (Token, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, ok := c.tokens[key]
	return t, ok && time.Now().Before(t.renewAt)
}

// keep stores t, and drops what has expired, so that a client used for many accounts does not grow for ever.
func (c *TokenCache) keep(t Token) Token {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tokens == nil {
		c.tokens = make(map[tokenKey]Token)
	}
	for key, old := range c.tokens {
		if !time.Now().Before(old.renewAt) {
			delete(c.tokens, key)
		}
	}
	c.issued++
	t.number = c.issued
	c.tokens[t.key] = t
	return t
}

// reject forgets a token that the server refused, unless a newer one has taken its place.
func (t Token) reject() {
	t.cache.mu.Lock()
	defer t.cache.mu.Unlock()
	if t.cache.tokens[t.key].number == t.number {
		delete(t.cache.tokens, t.key)
	}
}

// tokenResponse is the part of a token response (RFC 6749, section 5.1) that automatic authentication needs.
type tokenResponse struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"`
	JSON        struct {
		AccessToken, TokenType, ExpiresIn respjson.Field
		respjson.Object
	}
}

// automaticToken returns a token for the client credentials of the call, from the server that the call goes to.
func (c *Config) automaticToken(ctx context.Context, creds Credentials) (Token, error) {
	cache := c.Tokens
	if cache == nil {
		cache = new(TokenCache)
	}
	key := tokenKey{server: c.BaseURL.String(), id: creds.ID, secret: creds.Secret}
	return cache.get(ctx, key, func(ctx context.Context) (Token, error) {
		asked := time.Now()
		var res tokenResponse
		call := c.forToken()
		call.check = func() error { return res.refuse() }
		if err := call.Do(ctx, &res); err != nil {
			return Token{}, fmt.Errorf("automatic access token: %w", err)
		}
		return Token{Value: res.AccessToken, renewAt: asked.Add(res.useFor())}, nil
	})
}

// refuse says why the token cannot be used, if it cannot.
func (res tokenResponse) refuse() error {
	switch {
	case res.AccessToken == "":
		return errors.New("the answer has no access token")
	case res.TokenType != "" && !strings.EqualFold(res.TokenType, "bearer"):
		return fmt.Errorf("the token type is %q, not Bearer", res.TokenType)
	case !ValidHeader("Authorization", res.AccessToken):
		return errors.New("the access token has characters that no header may have")
	}
	return nil
}

// useFor is how long the token may be used before it is renewed.
func (res tokenResponse) useFor() time.Duration {
	lifetime := unknownLifetime
	switch {
	case res.ExpiresIn > int64(maxLifetime/time.Second):
		lifetime = maxLifetime
	case res.JSON.ExpiresIn.Valid():
		lifetime = time.Duration(max(res.ExpiresIn, 0)) * time.Second
	}
	return lifetime - min(maxMargin, lifetime/5)
}

// forToken makes the token request of a call: same server, client, middleware and limits, without what the caller added to
// this one call.
func (c *Config) forToken() *Config {
	t := *c
	t.Endpoint = NewEndpoint(http.MethodPost, "oauth/token")
	t.Params = []byte(`{"grant_type":"client_credentials"}`)
	t.Query, t.JSON, t.Body, t.Into, t.Response = nil, nil, nil, nil, nil
	t.Header = slices.DeleteFunc(slices.Clone(c.Header), ofThisCall)
	return &t
}

// ofThisCall reports headers that describe or authenticate one request, and must not go along with another.
func ofThisCall(e Edit) bool {
	switch strings.ToLower(e.Key) {
	case "accept", "content-type", "content-length", "content-encoding", "idempotency-key":
		return true
	}
	return redact.Name(e.Key) && !strings.EqualFold(e.Key, "Cookie")
}
