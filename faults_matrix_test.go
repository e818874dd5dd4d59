package telnyx_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

var updateFaults = flag.Bool("update-faults", false, "rewrite the table of docs/faults.md")

const (
	matrixDeadline = time.Minute     // of a call
	matrixTimeout  = 5 * time.Second // of an attempt
	matrixVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)

// A matrixFault is a row of the matrix.
type matrixFault struct {
	name string
	make func(*oauthtest.Server) oauthtest.Fault
	// invents: the server reports a success and did nothing. twice: an intermediary sends the request twice.
	invents, twice bool
}

func matrixFaults() []matrixFault {
	const jsonType = "application/json"
	fixed := func(name string, f oauthtest.Fault) matrixFault {
		return matrixFault{name: name, make: func(*oauthtest.Server) oauthtest.Fault { return f }}
	}
	invented := func(name, contentType, body string) matrixFault {
		f := fixed(name, oauthtest.FaultStatus(200, contentType, body))
		f.invents = true
		return f
	}
	twice := fixed("the request arrives twice", oauthtest.FaultDuplicateRequest())
	twice.twice = true
	html := fixed("200, a gateway's HTML", oauthtest.FaultGatewayHTML(200))
	html.invents = true
	huge := fixed("200, larger than the limit", oauthtest.FaultHugeBody(1<<16))
	huge.invents = true
	bomb := fixed("200, a gzip bomb", oauthtest.FaultGzipBomb(1<<20))
	bomb.invents = true
	// The clock of a synctest bubble starts in 2000.
	soon, past := time.Date(2000, 1, 1, 0, 0, 10, 0, time.UTC), time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)
	return []matrixFault{
		fixed("the connection is refused", oauthtest.FaultRefuseConnection()),
		fixed("reset before the response", oauthtest.FaultReset()),
		fixed("hang-up before the response", oauthtest.FaultHangUp()),
		fixed("the response is lost after the effect", oauthtest.FaultLostAnswer()),
		fixed("stall before the response", oauthtest.FaultStallBeforeHeaders()),
		fixed("stall after the effect", oauthtest.FaultStallBeforeHeaders().AfterEffect()),
		fixed("stall mid-body", oauthtest.FaultStallMidBody()),
		fixed("reset mid-body", oauthtest.FaultResetMidBody()),
		fixed("truncated body", oauthtest.FaultTruncate()),
		fixed("late, within the attempt's timeout", oauthtest.FaultDelay(time.Second)),
		fixed("too late for the attempt's timeout", oauthtest.FaultDelay(2*matrixTimeout)),
		twice,
		fixed("the body arrives twice", oauthtest.FaultDuplicateAnswer()),
		fixed("malformed JSON", oauthtest.FaultMalformedJSON()),
		fixed("the wrong content type", oauthtest.FaultContentType("text/html")),
		fixed("no content type", oauthtest.FaultContentType("")),
		fixed("gzip that is none", oauthtest.FaultHeader("Content-Encoding", "gzip")),
		fixed("a Date that is an hour off", oauthtest.FaultClockSkew(time.Hour)),

		invented("200, empty", jsonType, ""),
		invented("200, null", jsonType, "null"),
		invented("200, an array", jsonType, "[]"),
		invented("200, a string", jsonType, `"ok"`),
		invented("200, an object nested 250 deep", jsonType, strings.Repeat(`{"data":`, 250)),
		invented("200, zero bytes", jsonType, "\x00\x00\xff\xfe"),
		html, huge, bomb,

		fixed("302 to another host", oauthtest.FaultRedirect(302, "https://elsewhere.example/v2/x")),
		fixed("307 to another host", oauthtest.FaultRedirect(307, "https://elsewhere.example/v2/x")),
		fixed("302 to a path that is not there", oauthtest.FaultRedirect(302, "/moved")),
		fixed("302 without a Location", oauthtest.FaultStatus(302, "", "")),

		fixed("400, no JSON", oauthtest.FaultStatus(400, "text/plain", "bad request")),
		fixed("401, invalid_token", oauthtest.FaultStatus(401, jsonType, `{"error":"invalid_token"}`)),
		fixed("403, a gateway's HTML", oauthtest.FaultGatewayHTML(403)),
		fixed("404, plain text", oauthtest.FaultStatus(404, "text/plain", "404 page not found")),
		fixed("408", oauthtest.FaultStatus(408, "", "")),
		fixed("409", oauthtest.FaultStatus(409, jsonType, `{"errors":[{"code":"10015","title":"Conflict"}]}`)),
		fixed(
			"422, in the envelope",
			oauthtest.FaultStatus(
				422, jsonType, `{"errors":[{"code":"10027","title":"Value not allowed","source":{"pointer":"/scope"}}]}`,
			),
		),
		fixed("429, as the live API", oauthtest.FaultRateLimited(3*time.Second)),
		fixed("429, Retry-After: 0.5", oauthtest.FaultRetryAfter(429, "0.5")),
		fixed("429, Retry-After: in an hour", oauthtest.FaultRetryAfter(429, "3600")),
		fixed("429, Retry-After: a date", oauthtest.FaultRetryAfter(429, soon.Format(http.TimeFormat))),
		fixed("429, Retry-After: a date in the past", oauthtest.FaultRetryAfter(429, past.Format(http.TimeFormat))),
		fixed("429, Retry-After: nonsense", oauthtest.FaultRetryAfter(429, "soon")),
		fixed("500", oauthtest.FaultStatus(500, jsonType, `{"errors":[{"code":"10007","title":"Unexpected error"}]}`)),
		fixed("500 after the effect", oauthtest.FaultStatus(500, "", "").AfterEffect()),
		fixed("502, a gateway's HTML", oauthtest.FaultGatewayHTML(502)),
		fixed("502 after the effect", oauthtest.FaultGatewayHTML(502).AfterEffect()),
		fixed("503, Retry-After: 2", oauthtest.FaultRetryAfter(503, "2")),
		fixed("504 after the effect", oauthtest.FaultGatewayHTML(504).AfterEffect()),

		{name: "the signing key is rotated", make: oauthtest.FaultRotateKeys},
		{name: "all tokens are revoked", make: oauthtest.FaultRevokeTokens},
		{name: "an hour passes on the server", make: func(s *oauthtest.Server) oauthtest.Fault {
			return oauthtest.FaultBefore("an hour", func() { s.Advance(time.Hour) })
		}},
	}
}

