package oauthverify

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// An object is a JSON object, member by member. Names are compared as they are: Scope is not scope.
type object []member

type member struct {
	name  string
	value gjson.Result
}

// parseObject reads a JSON object in UTF-8 that has no member twice, at any depth.
func parseObject(text string) (object, error) {
	switch {
	case !utf8.ValidString(text):
		return nil, errors.New("it is not UTF-8")
	case !json.Valid([]byte(text)): // which limits the depth; gjson checks nothing
		return nil, errors.New("it is not JSON")
	}
	v := gjson.Parse(text)
	if !v.IsObject() {
		return nil, errors.New("it is no JSON object")
	}
	return unique(v)
}

func unique(v gjson.Result) (o object, err error) {
	v.ForEach(func(name, value gjson.Result) bool {
		if v.IsObject() {
			if o.has(name.Str) {
				err = fmt.Errorf("the member %.40q is there twice", name.Str)
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

// text is a member that must be a string where it is there.
func (o object) text(name string) (string, error) {
	v := o.get(name)
	if v.Exists() && v.Type != gjson.String {
		return "", fmt.Errorf("%s is no string", name)
	}
	return v.Str, nil
}

// list is a member that must be an array of strings where it is there.
func (o object) list(name string) (list []string, err error) {
	v := o.get(name)
	if !v.Exists() {
		return nil, nil
	}
	if !v.IsArray() {
		return nil, fmt.Errorf("%s is no array", name)
	}
	v.ForEach(func(_, item gjson.Result) bool {
		if item.Type != gjson.String {
			err = fmt.Errorf("%s has an element that is no string", name)
		}
		list = append(list, item.Str)
		return err == nil
	})
	return list, err
}
