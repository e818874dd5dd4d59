package respjson_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

func TestFieldSaysHowAMemberWasDecoded(t *testing.T) {
	cases := []struct {
		field respjson.Field
		valid bool
		raw   string
		text  string
	}{
		{respjson.Field{}, false, "", "absent"},
		{respjson.NewField("null"), false, "null", "null"},
		{respjson.NewField(`"x"`), true, `"x"`, "valid"},
		{respjson.NewInvalidField(`[1]`), false, `[1]`, "invalid"},
	}
	for _, c := range cases {
		require.Equal(t, c.valid, c.field.Valid())
		require.Equal(t, c.raw, c.field.Raw())
		for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
			require.Equal(t, c.text, fmt.Sprintf(format, c.field), "the value itself may be a secret")
		}
	}
}

func TestRawIsComparedWithNullAndOmitted(t *testing.T) {
	require.Equal(t, respjson.Null, respjson.NewField("null").Raw())
	require.Equal(t, respjson.Omitted, respjson.Field{}.Raw())
	require.False(t, respjson.NewField(respjson.Null).Valid())
}

func TestObjectKeepsItsTextAndUnknownMembers(t *testing.T) {
	o := respjson.NewObject(`{"a":1}`, map[string]respjson.Field{"a": respjson.NewField("1")})
	require.Equal(t, `{"a":1}`, o.RawJSON())
	require.Equal(t, "1", o.ExtraFields["a"].Raw())
	require.False(t, o.ExtraFields["b"].Valid())
	require.Empty(t, respjson.Object{}.RawJSON())
}

func TestObjectPrintsItsSizeOnly(t *testing.T) {
	answer := struct {
		JSON struct {
			Token respjson.Field
			respjson.Object
		}
	}{}
	hush := respjson.NewField(`"hush"`)
	answer.JSON.Token = hush
	answer.JSON.Object = respjson.NewObject(`{"token":"hush"}`, map[string]respjson.Field{"x": hush})
	require.Equal(t, "{(16 bytes of JSON)}", fmt.Sprintf("%v", answer))
	require.NotContains(t, fmt.Sprintf("%#v %+v", answer, &answer), "hush")
}
