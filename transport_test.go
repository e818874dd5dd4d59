package telnyx_test

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// An http2Refusal says how an http2Server ends every request that it has read.
type http2Refusal struct {
	frame  byte // rstStream or goAway
	code   uint32
	hangUp bool // close the connection after it
}

const (
	headersFrame  = 1
	rstStream     = 3
	settingsFrame = 4
	goAway        = 7

	endStream      = 1 // flag of headers and data
	acknowledgment = 1 // flag of settings

	protocolError = 1
	refusedStream = 7
)

// http2Server implements just enough HTTP/2 to read requests and refuse each of them.
func http2Server(t *testing.T, refusal http2Refusal) (server *httptest.Server, requests *atomic.Int32) {
	requests = new(atomic.Int32)
	server = httptest.NewUnstartedServer(http.NotFoundHandler())
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){
		"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) {
			defer conn.Close()
			preface := make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
			if _, err := io.ReadFull(conn, preface); err != nil {
				return
			}
			writeFrame(conn, settingsFrame, 0, 0)
			for {
				var head [9]byte
				if _, err := io.ReadFull(conn, head[:]); err != nil {
					return
				}
				length := int64(head[0])<<16 | int64(head[1])<<8 | int64(head[2])
				frame, flags, stream := head[3], head[4], binary.BigEndian.Uint32(head[5:])
				if _, err := io.CopyN(io.Discard, conn, length); err != nil {
					return
				}
				switch {
				case frame == settingsFrame && flags&acknowledgment == 0:
					writeFrame(conn, settingsFrame, acknowledgment, 0)
				case frame == headersFrame:
					requests.Add(1)
				}
				if frame > headersFrame || flags&endStream == 0 {
					continue
				}
				if refusal.frame == goAway {
					writeFrame(conn, goAway, 0, 0, 0, refusal.code) // no stream was processed
				} else {
					writeFrame(conn, rstStream, 0, stream, refusal.code)
				}
				if refusal.hangUp {
					return
				}
			}
		},
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, requests
}

func writeFrame(w io.Writer, frame, flags byte, stream uint32, payload ...uint32) {
	text := []byte{0, 0, byte(4 * len(payload)), frame, flags}
	text = binary.BigEndian.AppendUint32(text, stream)
	for _, word := range payload {
		text = binary.BigEndian.AppendUint32(text, word)
	}
	w.Write(text)
}

var http2Refusals = map[string]http2Refusal{
	"reset with PROTOCOL_ERROR":             {frame: rstStream, code: protocolError},
	"refused after the body was read":       {frame: rstStream, code: refusedStream},
	"refused, and the connection closed":    {frame: rstStream, code: refusedStream, hangUp: true},
	"GOAWAY":                                {frame: goAway},
	"GOAWAY, and the connection closed":     {frame: goAway, hangUp: true},
	"PROTOCOL_ERROR, and then it is closed": {frame: rstStream, code: protocolError, hangUp: true},
}

// overHTTP2 returns a client of an http2Server.
func overHTTP2(t *testing.T, refusal http2Refusal, opts ...option.RequestOption) (telnyx.Client, *atomic.Int32) {
	server, requests := http2Server(t, refusal)
	first := []option.RequestOption{
		option.WithoutEnvironment(), option.WithBaseURL(server.URL), option.WithHTTPClient(server.Client()),
		option.WithMaxRetries(0),
	}
	return telnyx.NewClient(append(first, opts...)...), requests
}

func TestHTTP2DoesNotRepeatARequestThatIsNotIdempotent(t *testing.T) {
	for name, refusal := range http2Refusals {
		for what, call := range map[string]func(context.Context, *telnyx.Client) error{
			"creating":   func(ctx context.Context, c *telnyx.Client) error { _, err := create(ctx, c); return err },
			"exchanging": exchange,
			"no body":    func(ctx context.Context, c *telnyx.Client) error { return c.Post(ctx, "x", nil, nil) },
		} {
			t.Run(name+", "+what, func(t *testing.T) {
				client, requests := overHTTP2(t, refusal)

				err := call(t.Context(), &client)

				require.Error(t, err)
				require.EqualValues(t, 1, requests.Load())
			})
		}
	}
}

