package oauthflow_test

import (
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
)

func TestFinishExchangesTheCodeOfTheRequestThatBeginMade(t *testing.T) {
	srv, app, _ := rig(t)
	pending, err := app.Begin()
	require.NoError(t, err)

	token, err := app.Finish(t.Context(), pending, approve(t, srv, pending.URL))

	require.NoError(t, err)
	require.NotEmpty(t, token.AccessToken)
	require.NotEmpty(t, token.RefreshToken)
	require.Equal(t, []string{"messaging.read"}, token.Scopes)
}

func TestACallbackIsCheckedInOrderAndNothingIsSentAfterAFailedCheck(t *testing.T) {
	const (
		issuer    = "https://api.example"
		state     = oauthflow.ErrStateMismatch
		mismatch  = oauthflow.ErrIssuerMismatch
		transient = oauthflow.ErrTransient
		invalid   = oauthflow.ErrInvalidCallback
	)
	for what, c := range map[string]struct {
		callback    string
		issRequired bool
		want        error
	}{
		"no state":                               {"code=c", false, state},
		"another state":                          {"code=c&state=other", false, state},
		"an empty state":                         {"code=c&state=", false, state},
		"a refusal with another state":           {"error=access_denied&state=other", false, state},
		"another issuer (RFC 9207, section 2.4)": {"code=c&state=STATE&iss=https://evil.example", false, mismatch},
		"an issuer with a slash":                 {"code=c&state=STATE&iss=" + issuer + "/", false, mismatch},
		"an empty issuer":                        {"code=c&state=STATE&iss=", false, mismatch},
		"no issuer where it is always sent":      {"code=c&state=STATE", true, mismatch},
		"a refusal of another issuer": {
			"error=access_denied&state=STATE&iss=https://evil.example", false, mismatch,
		},
		"a refusal without issuer":              {"error=access_denied&state=STATE", true, mismatch},
		"a refusal (RFC 6749, section 4.1.2.1)": {"error=access_denied&state=STATE", false, telnyx.ErrAccessDenied},
		"a refusal beside a code":               {"error=invalid_scope&code=c&state=STATE", false, telnyx.ErrInvalidScope},
		"invalid_target (RFC 8707, section 2)": {
			"error=invalid_target&state=STATE", false, telnyx.ErrorKind("invalid_target"),
		},
		"a server that is down":       {"error=temporarily_unavailable&state=STATE", false, transient},
		"server_error":                {"error=server_error&state=STATE", false, telnyx.ErrServerError},
		"server_error, transient too": {"error=server_error&state=STATE", false, transient},
		"state twice":                 {"code=c&state=STATE&state=STATE", false, invalid},
		"iss twice":                   {"code=c&state=STATE&iss=" + issuer + "&iss=" + issuer, false, invalid},
		"code twice":                  {"code=c&code=d&state=STATE", false, invalid},
		"an empty error twice":        {"code=c&error=&error=&state=STATE", false, invalid},
		"no code":                     {"state=STATE", false, invalid},
		"an empty code":               {"code=&state=STATE", false, invalid},
	} {
		t.Run(what, func(t *testing.T) {
			s := &script{answers: []answer{{status: 200, body: rotated}}}
			cfg := scripted(s)
			cfg.Server = &oauthflow.Server{Issuer: issuer, IssParameterSupported: c.issRequired}
			pending, err := cfg.Begin()
			require.NoError(t, err)
			callback, err := url.ParseQuery(strings.ReplaceAll(c.callback, "STATE", pending.State))
			require.NoError(t, err)

			_, err = cfg.Finish(t.Context(), pending, callback)

			require.ErrorIs(t, err, c.want)
			require.Zero(t, s.requests())
			require.NotContains(t, err.Error(), pending.State)
			callback = url.Values{"code": {"c"}, "state": {pending.State}, "iss": {issuer}}
			_, err = cfg.Finish(t.Context(), pending, callback)
			require.NoError(t, err, "the Pending is not used up by a wrong callback")
		})
	}
}

// scripted is a public client whose token endpoint follows a script.
func scripted(s *script) oauthflow.Config {
	return oauthflow.Config{
		Client: telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL("https://api.example/v2"),
			option.WithHTTPClient(s)),
		ClientID: "app", RedirectURI: "https://app.example/cb",
	}
}

