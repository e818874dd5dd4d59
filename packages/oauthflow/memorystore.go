package oauthflow

import (
	"bytes"
	"context"
	"strconv"
	"sync"
)

// A MemoryStore keeps records in memory. The zero MemoryStore is ready for use; it must not be copied.
type MemoryStore struct {
	mu      sync.Mutex
	records map[Key]Record
	locks   map[Key]chan struct{} // have a value while the lock is free
	saved   uint64                // the number of saves; versions are made of it
}

// Load returns a copy of the record.
func (m *MemoryStore) Load(ctx context.Context, key Key) (Record, error) {
	if ctx.Err() != nil {
		return Record{}, context.Cause(ctx)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.records[key]
	r.Data = bytes.Clone(r.Data)
	return r, nil
}

// Save keeps a copy of the record.
func (m *MemoryStore) Save(ctx context.Context, key Key, r Record) (string, error) {
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.records[key].Version != r.Version {
		return "", ErrConflict
	}
	m.saved++
	r.Version, r.Data = strconv.FormatUint(m.saved, 10), bytes.Clone(r.Data)
	if len(r.Data) == 0 {
		delete(m.records, key)
		return "", nil
	}
	if m.records == nil {
		m.records = map[Key]Record{}
	}
	m.records[key] = r
	return r.Version, nil
}

// Lock waits for the lock of key. It is never lost.
func (m *MemoryStore) Lock(ctx context.Context, key Key) (held context.Context, release func(), err error) {
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	m.mu.Lock()
	lock := m.locks[key]
	if lock == nil {
		if m.locks == nil {
			m.locks = map[Key]chan struct{}{}
		}
		lock = make(chan struct{}, 1)
		lock <- struct{}{}
		m.locks[key] = lock
	}
	m.mu.Unlock()
	select {
	case <-lock:
	case <-ctx.Done():
		return nil, nil, context.Cause(ctx)
	}
	held, cancel := context.WithCancel(ctx)
	return held, sync.OnceFunc(func() {
		cancel()
		lock <- struct{}{}
	}), nil
}
