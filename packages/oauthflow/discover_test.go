package oauthflow_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
)

// documents answers GETs by their URL, and remembers the requests.
type documents struct {
	byURL    map[string]string // a body, or a status like "404"; "broken" breaks the connection
	requests []*http.Request
}

func (d *documents) Do(req *http.Request) (*http.Response, error) {
	d.requests = append(d.requests, req)
	body, ok := d.byURL[req.URL.String()]
	status := http.StatusOK
	header := http.Header{"Content-Type": {"application/json"}}
	switch {
	case body == "broken":
		return nil, errors.New("connection reset")
	case !ok, body == "404":
		status, body = http.StatusNotFound, "not here"
	case body == "503":
		status, body = http.StatusServiceUnavailable, "later"
	case strings.HasPrefix(body, "302 "):
		status = http.StatusFound
		header.Set("Location", body[4:])
	}
	return &http.Response{
		StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: req, ProtoMajor: 1,
	}, nil
}

func (d *documents) client(base string) telnyx.Client {
	return telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(base), option.WithHTTPClient(d),
		option.WithMaxRetries(0), option.WithAPIKey("KEYs3cr3t"), option.WithHeader("X-Api-Key", "s3cr3t"),
		option.WithHeader("X-Tenant", "t"))
}

const (
	wellKnownServer   = "/.well-known/oauth-authorization-server"
	wellKnownResource = "/.well-known/oauth-protected-resource"
)

// metadataOf is a document of RFC 8414 whose endpoints are below base.
func metadataOf(issuer, base string) string {
	return `{"issuer":"` + issuer + `","authorization_endpoint":"` + base + `/oauth/authorize","token_endpoint":"` + base +
		`/oauth/token","registration_endpoint":"` + base + `/oauth/register","scopes_supported":["messaging.read"],` +
		`"token_endpoint_auth_methods_supported":["none"],"code_challenge_methods_supported":["S256"],` +
		`"authorization_response_iss_parameter_supported":true,"agent_auth":{"skill":"x"}}`
}

func TestDiscoverReadsTheMetadataOfTheServerThatTheClientCalls(t *testing.T) {
	docs := &documents{byURL: map[string]string{
		"https://api.telnyx.eu" + wellKnownServer: metadataOf("https://api.telnyx.eu", "https://api.telnyx.eu/v2"),
	}}

	s, err := oauthflow.Discover(t.Context(), docs.client("https://api.telnyx.eu/v2"))

	require.NoError(t, err)
	require.Equal(t, "https://api.telnyx.eu", s.Issuer)
	require.Equal(t, "https://api.telnyx.eu/v2", s.BaseURL)
	require.Equal(t, "https://api.telnyx.eu/v2/oauth/authorize", s.AuthorizationEndpoint)
	require.Equal(t, "https://api.telnyx.eu/v2/oauth/token", s.TokenEndpoint)
	require.Equal(t, "https://api.telnyx.eu/v2/oauth/register", s.RegistrationEndpoint)
	require.Equal(t, []string{"messaging.read"}, s.ScopesSupported)
	require.Equal(t, []string{"none"}, s.AuthMethodsSupported)
	require.True(t, s.IssParameterSupported)
	require.Contains(t, s.Metadata.JSON.ExtraFields, "agent_auth")
}

func TestMetadataIsReadWithoutCredentials(t *testing.T) {
	docs := &documents{byURL: map[string]string{}}

	_, err := oauthflow.Discover(t.Context(), docs.client("https://api.telnyx.com/v2"))

	require.Error(t, err)
	require.Len(t, docs.requests, 1)
	require.Equal(t, http.MethodGet, docs.requests[0].Method)
	require.Empty(t, docs.requests[0].Header.Get("Authorization"))
	require.Empty(t, docs.requests[0].Header.Get("X-Api-Key"))
	require.Equal(t, "t", docs.requests[0].Header.Get("X-Tenant"))
	require.Equal(t, "application/json", docs.requests[0].Header.Get("Accept"))
}

