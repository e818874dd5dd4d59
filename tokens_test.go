package telnyx_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestACallWithAnotherServerOrOtherCredentialsGetsATokenOfItsOwn(t *testing.T) {
	w := issuing(`,"expires_in":1800`, anything)
	client := w.client(asClient...)
	call := func(opts ...option.RequestOption) string {
		_, err := client.OAuthClients.Get(t.Context(), "c1", opts...)
		require.NoError(t, err)
		return w.sent[len(w.sent)-1].Header.Get("Authorization")
	}
	other := option.WithBaseURL("https://other.example/api/v2")

	require.Equal(t, "Bearer tok-1", call())
	require.Equal(t, "Bearer tok-1", call(), "kept")
	require.Equal(t, "Bearer tok-1", call(other))
	require.Equal(t, "Bearer tok-2", call(option.WithClientID("id2")))
	require.Equal(t, "Bearer tok-3", call(option.WithClientSecret("secret2")))
	require.Equal(t, "Bearer tok-1", call(option.WithClientID("id"), option.WithQuery("q", "1")), "the client's own id")
	require.Equal(t, "Bearer tok-2", call(other))
	require.Equal(t, "Bearer tok-4", call(option.WithClientID("id2")), "not kept")
	require.Equal(t, "Bearer tok-5", call(option.WithClientSecret("secret2")), "not kept")

	var asked []string
	for _, r := range w.sent {
		if strings.HasSuffix(r.URL.Path, "/oauth/token") {
			asked = append(asked, r.URL.String()+" "+r.Header.Get("Authorization")+" "+r.Body)
		}
	}
	const body = " grant_type=client_credentials"
	require.Equal(t, []string{
		"https://api.telnyx.com/v2/oauth/token " + basicOf("id", "secret") + body,
		"https://other.example/api/v2/oauth/token " + basicOf("id", "secret") + body,
		"https://api.telnyx.com/v2/oauth/token " + basicOf("id2", "secret") + body,
		"https://api.telnyx.com/v2/oauth/token " + basicOf("id", "secret2") + body,
		"https://other.example/api/v2/oauth/token " + basicOf("id", "secret") + body,
		"https://api.telnyx.com/v2/oauth/token " + basicOf("id2", "secret") + body,
		"https://api.telnyx.com/v2/oauth/token " + basicOf("id", "secret2") + body,
	}, asked)
}

func TestServicesWithOtherServersOrCredentialsKeepTheirOwnTokens(t *testing.T) {
	w := issuing(`,"expires_in":1800`, anything)
	client := w.client(asClient...)
	server, id := option.WithBaseURL("https://other.example/v2"), option.WithClientID("id2")
	for _, opt := range []option.RequestOption{server, id} {
		service := client.OAuthClients
		service.Options = append(service.Options, opt)
		before := len(w.to(tokenPath))
		for range 2 {
			_, err := client.OAuthClients.Get(t.Context(), "c1")
			require.NoError(t, err)
			_, err = service.Get(t.Context(), "c1")
			require.NoError(t, err)
		}
		require.LessOrEqual(t, len(w.to(tokenPath))-before, 2)
	}
	require.Len(t, w.to(tokenPath), 3)
}

func TestATokenRequestHasNoQueryBodyOrHeaderOfTheCall(t *testing.T) {
	w := issuing(`,"expires_in":1800`, anything)
	var ofClient, res *http.Response
	var into map[string]any
	client := w.client(asClient[0], asClient[1], option.WithHeader("X-Tenant", "7"), option.WithQuery("p", "1"),
		option.WithJSONSet("z", 1), option.WithRequestBody("text/plain", "mine"), option.WithResponseInto(&ofClient))

	err := client.Post(t.Context(), "things", map[string]int{"b": 2}, nil,
		option.WithQuery("q", "1"), option.WithJSONSet("a", 1), option.WithRequestBody("application/json", "{}"),
		option.WithHeader("Idempotency-Key", "k"), option.WithHeader("Accept", "x/y"),
		option.WithHeader("X-Api-Key", "k"),
		option.WithResponseInto(&res), option.WithResponseBodyInto(&into))

	require.NoError(t, err)
	asked := w.to(tokenPath)[0]
	require.Empty(t, asked.URL.RawQuery)
	require.Equal(t, "grant_type=client_credentials", asked.Body)
	require.Equal(t, "application/json", asked.Header.Get("Accept"))
	require.Equal(t, "7", asked.Header.Get("X-Tenant"))
	require.NotContains(t, asked.Header, "Idempotency-Key")
	require.NotContains(t, asked.Header, "X-Api-Key")
	require.Contains(t, into, "data")
}

