package report

import (
	"math"
	"strings"
	"unicode"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"edasim/topology"
)

// dotRow is one line of a dot plot: what it is, and a dot for each style.
type dotRow struct {
	label string
	dots  []dot
}

// dot is a value with its interval.
type dot struct {
	style            topology.Style
	value, low, high float64
}

// dots are the rows of a plot, the first on top. A log scale has no 0: there a
// value of 0 stands at the left edge, and its line reaches to its upper bound.
type dots struct {
	rows []dotRow
	log  bool
}

const (
	rowHeight  vg.Length = 36
	labelWidth vg.Length = 160
)

// dotFigure draws rows on one axis, log where the values span two decades.
func dotFigure(f *figure, rows []dotRow, unit string) *figure {
	least, most := math.Inf(1), 0.0
	for _, r := range rows {
		for _, d := range r.dots {
			if d.value > 0 {
				least = min(least, d.value)
			}
			most = max(most, d.value, d.high)
		}
	}
	p := themed()
	log := most > 100*least
	if log {
		p.X.Scale = plot.LogScale{}
		p.X.Min, p.X.Max = decadeBelow(least)/10, decadeAbove(most)
		p.X.Tick.Marker = logTicks(p.X.Min, p.X.Max, unit)
	} else {
		p.X.Min = 0
		p.X.Tick.Marker, p.X.Max = evenTicks(0, max(most, 1e-9), 4, unit)
	}
	p.Y.Min, p.Y.Max, p.Y.Tick.Marker = 0, float64(len(rows)), plot.ConstantTicks{}
	p.Add(dots{rows, log})
	f.plot, f.left = p, labelWidth
	f.height = rowHeight*vg.Length(len(rows)) + 66
	return f
}

// logTicks are the decades; the lowest stands for 0. Of more than six every
// second is named.
func logTicks(low, high float64, unit string) plot.ConstantTicks {
	ticks := plot.ConstantTicks{{Value: low, Label: "0"}}
	n := int(math.Round(math.Log10(high / low)))
	for k := 1; k <= n; k++ {
		label := ""
		if n <= 5 || (n-k)%2 == 0 && k > 1 {
			label = decimal(low * math.Pow10(k))
		}
		if k == n {
			label += unit
		}
		ticks = append(ticks, plot.Tick{Value: low * math.Pow10(k), Label: label})
	}
	return ticks
}

// Plot draws the rows, with their labels left of the axis.
func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
		c.StrokeLine2(hairline(gridGrey), x(t.Value), c.Min.Y, x(t.Value), c.Max.Y)
	}
	for i, r := range d.rows {
		middle := y(float64(len(d.rows)-i) - 0.5)
		label := words(textSize, muted, draw.XRight, draw.YCenter)
		lines := twoLines(r.label, func(s string) bool { return label.Width(s) <= labelWidth-10 })
		for k, line := range lines {
			at := middle + vg.Length(len(lines)-1)*7 - vg.Length(k)*14
			c.FillText(label, vg.Point{X: c.Min.X - 10, Y: at}, line)
		}
		for k, one := range r.dots {
			at := middle + (vg.Length(len(r.dots)-1)/2-vg.Length(k))*11
			d.dot(&c, one, at, x)
		}
	}
}

func (d dots) dot(c *draw.Canvas, one dot, y vg.Length, x func(float64) vg.Length) {
	at := func(v float64) vg.Length {
		if d.log && v <= 0 {
			return c.Min.X
		}
		return max(x(v), c.Min.X)
	}
	l := looks[one.style]
	c.StrokeLine2(draw.LineStyle{Color: l.colour, Width: 2}, at(one.low), y, at(one.high), y)
	c.DrawGlyph(l.glyph(), vg.Point{X: at(one.value), Y: y})
}

// twoLines breaks a label at a space so that each line fits; what does not fit
// into two ends in an ellipsis.
func twoLines(label string, fits func(string) bool) []string {
	label = oneLine(label)
	if fits(label) {
		return []string{label}
	}
	at := 0
	for i, r := range label {
		if r == ' ' && fits(label[:i]) {
			at = i
		}
	}
	if at == 0 {
		return []string{cut(label, fits)}
	}
	return []string{label[:at], cut(label[at+1:], fits)}
}

// cut shortens a text until it fits.
func cut(text string, fits func(string) bool) string {
	if fits(text) {
		return text
	}
	runes := []rune(text)
	for n := len(runes) - 1; n > 0; n-- {
		if short := strings.TrimRight(string(runes[:n]), " ") + "…"; fits(short) {
			return short
		}
	}
	return "…"
}

// oneLine is a name without what an SVG cannot hold, such as control
// characters.
func oneLine(name string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, name))
}
