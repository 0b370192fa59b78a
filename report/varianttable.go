package report

import "edasim/scenarios"

// variantTable has the inconsistent flows of each variant in each style, and the stuck
// ones where any were in any variant or in the base.
func variantTable(r *scenarios.Result) []section {
	var out []section
	for _, measure := range []string{"inconsistent", "stuck"} {
		known, some := false, measure == "inconsistent"
		for i := range r.Variants {
			for j := range r.Variants[i].Styles {
				m := r.Variants[i].Styles[j].Measure(measure)
				known = known || m != nil && i > 0
				some = some || m != nil && m.Value > 0
			}
		}
		if !known || !some {
			continue
		}
		s := section{Title: "Variants: " + measure + " flows"}
		for i := range r.Variants[1:] {
			s.Rows = append(s.Rows, variantRow(r, &r.Variants[i+1], measure))
		}
		out = append(out, s)
	}
	return out
}

// variantRow is one measure of a variant in each style, with the difference of the
// styles, all on one scale.
func variantRow(r *scenarios.Result, v *scenarios.VariantResult, measure string) row {
	out := row{Label: oneLine(v.Name)}
	largest := largestOf(v, measure)
	for i := range v.Styles {
		figure := quantity{"–", ""}
		if m := v.Styles[i].Measure(measure); m != nil {
			figure = show(m, largest)
		}
		out.Cells = append(out.Cells, styled{Class: looks[v.Styles[i].Style].class, Style: v.Styles[i].Style.String(), quantity: figure})
	}
	for i := range r.Differences {
		d := &r.Differences[i]
		if m := find(d.Measures, measure); d.Style == nil && d.Variant == v.Name && m != nil {
			m = bothZero(m, v.Styles)
			out.Deltas = append(out.Deltas, delta{quantity: showDifference(m, largest), Verdict: judge(m, -1)})
		}
	}
	return out
}

// largestOf is the largest value of a measure in the styles of a variant: it decides
// the unit of all.
func largestOf(v *scenarios.VariantResult, measure string) float64 {
	largest := 0.0
	for i := range v.Styles {
		largest = max(largest, valueOf(&v.Styles[i], measure))
	}
	return largest
}