func TestWithResponseIntoOfTheClientDoesNotGetATokenResponse(t *testing.T) {
	var res *http.Response
	var into map[string]any
	w := inTurn(says(400, `{"error":"invalid_client"}`), says(200, `{"access_token":"tok"}`), says(200, aClient))
	client := w.client(append(asClient[:2:2], option.WithResponseInto(&res), option.WithResponseBodyInto(&into))...)

	_, err := client.OAuthClients.Get(t.Context(), "c1")
	require.ErrorIs(t, err, telnyx.ErrInvalidClient)
	require.Nil(t, res)

	_, err = client.OAuthClients.Get(t.Context(), "c1")
	require.NoError(t, err)
	require.Equal(t, "/v2/oauth_clients/c1", res.Request.URL.Path)
	require.NotContains(t, into, "access_token")
}

func TestAnAutomaticTokenIsObtainedWithTheOptionsOfTheClientAndNotOfTheCall(t *testing.T) {
	const valid = `{"access_token":"valid","token_type":"Bearer","expires_in":1800}`
	dry := func(req *http.Request, _ option.MiddlewareNext) (*http.Response, error) {
		body := io.NopCloser(strings.NewReader(`{"access_token":"fake"}`))
		return &http.Response{StatusCode: 200, Body: body, Request: req}, nil
	}
	elsewhere := inTurn(says(200, `{"access_token":"fake"}`))
	for name, c := range map[string]struct {
		opt option.RequestOption
		ok  bool // the call itself succeeds
	}{
		"a middleware that answers by itself": {option.WithMiddleware(dry), true},
		"an HTTP client":                      {option.WithHTTPClient(&http.Client{Transport: elsewhere}), true},
		"an HTTP client that is a function":   {option.WithHTTPClient(doer(elsewhere.RoundTrip)), true},
		"a limit":                             {option.WithMaxResponseBytes(50), true},
		"a timeout":                           {option.WithRequestTimeout(time.Nanosecond), false},
		"a header":                            {option.WithHeader("X-One", "1"), true},
		"no retries":                          {option.WithMaxRetries(0), true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{answer: func(r wireRequest) any {
					time.Sleep(time.Second)
					switch {
					case r.Context().Err() != nil:
						return r.Context().Err()
					case r.URL.Path == tokenPath && r.Nth == 1:
						return says(500, "{}")
					case r.URL.Path == tokenPath:
						return says(200, valid)
					}
					return says(200, aClient)
				}}
				client := w.client(asClient...)

				err := client.Get(t.Context(), "things", nil, nil, c.opt)
				require.Equal(t, c.ok, err == nil, "%v", err)
				_, err = client.OAuthClients.Get(t.Context(), "c1")

				require.NoError(t, err)
				require.Equal(t, "Bearer valid", w.to("/v2/oauth_clients/c1")[0].Header.Get("Authorization"))
				for _, r := range w.to(tokenPath) {
					require.NotContains(t, r.Header, "X-One")
				}
			})
		})
	}
}

func TestAClientWhoseHTTPClientIsAFunctionKeepsItsToken(t *testing.T) {
	w := issuing(`,"expires_in":1800`, anything)
	client := w.client(append(asClient[:2:2], option.WithHTTPClient(doer(w.RoundTrip)))...)
	for range 3 {
		require.NoError(t, client.Get(t.Context(), "things", nil, nil, option.WithQuery("q", "1")))
	}
	require.Len(t, w.to(tokenPath), 1)
}

