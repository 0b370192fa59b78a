package report

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"strings"

	"edasim/topology"
)

// graphStyle is the look of a drawn graph, in light and dark. It stands alone.
const graphStyle = `<style>
.gb{fill:#f6f7f9;stroke:#5a606b;stroke-width:1.2}.gt{fill:#1b1d21}.ge{fill:none;stroke:#5a606b;stroke-width:1.4}
.gl{fill:#1b1d21;stroke:#fff;stroke-width:4;paint-order:stroke;stroke-linejoin:round}.gh{fill:#1b1d21;font-weight:600}.ga{fill:#5a606b}.gc{stroke-dasharray:6 4}.gk{stroke-width:2.6}.gf{fill:#fff}.gr{fill:#b3261e}
@media screen and (prefers-color-scheme:dark){.gb{fill:#1a1d22;stroke:#a5acb8}.gt,.gh{fill:#e8eaee}.ge{stroke:#a5acb8}.gl{fill:#e8eaee;stroke:#131519}.ga{fill:#a5acb8}.gf{fill:#131519}.gr{fill:#ff9087}}
</style>`

// GraphSVG draws the services of each style from left to right, one style below the
// other. Solid lines are events, dashed ones commands, thick ones calls.
func GraphSVG(w io.Writer, name string, shapes []*topology.Shape) error {
	return graphSVG(w, name, shapes, nil)
}