func TestHTTP2SendsAnIdempotentRequestAtMostEightTimesInAnAttempt(t *testing.T) {
	for name, call := range map[string]func(context.Context, *telnyx.Client) error{
		"getting":  func(ctx context.Context, c *telnyx.Client) error { _, err := c.OAuthClients.Get(ctx, "c1"); return err },
		"deleting": func(ctx context.Context, c *telnyx.Client) error { return c.OAuthClients.Delete(ctx, "c1") },
		"updating": func(ctx context.Context, c *telnyx.Client) error {
			_, err := c.OAuthClients.Update(ctx, "c1", telnyx.OAuthClientUpdateParams{Name: telnyx.String("n")})
			return err
		},
	} {
		for _, how := range []string{
			"reset with PROTOCOL_ERROR", "PROTOCOL_ERROR, and then it is closed", "GOAWAY", "GOAWAY, and the connection closed",
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				attempts := 0
				client, requests := overHTTP2(t, http2Refusals[how], option.WithMaxRetries(1),
					option.WithMiddleware(func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
						attempts++
						return next(req)
					}))

				err := call(t.Context(), &client)

				require.Error(t, err)
				require.NotErrorIs(t, err, context.Canceled)
				require.Equal(t, 2, attempts)
				require.LessOrEqual(t, requests.Load(), int32(14))
				if http2Refusals[how].frame == goAway { // Go 1.27 does not send a stream again that was reset
					require.ErrorContains(t, err, "the connection failed each time that net/http sent the request (7)")
					require.EqualValues(t, 14, requests.Load())
				}
			})
		}
	}
}

func TestRepeatsByRedirectsAndMiddlewareAreNotCountedAsRepeatsByTheTransport(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n, _ := strconv.Atoi(path.Base(r.URL.Path)); n > 0 {
			http.Redirect(w, r, strconv.Itoa(n-1), http.StatusFound)
			return
		}
		io.WriteString(w, `{}`)
	}))
	defer server.Close()
	again := option.WithMiddleware(func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
		for range 10 {
			res, err := next(req.Clone(req.Context()))
			if err != nil {
				return nil, err
			}
			res.Body.Close()
		}
		return next(req)
	})
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(server.URL), option.WithMaxRetries(0))

	require.NoError(t, client.Get(t.Context(), "hops/9", nil, nil, again))
	require.NoError(t, client.Post(t.Context(), "hops/0", nil, nil, again))
}

func TestOnlyIdempotentRequestsToANetHTTPClientHaveGetBody(t *testing.T) {
	var rewindable []bool
	note := func(req *http.Request) (*http.Response, error) {
		rewindable = append(rewindable, req.GetBody != nil)
		return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(aClient))}, nil
	}
	calls := func(opts ...option.RequestOption) {
		client := telnyx.NewClient(append(opts, option.WithoutEnvironment())...)
		_, created := create(t.Context(), &client)
		_, updated := client.OAuthClients.Update(t.Context(), "c1", telnyx.OAuthClientUpdateParams{Name: telnyx.String("n")})
		require.NoError(t, errors.Join(created, updated))
	}

	calls(option.WithMiddleware(func(req *http.Request, _ option.MiddlewareNext) (*http.Response, error) {
		return note(req)
	}))
	calls(option.WithHTTPClient(doer(note)))

	require.Equal(t, []bool{false, true, false, false}, rewindable)
}

type connKey struct{}

// For example, after the restart of a server behind a load balancer.
func TestAGetSucceedsWithAPoolOfDeadConnections(t *testing.T) {
	const pool = 60
	var dying atomic.Bool
	var sent atomic.Int32
	var together sync.WaitGroup
	together.Add(pool)
	type age struct{ old atomic.Bool }
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent.Add(1)
		a := r.Context().Value(connKey{}).(*age)
		if dying.Load() && a.old.Load() {
			panic(http.ErrAbortHandler)
		}
		if !dying.Load() {
			a.old.Store(true)
			together.Done()
			together.Wait()
		}
		io.WriteString(w, aClient)
	}))
	server.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, new(age))
	}
	server.Start()
	defer server.Close()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(server.URL))
	var calls sync.WaitGroup
	for range pool {
		calls.Go(func() { _, err := client.OAuthClients.Get(t.Context(), "c1"); assert.NoError(t, err) })
	}
	calls.Wait()
	dying.Store(true)
	sent.Store(0)

	_, err := client.OAuthClients.Get(t.Context(), "c1")

	require.NoError(t, err)
	require.LessOrEqual(t, sent.Load(), int32(9), "at most eight in the first attempt")
}

