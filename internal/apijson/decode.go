// Package apijson decodes a JSON object into a response struct in one pass over the text, and records in the struct's
// JSON field what became of each member. A member of the wrong type costs only itself: its Go field stays zero, its
// record is invalid and keeps the raw JSON, and the rest of the object is decoded.
package apijson

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// ErrNotObject is the error for a valid text that holds something other than an object.
var ErrNotObject = errors.New("expected a JSON object")

// Unmarshal decodes data into dst, a pointer to a response struct. It is what the structs' UnmarshalJSON methods call:
// data is copied, and a null leaves dst alone, both as encoding/json asks.
func Unmarshal(data []byte, dst any) error {
	if string(data) == "null" {
		return nil
	}
	return Decode(string(data), dst)
}

// Decode decodes text, which must hold one object and nothing else, into dst, a pointer to a response struct.
// Decoded strings and raw JSON are parts of text, not copies.
func Decode(text string, dst any) error {
	v := reflect.ValueOf(dst)
	if v.Kind() != reflect.Pointer || v.IsNil() || planOf(v.Type().Elem()) == nil {
		return fmt.Errorf("cannot decode into %T: want a pointer to a response struct", dst)
	}
	d := decoder{scanner: scanner{text: text}}
	v = v.Elem()
	v.SetZero()
	if d.peek() != '{' {
		if _, err := d.value(); err != nil {
			return err
		}
		if err := d.end(); err != nil {
			return err
		}
		return ErrNotObject
	}
	if err := d.object(planOf(v.Type()), v); err != nil {
		return err
	}
	return d.end()
}

type decoder struct {
	scanner
	words []string // the elements of the string array being read
}

