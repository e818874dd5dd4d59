package main

import (
	"fmt"
	"strings"
)

// growth is what one of many costs, in nanoseconds, by how many there are.
type growth struct {
	names []string // in the order of the benchmarks
	costs map[string][]float64
}

func (g *growth) add(values []value) {
	if g.costs == nil {
		g.costs = map[string][]float64{}
	}
	for _, v := range values {
		if v.bench != "Growth" || v.unit != "ns/each" {
			continue
		}
		if g.costs[v.side] == nil {
			g.names = append(g.names, v.side)
		}
		g.costs[v.side] = append(g.costs[v.side], v.amount)
	}
}

func (g *growth) markdown() string {
	var b strings.Builder
	b.WriteString("| of | there are | one costs |\n|---|---|---|\n")
	for _, name := range g.names {
		what, many, _ := strings.Cut(name, "-")
		fmt.Fprintf(&b, "| %s | %s | %.2f µs |\n", what, many, median(g.costs[name])/1000)
	}
	return b.String()
}
