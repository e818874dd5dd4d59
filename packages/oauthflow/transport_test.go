package oauthflow_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
)

// A resource answers requests, and remembers their tokens and bodies.
type resource struct {
	mu      sync.Mutex
	respond func(n int, req *http.Request) *http.Response
	tokens  []string
	bodies  []string
	closed  int // bodies of answers
}

func (r *resource) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		req.Body.Close()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tokens, r.bodies = append(r.tokens, req.Header.Get("Authorization")), append(r.bodies, string(body))
	res := r.respond(len(r.tokens), req)
	res.Request, res.Body = req, &closing{res.Body, r}
	return res, nil
}

type closing struct {
	io.ReadCloser
	of *resource
}

func (c *closing) Close() error {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	c.of.closed++
	return c.ReadCloser.Close()
}

func response(status int, header http.Header) *http.Response {
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader("said"))}
}

// source returns a source with the valid token at-1. Its renewal returns at-2.
func source(t *testing.T, answers ...answer) (*oauthflow.Source, *script) {
	t.Helper()
	if len(answers) == 0 {
		answers = []answer{{status: 200, body: rotated}}
	}
	s := &script{answers: answers}
	src, err := scripted(s).Source(oauthflow.Token{
		AccessToken: "at-1", RefreshToken: "rt-1", Expiry: time.Now().Add(time.Hour),
	})
	require.NoError(t, err)
	return src, s
}

func TestTheTransportAddsTheTokenAndLeavesTheRequestAlone(t *testing.T) {
	src, _ := source(t)
	r := &resource{respond: func(int, *http.Request) *http.Response { return response(200, nil) }}
	req, err := http.NewRequest("GET", "https://r.example/x", nil)
	require.NoError(t, err)

	res, err := src.Transport(r).RoundTrip(req)

	require.NoError(t, err)
	require.Equal(t, 200, res.StatusCode)
	require.Equal(t, []string{"Bearer at-1"}, r.tokens)
	require.Empty(t, req.Header)
	req.Header.Set("Authorization", "Basic abc")
	_, err = src.Transport(r).RoundTrip(req)
	require.NoError(t, err)
	require.Equal(t, "Basic abc", r.tokens[1], "an Authorization that is there stays")
}

func TestARequestIsSentOnceMoreAfterA401IfANewTokenCanHelp(t *testing.T) {
	body := func() io.Reader { return strings.NewReader("body") }
	once, twice := []string{"Bearer at-1"}, []string{"Bearer at-1", "Bearer at-2"}
	for what, c := range map[string]struct {
		challenge string
		body      io.Reader
		renewal   answer
		sent      []string
	}{
		"no challenge":            {"", nil, answer{}, twice},
		"invalid_token":           {`Bearer error="invalid_token"`, nil, answer{}, twice},
		"a body with GetBody":     {"", body(), answer{}, twice},
		"a body that is gone":     {"", struct{ io.Reader }{body()}, answer{}, once},
		"insufficient_scope":      {`Bearer error="insufficient_scope"`, nil, answer{}, once},
		"invalid_request, plain":  {`Basic realm="x", Bearer scope="a", error=invalid_request`, nil, answer{}, once},
		"an error of another one": {`Basic error="insufficient_scope"`, nil, answer{}, twice},
		"a renewal that fails":    {"", nil, answer{status: 400, body: `{"error":"invalid_grant"}`}, once},
	} {
		t.Run(what, func(t *testing.T) {
			renewal := c.renewal
			if renewal.status == 0 {
				renewal = answer{status: 200, body: rotated}
			}
			src, s := source(t, renewal)
			r := &resource{respond: func(n int, _ *http.Request) *http.Response {
				return response(401, http.Header{"Www-Authenticate": {c.challenge}})
			}}
			req, err := http.NewRequest("POST", "https://r.example/x", c.body)
			require.NoError(t, err)

			res, err := src.Transport(r).RoundTrip(req)

			require.NoError(t, err)
			require.Equal(t, 401, res.StatusCode)
			require.Equal(t, c.sent, r.tokens)
			text, err := io.ReadAll(res.Body)
			require.NoError(t, err)
			require.Equal(t, "said", string(text), "the answer has its body")
			require.Equal(t, len(c.sent)-1, r.closed, "an answer that is replaced is closed")
			require.LessOrEqual(t, s.requests(), 1)
			if c.body != nil {
				require.Equal(t, "body", r.bodies[len(r.bodies)-1])
			}
		})
	}
}

func TestNoTokenGoesOverPlainHTTPUnlessToLoopback(t *testing.T) {
	src, _ := source(t)
	r := &resource{respond: func(int, *http.Request) *http.Response { return response(200, nil) }}
	body := &closing{io.NopCloser(strings.NewReader("x")), r}
	req, err := http.NewRequest("POST", "http://r.example/x", body)
	require.NoError(t, err)

	_, err = src.Transport(r).RoundTrip(req)

	require.ErrorContains(t, err, "https")
	require.Empty(t, r.tokens)
	require.Equal(t, 1, r.closed, "a RoundTripper closes the body also on errors")
	for _, host := range []string{"127.0.0.1:80", "[::1]", "localhost"} {
		req, err := http.NewRequest("GET", "http://"+host, nil)
		require.NoError(t, err)
		_, err = src.Transport(r).RoundTrip(req)
		require.NoError(t, err)
	}
	require.Equal(t, []string{"Bearer at-1", "Bearer at-1", "Bearer at-1"}, r.tokens)
}

