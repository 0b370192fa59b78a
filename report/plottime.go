package report

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"edasim/scenarios"
	"edasim/sim"
	"edasim/topology"
)

// course is one style's figure over virtual time, one value for each bin.
type course struct {
	style  topology.Style
	points []xy // seconds
}

// withSeries are the cells of the base that have a series.
func withSeries(r *scenarios.Result) []scenarios.StyleResult {
	var out []scenarios.StyleResult
	for _, cell := range base(r) {
		if cell.Series != nil && cell.Series.Bin > 0 {
			out = append(out, cell)
		}
	}
	return out
}

// rates are a count of each bin as a rate a second, for each style, with the time until
// which anything arrives or counts and the largest rate.
func rates(cells []scenarios.StyleResult, of func(*sim.Series) []float64) (courses []course, until, top float64) {
	for _, cell := range cells {
		bin := inSeconds(cell.Series.Bin)
		rate := scaled(of(cell.Series), 1/bin)
		courses = append(courses, course{cell.Style, steps(rate, bin)})
		until = max(until, float64(max(lastActive(cell.Series.Arrivals), lastActive(rate))+1)*bin)
		top = max(top, largest(rate))
	}
	return courses, until, top
}

// goodputPlot is how many flows a second became good; nil without a series.
func goodputPlot(r *scenarios.Result) *figure {
	cells := withSeries(r)
	if len(cells) == 0 {
		return nil
	}
	courses, until, top := rates(cells, func(s *sim.Series) []float64 { return s.Good })
	bin := inSeconds(cells[0].Series.Bin)
	arriving := scaled(cells[0].Series.Arrivals, 1/bin)
	f := &figure{file: "goodput", title: "Flows a second that ended well and in time", height: figureHeight - 20,
		alt:    "Goodput over virtual time for each style; fault windows are shaded.",
		styles: stylesOf(cells), legend: []extraKey{{"arriving", hairline(muted)}}, below: "virtual time"}
	f.plot = overTime(0, until, max(top, largest(arriving)), "/s", cells[0].Series.Windows)
	f.plot.Add(arrivals{steps(arriving, bin)})
	for _, c := range courses {
		f.plot.Add(c)
	}
	return f
}

// retriesPlot is how often a message was delivered or sent again; nil where none was.
func retriesPlot(r *scenarios.Result) *figure {
	cells := withSeries(r)
	courses, until, top := rates(cells, func(s *sim.Series) []float64 { return s.Retries })
	if top == 0 {
		return nil
	}
	f := &figure{file: "retries", title: "Messages a second delivered or sent again", height: figureHeight - 20,
		alt:    "Retries over virtual time for each style; fault windows are shaded.",
		styles: stylesOf(cells), below: "virtual time"}
	f.plot = overTime(0, until, top, "/s", cells[0].Series.Windows)
	for _, c := range courses {
		f.plot.Add(c)
	}
	return f
}

// lagPlot is how long after being published a message came to a worker, on a log scale:
// an outage makes milliseconds into minutes. It is nil where it is much the same all the
// time.
func lagPlot(r *scenarios.Result) *figure {
	cells := withSeries(r)
	if len(cells) == 0 {
		return nil
	}
	bin := inSeconds(cells[0].Series.Bin)
	low, high, until := math.Inf(1), 0.0, 0.0
	var courses []course
	for _, cell := range cells {
		points := lags(cell.Series)
		for _, at := range points {
			low, high, until = min(low, at.y), max(high, at.y), max(until, at.x+bin/2)
		}
		courses = append(courses, course{cell.Style, points})
	}
	if high <= 2*low || high == 0 {
		return nil
	}
	f := &figure{file: "lag", title: "Lag: from publishing to a worker’s start, mean", height: figureHeight - 20,
		alt:    "Mean lag of the messages taken at each time, for each style; fault windows are shaded.",
		styles: stylesOf(cells), below: "virtual time"}
	f.plot = overTime(0, until, 0, "", cells[0].Series.Windows)
	y := &f.plot.Y
	y.Scale, y.Min, y.Max = plot.LogScale{}, decadeBelow(max(low, shortest)), roundAbove(high)
	y.Tick.Marker = logTimeTicks(y.Min, y.Max)
	for _, c := range courses {
		f.plot.Add(c)
	}
	return f
}

// lags are the mean lags, in seconds, of the bins in which workers started on more than
// a few messages and something had lagged: what comes back long after the last arrival
// says nothing of the rest.
func lags(s *sim.Series) []xy {
	bin, few, end := inSeconds(s.Bin), largest(s.Begun)/50, lastActive(s.Arrivals)
	var out []xy
	for i, n := range s.Begun {
		if i == end+1 {
			few *= 10
		}
		if n > few && s.Lag[i] > 0 {
			out = append(out, xy{(float64(i) + 0.5) * bin, max(s.Lag[i]/n, shortest)})
		}
	}
	return out
}

