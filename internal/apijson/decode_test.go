package apijson

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

type word string

type inner struct {
	ID   string `json:"id"`
	JSON struct {
		ID respjson.Field
		respjson.Object
	} `json:"-"`
}

func (r *inner) UnmarshalJSON(data []byte) error { return Unmarshal(data, r) }

type record struct {
	Text  string         `json:"text"`
	Word  word           `json:"word"`
	Flag  bool           `json:"flag"`
	Count int64          `json:"count"`
	When  time.Time      `json:"when"`
	Texts []string       `json:"texts"`
	One   inner          `json:"one"`
	Many  []inner        `json:"many"`
	Any   map[string]any `json:"any"`
	JSON  struct {
		Text, Word, Flag, Count, When, Texts, One, Many, Any respjson.Field
		respjson.Object
	} `json:"-"`
}

func (r *record) UnmarshalJSON(data []byte) error { return Unmarshal(data, r) }

func decode(t *testing.T, text string) (r record) {
	t.Helper()
	require.NoError(t, Decode(text, &r))
	return r
}

func TestEveryKindOfMemberIsDecodedAndRecorded(t *testing.T) {
	const text = ` {"text":"a\u00e9\n","word":"w","flag":true,"count":-12,"when":"2026-01-02T03:04:05.678Z",` +
		`"texts":["x",null,"y"], "one" : {"id":"1"},"many":[{"id":"2"},{"id":"3"}],"any":{"k":[1]},"more":[{}]} `

	r := decode(t, text)

	require.Equal(t, "aé\n", r.Text)
	require.Equal(t, word("w"), r.Word)
	require.True(t, r.Flag)
	require.Equal(t, int64(-12), r.Count)
	require.Equal(t, time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC), r.When)
	require.Equal(t, []string{"x", "", "y"}, r.Texts)
	require.Equal(t, "1", r.One.ID)
	require.Equal(t, `{"id":"1"}`, r.One.JSON.RawJSON())
	require.Len(t, r.Many, 2)
	require.Equal(t, `"3"`, r.Many[1].JSON.ID.Raw())
	require.Equal(t, map[string]any{"k": []any{1.0}}, r.Any)
	require.Equal(t, `"a\u00e9\n"`, r.JSON.Text.Raw())
	require.True(t, r.JSON.Many.Valid())
	require.Equal(t, `[{}]`, r.JSON.ExtraFields["more"].Raw())
	require.True(t, r.JSON.ExtraFields["more"].Valid())
	require.Equal(t, strings.TrimSpace(text), r.JSON.RawJSON())
}

func TestAMemberOfTheWrongTypeDoesNotAffectTheOthers(t *testing.T) {
	for name, text := range map[string]string{
		"string from object":     `{"text":{},"word":"kept"}`,
		"string from bool":       `{"text":true,"word":"kept"}`,
		"bool from string":       `{"flag":"true","word":"kept"}`,
		"bool from number":       `{"flag":1,"word":"kept"}`,
		"integer from fraction":  `{"count":1.5,"word":"kept"}`,
		"integer out of range":   `{"count":9223372036854775808,"word":"kept"}`,
		"integer far off":        `{"count":1e300,"word":"kept"}`,
		"integer from words":     `{"count":"soon","word":"kept"}`,
		"integer from space":     `{"count":" 1","word":"kept"}`,
		"integer from hex":       `{"count":"0x10","word":"kept"}`,
		"integer from empty":     `{"count":"","word":"kept"}`,
		"time from number":       `{"when":1700000000,"word":"kept"}`,
		"time from words":        `{"when":"yesterday","word":"kept"}`,
		"strings from string":    `{"texts":"a b","word":"kept"}`,
		"strings with an object": `{"texts":["a",{}],"word":"kept"}`,
		"object from array":      `{"one":[],"word":"kept"}`,
		"objects from object":    `{"many":{},"word":"kept"}`,
		"objects with a null":    `{"many":[{"id":"1"},null],"word":"kept"}`,
		"objects with a number":  `{"many":[1,{"id":"1"}],"word":"kept"}`,
		"map from array":         `{"any":[1],"word":"kept"}`,
	} {
		t.Run(name, func(t *testing.T) {
			r := decode(t, text)

			require.Equal(t, word("kept"), r.Word)
			var invalid int
			for field, value := range map[*respjson.Field]any{
				&r.JSON.Text: r.Text, &r.JSON.Flag: r.Flag, &r.JSON.Count: r.Count, &r.JSON.When: r.When,
				&r.JSON.Texts: r.Texts, &r.JSON.One: r.One.ID, &r.JSON.Many: r.Many, &r.JSON.Any: r.Any,
			} {
				require.False(t, field.Valid())
				require.Empty(t, value)
				if field.Raw() != "" {
					invalid++
					require.Contains(t, text, field.Raw())
				}
			}
			require.Equal(t, 1, invalid)
		})
	}
}

