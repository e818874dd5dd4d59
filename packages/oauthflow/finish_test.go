package oauthflow_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFinishExchangesTheCodeOfTheRequestThatBeginMade(t *testing.T) {
	srv, app, _ := rig(t)
	pending, err := app.Begin()
	require.NoError(t, err)

	token, err := app.Finish(t.Context(), pending, approve(t, srv, pending.URL))

	require.NoError(t, err)
	require.NotEmpty(t, token.AccessToken)
	require.NotEmpty(t, token.RefreshToken)
	require.Equal(t, []string{"messaging.read"}, token.Scopes)
}
