package param

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
)

// MarshalObject encodes the params struct f, whose fields underlying points to. Fields need a json tag with a name; of
// the tag's options, only omitzero has an effect. Values are encoded as by encoding/json, without HTML escaping.
func MarshalObject[T ParamStruct](f T, underlying any) ([]byte, error) {
	extra := f.ExtraFields()
	if override, ok := f.Overrides(); ok {
		return marshalOverride(override, extra)
	}
	v := reflect.Indirect(reflect.ValueOf(underlying))
	if v.Kind() != reflect.Struct || !v.CanAddr() {
		return nil, errors.New("encoding params needs a pointer to a struct")
	}
	dst := make([]byte, 0, 384)
	fields := Fields(v.Type())
	for i := range fields {
		f := &fields[i]
		if _, replaced := extra[f.JSON]; replaced || f.JSON == "" {
			continue
		}
		var err error
		if dst, err = f.append(dst, v.Field(f.Index)); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return appendExtra(dst, extra)
}

func marshalOverride(v any, extra map[string]any) ([]byte, error) {
	text, err := appendJSON(nil, v)
	if err != nil || len(extra) == 0 {
		return text, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, fmt.Errorf("extra fields need a JSON object to be added to: %w", err)
	}
	all := make(map[string]any, len(members)+len(extra))
	for name, value := range members {
		all[name] = value
	}
	maps.Copy(all, extra)
	return appendExtra(nil, all)
}

// appendExtra appends the extra members to dst, in which a comma precedes each member, and returns it as an object.
func appendExtra(dst []byte, extra map[string]any) (_ []byte, err error) {
	if len(extra) > 0 { // for nothing to sort, Sorted allocates too
		for _, name := range slices.Sorted(maps.Keys(extra)) {
			if extra[name] == Omit {
				continue
			}
			if dst, err = appendJSON(appendName(dst, name), extra[name]); err != nil {
				return nil, err
			}
		}
	}
	if len(dst) == 0 {
		return []byte("{}"), nil
	}
	dst[0] = '{' // instead of the first comma
	return append(dst, '}'), nil
}

// append appends the member of the field with the value v, and nothing if it is omitted. The first switch only makes
// the common types faster.
func (f *Field) append(dst []byte, v reflect.Value) ([]byte, error) {
	before := dst
	dst = append(dst, f.key...)
	switch p := v.Addr().Interface().(type) {
	case *Opt[string]:
		if p.Valid() {
			return appendString(dst, p.Value), nil
		}
	case *Opt[bool]:
		if p.Valid() {
			return strconv.AppendBool(dst, p.Value), nil
		}
	case *[]string:
		if len(*p) > 0 || *p == nil && !f.omitzero {
			return appendStrings(dst, *p), nil
		}
	}
	switch {
	case f.omitzero && isZero(v):
		return before, nil
	case v.Kind() == reflect.String:
		return appendString(dst, v.String()), nil
	case !isNull(v):
		return appendJSON(dst, v.Interface())
	case v.Kind() == reflect.Map && v.Len() > 1:
		return nil, errors.New("a map that param.NullMap made cannot be filled; make one with make")
	}
	return append(dst, "null"...), nil
}

// appendName appends a comma, the name of a member, and a colon.
func appendName(dst []byte, name string) []byte {
	return append(appendString(append(dst, ','), name), ':')
}

func appendStrings(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, s)
	}
	return append(dst, ']')
}

// appendString appends s as a JSON string; as in encoding/json, invalid UTF-8 becomes U+FFFD.
func appendString(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			dst, _ = appendJSON(dst, s) // a string always has an encoding
			return dst
		}
	}
	return append(append(append(dst, '"'), s...), '"')
}

func appendJSON(dst []byte, v any) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// isZero reports whether v is absent, as encoding/json understands omitzero.
func isZero(v reflect.Value) bool {
	if v.IsZero() {
		return true
	}
	if v.CanAddr() && v.Kind() != reflect.Pointer {
		v = v.Addr() // Interface then needs no copy
	}
	z, ok := v.Interface().(interface{ IsZero() bool })
	return ok && z.IsZero()
}
