package report

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"edasim/scenarios"
	"edasim/sim"
	"edasim/topology"
)

// tail is the complementary distribution of a style's latencies.
type tail struct {
	style  topology.Style
	points []xy // seconds, share slower
	marks  []xy // at the percentiles
}

type xy struct{ x, y float64 }

// percentiles that a latency plot names, as the share that is slower.
var percentiles = []struct {
	slower float64
	label  string
}{{0.5, "p50"}, {0.05, "p95"}, {0.01, "p99"}, {0.001, "p99.9"}}

// shortest is the smallest time that a log axis shows, seconds.
const shortest = 1e-6

// latencyPlot is the share of flows slower than a time, on log scales; nil
// where no flow had an outcome.
func latencyPlot(r *scenarios.Result) *figure {
	var tails []tail
	low, high, least := math.Inf(1), 0.0, 1.0
	for _, cell := range base(r) {
		h := cell.Latency
		if h == nil || h.N() == 0 {
			continue
		}
		tails = append(tails, tailOf(cell.Style, h))
		low = min(low, inSeconds(h.Quantile(0.001)))
		high = max(high, inSeconds(h.Max()))
		least = min(least, 1/float64(h.N()))
	}
	if len(tails) == 0 {
		return nil
	}
	f := &figure{file: "latency", title: "Share of flows slower than a time", height: figureHeight,
		alt:   "Share of flows slower than a given time, for each style, both axes logarithmic.",
		below: "time from the trigger to the outcome"}
	p := themed()
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Min, p.X.Max = roundBelow(low), roundAbove(high)
	p.Y.Min, p.Y.Max = min(max(decadeBelow(least), 1e-6), 0.1), 1 // one flow is a scale too
	p.X.Tick.Marker, p.Y.Tick.Marker = logTimeTicks(p.X.Min, p.X.Max), shareTicks(p.Y.Min)
	var styles []topology.Style
	for _, t := range tails {
		styles = append(styles, t.style)
	}
	f.plot, f.styles = p, styles
	p.Add(percentileLines{}, timeoutLine{coordinatorTimeout(r)})
	for _, t := range tails {
		p.Add(t)
	}
	return f
}

// roundBelow and roundAbove are 1, 2 or 5 times a power of ten around a time in
// seconds.
func roundBelow(v float64) float64 {
	v = max(v, shortest)
	d := decadeBelow(v)
	for _, m := range []float64{5, 2} {
		if d*m <= v {
			return d * m
		}
	}
	return d
}

func roundAbove(v float64) float64 {
	low := roundBelow(v)
	for _, m := range []float64{2, 2.5, 5} {
		if low*m > max(v, shortest) {
			return low * m
		}
	}
	return low * 10
}

// tailOf thins a histogram to points that differ by about 1/200 of the axes.
func tailOf(style topology.Style, h *sim.Histogram) tail {
	t := tail{style: style}
	n, left := float64(h.N()), h.N()
	h.Buckets(func(low, high, count int64) {
		before := xy{max(inSeconds(low), shortest), float64(left) / n}
		left -= count
		after := xy{max(inSeconds(min(high, h.Max())), shortest), max(float64(left), 0.5) / n}
		for _, p := range []xy{before, after} {
			if len(t.points) == 0 || left == 0 || farther(t.points[len(t.points)-1], p) {
				t.points = append(t.points, p)
			}
		}
	})
	for _, p := range percentiles {
		if p.slower*n >= 1 {
			t.marks = append(t.marks, xy{max(inSeconds(h.Quantile(1-p.slower)), shortest), p.slower})
		}
	}
	return t
}

// farther tells whether b is visibly right of a or below it.
func farther(a, b xy) bool { return b.x > a.x*1.04 || b.y < a.y*0.96 }

func inSeconds(ns int64) float64 { return float64(ns) / float64(topology.Second) }

// Plot draws the curve and a mark at each percentile.
func (t tail) Plot(c draw.Canvas, p *plot.Plot) {
	l := looks[t.style]
	c.StrokeLines(l.line(), c.ClipLinesXY(onCanvas(&c, p, t.points))...)
	for _, at := range onCanvas(&c, p, t.marks) {
		c.DrawGlyph(l.glyph(), at)
	}
}

func onCanvas(c *draw.Canvas, p *plot.Plot, points []xy) []vg.Point {
	x, y := p.Transforms(c)
	out := make([]vg.Point, 0, len(points))
	for _, at := range points {
		out = append(out, vg.Point{X: x(at.x), Y: y(at.y)})
	}
	return out
}

// percentileLines name the percentiles at the left edge.
type percentileLines struct{}

// Plot draws the lines.
func (percentileLines) Plot(c draw.Canvas, p *plot.Plot) {
	_, y := p.Transforms(&c)
	for _, q := range percentiles {
		if q.slower < p.Y.Min {
			continue
		}
		at := y(q.slower)
		c.StrokeLine2(dotted(axisGrey), c.Min.X, at, c.Max.X, at)
		side, gap := draw.YBottom, vg.Length(1)
		if q.slower == 0.5 {
			side, gap = draw.YTop, -1 // above it is the curve
		}
		c.FillText(words(smallSize, muted, draw.XLeft, side), vg.Point{X: c.Min.X + 4, Y: at + gap}, q.label)
	}
}

// coordinatorTimeout is after how many seconds a coordinator sends a command
// again; 0 where orchestration was not simulated or never does.
func coordinatorTimeout(r *scenarios.Result) float64 {
	for _, cell := range base(r) {
		if cell.Style == topology.Orchestrated && cell.Latency != nil {
			return inSeconds(r.Scenario.System.Orchestration.Wait.Timeout)
		}
	}
	return 0
}

// timeoutLine marks the coordinator's timeout, seconds, where the axis has it.
type timeoutLine struct{ at float64 }

// Plot draws the line.
func (l timeoutLine) Plot(c draw.Canvas, p *plot.Plot) {
	if l.at <= p.X.Min || l.at >= p.X.Max {
		return
	}
	x, _ := p.Transforms(&c)
	at := x(l.at)
	c.StrokeLine2(dotted(muted), at, c.Min.Y, at, c.Max.Y)
	c.FillText(words(smallSize, muted, draw.XRight, draw.YBottom), vg.Point{X: at - 4, Y: c.Min.Y + 3}, "coordinator’s timeout")
}
