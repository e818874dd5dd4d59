package request

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRedirectIsFollowedByAGetToTheSameOriginOrWithoutCredentials(t *testing.T) {
	const from = "https://h.example/v2/x"
	for _, c := range []struct {
		name, method, to string
		header           string // of the first request
		hops             int    // so far
		follow           bool
	}{
		{name: "same origin", to: "https://h.example/y", header: "Authorization", follow: true},
		{name: "same origin, default port spelt out", to: "https://h.example:443/y", header: "Authorization", follow: true},
		{name: "same origin, other case", to: "https://H.EXAMPLE/y", header: "Authorization", follow: true},
		{name: "other port", to: "https://h.example:8443/y", header: "Authorization"},
		{name: "other scheme", to: "http://h.example/y", header: "Authorization"},
		{name: "other scheme, same port", to: "http://h.example:443/y", header: "Authorization"},
		{name: "other host", to: "https://evil.example/y", header: "Authorization"},
		{name: "subdomain", to: "https://a.h.example/y", header: "Authorization"},
		{name: "other host with a cookie", to: "https://evil.example/y", header: "Cookie"},
		{name: "other host with a header that may be a credential", to: "https://evil.example/y", header: "X-Whatever"},
		{name: "other host without credentials", to: "https://cdn.example/y", follow: true},
		{name: "no web", to: "ftp://cdn.example/y"},
		{name: "script", to: "javascript:alert(1)"},
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
			next, err := http.NewRequest("GET", c.to, nil)
			require.NoError(t, err)
			if c.method == "" {
				first.Method = "GET"
			}
			via := []*http.Request{first}
			for len(via) < c.hops {
				via = append(via, first)
			}

			err = checkRedirect(nil)(next, via)

			if c.follow {
				require.NoError(t, err)
			} else {
				require.Equal(t, http.ErrUseLastResponse, err)
			}
		})
	}
}

func TestRedirectAsTheAnswerIsNeverFollowed(t *testing.T) {
	first, _ := http.NewRequest("GET", "https://h.example/x", nil)
	next, _ := http.NewRequest("GET", "https://h.example/y", nil)

	err := checkRedirect(nil)(next, []*http.Request{first.WithContext(staying(t.Context()))})

	require.Equal(t, http.ErrUseLastResponse, err)
}

func TestRedirectToAnotherOriginDoesNotTellWhereItCameFrom(t *testing.T) {
	first, _ := http.NewRequest("GET", "https://h.example/consent/secret", nil)
	for to, want := range map[string]string{"https://h.example/y": "https://h.example/consent/secret", "https://evil.example/y": ""} {
		next, _ := http.NewRequest("GET", to, nil)
		next.Header.Set("Referer", first.URL.String())

		require.NoError(t, checkRedirect(nil)(next, []*http.Request{first}))

		require.Equal(t, want, next.Header.Get("Referer"))
	}
}

func TestUserPolicyIsAskedOnlyForWhatMayBeFollowed(t *testing.T) {
	refusal := errors.New("not there")
	var asked []string
	policy := checkRedirect(func(req *http.Request, _ []*http.Request) error {
		asked = append(asked, req.URL.String())
		return refusal
	})
	first, _ := http.NewRequest("GET", "https://h.example/x", nil)
	first.Header.Set("Authorization", "s")
	same, _ := http.NewRequest("GET", "https://h.example/y", nil)
	other, _ := http.NewRequest("GET", "https://evil.example/y", nil)

	require.ErrorIs(t, policy(same, []*http.Request{first}), refusal)
	require.Equal(t, http.ErrUseLastResponse, policy(other, []*http.Request{first}))
	require.Equal(t, []string{"https://h.example/y"}, asked)
}
