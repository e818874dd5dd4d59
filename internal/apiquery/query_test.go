package apiquery_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

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

func TestAFieldThatNoQueryCanHoldIsAnError(t *testing.T) {
	_, err := apiquery.Marshal(&struct {
		Names []string `query:"names"`
		param.APIObject
	}{})
	require.ErrorContains(t, err, "Names: a query parameter cannot be a []string")
}

func TestExtraParametersAddReplaceAndTakeAway(t *testing.T) {
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

func TestAFieldThatIsNotExportedIsNoParameter(t *testing.T) {
	values, err := apiquery.Marshal(&struct {
		Name   string `query:"name"`
		hidden string `query:"hidden"`
		param.APIObject
	}{Name: "n", hidden: "h"})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(url.Values{"name": {"n"}}, values))
}

func TestWhatIsNoObjectIsAnError(t *testing.T) {
	for _, v := range []any{"text", 1, []string{"a"}, json.RawMessage(`{`), func() {}} {
		_, err := param.Override[search](v).URLQuery()
		require.Error(t, err, "%T", v)
	}
	s := search{}
	s.SetExtraFields(map[string]any{"f": func() {}})
	_, err := s.URLQuery()
	require.Error(t, err)
}

func TestJSONBecomesValues(t *testing.T) {
	values, err := apiquery.FromJSON([]byte(` {"s":"a\u00e9\"b","n":1.50,"big":12345678901234567890,"t":true,"z":null,` +
		`"l":["x",2,null,[3],{"a":"b"}],"o":{"a": 1},"e":[],"s2":"null","d":1,"d":"last"} `))
	require.NoError(t, err)
	want := url.Values{
		"s": {`aé"b`}, "n": {"1.50"}, "big": {"12345678901234567890"}, "t": {"true"}, "l": {"x", "2", "[3]", `{"a":"b"}`},
		"o": {`{"a": 1}`}, "s2": {"null"}, "d": {"last"},
	}
	require.Empty(t, cmp.Diff(want, values))
}

// decode keeps numbers as they are written.
func decode(text string, v any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return d.Decode(v)
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
		var want map[string]any
		if !json.Valid([]byte(text)) || decode(text, &want) != nil {
			if err == nil {
				t.Fatalf("%q was accepted: %v", text, values)
			}
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		got := map[string][]any{}
		for name, list := range values {
			for _, v := range list {
				got[name] = append(got[name], v)
			}
		}
		expected := map[string][]any{}
		for name, v := range want {
			list, ok := v.([]any)
			if !ok {
				list = []any{v}
			}
			for _, e := range list {
				if e != nil {
					expected[name] = append(expected[name], e)
				}
			}
		}
		if len(got) != len(expected) {
			t.Fatalf("%q: %v, want %v", text, got, expected)
		}
		for name, list := range expected {
			for i, e := range list {
				v := got[name][i]
				if s, ok := e.(string); ok {
					if v != s {
						t.Fatalf("%q: %v, want %q", text, v, s)
					}
					continue
				}
				var decoded any
				if err := decode(v.(string), &decoded); err != nil || !cmp.Equal(decoded, e) {
					t.Fatalf("%q: %v, want %v", text, v, e)
				}
			}
		}
	})
}
