package request

import (
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A redirector redirects its first requests to a location, and answers the next one with 200.
type redirector struct {
	location string
	times    int
	sent     []*http.Request
}

func (r *redirector) RoundTrip(req *http.Request) (*http.Response, error) {
	r.sent = append(r.sent, req)
	res := &http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody, Request: req}
	if len(r.sent) <= r.times {
		res.StatusCode = 302
		res.Header.Set("Location", r.location)
	}
	return res, nil
}

func TestRedirectIsFollowedByAGetToTheSameOriginOrWithoutCredentials(t *testing.T) {
	const from = "https://h.example/v2/x"
	for _, c := range []struct {
		name, method, to string
		header           string // of the first request
		times            int    // how often the server redirects; 0: once
		follow           bool
	}{
		{name: "same origin", to: "https://h.example/y", header: "Authorization", follow: true},
		{name: "same origin, path only", to: "/y", header: "Authorization", follow: true},
		{name: "same origin, default port spelt out", to: "https://h.example:443/y", header: "Authorization", follow: true},
		{name: "same origin, other case", to: "https://H.EXAMPLE/y", header: "Authorization", follow: true},
		{name: "other port", to: "https://h.example:8443/y", header: "Authorization"},
		{name: "other scheme", to: "http://h.example/y", header: "Authorization"},
		{name: "other scheme, same port", to: "http://h.example:443/y", header: "Authorization"},
		{name: "other host", to: "https://evil.example/y", header: "Authorization"},
		{name: "other host without a scheme", to: "//evil.example/y", header: "Authorization"},
		{name: "subdomain", to: "https://a.h.example/y", header: "Authorization"},
		{name: "other host with a cookie", to: "https://evil.example/y", header: "Cookie"},
		{name: "other host with a header that may be a credential", to: "https://evil.example/y", header: "X-Whatever"},
		{name: "other host without credentials", to: "https://cdn.example/y", follow: true},
		{name: "other host that would get a password", to: "https://u:p@cdn.example/y"},
		{name: "no web", to: "ftp://cdn.example/y"},
		{name: "script", to: "javascript:alert(1)"},
		{name: "no host", to: "https:///y"},
		{name: "no URL", to: "https://h.example/%zz"},
		{name: "nothing", to: ""},
		{name: "POST", method: "POST", to: "https://h.example/y"},
		{name: "HEAD", method: "HEAD", to: "https://h.example/y"},
		{name: "DELETE", method: "DELETE", to: "https://h.example/y"},
		{name: "encrypted to plain", to: "http://cdn.example/y"},
		{name: "nine times", to: "https://h.example/y", times: 9, follow: true},
		{name: "ten times", to: "https://h.example/y", times: 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			first, err := http.NewRequest(c.method, from, nil)
			require.NoError(t, err)
			first.Header.Set("User-Agent", "u")
			if c.header != "" {
				first.Header.Set(c.header, "s")
			}
			server := &redirector{location: c.to, times: max(c.times, 1)}
			config := Config{HTTPClient: &http.Client{Transport: server}}

			res, err := config.exchange(first)

			require.NoError(t, err)
			if !c.follow {
				require.Equal(t, 302, res.StatusCode)
				require.Equal(t, c.to, res.Header.Get("Location"))
				return
			}
			require.Equal(t, 200, res.StatusCode)
			require.Len(t, server.sent, server.times+1)
			require.Equal(t, first.Header, server.sent[1].Header) // and no Referer, as a path may hold a secret
		})
	}
}

func TestBodyWithoutAContentTypeStaysWithinTheOrigin(t *testing.T) {
	first, err := http.NewRequest("GET", "https://h.example/x", strings.NewReader("secret"))
	require.NoError(t, err)
	server := &redirector{location: "https://evil.example/", times: 1}
	config := Config{HTTPClient: &http.Client{Transport: server}}

	res, err := config.exchange(first)

	require.NoError(t, err)
	require.Equal(t, 302, res.StatusCode)
	require.Len(t, server.sent, 1)
}

