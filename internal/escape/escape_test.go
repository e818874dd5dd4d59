package escape

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUndoReplacesTheEscapesThatBeginWithAMark(t *testing.T) {
	for text, want := range map[string]string{
		`a%2Fb%2fc`:                        "a/b/c",
		`100%25`:                           "100%",
		`%C3%A4`:                           "ä",
		`a+b`:                              "a b",
		`a\/b\"c\\d\n`:                     "a/b\"c\\d\n",
		`it\'s`:                            "it's",
		`\u0061\u00e4`:                     "aä",
		`\ud83d\ude00`:                     "😀",
		`&#47;&#x2F;&#X2f;&#0047;`:         "////",
		`&quot;&lt;&amp;&sol;&lowbar;`:     `"<&/_`,
		`%2525`:                            "%25", // one layer
		`100% \q &copy; &# &; %zz \ud83d.`: `100% \q &copy; &# &; %zz \ud83d.`,
	} {
		require.Equal(t, want, Whole(text).Undo(All).Text, text)
	}
	require.Equal(t, "a/b%2F+&#47;", Whole(`a\/b%2F+&#47;`).Undo(`\`).Text, "only one mark")
}

func TestAViewKnowsWhereItsBytesWereInTheOriginal(t *testing.T) {
	const text = `say %22s%C3%A4cret%22`

	v := Whole(text).Part(4, len(text)).Undo("%")

	begin := strings.Index(v.Text, "s")
	require.Equal(t, `"säcret"`, v.Text)
	require.Equal(t, `s%C3%A4cret`, text[v.At[begin]:v.At[len(v.Text)-1]])
	require.EqualValues(t, len(text), v.At[len(v.Text)])
}

func TestLayersVisitsEachKindOfEscapeAloneAndThenAllKindsTogether(t *testing.T) {
	var seen []string

	Whole(`a%5Cu002fb`).Layers(func(v View) { seen = append(seen, v.Text) })

	require.Equal(t, []string{`a%5Cu002fb`, `a\u002fb`, `a\u002fb`, `a\u002fb`, "a/b"}, seen)
	require.Equal(t, "a/b", Plain(`a%5Cu002fb`))
}

func FuzzUndo(f *testing.F) {
	f.Add(`%2F\u002f&#x2f;+\/`, All)
	f.Add("\\\xff%e4&lt", `\&%`)
	f.Add(`\ud83d\ude00`, `\`)
	f.Fuzz(func(t *testing.T, text, marks string) {
		v := Whole(text).Undo(marks)
		if len(v.At) != len(v.Text)+1 || int(v.At[len(v.Text)]) != len(text) {
			t.Fatalf("%d places for %d bytes, the end at %d of %d", len(v.At), len(v.Text), v.At[len(v.Text)], len(text))
		}
		for i := range v.Text {
			if v.At[i] > v.At[i+1] {
				t.Fatalf("byte %d of %q is at %d, the next at %d", i, v.Text, v.At[i], v.At[i+1])
			}
		}
		if !strings.ContainsAny(text, marks) && v.Text != text {
			t.Fatalf("%q became %q without an escape", text, v.Text)
		}
	})
}
