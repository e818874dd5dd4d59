package request

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func redirectTo(location string) *http.Response {
	return &http.Response{StatusCode: 302, Header: http.Header{"Location": {location}}, Body: http.NoBody}
}

func TestRedirectIsFollowedByAGetToTheSameOriginOrWithoutCredentials(t *testing.T) {
	const from = "https://h.example/v2/x"
	for _, c := range []struct {
		name, method, to string
		header           string // of the first request
		hops             int    // so far
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
		{name: "ninth", to: "https://h.example/y", hops: 9, follow: true},
		{name: "tenth", to: "https://h.example/y", hops: 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			first, err := http.NewRequest(c.method, from, nil)
			require.NoError(t, err)
			first.Header.Set("User-Agent", "u")
			if c.header != "" {
				first.Header.Set(c.header, "s")
			}
			via := []*http.Request{first}
			for len(via) < c.hops {
				via = append(via, first)
			}

			next, err := follow(&http.Client{}, via, redirectTo(c.to))

			require.NoError(t, err)
			require.Equal(t, c.follow, next != nil)
			if next != nil {
				require.Equal(t, first.Header, next.Header) // and no Referer, as a path may hold a secret
			}
		})
	}
}

func TestUserPolicyIsAskedOnlyForWhatMayBeFollowed(t *testing.T) {
	refusal := errors.New("not there")
	var asked []string
	client := &http.Client{CheckRedirect: func(req *http.Request, via []*http.Request) error {
		asked = append(asked, req.URL.String())
		if len(via) > 1 {
			return http.ErrUseLastResponse
		}
		return refusal
	}}
	first, _ := http.NewRequest("GET", "https://h.example/x", nil)
	first.Header.Set("Authorization", "s")

	_, err := follow(client, []*http.Request{first}, redirectTo("/y"))
	require.ErrorIs(t, err, refusal)
	next, err := follow(client, []*http.Request{first}, redirectTo("https://evil.example/y"))
	require.NoError(t, err)
	require.Nil(t, next)
	next, err = follow(client, []*http.Request{first, first}, redirectTo("/z"))
	require.NoError(t, err)
	require.Nil(t, next)
	require.Equal(t, []string{"https://h.example/y", "https://h.example/z"}, asked)
}
