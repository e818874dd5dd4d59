package pagination_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
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

// A book has literal JSON for page numbers, and errMidway for all others.
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

// walk returns the ids of the items, and the error of Err after them.
func walk(p *pager) (ids []string, err error) {
	for p.Next() {
		ids = append(ids, p.Current().ID)
	}
	return ids, p.Err()
}

func pagerOf(p *page) *pager { return pagination.NewDefaultFlatPaginationAutoPager(p, nil) }

func TestWalkEndsAtTheTotalAtTheEndOrWithAnError(t *testing.T) {
	const a, b, c, none = `{"data":[{"id":"a"}]`, `{"data":[{"id":"b"}]`, `{"data":[{"id":"c"}]`, `{"data":[]`
	const three, threeResults, threeByOne = `,"meta":{"total_pages":3}}`, `,"meta":{"total_results":3}}`,
		`,"meta":{"page_size":1,"total_results":3}}`
	const no, repeats, empty = "", "repeats the data of an earlier page", "is empty, like the page before it"
	cases := []struct {
		name  string
		first int64
		pages []string // from number 1, or from number 0 if first is 0
		ids   string
		asked []int64
		err   string
	}{
		{"several pages", 1, []string{
			`{"data":[{"id":"a"},{"id":"b"}],"meta":{"page_number":1,"page_size":2,"total_pages":2,"total_results":3}}`,
			`{"data":[{"id":"c"}],"meta":{"page_number":2,"page_size":2,"total_pages":2,"total_results":3}}`,
		}, "abc", []int64{1, 2}, no},
		{"no items", 1, []string{`{"data":[],"meta":{"page_number":1,"total_pages":0}}`}, "", []int64{1}, no},

		{"no meta", 1, []string{a + `}`, b + `}`, none + `}`}, "ab", []int64{1, 2, 3}, no},
		{"null meta", 1, []string{a + `,"meta":null}`, b + `,"meta":null}`, none + `}`}, "ab", []int64{1, 2, 3}, no},
		{"meta of another type", 1, []string{a + `,"meta":[1]}`, b + `,"meta":7}`, none + `}`}, "ab", []int64{1, 2, 3}, no},
		{
			"no total", 1, []string{a + `,"meta":{"page_number":1}}`, b + `,"meta":{}}`, none + `}`}, "ab", []int64{1, 2, 3}, no,
		},
		{"totals that are no numbers", 1,
			[]string{a + `,"meta":{"total_pages":"x"}}`, b + `,"meta":{"total_pages":-3}}`, none + `}`},
			"ab", []int64{1, 2, 3}, no},
		{"totals of zero beside items", 1, []string{a + `,"meta":{"total_pages":0,"total_results":0}}`, b + `}`, none + `}`},
			"ab", []int64{1, 2, 3}, no},
		{"no total, and the last page again", 1, []string{a + `}`, b + `}`, b + `}`}, "ab", []int64{1, 2, 3}, no},
		{"no total, and the first page again", 1, []string{a + `}`, b + `}`, a + `}`}, "ab", []int64{1, 2, 3}, no},
		{
			"no total, and the same data beside other members", 1, []string{a + `,"at":1}`, a + `,"at":2}`}, "a", []int64{1, 2},
			no,
		},
		{"a meta that goes missing", 1, []string{a + three, b + `}`, c + `}`}, "abc", []int64{1, 2, 3}, no},
		{"a meta that comes late", 1, []string{a + `}`, b + three, c + `}`}, "abc", []int64{1, 2, 3}, no},

		{"results without pages", 1, []string{a + threeByOne, b + threeByOne, c + threeByOne}, "abc", []int64{1, 2, 3}, no},
		{
			"results without a page size", 1, []string{a + threeResults, b + threeResults, c + threeResults}, "abc",
			[]int64{1, 2, 3}, no,
		},
		{"a total of pages that is too low", 1, []string{
			a + `,"meta":{"total_pages":1,"total_results":2}}`, b + `,"meta":{"total_pages":1,"total_results":2}}`,
		}, "ab", []int64{1, 2}, no},
		{"a total of results that is too low", 1, []string{
			a + `,"meta":{"total_pages":2,"total_results":1}}`, b + `,"meta":{"total_pages":2,"total_results":1}}`,
		}, "ab", []int64{1, 2}, no},
		{
			"a total that falls", 1, []string{a + `,"meta":{"total_pages":9}}`, b + `,"meta":{"total_pages":2}}`}, "ab",
			[]int64{1, 2}, no,
		},
		{
			"a list that was emptied", 1, []string{a + three, none + `,"meta":{"total_pages":0,"total_results":0}}`}, "a",
			[]int64{1, 2}, no,
		},

		{"always page 1", 1, []string{
			a + `,"meta":{"page_number":1,"total_pages":2}}`, b + `,"meta":{"page_number":1,"total_pages":2}}`,
		}, "ab", []int64{1, 2}, no},
		{"page numbers from 0", 1, []string{
			a + `,"meta":{"page_number":0,"total_pages":2}}`, b + `,"meta":{"page_number":1,"total_pages":2}}`,
		}, "ab", []int64{1, 2}, no},
		{"page numbers that are none", 1, []string{
			a + `,"meta":{"page_number":"one","total_pages":2}}`, b + `,"meta":{"page_number":-5,"total_pages":2}}`,
		}, "ab", []int64{1, 2}, no},

		{"the same page again before the total of pages", 1, []string{a + three, a + three}, "a", []int64{1, 2}, repeats},
		{"the same page again before the total of results", 1, []string{a + threeResults, b + threeResults, b + threeResults},
			"ab", []int64{1, 2, 3}, repeats},
		{"the first page again before the total", 1, []string{a + threeResults, b + threeResults, a + threeResults},
			"ab", []int64{1, 2, 3}, repeats},
		{"an empty page before the last", 1, []string{a + three, none + three, c + three}, "ac", []int64{1, 2, 3}, no},
		{"an empty page at the start", 1, []string{none + three, b + three, c + three}, "bc", []int64{1, 2, 3}, no},
		{"two empty pages before the last", 1, []string{none + three, none + three, c + three}, "", []int64{1, 2}, empty},
		{"two empty pages at the end", 1, []string{a + three, none + three, none + three}, "a", []int64{1, 2, 3}, no},
		{"fewer results than announced", 1,
			[]string{a + threeResults, b + threeResults, none + threeResults, none + threeResults},
			"ab", []int64{1, 2, 3, 4}, empty},

		{"from page 2, with a total of pages", 2, []string{a + three, b + three, c + three}, "bc", []int64{2, 3}, no},
		{"from page 2, with results and a page size", 2, []string{a + threeByOne, b + threeByOne, c + threeByOne},
			"bc", []int64{2, 3}, no},
		{"from page 2, with results only", 2,
			[]string{a + threeResults, b + threeResults, c + threeResults, none + threeResults},
			"bc", []int64{2, 3, 4}, no},
		{
			"from page 2, with the same page again", 2, []string{a + threeByOne, b + threeByOne, b + threeByOne}, "b",
			[]int64{2, 3}, repeats,
		},
		{
			"from a page after the last", 4, []string{a + threeByOne, b + threeByOne, c + threeByOne, none + threeByOne}, "",
			[]int64{4}, no,
		},
		{"from page 0 of a server that counts from 0", 0, []string{a + threeByOne, b + threeByOne, c + threeByOne},
			"abc", []int64{0, 1, 2}, no},
	}
	for _, c := range cases {
		for way, walk := range walks {
			b := &book{pages: map[int64]string{}, ahead: way == "All with prefetch"}
			for i, text := range c.pages {
				b.pages[int64(i)+min(c.first, 1)] = text
			}

			ids, err := walk(b.open(t, c.first))

			require.Equal(t, c.ids, strings.Join(ids, ""), "%s: %s", way, c.name)
			require.Empty(t, cmp.Diff(c.asked, b.asked), "%s: %s", way, c.name)
			if c.err == no {
				require.NoError(t, err, "%s: %s", way, c.name)
			} else {
				require.ErrorContains(t, err, c.err, "%s: %s", way, c.name)
				require.ErrorContains(t, err, "the list is incomplete", "%s: %s", way, c.name)
			}
		}
	}
}

