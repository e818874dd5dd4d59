// Package pagination walks over lists that come in numbered pages.
package pagination

import (
	"fmt"
	"iter"

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
	fetch  func(number int64) (*DefaultFlatPagination[T], error)
}

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

// Fetch gets page number first, and gives it and all that come after it fetch to get the next.
func Fetch[T any](first int64, fetch func(number int64) (*DefaultFlatPagination[T], error)) (*DefaultFlatPagination[T], error) {
	page, err := fetch(first)
	if err != nil {
		return nil, err
	}
	page.fetch, page.number = fetch, first
	if page.Meta.PageNumber > 0 {
		page.number = page.Meta.PageNumber
	}
	return page, nil
}

// GetNextPage gets the page after this one, with the context, options and client of the first. After the last page it returns
// nil and no error. The last page is the one that Meta.TotalPages says; a server that does not say has one page, and a server
// that answers with a page that came before, or with the same page again, has no more.
func (r *DefaultFlatPagination[T]) GetNextPage() (*DefaultFlatPagination[T], error) {
	if r == nil || r.fetch == nil || r.number >= r.Meta.TotalPages {
		return nil, nil
	}
	next, err := Fetch(r.number+1, r.fetch)
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
		for r.Next() {
			if !yield(r.Current(), nil) {
				return
			}
		}
		if r.err != nil {
			var none T
			yield(none, r.err)
		}
	}
}
