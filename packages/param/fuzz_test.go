package param_test

import (
	"encoding/json"
	"testing"

	"github.com/team-telnyx/telnyx-go/packages/param"
)

// FuzzParamString compares the encoding of strings with that of encoding/json: as a value, as an optional value, in a
// list and as a name.
func FuzzParamString(f *testing.F) {
	for _, s := range []string{
		"", "plain", "a\"b\\c/d", "\x00\x1f\x7f\b\f\n\r\t", "é\u2028\u2029😀", "\xff\xc3", "<a href='x'>&",
		"\ud7ff\ue000\ufffd",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		reference, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var want string
		if err := json.Unmarshal(reference, &want); err != nil {
			t.Fatal(err)
		}
		v := thing{Name: s, Note: param.NewOpt(s), Tags: []string{s, s}}
		v.SetExtraFields(map[string]any{"x" + s: s})
		text, err := v.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Name, Note string
			Tags       []string
		}
		var members map[string]any
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if err := json.Unmarshal(text, &members); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if got.Name != want || got.Note != want || got.Tags[0] != want || got.Tags[1] != want || members["x"+want] != want {
			t.Fatalf("%q became %q", s, text)
		}
	})
}
