package param

import (
	"encoding/json"
	"reflect"
)

// UnmarshalObject decodes data into the params struct that f points to; underlying points to its fields.
// Members without a field become extra fields, so that encoding the struct again loses nothing.
func UnmarshalObject(data []byte, f anyParamStruct, underlying any) error {
	f.reset()
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return err
	}
	if members == nil { // data is a null
		f.override(nil)
		return nil
	}
	fields := reflect.ValueOf(underlying).Elem()
	for _, f := range Fields(fields.Type()) {
		v := fields.Field(f.Index)
		raw, ok := members[f.JSON]
		if !ok || f.JSON == "" {
			continue
		}
		_, isNullable := v.Addr().Interface().(ParamNullable)
		if string(raw) != "null" || isNullable {
			if err := json.Unmarshal(raw, v.Addr().Interface()); err != nil {
				return err
			}
		} else if v.Kind() == reflect.Slice || v.Kind() == reflect.Map && v.Type().Key() == nullKey.Type() {
			v.Set(nullOf(v.Type()))
		} else {
			continue // the field cannot hold a null, an extra field can
		}
		delete(members, f.JSON)
	}
	extra := make(map[string]any, len(members))
	for name, raw := range members {
		extra[name] = raw
	}
	f.SetExtraFields(extra)
	return nil
}
