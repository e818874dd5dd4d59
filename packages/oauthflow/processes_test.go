package oauthflow_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// TestMain runs the tests. In a process that a test started, it runs child instead.
func TestMain(m *testing.M) {
	if os.Getenv("OAUTHFLOW_CHILD") != "" {
		os.Exit(child())
	}
	goleak.VerifyTestMain(m)
}

// child renews the stored token as often as OAUTHFLOW_ROTATIONS says, and prints a line for each time. While there is
// no token it waits for one.
func child() int {
	rotations, _ := strconv.Atoi(os.Getenv("OAUTHFLOW_ROTATIONS"))
	src, err := fileConfig(os.Getenv("OAUTHFLOW_URL"), os.Getenv("OAUTHFLOW_ID"), os.Getenv("OAUTHFLOW_SECRET"),
		os.Getenv("OAUTHFLOW_DIR")).Stored()
	if err != nil {
		fmt.Println(err)
		return 1
	}
	for done := 0; done < rotations; {
		switch err := rotate(context.Background(), src); {
		case errors.Is(err, oauthflow.ErrReauthorize):
			time.Sleep(time.Millisecond)
		case err != nil:
			fmt.Println(err)
			return 1
		default:
			done++
			fmt.Println("renewed")
		}
	}
	return 0
}

// rotate gets the token and renews it, as after a 401.
func rotate(ctx context.Context, src *oauthflow.Source) error {
	t, err := src.Token(ctx)
	if err == nil {
		_, err = src.Renew(ctx, t.AccessToken)
	}
	return err
}

func fileConfig(baseURL, id, secret, dir string) oauthflow.Config {
	return oauthflow.Config{
		Client:   telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(baseURL)),
		ClientID: id, ClientSecret: secret, RedirectURI: callbackURL, Scopes: []string{"messaging.read"},
		Store: &oauthflow.FileStore{Dir: dir},
	}
}

// shared is a server on a port, and a stored login there.
func shared(t *testing.T) (*oauthtest.Server, oauthflow.Config) {
	t.Helper()
	srv := oauthtest.NewServer(oauthtest.WithHistory(100_000))
	t.Cleanup(srv.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	app := srv.AddClient(oauthtest.Client{
		Name: "CLI", RedirectURIs: []string{callbackURL}, Scopes: []string{"messaging.read"},
	})
	cfg := fileConfig(srv.BaseURL(), app.ID, app.Secret, t.TempDir()+"/tokens")
	login(t, srv, cfg)
	return srv, cfg
}

// start runs the test binary as a child.
func start(t *testing.T, cfg oauthflow.Config, srv *oauthtest.Server, rotations int) (*exec.Cmd, io.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "OAUTHFLOW_CHILD=1", "OAUTHFLOW_URL="+srv.BaseURL(), "OAUTHFLOW_ID="+cfg.ClientID,
		"OAUTHFLOW_SECRET="+cfg.ClientSecret, "OAUTHFLOW_DIR="+cfg.Store.(*oauthflow.FileStore).Dir,
		"OAUTHFLOW_ROTATIONS="+strconv.Itoa(rotations))
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	return cmd, out
}

// refreshes counts the refresh requests, and fails if the server refused one: then it saw a refresh token twice, and
// revoked the family.
func refreshes(t *testing.T, srv *oauthtest.Server) (n int) {
	t.Helper()
	for _, r := range srv.RequestsTo(oauthtest.ExchangeOAuthToken) {
		require.Less(t, r.Status, 300, "a token request was refused")
		n++
	}
	return n
}

func TestTwoProcessesShareTheFilesThrough200Rotations(t *testing.T) {
	srv, cfg := shared(t)
	var children []*exec.Cmd
	var outputs []io.Reader
	for range 2 {
		cmd, out := start(t, cfg, srv, 200)
		children, outputs = append(children, cmd), append(outputs, out)
	}

	for i, cmd := range children {
		said, err := io.ReadAll(outputs[i])
		require.NoError(t, err)
		require.NoError(t, cmd.Wait(), string(said))
	}

	require.GreaterOrEqual(t, refreshes(t, srv), 1+200, "one may take what the other got")
	src, err := cfg.Stored()
	require.NoError(t, err)
	before := refreshes(t, srv)
	require.NoError(t, rotate(t.Context(), src), "the last token still works")
	require.Equal(t, before+1, refreshes(t, srv))
}

func TestNoRefreshTokenIsSentTwiceIfAProcessIsKilledAtAnyMoment(t *testing.T) {
	const kills = 200
	srv, cfg := shared(t)
	src, err := cfg.Stored()
	require.NoError(t, err)
	logins, renewed := 0, 0

	for range kills {
		cmd, out := start(t, cfg, srv, 1<<30)
		lines := bufio.NewScanner(out)
		alive := make(chan struct{})
		go func() { // the child would block if its output were not read
			defer close(alive)
			for lines.Scan() {
			}
		}()
		moment := time.Duration(20_000+rand.IntN(20_000)) * time.Microsecond
		killer := time.AfterFunc(moment, func() { _ = cmd.Process.Kill() })
		for dead := false; !dead; {
			switch err := rotate(t.Context(), src); {
			case errors.Is(err, oauthflow.ErrReauthorize): // the child died between sending and saving
				login(t, srv, cfg)
				logins++
			default:
				require.NoError(t, err)
				renewed++
			}
			select {
			case <-alive:
				dead = true
			case <-time.After(time.Duration(rand.IntN(4000)) * time.Microsecond): // the lock is the child's
			}
		}
		killer.Stop()
		_ = cmd.Wait()
	}

	t.Logf("%d kills, %d renewals in this process, %d new logins, %d token requests", kills, renewed, logins,
		refreshes(t, srv))
	if err = rotate(t.Context(), src); errors.Is(err, oauthflow.ErrReauthorize) {
		login(t, srv, cfg)
		err = rotate(t.Context(), src)
	}
	require.NoError(t, err)
}
