//go:build unix

package oauthflow_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
)

// savedFile returns a store with one record, and the path of its file.
func savedFile(t *testing.T) (*oauthflow.FileStore, string) {
	t.Helper()
	store := &oauthflow.FileStore{Dir: filepath.Join(t.TempDir(), "tokens")}
	save(t, store, oauthflow.Record{Data: []byte(`{"token":"s3cr3t"}`)})
	names, err := filepath.Glob(store.Dir + "/*.json")
	require.NoError(t, err)
	require.Len(t, names, 1)
	return store, names[0]
}

func TestFilesArePrivateAndTheirNamesAreHashes(t *testing.T) {
	store, name := savedFile(t)
	_, release, err := store.Lock(t.Context(), aKey)
	require.NoError(t, err)
	release()

	dir, err := os.Stat(store.Dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), dir.Mode().Perm())
	record, err := os.Stat(name)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), record.Mode().Perm())
	entries, err := os.ReadDir(store.Dir)
	require.NoError(t, err)
	base := strings.TrimSuffix(filepath.Base(name), ".json")
	require.Len(t, entries, 2)
	require.Equal(t, base+".json", entries[0].Name())
	require.Equal(t, base+".lock", entries[1].Name())
	require.Regexp(t, "^[0-9a-f]{64}$", base)
	lock, err := os.ReadFile(filepath.Join(store.Dir, base+".lock"))
	require.NoError(t, err)
	require.Empty(t, lock)
}

func TestAFileIsOneJSONObjectWithAChecksum(t *testing.T) {
	_, name := savedFile(t)
	text, err := os.ReadFile(name)
	require.NoError(t, err)

	var members map[string]any
	require.NoError(t, json.Unmarshal(text, &members))

	require.EqualValues(t, 1, members["format"])
	require.Equal(t, map[string]any{
		"Issuer": aKey.Issuer, "ClientID": aKey.ClientID, "Grant": aKey.Grant, "Account": aKey.Account,
	}, members["key"])
	for _, member := range []string{"version", "data", "checksum"} {
		require.NotEmpty(t, members[member], member)
	}
}

func TestAFileThatOthersCouldReadOrChangeIsRefusedAndNotRepaired(t *testing.T) {
	for what, open := range map[string]func(t *testing.T, store *oauthflow.FileStore, name string){
		"a record that the group can read":   func(t *testing.T, _ *oauthflow.FileStore, n string) { chmod(t, n, 0o640) },
		"a record that others can read":      func(t *testing.T, _ *oauthflow.FileStore, n string) { chmod(t, n, 0o604) },
		"a record that others can write":     func(t *testing.T, _ *oauthflow.FileStore, n string) { chmod(t, n, 0o602) },
		"a folder that the group can change": func(t *testing.T, s *oauthflow.FileStore, _ string) { chmod(t, s.Dir, 0o770) },
		"a folder that others can change":    func(t *testing.T, s *oauthflow.FileStore, _ string) { chmod(t, s.Dir, 0o702) },
		"a link": func(t *testing.T, s *oauthflow.FileStore, n string) {
			require.NoError(t, os.Rename(n, n+".elsewhere"))
			require.NoError(t, os.Symlink(n+".elsewhere", n))
		},
		"a pipe": func(t *testing.T, s *oauthflow.FileStore, n string) {
			require.NoError(t, os.Remove(n))
			require.NoError(t, syscall.Mkfifo(n, 0o600))
		},
		"a folder in place of the record": func(t *testing.T, s *oauthflow.FileStore, n string) {
			require.NoError(t, os.Remove(n))
			require.NoError(t, os.Mkdir(n, 0o700))
		},
	} {
		t.Run(what, func(t *testing.T) {
			store, name := savedFile(t)
			open(t, store, name)
			before, err := os.Lstat(name)
			require.NoError(t, err)

			r, loadErr := store.Load(t.Context(), aKey)
			_, saveErr := store.Save(t.Context(), aKey, oauthflow.Record{Data: []byte("new")})

			require.ErrorIs(t, loadErr, oauthflow.ErrInsecure)
			require.Empty(t, r.Data)
			require.ErrorIs(t, saveErr, oauthflow.ErrInsecure)
			after, err := os.Lstat(name)
			require.NoError(t, err)
			require.Equal(t, before.Mode(), after.Mode())
		})
	}
}

