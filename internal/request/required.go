package request

import (
	"cmp"
	"reflect"
	"strings"
	"sync"

	"github.com/team-telnyx/telnyx-go/packages/param"
)

// A requiredField is a field of a params struct that must not be empty.
type requiredField struct {
	index      int
	name, wire string
}

// requiredFields only ever grows, by one entry for each params struct of the program.
var requiredFields sync.Map // reflect.Type -> []requiredField

// emptyRequired returns the required fields of a params struct that are neither set nor forced. A false is a value.
func emptyRequired(params any) (empty []requiredField) {
	p, ok := params.(param.ParamStruct)
	if !ok {
		return nil
	}
	if _, forced := p.Overrides(); forced {
		return nil
	}
	v := reflect.Indirect(reflect.ValueOf(params))
	for _, f := range requiredOf(v.Type()) {
		if _, forced := p.ExtraFields()[f.wire]; !forced && v.Field(f.index).IsZero() {
			empty = append(empty, f)
		}
	}
	return empty
}

func requiredOf(t reflect.Type) []requiredField {
	if list, ok := requiredFields.Load(t); ok {
		return list.([]requiredField)
	}
	var list []requiredField
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Tag.Get("api") != "required" || f.Type.Kind() == reflect.Bool {
			continue
		}
		wire, _, _ := strings.Cut(cmp.Or(f.Tag.Get("query"), f.Tag.Get("json")), ",")
		list = append(list, requiredField{index: i, name: f.Name, wire: wire})
	}
	stored, _ := requiredFields.LoadOrStore(t, list)
	return stored.([]requiredField)
}
