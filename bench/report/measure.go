package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// both is the number of measured Go releases: the oldest and the newest supported one.
const both = 2

// A release is a Go toolchain by its name: go1.26.8.
type release string

// String returns the name of the release for readers: Go 1.26.
func (r release) String() string {
	version := strings.Split(strings.TrimPrefix(string(r), "go"), ".")
	return "Go " + strings.Join(version[:min(2, len(version))], ".")
}

// command returns a call of the release's go command.
func (r release) command(args ...string) *exec.Cmd {
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+string(r))
	return cmd
}

// A value is one measured quantity of the floor or the SDK.
type value struct {
	bench, side, unit string
	amount            float64
}

// find returns the median of the measurements of one quantity.
func find(values []value, bench, side, unit string) float64 {
	var amounts []float64
	for _, v := range values {
		if v.bench == bench && v.side == side && v.unit == unit {
			amounts = append(amounts, v.amount)
		}
	}
	if len(amounts) == 0 {
		return 0
	}
	return median(amounts)
}

// rounds is how often a run makes all benchmarks, each time for a short while, so that a short disturbance of the
// machine affects floor and SDK alike.
const rounds = 5

// benchmarks runs all benchmarks: those that wait for a network or for each other on two processors, the others on
// one, so that the garbage collector's work is measured with the code that causes it.
func (r release) benchmarks(dir string) (values []value, err error) {
	const concurrent = "Loopback|Prefetch|Growth|Connections|ColdTokens"
	binary, err := r.buildBenchmarks(dir)
	if err != nil {
		return nil, err
	}
	for range rounds {
		for _, selection := range [][]string{
			{"-test.cpu", "1", "-test.bench", ".", "-test.skip", concurrent},
			{"-test.cpu", "2", "-test.bench", concurrent},
		} {
			cmd := exec.Command(binary, append([]string{"-test.run", "^$", "-test.benchtime", "100ms"}, selection...)...)
			cmd.Stderr = os.Stderr
			out, err := cmd.Output()
			if err != nil {
				return nil, fmt.Errorf("running the benchmarks: %w", err)
			}
			values = append(values, parse(out)...)
		}
	}
	return values, nil
}

func (r release) buildBenchmarks(dir string) (binary string, err error) {
	binary = filepath.Join(dir, string(r)+".test")
	if out, err := r.command("test", "-c", "-o", binary, "./bench").CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the benchmarks: %w: %s", err, out)
	}
	return binary, nil
}

// parse reads lines such as "BenchmarkGet/sdk-2  1000  1234 ns/op  56 B/op  7 allocs/op".
func parse(out []byte) (values []value) {
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) < 4 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(words[0], "Benchmark")
		name = strings.TrimSuffix(name, "-2") // the number of processors, if it is not 1
		bench, side, _ := strings.Cut(name, "/")
		for i := 2; i+1 < len(words); i += 2 {
			if amount, err := strconv.ParseFloat(words[i], 64); err == nil {
				values = append(values, value{bench, side, words[i+1], amount})
			}
		}
	}
	return values
}

// starts is how often a program is started for one measurement.
const starts = 40

// programs builds the two one-call programs, and measures their size and start-up time, and the time to build the
// SDK's. run is the number of this run.
func (r release) programs(dir string, run int) ([]value, error) {
	var values []value
	for _, side := range []string{"floor", "sdk"} {
		binary := filepath.Join(dir, side)
		build := r.command("build", "-trimpath", "-ldflags=-s -w", "-o", binary, "./bench/onecall/"+side)
		if out, err := build.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("building: %w: %s", err, out)
		}
		info, err := os.Stat(binary)
		if err != nil {
			return nil, err
		}
		fastest := time.Hour
		for range starts {
			began := time.Now()
			if err := exec.Command(binary).Run(); err != nil {
				return nil, fmt.Errorf("starting: %w", err)
			}
			fastest = min(fastest, time.Since(began))
		}
		values = append(
			values, value{"binary", side, "bytes", float64(info.Size())}, value{"start", side, "ns", float64(fastest)},
		)
		if side == "floor" {
			continue
		}
		// The flag only keeps go build from using cached packages of the SDK.
		again := fmt.Sprintf("-gcflags=github.com/team-telnyx/telnyx-go/...=-I=none/%d.%d", os.Getpid(), run)
		began := time.Now()
		if out, err := r.command("build", again, "-o", binary, "./bench/onecall/"+side).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("building again: %w: %s", err, out)
		}
		values = append(values, value{"build", side, "s", time.Since(began).Seconds()})
	}
	return values, nil
}
