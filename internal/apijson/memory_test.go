package apijson

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// large takes about a kilobyte for "{}", as the structs of real responses do.
type large struct {
	A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T string
	Text                                                       string         `json:"text"`
	Count                                                      int64          `json:"count"`
	When                                                       time.Time      `json:"when"`
	Texts                                                      []string       `json:"texts"`
	Many                                                       []inner        `json:"many"`
	Any                                                        map[string]any `json:"any"`
	JSON                                                       struct {
		Text, Count, When, Texts, Many, Any respjson.Field
		Room                                [20]respjson.Field
		respjson.Object
	} `json:"-"`
}

type largeList struct {
	Data []large `json:"data"`
	JSON struct {
		Data respjson.Field
		respjson.Object
	} `json:"-"`
}

// allocated returns the number of bytes that do allocates.
func allocated(do func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}

// repeat returns a text of about size bytes of elements. %d in element becomes a number of its own in each.
func repeat(begin, element, end string, size int) string {
	var b strings.Builder
	b.WriteString(begin)
	for i := 0; b.Len() < size; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		name := string([]byte{'a' + byte(i%26), 'a' + byte(i/26%26), 'a' + byte(i/676%26), 'a' + byte(i/17576%26)})
		b.WriteString(strings.ReplaceAll(element, "#", name))
	}
	b.WriteString(end)
	return b.String()
}

func TestHostileShapesCannotTakeMoreMemoryThanTheirTextAllows(t *testing.T) {
	for name, shape := range map[string][3]string{
		"empty objects":           {`{"data":[`, `{}`, `]}`},
		"objects before spaces":   {`{"data":[{},{},` + strings.Repeat(" ", 1<<20), `{}`, `]}`},
		"a list again and again":  {`{`, `"data":[{}]`, `}`},
		"short lists":             {`{"data":[{`, `"many":[{},{}]`, `}]}`},
		"nested lists":            {`{"data":[`, `{"many":[{}]}`, `]}`},
		"empty strings":           {`{"data":[{"texts":[`, `""`, `]}]}`},
		"nulls for strings":       {`{"data":[{"texts":[`, `null`, `]}]}`},
		"numbers for strings":     {`{"data":[{"texts":[`, `0`, `]}]}`},
		"lists for strings":       {`{"data":[{"texts":[`, `[]`, `]}]}`},
		"short lists of strings":  {`{"data":[{`, `"texts":[""]`, `}]}`},
		"a list of one more":      {`{"data":[`, `{"texts":[""]}`, `]}`},
		"lists for objects":       {`{"data":[`, `[]`, `]}`},
		"objects after a list":    {`{"data":[[],`, `{}`, `]}`},
		"unknown members":         {`{`, `"#":0`, `}`},
		"objects of one unknown":  {`{"data":[`, `{"":0}`, `]}`},
		"objects of some unknown": {`{"data":[`, `{"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"i":0}`, `]}`},
		"an escape":               {`{"data":[`, `{"text":"\n"}`, `]}`},
		"escapes":                 {`{"data":[{`, `"text":"\n\n\n"`, `}]}`},
		"escapes in names":        {`{`, `"\u0061#":0`, `}`},
		"invalid UTF-8": {
			`{"data":[{`, "\"text\":\"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\"", `}]}`,
		},
		"no integer":                 {`{"data":[{`, `"count":""`, `}]}`},
		"integers too large":         {`{"data":[{`, `"count":1e99`, `}]}`},
		"fractions of zero":          {`{"data":[{`, `"count":0.0`, `}]}`},
		"integers of many zeros":     {`{"data":[{`, `"count":1.` + strings.Repeat("0", 40) + `e20`, `}]}`},
		"no time":                    {`{"data":[{`, `"when":""`, `}]}`},
		"half a time":                {`{"data":[{`, `"when":"2026-01-02T03:04:05+0100x"`, `}]}`},
		"long no times":              {`{"data":[{`, `"when":"2026-01-02T03` + strings.Repeat("x", 1000) + `+0000"`, `}]}`},
		"dates":                      {`{"data":[{`, `"when":"2026-01-02"`, `}]}`},
		"times without a zone":       {`{"data":[{`, `"when":"2026-01-02 03:04:05"`, `}]}`},
		"times":                      {`{"data":[{`, `"when":"2026-01-02 03:04:05+0100"`, `}]}`},
		"empty maps":                 {`{"data":[{`, `"any":{}`, `}]}`},
		"no maps":                    {`{"data":[{`, `"any":0`, `}]}`},
		"maps of one member":         {`{"data":[`, `{"any":{"":0}}`, `]}`},
		"a map of many members":      {`{"data":[{"any":{`, `"#":0`, `}}]}`},
		"a map of many maps":         {`{"data":[{"any":{"":[`, `{"":0}`, `]}}]}`},
		"a map of empty maps":        {`{"data":[{"any":{"":[`, `{}`, `]}}]}`},
		"a map of numbers":           {`{"data":[{"any":{"":[`, `0`, `]}}]}`},
		"a map of strings":           {`{"data":[{"any":{"":[`, `""`, `]}}]}`},
		"a map of lists":             {`{"data":[{"any":{"":[`, `[0]`, `]}}]}`},
		"a map of invalid UTF-8":     {`{"data":[{"any":{"":[`, "\"\xff\xff\xff\xff\"", `]}}]}`},
		"a map that is broken":       {`{"data":[{"any":{"":[`, `{"":0}`, `]}}`},
		"everything, and then wrong": {`{"data":[`, `{"texts":[""],"any":{"":0},"count":"","when":"","":0}`, `]}x`},
	} {
		t.Run(name, func(t *testing.T) {
			text := repeat(shape[0], shape[1], shape[2], 1<<20)
			bound := memoryFloor + memoryRatio*len(text)
			require.ErrorContains(
				t, Decode(`{"data":[{"any":{}}]`, new(largeList)), "unexpected end", "plans are made only once",
			)

			var err error
			took := allocated(func() { err = Decode(text, new(largeList)) })

			t.Logf("%d bytes take %.1f times as much: %v", len(text), float64(took)/float64(len(text)), err)
			require.LessOrEqual(t, took, bound+64<<10)
		})
	}
}

