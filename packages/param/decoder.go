package param

import (
	"encoding/json"
	"reflect"
)

// UnmarshalObject decodes data into the params struct that f points to; underlying points to its fields.
// Members without a field become extra fields, so that encoding the struct again loses nothing.
func UnmarshalObject(data []byte, f anyParamStruct, underlying any) error {
	f.reset()
	if string(data) == "null" {
		f.override(nil)
		return nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return err
	}
	v := reflect.ValueOf(underlying).Elem()
	for _, m := range membersOf(v.Type()) {
		raw, ok := members[m.name]
		if !ok {
			continue
		}
		field, null := v.Field(m.index), string(raw) == "null"
		switch {
		case null && field.Kind() == reflect.Slice:
			field.Set(nullSlice(field.Type()))
		case null && field.Kind() != reflect.Struct:
			continue // only an Opt can hold it; an extra field keeps it
		default:
			if err := json.Unmarshal(raw, field.Addr().Interface()); err != nil {
				return err
			}
		}
		delete(members, m.name)
	}
	if len(members) > 0 {
		extra := make(map[string]any, len(members))
		for name, raw := range members {
			extra[name] = raw
		}
		f.SetExtraFields(extra)
	}
	return nil
}
