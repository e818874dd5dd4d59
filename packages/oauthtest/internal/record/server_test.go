package record_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest/internal/record"
)

// The recordings and the server must not differ: each recorded request, sent to the server with the values of this run
// in place of the placeholders, gets the recorded answer.
func TestServerAnswersAsItIsRecorded(t *testing.T) {
	files, err := filepath.Glob("../../../../testdata/fixtures/*.yaml")
	require.NoError(t, err)
	require.Len(t, files, 17)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			tape, err := record.Load(text)
			require.NoError(t, err)
			require.NotEmpty(t, tape.Interactions)
			require.Empty(t, record.Drift(t, oauthtest.New(), tape.Interactions))
		})
	}
}

func TestADriftOfTheServerIsNoticed(t *testing.T) {
	exchange := func(status int, header, body string) []*cassette.Interaction {
		return []*cassette.Interaction{{
			Request: cassette.Request{Method: "GET", URL: "https://api.telnyx.com/.well-known/oauth-protected-resource"},
			Response: cassette.Response{Code: status,
				Headers: http.Header{"Content-Type": {header}, "X-Request-Id": {"redacted-x_request_id-1"}}, Body: body},
		}}
	}
	const body = `{"resource":"https://api.telnyx.com","authorization_servers":["https://api.telnyx.com"]}`
	for want, recorded := range map[string][]*cassette.Interaction{
		"[]":                           exchange(200, "application/json", body),
		"answers 200, recorded is 201": exchange(201, "application/json", body),
		"header Content-Type":          exchange(200, "text/plain", body),
		"json /resource":               exchange(200, "application/json", strings.Replace(body, "com", "eu", 1)),
		"json /authorization_servers/0": exchange(200, "application/json",
			strings.Replace(body, `["https://api.telnyx.com"]`, `[]`, 1)),
		"json /extra (no string)": exchange(200, "application/json",
			strings.Replace(body, `{`, `{"extra":1,`, 1)),
		"json /resource is there on one side": exchange(200, "application/json",
			strings.Replace(body, `"https://api.telnyx.com"`, `5`, 1)),
	} {
		require.Contains(t, fmt.Sprint(record.Drift(t, oauthtest.New(), recorded)), want)
	}
}