func TestTheMemoryOfAnAnyIsLimitedToo(t *testing.T) {
	for name, shape := range map[string][3]string{
		"maps":       {`[`, `{"":0}`, `]`},
		"empty maps": {`[`, `{}`, `]`},
		"lists":      {`[`, `[]`, `]`},
		"numbers":    {`[`, `0`, `]`},
		"strings":    {`{"":[`, `""`, `]}`},
		"members":    {`{`, `"#":0`, `}`},
	} {
		t.Run(name, func(t *testing.T) {
			text := repeat(shape[0], shape[1], shape[2], 1<<20)
			for _, dst := range []any{new(any), new(map[string]any), new([]any), new([]map[string]any)} {
				took := allocated(func() {
					if CheckAny([]byte(text), dst) == nil {
						_ = json.Unmarshal([]byte(text), dst)
					}
				})

				require.LessOrEqual(t, took, memoryFloor+(memoryRatio+3)*len(text))
			}
		})
	}
	require.ErrorIs(t, CheckAny([]byte(repeat(`[`, `{}`, `]`, 1<<20)), new(any)), ErrMemory)
	require.NoError(t, CheckAny([]byte(repeat(`[`, `{}`, `]`, 1<<20)), new([]struct{})), "the type is the caller's")
	require.NoError(t, CheckAny([]byte(`[{"a":1},`), new(any)), "left to encoding/json")
	type tree map[string]tree
	require.NoError(t, CheckAny([]byte(`{"a":{}}`), new(tree)))
	word := strings.Repeat("x", 36)
	require.NoError(t, CheckAny([]byte(repeat(`{"data":[`, `{"id":"`+word+`","name":"`+word+`",`+
		`"scopes":["messaging.read","messaging.write"],"created_at":"2026-01-02T15:04:05.123Z"}`, `]}`, 16<<20)), new(any)))
}

func TestOnlyTooMuchMemoryIsErrMemory(t *testing.T) {
	require.ErrorIs(t, Decode(repeat(`{"data":[`, `{}`, `]}`, 1<<20), new(largeList)), ErrMemory)
	require.NoError(t, Decode(repeat(`{"data":[`, `{}`, `]}`, 6<<10), new(largeList)), "2,000 of them in 6 KiB are fine")
}
