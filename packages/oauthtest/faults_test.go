package oauthtest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// receive gets target and reads the whole answer.
func receive(t *testing.T, client *http.Client, target string) (*http.Response, string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", target, nil)
	require.NoError(t, err)
	res, err := client.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res, string(body), err
}

// routesTo are the three ways in which a fault reaches a client.
func routesTo(t *testing.T, faults *oauthtest.Faults, opts ...oauthtest.Option) map[string]*rig {
	t.Helper()
	memory := oauthtest.New(opts...)
	memory.Inject(faults)
	listening, plain := oauthtest.NewServer(opts...), oauthtest.NewServer(opts...)
	listening.Inject(faults)
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	rigs := map[string]*rig{}
	for name, c := range map[string]struct {
		srv       *oauthtest.Server
		transport http.RoundTripper
	}{
		"in memory":                {memory, memory.Transport()},
		"over a socket":            {listening, &http.Transport{}},
		"before another transport": {plain, faults.Transport(&http.Transport{})},
	} {
		client := &http.Client{Transport: c.transport, CheckRedirect: stay}
		t.Cleanup(func() { client.CloseIdleConnections(); c.srv.Close() })
		rigs[name] = &rig{t: t, srv: c.srv, http: client}
	}
	return rigs
}

func TestFaultsAreAsDocumentedInMemoryAndOverASocket(t *testing.T) {
	const metadata = "/.well-known/oauth-protected-resource"
	for _, c := range []struct {
		fault  oauthtest.Fault
		status int
		header string // "Name: value"
		body   string // the beginning of the body; {} stands for the server's answer, {}/2 for its first half
		err    any    // the error, or a part of its text
	}{
		{fault: oauthtest.FaultStatus(418, "text/tea", "short and stout"), status: 418, header: "Content-Type: text/tea",
			body: "short and stout"},
		{fault: oauthtest.FaultStatus(200, "", "<html>"), status: 200, header: "Content-Type: ", body: "<html>"},
		{fault: oauthtest.FaultGatewayHTML(502), status: 502, header: "Content-Type: text/html",
			body: "<html>\r\n<head><title>502 Bad Gateway"},
		{fault: oauthtest.FaultRetryAfter(503, "soon"), status: 503, header: "Retry-After: soon", body: `{"errors":[`},
		{fault: oauthtest.FaultRateLimited(2500 * time.Millisecond), status: 429, header: "X-Ratelimit-Reset: 3",
			body: `{"errors":[{"code":"10011"`},
		{fault: oauthtest.FaultRedirect(307, "https://x.example/"), status: 307, header: "Location: https://x.example/"},
		{fault: oauthtest.FaultHugeBody(1 << 17), status: 200, header: "Content-Type: application/json",
			body: `{"padding":"` + strings.Repeat("a", 1<<17) + `"}`},
		{fault: oauthtest.FaultGzipBomb(1 << 20), status: 200, body: strings.Repeat(" ", 1<<20)},
		{fault: oauthtest.FaultReset(), err: syscall.ECONNRESET},
		{fault: oauthtest.FaultLostAnswer(), err: syscall.ECONNRESET},
		{fault: oauthtest.FaultHangUp(), err: io.EOF},
		{fault: oauthtest.FaultResetMidBody(), status: 200, body: "{}/2", err: syscall.ECONNRESET},
		{fault: oauthtest.FaultTruncate(), status: 200, body: "{}/2", err: io.ErrUnexpectedEOF},
		{fault: oauthtest.FaultMalformedJSON(), status: 200, body: "{}/2"},
		{fault: oauthtest.FaultDuplicateAnswer(), status: 200, body: "{}{}"},
		{fault: oauthtest.FaultDuplicateRequest(), status: 200, body: "{}"},
		{fault: oauthtest.FaultContentType("text/html"), status: 200, header: "Content-Type: text/html", body: "{}"},
		{fault: oauthtest.FaultHeader("X-Request-Id", ""), status: 200, header: "X-Request-Id: ", body: "{}"},
		{fault: oauthtest.FaultHeader("Content-Encoding", "gzip"), status: 200, err: "gzip: invalid header"},
		{fault: oauthtest.FaultDelay(time.Millisecond), status: 200, body: "{}"},
		{fault: oauthtest.FaultClockSkew(24 * time.Hour), status: 200, header: "Date: Sat, 02 May 2026 12:00:00 GMT",
			body: "{}"},
		{fault: oauthtest.FaultBefore("nothing", func() {}), status: 200, body: "{}"},
		{fault: oauthtest.FaultGatewayHTML(504).AfterEffect(), status: 504, body: "<html>"},
	} {
		faults := oauthtest.NewFaults(1)
		for how, r := range routesTo(t, faults, oauthtest.WithClock(newClock().now)) {
			t.Run(c.fault.String()+" "+how, func(t *testing.T) {
				_, truth, err := receive(t, r.http, r.srv.URL()+metadata)
				require.NoError(t, err)
				r.http.CloseIdleConnections() // on one that was used before, net/http would repeat the request
				faults.Next(1, c.fault)

				res, body, err := receive(t, r.http, r.srv.URL()+metadata)

				switch want := c.err.(type) {
				case nil:
					require.NoError(t, err)
				case error:
					require.ErrorIs(t, err, want)
				case string:
					require.ErrorContains(t, err, want)
				}
				if c.err != nil && c.status == 0 {
					return
				}
				require.Equal(t, c.status, res.StatusCode)
				if name, value, ok := strings.Cut(c.header, ": "); ok {
					require.Equal(t, value, res.Header.Get(name))
				}
				whole := strings.NewReplacer("{}/2", truth[:len(truth)/2], "{}", truth).Replace(c.body)
				if whole == c.body {
					body = body[:min(len(whole), len(body))]
				}
				require.Equal(t, whole, body)
			})
		}
		require.Equal(t, 3, faults.Injected())
	}
}

