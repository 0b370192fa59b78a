package report

import (
	"fmt"
	"sort"
	"strings"

	"edasim/scenarios"
	"edasim/sim"
	"edasim/topology"
)

// rowsAtMost is how many rows the plot of inconsistencies has.
const rowsAtMost = 12

// wrongPlot has what is wrong after a run, in 100 flows: all inconsistent flows,
// each invariant by its own, and the anomalies that occurred. Nil where
// nothing was.
func wrongPlot(r *scenarios.Result) *figure {
	cells := base(r)
	rows := keep(cells, []named{{"inconsistent", "inconsistent flows"}, {"stuck", "stuck"}}, false)
	var rules []named
	for _, inv := range r.Scenario.System.Invariants {
		if inv.Kind != topology.Sometimes {
			rules = append(rules, named{"invariant." + sim.MeasureName(inv.Name), inv.Name})
		}
	}
	rows = append(rows, largestFirst(keep(cells, rules, true))...)
	rows = append(rows, largestFirst(keep(cells, anomalies(cells), true))...)
	if len(rows) == 0 || most(rows) == 0 {
		return nil
	}
	rows = rows[:min(len(rows), rowsAtMost)]
	f := &figure{file: "inconsistencies", title: "In 100 flows, how many (lines: 95 % intervals)", styles: stylesOf(cells),
		alt: "Inconsistent flows, violations of each invariant and anomalies in 100 flows, for each style, with 95 % intervals."}
	return dotFigure(f, rows, "")
}

// named is a measure and what readers call it.
type named struct{ measure, label string }

// anomalies are those that any cell has counted.
func anomalies(cells []scenarios.StyleResult) []named {
	seen := make(map[string]bool)
	var out []named
	for i := range cells {
		for _, m := range cells[i].Measures {
			if rest, ok := strings.CutPrefix(m.Name, "anomaly."); ok && m.Value > 0 && !seen[m.Name] {
				seen[m.Name] = true
				out = append(out, named{m.Name, strings.ReplaceAll(rest, "_", " ")})
			}
		}
	}
	return out
}

// keep makes a row of each measure that is a share or per flow; with nonzero
// only of those that are not 0 in every style.
func keep(cells []scenarios.StyleResult, list []named, nonzero bool) []dotRow {
	var rows []dotRow
	for _, n := range list {
		row := dotRow{label: n.label}
		for i := range cells {
			if m := cells[i].Measure(n.measure); m != nil && (m.Unit == "share" || m.Unit == "per flow") {
				row.dots = append(row.dots, dotOf(cells[i].Style, m, 100))
			}
		}
		if len(row.dots) > 0 && (!nonzero || most([]dotRow{row}) > 0) {
			rows = append(rows, row)
		}
	}
	return rows
}

func dotOf(style topology.Style, m *scenarios.Measured, scale float64) dot {
	d := dot{style, m.Value * scale, m.Value * scale, m.Value * scale}
	if m.HasInterval {
		d.low, d.high = max(0, m.Low*scale), m.High*scale
	}
	return d
}

// most is the largest value in rows.
func most(rows []dotRow) float64 {
	top := 0.0
	for _, r := range rows {
		for _, d := range r.dots {
			top = max(top, d.value)
		}
	}
	return top
}

func largestFirst(rows []dotRow) []dotRow {
	sort.SliceStable(rows, func(i, j int) bool { return most(rows[i:i+1]) > most(rows[j:j+1]) })
	return rows
}

// mendPlot has the inconsistent flows of the base and of each variant; nil
// without variants or where nothing is inconsistent.
func mendPlot(r *scenarios.Result) *figure {
	if len(r.Variants) < 2 {
		return nil
	}
	var rows []dotRow
	for i := range r.Variants {
		row := dotRow{label: r.Variants[i].Name}
		if i == 0 {
			row.label = "as it is"
		}
		for j := range r.Variants[i].Styles {
			cell := &r.Variants[i].Styles[j]
			if m := cell.Measure("inconsistent"); m != nil {
				row.dots = append(row.dots, dotOf(cell.Style, m, 100))
			}
		}
		rows = append(rows, row)
	}
	if most(rows) == 0 {
		return nil
	}
	f := &figure{file: "variants", title: "Inconsistent flows (lines: 95 % intervals)", styles: stylesOf(base(r)),
		alt: fmt.Sprintf("Inconsistent flows, in percent, as the scenario is and in each of %d variants, for each style, with 95 %% intervals.", len(rows)-1)}
	return dotFigure(f, rows, " %")
}
