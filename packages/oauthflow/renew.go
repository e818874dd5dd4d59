package oauthflow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/internal/tokens"
)

// retriesOfSave is how often a save is tried again because another process saved: only one that lost its lease does
// that.
const retriesOfSave = 10

// unsaved is a record with a new token that could not be saved, or for which OnToken failed.
type unsaved struct {
	record
	stored bool // it was saved, but OnToken failed
}

// fetching returns a renewal for the keeper. refused is an access token that the server rejected, or "".
func (s *Source) fetching(refused string) tokens.Fetch {
	return func(ctx context.Context, failed func(error, time.Duration)) (tokens.Token, error) {
		old := s.keeper.Token()
		hidden := old != nil && s.config.now().Before(old.Expiry) // callers get the old token, and do not see the error
		ctx, cancel := context.WithTimeout(ctx, s.config.renewTimeout())
		defer cancel()
		r, err := s.renew(ctx, refused)
		if err == nil {
			return s.held(r), nil
		}
		if hidden {
			s.config.logger().WarnContext(ctx, "oauthflow: a token was not renewed; the old one is still valid",
				"source", s, "error", err)
		}
		if said, ok := errors.AsType[*telnyx.Error](err); ok && said.RetryAfter() > 0 {
			failed(err, said.RetryAfter())
		}
		return tokens.Token{}, err
	}
}

// renew returns a record with a valid token other than refused.
func (s *Source) renew(ctx context.Context, refused string) (*record, error) {
	if s.unsaved != nil {
		if r, err := s.saveAgain(ctx); err != nil || r != nil && r.Token.AccessToken != refused && s.good(r.Token) {
			return r, err
		}
	}
	if s.key.Grant == grantCredentials {
		return s.renewCredentials(ctx, refused)
	}
	return s.refresh(ctx, refused)
}

// takes reports whether a record of the Store has a usable token: valid, not refused, and not the one that the keeper
// has already.
func (s *Source) takes(r *record, refused string) bool {
	held := s.keeper.Token()
	t := r.Token
	return t.AccessToken != "" && t.AccessToken != refused && (held == nil || held.Value != t.AccessToken) && s.good(t)
}

func (s *Source) good(t Token) bool {
	return t.AccessToken != "" && (t.Expiry.IsZero() || s.config.now().Before(t.Expiry))
}

// storeFailed returns the error of a call that needs the Store: without it, a refresh token must not be sent.
func storeFailed(err error) error {
	if errors.Is(err, ErrCorrupt) || errors.Is(err, ErrInsecure) {
		return failed("the store has no usable record", "", err)
	}
	return failed("the store failed, so nothing was sent", ErrTransient, err)
}

func reauthorize(why string) error { return fmt.Errorf("%w: %s", ErrReauthorize, why) }

// refresh gets a new token with the refresh token of the Store, unless the Store has a new one already.
func (s *Source) refresh(ctx context.Context, refused string) (*record, error) {
	r, err := load(ctx, s.store, s.key)
	switch {
	case err != nil:
		return nil, storeFailed(err)
	case s.takes(&r, refused):
		return &r, nil
	case r.version == "" && s.seed.AccessToken == "" && s.seed.RefreshToken == "":
		return nil, reauthorize("the store has no token")
	}
	lock, release, err := s.store.Lock(ctx, s.key)
	if err != nil {
		return nil, storeFailed(err)
	}
	defer release()
	if r, err = load(ctx, s.store, s.key); err != nil {
		return nil, storeFailed(err)
	}
	if s.takes(&r, refused) {
		return &r, nil
	}
	if s.plant(&r) && s.takes(&r, refused) {
		if err = r.save(ctx, s.store, s.key); err != nil {
			return nil, storeFailed(err)
		}
		return &r, nil
	}
	if r.Sent == s.unused {
		r.Sent = ""
	}
	if r.spent() {
		if r.Sent != "" {
			return nil, reauthorize("the refresh token may have been used, but the response was lost or an error")
		}
		return nil, reauthorize("there is no refresh token")
	}
	return s.spend(ctx, lock, &r, refused)
}

// plant replaces r by the token of Config.Source, if there is no record, or if the record needs a new authorization and
// never began with this refresh token.
func (s *Source) plant(r *record) bool {
	if s.seed.AccessToken == "" && s.seed.RefreshToken == "" {
		return false
	}
	hash := seedOf(s.seed.RefreshToken)
	switch {
	case r.version == "":
	case s.seed.RefreshToken == "", slices.Contains(r.Seeds, hash), !r.spent(), s.good(r.Token):
		return false
	}
	*r = record{Token: s.seed, Seeds: slices.Clone(r.Seeds), version: r.version}
	if s.seed.RefreshToken != "" {
		r.Seeds = append(r.Seeds, hash)
	}
	return true
}

// spend marks the refresh token of r, saves the mark, and sends the token. lock ends when the lock is lost.
func (s *Source) spend(ctx, lock context.Context, r *record, refused string) (*record, error) {
	s.unused = cmp.Or(s.unused, random()) // a save that returns an error may have happened
	r.Sent = s.unused
	if err := r.save(ctx, s.store, s.key); err != nil {
		return s.newer(ctx, refused, storeFailed(err))
	}
	if lock.Err() != nil {
		s.unmark(ctx, r)
		return nil, failed("the lock was lost before the refresh token was sent", ErrTransient, context.Cause(lock))
	}
	s.unused = ""
	t, err := s.config.requestToken(ctx, url.Values{
		"grant_type": {grantRefresh}, "refresh_token": {r.Token.RefreshToken},
	})
	if err != nil {
		return s.refusal(ctx, r, refused, err)
	}
	fresh := &record{Token: t.Token, Life: t.life, Seeds: r.Seeds, version: r.version}
	if t.RefreshToken == "" || t.RefreshToken == r.Token.RefreshToken {
		fresh.Token.RefreshToken, fresh.Reusable = r.Token.RefreshToken, true
	}
	s.config.grant(ctx, &fresh.Token, r.Token.Scopes)
	return s.keep(ctx, fresh, false)
}

