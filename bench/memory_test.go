package bench

import (
	"context"
	"net/http"
	"runtime"
	"testing"

	"github.com/team-telnyx/telnyx-go"
)

// held returns how many bytes of heap the result of keep holds.
func held(keep func() any) float64 {
	heap := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	before := heap()
	kept := keep()
	after := heap()
	runtime.KeepAlive(kept)
	return after - before
}

// 10,000 clients in 100 pages: how much memory they hold, and how much is pinned by one client of each page.
func BenchmarkMemoryAll(b *testing.B) {
	body := pageJSON(100, 1, 1, "")
	hc := &http.Client{Transport: canned(body)}
	c := newClient(body)
	floor := func() floorPage {
		var p floorPage
		must(b, floorCall(hc, "GET", baseURL+"/oauth_clients", nil, &p))
		return p
	}
	sdk := func() *page {
		p, err := c.OAuthClients.List(context.Background(), telnyx.OAuthClientListParams{})
		must(b, err)
		return p
	}
	report := func(b *testing.B, keep func() any) {
		var bytes float64
		for b.Loop() {
			bytes = held(keep)
		}
		b.ReportMetric(bytes, "held-B")
	}
	b.Run("floor", func(b *testing.B) {
		report(b, func() any {
			var kept [100]floorPage
			for i := range kept {
				kept[i] = floor()
			}
			return &kept
		})
	})
	b.Run("sdk", func(b *testing.B) {
		report(b, func() any {
			var kept [100]*page
			for i := range kept {
				kept[i] = sdk()
			}
			return &kept
		})
	})
	b.Run("one-of-each-page", func(b *testing.B) {
		report(b, func() any {
			var kept [100]telnyx.OAuthClient
			for i := range kept {
				kept[i] = sdk().Data[50]
			}
			return &kept
		})
	})
}
