package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// TestMain runs the program itself in a process that a test starts with RUN_QUICKSTART.
func TestMain(m *testing.M) {
	if os.Getenv("RUN_QUICKSTART") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestTheTourUsesEveryOperation(t *testing.T) {
	want := []string{
		"DELETE /v2/oauth_clients/{id}",
		"DELETE /v2/oauth_grants/{id}",
		"GET /.well-known/oauth-authorization-server",
		"GET /.well-known/oauth-protected-resource",
		"GET /v2/oauth/authorize",
		"GET /v2/oauth/consent/{consent_token}",
		"GET /v2/oauth/jwks",
		"GET /v2/oauth_clients",
		"GET /v2/oauth_clients/{id}",
		"GET /v2/oauth_grants",
		"GET /v2/oauth_grants/{id}",
		"POST /v2/oauth/grants",
		"POST /v2/oauth/introspect",
		"POST /v2/oauth/register",
		"POST /v2/oauth/token",
		"POST /v2/oauth_clients",
		"PUT /v2/oauth_clients/{id}",
	}
	w := new(witness)

	err := ownTour(t, newServer(t), io.Discard, w.watch).walk(t.Context())

	require.NoError(t, err)
	require.Empty(t, cmp.Diff(want, slices.Compact(slices.Sorted(slices.Values(w.calls)))))
}

func TestTheTourPrintsEveryCall(t *testing.T) {
	want := []string{
		"OAuth.Get", "OAuth.GetAuthorize", "OAuth.GetJwks", "OAuth.Grants", "OAuth.Introspect", "OAuth.Register",
		"OAuth.Token",
		"OAuthClients.Delete", "OAuthClients.Get", "OAuthClients.List", "OAuthClients.ListAutoPaging", "OAuthClients.New",
		"OAuthClients.Update", "OAuthGrants.Delete", "OAuthGrants.Get", "OAuthGrants.List", "OAuthGrants.ListAutoPaging",
		"WellKnown.GetAuthorizationServerMetadata", "WellKnown.GetProtectedResourceMetadata",
	}
	var out bytes.Buffer

	err := ownTour(t, newServer(t), &out).walk(t.Context())

	require.NoError(t, err)
	var printed []string
	for _, line := range regexp.MustCompile(`(?m)^   client\.(.*)$`).FindAllStringSubmatch(out.String(), -1) {
		printed = append(printed, line[1])
	}
	require.Equal(t, want, slices.Compact(slices.Sorted(slices.Values(printed))))
}

func TestWithoutAPIKeyTheTourStartsItsOwnServerAndSaysSo(t *testing.T) {
	clearEnvironment(t)
	t.Setenv("TELNYX_CUSTOM_HEADERS", "what the environment says does not count")
	var out bytes.Buffer

	err := run(t.Context(), nil, &out, io.Discard)

	require.NoError(t, err)
	require.Contains(t, out.String(),
		"TELNYX_API_KEY is not set: this tour calls a test server that it starts, http://127.0.0.1:")
	require.Contains(t, out.String(), "Everything worked.")
}

func TestWithAnAPIKeyTheTourSuggestsLoginAndGrantsNothing(t *testing.T) {
	srv := newServer(t)
	useEnvironment(t, srv)
	w := new(witness)
	var out bytes.Buffer

	err := run(t.Context(), nil, &out, io.Discard, option.WithMiddleware(w.watch))

	require.NoError(t, err)
	require.Contains(t, out.String(), "go run ./examples/quickstart -login")
	require.NotContains(t, w.calls, "POST /v2/oauth/grants")
	requireNothingLeft(t, srv)
}

func TestWithLoginThePersonDecidesInTheBrowser(t *testing.T) {
	srv := newServer(t)
	useEnvironment(t, srv)
	user := &person{decision: "allow"}

	err := run(t.Context(), []string{"-login"}, user, io.Discard)
	user.browser.Wait()

	require.NoError(t, err)
	require.NoError(t, user.err)
	require.Equal(t, http.StatusNotFound, user.strangers)
	require.Contains(t, user.page, "You may close this window.")
	require.Contains(t, user.seen.String(), "its access token is active: false")
	require.Contains(t, user.seen.String(), "client.OAuth.AuthorizeURL\n")
	requireNothingLeft(t, srv)
}

func TestADenialEndsTheTourAndEverythingIsDeleted(t *testing.T) {
	srv := newServer(t)
	useEnvironment(t, srv)

	user := &person{decision: "deny"}

	err := run(t.Context(), []string{"-login"}, user, io.Discard)
	user.browser.Wait()

	require.ErrorContains(t, err, "access_denied")
	requireNothingLeft(t, srv)
}

func TestEverythingIsDeletedWhicheverCallFails(t *testing.T) {
	srv := newServer(t)
	complete := new(witness)
	require.NoError(t, ownTour(t, srv, io.Discard, complete.watch).walk(t.Context()))
	cleaning := slices.Index(complete.calls, "DELETE /v2/oauth_clients/{id}") - 1

	for n, call := range complete.calls[:cleaning] {
		tour := ownTour(t, srv, io.Discard, failing(n, answer500))

		err := tour.walk(t.Context())

		require.ErrorIs(t, err, telnyx.ErrServerError, "call %d, %s", n, call)
		requireNothingLeft(t, srv)
	}
}

func TestAClientWhoseCreationWasNotAnsweredIsDeletedToo(t *testing.T) {
	srv := newServer(t)
	lost := errors.New("connection reset")
	creation := func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
		res, err := next(req)
		if operation(req) != "POST /v2/oauth_clients" || err != nil {
			return res, err
		}
		res.Body.Close()
		return nil, lost
	}

	err := ownTour(t, srv, io.Discard, creation).walk(t.Context())

	require.ErrorIs(t, err, lost)
	requireNothingLeft(t, srv)
}

