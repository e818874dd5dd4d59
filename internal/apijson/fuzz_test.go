package apijson

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// FuzzDecode compares the decoder with encoding/json: the same texts are valid, and each member has the same value, or
// is invalid by a rule that only the decoder has.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `[]`,
		`{"text":"a\u00e9\ud83d\ude00\ud83d","word":"\"","flag":true,"count":12,"when":"2026-01-02T03:04:05Z"}`,
		`{"texts":["x",null,"y"],"one":{"id":"1","id":"2"},"many":[{"id":"2"},{}],"any":{"k":[1,null]},"more":[{}]}`,
		`{"many":[{"id":"1","x":1},{"x":2,"id":"3"},{"id" :"4"},{"id":"5","id":"6"}]}`, `{"when":"2026-01-02 03:04:05+0100"}`,
		`{"when":"2026-01-02"}`,
		`{"count":"3600","count":3600.0,"count":9223372036854775808}`, `{"text":10015,"texts":[1,"2"],"many":[null]}`,
		"{\"text\":\"\xff\xc3\x28\",\"texts\":[\"\xed\xa0\x80\"]}", `{"text":"` + strings.Repeat("long ", 20) + `\\"}`,
		`{"a":[[[[{"b":{}}]]]]}`, ` {"flag" : "true" , "flag":1 } `,
		`{"text":"` + "\u2028" + `","when":"2026-13-40T99:00:00Z"}`, `{"":{"":""}}`, `{"count":-0.0e-0,"count":1E400}`,
		`{"text":"\u12"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var r record
		err := Decode(string(data), &r)

		invalid := err != nil && strings.HasPrefix(err.Error(), "invalid JSON at byte ")
		if valid := json.Valid(data); valid == invalid {
			t.Fatalf("valid: %v, but: %v", valid, err)
		}
		var members map[string]json.RawMessage
		if json.Unmarshal(data, &members) != nil || members == nil {
			if err == nil {
				t.Fatalf("%q decoded, but is no object", data)
			}
			return
		}
		if err != nil {
			t.Fatalf("an object was refused: %v", err)
		}
		if raw := r.JSON.RawJSON(); raw != strings.Trim(string(data), " \t\r\n") {
			t.Fatalf("raw JSON is %q", raw)
		}
		same(t, members, "text", r.Text, r.JSON.Text)
		same(t, members, "word", r.Word, r.JSON.Word)
		same(t, members, "flag", r.Flag, r.JSON.Flag)
		same(t, members, "count", r.Count, r.JSON.Count)
		same(t, members, "when", r.When, r.JSON.When)
		same(t, members, "texts", r.Texts, r.JSON.Texts)
		same(t, members, "any", r.Any, r.JSON.Any)
		sameObject(t, members["one"], r.One, r.JSON.One)
		sameObjects(t, members["many"], r.Many, r.JSON.Many)
		for name, extra := range r.JSON.ExtraFields {
			if got, ok := members[name]; !ok || extra.Raw() != string(got) {
				t.Fatalf("extra field %q is %q, not %q", name, extra.Raw(), got)
			}
		}
		var again record
		if err := json.Unmarshal(data, &again); err != nil || !cmp.Equal(r, again, everything) {
			t.Fatalf("encoding/json makes something else of it: %v %s", err, cmp.Diff(r, again, everything))
		}
		if len(data) > 0 && within(r.Text, data) {
			t.Fatal("a string shares the caller's memory")
		}
	})
}

var everything = cmp.AllowUnexported(respjson.Field{}, respjson.Object{})

func sameObject(t *testing.T, raw json.RawMessage, got inner, record respjson.Field) {
	t.Helper()
	var members map[string]json.RawMessage
	isObject := json.Unmarshal(raw, &members) == nil && members != nil
	if record.Valid() != isObject || record.Raw() != string(raw) || got.JSON.RawJSON() != "" != isObject {
		t.Fatalf("%v (%q) for %q", record, record.Raw(), raw)
	}
	if isObject {
		same(t, members, "id", got.ID, got.JSON.ID)
	}
}

// sameObjects applies the decoder's one additional rule: null is not an object.
func sameObjects(t *testing.T, raw json.RawMessage, got []inner, record respjson.Field) {
	t.Helper()
	var elements []json.RawMessage
	isList := json.Unmarshal(raw, &elements) == nil && elements != nil
	for _, e := range elements {
		isList = isList && e[0] == '{'
	}
	if record.Valid() != isList || record.Raw() != string(raw) ||
		isList && len(got) != len(elements) || !isList && got != nil {
		t.Fatalf("%v (%d) for %q", record, len(got), raw)
	}
	for i := range got {
		sameObject(t, elements[i], got[i], respjson.NewField(got[i].JSON.RawJSON()))
	}
}

// same compares a member with the value that encoding/json decodes for the last member of that name.
func same[T any](t *testing.T, members map[string]json.RawMessage, name string, got T, record respjson.Field) {
	t.Helper()
	raw, present := members[name]
	if record.Raw() != string(raw) {
		t.Fatalf("%s: raw is %q, not %q", name, record.Raw(), raw)
	}
	var want, none T
	err := json.Unmarshal(raw, &want)
	switch {
	case !present || string(raw) == "null":
		if record.Valid() || !equal(got, none) {
			t.Fatalf("%s: %v for %q", name, got, raw)
		}
	case record.Valid() && err == nil:
		if !equal(got, want) {
			t.Fatalf("%s: %v, not %v, for %s", name, got, want, raw)
		}
	case record.Valid():
		// The decoder also accepts numbers for strings, integral numbers and digits in strings for integers, and more forms
		// of times.
		if !lenient(name, string(raw)) {
			t.Fatalf("%s: %v is taken from %s", name, got, raw)
		}
	case err == nil:
		t.Fatalf("%s: %s is refused", name, raw)
	default:
		if !equal(got, none) {
			t.Fatalf("%s: invalid, but not zero: %v", name, got)
		}
	}
}

func lenient(name, raw string) bool {
	var s string
	isString := json.Unmarshal([]byte(raw), &s) == nil
	switch name {
	case "text", "word", "id":
		return json.Unmarshal([]byte(raw), new(json.Number)) == nil && !isString
	case "count":
		return strings.ContainsAny(raw, `".eE`)
	case "when":
		return isString && len(s) >= 10 && s[4] == '-'
	case "texts":
		return strings.ContainsAny(raw, "0123456789")
	}
	return false
}

// equal compares values. A nil list equals an empty one.
func equal(a, b any) bool {
	return cmp.Equal(a, b,
		cmp.Transformer("empty", func(list []string) string { return strings.Join(list, "\x00") }),
		cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) }),
	)
}

// within reports whether s is a part of data's memory.
func within(s string, data []byte) bool {
	if s == "" {
		return false
	}
	at, from := uintptr(unsafe.Pointer(unsafe.StringData(s))), uintptr(unsafe.Pointer(&data[0]))
	return at >= from && at < from+uintptr(len(data))
}
