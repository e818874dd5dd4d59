package apijson

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func pathOf(t *testing.T, text string) Path {
	t.Helper()
	path, err := ParsePath(text)
	require.NoError(t, err)
	return path
}

func TestSetReplacesAddsAndMakesWhatIsOnTheWay(t *testing.T) {
	const text = ` {"name": {"first":"Tom","last":"Anderson"}, "age":1e2, "fav.movie":"x", "list":["a", {"b":"\u00e9"}]} `
	for _, c := range []struct{ path, want string }{
		{"age", `{"name":{"first":"Tom","last":"Anderson"},"age":"v","fav.movie":"x","list":["a", {"b":"\u00e9"}]}`},
		{"name.last", `{"name":{"first":"Tom","last":"v"},"age":1e2,"fav.movie":"x","list":["a", {"b":"\u00e9"}]}`},
		{"name.middle.0", `{"name":{"first":"Tom","last":"Anderson","middle":["v"]},"age":1e2,"fav.movie":"x","list":["a", {"b":"\u00e9"}]}`},
		{"name.first.more", `{"name":{"first":{"more":"v"},"last":"Anderson"},"age":1e2,"fav.movie":"x","list":["a", {"b":"\u00e9"}]}`},
		{`fav\.movie`, `{"name":{"first":"Tom","last":"Anderson"},"age":1e2,"fav.movie":"v","list":["a", {"b":"\u00e9"}]}`},
		{"list.1.b", `{"name":{"first":"Tom","last":"Anderson"},"age":1e2,"fav.movie":"x","list":["a",{"b":"v"}]}`},
		{"list.-1", `{"name":{"first":"Tom","last":"Anderson"},"age":1e2,"fav.movie":"x","list":["a",{"b":"\u00e9"},"v"]}`},
		{"list.4", `{"name":{"first":"Tom","last":"Anderson"},"age":1e2,"fav.movie":"x","list":["a",{"b":"\u00e9"},null,null,"v"]}`},
	} {
		got, err := Set([]byte(text), pathOf(t, c.path), []byte(`"v"`))
		require.NoError(t, err, c.path)
		require.Equal(t, c.want, string(got), c.path)
	}
}

func TestANumberIsANameWhereThereIsNoArray(t *testing.T) {
	for path, want := range map[string]string{
		"7":     `{"7":1}`,
		"a.:7":  `{"a":{"7":1}}`,
		`a.\:7`: `{"a":{":7":1}}`,
		`a\\b`:  `{"a\\b":1}`,
		"a..b":  `{"a":{"":{"b":1}}}`,
		"a.-2":  `{"a":{"-2":1}}`,
		"a.+5":  `{"a":{"+5":1}}`,
		"a.01":  `{"a":{"01":1}}`,
	} {
		got, err := Set([]byte(`{}`), pathOf(t, path), []byte("1"))
		require.NoError(t, err, path)
		require.Equal(t, want, string(got), path)
	}
}

func TestNamesStayAsTheyAreWritten(t *testing.T) {
	got, err := Set([]byte(`{"\ud800":1, "<x>" : 2}`), pathOf(t, "<y>"), []byte("3"))
	require.NoError(t, err)
	require.Equal(t, `{"\ud800":1,"<x>" :2,"\u003cy\u003e":3}`, string(got))
}