// walks are the ways to read a list from a page to its end.
var walks = map[string]func(*page) ([]string, error){
	"Next":              func(p *page) ([]string, error) { return walk(pagerOf(p)) },
	"All":               rangeOver,
	"All with prefetch": rangeOver,
	"GetNextPage": func(p *page) (ids []string, err error) {
		for p != nil && err == nil {
			for _, i := range p.Data {
				ids = append(ids, i.ID)
			}
			p, err = p.GetNextPage()
		}
		return ids, err
	},
}

func rangeOver(p *page) (ids []string, last error) {
	for i, err := range p.All() {
		if last = err; err == nil {
			ids = append(ids, i.ID)
		}
	}
	return ids, last
}

func TestNumbersAtTheLimitDoNotOverflow(t *testing.T) {
	last := &book{pages: map[int64]string{math.MaxInt64: `{"data":[{"id":"a"}]}`}}
	ids, err := walk(pagerOf(last.open(t, math.MaxInt64)))
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, ids)

	const huge = `,"meta":{"page_size":9223372036854775807,` +
		`"total_pages":9223372036854775807,"total_results":9223372036854775807}}`
	b := &book{
		pages: map[int64]string{
			5: `{"data":[{"id":"a"}]` + huge, 6: `{"data":[{"id":"b"}]` + huge, 7: `{"data":[{"id":"b"}]` + huge,
		},
	}
	ids, err = walk(pagerOf(b.open(t, 5)))
	require.ErrorContains(t, err, "the list is incomplete: page 7")
	require.Equal(t, []string{"a", "b"}, ids)
}

