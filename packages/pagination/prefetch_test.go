package pagination_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/team-telnyx/telnyx-go/internal/apijson"
	"github.com/team-telnyx/telnyx-go/packages/pagination"
)

const (
	firstOfTwo = `{"data":[{"id":"a"},{"id":"b"}],"meta":{"page_number":1,"total_pages":2}}`
	lastOfTwo  = `{"data":[{"id":"c"}],"meta":{"page_number":2,"total_pages":2}}`
)

func decoded(text string) (*page, error) {
	p := new(page)
	return p, apijson.Unmarshal([]byte(text), p)
}

func TestPrefetchGetsTheNextPageWhileThisOneIsConsumed(t *testing.T) {
	defer goleak.VerifyNone(t)
	asked := make(chan int64, 2)
	p, err := pagination.Fetch(t.Context(), 1, true, func(_ context.Context, number int64) (*page, error) {
		asked <- number
		if number == 1 {
			return decoded(firstOfTwo)
		}
		return decoded(lastOfTwo)
	})
	require.NoError(t, err)
	require.EqualValues(t, 1, <-asked)

	var ids []string
	for i, err := range p.All() {
		require.NoError(t, err)
		if len(ids) == 0 {
			require.EqualValues(t, 2, <-asked) // would wait for ever without prefetch
		}
		ids = append(ids, i.ID)
	}

	require.Equal(t, []string{"a", "b", "c"}, ids)
}

func TestPrefetchEndsWithTheLoopThatBreaks(t *testing.T) {
	defer goleak.VerifyNone(t)
	begun := make(chan struct{})
	ended := false
	p, err := pagination.Fetch(t.Context(), 1, true, func(ctx context.Context, number int64) (*page, error) {
		if number == 1 {
			return decoded(firstOfTwo)
		}
		close(begun)
		<-ctx.Done()
		ended = true
		return nil, context.Cause(ctx)
	})
	require.NoError(t, err)

	for range p.All() {
		<-begun
		break
	}

	require.True(t, ended)
}

func TestAWalkContinuesAfterABreakWhereItStopped(t *testing.T) {
	b := three()
	b.ahead = true
	walk := pagerOf(b.open(t, 1))
	for i := range walk.All() {
		require.Equal(t, "a", i.ID)
		break
	}

	var ids []string
	var last error
	for i, err := range walk.All() {
		ids, last = append(ids, i.ID), err
	}

	require.Equal(t, []string{"b", "c", "d", ""}, ids)
	require.ErrorIs(t, last, errMidway)
	require.ErrorIs(t, walk.Err(), errMidway)
	require.Equal(t, 4, walk.Index())
}

func TestPrefetchedErrorComesAfterTheItemsBeforeIt(t *testing.T) {
	b := &book{pages: map[int64]string{1: firstOfTwo}, ahead: true}

	var ids []string
	var last error
	for i, err := range b.open(t, 1).All() {
		ids, last = append(ids, i.ID), err
	}

	require.Equal(t, []string{"a", "b", ""}, ids)
	require.ErrorIs(t, last, errMidway)
}

func TestAPanicOfThePrefetchReachesTheConsumer(t *testing.T) {
	p, err := pagination.Fetch(t.Context(), 1, true, func(_ context.Context, number int64) (*page, error) {
		if number == 1 {
			return decoded(firstOfTwo)
		}
		panic("in a middleware")
	})
	require.NoError(t, err)

	require.PanicsWithValue(t, "in a middleware", func() {
		for range p.All() {
		}
	})
}

func TestAWalkContinuesAfterAPanicOfAFetchWhereItStopped(t *testing.T) {
	for _, ahead := range []bool{false, true} {
		panics := true
		p, err := pagination.Fetch(t.Context(), 1, ahead, func(_ context.Context, number int64) (*page, error) {
			if number == 1 {
				return decoded(firstOfTwo)
			}
			if panics {
				panics = false
				panic("in a middleware")
			}
			return decoded(lastOfTwo)
		})
		require.NoError(t, err)
		walk := pagerOf(p)
		require.Panics(t, func() {
			for range walk.All() {
			}
		})

		require.True(t, walk.Next())

		require.Equal(t, "c", walk.Current().ID)
	}
}

func TestNextAndGetNextPageNeverFetchAhead(t *testing.T) {
	b := three()
	b.ahead = true
	p := b.open(t, 1)

	walk := pagerOf(p)
	walk.Next()

	require.Equal(t, []int64{1}, b.asked)
}

func TestNextInsideALoopOverAllTakesItemsFromTheSameWalk(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, ahead := range []bool{false, true} {
		b := &book{pages: map[int64]string{1: firstOfTwo, 2: lastOfTwo}, ahead: ahead}
		walk := pagerOf(b.open(t, 1))
		var looped, within []string

		for i, err := range walk.All() {
			require.NoError(t, err)
			looped = append(looped, i.ID)
			if walk.Next() {
				within = append(within, walk.Current().ID)
			}
		}

		require.Equal(t, []string{"a", "c"}, looped)
		require.Equal(t, []string{"b"}, within)
		require.Equal(t, 3, walk.Index())
		require.Equal(t, []int64{1, 2}, b.asked)
	}
}

func TestALoopOverAllInsideAnotherTakesTheRest(t *testing.T) {
	defer goleak.VerifyNone(t)
	b := &book{pages: map[int64]string{1: firstOfTwo, 2: lastOfTwo}, ahead: true}
	walk := pagerOf(b.open(t, 1))
	var ids []string

	for i := range walk.All() {
		ids = append(ids, i.ID)
		for i := range walk.All() {
			ids = append(ids, i.ID)
		}
	}

	require.Equal(t, []string{"a", "b", "c"}, ids)
	require.Equal(t, []int64{1, 2}, b.asked)
}

func TestAPrefetchThatCallsGoexitIsAnError(t *testing.T) {
	p, err := pagination.Fetch(t.Context(), 1, true, func(_ context.Context, number int64) (*page, error) {
		if number > 1 {
			runtime.Goexit()
		}
		return decoded(firstOfTwo)
	})
	require.NoError(t, err)

	ids, err := rangeOver(p)

	require.Equal(t, []string{"a", "b"}, ids)
	require.ErrorContains(t, err, "fetching a page ahead")
}
