package oauthflow_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
)

// An answer is the response of a script to one token request.
type answer struct {
	status int // 0: err
	body   string
	header http.Header
	err    error
}

// A script answers token requests one after the other, the last answer for ever, and remembers their forms.
type script struct {
	mu      sync.Mutex
	answers []answer
	forms   []url.Values
	headers []http.Header
}

func (s *script) Do(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, _ := io.ReadAll(req.Body)
	form, _ := url.ParseQuery(string(body))
	s.forms, s.headers = append(s.forms, form), append(s.headers, req.Header)
	a := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}
	if a.status == 0 {
		return nil, a.err
	}
	header := http.Header{"Content-Type": {"application/json"}}
	for name, values := range a.header {
		header[name] = values
	}
	return &http.Response{
		StatusCode: a.status, Header: header, Body: io.NopCloser(strings.NewReader(a.body)), Request: req, ProtoMajor: 1,
	}, nil
}

func (s *script) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.forms)
}

const (
	rotated    = `{"access_token":"at-2","token_type":"Bearer","expires_in":1800,"refresh_token":"rt-2"}`
	notRotated = `{"access_token":"at-2","token_type":"bearer","expires_in":"1800"}`
)

var refusedToConnect = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}

// renewing is a source whose token has expired, and the script that answers its renewals.
func renewing(t *testing.T, answers ...answer) (*oauthflow.Source, *script, oauthflow.Config, *clock) {
	t.Helper()
	s, clk := &script{answers: answers}, new(clock)
	clk.advance(24 * 365 * 56 * time.Hour)
	cfg := oauthflow.Config{
		Client: telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL("https://api.example/v2"),
			option.WithHTTPClient(s)),
		ClientID: "app", Store: new(oauthflow.MemoryStore), Now: clk.now,
	}
	src, err := cfg.Source(oauthflow.Token{AccessToken: "at-1", RefreshToken: "rt-1", Expiry: clk.now().Add(time.Hour)})
	require.NoError(t, err)
	got, err := src.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "at-1", got.AccessToken)
	clk.advance(2 * time.Hour)
	return src, s, cfg, clk
}

// The error of each response, and whether the next call sends the refresh token again.
func TestTheResponseDecidesWhetherTheRefreshTokenIsSentAgain(t *testing.T) {
	const transient, reauthorize = oauthflow.ErrTransient, oauthflow.ErrReauthorize
	says := func(status int, body string) answer { return answer{status: status, body: body} }
	for what, c := range map[string]struct {
		answer
		kind  oauthflow.Kind
		again bool
	}{
		"no connection":                         {answer{err: refusedToConnect}, transient, true},
		"429":                                   {says(429, `{"errors":[{"code":"10011"}]}`), transient, true},
		"503":                                   {says(503, `<html>`), transient, true},
		"a gateway's 403":                       {says(403, `<html>no`), transient, true},
		"a 400 without an OAuth code":           {says(400, `{}`), transient, true},
		"temporarily_unavailable":               {says(400, `{"error":"temporarily_unavailable"}`), transient, true},
		"temporarily_unavailable with 500":      {says(500, `{"error":"temporarily_unavailable"}`), transient, true},
		"invalid_grant (RFC 6749, section 5.2)": {says(400, `{"error":"invalid_grant"}`), reauthorize, false},
		"invalid_grant with 500":                {says(500, `{"error":"invalid_grant"}`), reauthorize, false},
		"invalid_grant with 429":                {says(429, `{"error":"invalid_grant"}`), reauthorize, false},
		"invalid_client":                        {says(401, `{"error":"invalid_client"}`), "", true},
		"invalid_request":                       {says(400, `{"error":"invalid_request"}`), "", true},
		"invalid_scope with 500":                {says(500, `{"error":"invalid_scope"}`), "", true},
		"unauthorized_client":                   {says(400, `{"error":"unauthorized_client"}`), "", true},
		"unsupported_grant_type":                {says(400, `{"error":"unsupported_grant_type"}`), "", true},
		"invalid_target (RFC 8707, section 2)":  {says(400, `{"error":"invalid_target"}`), "", true},
		"500":                                   {says(500, `{}`), transient, false},
		"502 of a gateway":                      {says(502, `<html>`), transient, false},
		"server_error":                          {says(400, `{"error":"server_error"}`), transient, false},
		"server_error with 503":                 {says(503, `{"error":"server_error"}`), transient, false},
		"a lost answer":                         {answer{err: errors.New("connection reset by peer")}, transient, false},
		"a cut answer":                          {says(200, `{"access_token":"at-2`), transient, false},
		"HTML with 200":                         {says(200, `<html>`), transient, false},
		"no access token":                       {says(200, `{"token_type":"Bearer"}`), transient, false},
		"another token type (RFC 6749, section 7.1)": {
			says(200, `{"access_token":"x","token_type":"mac"}`), transient, false,
		},
		"a token that no header may have": {says(200, `{"access_token":"a\nb"}`), transient, false},
		"a redirect, which may have been a success": {
			answer{status: 302, header: http.Header{"Location": {"https://api.example/x"}}}, transient, false,
		},
		"an OAuth code in a success, as some do it":    {says(200, `{"error":"invalid_grant"}`), reauthorize, false},
		"a refusal in a success that leaves it unused": {says(200, `{"error":"invalid_client"}`), "", true},
	} {
		t.Run(what, func(t *testing.T) {
			src, s, _, _ := renewing(t, c.answer, answer{status: 200, body: rotated})

			_, err := src.Token(t.Context())

			require.Error(t, err)
			for _, kind := range []oauthflow.Kind{transient, reauthorize} {
				require.Equal(t, kind == c.kind, errors.Is(err, kind), "%s: %v", kind, err)
			}
			if c.status != 0 {
				var said *telnyx.Error
				var theirs *oauth2.RetrieveError
				require.ErrorAs(t, err, &said)
				require.ErrorAs(t, err, &theirs)
				require.Equal(t, c.status, theirs.Response.StatusCode)
			}
			require.NotContains(t, err.Error(), "rt-1")
			require.Equal(t, 1, s.requests())
			token, err := src.Token(t.Context())
			if c.again {
				require.NoError(t, err)
				require.Equal(t, "at-2", token.AccessToken)
				require.Equal(t, 2, s.requests())
				return
			}
			require.ErrorIs(t, err, oauthflow.ErrReauthorize)
			require.Equal(t, 1, s.requests(), "nothing is sent")
		})
	}
}

