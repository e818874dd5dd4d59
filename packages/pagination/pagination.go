// Package pagination walks over lists that come in numbered pages.
package pagination

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"github.com/team-telnyx/telnyx-go/internal/apijson"
	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// A DefaultFlatPagination is one page of a list. It knows how to get the next.
type DefaultFlatPagination[T any] struct {
	// Data holds the items of this page.
	Data []T                       `json:"data" api:"strict"`
	Meta DefaultFlatPaginationMeta `json:"meta"`
	JSON struct {
		Data, Meta respjson.Field
		respjson.Object
	} `json:"-"`

	number int64 // of this page
	list   *list[T]
}

// A list is what the pages of one walk have in common.
type list[T any] struct {
	ctx   context.Context
	fetch FetchFunc[T]
	ahead bool // All fetches a page ahead
}

// A FetchFunc gets one page of a list by its number.
type FetchFunc[T any] func(ctx context.Context, number int64) (*DefaultFlatPagination[T], error)

// A DefaultFlatPaginationMeta says where in the list a page stands. What the server left out is zero.
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

// UnmarshalJSON decodes a meta object and records what became of each member.
func (r *DefaultFlatPaginationMeta) UnmarshalJSON(data []byte) error {
	return apijson.Unmarshal(data, r)
}

// RawJSON returns the page as the server wrote it.
func (r DefaultFlatPagination[T]) RawJSON() string { return r.JSON.RawJSON() }

// UnmarshalJSON decodes a page, whose data must be a list. A page that was decoded by itself has no next page.
func (r *DefaultFlatPagination[T]) UnmarshalJSON(data []byte) error {
	return apijson.Unmarshal(data, r)
}

// Fetch gets page number first, and lets it and all that come after it get the next with ctx and fetch. With ahead, All gets
// the next page while the items of a page are consumed.
func Fetch[T any](ctx context.Context, first int64, ahead bool, fetch FetchFunc[T]) (*DefaultFlatPagination[T], error) {
	return (&list[T]{ctx: ctx, fetch: fetch, ahead: ahead}).page(ctx, first)
}

func (l *list[T]) page(ctx context.Context, number int64) (*DefaultFlatPagination[T], error) {
	page, err := l.fetch(ctx, number)
	if err != nil {
		return nil, err
	}
	page.list, page.number = l, number
	if page.Meta.PageNumber > 0 {
		page.number = page.Meta.PageNumber
	}
	return page, nil
}

// GetNextPage gets the page after this one, with the context, options and client of the first. After the last page it returns
// nil and no error. The last page is the one that Meta.TotalPages says; a server that does not say has one page, and a server
// that answers with a page that came before, or with the same page again, has no more.
func (r *DefaultFlatPagination[T]) GetNextPage() (*DefaultFlatPagination[T], error) {
	if r == nil || r.list == nil {
		return nil, nil
	}
	return r.next(r.list.ctx)
}

func (r *DefaultFlatPagination[T]) next(ctx context.Context) (*DefaultFlatPagination[T], error) {
	if r.list == nil || r.number >= r.Meta.TotalPages {
		return nil, nil
	}
	next, err := r.list.page(ctx, r.number+1)
	if err != nil || next.number <= r.number || len(next.Data) > 0 && next.RawJSON() == r.RawJSON() {
		return nil, err
	}
	return next, nil
}

// All yields the items of this page and of all that follow. An error ends the walk: it comes last, with a zero item.
func (r *DefaultFlatPagination[T]) All() iter.Seq2[T, error] {
	return NewDefaultFlatPaginationAutoPager(r, nil).All()
}

// A DefaultFlatPaginationAutoPager walks over the items of a list and gets pages as it needs them. It is for one goroutine.
type DefaultFlatPaginationAutoPager[T any] struct {
	page  *DefaultFlatPagination[T]
	at    int // of the next item in page
	index int
	item  T
	err   error
}

// NewDefaultFlatPaginationAutoPager returns a pager that begins with page. It takes what List returns; an error is final.
func NewDefaultFlatPaginationAutoPager[T any](page *DefaultFlatPagination[T], err error) *DefaultFlatPaginationAutoPager[T] {
	return &DefaultFlatPaginationAutoPager[T]{page: page, err: err}
}

// Next gets the next item, and reports whether there is one. After false, Err tells an error from the end.
func (r *DefaultFlatPaginationAutoPager[T]) Next() bool {
	for r.err == nil && r.page != nil {
		if r.at < len(r.page.Data) {
			r.item = r.page.Data[r.at]
			r.at++
			r.index++
			return true
		}
		r.page, r.err = r.page.GetNextPage()
		r.at = 0
	}
	return false
}

// Format prints how far the walk is, and not the items, which may hold secrets.
func (r DefaultFlatPaginationAutoPager[T]) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "(pager, %d items delivered)", r.index)
}

// Current returns the item that Next got.
func (r *DefaultFlatPaginationAutoPager[T]) Current() T { return r.item }

// Err returns the error that ended the walk, nil if it reached the end.
func (r *DefaultFlatPaginationAutoPager[T]) Err() error { return r.err }

// Index returns how many items Next has delivered.
func (r *DefaultFlatPaginationAutoPager[T]) Index() int { return r.index }

// All yields the items that Next has not delivered. An error ends the walk: it comes last, with a zero item.
func (r *DefaultFlatPaginationAutoPager[T]) All() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		more := r.each
		if r.page != nil && r.page.list != nil && r.page.list.ahead {
			more = r.eachAhead
		}
		if more(yield) && r.err != nil {
			var none T
			yield(none, r.err)
		}
	}
}

// each yields items until the end, an error, or the consumer's, and reports whether the consumer wants more.
func (r *DefaultFlatPaginationAutoPager[T]) each(yield func(T, error) bool) (more bool) {
	for r.Next() {
		if !yield(r.item, nil) {
			return false
		}
	}
	return true
}

// eachAhead is each, but fetches the page after the one whose items it yields. The fetch ends with the loop at the latest.
func (r *DefaultFlatPaginationAutoPager[T]) eachAhead(yield func(T, error) bool) (more bool) {
	if r.err != nil || r.page == nil {
		return true
	}
	ctx, cancel := context.WithCancel(r.page.list.ctx)
	var fetching sync.WaitGroup
	defer fetching.Wait()
	defer cancel()
	for r.err == nil && r.page != nil {
		var next *DefaultFlatPagination[T]
		var err error
		var panicked any
		page := r.page
		fetching.Go(func() {
			defer func() { panicked = recover() }()
			next, err = page.next(ctx)
		})
		for r.at < len(page.Data) {
			r.Next()
			if !yield(r.item, nil) {
				return false
			}
		}
		fetching.Wait()
		if panicked != nil {
			panic(panicked) // where the consumer can recover from it
		}
		r.page, r.err, r.at = next, err, 0
	}
	return true
}
