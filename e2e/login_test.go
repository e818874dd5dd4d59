package e2e

import (
	"context"
	"errors"
	"io"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

const allow, deny, done = `button[value="allow"]`, `button[value="deny"]`, ".next"

// command is the OAuth client of a command, with a server that has a consent page.
func command(t *testing.T) oauthflow.Config {
	t.Helper()
	srv := oauthtest.Start(t)
	scopes := []string{"messaging.read", "numbers.read"}
	app := srv.AddClient(oauthtest.Client{Name: "Pager", Type: "public", Scopes: scopes})
	return oauthflow.Config{
		Client:   telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(srv.BaseURL())),
		ClientID: app.ID, Scopes: scopes, Store: new(oauthflow.MemoryStore),
	}
}

// login runs a Login with the browser of the test.
func login(
	t *testing.T, app oauthflow.Config, timeout time.Duration, browse func(target string),
) (oauthflow.Token, error) {
	t.Helper()
	open := func(target string) error {
		browse(target)
		return nil
	}
	return app.Login(t.Context(), oauthflow.Login{Out: io.Discard, Timeout: timeout, OpenBrowser: open})
}

func TestAUserAllowsTheLoginOfACommand(t *testing.T) {
	b, app := openBrowser(t), command(t)

	token, err := login(t, app, time.Minute, func(target string) {
		b.open(target)
		b.picture("consent")
		b.press(allow, done)
		b.picture("login-good")
		require.Contains(t, b.text(), "You are signed in")
		require.Contains(t, b.text(), "messaging.read")
		require.Contains(t, b.text(), app.ClientID)
	})

	require.NoError(t, err)
	require.Equal(t, []string{"messaging.read", "numbers.read"}, token.Scopes)
}

func TestAUserDeniesTheLoginOfACommand(t *testing.T) {
	b, app := openBrowser(t), command(t)

	_, err := login(t, app, time.Minute, func(target string) {
		b.open(target)
		b.press(deny, done)
		b.picture("login-denied")
		require.Contains(t, b.text(), "Access was declined")
	})

	require.ErrorIs(t, err, telnyx.ErrAccessDenied)
}

func TestAWrongStateInTheBrowserDoesNotEndTheLogin(t *testing.T) {
	b, app := openBrowser(t), command(t)

	_, err := login(t, app, time.Minute, func(target string) {
		u, err := url.Parse(target)
		require.NoError(t, err)
		b.open(u.Query().Get("redirect_uri") + "?code=stolen&state=guessed")
		require.Contains(t, b.text(), "not the answer to the login")
		b.open(target)
		b.press(allow, done)
	})

	require.NoError(t, err)
}

func TestACallbackThatIsOpenedTwiceShowsThePageOrNothingAndTheLoginSucceeds(t *testing.T) {
	b, app := openBrowser(t), command(t)
	var callback string

	token, err := login(t, app, time.Minute, func(target string) {
		b.open(target)
		b.press(allow, done)
		callback = b.address()
	})
	require.NoError(t, err)
	err = chromedp.Do(b.ctx, chromedp.Navigate(callback)) // the listener is gone

	require.ErrorContains(t, err, "ERR_CONNECTION_REFUSED")
	src, err := app.Stored()
	require.NoError(t, err)
	stored, err := src.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, token.AccessToken, stored.AccessToken)
}

func TestAClosedTabEndsWithTheTimeout(t *testing.T) {
	b, app := openBrowser(t), command(t)

	_, err := login(t, app, 3*time.Second, func(target string) {
		b.open(target)
		require.NoError(t, chromedp.Cancel(b.ctx))
	})

	require.True(t, errors.Is(err, context.DeadlineExceeded), err)
}
