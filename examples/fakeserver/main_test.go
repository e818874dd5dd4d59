package main

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestEveryPrintedCommandWorksUntilTheServerIsStopped(t *testing.T) {
	defer goleak.VerifyNone(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	printed, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"-addr", "127.0.0.1:0"}, out) }()
	text := readUntil(t, printed, "Ctrl-C stops the server.\n")
	commands := regexp.MustCompile(`(?m)^  (curl (?:.*\\\n)*.*)$`).FindAllString(text, -1)
	require.Len(t, commands, 5)

	require.Contains(t, curl(t, commands[0]), `"issuer":"http://127.0.0.1:`)
	require.Contains(t, curl(t, commands[1]), `"name":"Pager"`)
	token := find(t, `"access_token":"([^"]+)"`, curl(t, commands[2]))
	require.Contains(t, curl(t, strings.Replace(commands[3], "TOKEN", token, 1)), `"active":true`)
	page := curl(t, "curl "+find(t, `(?m)^  (http.*/authorize.*)$`, text)) // as the browser: on to the consent page
	consent := find(t, `name="consent_token" value="([^"]+)"`, page)
	root := find(t, `base URL +(.*)/v2`, text)
	location := curl(t, "curl "+root+"/consent -d decision=allow -d consent_token="+consent)
	tokens := curl(t, strings.Replace(commands[4], "CODE", find(t, `code=([^&]+)`, location), 1))
	require.Contains(t, tokens, `"refresh_token"`)

	stop()
	readUntil(t, printed, "Stopped.\n")
	require.NoError(t, <-ended)
}

// curl does what the command of that name does, as far as the commands need it. It returns the body, or the place
// outside the server that it is redirected to.
func curl(t *testing.T, command string) string {
	t.Helper()
	method, target, body, header := "GET", "", []string{}, http.Header{}
	words := regexp.MustCompile(`'[^']*'|[^\s\\]+`).FindAllString(command, -1)[1:]
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "-H":
			name, value, _ := strings.Cut(strings.Trim(words[i+1], "'"), ": ")
			header.Set(name, value)
			i++
		case "-d":
			method, body = "POST", append(body, strings.Trim(words[i+1], "'"))
			i++
		case "-u":
			id, secret, _ := strings.Cut(strings.Trim(words[i+1], "'"), ":")
			basic := &http.Request{Header: header}
			basic.SetBasicAuth(id, secret)
			i++
		default:
			require.Empty(t, target, command)
			target = words[i]
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(strings.Join(body, "&")))
	require.NoError(t, err)
	if req.Header = header; method == "POST" && header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := (&http.Client{Transport: transport, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if next.URL.Host != via[0].URL.Host {
			return http.ErrUseLastResponse
		}
		return nil
	}}).Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(content) + res.Header.Get("Location")
}

func readUntil(t *testing.T, r io.Reader, end string) string {
	t.Helper()
	var text strings.Builder
	buf := make([]byte, 4096)
	for !strings.HasSuffix(text.String(), end) {
		n, err := r.Read(buf)
		require.NoError(t, err, text.String())
		text.Write(buf[:n])
	}
	return text.String()
}

func find(t *testing.T, pattern, text string) string {
	t.Helper()
	match := regexp.MustCompile(pattern).FindStringSubmatch(text)
	require.NotNil(t, match, "%s in %s", pattern, text)
	return match[1]
}

func TestOnlyLoopbackIsCalledLocal(t *testing.T) {
	for address, want := range map[string]struct {
		root  string
		local bool
	}{
		"127.0.0.1:8399": {"http://127.0.0.1:8399", true},
		"[::1]:8399":     {"http://[::1]:8399", true},
		"[::]:8399":      {"http://127.0.0.1:8399", false},
		"192.0.2.7:80":   {"http://192.0.2.7:80", false},
	} {
		root, local, err := rootURL(address)

		require.NoError(t, err)
		require.Equal(t, want.root, root)
		require.Equal(t, want.local, local, address)
	}
}