// A matrixWorld is a server, and a client of it that has already made a call.
type matrixWorld struct {
	srv    *oauthtest.Server
	app    oauthtest.Client
	grant  string
	client telnyx.Client
	secret string // a consent token, code or refresh token for the call
	wire   *matrixWire
	log    bytes.Buffer
}

func newMatrixWorld(t *testing.T, key *rsa.PrivateKey, sockets bool) *matrixWorld {
	w := &matrixWorld{wire: new(matrixWire)}
	opts := []oauthtest.Option{
		oauthtest.WithSigningKey(key), oauthtest.WithOpaqueTokens(), oauthtest.WithScopes("messaging.read"),
	}
	if sockets {
		w.srv = oauthtest.NewServer(opts...)
		pool := &http.Transport{}
		w.wire.next = pool
		t.Cleanup(func() { pool.CloseIdleConnections(); w.srv.Close() })
	} else {
		w.srv = oauthtest.New(opts...)
		w.wire.next = w.srv.Transport()
	}
	w.app = w.srv.AddClient(oauthtest.Client{Name: "Pager", Scopes: []string{"messaging.read"}})
	w.grant = w.srv.AddGrant(w.app.ID)
	w.client = telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(w.srv.BaseURL()),
		option.WithClientID(w.app.ID), option.WithClientSecret(w.app.Secret),
		option.WithHTTPClient(&http.Client{Transport: w.wire}), option.WithRequestTimeout(matrixTimeout),
		option.WithMaxResponseBytes(1<<11))
	_, err := w.client.OAuthGrants.Get(t.Context(), w.grant) // gets an access token
	require.NoError(t, err)
	return w
}

