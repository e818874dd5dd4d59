package telnyx_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

const tokenPath = "/v2/oauth/token"

var asClient = []option.RequestOption{option.WithClientID("id"), option.WithClientSecret("secret")}

// issuing answers token requests with numbered tokens of one lifetime, and everything else with rest.
func issuing(expiresIn string, rest func(r wireRequest) any) *wire {
	return &wire{answer: func(r wireRequest) any {
		if strings.HasSuffix(r.URL.Path, "/oauth/token") {
			return says(200, fmt.Sprintf(`{"access_token":"tok-%d","token_type":"Bearer"%s}`, r.Nth, expiresIn))
		}
		return rest(r)
	}}
}

func anything(wireRequest) any { return says(200, aClient) }

func basicOf(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

func TestEndpointsWithoutSecurityGetNoCredentialAtAll(t *testing.T) {
	w := inTurn(says(200, `{}`))
	t.Setenv("TELNYX_CUSTOM_HEADERS", "Authorization: Bearer of-the-environment")
	source := option.WithTokenSource(tokens("t"))
	for _, creds := range [][]option.RequestOption{{option.WithAPIKey(aKey)}, asClient, {source}, {}} {
		client := telnyx.NewClient(append(creds, option.WithHTTPClient(&http.Client{Transport: w}))...)
		_, err := client.WellKnown.GetAuthorizationServerMetadata(t.Context())
		require.NoError(t, err)
		_, err = client.WellKnown.GetProtectedResourceMetadata(t.Context())
		require.NoError(t, err)
		_, err = client.OAuth.GetJwks(t.Context())
		require.NoError(t, err)
		_, err = client.OAuth.Register(t.Context(), telnyx.OAuthRegisterParams{})
		require.NoError(t, err)
		err = client.OAuth.GetAuthorize(t.Context(), telnyx.OAuthGetAuthorizeParams{
			ClientID: "c", RedirectUri: "r", ResponseType: "code",
		})
		require.NoError(t, err)
	}
	require.Len(t, w.sent, 20)
	for _, r := range w.sent {
		require.NotContains(t, r.Header, "Authorization", r.URL.Path)
	}
}

// tokens is a token source that returns the values in turn, and then the last one again.
func tokens(values ...string) func(context.Context) (string, error) {
	n := 0
	return func(context.Context) (string, error) {
		n++
		return values[min(n, len(values))-1], nil
	}
}

func TestBearerIsTheAPIKeyElseATokenSourceElseAnAutomaticToken(t *testing.T) {
	key, source := option.WithAPIKey(aKey), option.WithTokenSource(tokens("src"))
	id, secret, empty := asClient[0], asClient[1], option.WithAPIKey("")
	own := option.WithHeader("authorization", "Mine x")
	for _, c := range []struct {
		name string
		opts []option.RequestOption
		want []string
	}{
		{"nothing", nil, nil},
		{"all", []option.RequestOption{secret, id, source, key}, []string{"Bearer " + aKey}},
		{"a source and a client", []option.RequestOption{source, id, secret}, []string{"Bearer src"}},
		{"a client", asClient, []string{"Bearer tok-1"}},
		{"an id alone", []option.RequestOption{id}, nil},
		{"a secret alone", []option.RequestOption{secret}, nil},
		{"an empty key and a client", []option.RequestOption{empty, id, secret}, []string{"Bearer tok-1"}},
		{"the caller's own header", []option.RequestOption{key, own}, []string{"Mine x"}},
		{"the caller's own header and a client", []option.RequestOption{id, secret, own}, []string{"Mine x"}},
		{"a removed header", []option.RequestOption{key, option.WithHeaderDel("Authorization")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := issuing(`,"expires_in":1800`, anything)
			client := w.client(c.opts...)

			_, err := client.OAuthClients.Get(t.Context(), "c1")

			require.NoError(t, err)
			require.Equal(t, c.want, w.to("/v2/oauth_clients/c1")[0].Header["Authorization"])
		})
	}
}

func TestTokenRequestIsAuthenticatedByTheClientAndNeverByTheAPIKey(t *testing.T) {
	code := telnyx.OAuthTokenParams{GrantType: "authorization_code", Code: telnyx.String("c")}
	special := []option.RequestOption{option.WithClientID("a:b é"), option.WithClientSecret("p%+/:&")}
	public, confidential, own := code, code, code
	own.ClientID = telnyx.String("id")
	public.ClientID = telnyx.String("other")
	confidential.ClientID, confidential.ClientSecret = telnyx.String("other"), telnyx.String("s")
	key := option.WithAPIKey(aKey)
	for _, c := range []struct {
		name   string
		params telnyx.OAuthTokenParams
		opts   []option.RequestOption
		want   []string
	}{
		{"an API key alone", code, []option.RequestOption{key}, nil},
		{"a token source alone", code, []option.RequestOption{option.WithTokenSource(tokens("t"))}, nil},
		{"an API key and a client", code, append(asClient[:2:2], key), []string{basicOf("id", "secret")}},
		{"a public client in the body", public, asClient, nil},
		{"a confidential client in the body", confidential, asClient, nil},
		{"the configured client in the body", own, asClient, []string{basicOf("id", "secret")}},
		{"an id without a secret", code, asClient[:1], nil},
		{"characters that Basic must escape", code, special, []string{basicOf("a%3Ab+%C3%A9", "p%25%2B%2F%3A%26")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := inTurn(says(200, `{"access_token":"a","token_type":"Bearer","expires_in":1}`))
			client := w.client(c.opts...)

			_, err := client.OAuth.Token(t.Context(), c.params)

			require.NoError(t, err)
			require.Equal(t, c.want, w.sent[0].Header["Authorization"])
		})
	}
}

func TestExecuteRecognizesTheOAuthEndpointsBelowABaseURLWithoutAPath(t *testing.T) {
	w := &wire{answer: func(r wireRequest) any { return says(503, `{}`, "Retry-After", "0") }}
	client := w.client(option.WithAPIKey(aKey), option.WithBaseURL("https://api.telnyx.com"))
	refresh := map[string]string{"grant_type": "refresh_token", "refresh_token": "r"}
	for path, want := range map[string]int{"v2/oauth/token": 1, "v2/oauth/register": 3, "v2/oauth/jwks": 3} {
		w.sent = nil

		err := client.Post(t.Context(), path, refresh, nil)

		require.Error(t, err)
		require.Len(t, w.sent, want, path)
		require.NotContains(t, w.sent[0].Header, "Authorization", path)
	}
}

func TestExecuteNeverSendsTheAPIKeyToTheTokenEndpointHoweverThePathIsWritten(t *testing.T) {
	w := inTurn(says(200, `{}`))
	client := w.client(option.WithAPIKey(aKey))
	for _, path := range []string{
		"oauth/token", "/oauth/token", "oauth/token/", "oauth/token?a=b",
		"oauth%2Ftoken", "oauth/%74oken", "oauth/token?",
	} {
		require.NoError(t, client.Post(t.Context(), path, map[string]string{"grant_type": "client_credentials"}, nil))
	}
	require.Len(t, w.sent, 7)
	for _, r := range w.sent {
		require.NotContains(t, r.Header, "Authorization", r.URL.String())
		require.Equal(t, "grant_type=client_credentials", r.Body)
	}
}

func TestIntrospectionIsAuthenticatedByTheClientElseTheAPIKey(t *testing.T) {
	w := inTurn(says(200, `{"active":false}`))
	body := telnyx.OAuthIntrospectParams{Token: "t"}
	inBody := body
	inBody.SetExtraFields(map[string]any{"client_id": "other", "client_secret": "s"})
	for _, c := range []struct {
		params telnyx.OAuthIntrospectParams
		opts   []option.RequestOption
		want   []string
	}{
		{body, append(asClient[:2:2], option.WithAPIKey(aKey)), []string{basicOf("id", "secret")}},
		{body, []option.RequestOption{option.WithAPIKey(aKey)}, []string{"Bearer " + aKey}},
		{body, []option.RequestOption{option.WithTokenSource(tokens("t"))}, []string{"Bearer t"}},
		{inBody, []option.RequestOption{option.WithAPIKey(aKey)}, nil},
		{inBody, asClient, nil},
	} {
		w.sent = nil
		client := w.client(c.opts...)
		_, err := client.OAuth.Introspect(t.Context(), c.params)
		require.NoError(t, err)
		require.Equal(t, c.want, w.sent[0].Header["Authorization"])
	}
}

func TestATokenSourceIsCalledForEveryCallAndItsErrorIsReturned(t *testing.T) {
	w := inTurn(says(200, aClient))
	dry := errors.New("dry")
	values := tokens("t1", "t2")
	n := 0
	client := w.client(option.WithTokenSource(func(ctx context.Context) (string, error) {
		if n++; n > 2 {
			return "", dry
		}
		return values(ctx)
	}))
	for range 2 {
		_, err := client.OAuthClients.Get(t.Context(), "c1")
		require.NoError(t, err)
	}

	_, err := client.OAuthClients.Get(t.Context(), "c1")

	require.ErrorIs(t, err, dry)
	require.ErrorContains(t, err, "token source")
	require.Len(t, w.sent, 2)
	require.Equal(t, "Bearer t1", w.sent[0].Header.Get("Authorization"))
	require.Equal(t, "Bearer t2", w.sent[1].Header.Get("Authorization"))
}

func TestACredentialWithControlCharactersIsRefusedBeforeSending(t *testing.T) {
	w := inTurn(says(200, aClient))
	t.Setenv("TELNYX_API_KEY", "KEY\nX-Evil: 1")
	ofEnvironment := telnyx.NewClient(option.WithHTTPClient(&http.Client{Transport: w}))
	ofSource := w.client(option.WithTokenSource(tokens("a\r\nb")))

	for _, client := range []telnyx.Client{ofEnvironment, ofSource} {
		_, err := client.OAuthClients.Get(t.Context(), "c1")
		require.ErrorContains(t, err, "characters that no header may have")
		require.NotContains(t, err.Error(), "Evil")
	}
	require.Empty(t, w.sent)
}

func TestCredentialsAreNotSentOverPlainHTTPExceptToLoopbackOrIfAllowed(t *testing.T) {
	key := option.WithAPIKey(aKey)
	for _, c := range []struct {
		base string
		opts []option.RequestOption
		ok   bool
	}{
		{"http://h.example/v2", []option.RequestOption{key}, false},
		{"http://h.example/v2", asClient, false},
		{"http://h.example/v2", []option.RequestOption{option.WithTokenSource(tokens("t"))}, false},
		{"http://h.example/v2", []option.RequestOption{option.WithHeader("Authorization", "x")}, false},
		{"http://h.example/v2", []option.RequestOption{option.WithHeader("Cookie", "a=b")}, false},
		{"http://127.0.0.1.evil.example/v2", []option.RequestOption{key}, false},
		{"http://localhost.evil.example/v2", []option.RequestOption{key}, false},
		{"http://h.example/v2", nil, true},
		{"http://h.example/v2", []option.RequestOption{key, option.WithInsecureHTTP()}, true},
		{"http://h.example/v2", append(asClient[:2:2], option.WithInsecureHTTP()), true},
		{"http://LOCALHOST:8080/v2", []option.RequestOption{key}, true},
		{"http://127.8.9.1/v2", asClient, true},
		{"http://[::1]:1/v2", []option.RequestOption{key}, true},
		{"https://h.example/v2", []option.RequestOption{key}, true},
	} {
		w := issuing(`,"expires_in":1800`, anything)
		client := w.client(append(c.opts, option.WithBaseURL(c.base))...)

		_, err := client.OAuthClients.Get(t.Context(), "c1")

		if c.ok {
			require.NoError(t, err, c.base)
			continue
		}
		require.ErrorContains(t, err, "plain http", c.base)
		require.ErrorContains(t, err, "option.WithInsecureHTTP")
		require.Empty(t, w.sent)
	}
}

func TestAnAuthorizationCodeIsNotSentOverPlainHTTP(t *testing.T) {
	w := inTurn(says(200, `{}`))
	client := w.client(option.WithBaseURL("http://h.example/v2"))

	code := telnyx.OAuthTokenParams{GrantType: "authorization_code", Code: telnyx.String("c")}
	_, err := client.OAuth.Token(t.Context(), code)

	require.ErrorContains(t, err, "plain http")
	require.Empty(t, w.sent)
}
