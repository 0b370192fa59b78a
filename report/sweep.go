package report

import (
	"fmt"
	"math"
	"strings"

	"edasim/scenarios"
)

// Names of what a sweep is kept in.
const (
	SweepFile    = "sweep.json"
	GridFile     = "grid.json" // what the points are points of
	PointsFolder = "points"
)

// swept is a sweep with what all its tables, plots and pages need.
type swept struct {
	*scenarios.Sweep
	rows, cols int // axes down and across; cols is −1 for one axis
}

// newSwept puts the longer axis of two down: a page is longer than wide.
func newSwept(s *scenarios.Sweep) *swept {
	o := &swept{Sweep: s, rows: 0, cols: -1}
	if len(s.Axes) == 2 {
		o.cols = 1
		if len(s.Axes[1].Values) > len(s.Axes[0].Values) {
			o.rows, o.cols = 1, 0
		}
	}
	return o
}

// at is the point in a row and a column.
func (o *swept) at(row, col int) int {
	switch {
	case o.cols < 0:
		return row
	case o.rows == 0:
		return row*len(o.Axes[1].Values) + col
	}
	return col*len(o.Axes[1].Values) + row
}

func (o *swept) down() *scenarios.Axis { return &o.Axes[o.rows] }

// across are the values of the axis across; one empty value without one.
func (o *swept) across() []string {
	if o.cols < 0 {
		return []string{""}
	}
	return o.Axes[o.cols].Values
}

// shown are the measures to be shown that any point has.
func (o *swept) shown() []string {
	var out []string
	for _, name := range o.Shown {
		if _, known := o.scale(name); known {
			out = append(out, name)
		}
	}
	return out
}

// scale is in which unit the figures of a measure are shown.
type scale struct {
	unit    string
	largest float64
	mixed   bool // milliseconds at one point, minutes at another: each has its own
}

// scale is common to all points and styles; ok is false where none has the measure.
func (o *swept) scale(name string) (sc scale, ok bool) {
	least := math.Inf(1)
	for i := range o.Points {
		for _, style := range o.Styles {
			if m := o.Measure(i, style, name); m != nil {
				ok = true
				sc.unit = m.Unit
				sc.largest = max(sc.largest, m.Value)
				if m.Value > 0 {
					least = min(least, m.Value)
				}
			}
		}
	}
	sc.mixed = sc.unit == "s" && sc.largest > 100*least
	return sc, ok
}

func (sc scale) of(m *scenarios.Measured) float64 {
	if sc.mixed {
		return math.Abs(m.Value)
	}
	return sc.largest
}

// figure is a measure at a point; "–" where it is not known.
func (o *swept) figure(sc scale, point int, style, name string) string {
	m := o.Measure(point, style, name)
	switch {
	case o.Points[point].Failed != "":
		return "failed"
	case m == nil:
		return "–"
	}
	return tight(show(m, sc.of(m)))
}

// bare is a figure without its interval and unit, in the digits that the interval
// supports.
func (o *swept) bare(sc scale, point int, style, name string) string {
	m := o.Measure(point, style, name)
	switch {
	case o.Points[point].Failed != "":
		return "failed"
	case m == nil:
		return "–"
	}
	text := show(m, sc.of(m)).Value
	if label, _ := scaleOf(sc.unit, sc.largest); !sc.mixed {
		text = strings.TrimSuffix(text, label)
	}
	return text
}

// label is the unit that bare leaves out.
func (sc scale) label() string {
	if sc.mixed {
		return ""
	}
	label, _ := scaleOf(sc.unit, sc.largest)
	return strings.TrimSpace(label)
}

// difference is the second of two styles minus the first at a point, and what it
// means; nil where it is not known.
func (o *swept) difference(point int, name string) *scenarios.Compared {
	d := o.compared(point, o.Styles[1], o.Styles[0])
	for i := range d {
		if d[i].A.Name == name {
			return &d[i]
		}
	}
	return nil
}

// compared is style minus than at a point, for all measures.
func (o *swept) compared(point int, style, than string) []scenarios.Compared {
	a, b := o.Cell(point, than), o.Cell(point, style)
	if a == nil || b == nil {
		return nil
	}
	side := func(c *scenarios.SideCell) *scenarios.Side {
		return &scenarios.Side{Seed: o.Seed, Semantics: o.Semantics, HasEach: true, Wanted: o.Wanted, Sometimes: o.Sometimes, Cells: []scenarios.SideCell{*c}}
	}
	c, err := scenarios.Compare(side(a), side(b), nil)
	if err != nil || len(c.Cells) == 0 {
		return nil
	}
	return c.Cells[0].Measures
}

