package telnyx_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// waits returns the times between requests.
func (w *wire) waits() (waits []time.Duration) {
	for i := 1; i < len(w.sent); i++ {
		waits = append(waits, w.sent[i].At.Sub(w.sent[i-1].At))
	}
	return waits
}

func exchange(ctx context.Context, c *telnyx.Client) error {
	_, err := c.OAuth.Token(ctx, telnyx.OAuthTokenParams{GrantType: "authorization_code", Code: telnyx.String("the-code")})
	return err
}

func TestACallIsRetriedTwiceUnlessToldOtherwise(t *testing.T) {
	for _, c := range []struct {
		opts []option.RequestOption
		want int
	}{
		{nil, 3},
		{[]option.RequestOption{option.WithMaxRetries(0)}, 1},
		{[]option.RequestOption{option.WithMaxRetries(5)}, 6},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := inTurn(says(500, `{}`))
			client := w.client(c.opts...)

			_, err := client.OAuthClients.Get(t.Context(), "c1")

			require.ErrorIs(t, err, telnyx.ErrServerError)
			require.Len(t, w.sent, c.want)
		})
	}
}

func TestWaitIsWhatTheServerAsksFor(t *testing.T) {
	for _, c := range []struct {
		status int
		header []string
		want   time.Duration
	}{
		{429, []string{"Retry-After", "7"}, 7 * time.Second},
		{503, []string{"Retry-After", "1.25"}, 1250 * time.Millisecond},
		{500, []string{"Retry-After-Ms", "40"}, 40 * time.Millisecond},
		{429, []string{"X-RateLimit-Reset", "31"}, 31 * time.Second},
		{
			429, []string{"RateLimit-Limit", "5, 5;w=60", "RateLimit-Remaining", "0", "RateLimit-Reset", "55"}, 55 * time.Second,
		},
		{429, []string{"Retry-After", "Sat, 01 Jan 2000 00:00:09 GMT"}, 9 * time.Second},
		{429, []string{"Retry-After", "60"}, time.Minute},
		{429, []string{"X-RateLimit-Reset", "1795780812", "Date", "Fri, 27 Nov 2026 12:00:00 GMT"}, 12 * time.Second},
		{429, []string{"RateLimit", `"default";r=0;t=30`}, 30 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) { // begins at midnight, 1 January 2000, UTC
			w := inTurn(says(c.status, `{}`, c.header...), says(200, aClient))
			client := w.client()

			_, err := client.OAuthClients.Get(t.Context(), "c1")

			require.NoError(t, err)
			require.Equal(t, []time.Duration{c.want}, w.waits(), c.header)
		})
	}
}

func TestUnusableRetryAfterFallsBackToJitteredBackoff(t *testing.T) {
	for _, value := range []string{"-1", "NaN", "-Inf", "1e300", "soon", "", "Fri, 31 Dec 1999 23:59:59 GMT"} {
		synctest.Test(t, func(t *testing.T) {
			w := inTurn(says(429, `{}`, "Retry-After", value))
			client := w.client(option.WithMaxRetries(12))

			_, err := client.OAuthClients.Get(t.Context(), "c1")

			require.ErrorIs(t, err, telnyx.ErrRateLimited)
			waits := w.waits()
			require.Len(t, waits, 12)
			ceiling := 500 * time.Millisecond
			for _, wait := range waits {
				require.GreaterOrEqual(t, wait, ceiling/2, value)
				require.Less(t, wait, ceiling, value)
				ceiling = min(2*ceiling, 8*time.Second)
			}
		})
	}
}

func TestAWaitOverTheCapReturnsTheServersErrorAtOnce(t *testing.T) {
	for _, c := range []struct {
		asked string
		opts  []option.RequestOption
	}{
		{"61", nil},
		{"3", []option.RequestOption{option.WithMaxRetryWait(2 * time.Second)}},
		{"Fri, 31 Dec 9999 23:59:59 GMT", nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := inTurn(says(429, `{}`, "Retry-After", c.asked))
			client := w.client(c.opts...)
			began := time.Now()

			_, err := client.OAuthClients.Get(t.Context(), "c1")

			var typed *telnyx.Error
			require.ErrorAs(t, err, &typed)
			require.Positive(t, typed.RetryAfter())
			require.Len(t, w.sent, 1)
			require.Zero(t, time.Since(began))
		})
	}
}

func TestWithMaxRetryWaitAllowsALongerWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := inTurn(says(429, `{}`, "Retry-After", "3600"), says(200, aClient))
		client := w.client(option.WithMaxRetryWait(time.Hour))

		_, err := client.OAuthClients.Get(t.Context(), "c1")

		require.NoError(t, err)
		require.Equal(t, []time.Duration{time.Hour}, w.waits())
	})
}

