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
	return nullSlice(reflect.TypeFor[SliceT]()).Interface().(SliceT)
}

func nullSlice(t reflect.Type) reflect.Value {
	if v, ok := nullSlices.Load(t); ok {
		return v.(reflect.Value)
	}
	// Made for one element, as all slices made for none share one address; cut to no capacity, so that append moves
	// away.
	v, _ := nullSlices.LoadOrStore(t, reflect.MakeSlice(t, 1, 1).Slice3(0, 0, 0))
	return v.(reflect.Value)
}

func isNullSlice(v reflect.Value) bool {
	if v.Len() > 0 || v.IsNil() {
		return false
	}
	marker, ok := nullSlices.Load(v.Type())
	return ok && v.Pointer() == marker.(reflect.Value).Pointer()
}