// A randomServer serves and describes its list in a random way.
type randomServer struct {
	items, size, asked       int
	beyond                   string // what it serves after its last page
	ignores                  bool   // it serves the first page under every number
	hole                     int    // a page that is empty
	number                   string // what it says of page numbers
	pages, results, pageSize bool   // what it tells
	silent                   func(page int64) bool
	told, ended              bool // it told a total; its last answer was empty or repeated an earlier one
}

func (s *randomServer) fetch(_ context.Context, number int64) (*page, error) {
	s.asked++
	last := (s.items + s.size - 1) / s.size
	at := int(number)
	switch {
	case s.ignores:
		at = 1
	case at > last && s.beyond == "the last page":
		at = last
	case at > last && s.beyond == "the first page":
		at = (at-1)%max(last, 1) + 1
	}
	var data []string
	for i := (at - 1) * s.size; i < min(at*s.size, s.items) && at != s.hole; i++ {
		data = append(data, fmt.Sprintf(`{"id":"%d"}`, i))
	}
	meta := []string{
		`"page_number":` + map[string]string{"right": fmt.Sprint(number), "from 0": fmt.Sprint(number - 1)}[s.number],
	}
	if strings.HasSuffix(meta[0], ":") {
		meta[0] += s.number
	}
	for name, of := range map[string]struct {
		tells bool
		value int
	}{"total_pages": {s.pages, last}, "total_results": {s.results, s.items}, "page_size": {s.pageSize, s.size}} {
		if of.tells {
			meta = append(meta, fmt.Sprintf(`"%s":%d`, name, of.value))
		}
	}
	text := `{"data":[` + strings.Join(data, ",") + `]`
	s.ended = len(data) == 0 || at != int(number)
	if !s.silent(number) {
		text += `,"meta":{` + strings.Join(meta, ",") + `}`
		s.told = s.told || s.pages || s.results
	}
	return decoded(text + "}")
}

