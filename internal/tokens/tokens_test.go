package tokens

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

var errBroken = errors.New("broken")

// returns returns a Fetch that takes a second. Its token is due for renewal after 40 s and expires after 60 s. Instead,
// it returns err if that is not nil.
func returns(value string, err error) Fetch {
	return func(ctx context.Context, _ func(error, time.Duration)) (Token, error) {
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return Token{}, ctx.Err()
		}
		now := time.Now()
		return Token{Value: value, RenewAt: now.Add(40 * time.Second), Expiry: now.Add(time.Minute)}, err
	}
}

// never is a Fetch that must not be called.
func never(t *testing.T) Fetch {
	return func(context.Context, func(error, time.Duration)) (Token, error) {
		t.Error("fetched")
		return Token{}, nil
	}
}

// call gets a token and releases it at once.
func call(t *testing.T, k *Keeper, fetch Fetch) Lease {
	l, err := k.Get(t.Context(), "", fetch)
	require.NoError(t, err)
	l.Release(t.Context())
	return l
}

// due returns a Keeper whose token "old" is due for renewal and valid for 20 s more.
func due(t *testing.T) *Keeper {
	k := new(Keeper)
	call(t, k, returns("old", nil))
	time.Sleep(40 * time.Second)
	return k
}

func TestAThousandConcurrentCallersShareOneFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var k Keeper
		began := 0
		fetch := returns("v", nil)
		values := make(chan string, 1000)
		for range 1000 {
			go func() {
				l, _ := k.Get(t.Context(), "", func(ctx context.Context, failed func(error, time.Duration)) (Token, error) {
					began++
					return fetch(ctx, failed)
				})
				l.Release(t.Context())
				values <- l.Value
			}()
		}
		for range 1000 {
			require.Equal(t, "v", <-values)
		}

		require.Equal(t, 1, began)
		require.False(t, call(t, &k, never(t)).fresh)
	})
}

func TestAFetchContinuesWithoutTheCallerThatBeganItAndHasItsContextValues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		var k Keeper
		bored := errors.New("bored")
		first, leave := context.WithCancelCause(context.WithValue(t.Context(), key{}, "of the first"))
		left, got := make(chan error, 1), make(chan string, 1)
		fetch := func(ctx context.Context, failed func(error, time.Duration)) (Token, error) {
			return returns(ctx.Value(key{}).(string), nil)(ctx, failed)
		}
		go func() { _, err := k.Get(first, "", fetch); left <- err }()
		synctest.Wait()
		go func() { l, _ := k.Get(t.Context(), "", fetch); got <- l.Value }()
		synctest.Wait()

		leave(bored)

		require.ErrorIs(t, <-left, bored)
		require.Equal(t, "of the first", <-got)
	})
}

func TestAFetchEndsWhenItsLastCallerLeavesAndTheNextCallerBeginsAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var k Keeper
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		ended := make(chan error, 1)

		_, err := k.Get(ctx, "", func(ctx context.Context, failed func(error, time.Duration)) (Token, error) {
			token, err := returns("late", nil)(ctx, failed)
			ended <- err
			return token, err
		})

		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, <-ended, context.Canceled)
		require.Equal(t, "v", call(t, &k, returns("v", nil)).Value)
	})
}

func TestAFailedFetchIsNotCached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var k Keeper
		_, err := k.Get(t.Context(), "", returns("", errBroken))
		require.ErrorIs(t, err, errBroken)

		require.Equal(t, "v", call(t, &k, returns("v", nil)).Value)
	})
}

func TestAPanicOfAFetchReachesEveryWaitingCallerAndTheNextCallerBeginsAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var k Keeper
		caught := make(chan any, 3)
		for range 3 {
			go func() {
				defer func() { caught <- recover() }()
				k.Get(t.Context(), "", func(context.Context, func(error, time.Duration)) (Token, error) {
					time.Sleep(time.Second)
					panic("boom")
				})
			}()
		}
		for range 3 {
			require.Equal(t, "boom", <-caught)
		}

		require.Equal(t, "v", call(t, &k, returns("v", nil)).Value)
	})
}