func TestACallWithItsOwnHTTPClientOrInsecureHTTPGetsItsTokenWithThem(t *testing.T) {
	w, elsewhere := issuing(`,"expires_in":1800`, anything), inTurn(says(200, `{"access_token":"elsewhere"}`))
	client := w.client(append(asClient[:2:2], option.WithBaseURL("http://h.example"))...)

	insecure, other := option.WithInsecureHTTP(), option.WithHTTPClient(doer(elsewhere.RoundTrip))

	require.NoError(t, client.Get(t.Context(), "things", nil, nil, insecure))
	require.NoError(t, client.Get(t.Context(), "things", nil, nil, insecure))
	require.Equal(t, "Bearer tok-1", w.to("/things")[0].Header.Get("Authorization"))
	require.Equal(t, "Bearer tok-2", w.to("/things")[1].Header.Get("Authorization"), "not kept")
	require.NoError(t, client.Get(t.Context(), "things", nil, nil, insecure, other))
	require.Equal(t, "Bearer elsewhere", elsewhere.to("/things")[0].Header.Get("Authorization"))

	require.ErrorContains(t, client.Get(t.Context(), "things", nil, nil), "plain http")
}

func TestACallWithItsOwnHTTPClientDoesNotReplaceTheTokenOfTheClient(t *testing.T) {
	w, elsewhere := issuing(`,"expires_in":1800`, anything), inTurn(says(200, `{"access_token":"elsewhere"}`))
	client := w.client(asClient...)
	require.NoError(t, client.Get(t.Context(), "things", nil, nil))
	other := option.WithHTTPClient(doer(elsewhere.RoundTrip))
	for range 2 {
		require.NoError(t, client.Get(t.Context(), "things", nil, nil, other))
		require.NoError(t, client.Get(t.Context(), "things", nil, nil))
	}

	require.Len(t, w.to(tokenPath), 1)
	require.Len(t, elsewhere.to(tokenPath), 2)
	for _, r := range elsewhere.to("/v2/things") {
		require.Equal(t, "Bearer elsewhere", r.Header.Get("Authorization"))
	}
}

func TestATokenRequestOfACallWithOtherCredentialsHasNoSecretOfTheEnvironment(t *testing.T) {
	t.Setenv("TELNYX_CUSTOM_HEADERS", "X-Api-Key: of-the-environment\nX-Team: a")
	setClient(t, "env-id", "env-secret")
	w, err := fromEnvironment(t)
	require.NoError(t, err)
	require.Equal(t, "of-the-environment", w.to(tokenPath)[0].Header.Get("X-Api-Key"))
	client := telnyx.NewClient(option.WithHTTPClient(&http.Client{Transport: w}))

	_, err = client.OAuthClients.Get(t.Context(), "c1", asClient...)

	require.NoError(t, err)
	asked := w.to(tokenPath)[1]
	require.Equal(t, basicOf("id", "secret"), asked.Header.Get("Authorization"))
	require.NotContains(t, asked.Header, "X-Api-Key")
	require.Equal(t, "a", asked.Header.Get("X-Team"))
	_, err = client.OAuthClients.Get(t.Context(), "c1", append(asClient[:2:2], option.WithoutEnvironment())...)
	require.NoError(t, err)
	require.NotContains(t, w.to(tokenPath)[2].Header, "X-Team")
}

func TestATokenObtainedWithoutTheEnvironmentIsUsedByThatCallOnly(t *testing.T) {
	t.Setenv("TELNYX_CUSTOM_HEADERS", "X-Team: a")
	w := issuing(`,"expires_in":1800`, anything)
	client := telnyx.NewClient(append(asClient[:2:2], option.WithHTTPClient(&http.Client{Transport: w}))...)

	require.NoError(t, client.Get(t.Context(), "things", nil, nil, option.WithoutEnvironment()))
	require.NoError(t, client.Get(t.Context(), "things", nil, nil))

	require.Len(t, w.to(tokenPath), 2)
	require.NotContains(t, w.to(tokenPath)[0].Header, "X-Team")
	require.Contains(t, w.to(tokenPath)[1].Header, "X-Team")
}

