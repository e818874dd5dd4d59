package pagination_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/internal/apijson"
	"github.com/team-telnyx/telnyx-go/packages/pagination"
	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

type item struct {
	ID   string `json:"id"`
	JSON struct {
		ID respjson.Field
		respjson.Object
	} `json:"-"`
}

type (
	page  = pagination.DefaultFlatPagination[item]
	pager = pagination.DefaultFlatPaginationAutoPager[item]
)

var errMidway = errors.New("midway")

// book answers page numbers with literal JSON, and anything else with errMidway.
type book struct {
	pages map[int64]string
	asked []int64
	ahead bool
}

func (b *book) fetch(_ context.Context, number int64) (*page, error) {
	b.asked = append(b.asked, number)
	text, ok := b.pages[number]
	if !ok {
		return nil, errMidway
	}
	p := new(page)
	return p, apijson.Unmarshal([]byte(text), p)
}

func (b *book) open(t *testing.T, first int64) *page {
	t.Helper()
	p, err := pagination.Fetch(t.Context(), first, b.ahead, b.fetch)
	require.NoError(t, err)
	return p
}

// walk returns the ids of the items, and what Err says after them.
func walk(p *pager) (ids []string, err error) {
	for p.Next() {
		ids = append(ids, p.Current().ID)
	}
	return ids, p.Err()
}

func pagerOf(p *page) *pager { return pagination.NewDefaultFlatPaginationAutoPager(p, nil) }

func TestWalkDeliversEachItemOnce(t *testing.T) {
	cases := []struct {
		name  string
		pages map[int64]string
		ids   []string
		asked []int64
	}{
		{"several pages", map[int64]string{
			1: `{"data":[{"id":"a"},{"id":"b"}],"meta":{"page_number":1,"total_pages":3}}`,
			2: `{"data":[{"id":"c"}],"meta":{"page_number":2,"total_pages":3}}`,
			3: `{"data":[{"id":"d"}],"meta":{"page_number":3,"total_pages":3}}`,
		}, []string{"a", "b", "c", "d"}, []int64{1, 2, 3}},
		{"no items", map[int64]string{1: `{"data":[],"meta":{"page_number":1,"total_pages":0}}`}, nil, []int64{1}},
		{"an empty page before the last hides nothing", map[int64]string{
			1: `{"data":[],"meta":{"page_number":1,"total_pages":3}}`, 2: `{"data":[],"meta":{"page_number":2,"total_pages":3}}`,
			3: `{"data":[{"id":"a"}],"meta":{"page_number":3,"total_pages":3}}`,
		}, []string{"a"}, []int64{1, 2, 3}},
		{"missing meta ends it", map[int64]string{1: `{"data":[{"id":"a"}]}`}, []string{"a"}, []int64{1}},
		{"null meta ends it", map[int64]string{1: `{"data":[{"id":"a"}],"meta":null}`}, []string{"a"}, []int64{1}},
		{"meta of the wrong type ends it", map[int64]string{1: `{"data":[{"id":"a"}],"meta":[1]}`}, []string{"a"}, []int64{1}},
		{"a meta that goes missing ends it", map[int64]string{
			1: `{"data":[{"id":"a"}],"meta":{"page_number":1,"total_pages":3}}`, 2: `{"data":[{"id":"b"}]}`,
		}, []string{"a", "b"}, []int64{1, 2}},
		{"a missing page number is the one asked for", map[int64]string{
			1: `{"data":[{"id":"a"}],"meta":{"total_pages":2}}`, 2: `{"data":[{"id":"b"}],"meta":{"total_pages":2}}`,
		}, []string{"a", "b"}, []int64{1, 2}},
		{"an unusable page number is the one asked for", map[int64]string{
			1: `{"data":[{"id":"a"}],"meta":{"page_number":"one","total_pages":2}}`, 2: `{"data":[{"id":"b"}],"meta":{"page_number":-5,"total_pages":2}}`,
		}, []string{"a", "b"}, []int64{1, 2}},
		{"a server stuck on one page ends it", map[int64]string{
			1: `{"data":[{"id":"a"}],"meta":{"page_number":1,"total_pages":9}}`, 2: `{"data":[{"id":"b"}],"meta":{"page_number":1,"total_pages":9}}`,
		}, []string{"a"}, []int64{1, 2}},
		{"a server stuck without page numbers ends it", map[int64]string{
			1: `{"data":[{"id":"a"}],"meta":{"total_pages":9}}`, 2: `{"data":[{"id":"a"}],"meta":{"total_pages":9}}`,
		}, []string{"a"}, []int64{1, 2}},
		{"a server that goes back ends it", map[int64]string{
			1: `{"data":[{"id":"a"}],"meta":{"page_number":1,"total_pages":3}}`, 2: `{"data":[{"id":"b"}],"meta":{"page_number":2,"total_pages":3}}`,
			3: `{"data":[{"id":"a"}],"meta":{"page_number":1,"total_pages":3}}`,
		}, []string{"a", "b"}, []int64{1, 2, 3}},
		{"the last page decides how many there are", map[int64]string{
			1: `{"data":[{"id":"a"}],"meta":{"page_number":1,"total_pages":9}}`, 2: `{"data":[{"id":"b"}],"meta":{"page_number":2,"total_pages":2}}`,
		}, []string{"a", "b"}, []int64{1, 2}},
		{"numbers at the limit do not wrap", map[int64]string{
			1: `{"data":[{"id":"a"}],"meta":{"page_number":9223372036854775807,"total_pages":9223372036854775807}}`,
		}, []string{"a"}, []int64{1}},
	}
	for _, c := range cases {
		b := &book{pages: c.pages}
		ids, err := walk(pagerOf(b.open(t, 1)))
		require.NoError(t, err, c.name)
		require.Empty(t, cmp.Diff(c.ids, ids), c.name)
		require.Empty(t, cmp.Diff(c.asked, b.asked), c.name)

		b = &book{pages: c.pages, ahead: true}
		ids = nil
		for i, err := range b.open(t, 1).All() {
			require.NoError(t, err, c.name)
			ids = append(ids, i.ID)
		}
		require.Empty(t, cmp.Diff(c.ids, ids), c.name)
		require.Empty(t, cmp.Diff(c.asked, b.asked), c.name)
	}
}

