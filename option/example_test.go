package option_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// Options of a client apply to all its calls, options of a call to that call only.
func Example() {
	srv := oauthtest.New()
	defer srv.Close()
	client := telnyx.NewClient(
		option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
		option.WithAPIKey(srv.APIKey()),
		option.WithRequestTimeout(10*time.Second),
	)

	_, err := client.OAuthGrants.List(context.Background(), telnyx.OAuthGrantListParams{})
	fmt.Println(err == nil)
	_, err = client.OAuthGrants.List(context.Background(), telnyx.OAuthGrantListParams{},
		option.WithAPIKey("KEY-of-nobody"), option.WithMaxRetries(0))
	fmt.Println(errors.Is(err, telnyx.ErrUnauthorized))
	// Output:
	// true
	// true
}

// One client acts for many users: the function gets the context of the call, and returns the token of its user.
func ExampleWithTokenSource() {
	srv := oauthtest.New()
	defer srv.Close()
	type userKey struct{}
	errSignedOut := errors.New("the user has not signed in")
	tokens := map[string]string{"ada": srv.APIKey(), "bob": "an expired token"} // yours are in a database
	client := telnyx.NewClient(
		option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
		option.WithTokenSource(func(ctx context.Context) (string, error) {
			user, _ := ctx.Value(userKey{}).(string)
			token, ok := tokens[user]
			if !ok {
				return "", errSignedOut
			}
			return token, nil
		}),
	)

	for _, user := range []string{"ada", "bob", "cid"} {
		ctx := context.WithValue(context.Background(), userKey{}, user)
		_, err := client.OAuthGrants.List(ctx, telnyx.OAuthGrantListParams{})
		switch {
		case err == nil:
			fmt.Println(user, "is signed in")
		case errors.Is(err, telnyx.ErrUnauthorized), errors.Is(err, errSignedOut):
			fmt.Println(user, "has to sign in")
		default:
			fmt.Println(err)
		}
	}
	// Output:
	// ada is signed in
	// bob has to sign in
	// cid has to sign in
}

func ExampleWithMiddleware() {
	srv := oauthtest.New()
	defer srv.Close()
	report := func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
		res, err := next(req)
		if err == nil {
			fmt.Println(req.Method, req.URL.Path, res.StatusCode)
		}
		return res, err
	}
	client := telnyx.NewClient(
		option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
		option.WithMiddleware(report),
	)

	if _, err := client.WellKnown.GetProtectedResourceMetadata(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output: GET /.well-known/oauth-protected-resource 200
}

func ExampleWithResponseInto() {
	srv := oauthtest.New(oauthtest.WithRateLimits())
	defer srv.Close()
	app := srv.AddClient(oauthtest.Client{})
	client := telnyx.NewClient(
		option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
		option.WithClientID(app.ID), option.WithClientSecret(app.Secret),
	)

	var res *http.Response
	_, err := client.OAuth.Introspect(context.Background(),
		telnyx.OAuthIntrospectParams{Token: "garbage"}, option.WithResponseInto(&res))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Header.Get("X-Ratelimit-Remaining"), "more calls this minute")
	// Output: 4 more calls this minute
}

// An invalid option fails every call that uses it, before anything is sent.
func ExampleWithBaseURL() {
	client := telnyx.NewClient(option.WithBaseURL("api.telnyx.com"))

	_, err := client.OAuth.GetJwks(context.Background())
	fmt.Println(err)
	// Output: telnyx: option.WithBaseURL: the URL must begin with https:// or http://
}