func TestAPendingOfAnotherClientOrIssuerIsRefused(t *testing.T) {
	s := &script{answers: []answer{{status: 200, body: rotated}}}
	cfg := scripted(s)
	pending, err := cfg.Begin()
	require.NoError(t, err)
	callback := url.Values{"code": {"c"}, "state": {pending.State}}
	otherClient, otherIssuer := cfg, cfg
	otherClient.ClientID = "other"
	otherIssuer.Server = &oauthflow.Server{Issuer: "https://other.example"}

	_, clientErr := otherClient.Finish(t.Context(), pending, callback)
	_, issuerErr := otherIssuer.Finish(t.Context(), pending, callback)
	_, nilErr := cfg.Finish(t.Context(), nil, callback)

	require.ErrorContains(t, clientErr, "is for the client")
	require.ErrorContains(t, issuerErr, "is for the issuer")
	require.ErrorContains(t, nilErr, "nil")
	require.Zero(t, s.requests())
}

func TestACodeIsSentOnceWhateverTheServerAnswers(t *testing.T) {
	for what, a := range map[string]answer{
		"429":           {status: 429, header: http.Header{"Retry-After": {"0"}}},
		"503":           {status: 503, header: http.Header{"Retry-After": {"0"}}},
		"500":           {status: 500},
		"a lost answer": {err: errors.New("connection reset")},
		"no connection": {err: refusedToConnect},
		"invalid_grant": {status: 400, body: `{"error":"invalid_grant"}`},
	} {
		t.Run(what, func(t *testing.T) {
			s := &script{answers: []answer{a}}
			cfg := scripted(s)
			pending, err := cfg.Begin()
			require.NoError(t, err)
			callback := url.Values{"code": {"c0de"}, "state": {pending.State}}

			_, err = cfg.Finish(t.Context(), pending, callback)

			require.Error(t, err)
			require.NotErrorIs(t, err, oauthflow.ErrTransient)
			require.NotErrorIs(t, err, oauthflow.ErrReauthorize)
			require.NotContains(t, err.Error(), "c0de")
			_, err = cfg.Finish(t.Context(), pending, callback)
			require.ErrorIs(t, err, oauthflow.ErrUsed)
			require.Equal(t, 1, s.requests())
		})
	}
}

func TestACodeRequestHasTheVerifierAndTheResources(t *testing.T) {
	s := &script{answers: []answer{{status: 200, body: rotated}}}
	cfg := scripted(s)
	cfg.Resources = []string{"https://r.example/1", "https://r.example/2"}
	pending, err := cfg.Begin()
	require.NoError(t, err)

	_, err = cfg.Finish(t.Context(), pending, url.Values{"code": {"c"}, "state": {pending.State}})

	require.NoError(t, err)
	verifier := s.forms[0].Get("code_verifier")
	require.Len(t, verifier, 43)
	s.forms[0].Del("code_verifier")
	require.Equal(t, url.Values{
		"grant_type": {"authorization_code"}, "code": {"c"}, "redirect_uri": {"https://app.example/cb"}, "client_id": {"app"},
		"resource": {"https://r.example/1", "https://r.example/2"},
	}, s.forms[0])
}

func TestAnExchangeGoesOnWithoutItsCallerAndIsSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := slowly{script{answers: []answer{{status: 200, body: rotated}}}, 10 * time.Second}
		cfg := scripted(&slow.script)
		cfg.Client = telnyx.NewClient(option.WithoutEnvironment(), option.WithHTTPClient(&slow))
		cfg.Store = new(oauthflow.MemoryStore)
		pending, err := cfg.Begin()
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()

		_, err = cfg.Finish(ctx, pending, url.Values{"code": {"c"}, "state": {pending.State}})

		require.ErrorIs(t, err, context.DeadlineExceeded)
		time.Sleep(10 * time.Second)
		src, err := cfg.Stored()
		require.NoError(t, err)
		token, err := src.Token(t.Context())
		require.NoError(t, err)
		require.Equal(t, "at-2", token.AccessToken)
	})
}

func TestFinishReplacesADamagedRecord(t *testing.T) {
	s := &script{answers: []answer{{status: 200, body: rotated}}}
	cfg := scripted(s)
	store := new(oauthflow.MemoryStore)
	cfg.Store = store
	key := oauthflow.Key{Issuer: "https://api.example", ClientID: "app", Grant: "authorization_code"}
	_, err := store.Save(t.Context(), key, oauthflow.Record{Data: []byte("not ours")})
	require.NoError(t, err)
	src, err := cfg.Stored()
	require.NoError(t, err)
	_, err = src.Token(t.Context())
	require.ErrorIs(t, err, oauthflow.ErrCorrupt)
	pending, err := cfg.Begin()
	require.NoError(t, err)

	_, err = cfg.Finish(t.Context(), pending, url.Values{"code": {"c"}, "state": {pending.State}})

	require.NoError(t, err)
	token, err := src.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "at-2", token.AccessToken)
}

