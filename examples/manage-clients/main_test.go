package main

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestListFilters(t *testing.T) {
	account(t)

	require.Equal(t, "b  public        phone app  authorization_code,refresh_token\n",
		manage(t, "list", "-type", "public"))
	require.Contains(t, manage(t, "list", "-name", "shop"), "a  confidential  web shop")
	require.Equal(t, "no clients found\n", manage(t, "list", "-name", "shop", "-type", "public"))
}

func TestCreateWritesTheSecretToAPrivateFileAndNowhereElse(t *testing.T) {
	account(t)
	file := filepath.Join(t.TempDir(), "secret")

	out := manage(t, "create", "-name", "cron", "-secret", file)

	secret, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Greater(t, len(secret), 20)
	require.NotContains(t, out, strings.TrimSpace(string(secret)))
	info, err := os.Stat(file)
	require.NoError(t, err)
	if runtime.GOOS != "windows" { // Windows has no such modes
		require.Equal(t, os.FileMode(0o600), info.Mode())
	}
	require.Contains(t, manage(t, "list"), "cron")
}

func TestARefusedCreationLeavesNoFile(t *testing.T) {
	account(t)
	t.Setenv("TELNYX_API_KEY", "wrong")
	file := filepath.Join(t.TempDir(), "secret")

	err := run(t.Context(), []string{"create", "-name", "cron", "-secret", file}, io.Discard, io.Discard)

	require.ErrorIs(t, err, telnyx.ErrUnauthorized)
	require.NoFileExists(t, file)
}

func TestUpdateRenames(t *testing.T) {
	account(t)

	require.Equal(t, "updated a shop 2\n", manage(t, "update", "-name", "shop 2", "a"))
}

func TestDeleteSaysWhatItDeleted(t *testing.T) {
	account(t)

	require.Equal(t, "deleted a\n", manage(t, "delete", "a"))

	require.NotContains(t, manage(t, "list"), "web shop")
	require.EqualError(t, run(t.Context(), []string{"delete", "a"}, io.Discard, io.Discard), "there is no client a")
}

func TestFlagsMayStandBeforeAndAfterTheCommand(t *testing.T) {
	account(t)

	for _, args := range [][]string{
		{"update", "a", "-name", "x"}, {"update", "-name", "x", "a"}, {"-name", "x", "update", "a"},
		{"-name", "x", "update", "--", "a"},
	} {
		require.Equal(t, "updated a x\n", manage(t, args...), "%q", args)
	}
}

func TestAWrongCommandLineShowsWhatIsWrongAndTheUsage(t *testing.T) {
	for want, args := range map[string][]string{
		"a command is missing":                      {},
		`"lost" is not a command`:                   {"lost"},
		`list does not take "shop"`:                 {"list", "shop"},
		"update needs a CLIENT_ID":                  {"update", "-name", "x"},
		"update needs -name":                        {"update", "a"},
		"delete needs a CLIENT_ID":                  {"delete"},
		`delete does not take "b"`:                  {"delete", "a", "b"},
		"create needs -name":                        {"create", "-secret", "file"},
		"create needs -secret, a new file":          {"create", "-name", "x"},
		"flag provided but not defined: -no":        {"list", "-no"},
		"Manage-clients administers":                {"-h"},
		"flag needs an argument: -name":             {"list", "-name"},
		"a new file for the secret of the client t": {"create", "-help"},
	} {
		var said strings.Builder

		err := run(t.Context(), args, io.Discard, &said)

		require.ErrorIs(t, err, errUsage, "%q", args)
		require.Contains(t, said.String(), want)
		require.Equal(t, 1, strings.Count(said.String(), "manage-clients delete CLIENT_ID"), said.String())
	}
}

func TestWithoutAPIKeyATestServerIsUsed(t *testing.T) {
	t.Setenv("TELNYX_API_KEY", "")

	require.Contains(t, manage(t, "list"), "phone app")
}

// account starts a server with two clients, and sets the environment variables to it.
func account(t *testing.T) {
	t.Helper()
	server := oauthtest.NewServer()
	t.Cleanup(server.Close)
	server.AddClient(oauthtest.Client{ID: "a", Name: "web shop"})
	server.AddClient(oauthtest.Client{ID: "b", Name: "phone app", Type: "public"})
	t.Setenv("TELNYX_API_KEY", server.APIKey())
	t.Setenv("TELNYX_BASE_URL", server.BaseURL())
}

func manage(t *testing.T, args ...string) string {
	t.Helper()
	var out strings.Builder
	require.NoError(t, run(t.Context(), args, &out, io.Discard))
	return out.String()
}
