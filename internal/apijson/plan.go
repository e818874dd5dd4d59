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

// planOf returns nil for a type that is not a response struct.
func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p, _ := plans.LoadOrStore(t, makePlan(t))
	return p.(*plan)
}

// metadata returns the JSON field of a response struct and the Object in it.
func metadata(t reflect.Type) (meta, record reflect.StructField, isResponse bool) {
	if t.Kind() == reflect.Struct {
		meta, _ = t.FieldByName("JSON")
	}
	// The Index of a promoted field, whose offset is in the embedded struct, is longer than 1.
	if len(meta.Index) == 1 && meta.Type.Kind() == reflect.Struct {
		record, _ = meta.Type.FieldByName("Object")
	}
	return meta, record, len(record.Index) == 1 && record.Type == reflect.TypeFor[respjson.Object]()
}

func makePlan(t reflect.Type) *plan {
	meta, record, isResponse := metadata(t)
	if !isResponse {
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
		f.kind = kindOf(sf.Type)
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

func kindOf(t reflect.Type) kind {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return instant
	case t == reflect.TypeFor[bool]():
		return boolean
	case t == reflect.TypeFor[int64]():
		return integer
	case t == reflect.TypeFor[[]string]():
		return texts
	case t.Kind() == reflect.String:
		return text
	}
	kind, elem := object, t
	if t.Kind() == reflect.Slice {
		kind, elem = objects, t.Elem()
	}
	if _, _, isResponse := metadata(elem); isResponse { // its plan is not made yet: it may have fields of this type
		return kind
	}
	return other
}