// If a walk does not deliver all items, Err returns an error, unless the server sends no total.
func TestEveryWalkEndsAndReportsTheItemsThatItDidNotDeliver(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 8))
		pick := func(of ...string) string { return of[r.IntN(len(of))] }
		quiet := r.IntN(4) // as many of its first pages, or all, have no meta
		server := randomServer{
			items: r.IntN(12), size: 1 + r.IntN(4), beyond: pick("nothing", "the last page", "the first page"),
			ignores: r.IntN(5) == 0,
			hole:    r.IntN(8), number: pick("right", "from 0", "1", "null", `"x"`, "-1"),
			pages: r.IntN(2) == 0, results: r.IntN(2) == 0, pageSize: r.IntN(2) == 0,
			silent: func(page int64) bool { return quiet == 3 || page <= int64(quiet) },
		}
		first := int64(1 + r.IntN(3))
		var want []string
		for i := int(first-1) * server.size; i < server.items; i++ {
			want = append(want, fmt.Sprint(i))
		}
		outcomes := map[string]bool{}
		for way, walk := range walks {
			l := server
			p, err := pagination.Fetch(t.Context(), first, way == "All with prefetch", l.fetch)
			require.NoError(t, err)

			ids, err := walk(p)

			describe := fmt.Sprintf("seed %d, %s: %+v, from %d: %v %v", seed, way, l, first, ids, err)
			require.LessOrEqual(t, l.asked, server.items+4, describe)
			require.Len(t, slices.Compact(slices.Sorted(slices.Values(ids))), len(ids), "twice the same: %s", describe)
			complete := !slices.ContainsFunc(want, func(id string) bool { return !slices.Contains(ids, id) })
			switch honest := !l.ignores && (l.hole < int(first) || l.hole*l.size >= l.items+l.size); {
			case err == nil && l.told && (honest || l.results && first == 1):
				require.True(t, complete, describe)
			case err == nil && !complete:
				require.True(t, l.ended || l.hole > 0, describe)
			}
			outcomes[fmt.Sprint(ids, err)] = true
		}
		require.Len(t, outcomes, 1, "the ways to walk differ: %v", outcomes)
	}
}

// three has two pages, and a third that fails.
func three() *book {
	return &book{pages: map[int64]string{
		1: `{"data":[{"id":"a"},{"id":"b"}],` +
			`"meta":{"page_number":1,"page_size":2,"total_pages":3,"total_results":5},"links":{}}`,
		2: `{"data":[{"id":"c"},{"id":"d"}],"meta":{"page_number":2,"page_size":2,"total_pages":3,"total_results":5}}`,
	}}
}

func TestAnErrorOfALaterPageIsInErrAndEndsTheWalk(t *testing.T) {
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

func TestAnErrorOfTheFirstPageEndsTheWalkToo(t *testing.T) {
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
		"page":  func(p *page) func(func(item, error) bool) { return p.All() },
		"pager": func(p *page) func(func(item, error) bool) { return pagerOf(p).All() },
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

func TestABreakStopsFetchingAndLosesNoItem(t *testing.T) {
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
		1: `{"data":[{"id":"a"}],"meta":{"page_number":1,"total_pages":2}}`,
		2: `{"data":[{"id":"b"}],"meta":{"page_number":2,"total_pages":2}}`,
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

func TestGetNextPageReturnsNilForTheEmptyPageAfterTheLastOfAListWithoutATotal(t *testing.T) {
	b := &book{pages: map[int64]string{1: `{"data":[{"id":"a"}]}`, 2: `{"data":[]}`}}

	next, err := b.open(t, 1).GetNextPage()

	require.NoError(t, err)
	require.Nil(t, next)
}

func TestANilPageAndADecodedPageHaveNoNextPage(t *testing.T) {
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
	require.Equal(
		t, []int64{1, 2, 3, 5}, []int64{p.Meta.PageNumber, p.Meta.PageSize, p.Meta.TotalPages, p.Meta.TotalResults},
	)
	require.Equal(t, b.pages[1], p.RawJSON())
	require.Equal(t, `{"page_number":1,"page_size":2,"total_pages":3,"total_results":5}`, p.Meta.RawJSON())
	require.True(t, p.Meta.JSON.TotalPages.Valid())
	require.Equal(t, "{}", p.JSON.ExtraFields["links"].Raw())
	var meta pagination.DefaultFlatPaginationMeta
	require.NoError(t, json.Unmarshal([]byte(`{"total_pages":"7"}`), &meta))
	require.EqualValues(t, 7, meta.TotalPages)
}

func TestDataThatIsNotAListIsAnError(t *testing.T) {
	for _, text := range []string{
		`{"data":{}}`, `{"data":null}`, `{"data":"a"}`, `{"data":[1]}`, `{"data":[null]}`, `{}`, `[]`,
	} {
		require.Error(t, json.Unmarshal([]byte(text), new(page)), text)
	}
}

func TestPagerPrintsNoItems(t *testing.T) {
	p := pagerOf(three().open(t, 1))
	require.True(t, p.Next())
	require.Equal(t, "(pager, 1 items delivered)", fmt.Sprintf("%+v", p))
	require.Equal(t, "(pager, 1 items delivered)", fmt.Sprintf("%#v", *p))
}