// writeLog turns on the debug log for later calls.
func (w *matrixWorld) writeLog() {
	debug := option.WithDebugLog(log.New(&w.log, "", 0))
	c := &w.client
	for _, options := range []*[]option.RequestOption{
		&c.WellKnown.Options, &c.OAuth.Options, &c.OAuthClients.Options, &c.OAuthGrants.Options,
	} {
		*options = append(slices.Clip(*options), debug)
	}
}

// matrixWire counts requests, and response bodies that are not closed.
type matrixWire struct {
	next   http.RoundTripper
	sent   atomic.Int64
	unread atomic.Int64 // bodies that are not closed
}

func (w *matrixWire) RoundTrip(req *http.Request) (*http.Response, error) {
	w.sent.Add(1)
	res, err := w.next.RoundTrip(req)
	if err == nil {
		w.unread.Add(1)
		res.Body = &matrixBody{ReadCloser: res.Body, wire: w}
	}
	return res, err
}

type matrixBody struct {
	io.ReadCloser
	wire   *matrixWire
	closed atomic.Bool
}

func (b *matrixBody) Close() error {
	if !b.closed.Swap(true) {
		b.wire.unread.Add(-1)
	}
	return b.ReadCloser.Close()
}

// A matrixCall is an operation, or one use of the token endpoint.
type matrixCall struct {
	operation, variant string
	arrange            func(context.Context, *matrixWorld) error
	// call makes the call. want reports whether the result of a success is right.
	call func(ctx context.Context, w *matrixWorld) (want bool, err error)
	// effects counts how often the server did what the call asks for. It is nil if repeating the call is harmless.
	effects func(w *matrixWorld) int
	// once: the server may see the request only once.
	once bool
}

func (c matrixCall) name() string {
	if c.variant != "" {
		return c.operation + " (" + c.variant + ")"
	}
	return c.operation
}

// location reads a member of the query that an authorization step redirects to.
func location(raw, member string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Query().Get(member)
}

func askConsent(ctx context.Context, w *matrixWorld) error {
	var res *http.Response
	err := w.client.OAuth.GetAuthorize(ctx, w.authorization(), option.WithResponseInto(&res))
	if err == nil {
		w.secret = location(res.Header.Get("Location"), "consent_token")
	}
	return err
}

func (w *matrixWorld) authorization() telnyx.OAuthGetAuthorizeParams {
	return telnyx.OAuthGetAuthorizeParams{
		ClientID: w.app.ID, RedirectUri: "http://127.0.0.1/callback",
		ResponseType:        telnyx.OAuthGetAuthorizeParamsResponseTypeCode,
		CodeChallenge:       telnyx.String("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
		CodeChallengeMethod: telnyx.OAuthGetAuthorizeParamsCodeChallengeMethodS256,
	}
}

func askCode(ctx context.Context, w *matrixWorld) error {
	if err := askConsent(ctx, w); err != nil {
		return err
	}
	res, err := w.client.OAuth.Grants(ctx, telnyx.OAuthGrantsParams{Allowed: true, ConsentToken: w.secret})
	if err == nil {
		w.secret = location(res.RedirectUri, "code")
	}
	return err
}

func askRefreshToken(ctx context.Context, w *matrixWorld) error {
	if err := askCode(ctx, w); err != nil {
		return err
	}
	res, err := exchangeCode(ctx, w)
	if err == nil {
		w.secret = res.RefreshToken
	}
	return err
}

func exchangeCode(ctx context.Context, w *matrixWorld) (*telnyx.OAuthTokenResponse, error) {
	return w.client.OAuth.Token(ctx, telnyx.OAuthTokenParams{
		GrantType: telnyx.OAuthTokenParamsGrantTypeAuthorizationCode, Code: telnyx.String(w.secret),
		CodeVerifier: telnyx.String(matrixVerifier), RedirectUri: telnyx.String("http://127.0.0.1/callback"),
	})
}

// count returns the total of a list, read from the server with a client of its own.
func (w *matrixWorld) count(path string) int {
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(w.srv.BaseURL()),
		option.WithAPIKey(w.srv.APIKey()),
		option.WithHTTPClient(w.srv.Client()))
	var page struct {
		Meta struct {
			Total int `json:"total_results"`
		} `json:"meta"`
	}
	if err := client.Get(context.Background(), path, nil, &page); err != nil {
		panic(err)
	}
	return page.Meta.Total
}

