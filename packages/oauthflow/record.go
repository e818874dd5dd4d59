package oauthflow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A record is the content of the Store's Data for a token, as JSON.
type record struct {
	Format int   `json:"format"`
	Key    Key   `json:"key"`
	Token  Token `json:"token"`
	// Life is expires_in; 0 if it is not known.
	Life time.Duration `json:"life,omitempty"`
	// Sent is the mark: the refresh token may have reached the server, and it is not known that it was left unused. It is
	// random, so that the Source that set it recognises it; "" is no mark.
	Sent string `json:"sent,omitempty"`
	// Reusable says that the server has accepted the refresh token and not replaced it.
	Reusable bool `json:"reusable,omitempty"`
	// Seeds are the hashes of the refresh tokens that Config.Source began with.
	Seeds []string `json:"seeds,omitempty"`

	version string // of the Store; "" if there is no record
}

const recordFormat = 1

// load gets the record of key. If it is damaged, load returns a record with only a version, and ErrCorrupt.
func load(ctx context.Context, store Store, key Key) (record, error) {
	stored, err := store.Load(ctx, key)
	if err != nil {
		return record{version: stored.Version}, err
	}
	if len(stored.Data) == 0 {
		return record{version: stored.Version}, nil
	}
	var r record
	switch err := json.Unmarshal(stored.Data, &r); {
	case err != nil: // not wrapped: its text could quote a secret
		return record{version: stored.Version}, fmt.Errorf("%w: its data is not the JSON of a token", ErrCorrupt)
	case r.Format != recordFormat:
		return record{version: stored.Version}, fmt.Errorf("%w: format %d, not %d", ErrCorrupt, r.Format, recordFormat)
	case r.Key != key:
		return record{version: stored.Version}, fmt.Errorf("%w: it belongs to another key", ErrCorrupt)
	}
	r.version = stored.Version
	return r, nil
}

// save replaces the record of key, and notes its new version.
func (r *record) save(ctx context.Context, store Store, key Key) error {
	r.Format, r.Key = recordFormat, key
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	stored := Record{Data: data, Version: r.version}
	if r.Token.RefreshToken == "" && len(r.Seeds) == 0 {
		stored.Expires = r.Token.Expiry
	}
	version, err := store.Save(ctx, key, stored)
	if err == nil {
		r.version = version
	}
	return err
}

// spent reports whether the refresh token must not be sent: there is none, or it may have been used.
func (r *record) spent() bool {
	return r.Token.RefreshToken == "" || r.Sent != "" && !r.Reusable
}

// seedOf returns the hash of a refresh token for Seeds.
func seedOf(refreshToken string) string {
	sum := sha256.Sum256([]byte(refreshToken))
	return hex.EncodeToString(sum[:])
}

// keep saves the token of a new authorization, replaces any record in the Store, and calls OnToken.
func (c Config) keep(ctx context.Context, t issue) error {
	err := c.replace(ctx, t)
	if err == nil && c.OnToken != nil {
		err = c.OnToken(ctx, t.Token)
	}
	if err != nil {
		return &SaveError{Token: t.Token, Err: err}
	}
	return nil
}

func (c Config) replace(ctx context.Context, t issue) error {
	if c.Store == nil {
		return nil
	}
	key, err := c.key(grantCode)
	if err != nil {
		return err
	}
	_, release, err := c.Store.Lock(ctx, key)
	if err != nil {
		return err
	}
	defer release()
	for range retriesOfSave { // a holder that lost its lease may save too; the newer authorization replaces it
		var old record
		if old, err = load(ctx, c.Store, key); err != nil && !errors.Is(err, ErrCorrupt) {
			return err
		}
		r := record{Token: t.Token, Life: t.life, Seeds: slices.Clone(old.Seeds), version: old.version}
		if err = r.save(ctx, c.Store, key); !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return err
}