func TestARedirectOfAPublicDocumentIsFollowedDespiteCookiesInTheUsersJar(t *testing.T) {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	first, err := http.NewRequest("GET", "https://h.example/x", nil)
	require.NoError(t, err)
	jar.SetCookies(first.URL, []*http.Cookie{{Name: "a", Value: "b"}})
	server := &redirector{location: "https://cdn.h.example/y", times: 1}
	config := Config{HTTPClient: &http.Client{Transport: server, Jar: jar}}

	res, err := config.exchange(first)

	require.NoError(t, err)
	require.Equal(t, 200, res.StatusCode)
	require.Equal(t, "a=b", server.sent[0].Header.Get("Cookie"))
	require.NotContains(t, server.sent[1].Header, "Cookie")
}

func TestCheckRedirectIsCalledOnlyForRedirectsThatMayBeFollowed(t *testing.T) {
	refusal := errors.New("not there")
	var asked []string
	policy := func(req *http.Request, via []*http.Request) error {
		asked = append(asked, req.URL.String())
		if len(via) > 1 {
			return http.ErrUseLastResponse
		}
		return refusal
	}
	first, _ := http.NewRequest("GET", "https://h.example/x", nil)
	first.Header.Set("Authorization", "s")
	mayFollow := new(Config).mayFollow(first, policy)
	to := func(url string) *http.Request {
		next, _ := http.NewRequest("GET", url, nil)
		return next
	}

	near := mayFollow(to("https://h.example/y"), []*http.Request{first})
	far := mayFollow(to("https://evil.example/y"), []*http.Request{first})
	last := mayFollow(to("https://h.example/z"), []*http.Request{first, first})

	require.ErrorIs(t, near, refusal)
	require.Equal(t, http.ErrUseLastResponse, far)
	require.Equal(t, http.ErrUseLastResponse, last)
	require.Equal(t, []string{"https://h.example/y", "https://h.example/z"}, asked)
}

func TestAnswerOfATransportIsCompletedAsHTTPClientDoes(t *testing.T) {
	to := func(location string) http.Header { return http.Header{"Location": {location}} }
	unencrypted := tls.RecordHeaderError{RecordHeader: [5]byte([]byte("HTTP/"))}
	const prefix = `Get "https://h.example/x": `
	for name, c := range map[string]struct {
		method string
		res    *http.Response
		err    error
		want   string
	}{
		"an error":                   {"DELETE", nil, io.ErrUnexpectedEOF, `Delete "https://h.example/x": unexpected EOF`},
		"an error without a method":  {"", nil, io.ErrUnexpectedEOF, `Get "https://h.example/x": unexpected EOF`},
		"no TLS":                     {"GET", nil, unencrypted, prefix + http.ErrSchemeMismatch.Error()},
		"nothing":                    {"GET", nil, nil, errNeither.Error()},
		"a success without a body":   {"GET", &http.Response{StatusCode: 204}, nil, ""},
		"a redirect without a body":  {"POST", &http.Response{StatusCode: 302, Header: to("/y")}, nil, ""},
		"a redirect to nowhere":      {"GET", &http.Response{StatusCode: 302}, nil, ""},
		"a redirect that is refused": {"GET", &http.Response{StatusCode: 302, Header: to("//h/y")}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			sends := 0
			transport := roundTripper(func(*http.Request) (*http.Response, error) {
				sends++
				return c.res, c.err
			})
			req, err := http.NewRequest(c.method, "https://h.example/x", http.NoBody)
			require.NoError(t, err)
			req.Method = c.method
			req.Header.Set("Authorization", "Bearer b")
			config := Config{HTTPClient: &http.Client{Transport: transport}}

			res, err := config.exchange(req)

			require.Equal(t, 1, sends)
			if c.want != "" {
				require.EqualError(t, err, c.want)
				return
			}
			require.NoError(t, err)
			require.Same(t, c.res, res)
			require.NotNil(t, res.Body)
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
