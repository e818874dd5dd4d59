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
	byName map[string]int // wire name -> index into fields
	fields []field
	strict []int // indexes of fields that must be there and fit, tagged api:"strict"
	meta   int   // index of the struct's JSON field
	object int   // index of the respjson.Object in it
}

type field struct {
	name  string
	value int // index in the struct
	meta  int // index in the struct's JSON field
	kind  kind
	elem  *plan // of a struct, or of a slice's structs
}

type kind uint8

const (
	other kind = iota // left to encoding/json
	text
	named // a named string type
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
	meta, ok := t.FieldByName("JSON")
	if !ok || len(meta.Index) != 1 || meta.Type.Kind() != reflect.Struct {
		return nil
	}
	record, ok := meta.Type.FieldByName("Object")
	if !ok || record.Type != objectType {
		return nil
	}
	p := &plan{byName: map[string]int{}, meta: meta.Index[0], object: record.Index[0]}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		record, ok := meta.Type.FieldByName(t.Field(i).Name)
		if name == "" || name == "-" || !ok || record.Type != fieldType {
			continue
		}
		f := field{name: name, value: i, meta: record.Index[0]}
		f.kind, f.elem = kindOf(t.Field(i).Type)
		if t.Field(i).Tag.Get("api") == "strict" {
			p.strict = append(p.strict, len(p.fields))
		}
		p.byName[name] = len(p.fields)
		p.fields = append(p.fields, f)
	}
	return p
}

func kindOf(t reflect.Type) (kind, *plan) {
	switch {
	case t == timeType:
		return instant, nil
	case t == reflect.TypeFor[string]():
		return text, nil
	case t == reflect.TypeFor[bool]():
		return boolean, nil
	case t == reflect.TypeFor[int64]():
		return integer, nil
	case t == reflect.TypeFor[[]string]():
		return texts, nil
	case t.Kind() == reflect.String:
		return named, nil
	case t.Kind() == reflect.Struct && planOf(t) != nil:
		return object, planOf(t)
	case t.Kind() == reflect.Slice && planOf(t.Elem()) != nil:
		return objects, planOf(t.Elem())
	}
	return other, nil
}