func TestInvalidMetadataIsRefused(t *testing.T) {
	const (
		base      = "https://api.telnyx.com/v2"
		mismatch  = oauthflow.ErrIssuerMismatch
		metadata  = oauthflow.ErrMetadata
		transient = oauthflow.ErrTransient
	)
	good := metadataOf("https://api.telnyx.com", base)
	change := func(old, new string) string {
		require.Contains(t, good, old)
		return strings.Replace(good, old, new, 1)
	}
	for what, c := range map[string]struct {
		body string
		kind oauthflow.Kind
	}{
		"another issuer (RFC 8414, section 3.3)": {change(`"https://api.telnyx.com"`, `"https://evil.example"`), mismatch},
		"an issuer with a slash":                 {change(`"https://api.telnyx.com"`, `"https://api.telnyx.com/"`), mismatch},
		"no issuer":                              {change(`"issuer":"https://api.telnyx.com",`, ``), mismatch},
		"no token endpoint":                      {change(`"token_endpoint"`, `"x"`), metadata},
		"no authorization endpoint":              {change(`"authorization_endpoint"`, `"x"`), metadata},
		"an authorization endpoint elsewhere": {
			change(base+"/oauth/authorize", "https://evil.example/oauth/authorize"), metadata,
		},
		"a registration endpoint elsewhere": {
			change(base+"/oauth/register", "https://evil.example/oauth/register"), metadata,
		},
		"a layout that is not Telnyx's":   {change("/oauth/token", "/token"), metadata},
		"plain http":                      {strings.ReplaceAll(good, base, "http://api.telnyx.com/v2"), metadata},
		"a query in the base URL":         {strings.ReplaceAll(good, base, base+"?x=1"), metadata},
		"a user in the URL":               {strings.ReplaceAll(good, base, "https://u:p@api.telnyx.com/v2"), metadata},
		"no S256 (RFC 7636, section 4.2)": {change(`["S256"]`, `["plain"]`), metadata},
		"no PKCE method at all":           {change(`["S256"]`, `[]`), metadata},
		"an array":                        {`[` + good + `]`, metadata},
		"HTML":                            {`<html>`, metadata},
		"nothing":                         {``, metadata},
		"too much":                        {change(`{`, `{"padding":"`+strings.Repeat("x", 1<<20)+`",`), metadata},
		"not found":                       {"404", metadata},
		"a redirect":                      {"302 https://api.telnyx.com/elsewhere", metadata},
		"a server that is down":           {"503", transient},
		"a broken connection":             {"broken", transient},
	} {
		t.Run(what, func(t *testing.T) {
			docs := &documents{byURL: map[string]string{
				"https://api.telnyx.com" + wellKnownServer: c.body, "https://api.telnyx.com/elsewhere": good,
			}}

			s, err := oauthflow.Discover(t.Context(), docs.client(base))

			require.ErrorIs(t, err, c.kind)
			require.Nil(t, s)
			require.Len(t, docs.requests, 1, "no redirect is followed")
			for _, other := range []oauthflow.Kind{metadata, mismatch, transient} {
				require.Equal(t, other == c.kind, errors.Is(err, other), other)
			}
		})
	}
}

func TestDiscoverOverPlainHTTPSendsNothing(t *testing.T) {
	docs := new(documents)

	_, err := oauthflow.Discover(t.Context(), docs.client("http://api.telnyx.com/v2"))

	require.ErrorIs(t, err, oauthflow.ErrMetadata)
	require.Empty(t, docs.requests)
}

// refusal is a 401 to a GET of target.
func refusal(t *testing.T, target string, challenges ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, target, nil)
	require.NoError(t, err)
	return &http.Response{StatusCode: 401, Request: req, Header: http.Header{"Www-Authenticate": challenges}}
}

// resourceDocument is a document of RFC 9728.
func resourceDocument(resource, issuer string) string {
	return `{"resource":"` + resource + `","authorization_servers":["` + issuer + `","https://second.example"],` +
		`"scopes_supported":["a","b"]}`
}

