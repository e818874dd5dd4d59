package oauthflow

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// A Store keeps records. It is safe for concurrent use, and may be shared by processes and machines. A method that
// waits returns when ctx ends, with its cause. Data belongs to the caller, in arguments and results: a Store copies it.
type Store interface {
	// Load returns the record of key, or the zero Record if there is none. For a damaged record it returns its Version and
	// ErrCorrupt, so that Save can replace it.
	Load(ctx context.Context, key Key) (Record, error)
	// Save replaces the record of key by r if its version is r.Version; "" means that there is none. Otherwise it changes
	// nothing and returns ErrConflict. It returns the new version, which no record of key had before. Empty Data removes
	// the record. After Save has returned nil, the record survives a crash of the process and of the machine.
	Save(ctx context.Context, key Key, r Record) (version string, err error)
	// Lock waits until it has the lock of key, which excludes all other holders in all processes. held is derived from
	// ctx; it ends when the lock is released, or lost because its lease ran out. release may be called twice. If the
	// holder dies, the system or the end of the lease releases the lock.
	Lock(ctx context.Context, key Key) (held context.Context, release func(), err error)
}

// A Key identifies a record. A Store never returns the record of another Key.
type Key struct {
	Issuer, ClientID string
	// Grant is the grant of the first token, "authorization_code" or "client_credentials"; or it is "registration", with
	// ClientID and Account "".
	Grant   string
	Account string // Config.Account
}

// A Record is what a Store keeps for a Key. Its Data has secrets; it is printed and logged without them.
type Record struct {
	Data    []byte
	Version string    // made by the Store; only compared for equality
	Expires time.Time // after it, the Store may remove the record; zero: never
}

// String describes the record without Data.
func (r Record) String() string {
	return fmt.Sprintf("oauthflow.Record{%d bytes, version %q, expires %s}", len(r.Data), r.Version, when(r.Expires))
}

// Format prints String for every verb.
func (r Record) Format(f fmt.State, _ rune) { fmt.Fprint(f, r.String()) }

// LogValue is String for log/slog.
func (r Record) LogValue() slog.Value { return slog.StringValue(r.String()) }

// when formats a time for people; the zero time is "never".
func when(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format(time.RFC3339)
}
