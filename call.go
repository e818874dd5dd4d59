package telnyx

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/team-telnyx/telnyx-go/internal/request"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/pagination"
)

type endpoint = request.Endpoint

func get(path string, ids ...string) endpoint { return request.NewEndpoint("GET", path, ids...) }

func post(path string) endpoint { return request.NewEndpoint("POST", path) }

func put(path, id string) endpoint { return request.NewEndpoint("PUT", path, id) }

func del(path, id string) endpoint { return request.NewEndpoint("DELETE", path, id) }

// redirecting returns e as an endpoint for which a 3xx response is a success.
func redirecting(e endpoint) endpoint {
	e.Redirects = true
	return e
}

// call makes a call and decodes the response into a new T.
func call[T any](ctx context.Context, e endpoint, params any, service, opts []option.RequestOption) (*T, error) {
	res := new(T)
	if err := do(ctx, e, params, res, service, opts); err != nil {
		return nil, err
	}
	return res, nil
}

// do makes a call and decodes the response into res, unless res is nil.
func do(ctx context.Context, e endpoint, params, res any, service, opts []option.RequestOption) error {
	cfg, err := configure(e, params, service, opts)
	if err != nil {
		return err
	}
	return cfg.Do(ctx, res)
}

// withTokenCache puts an empty token cache beneath opts.
func withTokenCache(opts []option.RequestOption) []option.RequestOption {
	return slices.Clip(slices.Concat([]option.RequestOption{new(request.TokenCache).Use}, opts))
}

// configure makes a Config and applies the options to it: those of the service, which begin with those of the
// environment and the client, then those of the call.
func configure(e endpoint, params any, service, opts []option.RequestOption) (*request.Config, error) {
	cfg := request.NewConfig(e, params)
	for i, layer := range [][]option.RequestOption{service, opts} {
		if i > 0 && len(layer) > 0 {
			before := *cfg
			cfg.Service = &before
		}
		for _, apply := range layer {
			if apply == nil {
				return nil, errors.New("telnyx: an option is nil")
			}
			if err := apply(cfg); err != nil {
				return nil, fmt.Errorf("telnyx: %w", err)
			}
		}
	}
	if err := cfg.Complete(); err != nil {
		return nil, fmt.Errorf("telnyx: %w", err)
	}
	return cfg, nil
}

const pageNumber = "page[number]"

// list gets the first page of a list. Later pages repeat the call with the next page[number].
func list[T any](
	ctx context.Context, e endpoint, params any, service, opts []option.RequestOption,
) (*pagination.DefaultFlatPagination[T], error) {
	cfg, err := configure(e, params, service, opts)
	if err != nil {
		return nil, err
	}
	where, _ := cfg.URL() // the first call returns the same error
	first, _ := strconv.ParseInt(cmp.Or(where.Query().Get(pageNumber), "1"), 10, 64)
	prefetch := cfg.Prefetch && cfg.Response == nil && cfg.Into == nil // which hold the page in use
	fetch := func(ctx context.Context, number int64) (*pagination.DefaultFlatPagination[T], error) {
		opts := opts
		if number != first {
			opts = append(slices.Clip(opts), option.WithQuery(pageNumber, strconv.FormatInt(number, 10)))
		}
		return call[pagination.DefaultFlatPagination[T]](ctx, e, params, service, opts)
	}
	return pagination.Fetch(ctx, first, prefetch, fetch)
}

// authorizeURL returns the URL of an authorization request. If query has no client id, it gets the configured one.
func authorizeURL(e endpoint, query OAuthGetAuthorizeParams, service, opts []option.RequestOption) (string, error) {
	cfg, err := configure(e, &query, service, opts)
	if err != nil {
		return "", err
	}
	query.ClientID = cmp.Or(query.ClientID, cfg.Credentials.ID)
	where, err := cfg.URL()
	return where.String(), err
}