func TestIntegralNumbersAndDigitsInStringsAreAcceptedForIntegers(t *testing.T) {
	for number, want := range map[string]int64{
		`0`: 0, `-0`: 0, `3600`: 3600, `3600.0`: 3600, `36e2`: 3600, `3.6e3`: 3600, `36000E-1`: 3600,
		`0e99999999999999999999`: 0, `0.000`: 0,
		`"3600"`: 3600, `"3600.0"`: 3600, `"-7"`: -7, `9223372036854775807`: 9223372036854775807,
		`-9223372036854775808`:   -9223372036854775808,
		`922337203685477580.7e1`: 9223372036854775807, `1e18`: 1e18,
	} {
		r := decode(t, `{"count":`+number+`}`)

		require.Equal(t, want, r.Count, number)
		require.True(t, r.JSON.Count.Valid(), number)
	}
}

func TestANumberThatDoesNotFitInt64IsInvalid(t *testing.T) {
	for _, number := range []string{
		`1.5`, `1e-1`, `9223372036854775808`, `-9223372036854775809`, `1e19`, `1e20`, `1e9223372036854775807`,
		`1.1e9223372036854775807`,
		`100e9223372036854775807`, `1e99999999999999999999`, `0.1e-9223372036854775808`, `1.1e-99999999999999999999`,
		`1000000000000000000000e-9223372036854775808`, `"1e19"`, `"0x10"`, `"1_0"`, `"+1"`, `" 1"`, `""`,
	} {
		r := decode(t, `{"count":`+number+`}`)

		require.Zero(t, r.Count, number)
		require.False(t, r.JSON.Count.Valid(), number)
		require.Equal(t, number, r.JSON.Count.Raw())
	}
}

func TestTimesAreReadAsLenientlyAsTelnyxGoReadsThem(t *testing.T) {
	cet := time.FixedZone("", 3600)
	for text, want := range map[string]time.Time{
		"2026-01-02T03:04:05Z":            time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		"2026-01-02T03:04:05.678Z":        time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC),
		"2026-01-02T03:04:05+01:00":       time.Date(2026, 1, 2, 3, 4, 5, 0, cet),
		"2026-01-02T03:04:05.678-01:00":   time.Date(2026, 1, 2, 5, 4, 5, 678e6, cet),
		"2026-01-02T03:04:05+0100":        time.Date(2026, 1, 2, 3, 4, 5, 0, cet),
		"2026-01-02T03:04:05":             time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		"2026-01-02T03:04:05.123456":      time.Date(2026, 1, 2, 3, 4, 5, 123456e3, time.UTC),
		"2026-01-02 03:04:05":             time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		"2026-01-02 03:04:05.5":           time.Date(2026, 1, 2, 3, 4, 5, 5e8, time.UTC),
		"2026-01-02 03:04:05Z":            time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		"2026-01-02 03:04:05+01:00":       time.Date(2026, 1, 2, 3, 4, 5, 0, cet),
		"2026-01-02 03:04:05.000001+0100": time.Date(2026, 1, 2, 3, 4, 5, 1000, cet),
		"2026-01-02":                      time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
		`2026-01-02\u005403:04:05Z`:       time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	} {
		r := decode(t, `{"when":"`+text+`"}`)

		require.True(t, r.JSON.When.Valid(), text)
		require.True(t, want.Equal(r.When), "%s is %s", text, r.When)
	}
	require.Equal(t, time.UTC, decode(t, `{"when":"2026-01-02 03:04:05"}`).When.Location())
}

