package apijson

import (
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// A plan is what is known of one response struct: where each member goes, and where its record goes.
type plan struct {
	fields []field
	slots  []uint16 // a hash table of names, sparse and a power of two long: the number of a field from 1, or 0
	strict []int    // indexes of fields that must be there and fit, tagged api:"strict"
	object uintptr  // offset of the respjson.Object
}

type field struct {
	name  string
	key   string // the name in quotes, and a colon
	typ   reflect.Type
	value uintptr // offset in the struct
	meta  uintptr // offset of its record
	kind  kind
	elem  *plan // of a struct, or of a slice's structs
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

var (
	fieldType  = reflect.TypeFor[respjson.Field]()
	objectType = reflect.TypeFor[respjson.Object]()
	timeType   = reflect.TypeFor[time.Time]()
)

// plans only ever grows, by one entry for each response type of the program.
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
	// A promoted field has its offset in the embedded struct, and does not count.
	meta, ok := t.FieldByName("JSON")
	if !ok || len(meta.Index) > 1 || meta.Type.Kind() != reflect.Struct {
		return nil
	}
	record, ok := meta.Type.FieldByName("Object")
	if !ok || len(record.Index) > 1 || record.Type != objectType {
		return nil
	}
	p := &plan{object: meta.Offset + record.Offset}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		record, ok := meta.Type.FieldByName(t.Field(i).Name)
		if name == "" || name == "-" || !ok || len(record.Index) > 1 || record.Type != fieldType {
			continue
		}
		f := field{name: name, key: `"` + name + `":`, typ: t.Field(i).Type, value: t.Field(i).Offset, meta: meta.Offset + record.Offset}
		f.kind, f.elem = kindOf(t.Field(i).Type)
		if t.Field(i).Tag.Get("api") == "strict" {
			p.strict = append(p.strict, len(p.fields))
		}
		p.fields = append(p.fields, f)
	}
	p.slots = make([]uint16, 64)
	for len(p.slots) < 4*len(p.fields) {
		p.slots = make([]uint16, 2*len(p.slots))
	}
	for i, f := range p.fields {
		slot := p.slot(f.name)
		for p.slots[slot] != 0 {
			slot = (slot + 1) & (len(p.slots) - 1)
		}
		p.slots[slot] = uint16(i + 1)
	}
	return p
}

// field returns the field with the wire name, nil if there is none.
func (p *plan) field(name string) *field {
	for slot := p.slot(name); p.slots[slot] != 0; slot = (slot + 1) & (len(p.slots) - 1) {
		if f := &p.fields[p.slots[slot]-1]; f.name == name {
			return f
		}
	}
	return nil
}

// slot is where the search for a name begins. It depends on the length and three bytes: the names of one struct are too
// unlike for more to pay.
func (p *plan) slot(name string) int {
	n := len(name)
	if n == 0 {
		return 0
	}
	return (n + 3*int(name[0]) + 5*int(name[n/2]) + 7*int(name[n-1])) & (len(p.slots) - 1)
}

func kindOf(t reflect.Type) (kind, *plan) {
	switch {
	case t == timeType:
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
