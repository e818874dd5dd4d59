package apiquery_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/internal/apiquery"
	"github.com/team-telnyx/telnyx-go/packages/param"
)

type kind string

// search is a query struct with a field of each kind.
type search struct {
	Client string            `query:"client_id" api:"required" json:"-"`
	Kind   kind              `query:"kind,omitzero" json:"-"`
	Name   param.Opt[string] `query:"filter[name],omitzero" json:"-"`
	Page   param.Opt[int64]  `query:"page[number],omitzero" json:"-"`
	Only   param.Opt[bool]   `query:"only,omitzero" json:"-"`
	param.APIObject
}

func (s search) URLQuery() (url.Values, error) {
	return apiquery.Marshal(&s)
}

func query(t *testing.T, s search) url.Values {
	t.Helper()
	values, err := s.URLQuery()
	require.NoError(t, err)
	return values
}

func TestRequiredParametersAreAlwaysThereAndOptionalOnesOnlyWhenSet(t *testing.T) {
	require.Empty(t, cmp.Diff(url.Values{"client_id": {""}}, query(t, search{})))
	require.Empty(
		t, cmp.Diff(url.Values{"client_id": {""}}, query(t, search{Name: param.Null[string](), Page: param.Null[int64]()})),
	)
}

func TestEveryKindOfParameterIsWrittenAsText(t *testing.T) {
	s := search{
		Client: "a&b=c", Kind: "x", Name: param.NewOpt(""), Page: param.NewOpt(int64(0)), Only: param.NewOpt(false),
	}
	want := url.Values{
		"client_id": {"a&b=c"}, "kind": {"x"}, "filter[name]": {""}, "page[number]": {"0"}, "only": {"false"},
	}
	require.Empty(t, cmp.Diff(want, query(t, s)))
}

func TestAFieldOfATypeThatAQueryCannotHoldIsAnError(t *testing.T) {
	_, err := apiquery.Marshal(&struct {
		Names []string `query:"names"`
		param.APIObject
	}{})
	require.ErrorContains(t, err, "Names: a query parameter cannot be a []string")
}

func TestExtraParametersAddReplaceAndRemove(t *testing.T) {
	s := search{Client: "a", Name: param.NewOpt("n")}
	s.SetExtraFields(
		map[string]any{
			"client_id": "b", "filter[name]": nil, "list": []any{"x", 1, nil, true}, "obj": map[string]int{"a": 1},
		},
	)
	require.Empty(t, cmp.Diff(url.Values{"client_id": {"b"}, "list": {"x", "1", "true"}, "obj": {`{"a":1}`}}, query(t, s)))
}

func TestOverrideReplacesTheWholeQuery(t *testing.T) {
	require.Empty(
		t,
		cmp.Diff(
			url.Values{"a": {"1"}, "b": {"x", "y"}},
			query(t, param.Override[search](map[string]any{"a": 1, "b": []string{"x", "y"}})),
		),
	)
	require.Empty(t, query(t, param.NullStruct[search]()))
	s := search{Client: "a"}
	param.SetJSON([]byte(`{"raw":1.50}`), &s)
	require.Empty(t, cmp.Diff(url.Values{"raw": {"1.50"}}, query(t, s)))
}

func TestExtraParametersThatAreSetAfterAnOverrideAreAddedToIt(t *testing.T) {
	s := search{Client: "a"}
	param.SetJSON([]byte(`{"raw":1.50,"gone":1,"kept":"x"}`), &s)
	s.SetExtraFields(map[string]any{"raw": []int{1, 2}, "gone": param.Omit, "more": "y"})
	require.Empty(t, cmp.Diff(url.Values{"raw": {"1", "2"}, "kept": {"x"}, "more": {"y"}}, query(t, s)))
}

func TestAnUnexportedFieldIsNotAParameter(t *testing.T) {
	values, err := apiquery.Marshal(&struct {
		Name   string `query:"name"`
		hidden string `query:"hidden"`
		param.APIObject
	}{Name: "n", hidden: "h"})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(url.Values{"name": {"n"}}, values))
}

func TestATextThatIsNotAnObjectIsAnError(t *testing.T) {
	for _, v := range []any{"text", 1, []string{"a"}, json.RawMessage(`{`), func() {}} {
		_, err := param.Override[search](v).URLQuery()
		require.Error(t, err, "%T", v)
	}
	s := search{}
	s.SetExtraFields(map[string]any{"f": func() {}})
	_, err := s.URLQuery()
	require.Error(t, err)
}

func TestTheErrorOfMalformedJSONSaysWhatIsWrong(t *testing.T) {
	_, err := apiquery.FromJSON([]byte(`{"a":tru}`))
	require.EqualError(t, err, "expected a JSON object: invalid character '}' in literal true (expecting 'e')")
}

func TestJSONBecomesValues(t *testing.T) {
	values, err := apiquery.FromJSON([]byte(` {"s":"a\u00e9\"b","n":1.50,"big":12345678901234567890,"t":true,"z":null,` +
		`"l":["x",2,null,[3],{"a":"b"}],"o":{"a": 1},"e":[],"s2":"null","d":1,"d":"last"} `))
	require.NoError(t, err)
	want := url.Values{
		"s": {`aé"b`}, "n": {"1.50"}, "big": {"12345678901234567890"}, "t": {"true"}, "l": {"x", "2", "[3]", `{"a":"b"}`},
		"o": {`{"a": 1}`}, "s2": {"null"}, "d": {"1", "last"},
	}
	require.Empty(t, cmp.Diff(want, values))
}

// membersOf decodes a JSON object with encoding/json: every value of each member, numbers as they are written.
func membersOf(text string) (map[string][]any, error) {
	members := map[string][]any{}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	begin, err := d.Token()
	if err != nil || begin != json.Delim('{') && begin != nil {
		return nil, fmt.Errorf("no object: %w", err)
	}
	for begin != nil && d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value any
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		list, isList := value.([]any)
		if !isList {
			list = []any{value}
		}
		for _, one := range list {
			if one != nil {
				members[name.(string)] = append(members[name.(string)], one)
			}
		}
	}
	return members, nil
}

func FuzzFromJSON(f *testing.F) {
	for _, text := range []string{
		`{}`, `null`, `[]`, `{"a":"b","c":[1,"x",null,{"d":1}],"e":{"f":[]}}`, `{"a":1,"a":null}`,
		`{"\ud800":"\udc00\u0000"}`, "{\"\xff\":\"\xff\"}", `{"a":"null"}`, ` {"a" : [ ] } `, `{"a":1}x`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		values, err := apiquery.FromJSON([]byte(text))
		want, invalid := membersOf(text)
		if !json.Valid([]byte(text)) || invalid != nil {
			if err == nil {
				t.Fatalf("%q was accepted: %v", text, values)
			}
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if !utf8.ValidString(text) { // encoding/json replaces it, so that names and texts may differ
			var all, wanted int
			for _, list := range values {
				all += len(list)
			}
			for _, list := range want {
				wanted += len(list)
			}
			if all != wanted {
				t.Fatalf("%q: %d values, want %d", text, all, wanted)
			}
			return
		}
		got := map[string][]any{}
		for name, list := range values {
			for i, v := range list {
				var decoded any = v
				if i < len(want[name]) {
					if _, isText := want[name][i].(string); !isText {
						d := json.NewDecoder(strings.NewReader(v))
						d.UseNumber()
						if err := d.Decode(&decoded); err != nil {
							t.Fatalf("%q: %q is not JSON: %v", text, v, err)
						}
					}
				}
				got[name] = append(got[name], decoded)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q: %s", text, diff)
		}
	})
}
