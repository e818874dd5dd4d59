package apijson

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxPadding bounds how far behind an array's end an element may be set: the gap is filled with nulls.
const maxPadding = 1000

// Set sets the value at path in a valid JSON text, and makes the objects and arrays on the way. All else stays as it is, but
// for white space.
//
// A path is names and array indexes with dots between them ("a.b.0"). In an array, -1 is a new element at its end. A backslash
// takes the special meaning from a dot, a colon or itself, and a colon before a number makes it a name ("a.:0").
func Set(text []byte, path string, value any) ([]byte, error) {
	if plain, ok := value.([]byte); ok {
		value = string(plain)
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	changed, err := set(string(text), parsePath(path), string(encoded))
	return []byte(changed), err
}

// Delete removes the value at path from a valid JSON text, if there is one. In an array, -1 is the last element.
func Delete(text []byte, path string) []byte {
	return []byte(remove(string(text), parsePath(path)))
}

// A step is one part of a path.
type step struct {
	name  string
	index int // in an array, -1 for its end; notIndex for what can only be a name
}

const notIndex = -2

func parsePath(path string) (steps []step) {
	name, forced, escaped := "", false, false
	add := func() {
		s := step{name, notIndex}
		if n, err := strconv.Atoi(name); err == nil && n >= -1 && !forced {
			s.index = n
		}
		steps = append(steps, s)
		name, forced = "", false
	}
	for i := range len(path) {
		switch c := path[i]; {
		case escaped:
			name, escaped = name+path[i:i+1], false
		case c == '\\':
			escaped = true
		case c == '.':
			add()
		case c == ':' && name == "" && !forced:
			forced = true
		default:
			name += path[i : i+1]
		}
	}
	add()
	return steps
}

func set(text string, path []step, value string) (string, error) {
	if len(path) == 0 {
		return value, nil
	}
	c := split(text, path[0])
	at := c.find(path[0])
	if at < 0 && c.isArray {
		switch gap := path[0].index - len(c.parts); {
		case path[0].index == notIndex:
			return "", fmt.Errorf("%q is no index of an array", path[0].name)
		case gap > maxPadding:
			return "", fmt.Errorf("the index %d is more than %d behind the end of the array", path[0].index, maxPadding)
		default:
			for range gap {
				c.parts = append(c.parts, part{value: "null"})
			}
		}
	}
	if at < 0 {
		at = len(c.parts)
		c.parts = append(c.parts, part{name: path[0].name})
	}
	changed, err := set(c.parts[at].value, path[1:], value)
	c.parts[at].value = changed
	return c.String(), err
}

func remove(text string, path []step) string {
	c := split(text, path[0])
	at := c.find(path[0])
	if c.isArray && path[0].index == -1 {
		at = len(c.parts) - 1
	}
	switch {
	case at < 0:
		return text
	case len(path) == 1:
		c.parts = slices.Delete(c.parts, at, at+1)
	default:
		c.parts[at].value = remove(c.parts[at].value, path[1:])
	}
	return c.String()
}

// A container is an object or array in its parts.
type container struct {
	isArray bool
	parts   []part
}

type part struct{ name, value string } // the name only of a member

// split takes an object or array apart. What is neither gives way to an empty one, of the kind that the next step needs.
func split(text string, next step) (c container) {
	s := scanner{text: text}
	switch s.peek() {
	case '{':
		for more := s.open('}'); more; more = s.next('}') {
			p := part{name: s.key()}
			p.value = s.value().raw
			c.parts = append(c.parts, p)
		}
	case '[':
		c.isArray = true
		for more := s.open(']'); more; more = s.next(']') {
			c.parts = append(c.parts, part{value: s.value().raw})
		}
	default:
		c.isArray = next.index != notIndex
	}
	return c
}

// find returns where a step leads, -1 if nowhere. Of members with one name, the last counts.
func (c container) find(s step) int {
	if c.isArray {
		if s.index >= len(c.parts) {
			return -1
		}
		return max(s.index, -1)
	}
	for i, p := range slices.Backward(c.parts) {
		if p.name == s.name {
			return i
		}
	}
	return -1
}

// String puts the parts together again.
func (c container) String() string {
	var b strings.Builder
	for i, p := range c.parts {
		if i > 0 {
			b.WriteByte(',')
		}
		if !c.isArray {
			name, _ := json.Marshal(p.name)
			b.Write(name)
			b.WriteByte(':')
		}
		b.WriteString(p.value)
	}
	if c.isArray {
		return "[" + b.String() + "]"
	}
	return "{" + b.String() + "}"
}
