package oauthflow

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// A Store keeps records, for any number of goroutines, and perhaps processes and machines. Whatever waits ends when ctx
// ends, with its cause. Data belongs to the caller, on the way in and out: a Store copies it.
type Store interface {
	// Load returns the record of key, or the zero Record if there is none. Of a damaged one it returns the Version, with
	// ErrCorrupt, so that Save can replace it.
	Load(ctx context.Context, key Key) (Record, error)
	// Save replaces the record of key by r if its version is r.Version; "" means that there is none. Otherwise it changes
	// nothing and returns ErrConflict. It returns the new version, which no record of key had before. Empty Data removes
	// the record. After Save has returned nil, the record survives a crash of the process and of the machine.
	Save(ctx context.Context, key Key, r Record) (version string, err error)
	// Lock waits until nobody else, in any process, has the lock of key. held is derived from ctx; it ends when the lock is
	// released, or lost (a lease that ran out). release may be called twice. The system, or the end of its lease,
	// releases the lock of a holder that died.
	Lock(ctx context.Context, key Key) (held context.Context, release func(), err error)
}

// A Key says whose record it is. A Store never returns a record for another Key.
type Key struct {
	Issuer, ClientID string
	// Grant is the grant that the token began with, "authorization_code" or "client_credentials"; or "registration", whose
	// ClientID and Account are "".
	Grant   string
	Account string // Config.Account
}

// A Record is what a Store keeps for a Key. Its Data has secrets; it is printed and logged without them.
type Record struct {
	Data    []byte
	Version string    // the Store's own; it is compared and nothing else
	Expires time.Time // after it, the record is of no use and may be dropped; zero: never
}

// String describes the record without Data.
func (r Record) String() string {
	return fmt.Sprintf("oauthflow.Record{%d bytes, version %q, expires %s}", len(r.Data), r.Version, when(r.Expires))
}

// Format prints String, whatever the verb.
func (r Record) Format(f fmt.State, _ rune) { fmt.Fprint(f, r.String()) }

// LogValue is String for log/slog.
func (r Record) LogValue() slog.Value { return slog.StringValue(r.String()) }

// when is a time for people; the zero time is "never".
func when(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format(time.RFC3339)
}