func TestAMiddlewareThatCallsTheClientWhileItsTokenIsFetchedGetsAnErrorAndNoDeadlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := issuing(`,"expires_in":1800`, anything)
		var client telnyx.Client
		var nested error
		calling := func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
			if req.URL.Path == tokenPath {
				_, nested = client.OAuthClients.Get(req.Context(), "nested")
			}
			return next(req)
		}
		client = w.client(asClient[0], asClient[1], option.WithMiddleware(calling))

		_, err := client.OAuthClients.Get(t.Context(), "c1")

		require.NoError(t, err)
		require.ErrorContains(t, nested, "a middleware of the token request called the client")
		require.Len(t, w.sent, 2)
	})
}

func TestACallWhoseDeadlineIsBeforeTheNextTokenAttemptGetsTheAPIsErrorAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := issuing(`,"expires_in":1800`, anything)
		answer := w.answer
		w.answer = func(r wireRequest) any {
			if r.URL.Path == tokenPath && r.Nth == 1 {
				return says(503, `{}`, "Retry-After", "30", "X-Request-Id", "r1")
			}
			return answer(r)
		}
		client := w.client(asClient...)
		began := time.Now()
		patient := make(chan error, 1)
		go func() { _, err := client.OAuthClients.Get(t.Context(), "patient"); patient <- err }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
		defer cancel()

		_, err := client.OAuthClients.Get(ctx, "impatient")

		require.Zero(t, time.Since(began))
		var typed *telnyx.Error
		require.ErrorAs(t, err, &typed)
		require.Equal(t, 503, typed.StatusCode)
		require.Equal(t, "r1", typed.RequestID)
		require.NotErrorIs(t, err, context.DeadlineExceeded)
		require.NoError(t, <-patient)
		require.Equal(t, 30*time.Second, time.Since(began))
		require.Len(t, w.to(tokenPath), 2)
	})
}

func TestACallThatEndsWhileASharedTokenRequestIsRetriedHasTheAPIsErrorToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: func(r wireRequest) any {
			if r.Nth == 1 {
				return says(503, `{}`, "Retry-After", "3", "X-Request-Id", "r1")
			}
			<-r.Context().Done()
			return r.Context().Err()
		}}
		client := w.client(asClient...)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()

		_, err := client.OAuthClients.Get(ctx, "c1")

		var typed *telnyx.Error
		require.ErrorAs(t, err, &typed)
		require.Equal(t, "r1", typed.RequestID)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestTwoClientsWithTheSameCredentialsDoNotShareTokens(t *testing.T) {
	w := issuing(`,"expires_in":1800`, anything)
	for range 2 {
		client := w.client(asClient...)
		_, err := client.OAuthClients.Get(t.Context(), "c1")
		require.NoError(t, err)
	}
	require.Len(t, w.to(tokenPath), 2)
}

func TestAValidTokenIsUsedWhileItsRenewalFailsUntilItExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := issuing(`,"expires_in":1800`, anything)
		answer := w.answer
		w.answer = func(r wireRequest) any {
			if r.URL.Path == tokenPath && r.Nth > 1 {
				return says(503, `{}`, "Retry-After", "20", "X-Request-Id", "down")
			}
			return answer(r)
		}
		client := w.client(append(asClient[:2:2], option.WithMaxRetries(0))...)
		began := time.Now()
		for time.Since(began) < 30*time.Minute {
			_, err := client.OAuthClients.Get(t.Context(), "c1")
			require.NoError(t, err)
			time.Sleep(time.Second)
		}
		require.Len(t, w.to(tokenPath), 1+3, "in the last minute, every 20 s")

		_, err := client.OAuthClients.Get(t.Context(), "c1")

		var typed *telnyx.Error
		require.ErrorAs(t, err, &typed)
		require.Equal(t, "down", typed.RequestID)
		for _, r := range w.to("/v2/oauth_clients/c1") {
			require.Equal(t, "Bearer tok-1", r.Header.Get("Authorization"))
		}
	})
}

