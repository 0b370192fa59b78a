package report

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	plottext "gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"edasim/topology"
)

// Sizes of a figure. A phone shows 460 units on 360 pixels, and 13-unit text
// at 10 pixels.
const (
	figureWidth  vg.Length = 460
	figureHeight vg.Length = 290
	textSize     vg.Length = 13
	smallSize    vg.Length = 12
	lineHeight   vg.Length = 18
	markRadius   vg.Length = 4
)

// The colours of figures. In the page each becomes the CSS variable of the
// same name (colourVariables), so that no two may be equal.
var (
	paper     = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	ink       = color.NRGBA{0x1b, 0x1d, 0x21, 0xff}
	muted     = color.NRGBA{0x5a, 0x60, 0x6b, 0xff}
	gridGrey  = color.NRGBA{0xe1, 0xe4, 0xe8, 0xff}
	axisGrey  = color.NRGBA{0x9a, 0xa1, 0xac, 0xff}
	faultTint = color.NRGBA{0xe3, 0xb3, 0x41, 0x60}
	blue      = color.NRGBA{0x0a, 0x66, 0xb0, 0xff}
	orange    = color.NRGBA{0xb4, 0x50, 0x0a, 0xff}
	teal      = color.NRGBA{0x0b, 0x80, 0x74, 0xff}
	heatTint  = color.NRGBA{0x73, 0x57, 0xb5, 0xff}
)

// look is how a style is drawn: by colour, by shape and by dash, so that each
// alone tells the styles apart.
type look struct {
	colour color.NRGBA
	dash   []vg.Length
	mark   draw.GlyphDrawer
	class  string // in the page: c, o or d
}

var looks = map[topology.Style]look{
	topology.Choreography: {blue, nil, draw.CircleGlyph{}, "c"},
	topology.Orchestrated: {orange, []vg.Length{7, 3}, squareMark{}, "o"},
	topology.DirectCalls:  {teal, []vg.Length{2, 3}, draw.PyramidGlyph{}, "d"},
}

// squareMark is a square as wide as a circle of the same radius.
type squareMark struct{}

// DrawGlyph draws the square around a point.
func (squareMark) DrawGlyph(c *draw.Canvas, g draw.GlyphStyle, at vg.Point) {
	r := g.Radius * 0.92
	c.FillPolygon(g.Color, []vg.Point{
		{X: at.X - r, Y: at.Y - r}, {X: at.X + r, Y: at.Y - r}, {X: at.X + r, Y: at.Y + r}, {X: at.X - r, Y: at.Y + r},
	})
}

func (l look) line() draw.LineStyle {
	return draw.LineStyle{Color: l.colour, Width: 1.75, Dashes: l.dash}
}

func (l look) glyph() draw.GlyphStyle {
	return draw.GlyphStyle{Color: l.colour, Radius: markRadius, Shape: l.mark}
}

var sans = font.Font{Typeface: "Liberation", Variant: "Sans"}

// words is text in the theme's face.
func words(size vg.Length, c color.Color, x draw.XAlignment, y draw.YAlignment) plottext.Style {
	return plottext.Style{Color: c, Font: font.From(sans, size), XAlign: x, YAlign: y, Handler: plot.DefaultTextHandler}
}

func hairline(c color.Color) draw.LineStyle { return draw.LineStyle{Color: c, Width: 1} }

func dotted(c color.Color) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: 1, Dashes: []vg.Length{2, 4}}
}

// themed is an empty plot in the theme: thin grey axes, a grid from left to
// right only, and no frame.
func themed() *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Padding = 0
		a.LineStyle = hairline(axisGrey)
		a.Tick.LineStyle = hairline(axisGrey)
		a.Label.TextStyle = words(textSize, muted, draw.XCenter, draw.YBottom)
	}
	p.X.Tick.Length = 4
	p.X.Tick.Label = words(textSize, muted, draw.XCenter, draw.YTop)
	p.Y.LineStyle.Width = 0
	p.Y.Tick.Length = 0
	p.Y.Tick.Label = words(textSize, muted, draw.XRight, -0.6) // an axis lifts its labels
	p.Add(grid{})
	return p
}

// grid has a line at each labelled tick of the y axis.
type grid struct{}

// Plot draws the lines.
func (grid) Plot(c draw.Canvas, p *plot.Plot) {
	_, y := p.Transforms(&c)
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		if !t.IsMinor() && t.Value > p.Y.Min {
			at := y(t.Value)
			c.StrokeLine2(hairline(gridGrey), c.Min.X, at, c.Max.X, at)
		}
	}
}
