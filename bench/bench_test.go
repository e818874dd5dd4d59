package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/pagination"
	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

type page = pagination.DefaultFlatPagination[telnyx.OAuthClient]

func newClient(answer string, opts ...option.RequestOption) telnyx.Client {
	opts = append(
		opts, option.WithoutEnvironment(), option.WithAPIKey(apiKey),
		option.WithHTTPClient(&http.Client{Transport: canned(answer)}),
	)
	return telnyx.NewClient(opts...)
}

func must(b *testing.B, err error) {
	if err != nil {
		b.Fatal(err)
	}
}

// pair runs the floor and the SDK under one name, so that their ratio can be read off one run.
func pair(b *testing.B, floor, sdk func(b *testing.B)) {
	for name, run := range map[string]func(*testing.B){"floor": floor, "sdk": sdk} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			run(b)
		})
	}
}

func BenchmarkList100(b *testing.B) { benchmarkList(b, "", false) }

func BenchmarkList100ReadAll(b *testing.B) { benchmarkList(b, "", true) }

func BenchmarkList100UnknownMembers(b *testing.B) {
	benchmarkList(b, `,"plan":"enterprise","limits":{"requests":100,"window":60},"tags":["a","b"]`, false)
}

func benchmarkList(b *testing.B, extra string, read bool) {
	body := pageJSON(100, 1, 1, extra)
	hc, c := &http.Client{Transport: canned(body)}, newClient(body)
	pair(b, func(b *testing.B) {
		for b.Loop() {
			var p floorPage
			must(b, floorCall(hc, "GET", baseURL+"/oauth_clients", nil, &p))
		}
	}, func(b *testing.B) {
		for b.Loop() {
			p, err := c.OAuthClients.List(context.Background(), telnyx.OAuthClientListParams{})
			must(b, err)
			if read && readAll(p) == 0 {
				b.Fatal("nothing to read")
			}
		}
	})
}

// readAll reads every piece of metadata of a page.
func readAll(p *page) (n int) {
	n = len(p.RawJSON()) + len(p.JSON.Data.Raw()) + len(p.Meta.RawJSON())
	for i := range p.Data {
		c := &p.Data[i]
		n += len(c.RawJSON())
		for _, f := range [...]respjson.Field{
			c.JSON.ClientID, c.JSON.ClientType, c.JSON.CreatedAt, c.JSON.Name, c.JSON.OrgID, c.JSON.RecordType,
			c.JSON.RequirePkce,
			c.JSON.UpdatedAt, c.JSON.UserID, c.JSON.AllowedGrantTypes, c.JSON.AllowedScopes, c.JSON.ClientSecret, c.JSON.LogoUri,
			c.JSON.PolicyUri, c.JSON.RedirectUris, c.JSON.TosUri,
		} {
			if f.Valid() {
				n += len(f.Raw())
			}
		}
	}
	return n
}

const id = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

func BenchmarkGet(b *testing.B) { benchmarkGet(b, `{"data":`+clientJSON(1, "")+`}`, 0) }

// BenchmarkGetWithTimeout gives the floor the timeout that the SDK has by default.
func BenchmarkGetWithTimeout(b *testing.B) {
	benchmarkGet(b, `{"data":`+clientJSON(1, "")+`}`, time.Minute)
}

func BenchmarkGetEmptyObject(b *testing.B) { benchmarkGet(b, `{}`, 0) }

func benchmarkGet(b *testing.B, body string, timeout time.Duration) {
	hc, c := &http.Client{Transport: canned(body), Timeout: timeout}, newClient(body)
	pair(b, func(b *testing.B) {
		for b.Loop() {
			var p floorOne
			must(b, floorCall(hc, "GET", baseURL+"/oauth_clients/"+url.PathEscape(id), nil, &p))
		}
	}, func(b *testing.B) {
		for b.Loop() {
			_, err := c.OAuthClients.Get(context.Background(), id)
			must(b, err)
		}
	})
}

func BenchmarkCreate(b *testing.B) {
	body := `{"data":` + clientJSON(1, "") + `}`
	hc, c := &http.Client{Transport: canned(body)}, newClient(body)
	pair(b, func(b *testing.B) {
		for b.Loop() {
			var p floorOne
			text, err := json.Marshal(createFloor())
			must(b, err)
			must(b, floorCall(hc, "POST", baseURL+"/oauth_clients", bytes.NewReader(text), &p))
		}
	}, func(b *testing.B) {
		for b.Loop() {
			_, err := c.OAuthClients.New(context.Background(), createParams())
			must(b, err)
		}
	})
}