func TestTheLifetimeOfATokenCountsFromTheAttemptThatBroughtIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := issuing(`,"expires_in":100`, anything)
		answer := w.answer
		w.answer = func(r wireRequest) any {
			switch {
			case r.URL.Path == tokenPath && r.Nth == 1:
				return says(503, `{}`, "Retry-After", "50")
			case r.URL.Path == tokenPath && r.Nth == 2:
				time.Sleep(10 * time.Second)
			}
			return answer(r)
		}
		client := w.client(asClient...)
		get := func() int {
			_, err := client.OAuthClients.Get(t.Context(), "c1")
			require.NoError(t, err)
			return len(w.to(tokenPath))
		}
		require.Equal(t, 2, get())

		time.Sleep(70*time.Second - 1) // 100 s less a fifth for the renewal and the 10 s of the answer
		require.Equal(t, 2, get())
		time.Sleep(time.Nanosecond)
		require.Equal(t, 3, get())
	})
}

func TestTwoHundredConcurrentFirstCallsShareOneTokenRequestEvenIfTheFirstGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := issuing(`,"expires_in":1800`, anything)
		answer := w.answer
		w.answer = func(r wireRequest) any {
			if r.URL.Path == tokenPath {
				time.Sleep(10 * time.Second)
				if err := r.Context().Err(); err != nil {
					return err
				}
			}
			return answer(r)
		}
		client := w.client(asClient...)
		bored := errors.New("bored")
		first, leave := context.WithTimeoutCause(t.Context(), time.Second, bored)
		defer leave()
		began := time.Now()
		type outcome struct {
			err   error
			after time.Duration
		}
		firstDone, done := make(chan outcome, 1), make(chan outcome, 199)
		get := func(ctx context.Context, to chan outcome) {
			_, err := client.OAuthClients.Get(ctx, "c1")
			to <- outcome{err, time.Since(began)}
		}
		go get(first, firstDone)
		synctest.Wait() // it began the shared request
		for range 199 {
			go get(t.Context(), done)
		}

		left := <-firstDone
		require.Equal(t, time.Second, left.after)
		require.ErrorIs(t, left.err, bored)
		require.ErrorIs(t, left.err, context.DeadlineExceeded)
		for range 199 {
			o := <-done
			require.NoError(t, o.err)
			require.Equal(t, 10*time.Second, o.after)
		}
		require.Len(t, w.to(tokenPath), 1)
		require.Len(t, w.to("/v2/oauth_clients/c1"), 199)
	})
}

func TestTokenRequestIsRetriedWithinItsRequestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := issuing(`,"expires_in":1800`, anything)
		answer := w.answer
		w.answer = func(r wireRequest) any {
			switch {
			case r.URL.Path == tokenPath && r.Nth == 1:
				<-r.Context().Done() // a server that never answers
				return r.Context().Err()
			case r.URL.Path == tokenPath && r.Nth == 2:
				return says(500, `{}`)
			}
			return answer(r)
		}
		client := w.client(append(asClient[:2:2], option.WithRequestTimeout(3*time.Second))...)

		_, err := client.OAuthClients.Get(t.Context(), "c1")

		require.NoError(t, err)
		asked := w.to(tokenPath)
		require.Len(t, asked, 3)
		require.GreaterOrEqual(t, asked[1].At.Sub(asked[0].At), 3*time.Second)
		require.Less(t, asked[1].At.Sub(asked[0].At), 4*time.Second)
	})
}

