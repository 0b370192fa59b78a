package report

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"edasim/scenarios"
)

// heat is a measure over two settings: a panel of cells for each style, all on one
// scale, and of two styles one of their difference.
type heat struct {
	o       *swept
	measure string
	scale   scale
	least   float64
	cell    vg.Length // height of one
	written bool      // the values are in the cells
}

// Sizes of a panel.
const (
	panelHead  vg.Length = 42
	panelGap   vg.Length = 14
	cellHeight vg.Length = 26
	mostHeight vg.Length = 1500 // of all panels
)

// heatPlot is nil where no point has the measure.
func (o *swept) heatPlot(measure string) *figure {
	sc, known := o.scale(measure)
	if !known {
		return nil
	}
	h := &heat{o: o, measure: measure, scale: sc, least: math.Inf(1)}
	for i := range o.Points {
		for _, style := range o.Styles {
			if m := o.Measure(i, style, measure); m != nil {
				h.least = min(h.least, m.Value)
			}
		}
	}
	rows, panels := vg.Length(len(o.down().Values)), vg.Length(h.panels())
	h.cell = max(8, min(cellHeight, mostHeight/(rows*panels)))
	h.written = h.cell >= 16 && h.fits()
	title := heading(measure)
	if l := sc.label(); l != "" {
		title += ", " + l
	}
	p := themed()
	p.HideAxes()
	p.Add(h)
	return &figure{title: title, plot: p, height: panels*(panelHead+rows*h.cell+panelGap) + 46,
		alt:   fmt.Sprintf("%s over %s and %s, a panel for each style on one scale.", title, oneLine(o.down().Path), oneLine(o.Axes[o.cols].Path)),
		below: shorten("down: "+oneLine(o.down().Path)+" · across: "+oneLine(o.Axes[o.cols].Path), 62)}
}

func (h *heat) panels() int {
	if len(h.o.Styles) == 2 {
		return 3
	}
	return len(h.o.Styles)
}

// left is the room for the labels of rows.
func (h *heat) left() vg.Length {
	label := words(smallSize, muted, draw.XRight, draw.YCenter)
	widest := vg.Length(0)
	for _, v := range h.o.down().Values {
		widest = max(widest, label.Width(shorten(oneLine(v), 16)))
	}
	return widest + 8
}

// width is that of a cell, as wide as the figure allows.
func (h *heat) width() vg.Length {
	return (figureWidth - 12 - h.left()) / vg.Length(len(h.o.across()))
}

// fits tells whether the longest value fits its cell.
func (h *heat) fits() bool {
	style := words(smallSize, ink, draw.XCenter, draw.YCenter)
	for i := range h.o.Points {
		for _, name := range h.o.Styles {
			if style.Width(h.o.bare(h.scale, i, name, h.measure)) > h.width()-4 {
				return false
			}
		}
		if len(h.o.Styles) == 2 && style.Width(h.o.bareDifference(h.scale, i, h.measure)) > h.width()-4 {
			return false
		}
	}
	return true
}

// Plot draws the panels.
func (h *heat) Plot(c draw.Canvas, _ *plot.Plot) {
	top := c.Max.Y
	for _, style := range h.o.Styles {
		l := looks[scenarios.StyleOf(style)]
		h.panel(&c, top, style, &l, func(point int) (string, draw.LineStyle, float64) {
			m := h.o.Measure(point, style, h.measure)
			share := -1.0
			if m != nil {
				share = h.share(m.Value)
			}
			return h.o.bare(h.scale, point, style, h.measure), draw.LineStyle{Color: heatTint}, share
		})
		top -= panelHead + vg.Length(len(h.o.down().Values))*h.cell + panelGap
	}
	if len(h.o.Styles) != 2 {
		return
	}
	h.panel(&c, top, h.o.Styles[1]+" minus "+h.o.Styles[0]+", = where chance would do", nil, func(point int) (string, draw.LineStyle, float64) {
		style := draw.LineStyle{Color: muted}
		d := h.o.difference(point, h.measure)
		share := -1.0
		if d != nil && h.sign(point) != 0 {
			share = 0.4
			switch d.Effect {
			case scenarios.Better:
				style.Color = looks[scenarios.StyleOf(h.o.Styles[1])].colour
			case scenarios.Worse:
				style.Color = looks[scenarios.StyleOf(h.o.Styles[0])].colour
			}
		}
		return h.o.bareDifference(h.scale, point, h.measure), style, share
	})
	h.borders(&c, top)
}

