package telnyx_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
	"github.com/team-telnyx/telnyx-go/packages/param"
)

// A transcript is everything that a program might show to people: logs, errors, dumps, printed values.
type transcript struct {
	mu     sync.Mutex
	text   bytes.Buffer
	hidden map[string]string // what must not appear -> what it is
}

func (o *transcript) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

// hide stores a secret in every spelling in which a text may have it.
func (o *transcript) hide(what, secret string) string {
	quoted, _ := json.Marshal(secret)
	for _, s := range []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret), string(quoted[1 : len(quoted)-1]),
	} {
		o.hidden[s] = what
	}
	return secret
}

// found returns the names of the hidden secrets that are in the text, each with what stands before it.
func (o *transcript) found() (names []string) {
	text := o.text.String()
	for secret, what := range o.hidden {
		if i := strings.Index(text, secret); i >= 0 {
			names = append(names, what+" after "+text[max(i-200, 0):i])
		}
	}
	return names
}

// logging returns the options with which a client logs as much as it can.
func (o *transcript) logging() []option.RequestOption {
	handler := slog.NewJSONHandler(o, &slog.HandlerOptions{Level: slog.LevelDebug})
	return []option.RequestOption{option.WithDebugLog(log.New(o, "", 0)), option.WithLogger(slog.New(handler))}
}

// print writes values with the verbs of fmt, and the dumps of errors.
func (o *transcript) print(values ...any) {
	for _, v := range values {
		fmt.Fprintf(o, "%v\n%+v\n%#v\n%s\n", v, v, v, v)
		err, _ := v.(error)
		var said *telnyx.Error
		if errors.As(err, &said) {
			fmt.Fprintf(o, "%v\n%+v\n%#v\n%s\n%s\n", *said, *said, *said, said.DumpRequest(true), said.DumpResponse(true))
		}
	}
}

// requireNoSecret fails if the text has a secret, and checks that found would find each.
func (o *transcript) requireNoSecret(t *testing.T) {
	t.Helper()
	require.NotEmpty(t, o.hidden)
	require.Empty(t, o.found())
	for secret, what := range o.hidden {
		control := &transcript{hidden: o.hidden}
		fmt.Fprintf(control, "a line with %s that is not redacted", secret)
		require.Contains(t, strings.Join(control.found(), "\n"), what+" after a line with ")
	}
}