func TestAWaitThatCannotEndBeforeTheDeadlineIsNotBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := inTurn(says(503, `{}`, "Retry-After", "10"))
		client := w.client()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		began := time.Now()

		_, err := client.OAuthClients.Get(ctx, "c1")

		require.ErrorIs(t, err, telnyx.ErrServerError)
		require.NotErrorIs(t, err, context.DeadlineExceeded)
		require.Zero(t, time.Since(began))
		require.Len(t, w.sent, 1)
	})
}

func TestAContextThatEndsDuringAWaitReturnsTheLastResponseToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := inTurn(says(503, `{}`, "Retry-After", "30", "X-Request-Id", "r1"))
		client := w.client()
		enough := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(4*time.Second, func() { cancel(enough) })
		began := time.Now()

		_, err := client.OAuthClients.Get(ctx, "c1")

		require.Equal(t, 4*time.Second, time.Since(began))
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, enough)
		var typed *telnyx.Error
		require.ErrorAs(t, err, &typed)
		require.Equal(t, "r1", typed.RequestID)
		require.ErrorContains(t, err, "503")
	})
}

func TestADeadlineDuringALaterAttemptReturnsTheLastResponseToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: func(r wireRequest) any {
			if r.Nth == 1 {
				return says(500, `{}`, "Retry-After", "1", "X-Request-Id", "r1")
			}
			<-r.Context().Done()
			return context.Cause(r.Context())
		}}
		client := w.client()
		enough := errors.New("enough")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 5*time.Second, enough)
		defer cancel()

		_, err := client.OAuthClients.Get(ctx, "c1")

		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, enough)
		var typed *telnyx.Error
		require.ErrorAs(t, err, &typed)
		require.Equal(t, "r1", typed.RequestID)
		require.Len(t, w.sent, 2)
	})
}

func TestANetworkErrorAfterAnErrorResponseReturnsBoth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("network down")
		client := inTurn(says(500, `{}`, "X-Request-Id", "r1"), broken).client()

		_, err := client.OAuthClients.Get(t.Context(), "c1")

		require.ErrorIs(t, err, broken)
		require.ErrorIs(t, err, telnyx.ErrServerError)
	})
}

func TestACallWithAnEndedContextSendsNothing(t *testing.T) {
	w := inTurn(says(200, aClient))
	client := w.client(asClient...)
	cause := errors.New("over before it began")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)

	_, err := client.OAuthClients.Get(ctx, "c1")

	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, cause)
	require.Empty(t, w.sent)
}

func TestRequestTimeoutCoversTheBodyAndStartsAnewForEachAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		slow := doer(func(req *http.Request) (*http.Response, error) {
			if attempts++; attempts == 3 {
				time.Sleep(4 * time.Second)
				return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(aClient))}, nil
			}
			return &http.Response{StatusCode: 200, Body: stalled{req.Context()}}, nil
		})
		client := telnyx.NewClient(
			option.WithoutEnvironment(), option.WithRequestTimeout(5*time.Second), option.WithHTTPClient(slow),
		)
		began := time.Now()

		_, err := client.OAuthClients.Get(t.Context(), "c1")

		require.NoError(t, err)
		require.Equal(t, 3, attempts)
		require.GreaterOrEqual(t, time.Since(began), 14*time.Second)
	})
}

func TestATimedOutCallSaysWhichLimitItHit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: func(r wireRequest) any {
			<-r.Context().Done()
			return r.Context().Err()
		}}
		client := w.client(option.WithRequestTimeout(5 * time.Second))

		_, err := client.OAuthClients.Get(t.Context(), "c1")

		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "no response within 5s (option.WithRequestTimeout)")
		require.Len(t, w.sent, 3)
	})
}

// A doer is an HTTPClient of the user.
type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(req *http.Request) (*http.Response, error) { return d(req) }

// A stalled body never returns data.
type stalled struct{ ctx context.Context }

func (s stalled) Read([]byte) (int, error) { <-s.ctx.Done(); return 0, context.Cause(s.ctx) }
func (stalled) Close() error               { return nil }

