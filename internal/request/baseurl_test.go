package request

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBaseURLIsKeptWithoutTrailingSlashes(t *testing.T) {
	for given, want := range map[string]string{
		"https://api.telnyx.com/v2":        "https://api.telnyx.com/v2",
		" https://API.telnyx.com/v2/ \n":   "https://api.telnyx.com/v2",
		"https://h.example":                "https://h.example",
		"https://h.example///":             "https://h.example",
		"http://[::1]:8080/a/b":            "http://[::1]:8080/a/b",
		"http://127.0.0.1:65535/a%2Fb/v2/": "http://127.0.0.1:65535/a%2Fb/v2",
	} {
		u, err := ParseBaseURL(given)
		require.NoError(t, err, given)
		require.Equal(t, want, u.String())
	}
}

func TestBaseURLErrorSaysWhatIsWrongAndShowsNoPassword(t *testing.T) {
	for given, want := range map[string]string{
		"":                        "must begin with https",
		"api.telnyx.com/v2":       "must begin with https",
		"ftp://h.example":         "must begin with https",
		"https:":                  "no host",
		"https:///v2":             "no host",
		"https://:8443":           "no host",
		"https://h.example:99999": "port",
		"https://a:hunter2@h/v2":  "must not hold a user or password",
		"https://a:hunter2@h:x/":  "not a valid URL",
		"https://h.example/?a=b":  "query or fragment",
		"https://h.example/?":     "query or fragment",
		"https://h.example/#f":    "query or fragment",
		"https://h.example/a/../": "segment",
		"https://h.example/%2e":   "segment",
		"https://h.example/a//b":  "segment",
		"https://h.exa mple/":     "not a valid URL",
	} {
		_, err := ParseBaseURL(given)
		require.ErrorContains(t, err, want, given)
		require.NotContains(t, err.Error(), "hunter2")
	}
}
