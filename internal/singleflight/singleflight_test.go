package singleflight

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

func TestConcurrentCallersShareOnePieceOfWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, int]
		began := 0
		release := make(chan struct{})
		results := make(chan int, 200)
		for range 200 {
			go func() {
				v, _ := g.Do(t.Context(), "k", func(context.Context) (int, error) {
					began++
					<-release
					return 7, nil
				})
				results <- v
			}()
		}
		synctest.Wait()
		close(release)
		synctest.Wait()

		require.Equal(t, 1, began)
		for range 200 {
			require.Equal(t, 7, <-results)
		}
	})
}

func TestOtherKeysDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, string]
		release := make(chan struct{})
		go g.Do(t.Context(), "slow", func(context.Context) (string, error) { <-release; return "", nil })
		synctest.Wait()

		v, err := g.Do(t.Context(), "quick", func(context.Context) (string, error) { return "v", nil })

		require.NoError(t, err)
		require.Equal(t, "v", v)
		close(release)
	})
}

func TestWorkSurvivesTheCallerThatBeganIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		var g Group[string, any]
		first, leave := context.WithCancelCause(context.WithValue(t.Context(), key{}, "of the first"))
		release, left, got := make(chan struct{}), make(chan error, 1), make(chan any, 1)
		work := func(ctx context.Context) (any, error) {
			select {
			case <-release:
				return ctx.Value(key{}), nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		go func() { _, err := g.Do(first, "k", work); left <- err }()
		synctest.Wait()
		go func() { v, _ := g.Do(t.Context(), "k", work); got <- v }()
		synctest.Wait()

		bored := errors.New("bored")
		leave(bored)
		require.Equal(t, bored, <-left)
		close(release)
		require.Equal(t, "of the first", <-got)
	})
}

func TestWorkEndsWhenTheLastCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, int]
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go g.Do(ctx, "k", func(shared context.Context) (int, error) {
			<-shared.Done()
			ended <- shared.Err()
			return 0, shared.Err()
		})
		synctest.Wait()
		cancel()
		require.Equal(t, context.Canceled, <-ended)

		v, err := g.Do(t.Context(), "k", func(context.Context) (int, error) { return 2, nil })
		require.NoError(t, err)
		require.Equal(t, 2, v, "who comes next begins anew")
	})
}

func TestFailureIsNotRemembered(t *testing.T) {
	var g Group[string, int]
	broken := errors.New("broken")
	_, err := g.Do(t.Context(), "k", func(context.Context) (int, error) { return 0, broken })
	require.Equal(t, broken, err)

	v, err := g.Do(t.Context(), "k", func(context.Context) (int, error) { return 1, nil })

	require.NoError(t, err)
	require.Equal(t, 1, v)
}

func TestPanicOfTheWorkReachesEveryCallerAndTheNextBeginsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string, int]
		release := make(chan struct{})
		caught := make(chan any, 3)
		for range 3 {
			go func() {
				defer func() { caught <- recover() }()
				g.Do(t.Context(), "k", func(context.Context) (int, error) { <-release; panic("boom") })
			}()
		}
		synctest.Wait()
		close(release)
		for range 3 {
			require.Equal(t, "boom", <-caught)
		}

		v, err := g.Do(t.Context(), "k", func(context.Context) (int, error) { return 1, nil })
		require.NoError(t, err)
		require.Equal(t, 1, v)
	})
}

func TestWorkThatExitsItsGoroutineIsAnErrorAndNoResult(t *testing.T) {
	var g Group[string, int]

	_, err := g.Do(t.Context(), "k", func(context.Context) (int, error) { runtime.Goexit(); return 1, nil })

	require.ErrorIs(t, err, errNoResult)
}
