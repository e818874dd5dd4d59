package telnyx

import (
	"time"

	"github.com/team-telnyx/telnyx-go/packages/param"
)

// String returns a set optional string, also for "".
func String(s string) param.Opt[string] { return param.NewOpt(s) }

// Int returns a set optional integer, also for 0.
func Int(i int64) param.Opt[int64] { return param.NewOpt(i) }

// Bool returns a set optional bool, also for false.
func Bool(b bool) param.Opt[bool] { return param.NewOpt(b) }

// Float returns a set optional number, also for 0.
func Float(f float64) param.Opt[float64] { return param.NewOpt(f) }

// Time returns a set optional time, also for the zero time.
func Time(t time.Time) param.Opt[time.Time] { return param.NewOpt(t) }

// Opt returns a set optional value of any comparable type.
func Opt[T comparable](v T) param.Opt[T] { return param.NewOpt(v) }

// OptOmitZero returns v as a set optional value, or an omitted one if v is the zero value, such as "" or 0. Use it to
// copy a field of a response into update params, where the API may refuse "".
func OptOmitZero[T comparable](v T) (o param.Opt[T]) {
	if v != *new(T) {
		o = param.NewOpt(v)
	}
	return o
}

// Ptr returns a pointer to a copy of v.
func Ptr[T any](v T) *T { return &v }

// IntPtr returns a pointer to a copy of v.
func IntPtr(v int64) *int64 { return &v }

// BoolPtr returns a pointer to a copy of v.
func BoolPtr(v bool) *bool { return &v }

// FloatPtr returns a pointer to a copy of v.
func FloatPtr(v float64) *float64 { return &v }

// StringPtr returns a pointer to a copy of v.
func StringPtr(v string) *string { return &v }

// TimePtr returns a pointer to a copy of v.
func TimePtr(v time.Time) *time.Time { return &v }
