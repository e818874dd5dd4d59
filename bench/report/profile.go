package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// A profile says where one benchmark of the SDK spends its processor time.
type profile struct {
	work, bench string
	shares      []share
}

// A share is the part of the time that is spent in a function and in what it calls.
type share struct{ what, function string }

const ours = "github.com/team-telnyx/telnyx-go"

// profiles are those of the rows that something else than the SDK decides.
func profiles() []profile {
	decoding := []share{
		{"encoding/json checks the text", "encoding/json.checkValid"},
		{"encoding/json reads it again, to find its end", "encoding/json.(*decodeState).skip"},
		{"the SDK decodes it", ours + "/internal/apijson.Unmarshal"},
	}
	return []profile{
		{"json.Unmarshal of a page", "UnmarshalPage", decoding},
		{"json.Unmarshal of a client", "UnmarshalClient", decoding},
		{"json.Unmarshal of a token", "UnmarshalToken", decoding},
		{"json.Marshal of create params", "MarshalJSON", []share{
			{"encoding/json checks and copies the text", "encoding/json.appendCompact"},
			{"the SDK encodes the params", ours + ".OAuthClientNewParams.MarshalJSON"},
		}},
		{"query encoding against Set calls in place", "QueryInPlace", []share{
			{"url.Values.Encode, which the floor calls too", "net/url.Values.Encode"},
			{"the map that is returned gets its memory", "internal/runtime/maps.(*Map).growToSmall"},
			{"the SDK in all, with that map", ours + "/internal/apiquery.Marshal"},
		}},
		{"loopback round trip, one after the other", "LoopbackSequential", []share{
			{"system calls, of both sides", "syscall.RawSyscall6"},
			{"net/http's server", "net/http.(*conn).serve"},
			{"net/http's transport, in three goroutines", "net/http.(*Transport).roundTrip"},
			{"the SDK decodes the answer", ours + "/internal/request.decode"},
		}},
	}
}

// take runs the benchmark under the profiler and returns its shares as rows of a table.
func (p profile) take(binary, dir string) (string, error) {
	out := filepath.Join(dir, p.bench)
	run := exec.Command(binary, "-test.run", "^$", "-test.cpu", "1", "-test.bench", "^Benchmark"+p.bench+"$/sdk", "-test.benchtime", "3s",
		"-test.cpuprofile", out)
	if text, err := run.CombinedOutput(); err != nil {
		return "", fmt.Errorf("profiling %s: %w: %s", p.bench, err, text)
	}
	top, err := exec.Command("go", "tool", "pprof", "-top", "-cum", "-nodecount", "1000", "-nodefraction", "0", binary, out).Output()
	if err != nil {
		return "", fmt.Errorf("reading the profile of %s: %w", p.bench, err)
	}
	cumulative := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(top))
	for lines.Scan() { // flat flat% sum% cum cum% name (inline)
		if words := strings.Fields(lines.Text()); len(words) > 5 {
			cumulative[strings.TrimSuffix(strings.Join(words[5:], " "), " (inline)")] = words[4]
		}
	}
	var b strings.Builder
	for _, s := range p.shares {
		if cumulative[s.function] == "" {
			return "", fmt.Errorf("the profile of %s has no %s", p.bench, s.function)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", p.work, s.what, cumulative[s.function])
	}
	return b.String(), nil
}

// profileTable takes all profiles.
func profileTable(dir string) (string, error) {
	binary, err := buildBenchmarks(dir)
	if err != nil {
		return "", err
	}
	table := "| work | of its time | share |\n|---|---|---|\n"
	for _, p := range profiles() {
		rows, err := p.take(binary, dir)
		if err != nil {
			return "", err
		}
		table += rows
	}
	return table, nil
}