func BenchmarkUnmarshalDirectClient(b *testing.B) {
	text := []byte(clientJSON(1, ""))
	pair(b, func(b *testing.B) {
		for b.Loop() {
			var p floorClient
			must(b, json.Unmarshal(text, &p))
		}
	}, func(b *testing.B) {
		for b.Loop() {
			var p telnyx.OAuthClient
			must(b, p.UnmarshalJSON(text))
		}
	})
}

func BenchmarkUnmarshalDirectToken(b *testing.B) {
	text := []byte(tokenJSON)
	pair(b, func(b *testing.B) {
		for b.Loop() {
			var p floorToken
			must(b, json.Unmarshal(text, &p))
		}
	}, func(b *testing.B) {
		for b.Loop() {
			var p telnyx.OAuthTokenResponse
			must(b, p.UnmarshalJSON(text))
		}
	})
}

func benchmarkUnmarshal[Floor, SDK any](b *testing.B, text string) {
	pair(b, func(b *testing.B) {
		for b.Loop() {
			must(b, json.Unmarshal([]byte(text), new(Floor)))
		}
	}, func(b *testing.B) {
		for b.Loop() {
			must(b, json.Unmarshal([]byte(text), new(SDK)))
		}
	})
}

func BenchmarkUnmarshalPage(b *testing.B) {
	benchmarkUnmarshal[floorPage, page](b, pageJSON(100, 1, 1, ""))
}

func BenchmarkUnmarshalClient(b *testing.B) {
	benchmarkUnmarshal[floorClient, telnyx.OAuthClient](b, clientJSON(1, ""))
}

func BenchmarkUnmarshalToken(b *testing.B) {
	benchmarkUnmarshal[floorToken, telnyx.OAuthTokenResponse](b, tokenJSON)
}

// BenchmarkUnmarshalNothing measures what json.Unmarshal costs apart from UnmarshalJSON.
func BenchmarkUnmarshalNothing(b *testing.B) {
	benchmarkUnmarshal[floorClient, nothing](b, clientJSON(1, ""))
}

type nothing struct{}

func (*nothing) UnmarshalJSON([]byte) error { return nil }

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
	pair(b, marshalFloor, func(b *testing.B) {
		for b.Loop() {
			_, err := createParams().MarshalJSON()
			must(b, err)
		}
	})
}

func BenchmarkMarshalJSON(b *testing.B) {
	pair(b, marshalFloor, func(b *testing.B) {
		for b.Loop() {
			_, err := json.Marshal(createParams())
			must(b, err)
		}
	})
}

func marshalFloor(b *testing.B) {
	for b.Loop() {
		_, err := json.Marshal(createFloor())
		must(b, err)
	}
}

func BenchmarkQuery(b *testing.B) {
	pair(b, func(b *testing.B) {
		name, verified, number, size := "my client", true, int64(3), int64(50)
		for b.Loop() {
			q := floorList{
				ClientType: "confidential", NameContains: &name, Verified: &verified, PageNumber: &number, PageSize: &size,
			}.query()
			if q.Encode() == "" {
				b.Fatal("empty")
			}
		}
	}, encodeQuery)
}

// The floor has fixed parameters, and its map stays on the stack.
func BenchmarkQueryInPlace(b *testing.B) {
	pair(b, func(b *testing.B) {
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
	}, encodeQuery)
}

func encodeQuery(b *testing.B) {
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
}

func BenchmarkNewClient(b *testing.B) {
	pair(b, func(b *testing.B) {
		for b.Loop() {
			u, err := url.Parse(baseURL)
			must(b, err)
			h := http.Header{}
			h.Set("Authorization", "Bearer "+apiKey)
			h.Set("User-Agent", "floor/1.0")
			sink = []any{u, h, &http.Client{}}
		}
	}, func(b *testing.B) {
		for b.Loop() {
			c := telnyx.NewClient(option.WithAPIKey(apiKey), option.WithBaseURL(baseURL))
			sink = &c
		}
	})
}

var sink any // keeps the compiler from removing what a benchmark makes
