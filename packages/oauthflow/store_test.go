package oauthflow_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
)

var aKey = oauthflow.Key{
	Issuer: "https://api.telnyx.com", ClientID: "my-cli", Grant: "authorization_code", Account: "ann@example.com",
}

// eachStore runs a test against a new store of every kind.
func eachStore(t *testing.T, test func(t *testing.T, store oauthflow.Store)) {
	t.Run("memory", func(t *testing.T) { test(t, new(oauthflow.MemoryStore)) })
	t.Run("files", func(t *testing.T) { test(t, &oauthflow.FileStore{Dir: t.TempDir() + "/tokens"}) })
}

func save(t *testing.T, store oauthflow.Store, r oauthflow.Record) string {
	t.Helper()
	version, err := store.Save(t.Context(), aKey, r)
	require.NoError(t, err)
	return version
}

func TestAStoreHasNothingForAKeyThatWasNeverSaved(t *testing.T) {
	eachStore(t, func(t *testing.T, store oauthflow.Store) {
		r, err := store.Load(t.Context(), aKey)

		require.NoError(t, err)
		require.Equal(t, oauthflow.Record{}, r)
	})
}

func TestAStoreReturnsWhatWasSavedForTheSameKeyOnly(t *testing.T) {
	eachStore(t, func(t *testing.T, store oauthflow.Store) {
		expires := time.Date(2026, 11, 27, 12, 0, 0, 0, time.FixedZone("", 3600))
		version := save(t, store, oauthflow.Record{Data: []byte("secret"), Expires: expires})

		r, err := store.Load(t.Context(), aKey)
		require.NoError(t, err)
		require.Equal(t, "secret", string(r.Data))
		require.Equal(t, version, r.Version)
		require.True(t, expires.Equal(r.Expires))

		for _, other := range []oauthflow.Key{
			{Issuer: "https://api.telnyx.com/", ClientID: aKey.ClientID, Grant: aKey.Grant, Account: aKey.Account},
			{Issuer: aKey.Issuer, ClientID: "MY-CLI", Grant: aKey.Grant, Account: aKey.Account},
			{Issuer: aKey.Issuer, ClientID: aKey.ClientID, Grant: "client_credentials", Account: aKey.Account},
			{Issuer: aKey.Issuer, ClientID: aKey.ClientID, Grant: aKey.Grant},
			{Issuer: aKey.Issuer + aKey.ClientID, Grant: aKey.Grant, Account: aKey.Account},
		} {
			r, err := store.Load(t.Context(), other)
			require.NoError(t, err)
			require.Empty(t, r.Data, "%+v", other)
		}
	})
}

func TestASaveReplacesTheVersionItNamesAndNoOther(t *testing.T) {
	eachStore(t, func(t *testing.T, store oauthflow.Store) {
		first := save(t, store, oauthflow.Record{Data: []byte("1")})
		second := save(t, store, oauthflow.Record{Data: []byte("2"), Version: first})
		require.NotEqual(t, first, second)

		for _, stale := range []string{"", first, "other"} {
			_, err := store.Save(t.Context(), aKey, oauthflow.Record{Data: []byte("3"), Version: stale})
			require.ErrorIs(t, err, oauthflow.ErrConflict)
		}

		r, err := store.Load(t.Context(), aKey)
		require.NoError(t, err)
		require.Equal(t, "2", string(r.Data))
	})
}

func TestEmptyDataRemovesARecordAndItsVersionNeverComesBack(t *testing.T) {
	eachStore(t, func(t *testing.T, store oauthflow.Store) {
		first := save(t, store, oauthflow.Record{Data: []byte("1")})

		none := save(t, store, oauthflow.Record{Version: first})

		r, err := store.Load(t.Context(), aKey)
		require.NoError(t, err)
		require.Equal(t, oauthflow.Record{}, r)
		require.NotEqual(t, first, save(t, store, oauthflow.Record{Data: []byte("1"), Version: none}))
		_, err = store.Save(t.Context(), aKey, oauthflow.Record{Data: []byte("2"), Version: first})
		require.ErrorIs(t, err, oauthflow.ErrConflict)
	})
}

func TestAStoreDoesNotShareDataWithItsCallers(t *testing.T) {
	eachStore(t, func(t *testing.T, store oauthflow.Store) {
		data := []byte("secret")
		save(t, store, oauthflow.Record{Data: data})
		data[0] = 'X'
		r, err := store.Load(t.Context(), aKey)
		require.NoError(t, err)
		r.Data[1] = 'X'

		r, err = store.Load(t.Context(), aKey)

		require.NoError(t, err)
		require.Equal(t, "secret", string(r.Data))
	})
}

func TestOneHolderHasALockAtATime(t *testing.T) {
	eachStore(t, func(t *testing.T, store oauthflow.Store) {
		var holders, most atomic.Int32
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				held, release, err := store.Lock(t.Context(), aKey)
				if err != nil {
					t.Error(err)
					return
				}
				most.Store(max(most.Load(), holders.Add(1)))
				if held.Err() != nil {
					t.Error("the lock was lost")
				}
				holders.Add(-1)
				release()
				release()
				if held.Err() == nil {
					t.Error("held outlives the lock")
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, most.Load())
	})
}

func TestAWaitForALockEndsWithTheContextAndItsCause(t *testing.T) {
	eachStore(t, func(t *testing.T, store oauthflow.Store) {
		_, release, err := store.Lock(t.Context(), aKey)
		require.NoError(t, err)
		defer release()
		bored := errors.New("bored")
		ctx, cancel := context.WithCancelCause(t.Context())
		done := make(chan error)
		go func() {
			_, _, err := store.Lock(ctx, aKey)
			done <- err
		}()

		cancel(bored)

		require.ErrorIs(t, <-done, bored)
		other := aKey
		other.Account = "bob@example.com"
		_, releaseOther, err := store.Lock(t.Context(), other)
		require.NoError(t, err, "locks of other keys are free")
		releaseOther()
	})
}

func TestAStoreDoesNothingForAContextThatHasEnded(t *testing.T) {
	eachStore(t, func(t *testing.T, store oauthflow.Store) {
		bored := errors.New("bored")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(bored)

		_, loadErr := store.Load(ctx, aKey)
		_, saveErr := store.Save(ctx, aKey, oauthflow.Record{Data: []byte("1")})
		_, _, lockErr := store.Lock(ctx, aKey)

		for _, err := range []error{loadErr, saveErr, lockErr} {
			require.ErrorIs(t, err, bored)
		}
		r, err := store.Load(t.Context(), aKey)
		require.NoError(t, err)
		require.Empty(t, r.Data)
	})
}

func TestARecordIsPrintedWithoutItsData(t *testing.T) {
	r := oauthflow.Record{Data: []byte("s3cr3t"), Version: "7"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		require.NotContains(t, fmt.Sprintf(verb+verb, r, &r), "s3cr3t")
		require.NotContains(t, fmt.Sprintf(verb, []oauthflow.Record{r}), "733363723374")
	}
}
