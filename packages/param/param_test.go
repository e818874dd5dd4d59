package param_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/param"
)

type color string

// thing is a params struct with a field of each kind.
type thing struct {
	Name  string               `json:"name" api:"required"`
	Color color                `json:"color,omitzero"`
	On    bool                 `json:"on" api:"required"`
	Note  param.Opt[string]    `json:"note,omitzero"`
	Count param.Opt[int64]     `json:"count,omitzero"`
	Share param.Opt[float64]   `json:"share,omitzero"`
	Fine  param.Opt[bool]      `json:"fine,omitzero"`
	At    param.Opt[time.Time] `json:"at,omitzero"`
	Tags  []string             `json:"tags,omitzero"`
	Marks []color              `json:"marks,omitzero"`
	Sizes []int64              `json:"sizes,omitzero"`
	param.APIObject
}

func (r thing) MarshalJSON() ([]byte, error) {
	type fields thing
	return param.MarshalObject(r, (*fields)(&r))
}

func (r *thing) UnmarshalJSON(data []byte) error {
	type fields thing
	return param.UnmarshalObject(data, r, (*fields)(r))
}

func encode(t *testing.T, v json.Marshaler) string {
	t.Helper()
	text, err := v.MarshalJSON()
	require.NoError(t, err)
	return string(text)
}

// decode keeps numbers as they are written.
func decode(t *testing.T, text string) (v any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	require.NoError(t, d.Decode(&v))
	return v
}

func withExtra(v thing, extra map[string]any) thing {
	v.SetExtraFields(extra)
	return v
}

func TestRequiredFieldsAreAlwaysSentAndOptionalOnesOnlyWhenSet(t *testing.T) {
	require.Equal(t, `{"name":"","on":false}`, encode(t, thing{}))
}

func TestZeroValuesThatAreSetAreSent(t *testing.T) {
	v := thing{
		Note: param.NewOpt(""), Count: param.NewOpt(int64(0)), Share: param.NewOpt(0.0), Fine: param.NewOpt(false),
		Tags: []string{}, Marks: []color{}, Sizes: []int64{},
	}
	require.Equal(
		t, `{"name":"","on":false,"note":"","count":0,"share":0,"fine":false,"tags":[],"marks":[],"sizes":[]}`, encode(t, v),
	)
}

func TestEveryKindOfValueIsSentAsItsJSON(t *testing.T) {
	v := thing{
		Name: "a\"\\\n\u2028<é>\xff", Color: "red", On: true, Note: param.NewOpt("n"), Count: param.NewOpt(int64(-1 << 63)),
		Share: param.NewOpt(0.5),
		Fine:  param.NewOpt(true), At: param.NewOpt(time.Date(2026, 5, 1, 12, 0, 0, 5, time.UTC)), Tags: []string{"x", "y"},
		Marks: []color{"blue"}, Sizes: []int64{1, 2},
	}
	want := `{"name":"a\"\\\n\u2028<é>\ufffd","color":"red","on":true,"note":"n",` +
		`"count":-9223372036854775808,"share":0.5,` +
		`"fine":true,"at":"2026-05-01T12:00:00.000000005Z","tags":["x","y"],"marks":["blue"],"sizes":[1,2]}`
	// Go 1.27 writes the character that Go 1.26 escapes.
	require.Equal(t, want, strings.ReplaceAll(encode(t, v), "\ufffd", `\ufffd`))
}

// fast has fields of all kinds that are encoded without encoding/json.
type fast struct {
	Name  string            `json:"name" api:"required"`
	Color color             `json:"color,omitzero"`
	On    bool              `json:"on"`
	Off   bool              `json:"off,omitzero"`
	Note  param.Opt[string] `json:"note,omitzero"`
	Count param.Opt[int64]  `json:"count,omitzero"`
	Fine  param.Opt[bool]   `json:"fine,omitzero"`
	Tags  []string          `json:"tags,omitzero"`
	Must  []string          `json:"must"`
	param.APIObject
}

