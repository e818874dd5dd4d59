package param

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// MarshalObject encodes the params struct f, whose fields underlying points to. A field must have a json tag with a
// name; of the tag's options, only omitzero counts. Values are encoded as encoding/json does, except that HTML
// characters are not escaped.
func MarshalObject[T ParamStruct](f T, underlying any) ([]byte, error) {
	if v, ok := f.Overrides(); ok {
		return json.Marshal(v)
	}
	v := reflect.ValueOf(underlying)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil, errors.New("encoding params needs a pointer to a struct")
	}
	return appendObject(make([]byte, 0, 384), v.Elem(), f.ExtraFields())
}

// A member is one field of a params struct that has a wire name.
type member struct {
	index    int
	name     string
	key      string // a comma, the name as JSON, and the colon
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
		if name == "" || name == "-" || !t.Field(i).IsExported() {
			continue
		}
		key := "," + string(appendString(nil, name)) + ":"
		list = append(list, member{index: i, name: name, key: key, omitzero: options == "omitzero"})
	}
	stored, _ := memberLists.LoadOrStore(t, list)
	return stored.([]member)
}

// appendObject appends the members of the struct v in their order, then the extra ones by name, to an empty dst.
func appendObject(dst []byte, v reflect.Value, extra map[string]any) (_ []byte, err error) {
	for _, m := range membersOf(v.Type()) {
		field := v.Field(m.index)
		if _, replaced := extra[m.name]; replaced || m.omitzero && isZero(field) {
			continue
		}
		if dst, err = appendField(append(dst, m.key...), field); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		if extra[name] == Omit {
			continue
		}
		dst = append(appendString(append(dst, ','), name), ':')
		if dst, err = appendAny(dst, extra[name]); err != nil {
			return nil, err
		}
	}
	if len(dst) == 0 {
		return append(dst, "{}"...), nil
	}
	dst[0] = '{' // instead of the first comma
	return append(dst, '}'), nil
}

// appendField appends the value of a field. Types that are not listed are left to encoding/json.
func appendField(dst []byte, v reflect.Value) ([]byte, error) {
	switch p := v.Addr().Interface().(type) {
	case *Opt[string]:
		if p.Valid() {
			return appendString(dst, p.Value), nil
		}
	case *Opt[int64]:
		if p.Valid() {
			return strconv.AppendInt(dst, p.Value, 10), nil
		}
	case *Opt[bool]:
		if p.Valid() {
			return strconv.AppendBool(dst, p.Value), nil
		}
	case *[]string:
		if !isNullSlice(v) {
			return appendStrings(dst, *p), nil
		}
	}
	switch {
	case v.Kind() == reflect.String:
		return appendString(dst, v.String()), nil
	case v.Kind() == reflect.Slice && isNullSlice(v):
		return append(dst, "null"...), nil
	}
	return appendAny(dst, v.Interface())
}

// isZero is what encoding/json takes omitzero for.
func isZero(v reflect.Value) bool {
	p := v.Addr()
	if v.Kind() == reflect.Pointer {
		if p = v; v.IsNil() {
			return true
		}
	}
	if z, ok := p.Interface().(interface{ IsZero() bool }); ok {
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
