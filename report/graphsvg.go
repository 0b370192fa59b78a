package report

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"

	"edasim/topology"
)

// graphStyle is the look of a drawn graph, in light and dark. It stands alone, uses
// nothing that an SVG viewer may not know, and touches nothing else on a page.
const graphStyle = `<style>
.edasim-graph .paper{fill:#fff}.edasim-graph .box{fill:#f6f7f9;stroke:#5a606b;stroke-width:1.2}.edasim-graph .box.hub{fill:#fbf1ea;stroke:#b4500a}
.edasim-graph .name{fill:#1b1d21;font-weight:600}.edasim-graph .style{fill:#1b1d21;font-weight:600;font-size:16px}.edasim-graph .said{fill:#1b1d21;font-size:12px}.edasim-graph .fault{fill:#b3261e;font-size:12px}
.edasim-graph .way{fill:none;stroke:#5a606b;stroke-width:1.3}.edasim-graph .way.command{stroke-dasharray:6 4}.edasim-graph .way.call{stroke-width:2.6}.edasim-graph .way.lossy{stroke:#b3261e}.edasim-graph .tip{fill:#5a606b}
@media screen and (prefers-color-scheme:dark){.edasim-graph .paper{fill:#131519}.edasim-graph .box{fill:#1a1d22;stroke:#a5acb8}.edasim-graph .box.hub{fill:#2a1f17;stroke:#f7a15c}.edasim-graph .name,.edasim-graph .style,.edasim-graph .said{fill:#e8eaee}.edasim-graph .fault{fill:#ff9087}.edasim-graph .way{stroke:#a5acb8}.edasim-graph .way.lossy{stroke:#ff9087}.edasim-graph .tip{fill:#a5acb8}}
</style>`

// GraphSVG draws the services of each style from left to right, one style below the
// other. Solid lines are events, dashed ones commands, thick ones calls; a circle at
// the end of a line is an event that nobody consumes.
func GraphSVG(w io.Writer, name string, shapes []*topology.Shape) error {
	return graphSVG(w, name, shapes, nil)
}

// remarks are what a run adds to the picture of a style.
type remarks struct {
	faults map[string][]string // below a service: the faults aimed at it
	losses map[edge]string     // beside an edge: what never arrived on it
	weight map[edge]float64    // of a loss, from 0 to 1: the most
}

// edge is a bundle by what it leads from and to.
type edge struct {
	from, to string
	as       topology.LinkKind
}