// queuePlot is what waits for the service with the longest queue, around the
// time it was long; nil where nothing ever waits.
func queuePlot(r *scenarios.Result) *figure {
	cells := withSeries(r)
	service := longestQueue(cells)
	if service == "" {
		return nil
	}
	bin := inSeconds(cells[0].Series.Bin)
	from, until, top := math.MaxInt, 0, 0.0
	var courses []course
	for _, cell := range cells {
		queue := queueOf(cell.Series, service)
		courses = append(courses, course{cell.Style, ends(queue, bin)})
		top = max(top, largest(queue))
	}
	for _, cell := range cells {
		for i, v := range queueOf(cell.Series, service) {
			if v > top/50 {
				from, until = min(from, i), max(until, i+1)
			}
		}
	}
	end := lastActive(cells[0].Series.Arrivals) + 1
	if pad := (until-from)/2 + 2; until-from < end/2 {
		from, until = max(0, from-pad), until+pad
	} else {
		from, until = 0, max(end, until)
	}
	f := &figure{file: "queue", title: "Messages waiting for " + oneLine(service), height: figureHeight - 20,
		alt:    fmt.Sprintf("Messages waiting for %s over virtual time, for each style; fault windows are shaded.", oneLine(service)),
		styles: stylesOf(cells), below: "virtual time"}
	f.plot = overTime(float64(from)*bin, float64(until)*bin, top, "", cells[0].Series.Windows)
	for _, c := range courses {
		f.plot.Add(c)
	}
	return f
}

// longestQueue is the service with the longest mean queue in any bin and style;
// "" if none had one.
func longestQueue(cells []scenarios.StyleResult) string {
	name, longest := "", 0.0
	for _, cell := range cells {
		for _, s := range cell.Series.Services {
			if v := largest(s.Queue); v > longest {
				name, longest = s.Service, v
			}
		}
	}
	return name
}

func queueOf(s *sim.Series, service string) []float64 {
	for i := range s.Services {
		if s.Services[i].Service == service {
			return s.Services[i].Queue
		}
	}
	return nil
}

// overTime is a plot from one time to another, seconds, with shaded windows.
func overTime(from, until, top float64, unit string, windows []sim.Window) *plot.Plot {
	p := themed()
	p.X.Min, p.X.Max = from, until
	p.X.Tick.Marker = timeTicks(from, until)
	ticks, highest := evenTicks(0, max(top, 1e-9), 4, unit)
	p.Y.Min, p.Y.Max, p.Y.Tick.Marker = 0, highest, ticks
	p.Add(shades(windows))
	return p
}

// steps are the points of bins at their middles.
func steps(bins []float64, width float64) []xy {
	out := make([]xy, 0, len(bins))
	for i, v := range bins {
		out = append(out, xy{(float64(i) + 0.5) * width, v})
	}
	return out
}

// ends are the points of what was looked at when each bin ended.
func ends(bins []float64, width float64) []xy {
	out := make([]xy, 0, len(bins))
	for i, v := range bins {
		out = append(out, xy{float64(i+1) * width, v})
	}
	return out
}

func scaled(bins []float64, by float64) []float64 {
	out := make([]float64, len(bins))
	for i, v := range bins {
		out[i] = v * by
	}
	return out
}

func largest(bins []float64) float64 {
	top := 0.0
	for _, v := range bins {
		top = max(top, v)
	}
	return top
}

// lastActive is the last bin of which the value is more than 0.
func lastActive(bins []float64) int {
	for i := len(bins) - 1; i > 0; i-- {
		if bins[i] > 0 {
			return i
		}
	}
	return 0
}

// Plot draws the line, with a mark six times along it.
func (s course) Plot(c draw.Canvas, p *plot.Plot) {
	l := looks[s.style]
	points := onCanvas(&c, p, s.points)
	c.StrokeLines(l.line(), c.ClipLinesXY(points)...)
	wide := (c.Max.X - c.Min.X) / 6
	next := c.Min.X + wide*vg.Length(0.3+0.25*float64(s.style))
	for _, at := range points {
		if at.X >= next && at.X <= c.Max.X && c.ContainsY(at.Y) {
			c.DrawGlyph(l.glyph(), at)
			next += wide
		}
	}
}

// arrivals is the load, behind the styles.
type arrivals struct{ points []xy }

// Plot draws the line.
func (a arrivals) Plot(c draw.Canvas, p *plot.Plot) {
	c.StrokeLines(hairline(muted), c.ClipLinesXY(onCanvas(&c, p, a.points))...)
}
