// Package param builds request parameters: optional values, nulls, extra fields, and values in place of the structs.
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

// InferPtr is the pointer to a params struct T. The compiler infers it.
type InferPtr[T ParamStruct] interface {
	*T
	anyParamStruct
}

type anyParamStruct interface {
	ParamStruct
	SetExtraFields(map[string]any)
	override(any)
	reset()
}

// An APIObject is embedded by every params struct. It has what is sent in addition to its fields, or instead of them.
type APIObject struct {
	// Both are pointers to interfaces, which fmt prints as addresses, as the values may be secret. The values they point
	// to never change, so that a copy of a struct can be changed without the other.
	extra *any // a map[string]any
	with  *any
}

// SetExtraFields adds members to the JSON object, or parameters to the query, by wire name. They replace fields of the
// same name, and members of what [SetJSON] or [Override] has set before. It overwrites what an earlier call has set.
// The map must not be changed during a call of the API.
func (o *APIObject) SetExtraFields(extraFields map[string]any) {
	o.extra = nil
	if len(extraFields) > 0 {
		var extra any = extraFields
		o.extra = &extra
	}
}

// ExtraFields returns the map that SetExtraFields has set.
func (o APIObject) ExtraFields() map[string]any {
	if o.extra == nil {
		return nil
	}
	return (*o.extra).(map[string]any)
}

// Overrides returns the value that is sent instead of the struct's fields, if there is one.
func (o APIObject) Overrides() (any, bool) {
	if o.with == nil {
		return nil, false
	}
	return *o.with, true
}

func (o APIObject) null() bool { return o.with != nil && *o.with == nil && o.extra == nil }

// override removes the extra fields: only those that are set later are added to v.
func (o *APIObject) override(v any) { *o = APIObject{with: &v} }

func (o *APIObject) reset() { *o = APIObject{} }

// NullStruct returns a params struct that is sent as JSON null.
func NullStruct[T ParamStruct, PtrT InferPtr[T]]() T { return Override[T, PtrT](nil) }

// Override returns a params struct that is sent as v, whatever its fields are. v is anything that encoding/json takes.
// To be sent as a query or form, it must be encoded as an object.
func Override[T ParamStruct, PtrT InferPtr[T]](v any) T {
	var t T
	PtrT(&t).override(v)
	return t
}

// SetJSON replaces what is sent for the params struct that ptr points to by rawJSON, whatever its fields and extra
// fields are. Extra fields that are set later are added to it.
func SetJSON(rawJSON []byte, ptr anyParamStruct) { ptr.override(json.RawMessage(rawJSON)) }

// IsOmitted reports whether v is absent: an unset [Opt], a nil slice, the zero value of a struct or enum. An untyped
// nil is not.
func IsOmitted(v any) bool {
	rv := reflect.ValueOf(v)
	return rv.IsValid() && isZero(rv)
}

// IsNull reports whether v is sent as JSON null: made by [Null], [NullSlice], [NullMap] or [NullStruct].
func IsNull[T any](v T) bool { return isNull(reflect.ValueOf(v)) }