func TestAnInvalidTimeKeepsItsText(t *testing.T) {
	for _, value := range []string{
		`"yesterday"`, `""`, `" "`, `"2026"`, `"2026-01"`, `"2026-02-30"`, `"2026-01-02T"`, `"2026-01-02T03:04"`,
		`"2026-01-02T25:04:05Z"`,
		`"2026-01-02T03:04:05+1"`, `"2026-01-02T03:04:05 01:00"`, `"2026-01-02X03:04:05Z"`, `"+++++++++++"`, `"-----------"`,
		`"03:04:05"`, `1767323045`, `"1767323045"`, `"Fri, 02 Jan 2026 03:04:05 GMT"`, `true`, `{}`, `[]`,
	} {
		r := decode(t, `{"when":`+value+`,"word":"kept"}`)

		require.True(t, r.When.IsZero(), value)
		require.False(t, r.JSON.When.Valid(), value)
		require.Equal(t, value, r.JSON.When.Raw())
		require.Equal(t, word("kept"), r.Word)
	}
}

func TestANumberIsAcceptedForAString(t *testing.T) {
	r := decode(t, `{"text":10015,"word":-1.50}`)

	require.Equal(t, "10015", r.Text)
	require.Equal(t, word("-1.50"), r.Word)
	require.True(t, r.JSON.Text.Valid())
}

func TestNullIsNeitherValidNorInvalid(t *testing.T) {
	r := decode(t, `{"text":null,"texts":null,"one":null,"when":null,"flag":null,"unknown":null}`)

	require.Equal(t, "null", r.JSON.Text.Raw())
	require.False(t, r.JSON.Text.Valid())
	require.Nil(t, r.Texts)
	require.Equal(t, "null", r.JSON.One.Raw())
	require.False(t, r.JSON.ExtraFields["unknown"].Valid())
	require.Empty(t, r.JSON.Count.Raw())
}

func TestTheLastOfDuplicateNamesWins(t *testing.T) {
	r := decode(
		t,
		`{"text":"a","text":"b","count":1,"count":{},"one":{"id":"1","x":1},"one":{},"texts":["a","b"],"texts":["c"],`+
			`"x":1,"x":2,"flag":true,"flag":null}`,
	)

	require.Equal(t, "b", r.Text)
	require.Zero(t, r.Count)
	require.False(t, r.JSON.Count.Valid())
	require.Empty(t, r.One.ID)
	require.Empty(t, r.One.JSON.ExtraFields)
	require.Equal(t, []string{"c"}, r.Texts)
	require.Equal(t, "2", r.JSON.ExtraFields["x"].Raw())
	require.False(t, r.Flag)
	require.Equal(t, "null", r.JSON.Flag.Raw())
}

func TestEmptyListsAreNotNil(t *testing.T) {
	r := decode(t, `{"texts":[ ],"many":[]}`)

	require.NotNil(t, r.Texts)
	require.NotNil(t, r.Many)
	require.True(t, r.JSON.Many.Valid())
}

func TestNamesMayHaveEscapes(t *testing.T) {
	r := decode(t, `{"te\u0078t":"a","\u0075nknown":1}`)

	require.Equal(t, "a", r.Text)
	require.Contains(t, r.JSON.ExtraFields, "unknown")
}

func TestAppendingToOneStringArrayDoesNotChangeAnother(t *testing.T) {
	r := decode(t, `{"texts":["a"],"many":[{"id":"1"}],"texts":["b","c"]}`)
	var two struct {
		A []string `json:"a"`
		B []string `json:"b"`

		JSON struct {
			A, B respjson.Field
			respjson.Object
		} `json:"-"`
	}
	require.NoError(t, Decode(`{"a":["1","2"],"b":["3"]}`, &two))

	_ = append(two.A, "overwritten?")

	require.Equal(t, []string{"3"}, two.B)
	require.Equal(t, []string{"b", "c"}, r.Texts)
}

