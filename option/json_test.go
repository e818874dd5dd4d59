package option_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/tidwall/gjson"
)

var errNotSent = errors.New("not sent")

// edited returns the JSON body that is sent when opts change the one given.
func edited(t *testing.T, body string, opts ...option.RequestOption) (sent string, err error) {
	t.Helper()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithMaxRetries(0), option.WithMiddleware(
		func(r *http.Request, _ option.MiddlewareNext) (*http.Response, error) {
			content, err := io.ReadAll(r.Body)
			sent = string(content)
			return nil, errors.Join(errNotSent, err)
		}))
	opts = append([]option.RequestOption{option.WithRequestBody("application/json", body)}, opts...)
	if err = client.Post(t.Context(), "things", nil, nil, opts...); errors.Is(err, errNotSent) {
		err = nil
	}
	return sent, err
}

func TestJSONIsSetAtThePathsOfSjson(t *testing.T) {
	for _, c := range []struct{ body, path, want string }{
		{`{}`, "a.b.c", `{"a":{"b":{"c":7}}}`},
		{`{"a":1}`, "a", `{"a":7}`},
		{`{"a":null}`, "a.b", `{"a":{"b":7}}`},
		{`{"list":[1,2]}`, "list.1", `{"list":[1,7]}`},
		{`{"list":[1]}`, "list.3", `{"list":[1,null,null,7]}`},
		{`{"list":[1]}`, "list.-1", `{"list":[1,7]}`},
		{`{}`, "list.-1", `{"list":[7]}`},
		{`{}`, "list.1", `{"list":[null,7]}`},
		{`{}`, "users.:1", `{"users":{"1":7}}`},
		{`{"a.b":1}`, `a\.b`, `{"a.b":7}`},
		{`{}`, `a\*b`, `{"a*b":7}`},
		{`{"!":1}`, `\!`, `{"!":7}`},
		{`{"a":{}}`, `a.\1`, `{"a":{"1":7}}`},
		{`[1]`, "-1", `[1,7]`},
		{`{"l":[{"n":"x","v":1},{"n":"y","v":2}]}`, `l.#(n=="y").v`, `{"l":[{"n":"x","v":1},{"n":"y","v":7}]}`},
		{`{"l":[{"v":1},{"v":2}]}`, "l.#.v", `{"l":[{"v":7},{"v":7}]}`},
		{`{"name":1}`, "na*", `{"name":7}`},
		{`{"name":7}`, "na*", `{"name":7}`},
	} {
		sent, err := edited(t, c.body, option.WithJSONSet(c.path, 7))
		require.NoError(t, err, c.path)
		require.Equal(t, c.want, sent, c.path)
	}
}

func TestJSONIsDeletedAtThePathsOfSjson(t *testing.T) {
	for _, c := range []struct{ body, path, want string }{
		{`{"a":1,"b":2}`, "a", `{"b":2}`},
		{`{"a":{"b":1,"c":2}}`, "a.b", `{"a":{"c":2}}`},
		{`{"a":[1,2,3]}`, "a.-1", `{"a":[1,2]}`},
		{`{"a":[1,2,3]}`, "a.0", `{"a":[2,3]}`},
		{`{"a.b":1}`, `a\.b`, `{}`},
		{`{"a":1}`, "b", `{"a":1}`},
		{`{"a":1}`, "a.b", `{"a":1}`},
		{`{"a":[]}`, "a.-1", `{"a":[]}`},
	} {
		sent, err := edited(t, c.body, option.WithJSONDel(c.path))
		require.NoError(t, err, c.path)
		require.Equal(t, c.want, sent, c.path)
	}
}