// graphSVG is GraphSVG with remarks, for each style or none.
func graphSVG(w io.Writer, name string, shapes []*topology.Shape, notes []*remarks) error {
	var body bytes.Buffer
	width, y := 0.0, 16.0
	var titles []string
	for i, s := range shapes {
		n := &remarks{}
		if notes != nil {
			n = notes[i]
		}
		wide, high := drawShape(&body, s, y, n)
		width, y = max(width, wide), y+high
		titles = append(titles, s.Style.String())
	}
	title := oneLine(name) + ": who emits what to whom, in " + strings.Join(titles, ", ")
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" class="edasim-graph" width="%.0f" height="%.0f" style="width:min(%.0fpx,max(100%%,%.0fpx));height:auto" viewBox="0 0 %.0f %.0f" role="img" aria-labelledby="edasim-graph-title edasim-graph-desc" font-family="Liberation Sans,Arial,Helvetica,sans-serif" font-size="13">
<title id="edasim-graph-title">%s</title><desc id="edasim-graph-desc">%s</desc>
%s
<defs><marker id="edasim-graph-tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path class="tip" d="M0 0L10 5L0 10z"/></marker></defs>
<rect class="paper" width="100%%" height="100%%"/>
%s</svg>
`, width, y, width, 0.76*width, width, y, html.EscapeString(title), html.EscapeString(described(shapes)), graphStyle, body.String())
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

const (
	saidWidth = 6.7 // mean width of a letter of 12 units
	nameWidth = 7.8 // of a bold one of 13
	saidHigh  = 14
	boxAside  = 12 // what a box keeps free above and below itself
	tipLong   = 10
)

// lettersWide is about how wide a text is. (Written so that no processor fuses the
// product with a sum: equal graphs have equal pictures on all.)
func lettersWide(text string, each float64) float64 { return float64(float64(columns(text)) * each) }

// mostLabels is how many names stand beside one line.
const mostLabels = 8

func shownLabels(list []string) []string {
	if len(list) <= mostLabels {
		return list
	}
	return append(append([]string(nil), list[:mostLabels-1]...), fmt.Sprintf("and %d more", len(list)-mostLabels+1))
}

// drawn is one style on its way to paper.
type drawn struct {
	b       *bytes.Buffer
	l       *layout
	list    []bundle
	ends    map[string][]string // events that nobody consumes, by service
	x, wide []float64           // by layer
	turn    []float64           // by layer: where its lines have passed all names and may turn
	top     float64
	remarks *remarks
}

func drawShape(b *bytes.Buffer, s *topology.Shape, top float64, notes *remarks) (width, height float64) {
	services, list := bundles(s)
	if len(services) == 0 {
		return 0, 0
	}
	d := &drawn{b: b, list: list, l: layOut(services, list), ends: map[string][]string{}, top: top + 32, remarks: notes}
	fmt.Fprintf(b, `<text class="style" x="16" y="%.0f">%s</text>`+"\n", top+14, s.Style)
	lanes := map[string][]float64{}
	for _, e := range s.Ends {
		service := topology.ServiceOf(e.From)
		d.ends[service] = append(d.ends[service], e.Event)
		lanes[service] = append(lanes[service], saidHigh+6)
	}
	d.l.room(func(i int) float64 {
		high := float64(len(shownLabels(list[i].labels))*saidHigh + 6)
		if notes.losses[list[i].edge()] != "" {
			high += saidHigh
		}
		if list[i].from == list[i].to {
			high = max(high, 26)
		}
		return high
	}, lanes)
	high := d.l.place()
	width = d.columns()
	for _, n := range d.l.nodes {
		if n.name == "" {
			continue
		}
		for _, p := range n.leave {
			switch {
			case p.bundle < 0:
				d.end(n, p)
			case list[p.bundle].from == list[p.bundle].to:
				d.loop(n, p)
			default:
				d.way(n, p)
			}
		}
	}
	for _, n := range d.l.nodes {
		if n.name != "" {
			d.box(n)
		}
	}
	return width, high + 64
}

// columns finds the place of every layer: behind the names of what leaves the one
// before it. It returns the width of all.
func (d *drawn) columns() float64 {
	n := len(d.l.layers)
	d.x, d.wide, d.turn = make([]float64, n), make([]float64, n), make([]float64, n)
	at, end := 16.0, 0.0
	for i, layer := range d.l.layers {
		said := 0.0
		for _, s := range layer {
			d.wide[i] = max(d.wide[i], lettersWide(s.name, nameWidth)+20)
			for _, p := range s.leave {
				for _, text := range d.said(s, p) {
					said = max(said, lettersWide(text, saidWidth)+d.aside(p))
				}
			}
		}
		d.x[i] = at
		at += d.wide[i]
		end = at + said
		d.turn[i] = at + said
		at += said + d.turning(i)
	}
	return end + 16
}

// turning is the room between a layer's names and the next layer, where lines go up
// and down: the more there are the more, so that they stay apart.
func (d *drawn) turning(layer int) float64 {
	lines := 0
	for _, s := range d.l.layers[layer] {
		lines += len(s.after)
	}
	return float64(50 + 4*min(lines, 40))
}

// said is what stands beside a port.
func (d *drawn) said(s *spot, p port) []string {
	if p.bundle < 0 {
		return []string{d.ends[s.name][p.end]}
	}
	labels := shownLabels(d.list[p.bundle].labels)
	if lost := d.remarks.losses[d.list[p.bundle].edge()]; lost != "" {
		labels = append(labels[:len(labels):len(labels)], lost)
	}
	return labels
}

// aside is how far from the box it begins.
func (d *drawn) aside(p port) float64 {
	if p.bundle >= 0 && d.list[p.bundle].from == d.list[p.bundle].to {
		return 34
	}
	return tipLong + 2
}

// label writes what is said above the line of a port and returns where it ends.
func (d *drawn) label(n *spot, p port) float64 {
	x, y := d.x[n.layer]+d.wide[n.layer]+d.aside(p), d.top+n.y+p.y
	if p.bundle >= 0 {
		y -= float64(1.4 * d.remarks.weight[d.list[p.bundle].edge()]) // half of what its line is thicker
	}
	list := d.said(n, p)
	wide := 0.0
	for i, text := range list {
		wide = max(wide, lettersWide(text, saidWidth))
		class := "said"
		if i == len(list)-1 && p.bundle >= 0 && text == d.remarks.losses[d.list[p.bundle].edge()] {
			class = "fault"
		}
		fmt.Fprintf(d.b, `<text class="%s" x="%.1f" y="%.1f">%s</text>`+"\n", class, x, y-4-float64((len(list)-1-i)*saidHigh), html.EscapeString(text))
	}
	return x + wide
}

func (d *drawn) box(n *spot) {
	class := "box"
	if n.name == topology.CoordinatorNode {
		class += " hub"
	}
	x, y, wide, high := d.x[n.layer], d.top+n.y, d.wide[n.layer], n.high-2*boxAside
	fmt.Fprintf(d.b, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="5"/><text class="name" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`+"\n",
		class, x, y-high/2, wide, high, x+wide/2, y+4.5, html.EscapeString(n.name))
	if list := d.remarks.faults[n.name]; len(list) > 0 {
		fmt.Fprintf(d.b, `<text class="fault" x="%.1f" y="%.1f" text-anchor="middle">⚡ %s</text>`+"\n",
			x+wide/2, y+high/2+13, html.EscapeString(shorten(strings.Join(list, ", "), 24)))
	}
}

