package telnyx_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// allocated returns the number of bytes that do allocates.
func allocated(do func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}

// listOf returns the JSON of a list of n times the same item.
func listOf(n int, item string) string {
	return `{"data":[` + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + `]}`
}

func TestAnAnswerThatWouldTakeTooMuchMemoryIsAnError(t *testing.T) {
	hostile := listOf(350_000, `{}`)
	client := inTurn(says(200, hostile)).client()
	var list, document error
	var anything map[string]any

	took := allocated(func() {
		_, list = client.OAuthClients.List(t.Context(), telnyx.OAuthClientListParams{})
		document = client.Get(t.Context(), "v2/anything", nil, &anything)
	})

	for _, err := range []error{list, document} {
		var answer *telnyx.Error
		require.ErrorAs(t, err, &answer)
		require.ErrorIs(t, err, telnyx.ErrBadResponse)
		require.ErrorContains(t, err, "more than 8 MiB plus 8 times its size in memory")
		require.Equal(t, len(hostile), len(answer.Body()))
	}
	require.Less(t, took, 40<<20, "it was 887 MiB for each")
}

func TestAKilobyteThatUnpacksToManyObjectsTakesLittleMemory(t *testing.T) {
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	_, err := io.WriteString(zip, listOf(350_000, `{}`))
	require.NoError(t, err)
	require.NoError(t, zip.Close())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(bomb.Bytes())
	}))
	defer server.Close()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(server.URL), option.WithAPIKey(aKey))

	took := allocated(func() { _, err = client.OAuthGrants.List(t.Context(), telnyx.OAuthGrantListParams{}) })

	require.Less(t, bomb.Len(), 4<<10)
	require.ErrorIs(t, err, telnyx.ErrBadResponse)
	require.Less(t, took, 40<<20)
}

func TestLongHeadersOfAnAnswerTakeLittleMemory(t *testing.T) {
	const size = 4 << 20
	for name, answer := range map[string]reply{
		"a challenge": says(401, `{}`, "WWW-Authenticate", strings.Repeat(`"`, size)),
		"codes":       says(401, `{}`, "WWW-Authenticate", strings.Repeat(`error=x `, size/8)),
		"a limit":     says(429, `{}`, "RateLimit", strings.Repeat(`"`, size)),
		"a redirect":  says(302, ``, "Location", strings.Repeat(`"/`, size/2)),
		"an id":       says(500, `{}`, "X-Request-Id", strings.Repeat(`%`, size)),
	} {
		t.Run(name, func(t *testing.T) {
			w := inTurn(answer)
			client := w.client(option.WithMaxRetries(0))
			var typed *telnyx.Error

			took := allocated(func() {
				_, err := client.OAuth.GetJwks(t.Context())
				require.ErrorAs(t, err, &typed)
				_, _, _ = typed.Error(), errors.Is(err, telnyx.ErrInvalidToken), typed.RetryAfter()
			})

			require.Less(t, took, 8<<20+8*size)
			require.Equal(t, answer.header, typed.Response.Header)
			require.Len(t, w.sent, 1)
		})
	}
}

func TestListsOfRealItemsStayWellBelowTheMemoryLimit(t *testing.T) {
	const grant = `{"id":"1","client_id":"c","created_at":"2026-01-02T03:04:05Z",` +
		`"record_type":"oauth_grant","scopes":["a"]}`
	const client = `{"client_id":"c","client_type":"public","created_at":"2026-01-02T03:04:05Z","name":"n",` +
		`"org_id":"o","record_type":"oauth_client","require_pkce":true,"updated_at":"2026-01-02T03:04:05Z","user_id":"u",` +
		`"allowed_grant_types":["authorization_code"],"allowed_scopes":["a"],"redirect_uris":["https://a.example/"]}`
	for _, c := range []struct {
		what string
		body string
		most float64 // of what is allowed
	}{
		{"100 clients", listOf(100, client), 0.1},
		{"10,000 clients", listOf(10_000, client), 0.7},
		{"10,000 small grants", listOf(10_000, grant), 0.6},
	} {
		t.Run(c.what, func(t *testing.T) {
			telnyxClient := inTurn(says(200, c.body)).client()
			var clients, grants error

			took := allocated(func() {
				if strings.HasSuffix(c.what, "clients") {
					_, clients = telnyxClient.OAuthClients.List(t.Context(), telnyx.OAuthClientListParams{})
				} else {
					_, grants = telnyxClient.OAuthGrants.List(t.Context(), telnyx.OAuthGrantListParams{})
				}
			})

			require.NoError(t, clients)
			require.NoError(t, grants)
			share := float64(took) / float64(8<<20+8*len(c.body))
			t.Logf("%.1f times its text, %.2f of what is allowed", float64(took)/float64(len(c.body)), share)
			require.Less(t, share, c.most)
		})
	}
}