func TestARefreshRequestHasTheTokenAndTheResourcesAndNoScope(t *testing.T) {
	s := &script{answers: []answer{{status: 200, body: rotated}}}
	cfg := oauthflow.Config{
		Client: telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(s)), ClientID: "app",
		Scopes: []string{"a"}, Resources: []string{"https://r.example/1", "https://r.example/2"},
	}
	src, err := cfg.Source(oauthflow.Token{RefreshToken: "rt-1"})
	require.NoError(t, err)

	token, err := src.Token(t.Context())

	require.NoError(t, err)
	require.Equal(t, "rt-2", token.RefreshToken)
	require.Equal(t, url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {"rt-1"}, "client_id": {"app"},
		"resource": {"https://r.example/1", "https://r.example/2"},
	}, s.forms[0])
}

func TestARefreshTokenThatWasNotReplacedIsSentAgainAfterALostResponse(t *testing.T) {
	src, s, _, clk := renewing(t, answer{status: 200, body: notRotated}, answer{err: errors.New("reset")},
		answer{status: 200, body: notRotated})
	token, err := src.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "rt-1", token.RefreshToken, "a success without one keeps the old one (RFC 6749, section 6)")
	clk.advance(time.Hour)
	_, err = src.Token(t.Context())
	require.ErrorIs(t, err, oauthflow.ErrTransient)

	_, err = src.Token(t.Context())

	require.NoError(t, err)
	require.Equal(t, 3, s.requests())
}

func TestInvalidGrantEndsAReusableRefreshTokenToo(t *testing.T) {
	src, s, _, clk := renewing(t,
		answer{status: 200, body: notRotated},
		answer{status: 400, body: `{"error":"invalid_grant"}`})
	_, err := src.Token(t.Context())
	require.NoError(t, err)
	clk.advance(time.Hour)
	_, err = src.Token(t.Context())
	require.ErrorIs(t, err, oauthflow.ErrReauthorize)

	_, err = src.Token(t.Context())

	require.ErrorIs(t, err, oauthflow.ErrReauthorize)
	require.Equal(t, 2, s.requests(), "nothing is sent again")
}

// failing is a store whose saves fail while err is not nil.
type failing struct {
	oauthflow.MemoryStore
	mu                        sync.Mutex
	loadErr, saveErr, lockErr error
	goodSaves                 int
}

