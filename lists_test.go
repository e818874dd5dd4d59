package telnyx_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
	"github.com/team-telnyx/telnyx-go/packages/pagination"
)

// numbered answers for page n of three with one client, whose id is c and n.
func numbered(r wireRequest) any {
	n := r.URL.Query().Get("page[number]")
	if n == "" {
		n = "1"
	}
	return says(
		200,
		fmt.Sprintf(
			`{"data":[{"client_id":"c%s"}],"meta":{"page_number":%s,"page_size":1,"total_pages":3,"total_results":3}}`, n, n,
		),
	)
}

// idsOf walks to the end of a list and returns the ids.
func idsOf(pager *pagination.DefaultFlatPaginationAutoPager[telnyx.OAuthClient]) (ids []string) {
	for pager.Next() {
		ids = append(ids, pager.Current().ClientID)
	}
	return ids
}

func TestEveryPageIsAFullCallWithContextClientOptionsAndCurrentCredentials(t *testing.T) {
	type key struct{}
	w := &wire{answer: numbered}
	used := 0
	client := w.client(option.WithTokenSource(tokens("t1", "t2", "t3")), option.WithBaseURL("https://h.example/base"))
	counting := option.WithMiddleware(func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
		used++
		return next(req)
	})

	pager := client.OAuthClients.ListAutoPaging(context.WithValue(t.Context(), key{}, "mine"),
		telnyx.OAuthClientListParams{FilterName: telnyx.String("a&b"), PageSize: telnyx.Int(1)},
		option.WithHeader("X-Mine", "yes"), option.WithQuery("extra", "1"), counting)
	ids := idsOf(pager)

	require.NoError(t, pager.Err())
	require.Equal(t, []string{"c1", "c2", "c3"}, ids)
	require.Equal(t, 3, pager.Index())
	require.Equal(t, 3, used)
	for i, want := range []string{
		"extra=1&filter%5Bname%5D=a%26b&page%5Bsize%5D=1",
		"extra=1&filter%5Bname%5D=a%26b&page%5Bnumber%5D=2&page%5Bsize%5D=1",
		"extra=1&filter%5Bname%5D=a%26b&page%5Bnumber%5D=3&page%5Bsize%5D=1",
	} {
		r := w.sent[i]
		require.Equal(t, "https://h.example/base/oauth_clients?"+want, r.URL.String())
		require.Equal(t, "yes", r.Header.Get("X-Mine"))
		require.Equal(t, fmt.Sprintf("Bearer t%d", i+1), r.Header.Get("Authorization"))
		require.Equal(t, "mine", r.Context().Value(key{}))
	}
}

func TestPageIsRetriedAndItsTokenRenewedLikeAnyCall(t *testing.T) {
	w := issuing(`,"expires_in":1800`, func(r wireRequest) any {
		switch second := r.URL.Query().Get("page[number]") == "2"; {
		case second && r.Header.Get("Authorization") == "Bearer tok-1":
			return says(401, `{"error":"invalid_token"}`)
		case second && r.Nth == 3:
			return says(503, ``, "Retry-After", "0")
		}
		return numbered(r)
	})
	client := w.client(asClient...)
	pager := client.OAuthClients.ListAutoPaging(t.Context(), telnyx.OAuthClientListParams{})
	require.Equal(t, []string{"c1", "c2", "c3"}, idsOf(pager))
	require.NoError(t, pager.Err())
	require.Len(t, w.to(tokenPath), 2)
	require.Len(t, w.to("/v2/oauth_clients"), 5)
}

func TestWalkBeginsAtThePageAskedFor(t *testing.T) {
	w := &wire{answer: numbered}
	client := w.client(option.WithAPIKey(aKey))
	require.Equal(
		t, []string{"c2", "c3"},
		idsOf(client.OAuthClients.ListAutoPaging(t.Context(), telnyx.OAuthClientListParams{PageNumber: telnyx.Int(2)})),
	)
	require.Len(t, w.sent, 2)
}

func TestCancellationBetweenPagesEndsTheWalk(t *testing.T) {
	w := &wire{answer: numbered}
	client := w.client(option.WithAPIKey(aKey))
	ctx, cancel := context.WithCancel(t.Context())
	pager := client.OAuthClients.ListAutoPaging(ctx, telnyx.OAuthClientListParams{})
	require.True(t, pager.Next())
	cancel()
	require.False(t, pager.Next())
	require.ErrorIs(t, pager.Err(), context.Canceled)
	require.Len(t, w.sent, 1)
}

func TestCancellationDuringAPageEndsTheWalk(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := &wire{answer: func(r wireRequest) any {
		if r.Nth < 2 {
			return numbered(r)
		}
		cancel()
		<-r.Context().Done()
		return r.Context().Err()
	}}
	client := w.client(option.WithAPIKey(aKey))
	pager := client.OAuthClients.ListAutoPaging(ctx, telnyx.OAuthClientListParams{})
	require.Equal(t, []string{"c1"}, idsOf(pager))
	require.ErrorIs(t, pager.Err(), context.Canceled)
	require.Len(t, w.sent, 2)
}