// secretCalls calls every operation, Execute and a pager, with secrets of s wherever a call can have one.
func secretCalls(ctx context.Context, client *telnyx.Client, say func(...any), s map[string]string) {
	report := func(params, res any, err error) { say(params, res, err) }
	_, err := client.WellKnown.GetAuthorizationServerMetadata(ctx)
	report(nil, nil, err)
	_, err = client.WellKnown.GetProtectedResourceMetadata(ctx)
	report(nil, nil, err)
	authorize := telnyx.OAuthGetAuthorizeParams{ClientID: "id", RedirectUri: "https://app.test/cb", ResponseType: "code"}
	authorize.SetExtraFields(map[string]any{"id_token_hint": s["id token"]})
	report(authorize, nil, client.OAuth.GetAuthorize(ctx, authorize))
	consent, err := client.OAuth.Get(ctx, s["consent token"])
	report(nil, consent, err)
	grants := telnyx.OAuthGrantsParams{Allowed: true, ConsentToken: s["consent token"]}
	granted, err := client.OAuth.Grants(ctx, grants)
	report(grants, granted, err)
	introspect := telnyx.OAuthIntrospectParams{Token: s["access token"]}
	introspected, err := client.OAuth.Introspect(ctx, introspect)
	report(introspect, introspected, err)
	keys, err := client.OAuth.GetJwks(ctx)
	report(nil, keys, err)
	var register telnyx.OAuthRegisterParams
	register.SetExtraFields(map[string]any{"software_statement_jwt": "x", "client_secret": s["client secret"]})
	registered, err := client.OAuth.Register(ctx, register)
	report(register, registered, err)
	for _, token := range []telnyx.OAuthTokenParams{
		{GrantType: "client_credentials"},
		{GrantType: "authorization_code", Code: telnyx.String(s["code"]), CodeVerifier: telnyx.String(s["verifier"])},
		{
			GrantType: "refresh_token", RefreshToken: telnyx.String(s["refresh token"]), ClientID: telnyx.String("id"),
			ClientSecret: telnyx.String(s["client secret"]),
		},
		param.Override[telnyx.OAuthTokenParams](
			map[string]any{
				"grant_type": "x", "assertion": s["access token"], "nested": map[string]any{"tokens": []string{s["refresh token"]}},
			},
		),
	} {
		res, err := client.OAuth.Token(ctx, token)
		report(token, res, err)
	}
	created, err := client.OAuthClients.New(
		ctx,
		telnyx.OAuthClientNewParams{
			AllowedGrantTypes: []string{"g"}, AllowedScopes: []string{"s"}, ClientType: "public", Name: "n",
		},
	)
	report(nil, created, err)
	got, err := client.OAuthClients.Get(ctx, "id")
	report(nil, got, err)
	var update telnyx.OAuthClientUpdateParams
	update.SetExtraFields(map[string]any{"client_secret": s["client secret"]})
	updated, err := client.OAuthClients.Update(ctx, "id", update)
	report(update, updated, err)
	page, err := client.OAuthClients.List(
		ctx, telnyx.OAuthClientListParams{}, option.WithQuery("access_token", s["access token"]),
	)
	report(nil, page, err)
	report(nil, nil, client.OAuthClients.Delete(ctx, "id"))
	grant, err := client.OAuthGrants.Get(ctx, "id")
	report(nil, grant, err)
	grantPage, err := client.OAuthGrants.List(ctx, telnyx.OAuthGrantListParams{})
	report(nil, grantPage, err)
	revoked, err := client.OAuthGrants.Delete(ctx, "id")
	report(nil, revoked, err)
	pager := client.OAuthClients.ListAutoPaging(ctx, telnyx.OAuthClientListParams{})
	for pager.Next() {
		report(nil, pager, nil)
		report(nil, pager.Current(), nil)
	}
	report(nil, pager, pager.Err())
	report(
		nil, nil,
		client.Execute(
			ctx, "PATCH", "any/thing?token="+url.QueryEscape(s["access token"]), map[string]any{"password": s["client secret"]},
			nil,
		),
	)
	say(client, *client, client.Options, client.OAuth, client.OAuthClients, client.OAuthGrants, client.WellKnown)
}

// echo answers with everything that the request has, in headers and in a body of the given kind.
func echo(kind string, status int) func(r wireRequest) any {
	return func(r wireRequest) any {
		var got strings.Builder
		fmt.Fprintf(&got, "%s %s\n", r.Method, r.URL.RequestURI())
		header := http.Header{
			"X-Request-Id": {r.Header.Get("Authorization")}, "X-Query": {r.URL.RawQuery}, "X-Path": {r.URL.Path},
			"X-Body": {strings.ReplaceAll(r.Body, "\n", " ")},
		}
		for name, values := range r.Header {
			fmt.Fprintf(&got, "%s: %s\n", name, values)
			header["X-Echo-"+name] = values
		}
		plain := ""
		if _, pair, ok := strings.Cut(r.Header.Get("Authorization"), "Basic "); ok {
			decoded, _ := base64.StdEncoding.DecodeString(pair)
			plain, _ = url.QueryUnescape(string(decoded))
			plain = string(decoded) + " " + plain + " " + base64.RawURLEncoding.EncodeToString(decoded)
		}
		values, _ := url.ParseQuery(r.Body)
		fmt.Fprintf(&got, "%s\n%v\n%v\n%s", r.Body, values, r.URL.Query(), plain)
		encoded, _ := json.Marshal(got.String())
		quoted := string(encoded)
		body, contentType := got.String(), "text/plain"
		switch kind {
		case "oauth":
			body = `{"error":"invalid_request","error_description":` + quoted + `,"extra":[` + quoted + `]}`
			contentType = "application/json"
		case "envelope":
			body = `{"errors":[{"code":"1","title":"Bad","detail":` + quoted + `,"meta":{"got":` + quoted + `}}]}`
		case "members": // with other member names
			body, contentType = `{"data":{"got":`+quoted+`},"nested":{"again":[`+quoted+`]}}`, "application/json"
		case "html":
			body, contentType = "<html><pre>"+html.EscapeString(got.String())+"</pre></html>", "text/html"
		case "form":
			body, contentType = url.Values{"got": {got.String()}}.Encode(), "application/x-www-form-urlencoded"
		case "cut":
			body, contentType = `{"error":`+quoted[:len(quoted)*2/3], "application/json"
		}
		header.Set("Content-Type", contentType)
		return reply{status, body, header}
	}
}

