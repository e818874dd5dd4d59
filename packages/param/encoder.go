package param

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// MarshalObject encodes the params struct f. underlying points to f's fields under a type without methods.
// Params structs call it from MarshalJSON; the JSON is that of encoding/json, but for HTML characters, which stay as they are.
func MarshalObject[T ParamStruct](f T, underlying any) ([]byte, error) {
	if v, ok := f.Overrides(); ok {
		return json.Marshal(v)
	}
	return appendObject(make([]byte, 0, 256), reflect.ValueOf(underlying).Elem(), f.ExtraFields())
}

// UnmarshalObject decodes data into the params struct that f points to; underlying points to its fields under a type without
// methods. Members without a field become extra fields, so that encoding the struct again loses nothing.
func UnmarshalObject(data []byte, f anyParamStruct, underlying any) error {
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
		delete(members, m.name)
		field := v.Field(m.index)
		if string(raw) == "null" && field.Kind() == reflect.Slice {
			field.Set(nullSlice(field.Type()))
		} else if err := json.Unmarshal(raw, field.Addr().Interface()); err != nil {
			return err
		}
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

// A member is one field of a params struct that has a wire name.
type member struct {
	index    int
	name     string
	key      string // the name as JSON, with the colon
	omitzero bool
}

// memberLists only ever grows, by one entry for each params struct of the program.
var memberLists sync.Map // reflect.Type -> []member

func membersOf(t reflect.Type) []member {
	if list, ok := memberLists.Load(t); ok {
		return list.([]member)
	}
	var list []member
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		key := string(append(appendString(nil, name), ':'))
		list = append(list, member{index: i, name: name, key: key, omitzero: options == "omitzero"})
	}
	stored, _ := memberLists.LoadOrStore(t, list)
	return stored.([]member)
}

// appendObject appends the struct's members in their order, then the extra ones by name.
func appendObject(dst []byte, v reflect.Value, extra map[string]any) ([]byte, error) {
	dst = append(dst, '{')
	var err error
	for _, m := range membersOf(v.Type()) {
		if _, replaced := extra[m.name]; replaced {
			continue
		}
		before := len(dst)
		dst = append(appendComma(dst), m.key...)
		value := len(dst)
		if dst, err = appendField(dst, v.Field(m.index), m.omitzero); err != nil {
			return nil, err
		}
		if len(dst) == value {
			dst = dst[:before]
		}
	}
	if len(extra) > 0 {
		for _, name := range slices.Sorted(maps.Keys(extra)) {
			dst = append(appendString(appendComma(dst), name), ':')
			if dst, err = appendAny(dst, extra[name]); err != nil {
				return nil, err
			}
		}
	}
	return append(dst, '}'), nil
}

func appendComma(dst []byte) []byte {
	if dst[len(dst)-1] == '{' {
		return dst
	}
	return append(dst, ',')
}

// appendField appends nothing for a field that is to be left out.
func appendField(dst []byte, v reflect.Value, omitzero bool) ([]byte, error) {
	switch p := v.Addr().Interface().(type) {
	case interface {
		IsZero() bool
		appendJSON([]byte) ([]byte, error)
	}:
		if omitzero && p.IsZero() {
			return dst, nil
		}
		return p.appendJSON(dst)
	case *[]string:
		switch {
		case omitzero && *p == nil:
			return dst, nil
		case isNullSlice(v):
			return append(dst, "null"...), nil
		}
		return appendStrings(dst, *p), nil
	}
	switch {
	case omitzero && v.IsZero():
		return dst, nil
	case v.Kind() == reflect.String:
		return appendString(dst, v.String()), nil
	case v.Kind() == reflect.Bool:
		return strconv.AppendBool(dst, v.Bool()), nil
	case v.Kind() == reflect.Slice && isNullSlice(v):
		return append(dst, "null"...), nil
	}
	return appendAny(dst, v.Interface())
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

func appendAny(dst []byte, v any) ([]byte, error) {
	text, err := json.Marshal(v)
	return append(dst, text...), err
}

// appendString appends s as a JSON string; as in encoding/json, invalid UTF-8 becomes U+FFFD.
func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		size := 1
		if c >= utf8.RuneSelf {
			var r rune
			if r, size = utf8.DecodeRuneInString(s[i:]); r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		dst = append(dst, s[start:i]...)
		switch {
		case c >= utf8.RuneSelf:
			dst = append(dst, `\ufffd`...)
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i += size
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}
