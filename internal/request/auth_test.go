package request

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestABodyAuthenticatesTheClientWithASecretAnAssertionOrAnotherClientsID(t *testing.T) {
	for body, want := range map[string]bool{
		`{"grant_type":"client_credentials"}`:      false,
		`{"client_id":""}`:                         false,
		`{"client_id":null}`:                       false,
		`{"client_id":"own"}`:                      false,
		`{"client_id":["own","","own"]}`:           false,
		`{"client_id":"x"}`:                        true,
		`{"client_id":["","x"]}`:                   true,
		`{"client_id":["own","x"]}`:                true,
		`{"client_id":"own","client_secret":"s"}`:  true,
		`{"client_id":"own","client_id":""}`:       false,
		`{"client_id":"x","client_id":"own"}`:      true,
		`{"client_secret":"s","client_secret":""}`: true,
		`{"client_secret":""}`:                     false,
		`{"client_secret":1}`:                      true,
		`{"client_assertion":{"a":"b"}}`:           true,
	} {
		o := &outgoing{contentType: jsonType, body: []byte(body)}
		require.Equal(t, want, carriesClient(o, "own"), body)
	}
	o := &outgoing{contentType: formType, body: []byte("client_id=&client_id=x")}
	require.True(t, carriesClient(o, "own"))
	o.contentType = "Application/X-WWW-Form-Urlencoded; Charset=UTF-8"
	require.True(t, carriesClient(o, "own"))
}
