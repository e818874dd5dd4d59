package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestEachKindOfTokenGetsItsStatus(t *testing.T) {
	t.Setenv("TELNYX_CLIENT_ID", "")
	var out strings.Builder

	require.NoError(t, run(t.Context(), nil, &out, &out))

	text := regexp.MustCompile(`[0-9a-f-]{36}`).ReplaceAllString(out.String(), "ID")
	text = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).ReplaceAllString(text, "http://HOST")
	const metadata = "http://HOST/.well-known/oauth-protected-resource/calls"
	const challenge = `scope="voice.read", resource_metadata="` + metadata + `"` + "\n"
	const bad = "                   Bearer error=\"invalid_token\", " + challenge
	require.Equal(t, "TELNYX_CLIENT_ID and TELNYX_CLIENT_SECRET are not set: using a test server, http://HOST/v2\n"+
		"no token           401 Unauthorized: Unauthorized\n                   Bearer "+challenge+
		"a valid one        200 OK: calls of ID\n"+
		"expired            401 Unauthorized: Unauthorized\n"+bad+
		"another scope      403 Forbidden: Forbidden\n                   Bearer error=\"insufficient_scope\", "+challenge+
		"another audience   401 Unauthorized: Unauthorized\n"+bad+
		"a forgery          401 Unauthorized: Unauthorized\n"+bad+
		"opaque             200 OK: calls of somebody\n"+
		"revoked just now   200 OK: calls of somebody\n"+
		"5 minutes later    401 Unauthorized: Unauthorized\n"+bad, text)
}

func TestWithCredentialsTheTokenComesFromTheConfiguredServer(t *testing.T) {
	srv := oauthtest.Start(t)
	srv.Env(t)
	app := srv.AddClient(oauthtest.Client{Scopes: []string{"voice.read"}})
	t.Setenv("TELNYX_API_KEY", "")
	t.Setenv("TELNYX_CLIENT_ID", app.ID)
	t.Setenv("TELNYX_CLIENT_SECRET", app.Secret)
	var out strings.Builder

	require.NoError(t, run(t.Context(), nil, &out, &out))

	require.Contains(t, out.String(), "tokens of "+srv.URL())
	require.Contains(t, out.String(), "a valid one        200 OK: calls of "+app.ID)
	require.Contains(t, out.String(), "nonsense           401 Unauthorized")
}
