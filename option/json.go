package option

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"

	"github.com/team-telnyx/telnyx-go/internal/request"
)

// WithJSONSet sets a member of the JSON body. key is a path as package sjson takes it: "a.b", "list.0" for an element
// of an array, "list.-1" for a new element at its end, ":1" for a member named 1. A backslash escapes a character;
// param.EscapeSJSONKey escapes a name. A path with a query or wildcard changes what it matches.
// value is anything that encoding/json takes, or text as a []byte. If the endpoint takes a form, the member becomes
// part of the form. Requests without a body are not changed.
//
// A path that sjson would ignore, or with which it would change something else, is an error: a query that matches
// nothing, an empty part, a part below a string, number or boolean.
func WithJSONSet(key string, value any) RequestOption {
	if plain, ok := value.([]byte); ok {
		value = string(plain)
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return refused("WithJSONSet", "%w", err)
	}
	return edit("WithJSONSet", key, true, func(body []byte) ([]byte, error) {
		return sjson.SetRawBytes(body, key, encoded)
	})
}

// WithJSONDel removes a member of the JSON body if it is there. key is a path as for WithJSONSet, but without queries,
// wildcards and quotation marks; "list.-1" is the last element of an array.
func WithJSONDel(key string) RequestOption {
	if strings.Contains(key, `"`) { // in which sjson would not find the beginning of the name
		return refused("WithJSONDel", "a member with a quotation mark in its name cannot be removed")
	}
	return edit("WithJSONDel", key, false, func(body []byte) ([]byte, error) { return sjson.DeleteBytes(body, key) })
}

// edit returns the option that sets or deletes what is at a path.
func edit(option, path string, sets bool, apply func(body []byte) ([]byte, error)) RequestOption {
	parts, err := splitPath(path)
	if err != nil {
		return refused(option, "the path %q %w", path, err)
	}
	change := func(body []byte) (changed []byte, err error) {
		if err = checkPath(body, path, parts, sets); err == nil {
			changed, err = apply(body)
		}
		if err == nil && !json.Valid(changed) { // nested too deep
			err = errors.New("the result would not be JSON")
		}
		if err != nil {
			return nil, fmt.Errorf("option.%s: the path %q: %w", option, path, err)
		}
		return changed, nil
	}
	return set(func(c *request.Config) { c.JSON = append(c.JSON, change) })
}

// splitPath returns the parts of a path as gjson takes them. It returns none if the path has a query or wildcard, in
// which a dot need not be a separator.
func splitPath(path string) (parts []string, err error) {
	switch {
	case !utf8.ValidString(path):
		return nil, errors.New("is not valid UTF-8")
	case strings.HasSuffix(strings.ReplaceAll(path, `\\`, ""), `\`):
		return nil, errors.New("ends with a backslash")
	}
	start := 0
	for i := 0; i <= len(path); i++ {
		switch {
		case i == len(path) || path[i] == '.':
			part := strings.TrimPrefix(path[start:i], ":")
			if part == "" {
				return nil, errors.New("has an empty part")
			}
			if strings.IndexByte("!{[", part[0]) >= 0 {
				return nil, fmt.Errorf("needs a backslash before the %q", part[0])
			}
			parts, start = append(parts, part), i+1
		case path[i] == '\\':
			i++
		case strings.IndexByte("#*?|@", path[i]) >= 0:
			return nil, nil
		}
	}
	return parts, nil
}

// checkPath returns an error if sjson would change nothing in the body, or something else than the path says.
func checkPath(body []byte, path string, parts []string, sets bool) error {
	if !json.Valid(body) {
		return errors.New("the body is not JSON")
	}
	if parts == nil && sets {
		const mark = " 0" // unlike any value in the body: none begins with a space
		if marked, _ := sjson.SetRawBytes(body, path, []byte(mark)); string(marked) == string(body) {
			return errors.New("matches nothing that can be set")
		}
	}
	at := gjson.ParseBytes(body)
	for _, part := range parts {
		if sets && at.Exists() && at.Type != gjson.JSON && at.Type != gjson.Null {
			return fmt.Errorf("%q would replace a value that is no object or array", part)
		}
		name, found := unescape.Replace(part), 0
		if _, err := strconv.Atoi(name); err == nil && name != part && sets && !at.IsObject() {
			return fmt.Errorf("%q would become an index; a member named %s is :%s", part, name, name)
		}
		at.ForEach(func(key, _ gjson.Result) bool {
			if key.Str == name {
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
