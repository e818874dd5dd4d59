package option

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"

	"github.com/team-telnyx/telnyx-go/internal/request"
)

// WithJSONSet sets a member of the JSON body. key is a path as package sjson takes it: "a.b", "list.0" for an element
// of an array, "list.-1" for a new element at its end, ":1" for a member named 1. A backslash before a character takes
// away its meaning; param.EscapeSJSONKey adds them to a name. A path with a query or wildcard changes what it matches.
// value is anything that encoding/json takes, or text as a []byte. If the endpoint takes a form, the member becomes
// part of the form. Requests without a body are not changed.
//
// What sjson would ignore or change in another place is an error: a query that matches nothing, an empty part of a
// path, a path below a string, number or boolean.
func WithJSONSet(key string, value any) RequestOption {
	if plain, ok := value.([]byte); ok {
		value = string(plain)
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return refused("WithJSONSet", "%w", err)
	}
	return edit("WithJSONSet", key, encoded)
}

// WithJSONDel removes a member of the JSON body if it is there. key is a path as for WithJSONSet, but without queries,
// wildcards and quotation marks; "list.-1" is the last element of an array.
func WithJSONDel(key string) RequestOption {
	if strings.Contains(key, `"`) { // sjson would not find where the name begins
		return refused("WithJSONDel", "a member with a quotation mark in its name cannot be removed")
	}
	return edit("WithJSONDel", key, nil)
}

// edit returns the option that sets the value at the path key, or deletes it if value is nil.
func edit(option, key string, value []byte) RequestOption {
	path, err := parseJSONPath(key)
	if err != nil {
		return refused(option, "the path %q %w", key, err)
	}
	change := func(body []byte) ([]byte, error) {
		changed, err := path.edit(body, value)
		if err != nil {
			return nil, fmt.Errorf("option.%s: the path %q: %w", option, key, err)
		}
		return changed, nil
	}
	return set(func(c *request.Config) { c.JSON = append(c.JSON, change) })
}

// A jsonPath is a path of sjson, and its parts as gjson takes them.
type jsonPath struct {
	text    string
	parts   []string
	queries bool // has a query or wildcard
}

func parseJSONPath(text string) (p jsonPath, err error) {
	if !utf8.ValidString(text) {
		return p, errors.New("is not valid UTF-8")
	}
	p.text = text
	start := 0
	for i := 0; i <= len(text); i++ {
		switch {
		case i == len(text) || text[i] == '.':
			p.parts = append(p.parts, strings.TrimPrefix(text[start:i], ":"))
			start = i + 1
		case text[i] == '\\':
			if i++; i == len(text) {
				return p, errors.New("ends with a backslash")
			}
		case strings.IndexByte("#*?|@", text[i]) >= 0:
			p.queries = true
		}
	}
	for _, part := range p.parts {
		switch {
		case p.queries: // a dot in a query does not separate
		case part == "":
			return p, errors.New("has an empty part")
		case strings.IndexByte("!{[", part[0]) >= 0:
			return p, fmt.Errorf("needs a backslash before the %q", part[0])
		}
	}
	return p, nil
}

func (p jsonPath) edit(body, value []byte) (changed []byte, err error) {
	if !json.Valid(body) {
		return nil, errors.New("the body is not JSON")
	}
	if err := p.check(body, value != nil); err != nil {
		return nil, err
	}
	if value == nil {
		changed, err = sjson.DeleteBytes(body, p.text)
	} else {
		changed, err = sjson.SetRawBytes(body, p.text, value)
	}
	if err == nil && !json.Valid(changed) { // nested too deep
		err = errors.New("the result would not be JSON")
	}
	return changed, err
}

// check refuses a path where sjson would change nothing, or the wrong place.
func (p jsonPath) check(body []byte, set bool) error {
	if p.queries {
		const mark = " 0" // differs from any value, as none begins with a space
		if marked, _ := sjson.SetRawBytes(body, p.text, []byte(mark)); set && string(marked) == string(body) {
			return errors.New("matches nothing that can be set")
		}
		return nil
	}
	at := gjson.ParseBytes(body)
	for _, part := range p.parts {
		if set && at.Exists() && at.Type != gjson.JSON && at.Type != gjson.Null {
			return fmt.Errorf("%q would replace a value that is no object or array", part)
		}
		name, found := unescape.Replace(part), 0
		at.ForEach(func(key, _ gjson.Result) bool {
			if key.Type == gjson.String && key.Str == name {
				found++
			}
			return true
		})
		if found > 1 {
			return fmt.Errorf("the body has more than one member %q", name)
		}
		at = at.Get(part)
	}
	return nil
}

var unescape = strings.NewReplacer(`\\`, `\`, `\`, "")
