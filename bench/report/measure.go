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

// A value is one measured quantity of the floor or the SDK.
type value struct {
	bench, side, unit string
	amount            float64
}

func find(values []value, bench, side, unit string) float64 {
	for _, v := range values {
		if v.bench == bench && v.side == side && v.unit == unit {
			return v.amount
		}
	}
	return 0
}

// benchmarks runs all benchmarks once: those that wait for a network or for each other on two processors, the others on
// one, so that the collector's work counts where it is caused.
func benchmarks() (values []value, err error) {
	const concurrent = "Loopback|Prefetch|Growth|Connections|ColdTokens"
	for _, selection := range [][]string{
		{"-cpu", "1", "-bench", ".", "-skip", concurrent},
		{"-cpu", "2", "-bench", concurrent},
	} {
		args := append([]string{"test", "-run", "^$", "-benchtime", "500ms"}, selection...)
		cmd := exec.Command("go", append(args, "./bench")...)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("running the benchmarks: %w", err)
		}
		values = append(values, parse(out)...)
	}
	return values, nil
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
		name = strings.TrimSuffix(name, "-2") // the number of processors, where it is not 1
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

// programs builds the two one-call programs, and measures their size and how long they take to start.
func programs() ([]value, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var values []value
	for _, side := range []string{"floor", "sdk"} {
		binary := filepath.Join(dir, side)
		build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, "./bench/onecall/"+side)
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
		values = append(values, value{"binary", side, "bytes", float64(info.Size())}, value{"start", side, "ns", float64(fastest)})
	}
	return values, nil
}
