package oauthverify_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
	"github.com/team-telnyx/telnyx-go/packages/oauthverify"
)

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func introspections(srv *oauthtest.Server) int {
	return len(srv.RequestsTo(oauthtest.IntrospectOAuthToken))
}

// opaque is a token that must be introspected.
func opaque(srv *oauthtest.Server) string {
	return srv.MintToken(oauthtest.Minted{Audience: []string{resource}, Opaque: true})
}

func introspector(
	t testing.TB, client telnyx.Client, clk *clock, config oauthverify.IntrospectorConfig,
) *oauthverify.Introspector {
	t.Helper()
	config.Clock = clk.now
	i, err := oauthverify.NewIntrospector(client, config)
	require.NoError(t, err)
	return i
}

func TestAnAnswerIsUsedForItsAge(t *testing.T) {
	srv, client, _, clk := rig(t)
	i := introspector(t, client, clk, oauthverify.IntrospectorConfig{Budget: 100})
	token := opaque(srv)
	ask := func() error { _, err := i.Introspect(t.Context(), token); return err }
	require.NoError(t, ask())
	srv.RevokeToken(token)
	clk.advance(5*time.Minute - time.Second)
	require.NoError(t, ask(), "a revocation shows within MaxAge")
	clk.advance(time.Second)
	require.ErrorIs(t, ask(), oauthverify.ErrInactive)
	require.Equal(t, 2, introspections(srv))
	clk.advance(time.Minute - time.Second)
	require.ErrorIs(t, ask(), oauthverify.ErrInactive)
	require.Equal(t, 2, introspections(srv))
	clk.advance(time.Second)
	require.ErrorIs(t, ask(), oauthverify.ErrInactive)
	require.Equal(t, 3, introspections(srv))
}

func TestAnAnswerIsNeverUsedBeyondItsExp(t *testing.T) {
	srv, client, _, clk := rig(t)
	i := introspector(t, client, clk, oauthverify.IntrospectorConfig{Budget: 100})
	token := srv.MintToken(oauthtest.Minted{Opaque: true, Expires: clk.now().Add(10 * time.Second)})
	_, err := i.Introspect(t.Context(), token)
	require.NoError(t, err)
	clk.advance(10 * time.Second)

	_, err = i.Introspect(t.Context(), token)

	require.ErrorIs(t, err, oauthverify.ErrInactive)
	require.Equal(t, 2, introspections(srv))
}

func TestNegativeAgesKeepNothing(t *testing.T) {
	srv, client, _, clk := rig(t)
	i := introspector(t, client, clk, oauthverify.IntrospectorConfig{Budget: 100, MaxAge: -1, NegativeAge: -1})
	for range 2 {
		_, err := i.Introspect(t.Context(), opaque(srv))
		require.NoError(t, err)
		_, err = i.Introspect(t.Context(), "unknown")
		require.ErrorIs(t, err, oauthverify.ErrInactive)
	}
	require.Equal(t, 4, introspections(srv))
}

func TestTheBudgetIsNeverExceededAndValidTokensAreNeverCalledInvalid(t *testing.T) {
	srv, client, policy, clk := rig(t, oauthtest.WithRateLimits())
	v := verifier(t, client, policy)
	tokens, bad := make([]string, 50), make([]string, 50)
	for n := range 50 {
		tokens[n], bad[n] = opaque(srv), fmt.Sprintf("forged-%d", n)
	}
	remembered := map[string]bool{}
	for round := range 100 {
		for n := range 100 {
			token, isGood := bad[n/2], n%2 == 0
			if isGood {
				token = tokens[n/2]
			}
			_, err := v.Verify(t.Context(), token)
			switch {
			case err == nil:
				require.True(t, isGood, "a wrong accept")
				remembered[token] = true
			case errors.Is(err, oauthverify.ErrInvalidToken):
				require.False(t, isGood, "a wrong reject")
			default:
				require.ErrorIs(t, err, oauthverify.ErrUnavailable)
				require.False(t, remembered[token] && round == 0, "a remembered token")
				var refusal *oauthverify.Error
				require.ErrorAs(t, err, &refusal)
				require.Positive(t, refusal.RetryAfter)
			}
		}
		clk.advance(time.Second)
	}
	for _, r := range srv.RequestsTo(oauthtest.IntrospectOAuthToken) {
		require.Equal(t, 200, r.Status, "the server never had to refuse")
	}
	require.LessOrEqual(t, introspections(srv), 10, "5 within each of the two minutes")
	require.NotEmpty(t, remembered)
}

