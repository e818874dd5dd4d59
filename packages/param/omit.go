package param

import "strings"

type omit int

// Omit as a value in SetExtraFields omits the member or parameter of that name, even a required one.
const Omit omit = 0

// MarshalJSON returns null, which is omitted from queries.
func (omit) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// Optional is any [Opt].
type Optional interface {
	Valid() bool
	ParamNullable
}

// ParamNullable is anything that can be sent as JSON null: an [Opt] or a params struct.
type ParamNullable interface{ null() bool }

var sjsonKey = strings.NewReplacer(`\`, `\\`, "|", `\|`, "#", `\#`, "@", `\@`, "*", `\*`, ".", `\.`, ":", `\:`,
	"?", `\?`, "!", `\!`, "{", `\{`, "[", `\[`)

// EscapeSJSONKey escapes a member's name for a path of option.WithJSONSet or WithJSONDel.
func EscapeSJSONKey(name string) string { return sjsonKey.Replace(name) }
