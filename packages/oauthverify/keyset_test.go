package oauthverify_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
	"github.com/team-telnyx/telnyx-go/packages/oauthverify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stranger is a token that is signed with an unknown key.
func stranger(srv *oauthtest.Server, n int) string {
	token := srv.MintToken(oauthtest.Minted{Audience: []string{resource}})
	_, rest, _ := strings.Cut(token, ".")
	return encode(fmt.Sprintf(`{"alg":"RS256","typ":"at+jwt","kid":"stranger-%d"}`, n)) + "." + rest
}

func fetches(srv *oauthtest.Server) int { return len(srv.RequestsTo(oauthtest.GetOAuthJWKS)) }

// Each fetch of keys is counted, with the reason in the message.
func TestWhenKeysAreFetched(t *testing.T) {
	srv, client, policy, clk := rig(t)
	v := verifier(t, client, policy)
	verify := func(token string) error {
		_, err := v.Verify(t.Context(), token)
		return err
	}

	require.NoError(t, verify(good(srv)))
	require.Equal(t, 1, fetches(srv), "none were held")
	require.NoError(t, verify(good(srv)))
	require.Equal(t, 1, fetches(srv), "fresh, and the kid is known")
	unpublished := srv.MintToken(oauthtest.Minted{Audience: []string{resource}, Unpublished: true})
	require.ErrorIs(t, verify(unpublished), oauthverify.ErrSignature)
	require.Equal(t, 1, fetches(srv), "a bad signature causes no fetch")
	require.ErrorIs(t, verify(stranger(srv, 1)), oauthverify.ErrSignature)
	require.Equal(t, 1, fetches(srv), "an unknown kid in the cool-down")

	clk.advance(6*time.Minute + time.Second)
	require.ErrorIs(t, verify(stranger(srv, 2)), oauthverify.ErrSignature)
	require.Equal(t, 2, fetches(srv), "an unknown kid after it")

	clk.advance(6*time.Minute + time.Second)
	srv.Inject(oauthtest.NewFaults(1).Next(100, oauthtest.FaultGatewayHTML(502), oauthtest.GetOAuthJWKS))
	err := verify(stranger(srv, 3))
	require.ErrorIs(t, err, oauthverify.ErrUnavailable, "the fetch failed")
	require.NotErrorIs(t, err, oauthverify.ErrInvalidToken)
	require.Equal(t, 3, fetches(srv))
	err = verify(stranger(srv, 4))
	require.ErrorIs(t, err, oauthverify.ErrUnavailable, "in the cool-down after a failure")
	var refusal *oauthverify.Error
	require.ErrorAs(t, err, &refusal)
	require.Greater(t, refusal.RetryAfter, 5*time.Minute-time.Second)
	require.NoError(t, verify(good(srv)), "the keys are fresh")
	require.Equal(t, 3, fetches(srv))

	clk.advance(time.Hour)
	require.NoError(t, verify(good(srv)), "past their age, and the fetch fails: the old keys decide")
	require.Equal(t, 4, fetches(srv))
	require.ErrorIs(t, verify(stranger(srv, 5)), oauthverify.ErrUnavailable)
	require.Equal(t, 4, fetches(srv), "no fetch within 10 s of a failure")
	clk.advance(10 * time.Second)
	require.NoError(t, verify(good(srv)))
	require.Equal(t, 5, fetches(srv))

	clk.advance(7 * time.Hour)
	err = verify(good(srv))
	require.ErrorIs(t, err, oauthverify.ErrUnavailable, "beyond MaxStale")
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, 10*time.Second, refusal.RetryAfter)

	srv.Inject(nil)
	clk.advance(10 * time.Second)
	require.NoError(t, verify(good(srv)))
}

func TestTheRetryAfterOfAFailedFetchIsObeyedUpToTheCooldown(t *testing.T) {
	for seconds, want := range map[string]time.Duration{"60": time.Minute, "86400": 5 * time.Minute} {
		srv, client, policy, clk := rig(t)
		v := verifier(t, client, policy)
		srv.Inject(oauthtest.NewFaults(1).Next(1, oauthtest.FaultRetryAfter(503, seconds), oauthtest.GetOAuthJWKS))
		_, err := v.Verify(t.Context(), good(srv))
		var refusal *oauthverify.Error
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, want, refusal.RetryAfter)
		clk.advance(want - time.Second)
		_, err = v.Verify(t.Context(), good(srv))
		require.ErrorIs(t, err, oauthverify.ErrUnavailable)
		require.Equal(t, 1, fetches(srv))

		clk.advance(time.Second)
		_, err = v.Verify(t.Context(), good(srv))

		require.NoError(t, err)
	}
}

