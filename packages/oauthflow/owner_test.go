//go:build unix && !solaris && !illumos && !aix

package oauthflow

import (
	"io/fs"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// ownedBy is a file or folder of another user; a test can make one on disk only as root.
type ownedBy struct {
	fs.FileInfo
	user uint32
}

func (o ownedBy) Sys() any { return &syscall.Stat_t{Uid: o.user} }

func TestAFileOfAnotherUserIsRefused(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(dir+"/record", nil, 0o600))
	record, err := os.Stat(dir + "/record")
	require.NoError(t, err)
	folder, err := os.Stat(dir)
	require.NoError(t, err)
	me := uint32(os.Geteuid())

	require.NoError(t, private(ownedBy{record, me}, 0o077))
	require.ErrorIs(t, private(ownedBy{record, me + 1}, 0o077), ErrInsecure)
	require.ErrorIs(t, private(ownedBy{folder, me + 1}, 0o022), ErrInsecure)
	require.NoError(t, private(ownedBy{folder, 0}, 0o022), "root can change every folder anyway")
}
