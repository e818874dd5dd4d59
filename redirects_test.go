package telnyx_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// redirecting answers the first request with a redirect, and all others with an object.
func redirecting(status int, location string) *wire {
	return inTurn(
		says(status, `moved`, "Location", location, "X-Request-Id", "r3"), says(200, `{"data":{"client_id":"c1"}}`),
	)
}

func TestRedirectWithCredentialsIsFollowedToTheSameOriginOnly(t *testing.T) {
	for location, follow := range map[string]bool{
		"/v2/elsewhere":                        true,
		"https://api.telnyx.com/v2/elsewhere":  true,
		"https://api.telnyx.com:8443/v2":       false,
		"http://api.telnyx.com/v2":             false,
		"https://evil.example/v2":              false,
		"//evil.example/v2":                    false,
		"https://api.telnyx.com.evil.example/": false,
		"https://api.telnyx.com@evil.example/": false,
		"ftp://api.telnyx.com/v2":              false,
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			for name, creds := range map[string][]option.RequestOption{
				"key": {option.WithAPIKey(aKey)}, "header": {option.WithHeader("X-Custom", "s")},
				"cookie": {option.WithHeader("Cookie", "a=b")},
			} {
				w := redirecting(status, location)
				client := w.client(creds...)

				_, err := client.OAuthClients.Get(t.Context(), "c1")

				if follow {
					require.NoError(t, err, location)
					require.Len(t, w.sent, 2)
					continue
				}
				require.ErrorIs(t, err, telnyx.ErrRedirect, "%s %s", location, name)
				require.Len(t, w.sent, 1)
			}
		}
	}
}

func TestRedirectWithoutCredentialsIsFollowedAnywhereWithoutAReferer(t *testing.T) {
	w := redirecting(302, "https://cdn.example/keys")
	client := w.client(option.WithAPIKey(aKey))

	_, err := client.OAuth.GetJwks(t.Context())

	require.NoError(t, err)
	require.Equal(t, "https://cdn.example/keys", w.sent[1].URL.String())
	require.NotContains(t, w.sent[1].Header, "Authorization")
	require.NotContains(t, w.sent[1].Header, "Referer")
}

func TestPublicDocumentsAreNeverFetchedFromHTTPSToHTTP(t *testing.T) {
	for name, call := range map[string]func(c *telnyx.Client) error{
		"key set": func(c *telnyx.Client) error { _, err := c.OAuth.GetJwks(t.Context()); return err },
		"server metadata": func(c *telnyx.Client) error {
			_, err := c.WellKnown.GetAuthorizationServerMetadata(t.Context())
			return err
		},
		"resource metadata": func(c *telnyx.Client) error {
			_, err := c.WellKnown.GetProtectedResourceMetadata(t.Context())
			return err
		},
	} {
		for _, location := range []string{"http://api.telnyx.com/x", "http://cdn.example/x"} {
			w := redirecting(302, location)
			client := w.client()

			err := call(&client)

			require.ErrorIs(t, err, telnyx.ErrRedirect, name)
			require.Len(t, w.sent, 1, name)
		}
	}
}

func TestRedirectToAnInvalidURLIsErrRedirectWithTheResponse(t *testing.T) {
	w := redirecting(307, "http://[::1/malformed")
	client := w.client()
	var res *http.Response

	_, err := client.OAuthClients.Get(t.Context(), "c1", option.WithResponseInto(&res))

	require.ErrorIs(t, err, telnyx.ErrRedirect)
	require.Equal(t, "http://[::1/malformed", res.Header.Get("Location"))
	require.Len(t, w.sent, 1)
}

func TestOnlyGetRequestsFollowRedirects(t *testing.T) {
	for _, location := range []string{"https://evil.example/", "/v2/elsewhere"} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			for name, call := range map[string]func(c *telnyx.Client) error{
				"creating": func(c *telnyx.Client) error { _, err := create(t.Context(), c); return err },
				"token": func(c *telnyx.Client) error {
					_, err := c.OAuth.Token(
						t.Context(), telnyx.OAuthTokenParams{GrantType: "refresh_token", RefreshToken: telnyx.String("r")},
					)
					return err
				},
				"registering": func(c *telnyx.Client) error {
					_, err := c.OAuth.Register(t.Context(), telnyx.OAuthRegisterParams{})
					return err
				},
				"deleting": func(c *telnyx.Client) error { return c.OAuthClients.Delete(t.Context(), "c1") },
				"heading":  func(c *telnyx.Client) error { return c.Execute(t.Context(), "HEAD", "x", nil, nil) },
			} {
				w := redirecting(status, location)
				client := w.client()

				err := call(&client)

				var typed *telnyx.Error
				require.ErrorAs(t, err, &typed, name)
				require.Equal(t, status, typed.StatusCode)
				require.ErrorIs(t, err, telnyx.ErrRedirect)
				require.Len(t, w.sent, 1, name)
			}
		}
	}
}

