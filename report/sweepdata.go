package report

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"strconv"

	"edasim/scenarios"
)

// SweepJSON writes a sweep with every measure of every style at every point, their
// paired differences, and the crossings of the measures that are shown; keys are
// sorted. Values of a crossing are in the unit of its axis: shares, seconds or per
// second.
func SweepJSON(w io.Writer, s *scenarios.Sweep) error {
	o := newSwept(s)
	axes := make([]object, 0, len(s.Axes))
	for _, a := range s.Axes {
		axis := object{"path": a.Path, "values": a.Values}
		if a.Numbers != nil {
			axis["numbers"] = a.Numbers
		}
		if a.Log {
			axis["log"] = true
		}
		text(axis, "unit", a.Unit)
		axes = append(axes, axis)
	}
	points := make([]object, 0, len(s.Points))
	for i := range s.Points {
		points = append(points, o.pointObject(i))
	}
	crossings := []object{}
	for _, measure := range o.shown() {
		for _, c := range o.crossings(measure) {
			crossings = append(crossings, o.crossingObject(&c))
		}
	}
	doc := object{
		"edasim": scenarios.Version, "semantics": s.Semantics, "scenario": s.Scenario, "digest": s.Digest, "seed": s.Seed,
		"replications": s.Replications, "variant": s.Variant, "styles": s.Styles, "axes": axes, "points": points,
		"crossings": crossings, "idle": append([]string{}, s.Idle()...), "shown": s.Shown,
	}
	if s.Finished() < len(s.Points) {
		doc["partial"] = true
	}
	if len(s.Sets) > 0 {
		doc["sets"] = s.Sets
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

func (o *swept) pointObject(i int) object {
	p := &o.Points[i]
	values := object{}
	for k, v := range p.Values {
		values[o.Axes[k].Path] = v
	}
	out := object{"values": values}
	switch {
	case !p.Done:
		out["missing"] = true
		return out
	case p.Failed != "":
		out["failed"] = p.Failed
		return out
	}
	cells := object{}
	for _, c := range p.Cells {
		cells[c.Style] = measures(c.Measures)
	}
	out["styles"] = cells
	differences := object{}
	for a := range o.Styles {
		for b := a + 1; b < len(o.Styles); b++ {
			list := object{}
			for _, m := range o.compared(i, o.Styles[b], o.Styles[a]) {
				d := figureObject(&m.Difference)
				text(d, "effect", string(m.Effect))
				text(d, "unit", m.B.Unit)
				list[m.B.Name] = d
			}
			differences[o.Styles[b]+"-"+o.Styles[a]] = list
		}
	}
	out["differences"] = differences
	out["warnings"] = append([]string{}, p.Warnings...)
	return out
}

func (o *swept) crossingObject(c *scenarios.Crossing) object {
	out := object{"measure": c.Measure, "of": c.A, "and": c.B, "kind": string(c.Kind), "along": o.Axes[c.Axis].Path, "text": o.crossingText(c)}
	at := object{}
	for k, v := range o.Points[c.Point].Values {
		if k != c.Axis {
			at[o.Axes[k].Path] = v
		}
	}
	if len(at) > 0 {
		out["where"] = at
	}
	if c.Kind == scenarios.Crosses {
		out["at"], out["from"], out["to"] = c.At, c.From, c.To
		text(out, "unit", o.Axes[c.Axis].Unit)
		if c.HasInterval {
			if !c.LowOpen {
				out["low"] = c.Low
			}
			if !c.HighOpen {
				out["high"] = c.High
			}
		}
	}
	return out
}

// SweepCSV writes a line for every measure of every style at every point: the value
// of each setting, style, measure, value, low, high, count, unit. Differences of two
// styles have the style "orchestration-choreography". A point that is missing or has
// failed has no lines.
func SweepCSV(w io.Writer, s *scenarios.Sweep) error {
	o := newSwept(s)
	c := csv.NewWriter(w)
	var head []string
	for _, a := range s.Axes {
		head = append(head, a.Path)
	}
	c.Write(append(head, "style", "measure", "value", "low", "high", "count", "unit"))
	for i := range s.Points {
		p := &s.Points[i]
		line := func(style string, m *scenarios.Measured, unit string) {
			if math.IsNaN(m.Value) || math.IsInf(m.Value, 0) {
				return
			}
			low, high, n := "", "", ""
			if m.HasInterval {
				low, high = number(m.Low), number(m.High)
			}
			if m.HasCount {
				n = strconv.FormatInt(m.Count, 10)
			}
			c.Write(append(append([]string{}, p.Values...), style, m.Name, number(m.Value), low, high, n, unit))
		}
		for k := range p.Cells {
			for j := range p.Cells[k].Measures {
				m := &p.Cells[k].Measures[j]
				line(p.Cells[k].Style, m, m.Unit)
			}
		}
		for a := range s.Styles {
			for b := a + 1; b < len(s.Styles); b++ {
				for _, m := range o.compared(i, s.Styles[b], s.Styles[a]) {
					line(s.Styles[b]+"-"+s.Styles[a], &m.Difference, m.B.Unit)
				}
			}
		}
	}
	c.Flush()
	return c.Error()
}