// three has two pages, and a third that fails.
func three() *book {
	return &book{pages: map[int64]string{
		1: `{"data":[{"id":"a"},{"id":"b"}],"meta":{"page_number":1,"page_size":2,"total_pages":3,"total_results":5},"links":{}}`,
		2: `{"data":[{"id":"c"},{"id":"d"}],"meta":{"page_number":2,"page_size":2,"total_pages":3,"total_results":5}}`,
	}}
}

func TestErrorMidwayIsInErrAndFinal(t *testing.T) {
	b := three()
	p := pagerOf(b.open(t, 1))
	ids, err := walk(p)
	require.Equal(t, []string{"a", "b", "c", "d"}, ids)
	require.ErrorIs(t, err, errMidway)
	b.pages[3] = `{"data":[{"id":"e"}]}`
	require.False(t, p.Next())
	require.ErrorIs(t, p.Err(), errMidway)
	require.Equal(t, 4, p.Index())
	require.Equal(t, []int64{1, 2, 3}, b.asked)
	for range p.All() {
		require.ErrorIs(t, p.Err(), errMidway)
	}
}

func TestErrorOfTheFirstPageIsFinalToo(t *testing.T) {
	p := pagination.NewDefaultFlatPaginationAutoPager[item](nil, errMidway)
	require.False(t, p.Next())
	require.ErrorIs(t, p.Err(), errMidway)
	p = pagination.NewDefaultFlatPaginationAutoPager(three().open(t, 1), errMidway)
	require.False(t, p.Next())
	_, err := pagination.Fetch(t.Context(), 3, false, three().fetch)
	require.ErrorIs(t, err, errMidway)
}

func TestIndexCountsTheItemsDelivered(t *testing.T) {
	p := pagerOf(three().open(t, 1))
	require.Zero(t, p.Index())
	for n := 1; p.Next(); n++ {
		require.Equal(t, n, p.Index())
	}
	require.Equal(t, 4, p.Index())
	require.Equal(t, "d", p.Current().ID)
}

func TestAllYieldsItemsAndTheErrorLast(t *testing.T) {
	for name, all := range map[string]func(*page) func(func(item, error) bool){
		"page": func(p *page) func(func(item, error) bool) { return p.All() }, "pager": func(p *page) func(func(item, error) bool) { return pagerOf(p).All() },
	} {
		var got []string
		for it, err := range all(three().open(t, 1)) {
			got = append(got, fmt.Sprint(it.ID, err))
		}
		require.Equal(t, []string{"a<nil>", "b<nil>", "c<nil>", "d<nil>", "midway"}, got, name)
	}
}