func TestAContextThatEndsWhileTheBodyStallsIsTheErrorForEveryKindOfCall(t *testing.T) {
	for name, call := range map[string]func(context.Context, *telnyx.Client) error{
		"reading": func(ctx context.Context, c *telnyx.Client) error {
			_, err := c.OAuthClients.Get(ctx, "c1")
			return err
		},
		"creating":   func(ctx context.Context, c *telnyx.Client) error { _, err := create(ctx, c); return err },
		"exchanging": exchange,
	} {
		for _, status := range []int{200, 500} {
			t.Run(fmt.Sprint(name, status), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					attempts := 0
					slow := doer(func(req *http.Request) (*http.Response, error) {
						attempts++
						return &http.Response{StatusCode: status, Body: stalled{req.Context()}}, nil
					})
					client := telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(slow))
					enough := errors.New("enough")
					ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, enough)
					defer cancel()

					err := call(ctx, &client)

					require.ErrorIs(t, err, context.DeadlineExceeded)
					require.ErrorIs(t, err, enough)
					var typed *telnyx.Error
					require.ErrorAs(t, err, &typed)
					require.Equal(t, status, typed.StatusCode)
					require.Equal(t, 1, attempts)
				})
			})
		}
	}
}

func TestACertificateThatCannotBeTrustedIsNotRetried(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	var conns atomic.Int32
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			conns.Add(1)
		}
	}
	server.StartTLS()
	defer server.Close()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(server.URL))

	_, err := client.OAuthClients.Get(t.Context(), "c1")

	var verification *tls.CertificateVerificationError
	require.ErrorAs(t, err, &verification)
	require.EqualValues(t, 1, conns.Load())
}

func TestHTTPSToAPlainServerIsNotRetried(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	var conns atomic.Int32
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			conns.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	client := telnyx.NewClient(
		option.WithoutEnvironment(), option.WithBaseURL(strings.Replace(server.URL, "http:", "https:", 1)),
	)

	_, err := client.OAuthClients.Get(t.Context(), "c1")

	require.Error(t, err)
	require.EqualValues(t, 1, conns.Load())
}

func TestARetryReusesTheConnectionOfTheFailedResponse(t *testing.T) {
	var requests, conns atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "0")
		if n := requests.Add(1); n%3 != 0 {
			w.WriteHeader(503)
			io.WriteString(w, strings.Repeat("sorry ", 20_000))
			return
		}
		io.WriteString(w, aClient)
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			conns.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(server.URL))

	for range 4 {
		_, err := client.OAuthClients.Get(t.Context(), "c1")
		require.NoError(t, err)
	}
	require.NoError(t, client.OAuthClients.Delete(t.Context(), "c1", option.WithMaxRetries(2)))

	require.EqualValues(t, 15, requests.Load())
	require.EqualValues(t, 1, conns.Load())
}

// rawServer reads a request from each connection and answers with one of answers, in turn; "" closes the connection
// without an answer.
func rawServer(t *testing.T, answers ...string) (base string, requests *atomic.Int32) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	requests = new(atomic.Int32)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if req, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				io.Copy(io.Discard, req.Body)
				n := int(requests.Add(1))
				io.WriteString(conn, answers[min(n, len(answers))-1])
			}
			conn.Close()
		}
	}()
	t.Cleanup(func() { listener.Close(); <-done })
	return "http://" + listener.Addr().String(), requests
}

const (
	jsonAnswer  = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	cutAnswer   = jsonAnswer + "Content-Length: 1000\r\n\r\n{\"data\":"
	cutChunked  = jsonAnswer + "Transfer-Encoding: chunked\r\n\r\n7\r\n{\"data\""
	wholeAnswer = jsonAnswer + "Content-Length: 11\r\nConnection: close\r\n\r\n{\"data\":{}}"
	noHTTP      = "SSH-2.0-OpenSSH_9\r\n"
)

func TestABrokenConnectionIsRetriedOnlyForIdempotentRequests(t *testing.T) {
	for name, failure := range map[string]string{
		"closed": "", "cut": cutAnswer, "cut in a chunk": cutChunked, "no HTTP": noHTTP,
	} {
		t.Run(name, func(t *testing.T) {
			base, requests := rawServer(t, failure, wholeAnswer)
			client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(base))

			_, err := client.OAuthClients.Get(t.Context(), "c1")

			require.NoError(t, err)
			require.EqualValues(t, 2, requests.Load())
			for what, call := range map[string]func(context.Context, *telnyx.Client) error{
				"creating":   func(ctx context.Context, c *telnyx.Client) error { _, err := create(ctx, c); return err },
				"exchanging": exchange,
			} {
				base, requests := rawServer(t, failure, wholeAnswer)
				client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(base))
				require.Error(t, call(t.Context(), &client), what)
				require.EqualValues(t, 1, requests.Load(), what)
			}
		})
	}
}

func TestATruncatedResponseIsATypedErrorWithTheBytesReceived(t *testing.T) {
	base, requests := rawServer(t, cutAnswer)
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(base), option.WithMaxRetries(1))

	_, err := client.OAuthClients.Get(t.Context(), "c1")

	var typed *telnyx.Error
	require.ErrorAs(t, err, &typed)
	require.Equal(t, 200, typed.StatusCode)
	require.Equal(t, `{"data":`, typed.Body())
	require.ErrorIs(t, err, telnyx.ErrBadResponse)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.EqualValues(t, 2, requests.Load())
}

