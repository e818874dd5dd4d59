package oauthtest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// The verifier and challenge of RFC 7636 appendix B.
const (
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// rig is a server in memory, and a browser that follows no redirect and compares every exchange with the contract.
type rig struct {
	t       *testing.T
	srv     *oauthtest.Server
	checked *checked
	http    *http.Client
}

func start(t *testing.T, opts ...oauthtest.Option) *rig {
	t.Helper()
	srv := oauthtest.New(opts...)
	t.Cleanup(srv.Close)
	return over(t, srv, srv.Transport())
}

func over(t *testing.T, srv *oauthtest.Server, transport http.RoundTripper) *rig {
	c := &checked{t: t, next: transport}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &rig{t, srv, c, &http.Client{Transport: c, CheckRedirect: stay}}
}

type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

// send calls with the API key, unless headers say otherwise; an empty value removes one.
func (r *rig) send(method, target, body string, headers ...string) answer {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.srv.URL()+target, strings.NewReader(body))
	require.NoError(r.t, err)
	req.Header.Set("Authorization", "Bearer "+r.srv.APIKey())
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i+1] == "" {
			req.Header.Del(headers[i])
		}
	}
	res, err := r.http.Do(req)
	require.NoError(r.t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	require.NoError(r.t, err)
	return answer{r.t, res.StatusCode, res.Header, string(raw)}
}

func (r *rig) get(target string, headers ...string) answer {
	r.t.Helper()
	return r.send("GET", target, "", headers...)
}

// form posts without the API key.
func (r *rig) form(target string, pairs ...string) answer {
	r.t.Helper()
	return r.send("POST", target, encode(pairs...), "Authorization", "", "Content-Type",
		"application/x-www-form-urlencoded")
}

// basic posts with HTTP Basic.
func (r *rig) basic(target, id, secret string, pairs ...string) answer {
	r.t.Helper()
	req := &http.Request{Header: http.Header{}}
	req.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
	return r.send("POST", target, encode(pairs...),
		"Authorization", req.Header.Get("Authorization"), "Content-Type", "application/x-www-form-urlencoded")
}

func encode(pairs ...string) string {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return form.Encode()
}

func decodeAny(raw []byte) (v any, err error) {
	err = json.Unmarshal(raw, &v)
	return v, err
}

// at returns a member of a JSON answer by its path: "data.client_id", "data.0.name".
func (a answer) at(path string) any {
	a.t.Helper()
	v, err := decodeAny([]byte(a.body))
	require.NoError(a.t, err, a.body)
	for _, name := range strings.Split(path, ".") {
		switch within := v.(type) {
		case map[string]any:
			v = within[name]
		case []any:
			var i int
			require.NoError(a.t, json.Unmarshal([]byte(name), &i))
			require.Less(a.t, i, len(within), a.body)
			v = within[i]
		default:
			require.Failf(a.t, "no such member", "%s in %s", path, a.body)
		}
	}
	return v
}

func (a answer) text(path string) string {
	a.t.Helper()
	s, ok := a.at(path).(string)
	require.True(a.t, ok, "%s is not a string in %s", path, a.body)
	return s
}

func (a answer) location() *url.URL {
	a.t.Helper()
	u, err := url.Parse(a.header.Get("Location"))
	require.NoError(a.t, err)
	return u
}

// authorizeURL is the request of a client with PKCE; pairs replace parameters, an empty value removes one.
func authorizeURL(clientID string, pairs ...string) string {
	query := url.Values{
		"response_type":         {"code"},
		"client_id":             {clientID},
		"redirect_uri":          {"http://127.0.0.1/callback"},
		"scope":                 {"messaging.read numbers.read"},
		"state":                 {"xyz"},
		"code_challenge":        {challenge},
		"code_challenge_method": {"S256"},
	}
	for i := 0; i < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			query.Del(pairs[i])
		}
	}
	return "/v2/oauth/authorize?" + query.Encode()
}

func (r *rig) consent(clientID string, pairs ...string) (consentToken string) {
	r.t.Helper()
	res := r.get(authorizeURL(clientID, pairs...), "Authorization", "")
	require.Equal(r.t, http.StatusFound, res.status, res.body)
	token := res.location().Query().Get("consent_token")
	require.NotEmpty(r.t, token, res.header.Get("Location"))
	return token
}

func (r *rig) code(clientID string, pairs ...string) string {
	r.t.Helper()
	res := r.send("POST", "/v2/oauth/grants", `{"allowed":true,"consent_token":"`+r.consent(clientID, pairs...)+`"}`)
	require.Equal(r.t, http.StatusOK, res.status, res.body)
	u, err := url.Parse(res.text("redirect_uri"))
	require.NoError(r.t, err)
	require.NotEmpty(r.t, u.Query().Get("code"), res.body)
	return u.Query().Get("code")
}

func (r *rig) tokens(c oauthtest.Client) answer {
	r.t.Helper()
	res := r.redeem(c, r.code(c.ID))
	require.Equal(r.t, http.StatusOK, res.status, res.body)
	return res
}

func (r *rig) redeem(c oauthtest.Client, code string) answer {
	r.t.Helper()
	return r.form("/v2/oauth/token", "grant_type", "authorization_code", "code", code, "code_verifier", verifier,
		"redirect_uri", "http://127.0.0.1/callback", "client_id", c.ID, "client_secret", c.Secret)
}

func (r *rig) refresh(c oauthtest.Client, token string, pairs ...string) answer {
	r.t.Helper()
	return r.form("/v2/oauth/token", append([]string{
		"grant_type", "refresh_token", "refresh_token", token,
		"client_id", c.ID, "client_secret", c.Secret,
	}, pairs...)...)
}

// active introspects with the API key.
func (r *rig) active(token string) bool {
	r.t.Helper()
	res := r.send("POST", "/v2/oauth/introspect", `{"token":"`+token+`"}`)
	require.Equal(r.t, http.StatusOK, res.status, res.body)
	return res.at("active") == true
}

// clock advances only when the test moves it.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }

func (c *clock) advance(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.at = c.at.Add(d) }
