package examples_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// It follows docs/migrating.md from an empty module, with the modules that are in the cache already.
func TestAnEmptyModuleUsesAClone(t *testing.T) {
	clone, err := filepath.Abs("..")
	require.NoError(t, err)
	dir := t.TempDir()
	sums, err := os.ReadFile("../go.sum")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(`package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

func main() {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `+"`"+`{"data":{"client_id":"c1","name":"Pager"}}`+"`"+`)
	}))
	defer api.Close()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(api.URL), option.WithAPIKey("KEY"))
	res, err := client.OAuthClients.Get(context.Background(), "c1")
	if err != nil {
		panic(err)
	}
	fmt.Print(res.Data.Name)
}
`), 0o600))
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "go %v: %s", args, out)
		return string(out)
	}

	run("mod", "init", "example.test/app")
	run("mod", "edit", "-require", "github.com/team-telnyx/telnyx-go@v0.0.0")
	run("mod", "edit", "-replace", "github.com/team-telnyx/telnyx-go="+clone)

	require.Equal(t, "Pager", run("run", "."))
}
