package oauthtest_test

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestADuplicateMemberIsRefusedLikeADuplicateParameter(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{})
	for target, body := range map[string]string{
		"/v2/oauth/token":      `{"grant_type":"client_credentials","client_id":"x","client_id":"` + app.ID + `"}`,
		"/v2/oauth/introspect": `{"token":"a","\u0074oken":"a"}`,
		"/v2/oauth/register":   `{"client_name":"a","client_name":"a"}`,
		"/v2/oauth_clients": `{"name":"a","name":"b",` +
			`"allowed_grant_types":["client_credentials"],"allowed_scopes":["admin"]}`,
		"/v2/oauth/grants": `{"allowed":false,"allowed":true,"consent_token":"x"}`,
	} {
		res := r.send("POST", target, body)

		require.Equal(t, refusalOf(target), res.status, "%s: %s", target, res.body)
		require.Contains(t, res.body, "more than once", target)
	}
}

// refusalOf is the contract's status for a body that cannot be read.
func refusalOf(target string) int {
	if target == "/v2/oauth/grants" {
		return http.StatusUnprocessableEntity
	}
	return http.StatusBadRequest
}

func TestABodyWithoutContentTypeIsRefused(t *testing.T) {
	r := start(t)
	for _, target := range []string{
		"/v2/oauth/token", "/v2/oauth/introspect", "/v2/oauth/register", "/v2/oauth_clients", "/v2/oauth/grants",
	} {
		for _, contentType := range []string{"", "text/plain"} {
			res := r.send("POST", target, `{}`, "Content-Type", contentType)

			require.Equal(t, refusalOf(target), res.status, "%s %s", target, res.body)
			require.Contains(t, res.body, "Content-Type", target)
		}
	}
}

func TestABooleanFilterTakesTrueAndFalseOnly(t *testing.T) {
	r := start(t)
	r.srv.AddClient(oauthtest.Client{Name: "good", Verified: true})
	r.srv.AddClient(oauthtest.Client{Name: "new"})

	require.Equal(t, "good", r.get("/v2/oauth_clients?filter[verified]=true").at("data.0.name"))
	require.Equal(t, "new", r.get("/v2/oauth_clients?filter[verified]=false").at("data.0.name"))
	for _, value := range []string{"1", "0", "t", "T", "TRUE", "True", "no", ""} {
		require.Equal(t, http.StatusBadRequest, r.get("/v2/oauth_clients?filter[verified]="+value).status, value)
	}
}

func TestRevokingAnUnknownGrantRevokesNothing(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{})
	token := r.form("/v2/oauth/token",
		"grant_type", "client_credentials", "client_id", app.ID, "client_secret", app.Secret).text("access_token")

	require.False(t, r.srv.RevokeGrant(""))
	require.False(t, r.srv.RevokeGrant("unknown"))

	require.True(t, r.active(token))
}

func TestTheHistoryKeepsExactlyTheFirstMiBOfABody(t *testing.T) {
	r := start(t)
	for _, n := range []int{1<<20 - 1, 1 << 20, 1<<20 + 1, 2 << 20} {
		r.send("POST", "/v2/oauth/register", strings.Repeat("x", n))

		all := r.srv.Requests()
		require.Len(t, all[len(all)-1].Body, min(n, 1<<20))
	}
}

func TestTheSecretOfHTTPBasicIsKnown(t *testing.T) {
	r := start(t)
	r.basic("/v2/oauth/token", "somebody", "s3cr3t/of+mine", "grant_type", "client_credentials")
	req := &http.Request{Header: http.Header{}}
	req.SetBasicAuth("somebody", "100%unencoded")
	r.send("POST", "/v2/oauth/token", "", "Authorization", req.Header.Get("Authorization"))
	for _, text := range []string{"s3cr3t/of+mine", "s3cr3t%2Fof%2Bmine", "100%unencoded"} {
		failure := verdict(r.srv, "the secret is "+text)

		require.Contains(t, failure, "client secret")
		require.NotContains(t, failure, text)
	}
}

func TestACancelledRequestUsesNoFaultUpAndGetsNoAnswer(t *testing.T) {
	faults := oauthtest.NewFaults(1).Next(1, oauthtest.FaultGatewayHTML(502))
	bored := errors.New("bored")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(bored)
	for name, r := range routesTo(t, faults) {
		req, err := http.NewRequestWithContext(ctx, "GET", r.srv.BaseURL()+"/oauth/jwks", nil)
		require.NoError(t, err)

		res, err := r.http.Transport.RoundTrip(req)

		require.ErrorIs(t, err, bored, name)
		require.Nil(t, res)
		require.Zero(t, faults.Injected(), name)
		require.Empty(t, r.srv.Requests(), name)
	}
	srv := oauthtest.New()
	defer srv.Close()
	srv.Inject(faults)
	req, err := http.NewRequestWithContext(ctx, "GET", srv.BaseURL()+"/oauth/jwks", nil)
	require.NoError(t, err)
	require.PanicsWithError(t, http.ErrAbortHandler.Error(), func() { srv.ServeHTTP(nil, req) })
	require.Zero(t, faults.Injected())
}