// refusal returns the error of a refresh with its kind, and removes the mark if the refresh token was not used.
func (s *Source) refusal(ctx context.Context, r *record, refused string, err error) (*record, error) {
	const operation = "refreshing the token"
	switch outcomeOf(err) {
	case invalidGrant:
		if r.Reusable { // not any more: the mark counts again
			r.Reusable = false
			if err := r.save(ctx, s.store, s.key); err != nil {
				return nil, storeFailed(err)
			}
		}
		return s.newer(ctx, refused, failed(operation, ErrReauthorize, err))
	case unsent, turnedAway:
		s.unmark(ctx, r)
	case misconfigured:
		s.unmark(ctx, r)
		return nil, failed(operation, "", err)
	}
	return nil, failed(operation, ErrTransient, err)
}

// newer returns the record of the Store if another process has got a valid token meanwhile, else err.
func (s *Source) newer(ctx context.Context, refused string, err error) (*record, error) {
	if r, loadErr := load(ctx, s.store, s.key); loadErr == nil && s.takes(&r, refused) {
		return &r, nil
	}
	return nil, err
}

// unmark removes the mark. If the Store fails, the Source remembers that the mark is wrong.
func (s *Source) unmark(ctx context.Context, r *record) {
	s.unused = r.Sent
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second) // ctx may have ended
	defer cancel()
	r.Sent = ""
	if err := r.save(ctx, s.store, s.key); err != nil {
		s.config.logger().WarnContext(ctx, "oauthflow: the store could not save that a refresh token is unused",
			"source", s, "error", err)
	}
}

// keep saves a new token and calls OnToken. If one of them fails, the next call tries it again.
func (s *Source) keep(ctx context.Context, r *record, stored bool) (*record, error) {
	var err error
	if !stored {
		switch err = r.save(ctx, s.store, s.key); {
		case err != nil && s.key.Grant == grantCredentials: // it is always possible to get another token
			s.leftOut(ctx, err)
			err = nil
		case errors.Is(err, ErrConflict):
			return s.newer(ctx, "", reauthorize("the token was replaced or removed by another process"))
		}
		stored = err == nil
	}
	if err == nil && s.config.OnToken != nil {
		err = s.config.OnToken(ctx, r.Token)
	}
	if err != nil {
		s.unsaved = &unsaved{*r, stored}
		return nil, &SaveError{Token: r.Token, Err: err}
	}
	s.unsaved = nil
	return r, nil
}

// saveAgain tries to save the token that could not be saved. It returns neither a record nor an error if another
// process has replaced the record.
func (s *Source) saveAgain(ctx context.Context) (*record, error) {
	u := s.unsaved
	if u.stored {
		return s.keep(ctx, &u.record, true)
	}
	failed := func(err error) (*record, error) {
		return nil, &SaveError{Token: u.Token, Err: err}
	}
	_, release, err := s.store.Lock(ctx, s.key)
	if err != nil {
		return failed(err)
	}
	defer release()
	now, err := load(ctx, s.store, s.key)
	switch {
	case err != nil:
		return failed(err)
	case now.Token.AccessToken == u.Token.AccessToken: // the save returned an error, but happened
		return s.keep(ctx, &u.record, true)
	case now.version != u.version:
		s.unsaved = nil
		return nil, nil
	}
	return s.keep(ctx, &u.record, false)
}

// renewCredentials gets a new token for the application itself. It does not need the Store, which only saves requests:
// if the Store fails, the token is kept in memory.
func (s *Source) renewCredentials(ctx context.Context, refused string) (*record, error) {
	r, err := load(ctx, s.store, s.key)
	if err == nil && s.takes(&r, refused) {
		return &r, nil
	}
	if err == nil {
		var release func()
		if _, release, err = s.store.Lock(ctx, s.key); err == nil {
			defer release()
			if r, err = load(ctx, s.store, s.key); err == nil && s.takes(&r, refused) {
				return &r, nil
			}
		}
	}
	if err != nil {
		s.leftOut(ctx, err)
	}
	form := url.Values{"grant_type": {grantCredentials}}
	if len(s.config.Scopes) > 0 {
		form.Set("scope", strings.Join(s.config.Scopes, " "))
	}
	t, err := s.config.requestToken(ctx, form)
	if err != nil {
		switch outcomeOf(err) {
		case misconfigured, invalidGrant:
			return nil, failed("getting a token", "", err)
		}
		return nil, failed("getting a token", ErrTransient, err)
	}
	t.RefreshToken = "" // this grant must not have one (RFC 6749, section 4.4.3)
	s.config.grant(ctx, &t.Token, s.config.Scopes)
	return s.keep(ctx, &record{Token: t.Token, Life: t.life, version: r.version}, false)
}

// leftOut logs that the Store failed and is not used.
func (s *Source) leftOut(ctx context.Context, err error) {
	s.config.logger().WarnContext(ctx, "oauthflow: the store failed; the token is kept in memory only",
		"source", s, "error", err)
}
