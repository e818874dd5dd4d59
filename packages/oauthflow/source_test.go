package oauthflow_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// login goes through the authorization code flow.
func login(t *testing.T, srv *oauthtest.Server, app oauthflow.Config) oauthflow.Token {
	t.Helper()
	pending, err := app.Begin()
	require.NoError(t, err)
	token, err := app.Finish(t.Context(), pending, approve(t, srv, pending.URL))
	require.NoError(t, err)
	return token
}

func TestAStoredTokenIsRenewedWithItsRefreshToken(t *testing.T) {
	srv, app, clk := rig(t)
	first := login(t, srv, app)
	src, err := app.Stored()
	require.NoError(t, err)
	got, err := src.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, first.AccessToken, got.AccessToken)

	clk.advance(30 * time.Minute)
	second, err := src.Token(t.Context())

	require.NoError(t, err)
	require.NotEqual(t, first.AccessToken, second.AccessToken)
	require.NotEqual(t, first.RefreshToken, second.RefreshToken)
	require.Len(t, srv.RequestsTo(oauthtest.ExchangeOAuthToken), 2)
	require.NoError(t, src.Close())
}

func BenchmarkValidToken(b *testing.B) {
	src, err := oauthflow.Config{ClientID: "id"}.Source(oauthflow.Token{AccessToken: "at"})
	require.NoError(b, err)
	_, err = src.Token(b.Context())
	require.NoError(b, err)
	ctx := b.Context()
	b.Run("clock", func(b *testing.B) { // what every answer needs
		for b.Loop() {
			_ = time.Now()
		}
	})
	b.Run("1", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := src.Token(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("16", func(b *testing.B) {
		b.SetParallelism(8)
		b.ReportAllocs()
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				if _, err := src.Token(ctx); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

func TestAThousandCallersOfAnExpiredTokenShareOneRequest(t *testing.T) {
	srv, app, clk := rig(t)
	login(t, srv, app)
	src, err := app.Stored()
	require.NoError(t, err)
	clk.advance(time.Hour)
	hold := make(chan struct{})
	held := oauthtest.FaultBefore("held", func() { <-hold })
	srv.Inject(oauthtest.NewFaults(1).Next(1, held, oauthtest.ExchangeOAuthToken))
	var all sync.WaitGroup
	tokens := make(chan string, 1000)
	for range 1000 {
		all.Go(func() {
			token, err := src.Token(t.Context())
			if err != nil {
				t.Error(err)
			}
			tokens <- token.AccessToken
		})
	}

	close(hold)
	all.Wait()

	require.Len(t, srv.RequestsTo(oauthtest.ExchangeOAuthToken), 2, "the login, and one renewal")
	first := <-tokens
	for range 999 {
		require.Equal(t, first, <-tokens)
	}
}