func chmod(t *testing.T, name string, mode os.FileMode) {
	t.Helper()
	require.NoError(t, os.Chmod(name, mode))
}

func TestADamagedRecordIsCorruptAndCanBeReplacedByItsVersion(t *testing.T) {
	for what, damage := range map[string]func(text string) string{
		"empty":             func(string) string { return "" },
		"cut":               func(text string) string { return text[:len(text)/2] },
		"an edited version": func(text string) string { return strings.Replace(text, `"version":"`, `"version":"A`, 1) },
		"an edited key":     func(text string) string { return strings.Replace(text, "ann@", "eve@", 1) },
		"edited data":       func(text string) string { return strings.Replace(text, `"data":"e`, `"data":"f`, 1) },
		"an unknown format": func(text string) string { return strings.Replace(text, `"format":1`, `"format":2`, 1) },
		"two objects":       func(text string) string { return text + text },
		"too large":         func(text string) string { return text + strings.Repeat(" ", 2<<20) },
	} {
		t.Run(what, func(t *testing.T) {
			store, name := savedFile(t)
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			damaged := damage(string(text))
			require.NotEqual(t, string(text), damaged)
			require.NoError(t, os.WriteFile(name, []byte(damaged), 0o600))

			r, err := store.Load(t.Context(), aKey)

			require.ErrorIs(t, err, oauthflow.ErrCorrupt)
			require.NotContains(t, err.Error(), "s3cr3t")
			require.Empty(t, r.Data)
			require.NotEmpty(t, r.Version)
			_, err = store.Save(t.Context(), aKey, oauthflow.Record{Data: []byte("new"), Version: "another"})
			require.ErrorIs(t, err, oauthflow.ErrConflict)
			save(t, store, oauthflow.Record{Data: []byte("new"), Version: r.Version})
			r, err = store.Load(t.Context(), aKey)
			require.NoError(t, err)
			require.Equal(t, "new", string(r.Data))
		})
	}
}

func TestARecordThatWasCopiedToTheNameOfAnotherKeyIsCorrupt(t *testing.T) {
	store, name := savedFile(t)
	other := aKey
	other.Account = "bob@example.com"
	_, err := store.Save(t.Context(), other, oauthflow.Record{Data: []byte("bob's")})
	require.NoError(t, err)
	names, err := filepath.Glob(store.Dir + "/*.json")
	require.NoError(t, err)
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	for _, n := range names {
		require.NoError(t, os.WriteFile(n, text, 0o600))
	}

	_, err = store.Load(t.Context(), other)

	require.ErrorIs(t, err, oauthflow.ErrCorrupt)
}

func TestLeftOversOfAKilledSaveAreRemovedByALaterOne(t *testing.T) {
	store, name := savedFile(t)
	leftover := strings.TrimSuffix(name, ".json") + ".ABC.tmp"
	require.NoError(t, os.WriteFile(leftover, []byte("half a rec"), 0o600))
	r, err := store.Load(t.Context(), aKey)
	require.NoError(t, err, "the old record is whole")

	save(t, store, oauthflow.Record{Data: []byte("new"), Version: r.Version})

	_, err = os.Stat(leftover)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestAFolderThatDoesNotExistIsMadeBySaveAndNotByLoad(t *testing.T) {
	store := &oauthflow.FileStore{Dir: filepath.Join(t.TempDir(), "a", "b")}
	_, err := store.Load(t.Context(), aKey)
	require.NoError(t, err)
	_, err = os.Stat(store.Dir)
	require.ErrorIs(t, err, os.ErrNotExist)

	save(t, store, oauthflow.Record{Data: []byte("1")})

	_, err = new(oauthflow.FileStore).Load(t.Context(), aKey)
	require.ErrorContains(t, err, "Dir is empty")
}