func TestATruncatedResponseIsNotReturnedAsARawResponse(t *testing.T) {
	base, _ := rawServer(t, cutAnswer)
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(base), option.WithMaxRetries(0))
	var res *http.Response
	var raw []byte

	require.ErrorIs(t, client.Get(t.Context(), "x", nil, nil, option.WithResponseInto(&res)), telnyx.ErrBadResponse)
	require.ErrorIs(t, client.Get(t.Context(), "x", nil, &raw), telnyx.ErrBadResponse)
	require.NoError(t, client.Delete(t.Context(), "x", nil, nil), "nobody wants this body")
}

func TestACodeIsNeverSentTwiceWhateverTheServerAnswers(t *testing.T) {
	for _, status := range []int{408, 409, 429, 500, 503} {
		w := inTurn(says(status, `{}`, "X-Should-Retry", "true", "Retry-After", "0"))
		client := w.client()
		require.Error(t, exchange(t.Context(), &client))
		require.Len(t, w.sent, 1, status)
	}
}

func TestACreationIsRepeatedOnlyAfterAnAnswerThatSaysItDidNotHappen(t *testing.T) {
	for status, want := range map[int]int{429: 2, 503: 2, 408: 1, 409: 1, 500: 1, 502: 1, 504: 1} {
		w := inTurn(says(status, `{}`, "Retry-After", "0"), says(201, aClient))
		client := w.client()
		_, err := create(t.Context(), &client)
		require.Equal(t, want == 2, err == nil)
		require.Len(t, w.sent, want, status)
	}
}

func TestShouldRetryOfTheServerIsHonoured(t *testing.T) {
	for should, want := range map[string]int{"true": 2, "false": 1} {
		for _, status := range []int{400, 503} {
			w := inTurn(says(status, `{}`, "X-Should-Retry", should, "Retry-After", "0"), says(200, aClient))
			client := w.client()
			_, err := client.OAuthClients.Get(t.Context(), "c1")
			require.Equal(t, want == 2, err == nil)
			require.Len(t, w.sent, want)
		}
	}
}

func TestEvenACodeIsRetriedIfThereWasNoConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dials := 0
		broken := errors.New("no route")
		transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			dials++
			return nil, broken
		}}
		client := telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(&http.Client{Transport: transport}))

		err := exchange(t.Context(), &client)

		require.ErrorIs(t, err, broken)
		require.Equal(t, 3, dials)
	})
}

func TestACodeOnAReusedConnectionThatBreaksIsNotSentAgain(t *testing.T) {
	var codes, others atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if !strings.Contains(string(body), "the-code") {
			others.Add(1)
			io.WriteString(w, `{}`)
			return
		}
		codes.Add(1)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			conn.Close()
		}
	}))
	defer server.Close()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(server.URL))
	require.NoError(t, client.Get(t.Context(), "warm", nil, nil))
	reused := false
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		GotConn: func(i httptrace.GotConnInfo) { reused = i.Reused },
	})

	// With this header and a body that can be rewound, net/http would repeat a POST by itself.
	_, err := client.OAuth.Token(ctx,
		telnyx.OAuthTokenParams{GrantType: "authorization_code", Code: telnyx.String("the-code")},
		option.WithHeader("Idempotency-Key", "k"))

	require.Error(t, err)
	require.True(t, reused)
	require.EqualValues(t, 1, codes.Load())
}

func TestAnHTTPClientThatBreaksItsContractCausesAnErrorAndNoPanic(t *testing.T) {
	body := func() io.ReadCloser { return io.NopCloser(strings.NewReader(aClient)) }
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		do   doer
		want string
	}{
		"neither answer nor error": {func(*http.Request) (*http.Response, error) {
			return nil, nil
		}, "neither a response nor an error"},
		"both answer and error": {func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: body()}, broken
		}, "broken"},
		"answer without a body": {func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200}, nil
		}, "empty"},
		"no status": {func(*http.Request) (*http.Response, error) {
			return &http.Response{Body: body()}, nil
		}, "GET https"},
		"a request that is empty": {func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 404, Request: &http.Request{}}, nil
		}, "404"},
		"a body that fails": {func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(iotest.ErrReader(broken))}, nil
		}, "broken"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(c.do))
				var res *http.Response

				_, err := client.OAuthClients.Get(t.Context(), "c1", option.WithResponseInto(&res))

				require.ErrorContains(t, err, c.want)
				require.NotContains(t, fmt.Sprintf("%+v", err), "panic")
			})
		})
	}
}
