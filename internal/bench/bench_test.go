package bench

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/pagination"
)

type page = pagination.DefaultFlatPagination[telnyx.OAuthClient]

func newClient(answer string, opts ...option.RequestOption) telnyx.Client {
	opts = append(opts, option.WithoutEnvironment(), option.WithAPIKey(apiKey), option.WithHTTPClient(&http.Client{Transport: canned(answer)}))
	return telnyx.NewClient(opts...)
}

func must(b *testing.B, err error) {
	if err != nil {
		b.Fatal(err)
	}
}

func BenchmarkList100(b *testing.B) {
	body := pageJSON(100, 1, 1, "")
	b.Run("floor", func(b *testing.B) {
		b.ReportAllocs()
		hc := &http.Client{Transport: canned(body)}
		for b.Loop() {
			var p floorPage
			must(b, floorCall(hc, "GET", baseURL+"/oauth_clients", nil, &p))
		}
	})
	b.Run("sdk", func(b *testing.B) {
		b.ReportAllocs()
		c := newClient(body)
		for b.Loop() {
			_, err := c.OAuthClients.List(context.Background(), telnyx.OAuthClientListParams{})
			must(b, err)
		}
	})
}

func BenchmarkGet(b *testing.B) {
	body := `{"data":` + clientJSON(1, "") + `}`
	b.Run("floor", func(b *testing.B) {
		b.ReportAllocs()
		hc := &http.Client{Transport: canned(body)}
		for b.Loop() {
			var p floorOne
			must(b, floorCall(hc, "GET", baseURL+"/oauth_clients/182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e", nil, &p))
		}
	})
	b.Run("sdk", func(b *testing.B) {
		b.ReportAllocs()
		c := newClient(body)
		for b.Loop() {
			_, err := c.OAuthClients.Get(context.Background(), "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e")
			must(b, err)
		}
	})
}

func BenchmarkUnmarshalDirect(b *testing.B) {
	one := []byte(clientJSON(1, ""))
	b.Run("floor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var p floorClient
			must(b, json.Unmarshal(one, &p))
		}
	})
	b.Run("sdk", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var p telnyx.OAuthClient
			must(b, p.UnmarshalJSON(one))
		}
	})
}
