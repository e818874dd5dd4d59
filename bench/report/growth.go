package main

import (
	"fmt"
	"strings"
)

// growth is the cost of one item, page or call in nanoseconds, by their number.
type growth struct {
	names []string                    // in the order of the benchmarks
	costs map[string]*[both][]float64 // for each release, one for each measurement
}

func (g *growth) add(release int, values []value) {
	if g.costs == nil {
		g.costs = map[string]*[both][]float64{}
	}
	for _, v := range values {
		if v.bench != "Growth" || v.unit != "ns/each" {
			continue
		}
		if g.costs[v.side] == nil {
			g.names = append(g.names, v.side)
			g.costs[v.side] = new([both][]float64)
		}
		g.costs[v.side][release] = append(g.costs[v.side][release], v.amount)
	}
}

func (g *growth) markdown(releases [both]release) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| of | there are | one costs, %s | %s |\n|---|---|---|---|\n", releases[0], releases[1])
	for _, name := range g.names {
		what, many, _ := strings.Cut(name, "-")
		costs := g.costs[name]
		fmt.Fprintf(&b, "| %s | %s | %.2f µs | %.2f µs |\n", what, many, median(costs[0])/1000, median(costs[1])/1000)
	}
	return b.String()
}
