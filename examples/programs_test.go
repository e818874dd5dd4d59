package examples_test

import (
	"errors"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHelpAndWrongFlagsExitWith2(t *testing.T) {
	names := []string{
		"client-credentials", "fakeserver", "login", "manage-clients", "protect-api", "quickstart", "weblogin",
	}
	dir := t.TempDir()
	build := []string{"build", "-o", dir}
	for _, name := range names {
		build = append(build, "./"+name)
	}
	out, err := exec.CommandContext(t.Context(), "go", build...).CombinedOutput()
	require.NoError(t, err, "%s", out)

	for _, name := range names {
		for _, arg := range []string{"-h", "-no-such-flag", "no-such-command"} {
			stdout, err := exec.CommandContext(t.Context(), filepath.Join(dir, name), arg).Output()

			exit, ok := errors.AsType[*exec.ExitError](err)
			require.True(t, ok, "%s %s: %v", name, arg, err)
			require.Equal(t, 2, exit.ExitCode(), "%s %s", name, arg)
			require.Empty(t, stdout, "%s %s", name, arg)
			require.NotEmpty(t, exit.Stderr, "%s %s", name, arg)
		}
	}
}