func TestCacheControlBoundsTheAgeOfKeys(t *testing.T) {
	for what, c := range map[string]struct {
		header http.Header
		age    time.Duration
	}{
		"nothing":           {nil, time.Hour},
		"ten minutes":       {http.Header{"Cache-Control": {"public, MAX-AGE=600"}}, 10 * time.Minute},
		"in two lines":      {http.Header{"Cache-Control": {"public", `max-age="600"`}}, 10 * time.Minute},
		"less its Age":      {http.Header{"Cache-Control": {"max-age=600"}, "Age": {"300"}}, 5 * time.Minute},
		"too short":         {http.Header{"Cache-Control": {"max-age=1"}}, time.Minute},
		"0":                 {http.Header{"Cache-Control": {"max-age=0"}}, time.Minute},
		"older than itself": {http.Header{"Cache-Control": {"max-age=600"}, "Age": {"700"}}, time.Minute},
		"too long":          {http.Header{"Cache-Control": {"max-age=86400"}}, time.Hour},
		"no-store":          {http.Header{"Cache-Control": {"max-age=600, No-Store"}}, time.Minute},
		"no-cache":          {http.Header{"Cache-Control": {"no-cache"}}, time.Minute},
		"twice":             {http.Header{"Cache-Control": {"max-age=600", "max-age=1200"}}, 10 * time.Minute},
		"nonsense":          {http.Header{"Cache-Control": {"max-age=soon"}}, time.Hour},
	} {
		t.Run(what, func(t *testing.T) {
			srv, client, policy, clk := rig(t)
			fault := oauthtest.FaultHeader("Cache-Control", "")
			for name, values := range c.header {
				for _, value := range values {
					fault = fault.WithHeader(name, value)
				}
			}
			srv.Inject(oauthtest.NewFaults(1).Next(1, fault, oauthtest.GetOAuthJWKS))
			v := verifier(t, client, policy)
			verify := func() {
				_, err := v.Verify(t.Context(), good(srv))
				require.NoError(t, err)
			}
			verify()
			clk.advance(c.age - time.Second)
			verify()
			require.Equal(t, 1, fetches(srv))

			clk.advance(time.Second)
			verify()

			require.Equal(t, 2, fetches(srv))
		})
	}
}

func TestAKeySetOfAnotherShapeIsAFailedFetch(t *testing.T) {
	for what, body := range map[string]string{
		"no keys":       `{}`,
		"null":          `{"keys":null}`,
		"an object":     `{"keys":{}}`,
		"an array":      `[]`,
		"HTML":          `<html>`,
		"too many keys": `{"keys":[` + strings.Repeat("{},", 64) + `{}]}`,
		"too large":     `{"keys":[],"x":"` + strings.Repeat("x", 256<<10) + `"}`,
	} {
		t.Run(what, func(t *testing.T) {
			srv, client, policy, _ := rig(t)
			var events []oauthverify.Event
			policy.OnEvent = func(_ context.Context, e oauthverify.Event) { events = append(events, e) }
			srv.AnswerNext(oauthtest.GetOAuthJWKS, oauthtest.Answer{Body: body})

			_, err := verifier(t, client, policy).Verify(t.Context(), good(srv))

			require.ErrorIs(t, err, oauthverify.ErrUnavailable)
			require.Equal(t, oauthverify.EventKeys, events[0].Kind)
			require.Error(t, events[0].Err)
			require.Equal(t, oauthverify.EventDecision, events[1].Kind)
			require.ErrorIs(t, events[1].Err, oauthverify.ErrUnavailable)
		})
	}
}

func TestUnusableKeysAreSkippedAndTheOthersStay(t *testing.T) {
	srv, client, policy, clk := rig(t)
	var keys []oauthverify.Event
	policy.OnEvent = func(_ context.Context, e oauthverify.Event) {
		if e.Kind == oauthverify.EventKeys {
			keys = append(keys, e)
		}
	}
	token := good(srv)
	set, err := client.OAuth.GetJwks(t.Context())
	require.NoError(t, err)
	real := set.Keys[0].RawJSON()
	srv.AnswerNext(oauthtest.GetOAuthJWKS, oauthtest.Answer{
		Body: `{"keys":[1,null,"x",{"kty":"oct","k":"AAAA"},` + real + `,` + real + `]}`,
	})
	v := verifier(t, client, policy)

	_, err = v.Verify(t.Context(), token)

	require.NoError(t, err, "the same key twice is one")
	require.Equal(t, 2, keys[0].Keys)
	require.Equal(t, 4, keys[0].Skipped)
	srv.AnswerNext(oauthtest.GetOAuthJWKS, oauthtest.Answer{Body: `{"keys":[]}`})
	clk.advance(2 * time.Hour)
	_, err = v.Verify(t.Context(), srv.MintToken(oauthtest.Minted{Audience: []string{resource}}))
	require.ErrorIs(t, err, oauthverify.ErrSignature, "an empty array replaces all keys")
}