func TestAllCanBeginInTheMiddle(t *testing.T) {
	var ids []string
	for it, err := range three().open(t, 2).All() {
		if err == nil {
			ids = append(ids, it.ID)
		}
	}
	require.Equal(t, []string{"c", "d"}, ids)
}

func TestBreakingOutFetchesNothingMoreAndLosesNothing(t *testing.T) {
	b := three()
	p := pagerOf(b.open(t, 1))
	for it := range p.All() {
		require.Equal(t, "a", it.ID)
		break
	}
	for it := range p.All() {
		require.Equal(t, "b", it.ID)
		break
	}
	require.Equal(t, []int64{1}, b.asked)
	require.Equal(t, 2, p.Index())
	require.True(t, p.Next())
	require.Equal(t, "c", p.Current().ID)
}

func TestPageAllCanBeRangedOverAgain(t *testing.T) {
	p := three().open(t, 1)
	for range 2 {
		for it := range p.All() {
			require.Equal(t, "a", it.ID)
			break
		}
	}
}

func TestGetNextPageReturnsNilAfterTheLast(t *testing.T) {
	b := &book{pages: map[int64]string{
		1: `{"data":[{"id":"a"}],"meta":{"page_number":1,"total_pages":2}}`, 2: `{"data":[{"id":"b"}],"meta":{"page_number":2,"total_pages":2}}`,
	}}
	first := b.open(t, 1)
	second, err := first.GetNextPage()
	require.NoError(t, err)
	require.Equal(t, "b", second.Data[0].ID)
	for range 2 {
		none, err := second.GetNextPage()
		require.NoError(t, err)
		require.Nil(t, none)
	}
	again, err := first.GetNextPage()
	require.NoError(t, err)
	require.Equal(t, "b", again.Data[0].ID, "a page can be left more than once")
	require.Equal(t, []int64{1, 2, 2}, b.asked)
}

func TestNoPageAndDecodedPageHaveNoNext(t *testing.T) {
	var none *page
	next, err := none.GetNextPage()
	require.NoError(t, err)
	require.Nil(t, next)
	var decoded page
	require.NoError(t, json.Unmarshal([]byte(three().pages[1]), &decoded))
	next, err = decoded.GetNextPage()
	require.NoError(t, err)
	require.Nil(t, next)
	ids, err := walk(pagination.NewDefaultFlatPaginationAutoPager(&decoded, nil))
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, ids)
	ids, err = walk(pagerOf(nil))
	require.NoError(t, err)
	require.Empty(t, ids)
}

func TestPageHasItsMetadata(t *testing.T) {
	b := three()
	p := b.open(t, 1)
	require.Equal(t, []int64{1, 2, 3, 5}, []int64{p.Meta.PageNumber, p.Meta.PageSize, p.Meta.TotalPages, p.Meta.TotalResults})
	require.Equal(t, b.pages[1], p.RawJSON())
	require.Equal(t, `{"page_number":1,"page_size":2,"total_pages":3,"total_results":5}`, p.Meta.RawJSON())
	require.True(t, p.Meta.JSON.TotalPages.Valid())
	require.Equal(t, "{}", p.JSON.ExtraFields["links"].Raw())
	var meta pagination.DefaultFlatPaginationMeta
	require.NoError(t, json.Unmarshal([]byte(`{"total_pages":"7"}`), &meta))
	require.EqualValues(t, 7, meta.TotalPages)
}

func TestDataThatIsNoListIsAnError(t *testing.T) {
	for _, text := range []string{`{"data":{}}`, `{"data":null}`, `{"data":"a"}`, `{"data":[1]}`, `{"data":[null]}`, `{}`, `[]`} {
		require.Error(t, json.Unmarshal([]byte(text), new(page)), text)
	}
}

func TestPagerPrintsNoItems(t *testing.T) {
	p := pagerOf(three().open(t, 1))
	require.True(t, p.Next())
	require.Equal(t, "(pager, 1 items delivered)", fmt.Sprintf("%+v", p))
	require.Equal(t, "(pager, 1 items delivered)", fmt.Sprintf("%#v", *p))
}