func TestObjectsOfAListMayHaveTheirMembersInAnyOrder(t *testing.T) {
	type pair struct {
		A, B string `json:"-"`
		ID   string `json:"id"`
		Name string `json:"name"`
		JSON struct {
			ID, Name respjson.Field
			respjson.Object
		} `json:"-"`
	}
	var list struct {
		Data []pair `json:"data"`
		JSON struct {
			Data respjson.Field
			respjson.Object
		} `json:"-"`
	}
	long := strings.Repeat(`"x":0,`, 40)

	require.NoError(t, Decode(`{"data":[{"id":"1","name":"a"},{"name":"b","id":"2"},{"x":1,"id":"3"},`+
		`{"id" : "4","name":"d"},{},{"id":"5","id":"6","name":"f"},{"idx":1,"id":"7"},{"\u0069d":"8"},`+
		`{`+long+`"id":"9","name":"i"},{"id":"10","name":"j"}]}`, &list))

	var ids, names string
	for _, p := range list.Data {
		ids += p.ID + " "
		names += p.Name + " "
	}
	require.Equal(t, "1 2 3 4  6 7 8 9 10 ", ids)
	require.Equal(t, "a b  d  f   i j ", names)
	require.Equal(t, "1", list.Data[6].JSON.ExtraFields["idx"].Raw())
}

func TestGoroutinesDecodeATypeInDifferentOrdersOfMembers(t *testing.T) {
	texts := [...]string{`{"text":"a","word":"b","one":{"id":"c"}}`, `{"one":{"id":"c"},"word":"b","text":"a"}`}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 200 {
				var r record
				err := Decode(texts[i%2], &r)
				if got := r.Text + string(r.Word) + r.One.ID; err != nil || got != "abc" {
					t.Errorf("decoded %q, error %v", got, err)
				}
			}
		})
	}
	all.Wait()
}

func TestDecodeBytesCopiesABufferThatIsMostlyUnused(t *testing.T) {
	text := `{"text":"abc"}`
	buffer := append(make([]byte, 0, 1000), text...)
	var r record
	require.NoError(t, DecodeBytes(buffer, &r))

	copy(buffer, "XXXXXXXXXXXXXX")

	require.Equal(t, "abc", r.Text, "a page must not hold 1000 bytes")
	require.NoError(t, DecodeBytes([]byte(text), &r))
	require.Equal(t, text, r.JSON.RawJSON())
}

func TestUnmarshalNeverSharesTheCallersBytes(t *testing.T) {
	data := []byte(`{"text":"abc","texts":["def"],"extra":"ghi"}`)
	var r record
	require.NoError(t, Unmarshal(data, &r))

	for i := range data {
		data[i] = 'X'
	}

	require.Equal(t, "abc", r.Text)
	require.Equal(t, []string{"def"}, r.Texts)
	require.Equal(t, `"ghi"`, r.JSON.ExtraFields["extra"].Raw())
}

func TestDecodingAgainReplacesEverythingOfTheFirstTime(t *testing.T) {
	r := decode(t, `{"text":"a","extra":1,"texts":["x"]}`)

	require.NoError(t, Decode(`{"count":1}`, &r))

	records := cmp.AllowUnexported(respjson.Field{}, respjson.Object{})
	if diff := cmp.Diff(decode(t, `{"count":1}`), r, records); diff != "" {
		t.Fatal(diff)
	}
}

func TestUnmarshalOfNullDoesNotChangeTheStruct(t *testing.T) {
	r := decode(t, `{"text":"a"}`)

	require.NoError(t, json.Unmarshal([]byte(`null`), &r))

	require.Equal(t, "a", r.Text)
}

func TestATextThatIsNotAnObjectIsAnError(t *testing.T) {
	for _, text := range []string{`null`, ` null`, `[]`, `[{}]`, `"x"`, `1`, `true`, `false`} {
		require.EqualError(t, Decode(text, new(record)), "expected a JSON object", text)
	}
}

