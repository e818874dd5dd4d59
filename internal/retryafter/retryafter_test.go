package retryafter

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestWaitUsesTheFirstUsableHeader(t *testing.T) {
	in := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	const none = time.Duration(-1)
	for _, c := range []struct {
		name   string
		status int
		header []string
		want   time.Duration
	}{
		{"nothing", 429, nil, none},
		{"seconds", 503, []string{"Retry-After", "12"}, 12 * time.Second},
		{"a fraction", 429, []string{"Retry-After", "1.5"}, 1500 * time.Millisecond},
		{"spaces", 429, []string{"Retry-After", " 2 "}, 2 * time.Second},
		{"zero", 429, []string{"Retry-After", "0"}, 0},
		{"a date", 503, []string{"Retry-After", in(7 * time.Second)}, 7 * time.Second},
		{"a date by the server's clock", 503,
			[]string{"Retry-After", in(time.Hour), "Date", in(time.Hour - 9*time.Second)}, 9 * time.Second},
		{"a date with a broken server clock", 503,
			[]string{"Retry-After", in(3 * time.Second), "Date", "noon"}, 3 * time.Second},
		{"milliseconds", 503, []string{"Retry-After-Ms", "250", "Retry-After", "9"}, 250 * time.Millisecond},
		{"unusable milliseconds", 503, []string{"Retry-After-Ms", "soon", "Retry-After", "9"}, 9 * time.Second},
		{"the reset of a rate limit", 429, []string{"X-RateLimit-Reset", "20"}, 20 * time.Second},
		{"the other spelling", 429, []string{"RateLimit-Reset", "21"}, 21 * time.Second},
		{"a reset as Unix time", 429, []string{"X-RateLimit-Reset", "1767323060"}, 15 * time.Second},
		{"the other spelling as Unix time", 429, []string{"RateLimit-Reset", "1767323060.5"}, 15500 * time.Millisecond},
		{"Unix time by the server's clock", 429,
			[]string{"X-RateLimit-Reset", "1767323060", "Date", in(5 * time.Second)}, 10 * time.Second},
		{"the first Unix time", 429, []string{"X-RateLimit-Reset", "1000000000"}, none},
		{"the last number of seconds", 429, []string{"X-RateLimit-Reset", "999999999"}, 999999999 * time.Second},
		{"Unix time that is past", 429,
			[]string{"X-RateLimit-Reset", "1767323044", "RateLimit-Reset", "3"}, 3 * time.Second},
		{"Unix time in milliseconds", 429, []string{"X-RateLimit-Reset", "1767323060000"}, none},
		{"a policy", 429, []string{"RateLimit", `"default";r=0;t=30`}, 30 * time.Second},
		{"a policy with spaces", 429, []string{"RateLimit", ` "default" ; r=0 ; t=31 `}, 31 * time.Second},
		{"a policy where no limit was hit", 503, []string{"RateLimit", `"default";r=0;t=30`}, none},
		{"the policy that is used up", 429,
			[]string{"RateLimit", `"day";r=900;t=80000, "burst";r=0;t=2`}, 2 * time.Second},
		{"the longer of two that are used up", 429,
			[]string{"RateLimit", `"a";r=0;t=5,"b";r=0;t=9,"c";r=0;t=7`}, 9 * time.Second},
		{"separators in a name", 429, []string{"RateLimit", `"a;r=0;t=9,\\\";r=0;t=8";r=1;t=4`}, 4 * time.Second},
		{"a policy without a time", 429, []string{"RateLimit", `"default";r=0`}, none},
		{"a policy without a remainder", 429, []string{"RateLimit", `"default";t=30`}, none},
		{"a reset before a policy", 429,
			[]string{"RateLimit", `"default";r=0;t=30`, "RateLimit-Reset", "20"}, 20 * time.Second},
		{"a limit as the API announces it", 429,
			[]string{"RateLimit-Limit", "5, 5;w=60", "RateLimit", "5, 5;w=60"}, none},
		{"a policy of nonsense", 429, []string{"RateLimit", `";,=;r=-1;t=x,;t=1e300;r=0`}, none},
		{"an unusable Retry-After before a reset", 429,
			[]string{"Retry-After", "-1", "RateLimit-Reset", "4"}, 4 * time.Second},
		{"a reset where no limit was hit", 503, []string{"X-RateLimit-Reset", "20"}, none},
		{"negative", 429, []string{"Retry-After", "-1"}, none},
		{"past", 429, []string{"Retry-After", in(-time.Second)}, none},
		{"past by the server's clock", 429, []string{"Retry-After", in(time.Second), "Date", in(time.Minute)}, none},
		{"not a number", 429, []string{"Retry-After", "NaN"}, none},
		{"infinite", 429, []string{"Retry-After", "Inf"}, none},
		{"beyond a Duration", 429, []string{"Retry-After", "1e300"}, none},
		{"barely beyond", 429, []string{"Retry-After-Ms", "9223372036855"}, none},
		{"words", 429, []string{"Retry-After", "tomorrow"}, none},
		{"two values", 429, []string{"Retry-After", "1, 2"}, none},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := http.Header{}
			for i := 0; i < len(c.header); i += 2 {
				h.Set(c.header[i], c.header[i+1])
			}
			wait, ok := Wait(c.status, h, now)
			require.Equal(t, c.want != none, ok)
			if ok {
				require.Equal(t, c.want, wait)
			}
		})
	}
}

func TestRateLimitPoliciesMayBeInSeveralLines(t *testing.T) {
	h := http.Header{"Ratelimit": {`"day";r=3;t=900`, `"burst";r=0;t=6`}}

	wait, ok := Wait(429, h, now)

	require.True(t, ok)
	require.Equal(t, 6*time.Second, wait)
}

func FuzzWait(f *testing.F) {
	for _, value := range []string{
		"", "0", "-0", "1", "1.5", "-1", "NaN", "+Inf", "1e300", "0x1p-2", "9223372036", "soon", "1, 2",
		"Fri, 02 Jan 2026 03:04:06 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT",
		"Mon Jan  2 15:04:05 2006", "1767323060", "999999999", "1000000000",
		`"default";r=0;t=30`, `"a\",";r=1;t=2, b;t=3;r=0`, `";r=0;t=1`,
	} {
		f.Add(429, "", value, "", "", "")
		f.Add(503, value, "2", value, "", "")
		f.Add(429, "x", "x", "", value, value)
	}
	f.Fuzz(func(t *testing.T, status int, ms, after, date, x, reset string) {
		h := http.Header{
			"Retry-After-Ms": {ms}, "Retry-After": {after}, "Date": {date},
			"X-Ratelimit-Reset": {x}, "Ratelimit-Reset": {reset}, "Ratelimit": {reset, x},
		}
		wait, ok := Wait(status, h, now)
		again, okAgain := Wait(status, h, now)
		require.Equal(t, wait, again)
		require.Equal(t, ok, okAgain)
		require.GreaterOrEqual(t, wait, time.Duration(0))
		if !ok {
			require.Zero(t, wait)
		}
	})
}
