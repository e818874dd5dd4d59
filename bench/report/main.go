// Command report measures the SDK against its floor on two Go releases and prints the ratios as tables: go run
// ./bench/report. With -write it also puts the tables and a chart into docs. Seven runs take about fifteen minutes.
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
	work    string
	bench   string          // the name of its benchmark
	unit    string          // of the compared quantity: ns/op, allocs/op, or a unit of the benchmark's own
	targets [both]float64   // one for each release; 0 is none
	ratios  [both][]float64 // for each release, one for each run
}

// A figure is a quantity of the SDK that has a target of its own, without a floor.
type figure struct {
	what        string
	bench, side string
	unit        string
	target      float64
	amounts     [both][]float64 // for each release, one for each run
}

func figures() []*figure {
	return []*figure{
		{
			what: "seconds to build a one-call program, the standard library already built", bench: "build", side: "sdk",
			unit: "s", target: 3,
		},
		{
			what: "connections that 16 callers need for 4,000 calls", bench: "Connections", side: "16_callers",
			unit: "connections", target: 25,
		},
		{
			what: "connections that 200 clients need, made for one call each", bench: "Connections", side: "client_per_call",
			unit: "connections", target: 1,
		},
		{what: "token requests that 256 first calls make", bench: "ColdTokens", unit: "token-requests", target: 1},
	}
}

func rows() []*row {
	return []*row{
		{work: "list of 100 clients", bench: "List100", unit: "ns/op", targets: [both]float64{0.30, 0.40}},
		{work: "list of 100 clients: allocations", bench: "List100", unit: "allocs/op", targets: [both]float64{0.25}},
		{
			work: "list of 100 clients, all metadata read", bench: "List100ReadAll", unit: "ns/op", targets: [both]float64{0.30},
		},
		{
			work: "list of 100 clients with unknown members", bench: "List100UnknownMembers", unit: "ns/op",
			targets: [both]float64{0.35},
		},
		{work: "json.Unmarshal of a page", bench: "UnmarshalPage", unit: "ns/op", targets: [both]float64{0.95}},
		{work: "json.Unmarshal of a client", bench: "UnmarshalClient", unit: "ns/op", targets: [both]float64{0.95}},
		{work: "json.Unmarshal of a token", bench: "UnmarshalToken", unit: "ns/op", targets: [both]float64{1.0}},
		{
			work: "UnmarshalJSON of a client", bench: "UnmarshalDirectClient", unit: "ns/op", targets: [both]float64{0.25, 0.45},
		},
		{work: "UnmarshalJSON of a token", bench: "UnmarshalDirectToken", unit: "ns/op", targets: [both]float64{0.25}},
		{work: "MarshalJSON of create params", bench: "MarshalDirect", unit: "ns/op", targets: [both]float64{1.05}},
		{work: "json.Marshal of create params", bench: "MarshalJSON", unit: "ns/op", targets: [both]float64{3.5}},
		{work: "query encoding", bench: "Query", unit: "ns/op", targets: [both]float64{1.25}},
		{work: "query encoding against Set calls in place", bench: "QueryInPlace", unit: "ns/op"},
		{work: "one Get", bench: "Get", unit: "ns/op", targets: [both]float64{0.45, 0.60}},
		{work: "one Get, the floor with a timeout too", bench: "GetWithTimeout", unit: "ns/op"},
		{work: "one Get of an empty object", bench: "GetEmptyObject", unit: "ns/op", targets: [both]float64{1.3}},
		{work: "one create", bench: "Create", unit: "ns/op", targets: [both]float64{0.5}},
		{
			work: "loopback round trip, one after the other", bench: "LoopbackSequential", unit: "ns/op",
			targets: [both]float64{0.85},
		},
		{work: "loopback round trip, in parallel", bench: "LoopbackParallel", unit: "ns/op", targets: [both]float64{0.9}},
		{work: "10,000 items over 100 pages", bench: "Pages100", unit: "ns/op", targets: [both]float64{0.35, 0.42}},
		{work: "5 ms a page and 5 ms of work, prefetched", bench: "Prefetch", unit: "ns/op", targets: [both]float64{1.1}},
		{work: "NewClient", bench: "NewClient", unit: "ns/op", targets: [both]float64{2.5}},
		{work: "memory held by 10,000 clients", bench: "MemoryAll", unit: "held-B", targets: [both]float64{1.6}},
		{work: "binary of a one-call program", bench: "binary", unit: "bytes", targets: [both]float64{1.09}},
		{work: "start-up of a one-call program", bench: "start", unit: "ns", targets: [both]float64{1.05}},
	}
}