func TestATokenFailureIsATypedErrorAndIsNotCached(t *testing.T) {
	for body, want := range map[string]string{
		`{"error":"invalid_client","error_description":"no such client"}`: "invalid_client: no such client",
		`{"expires_in":1800}`:                                             "no access token",
		`{"access_token":"","expires_in":1800}`:                           "no access token",
		`{"access_token":{"a":1}}`:                                        "no access token",
		`{"access_token":"supersecret","token_type":"mac"}`:               `type is "mac"`,
		`{"access_token":"supersecret\nX-Evil: 1","token_type":"Bearer"}`: "no header may have",
		`null`:                         "object",
		`[]`:                           "object",
		`<html>supersecretpage</html>`: "html",
		``:                             "empty",
	} {
		t.Run(body, func(t *testing.T) {
			status := 200
			if strings.Contains(body, "invalid_client") {
				status = 401
			}
			failing := true
			w := &wire{answer: func(r wireRequest) any {
				if r.URL.Path == tokenPath && failing {
					return says(status, body, "X-Request-Id", "r9")
				}
				return says(200, `{"access_token":"good","token_type":"bearer","expires_in":60,"data":{}}`)
			}}
			client := w.client(asClient...)

			_, err := client.OAuthClients.Get(t.Context(), "c1")

			var typed *telnyx.Error
			require.ErrorAs(t, err, &typed)
			require.Equal(t, status, typed.StatusCode)
			require.Equal(t, "r9", typed.RequestID)
			require.Equal(t, body, typed.Body())
			require.ErrorContains(t, err, want)
			require.NotContains(t, err.Error(), "supersecret\n")
			require.NotContains(t, err.Error(), `"supersecret`)
			require.Empty(t, w.to("/v2/oauth_clients/c1"), "a call without its token is not made")

			failing = false
			_, err = client.OAuthClients.Get(t.Context(), "c1")
			require.NoError(t, err)
			require.Equal(t, "Bearer good", w.sent[len(w.sent)-1].Header.Get("Authorization"))
		})
	}
}

func TestARefusedCachedTokenLeadsToOneNewTokenAndOneReplayOfEachCall(t *testing.T) {
	for name, value := range map[string]func(n int) string{
		"another value":  func(n int) string { return fmt.Sprintf("tok-%d", n) },
		"the same value": func(int) string { return "tok" },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{answer: func(r wireRequest) any {
					time.Sleep(time.Duration(1+r.Nth%7) * time.Second)
					switch {
					case r.URL.Path == tokenPath:
						return says(200, fmt.Sprintf(`{"access_token":%q,"expires_in":1800}`, value(r.Nth)))
					case r.Nth > 1 && r.Nth <= 51: // all calls after the first, but not their replays
						return says(401, `{"errors":[{"code":"10009"}]}`)
					}
					return says(200, aClient)
				}}
				client := w.client(asClient...)
				_, err := client.OAuthClients.Get(t.Context(), "c1")
				require.NoError(t, err)

				done := make(chan error, 50)
				for range 50 {
					go func() { _, err := client.OAuthClients.Get(t.Context(), "c1"); done <- err }()
				}
				for range 50 {
					require.NoError(t, <-done)
				}

				require.Len(t, w.to(tokenPath), 2)
				require.Len(t, w.to("/v2/oauth_clients/c1"), 1+50+50)
			})
		})
	}
}

func TestAReplayHappensOnceAndNeverForAFreshTokenAnotherScopeOrAnAPIKey(t *testing.T) {
	challenge := []string{"Www-Authenticate", `Bearer error="insufficient_scope"`}
	source := option.WithTokenSource(tokens("a", "b"))
	for _, c := range []struct {
		name               string
		opts               []option.RequestOption
		warm               bool // a token is cached
		header             []string
		wantTokens, wantGo int
	}{
		{name: "a cached token", opts: asClient, warm: true, wantTokens: 2, wantGo: 2},
		{name: "a fresh token", opts: asClient, wantTokens: 1, wantGo: 1},
		{name: "another scope", opts: asClient, warm: true, header: challenge, wantTokens: 1, wantGo: 1},
		{name: "an API key", opts: []option.RequestOption{option.WithAPIKey(aKey)}, warm: true, wantGo: 1},
		{name: "a token source", opts: []option.RequestOption{source}, warm: true, wantGo: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := issuing(`,"expires_in":1800`, func(r wireRequest) any {
				if r.URL.Path == "/v2/oauth_grants/warm" {
					return says(200, `{}`)
				}
				return says(401, `{}`, c.header...)
			})
			client := w.client(c.opts...)
			if c.warm {
				_, err := client.OAuthGrants.Get(t.Context(), "warm")
				require.NoError(t, err)
			}

			_, err := create(t.Context(), &client)

			require.ErrorIs(t, err, telnyx.ErrUnauthorized)
			require.Len(t, w.to(tokenPath), c.wantTokens)
			require.Len(t, w.to("/v2/oauth_clients"), c.wantGo)
			require.Equal(t, w.to("/v2/oauth_clients")[0].Body, w.to("/v2/oauth_clients")[c.wantGo-1].Body)
		})
	}
}

