package redact_test

import (
	"bytes"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

const formType = "application/x-www-form-urlencoded"

// longSecret has no piece twice, and nothing to escape.
func longSecret(size int) string {
	return gardener{rand.New(rand.NewPCG(8, 2))}.word(alphanumeric, size)
}

func TestLearningCostsLittleHoweverLongTheSecretsAre(t *testing.T) {
	const size = 1 << 20
	secret := longSecret(size)
	var members strings.Builder
	for i := range size / 256 {
		members.WriteString(`"` + secret[i*256:i*256+250] + strconv.Itoa(i) + `",`)
	}
	escaped := strings.ReplaceAll(secret, "a", "%2F")
	for _, sent := range []struct {
		name, contentType, body string
		header                  http.Header
	}{
		{"a member", "application/json", `{"client_secret":"` + secret + `"}`, nil},
		{"many members", "application/json", `{"tokens":[` + members.String() + `1]}`, nil},
		{"a form", formType, "grant_type=x&client_secret=" + secret, nil},
		{"an escaped form", formType, "grant_type=x&client_secret=" + escaped, nil},
		{"a header", "", "", http.Header{"X-Api-Key": {secret}}},
		{"an escaped header", "", "", http.Header{"X-Api-Key": {escaped}}},
	} {
		steps, pieces := redact.StepsOfLearning(sent.header, sent.contentType, sent.body)
		require.Less(t, steps, 200*size, sent.name)
		require.Less(t, pieces, size/4, sent.name) // where a piece could begin at each byte
	}
}

func TestASecretTooLongToBeLearnedIsHidden(t *testing.T) {
	secret := longSecret(1 << 17)
	for name, r := range map[string]redact.Redactor{
		"header": redact.Redactor{}.With(http.Header{"X-Api-Key": {secret}}, nil, "", nil),
		"member": redact.Redactor{}.With(nil, nil, "application/json", []byte(`{"client_secret":"`+secret+`"}`)),
		"form":   redact.Redactor{}.With(nil, nil, formType, []byte("client_secret="+secret)),
		"query":  redact.Redactor{}.With(nil, &url.URL{RawQuery: "token=" + secret}, "", nil),
	} {
		require.Equal(t, "got [redacted]!", r.Text("got "+secret+"!"), name)
		require.Equal(t, `{"a":"[redacted]"}`, r.Body("", []byte(`{"a":"`+secret+`"}`)), name)
		require.Equal(t, "got [redacted]… sorry", r.Text("got "+secret[:4_001]+"… sorry"), name)
		require.Equal(t, "got [redacted]", r.Text("got "+secret[:4_001]), name)
	}
}

func TestAFragmentOfASecretTooLongToBeLearnedShowsItsEndsAtMost(t *testing.T) {
	secret := longSecret(1 << 17)
	r := redact.Redactor{}.With(nil, nil, "application/json", []byte(`{"client_secret":"`+secret+`"}`))
	for start := 100_000; start < 100_016; start++ {
		before, after, isHidden := strings.Cut(r.Text(" "+secret[start:start+500]+" "), redact.Mask)

		require.True(t, isHidden)
		require.Less(t, len(strings.TrimSpace(before)), 16)
		require.Less(t, len(strings.TrimSpace(after)), 16)
	}
}

func TestALongSecretLeavesRoomForTheOthers(t *testing.T) {
	const token = "0123456789abcdefghijklmnop"
	r := redact.Redactor{}.With(nil, nil, "", []byte(`{"client_assertion":"`+longSecret(1<<20)+`","token":"`+token+`"}`))

	require.Equal(t, "got [redacted]… or [redacted]", r.Text("got "+token[5:22]+"… or "+token[:23]))
}

func TestSecretsOfAMultipartBodyAreLearnedAndHidden(t *testing.T) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, field := range [][2]string{
		{"client_secret", "secret&of=client"}, {"code", "code-value"}, {"name", "harmless"}, {"password", "two\r\nlines"},
	} {
		require.NoError(t, form.WriteField(field[0], field[1]))
	}
	file, err := form.CreateFormFile("token", "a.txt")
	require.NoError(t, err)
	_, err = file.Write([]byte("token-in-a-file"))
	require.NoError(t, err)
	require.NoError(t, form.Close())

	r := redact.Redactor{}.With(nil, nil, form.FormDataContentType(), body.Bytes())
	shown := r.Body(form.FormDataContentType(), body.Bytes())

	require.Equal(t, "[redacted], [redacted], harmless, [redacted], [redacted]",
		r.Text("secret&of=client, code-value, harmless, two\r\nlines, token-in-a-file"))
	require.Equal(t, `{"detail":"bad [redacted] for harmless: [redacted]"}`,
		r.Body("", []byte(`{"detail":"bad secret\u0026of=client for harmless: two\r\nlines"}`)))
	require.Equal(t, 4, strings.Count(shown, "\r\n\r\n"+redact.Mask+"\r\n--"+form.Boundary()))
	require.Contains(t, shown, "harmless")
}