func (f *failing) set(change func(*failing)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

func (f *failing) Load(ctx context.Context, key oauthflow.Key) (oauthflow.Record, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.loadErr != nil {
		return oauthflow.Record{}, f.loadErr
	}
	return f.MemoryStore.Load(ctx, key)
}

func (f *failing) Save(ctx context.Context, key oauthflow.Key, r oauthflow.Record) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.goodSaves--; f.saveErr != nil && f.goodSaves < 0 {
		return "", f.saveErr
	}
	return f.MemoryStore.Save(ctx, key, r)
}

func (f *failing) Lock(ctx context.Context, key oauthflow.Key) (context.Context, func(), error) {
	f.mu.Lock()
	err := f.lockErr
	f.mu.Unlock()
	if err != nil {
		return nil, nil, err
	}
	return f.MemoryStore.Lock(ctx, key)
}

// onStore is renewing over a store that can fail.
func onStore(t *testing.T, answers ...answer) (*oauthflow.Source, *script, *failing, oauthflow.Config, *clock) {
	t.Helper()
	_, s, cfg, clk := renewing(t, answers...)
	store := new(failing)
	cfg.Store = store
	src, err := cfg.Source(oauthflow.Token{AccessToken: "at-1", RefreshToken: "rt-1", Expiry: clk.now().Add(time.Hour)})
	require.NoError(t, err)
	_, err = src.Token(t.Context())
	require.NoError(t, err)
	clk.advance(2 * time.Hour)
	return src, s, store, cfg, clk
}

func TestNoRefreshTokenIsSentWhileTheStoreFails(t *testing.T) {
	for what, c := range map[string]struct {
		fail func(*failing)
		kind oauthflow.Kind
	}{
		"loading":         {func(f *failing) { f.loadErr = errDisk }, oauthflow.ErrTransient},
		"saving the mark": {func(f *failing) { f.saveErr = errDisk }, oauthflow.ErrTransient},
		"locking":         {func(f *failing) { f.lockErr = errDisk }, oauthflow.ErrTransient},
		"damaged":         {func(f *failing) { f.loadErr = oauthflow.ErrCorrupt }, oauthflow.ErrCorrupt},
		"insecure":        {func(f *failing) { f.loadErr = oauthflow.ErrInsecure }, oauthflow.ErrInsecure},
	} {
		t.Run(what, func(t *testing.T) {
			src, s, store, _, _ := onStore(t, answer{status: 200, body: rotated})
			store.set(c.fail)

			_, err := src.Token(t.Context())

			require.ErrorIs(t, err, c.kind)
			require.Equal(t, c.kind == oauthflow.ErrTransient, errors.Is(err, oauthflow.ErrTransient))
			require.NotErrorIs(t, err, oauthflow.ErrReauthorize)
			require.Zero(t, s.requests())
			store.set(func(f *failing) { f.loadErr, f.saveErr, f.lockErr = nil, nil, nil })
			_, err = src.Token(t.Context())
			require.NoError(t, err, "errors are not remembered")
		})
	}
}

func TestATokenThatCouldNotBeSavedIsInTheErrorAndSavedByTheNextCall(t *testing.T) {
	src, s, store, cfg, _ := onStore(t, answer{status: 200, body: rotated}, answer{status: 500})
	store.set(func(f *failing) { f.saveErr, f.goodSaves = errDisk, 1 })

	_, err := src.Token(t.Context())

	var unsaved *oauthflow.SaveError
	require.ErrorAs(t, err, &unsaved)
	require.ErrorIs(t, err, errDisk)
	require.Equal(t, "at-2", unsaved.Token.AccessToken)
	require.Equal(t, "rt-2", unsaved.Token.RefreshToken)
	require.NotContains(t, err.Error(), "at-2")
	_, err = src.Token(t.Context())
	require.ErrorAs(t, err, &unsaved, "it still cannot be saved")
	store.set(func(f *failing) { f.saveErr = nil })
	token, err := src.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "at-2", token.AccessToken)
	require.Equal(t, 1, s.requests())
	another, err := cfg.Stored()
	require.NoError(t, err)
	token, err = another.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "rt-2", token.RefreshToken)
}