func TestAFetchThatExitsItsGoroutineIsAnError(t *testing.T) {
	var k Keeper

	_, err := k.Get(t.Context(), "", func(context.Context, func(error, time.Duration)) (Token, error) {
		runtime.Goexit()
		return Token{}, nil
	})

	require.ErrorContains(t, err, "without a result")
}

func TestACallerWhoseDeadlineIsBeforeTheNextAttemptGetsTheLastErrorAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var k Keeper
		began := time.Now()
		fetch := func(ctx context.Context, failed func(error, time.Duration)) (Token, error) {
			time.Sleep(time.Second)
			failed(errBroken, 30*time.Second)
			time.Sleep(30 * time.Second)
			return returns("v", nil)(ctx, failed)
		}
		type outcome struct {
			value string
			err   error
			after time.Duration
		}
		get := func(patience time.Duration) chan outcome {
			done := make(chan outcome, 1)
			go func() {
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				l, err := k.Get(ctx, "", fetch)
				o := outcome{err: err, after: time.Since(began)}
				if err == nil {
					o.value = l.Value
				}
				done <- o
			}()
			return done
		}

		impatient, patient, exact := get(10*time.Second), get(time.Minute), get(31*time.Second)
		require.Equal(t, outcome{"", errBroken, time.Second}, <-impatient)
		require.Equal(t, outcome{"", errBroken, time.Second}, <-exact)
		time.Sleep(time.Second)
		require.Equal(t, outcome{"", errBroken, 2 * time.Second}, <-get(5*time.Second), "one that comes later")
		require.Equal(t, outcome{"v", nil, 32 * time.Second}, <-patient)
	})
}

func TestADueTokenIsRenewedDuringACallWhichWaitsForTheRenewalAtItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := due(t)
		began := time.Now()

		l, err := k.Get(t.Context(), "", returns("new", nil))
		require.NoError(t, err)
		require.Equal(t, "old", l.Value)
		require.Zero(t, time.Since(began))
		l.Release(t.Context())

		require.Equal(t, time.Second, time.Since(began))
		require.Equal(t, "new", call(t, k, never(t)).Value)
	})
}

func TestARenewalRunsDuringSeveralCallsAndOnlyTheLastWaitsForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := due(t)
		began := time.Now()
		first, err := k.Get(t.Context(), "", returns("new", nil))
		require.NoError(t, err)
		second, err := k.Get(t.Context(), "", never(t))
		require.NoError(t, err)
		require.Equal(t, "old", second.Value)

		first.Release(t.Context())
		require.Zero(t, time.Since(began))
		second.Release(t.Context())

		require.Equal(t, time.Second, time.Since(began))
		require.Equal(t, "new", call(t, k, never(t)).Value)
	})
}

func TestARenewalThatHangsDelaysACallOnlyForAShortTime(t *testing.T) {
	before := goleak.IgnoreCurrent()
	synctest.Test(t, func(t *testing.T) {
		k := due(t)
		hangs := func(ctx context.Context, _ func(error, time.Duration)) (Token, error) {
			<-ctx.Done()
			return Token{}, ctx.Err()
		}
		began := time.Now()

		require.Equal(t, "old", call(t, k, hangs).Value)
		require.Equal(t, patience, time.Since(began))
		require.Equal(t, "old", call(t, k, never(t)).Value, "not again at once")

		time.Sleep(pause)
		ctx, cancel := context.WithCancel(t.Context())
		l, err := k.Get(ctx, "", hangs)
		require.NoError(t, err)
		cancel()
		l.Release(ctx)
		require.Equal(t, patience+pause, time.Since(began), "a call that was cancelled does not wait")
	})
	goleak.VerifyNone(t, before)
}

func TestATokenIsUsedUntilItExpiresWhileRenewalsFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := due(t)
		tries := 0
		fails := func(ctx context.Context, failed func(error, time.Duration)) (Token, error) {
			tries++
			return returns("", errBroken)(ctx, failed)
		}
		for expiry := time.Now().Add(20 * time.Second); time.Now().Before(expiry); time.Sleep(100 * time.Millisecond) {
			require.Equal(t, "old", call(t, k, fails).Value)
		}
		require.Equal(t, 4, tries, "every 6 s: a second for the attempt, and the pause")

		_, err := k.Get(t.Context(), "", fails)
		require.ErrorIs(t, err, errBroken)
	})
}

