package param

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// MarshalObject encodes the params struct f, whose fields underlying points to. A field has to have a json tag with a name; of the
// tag's options, only omitzero counts. Values are encoded as encoding/json does, but for HTML characters, which stay as they are.
func MarshalObject[T ParamStruct](f T, underlying any) ([]byte, error) {
	if v, ok := f.Overrides(); ok {
		return json.Marshal(v)
	}
	v := reflect.ValueOf(underlying)
	if !pointsToStruct(v) {
		return nil, errNoStruct
	}
	return appendObject(make([]byte, 0, 384), v.Type().Elem(), v.UnsafePointer(), f.ExtraFields(), v.Elem())
}

// MarshalFields is MarshalObject for a params struct that embeds o, and that params points to. The struct can stay on the
// caller's stack, which saves a quarter of the time; its fields can be strings, bools, string slices, and Opts of string, int64
// and bool. Any other is an error.
func MarshalFields(o APIObject, params any) ([]byte, error) {
	if v, ok := o.Overrides(); ok {
		return json.Marshal(v)
	}
	v := reflect.ValueOf(params)
	if !pointsToStruct(v) {
		return nil, errNoStruct
	}
	return appendObject(make([]byte, 0, 384), v.Type().Elem(), v.UnsafePointer(), o.ExtraFields(), reflect.Value{})
}

func pointsToStruct(v reflect.Value) bool {
	return v.Kind() == reflect.Pointer && !v.IsNil() && v.Type().Elem().Kind() == reflect.Struct
}

var errNoStruct = errors.New("encoding params needs a pointer to a struct")

// A member is one field of a params struct that has a wire name.
type member struct {
	index    int
	offset   uintptr
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
		if name == "" || name == "-" || !t.Field(i).IsExported() {
			continue
		}
		key := "," + string(appendString(nil, name)) + ":"
		list = append(list, member{
			index: i, offset: t.Field(i).Offset, kind: kindOf(t.Field(i).Type), name: name, key: key, omitzero: options == "omitzero",
		})
	}
	stored, _ := memberLists.LoadOrStore(t, list)
	return stored.([]member)
}

// appendObject appends the members of the struct of type t at base in their order, then the extra ones by name, to an empty dst.
// fields is the struct too, or nothing: only fields of other kinds are read from it.
//
// The fields are read at their offsets, with unsafe, which is sound because offset and type come from t itself, base points to a
// t, and it keeps the struct alive. What reflect looks into is copied to the heap first.
func appendObject(dst []byte, t reflect.Type, base unsafe.Pointer, extra map[string]any, fields reflect.Value) ([]byte, error) {
	members := membersOf(t)
	var err error
	for i := range members {
		m := &members[i]
		if _, replaced := extra[m.name]; replaced {
			continue
		}
		before := len(dst)
		dst = append(dst, m.key...)
		value := len(dst)
		switch {
		case m.kind != other:
			dst = m.append(dst, unsafe.Add(base, m.offset))
		case fields.IsValid():
			dst, err = m.appendOther(dst, fields.Field(m.index))
		default:
			err = fmt.Errorf("%s is of a type that param.MarshalFields does not encode; param.MarshalObject does", m.name)
		}
		if err != nil {
			return nil, err
		}
		if len(dst) == value {
			dst = dst[:before]
		}
	}
	if len(extra) > 0 {
		for _, name := range slices.Sorted(maps.Keys(extra)) {
			if extra[name] == Omit {
				continue
			}
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

// append appends the field at p, nothing if it is to be left out.
func (m *member) append(dst []byte, p unsafe.Pointer) []byte {
	switch m.kind {
	case optString:
		o := (*Opt[string])(p)
		if o.Valid() {
			return appendString(dst, o.Value)
		}
		return m.appendNone(dst, o.null())
	case optInt:
		o := (*Opt[int64])(p)
		if o.Valid() {
			return strconv.AppendInt(dst, o.Value, 10)
		}
		return m.appendNone(dst, o.null())
	case optBool:
		o := (*Opt[bool])(p)
		if o.Valid() {
			return strconv.AppendBool(dst, o.Value)
		}
		return m.appendNone(dst, o.null())
	case texts:
		list := *(*[]string)(p)
		switch {
		case list == nil && m.omitzero:
			return dst
		case list != nil && len(list) == 0 && isNullSlice(reflect.ValueOf(list)):
			return append(dst, "null"...)
		}
		return appendStrings(dst, list)
	case text:
		if s := *(*string)(p); s != "" || !m.omitzero {
			return appendString(dst, s)
		}
	case boolean:
		if b := *(*bool)(p); b || !m.omitzero {
			return strconv.AppendBool(dst, b)
		}
	}
	return dst
}

// appendNone appends what an Opt without a value is sent as.
func (m *member) appendNone(dst []byte, null bool) []byte {
	if m.omitzero && !null {
		return dst
	}
	return append(dst, "null"...)
}

// appendOther is append for what is left to encoding/json.
func (m *member) appendOther(dst []byte, v reflect.Value) ([]byte, error) {
	switch {
	case v.Kind() == reflect.Slice && isNullSlice(v):
		return append(dst, "null"...), nil
	case m.omitzero && isZero(v):
		return dst, nil
	}
	return appendAny(dst, v.Interface())
}

// isZero is what encoding/json takes omitzero for.
func isZero(v reflect.Value) bool {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return true
	}
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