func TestEverythingIsDeletedAfterCtrlC(t *testing.T) {
	srv := newServer(t)
	ctx, interrupt := context.WithCancel(t.Context())
	atRegistration := func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
		res, err := next(req)
		if operation(req) == "POST /v2/oauth/register" {
			interrupt()
		}
		return res, err
	}

	err := ownTour(t, srv, io.Discard, atRegistration).walk(ctx)

	require.ErrorIs(t, err, context.Canceled)
	requireNothingLeft(t, srv)
}

func TestEverythingIsDeletedIfTheOutputIsClosed(t *testing.T) {
	srv := newServer(t)
	useEnvironment(t, srv)
	t.Setenv("RUN_QUICKSTART", "1")
	program := exec.CommandContext(t.Context(), os.Args[0])
	output, err := program.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, program.Start())
	require.NoError(t, output.Close())

	err = program.Wait()

	require.NoError(t, err)
	requireNothingLeft(t, srv)
}

func TestEverythingIsDeletedAfterAPanic(t *testing.T) {
	srv := newServer(t)
	tour := ownTour(t, srv, io.Discard, failing(12, func(*http.Request) *http.Response { panic("a bug") }))

	require.PanicsWithValue(t, "a bug", func() { _ = tour.walk(t.Context()) })

	requireNothingLeft(t, srv)
}

func TestWhatCannotBeDeletedIsReported(t *testing.T) {
	srv := newServer(t)
	var refused string
	firstDelete := func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
		if operation(req) != "DELETE /v2/oauth_clients/{id}" || refused != "" {
			return next(req)
		}
		refused = req.URL.Path[strings.LastIndex(req.URL.Path, "/")+1:]
		return answer500(req), nil
	}

	err := ownTour(t, srv, io.Discard, firstDelete).walk(t.Context())

	require.ErrorContains(t, err, "client "+refused+" could not be deleted")
	require.Equal(t, []string{refused}, clientIDs(t, srv))
}

func TestOnlyTheToursOwnClientsAreDeletedWhateverTheFilterAnswers(t *testing.T) {
	srv := newServer(t)
	foreign := srv.AddClient(oauthtest.Client{Name: "production"})
	unfiltered := func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
		if operation(req) == "GET /v2/oauth_clients" {
			req.URL.RawQuery = ""
		}
		return next(req)
	}

	err := ownTour(t, srv, io.Discard, unfiltered).walk(t.Context())

	require.NoError(t, err)
	require.Equal(t, []string{foreign.ID}, clientIDs(t, srv))
}

func TestAWrongAPIKeyIsOneError(t *testing.T) {
	srv := newServer(t)
	tour := newTour(io.Discard, connection(srv), option.WithAPIKey("KEY0000"))

	err := tour.walk(t.Context())

	require.ErrorIs(t, err, telnyx.ErrUnauthorized)
	require.NotContains(t, err.Error(), "\n")
}

func TestTheOutputHasNoSecret(t *testing.T) {
	srv := newServer(t)
	w := new(witness)
	var out bytes.Buffer

	err := ownTour(t, srv, &out, w.watch).walk(t.Context())

	require.NoError(t, err)
	// The API key, 2 client secrets, a consent token, a code, a verifier, 3 access tokens and 2 refresh tokens.
	require.Len(t, w.secrets, 11)
	for secret := range w.secrets {
		require.Greater(t, len(secret), 20)
		require.NotContains(t, out.String(), secret)
	}
}

