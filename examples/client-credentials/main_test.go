package main

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func TestConcurrentCallsShareOneToken(t *testing.T) {
	t.Setenv("TELNYX_CLIENT_ID", "")
	var out strings.Builder

	err := run(t.Context(), nil, &out, io.Discard)

	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(out.String(), "path=/v2/oauth/token"))
	require.Equal(t, 3, strings.Count(out.String(), "path=/v2/oauth_grants"))
}

func TestWrongCredentialsAreExplained(t *testing.T) {
	server := oauthtest.NewServer()
	defer server.Close()
	t.Setenv("TELNYX_CLIENT_ID", "nobody")
	t.Setenv("TELNYX_CLIENT_SECRET", "nothing-at-all")
	t.Setenv("TELNYX_API_KEY", server.APIKey()) // must not be used
	t.Setenv("TELNYX_BASE_URL", server.BaseURL())
	var out strings.Builder

	err := run(t.Context(), nil, &out, io.Discard)

	require.Error(t, err)
	require.Contains(t, explain(err), "check TELNYX_CLIENT_ID and TELNYX_CLIENT_SECRET")
	require.Equal(t, 1, strings.Count(explain(err), "invalid_client"), "three calls failed for one reason: %s",
		explain(err))
	require.NotContains(t, out.String()+err.Error(), "nothing-at-all")
}

func TestArgumentsPrintTheUsage(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"-secret", "x"}, {"now"}} {
		var said strings.Builder

		err := run(t.Context(), args, io.Discard, &said)

		require.ErrorIs(t, err, errUsage)
		require.Contains(t, said.String(), "It takes no arguments.")
	}
}

func TestAMissingScopeIsExplained(t *testing.T) {
	err := errors.Join(&telnyx.Error{StatusCode: 403})

	require.Contains(t, explain(err), "give the OAuth client the scope")
}
