// Package pagination iterates over lists that have numbered pages.
package pagination

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math"

	"github.com/team-telnyx/telnyx-go/internal/apijson"
	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// A DefaultFlatPagination is one page of a list. GetNextPage gets the next.
type DefaultFlatPagination[T any] struct {
	// Data holds the items of this page.
	Data []T                       `json:"data" api:"strict"`
	Meta DefaultFlatPaginationMeta `json:"meta"`
	JSON struct {
		Data, Meta respjson.Field
		respjson.Object
	} `json:"-"`

	list   *list[T]
	number int64 // of this page in its request
	read   int64 // how many items this page and those before it have
	told   told
	start  *respjson.Field // the data of the first page that had any; fmt prints the address only
}

// A list has what all pages of one iteration share.
type list[T any] struct {
	ctx      context.Context
	fetch    FetchFunc[T]
	first    int64 // number of the first page
	prefetch bool
}

// A told has the size of the list by the last page with usable metadata. Zero is unknown.
type told struct{ pages, results, size int64 }

// A FetchFunc gets one page of a list by its number.
type FetchFunc[T any] func(ctx context.Context, number int64) (*DefaultFlatPagination[T], error)

// A DefaultFlatPaginationMeta is the position of a page in its list. What the server left out is zero.
type DefaultFlatPaginationMeta struct {
	// PageNumber counts from 1.
	PageNumber int64 `json:"page_number"`
	// PageSize is how many items a page may have.
	PageSize     int64 `json:"page_size"`
	TotalPages   int64 `json:"total_pages"`
	TotalResults int64 `json:"total_results"`
	JSON         struct {
		PageNumber, PageSize, TotalPages, TotalResults respjson.Field
		respjson.Object
	} `json:"-"`
}

// RawJSON returns the meta object as the server wrote it.
func (r DefaultFlatPaginationMeta) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a meta object and records how each member was decoded.
func (r *DefaultFlatPaginationMeta) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// RawJSON returns the page as the server wrote it.
func (r DefaultFlatPagination[T]) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a page, whose data must be a list. A page that was decoded by itself has no next page.
func (r *DefaultFlatPagination[T]) UnmarshalJSON(b []byte) error { return apijson.Unmarshal(b, r) }

// LogValue names the page for log/slog, without its items, which may hold secrets.
func (r DefaultFlatPagination[T]) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprintf("(page %d, %d items)", r.number, len(r.Data)))
}

// Fetch gets page number first. That page and all later ones get their next page with ctx and fetch. With prefetch, All
// gets the next page while the program uses the items of a page.
func Fetch[T any](
	ctx context.Context, first int64, prefetch bool, fetch FetchFunc[T],
) (*DefaultFlatPagination[T], error) {
	list := &list[T]{ctx: ctx, fetch: fetch, first: first, prefetch: prefetch}
	before := DefaultFlatPagination[T]{list: list, number: first - 1}
	return before.after(ctx)
}

// after gets the page after this one.
func (r *DefaultFlatPagination[T]) after(ctx context.Context) (*DefaultFlatPagination[T], error) {
	page, err := r.list.fetch(ctx, r.number+1)
	if err != nil {
		return nil, err
	}
	page.list, page.number, page.read = r.list, r.number+1, r.read+int64(len(page.Data))
	page.told, page.start = r.told, r.start
	if page.start == nil && len(page.Data) > 0 {
		page.start = &page.JSON.Data
	}
	learn(&page.told.pages, page.Meta.TotalPages, page.Meta.JSON.TotalPages)
	learn(&page.told.results, page.Meta.TotalResults, page.Meta.JSON.TotalResults)
	learn(&page.told.size, page.Meta.PageSize, page.Meta.JSON.PageSize)
	return page, nil
}

func learn(fact *int64, value int64, field respjson.Field) {
	if field.Valid() {
		*fact = max(value, 0)
	}
}

// unread reports whether a total is known, and whether the list has more than was read.
func (r *DefaultFlatPagination[T]) unread() (known, more bool) {
	t, read := r.told, r.read
	if skipped := max(r.list.first-1, 0); t.size > 0 {
		read += min(skipped, t.results/t.size+1) * t.size
	} else if skipped > 0 {
		t.results = 0 // useless if it is unknown how many items were skipped
	}
	return t.pages > 0 || t.results > 0, r.number < t.pages || read < t.results
}

// GetNextPage gets the page after this one, with the context, options and client of the first. After the last page it
// returns nil and no error.
//
// The last page is the one that reaches Meta.TotalPages and Meta.TotalResults, as far as the server sends them. Without
// a total, the list ends with the first page that is empty, or that repeats the data of the page before it or of the
// first. If a page repeats data, or two in a row are empty, before the total is reached, the list is incomplete, which
// is an error; a single empty page is returned like any other. Meta.PageNumber is ignored.
func (r *DefaultFlatPagination[T]) GetNextPage() (*DefaultFlatPagination[T], error) {
	if r == nil || r.list == nil {
		return nil, nil
	}
	return r.next(r.list.ctx)
}

