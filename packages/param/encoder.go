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
	return appendObject(make([]byte, 0, 384), reflect.ValueOf(underlying).Elem(), f.ExtraFields())
}

// UnmarshalObject decodes data into the params struct that f points to; underlying points to its fields under a type without
// methods. Members without a field become extra fields, so that encoding the struct again loses nothing.
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

// A member is one field of a params struct that has a wire name.
type member struct {
	index    int
	kind     kind
	name     string
	key      string // a comma, the name as JSON, and the colon
	omitzero bool
}

// A kind is a type that is encoded without encoding/json.
type kind uint8

const (
	other kind = iota
	optString
	optInt
	optBool
	text
	texts
	boolean
)

func kindOf(t reflect.Type) kind {
	switch t {
	case reflect.TypeFor[Opt[string]]():
		return optString
	case reflect.TypeFor[Opt[int64]]():
		return optInt
	case reflect.TypeFor[Opt[bool]]():
		return optBool
	case reflect.TypeFor[[]string]():
		return texts
	}
	switch t.Kind() {
	case reflect.String:
		return text
	case reflect.Bool:
		return boolean
	}
	return other
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
		key := "," + string(appendString(nil, name)) + ":"
		list = append(list, member{
			index: i, kind: kindOf(t.Field(i).Type), name: name, key: key, omitzero: options == "omitzero",
		})
	}
	stored, _ := memberLists.LoadOrStore(t, list)
	return stored.([]member)
}

// appendObject appends the struct's members in their order, then the extra ones by name, to an empty dst.
func appendObject(dst []byte, v reflect.Value, extra map[string]any) ([]byte, error) {
	members := membersOf(v.Type())
	var err error
	for i := range members {
		m := &members[i]
		if _, replaced := extra[m.name]; replaced {
			continue
		}
		before := len(dst)
		dst = append(dst, m.key...)
		value := len(dst)
		if dst, err = m.append(dst, v.Field(m.index)); err != nil {
			return nil, err
		}
		if len(dst) == value {
			dst = dst[:before]
		}
	}
	if len(extra) > 0 {
		for _, name := range slices.Sorted(maps.Keys(extra)) {
			dst = append(appendString(append(dst, ','), name), ':')
			if dst, err = appendAny(dst, extra[name]); err != nil {
				return nil, err
			}
		}
	}
	if len(dst) == 0 {
		return append(dst, "{}"...), nil
	}
	dst[0] = '{' // instead of the first comma
	return append(dst, '}'), nil
}

// append appends nothing for a field that is to be left out.
func (m *member) append(dst []byte, v reflect.Value) ([]byte, error) {
	absent := false
	switch m.kind {
	case optString:
		o, _ := reflect.TypeAssert[Opt[string]](v)
		if o.Valid() {
			return appendString(dst, o.Value), nil
		}
		absent = !o.null()
	case optInt:
		o, _ := reflect.TypeAssert[Opt[int64]](v)
		if o.Valid() {
			return strconv.AppendInt(dst, o.Value, 10), nil
		}
		absent = !o.null()
	case optBool:
		o, _ := reflect.TypeAssert[Opt[bool]](v)
		if o.Valid() {
			return strconv.AppendBool(dst, o.Value), nil
		}
		absent = !o.null()
	case texts:
		absent = v.IsNil()
		if absent && !m.omitzero || !absent && !isNullSlice(v) {
			list, _ := reflect.TypeAssert[[]string](v)
			return appendStrings(dst, list), nil
		}
	case text:
		if absent = v.Len() == 0; !absent || !m.omitzero {
			return appendString(dst, v.String()), nil
		}
	case boolean:
		if absent = !v.Bool(); !absent || !m.omitzero {
			return strconv.AppendBool(dst, v.Bool()), nil
		}
	case other:
		absent = isZero(v)
		if null := v.Kind() == reflect.Slice && isNullSlice(v); !null && !(absent && m.omitzero) {
			return appendAny(dst, v.Interface())
		}
	}
	if absent && m.omitzero {
		return dst, nil
	}
	return append(dst, "null"...), nil
}

// isZero is what encoding/json takes omitzero for.
func isZero(v reflect.Value) bool {
	if z, ok := v.Interface().(interface{ IsZero() bool }); ok {
		return z.IsZero()
	}
	return v.IsZero()
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
	if isPlain(s) {
		return append(append(append(dst, '"'), s...), '"')
	}
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
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

// isPlain reports strings of printable ASCII that need no escape. It looks twice, but fast.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i]-' ' > '~'-' ' {
			return false
		}
	}
	return strings.IndexByte(s, '"') < 0 && strings.IndexByte(s, '\\') < 0
}