// share is how strong the tint of a value is, from 0 to 1: on one scale for all
// styles, logarithmic where the measure spans more than two decades.
func (h *heat) share(v float64) float64 {
	switch {
	case h.scale.mixed && h.least > 0 && h.scale.largest > h.least:
		return math.Log(v/h.least) / math.Log(h.scale.largest/h.least)
	case h.scale.largest > 0:
		return max(0, v) / h.scale.largest
	}
	return 0
}

// place is the upper left corner of a cell of the panel whose top is there.
func (h *heat) place(c *draw.Canvas, top vg.Length, row, col int) vg.Point {
	return vg.Point{X: c.Min.X + h.left() + vg.Length(col)*h.width(), Y: top - panelHead - vg.Length(row)*h.cell}
}

func (h *heat) panel(c *draw.Canvas, top vg.Length, title string, l *look, cell func(point int) (string, draw.LineStyle, float64)) {
	at := c.Min.X
	if l != nil {
		c.DrawGlyph(l.glyph(), vg.Point{X: at + 6, Y: top - 9})
		at += 16
	}
	c.FillText(words(textSize, ink, draw.XLeft, draw.YCenter), vg.Point{X: at, Y: top - 9}, title)
	label := words(smallSize, muted, draw.XCenter, draw.YCenter)
	fits := func(s string) bool { return label.Width(s) <= h.width()-3 }
	for col, v := range h.o.across() {
		corner := h.place(c, top, 0, col)
		if text := oneLine(v); fits(text) || len(h.o.across()) <= 12 {
			c.FillText(label, vg.Point{X: corner.X + h.width()/2, Y: corner.Y + 10}, cut(text, fits))
		}
	}
	label.XAlign = draw.XRight
	every := int(math.Ceil(float64(14 / h.cell)))
	for row, v := range h.o.down().Values {
		first := h.place(c, top, row, 0)
		if row%every == 0 {
			c.FillText(label, vg.Point{X: first.X - 6, Y: first.Y - h.cell/2}, shorten(oneLine(v), 16))
		}
		for col := range h.o.across() {
			text, tint, share := cell(h.o.at(row, col))
			h.square(c, h.place(c, top, row, col), text, tint, share)
		}
	}
}

// square is one cell: its tint, a hairline around it, and its value.
func (h *heat) square(c *draw.Canvas, corner vg.Point, text string, tint draw.LineStyle, share float64) {
	left, right, up, down := corner.X, corner.X+h.width(), corner.Y, corner.Y-h.cell
	box := []vg.Point{{X: left, Y: down}, {X: right, Y: down}, {X: right, Y: up}, {X: left, Y: up}}
	if share >= 0 {
		r, g, b, _ := tint.Color.RGBA()
		fill := heatTint
		fill.R, fill.G, fill.B, fill.A = uint8(r>>8), uint8(g>>8), uint8(b>>8), uint8(10+120*share)
		c.FillPolygon(fill, box)
	}
	c.StrokeLines(hairline(gridGrey), append(box, box[0]))
	if h.written {
		c.FillText(words(smallSize, ink, draw.XCenter, draw.YCenter), vg.Point{X: (left + right) / 2, Y: (up + down) / 2}, text)
	}
}

// sign is that of the difference at a point; 0 where chance would do.
func (h *heat) sign(point int) int {
	text := h.o.bareDifference(h.scale, point, h.measure)
	switch {
	case strings.HasPrefix(text, "+"):
		return 1
	case strings.HasPrefix(text, "−"):
		return -1
	}
	return 0
}

// borders are thick lines where the sign of the difference changes from one cell to
// the next.
func (h *heat) borders(c *draw.Canvas, top vg.Length) {
	line := draw.LineStyle{Color: ink, Width: 2.5}
	for row := range h.o.down().Values {
		for col := range h.o.across() {
			s := h.sign(h.o.at(row, col))
			at := h.place(c, top, row, col)
			if col+1 < len(h.o.across()) && s*h.sign(h.o.at(row, col+1)) < 0 {
				c.StrokeLine2(line, at.X+h.width(), at.Y, at.X+h.width(), at.Y-h.cell)
			}
			if row+1 < len(h.o.down().Values) && s*h.sign(h.o.at(row+1, col)) < 0 {
				c.StrokeLine2(line, at.X, at.Y-h.cell, at.X+h.width(), at.Y-h.cell)
			}
		}
	}
}
