package param

import (
	"reflect"
	"strings"
	"sync"
)

// A Field is what the tags say about a field of a params struct with a wire name.
type Field struct {
	Index    int
	Name     string // in Go
	Query    string // the query parameter; empty for none
	JSON     string // the JSON member; empty for none
	Required bool

	omitzero bool
	key      string // a comma, the JSON name in quotes, and a colon
}

// plans has the fields of each type of params struct, an entry for each type.
var plans sync.Map // reflect.Type -> []Field

// Fields returns the fields of the struct type t that have a wire name, in their order. The slice must not be changed:
// it is made once for each type.
func Fields(t reflect.Type) []Field {
	plan, ok := plans.Load(t)
	if !ok {
		plan, _ = plans.LoadOrStore(t, planOf(t))
	}
	return plan.([]Field)
}

func planOf(t reflect.Type) (plan []Field) {
	for i := range t.NumField() {
		f := t.Field(i)
		query, _, _ := strings.Cut(f.Tag.Get("query"), ",")
		json, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		query, json = strings.TrimPrefix(query, "-"), strings.TrimPrefix(json, "-")
		if f.IsExported() && query+json != "" {
			plan = append(plan, Field{
				Index: i, Name: f.Name, Query: query, JSON: json, Required: f.Tag.Get("api") == "required",
				omitzero: options == "omitzero", key: string(appendName(nil, json)),
			})
		}
	}
	return plan
}
