package oauthverify_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
	"github.com/team-telnyx/telnyx-go/packages/oauthverify"
)

const resource = "https://mcp.example.com/mcp"

// A clock advances only when the test moves it. The server and the verifier of a rig share one.
type clock struct{ nanos atomic.Int64 }

func newClock() *clock {
	c := new(clock)
	c.nanos.Store(time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) now() time.Time { return time.Unix(0, c.nanos.Load()).UTC() }

func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

// rig is a server, a client of it that may introspect, the policy of a resource, and their clock.
func rig(t testing.TB, opts ...oauthtest.Option) (*oauthtest.Server, telnyx.Client, oauthverify.Policy, *clock) {
	t.Helper()
	clk := newClock()
	srv := oauthtest.New(append(opts, oauthtest.WithClock(clk.now))...)
	t.Cleanup(srv.Close)
	app := srv.AddClient(oauthtest.Client{Name: "Resource server"})
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(srv.BaseURL()),
		option.WithHTTPClient(srv.Client()), option.WithClientID(app.ID), option.WithClientSecret(app.Secret),
		option.WithMaxRetries(0))
	return srv, client, oauthverify.Policy{Issuer: srv.URL(), Resource: resource, Clock: clk.now}, clk
}

// good is a token for the resource.
func good(srv *oauthtest.Server) string {
	return srv.MintToken(oauthtest.Minted{
		ClientID: "app", Subject: "user", Audience: []string{resource}, Scopes: []string{"voice.read"},
	})
}

func verifier(t testing.TB, client telnyx.Client, policy oauthverify.Policy) *oauthverify.Verifier {
	t.Helper()
	v, err := oauthverify.New(client, policy)
	require.NoError(t, err)
	return v
}