func TestRefusedConnectionIsAFailedDialAndNotInTheHistory(t *testing.T) {
	r := start(t)
	r.srv.Inject(oauthtest.NewFaults(1).Next(1, oauthtest.FaultRefuseConnection()))

	_, _, err := receive(t, r.srv.Client(), r.srv.BaseURL()+"/oauth/jwks")

	var op *net.OpError
	require.ErrorAs(t, err, &op)
	require.Equal(t, "dial", op.Op)
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
	require.Empty(t, r.srv.Requests())
}

func TestRequestIsProcessedOnlyIfTheFaultSaysSo(t *testing.T) {
	const body = `{"name":"x","client_type":"public","allowed_scopes":[],"allowed_grant_types":["refresh_token"]}`
	for _, c := range []struct {
		fault   oauthtest.Fault
		clients int
	}{
		{oauthtest.FaultReset(), 0},
		{oauthtest.FaultGatewayHTML(502), 0},
		{oauthtest.FaultLostAnswer(), 1},
		{oauthtest.FaultGatewayHTML(502).AfterEffect(), 1},
		{oauthtest.FaultTruncate(), 1},
		{oauthtest.FaultTruncate().AfterEffect(), 1},
		{oauthtest.FaultDuplicateRequest(), 2},
	} {
		faults := oauthtest.NewFaults(1)
		for how, r := range routesTo(t, faults) {
			faults.Next(1, c.fault)
			req, err := http.NewRequestWithContext(t.Context(), "POST", r.srv.BaseURL()+"/oauth_clients",
				strings.NewReader(body))
			require.NoError(t, err)
			req.Header.Set("Authorization", "Bearer "+r.srv.APIKey())
			req.Header.Set("Content-Type", "application/json")

			res, err := r.http.Do(req)

			if err == nil {
				res.Body.Close()
			}
			require.EqualValues(t, c.clients, r.get("/v2/oauth_clients").at("meta.total_results"), "%s %s", c.fault, how)
		}
	}
}

func TestNextHitsTheNextRequestsToItsOperations(t *testing.T) {
	r := start(t)
	r.http.Transport = r.srv.Transport()
	var seen []string
	faults := oauthtest.NewFaults(1).
		Next(2, oauthtest.FaultGatewayHTML(502), oauthtest.ListOAuthGrants, oauthtest.GetOAuthJWKS).
		Next(1, oauthtest.FaultGatewayHTML(503), oauthtest.ListOAuthGrants).
		Watch(func(r *http.Request, f oauthtest.Fault) { seen = append(seen, r.URL.Path+" "+f.String()) })
	r.srv.Inject(faults)
	var statuses []int
	for _, target := range []string{"/v2/oauth_clients", "/v2/oauth_grants", "/v2/oauth_grants/x", "/v2/oauth/jwks",
		"/v2/oauth/jwks", "/v2/oauth_grants", "/v2/oauth_grants"} {
		statuses = append(statuses, r.get(target).status)
	}

	require.Equal(t, []int{200, 502, 404, 502, 200, 503, 200}, statuses)
	require.Equal(t, 3, faults.Injected())
	require.Equal(t, []string{
		"/v2/oauth_grants status 502 with a gateway's HTML", "/v2/oauth/jwks status 502 with a gateway's HTML",
		"/v2/oauth_grants status 503 with a gateway's HTML",
	}, seen)

	faults.Next(1, oauthtest.FaultGatewayHTML(502)).Clear()
	require.Equal(t, 200, r.get("/v2/oauth_grants").status)
	faults.Next(1, oauthtest.FaultGatewayHTML(502))
	r.srv.Inject(nil)
	require.Equal(t, 200, r.get("/v2/oauth_grants").status)
}

