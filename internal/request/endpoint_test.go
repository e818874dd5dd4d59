package request

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAuthenticationIsWhatTheContractSays(t *testing.T) {
	for path, want := range map[string]Auth{
		"oauth/token": Client, "/oauth/token/": Client, "oauth/token?a=b": Client, "oauth%2Ftoken": Client,
		"oauth/introspect": ClientOrBearer,
		"oauth/authorize":  NoAuth, "oauth/jwks": NoAuth, "oauth/register": NoAuth,
		"/.well-known/oauth-authorization-server": NoAuth, ".well-known/oauth-protected-resource/v2/mcp": NoAuth,
		"v2/oauth/token": Client, "/api/v2/oauth/introspect/": ClientOrBearer, "v2/oauth%2Fregister": NoAuth,
		"token": Bearer, "oauth/token/x": Bearer, "xoauth/token": Bearer,
		"oauth/consent/t": Bearer, "oauth/grants": Bearer, "oauth_clients": Bearer,
		"oauth_grants/1": Bearer, "messages": Bearer,
	} {
		require.Equal(t, want, authAt(t, "https://h.example/v2", path), path)
		require.Equal(t, want, authAt(t, "https://h.example", path), path)
	}
	require.Equal(t, Client, authAt(t, "https://h.example/v2/oauth", "token"))
}

// authAt returns how requests to a path of the user are authenticated.
func authAt(t *testing.T, base, path string) Auth {
	e := ParseEndpoint("POST", path)
	require.NoError(t, e.err)
	c := NewConfig(e, nil)
	baseURL, err := ParseBaseURL(base)
	require.NoError(t, err)
	c.BaseURL = baseURL
	require.NoError(t, c.Complete())
	return c.Endpoint.Auth
}

func TestParseEndpointRefusesWhatWouldLeaveTheBaseURL(t *testing.T) {
	for _, path := range []string{
		"", "/", "//evil.example/x", "///x", "https://evil.example/x", "mailto:a", "a:b", "user@evil.example:x",
		"..", "../x", "a/../b", "a/./b", "/%2e%2e/x", "%2E", "a/.%2e/b", "a//b", "a//", "#x", "a#b",
		"%zz", "a\x00b", "a\nb",
		".well-known/../x", "/.well-known//x",
	} {
		require.Error(t, ParseEndpoint("GET", path).err, "%q", path)
	}
}

func TestParseEndpointRefusesAnInvalidMethod(t *testing.T) {
	for _, method := range []string{"", "get", "GET ", "GET\r\nX: y", "CONNECT", "É"} {
		require.ErrorContains(t, ParseEndpoint(method, "a").err, "is not an HTTP method", "%q", method)
	}
}

func TestEndpointResolvesBelowTheBaseURL(t *testing.T) {
	base, err := ParseBaseURL("https://h.example/a%2Fb/v2/")
	require.NoError(t, err)
	for path, want := range map[string]string{
		"x":                "https://h.example/a%2Fb/v2/x",
		"/x/":              "https://h.example/a%2Fb/v2/x/",
		"x%2Fy":            "https://h.example/a%2Fb/v2/x%2Fy",
		"x?a=b&a=c%20d":    "https://h.example/a%2Fb/v2/x?a=b&a=c%20d",
		"x?a b":            "https://h.example/a%2Fb/v2/x?a%20b",
		"/.well-known/x":   "https://h.example/.well-known/x",
		".well-known/x":    "https://h.example/.well-known/x",
		"%2F.well-known/x": "https://h.example/a%2Fb/v2/%2F.well-known/x",
		".well-known%2Fx":  "https://h.example/a%2Fb/v2/.well-known%2Fx",
	} {
		e := ParseEndpoint("GET", path)
		require.NoError(t, e.err)
		u, err := e.url(base)
		require.NoError(t, err)
		require.Equal(t, want, u.String(), path)
	}
}

// FuzzEndpointPath parses the request line as a server does.
func FuzzEndpointPath(f *testing.F) {
	for _, seed := range []string{
		"id", "", ".", "..", "a/../b", "%2e%2e", "x?y=1#z", "\x00", "ключ", "a b+c", ";x=y",
		"//evil.example", "http://evil.example/",
		"\\..\\", "%", "%zz", "\xff\xfe", "a:b", "*", "\r\nHost: evil.example", ".well-known/x",
		"%2F.well-known/x", "a/", "?", "#",
	} {
		f.Add(seed)
	}
	base, err := ParseBaseURL("https://h.example/api/v2")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		e := NewEndpoint(http.MethodGet, "oauth_clients/{id}", text)
		if text == "" || text == "." || text == ".." {
			require.ErrorContains(t, e.err, "the id must not be")
		} else {
			require.NoError(t, e.err)
			u, err := e.url(base)
			require.NoError(t, err)
			seen := onTheWire(t, &u)
			segment, below := strings.CutPrefix(seen.EscapedPath(), "/api/v2/oauth_clients/")
			require.True(t, below, seen.EscapedPath())
			require.NotContains(t, segment, "/")
			decoded, err := url.PathUnescape(segment)
			require.NoError(t, err)
			require.Equal(t, text, decoded)
			require.Empty(t, seen.RawQuery)
		}

		if e := ParseEndpoint(http.MethodGet, text); e.err == nil {
			u, err := e.url(base)
			require.NoError(t, err)
			require.Equal(t, "https://h.example", u.Scheme+"://"+u.Host)
			path := onTheWire(t, &u).EscapedPath()
			require.True(t, strings.HasPrefix(path, "/api/v2/") || strings.HasPrefix(path, "/.well-known/"), path)
			for segment := range strings.SplitSeq(path, "/") {
				plain, err := url.PathUnescape(segment)
				require.NoError(t, err)
				require.NotContains(t, []string{".", ".."}, plain)
			}
		}
	})
}

// onTheWire returns the URL that a server parses from the request line for u.
func onTheWire(t *testing.T, u *url.URL) *url.URL {
	line := u.RequestURI()
	require.NotContains(t, line, " ")
	require.NotContains(t, line, "\n")
	seen, err := url.ParseRequestURI(line)
	require.NoError(t, err)
	require.Empty(t, seen.Host)
	return seen
}