func TestTheHostThatTheTourCallsIsNamed(t *testing.T) {
	srv := newServer(t)
	useEnvironment(t, srv)
	var out bytes.Buffer

	err := run(t.Context(), nil, &out, io.Discard)

	require.NoError(t, err)
	require.Contains(t, out.String(), "TELNYX_API_KEY is set: this tour calls "+srv.BaseURL()+", and deletes")
}

func TestWithoutABaseURLTheNamedHostIsThePublicAPI(t *testing.T) {
	clearEnvironment(t)
	t.Setenv("TELNYX_API_KEY", "KEY")
	var out bytes.Buffer
	var called string
	offline := func(req *http.Request, _ option.MiddlewareNext) (*http.Response, error) {
		called = req.URL.Host
		return &http.Response{StatusCode: 404, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
	}

	err := run(t.Context(), nil, &out, io.Discard, option.WithMiddleware(offline))

	require.ErrorIs(t, err, telnyx.ErrNotFound)
	require.Equal(t, "api.telnyx.com", called)
	require.Contains(t, out.String(), "this tour calls https://"+called+"/v2,")
}

func TestThePasswordOfABaseURLIsNotPrinted(t *testing.T) {
	for variable, want := range map[string]string{
		"https://me:secret@proxy.example/v2": "https://me:xxxxx@proxy.example/v2",
		"https://me:secret@[proxy":           "TELNYX_BASE_URL",
	} {
		t.Setenv("TELNYX_BASE_URL", variable)

		require.Equal(t, want, baseURL())
	}
}

func TestCountsUseTheSingularForOne(t *testing.T) {
	require.Equal(t, "0 grants, 1 grant, 2 grants", count(0, "grant")+", "+count(1, "grant")+", "+count(2, "grant"))
}

func TestAWrongCommandLineShowsWhatIsWrongAndTheUsage(t *testing.T) {
	for want, args := range map[string][]string{
		`quickstart does not take "foo"`:      {"foo"},
		"flag provided but not defined: -log": {"-log"},
		"It deletes what it created there":    {"-h"},
	} {
		var said bytes.Buffer

		err := run(t.Context(), args, io.Discard, &said)

		require.ErrorIs(t, err, errUsage, "%q", args)
		require.Contains(t, said.String(), want)
		require.Equal(t, 1, strings.Count(said.String(), "give consent yourself"), said.String())
	}
}

func newServer(t *testing.T) *oauthtest.Server {
	t.Helper()
	srv := oauthtest.NewServer()
	t.Cleanup(srv.Close)
	return srv
}

func connection(srv *oauthtest.Server, middlewares ...option.Middleware) []option.RequestOption {
	return []option.RequestOption{
		option.WithoutEnvironment(),
		option.WithBaseURL(srv.BaseURL()),
		option.WithMaxRetries(0),
		option.WithMiddleware(middlewares...),
	}
}

// ownTour returns a tour without an API key, on the test's own server.
func ownTour(t *testing.T, srv *oauthtest.Server, out io.Writer, middlewares ...option.Middleware) *tour {
	t.Helper()
	tour := newTour(out, connection(srv, middlewares...), option.WithAPIKey(srv.APIKey()))
	tour.consent = tour.consentByAPI
	return tour
}

func clearEnvironment(t *testing.T) {
	t.Helper()
	for _, name := range []string{"API_KEY", "PUBLIC_KEY", "CLIENT_ID", "CLIENT_SECRET", "BASE_URL", "CUSTOM_HEADERS"} {
		t.Setenv("TELNYX_"+name, "")
	}
}

// useEnvironment sets the environment variables to srv, as if it were the live API.
func useEnvironment(t *testing.T, srv *oauthtest.Server) {
	t.Helper()
	clearEnvironment(t)
	t.Setenv("TELNYX_API_KEY", srv.APIKey())
	t.Setenv("TELNYX_BASE_URL", srv.BaseURL())
}

func requireNothingLeft(t *testing.T, srv *oauthtest.Server) {
	t.Helper()
	client := telnyx.NewClient(append(connection(srv), option.WithAPIKey(srv.APIKey()))...)
	grants, err := client.OAuthGrants.List(t.Context(), telnyx.OAuthGrantListParams{})
	require.NoError(t, err)
	require.Empty(t, grants.Data)
	require.Empty(t, clientIDs(t, srv))
}

func clientIDs(t *testing.T, srv *oauthtest.Server) (ids []string) {
	t.Helper()
	client := telnyx.NewClient(append(connection(srv), option.WithAPIKey(srv.APIKey()))...)
	for c, err := range client.OAuthClients.ListAutoPaging(t.Context(), telnyx.OAuthClientListParams{}).All() {
		require.NoError(t, err)
		ids = append(ids, c.ClientID)
	}
	return ids
}

// failing makes call number n of a tour fail.
func failing(n int, fail func(*http.Request) *http.Response) option.Middleware {
	calls := 0
	return func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
		if calls++; calls == n+1 {
			return fail(req), nil
		}
		return next(req)
	}
}

