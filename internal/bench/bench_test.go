package bench

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
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

func createParams() telnyx.OAuthClientNewParams {
	return telnyx.OAuthClientNewParams{
		AllowedGrantTypes: []string{"authorization_code", "refresh_token"},
		AllowedScopes:     []string{"messaging.read", "messaging.write", "voice.read"},
		ClientType:        telnyx.OAuthClientNewParamsClientTypeConfidential,
		Name:              "My OAuth client",
		RequirePkce:       telnyx.Bool(true),
		LogoUri:           telnyx.String("https://app.example.com/logo.png"),
		RedirectUris:      []string{"https://app.example.com/oauth/callback"},
	}
}

func createFloor() floorCreate {
	logo, pkce := "https://app.example.com/logo.png", true
	return floorCreate{
		AllowedGrantTypes: []string{"authorization_code", "refresh_token"},
		AllowedScopes:     []string{"messaging.read", "messaging.write", "voice.read"},
		ClientType:        "confidential",
		Name:              "My OAuth client",
		RequirePkce:       &pkce,
		LogoUri:           &logo,
		RedirectUris:      []string{"https://app.example.com/oauth/callback"},
	}
}

func BenchmarkMarshalDirect(b *testing.B) {
	b.Run("floor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := json.Marshal(createFloor())
			must(b, err)
		}
	})
	b.Run("sdk", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := createParams().MarshalJSON()
			must(b, err)
		}
	})
}

func BenchmarkMarshalThroughJSON(b *testing.B) {
	b.Run("floor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := json.Marshal(createFloor())
			must(b, err)
		}
	})
	b.Run("sdk", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := json.Marshal(createParams())
			must(b, err)
		}
	})
}

func BenchmarkQuery(b *testing.B) {
	b.Run("floor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			q := url.Values{}
			q.Set("filter[client_type]", "confidential")
			q.Set("filter[name][contains]", "my client")
			q.Set("filter[verified]", strconv.FormatBool(true))
			q.Set("page[number]", strconv.Itoa(3))
			q.Set("page[size]", strconv.Itoa(50))
			if q.Encode() == "" {
				b.Fatal("empty")
			}
		}
	})
	b.Run("sdk", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			q, err := telnyx.OAuthClientListParams{
				FilterClientType:   telnyx.OAuthClientListParamsFilterClientTypeConfidential,
				FilterNameContains: telnyx.String("my client"),
				FilterVerified:     telnyx.Bool(true),
				PageNumber:         telnyx.Int(3),
				PageSize:           telnyx.Int(50),
			}.URLQuery()
			must(b, err)
			if q.Encode() == "" {
				b.Fatal("empty")
			}
		}
	})
}