func TestAPathThatMeansMoreElsewhereIsRefused(t *testing.T) {
	for _, path := range []string{"a.#", "a.#.b", "na*", "a?", "a|b", "@this", `a\`, ""} {
		_, err := ParsePath(path)
		require.Error(t, err, path)
	}
	_, err := ParsePath(strings.Repeat("a.", 100) + "a")
	require.ErrorContains(t, err, "more than 100 parts")

	got, err := Set([]byte(`{}`), pathOf(t, `a\@example\.com`), []byte("1"))
	require.NoError(t, err)
	require.Equal(t, `{"a@example.com":1}`, string(got))
}

func TestWhatCannotBeSetIsAnError(t *testing.T) {
	_, err := Set([]byte(`{"list":[1]}`), pathOf(t, "list.name"), []byte("1"))
	require.ErrorContains(t, err, `"name" is no index of an array`)

	_, err = Set([]byte(`{"list":[1]}`), pathOf(t, "list.1002"), []byte("1"))
	require.ErrorContains(t, err, "the index 1002 is more than 1000 behind the end of the array")
}

func TestDeleteRemovesWhatIsThere(t *testing.T) {
	const text = `{"a":1, "b":{"c":[1, 2,3]},"a":2}`
	for path, want := range map[string]string{
		"b":      `{"a":1,"a":2}`,
		"a":      `{"a":1,"b":{"c":[1, 2,3]}}`, // the last of the two, which is the one that counts
		"b.c.1":  `{"a":1,"b":{"c":[1,3]},"a":2}`,
		"b.c.-1": `{"a":1,"b":{"c":[1,2]},"a":2}`,
		"b.c":    `{"a":1,"b":{},"a":2}`,
		"x":      text,
	} {
		require.Equal(t, want, string(Delete([]byte(text), pathOf(t, path))), path)
	}
	for _, path := range []string{"x.y", "b.c.3", "b.c.x", "a.x"} {
		require.JSONEq(t, text, string(Delete([]byte(text), pathOf(t, path))), path)
	}
}

// FuzzEdit holds Set and Delete against the same changes to what encoding/json decodes.
func FuzzEdit(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"a":{"b":[1,{"c":"d"}]}}`, "a.b.1.c"}, {`[]`, "0"}, {`[[1],2]`, "-1"}, {`{"a":1,"a":[2]}`, "a.0"}, {`"x"`, "a.5"}, {` { } `, `\.:.:1`}, {`{"\u0000é":"\ud800"}`, "\x00é"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, path string) {
		if !json.Valid([]byte(text)) || !utf8.ValidString(path) {
			return
		}
		steps, err := ParsePath(path)
		if err != nil {
			return
		}
		got, err := Set([]byte(text), steps, []byte(`"new"`))
		want, ok := setTree(tree(t, text), steps)
		if (err == nil) != ok {
			t.Fatalf("Set(%q, %q): %v", text, path, err)
		}
		if ok && !cmp.Equal(want, tree(t, string(got))) {
			t.Fatalf("Set(%q, %q) = %q", text, path, got)
		}
		if hasTwice(text) { // of two members with one name, deleting the last one lets the first be seen
			return
		}
		got = Delete([]byte(text), steps)
		if !cmp.Equal(removeTree(tree(t, text), steps), tree(t, string(got))) {
			t.Fatalf("Delete(%q, %q) = %q", text, path, got)
		}
	})
}

func hasTwice(text string) bool {
	c := split(text, step{index: notIndex})
	seen := map[string]bool{}
	for _, p := range c.parts {
		if !c.isArray && seen[p.name] || hasTwice(p.value) {
			return true
		}
		seen[p.name] = true
	}
	return false
}

func tree(t *testing.T, text string) (v any) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return v
}

func setTree(v any, path []step) (any, bool) {
	if len(path) == 0 {
		return "new", true
	}
	at := path[0].index
	switch v := v.(type) {
	case map[string]any:
		changed, ok := setTree(v[path[0].name], path[1:])
		v[path[0].name] = changed
		return v, ok
	case []any:
		if at == -1 {
			at = len(v)
		}
		if at < 0 || at > len(v)+maxPadding {
			return nil, false
		}
		for at >= len(v) {
			v = append(v, nil)
		}
		changed, ok := setTree(v[at], path[1:])
		v[at] = changed
		return v, ok
	}
	if at == notIndex {
		return setTree(map[string]any{}, path)
	}
	return setTree([]any{}, path)
}

func removeTree(v any, path []step) any {
	switch v := v.(type) {
	case map[string]any:
		if old, ok := v[path[0].name]; ok && len(path) > 1 {
			v[path[0].name] = removeTree(old, path[1:])
		} else {
			delete(v, path[0].name)
		}
	case []any:
		at := path[0].index
		if at == -1 {
			at = len(v) - 1
		}
		switch {
		case at < 0 || at >= len(v):
		case len(path) > 1:
			v[at] = removeTree(v[at], path[1:])
		default:
			return any(slices.Delete(v, at, at+1))
		}
	}
	return v
}
