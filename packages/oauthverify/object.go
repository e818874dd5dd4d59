package oauthverify

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// An object holds the members of a JSON object. Names are case-sensitive.
type object []member

type member struct {
	name  string
	value gjson.Result
}

// parseObject reads a JSON object in UTF-8. A duplicate member, at any depth, is an error.
func parseObject(text string) (object, error) {
	switch {
	case !utf8.ValidString(text):
		return nil, errors.New("it is not UTF-8")
	case !json.Valid([]byte(text)): // which limits the depth; gjson checks nothing
		return nil, errors.New("it is not JSON")
	}
	v := gjson.Parse(text)
	if !v.IsObject() {
		return nil, errors.New("it is not a JSON object")
	}
	return unique(v)
}

func unique(v gjson.Result) (o object, err error) {
	v.ForEach(func(name, value gjson.Result) bool {
		if v.IsObject() {
			if o.has(name.Str) {
				err = fmt.Errorf("the member %.40q is duplicated", name.Str)
				return false
			}
			o = append(o, member{name.Str, value})
		}
		if value.IsObject() || value.IsArray() {
			_, err = unique(value)
		}
		return err == nil
	})
	return o, err
}

func (o object) get(name string) gjson.Result {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return gjson.Result{}
}

func (o object) has(name string) bool { return o.get(name).Exists() }

// text returns a member that must be a string, or "" if it is absent.
func (o object) text(name string) (string, error) {
	v := o.get(name)
	if v.Exists() && v.Type != gjson.String {
		return "", fmt.Errorf("%s is not a string", name)
	}
	return v.Str, nil
}

// list returns a member that must be an array of strings, or nil if it is absent.
func (o object) list(name string) (list []string, err error) {
	v := o.get(name)
	if !v.Exists() {
		return nil, nil
	}
	if !v.IsArray() {
		return nil, fmt.Errorf("%s is not an array", name)
	}
	v.ForEach(func(_, item gjson.Result) bool {
		if item.Type != gjson.String {
			err = fmt.Errorf("%s has an element that is not a string", name)
		}
		list = append(list, item.Str)
		return err == nil
	})
	return list, err
}