func TestAServerThatRejectsEveryTokenDoesNotCauseATokenRequestPerCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := issuing(`,"expires_in":1800`, func(wireRequest) any { return says(401, `{}`) })
		client := w.client(asClient...)
		for range 100 {
			_, err := client.OAuthClients.Get(t.Context(), "c1")
			require.ErrorIs(t, err, telnyx.ErrUnauthorized)
			time.Sleep(100 * time.Millisecond)
		}
		require.Len(t, w.to(tokenPath), 3, "one for the first call, one for the second, and one 5 s later")
	})
}

func TestACallIsReplayedOnceAlsoIfAnotherCallGotTheSecondToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := issuing(`,"expires_in":1800`, func(r wireRequest) any {
			switch {
			case r.URL.Path == "/v2/slow":
				time.Sleep(2 * time.Second)
				return says(401, `{}`)
			case r.URL.Path == "/v2/quick" && r.Nth == 2:
				return says(401, `{}`)
			}
			return says(200, `{}`)
		})
		client := w.client(asClient...)
		require.NoError(t, client.Get(t.Context(), "quick", nil, nil))
		slow := make(chan error, 1)
		go func() { slow <- client.Get(t.Context(), "slow", nil, nil) }()
		synctest.Wait()
		require.NoError(t, client.Get(t.Context(), "quick", nil, nil))

		require.ErrorIs(t, <-slow, telnyx.ErrUnauthorized)
		sent := w.to("/v2/slow")
		require.Len(t, sent, 2)
		require.Equal(t, "Bearer tok-2", sent[1].Header.Get("Authorization"))
		require.Len(t, w.to(tokenPath), 2)
	})
}

func TestReplaysAndRetriesStartWithoutTheChangesOfMiddleware(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := issuing(`,"expires_in":1800`, func(r wireRequest) any {
			switch {
			case r.URL.Path == "/v2/oauth_grants/warm":
				return says(200, `{}`)
			case r.Nth == 1:
				return says(401, `{}`)
			case r.Nth == 2:
				return says(503, `{}`)
			}
			return says(200, aClient)
		})
		tracing := func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
			req.Header.Add("X-Trace", "1")
			req.URL.RawQuery += "&traced"
			return next(req)
		}
		client := w.client(asClient[0], asClient[1], option.WithMiddleware(tracing))
		_, err := client.OAuthGrants.Get(t.Context(), "warm")
		require.NoError(t, err)

		_, err = client.OAuthClients.Get(t.Context(), "c1")

		require.NoError(t, err)
		require.Len(t, w.to("/v2/oauth_clients/c1"), 3)
		for _, r := range w.to("/v2/oauth_clients/c1") {
			require.Equal(t, []string{"1"}, r.Header.Values("X-Trace"))
			require.Equal(t, "&traced", r.URL.RawQuery)
			require.Len(t, r.Header.Values("Authorization"), 1)
		}
	})
}

