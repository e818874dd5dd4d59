package oauthflow

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzChallenges checks that any WWW-Authenticate header is read to its end, and that only tokens are names of params.
func FuzzChallenges(f *testing.F) {
	for _, seed := range []string{
		`Bearer`, `Bearer error="invalid_token", scope="a b"`, `Basic realm="x, Bearer y=z", Bearer a=b`,
		`Bearer a="\"`, `=,=`,
		`Negotiate abc==, Bearer x = "y"`, `bearer`, `"`, `Bearer a="b`, `Bearer a=b a=c`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, c := range bearerChallenges(http.Header{"Www-Authenticate": {line}}) {
			require.True(t, strings.EqualFold(c.scheme, "Bearer"))
			for name, value := range c.params {
				require.Equal(t, name, strings.ToLower(word(name)))
				require.LessOrEqual(t, len(name)+len(value), len(line))
			}
		}
	})
}

// FuzzCallback checks that a callback without the right state gives no code, and that a code comes without an error.
func FuzzCallback(f *testing.F) {
	f.Add("code=c&state=STATE")
	f.Add("code=c&state=STATE&state=STATE")
	f.Add("error=access_denied&state=STATE&iss=https://api.telnyx.com")
	f.Add("code=c&state=STATE&iss=")
	config := Config{ClientID: "app", RedirectURI: "https://app.example/cb"}
	f.Fuzz(func(t *testing.T, query string) {
		p, err := config.Begin()
		require.NoError(t, err)
		values := queryOf(strings.ReplaceAll(query, "STATE", p.State))

		code, err := config.codeOf(p, values)

		if err != nil {
			require.Empty(t, code)
			require.NotContains(t, err.Error(), p.State)
			return
		}
		require.Equal(t, []string{p.State}, values["state"])
		require.Equal(t, []string{code}, values["code"])
		require.Empty(t, values.Get("error"))
		if values.Has("iss") {
			require.Equal(t, "https://api.telnyx.com", values.Get("iss"))
		}
	})
}

// FuzzRecord checks that any data is a record of its key, or damaged, and that the error has nothing of the data.
func FuzzRecord(f *testing.F) {
	key := Key{Issuer: "https://api.telnyx.com", ClientID: "app", Grant: grantCode}
	f.Add([]byte(`{"format":1,` +
		`"key":{"Issuer":"https://api.telnyx.com","ClientID":"app","Grant":"authorization_code"},` +
		`"token":{"access_token":"s3cr3t-value"}}`))
	f.Add([]byte(`{"format":2}`))
	f.Add([]byte(`s3cr3t-value`))
	f.Fuzz(func(t *testing.T, data []byte) {
		store := new(MemoryStore)
		if _, err := store.Save(t.Context(), key, Record{Data: data}); err != nil {
			t.Fatal(err)
		}
		r, err := load(t.Context(), store, key)
		switch {
		case err == nil:
			require.True(t, len(data) == 0 || r.Key == key && r.Format == recordFormat)
		default:
			require.ErrorIs(t, err, ErrCorrupt)
			require.Empty(t, r.Token)
			require.NotContains(t, err.Error(), "s3cr3t-value")
		}
	})
}

// FuzzFile checks that any file is a whole record of its key, or damaged.
func FuzzFile(f *testing.F) {
	key := Key{Issuer: "https://api.telnyx.com", ClientID: "app", Grant: grantCode}
	whole := file{Format: fileFormat, Key: key, Version: "v", Data: []byte("data")}
	whole.Checksum = whole.checksum()
	f.Add([]byte(`{"format":1,` +
		`"key":{"Issuer":"https://api.telnyx.com","ClientID":"app","Grant":"authorization_code","Account":""},` +
		`"version":"v","data":"ZGF0YQ==","checksum":"` + whole.Checksum + `"}`))
	f.Add([]byte(``))
	f.Add([]byte(`{"format":1}`))
	store := &FileStore{Dir: f.TempDir()}
	require.NoError(f, os.Chmod(store.Dir, 0o700))
	f.Fuzz(func(t *testing.T, text []byte) {
		require.NoError(t, os.WriteFile(store.path(key)+".json", text, 0o600))
		r, err := store.Load(t.Context(), key)
		switch {
		case err == nil:
			require.NotEmpty(t, r.Version)
			if string(r.Data) != "data" || r.Version != "v" {
				t.Fatalf("%q is taken for a record", text)
			}
		default:
			require.True(t, errors.Is(err, ErrCorrupt), err)
			require.NotEmpty(t, r.Version, "so that it can be replaced")
			require.Empty(t, r.Data)
		}
	})
}

// FuzzMetadataURL checks that metadata is read only from the origin of the URL that was refused, at a well-known path.
func FuzzMetadataURL(f *testing.F) {
	f.Add("https://r.example/.well-known/oauth-protected-resource/mcp")
	f.Add("https://r.example@evil.example/.well-known/oauth-protected-resource")
	f.Add("https://r.example/.well-known/oauth-protected-resource/../x")
	refused, err := url.Parse("https://r.example/mcp/tools")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, where string) {
		u, identifier, err := resourceOf(where, refused)
		if err != nil {
			require.ErrorIs(t, err, ErrMetadata)
			return
		}
		require.Equal(t, "https://r.example:443", origin(u))
		require.True(t, strings.HasPrefix(u.EscapedPath(), resourceMetadata), where)
		require.Contains(t, identifier, "r.example")
	})
}
