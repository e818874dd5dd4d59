package bench

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// How costs grow: the cost of one item, one page and one call when there are more of them.
func BenchmarkGrowth(b *testing.B) {
	for _, items := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprintf("items-%d", items), func(b *testing.B) {
			c := newClient(pageJSON(items, 1, 1, ""))
			for b.Loop() {
				_, err := c.OAuthClients.List(context.Background(), telnyx.OAuthClientListParams{})
				must(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*items), "ns/each")
		})
	}
	for _, pages := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("pages-%d", pages), func(b *testing.B) {
			c := telnyx.NewClient(
				option.WithoutEnvironment(), option.WithAPIKey(apiKey),
				option.WithHTTPClient(&http.Client{Transport: book(100, pages)}),
			)
			for b.Loop() {
				pager := c.OAuthClients.ListAutoPaging(context.Background(), telnyx.OAuthClientListParams{})
				for pager.Next() {
				}
				must(b, pager.Err())
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*pages), "ns/each")
		})
	}
	for _, goroutines := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("goroutines-%d", goroutines), func(b *testing.B) {
			c := newClient(`{"data":` + clientJSON(1, "") + `}`)
			const calls = 100 // of each goroutine
			for b.Loop() {
				var all sync.WaitGroup
				for range goroutines {
					all.Go(func() {
						for range calls {
							_, err := c.OAuthClients.Get(context.Background(), id)
							must(b, err)
						}
					})
				}
				all.Wait()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*goroutines*calls), "ns/each")
		})
	}
}