func TestManyTokensWithUnknownKeysCauseOneFetchAlsoIfTheirCallersLeave(t *testing.T) {
	srv, client, policy, clk := rig(t)
	v := verifier(t, client, policy)
	_, err := v.Verify(t.Context(), good(srv))
	require.NoError(t, err)
	clk.advance(7 * time.Minute)
	before := fetches(srv)
	hold := make(chan struct{})
	srv.Inject(oauthtest.NewFaults(1).Next(1, oauthtest.FaultBefore("held", func() { <-hold }), oauthtest.GetOAuthJWKS))
	token := stranger(srv, 0)
	_, rest, _ := strings.Cut(token, ".")
	var all sync.WaitGroup
	for worker := range 100 {
		all.Go(func() {
			for n := range 100 {
				ctx, cancel := context.WithCancel(t.Context())
				if n%2 == 0 {
					cancel()
				}
				if n == 1 && worker == 0 {
					close(hold)
				}
				header := encode(fmt.Sprintf(`{"alg":"RS256","typ":"at+jwt","kid":"random-%d-%d"}`, worker, n))
				_, err := v.Verify(ctx, header+"."+rest)
				cancel()
				if !errors.Is(err, oauthverify.ErrSignature) && !errors.Is(err, oauthverify.ErrUnavailable) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()

	require.LessOrEqual(t, fetches(srv)-before, 1)
}

func TestAFetchGoesOnWhenOneCallerLeavesAndEndsWithTheLast(t *testing.T) {
	for operation, token := range map[string]func(*oauthtest.Server) string{
		oauthtest.GetOAuthJWKS: good, oauthtest.IntrospectOAuthToken: opaque,
	} {
		synctest.Test(t, func(t *testing.T) {
			srv, client, policy, _ := rig(t)
			v := verifier(t, client, policy)
			srv.Inject(oauthtest.NewFaults(1).Next(2, oauthtest.FaultDelay(3*time.Second), operation))
			value := token(srv)
			bored := errors.New("bored")
			ctx, leave := context.WithCancelCause(t.Context())
			time.AfterFunc(time.Second, func() { leave(bored) })
			left, stayed := make(chan error, 1), make(chan error, 1)
			go func() { _, err := v.Verify(ctx, value); left <- err }()
			go func() { _, err := v.Verify(t.Context(), value); stayed <- err }()

			err := <-left

			require.ErrorIs(t, err, oauthverify.ErrUnavailable)
			require.ErrorIs(t, err, context.Canceled)
			require.ErrorIs(t, err, bored)
			require.NoError(t, <-stayed)
			require.Len(t, srv.RequestsTo(operation), 1)
			_, err = v.Verify(ctx, token(srv))
			if operation == oauthtest.IntrospectOAuthToken {
				require.ErrorIs(t, err, oauthverify.ErrUnavailable, "who has left waits for nothing")
			}
		})
	}
}

func TestAnIntrospectionEndsWhenItsLastCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, client, policy, _ := rig(t)
		v := verifier(t, client, policy)
		srv.Inject(oauthtest.NewFaults(1).Next(1, oauthtest.FaultStallBeforeHeaders(), oauthtest.IntrospectOAuthToken))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()

		_, err := v.Verify(ctx, opaque(srv))

		require.ErrorIs(t, err, context.DeadlineExceeded)
		synctest.Wait() // no goroutine is left but this one, or the bubble would not end
	})
}

func TestAfterARotationNewTokensAreAcceptedAndThoseOfRemovedKeysAreNot(t *testing.T) {
	srv, client, policy, clk := rig(t)
	v := verifier(t, client, policy)
	long := func() string {
		return srv.MintToken(oauthtest.Minted{Audience: []string{resource}, Expires: clk.now().Add(24 * time.Hour)})
	}
	old := long()
	verify := func(token string) error { _, err := v.Verify(t.Context(), token); return err }
	require.NoError(t, verify(old))
	clk.advance(6*time.Minute + time.Second)

	srv.RotateKeys() // the key set has both
	fresh := long()
	require.NoError(t, verify(fresh), "an unknown kid after the cool-down is fetched at once")
	require.NoError(t, verify(old))
	srv.RotateKeys() // the first key is gone
	require.NoError(t, verify(old), "until the keys are past their age")
	clk.advance(time.Hour)
	require.ErrorIs(t, verify(old), oauthverify.ErrSignature)
	require.NoError(t, verify(fresh))
}

func TestNoValidTokenIsRefusedWhileKeysRotateUnderLoad(t *testing.T) {
	type generation struct {
		number int64
		token  string
	}
	srv, client, policy, clk := rig(t)
	v := verifier(t, client, policy)
	var current atomic.Pointer[generation]
	mint := func(number int64) {
		current.Store(&generation{number, srv.MintToken(oauthtest.Minted{
			Audience: []string{resource}, Expires: clk.now().Add(24 * time.Hour),
		})})
	}
	mint(0)
	stop := make(chan struct{})
	var verified [8]atomic.Int64 // the generation of the key that each goroutine has verified last
	var load sync.WaitGroup
	for i := range verified {
		load.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				g := current.Load()
				if _, err := v.Verify(t.Context(), g.token); err != nil {
					t.Error("a good token was refused: ", err)
				}
				verified[i].Store(g.number)
			}
		})
	}
	for number := range int64(5) { // each key signs once it is published, stays for an overlap, and goes
		for i := range verified {
			for verified[i].Load() < number {
				runtime.Gosched()
			}
		}
		clk.advance(7 * time.Minute) // the cool-down is over
		srv.RotateKeys()
		mint(number + 1)
	}
	close(stop)
	load.Wait()
	require.LessOrEqual(t, fetches(srv), 7)
}
