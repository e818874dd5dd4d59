package telnyx_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestOneClientServesSixtyFourGoroutines(t *testing.T) {
	server := oauthtest.New()
	app := server.AddClient(oauthtest.Client{Name: "a", Scopes: []string{"messaging.read"}})
	var tokenRequests atomic.Int32
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(server.Client()),
		option.WithBaseURL(server.BaseURL()),
		option.WithClientID(app.ID), option.WithClientSecret(app.Secret),
		option.WithMiddleware(func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
			if req.URL.Path == tokenPath {
				tokenRequests.Add(1)
			}
			return next(req)
		}))
	var group sync.WaitGroup
	errs := make(chan error, 64*5)
	for range 64 {
		group.Go(func() {
			ctx := t.Context()
			_, err := client.OAuthClients.Get(ctx, app.ID)
			errs <- err
			_, err = client.OAuth.Introspect(ctx, telnyx.OAuthIntrospectParams{Token: "x"})
			errs <- err
			pager := client.OAuthClients.ListAutoPaging(ctx, telnyx.OAuthClientListParams{PageSize: telnyx.Int(1)})
			for pager.Next() {
			}
			errs <- pager.Err()
			_, err = client.WellKnown.GetAuthorizationServerMetadata(ctx)
			errs <- err
			copied := client
			errs <- copied.Get(ctx, "oauth_clients/"+app.ID, nil, nil, option.WithHeader("X-A", "1"), option.WithQuery("q", "1"))
		})
	}
	group.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	require.EqualValues(t, 1, tokenRequests.Load())
}

func TestNoGoroutineOrConnectionOutlivesItsCall(t *testing.T) {
	before := goleak.IgnoreCurrent()
	transport := &http.Transport{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		switch r.URL.Path {
		case tokenPath:
			io.WriteString(w, `{"access_token":"a","token_type":"Bearer","expires_in":0}`)
		case "/v2/oauth_clients/stalls":
			io.WriteString(w, `{"data":`)
			http.NewResponseController(w).Flush()
			<-r.Context().Done()
		case "/v2/oauth_clients/large":
			w.Write(make([]byte, 1<<20))
		case "/v2/oauth_clients/gone":
			w.WriteHeader(http.StatusNotFound)
			io.WriteString(w, `{"errors":[{"code":"10005"}]}`)
		default:
			io.WriteString(w, aClient)
		}
	}))
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(server.URL+"/v2"),
		option.WithMaxResponseBytes(1000),
		option.WithHTTPClient(&http.Client{Transport: transport}), asClient[0], asClient[1])
	ctx := t.Context()

	_, err := client.OAuthClients.Get(ctx, "fine")
	require.NoError(t, err)
	require.NoError(t, client.OAuthClients.Delete(ctx, "fine"), "a body that is not expected")
	_, err = client.OAuthClients.Get(ctx, "gone")
	require.ErrorIs(t, err, telnyx.ErrNotFound)
	_, err = client.OAuthClients.Get(ctx, "large")
	require.ErrorIs(t, err, telnyx.ErrBadResponse)
	cut, cancel := context.WithCancel(ctx)
	reading := option.WithMiddleware(func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
		res, err := next(req)
		if req.URL.Path == "/v2/oauth_clients/stalls" {
			cancel()
		}
		return res, err
	})
	_, err = client.OAuthClients.Get(cut, "stalls", reading)
	require.ErrorIs(t, err, context.Canceled)

	transport.CloseIdleConnections()
	server.Close() // returns only when no connection is in use
	goleak.VerifyNone(t, before)
}

func TestASharedTokenRequestEndsWhenItsLastCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the bubble ends only when all its goroutines have
		w := &wire{answer: func(r wireRequest) any {
			<-r.Context().Done()
			return r.Context().Err()
		}}
		client := w.client(asClient...)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 3)
		for range 3 {
			go func() { _, err := client.OAuthClients.Get(ctx, "c1"); done <- err }()
		}
		synctest.Wait()
		cancel()
		for range 3 {
			require.ErrorIs(t, <-done, context.Canceled)
		}
		synctest.Wait()
		require.Len(t, w.sent, 1)
		require.Error(t, w.sent[0].Context().Err())
	})
}

func TestAPanicInTheUsersTransportReachesTheCallerAlsoFromATokenRequest(t *testing.T) {
	w := &wire{answer: func(wireRequest) any { panic("boom") }}
	client := w.client(asClient...)

	require.PanicsWithValue(t, "boom", func() { client.OAuthClients.Get(t.Context(), "c1") })
	require.PanicsWithValue(t, "boom", func() { client.OAuth.GetJwks(t.Context()) })
}