func TestDiscoverChallengeFindsTheServerFromA401(t *testing.T) {
	for what, c := range map[string]struct {
		target, document, resource string
		challenges                 []string
		scopes                     []string
	}{
		"the host": {
			"https://r.example/x", "https://r.example" + wellKnownResource, "https://r.example",
			[]string{`Bearer resource_metadata="https://r.example` + wellKnownResource + `"`}, []string{"a", "b"},
		},
		"the host, with a slash in its name": {
			"https://r.example/x", "https://r.example" + wellKnownResource, "https://r.example/",
			[]string{`Bearer resource_metadata="https://r.example` + wellKnownResource + `"`}, []string{"a", "b"},
		},
		"a path, and the scope of the challenge": {
			"https://r.example/mcp/tools?x=1", "https://r.example" + wellKnownResource + "/mcp", "https://r.example/mcp",
			[]string{`Bearer error="invalid_token", scope="c d", ` +
				`resource_metadata="https://r.example` + wellKnownResource + `/mcp"`},
			[]string{"c", "d"},
		},
		"a path itself": {
			"https://r.example/mcp", "https://r.example" + wellKnownResource + "/mcp", "https://r.example/mcp",
			[]string{`bearer RESOURCE_METADATA=https://r.example` + wellKnownResource + `/mcp`}, []string{"a", "b"},
		},
		"another challenge before it, in one line": {
			"https://r.example/", "https://r.example" + wellKnownResource, "https://r.example",
			[]string{`Basic realm="x, Bearer resource_metadata=\"https://evil.example\"", ` +
				`Bearer resource_metadata="https://r.example` + wellKnownResource + `"`},
			[]string{"a", "b"},
		},
		"in the second line": {
			"https://r.example/", "https://r.example" + wellKnownResource, "https://r.example",
			[]string{`Bearer realm="x"`, `Bearer resource_metadata="https://r.example` + wellKnownResource + `"`},
			[]string{"a", "b"},
		},
		"a query": {
			"https://r.example/a?q=1", "https://r.example" + wellKnownResource + "/a?q=1", "https://r.example/a?q=1",
			[]string{`Bearer resource_metadata="https://r.example` + wellKnownResource + `/a?q=1"`}, []string{"a", "b"},
		},
	} {
		t.Run(what, func(t *testing.T) {
			docs := &documents{byURL: map[string]string{
				c.document: resourceDocument(c.resource, "https://as.example/tenant"),
				"https://as.example" + wellKnownServer + "/tenant": metadataOf(
					"https://as.example/tenant", "https://as.example/tenant/v2"),
			}}

			s, err := oauthflow.DiscoverChallenge(t.Context(), docs.client("https://api.telnyx.com/v2"),
				refusal(t, c.target, c.challenges...))

			require.NoError(t, err)
			require.Equal(t, "https://as.example/tenant", s.Issuer)
			require.Equal(t, "https://as.example/tenant/v2", s.BaseURL)
			require.Equal(t, c.resource, s.Resource)
			require.Equal(t, c.scopes, s.Scopes)
			for _, req := range docs.requests {
				require.Empty(t, req.Header.Get("Authorization"))
				require.Empty(t, req.Header.Get("X-Api-Key"))
			}
		})
	}
}

func TestDiscoverChallengeRefusesMetadataOfAnotherURL(t *testing.T) {
	const here = "https://r.example"
	for what, c := range map[string]struct{ target, metadata, resource string }{
		"no challenge": {here + "/mcp", "", here},
		"another origin": {
			target:   here + "/mcp",
			metadata: "https://evil.example" + wellKnownResource + "/mcp",
			resource: "https://evil.example/mcp",
		},
		"another port": {
			target:   here + "/mcp",
			metadata: "https://r.example:8443" + wellKnownResource + "/mcp",
			resource: "https://r.example:8443/mcp",
		},
		"plain http": {
			target:   here + "/mcp",
			metadata: "http://r.example" + wellKnownResource + "/mcp",
			resource: "http://r.example/mcp",
		},
		"another path":                          {here + "/api", here + wellKnownResource + "/mcp", here + "/mcp"},
		"a path that only begins like it":       {here + "/mcp2", here + wellKnownResource + "/mcp", here + "/mcp"},
		"a path that goes up":                   {here + "/mcp/../admin", here + wellKnownResource + "/mcp", here + "/mcp"},
		"no well-known path":                    {here + "/mcp", here + "/metadata.json", here + "/mcp"},
		"a longer well-known path":              {here + "/mcp", here + wellKnownResource + "x/mcp", here + "/mcp"},
		"a document of another resource":        {here + "/mcp", here + wellKnownResource + "/mcp", here + "/other"},
		"a document of the host instead":        {here + "/mcp", here + wellKnownResource + "/mcp", here},
		"a document that says a trailing slash": {here + "/mcp", here + wellKnownResource + "/mcp", here + "/mcp/"},
	} {
		t.Run(what, func(t *testing.T) {
			docs := &documents{byURL: map[string]string{
				c.metadata:                             resourceDocument(c.resource, "https://as.example"),
				"https://as.example" + wellKnownServer: metadataOf("https://as.example", "https://as.example/v2"),
			}}
			challenge := `Bearer resource_metadata="` + c.metadata + `"`
			if c.metadata == "" {
				challenge = "Bearer"
			}

			_, err := oauthflow.DiscoverChallenge(t.Context(), docs.client("https://api.telnyx.com/v2"),
				refusal(t, c.target, challenge))

			require.ErrorIs(t, err, oauthflow.ErrMetadata)
		})
	}
}

func TestARedirectOfADocumentIsNotFollowed(t *testing.T) {
	var asked []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}))
	defer srv.Close()
	client := telnyx.NewClient(option.WithoutEnvironment(),
		option.WithBaseURL(srv.URL), option.WithHTTPClient(srv.Client()))

	_, err := oauthflow.Discover(t.Context(), client)

	require.ErrorIs(t, err, oauthflow.ErrMetadata)
	require.Equal(t, []string{wellKnownServer}, asked)
}
