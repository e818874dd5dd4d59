package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestListFilters(t *testing.T) {
	account(t)

	require.Equal(t, "b  public        phone app  authorization_code,refresh_token\n", manage(t, "-type", "public", "list"))
	require.Contains(t, manage(t, "-name", "shop", "list"), "a  confidential  web shop")
	require.Empty(t, manage(t, "-name", "shop", "-type", "public", "list"))
}

func TestCreateWritesTheSecretToAPrivateFileAndNowhereElse(t *testing.T) {
	account(t)
	file := filepath.Join(t.TempDir(), "secret")

	out := manage(t, "-name", "cron", "-secret", file, "create")

	secret, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Greater(t, len(secret), 20)
	require.NotContains(t, out, strings.TrimSpace(string(secret)))
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	require.Contains(t, manage(t, "list"), "cron")
}

func TestARefusedCreationLeavesNoFile(t *testing.T) {
	account(t)
	file := filepath.Join(t.TempDir(), "secret")

	err := run(t.Context(), []string{"-secret", file, "create"}, new(strings.Builder)) // without a name

	require.ErrorContains(t, err, "Name")
	require.NoFileExists(t, file)
}

func TestUpdateRenames(t *testing.T) {
	account(t)

	require.Equal(t, "updated a shop 2\n", manage(t, "-name", "shop 2", "update", "a"))
}

func TestDeleteDeletes(t *testing.T) {
	account(t)

	manage(t, "delete", "a")

	require.NotContains(t, manage(t, "list"), "web shop")
	require.ErrorContains(t, run(t.Context(), []string{"delete", "a"}, new(strings.Builder)), "there is no client a")
}

func TestWithoutAPIKeyThereIsASmallServer(t *testing.T) {
	t.Setenv("TELNYX_API_KEY", "")

	require.Contains(t, manage(t, "list"), "phone app")
}

// account makes a server with two clients the API that the environment names.
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
	require.NoError(t, run(t.Context(), args, &out))
	return out.String()
}
