package report

import (
	"cmp"
	"slices"

	"edasim/faults"
	"edasim/scenarios"
)

// mostServices is how many services have a row of their own: what is below is hardly
// busy beside them.
const mostServices = 8

// comparison is a table of the page with a column for each style.
type comparison struct {
	Of       string // what the rows are of, above the first column
	Styles   []styled
	Deltas   []string // names of the columns of differences
	Stacked  bool     // differences stand below the figures: columns would be too many
	Strips   bool     // each row has its intervals drawn
	Columns  int
	Sections []section
}

// newComparison is nil without a row.
func newComparison(r *scenarios.Result, of string, sections []section) *comparison {
	if len(sections) == 0 {
		return nil
	}
	c := &comparison{Of: of, Styles: legend(r), Sections: sections}
	switch {
	case len(c.Styles) == 2:
		c.Deltas = []string{"difference"}
	case len(c.Styles) > 2:
		c.Stacked = true
	}
	c.Columns = 1 + len(c.Styles) + len(c.Deltas)
	for _, s := range sections {
		for _, row := range s.Rows {
			c.Strips = c.Strips || row.Strip != nil
		}
	}
	if c.Strips {
		c.Columns++
	}
	return c
}

// legend are the styles of the base.
func legend(r *scenarios.Result) []styled {
	var out []styled
	for _, c := range base(r) {
		out = append(out, styled{Class: looks[c.Style].class, Style: c.Style.String()})
	}
	return out
}

// underLoad has how busy the busiest services are, how long messages wait for them and
// how many.
func underLoad(r *scenarios.Result) []section {
	services, _ := busiest(r)
	var out []section
	for _, of := range []struct {
		title, measure string
		good           int
	}{
		{"Busy, of all workers' time", "utilization", 0}, // a flow that is lost is no work
		{"Wait for a worker, 95th percentile", "wait.p95", -1},
		{"Most messages waiting at one time", "queue.max", 0}, // the largest of all has no interval
	} {
		s := section{Title: of.title}
		for _, name := range services {
			if row, ok := makeRow(r, wanted{measure: "service." + name + "." + of.measure, label: name, good: of.good}); ok {
				s.Rows = append(s.Rows, row)
			}
		}
		if len(s.Rows) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// busiest are the names of the services, the coordinator among them, that are busiest in any style, the busiest
// first, and how many there are besides.
func busiest(r *scenarios.Result) (names []string, others int) {
	busy := make(map[string]float64)
	candidates := []string{faults.Coordinator}
	for _, s := range r.Scenario.System.Services {
		candidates = append(candidates, s.Name)
	}
	for _, name := range candidates {
		for j := range base(r) {
			if m := base(r)[j].Measure("service." + name + ".utilization"); m != nil {
				busy[name] = max(busy[name], m.Value)
				if !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(busy[b], busy[a]) })
	shown := min(len(names), mostServices)
	return names[:shown], len(names) - shown
}