func main() {
	runs := flag.Int("runs", 7, "how often everything is measured on each release")
	write := flag.Bool("write", false, "write docs/performance.md's tables and chart")
	oldest := flag.String("oldest", "go1.26.8", "the toolchain of the older release")
	newest := flag.String("newest", "go1.27.3", "the toolchain of the newer release")
	flag.Parse()
	log.SetFlags(0)
	if err := report([both]release{release(*oldest), release(*newest)}, *runs, *write); err != nil {
		log.Fatal(err)
	}
}

func report(releases [both]release, runs int, write bool) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	table, counts, growth := rows(), figures(), &growth{}
	for run := range runs {
		for i, r := range releases {
			fmt.Fprintf(os.Stderr, "run %d of %d, %s\n", run+1, runs, r)
			if err := r.run(dir, run, i, table, counts, growth); err != nil {
				return err
			}
		}
	}
	fmt.Fprintln(os.Stderr, "profiles")
	shares, err := profileTable(releases, dir)
	if err != nil {
		return err
	}
	for _, t := range []struct{ name, text string }{
		{"ratios", markdown(releases, table)}, {"figures", plain(releases, counts)}, {"profiles", shares},
		{"growth", growth.markdown(releases)},
	} {
		fmt.Println(t.text)
		if write {
			if err := replace("docs/performance.md", t.name, t.text); err != nil {
				return err
			}
		}
	}
	if write {
		return os.WriteFile("docs/performance.svg", []byte(chart(releases, table)), 0o644)
	}
	return nil
}

// run measures everything once on one release, the i-th, and adds it to the tables.
func (r release) run(dir string, run, i int, table []*row, counts []*figure, growth *growth) error {
	measured, err := r.benchmarks(dir)
	if err != nil {
		return err
	}
	program, err := r.programs(dir, run)
	if err != nil {
		return err
	}
	measured = append(measured, program...)
	for _, row := range table {
		floor, sdk := find(measured, row.bench, "floor", row.unit), find(measured, row.bench, "sdk", row.unit)
		if floor == 0 || sdk == 0 {
			return fmt.Errorf("nothing was measured for %q", row.work)
		}
		row.ratios[i] = append(row.ratios[i], sdk/floor)
	}
	for _, f := range counts {
		amount := find(measured, f.bench, f.side, f.unit)
		if amount == 0 {
			return fmt.Errorf("nothing was measured of the %s", f.what)
		}
		f.amounts[i] = append(f.amounts[i], amount)
	}
	growth.add(i, measured)
	return nil
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// markdown is the table, each ratio as its median with the range of all runs.
func markdown(releases [both]release, table []*row) string {
	var b strings.Builder
	fmt.Fprintf(
		&b, "| work | %s | range | target | %s | range | target |\n|---|---|---|---|---|---|---|\n", releases[0], releases[1],
	)
	for _, r := range table {
		fmt.Fprintf(&b, "| %s |", r.work)
		for i, ratios := range r.ratios {
			fmt.Fprintf(&b, " %.2f | %.2f – %.2f |", median(ratios), slices.Min(ratios), slices.Max(ratios))
			if r.targets[i] > 0 {
				fmt.Fprintf(&b, " ≤ %.2f", r.targets[i])
			}
			b.WriteString(" |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// plain is the table of the figures without a floor.
func plain(releases [both]release, counts []*figure) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| what | %s | range | %s | range | target |\n|---|---|---|---|---|---|\n", releases[0], releases[1])
	for _, f := range counts {
		fmt.Fprintf(&b, "| %s |", f.what)
		for _, amounts := range f.amounts {
			fmt.Fprintf(&b, " %.3g | %.3g – %.3g |", median(amounts), slices.Min(amounts), slices.Max(amounts))
		}
		fmt.Fprintf(&b, " ≤ %g |\n", f.target)
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
