//go:build unix && !solaris && !illumos && !aix

package oauthflow

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// openPrivate opens a file to read. It does not follow links, and does not wait for the other end of a pipe.
func openPrivate(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.EMLINK) || errors.Is(err, syscall.ENXIO) {
		return nil, fmt.Errorf("%w: it is a link, or not a regular file", ErrInsecure)
	}
	return f, err
}

// private returns ErrInsecure if a file or folder belongs to another user, or gives one of the rights to others.
func private(info fs.FileInfo, rights fs.FileMode) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	user := uint32(os.Geteuid())
	switch {
	case !ok:
		return errors.New("the system does not tell its owner")
	case stat.Uid != user && (stat.Uid != 0 || !info.IsDir()): // root can do anything anyway
		return fmt.Errorf("%w: it belongs to the user %d, not %d", ErrInsecure, stat.Uid, user)
	case info.Mode().Perm()&rights != 0:
		return fmt.Errorf("%w: its mode is %#o; others must not have any of the rights %#o", ErrInsecure,
			info.Mode().Perm(), rights)
	}
	return nil
}

// tryLock locks a file, which it makes if it does not exist, or returns errLocked.
func tryLock(name string) (unlock func(), err error) {
	return flock(os.OpenFile(name, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600))
}

// trySaveLock locks the folder itself, which needs no lock file.
func trySaveLock(dir string) (unlock func(), err error) { return flock(os.Open(dir)) }

func flock(f *os.File, err error) (unlock func(), _ error) {
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err != syscall.EINTR {
			break
		}
	}
	switch {
	case err == nil:
		return func() { f.Close() }, nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		err = errLocked
	}
	f.Close()
	return nil, err
}

// syncDir returns when the names in a folder are on disk.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