func TestOnTokenGetsEachNewTokenBeforeItIsUsedAndAgainIfItFails(t *testing.T) {
	_, s, _, clk := renewing(t, answer{status: 200, body: rotated}, answer{status: 500})
	var told []string
	fail := errors.New("the database is down")
	cfg := oauthflow.Config{
		Client: telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(s)), ClientID: "app", Now: clk.now,
		OnToken: func(_ context.Context, t oauthflow.Token) error {
			told = append(told, t.AccessToken)
			return fail
		},
	}
	src, err := cfg.Source(oauthflow.Token{RefreshToken: "rt-1"})
	require.NoError(t, err)

	_, err = src.Token(t.Context())
	var unsaved *oauthflow.SaveError
	require.ErrorAs(t, err, &unsaved)
	require.ErrorIs(t, err, fail)
	fail = nil
	token, err := src.Token(t.Context())
	require.NoError(t, err)
	_, err = src.Token(t.Context())
	require.NoError(t, err)

	require.Equal(t, "at-2", token.AccessToken)
	require.Equal(t, []string{"at-2", "at-2"}, told)
	require.Equal(t, 1, s.requests())
}

func TestAValidTokenIsReturnedWhateverFailsAndARenewalFollowsInTheBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []answer{
			{status: 503, body: `{}`, header: http.Header{"Retry-After": {"20"}}}, {status: 200, body: rotated},
		}}
		cfg := oauthflow.Config{
			Client: telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(s)), ClientID: "app",
		}
		src, err := cfg.Source(oauthflow.Token{
			AccessToken: "at-1", RefreshToken: "rt-1", Expiry: time.Now().Add(30 * time.Minute),
		})
		require.NoError(t, err)
		get := func() string {
			token, err := src.Token(t.Context())
			require.NoError(t, err)
			synctest.Wait()
			return token.AccessToken
		}
		require.Equal(t, "at-1", get())
		time.Sleep(29*time.Minute - time.Second)
		require.Equal(t, "at-1", get())
		require.Zero(t, s.requests(), "it is not near its expiry")

		time.Sleep(time.Second)
		require.Equal(t, "at-1", get())
		require.Equal(t, 1, s.requests())
		time.Sleep(19 * time.Second)
		require.Equal(t, "at-1", get())
		require.Equal(t, 1, s.requests(), "Retry-After is not over")
		time.Sleep(time.Second)
		require.Equal(t, "at-1", get())

		require.Equal(t, 2, s.requests())
		require.Equal(t, "at-2", get())
	})
}

func TestATokenIsRenewedNoEarlierThanAFifthOfItsLifeBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []answer{{status: 200, body: `{"access_token":"at-1","expires_in":100}`}}}
		cfg := oauthflow.Config{
			Client:   telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(s)),
			ClientID: "app", ClientSecret: "secret", RenewBefore: time.Hour,
		}
		src, err := cfg.ClientCredentials()
		require.NoError(t, err)
		get := func() {
			_, err := src.Token(t.Context())
			require.NoError(t, err)
			synctest.Wait()
		}
		get()
		time.Sleep(79 * time.Second)
		get()
		require.Equal(t, 1, s.requests())
		time.Sleep(time.Second)
		get()
		require.Equal(t, 2, s.requests())
	})
}

func TestAnUnknownLifetimeIs30MinutesFromWhenTheSourceGotTheToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []answer{{status: 200, body: `{"access_token":"at","token_type":"Bearer"}`}}}
		src, err := oauthflow.Config{
			Client:   telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(s)),
			ClientID: "app", ClientSecret: "secret",
		}.ClientCredentials()
		require.NoError(t, err)
		token, err := src.Token(t.Context())
		require.NoError(t, err)
		require.True(t, token.Expiry.IsZero())
		time.Sleep(30*time.Minute - time.Second)
		_, err = src.Token(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, s.requests())
		time.Sleep(time.Second)
		_, err = src.Token(t.Context())
		require.NoError(t, err)
		require.Equal(t, 2, s.requests())
	})
}

func TestATokenThatHasExpiredOnArrivalIsReturnedOnlyToWaitingCallers(t *testing.T) {
	src, s, _, _ := renewing(t, answer{status: 200, body: `{"access_token":"at-2","expires_in":0,"refresh_token":"rt-2"}`},
		answer{status: 200, body: `{"access_token":"at-3","expires_in":-5,"refresh_token":"rt-3"}`})

	second, err := src.Token(t.Context())
	require.NoError(t, err)
	third, err := src.Token(t.Context())
	require.NoError(t, err)

	require.Equal(t, "at-2", second.AccessToken)
	require.Equal(t, "at-3", third.AccessToken)
	require.Equal(t, 2, s.requests())
}

