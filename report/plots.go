package report

import (
	"bytes"
	"fmt"
	"path/filepath"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"edasim/scenarios"
	"edasim/topology"
)

// figure is one plot before it is drawn.
type figure struct {
	file   string // name without its ending
	title  string // says what the y axis is, and stands above it
	alt    string // one sentence for those who cannot see it
	below  string // says what the x axis is; "" where its labels do
	plot   *plot.Plot
	height vg.Length
	left   vg.Length        // left of the plot, for labels that it draws itself
	styles []topology.Style // in the legend
	legend []extraKey       // after the styles
}

// extraKey is a line of a legend that stands for no style.
type extraKey struct {
	label string
	line  draw.LineStyle
}

// Plots draws every plot for which a result of the base has data, as an SVG
// and as a PNG of twice the size. Keys are file names, "latency.svg".
func Plots(r *scenarios.Result) (map[string][]byte, error) {
	return filesOf(figures(r))
}

// filesOf are figures as files, by their names.
func filesOf(figures []*figure) (map[string][]byte, error) {
	out := make(map[string][]byte)
	for _, f := range figures {
		body, err := f.svgBody()
		if err != nil {
			return nil, fmt.Errorf("plot %s: %w", f.file, err)
		}
		out[f.file+".svg"] = f.svgFile(body)
		if out[f.file+".png"], err = f.png(); err != nil {
			return nil, fmt.Errorf("plot %s: %w", f.file, err)
		}
	}
	return out, nil
}

// PlotFiles are the names of all plots that the folder of a result may have, below it.
func PlotFiles() []string {
	var names []string
	for _, name := range []string{"variants", "inconsistencies", "latency", "goodput", "queue", "lag", "retries", "depth"} {
		names = append(names, filepath.Join("plots", name+".svg"), filepath.Join("plots", name+".png"))
	}
	return names
}

// figures are the plots in the order of the page.
func figures(r *scenarios.Result) []*figure {
	var out []*figure
	for _, f := range []*figure{
		mendPlot(r), wrongPlot(r), latencyPlot(r), goodputPlot(r), queuePlot(r), lagPlot(r), retriesPlot(r), depthPlot(r),
	} {
		if f != nil {
			out = append(out, f)
		}
	}
	return out
}

// base are the cells of the base.
func base(r *scenarios.Result) []scenarios.StyleResult { return r.Variants[0].Styles }

func stylesOf(cells []scenarios.StyleResult) []topology.Style {
	var out []topology.Style
	for i := range cells {
		out = append(out, cells[i].Style)
	}
	return out
}

// draw puts the title, the legend and the plot on a canvas.
func (f *figure) draw(c draw.Canvas) {
	c = draw.Crop(c, 4, -4, 2, -2)
	c.FillText(words(textSize, ink, draw.XLeft, draw.YTop), vg.Point{X: c.Min.X, Y: c.Max.Y - 1}, f.title)
	head := lineHeight
	if len(f.styles)+len(f.legend) > 0 {
		f.drawLegend(&c, c.Max.Y-head-lineHeight/2)
		head += lineHeight
	}
	foot := vg.Length(2)
	if f.below != "" {
		foot += lineHeight + 2
		c.FillText(words(textSize, muted, draw.XCenter, draw.YBottom), vg.Point{X: (c.Min.X+c.Max.X)/2 + 20, Y: c.Min.Y + 4}, f.below)
	}
	f.plot.Draw(draw.Crop(c, f.left, -4, foot, -head-10))
}

func (f *figure) drawLegend(c *draw.Canvas, y vg.Length) {
	x := c.Min.X
	entry := func(label string, line draw.LineStyle, glyph *draw.GlyphStyle) {
		const sample = 26
		c.StrokeLine2(line, x, y, x+sample, y)
		if glyph != nil {
			c.DrawGlyph(*glyph, vg.Point{X: x + sample/2, Y: y})
		}
		w := words(textSize, muted, draw.XLeft, draw.YCenter)
		c.FillText(w, vg.Point{X: x + sample + 6, Y: y}, label)
		x += sample + 6 + w.Width(label) + 18
	}
	for _, s := range f.styles {
		glyph := looks[s].glyph()
		entry(s.String(), looks[s].line(), &glyph)
	}
	for _, k := range f.legend {
		entry(k.label, k.line, nil)
	}
}

// png is the figure at twice its size on white.
func (f *figure) png() ([]byte, error) {
	canvas := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(figureWidth, f.height), vgimg.UseDPI(144))}
	f.draw(draw.New(canvas))
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
