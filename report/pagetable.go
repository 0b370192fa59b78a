package report

import (
	"math"
	"strings"

	"edasim/scenarios"
	"edasim/sim"
	"edasim/topology"
)

// section is a part of the table of the page.
type section struct {
	Title string
	Rows  []row
}

// row is a measure in every style.
type row struct {
	Label  string
	Sub    bool // part of the row above it
	Cells  []styled
	Deltas []delta
	Strip  *strip
}

// styled is a figure of one style.
type styled struct {
	Class, Style string
	quantity
}

// delta is one style minus the first.
type delta struct {
	quantity
	Verdict string // better, worse, same or ""
}

// Delta is the difference that belongs to cell i; nil for the first, and where
// there is none.
func (r row) Delta(i int) *delta {
	if i == 0 || i > len(r.Deltas) || r.Deltas[i-1].Value == "" {
		return nil
	}
	return &r.Deltas[i-1]
}

// strip has the intervals of a row on one scale from 0.
type strip struct {
	Height int
	Marks  []stripMark
}

type stripMark struct {
	Class        string
	Low, At, Top float64 // x
	Y            int
}

// Widths of a strip, in its own units.
const (
	stripLeft  = 8.0
	stripWidth = 144.0
	stripRow   = 12
)

// wanted is a measure of the table.
type wanted struct {
	measure, label string
	sub            bool
	good           int  // +1: more is better, −1: less is, 0: neither
	ifAny          bool // only where it is not 0 in every style
}

// table is the comparison of the styles.
func table(r *scenarios.Result) []section {
	var out []section
	for _, s := range []struct {
		title string
		list  []wanted
	}{
		{"How flows end", endings(r)},
		{"What is wrong afterwards", wrongs(r)},
		{"Anomalies, in 100 flows", counted(r)},
		{"What it costs", costs()},
	} {
		part := section{Title: s.title}
		for _, w := range s.list {
			if row, ok := makeRow(r, w); ok {
				part.Rows = append(part.Rows, row)
			}
		}
		if len(part.Rows) > 0 {
			out = append(out, part)
		}
	}
	return out
}

// endings are the outcomes in the order of the scenario, the first being the
// one that is wanted.
func endings(r *scenarios.Result) []wanted {
	var out []wanted
	have := make(map[string]bool)
	for i, o := range r.Scenario.System.Outcomes {
		w := wanted{measure: "outcome." + o.Name, label: o.Name}
		if i == 0 {
			w.good = 1
		}
		have[w.measure] = true
		out = append(out, w)
	}
	if !have["outcome.failed"] {
		out = append(out, wanted{measure: "outcome.failed", label: "failed, undone", ifAny: true})
	}
	return append(out,
		wanted{measure: "stuck", label: "stuck", good: -1},
		wanted{measure: "unsettled", label: "not settled at the end", ifAny: true})
}

func wrongs(r *scenarios.Result) []wanted {
	out := []wanted{{measure: "inconsistent", label: "inconsistent flows", good: -1}}
	for _, inv := range r.Scenario.System.Invariants {
		if inv.Kind != topology.Sometimes {
			out = append(out, wanted{measure: "invariant." + sim.MeasureName(inv.Name), label: inv.Name, sub: true, good: -1})
		}
	}
	return out
}

func counted(r *scenarios.Result) []wanted {
	var out []wanted
	for _, n := range anomalies(base(r)) {
		out = append(out, wanted{measure: n.measure, label: n.label, good: -1})
	}
	return out
}

func costs() []wanted {
	return []wanted{
		{measure: "latency.p50", label: "latency, median", good: -1},
		{measure: "latency.p95", label: "latency, 95th percentile", good: -1},
		{measure: "latency.p99", label: "latency, 99th percentile", good: -1},
		{measure: "goodput", label: "goodput", good: 1},
		{measure: "messages.published", label: "messages a flow", good: -1},
		{measure: "chain_depth.max", label: "longest unrecorded chain", good: -1},
	}
}

// makeRow is false where no style has the measure, and for some where it is 0 in
// every style.
func makeRow(r *scenarios.Result, w wanted) (row, bool) {
	cells := base(r)
	out := row{Label: oneLine(w.label), Sub: w.sub}
	found := make([]*scenarios.Measured, len(cells))
	least, largest, known := math.Inf(1), 0.0, false
	for i := range cells {
		if m := in100(cells[i].Measure(w.measure)); m != nil {
			found[i], known = m, true
			largest = max(largest, m.Value)
			if m.Value > 0 {
				least = min(least, m.Value)
			}
		}
	}
	mixed := largest > 100*least // milliseconds in one style, minutes in another
	if !known || w.ifAny && largest == 0 {
		return row{}, false
	}
	for i, m := range found {
		s := styled{Class: looks[cells[i].Style].class, Style: cells[i].Style.String(), quantity: quantity{"–", ""}}
		if m != nil {
			scale := largest
			if mixed {
				scale = m.Value
			}
			s.quantity = show(m, scale)
			if m.Value == 0 && m.HasCount && m.Unit != "share" {
				s.quantity = quantity{"0", "of " + thousands(flowsIn(r, &cells[i]))}
			}
		}
		out.Cells = append(out.Cells, s)
	}
	for i := range cells[1:] {
		out.Deltas = append(out.Deltas, makeDelta(r, w, cells[i+1].Style, cells[0].Style, largest, mixed))
	}
	out.Strip = makeStrip(cells, found)
	return out, true
}