func TestAFailedRenewalIsRepeatedWhenTheServerAllowsAndNoCallWaitsForThat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := due(t)
		began := time.Now()
		limited := func(ctx context.Context, failed func(error, time.Duration)) (Token, error) {
			failed(errBroken, 15*time.Second)
			<-ctx.Done()
			return Token{}, ctx.Err()
		}

		require.Equal(t, "old", call(t, k, limited).Value)
		require.Zero(t, time.Since(began))

		time.Sleep(15*time.Second - 1)
		require.Equal(t, "old", call(t, k, never(t)).Value)
		time.Sleep(time.Nanosecond)
		call(t, k, returns("new", nil))
		require.Equal(t, "new", call(t, k, never(t)).Value)
	})
}

func TestARejectedTokenIsReplacedOnceByTheRenewalUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := due(t)
		first, err := k.Get(t.Context(), "", returns("old", nil)) // the same value
		require.NoError(t, err)
		second, err := k.Get(t.Context(), "", never(t))
		require.NoError(t, err)

		require.True(t, first.Reject())
		got, err := k.Get(t.Context(), "", never(t))
		require.NoError(t, err)
		require.True(t, got.fresh)
		require.True(t, second.Reject(), "another token has taken its place")
		require.False(t, call(t, k, never(t)).fresh, "and stays")
		first.Release(t.Context())
		second.Release(t.Context())
	})
}

func TestRepeatedRejectionsDoNotCauseRepeatedRenewals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var k Keeper
		require.False(t, call(t, &k, returns("a", nil)).Reject(), "a token that was got for this call")

		require.True(t, call(t, &k, never(t)).Reject(), "the first renewal begins at once")
		require.False(t, call(t, &k, returns("b", nil)).Reject())
		require.False(t, call(t, &k, never(t)).Reject(), "it did not help")
		time.Sleep(pause)
		require.True(t, call(t, &k, never(t)).Reject())
		require.Equal(t, "c", call(t, &k, returns("c", nil)).Value)
		require.False(t, Lease{}.Reject())
	})
}

func TestATokenThatHasExpiredOnArrivalIsReturnedOnlyToTheCallersThatWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var k Keeper
		over := func(context.Context, func(error, time.Duration)) (Token, error) { return Token{Value: "over"}, nil }
		require.Equal(t, "over", call(t, &k, over).Value)

		require.Equal(t, "v", call(t, &k, returns("v", nil)).Value)
	})
}

func TestAFetchThatNeedsItsOwnTokenFailsInsteadOfWaitingForItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var outer, inner Keeper
		_, err := outer.Get(t.Context(), "", func(ctx context.Context, _ func(error, time.Duration)) (Token, error) {
			_, err := inner.Get(ctx, "", func(ctx context.Context, _ func(error, time.Duration)) (Token, error) {
				_, err := outer.Get(ctx, "", never(t))
				return Token{}, err
			})
			return Token{}, err
		})
		require.ErrorIs(t, err, errNested)

		k := due(t)
		call(t, k, func(ctx context.Context, failed func(error, time.Duration)) (Token, error) {
			l, err := k.Get(ctx, "", never(t))
			require.NoError(t, err)
			require.Equal(t, "old", l.Value, "a good token is there to use")
			l.Release(ctx)
			return returns("new", nil)(ctx, failed)
		})
		require.Equal(t, "new", call(t, k, never(t)).Value)
	})
}

func TestTheTimesOfATokenUseTheWallClock(t *testing.T) {
	// The monotonic clock stands still while the machine sleeps: a laptop would use an expired token.
	var k Keeper
	_, err := k.Get(t.Context(), "", func(context.Context, func(error, time.Duration)) (Token, error) {
		now := time.Now()
		return Token{Value: "v", RenewAt: now.Add(time.Minute), Expiry: now.Add(time.Hour)}, nil
	})
	require.NoError(t, err)

	require.NotContains(t, k.Token().RenewAt.String(), "m=")
	require.NotContains(t, k.Token().Expiry.String(), "m=")
}