func matrixCalls() []matrixCall {
	named := func(name string) func(*matrixWorld) int {
		return func(w *matrixWorld) int { return w.count("oauth_clients?filter%5Bname%5D=" + name) }
	}
	gone := func(path string) func(*matrixWorld) int {
		return func(w *matrixWorld) int { return 1 - w.count(path) }
	}
	return []matrixCall{
		{
			operation: "GetOAuthAuthorizationServerMetadata",
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := w.client.WellKnown.GetAuthorizationServerMetadata(ctx)
				return err == nil && res.Issuer == w.srv.URL(), err
			},
		},
		{
			operation: "GetOAuthProtectedResourceMetadata",
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := w.client.WellKnown.GetProtectedResourceMetadata(ctx)
				return err == nil && res.Resource == w.srv.URL(), err
			},
		},
		{
			operation: "AuthorizeOAuth",
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				err := w.client.OAuth.GetAuthorize(ctx, w.authorization())
				return err == nil, err
			},
		},
		{
			operation: "GetOAuthConsentToken",
			arrange:   askConsent,
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := w.client.OAuth.Get(ctx, w.secret)
				return err == nil && res.Data.ClientID == w.app.ID, err
			},
		},
		{
			operation: "CreateOAuthGrant",
			arrange: func(ctx context.Context, w *matrixWorld) error {
				w.srv.RevokeGrant(w.grant)
				return askConsent(ctx, w)
			},
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := w.client.OAuth.Grants(ctx, telnyx.OAuthGrantsParams{Allowed: true, ConsentToken: w.secret})
				return err == nil && location(res.RedirectUri, "code") != "", err
			},
			effects: func(w *matrixWorld) int { return w.count("oauth_grants") },
		},
		{
			operation: "IntrospectOAuthToken",
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := w.client.OAuth.Introspect(ctx, telnyx.OAuthIntrospectParams{Token: "unknown-token"})
				return err == nil && res.JSON.Active.Valid() && !res.Active, err
			},
		},
		{
			operation: "GetOAuthJWKS",
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := w.client.OAuth.GetJwks(ctx)
				return err == nil && len(res.Keys) > 0 && res.Keys[0].Kid != "", err
			},
		},
		{
			operation: "RegisterOAuthClient",
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := w.client.OAuth.Register(ctx, telnyx.OAuthRegisterParams{ClientName: telnyx.String("New")})
				return err == nil && res.ClientID != "" && res.ClientSecret != "", err
			},
			effects: named("New"),
		},
		{
			operation: "ExchangeOAuthToken",
			variant:   "client credentials",
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := w.client.OAuth.Token(
					ctx, telnyx.OAuthTokenParams{GrantType: telnyx.OAuthTokenParamsGrantTypeClientCredentials},
				)
				return err == nil && res.AccessToken != "", err
			},
		},
		{
			operation: "ExchangeOAuthToken",
			variant:   "code",
			once:      true,
			arrange:   askCode,
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := exchangeCode(ctx, w)
				return err == nil && res.AccessToken != "" && res.RefreshToken != "", err
			},
		},
		{
			operation: "ExchangeOAuthToken",
			variant:   "refresh token",
			once:      true,
			arrange:   askRefreshToken,
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := w.client.OAuth.Token(ctx, telnyx.OAuthTokenParams{
					GrantType: telnyx.OAuthTokenParamsGrantTypeRefreshToken, RefreshToken: telnyx.String(w.secret),
				})
				return err == nil && res.AccessToken != "" && res.RefreshToken != w.secret, err
			},
		},
		{
			operation: "ListOAuthClients",
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := w.client.OAuthClients.List(ctx, telnyx.OAuthClientListParams{})
				return err == nil && len(res.Data) == 1 && res.Data[0].ClientID == w.app.ID, err
			},
		},
		{
			operation: "CreateOAuthClient",
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := w.client.OAuthClients.New(ctx, telnyx.OAuthClientNewParams{
					Name: "New", ClientType: telnyx.OAuthClientNewParamsClientTypeConfidential,
					AllowedScopes: []string{"messaging.read"}, AllowedGrantTypes: []string{"client_credentials"},
				})
				return err == nil && res.Data.ClientID != "" && res.Data.ClientSecret != "", err
			},
			effects: named("New"),
		},
		{
			operation: "GetOAuthClient",
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := w.client.OAuthClients.Get(ctx, w.app.ID)
				return err == nil && res.Data.ClientID == w.app.ID, err
			},
		},
		{
			operation: "UpdateOAuthClient",
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := w.client.OAuthClients.Update(
					ctx, w.app.ID, telnyx.OAuthClientUpdateParams{Name: telnyx.String("Renamed")},
				)
				return err == nil && res.Data.Name == "Renamed", err
			},
			effects: named("Renamed"),
		},
		{
			operation: "DeleteOAuthClient",
			arrange: func(_ context.Context, w *matrixWorld) error {
				w.secret = w.srv.AddClient(oauthtest.Client{Name: "Old"}).ID
				return nil
			},
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				err := w.client.OAuthClients.Delete(ctx, w.secret)
				return err == nil, err
			},
			effects: gone("oauth_clients?filter%5Bname%5D=Old"),
		},
		{
			operation: "ListOAuthGrants",
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := w.client.OAuthGrants.List(ctx, telnyx.OAuthGrantListParams{})
				return err == nil && len(res.Data) == 1 && res.Data[0].ID == w.grant, err
			},
		},
		{
			operation: "GetOAuthGrant",
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := w.client.OAuthGrants.Get(ctx, w.grant)
				return err == nil && res.Data.ID == w.grant, err
			},
		},
		{
			operation: "RevokeOAuthGrant",
			call: func(ctx context.Context, w *matrixWorld) (bool, error) {
				res, err := w.client.OAuthGrants.Delete(ctx, w.grant)
				return err == nil && res.Data.ID == w.grant, err
			},
			effects: gone("oauth_grants"),
		},
	}
}