func answer500(req *http.Request) *http.Response {
	return &http.Response{StatusCode: 500, Header: http.Header{}, Body: http.NoBody, Request: req}
}

// operation returns the method of a request and the path template of the contract.
func operation(req *http.Request) string {
	path := regexp.MustCompile(`(oauth_(clients|grants))/[^/]+$`).ReplaceAllString(req.URL.Path, "$1/{id}")
	path = regexp.MustCompile(`consent/[^/]+$`).ReplaceAllString(path, "consent/{consent_token}")
	return req.Method + " " + path
}

// A witness records the calls of a tour, and the secrets in them.
type witness struct {
	calls   []string
	secrets map[string]bool
}

func (w *witness) watch(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
	w.calls = append(w.calls, operation(req))
	if token, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer "); ok {
		w.note(token)
	}
	if req.GetBody != nil {
		body, _ := req.GetBody()
		w.noteForm(readAll(body))
	} else if req.Body != nil {
		sent := readAll(req.Body)
		w.noteForm(sent)
		req.Body = io.NopCloser(strings.NewReader(sent))
	}
	res, err := next(req)
	if err != nil {
		return res, err
	}
	got := readAll(res.Body)
	res.Body = io.NopCloser(strings.NewReader(got))
	var answer struct {
		AccessToken  string `json:"access_token"`
		RefreshToken string `json:"refresh_token"`
		RedirectURI  string `json:"redirect_uri"`
		Data         struct {
			ClientSecret string `json:"client_secret"`
		} `json:"data"`
	}
	_ = json.Unmarshal([]byte(got), &answer) // not all answers are JSON
	w.note(answer.AccessToken, answer.RefreshToken, answer.Data.ClientSecret)
	for _, link := range []string{answer.RedirectURI, res.Header.Get("Location")} {
		_, query, _ := strings.Cut(link, "?")
		w.noteForm(query)
	}
	return res, nil
}

func (w *witness) noteForm(form string) {
	values, _ := url.ParseQuery(form)
	w.note(values.Get("code"), values.Get("consent_token"), values.Get("code_verifier"), values.Get("client_secret"))
}

func (w *witness) note(secrets ...string) {
	for _, s := range secrets {
		if w.secrets == nil {
			w.secrets = map[string]bool{}
		}
		if s != "" {
			w.secrets[s] = true
		}
	}
}

func readAll(body io.ReadCloser) string {
	defer body.Close()
	text, _ := io.ReadAll(body)
	return string(text)
}

// A person reads the output of a tour, opens its link in a browser, and decides. Before that, someone else calls the
// redirect URI.
type person struct {
	decision  string
	seen      bytes.Buffer
	browser   sync.WaitGroup
	strangers int    // the status of the other call
	page      string // what the browser shows at the end
	err       error
}

func (p *person) Write(text []byte) (int, error) {
	if link := regexp.MustCompile(`http://\S+/oauth/authorize\?\S+`).Find(text); link != nil {
		p.browser.Go(func() { p.page, p.err = p.decide(string(link)) })
	}
	return p.seen.Write(text)
}

func (p *person) decide(link string) (page string, err error) {
	asked, err := url.Parse(link)
	if err != nil {
		return "", err
	}
	res, err := http.Get(asked.Query().Get("redirect_uri") + "?code=theirs&state=theirs")
	if err != nil {
		return "", err
	}
	res.Body.Close()
	p.strangers = res.StatusCode
	if res, err = http.Get(link); err != nil {
		return "", err
	}
	res.Body.Close()
	consent := res.Request.URL
	form := url.Values{"consent_token": {consent.Query().Get("consent_token")}, "decision": {p.decision}}
	res, err = http.PostForm(consent.Scheme+"://"+consent.Host+consent.Path, form)
	if err != nil {
		return "", err
	}
	return readAll(res.Body), nil
}
