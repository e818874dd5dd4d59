// Package respjson records how each member of a JSON response was decoded: absent, null, of the wrong type, or valid.
package respjson

import (
	"cmp"
	"fmt"
	"io"
)

// A Field is the record of one JSON member. The zero Field is that of a member that the response did not have.
type Field struct {
	raw     string
	invalid bool // raw did not fit the Go field
}

// What [Field.Raw] returns for a member that is null, and for one that is absent.
const (
	Null    = "null"
	Omitted = ""
)

// NewField returns the record of a member that was decoded from raw. NewField("null") is the record of a null.
func NewField(raw string) Field { return Field{raw: raw} }

// NewInvalidField returns the record of a member whose value raw did not fit its Go field.
func NewInvalidField(raw string) Field { return Field{raw: raw, invalid: true} }

// Valid reports whether the member was present, not null, and of a type that fits its Go field. If it is false, the Go
// field is zero.
func (j Field) Valid() bool { return !j.invalid && j.raw != Omitted && j.raw != Null }

// Raw returns the member's JSON as the server wrote it, also when it did not fit: "" if it was absent, "null" if it was
// null.
func (j Field) Raw() string { return j.raw }

// Format prints the state of the member, and not the member itself, which may be a secret.
func (j Field) Format(f fmt.State, _ rune) {
	state := cmp.Or(map[string]string{Omitted: "absent", Null: "null"}[j.raw], "valid")
	if j.invalid {
		state = "invalid"
	}
	io.WriteString(f, state)
}

// An Object is the record of a whole JSON object. Every response struct embeds one in its JSON field.
type Object struct {
	// ExtraFields holds the members that the Go struct has no field for, by wire name; nil if there were none.
	ExtraFields map[string]Field
	raw         string
}

// NewObject returns the record of the object raw with the given unknown members.
func NewObject(raw string, extra map[string]Field) Object { return Object{extra, raw} }

// RawJSON returns the object exactly as the server wrote it; "" for a struct that was not decoded from JSON.
// It costs nothing: the text is shared with the decoded strings.
func (o Object) RawJSON() string { return o.raw }

// Format prints the size of the object, and not the object itself, which may hold secrets.
func (o Object) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "(%d bytes of JSON)", len(o.raw)) }