// matrixKinds are the documented kinds of errors, the most specific first.
var matrixKinds = []struct {
	name string
	kind error
}{
	{"ErrInvalidGrant", telnyx.ErrInvalidGrant},
	{"ErrBadResponse", telnyx.ErrBadResponse},
	{"ErrBadRequest", telnyx.ErrBadRequest},
	{"ErrUnauthorized", telnyx.ErrUnauthorized},
	{"ErrForbidden", telnyx.ErrForbidden},
	{"ErrNotFound", telnyx.ErrNotFound},
	{"ErrConflict", telnyx.ErrConflict},
	{"ErrUnprocessable", telnyx.ErrUnprocessable},
	{"ErrRateLimited", telnyx.ErrRateLimited},
	{"ErrServerError", telnyx.ErrServerError},
	{"ErrRedirect", telnyx.ErrRedirect},
	{"timeout", context.DeadlineExceeded},
}

// outcomeOf returns the result of a call as the table shows it.
func outcomeOf(err error) string {
	if err == nil {
		return "ok"
	}
	for _, k := range matrixKinds {
		if errors.Is(err, k.kind) {
			return k.name
		}
	}
	var said *telnyx.Error
	var op *net.OpError
	switch {
	case errors.As(err, &said):
		return fmt.Sprintf("status %d", said.StatusCode)
	case errors.As(err, &op), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection error"
	}
	return "undocumented: " + err.Error()
}