// sweepLabels are measures in words.
var sweepLabels = map[string]string{"stuck": "stuck flows", "inconsistent": "inconsistent flows", "unsettled": "flows not settled at the end",
	"latency.mean": "latency, mean"}

// measureTitle is a measure in words and, where they are not the same, its name.
func measureTitle(name string) string {
	label := sweepLabels[name]
	for _, w := range costs() {
		if w.measure == name {
			label = w.label
		}
	}
	if label == "" {
		return oneLine(name)
	}
	return label
}

// heading is a measure in words as a title begins; a bare name stays as it is.
func heading(name string) string {
	if title := measureTitle(name); title != oneLine(name) || !strings.ContainsAny(title, "._") {
		return capital(title)
	}
	return oneLine(name)
}

// title is the scenario's name and sentence.
func (o *swept) title() string {
	title := oneLine(o.Scenario)
	if about := oneLine(o.About); about != "" {
		title += ": " + about
	}
	return title
}

// simulated is how much was, and how the figures are to be read.
func (o *swept) simulated() string {
	var axes []string
	for _, a := range o.Axes {
		axes = append(axes, axisText(&a))
	}
	text := strings.Join(axes, "; ") + ". "
	if n := o.Finished(); n < len(o.Points) {
		text = fmt.Sprintf("Partial: %d of %d points. ", n, len(o.Points)) + text
	}
	if o.Variant != scenarios.Base {
		text += "Variant " + oneLine(o.Variant) + ". "
	}
	text += fmt.Sprintf("%s at each point, seed %d: every point has the same draws.", plural(o.Replications, "replication"), o.Seed)
	if o.Replications > 1 {
		text += " ± is a 95 % interval."
	}
	if len(o.Styles) == 2 {
		text += fmt.Sprintf(" Difference: %s minus %s.", o.Styles[1], o.Styles[0])
	}
	if o.cols >= 0 {
		text += fmt.Sprintf(" Down: %s. Across: %s.", oneLine(o.down().Path), oneLine(o.Axes[o.cols].Path))
	}
	return text
}

// axisText is "faults.drop from 0% to 5%, 11 values".
func axisText(a *scenarios.Axis) string {
	n := len(a.Values)
	if n == 1 {
		return oneLine(a.Path) + " = " + oneLine(a.Values[0])
	}
	if a.Numbers == nil || n < 4 {
		return oneLine(a.Path) + " = " + oneLine(shorten(strings.Join(a.Values, ", "), 60))
	}
	text := fmt.Sprintf("%s from %s to %s, %d values", oneLine(a.Path), oneLine(a.Values[0]), oneLine(a.Values[n-1]), n)
	if a.Log {
		text += " on a logarithmic scale"
	}
	return text
}

// idle says which settings change nothing.
func (o *swept) idle() []string {
	var out []string
	for _, path := range o.Idle() {
		out = append(out, fmt.Sprintf("%s changes nothing: every measure is the same, to the last digit, at all its values.", oneLine(path)))
	}
	return out
}

// failures are the points that could not be simulated.
func (o *swept) failures() []string {
	var out []string
	for i := range o.Points {
		if f := o.Points[i].Failed; f != "" {
			out = append(out, fmt.Sprintf("Failed at %s: %s", oneLine(o.Label(i)), oneLine(f)))
		}
	}
	return out
}

// again is the command that makes the page again.
func (o *swept) again() string {
	text := "edasim sweep " + shellWord(o.Named)
	for _, a := range o.Axes {
		text += " --vary " + shellWord(a.Path+"="+strings.Join(a.Values, ","))
	}
	if o.Variant != scenarios.Base {
		text += " --variant " + shellWord(o.Variant)
	}
	for _, s := range o.Sets {
		text += " --set " + shellWord(s.Path+"="+s.Value)
	}
	for _, m := range o.Shown {
		text += " --measure " + shellWord(m)
	}
	for _, s := range o.Styles {
		text += " --style " + s
	}
	return text + fmt.Sprintf(" --seed %d --replications %d --out review", o.Seed, o.Replications)
}
