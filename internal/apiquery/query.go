// Package apiquery turns params into url.Values: a struct with query tags into a query, a JSON object into a query or form.
package apiquery

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/team-telnyx/telnyx-go/packages/param"
)

// Marshal encodes the params struct that params points to and that embeds o. Fields tagged api:"required" are always there,
// others where they are set.
//
// Fields are read at their offsets, with unsafe, which is sound for the reasons that apijson gives. It buys a tenth of the time:
// a struct that reflect looks into has to be copied to the heap first.
func Marshal(o param.APIObject, params any) (url.Values, error) {
	if v, ok := o.Overrides(); ok {
		return fromAny(v)
	}
	v := reflect.ValueOf(params)
	p, base := planOf(v.Type().Elem()), v.UnsafePointer()
	if p.err != nil {
		return nil, p.err
	}
	values := make(url.Values, len(p.fields))
	list := make([]string, 0, len(p.fields)) // one piece of memory for all
	for i := range p.fields {
		f := &p.fields[i]
		text, set := f.kind.format(unsafe.Add(base, f.offset))
		if set || f.required {
			list = append(list, text)
			values[f.name] = list[len(list)-1 : len(list) : len(list)]
		}
	}
	if len(o.ExtraFields()) > 0 {
		extra, err := fromAny(o.ExtraFields())
		if err != nil {
			return nil, err
		}
		for name := range o.ExtraFields() {
			values.Del(name) // replaced, or by a null taken away
			if list, ok := extra[name]; ok {
				values[name] = list
			}
		}
	}
	return values, nil
}

func fromAny(v any) (url.Values, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return FromJSON(text)
}

// FromJSON turns the members of a JSON object into values: strings as they are, arrays as repeated values, nulls not at all,
// objects within as their JSON. A null instead of the object is no values.
func FromJSON(text []byte) (url.Values, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, fmt.Errorf("expected a JSON object: %w", err)
	}
	values := url.Values{}
	for name, value := range members {
		elements := []json.RawMessage{value}
		if value[0] == '[' {
			_ = json.Unmarshal(value, &elements) // it has been checked with the whole
		}
		for _, element := range elements {
			switch text := string(element); text[0] {
			case 'n': // null
			case '"':
				_ = json.Unmarshal(element, &text)
				values.Add(name, text)
			default:
				values.Add(name, text)
			}
		}
	}
	return values, nil
}

// A plan is what is known of one query struct. err is why it cannot be one.
type plan struct {
	fields []field
	err    error
}

type field struct {
	name     string
	offset   uintptr
	kind     kind
	required bool
}

// plans only ever grows, by one entry for each query struct of the program.
var plans sync.Map // reflect.Type -> *plan

func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p := new(plan)
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("query"), ",")
		if name == "" || name == "-" {
			continue
		}
		k := kindOf(f.Type)
		if k == unknown {
			p.err = fmt.Errorf("%s: a query parameter cannot be a %s", f.Name, f.Type)
		}
		p.fields = append(p.fields, field{name: name, offset: f.Offset, kind: k, required: f.Tag.Get("api") == "required"})
	}
	stored, _ := plans.LoadOrStore(t, p)
	return stored.(*plan)
}

// A kind is a type of field.
type kind uint8

const (
	unknown kind = iota
	text
	optString
	optInt
	optFloat
	optBool
	optTime
)

func kindOf(t reflect.Type) kind {
	switch t {
	case reflect.TypeFor[param.Opt[string]]():
		return optString
	case reflect.TypeFor[param.Opt[int64]]():
		return optInt
	case reflect.TypeFor[param.Opt[float64]]():
		return optFloat
	case reflect.TypeFor[param.Opt[bool]]():
		return optBool
	case reflect.TypeFor[param.Opt[time.Time]]():
		return optTime
	}
	if t.Kind() == reflect.String {
		return text
	}
	return unknown
}

// format returns the field at p as text, and whether it is set.
func (k kind) format(p unsafe.Pointer) (text string, set bool) {
	switch k {
	case optString:
		o := (*param.Opt[string])(p)
		return o.Value, o.Valid()
	case optInt:
		if o := (*param.Opt[int64])(p); o.Valid() {
			return strconv.FormatInt(o.Value, 10), true
		}
		return "", false
	case optFloat:
		o := (*param.Opt[float64])(p)
		return strconv.FormatFloat(o.Value, 'g', -1, 64), o.Valid()
	case optBool:
		o := (*param.Opt[bool])(p)
		return strconv.FormatBool(o.Value), o.Valid()
	case optTime:
		o := (*param.Opt[time.Time])(p)
		return o.Value.Format(time.RFC3339Nano), o.Valid()
	}
	s := *(*string)(p)
	return s, s != ""
}