func TestDeadlineDuringAPageEndsTheWalk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		w := &wire{answer: func(r wireRequest) any {
			if r.Nth < 2 {
				return numbered(r)
			}
			<-r.Context().Done()
			return r.Context().Err()
		}}
		client := w.client(option.WithAPIKey(aKey))
		pager := client.OAuthClients.ListAutoPaging(ctx, telnyx.OAuthClientListParams{})
		require.Equal(t, []string{"c1"}, idsOf(pager))
		require.ErrorIs(t, pager.Err(), context.DeadlineExceeded)
	})
}

func TestAnErrorOfALaterPageIsATypedErrorAndEndsTheWalk(t *testing.T) {
	w := &wire{answer: func(r wireRequest) any {
		if r.Nth == 2 {
			return says(403, `{"errors":[{"code":"10010","title":"Not authorised"}]}`)
		}
		return numbered(r)
	}}
	client := w.client(option.WithAPIKey(aKey))
	pager := client.OAuthClients.ListAutoPaging(t.Context(), telnyx.OAuthClientListParams{})
	require.Equal(t, []string{"c1"}, idsOf(pager))
	var said *telnyx.Error
	require.ErrorAs(t, pager.Err(), &said)
	require.Equal(t, 403, said.StatusCode)
	require.False(t, pager.Next())
	require.ErrorIs(t, pager.Err(), telnyx.ErrForbidden)
	require.Len(t, w.sent, 2)

	w.counts = nil
	page, err := client.OAuthClients.List(t.Context(), telnyx.OAuthClientListParams{})
	require.NoError(t, err)
	var got []string
	for c, err := range page.All() {
		got = append(got, fmt.Sprint(c.ClientID, err != nil))
	}
	require.Equal(t, []string{"c1false", "true"}, got)
}

func TestErrorOfTheFirstPageIsInErr(t *testing.T) {
	client := inTurn(says(401, `{}`)).client()
	pager := client.OAuthGrants.ListAutoPaging(t.Context(), telnyx.OAuthGrantListParams{})
	require.False(t, pager.Next())
	require.ErrorIs(t, pager.Err(), telnyx.ErrUnauthorized)
	for _, err := range client.OAuthGrants.ListAutoPaging(t.Context(), telnyx.OAuthGrantListParams{}).All() {
		require.ErrorIs(t, err, telnyx.ErrUnauthorized)
	}
}

func TestDataThatIsNotAListEndsTheWalkWithATypedError(t *testing.T) {
	for _, body := range []string{
		`{"data":{"client_id":"x"}}`, `{"data":null}`, `{"meta":{}}`, `{"data":["x"]}`, `[]`, `null`, `<html>`, ``,
	} {
		client := inTurn(
			says(200, `{"data":[{"client_id":"c1"}],"meta":{"page_number":1,"total_pages":2}}`), says(200, body),
		).client(option.WithAPIKey(aKey))
		pager := client.OAuthClients.ListAutoPaging(t.Context(), telnyx.OAuthClientListParams{})
		require.Equal(t, []string{"c1"}, idsOf(pager), body)
		var said *telnyx.Error
		require.ErrorAs(t, pager.Err(), &said, body)
		require.Equal(t, 200, said.StatusCode, body)
		require.Equal(t, body, said.Body())
		require.ErrorIs(t, pager.Err(), telnyx.ErrBadResponse, body)
	}
}

func TestBreakingOutOfTheLoopFetchesNoMorePages(t *testing.T) {
	w := &wire{answer: numbered}
	client := w.client(option.WithAPIKey(aKey))
	for c, err := range client.OAuthClients.ListAutoPaging(t.Context(), telnyx.OAuthClientListParams{}).All() {
		require.NoError(t, err)
		require.Equal(t, "c1", c.ClientID)
		break
	}
	require.Len(t, w.sent, 1)
}

func TestGetNextPageWalksAListPageByPage(t *testing.T) {
	client := (&wire{answer: numbered}).client(option.WithAPIKey(aKey))
	page, err := client.OAuthClients.List(t.Context(), telnyx.OAuthClientListParams{})
	var ids []string
	for ; page != nil; page, err = page.GetNextPage() {
		require.NoError(t, err)
		ids = append(ids, page.Data[0].ClientID)
	}
	require.NoError(t, err)
	require.Equal(t, []string{"c1", "c2", "c3"}, ids)
}