// end draws an event that nobody consumes.
func (d *drawn) end(n *spot, p port) {
	to := d.label(n, p)
	x, y := d.x[n.layer]+d.wide[n.layer], d.top+n.y+p.y
	fmt.Fprintf(d.b, `<path class="way" d="M%.1f %.1fH%.1f"/><circle class="way" cx="%.1f" cy="%.1f" r="3"/>`+"\n", x, y, to, to+3, y)
}

// loop draws what a service says to itself.
func (d *drawn) loop(n *spot, p port) {
	d.label(n, p)
	x, y := d.x[n.layer]+d.wide[n.layer], d.top+n.y+p.y
	fmt.Fprintf(d.b, `<path class="%s" marker-end="url(#edasim-graph-tip)" d="M%.1f %.1fc36 0 36 -18 0 -18"/>`+"\n", d.class(p), x, y)
}

func (d *drawn) class(p port) string {
	class := "way"
	switch d.list[p.bundle].as {
	case topology.ByCommand:
		class = "way command"
	case topology.ByCall:
		class = "way call"
	}
	if d.remarks.losses[d.list[p.bundle].edge()] != "" {
		class += " lossy"
	}
	return class
}

// way draws one link, from port to port: level below its names, then in curves from
// layer to layer.
func (d *drawn) way(n *spot, p port) {
	route := d.l.routes[p.bundle]
	last := route[len(route)-1]
	marker := `marker-end="url(#edasim-graph-tip)"`
	if d.l.back[p.bundle] {
		marker = `marker-start="url(#edasim-graph-tip)"`
	}
	d.label(n, p)
	px, py := d.turn[n.layer], d.top+n.y+p.y
	path := points(nil, "M", d.x[n.layer]+d.wide[n.layer], py)
	path = points(path, "H", px)
	for _, s := range route[1:] {
		nx, ny := d.x[s.layer], d.top+s.y
		if s == last {
			for _, q := range s.reach {
				if q.bundle == p.bundle {
					ny += q.y - q.high/2
				}
			}
		}
		mid := (px + nx) / 2
		path = points(path, "C", mid, py, mid, ny, nx, ny)
		px, py = nx, ny
		if s != last {
			px = d.turn[s.layer]
			path = points(path, "H", px)
		}
	}
	width := ""
	if w := d.remarks.weight[d.list[p.bundle].edge()]; w > 0 {
		width = fmt.Sprintf(` stroke-width="%.1f" style="stroke-width:%.1f"`, 1.3+float64(2.7*w), 1.3+float64(2.7*w))
	}
	fmt.Fprintf(d.b, `<path class="%s"%s %s d="%s"/>`+"\n", d.class(p), width, marker, path)
}

// points appends a command of a path.
func points(path []byte, command string, list ...float64) []byte {
	path = append(path, command...)
	for i, v := range list {
		if i > 0 {
			path = append(path, ' ')
		}
		path = strconv.AppendFloat(path, v, 'f', 1, 64)
	}
	return path
}

// area is a rectangle.
type area struct{ left, top, right, bottom float64 }

func (a area) meets(o area) bool {
	return a.left < o.right && o.left < a.right && a.top < o.bottom && o.top < a.bottom
}