func TestATokenDoesNotFollowARedirectToAnotherOrigin(t *testing.T) {
	src, _ := source(t)
	next := []string{
		"https://r.example:443/2", "https://other.example/3", "https://other.example/4", "https://r.example/5",
	}
	r := &resource{respond: func(n int, _ *http.Request) *http.Response {
		if n <= len(next) {
			return response(302, http.Header{"Location": {next[n-1]}})
		}
		return response(200, nil)
	}}
	client := src.HTTPClient(context.WithValue(t.Context(), oauth2.HTTPClient, &http.Client{Transport: r}))

	res, err := client.Get("https://r.example/1")

	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, []string{"Bearer at-1", "Bearer at-1", "", "", "Bearer at-1"}, r.tokens)
}

func TestTheHTTPClientIsThatOfTheContext(t *testing.T) {
	src, _ := source(t)
	r := &resource{respond: func(int, *http.Request) *http.Response {
		return response(302, http.Header{"Location": {"/2"}})
	}}
	given := &http.Client{Transport: r, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}

	client := src.HTTPClient(context.WithValue(t.Context(), oauth2.HTTPClient, given))

	require.Equal(t, time.Minute, client.Timeout)
	res, err := client.Get("https://r.example")
	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, 302, res.StatusCode)
	require.Equal(t, []string{"Bearer at-1"}, r.tokens)
	require.Equal(t, http.RoundTripper(r), given.Transport, "the given client is not changed")
}

func TestTheTransportWaitsNoLongerThanTheRequest(t *testing.T) {
	hold := make(chan struct{})
	src, err := scriptedBy(func(*http.Request) { <-hold }).Source(oauthflow.Token{RefreshToken: "rt-1"})
	require.NoError(t, err)
	bored := errors.New("bored")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(bored)
	req, err := http.NewRequestWithContext(ctx, "GET", "https://r.example", nil)
	require.NoError(t, err)

	_, err = src.Transport(&resource{}).RoundTrip(req)

	require.ErrorIs(t, err, bored)
	close(hold)
	require.NoError(t, src.Close())
}

// scriptedBy is scripted with something to do before each answer.
func scriptedBy(before func(*http.Request)) oauthflow.Config {
	s := &script{answers: []answer{{status: 200, body: rotated}}}
	cfg := scripted(s)
	cfg.Client = telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(s),
		option.WithMiddleware(func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
			before(req)
			return next(req)
		}))
	return cfg
}

func TestAClientWithATokenSourceRenewsARefusedToken(t *testing.T) {
	src, s := source(t)
	var tokens []string
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tokens = append(tokens, r.Header.Get("Authorization"))
		w.Header().Set("Content-Type", "application/json")
		if r.Header.Get("Authorization") != "Bearer at-2" {
			w.WriteHeader(401)
			_, _ = io.WriteString(w, `{"errors":[{"code":"10009","title":"Authentication failed"}]}`)
			return
		}
		_, _ = io.WriteString(w, `{"data":{"id":"1","name":"Pager"}}`)
	}))
	defer api.Close()
	defer http.DefaultClient.CloseIdleConnections()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(api.URL),
		option.WithHTTPClient(api.Client()), oauthflow.WithTokenSource(src))

	res, err := client.OAuthClients.Get(t.Context(), "1")

	require.NoError(t, err)
	require.Equal(t, "Pager", res.Data.Name)
	require.Equal(t, []string{"Bearer at-1", "Bearer at-2"}, tokens)
	require.Equal(t, 1, s.requests())
}

func TestASecond401IsReturnedAfterOneRenewal(t *testing.T) {
	src, s := source(t)
	requests := 0
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		w.WriteHeader(401)
	}))
	defer api.Close()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(api.URL),
		option.WithHTTPClient(api.Client()), oauthflow.WithTokenSource(src))

	_, err := client.OAuthClients.Get(t.Context(), "1")

	require.ErrorIs(t, err, telnyx.ErrUnauthorized)
	require.Equal(t, 2, requests)
	require.Equal(t, 1, s.requests())
}

func TestANilTokenSourceFailsEveryCall(t *testing.T) {
	client := telnyx.NewClient(oauthflow.WithTokenSource(nil))

	_, err := client.OAuthClients.Get(t.Context(), "1")

	require.ErrorContains(t, err, "oauthflow.WithTokenSource")
}

func TestTheSourceOfXOAuth2HasNoRefreshToken(t *testing.T) {
	src, _ := source(t)

	token, err := src.OAuth2().Token()

	require.NoError(t, err)
	require.Equal(t, "at-1", token.AccessToken)
	require.Empty(t, token.RefreshToken)
	require.Equal(t, "Bearer", token.Type())
	require.True(t, token.Valid())
}

// nothing answers at once.
type nothing struct{ res http.Response }

func (n *nothing) RoundTrip(*http.Request) (*http.Response, error) { return &n.res, nil }

func BenchmarkTransport(b *testing.B) {
	src, err := oauthflow.Config{ClientID: "id"}.Source(oauthflow.Token{AccessToken: "at"})
	require.NoError(b, err)
	base := &nothing{http.Response{StatusCode: 200, Body: io.NopCloser(bytes.NewReader(nil))}}
	req, err := http.NewRequest("GET", "https://r.example/x", nil)
	require.NoError(b, err)
	req.Header.Set("Accept", "application/json")
	for name, transport := range map[string]http.RoundTripper{"base": base, "source": src.Transport(base)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := transport.RoundTrip(req); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