func TestALifetimeIsADayAtMost(t *testing.T) {
	src, _, _, clk := renewing(t,
		answer{status: 200, body: `{"access_token":"at-2","expires_in":99999999999,"refresh_token":"rt-2"}`})

	token, err := src.Token(t.Context())

	require.NoError(t, err)
	require.Equal(t, clk.now().Add(24*time.Hour), token.Expiry)
}

func TestRenewReturnsTheTokenThatReplacedTheRefusedOne(t *testing.T) {
	src, s, cfg, _ := renewing(t, answer{status: 200, body: rotated}, answer{status: 500})
	_, err := src.Token(t.Context())
	require.NoError(t, err)

	here, err := src.Renew(t.Context(), "at-1")
	require.NoError(t, err)
	other, err := cfg.Stored()
	require.NoError(t, err)
	inTheStore, err := other.Renew(t.Context(), "at-1")
	require.NoError(t, err)

	require.Equal(t, "at-2", here.AccessToken)
	require.Equal(t, "at-2", inTheStore.AccessToken)
	require.Equal(t, 1, s.requests())
}

func TestTheGivenTokenIsUsedOnlyIfTheStoreHasNoUsableRecord(t *testing.T) {
	t.Run("a record wins", func(t *testing.T) {
		_, s, cfg, _ := renewing(t, answer{status: 200, body: rotated})
		src, err := cfg.Source(oauthflow.Token{AccessToken: "seed", RefreshToken: "rt-seed"})
		require.NoError(t, err)
		token, err := src.Token(t.Context())
		require.NoError(t, err)
		require.Equal(t, "at-2", token.AccessToken)
		require.Equal(t, "rt-1", s.forms[0].Get("refresh_token"))
	})
	t.Run("a new seed takes the place of a dead record", func(t *testing.T) {
		src, s, cfg, _ := renewing(t,
			answer{status: 400, body: `{"error":"invalid_grant"}`},
			answer{status: 200, body: rotated})
		_, err := src.Token(t.Context())
		require.ErrorIs(t, err, oauthflow.ErrReauthorize)
		src, err = cfg.Source(oauthflow.Token{RefreshToken: "rt-seed"})
		require.NoError(t, err)
		_, err = src.Token(t.Context())
		require.NoError(t, err)
		require.Equal(t, "rt-seed", s.forms[1].Get("refresh_token"))
	})
	t.Run("a seed that was rotated away does not come back", func(t *testing.T) {
		src, s, cfg, _ := renewing(t,
			answer{status: 200, body: `{"access_token":"at-2","expires_in":0,"refresh_token":"rt-2"}`},
			answer{status: 400, body: `{"error":"invalid_grant"}`})
		_, err := src.Token(t.Context())
		require.NoError(t, err)
		_, err = src.Token(t.Context())
		require.ErrorIs(t, err, oauthflow.ErrReauthorize)
		src, err = cfg.Source(oauthflow.Token{RefreshToken: "rt-1"}) // from a configuration file
		require.NoError(t, err)
		_, err = src.Token(t.Context())
		require.ErrorIs(t, err, oauthflow.ErrReauthorize)
		require.Equal(t, 2, s.requests())
	})
	t.Run("expired and without a refresh token", func(t *testing.T) {
		_, s, cfg, clk := renewing(t, answer{status: 500})
		cfg.Store = nil
		src, err := cfg.Source(oauthflow.Token{AccessToken: "at", Expiry: clk.now()})
		require.NoError(t, err)
		_, err = src.Token(t.Context())
		require.ErrorIs(t, err, oauthflow.ErrReauthorize)
		require.Zero(t, s.requests())
	})
}

func TestCloseWaitsForTheRenewalAndEndsTheSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := slowly{script{answers: []answer{{status: 200, body: rotated}}}, 10 * time.Second}
		cfg := oauthflow.Config{
			Client: telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(&slow)), ClientID: "app",
			Store: new(oauthflow.MemoryStore),
		}
		src, err := cfg.Source(oauthflow.Token{AccessToken: "at-1", RefreshToken: "rt-1", Expiry: time.Now().Add(time.Hour)})
		require.NoError(t, err)
		_, err = src.Token(t.Context())
		require.NoError(t, err)
		time.Sleep(time.Hour - time.Second)
		_, err = src.Token(t.Context())
		require.NoError(t, err)

		require.NoError(t, src.Close())
		require.NoError(t, src.Close())

		stored, err := cfg.Stored()
		require.NoError(t, err)
		token, err := stored.Token(t.Context())
		require.NoError(t, err)
		require.Equal(t, "at-2", token.AccessToken, "the renewal was saved")
		token, err = src.Token(t.Context())
		require.NoError(t, err)
		require.Equal(t, "at-2", token.AccessToken)
		time.Sleep(time.Hour)
		_, err = src.Token(t.Context())
		require.ErrorIs(t, err, oauthflow.ErrClosed)
		_, err = src.Renew(t.Context(), "at-2")
		require.ErrorIs(t, err, oauthflow.ErrClosed)
	})
}

