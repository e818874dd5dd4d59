package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestWithoutClientIDATestServerSignsTheUserIn(t *testing.T) {
	t.Setenv("TELNYX_CLIENT_ID", "")
	var out, errOut bytes.Buffer

	err := run(t.Context(), []string{"-browser=false"}, nil, &out, &errOut)

	require.NoError(t, err)
	require.Contains(t, out.String(), "using a test server")
	require.Contains(t, out.String(), "  Login\n")
	require.Contains(t, errOut.String(), "/oauth/authorize?")
}

func TestTheLoginIsKeptUntilTheLogout(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	srv := oauthtest.Start(t, oauthtest.WithAutoConsent())
	app := srv.AddClient(oauthtest.Client{Name: "CLI", Type: "public"})
	t.Setenv("TELNYX_CLIENT_ID", app.ID)
	t.Setenv("TELNYX_CLIENT_SECRET", "")
	t.Setenv("TELNYX_BASE_URL", srv.BaseURL())
	dir := filepath.Join(t.TempDir(), "login")
	signIn := func() string {
		var errOut bytes.Buffer
		shown := &approver{to: &errOut, srv: srv}
		require.NoError(t, run(t.Context(), []string{"-browser=false", "-dir", dir}, nil, io.Discard, shown))
		return errOut.String()
	}

	require.Contains(t, signIn(), "Open this URL")
	require.Empty(t, signIn(), "the second time there is no login")
	require.Len(t, srv.RequestsTo(oauthtest.ExchangeOAuthToken), 1)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.NotEmpty(t, entries)
	require.NoError(t, run(t.Context(), []string{"-logout", "-dir", dir}, nil, io.Discard, io.Discard))
	require.Contains(t, signIn(), "Open this URL")
	require.Len(t, srv.RequestsTo(oauthtest.ExchangeOAuthToken), 2)
}

func TestAHeadlessLoginReadsTheAddress(t *testing.T) {
	srv := oauthtest.Start(t)
	defer http.DefaultClient.CloseIdleConnections()
	app := srv.AddClient(oauthtest.Client{Name: "CLI", Type: "public"})
	t.Setenv("TELNYX_CLIENT_ID", app.ID)
	t.Setenv("TELNYX_CLIENT_SECRET", "")
	t.Setenv("TELNYX_BASE_URL", srv.BaseURL())
	in, keyboard := io.Pipe()
	shown, errOut := io.Pipe()
	var out bytes.Buffer
	ended := make(chan error, 1)
	go func() {
		ended <- run(t.Context(), []string{"-headless", "-dir", filepath.Join(t.TempDir(), "login")}, in, &out, errOut)
		errOut.Close()
		in.Close()
	}()
	buf := make([]byte, 4096)
	n, err := shown.Read(buf)
	require.NoError(t, err)
	go func() { _, _ = io.Copy(io.Discard, shown) }()
	target := strings.Fields(string(buf[strings.Index(string(buf[:n]), "http"):n]))[0]

	callback, err := srv.Approve(target)
	require.NoError(t, err)
	_, err = io.WriteString(keyboard, callback.String()+"\n")

	require.NoError(t, err)
	require.NoError(t, <-ended)
	require.Contains(t, out.String(), "  CLI\n")
}

func TestAStoreThatOthersCanReadIsAnError(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o777))
	t.Setenv("TELNYX_CLIENT_ID", "x")
	t.Setenv("TELNYX_CLIENT_SECRET", "")
	t.Setenv("TELNYX_BASE_URL", "http://127.0.0.1:1/v2")

	err := run(t.Context(), []string{"-browser=false", "-dir", dir}, nil, io.Discard, io.Discard)

	require.ErrorIs(t, err, oauthflow.ErrInsecure)
}

// An approver is a user who opens the printed URL in a browser.
type approver struct {
	to  io.Writer
	srv *oauthtest.Server
}

func (a *approver) Write(p []byte) (int, error) {
	if i := strings.Index(string(p), "http"); i >= 0 {
		target := strings.Fields(string(p[i:]))[0]
		go func() { // the command listens already
			callback, err := a.srv.Approve(target)
			if err != nil {
				return
			}
			if res, err := http.Get(callback.String()); err == nil {
				res.Body.Close()
			}
		}()
	}
	return a.to.Write(p)
}