func TestSometimesHitsTheSameRequestsInEveryRunWithTheSeed(t *testing.T) {
	const calls = 1000
	hits := func(seed uint64, goroutines, before int) (pattern string, total int64) {
		srv := oauthtest.New()
		srv.Inject(oauthtest.NewFaults(seed).Next(before, oauthtest.FaultDelay(0)).Sometimes(0.2,
			oauthtest.FaultGatewayHTML(502), oauthtest.GetOAuthProtectedResourceMetadata))
		var wg sync.WaitGroup
		var failed atomic.Int64
		hit := make([]byte, calls)
		for g := range goroutines {
			wg.Go(func() {
				for i := g; i < calls; i += goroutines {
					res, err := srv.Client().Get(srv.URL() + "/.well-known/oauth-protected-resource")
					if err != nil || res.StatusCode == 502 {
						failed.Add(1)
						hit[i] = 'x'
					}
				}
			})
		}
		wg.Wait()
		return string(hit), failed.Load()
	}

	pattern, total := hits(7, 1, 0)
	again, _ := hits(7, 1, 0)
	_, concurrent := hits(7, 8, 0)
	other, _ := hits(8, 1, 0)
	disturbed, _ := hits(7, 1, 1)

	require.Equal(t, pattern, again)
	require.Equal(t, total, concurrent, "goroutines change who is hit, not how many")
	require.NotEqual(t, pattern, other)
	require.Equal(t, pattern[1:], disturbed[1:], "another rule that wins takes nothing away")
	require.InDelta(t, 0.2*calls, total, 50)
}

func TestOperationsThatDoNotExistPanic(t *testing.T) {
	for _, misuse := range []func(){
		func() { oauthtest.NewFaults(1).Next(1, oauthtest.FaultReset(), "CreateOauthClient") },
		func() { oauthtest.NewFaults(1).Sometimes(1, oauthtest.FaultReset(), "") },
		func() { oauthtest.New().RequestsTo("/v2/oauth_clients") },
		func() { oauthtest.NewFaults(1).Next(1, oauthtest.Fault{}) },
	} {
		require.Panics(t, misuse)
	}
	require.PanicsWithValue(t,
		`oauthtest: no operation has the id "Get"; those of the contract are GetOAuthAuthorizationServerMetadata, `+
			`GetOAuthProtectedResourceMetadata, AuthorizeOAuth, GetOAuthConsentToken, CreateOAuthGrant, `+
			`IntrospectOAuthToken, GetOAuthJWKS, RegisterOAuthClient, ExchangeOAuthToken, ListOAuthClients, `+
			`CreateOAuthClient, GetOAuthClient, UpdateOAuthClient, DeleteOAuthClient, ListOAuthGrants, `+
			`GetOAuthGrant, RevokeOAuthGrant`, func() { oauthtest.New().RequestsTo("Get") })
}

type always func(*http.Request) (*http.Response, error)

