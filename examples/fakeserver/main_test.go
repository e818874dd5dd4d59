package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
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
	words := regexp.MustCompile(`'[^']*'|"[^"]*"|[^\s\\]+`).FindAllString(command, -1)[1:]
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "-H":
			name, value, _ := strings.Cut(strings.Trim(words[i+1], `'"`), ": ")
			header.Set(name, value)
			i++
		case "-d":
			method, body = "POST", append(body, strings.Trim(words[i+1], `'"`))
			i++
		case "-u":
			id, secret, _ := strings.Cut(strings.Trim(words[i+1], `'"`), ":")
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

// sidecar starts the server as tests in another language would, and returns its line of JSON.
func sidecar(t *testing.T, args ...string) (said map[string]string, stop func() (log string)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	printed, out := io.Pipe()
	var log strings.Builder
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, append([]string{"-addr=127.0.0.1:0", "-json"}, args...), out, &log)
		out.Close()
	}()
	require.NoError(t, json.Unmarshal([]byte(readUntil(t, printed, "\n")), &said))
	rest := make(chan string, 1)
	go func() { rest <- readAll(printed) }()
	return said, func() string {
		cancel()
		require.NoError(t, <-ended)
		require.Empty(t, <-rest, "stdout has the line of JSON and nothing else")
		return log.String()
	}
}

func TestTheCurlCommandsOfTheDocumentsWork(t *testing.T) {
	defer goleak.VerifyNone(t)
	document, err := os.ReadFile("../../docs/testing.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(document), "## A sidecar for other languages")
	require.True(t, found)
	seeds := regexp.MustCompile("(?s)```json\n(.*?)```").FindStringSubmatch(section)
	require.NotNil(t, seeds)
	file := filepath.Join(t.TempDir(), "seed.json")
	require.NoError(t, os.WriteFile(file, []byte(seeds[1]), 0o600))
	said, stop := sidecar(t, "-admin", "-seed-file="+file, "-api-key=KEY1")
	steps := regexp.MustCompile(`(?m)^(curl (?:.*\\\n)*.*)\n((?:#.*\n)+)`).FindAllStringSubmatch(section, -1)
	require.GreaterOrEqual(t, len(steps), 8)

	for _, step := range steps {
		command := strings.ReplaceAll(step[1], "$BASE", said["base_url"])
		command = strings.ReplaceAll(command, "$ROOT", strings.TrimSuffix(said["base_url"], "/v2"))

		answer := curl(t, strings.ReplaceAll(command, "$KEY", said["api_key"]))

		for line := range strings.Lines(step[2]) {
			require.Contains(t, answer, strings.TrimSpace(strings.TrimPrefix(line, "#")), command)
		}
	}
	require.Contains(t, stop(), "POST /_admin/reset 204")
}

func TestTheAdminAPIIsOffByDefaultAndForLoopbackAndJSONOnly(t *testing.T) {
	said, stop := sidecar(t)
	root := strings.TrimSuffix(said["base_url"], "/v2")
	require.Contains(t, curl(t, "curl "+root+"/_admin/state"), "is not a route of this server")
	stop()

	err := run(t.Context(), []string{"-addr=0.0.0.0:0", "-admin"}, io.Discard, io.Discard)
	require.ErrorContains(t, err, "loopback only")

	said, stop = sidecar(t, "-admin")
	defer stop()
	root = strings.TrimSuffix(said["base_url"], "/v2")
	require.Contains(t, curl(t, "curl "+root+"/_admin/reset -d x=y"), "Content-Type must be application/json")
	for body, want := range map[string]string{
		`[{"fault":"fire"}]`:                               `fault \"fire\" is not known`,
		`[{"fault":"gateway","operations":["NoSuch"]}]`:    `no operation has the id \"NoSuch\"`,
		`[{"fault":"status","status":99}]`:                 "99 is not the status of a response",
		`[{"fault":"delay","delay":"soon"}]`:               "delay: ",
		`[{"falt":"gateway"}]`:                             "unknown field",
		`[{"fault":"status","status":503,"count":1e9999}]`: "cannot unmarshal",
	} {
		require.Contains(t, curl(t, "curl "+root+"/_admin/faults -H 'Content-Type: application/json' -d '"+body+"'"), want)
	}
	for body, want := range map[string]string{
		`not json`: "invalid character", `{} {}`: "more than one JSON value", `{"x":1}`: "unknown field",
	} {
		require.Contains(t, curl(t, "curl "+root+"/_admin/reset -H 'Content-Type: application/json' -d '"+body+"'"), want)
	}
	req, err := http.NewRequest("GET", root+"/_admin/state", nil)
	require.NoError(t, err)
	req.Host = "rebound.example"
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, 403, res.StatusCode)
	state := curl(t, "curl "+root+"/_admin/state")
	require.Contains(t, state, `"name":"Demo app"`)
	require.NotContains(t, state, said["client_secret"])
}

func TestASeedFileThatIsWrongIsAnError(t *testing.T) {
	for text, want := range map[string]string{
		`{"clints":[]}`:                                                   "unknown field",
		`{"clients":[{"name":"x"}]}`:                                      "client 1 has no client_id",
		`{"grants":[{"client_id":"x"}]}`:                                  "which the file does not have",
		`{"clients":[]} {}`:                                               "more than one JSON value",
		`{"clients":[{"client_id":"a"},{"client_id":"a"}]}`:               "is duplicated",
		`{"clients":[{"client_id":"a","allowed_grant_types":["magic"]}]}`: "does not exist",
		`{"clients":[{"client_id":"a","redirect_uris":["not a uri"]}]}`:   "is not absolute",
		`{`: "EOF",
		`{"clients":[{"client_id":"a","client_type":"big"}]}`: "confidential or public",
	} {
		file := filepath.Join(t.TempDir(), "seed.json")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))

		err := run(t.Context(), []string{"-addr=127.0.0.1:0", "-seed-file=" + file}, io.Discard, io.Discard)

		require.ErrorContains(t, err, want)
	}
	require.ErrorIs(t, run(t.Context(), []string{"-seed-file=/no/such"}, io.Discard, io.Discard), os.ErrNotExist)
}