func TestScopesThatWereNotGrantedAreInMissingWithoutAnError(t *testing.T) {
	for what, c := range map[string]struct {
		body             string
		granted, missing []string
	}{
		"no scope in the response (RFC 6749, section 5.1)": {`{"access_token":"a"}`, []string{"x", "y"}, nil},
		"fewer":       {`{"access_token":"a","scope":"y"}`, []string{"y"}, []string{"x"}},
		"other ones":  {`{"access_token":"a","scope":"z y"}`, []string{"z", "y"}, []string{"x"}},
		"all of them": {`{"access_token":"a","scope":"y x"}`, []string{"y", "x"}, nil},
	} {
		t.Run(what, func(t *testing.T) {
			var log strings.Builder
			s := &script{answers: []answer{{status: 200, body: c.body}}}
			cfg := scripted(s)
			cfg.Scopes, cfg.Logger = []string{"x", "y"}, slog.New(slog.NewTextHandler(&log, nil))
			pending, err := cfg.Begin()
			require.NoError(t, err)

			token, err := cfg.Finish(t.Context(), pending, url.Values{"code": {"c"}, "state": {pending.State}})

			require.NoError(t, err)
			require.Equal(t, c.granted, token.Scopes)
			require.Equal(t, c.missing, token.Missing)
			require.Equal(t, c.missing != nil, strings.Contains(log.String(), "level=WARN"))
		})
	}
}

func TestTheClientAuthenticatesAsItsMethodSays(t *testing.T) {
	only := func(methods ...string) *oauthflow.Server {
		return &oauthflow.Server{Issuer: "https://api.example", AuthMethodsSupported: methods}
	}
	basic := func(idAndSecret string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(idAndSecret))
	}
	for what, c := range map[string]struct {
		secret        string
		method        oauthflow.AuthMethod
		server        *oauthflow.Server
		authorization string
		id, inBody    string
	}{
		"none":        {id: "a b"},
		"none, named": {method: oauthflow.AuthNone, id: "a b"},
		"basic (RFC 6749, section 2.3.1)": {
			secret:        "s:/ ",
			authorization: basic("a+b:s%3A%2F+"),
		},
		"basic, named": {
			secret:        "s",
			method:        oauthflow.AuthBasic,
			server:        only("client_secret_post"),
			authorization: basic("a+b:s"),
		},
		"post": {
			secret: "s",
			method: oauthflow.AuthPost,
			id:     "a b",
			inBody: "s",
		},
		"post, because the server wants it": {
			secret: "s",
			server: only("none", "client_secret_post"),
			id:     "a b",
			inBody: "s",
		},
		"basic, where both are there": {
			secret:        "s",
			server:        only("client_secret_post", "client_secret_basic"),
			authorization: basic("a+b:s"),
		},
	} {
		t.Run(what, func(t *testing.T) {
			s := &script{answers: []answer{{status: 200, body: rotated}}}
			cfg := scripted(s)
			cfg.Client = telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL("https://api.example/v2"),
				option.WithHTTPClient(s), option.WithAPIKey("KEY"), option.WithClientID("client"),
				option.WithClientSecret("of the client"), option.WithHeader("Authorization", "Bearer of the client"))
			cfg.ClientID, cfg.ClientSecret, cfg.AuthMethod, cfg.Server = "a b", c.secret, c.method, c.server
			pending, err := cfg.Begin()
			require.NoError(t, err)

			_, err = cfg.Finish(t.Context(), pending, url.Values{"code": {"c"}, "state": {pending.State}})

			require.NoError(t, err)
			require.Equal(t, c.authorization, s.headers[0].Get("Authorization"))
			require.Equal(t, c.id, s.forms[0].Get("client_id"))
			require.Equal(t, c.inBody, s.forms[0].Get("client_secret"))
		})
	}
}

func TestAnAuthorizationErrorIsOneBoundedLine(t *testing.T) {
	err := &oauthflow.AuthorizationError{
		Code: "a\nb", Description: strings.Repeat("\x1b[31mlong ", 1000), URI: "https://e.example/\r\n",
	}

	text := err.Error()

	require.Less(t, len(text), 1000)
	require.NotContains(t, text, "\n")
	require.NotContains(t, text, "\x1b")
}
