// Package apiquery turns params into url.Values: a struct with query tags into a query, a JSON object into a query or
// form.
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

// Marshal encodes the params struct that params points to and that embeds o. Fields tagged api:"required" are always
// there, others where they are set.
func Marshal(o param.APIObject, params any) (url.Values, error) {
	if v, ok := o.Overrides(); ok {
		return fromAny(v)
	}
	v := reflect.ValueOf(params).Elem()
	fields := fieldsOf(v.Type())
	values := make(url.Values, len(fields))
	list := make([]string, 0, len(fields)) // one piece of memory for all
	for _, f := range fields {
		text, set, err := format(v.Field(f.index))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v.Type().Field(f.index).Name, err)
		}
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

// FromJSON turns the members of a JSON object into values: strings as they are, arrays as repeated values, nulls not at
// all, objects within as their JSON. A null instead of the object has no values.
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

// A field is a field of a query struct.
type field struct {
	index    int
	name     string
	required bool
}

// fieldLists only ever grows, by one entry for each query struct of the program.
var fieldLists sync.Map // reflect.Type -> []field

func fieldsOf(t reflect.Type) []field {
	if list, ok := fieldLists.Load(t); ok {
		return list.([]field)
	}
	var list []field
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("query"), ",")
		if name != "" && name != "-" {
			list = append(list, field{index: i, name: name, required: t.Field(i).Tag.Get("api") == "required"})
		}
	}
	stored, _ := fieldLists.LoadOrStore(t, list)
	return stored.([]field)
}

// format returns a field as text, and whether it is set.
func format(v reflect.Value) (text string, set bool, err error) {
	switch o := v.Addr().Interface().(type) {
	case *param.Opt[string]:
		return o.Value, o.Valid(), nil
	case *param.Opt[int64]:
		return strconv.FormatInt(o.Value, 10), o.Valid(), nil
	case *param.Opt[float64]:
		return strconv.FormatFloat(o.Value, 'g', -1, 64), o.Valid(), nil
	case *param.Opt[bool]:
		return strconv.FormatBool(o.Value), o.Valid(), nil
	case *param.Opt[time.Time]:
		return o.Value.Format(time.RFC3339Nano), o.Valid(), nil
	}
	if v.Kind() != reflect.String {
		return "", false, fmt.Errorf("a query parameter cannot be a %s", v.Type())
	}
	return v.String(), v.Len() > 0, nil
}