func TestAFailedRenewalAfterA401ReturnsThe401Too(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: func(r wireRequest) any {
			switch {
			case r.URL.Path == tokenPath && r.Nth == 1:
				return says(200, `{"access_token":"t","expires_in":1800}`)
			case r.URL.Path == tokenPath:
				<-r.Context().Done()
				return r.Context().Err()
			case r.Nth == 1:
				return says(200, aClient)
			}
			return says(401, `{}`, "X-Request-Id", "refused")
		}}
		client := w.client(asClient...)
		_, err := client.OAuthClients.Get(t.Context(), "c1")
		require.NoError(t, err)
		bored := errors.New("bored")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, bored)
		defer cancel()

		_, err = client.OAuthClients.Get(ctx, "c1")

		var typed *telnyx.Error
		require.ErrorAs(t, err, &typed)
		require.Equal(t, "refused", typed.RequestID)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, bored)
	})
}

func TestATokenIsRenewedBeforeItExpiresWhateverItsExpiresIn(t *testing.T) {
	const never = 0
	for expires, usable := range map[string]time.Duration{
		`,"expires_in":1800`:                29 * time.Minute,
		`,"expires_in":"3600"`:              59 * time.Minute,
		`,"expires_in":3600.0`:              59 * time.Minute,
		`,"expires_in":100`:                 80 * time.Second,
		`,"expires_in":1`:                   800 * time.Millisecond,
		`,"expires_in":0`:                   never,
		`,"expires_in":-1`:                  never,
		``:                                  29 * time.Minute,
		`,"expires_in":null`:                29 * time.Minute,
		`,"expires_in":"soon"`:              29 * time.Minute,
		`,"expires_in":1e300`:               29 * time.Minute,
		`,"expires_in":9223372036854775808`: 29 * time.Minute,
		`,"expires_in":9223372036854775807`: 24*time.Hour - time.Minute,
		`,"expires_in":31536000`:            24*time.Hour - time.Minute,
	} {
		t.Run(expires, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := issuing(expires, anything)
				client := w.client(asClient...)
				call := func() int {
					_, err := client.OAuthClients.Get(t.Context(), "c1")
					require.NoError(t, err)
					return len(w.to(tokenPath))
				}
				require.Equal(t, 1, call())
				if usable == never {
					require.Equal(t, 2, call())
					return
				}
				time.Sleep(usable - time.Nanosecond)
				require.Equal(t, 1, call())
				time.Sleep(time.Nanosecond)
				require.Equal(t, 2, call())
			})
		})
	}
}

func TestClientsDoNotShareTokensButTheServicesOfOneDo(t *testing.T) {
	w := issuing(`,"expires_in":1800`, func(wireRequest) any { return says(200, `{}`) })
	one, two := w.client(asClient...), w.client(asClient...)

	for _, client := range []telnyx.Client{one, two, one} {
		_, err := client.OAuthClients.Get(t.Context(), "c1")
		require.NoError(t, err)
		_, err = client.OAuthGrants.Get(t.Context(), "g1")
		require.NoError(t, err)
		require.NoError(t, client.Get(t.Context(), "oauth_clients", nil, nil))
	}

	require.Len(t, w.to(tokenPath), 2)
}

func TestAutomaticTokensWorkAgainstAServerThatChecksThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := oauthtest.New()
		app := server.AddClient(oauthtest.Client{Name: "a", Scopes: []string{"messaging.read"}})
		client := telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(server.Client()),
			option.WithBaseURL(server.BaseURL()), option.WithClientID(app.ID), option.WithClientSecret(app.Secret))
		for range 3 { // longer than one token lives
			got, err := client.OAuthClients.Get(t.Context(), app.ID)
			require.NoError(t, err)
			require.Equal(t, app.ID, got.Data.ClientID)
			time.Sleep(20 * time.Minute)
		}

		form := url.Values{"grant_type": {"client_credentials"}}.Encode()
		var refused *http.Response
		err := client.Post(t.Context(), "oauth/token", strings.NewReader(form), nil,
			option.WithClientSecret("wrong"), option.WithResponseInto(&refused))
		require.ErrorIs(t, err, telnyx.ErrInvalidClient)
		body, err := io.ReadAll(refused.Body)
		require.NoError(t, err)
		require.Contains(t, string(body), "invalid_client")
	})
}