// object decodes the object that begins here into v, which is zero.
func (d *decoder) object(p *plan, v reflect.Value) error {
	start, meta := d.pos, v.Field(p.meta)
	var extra map[string]respjson.Field
	err := d.each('}', func() error {
		name, err := d.key()
		if err != nil {
			return err
		}
		i, known := p.byName[name]
		if !known {
			t, err := d.value()
			if err != nil {
				return err
			}
			if extra == nil {
				extra = make(map[string]respjson.Field)
			}
			extra[name] = respjson.NewField(t.raw)
			return nil
		}
		f := &p.fields[i]
		record := meta.Field(f.meta).Addr().Interface().(*respjson.Field)
		value := v.Field(f.value)
		if record.Raw() != "" { // the same name again: the last one wins
			value.SetZero()
		}
		d.peek()
		from := d.pos
		fits, err := d.member(f, value)
		if err != nil {
			return err
		}
		if raw := d.text[from:d.pos]; fits {
			*record = respjson.NewField(raw)
		} else {
			value.SetZero()
			*record = respjson.NewInvalidField(raw)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, i := range p.strict {
		f := &p.fields[i]
		if record := meta.Field(f.meta).Addr().Interface().(*respjson.Field); !record.Valid() {
			return fmt.Errorf("%s is not what it must be, have %.40s", f.name, cmp.Or(record.Raw(), "nothing"))
		}
	}
	*meta.Field(p.object).Addr().Interface().(*respjson.Object) = respjson.NewObject(d.text[start:d.pos], extra)
	return nil
}

// member decodes the value that begins here into v and reports whether it fits v's type. A null always fits.
func (d *decoder) member(f *field, v reflect.Value) (fits bool, err error) {
	switch c := d.peek(); {
	case c == '{' && f.kind == object:
		return true, d.object(f.elem, v)
	case c == '[' && f.kind == objects:
		return d.objects(f.elem, v)
	case c == '[' && f.kind == texts:
		return d.texts(v.Addr().Interface().(*[]string))
	}
	t, err := d.value()
	if err != nil || t.kind() == 'n' {
		return err == nil, err
	}
	switch f.kind {
	case text:
		return t.toString(v.Addr().Interface().(*string)), nil
	case named:
		var s string
		if t.toString(&s) {
			v.SetString(s)
			return true, nil
		}
	case boolean:
		v.SetBool(t.kind() == 't')
		return t.kind() == 't' || t.kind() == 'f', nil
	case integer:
		return t.toInt(v.Addr().Interface().(*int64)), nil
	case instant:
		return t.toTime(v.Addr().Interface().(*time.Time)), nil
	case other:
		return json.Unmarshal([]byte(t.raw), v.Addr().Interface()) == nil, nil
	}
	return false, nil
}

// texts decodes an array of strings; a null element is "", as in encoding/json.
func (d *decoder) texts(dst *[]string) (fits bool, err error) {
	fits = true
	d.words = d.words[:0]
	err = d.each(']', func() error {
		t, err := d.value()
		if err != nil {
			return err
		}
		var word string
		fits = (t.kind() == 'n' || t.toString(&word)) && fits
		d.words = append(d.words, word)
		return nil
	})
	*dst = append(make([]string, 0, len(d.words)), d.words...)
	return fits, err
}

// objects decodes an array of objects. One element that is no object, a null included, spoils the array:
// an empty struct in its place would pass for an answer of the server.
func (d *decoder) objects(p *plan, dst reflect.Value) (fits bool, err error) {
	fits = true
	start, n := d.pos, 0
	err = d.each(']', func() error {
		if d.peek() != '{' {
			fits = false
			_, err := d.value()
			return err
		}
		if n == dst.Cap() {
			d.grow(dst, start, n)
		}
		n++
		dst.SetLen(n)
		return d.object(p, dst.Index(n-1))
	})
	if n == 0 {
		dst.Set(reflect.MakeSlice(dst.Type(), 0, 0))
	}
	return fits, err
}

// grow makes room for more elements: for one, then for as many as the rest of the text holds if all are like the first,
// within bounds that keep a text of tiny objects from reserving far more memory than it fills.
func (d *decoder) grow(dst reflect.Value, start, n int) {
	room := 1
	if n > 0 {
		room = min((len(d.text)-d.pos)/((d.pos-start)/n)+1, max(128, n))
	}
	dst.Grow(room)
}

// toString accepts a string, and a number for its digits.
func (t token) toString(dst *string) bool {
	switch {
	case t.kind() == '"':
		*dst = t.text()
	case t.isNumber():
		*dst = t.raw
	default:
		return false
	}
	return true
}

// toInt accepts a number with an integral value in range, 3600.0 and 36e2 included, also within a string.
func (t token) toInt(dst *int64) bool {
	digits := t.raw
	if t.kind() == '"' {
		digits = t.text()
		s := scanner{text: digits}
		if s.number() != nil || s.pos != len(digits) {
			return false
		}
	} else if !t.isNumber() {
		return false
	}
	n, ok := integral(digits)
	if ok {
		*dst = n
	}
	return ok
}

// integral is the exact value of a JSON number that has no fractional part and fits int64.
func integral(number string) (int64, bool) {
	if n, err := strconv.ParseInt(number, 10, 64); err == nil {
		return n, true
	}
	mantissa, exponent := number, 0
	if i := strings.IndexAny(number, "eE"); i >= 0 {
		mantissa = number[:i]
		var err error
		if exponent, err = strconv.Atoi(number[i+1:]); err != nil {
			exponent = 1 << 20 // beyond any int64; only a zero survives the checks below
			if number[i+1] == '-' {
				exponent = -exponent
			}
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimRight(whole+fraction, "0")
	if strings.Trim(digits, "-0") == "" {
		return 0, true
	}
	// The value is digits × 10^zeros.
	zeros := exponent + len(whole) - len(digits)
	if zeros < 0 || zeros > 19 {
		return 0, false
	}
	n, err := strconv.ParseInt(digits+strings.Repeat("0", zeros), 10, 64)
	return n, err == nil
}

// toTime accepts a string in RFC 3339 format, exactly as time.Time's UnmarshalJSON does.
func (t token) toTime(dst *time.Time) bool {
	return t.kind() == '"' && dst.UnmarshalText([]byte(t.text())) == nil
}
