package oauthtest

import (
	"net/url"
	"strconv"
)

// page is the number and size of a page of a list. Numbers begin at 1.
type page struct{ number, size int }

type listing[T any] struct {
	Data []T      `json:"data"`
	Meta pageMeta `json:"meta"`
}

type pageMeta struct {
	PageNumber   int `json:"page_number"`
	PageSize     int `json:"page_size"`
	TotalPages   int `json:"total_pages"`
	TotalResults int `json:"total_results"`
}

func readPage(query url.Values) (page, *problem) {
	p := page{number: 1, size: 20}
	if raw := query.Get("page[number]"); raw != "" {
		n, err := strconv.Atoi(raw)
		if err != nil || n < 1 {
			return page{}, invalidParameter("page[number]", "must be an integer from 1")
		}
		p.number = n
	}
	if raw := query.Get("page[size]"); raw != "" {
		n, err := strconv.Atoi(raw)
		if err != nil || n < 1 || n > 100 {
			return page{}, invalidParameter("page[size]", "must be an integer from 1 to 100")
		}
		p.size = n
	}
	return p, nil
}

// paginate returns one page of all. A page after the last one is empty.
func paginate[T any](all []T, p page) listing[T] {
	meta := pageMeta{p.number, p.size, (len(all) + p.size - 1) / p.size, len(all)}
	cut := []T{}
	if p.number <= meta.TotalPages {
		first := (p.number - 1) * p.size
		cut = all[first:min(first+p.size, len(all))]
	}
	return listing[T]{cut, meta}
}
