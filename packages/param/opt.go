package param

import (
	"encoding/json"
	"fmt"
)

// An Opt is an optional value of a params struct: absent (the zero Opt), null ([Null]) or set ([NewOpt]).
type Opt[T comparable] struct {
	// Value is the value, zero if there is none. Setting it to anything but T's zero value sets the Opt too.
	Value T
	state status
}

type status uint8

const (
	omitted status = iota
	null
	included
)

// NewOpt returns an Opt that is set to v, also when v is T's zero value.
func NewOpt[T comparable](v T) Opt[T] { return Opt[T]{Value: v, state: included} }

// Null returns an Opt that is sent as JSON null, which clears a field on the server. It is omitted from queries, which
// have no null.
func Null[T comparable]() Opt[T] { return Opt[T]{state: null} }

// Valid reports whether the Opt is set: neither absent nor null.
func (o Opt[T]) Valid() bool {
	var zero T
	return o.state == included || o.state == omitted && o.Value != zero
}

// Or returns the value, or v if there is none.
func (o Opt[T]) Or(v T) T {
	if o.Valid() {
		return o.Value
	}
	return v
}

// String returns the value as text: "null" for null, and the text of T's zero value for an absent Opt.
func (o Opt[T]) String() string {
	if o.null() {
		return "null"
	}
	return fmt.Sprint(o.Value)
}

// IsZero reports whether the Opt is absent, for the omitzero option of json tags.
func (o Opt[T]) IsZero() bool { return o.state == omitted && !o.Valid() }

// MarshalJSON encodes the value, or null if there is none. Times have the RFC 3339 format.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if !o.Valid() {
		return []byte("null"), nil
	}
	return json.Marshal(o.Value)
}

// UnmarshalJSON decodes a value; null becomes [Null].
func (o *Opt[T]) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*o = Null[T]()
		return nil
	}
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	*o = NewOpt(v)
	return nil
}

func (o Opt[T]) null() bool { return o.state == null }
