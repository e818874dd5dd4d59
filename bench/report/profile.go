package main

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// A profile shows where one benchmark of the SDK spends its processor time.
type profile struct {
	work, bench string
	shares      []share
}

// A share is the part of the time that is spent in a function and in what it calls.
type share struct {
	what      string
	functions [both]string // on each release; "" is none
}

// on returns the share of a function that both releases have.
func on(what, function string) share { return share{what, [both]string{function, function}} }

const ours = "github.com/team-telnyx/telnyx-go"

// profiles are for the rows that depend mostly on code outside the SDK.
func profiles() []profile {
	decoding := []share{
		{
			"encoding/json checks the text",
			[both]string{"encoding/json.checkValid", "encoding/json/jsontext.(*decoderState).CheckNextValue"},
		},
		{"encoding/json reads it again, to find its end",
			[both]string{"encoding/json.(*decodeState).skip", "encoding/json/jsontext.(*decoderState).ReadValue"}},
		on("the SDK decodes it", ours+"/internal/apijson.Unmarshal"),
	}
	return []profile{
		{"json.Unmarshal of a page", "UnmarshalPage", decoding},
		{"json.Unmarshal of a client", "UnmarshalClient", decoding},
		{"json.Unmarshal of a token", "UnmarshalToken", decoding},
		{"json.Marshal of create params", "MarshalJSON", []share{
			{
				"encoding/json checks and copies the text",
				[both]string{"encoding/json.appendCompact", "encoding/json/jsontext.(*encoderState).WriteValue"},
			},
			on("the SDK encodes the params", ours+".OAuthClientNewParams.MarshalJSON"),
		}},
		{"query encoding against Set calls in place", "QueryInPlace", []share{
			on("url.Values.Encode, which the floor calls too", "net/url.Values.Encode"),
			on("the SDK makes the values", ours+"/internal/apiquery.Marshal"),
		}},
		{"one Get", "Get", []share{
			on("the context of the attempt gets its timeout", "context.WithDeadlineCause"),
			on("the SDK decodes the response", ours+"/internal/request.decode"),
		}},
		{"loopback round trip, one after the other", "LoopbackSequential", []share{
			on("system calls, of both sides", "syscall.RawSyscall6"),
			on("net/http's server", "net/http.(*conn).serve"),
			on("net/http's transport, in three goroutines", "net/http.(*Transport).roundTrip"),
			on("the SDK decodes the response", ours+"/internal/request.decode"),
		}},
	}
}

// take runs the benchmark under the profiler and returns the cumulative share of each function.
func (p profile) take(r release, binary, dir string) (map[string]string, error) {
	out := filepath.Join(dir, p.bench)
	run := exec.Command(binary, "-test.run", "^$", "-test.cpu", "1", "-test.bench", "^Benchmark"+p.bench+"$/sdk",
		"-test.benchtime", "3s",
		"-test.cpuprofile", out)
	if text, err := run.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("profiling %s: %w: %s", p.bench, err, text)
	}
	top, err := r.command(
		"tool", "pprof", "-top", "-cum", "-nodecount", "1000", "-nodefraction", "0", binary, out,
	).Output()
	if err != nil {
		return nil, fmt.Errorf("reading the profile of %s: %w", p.bench, err)
	}
	cumulative := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(top))
	for lines.Scan() { // flat flat% sum% cum cum% name (inline)
		if words := strings.Fields(lines.Text()); len(words) > 5 {
			cumulative[strings.TrimSuffix(strings.Join(words[5:], " "), " (inline)")] = words[4]
		}
	}
	return cumulative, nil
}

// profileTable takes all profiles.
func profileTable(releases [both]release, dir string) (string, error) {
	var binaries [both]string
	for i, r := range releases {
		binary, err := r.buildBenchmarks(dir)
		if err != nil {
			return "", err
		}
		binaries[i] = binary
	}
	table := fmt.Sprintf("| work | of its time | %s | %s |\n|---|---|---|---|\n", releases[0], releases[1])
	for _, p := range profiles() {
		var taken [both]map[string]string
		for i, r := range releases {
			var err error
			if taken[i], err = p.take(r, binaries[i], dir); err != nil {
				return "", err
			}
		}
		for _, s := range p.shares {
			table += fmt.Sprintf("| %s | %s | %s | %s |\n", p.work, s.what,
				cmp.Or(taken[0][s.functions[0]], "–"), cmp.Or(taken[1][s.functions[1]], "–"))
		}
	}
	return table, nil
}