// runMatrixCell makes a call while a fault happens n times, and returns the outcome with the number of requests. It
// checks that the call ends in time, leaves no body open and shows no secret, and that a success had its effect once.
func runMatrixCell(t *testing.T, w *matrixWorld, c matrixCall, f matrixFault, n int) string {
	if c.arrange != nil {
		require.NoError(t, c.arrange(t.Context(), w))
	}
	if n == 1 {
		w.writeLog()
	}
	faults := oauthtest.NewFaults(1).Next(n, f.make(w.srv), c.operation)
	w.srv.Inject(faults)
	sent, seen, began := w.wire.sent.Load(), len(w.srv.RequestsTo(c.operation)), time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), matrixDeadline)
	defer cancel()

	want, err := c.call(ctx, w)

	require.LessOrEqual(t, time.Since(began), matrixDeadline)
	require.Positive(t, faults.Injected())
	require.Zero(t, w.wire.unread.Load(), "bodies left open")
	sent, seen = w.wire.sent.Load()-sent, len(w.srv.RequestsTo(c.operation))-seen
	w.srv.Inject(nil)
	if err == nil {
		require.True(t, want, "a success that says nothing")
	}
	if c.once {
		require.LessOrEqual(t, seen, 1, "sent again after it had arrived")
	}
	if c.effects != nil && !f.twice {
		done := c.effects(w)
		require.LessOrEqual(t, done, 1, "done more than once")
		if err == nil && !f.invents {
			require.Equal(t, 1, done, "a success without effect")
		}
	}
	if n == 1 { // n > 1 would show the same text again
		w.srv.RequireNoSecrets(t, w.log.String(), fmt.Sprintf("%+v", err), dump(err))
	}

	outcome := outcomeOf(err)
	require.NotContains(t, outcome, "undocumented")
	if sent > 1 {
		outcome += fmt.Sprintf(" ×%d", sent)
	}
	return outcome
}

func dump(err error) string {
	var said *telnyx.Error
	if !errors.As(err, &said) {
		return ""
	}
	return string(said.DumpRequest(true)) + string(said.DumpResponse(true))
}

// inBubble runs a cell in memory. There, waiting takes no time, and a goroutine that does not end fails the test.
func inBubble(t *testing.T, key *rsa.PrivateKey, c matrixCall, f matrixFault, n int) (outcome string) {
	synctest.Test(t, func(t *testing.T) { outcome = runMatrixCell(t, newMatrixWorld(t, key, false), c, f, n) })
	if t.Failed() {
		t.Fatalf("in the cell of the fault: %s", f.name)
	}
	return outcome
}

