// Package apiquery turns params into url.Values: a struct with query tags into a query, a JSON object into a query or
// form.
package apiquery

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/team-telnyx/telnyx-go/packages/param"
)

// Marshal encodes the params struct that params points to. Fields tagged api:"required" are always included, others if
// they are set.
func Marshal(params param.ParamStruct) (values url.Values, err error) {
	if v, ok := params.Overrides(); ok {
		values, err = fromAny(v)
	} else {
		values, err = fromFields(reflect.ValueOf(params).Elem())
	}
	if err != nil || len(params.ExtraFields()) == 0 {
		return values, err
	}
	extra, err := fromAny(params.ExtraFields())
	if err != nil {
		return nil, err
	}
	for name := range params.ExtraFields() {
		values.Del(name) // an extra field replaces it, or removes it if it is null
	}
	maps.Copy(values, extra)
	return values, nil
}

func fromFields(params reflect.Value) (url.Values, error) {
	fields := param.Fields(params.Type())
	values := make(url.Values, len(fields))
	list := make([]string, 0, len(fields)) // one allocation for all
	for i := range fields {
		f := &fields[i]
		if f.Query == "" {
			continue
		}
		text, set, err := format(params.Field(f.Index))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		if set || f.Required {
			list = append(list, text)
			values[f.Query] = list[len(list)-1 : len(list) : len(list)]
		}
	}
	return values, nil
}

// format returns a field as text, and whether it is set.
func format(v reflect.Value) (text string, set bool, err error) {
	switch o := v.Addr().Interface().(type) {
	case *param.Opt[string]:
		return o.Value, o.Valid(), nil
	case *param.Opt[int64]:
		return strconv.FormatInt(o.Value, 10), o.Valid(), nil
	case *param.Opt[bool]:
		return strconv.FormatBool(o.Value), o.Valid(), nil
	}
	if v.Kind() == reflect.String {
		return v.String(), v.Len() > 0, nil
	}
	return "", false, fmt.Errorf("a query parameter cannot be a %s", v.Type())
}

func fromAny(v any) (url.Values, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return FromJSON(text)
}

// FromJSON turns the members of a JSON object into values: strings as they are, arrays as repeated values, objects as
// JSON. Nulls are omitted, and a member that is repeated has all its values. A null instead of the object has none.
func FromJSON(text []byte) (url.Values, error) {
	if err := json.Unmarshal(text, &map[string]json.RawMessage{}); err != nil {
		return nil, fmt.Errorf("expected a JSON object: %w", err)
	}
	values := url.Values{}
	gjson.ParseBytes(text).ForEach(func(name, value gjson.Result) bool {
		for _, element := range value.Array() {
			switch element.Type {
			case gjson.String:
				values.Add(name.Str, element.Str)
			case gjson.Null:
			default:
				values.Add(name.Str, element.Raw)
			}
		}
		return true
	})
	return values, nil
}