func TestFieldsOfCommonTypesAreEncodedOrLeftOut(t *testing.T) {
	full := fast{
		Name: "é\"<", Color: "red", On: true, Off: true, Note: param.NewOpt(""), Count: param.NewOpt(int64(-1)),
		Fine: param.NewOpt(false),
		Tags: []string{}, Must: []string{"a", ""},
	}
	extra := full
	extra.SetExtraFields(map[string]any{"name": "other", "more": 1})
	const name, others = `"name":"é\"<",`, `"color":"red","on":true,"off":true,` +
		`"note":"","count":-1,"fine":false,"tags":[],"must":["a",""]`
	for want, v := range map[string]fast{
		`{"name":"","on":false,"must":[]}`:              {},
		`{` + name + others + `}`:                       full,
		`{` + others + `,"more":1,"name":"other"` + `}`: extra,
		`{"name":"","on":false,"note":null,"count":null,"fine":null,"tags":null,"must":null}`: {
			Note: param.Null[string](), Count: param.Null[int64](), Fine: param.Null[bool](),
			Tags: param.NullSlice[[]string](), Must: param.NullSlice[[]string](),
		},
	} {
		got, err := param.MarshalObject(v.APIObject, &v)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
}

func TestOnlyAPointerToAStructIsEncoded(t *testing.T) {
	type small struct {
		A string `json:"a"`
	}
	type large struct {
		_ [8192]byte
		A string `json:"a"`
	}
	for _, v := range []any{
		nil, small{}, []small{{A: "of somebody else"}}[:0], map[string]small{}, (*small)(nil), (*large)(nil),
	} {
		_, err := param.MarshalObject(param.APIObject{}, v)
		require.ErrorContains(t, err, "needs a pointer to a struct")
	}
	text := "no struct"
	_, err := param.MarshalObject(param.APIObject{}, &text)
	require.ErrorContains(t, err, "needs a pointer to a struct")
}

func TestFieldsOfAUsersStructAreEncodedOrLeftOutAsTagged(t *testing.T) {
	v := struct {
		When  *time.Time `json:"when,omitzero"`
		Count *int       `json:"count"`
		Plain string
	}{Plain: "untagged"}

	text, err := param.MarshalObject(param.APIObject{}, &v)

	require.NoError(t, err)
	require.Equal(t, `{"count":null}`, string(text))
}

func TestNullsAreSentAsNull(t *testing.T) {
	v := thing{
		Note: param.Null[string](), Count: param.Null[int64](), At: param.Null[time.Time](),
		Tags: param.NullSlice[[]string](), Marks: param.NullSlice[[]color](), Sizes: param.NullSlice[[]int64](),
	}
	require.Equal(
		t, `{"name":"","on":false,"note":null,"count":null,"at":null,"tags":null,"marks":null,"sizes":null}`, encode(t, v),
	)
	require.Equal(t, "null", encode(t, param.NullStruct[thing]()))
}

func TestAppendingToANullSliceGivesAnOrdinarySlice(t *testing.T) {
	a := append(param.NullSlice[[]string](), "a")
	b := append(param.NullSlice[[]string](), "b")
	require.Equal(t, `{"name":"","on":false,"tags":["a"]}`, encode(t, thing{Tags: a}))
	require.Equal(t, `{"name":"","on":false,"tags":["b"]}`, encode(t, thing{Tags: b}))
	require.False(t, param.IsNull(a[:0]))
}

// labelled is a params struct with a map and a params struct in it.
type labelled struct {
	Labels map[string]string `json:"labels,omitzero"`
	Thing  thing             `json:"thing,omitzero"`
	param.APIObject
}

func (r labelled) MarshalJSON() ([]byte, error) { return param.MarshalObject(r.APIObject, &r) }

func (r *labelled) UnmarshalJSON(data []byte) error { return param.UnmarshalObject(data, r, r) }

func TestANullMapIsSentAsNullAndAnEmptyOneAsAnObject(t *testing.T) {
	null := param.NullMap[map[string]string]()

	require.True(t, param.IsNull(null))
	require.False(t, param.IsOmitted(null))
	require.False(t, param.IsNull(map[string]string{}))
	require.False(t, param.IsNull(map[int]string{}))
	require.Equal(t, `{"labels":null}`, encode(t, labelled{Labels: null}))
	require.Equal(t, `{"labels":{}}`, encode(t, labelled{Labels: map[string]string{}}))
	require.Equal(t, `{"labels":{"a":"b"}}`, encode(t, labelled{Labels: map[string]string{"a": "b"}}))
	require.Equal(t, `{}`, encode(t, labelled{}))
}

func TestAddingToANullMapIsAnErrorAndChangesNoOtherNullMap(t *testing.T) {
	filled := param.NullMap[map[string]string]()
	filled["a"] = "b"

	_, err := labelled{Labels: filled}.MarshalJSON()

	require.ErrorContains(t, err, "Labels: a map that param.NullMap made cannot be filled")
	require.Equal(t, `{"labels":null}`, encode(t, labelled{Labels: param.NullMap[map[string]string]()}))
}

func TestNullsWithinParamsComeBackAsNulls(t *testing.T) {
	var v labelled
	require.NoError(t, v.UnmarshalJSON([]byte(` {"labels": null, "thing": null} `)))
	require.Equal(t, `{"labels":null,"thing":null}`, encode(t, v))
	require.True(t, param.IsNull(v.Labels))
	require.True(t, param.IsNull(v.Thing))

	require.NoError(t, v.UnmarshalJSON([]byte(" null ")))
	require.Equal(t, `null`, encode(t, v))
}

func TestExtraFieldsAddAndReplaceMembers(t *testing.T) {
	v := withExtra(
		thing{Name: "a", Note: param.NewOpt("n")}, map[string]any{"z": []int{1}, "name": nil, "b": map[string]any{"c": "<"}},
	)
	require.Equal(t, `{"on":false,"note":"n","b":{"c":"<"},"name":null,"z":[1]}`, encode(t, v))
	v.SetExtraFields(map[string]any{"only": true})
	require.Equal(t, `{"name":"a","on":false,"note":"n","only":true}`, encode(t, v))
	v.SetExtraFields(nil)
	require.Equal(t, `{"name":"a","on":false,"note":"n"}`, encode(t, v))
}

func TestExtraFieldsThatAreSetAfterAnOverrideAreAddedToIt(t *testing.T) {
	raw := withExtra(thing{Name: "a"}, map[string]any{"earlier": 1})
	param.SetJSON([]byte(`{"z":1e400,"a":"<","name":"raw"}`), &raw)
	require.Equal(t, `{"z":1e400,"a":"<","name":"raw"}`, encode(t, raw))

	raw.SetExtraFields(map[string]any{"name": "later", "z": param.Omit, "b": nil})
	require.Equal(t, `{"a":"<","b":null,"name":"later"}`, encode(t, raw))

	override := withExtra(param.Override[thing](map[string]int{"a": 1}), map[string]any{"a": 2})
	require.Equal(t, `{"a":2}`, encode(t, override))

	null := withExtra(param.NullStruct[thing](), map[string]any{"a": 1})
	require.Equal(t, `{"a":1}`, encode(t, null))
	require.False(t, param.IsNull(null))

	_, err := withExtra(param.Override[thing]([]int{1}), map[string]any{"a": 1}).MarshalJSON()
	require.ErrorContains(t, err, "extra fields need a JSON object to be added to")
}

func TestExtraFieldsOfACopyAreItsOwn(t *testing.T) {
	first := withExtra(thing{}, map[string]any{"a": 1})
	second := first
	second.SetExtraFields(map[string]any{"b": 2})
	require.Equal(t, `{"name":"","on":false,"a":1}`, encode(t, first))
}

func TestOverrideAndSetJSONReplaceTheWholeStruct(t *testing.T) {
	require.Equal(t, `{"any":[1]}`, encode(t, param.Override[thing](map[string]any{"any": []int{1}})))
	v := withExtra(thing{Name: "a"}, map[string]any{"b": 1})
	param.SetJSON([]byte(`{"raw":1e400}`), &v)
	require.Equal(t, `{"raw":1e400}`, encode(t, v))
}

func TestValuesThatCannotBeEncodedAreErrors(t *testing.T) {
	for _, v := range []thing{
		withExtra(thing{}, map[string]any{"f": func() {}}), param.Override[thing](make(chan int)),
		param.Override[thing](json.RawMessage(`{`)),
	} {
		_, err := v.MarshalJSON()
		require.Error(t, err)
	}
}

func TestDecodingAndEncodingLosesNothing(t *testing.T) {
	for _, text := range []string{
		`{"name":"","on":false}`,
		`{"name":"a","color":"red","on":true,"note":null,"count":1,"share":1.5,"fine":false,` +
			`"at":"2026-05-01T12:00:00Z","tags":["x"],"marks":[],"sizes":[1]}`,
		`{"name":"a","on":true,"tags":null,"marks":null,"sizes":null}`, `{"on":true,"name":null}`,
		`{"name":"a","color":null,"on":null}`,
		`{"name":"a","on":true,"big":123456789012345678901234567890,"obj":{"z":1,"a":[1e-400]},"u":null}`, `null`,
	} {
		var v thing
		require.NoError(t, json.Unmarshal([]byte(text), &v), text)
		require.Empty(t, cmp.Diff(decode(t, text), decode(t, encode(t, v))))
	}
}

func TestOnlyUnknownMembersBecomeExtraFields(t *testing.T) {
	var v thing
	require.NoError(t, json.Unmarshal([]byte(`{"name":"a","on":true,"later":1}`), &v))
	require.Empty(t, cmp.Diff(map[string]any{"later": json.RawMessage("1")}, v.ExtraFields()))
}

func TestDecodingReplacesAnEarlierOverride(t *testing.T) {
	v := param.Override[thing]("x")
	require.NoError(t, v.UnmarshalJSON([]byte(`{"name":"a","on":true}`)))
	require.Equal(t, `{"name":"a","on":true}`, encode(t, v))
}

func TestDecodingTheWrongTypeIsAnError(t *testing.T) {
	for _, text := range []string{`[]`, `{"name":1}`, `{"tags":[1]}`, `{"count":"1"}`, `{`} {
		require.Error(t, new(thing).UnmarshalJSON([]byte(text)), text)
	}
}

func TestOptDistinguishesAbsentNullAndSet(t *testing.T) {
	absent, null, set := param.Opt[string]{}, param.Null[string](), param.NewOpt("")
	assigned := param.Opt[string]{Value: "v"}
	cases := []struct {
		opt                   param.Opt[string]
		valid, omitted, null_ bool
		or, text, json        string
	}{
		{absent, false, true, false, "else", "", "null"},
		{null, false, false, true, "else", "null", "null"},
		{set, true, false, false, "", "", `""`},
		{assigned, true, false, false, "v", "v", `"v"`},
	}
	for _, c := range cases {
		require.Equal(t, c.valid, c.opt.Valid())
		require.Equal(t, c.omitted, param.IsOmitted(c.opt))
		require.Equal(t, c.null_, param.IsNull(c.opt))
		require.Equal(t, c.or, c.opt.Or("else"))
		require.Equal(t, c.text, c.opt.String())
		require.Equal(t, c.text, fmt.Sprint(c.opt))
		require.Equal(t, c.json, encode(t, c.opt))
	}
	require.Equal(t, "7", param.NewOpt(int64(7)).String())
	require.Equal(t, "true", param.NewOpt(true).String())
}

func TestOptDecodesWhatItEncodes(t *testing.T) {
	var s param.Opt[string]
	require.NoError(t, json.Unmarshal([]byte(`""`), &s))
	require.Equal(t, param.NewOpt(""), s)
	require.NoError(t, json.Unmarshal([]byte(`null`), &s))
	require.Equal(t, param.Null[string](), s)
	require.Error(t, json.Unmarshal([]byte(`1`), &s))
}

func TestIsOmittedAndIsNullSupportEveryKindOfField(t *testing.T) {
	var none []string
	var nowhere *thing
	for _, v := range []any{
		none, color(""), "", thing{}, false, int64(0), nowhere, time.Time{}, (*param.Opt[string])(nil),
	} {
		require.True(t, param.IsOmitted(v), "%T", v)
	}
	for _, v := range []any{
		nil, []string{}, param.NullSlice[[]string](), color("red"), thing{Name: "a"}, param.NullStruct[thing](),
		withExtra(thing{}, map[string]any{"a": 1}),
	} {
		require.False(t, param.IsOmitted(v), "%T", v)
	}
	require.True(t, param.IsNull(param.NullSlice[[]string]()))
	require.True(t, param.IsNull(param.NullStruct[thing]()))
	require.False(t, param.IsNull(none))
	require.False(t, param.IsNull([]string{}))
	require.False(t, param.IsNull(thing{}))
	require.False(t, param.IsNull(nowhere))
	require.False(t, param.IsNull("null"))
	require.False(t, param.IsNull[any](nil))
}

func TestExtraFieldsAndOverridesAreNotPrinted(t *testing.T) {
	type plain struct{ param.APIObject }
	extra := plain{}
	extra.SetExtraFields(map[string]any{"client_secret": "hush-hush"})
	override := param.Override[plain](map[string]any{"client_secret": "hush-hush"})
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		require.NotContains(t, fmt.Sprintf(format, []any{extra, &extra, override, &override}), "hush-hush", format)
	}
	require.Contains(t, fmt.Sprintf("%v", extra.ExtraFields()), "hush-hush", "the search finds what is printed")
}

func TestOmitLeavesAFieldOut(t *testing.T) {
	v := withExtra(
		thing{Name: "a", Note: param.NewOpt("n")}, map[string]any{"name": param.Omit, "note": param.Omit, "z": 1},
	)
	require.Equal(t, `{"on":false,"z":1}`, encode(t, v))
}

func TestEveryNameCanBeEscapedForAPath(t *testing.T) {
	require.Equal(t, `a\.b\:c\*\\`, param.EscapeSJSONKey(`a.b:c*\`))
}