func TestWhatSjsonWouldRefuseOrDoWrongIsAnErrorOfTheOption(t *testing.T) {
	deep := json.RawMessage(strings.Repeat("[", 9999) + strings.Repeat("]", 9999))
	for _, c := range []struct {
		body string
		opt  option.RequestOption
		want string
	}{
		{
			`{"l":[]}`, option.WithJSONSet(`l.#(n=="y").v`, 1),
			`option.WithJSONSet: the path "l.#(n==\"y\").v": matches nothing`,
		},
		{`{"l":[1]}`, option.WithJSONSet("l.#", 1), "matches nothing"},
		{`{"l":1}`, option.WithJSONSet("x*", 1), "matches nothing"},
		{`{"l":1}`, option.WithJSONSet("l|@reverse", 1), "matches nothing"},
		{`{"l":[]}`, option.WithJSONSet("l.1000000000", 1), "option.WithJSONSet"},
		{`{}`, option.WithJSONSet("l.1000000000", 1), "option.WithJSONSet"},
		{`{"l":[]}`, option.WithJSONSet("l.99999999999999999999999", 1), "option.WithJSONSet"},
		{`{"l":[]}`, option.WithJSONSet("l.name", 1), "option.WithJSONSet"},
		{`{"a":1}`, option.WithJSONSet("a.b", 1), `"b" would replace a value`},
		{`{}`, option.WithJSONSet(`a.\0`, 1), `"\\0" would become an index; a member named 0 is :0`},
		{`{"a":"x"}`, option.WithJSONSet("a.0", 1), `"0" would replace a value`},
		{`"text"`, option.WithJSONSet("a", 1), `"a" would replace a value`},
		{`{`, option.WithJSONSet("a", 1), "option.WithJSONSet: the path \"a\": the body is not JSON"},
		{`{`, option.WithJSONDel("a"), "option.WithJSONDel: the path \"a\": the body is not JSON"},
		{`{}`, option.WithJSONSet("", 1), `option.WithJSONSet: the path "" has an empty part`},
		{`{}`, option.WithJSONSet("a..b", 1), "has an empty part"},
		{`{}`, option.WithJSONSet(":", 1), "has an empty part"},
		{`{}`, option.WithJSONSet(`a\`, 1), "ends with a backslash"},
		{`{}`, option.WithJSONSet("\xff", 1), "is not valid UTF-8"},
		{`{}`, option.WithJSONSet("!a", 1), "needs a backslash"},
		{`{}`, option.WithJSONSet("a.[b]", 1), "needs a backslash"},
		{`{}`, option.WithJSONSet("a", func() {}), "option.WithJSONSet: json: unsupported type"},
		{`{"a":[1]}`, option.WithJSONDel("a.#"), "option.WithJSONDel"},
		{`{"a":1,"\"":2}`, option.WithJSONDel(`"`), "option.WithJSONDel: a member with a quotation mark"},
		{`{"a":1,"\u0061":2}`, option.WithJSONDel("a"), `more than one member "a"`},
		{`{"x":{"b":1},"x":{}}`, option.WithJSONSet("x.b", 1), `more than one member "x"`},
		{`{}`, option.WithJSONDel(""), "option.WithJSONDel"},
		{`{}`, option.WithJSONSet("a", deep), ""},
		{`{}`, option.WithJSONSet("a.b.c", deep), "not be JSON"},
	} {
		_, err := edited(t, c.body, c.opt)
		if c.want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, c.want, c.body)
	}
}

func FuzzJSONSet(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"a":{"b":[1,{"c":"é"}]},"a.b":2," ":3}`, "a.b.1.c"}, {`[[1,2],{}]`, "0.-1"},
		{`{"\u0061":1}`, `\a`}, {`{"a\"":1}`, `a"`}, {`{"1":1}`, ":1"}, {`{"a":[1,2,3]}`, "a.01"}, {`null`, "x.2.y"},
		{`{"|":[1]}`, `\|.5`}, {`{}`, `a.\00`}, {` { "a" : [ ] } `, "a.0.0"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, body, path string) {
		set, err := edited(t, body, option.WithJSONSet(path, "the value"))
		if err != nil {
			return
		}
		require.True(t, json.Valid([]byte(set)), set)
		if strings.ContainsAny(path, "#*?|@:") || strings.Contains(path, "-1") {
			return // gjson reads these paths in another way
		}
		require.Equal(t, "the value", gjson.Get(set, path).String(), "%s at %s is %s", body, path, set)
		again, err := edited(t, set, option.WithJSONSet(path, "the value"))
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(set, again))
		if strings.Contains(path, `"`) {
			return // which is refused
		}
		deleted, err := edited(t, set, option.WithJSONDel(path))
		require.NoError(t, err)
		require.Less(t, len(deleted), len(set))
		if before := gjson.Parse(set); before.IsObject() && !strings.Contains(path, ".") {
			require.Len(t, gjson.Parse(deleted).Map(), len(before.Map())-1)
		}
	})
}