func TestEveryItemIsDeliveredAtAnyPageSize(t *testing.T) {
	srv := oauthtest.New()
	t.Cleanup(srv.Close)
	var want []string
	for range 23 {
		app := srv.AddClient(oauthtest.Client{})
		want = append(want, app.ID)
		srv.AddGrant(app.ID, "messaging.read")
	}
	client := telnyx.NewClient(
		option.WithoutEnvironment(), option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
		option.WithAPIKey(srv.APIKey()),
	)
	for _, size := range []int64{1, 7, 23, 100} {
		pager := client.OAuthClients.ListAutoPaging(t.Context(), telnyx.OAuthClientListParams{PageSize: telnyx.Int(size)})
		require.Equal(t, want, idsOf(pager), size)
		require.NoError(t, pager.Err())
		var of []string
		for grant, err := range client.OAuthGrants.ListAutoPaging(t.Context(), telnyx.OAuthGrantListParams{
			PageSize: telnyx.Int(size),
		}).All() {
			require.NoError(t, err)
			of = append(of, grant.ClientID)
		}
		require.True(t, slices.Equal(want, of), size)
	}
}

func TestPrefetchIsAnOptionThatGetsAtMostTwoPagesForTheFirstItem(t *testing.T) {
	server := oauthtest.New()
	for range 5 {
		server.AddClient(oauthtest.Client{})
	}
	var pages atomic.Int64
	client := telnyx.NewClient(
		option.WithoutEnvironment(), option.WithBaseURL(server.BaseURL()), option.WithAPIKey(server.APIKey()),
		option.WithHTTPClient(server.Client()),
		option.WithMiddleware(func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
			pages.Add(1)
			return next(req)
		}),
	)
	params := telnyx.OAuthClientListParams{PageSize: telnyx.Int(1)}

	for range client.OAuthClients.ListAutoPaging(t.Context(), params, option.WithPrefetch()).All() {
		break
	}
	require.LessOrEqual(t, pages.Load(), int64(2))

	items := 0
	for _, err := range client.OAuthClients.ListAutoPaging(t.Context(), params, option.WithPrefetch()).All() {
		require.NoError(t, err)
		items++
	}
	require.Equal(t, 5, items)
}

// With an option that stores the response, nothing is prefetched: it would replace the response of the page in use.
func TestPrefetchDoesNotOverwriteTheResponseOfThePageInUse(t *testing.T) {
	var res *http.Response
	var body map[string]any
	for name, into := range map[string]option.RequestOption{
		"response": option.WithResponseInto(&res), "body": option.WithResponseBodyInto(&body),
	} {
		synctest.Test(t, func(t *testing.T) {
			w := &wire{answer: numbered}
			client := w.client(option.WithAPIKey(aKey), option.WithPrefetch())
			pages := 0

			for c, err := range client.OAuthClients.ListAutoPaging(t.Context(), telnyx.OAuthClientListParams{}, into).All() {
				require.NoError(t, err)
				pages++
				synctest.Wait() // a prefetch would have ended by now
				if name == "response" {
					text, err := io.ReadAll(res.Body)
					require.NoError(t, err)
					require.Contains(t, string(text), c.ClientID)
				} else {
					require.Contains(t, fmt.Sprint(body), c.ClientID)
				}
			}

			require.Equal(t, 3, pages, name)
		})
	}
}

func TestWalkBeginsAtThePageOfAQueryOptionOrExtraField(t *testing.T) {
	extra := telnyx.OAuthClientListParams{}
	extra.SetExtraFields(map[string]any{"page[number]": 2})
	for _, list := range []func(telnyx.OAuthClientService) *pagination.DefaultFlatPaginationAutoPager[telnyx.OAuthClient]{
		func(s telnyx.OAuthClientService) *pagination.DefaultFlatPaginationAutoPager[telnyx.OAuthClient] {
			return s.ListAutoPaging(t.Context(), telnyx.OAuthClientListParams{}, option.WithQuery("page[number]", "2"))
		},
		func(s telnyx.OAuthClientService) *pagination.DefaultFlatPaginationAutoPager[telnyx.OAuthClient] {
			return s.ListAutoPaging(t.Context(), extra)
		},
	} {
		w := &wire{answer: numbered}

		pager := list(w.client(option.WithAPIKey(aKey)).OAuthClients)

		require.Equal(t, []string{"c2", "c3"}, idsOf(pager))
		require.NoError(t, pager.Err())
		require.Len(t, w.sent, 2)
	}
}

func TestAListThatEndsBeforeItsTotalIsAnError(t *testing.T) {
	client := (&wire{answer: func(wireRequest) any {
		return says(200, `{"data":[{"client_id":"c1"}],"meta":{"page_number":1,"total_pages":3}}`)
	}}).client(option.WithAPIKey(aKey))

	pager := client.OAuthClients.ListAutoPaging(t.Context(), telnyx.OAuthClientListParams{})

	require.Equal(t, []string{"c1"}, idsOf(pager))
	require.EqualError(t, pager.Err(), "the list is incomplete: "+
		"page 2 repeats the data of an earlier page, after 1 items; "+
		"the server announced 3 pages and 0 results (0 is unknown)")
}
