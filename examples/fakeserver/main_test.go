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
	go func() {
		ended <- run(ctx, []string{"-addr", "127.0.0.1:0"}, out, io.Discard)
		out.Close()
	}()
	text := readUntil(t, printed, "Ctrl-C stops the server.\n")
	log := make(chan string, 1)
	go func() { log <- readAll(printed) }()
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
	require.NoError(t, <-ended)
	require.Regexp(t, `(?m)^\d\d:\d\d:\d\d POST /v2/oauth/token 200\n(.*\n)*Stopped\.\n$`, <-log)
}

func TestTheGivenCredentialsWorkAndRequestsAreLoggedWithoutSecrets(t *testing.T) {
	defer goleak.VerifyNone(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	printed, out := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"-addr=127.0.0.1:0", "-api-key=KEY1", "-client-id=app 1", "-client-secret=a+b/c%"}, out,
			io.Discard)
		out.Close()
	}()
	text := readUntil(t, printed, "Ctrl-C stops the server.\n")
	log := make(chan string, 1)
	go func() { log <- readAll(printed) }()
	base := find(t, `base URL +(.*)`, text)

	token := curl(t, find(t, `(?m)^  (curl .*client_credentials)$`, text))
	consent := curl(t, "curl "+base+"/oauth/consent/no-such-token -H 'Authorization: Bearer KEY1'")
	curl(t, "curl "+base+"/oauth_clients?token=query-secret")
	stop()

	require.NoError(t, <-ended)
	require.Contains(t, token, `"access_token"`)
	require.Contains(t, consent, "consent_token is unknown")
	lines := regexp.MustCompile(`(?m)^[\d:]+ `).ReplaceAllString(<-log, "")
	require.Equal(t, "POST /v2/oauth/token 200\nGET /v2/oauth/consent/{consent_token} 422\n"+
		"GET /v2/oauth_clients 401\nStopped.\n", lines)
}

func TestAWrongCommandLineShowsWhatIsWrongAndTheUsage(t *testing.T) {
	for want, args := range map[string][]string{
		`fakeserver does not take "now"`:             {"now"},
		"flag provided but not defined: -port":       {"-port", "1"},
		"Fakeserver serves a fake Telnyx OAuth API ": {"-h"},
	} {
		var said strings.Builder

		err := run(t.Context(), args, io.Discard, &said)

		require.ErrorIs(t, err, errUsage, "%q", args)
		require.Contains(t, said.String(), want)
		require.Equal(t, 1, strings.Count(said.String(), "-client-secret secret"), said.String())
	}
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

func readAll(r io.Reader) string {
	text, _ := io.ReadAll(r)
	return string(text)
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
