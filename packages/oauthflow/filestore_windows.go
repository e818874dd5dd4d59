package oauthflow

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// openPrivate opens a file to read. It does not follow links.
func openPrivate(name string) (*os.File, error) {
	info, err := os.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%w: it is a link, or not a regular file", ErrInsecure)
	}
	return os.Open(name)
}

// private checks nothing: the mode does not show who has which rights.
func private(fs.FileInfo, fs.FileMode) error { return nil }

// tryLock locks a file, which it makes if it does not exist, or returns errLocked.
func tryLock(name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY,
		0, 1, 0, new(windows.Overlapped))
	switch {
	case err == nil:
		return func() { f.Close() }, nil
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION), errors.Is(err, windows.ERROR_IO_PENDING):
		err = errLocked
	}
	f.Close()
	return nil, err
}

// trySaveLock locks a separate file: Windows cannot lock a folder.
func trySaveLock(dir string) (unlock func(), err error) {
	return tryLock(filepath.Join(dir, "save.lock"))
}

// syncDir does nothing: when a rename returns, the names are on disk.
func syncDir(string) error { return nil }