// graphSVG is GraphSVG with a remark below some services: the faults aimed at them.
func graphSVG(w io.Writer, name string, shapes []*topology.Shape, remarks map[string][]string) error {
	var body bytes.Buffer
	width, y := 0.0, 16.0
	for _, s := range shapes {
		wide, high := drawShape(&body, s, y, remarks)
		width, y = max(width, wide), y+high
	}
	var titles []string
	for _, s := range shapes {
		titles = append(titles, s.Style.String())
	}
	title := oneLine(name) + ": who emits what to whom, in " + strings.Join(titles, ", ")
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" style="width:min(%.0fpx,max(100%%,%.0fpx));height:auto" role="img" font-family="Liberation Sans,Arial,Helvetica,sans-serif" font-size="13">
<title>%s</title><desc>%s</desc>
%s
<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path class="ga" d="M0 0L10 5L0 10z"/></marker></defs>
<rect class="gf" width="100%%" height="100%%"/>
%s</svg>
`, width, y, width, 0.76*width, html.EscapeString(title), html.EscapeString(described(shapes)), graphStyle, body.String())
	return err
}

// described tells a picture to who cannot see it.
func described(shapes []*topology.Shape) string {
	var parts []string
	for _, s := range shapes {
		_, list := bundles(s)
		for _, b := range list {
			parts = append(parts, fmt.Sprintf("%s to %s: %s.", b.from, b.to, strings.Join(b.labels, ", ")))
		}
	}
	return strings.Join(parts, " ")
}

// letterWidth is the mean width of a letter of 13 units.
const letterWidth = 7.2

func drawShape(b *bytes.Buffer, s *topology.Shape, top float64, remarks map[string][]string) (width, height float64) {
	services, list := bundles(s)
	if len(services) == 0 {
		return 0, 0
	}
	l := layOut(services, list)
	fmt.Fprintf(b, `<text class="gh" x="16" y="%.0f">%s</text>`+"\n", top+14, s.Style)
	rows := 1
	for i := range list {
		rows = max(rows, len(list[i].labels))
	}
	high := l.place(max(58, float64(min(rows, 5))*16+24), 26)
	top += 40
	boxWide := make([]float64, len(l.layers))
	gap := make([]float64, len(l.layers))
	for i, layer := range l.layers {
		for _, n := range layer {
			boxWide[i] = max(boxWide[i], float64(columns(n.name))*letterWidth+26)
		}
	}
	for i := range list {
		left := l.routes[i][0].layer
		for _, label := range list[i].labels {
			gap[left] = max(gap[left], float64(columns(label))*letterWidth*1.5+64)
		}
	}
	x := make([]float64, len(l.layers))
	at := 16.0
	for i := range l.layers {
		x[i] = at
		at += boxWide[i] + max(gap[i], 60)
	}
	width = at - max(gap[len(gap)-1], 60) + 16
	leave, reach := l.ports(11, 26)
	var names lettering // above all lines
	for _, n := range l.nodes {
		if n.name != "" {
			names.taken = append(names.taken, area{x[n.layer], top + n.y - 15, x[n.layer] + boxWide[n.layer], top + n.y + 15})
		}
	}
	for i := range list {
		drawBundle(b, &names, l, i, &list[i], x, boxWide, top, [2]float64{top + leave[i], top + reach[i]})
	}
	names.WriteTo(b) //nolint:errcheck // a buffer
	for _, n := range l.nodes {
		if n.name == "" {
			continue
		}
		cy := top + n.y
		fmt.Fprintf(b, `<rect class="gb" x="%.1f" y="%.1f" width="%.1f" height="30" rx="5"/><text class="gt" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`+"\n",
			x[n.layer], cy-15, boxWide[n.layer], x[n.layer]+boxWide[n.layer]/2, cy+4.5, html.EscapeString(n.name))
		if list := remarks[n.name]; len(list) > 0 {
			fmt.Fprintf(b, `<text class="gr" x="%.1f" y="%.1f" text-anchor="middle">⚡ %s</text>`+"\n",
				x[n.layer]+boxWide[n.layer]/2, cy+29, html.EscapeString(shorten(strings.Join(list, ", "), 24)))
		}
	}
	return width, high + 64
}

// drawBundle draws one link from port to port, and its labels where it has parted from
// others: near its right end, or, of a link that leads back, near its left one.
func drawBundle(b *bytes.Buffer, names *lettering, l *layout, i int, of *bundle, x, wide []float64, top float64, port [2]float64) {
	route := l.routes[i]
	class := "ge"
	switch of.as {
	case topology.ByCommand:
		class += " gc"
	case topology.ByCall:
		class += " gk"
	}
	first, last := route[0], route[len(route)-1]
	if of.from == of.to {
		cx, cy := x[first.layer]+wide[first.layer]/2, top+first.y
		fmt.Fprintf(b, `<path class="%s" marker-end="url(#arrow)" d="M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f"/>`+"\n", class, cx-18, cy-15, cx-22, cy-40, cx+22, cy-40, cx+18, cy-16)
		names.write(of.labels, cx+26, cy-26, "start")
		return
	}
	marker, along := `marker-end="url(#arrow)"`, []float64{1, 0.5, 0, 0.75, 0.25}
	if l.back[i] {
		marker, along = `marker-start="url(#arrow)"`, []float64{0, 0.5, 1, 0.25, 0.75}
	}
	var path strings.Builder
	px, py := x[first.layer]+wide[first.layer], port[0]
	fmt.Fprintf(&path, "M%.1f %.1f", px, py)
	for k, s := range route[1:] {
		nx, ny := x[s.layer], top+s.y
		if s == last {
			ny = port[1]
		}
		mid := (px + nx) / 2
		fmt.Fprintf(&path, "C%.1f %.1f %.1f %.1f %.1f %.1f", mid, py, mid, ny, nx, ny)
		if k == 0 {
			names.place(of.labels, along, px+16, nx-16, func(x float64) float64 { return levelCurve(px, py, nx, ny, x) })
		}
		px, py = nx, ny
		if s != last {
			px = nx + wide[s.layer]
			fmt.Fprintf(&path, "H%.1f", px)
		}
	}
	fmt.Fprintf(b, `<path class="%s" %s d="%s"/>`+"\n", class, marker, path.String())
}

// levelCurve is the height at x of a Bézier curve with level ends.
func levelCurve(x0, y0, x1, y1, x float64) float64 {
	low, high := 0.0, 1.0
	for range 30 {
		t := (low + high) / 2
		if across := 1.5*t*(1-t)*(1-t) + 1.5*t*t*(1-t) + t*t*t; x0+(x1-x0)*across < x {
			low = t
		} else {
			high = t
		}
	}
	return y0 + (y1-y0)*(3*low*low-2*low*low*low)
}

// lettering is the names beside the lines, none upon another where there is room.
type lettering struct {
	bytes.Buffer
	taken []area
}

type area struct{ left, top, right, bottom float64 }

func (a area) meets(o area) bool {
	return a.left < o.right && o.left < a.right && a.top < o.bottom && o.top < a.bottom
}

// mostLabels is how many names stand beside one line.
const mostLabels = 5

func shownLabels(list []string) []string {
	if len(list) <= mostLabels {
		return list
	}
	return append(append([]string(nil), list[:mostLabels-1]...), fmt.Sprintf("and %d more", len(list)-mostLabels+1))
}

// place writes names at the first of some places along a line that is free, or where
// they meet the fewest others. A place is a share of the way from left to right.
func (n *lettering) place(list []string, along []float64, left, right float64, height func(x float64) float64) {
	list = shownLabels(list)
	wide := 0.0
	for _, text := range list {
		wide = max(wide, float64(columns(text))*letterWidth)
	}
	high := float64(len(list)) * 16
	bestX, bestY, fewest := 0.0, 0.0, -1
	var best area
	for _, t := range along {
		for _, shift := range []float64{0, -14, 14, -26, 26} {
			x := left + wide/2 + max(right-left-wide, 0)*t
			y := height(x) + shift
			a := area{x - wide/2, y - high/2 - 5, x + wide/2, y + high/2 - 1}
			met := 0
			for _, o := range n.taken {
				if a.meets(o) {
					met++
				}
			}
			if fewest < 0 || met < fewest {
				bestX, bestY, best, fewest = x, y, a, met
			}
		}
	}
	n.taken = append(n.taken, best)
	n.write(list, bestX, bestY, "middle")
}

// write writes names one below the other around a height.
func (n *lettering) write(list []string, x, y float64, anchor string) {
	list = shownLabels(list)
	y -= float64(len(list)-1) * 8
	for i, text := range list {
		fmt.Fprintf(n, `<text class="gl" x="%.1f" y="%.1f" text-anchor="%s">%s</text>`+"\n", x, y+float64(i)*16+1, anchor, html.EscapeString(text))
	}
}
