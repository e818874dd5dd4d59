package main

import (
	"fmt"
	"html"
	"strings"
)

// chart draws the ratios as bars, one for each release, with a line at the floor and a mark at each target.
func chart(releases [both]release, table []*row) string {
	const (
		left, width, top = 330, 420, 50
		line, bar        = 34, 12
		label            = 30  // the width of a ratio
		most             = 4.0 // the ratio at the right end
	)
	colors := [both]string{"#0b7a53", "#2f6fb0"}
	x := func(ratio float64) float64 { return left + min(ratio, most)/most*width }
	height := top + line*len(table) + 30
	var b strings.Builder
	printf := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	printf(
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13" role="img">`,
		left+width+90, height,
	)
	printf("<title>SDK against a hand-written floor: ratios, less is better</title>")
	printf(`<rect width="100%%" height="100%%" fill="#ffffff"/>`)
	printf(`<text x="10" y="24" font-size="16" fill="#111111">sdk / floor: median, less is better; red: the target</text>`)
	for i, r := range releases {
		printf(`<rect x="%d" y="13" width="%d" height="%d" fill="%s"/>`, left+200+120*i, bar, bar, colors[i])
		printf(`<text x="%d" y="24" fill="#222222">%s</text>`, left+218+120*i, r)
	}
	for i, r := range table {
		y := top + line*i
		printf(`<text x="%d" y="%d" text-anchor="end" fill="#222222">%s</text>`, left-8, y+line/2, html.EscapeString(r.work))
		for k, ratios := range r.ratios {
			y, ratio, target := y+(bar+2)*k, median(ratios), r.targets[k]
			printf(`<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>`, left, y, x(ratio)-left, bar, colors[k])
			if target > 0 {
				printf(
					`<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#c2410c" stroke-width="2"/>`, x(target), x(target), y-1,
					y+bar+1,
				)
			}
			at := max(x(ratio), x(target)) + 5
			if at < x(1)+5 && at+label > x(1) {
				at = x(1) + 5 // not on the floor's line
			}
			printf(`<text x="%.1f" y="%d" font-size="11" fill="#222222">%.2f</text>`, at, y+bar-2, ratio)
		}
	}
	printf(
		`<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#555555" stroke-dasharray="4 3"/>`, x(1), x(1), top-8, height-24,
	)
	printf(`<text x="%.1f" y="%d" text-anchor="middle" fill="#555555">the floor</text>`, x(1), height-10)
	printf("</svg>")
	return b.String()
}
