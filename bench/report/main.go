// Command report measures the SDK against its floor and prints the ratios as a table: go run ./bench/report.
// With -write it also puts the tables and a chart into docs. Seven runs take about six minutes.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"strings"
)

// A row is one line of the table: a quantity of the SDK as a ratio to that of the floor.
type row struct {
	work   string
	bench  string // the name of its benchmark
	unit   string // what is compared: ns/op, allocs/op, or a unit of the benchmark's own
	target float64
	ratios []float64 // one for each run
}

// A figure is a quantity of the SDK that has a target of its own, without a floor.
type figure struct {
	what        string
	bench, side string
	unit        string
	target      float64
	amounts     []float64 // one for each run
}

func figures() []*figure {
	return []*figure{
		{what: "seconds to build a one-call program, the standard library already built", bench: "build", side: "sdk", unit: "s", target: 3},
		{what: "connections that 16 callers need", bench: "Connections", side: "16_callers", unit: "connections", target: 25},
		{what: "connections that 200 clients need, made for one call each", bench: "Connections", side: "client_per_call", unit: "connections", target: 1},
		{what: "token requests that 256 first calls make", bench: "ColdTokens", unit: "token-requests", target: 1},
	}
}

func rows() []*row {
	return []*row{
		{work: "list of 100 clients", bench: "List100", unit: "ns/op", target: 0.30},
		{work: "list of 100 clients: allocations", bench: "List100", unit: "allocs/op", target: 0.25},
		{work: "list of 100 clients, all metadata read", bench: "List100ReadAll", unit: "ns/op", target: 0.30},
		{work: "list of 100 clients with unknown members", bench: "List100UnknownMembers", unit: "ns/op", target: 0.35},
		{work: "json.Unmarshal of a page", bench: "UnmarshalPage", unit: "ns/op", target: 0.95},
		{work: "json.Unmarshal of a client", bench: "UnmarshalClient", unit: "ns/op", target: 0.95},
		{work: "json.Unmarshal of a token", bench: "UnmarshalToken", unit: "ns/op", target: 1.0},
		{work: "UnmarshalJSON of a client", bench: "UnmarshalDirectClient", unit: "ns/op", target: 0.25},
		{work: "UnmarshalJSON of a token", bench: "UnmarshalDirectToken", unit: "ns/op", target: 0.25},
		{work: "MarshalJSON of create params", bench: "MarshalDirect", unit: "ns/op", target: 0.7},
		{work: "json.Marshal of create params", bench: "MarshalJSON", unit: "ns/op", target: 3.5},
		{work: "query encoding", bench: "Query", unit: "ns/op", target: 1.1},
		{work: "query encoding against Set calls in place", bench: "QueryInPlace", unit: "ns/op", target: 1.1},
		{work: "one Get", bench: "Get", unit: "ns/op", target: 0.45},
		{work: "one Get of an empty object", bench: "GetEmptyObject", unit: "ns/op", target: 0.85},
		{work: "one create", bench: "Create", unit: "ns/op", target: 0.5},
		{work: "loopback round trip, one after the other", bench: "LoopbackSequential", unit: "ns/op", target: 0.85},
		{work: "loopback round trip, in parallel", bench: "LoopbackParallel", unit: "ns/op", target: 0.9},
		{work: "10,000 items over 100 pages", bench: "Pages100", unit: "ns/op", target: 0.35},
		{work: "5 ms a page and 5 ms of work, prefetched", bench: "Prefetch", unit: "ns/op", target: 1.1},
		{work: "NewClient", bench: "NewClient", unit: "ns/op", target: 2.5},
		{work: "memory held by 10,000 clients", bench: "MemoryAll", unit: "held-B", target: 1.6},
		{work: "binary of a one-call program", bench: "binary", unit: "bytes", target: 1.06},
		{work: "start-up of a one-call program", bench: "start", unit: "ns", target: 1.05},
	}
}

func main() {
	runs := flag.Int("runs", 7, "how often everything is measured")
	write := flag.Bool("write", false, "write docs/performance.md's tables and chart")
	flag.Parse()
	log.SetFlags(0)
	if err := report(*runs, *write); err != nil {
		log.Fatal(err)
	}
}

func report(runs int, write bool) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	table, counts, growth := rows(), figures(), &growth{}
	for run := range runs {
		fmt.Fprintf(os.Stderr, "run %d of %d\n", run+1, runs)
		measured, err := benchmarks(dir)
		if err != nil {
			return err
		}
		program, err := programs(dir, run)
		if err != nil {
			return err
		}
		measured = append(measured, program...)
		for _, r := range table {
			floor, sdk := find(measured, r.bench, "floor", r.unit), find(measured, r.bench, "sdk", r.unit)
			if floor == 0 || sdk == 0 {
				return fmt.Errorf("nothing was measured for %q", r.work)
			}
			r.ratios = append(r.ratios, sdk/floor)
		}
		for _, f := range counts {
			amount := find(measured, f.bench, f.side, f.unit)
			if amount == 0 {
				return fmt.Errorf("nothing was measured of the %s", f.what)
			}
			f.amounts = append(f.amounts, amount)
		}
		growth.add(measured)
	}
	fmt.Fprintln(os.Stderr, "profiles")
	shares, err := profileTable(dir)
	if err != nil {
		return err
	}
	for _, t := range []struct{ name, text string }{
		{"ratios", markdown(table)}, {"figures", plain(counts)}, {"profiles", shares}, {"growth", growth.markdown()},
	} {
		fmt.Println(t.text)
		if write {
			if err := replace("docs/performance.md", t.name, t.text); err != nil {
				return err
			}
		}
	}
	if write {
		return os.WriteFile("docs/performance.svg", []byte(chart(table)), 0o644)
	}
	return nil
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}

// markdown is the table, each ratio as its median with the range of all runs.
func markdown(table []*row) string {
	var b strings.Builder
	b.WriteString("| work | sdk / floor | range | target |\n|---|---|---|---|\n")
	for _, r := range table {
		fmt.Fprintf(&b, "| %s | %.2f | %.2f – %.2f | ≤ %.2f |\n", r.work, median(r.ratios), slices.Min(r.ratios), slices.Max(r.ratios), r.target)
	}
	return b.String()
}

// plain is the table of the figures without a floor.
func plain(counts []*figure) string {
	var b strings.Builder
	b.WriteString("| what | median | range | target |\n|---|---|---|---|\n")
	for _, f := range counts {
		fmt.Fprintf(&b, "| %s | %.3g | %.3g – %.3g | ≤ %g |\n", f.what, median(f.amounts), slices.Min(f.amounts), slices.Max(f.amounts), f.target)
	}
	return b.String()
}

// replace puts text between the two marks of that name in a document.
func replace(path, name, text string) error {
	begin, end := "<!-- "+name+": begin -->\n", "<!-- "+name+": end -->"
	doc, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(doc), begin)
	_, after, found := strings.Cut(rest, end)
	if !ok || !found {
		return fmt.Errorf("%s has no place for the %s", path, name)
	}
	return os.WriteFile(path, []byte(before+begin+text+end+after), 0o644)
}