func TestTheServerCanOnlyLowerTheBudget(t *testing.T) {
	for what, c := range map[string]struct {
		fault oauthtest.Fault
		wait  time.Duration
	}{
		"429":                  {oauthtest.FaultRateLimited(90 * time.Second), 90 * time.Second},
		"503 with Retry-After": {oauthtest.FaultRetryAfter(503, "120"), 2 * time.Minute},
		"nothing remains": {
			fault: oauthtest.FaultHeader("RateLimit-Remaining", "0").WithHeader("RateLimit-Reset", "75"),
			wait:  75 * time.Second,
		},
		"nothing remains, X-": {
			fault: oauthtest.FaultHeader("X-RateLimit-Remaining", "0").WithHeader("X-RateLimit-Reset", "80"),
			wait:  80 * time.Second,
		},
		"the Reset of another one": {
			fault: oauthtest.FaultHeader("X-RateLimit-Remaining", "0").WithHeader("RateLimit-Reset", "80"),
		},
		"something remains": {
			fault: oauthtest.FaultHeader("RateLimit-Remaining", "1").WithHeader("RateLimit-Reset", "80"),
		},
	} {
		t.Run(what, func(t *testing.T) {
			srv, client, _, clk := rig(t)
			srv.Inject(oauthtest.NewFaults(1).Next(1, c.fault, oauthtest.IntrospectOAuthToken))
			var remaining []int
			i := introspector(t, client, clk, oauthverify.IntrospectorConfig{
				Budget: 50, OnEvent: func(_ context.Context, e oauthverify.Event) { remaining = append(remaining, e.Remaining) },
			})
			_, first := i.Introspect(t.Context(), opaque(srv))

			_, second := i.Introspect(t.Context(), opaque(srv))

			if c.wait == 0 {
				require.NoError(t, first)
				require.NoError(t, second)
				require.Equal(t, []int{49, 48}, remaining)
				return
			}
			var refusal *oauthverify.Error
			require.ErrorAs(t, second, &refusal)
			require.Equal(t, oauthverify.ErrUnavailable, refusal.Kind)
			require.Equal(t, c.wait, refusal.RetryAfter)
			require.Equal(t, []int{0, 0}, remaining)
			require.Equal(t, 1, introspections(srv))
			clk.advance(c.wait)
			_, err := i.Introspect(t.Context(), opaque(srv))
			require.NoError(t, err)
		})
	}
}

func TestAnUnusableResponseIsUnavailableAndNotCached(t *testing.T) {
	const token = "opaque-s3cr3t-token"
	for what, answer := range map[string]oauthtest.Answer{
		"wrong credentials": {Status: 401, Body: `{"error":"invalid_client"}`},
		"an error that echoes": {
			Status: 400,
			Body:   `{"error":"invalid_request","error_description":"bad token ` + token + `"}`,
		},
		"HTML":               {Body: `<html>` + token},
		"a text":             {Body: `"` + token + `"`},
		"no active":          {Body: `{}`},
		"active as text":     {Body: `{"active":"true"}`},
		"active as a number": {Body: `{"active":1}`},
		"active twice":       {Body: `{"active":false,"active":true}`},
		"another case":       {Body: `{"Active":true}`},
		"nested":             {Body: `{"data":{"active":true}}`},
		"scope as an array":  {Body: `{"active":true,"scope":["a"]}`},
		"exp as text":        {Body: `{"active":true,"exp":"1"}`},
		"server error":       {Status: 500, Body: `{}`},
		"nothing":            {Body: ``},
	} {
		t.Run(what, func(t *testing.T) {
			srv, client, policy, _ := rig(t)
			v := verifier(t, client, policy)
			srv.AnswerNext(oauthtest.IntrospectOAuthToken, answer)

			_, err := v.Verify(t.Context(), token)

			require.ErrorIs(t, err, oauthverify.ErrUnavailable)
			require.NotErrorIs(t, err, oauthverify.ErrInvalidToken)
			require.NotContains(t, fmt.Sprintf("%v %+v %s", err, err, err), "s3cr3t")
			require.NotContains(t, fmt.Sprintf("%v", errors.Unwrap(err)), "s3cr3t")
			if answer.Status != 0 {
				var said *telnyx.Error
				require.ErrorAs(t, err, &said)
			}
			_, err = v.Verify(t.Context(), token)
			require.ErrorIs(t, err, oauthverify.ErrInactive, "the next call asks again")
		})
	}
}

