package oauthtest_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// The recording itself is tested in internal/record.
func TestTheOptionsOfRecordReachTheRecording(t *testing.T) {
	srv := oauthtest.New()
	srv.AddClient(oauthtest.Client{Name: "Pager 17", LogoURI: "https://example.com/my-secret"})
	path := filepath.Join(t.TempDir(), "story")
	t.Run("records", func(t *testing.T) {
		t.Setenv("TELNYX_RECORD", "1")
		client := oauthtest.Record(t, path,
			oauthtest.RecordThrough(srv.Transport()),
			oauthtest.KeepHeaders("Date"),
			oauthtest.KeepFields("verbose"),
			oauthtest.WithSecrets("my-secret"),
			oauthtest.WithNormalizer(func(_, value string) string { return strings.ReplaceAll(value, "Pager 17", "Pager") }),
		)
		req, err := http.NewRequestWithContext(t.Context(), "GET", srv.BaseURL()+"/oauth_clients?verbose=yes", nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+srv.APIKey())
		res, err := client.Do(req)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
	})

	recording, err := os.ReadFile(path + ".yaml")

	require.NoError(t, err)
	for _, kept := range []string{"Date:", "verbose=yes", `"name": "Pager"`} {
		require.Contains(t, string(recording), kept)
	}
	require.NotContains(t, string(recording), "my-secret")
}