func (f always) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestOperationsAreFoundBelowAnyBasePath(t *testing.T) {
	for target, operation := range map[string]string{
		"GET https://api.telnyx.eu/v2/oauth_clients":                              "ListOAuthClients",
		"GET https://gateway.example/telnyx/v2/oauth_clients/a%2Fb":               "GetOAuthClient",
		"GET https://gateway.example/oauth_clients/oauth_grants":                  "GetOAuthClient",
		"DELETE https://gateway.example/oauth_grants/token?x=1":                   "RevokeOAuthGrant",
		"POST https://gateway.example/oauth/token":                                "ExchangeOAuthToken",
		"GET https://gateway.example/.well-known/oauth-protected-resource":        "GetOAuthProtectedResourceMetadata",
		"GET https://gateway.example/.well-known/oauth-protected-resource/v2/mcp": "GetOAuthProtectedResourceMetadata",
	} {
		faults := oauthtest.NewFaults(1).Next(1, oauthtest.FaultStatus(418, "", ""), operation)
		answered := always(func(*http.Request) (*http.Response, error) { return nil, errors.New("no fault") })
		method, url, _ := strings.Cut(target, " ")

		res, err := faults.Transport(answered).RoundTrip(httptest.NewRequest(method, url, nil))

		require.NoError(t, err, target)
		require.Equal(t, 418, res.StatusCode)
	}
	for _, target := range []string{"PATCH https://x.example/oauth_clients", "GET https://x.example/oauth_clients/",
		"GET https://x.example/clients"} {
		faults := oauthtest.NewFaults(1).Next(1, oauthtest.FaultStatus(418, "", ""), oauthtest.ListOAuthClients,
			oauthtest.GetOAuthClient)
		method, url, _ := strings.Cut(target, " ")
		passed := always(func(*http.Request) (*http.Response, error) { return nil, errors.New("no fault") })

		_, err := faults.Transport(passed).RoundTrip(httptest.NewRequest(method, url, nil))

		require.EqualError(t, err, "no fault", target)
	}
}

func TestStallsAndDelaysEndWithTheContextAndTheBubblesClock(t *testing.T) {
	for _, fault := range []oauthtest.Fault{
		oauthtest.FaultStallBeforeHeaders(), oauthtest.FaultStallBeforeHeaders().AfterEffect(),
		oauthtest.FaultStallMidBody(), oauthtest.FaultDelay(time.Hour),
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := oauthtest.New()
			srv.Inject(oauthtest.NewFaults(1).Next(1, fault))
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			began := time.Now()
			req, err := http.NewRequestWithContext(ctx, "GET", srv.URL()+"/.well-known/oauth-protected-resource", nil)
			require.NoError(t, err)

			res, err := srv.Transport().RoundTrip(req)
			if err == nil {
				_, err = io.ReadAll(res.Body)
			}

			require.ErrorIs(t, err, context.DeadlineExceeded, fault)
			require.Equal(t, time.Minute, time.Since(began))
		})
	}
	synctest.Test(t, func(t *testing.T) {
		srv := oauthtest.New()
		srv.Inject(oauthtest.NewFaults(1).Next(1, oauthtest.FaultDelay(time.Hour)))
		began := time.Now()

		_, _, err := receive(t, srv.Client(), srv.URL()+"/.well-known/oauth-protected-resource")

		require.NoError(t, err)
		require.Equal(t, time.Hour, time.Since(began))
	})
}

func TestClosingTheBodyEndsAStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := oauthtest.New()
		srv.Inject(oauthtest.NewFaults(1).Next(1, oauthtest.FaultStallMidBody()))
		res, err := srv.Client().Get(srv.URL() + "/.well-known/oauth-protected-resource")
		require.NoError(t, err)
		time.AfterFunc(time.Minute, func() { res.Body.Close() })

		_, err = io.ReadAll(res.Body)

		require.ErrorIs(t, err, http.ErrBodyReadAfterClose)
	})
}

func TestCloseEndsStallsOverASocket(t *testing.T) {
	for _, fault := range []oauthtest.Fault{oauthtest.FaultStallBeforeHeaders(), oauthtest.FaultStallMidBody(),
		oauthtest.FaultDelay(time.Hour)} {
		srv := oauthtest.NewServer()
		transport := &http.Transport{}
		stalled := make(chan struct{})
		srv.Inject(oauthtest.NewFaults(1).Next(1, fault).Watch(func(*http.Request, oauthtest.Fault) { close(stalled) }))
		failed := make(chan error, 1)
		go func() {
			_, _, err := receive(t, &http.Client{Transport: transport}, srv.URL()+"/.well-known/oauth-protected-resource")
			failed <- err
		}()
		<-stalled

		srv.Close()

		require.Error(t, <-failed, fault)
		transport.CloseIdleConnections()
	}
}

func TestFaultsReturnTheErrorsOfTheTransport(t *testing.T) {
	broken := errors.New("no network")
	base := always(func(*http.Request) (*http.Response, error) { return nil, broken })
	faults := oauthtest.NewFaults(1).Next(1, oauthtest.FaultTruncate())

	_, err := faults.Transport(base).RoundTrip(httptest.NewRequest("GET", "https://x.example/", nil))

	require.ErrorIs(t, err, broken)
}
