package apijson

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// A plan says, for a response struct, into which field each member is decoded, and where its record is.
type plan struct {
	names  []string // the wire names of the fields
	fields []*field
	first  atomic.Pointer[field] // the first field of the last object
	strict []int                 // indexes of fields that must be there and fit, tagged api:"strict"
	object uintptr               // offset of the respjson.Object
}

type field struct {
	key   string // the wire name in quotes, and a colon
	typ   reflect.Type
	value uintptr // offset in the struct
	meta  uintptr // offset of its record
	kind  kind
	elem  *plan                 // of a struct, or of a slice's structs
	next  atomic.Pointer[field] // the field after this one in the last object
}

type kind uint8

const (
	other kind = iota // left to encoding/json
	text
	boolean
	integer
	instant
	texts
	object
	objects
)

// plans has an entry for each response type of the program.
var plans sync.Map // reflect.Type -> *plan

// IsResponse reports whether t is a struct with per-field metadata: one whose JSON field embeds a respjson.Object.
func IsResponse(t reflect.Type) bool { return planOf(t) != nil }

// planOf returns nil for a type that is not a response struct.
func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p, _ := plans.LoadOrStore(t, makePlan(t))
	return p.(*plan)
}

func makePlan(t reflect.Type) *plan {
	if t.Kind() != reflect.Struct {
		return nil
	}
	// The Index of a promoted field, whose offset is in the embedded struct, is longer than 1.
	meta, _ := t.FieldByName("JSON")
	if len(meta.Index) != 1 || meta.Type.Kind() != reflect.Struct {
		return nil
	}
	record, _ := meta.Type.FieldByName("Object")
	if len(record.Index) != 1 || record.Type != reflect.TypeFor[respjson.Object]() {
		return nil
	}
	p := &plan{object: meta.Offset + record.Offset}
	for sf := range t.Fields() {
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		record, _ := meta.Type.FieldByName(sf.Name)
		if name == "" || name == "-" || len(record.Index) != 1 || record.Type != reflect.TypeFor[respjson.Field]() {
			continue
		}
		f := &field{key: `"` + name + `":`, typ: sf.Type, value: sf.Offset, meta: meta.Offset + record.Offset}
		f.kind, f.elem = kindOf(sf.Type)
		if sf.Tag.Get("api") == "strict" {
			p.strict = append(p.strict, len(p.fields))
		}
		p.names, p.fields = append(p.names, name), append(p.fields, f)
	}
	return p
}

// field returns the field with the wire name, nil if there is none.
func (p *plan) field(name string) *field {
	if i := slices.Index(p.names, name); i >= 0 { // fast: they are few, and most differ in length
		return p.fields[i]
	}
	return nil
}

func kindOf(t reflect.Type) (kind, *plan) {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return instant, nil
	case t == reflect.TypeFor[bool]():
		return boolean, nil
	case t == reflect.TypeFor[int64]():
		return integer, nil
	case t == reflect.TypeFor[[]string]():
		return texts, nil
	case t.Kind() == reflect.String:
		return text, nil
	case t.Kind() == reflect.Struct && planOf(t) != nil:
		return object, planOf(t)
	case t.Kind() == reflect.Slice && planOf(t.Elem()) != nil:
		return objects, planOf(t.Elem())
	}
	return other, nil
}
