//go:build !windows && (!unix || solaris || illumos || aix)

package oauthflow

import (
	"errors"
	"io/fs"
	"os"
)

var errUnsupported = errors.New("there is no FileStore for this system: it has no file locks; use another Store")

func openPrivate(string) (*os.File, error) { return nil, errUnsupported }

func private(fs.FileInfo, fs.FileMode) error { return errUnsupported }

func tryLock(string) (func(), error) { return nil, errUnsupported }

func trySaveLock(string) (func(), error) { return nil, errUnsupported }

func syncDir(string) error { return errUnsupported }