func secretsOf(o *transcript) map[string]string {
	s := map[string]string{}
	for what, secret := range map[string]string{
		"api key": "KEY0123456789abcdef_secretKEY", "client secret": `cl/ient s3cret+&="<é>`, "code": "code_ZZ/9+code",
		"verifier":      "verifier~ZZ-0123456789.0123456789_0123456789abc",
		"refresh token": "refresh/ZZ+refresh=", "access token": "access ZZ&access", "consent token": "consent/ZZ?consent",
		"id token": "ZZid-tokenZZ",
		"cookie":   "cookie-ZZ-value", "jar cookie": "jar-cookie-ZZ-value", "automatic token": "automatic-ZZ-token",
		"custom header": "custom-ZZ-header", "middleware": "middleware-ZZ-token",
	} {
		s[what] = o.hide(what, secret)
	}
	o.hide("basic credentials", base64.RawStdEncoding.EncodeToString([]byte("id:"+url.QueryEscape(s["client secret"]))))
	return s
}

func TestNoSecretIsShownWhateverAHostileServerEchoes(t *testing.T) {
	for _, kind := range []string{"oauth", "envelope", "members", "html", "form", "cut", "text"} {
		for _, status := range []int{400, 200} {
			for credentials, opts := range map[string]func(s map[string]string) []option.RequestOption{
				"api key": func(s map[string]string) []option.RequestOption {
					return []option.RequestOption{option.WithAPIKey(s["api key"])}
				},
				"client": func(s map[string]string) []option.RequestOption {
					return []option.RequestOption{option.WithClientID("id"), option.WithClientSecret(s["client secret"])}
				},
			} {
				o := &transcript{hidden: map[string]string{}}
				s := secretsOf(o)
				jar, err := cookiejar.New(nil)
				require.NoError(t, err)
				api := &url.URL{Scheme: "https", Host: "api.telnyx.com", Path: "/"}
				jar.SetCookies(api, []*http.Cookie{{Name: "sid", Value: s["jar cookie"]}})
				hostile := echo(kind, status)
				w := &wire{answer: func(r wireRequest) any {
					if r.URL.Path == tokenPath && strings.Contains(r.Body, "client_credentials") && r.Nth%2 == 1 {
						return says(200, `{"access_token":"`+s["automatic token"]+`","token_type":"Bearer","expires_in":3600}`)
					}
					return hostile(r)
				}}
				client := w.client(slices.Concat(
					opts(s), o.logging(), []option.RequestOption{
						option.WithHTTPClient(&http.Client{Transport: w, Jar: jar}), option.WithMaxRetries(0),
						option.WithHeader("Cookie", "session="+s["cookie"]), option.WithHeader("X-My-Token", s["custom header"]),
						option.WithMiddleware(func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
							req.Header.Set("X-Inner-Token", s["middleware"])
							return next(req)
						}),
					})...)

				secretCalls(t.Context(), &client, o.print, s)

				require.GreaterOrEqual(t, len(w.sent), 21, credentials)
				o.requireNoSecret(t)
			}
		}
	}
}

func TestNoSecretIsShownWhenTheNetworkFails(t *testing.T) {
	o := &transcript{hidden: map[string]string{}}
	s := secretsOf(o)
	w := &wire{answer: func(r wireRequest) any {
		return fmt.Errorf("proxy refused %s %s %v %s: %w", r.Method, r.URL, r.Header, r.Body, io.ErrUnexpectedEOF)
	}}
	client := w.client(append(o.logging(), option.WithAPIKey(s["api key"]), option.WithMaxRetries(0))...)
	secretCalls(t.Context(), &client, o.print, s)
	o.requireNoSecret(t)
}

