package oauthflow

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheChallengeIsThatOfRFC7636AppendixB(t *testing.T) {
	require.Equal(t, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
		challengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
}
