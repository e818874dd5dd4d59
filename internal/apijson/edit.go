package apijson

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	// maxPadding bounds how far behind an array's end an element may be set: the gap is filled with nulls.
	maxPadding = 1000
	// maxSteps bounds a path: each step copies what it leads into.
	maxSteps = 100
)

// A Path leads to a value in a JSON text. ParsePath makes one.
type Path []step

// A step is one part of a path.
type step struct {
	name  string
	index int // in an array, -1 for its end; notIndex for what can only be a name
}

const notIndex = -2

// ParsePath reads names and array indexes with dots between them: "a.b.0". A backslash takes the special meaning from the
// character after it, and a colon before a number makes it a name: "a.:0". The characters #, *, ?, | and @ are refused without a
// backslash: to those who know them from other libraries they mean more than is offered here.
func ParsePath(text string) (path Path, err error) {
	name, forced, escaped := "", false, false
	add := func() {
		s := step{name, notIndex}
		if n, err := strconv.Atoi(name); err == nil && n >= -1 && !forced && strconv.Itoa(n) == name {
			s.index = n
		}
		path = append(path, s)
		name, forced = "", false
	}
	for i := range len(text) {
		switch c := text[i]; {
		case escaped:
			name, escaped = name+text[i:i+1], false
		case c == '\\':
			escaped = true
		case c == '.':
			add()
		case c == ':' && name == "" && !forced:
			forced = true
		case strings.IndexByte("#*?|@", c) >= 0:
			return nil, fmt.Errorf("the path %q has a %q without a backslash before it", text, c)
		default:
			name += text[i : i+1]
		}
	}
	add()
	switch {
	case text == "":
		return nil, errors.New("the path is empty")
	case escaped:
		return nil, fmt.Errorf("the path %q ends with a backslash that stands before nothing", text)
	case len(path) > maxSteps:
		return nil, fmt.Errorf("the path has more than %d parts", maxSteps)
	}
	return path, nil
}

// Set sets the value at path in a valid JSON text to a valid JSON value, and makes the objects and arrays on the way. All else
// stays as it is, but for white space. In an array, -1 is a new element at its end.
func Set(text []byte, path Path, value []byte) ([]byte, error) {
	changed, err := set(string(text), path, string(value))
	return []byte(changed), err
}

// Delete removes the value at path from a valid JSON text, if there is one. In an array, -1 is the last element.
func Delete(text []byte, path Path) []byte { return []byte(remove(string(text), path)) }

func set(text string, path Path, value string) (string, error) {
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
		added := part{name: path[0].name}
		if !c.isArray {
			quoted, _ := json.Marshal(added.name) // a string, which cannot fail
			added.head = string(quoted) + ":"
		}
		c.parts = append(c.parts, added)
	}
	changed, err := set(c.parts[at].value, path[1:], value)
	c.parts[at].value = changed
	return c.String(), err
}

func remove(text string, path Path) string {
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

// A part is an element, or a member with its name and what stands before its value.
type part struct{ name, head, value string }

// split takes an object or array apart. What is neither gives way to an empty one, of the kind that the next step needs.
func split(text string, next step) (c container) {
	s := newScanner(text)
	switch s.peek() {
	case '{':
		for more := s.open('}'); more; more = s.next('}') {
			s.peek()
			start := s.pos
			p := part{name: s.key()}
			p.head = text[start:s.pos]
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
		b.WriteString(p.head + p.value)
	}
	if c.isArray {
		return "[" + b.String() + "]"
	}
	return "{" + b.String() + "}"
}
