// Package param builds request parameters: optional values, nulls, extra fields, and ways to send what the structs cannot say.
package param

import (
	"encoding/json"
	"reflect"
)

// A ParamStruct is any params struct: one that embeds [APIObject].
type ParamStruct interface {
	Overrides() (any, bool)
	ExtraFields() map[string]any
	null() bool
}

// InferPtr is the pointer to a params struct T. It is inferred, never written.
type InferPtr[T ParamStruct] interface {
	*T
	anyParamStruct
}

type anyParamStruct interface {
	ParamStruct
	SetExtraFields(map[string]any)
	override(any)
}

// An APIObject is embedded by every params struct, and carries what is sent besides or instead of its fields.
type APIObject struct{ metadata }

type metadata struct {
	extra      map[string]any
	overridden bool
	with       any
}

// SetExtraFields adds members to the JSON object, or parameters to the query, by wire name. One that has the name of a field
// replaces it. It overwrites what an earlier call set. The map must not be changed while a call is under way.
func (m *metadata) SetExtraFields(extraFields map[string]any) { m.extra = extraFields }

// ExtraFields returns what SetExtraFields set.
func (m metadata) ExtraFields() map[string]any { return m.extra }

// Overrides returns the value that is sent instead of the struct, if there is one.
func (m metadata) Overrides() (any, bool) { return m.with, m.overridden }

func (m metadata) null() bool { return m.overridden && m.with == nil }

func (m *metadata) override(v any) { m.overridden, m.with = true, v }

// NullStruct returns a params struct that is sent as JSON null.
func NullStruct[T ParamStruct, PtrT InferPtr[T]]() T { return Override[T, PtrT](nil) }

// Override returns a params struct that is sent as v, whatever its fields hold. v is anything that encoding/json takes;
// where it becomes a query or a form, it must be encoded as an object.
func Override[T ParamStruct, PtrT InferPtr[T]](v any) T {
	var t T
	PtrT(&t).override(v)
	return t
}

// SetJSON makes the params struct that ptr points to be sent as rawJSON, whatever its fields hold.
func SetJSON(rawJSON []byte, ptr anyParamStruct) { ptr.override(json.RawMessage(rawJSON)) }

// IsOmitted reports whether v is absent: an unset [Opt], a nil slice, the zero value of a struct or enum. An untyped nil is not.
func IsOmitted(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case interface{ IsZero() bool }:
		return v.IsZero()
	}
	return reflect.ValueOf(v).IsZero()
}

// IsNull reports whether v is sent as JSON null: made by [Null], [NullSlice] or [NullStruct].
func IsNull[T any](v T) bool {
	if n, ok := any(v).(interface{ null() bool }); ok {
		return n.null()
	}
	rv := reflect.ValueOf(v)
	return rv.Kind() == reflect.Slice && isNullSlice(rv)
}
