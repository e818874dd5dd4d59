package param

import (
	"reflect"
	"sync"
)

// nullSlices holds the one slice of each type that stands for null. It only ever grows, by an entry for each such type.
var nullSlices sync.Map // reflect.Type of the slice -> reflect.Value

// NullSlice returns an empty slice that is sent as JSON null, where an ordinary empty slice is sent as []. It is
// recognised by its memory: what append makes of it is an ordinary slice.
func NullSlice[SliceT ~[]T, T any]() SliceT {
	return nullOf(reflect.TypeFor[SliceT]()).Interface().(SliceT)
}

// NullMap returns a map that is sent as JSON null, where an ordinary empty map is sent as {}. It is recognised by a key
// of its own, so its length is 1. Do not add to it: encoding it then is an error.
func NullMap[MapT ~map[string]T, T any]() MapT {
	return nullOf(reflect.TypeFor[MapT]()).Interface().(MapT)
}

// nullKey is in null maps alone: it is not UTF-8, so it cannot come from JSON.
var nullKey = reflect.ValueOf("null\xff")

// nullOf returns the null of a type of slice, or a new one of a type of map with strings as keys.
func nullOf(t reflect.Type) reflect.Value {
	if t.Kind() == reflect.Map {
		m := reflect.MakeMap(t)
		m.SetMapIndex(nullKey, reflect.Zero(t.Elem()))
		return m
	}
	// Made for one element, as all slices made for none share one address; cut to no capacity, so that append moves
	// away.
	v, ok := nullSlices.Load(t)
	if !ok {
		v, _ = nullSlices.LoadOrStore(t, reflect.MakeSlice(t, 1, 1).Slice3(0, 0, 0))
	}
	return v.(reflect.Value)
}

func isNull(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice:
		if v.Len() > 0 || v.IsNil() {
			return false
		}
		marker, ok := nullSlices.Load(v.Type())
		return ok && v.Pointer() == marker.(reflect.Value).Pointer()
	case reflect.Map:
		return v.Type().Key() == nullKey.Type() && v.MapIndex(nullKey).IsValid()
	case reflect.Invalid:
		return false
	case reflect.Pointer:
		if v.IsNil() {
			return false
		}
	}
	n, ok := v.Interface().(ParamNullable)
	return ok && n.null()
}
