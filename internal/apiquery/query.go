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

	"github.com/team-telnyx/telnyx-go/packages/param"
)

// Marshal encodes p, whose fields underlying points to. Fields tagged api:"required" are always there, others where they are set.
func Marshal(p param.ParamStruct, underlying any) (url.Values, error) {
	if v, ok := p.Overrides(); ok {
		return fromAny(v)
	}
	v := reflect.ValueOf(underlying).Elem()
	tags := tagsOf(v.Type())
	values := make(url.Values, len(tags))
	list := make([]string, 0, len(tags)) // one piece of memory for all
	for i := range tags {
		t := &tags[i]
		text, set := t.format(v.Field(t.index))
		if set || t.required {
			list = append(list, text)
			values[t.name] = list[len(list)-1 : len(list) : len(list)]
		}
	}
	if len(p.ExtraFields()) > 0 {
		extra, err := fromAny(p.ExtraFields())
		if err != nil {
			return nil, err
		}
		for name := range p.ExtraFields() {
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

type tag struct {
	index    int
	name     string
	required bool
	kind     kind
}

// tagLists only ever grows, by one entry for each query struct of the program.
var tagLists sync.Map // reflect.Type -> []tag

func tagsOf(t reflect.Type) []tag {
	if list, ok := tagLists.Load(t); ok {
		return list.([]tag)
	}
	var list []tag
	for i := range t.NumField() {
		f := t.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("query"), ","); name != "" && name != "-" {
			list = append(list, tag{index: i, name: name, required: f.Tag.Get("api") == "required", kind: kindOf(f.Type)})
		}
	}
	stored, _ := tagLists.LoadOrStore(t, list)
	return stored.([]tag)
}

// A kind is a type of field that is written without a detour.
type kind uint8

const (
	other kind = iota
	text
	optString
	optInt
	optBool
)

func kindOf(t reflect.Type) kind {
	switch t {
	case reflect.TypeFor[param.Opt[string]]():
		return optString
	case reflect.TypeFor[param.Opt[int64]]():
		return optInt
	case reflect.TypeFor[param.Opt[bool]]():
		return optBool
	}
	if t.Kind() == reflect.String {
		return text
	}
	return other
}

// format returns a field as text, and whether it is set.
func (t *tag) format(v reflect.Value) (text string, set bool) {
	switch t.kind {
	case optString:
		o, _ := reflect.TypeAssert[param.Opt[string]](v)
		return o.Value, o.Valid()
	case optInt:
		if o, _ := reflect.TypeAssert[param.Opt[int64]](v); o.Valid() {
			return strconv.FormatInt(o.Value, 10), true
		}
		return "", false
	case optBool:
		o, _ := reflect.TypeAssert[param.Opt[bool]](v)
		return strconv.FormatBool(o.Value), o.Valid()
	case other:
		return formatAny(v.Interface())
	}
	return v.String(), v.Len() > 0
}

func formatAny(v any) (text string, set bool) {
	switch o := v.(type) {
	case param.Opt[float64]:
		return strconv.FormatFloat(o.Value, 'g', -1, 64), o.Valid()
	case param.Opt[time.Time]:
		return o.Value.Format(time.RFC3339Nano), o.Valid()
	}
	return fmt.Sprint(v), !reflect.ValueOf(v).IsZero()
}
