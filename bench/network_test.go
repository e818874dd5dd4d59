package bench

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// serve answers on loopback with one client, and counts the connections that it gets.
func serve(b *testing.B) (base string, connections *atomic.Int64) {
	body := `{"data":` + clientJSON(1, "") + `}`
	connections = new(atomic.Int64)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, body)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	b.Cleanup(s.Close)
	return s.URL + "/v2", connections
}

// loopbackClient is a client with the default options.
func loopbackClient(base string) telnyx.Client {
	return telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(base), option.WithAPIKey(apiKey))
}

func BenchmarkLoopbackSequential(b *testing.B) {
	base, _ := serve(b)
	hc := &http.Client{Transport: &http.Transport{}}
	defer hc.CloseIdleConnections()
	c := loopbackClient(base)
	pair(b, func(b *testing.B) {
		for b.Loop() {
			var p floorOne
			must(b, floorCall(hc, "GET", base+"/oauth_clients/"+url.PathEscape(id), nil, &p))
		}
	}, func(b *testing.B) {
		for b.Loop() {
			_, err := c.OAuthClients.Get(context.Background(), id)
			must(b, err)
		}
	})
}

func BenchmarkLoopbackParallel(b *testing.B) {
	base, _ := serve(b)
	hc := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	defer hc.CloseIdleConnections()
	c := loopbackClient(base)
	pair(b, func(b *testing.B) {
		b.SetParallelism(8)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				var p floorOne
				must(b, floorCall(hc, "GET", base+"/oauth_clients/"+url.PathEscape(id), nil, &p))
			}
		})
	}, func(b *testing.B) {
		b.SetParallelism(8)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				_, err := c.OAuthClients.Get(context.Background(), id)
				must(b, err)
			}
		})
	})
}

// How many connections 16 callers of one client need, and 200 clients that are made for one call each.
func BenchmarkConnections(b *testing.B) {
	b.Run("16 callers", func(b *testing.B) {
		for b.Loop() {
			base, connections := serve(b)
			c := loopbackClient(base)
			var callers sync.WaitGroup
			for range 16 {
				callers.Go(func() {
					for range 250 {
						_, err := c.OAuthClients.Get(context.Background(), id)
						must(b, err)
					}
				})
			}
			callers.Wait()
			b.ReportMetric(float64(connections.Load()), "connections")
		}
	})
	b.Run("client per call", func(b *testing.B) {
		for b.Loop() {
			base, connections := serve(b)
			for range 200 {
				c := loopbackClient(base)
				_, err := c.OAuthClients.Get(context.Background(), id)
				must(b, err)
			}
			b.ReportMetric(float64(connections.Load()), "connections")
		}
	})
}

// 256 goroutines whose first call needs a token.
func BenchmarkColdTokens(b *testing.B) {
	var tokens atomic.Int64
	transport := roundTripper(func(req *http.Request) (*http.Response, error) {
		if strings.HasSuffix(req.URL.Path, "/oauth/token") {
			tokens.Add(1)
			return canned(tokenJSON).RoundTrip(req)
		}
		return canned(`{"data":{}}`).RoundTrip(req)
	})
	for b.Loop() {
		tokens.Store(0)
		c := telnyx.NewClient(option.WithoutEnvironment(), option.WithClientID("id"), option.WithClientSecret("secret"),
			option.WithHTTPClient(&http.Client{Transport: transport}))
		var callers sync.WaitGroup
		for range 256 {
			callers.Go(func() {
				_, err := c.OAuthClients.Get(context.Background(), id)
				must(b, err)
			})
		}
		callers.Wait()
		b.ReportMetric(float64(tokens.Load()), "token-requests")
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// book answers with the requested page. Each page has the same number of items.
func book(items, pages int) roundTripper {
	bodies := make([]canned, pages+1)
	for n := range bodies {
		bodies[n] = canned(pageJSON(items, n, pages, ""))
	}
	return func(req *http.Request) (*http.Response, error) {
		n, err := strconv.Atoi(cmp.Or(req.URL.Query().Get("page[number]"), "1"))
		if err != nil {
			return nil, err
		}
		return bodies[n].RoundTrip(req)
	}
}

func BenchmarkPages100(b *testing.B) {
	hc := &http.Client{Transport: book(100, 100)}
	c := telnyx.NewClient(option.WithoutEnvironment(), option.WithAPIKey(apiKey), option.WithHTTPClient(hc))
	pair(b, func(b *testing.B) {
		for b.Loop() {
			items := 0
			for n, last := int64(1), int64(1); n <= last; n++ {
				var p floorPage
				must(b, floorCall(hc, "GET", fmt.Sprintf("%s/oauth_clients?page%%5Bnumber%%5D=%d", baseURL, n), nil, &p))
				last = p.Meta.TotalPages
				for range p.Data {
					items++
				}
			}
			if items != 10000 {
				b.Fatal(items)
			}
		}
	}, func(b *testing.B) {
		for b.Loop() {
			pager := c.OAuthClients.ListAutoPaging(context.Background(), telnyx.OAuthClientListParams{})
			for pager.Next() {
			}
			if pager.Err() != nil || pager.Index() != 10000 {
				b.Fatal(pager.Index(), pager.Err())
			}
		}
	})
}

// slow takes 5 ms for each answer.
func slow(next roundTripper) roundTripper {
	return func(req *http.Request) (*http.Response, error) {
		time.Sleep(5 * time.Millisecond)
		return next(req)
	}
}

// consume is 5 ms of work with one page, done with its last item.
func consume(item int) {
	if item%10 == 0 {
		time.Sleep(5 * time.Millisecond)
	}
}

func BenchmarkPrefetch(b *testing.B) {
	hc := &http.Client{Transport: slow(book(10, 10))}
	c := telnyx.NewClient(
		option.WithoutEnvironment(), option.WithAPIKey(apiKey), option.WithHTTPClient(hc), option.WithPrefetch(),
	)
	pair(b, func(b *testing.B) {
		for b.Loop() {
			next := make(chan floorPage, 1)
			get := func(n int64) {
				var p floorPage
				must(b, floorCall(hc, "GET", fmt.Sprintf("%s/oauth_clients?page%%5Bnumber%%5D=%d", baseURL, n), nil, &p))
				next <- p
			}
			get(1)
			items := 0
			for n := int64(2); ; n++ {
				p := <-next
				if n <= p.Meta.TotalPages {
					go get(n)
				}
				for range p.Data {
					items++
					consume(items)
				}
				if n > p.Meta.TotalPages {
					break
				}
			}
			if items != 100 {
				b.Fatal(items)
			}
		}
	}, func(b *testing.B) {
		for b.Loop() {
			items := 0
			for _, err := range c.OAuthClients.ListAutoPaging(context.Background(), telnyx.OAuthClientListParams{}).All() {
				must(b, err)
				items++
				consume(items)
			}
			if items != 100 {
				b.Fatal(items)
			}
		}
	})
}