func TestTheUsersClientTraceIsCalled(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, aClient)
	}))
	defer server.Close()
	got := 0
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { got++ }})
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(server.URL))

	_, err := client.OAuthClients.Get(ctx, "c1")

	require.NoError(t, err)
	require.Equal(t, 1, got)
}

// switching answers the first request of each connection with 101, and leaves the connection open until stop is called.
func switching(t *testing.T) (base string, closed <-chan struct{}) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	end := make(chan struct{})
	go func() {
		defer close(end)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n")
			io.Copy(io.Discard, conn) // until the client closes it
		}
	}()
	return "http://" + listener.Addr().String(), end
}

func TestASwitchOfProtocolsIsAnErrorAtOnceAndClosesTheConnection(t *testing.T) {
	for name, call := range map[string]func(context.Context, *telnyx.Client) error{
		"reading": func(ctx context.Context, c *telnyx.Client) error {
			_, err := c.OAuthClients.Get(ctx, "c1")
			return err
		},
		"no result":  func(ctx context.Context, c *telnyx.Client) error { return c.Get(ctx, "x", nil, nil) },
		"exchanging": exchange,
		"a debug log": func(ctx context.Context, c *telnyx.Client) error {
			return c.Get(ctx, "x", nil, nil, option.WithDebugLog(log.New(io.Discard, "", 0)))
		},
		"a debug log over another HTTP client": func(ctx context.Context, c *telnyx.Client) error {
			return c.Get(ctx, "x", nil, nil, option.WithDebugLog(log.New(io.Discard, "", 0)),
				option.WithHTTPClient(doer(http.DefaultClient.Do)))
		},
		"a middleware that reads it": func(ctx context.Context, c *telnyx.Client) error {
			return c.Get(ctx, "x", nil, nil, option.WithMiddleware(
				func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
					res, err := next(req)
					if err == nil {
						_, err = io.ReadAll(res.Body)
					}
					return res, err
				}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			base, closed := switching(t)
			client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(base))

			err := call(t.Context(), &client)

			var typed *telnyx.Error
			require.ErrorAs(t, err, &typed)
			require.Equal(t, 101, typed.StatusCode)
			<-closed
		})
	}
}

func TestBodyOfAnInterimStatusIsClosedUnread(t *testing.T) {
	for _, status := range []int{100, 101, 103, 199} {
		body := &unreadable{t: t}
		answer := func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Body: body}, nil
		}
		for _, from := range []option.RequestOption{
			option.WithHTTPClient(doer(answer)),
			option.WithMiddleware(func(req *http.Request, _ option.MiddlewareNext) (*http.Response, error) {
				return answer(req)
			}),
		} {
			body.closed = 0
			client := telnyx.NewClient(option.WithoutEnvironment(), from)

			_, err := client.OAuthClients.Get(t.Context(), "c1")

			var typed *telnyx.Error
			require.ErrorAs(t, err, &typed)
			require.Equal(t, status, typed.StatusCode)
			require.Equal(t, 1, body.closed)
		}
	}
}

type unreadable struct {
	t      *testing.T
	closed int
}

func (u *unreadable) Read([]byte) (int, error) { u.t.Error("the body was read"); return 0, io.EOF }
func (u *unreadable) Close() error             { u.closed++; return nil }

func TestLoopbackBehindAProxyGetsNoCredentialOverPlainHTTP(t *testing.T) {
	asked := 0
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		io.WriteString(w, aClient)
	}))
	defer proxy.Close()
	through, err := url.Parse(proxy.URL)
	require.NoError(t, err)
	transport := &http.Transport{Proxy: http.ProxyURL(through)}
	defer transport.CloseIdleConnections()
	for _, base := range []string{"http://localhost:1", "http://127.0.0.1:1/v2", "http://[::1]:1"} {
		client := telnyx.NewClient(option.WithoutEnvironment(), option.WithAPIKey(aKey), option.WithBaseURL(base),
			option.WithHTTPClient(&http.Client{Transport: transport}))

		_, refused := client.OAuthClients.Get(t.Context(), "c1")
		require.ErrorContains(t, refused, "refusing to send credentials over plain http", base)
		require.Zero(t, asked)
		_, public := client.OAuth.GetJwks(t.Context())
		_, allowed := client.OAuthClients.Get(t.Context(), "c1", option.WithInsecureHTTP())

		require.NoError(t, public)
		require.NoError(t, allowed)
		require.Equal(t, 2, asked)
		asked = 0
	}
}

