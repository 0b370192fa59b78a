package report

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"edasim/scenarios"
	"edasim/topology"
)

// depths are the shares of one style's flows by chain depth.
type depths struct {
	style  topology.Style
	points []xy
	shift  vg.Length // beside the other styles
}

// depthPlot is how many flows had each chain depth; nil where none is known.
func depthPlot(r *scenarios.Result) *figure {
	var all []depths
	shallowest, deepest := math.MaxInt, 0
	for _, cell := range base(r) {
		total := int64(0)
		for _, flows := range cell.Depth {
			total += flows
		}
		if total == 0 {
			continue
		}
		d := depths{style: cell.Style}
		for depth, flows := range cell.Depth {
			if flows > 0 {
				d.points = append(d.points, xy{float64(depth), float64(flows) / float64(total) * 100})
				shallowest, deepest = min(shallowest, depth), max(deepest, depth)
			}
		}
		all = append(all, d)
	}
	if len(all) == 0 {
		return nil
	}
	p := themed()
	p.X.Min, p.X.Max = float64(shallowest)-0.5, float64(deepest)+0.5
	step := int(max(1, niceStep(float64(deepest-shallowest+1), 12)))
	var ticks plot.ConstantTicks
	for d := shallowest; d <= deepest; d += step {
		ticks = append(ticks, plot.Tick{Value: float64(d), Label: decimal(float64(d))})
	}
	p.X.Tick.Marker = ticks
	p.Y.Min, p.Y.Max = 0, 100
	p.Y.Tick.Marker = plot.ConstantTicks{{Label: "0"}, {Value: 25, Label: "25"}, {Value: 50, Label: "50"}, {Value: 75, Label: "75"}, {Value: 100, Label: "100 %"}}
	f := &figure{file: "depth", title: "Share of flows with a chain this deep", height: figureHeight - 50,
		alt: "Share of flows by the depth of their chain of events, for each style.", plot: p,
		below: "chain depth: handlers in a row"}
	for i, d := range all {
		d.shift = (vg.Length(i) - vg.Length(len(all)-1)/2) * 9
		f.styles = append(f.styles, d.style)
		p.Add(d)
	}
	return f
}

// Plot draws a stem for each depth.
func (d depths) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	l := looks[d.style]
	quarter := (x(1) - x(0)) / 4
	shift := max(-quarter, min(d.shift, quarter))
	for _, at := range d.points {
		top := vg.Point{X: x(at.x) + shift, Y: y(at.y)}
		c.StrokeLine2(l.line(), top.X, c.Min.Y, top.X, top.Y)
		c.DrawGlyph(l.glyph(), top)
	}
}