func TestTheTokenIsNotInTheClaimsIfTheServerRepeatsIt(t *testing.T) {
	srv, client, _, clk := rig(t)
	srv.AnswerNext(oauthtest.IntrospectOAuthToken, oauthtest.Answer{
		Body: `{"active":true,"token":"s3cr3t-token","sub":"x s3cr3t-token"}`,
	})

	claims, err := introspector(t, client, clk, oauthverify.IntrospectorConfig{}).Introspect(t.Context(), "s3cr3t-token")

	require.NoError(t, err)
	require.NotContains(t, claims.RawJSON(), "s3cr3t")
	require.NotContains(t, claims.Subject, "s3cr3t")
}

func TestARefreshTokenIsNotAnAccessToken(t *testing.T) {
	for kind, want := range map[string]error{
		"refresh_token": oauthverify.ErrInactive, "BEARER": nil, "Access_Token": nil, "mac": oauthverify.ErrInactive,
	} {
		srv, client, policy, _ := rig(t)
		srv.AnswerNext(oauthtest.IntrospectOAuthToken, oauthtest.Answer{
			Body: `{"active":true,"token_type":"` + kind + `","aud":["x","` + resource + `"]}`,
		})

		_, err := verifier(t, client, policy).Verify(t.Context(), "opaque")

		require.ErrorIs(t, err, want, kind)
	}
}

func TestConcurrentCallsShareOneIntrospection(t *testing.T) {
	srv, client, policy, _ := rig(t)
	v := verifier(t, client, policy)
	token := opaque(srv)
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			if _, err := v.Verify(t.Context(), token); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	require.Equal(t, 1, introspections(srv))
}

func TestTheResponsesThatExpireSoonestAreRemovedFirst(t *testing.T) {
	srv, client, _, clk := rig(t)
	i := introspector(t, client, clk, oauthverify.IntrospectorConfig{Budget: 100, MaxEntries: 2})
	short := srv.MintToken(oauthtest.Minted{Opaque: true, Expires: clk.now().Add(time.Minute)})
	long := opaque(srv)
	ask := func(token string) {
		_, err := i.Introspect(t.Context(), token)
		require.NoError(t, err)
	}
	ask(long)
	ask(short)
	ask(opaque(srv)) // replaces short

	ask(long)
	require.Equal(t, 3, introspections(srv))
	ask(short)
	require.Equal(t, 4, introspections(srv))
}

func TestACallerWhoLeavesGetsBothErrors(t *testing.T) {
	srv, client, policy, _ := rig(t)
	v := verifier(t, client, policy)
	ctx, cancel := context.WithCancel(t.Context())
	srv.Inject(oauthtest.NewFaults(1).Next(1, oauthtest.FaultBefore("leave", cancel), oauthtest.IntrospectOAuthToken))

	_, err := v.Verify(ctx, opaque(srv))

	require.ErrorIs(t, err, oauthverify.ErrUnavailable)
	require.ErrorIs(t, err, context.Canceled)
}

func TestAnErrorIsOnePrintableLineWithoutTheToken(t *testing.T) {
	srv, client, policy, _ := rig(t)
	token := srv.MintToken(oauthtest.Minted{
		Audience: []string{resource}, Type: "x\n\x1b[31m" + strings.Repeat("long", 1000),
	})

	_, err := verifier(t, client, policy).Verify(t.Context(), token)

	require.ErrorIs(t, err, oauthverify.ErrMalformed)
	require.LessOrEqual(t, len(err.Error()), 512)
	require.NotContains(t, err.Error(), "\n")
	require.NotContains(t, err.Error(), "\x1b")
	require.NotContains(t, err.Error(), token)
}