func (r *DefaultFlatPagination[T]) next(ctx context.Context) (*DefaultFlatPagination[T], error) {
	known, more := r.unread()
	if r.number == math.MaxInt64 || known && !more || !known && len(r.Data) == 0 {
		return nil, nil
	}
	next, err := r.after(ctx)
	if err != nil {
		return nil, err
	}
	data, problem := next.JSON.Data.Raw(), "repeats the data of an earlier page"
	switch known, more := next.unread(); {
	case len(next.Data) == 0 && !known:
		return nil, nil
	case len(next.Data) == 0 && (len(r.Data) > 0 || !more):
		return next, nil
	case len(next.Data) == 0:
		problem = "is empty, like the page before it"
	case data != r.JSON.Data.Raw() && (r.start == nil || data != r.start.Raw()):
		return next, nil
	case !known:
		return nil, nil
	}
	return nil, fmt.Errorf("the list is incomplete: page %d %s, after %d items; the server announced %d pages and "+
		"%d results (0 is unknown)", next.number, problem, r.read, next.told.pages, next.told.results)
}

// All yields the items of this page and of all later pages. An error ends the loop: it comes last, with a zero item.
//
// Do not delete items inside the loop: later items would move to pages that were read already, and be skipped. Collect
// first, then delete:
//
//	var ids []string
//	for c, err := range page.All() {
//		if err != nil {
//			return err
//		}
//		ids = append(ids, c.ClientID)
//	}
//	for _, id := range ids {
//		err := client.OAuthClients.Delete(ctx, id)
//		// ...
//	}
func (r *DefaultFlatPagination[T]) All() iter.Seq2[T, error] {
	return NewDefaultFlatPaginationAutoPager(r, nil).All()
}

// A DefaultFlatPaginationAutoPager iterates over the items of a list and gets pages as it needs them. Only one
// goroutine may use it at a time.
type DefaultFlatPaginationAutoPager[T any] struct {
	page  *DefaultFlatPagination[T]
	at    int // of the next item in page
	index int
	item  T
	err   error

	// Set inside a loop over All that fetches ahead.
	ctx   context.Context
	ahead func() (*DefaultFlatPagination[T], error) // waits for the page after page
}

// NewDefaultFlatPaginationAutoPager returns a pager that begins with page, for the results of List. With an error, the
// pager has no items and Err returns it.
func NewDefaultFlatPaginationAutoPager[T any](
	page *DefaultFlatPagination[T], err error,
) *DefaultFlatPaginationAutoPager[T] {
	return &DefaultFlatPaginationAutoPager[T]{page: page, err: err}
}

// Next gets the next item, and reports whether there is one. If not, Err returns the error, nil at the end of the list.
func (r *DefaultFlatPaginationAutoPager[T]) Next() bool {
	for r.err == nil && r.page != nil {
		if r.at < len(r.page.Data) {
			r.item = r.page.Data[r.at]
			r.at++
			r.index++
			return true
		}
		r.turn()
	}
	return false
}

// Format prints how many items were delivered, and not the items, which may hold secrets.
func (r DefaultFlatPaginationAutoPager[T]) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "(pager, %d items delivered)", r.index)
}

// LogValue returns what Format prints, for log/slog.
func (r DefaultFlatPaginationAutoPager[T]) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprint(r))
}

// Current returns the item that Next got.
func (r *DefaultFlatPaginationAutoPager[T]) Current() T { return r.item }

// Err returns the error that ended the iteration, nil if there was none.
func (r *DefaultFlatPaginationAutoPager[T]) Err() error { return r.err }

// Index returns how many items Next has delivered.
func (r *DefaultFlatPaginationAutoPager[T]) Index() int { return r.index }

// All yields the items that Next has not delivered. An error ends the loop: it comes last, with a zero item.
func (r *DefaultFlatPaginationAutoPager[T]) All() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if r.ahead == nil && r.err == nil && r.page != nil && r.page.list != nil && r.page.list.prefetch {
			ctx, cancel := context.WithCancel(r.page.list.ctx)
			r.ctx, r.ahead = ctx, r.page.fetchAhead(ctx)
			defer func() {
				wait := r.ahead
				r.ahead = nil
				cancel()
				_, _ = wait()
			}()
		}
		for r.Next() {
			if !yield(r.item, nil) {
				return
			}
		}
		if r.err != nil {
			yield(*new(T), r.err)
		}
	}
}

// fetchAhead begins to get the page after this one, and returns a function that waits for it. A panic of the fetch
// continues in that function, where the program can recover from it.
func (r *DefaultFlatPagination[T]) fetchAhead(ctx context.Context) func() (*DefaultFlatPagination[T], error) {
	var next *DefaultFlatPagination[T]
	var panicked any
	err := errors.New("fetching a page ahead ended its goroutine") // if nothing replaces it
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { panicked = recover() }()
		next, err = r.next(ctx)
	}()
	return func() (*DefaultFlatPagination[T], error) {
		<-done
		if panicked != nil {
			panic(panicked)
		}
		return next, err
	}
}

// turn moves to the next page. If a loop over All has fetched that page ahead, turn begins to fetch the one after it.
func (r *DefaultFlatPaginationAutoPager[T]) turn() {
	if r.ahead == nil {
		r.page, r.err = r.page.GetNextPage()
	} else if r.page, r.err = r.ahead(); r.page != nil {
		r.ahead = r.page.fetchAhead(r.ctx)
	}
	r.at = 0
}