func TestAProbabilityIsBetween0And1(t *testing.T) {
	for _, p := range []float64{-0.1, 1.1, math.NaN(), math.Inf(1)} {
		require.Panics(t, func() { oauthtest.NewFaults(1).Sometimes(p, oauthtest.FaultReset()) }, p)
	}
	require.NotPanics(t, func() {
		oauthtest.NewFaults(1).Sometimes(0, oauthtest.FaultReset()).Sometimes(1, oauthtest.FaultReset())
	})
}

func TestCloseEndsStallsAndDelaysInMemory(t *testing.T) {
	for _, fault := range []oauthtest.Fault{
		oauthtest.FaultStallBeforeHeaders(), oauthtest.FaultStallMidBody(), oauthtest.FaultDelay(time.Hour),
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := oauthtest.New()
			srv.Inject(oauthtest.NewFaults(1).Next(1, fault))
			ended := make(chan error)
			go func() {
				res, err := srv.Client().Get(srv.BaseURL() + "/oauth/jwks")
				if err == nil {
					_, err = io.ReadAll(res.Body)
				}
				ended <- err
			}()
			synctest.Wait()

			srv.Close()

			require.ErrorContains(t, <-ended, "the server was closed", fault)
		})
	}
}

func TestAHeaderThatAFaultRemovesIsNotSent(t *testing.T) {
	for _, header := range []string{"Date", "Content-Type", "X-Request-Id"} {
		faults := oauthtest.NewFaults(1).Next(3, oauthtest.FaultHeader(header, ""))
		for name, r := range routesTo(t, faults) {
			res, _, err := receive(t, r.http, r.srv.BaseURL()+"/oauth/jwks")

			require.NoError(t, err)
			require.Empty(t, res.Header.Values(header), "%s %s", header, name)
		}
	}
}

func TestAnAnswerOfAFaultOverASocketHasADate(t *testing.T) {
	srv := oauthtest.Start(t)
	srv.Inject(oauthtest.NewFaults(1).Next(1, oauthtest.FaultGatewayHTML(502)))

	res, _, err := receive(t, srv.ListenerClient(), srv.BaseURL()+"/oauth/jwks")

	require.NoError(t, err)
	require.NotEmpty(t, res.Header.Get("Date"), "net/http adds it for a gateway too")
}

func TestACancelledRequestDoesNotReachTheTransportBehindTheFaults(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	body := &closed{Reader: strings.NewReader("x")}
	req, err := http.NewRequestWithContext(ctx, "POST", "https://api.telnyx.test", body)
	require.NoError(t, err)

	_, err = oauthtest.NewFaults(1).Transport(roundTripper(func(*http.Request) (*http.Response, error) {
		t.Error("sent")
		return nil, errors.New("sent")
	})).RoundTrip(req)

	require.ErrorIs(t, err, context.Canceled)
	require.True(t, body.done)
}

type closed struct {
	io.Reader
	done bool
}

func (c *closed) Close() error { c.done = true; return nil }

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestARuleForAnotherOperationDoesNotHideTheNextRule(t *testing.T) {
	r := start(t)
	r.http.Transport = r.srv.Transport()
	r.srv.Inject(oauthtest.NewFaults(1).
		Next(1, oauthtest.FaultGatewayHTML(502), oauthtest.ListOAuthClients).
		Next(1, oauthtest.FaultGatewayHTML(504), oauthtest.ListOAuthGrants))

	require.Equal(t, 504, r.get("/v2/oauth_grants").status)
	require.Equal(t, 502, r.get("/v2/oauth_clients").status)
}

func TestATokenRequestMayNameAResourceIfTheAuthorizationNamedNone(t *testing.T) {
	r := start(t)
	app := r.srv.AddClient(oauthtest.Client{})
	redeem := func(code, resource string) answer {
		return r.form("/v2/oauth/token", "grant_type", "authorization_code", "code", code, "code_verifier", verifier,
			"redirect_uri", "http://127.0.0.1/callback", "client_id", app.ID, "client_secret", app.Secret, "resource", resource)
	}

	require.Equal(t, 200, redeem(r.code(app.ID), "https://r.example").status)
	other := redeem(r.code(app.ID, "resource", "https://r.example"), "https://other.example")
	require.Equal(t, "invalid_target", other.at("error"))
}