// slowly is a script that answers after a delay, or when the context ends.
type slowly struct {
	script
	pause time.Duration
}

func (s *slowly) Do(req *http.Request) (*http.Response, error) {
	select {
	case <-time.After(s.pause):
		return s.script.Do(req)
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
}

func TestACallerLeavesWithItsContextAndTheRenewalGoesOnForRenewTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := slowly{script{answers: []answer{{status: 200, body: rotated}}}, 20 * time.Second}
		cfg := oauthflow.Config{
			Client: telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(&slow)), ClientID: "app",
		}
		src, err := cfg.Source(oauthflow.Token{RefreshToken: "rt-1"})
		require.NoError(t, err)
		bored := errors.New("bored")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(bored) })
		began := time.Now()

		_, err = src.Token(ctx)

		require.ErrorIs(t, err, bored)
		require.Equal(t, time.Second, time.Since(began))
		token, err := src.Token(t.Context())
		require.NoError(t, err)
		require.Equal(t, "at-2", token.AccessToken)
		require.Equal(t, 1, slow.requests())
	})
}

func TestARenewalThatTakesTooLongIsTransientAndLeavesTheMark(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := slowly{script{answers: []answer{{status: 200, body: rotated}}}, time.Minute}
		cfg := oauthflow.Config{
			Client:   telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(&slow)),
			ClientID: "app", RenewTimeout: 3 * time.Second,
		}
		src, err := cfg.Source(oauthflow.Token{RefreshToken: "rt-1"})
		require.NoError(t, err)
		began := time.Now()

		_, err = src.Token(t.Context())

		require.ErrorIs(t, err, oauthflow.ErrTransient)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 3*time.Second, time.Since(began))
		_, err = src.Token(t.Context())
		require.ErrorIs(t, err, oauthflow.ErrReauthorize)
	})
}

func TestClientCredentialsWorkIfTheStoreFails(t *testing.T) {
	_, s, cfg, _ := renewing(t,
		answer{status: 200, body: `{"access_token":"at-2","expires_in":1800,"refresh_token":"never"}`})
	store := &failing{loadErr: errDisk, saveErr: errDisk}
	var log strings.Builder
	cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	cfg.Store, cfg.ClientSecret, cfg.Scopes = store, "secret", []string{"a", "b"}
	src, err := cfg.ClientCredentials()
	require.NoError(t, err)

	token, err := src.Token(t.Context())

	require.NoError(t, err)
	require.Equal(t, "at-2", token.AccessToken)
	require.Empty(t, token.RefreshToken, "RFC 6749, section 4.4.3")
	require.Equal(t, 2, strings.Count(log.String(), "the store failed"), "it could neither be read nor written")
	require.NotContains(t, log.String(), "at-2")
	require.Equal(t, url.Values{"grant_type": {"client_credentials"}, "scope": {"a b"}}, s.forms[0])
	require.Equal(t, "Basic YXBwOnNlY3JldA==", s.headers[0].Get("Authorization"))
}

func TestForgetRemovesTheTokensOfTheAccountOnly(t *testing.T) {
	srv, app, _ := rig(t)
	login(t, srv, app)
	other := app
	other.Account = "bob"
	login(t, srv, other)

	require.NoError(t, app.Forget(t.Context()))
	require.NoError(t, app.Forget(t.Context()))

	src, err := app.Stored()
	require.NoError(t, err)
	_, err = src.Token(t.Context())
	require.ErrorIs(t, err, oauthflow.ErrReauthorize)
	src, err = other.Stored()
	require.NoError(t, err)
	_, err = src.Token(t.Context())
	require.NoError(t, err)
	login(t, srv, app)
	src, err = app.Stored()
	require.NoError(t, err)
	_, err = src.Token(t.Context())
	require.NoError(t, err)
}
