package report

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"edasim/sim"
)

// shades are fault windows behind a plot over time.
type shades []sim.Window

// labelled is up to how many windows have their names beside them.
const labelled = 3

// visible are the windows that touch the axis and do not fill it: a fault that
// acts all the time explains no change.
func (s shades) visible(low, high float64) []sim.Window {
	var out []sim.Window
	for _, w := range s {
		from, until := inSeconds(w.From), inSeconds(w.Until)
		if until > low && from < high && (from > low || until < high) {
			out = append(out, w)
		}
	}
	return out
}

// Plot shades the windows and names the first few.
func (s shades) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	windows := s.visible(p.X.Min, p.X.Max)
	style := words(smallSize, muted, draw.XLeft, draw.YTop)
	for i, w := range windows {
		from := max(c.Min.X, x(inSeconds(w.From)))
		until := min(c.Max.X, max(x(inSeconds(w.Until)), from+1.5))
		c.FillPolygon(faultTint, []vg.Point{{X: from, Y: c.Min.Y}, {X: until, Y: c.Min.Y}, {X: until, Y: c.Max.Y}, {X: from, Y: c.Max.Y}})
		if len(windows) > labelled {
			continue
		}
		label := shadeLabel(w)
		at := vg.Point{X: until + 4, Y: c.Max.Y - vg.Length(i)*15}
		if wide := style.Width(label); at.X+wide > c.Max.X {
			at.X = max(c.Min.X, from-4-wide)
		}
		c.FillText(style, at, label)
	}
}

// shadeLabel names a window: "outage of payment".
func shadeLabel(w sim.Window) string {
	if w.Service == "" {
		return oneLine(w.Fault)
	}
	return oneLine(w.Fault + " of " + w.Service)
}
