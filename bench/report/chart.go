package main

import (
	"fmt"
	"html"
	"strings"
)

// chart draws the ratios as bars, with a line where the floor is and a mark at each target.
func chart(table []*row) string {
	const (
		left, width, line = 330, 420, 22
		most              = 4.0 // the ratio at the right end
	)
	x := func(ratio float64) float64 { return left + min(ratio, most)/most*width }
	height := 60 + line*len(table)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13" role="img">`+"\n", left+width+90, height)
	b.WriteString("<title>SDK against a hand-written floor: ratios, less is better</title>\n")
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="#ffffff"/>`+"\n")
	fmt.Fprintf(&b, `<text x="10" y="24" font-size="16" fill="#111111">sdk / floor: median, less is better; red: the target</text>`+"\n")
	for i, r := range table {
		y := 44 + line*i
		ratio := median(r.ratios)
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end" fill="#222222">%s</text>`+"\n", left-8, y+13, html.EscapeString(r.work))
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%.1f" height="%d" fill="#0b7a53"/>`+"\n", left, y+2, x(ratio)-left, line-8)
		fmt.Fprintf(&b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#c2410c" stroke-width="2"/>`+"\n", x(r.target), x(r.target), y, y+line-4)
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" fill="#222222">%.2f</text>`+"\n", max(x(ratio), x(r.target))+6, y+13, ratio)
	}
	fmt.Fprintf(&b, `<line x1="%.1f" x2="%.1f" y1="36" y2="%d" stroke="#555555" stroke-dasharray="4 3"/>`+"\n", x(1), x(1), height-14)
	fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle" fill="#555555">the floor</text>`+"\n", x(1), height-2)
	b.WriteString("</svg>\n")
	return b.String()
}
