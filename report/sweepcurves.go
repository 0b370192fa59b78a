package report

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"edasim/scenarios"
	"edasim/topology"
)

// curve is a measure in one style along the setting, with its intervals. A point that
// is not known breaks it.
type curve struct {
	style topology.Style
	parts [][]bandPoint
	marks int // every so many points have one
	// apart is by how much a style stands beside the place of a word. Between words
	// there is nothing: then there is no line, and the intervals are bars.
	apart float64
	words bool
}

type bandPoint struct{ x, y, low, high float64 }

// curvesPlot is a measure over one setting; nil where no point has it.
func (o *swept) curvesPlot(measure string) *figure {
	sc, known := o.scale(measure)
	if !known {
		return nil
	}
	title := heading(measure)
	f := &figure{title: title, height: figureHeight, below: shorten(oneLine(o.down().Path), 50),
		alt: fmt.Sprintf("%s over %s for each style; the bands are 95 %% intervals.", title, oneLine(o.down().Path))}
	p := themed()
	by, top, least := 1.0, 0.0, math.Inf(1)
	label := ""
	if !sc.mixed {
		label, by = scaleOf(sc.unit, sc.largest)
	}
	x := o.placeX(p)
	var curves []curve
	for k, style := range o.Styles {
		c := curve{style: scenarios.StyleOf(style), marks: (len(o.Points)-1)/24 + 1, words: o.down().Numbers == nil}
		if c.words {
			c.apart = (float64(k) - float64(len(o.Styles)-1)/2) * 0.12
		}
		var part []bandPoint
		for i := range o.Points {
			m := o.Measure(i, style, measure)
			if m == nil {
				if part != nil {
					c.parts, part = append(c.parts, part), nil
				}
				continue
			}
			b := bandPoint{x[i] + c.apart, m.Value * by, m.Value * by, m.Value * by}
			if m.HasInterval {
				b.low, b.high = m.Low*by, m.High*by
			}
			top, least = max(top, b.high), min(least, b.y)
			part = append(part, b)
		}
		if part != nil {
			c.parts = append(c.parts, part)
		}
		curves = append(curves, c)
		f.styles = append(f.styles, c.style)
	}
	if sc.mixed && least > 0 {
		p.Y.Scale = plot.LogScale{}
		p.Y.Min, p.Y.Max = roundBelow(least), roundAbove(top)
		p.Y.Tick.Marker = logTimeTicks(p.Y.Min, p.Y.Max)
	} else {
		p.Y.Min = min(0, least)
		p.Y.Tick.Marker, p.Y.Max = evenTicks(p.Y.Min, max(top, 1e-9), 4, label)
	}
	p.Add(crossingMarks{o, measure})
	f.legend = o.crossingKey(measure)
	for _, c := range curves {
		p.Add(c)
	}
	f.plot = p
	return f
}

// placeX gives the plot the axis of the setting, and each point its place on it.
func (o *swept) placeX(p *plot.Plot) []float64 {
	a := o.down()
	n := len(a.Values)
	x := make([]float64, n)
	if a.Numbers == nil || n == 1 {
		var ticks plot.ConstantTicks
		for i, v := range a.Values {
			x[i] = float64(i)
			ticks = append(ticks, plot.Tick{Value: float64(i), Label: shorten(oneLine(v), max(4, 50/n))})
		}
		p.X.Min, p.X.Max, p.X.Tick.Marker = -0.5, float64(n)-0.5, ticks
		return x
	}
	label, by := axisScale(a)
	for i, v := range a.Numbers {
		x[i] = v * by
	}
	const room = 0.015 // of the axis, so that the first mark stands beside the labels
	p.X.Min, p.X.Max = x[0]-(x[n-1]-x[0])*room, x[n-1]
	if a.Log {
		p.X.Min = x[0] * math.Pow(x[n-1]/x[0], -room)
		p.X.Scale = plot.LogScale{}
		p.X.Tick.Marker = decades(x[0], x[n-1], label)
		return x
	}
	step := niceStep(x[n-1]-x[0], 6)
	var ticks plot.ConstantTicks
	for k := math.Ceil(x[0]/step - 1e-9); k*step <= x[n-1]+step*1e-9; k++ {
		ticks = append(ticks, plot.Tick{Value: k * step, Label: decimal(k * step)})
	}
	if last := len(ticks) - 1; last >= 0 {
		ticks[last].Label += label
	}
	p.X.Tick.Marker = ticks
	return x
}