func TestBodyOfAGetIsNotSentToAnotherOrigin(t *testing.T) {
	w := redirecting(307, "https://evil.example/")
	client := w.client()

	err := client.Get(t.Context(), "x", nil, nil, option.WithRequestBody("text/plain", "secret"))

	require.ErrorIs(t, err, telnyx.ErrRedirect)
	require.Len(t, w.sent, 1)
}

func TestRedirectThatCannotBeFollowedIsATypedErrorWithTheResponse(t *testing.T) {
	for _, location := range []string{"", "http://[::1", "%zz:\x7f", "https://evil.example/"} {
		for _, status := range []int{300, 302, 304, 307, 399} {
			w := redirecting(status, location)
			client := w.client(option.WithAPIKey(aKey))

			_, err := client.OAuthClients.Get(t.Context(), "c1")

			var typed *telnyx.Error
			require.ErrorAs(t, err, &typed, "%d %q", status, location)
			require.Equal(t, status, typed.StatusCode)
			require.Equal(t, "moved", typed.Body())
			require.Equal(t, "r3", typed.RequestID)
			require.Len(t, w.sent, 1, "asking again would not help")
		}
	}
}

func TestRedirectLoopEndsInATypedError(t *testing.T) {
	w := inTurn(says(302, ``, "Location", "/v2/oauth_clients/c1"))
	client := w.client(option.WithAPIKey(aKey))

	_, err := client.OAuthClients.Get(t.Context(), "c1")

	require.ErrorIs(t, err, telnyx.ErrRedirect)
	require.Len(t, w.sent, 10)
}

func TestRedirectRulesHoldForTheUsersHTTPClientWhichIsNotModified(t *testing.T) {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	var asked []string
	policy := func(req *http.Request, _ []*http.Request) error {
		asked = append(asked, req.URL.Path)
		return nil
	}
	evil := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error(
			"a request left the origin",
		)
	}))
	defer evil.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v2/oauth_clients/away":
			http.Redirect(w, r, evil.URL, http.StatusTemporaryRedirect)
		case "/v2/oauth_clients/near":
			http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1", Path: "/"})
			http.Redirect(w, r, "/v2/there", http.StatusFound)
		default:
			cookie, _ := r.Cookie("seen")
			io.WriteString(w, `{"data":{"client_id":"`+cookie.Value+r.Header.Get("Authorization")+`"}}`)
		}
	}))
	defer server.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	mine := &http.Client{Transport: transport, CheckRedirect: policy, Jar: jar, Timeout: time.Minute}
	client := telnyx.NewClient(
		option.WithoutEnvironment(), option.WithBaseURL(server.URL+"/v2"), option.WithHTTPClient(mine),
		option.WithAPIKey(aKey),
	)

	_, away := client.OAuthClients.Get(t.Context(), "away")
	near, err := client.OAuthClients.Get(t.Context(), "near")

	require.ErrorIs(t, away, telnyx.ErrRedirect)
	require.NoError(t, err)
	require.Equal(t, "1Bearer "+aKey, near.Data.ClientID, "cookies and credentials stay within the origin")
	require.Equal(t, []string{"/v2/there"}, asked)
	require.Same(t, transport, mine.Transport)
	require.Equal(t, jar, mine.Jar)
	require.Equal(t, time.Minute, mine.Timeout)
	require.Equal(t, reflect.ValueOf(policy).Pointer(), reflect.ValueOf(mine.CheckRedirect).Pointer())
}

func TestCheckRedirectOfTheUsersHTTPClientCanRefuseARedirect(t *testing.T) {
	refusal := errors.New("not there")
	for name, c := range map[string]struct{ policy, want error }{
		"with its own error":        {refusal, refusal},
		"by taking the last answer": {http.ErrUseLastResponse, telnyx.ErrRedirect},
	} {
		t.Run(name, func(t *testing.T) {
			w := redirecting(302, "/v2/there")
			mine := &http.Client{Transport: w, CheckRedirect: func(*http.Request, []*http.Request) error { return c.policy }}
			client := w.client(option.WithHTTPClient(mine))

			_, err := client.OAuthClients.Get(t.Context(), "c1")

			require.ErrorIs(t, err, c.want)
			require.Len(t, w.sent, 1)
		})
	}
}