func TestFaultMatrixEndsInSuccessOrADocumentedErrorAndMatchesTheDocument(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	calls, faults := matrixCalls(), matrixFaults()
	operations := map[string]bool{}
	once, always := make([][]string, len(calls)), make([][]string, len(calls)) // outcomes by call and fault
	t.Run("of", func(t *testing.T) {
		for i, c := range calls {
			operations[c.operation] = true
			t.Run(c.name(), func(t *testing.T) {
				t.Parallel()
				for _, f := range faults {
					once[i] = append(once[i], inBubble(t, key, c, f, 1))
					always[i] = append(always[i], inBubble(t, key, c, f, 1000))
				}
			})
		}
	})
	require.Len(t, operations, 17)
	require.GreaterOrEqual(t, len(faults), 30)
	// The document needs the whole matrix, not a part that -run selects.
	complete := !slices.ContainsFunc(once, func(row []string) bool { return len(row) < len(faults) })
	if t.Failed() || !complete {
		return
	}

	const file, mark = "docs/faults.md", "<!-- The rest is generated: go test -run TestFaultMatrix -update-faults . -->\n"
	doc, err := os.ReadFile(file)
	require.NoError(t, err)
	head, written, found := strings.Cut(string(doc), mark)
	require.True(t, found, "docs/faults.md has lost its mark")
	tables := "\n## It happens once\n" + matrixTable(calls, faults, once) +
		"\n## It happens every time\n" + matrixTable(calls, faults, always)
	if *updateFaults {
		require.NoError(t, os.WriteFile(file, []byte(head+mark+tables), 0o644))
		return
	}
	if written != tables {
		was, is := strings.Split(written, "\n"), strings.Split(tables, "\n")
		for i := range min(len(was), len(is)) {
			require.Equal(t, was[i], is[i], "docs/faults.md is out of date: go test -run TestFaultMatrix -update-faults .")
		}
		require.Len(t, is, len(was), "docs/faults.md is out of date")
	}
}

// matrixTable writes one column for all calls with the same outcomes.
func matrixTable(calls []matrixCall, faults []matrixFault, cells [][]string) string {
	var columns [][]string
	var names []string // of the calls in each column
	for i, c := range calls {
		at := slices.IndexFunc(columns, func(column []string) bool { return slices.Equal(column, cells[i]) })
		if at >= 0 {
			names[at] += ", " + c.name()
			continue
		}
		columns, names = append(columns, cells[i]), append(names, c.name())
	}
	var b strings.Builder
	head, rule := "\n| |", "\n|---|"
	for i, list := range names {
		fmt.Fprintf(&b, "\n- **%c**: %s", 'A'+i, list)
		head, rule = head+fmt.Sprintf(" %c |", 'A'+i), rule+"---|"
	}
	b.WriteString("\n" + head + rule)
	for i, f := range faults {
		fmt.Fprintf(&b, "\n| %s |", f.name)
		for _, column := range columns {
			fmt.Fprintf(&b, " %s |", column[i])
		}
	}
	return b.String() + "\n"
}

func TestFaultsOnRealConnectionsEndAsTheyDoInMemory(t *testing.T) {
	before := goleak.IgnoreCurrent()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	onTheWire := []string{
		"reset before the response", "hang-up before the response", "the response is lost after the effect", "reset mid-body",
		"truncated body", "the body arrives twice", "malformed JSON", "gzip that is none", "200, empty",
		"200, larger than the limit", "200, a gzip bomb", "307 to another host", "502, a gateway's HTML",
	}
	stalls := []string{"stall before the response", "stall after the effect", "stall mid-body"}
	t.Run("with", func(t *testing.T) {
		faults := matrixFaults()
		for _, c := range matrixCalls() {
			for _, f := range faults {
				plain := slices.Contains(onTheWire, f.name) && slices.Contains(
					[]string{"GetOAuthClient", "CreateOAuthClient", "ExchangeOAuthToken"}, c.operation,
				)
				stall := slices.Contains(stalls, f.name) && c.variant == "code" // not repeated, so that its timeout can be short
				if !plain && !stall {
					continue
				}
				t.Run(f.name+"/"+c.name(), func(t *testing.T) {
					t.Parallel()
					want, _, _ := strings.Cut(inBubble(t, key, c, f, 1), " ×")
					w := newMatrixWorld(t, key, true)
					if stall {
						w.client.OAuth.Options = append(w.client.OAuth.Options, option.WithRequestTimeout(300*time.Millisecond))
					}

					got, _, _ := strings.Cut(runMatrixCell(t, w, c, f, 1), " ×") // net/http repeats some requests

					require.Equal(t, want, got)
				})
			}
		}
	})
	goleak.VerifyNone(t, before)
}
