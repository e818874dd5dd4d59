package param

import (
	"reflect"
	"sync"
)

// nullSlices has the slice of each type that stands for null.
var nullSlices sync.Map // reflect.Type of the slice -> reflect.Value

// NullSlice returns an empty slice that is sent as JSON null; another empty slice is sent as []. It is recognised by
// its address: after an append, it is an ordinary slice.
func NullSlice[SliceT ~[]T, T any]() SliceT {
	return nullOf(reflect.TypeFor[SliceT]()).Interface().(SliceT)
}

// NullMap returns a map that is sent as JSON null; another empty map is sent as {}. It is recognised by a special key,
// so its length is 1. Do not add to it: encoding it would then be an error.
func NullMap[MapT ~map[string]T, T any]() MapT {
	return nullOf(reflect.TypeFor[MapT]()).Interface().(MapT)
}

// nullKey is the key of null maps. It is not UTF-8, so it cannot come from JSON.
var nullKey = reflect.ValueOf("null\xff")

// nullOf returns the slice that stands for null, or a new such map if t is a map with strings as keys.
func nullOf(t reflect.Type) reflect.Value {
	if t.Kind() == reflect.Map {
		m := reflect.MakeMap(t)
		m.SetMapIndex(nullKey, reflect.Zero(t.Elem()))
		return m
	}
	// It is made for one element, as all slices without capacity share an address, and cut to capacity 0, so that
	// append allocates.
	v, ok := nullSlices.Load(t)
	if !ok {
		v, _ = nullSlices.LoadOrStore(t, reflect.MakeSlice(t, 1, 1).Slice3(0, 0, 0))
	}
	return v.(reflect.Value)
}

func isNull(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Invalid:
		return false
	case reflect.Slice:
		if v.Len() > 0 || v.IsNil() {
			return false
		}
		marker, ok := nullSlices.Load(v.Type())
		return ok && v.Pointer() == marker.(reflect.Value).Pointer()
	case reflect.Map:
		return v.Type().Key() == nullKey.Type() && v.MapIndex(nullKey).IsValid()
	}
	n, ok := v.Interface().(ParamNullable)
	return ok && !(v.Kind() == reflect.Pointer && v.IsNil()) && n.null()
}