// in100 shows an anomaly in 100 flows, as the plot does; nil stays nil.
func in100(m *scenarios.Measured) *scenarios.Measured {
	if m == nil || !strings.HasPrefix(m.Name, "anomaly.") {
		return m
	}
	scaled := *m
	scaled.Value, scaled.Low, scaled.High = m.Value*100, m.Low*100, m.High*100
	return &scaled
}

func makeDelta(r *scenarios.Result, w wanted, style, than topology.Style, largest float64, mixed bool) delta {
	var out delta
	d := in100(styleDifference(r, w.measure, style, than))
	if d == nil {
		return out
	}
	if d.Unit == "s" && largest == 0 { // no time in any style: no unit to give an interval in
		return delta{quantity{"0", ""}, "same"}
	}
	d = bothZero(d, base(r))
	if mixed {
		largest = math.Abs(d.Value)
	}
	out.quantity = showDifference(d, largest)
	if mixed && d.Unit == "s" {
		label, _ := scaleOf(d.Unit, largest)
		out.Value += label
	}
	out.Verdict = judge(d, w.good)
	return out
}

// bothZero gives the difference of two shares of 0 the interval that they leave
// it: each is at most its upper bound, so neither is greater by more than that.
// Any other difference is as it was.
func bothZero(d *scenarios.Measured, cells []scenarios.StyleResult) *scenarios.Measured {
	if d.Unit != "share" || !d.HasInterval || d.Value != 0 || d.Low != 0 || d.High != 0 {
		return d
	}
	bounded := *d
	for i := range cells {
		m := cells[i].Measure(d.Name)
		if m == nil || m.Value != 0 {
			return d
		}
		bounded.High = max(bounded.High, m.High)
	}
	bounded.Low = -bounded.High
	return &bounded
}

// styleDifference is a measure's difference of two styles of the base; nil if
// there is none.
func styleDifference(r *scenarios.Result, measure string, style, than topology.Style) *scenarios.Measured {
	for i := range r.Differences {
		d := &r.Differences[i]
		if d.Style == nil && d.Variant == scenarios.Base && d.Name == style.String()+"-"+than.String() {
			return find(d.Measures, measure)
		}
	}
	return nil
}

func find(list []scenarios.Measured, name string) *scenarios.Measured {
	for i := range list {
		if list[i].Name == name {
			return &list[i]
		}
	}
	return nil
}

// judge says whether a difference is for the better. It is the same where its
// interval contains 0; without an interval, which only the largest do not need,
// nobody knows.
func judge(d *scenarios.Measured, good int) string {
	if good == 0 || !d.HasInterval && d.Kind != sim.Largest {
		return ""
	}
	if d.HasInterval && d.Low <= 0 && d.High >= 0 || d.Value == 0 {
		return "same"
	}
	if (d.Value > 0) == (good > 0) {
		return "better"
	}
	return "worse"
}

// makeStrip is nil where every value is 0.
func makeStrip(cells []scenarios.StyleResult, found []*scenarios.Measured) *strip {
	top := 0.0
	for _, m := range found {
		if m != nil {
			top = max(top, m.Value, m.High)
		}
	}
	if top <= 0 || math.IsInf(top, 0) || math.IsNaN(top) {
		return nil
	}
	s := &strip{Height: stripRow*len(cells) + 12}
	at := func(v float64) float64 { return math.Round((stripLeft+stripWidth*max(0, v)/(top*1.05))*10) / 10 }
	for i, m := range found {
		if m == nil {
			continue
		}
		mark := stripMark{Class: looks[cells[i].Style].class, Low: at(m.Value), At: at(m.Value), Top: at(m.Value), Y: stripRow*i + 10}
		if m.HasInterval {
			mark.Low, mark.Top = at(m.Low), at(m.High)
		}
		s.Marks = append(s.Marks, mark)
	}
	return s
}

// Left is where a square begins.
func (m stripMark) Left() float64 { return m.At - 4 }

// TopY is where a square begins.
func (m stripMark) TopY() int { return m.Y - 4 }

// Triangle are the corners of a triangle.
func (m stripMark) Triangle() [6]float64 {
	y := float64(m.Y)
	return [6]float64{m.At - 4.5, y + 4, m.At + 4.5, y + 4, m.At, y - 4.5}
}

// Base is the line below the marks.
func (s strip) Base() int { return s.Height - 4 }

// readable is an invariant's or an anomaly's name in a sentence.
func readable(measure string) string {
	_, name, cut := strings.Cut(measure, ".")
	if !cut {
		name = measure
	}
	return strings.ReplaceAll(name, "_", " ")
}