func TestInvalidJSONIsASyntaxErrorWithItsOffset(t *testing.T) {
	for text, offset := range map[string]int{
		``: 0, ` `: 1, `{`: 1, `{"text"`: 7, `{"text":`: 8, `{"text":"a`: 10, `{"text":"a"`: 11, `{"text":"a",`: 12,
		`{"text":"a",}`: 12,
		`{"a":1}x`:      7, `{"a":1} {}`: 8, `{'a':1}`: 1, `{"a":01}`: 6, `{"a":-}`: 6, `{"a":1.}`: 7, `{"a":1e}`: 7,
		`{"a":+1}`: 5, `{"a":.5}`: 5,
		`{"a":tru}`: 5, `{"a":nul`: 5, "{\"a\":\"\n\"}": 6, `{"a":"\x"}`: 7, `{"a":"\u12"}`: 7, `{"a" 1}`: 5,
		`{"a":[1 2]}`: 8, `{"a":[1,]}`: 8,
		`{"a":1]`: 6, `<html>`: 0, "\xef\xbb\xbf{}": 0, `{"text":{]}`: 9,
	} {
		err := Decode(text, new(record))

		require.ErrorContains(t, err, fmt.Sprintf("invalid JSON at byte %d:", offset), text)
	}
}

func TestTheLimitOfNestingIsThatOfEncodingJSON(t *testing.T) {
	nested := func(depth int) string {
		return `{"x":` + strings.Repeat("[", depth-1) + strings.Repeat("]", depth-1) + `}`
	}

	require.NoError(t, Decode(nested(10000), new(record)))
	require.True(t, json.Valid([]byte(nested(10000))))
	require.ErrorContains(t, Decode(nested(10001), new(record)), "too deep")
	require.False(t, json.Valid([]byte(nested(10001))))
	require.Error(t, Decode(strings.Repeat(`{"one":`, 1_000_000), new(record)))
}

func TestAStrictMemberMustBePresentAndOfItsType(t *testing.T) {
	type list struct {
		Data []inner `json:"data" api:"strict"`
		JSON struct {
			Data respjson.Field
			respjson.Object
		} `json:"-"`
	}
	for _, text := range []string{
		`{}`, `{"data":null}`, `{"data":{}}`, `{"data":"x"}`, `{"data":[1]}`, `{"data":[{}],"data":null}`,
	} {
		require.ErrorContains(t, Decode(text, new(list)), "data", text)
	}
	require.NoError(t, Decode(`{"data":[]}`, new(list)))
}

func TestOnlyPointersToResponseStructsAreDecodedInto(t *testing.T) {
	for _, dst := range []any{nil, record{}, (*record)(nil), new(string), new(struct{ Text string }), new(*record)} {
		require.ErrorIs(t, Decode(`{}`, dst), ErrNotResponse)
	}
}

func TestPromotedFieldsDoNotMakeAResponse(t *testing.T) {
	type embedding struct {
		Before [4]string
		record
	}
	type shared struct{ Text respjson.Field }
	var promoted struct {
		Text string `json:"text"`
		JSON struct {
			Before [4]string
			shared
			respjson.Object
		} `json:"-"`
	}

	require.ErrorIs(t, Decode(`{}`, new(embedding)), ErrNotResponse)
	require.NoError(t, Decode(`{"text":"a"}`, &promoted))

	require.Empty(t, promoted.JSON.Before)
	require.Equal(t, `"a"`, promoted.JSON.ExtraFields["text"].Raw())
}

type tree struct {
	Name  string `json:"name"`
	Below []tree `json:"below"`
	JSON  struct {
		Name, Below respjson.Field
		respjson.Object
	} `json:"-"`
}

func TestATypeMayHaveFieldsOfItself(t *testing.T) {
	var root tree

	require.NoError(t, Decode(`{"name":"a","below":[{"name":"b","below":[]},{"name":"c","color":"red"}]}`, &root))

	require.Equal(t, "b", root.Below[0].Name)
	require.Equal(t, `"red"`, root.Below[1].JSON.ExtraFields["color"].Raw())
}

func TestAListOfTinyObjectsReservesNoMoreMemoryThanItFills(t *testing.T) {
	text := `{"many":[{},` + strings.Repeat(" ", 1<<20) + `{}]}`

	r := decode(t, text)

	require.Less(t, cap(r.Many), 1024)
}

func TestAListOfEqualObjectsIsAllocatedInOnePiece(t *testing.T) {
	text := `{"many":[` + strings.Repeat(`{"id":"00000000-0000-0000-0000-000000000000"},`, 999) + `{}]}`

	r := decode(t, text)

	require.Len(t, r.Many, 1000)
	require.Less(t, cap(r.Many), 1100)
}