func TestNoSecretOfAWholeFlowIsShown(t *testing.T) {
	o := &transcript{hidden: map[string]string{}}
	srv := oauthtest.New()
	t.Cleanup(srv.Close)
	verifier := o.hide("verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
	client := telnyx.NewClient(slices.Concat(o.logging(), []option.RequestOption{
		option.WithoutEnvironment(), option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
		option.WithAPIKey(o.hide("api key", srv.APIKey())),
	})...)
	ctx := t.Context()

	created, err := client.OAuthClients.New(ctx, telnyx.OAuthClientNewParams{
		AllowedGrantTypes: []string{"authorization_code", "refresh_token", "client_credentials"},
		AllowedScopes:     []string{"messaging.read"},
		ClientType:        "confidential", Name: "n", RedirectUris: []string{"https://app.test/cb"},
	})
	require.NoError(t, err)
	id, secret := created.Data.ClientID, o.hide("client secret", created.Data.ClientSecret)
	require.NotEmpty(t, secret)
	asItself := []option.RequestOption{option.WithClientID(id), option.WithClientSecret(secret)}
	registered, err := client.OAuth.Register(
		ctx, telnyx.OAuthRegisterParams{RedirectUris: []string{"https://app.test/cb"}},
	)
	require.NoError(t, err)
	o.hide("registered secret", registered.ClientSecret)

	var redirect *http.Response
	require.NoError(t, client.OAuth.GetAuthorize(ctx, telnyx.OAuthGetAuthorizeParams{
		ClientID: id, RedirectUri: "https://app.test/cb", ResponseType: "code",
		CodeChallenge: telnyx.String("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), CodeChallengeMethod: "S256",
	}, option.WithResponseInto(&redirect)))
	consentPage, err := redirect.Location()
	require.NoError(t, err)
	consentToken := o.hide("consent token", consentPage.Query().Get("consent_token"))
	var html []byte
	require.NoError(
		t,
		client.Get(
			ctx, "consent", nil, &html, option.WithBaseURL(srv.URL()), option.WithQuery("consent_token", consentToken),
		),
	)
	require.Contains(t, string(html), consentToken)
	consent, err := client.OAuth.Get(ctx, consentToken)
	require.NoError(t, err)
	granted, err := client.OAuth.Grants(ctx, telnyx.OAuthGrantsParams{Allowed: true, ConsentToken: consentToken})
	require.NoError(t, err)
	back, err := url.Parse(granted.RedirectUri)
	require.NoError(t, err)
	exchange := telnyx.OAuthTokenParams{
		GrantType: "authorization_code", Code: telnyx.String(o.hide("code", back.Query().Get("code"))),
		CodeVerifier: telnyx.String(verifier), RedirectUri: telnyx.String("https://app.test/cb"),
	}
	tokens, err := client.OAuth.Token(ctx, exchange, asItself...)
	require.NoError(t, err)
	refreshed, err := client.OAuth.Token(
		ctx,
		telnyx.OAuthTokenParams{
			GrantType: "refresh_token", RefreshToken: telnyx.String(o.hide("refresh token", tokens.RefreshToken)),
		}, asItself...,
	)
	require.NoError(t, err)
	o.hide("access token", tokens.AccessToken)
	o.hide("second access token", refreshed.AccessToken)
	o.hide("second refresh token", refreshed.RefreshToken)
	introspected, err := client.OAuth.Introspect(
		ctx, telnyx.OAuthIntrospectParams{Token: refreshed.AccessToken}, asItself...,
	)
	require.NoError(t, err)
	require.True(t, introspected.Active)
	automatic := telnyx.NewClient(slices.Concat(o.logging(), asItself, []option.RequestOption{
		option.WithoutEnvironment(), option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
	})...)
	pager := automatic.OAuthClients.ListAutoPaging(ctx, telnyx.OAuthClientListParams{PageSize: telnyx.Int(1)})
	for pager.Next() {
		o.print(pager, pager.Current())
	}
	require.NoError(t, pager.Err())
	_, reused := client.OAuth.Token(ctx, exchange, asItself...)
	require.ErrorIs(t, reused, telnyx.ErrInvalidGrant)
	_, refused := client.OAuthClients.Get(ctx, "unknown")
	require.ErrorIs(t, refused, telnyx.ErrNotFound)

	o.print(
		client, created, registered, consent, granted, exchange, tokens, refreshed, introspected, pager, reused, refused,
	)
	require.Contains(t, o.text.String(), "telnyx call")
	require.Contains(t, o.text.String(), "telnyx response:")
	o.requireNoSecret(t)
}

func TestLogsShowTheCallWithoutItsSecrets(t *testing.T) {
	o := &transcript{hidden: map[string]string{}}
	w := inTurn(
		says(503, `{"error":"temporarily_unavailable"}`, "Retry-After", "0", "X-Request-Id", "req-1"),
		says(200, `{"active":true}`),
	)
	client := w.client(append(o.logging(), option.WithClientID("id"), option.WithClientSecret("the client secret"))...)
	_, err := client.OAuth.Introspect(t.Context(), telnyx.OAuthIntrospectParams{Token: "the token"})
	require.NoError(t, err)
	for _, want := range []string{
		"POST https://api.telnyx.com/v2/oauth/introspect\n", "Authorization: Basic [redacted]\n",
		"Content-Type: application/x-www-form-urlencoded\n", "\n\ntoken=[redacted]\n",
		"503 Service Unavailable\n", `{"error":"temporarily_unavailable"}`, `"level":"INFO"`, `"attempt":1,"method":"POST"`,
		`"path":"/v2/oauth/introspect"`, `"status":503`, `"request_id":"req-1"`,
		`"retry":true`, `"duration":`, `"wait":`, `"level":"DEBUG"`, `"attempt":2`, `"status":200`, `"retry":false`,
	} {
		require.Contains(t, o.text.String(), want)
	}
}

func TestDebugLogWritesNoControlSequences(t *testing.T) {
	o := &transcript{hidden: map[string]string{}}
	client := inTurn(
		says(200, "{\"client_id\":\"\x1b[2J\u202e\"}\r\n", "X-Bell", "\x07"),
	).client(append(o.logging(), option.WithAPIKey(aKey))...)
	_, err := client.OAuthClients.Get(t.Context(), "c1")
	require.Error(t, err)
	require.False(t, strings.ContainsAny(o.text.String(), "\x1b\u202e\x07\r"), "%q", o.text.String())
}

func TestDebugLogBodiesAreBoundedAndCutSecretsStayHidden(t *testing.T) {
	o := &transcript{hidden: map[string]string{}}
	body := strings.Repeat("x", 64<<10-12) + aKey + strings.Repeat("y", 1<<20)
	client := inTurn(says(500, body)).client(
		option.WithDebugLog(log.New(o, "", 0)), option.WithAPIKey(aKey), option.WithMaxRetries(0),
	)
	err := client.OAuthClients.Delete(t.Context(), "c1")
	require.Error(t, err)
	require.Less(t, o.text.Len(), 66<<10)
	require.NotContains(t, o.text.String(), aKey[:10])
}

func TestDebugLogShows64KiBOfARequestAndOfAnAnswer(t *testing.T) {
	o := &transcript{hidden: map[string]string{}}
	secret := o.hide("short secret", "ab-9")
	full := strings.Repeat(secret+" ", 64<<10)
	w := inTurn(says(500, full))
	client := w.client(
		option.WithDebugLog(log.New(o, "", 0)), option.WithHeader("X-My-Token", secret), option.WithMaxRetries(0),
	)

	err := client.Post(t.Context(), "any/thing", map[string]any{"text": full}, nil)

	require.Error(t, err)
	require.Len(t, w.sent[0].Body, len(full)+len(`{"text":""}`))
	request, response, _ := strings.Cut(o.text.String(), "telnyx response:")
	for _, said := range []string{request, response} {
		require.Greater(t, len(said), 64<<10)
		require.Less(t, len(said), 65<<10)
	}
	o.requireNoSecret(t)
}