func TestLoopbackThatAProxyFunctionExemptsGetsItsCredential(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"data":{"client_id":"`+r.Header.Get("Authorization")+`"}}`)
	}))
	defer server.Close()
	transport := &http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return nil, nil }}
	defer transport.CloseIdleConnections()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithAPIKey(aKey), option.WithBaseURL(server.URL),
		option.WithHTTPClient(&http.Client{Transport: transport}))

	res, err := client.OAuthClients.Get(t.Context(), "c1")

	require.NoError(t, err)
	require.Equal(t, "Bearer "+aKey, res.Data.ClientID)
}

func TestSixteenCallersNeedAboutSixteenConnections(t *testing.T) {
	least := connectionsOfSixteenCallers(t)
	for range 2 { // on a busy machine: net/http closes a connection if it hears of the end of a write only after 50 ms
		if least > 25 {
			least = min(least, connectionsOfSixteenCallers(t))
		}
	}

	require.LessOrEqual(t, least, int32(25))
}

// connectionsOfSixteenCallers returns how many connections 16 callers open for 4,000 calls.
func connectionsOfSixteenCallers(t *testing.T) int32 {
	const callers, calls = 16, 250
	var conns, requests atomic.Int32
	// Until each caller has a connection, no request is answered: net/http dials for a request even if a connection
	// becomes free before that one is needed, so quick answers to the first requests would lead to any number of dials.
	all := make(chan struct{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) == callers {
			close(all)
		}
		<-all
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
	var group sync.WaitGroup

	for range callers {
		group.Go(func() {
			for range calls {
				_, err := client.OAuthClients.Get(t.Context(), "c1")
				assert.NoError(t, err)
			}
		})
	}
	group.Wait()

	require.EqualValues(t, callers*calls, requests.Load())
	return conns.Load()
}

func TestAReplacedDefaultTransportIsUsed(t *testing.T) {
	defer func(was http.RoundTripper) { http.DefaultTransport = was }(http.DefaultTransport)
	client := telnyx.NewClient(option.WithoutEnvironment())
	for _, id := range []string{"c1", "c2"} { // once more, as a program may replace it at any time
		w := inTurn(says(200, `{"data":{"client_id":"`+id+`"}}`))
		http.DefaultTransport = w

		res, err := client.OAuthClients.Get(t.Context(), id)

		require.NoError(t, err)
		require.Equal(t, id, res.Data.ClientID)
		require.Len(t, w.sent, 1)
	}
}

func TestADefaultTransportThatIsReplacedByAnotherHTTPTransportIsUsed(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, aClient)
	}))
	defer server.Close()
	dialed := ""
	double := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		dialed = addr
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}}
	defer double.CloseIdleConnections()
	defer func(was http.RoundTripper) { http.DefaultTransport = was }(http.DefaultTransport)
	http.DefaultTransport = double
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL("http://h.invalid"))

	_, err := client.OAuthClients.Get(t.Context(), "c1")

	require.NoError(t, err)
	require.Equal(t, "h.invalid:80", dialed)
}

func TestAnAttemptWithoutAnyDeadlineEndsAfterAMinute(t *testing.T) {
	for name, c := range map[string]struct {
		client  http.Client
		context time.Duration
		opts    []option.RequestOption
		want    time.Duration
	}{
		"nothing":                     {want: time.Minute},
		"a longer one of the context": {context: time.Hour, want: time.Hour},
		"a longer one of the client":  {client: http.Client{Timeout: time.Hour}, want: time.Hour},
		"a longer one of the option":  {opts: []option.RequestOption{option.WithRequestTimeout(time.Hour)}, want: time.Hour},
		"lifted, with one of a client": {
			client: http.Client{Timeout: time.Hour}, opts: []option.RequestOption{option.WithRequestTimeout(0)}, want: time.Hour,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{answer: func(r wireRequest) any {
					<-r.Context().Done()
					return r.Context().Err()
				}}
				c.client.Transport = w
				client := w.client(append(c.opts, option.WithHTTPClient(&c.client), option.WithMaxRetries(0))...)
				ctx, cancel := context.WithTimeout(t.Context(), cmp.Or(c.context, 100*time.Hour))
				defer cancel()
				if c.context == 0 {
					ctx = t.Context()
				}
				began := time.Now()

				_, err := client.OAuthClients.Get(ctx, "c1")

				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.Equal(t, c.want, time.Since(began))
				if name == "nothing" {
					require.ErrorContains(t, err, "no response within 1m0s (the default; option.WithRequestTimeout sets another)")
				}
			})
		})
	}
}

func TestARequestTimeoutOfZeroLiftsTheDefault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: func(r wireRequest) any {
			_, limited := r.Context().Deadline()
			require.False(t, limited)
			time.Sleep(time.Hour)
			return says(200, aClient)
		}}
		client := w.client(option.WithRequestTimeout(0))

		_, err := client.OAuthClients.Get(t.Context(), "c1")

		require.NoError(t, err)
	})
}

func TestACanceledContextEndsTheCallInEveryPhase(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	silent := listener.Addr().String() // accepts connections and never answers
	var cancel atomic.Pointer[context.CancelCauseFunc]
	enough := errors.New("enough")
	end := func() { (*cancel.Load())(enough) }
	stall := func(w http.ResponseWriter, r *http.Request) {
		http.NewResponseController(w).Flush()
		end()
		<-r.Context().Done()
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path.Base(r.URL.Path) {
		case "headers":
			end()
			<-r.Context().Done()
		case "redirected":
			http.Redirect(w, r, "headers", http.StatusFound)
		case "body":
			io.WriteString(w, `{"data":`)
			stall(w, r)
		case "error":
			w.WriteHeader(500)
			stall(w, r)
		case "wait":
			w.Header().Set("Retry-After", "50")
			w.WriteHeader(503)
			time.AfterFunc(time.Millisecond, end)
		}
	}))
	defer server.Close()
	for id, base := range map[string]string{
		"dial": "http://h.invalid", "handshake": "https://" + silent, "headers": server.URL, "redirected": server.URL,
		"body": server.URL, "error": server.URL, "wait": server.URL,
	} {
		t.Run(id, func(t *testing.T) {
			ctx, stop := context.WithCancelCause(t.Context())
			cancel.Store(&stop)
			dialer := new(net.Dialer)
			transport := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				if id == "dial" || id == "handshake" {
					end()
				}
				if id == "dial" {
					<-ctx.Done()
					return nil, ctx.Err()
				}
				return dialer.DialContext(context.WithoutCancel(ctx), network, addr)
			}}
			defer transport.CloseIdleConnections()
			client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(base),
				option.WithHTTPClient(&http.Client{Transport: transport}))

			_, err := client.OAuthClients.Get(ctx, id)

			require.ErrorIs(t, err, context.Canceled)
			require.ErrorIs(t, err, enough)
		})
	}
}

func TestClientsMadeInARowShareTheDefaultTransportsConnections(t *testing.T) {
	var conns atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, aClient)
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			conns.Add(1)
		}
	}
	server.Start()
	defer server.Close()

	for range 20 {
		client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(server.URL))
		_, err := client.OAuthClients.Get(t.Context(), "c1")
		require.NoError(t, err)
	}

	require.EqualValues(t, 1, conns.Load())
}

func TestTimeoutOfTheUsersHTTPClientAppliesUnlessTheOptionIsShorter(t *testing.T) {
	const ofClient, ofOption = "Timeout of the http.Client", "option.WithRequestTimeout"
	for _, c := range []struct {
		opts []option.RequestOption
		want time.Duration
		by   string
	}{
		{nil, 3 * time.Second, ofClient},
		{[]option.RequestOption{option.WithRequestTimeout(0)}, 3 * time.Second, ofClient},
		{[]option.RequestOption{option.WithRequestTimeout(5 * time.Second)}, 3 * time.Second, ofClient},
		{[]option.RequestOption{option.WithRequestTimeout(2 * time.Second)}, 2 * time.Second, ofOption},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := &wire{answer: func(r wireRequest) any {
				<-r.Context().Done()
				return r.Context().Err()
			}}
			client := w.client(
				option.WithHTTPClient(&http.Client{Transport: w, Timeout: 3 * time.Second}), option.WithMaxRetries(0),
			)
			began := time.Now()

			_, err := client.OAuthClients.Get(t.Context(), "c1", c.opts...)

			require.ErrorContains(t, err, c.by)
			require.Equal(t, c.want, time.Since(began))
		})
	}
}
