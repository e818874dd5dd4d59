package oauthflow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"golang.org/x/oauth2"

	"github.com/team-telnyx/telnyx-go/internal/tokens"
)

// A Source returns one token, and renews it. It is safe for concurrent use, and has no goroutine except during a
// renewal. It is printed and logged without secrets.
type Source struct {
	config Config
	key    Key
	store  Store
	seed   Token // of Config.Source

	keeper tokens.Keeper
	fetch  tokens.Fetch

	// The renewal under way owns the following. There is one renewal at most.
	unsaved *unsaved // a new token that the Store does not have yet
	unused  string   // a mark that this Source knows to be wrong
}

// ClientCredentials returns a Source of tokens for the application itself (RFC 6749, section 4.4). It needs a
// ClientSecret, and never uses a refresh token. It sends nothing before the first Token.
func (c Config) ClientCredentials() (*Source, error) {
	if c.ClientID != "" && c.ClientSecret == "" {
		return nil, invalid("ClientSecret", "it is empty, but client credentials need it")
	}
	return c.source(grantCredentials, Token{})
}

// Stored returns a Source of the token in the Store. While there is none, Token returns ErrReauthorize. The Store is
// not read before the first Token.
func (c Config) Stored() (*Source, error) {
	if c.Store == nil {
		return nil, invalid("Store", "it is nil, but Stored needs one; Source takes a token")
	}
	return c.source(grantCode, Token{})
}

// Source returns a Source that starts with t; a refresh token alone is enough. If the Store has a record, that is used
// instead of t, unless it needs a new authorization and t has a refresh token that the record never began with. If t
// has expired and has no refresh token, Token returns ErrReauthorize. Nothing is sent, and the Store is not read,
// before the first Token.
func (c Config) Source(t Token) (*Source, error) {
	if t.AccessToken == "" && t.RefreshToken == "" {
		return nil, errors.New("oauthflow: Source: the token has neither an access token nor a refresh token")
	}
	if t.TokenType == "" {
		t.TokenType = "Bearer"
	}
	t.Scopes, t.Missing = slices.Clone(t.Scopes), slices.Clone(t.Missing)
	return c.source(grantCode, t)
}

func (c Config) source(grant string, seed Token) (*Source, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	key, err := c.key(grant)
	if err != nil {
		return nil, err
	}
	c.Scopes, c.Resources = slices.Clone(c.Scopes), slices.Clone(c.Resources)
	s := &Source{config: c, key: key, store: c.Store, seed: seed, keeper: tokens.Keeper{Now: c.Now, Lingers: true}}
	if s.store == nil {
		s.store = new(MemoryStore)
	}
	s.fetch = s.fetching("")
	return s, nil
}

// Token returns a token that is valid by Config.Now, at once if there is one. If it is near its expiry, a renewal
// begins in the background. Without a valid token, Token waits for a renewal, which all callers share. If ctx ends
// during the wait, Token returns its cause; the renewal goes on, with the values of the first caller's ctx, until it is
// done or RenewTimeout is over. While the token is valid, ctx is not used.
//
// Errors are not cached: the next call reads the Store again. A renewal that failed in the background begins again
// after the Retry-After of its error, else after 5 seconds. A new token that has expired already is returned only to
// the callers that waited for it.
func (s *Source) Token(ctx context.Context) (Token, error) {
	if t := s.keeper.Good(); t != nil {
		return *t.Detail.(*Token), nil
	}
	return s.lease(s.keeper.Get(ctx, "", s.fetch))
}

// Renew returns a token whose AccessToken is not refused: the one that has replaced it here or in the Store, else a new
// one. Call it if a request with the token got a 401.
func (s *Source) Renew(ctx context.Context, refused string) (Token, error) {
	return s.lease(s.keeper.Get(ctx, refused, s.fetching(refused)))
}

func (s *Source) lease(l tokens.Lease, err error) (Token, error) {
	switch {
	case err == tokens.ErrClosed:
		return Token{}, ErrClosed
	case err != nil:
		return Token{}, err
	}
	return *l.Detail.(*Token), nil
}

// Close waits for a renewal that is under way, until its token is saved. Afterwards nothing is renewed: Token returns
// the token while it is valid, else ErrClosed. Close always returns nil, and may be called twice.
func (s *Source) Close() error {
	s.keeper.Close()
	return nil
}

// OAuth2 returns s as a source for golang.org/x/oauth2. It waits at most Config.RenewTimeout, and its tokens have no
// refresh token.
func (s *Source) OAuth2() oauth2.TokenSource { return oauth2Source{s} }

type oauth2Source struct{ *Source }

func (s oauth2Source) Token() (*oauth2.Token, error) {
	ctx, cancel := context.WithTimeout(context.Background(), s.config.renewTimeout())
	defer cancel()
	t, err := s.Source.Token(ctx)
	if err != nil {
		return nil, err
	}
	return t.OAuth2(), nil
}

// Forget removes the tokens of Account, of either grant, from the Store, as a logout. It does not revoke them: Telnyx
// has no endpoint for that. It is not an error if there are none.
func (c Config) Forget(ctx context.Context) error {
	if err := c.check(); err != nil || c.Store == nil {
		return err
	}
	for _, grant := range []string{grantCode, grantCredentials} {
		key, err := c.key(grant)
		if err == nil {
			err = forget(ctx, c.Store, key)
		}
		if err != nil {
			return fmt.Errorf("oauthflow: removing the token: %w", err)
		}
	}
	return nil
}

func forget(ctx context.Context, store Store, key Key) error {
	_, release, err := store.Lock(ctx, key)
	if err != nil {
		return err
	}
	defer release()
	for range retriesOfSave {
		var old Record
		if old, err = store.Load(ctx, key); err != nil && !errors.Is(err, ErrCorrupt) || old.Version == "" {
			return err
		}
		if _, err = store.Save(ctx, key, Record{Version: old.Version}); !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return err
}

// String describes the Source without secrets.
func (s *Source) String() string {
	if s == nil {
		return "oauthflow.Source(nil)"
	}
	return fmt.Sprintf("oauthflow.Source{client %q, account %q, grant %s}", s.key.ClientID, s.key.Account, s.key.Grant)
}

// Format prints String for every verb.
func (s *Source) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// LogValue is String for log/slog.
func (s *Source) LogValue() slog.Value { return slog.StringValue(s.String()) }

// held returns the token of a record for the keeper, with the times of its renewal and its expiry.
func (s *Source) held(r *record) tokens.Token {
	now, t := s.config.now(), r.Token
	held := tokens.Token{Value: t.AccessToken, Expiry: t.Expiry, RenewAt: t.Expiry, Detail: &t}
	renewable := s.key.Grant == grantCredentials || !r.spent()
	switch {
	case t.Expiry.IsZero() && renewable:
		held.Expiry = now.Add(unknownLife)
		held.RenewAt = held.Expiry
	case t.Expiry.IsZero(): // used until a server rejects it
		held.Expiry = now.AddDate(100, 0, 0)
		held.RenewAt = held.Expiry
	case renewable:
		if last := now.Add(maxLife); held.Expiry.After(last) {
			held.Expiry = last
		}
		life := r.Life
		if life <= 0 {
			life = held.Expiry.Sub(now)
		}
		held.RenewAt = held.Expiry.Add(-min(s.config.renewBefore(), max(life, 0)/5))
	}
	return held
}

func (c Config) renewBefore() time.Duration {
	if c.RenewBefore == 0 {
		return time.Minute
	}
	return max(c.RenewBefore, 0)
}