// axisScale is the unit of a setting's axis. Shares are in percent, however small.
func axisScale(a *scenarios.Axis) (label string, by float64) {
	if a.Unit == "share" {
		return " %", 100
	}
	return scaleOf(a.Unit, a.Numbers[len(a.Numbers)-1])
}

// decades are the powers of ten between two numbers, with 2 and 5 times them where
// there are few.
func decades(low, high float64, unit string) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	few := math.Log10(high/low) < 2.5
	for d := decadeBelow(low); d <= high*(1+1e-9); d *= 10 {
		for _, m := range []float64{1, 2, 5} {
			if v := d * m; v >= low*(1-1e-9) && v <= high*(1+1e-9) && (m == 1 || few) {
				ticks = append(ticks, plot.Tick{Value: v, Label: decimal(roundedTo(v, 3))})
			}
		}
	}
	if last := len(ticks) - 1; last >= 0 {
		ticks[last].Label += unit
	}
	return ticks
}

func roundedTo(v float64, digits int) float64 {
	scale := math.Pow(10, float64(digits-1)-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}

// faint is a colour for a surface under lines.
func faint(c color.NRGBA, alpha uint8) color.NRGBA {
	c.A = alpha
	return c
}

// Plot draws the band, the line and a mark at each point.
func (s curve) Plot(c draw.Canvas, p *plot.Plot) {
	l := looks[s.style]
	for _, part := range s.parts {
		if s.words || len(part) == 1 {
			s.bars(&c, p, part)
			continue
		}
		var line, band []xy
		for _, b := range part {
			line = append(line, xy{b.x, b.y})
			band = append(band, xy{b.x, max(b.high, p.Y.Min)})
		}
		for i := len(part) - 1; i >= 0; i-- {
			band = append(band, xy{part[i].x, max(part[i].low, p.Y.Min)})
		}
		c.FillPolygon(faint(l.colour, 46), onCanvas(&c, p, band))
		points := onCanvas(&c, p, line)
		c.StrokeLines(l.line(), points)
		for i, at := range points {
			if i%s.marks == 0 || i == len(points)-1 {
				c.DrawGlyph(l.glyph(), at)
			}
		}
	}
}

// bars are points with their intervals, and nothing between them.
func (s curve) bars(c *draw.Canvas, p *plot.Plot, part []bandPoint) {
	l := looks[s.style]
	for _, b := range part {
		at := onCanvas(c, p, []xy{{b.x, max(b.low, p.Y.Min)}, {b.x, b.y}, {b.x, max(b.high, p.Y.Min)}})
		c.StrokeLine2(draw.LineStyle{Color: l.colour, Width: 2}, at[0].X, at[0].Y, at[2].X, at[2].Y)
		c.DrawGlyph(l.glyph(), at[1])
	}
}

// crossingKey says in the legend where the crossing is, or that there are several.
func (o *swept) crossingKey(measure string) []extraKey {
	label := ""
	for _, c := range o.crossings(measure) {
		switch {
		case c.Kind != scenarios.Crosses || o.crossingAxis() != o.rows:
		case label != "" || len(o.Styles) > 2:
			label = "crossings"
		default:
			label = "crosses at " + o.crossingValue(&c)
		}
	}
	if label == "" {
		return nil
	}
	return []extraKey{{label, dotted(muted)}}
}

// crossingMarks are the crossings of a measure: a line at the place and a surface as
// wide as the interval.
type crossingMarks struct {
	o       *swept
	measure string
}

// Plot draws them behind the curves.
func (m crossingMarks) Plot(c draw.Canvas, p *plot.Plot) {
	if m.o.crossingAxis() != m.o.rows {
		return
	}
	axis := m.o.down()
	_, by := axisScale(axis)
	x, _ := p.Transforms(&c)
	for _, cross := range m.o.crossings(m.measure) {
		if cross.Kind != scenarios.Crosses {
			continue
		}
		at := x(cross.At * by)
		if cross.HasInterval {
			low, high := x(cross.Low*by), x(cross.High*by)
			c.FillPolygon(faint(muted, 28), []vg.Point{{X: low, Y: c.Min.Y}, {X: high, Y: c.Min.Y}, {X: high, Y: c.Max.Y}, {X: low, Y: c.Max.Y}})
		}
		c.StrokeLine2(dotted(muted), at, c.Min.Y, at, c.Max.Y)
	}
}
