package telnyx

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// printRedacted prints a struct as %+v does, without its metadata and without secrets.
func printRedacted(f fmt.State, v any) {
	rv := reflect.ValueOf(v)
	var parts []string
	for i := range rv.NumField() {
		field := rv.Type().Field(i)
		wire, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if wire == "" || wire == "-" || rv.Field(i).IsZero() {
			continue
		}
		text := redact.Mask
		if !redact.Name(wire) {
			text = redact.Redactor{}.Text(fmt.Sprint(rv.Field(i).Interface()))
		}
		parts = append(parts, field.Name+":"+text)
	}
	fmt.Fprintf(f, "{%s}", strings.Join(parts, " "))
}
