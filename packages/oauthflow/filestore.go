package oauthflow

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// A FileStore keeps each record in a file of its own in Dir, which it makes, with mode 0700, when it first needs it.
// All processes of this user can share Dir on a local disk; on Windows, nothing checks who else can read it.
//
// File names are hashes, without ids and accounts. The files have mode 0600; the data in them is not encrypted. Load
// returns ErrInsecure if others can read or write a record or write to Dir, if a record belongs to another user, or is
// not a regular file. It returns ErrCorrupt if a record is truncated, edited, of another key or of an unknown format.
// Nothing is repaired silently.
type FileStore struct{ Dir string }

const (
	fileFormat  = 1
	maxFileSize = 1 << 20
)

// A file is the JSON of a record on disk.
type file struct {
	Format   int       `json:"format"`
	Key      Key       `json:"key"`
	Version  string    `json:"version"`
	Expires  time.Time `json:"expires,omitzero"`
	Data     []byte    `json:"data"`
	Checksum string    `json:"checksum"` // of this object without it
}

// checksum is the SHA-256 of f without its Checksum.
func (f file) checksum() string {
	f.Checksum = ""
	text, _ := json.Marshal(f) // cannot fail: f was decoded, or has a valid time
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// path is the name of a key's file, without its extension.
func (s *FileStore) path(key Key) string {
	text, _ := json.Marshal(key)
	sum := sha256.Sum256(text)
	return filepath.Join(s.Dir, hex.EncodeToString(sum[:]))
}

// Load reads the record of key.
func (s *FileStore) Load(ctx context.Context, key Key) (Record, error) {
	if ctx.Err() != nil {
		return Record{}, context.Cause(ctx)
	}
	if err := s.check(); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return Record{}, nil
		}
		return Record{}, err
	}
	return s.read(key)
}

func (s *FileStore) read(key Key) (Record, error) {
	text, err := readPrivate(s.path(key) + ".json")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Record{}, nil
	case err != nil:
		return Record{}, fmt.Errorf("oauthflow: FileStore: reading a record: %w", err)
	}
	// The version of a damaged record is made of its content, so that Save replaces only this one.
	sum := sha256.Sum256(text)
	damaged := Record{Version: "damaged-" + hex.EncodeToString(sum[:])}
	var f file
	switch err := json.Unmarshal(text, &f); {
	case len(text) > maxFileSize:
		return damaged, fmt.Errorf("%w: it has more than %d bytes", ErrCorrupt, maxFileSize)
	case err != nil: // not wrapped: its text could quote a secret
		return damaged, fmt.Errorf("%w: it is not one JSON object", ErrCorrupt)
	case f.Format != fileFormat:
		return damaged, fmt.Errorf("%w: its format is %d, not %d", ErrCorrupt, f.Format, fileFormat)
	case f.Checksum != f.checksum():
		return damaged, fmt.Errorf("%w: its checksum is wrong", ErrCorrupt)
	case f.Key != key:
		return damaged, fmt.Errorf("%w: it belongs to another key", ErrCorrupt)
	}
	return Record{Data: f.Data, Version: f.Version, Expires: f.Expires}, nil
}

// readPrivate reads a file, and returns ErrInsecure if others can read or change it.
func readPrivate(name string) ([]byte, error) {
	f, err := openPrivate(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: it is not a regular file", ErrInsecure)
	}
	if err = private(info, 0o077); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(f, maxFileSize+1))
}

// check returns ErrInsecure if others can change the files in Dir.
func (s *FileStore) check() error {
	if s.Dir == "" {
		return errors.New("oauthflow: FileStore.Dir is empty")
	}
	info, err := os.Stat(s.Dir)
	switch {
	case err != nil:
		return fmt.Errorf("oauthflow: FileStore.Dir: %w", err)
	case !info.IsDir():
		return errors.New("oauthflow: FileStore.Dir is not a folder")
	}
	if err = private(info, 0o022); err != nil {
		return fmt.Errorf("oauthflow: FileStore.Dir: %w", err)
	}
	return nil
}

// ready makes Dir if it is not there, and checks it.
func (s *FileStore) ready() error {
	if err := s.check(); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return fmt.Errorf("oauthflow: FileStore.Dir: %w", err)
	}
	return s.check()
}

// Save writes the record to a new file, which replaces the old one when it is on disk.
func (s *FileStore) Save(ctx context.Context, key Key, r Record) (string, error) {
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	if err := s.ready(); err != nil {
		return "", err
	}
	unlock, err := waitForLock(ctx, func() (func(), error) { return trySaveLock(s.Dir) })
	if err != nil {
		return "", err
	}
	defer unlock()
	if old, err := s.read(key); err != nil && !errors.Is(err, ErrCorrupt) {
		return "", err
	} else if old.Version != r.Version {
		return "", ErrConflict
	}
	s.removeLeftovers()
	version, err := s.write(key, r)
	if err != nil {
		return "", fmt.Errorf("oauthflow: FileStore: writing a record: %w", err)
	}
	return version, nil
}

// write replaces the record of key by r. The caller holds the save lock.
func (s *FileStore) write(key Key, r Record) (version string, err error) {
	name := s.path(key) + ".json"
	if len(r.Data) == 0 {
		if err = os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		return "", syncDir(s.Dir)
	}
	f := file{Format: fileFormat, Key: key, Version: rand.Text(), Expires: r.Expires.UTC(), Data: r.Data}
	if r.Expires.IsZero() {
		f.Expires = time.Time{}
	}
	f.Checksum = f.checksum()
	text, err := json.Marshal(f)
	if err != nil {
		return "", err
	}
	if len(text) > maxFileSize {
		return "", fmt.Errorf("the record has %d bytes; %d are allowed", len(text), maxFileSize)
	}
	temporary := s.path(key) + "." + f.Version + ".tmp"
	if err = writeSynced(temporary, text); err == nil {
		err = os.Rename(temporary, name)
	}
	if err != nil {
		_ = os.Remove(temporary)
		return "", err
	}
	return f.Version, syncDir(s.Dir)
}

// writeSynced makes a new file, and returns when it is on disk.
func writeSynced(name string, text []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// removeLeftovers removes the files of a Save that was killed. The caller holds the save lock.
func (s *FileStore) removeLeftovers() {
	entries, _ := os.ReadDir(s.Dir)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".tmp") {
			_ = os.Remove(filepath.Join(s.Dir, e.Name()))
		}
	}
}

// Lock waits for the lock of key, which excludes goroutines and processes. It is lost only if the process dies.
func (s *FileStore) Lock(ctx context.Context, key Key) (held context.Context, release func(), err error) {
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	if err = s.ready(); err != nil {
		return nil, nil, err
	}
	unlock, err := waitForLock(ctx, func() (func(), error) { return tryLock(s.path(key) + ".lock") })
	if err != nil {
		return nil, nil, err
	}
	held, cancel := context.WithCancel(ctx)
	return held, sync.OnceFunc(func() {
		cancel()
		unlock()
	}), nil
}

// errLocked says that another holder has the lock.
var errLocked = errors.New("locked")

// waitForLock tries until it has the lock or ctx ends. A wait in the system could not be cancelled.
func waitForLock(ctx context.Context, try func() (unlock func(), err error)) (func(), error) {
	pause := time.Millisecond
	for {
		unlock, err := try()
		if err == nil {
			return unlock, nil
		}
		if !errors.Is(err, errLocked) {
			return nil, fmt.Errorf("oauthflow: FileStore: locking: %w", err)
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(pause):
		}
		pause = min(2*pause, 50*time.Millisecond)
	}
}
