package report

import (
	"strings"

	"edasim/scenarios"
)

// verdictColumn is where better, worse or same stands.
const verdictColumn = 74

// columnEnds is where the figures of each style end; with two styles also where
// their difference does.
func columnEnds(styles int) []int {
	switch styles {
	case 1:
		return []int{45}
	case 2:
		return []int{45, 59, 72}
	}
	return []int{48, 64, 80}
}

// row writes a label, figures that end in their columns, and a verdict. A figure
// too long for its column pushes what is left of it, and the label gets what
// remains.
func (t *textWriter) row(label string, figures []string, verdict string) {
	ends := columnEnds(len(base(t.r)))
	tail := verdict
	if verdict != "" {
		tail = strings.Repeat(" ", verdictColumn-ends[len(ends)-1]) + verdict
	}
	start := ends[len(ends)-1]
	for i := len(ends) - 1; i >= 0; i-- {
		figure := ""
		if i < len(figures) {
			figure = figures[i]
		}
		end := start
		if i < len(ends)-1 {
			end = min(ends[i], start-1)
		}
		if figure == "" {
			figure = " "
		}
		gap := strings.Repeat(" ", start-end)
		tail = figure + gap + tail
		start = end - columns(figure)
	}
	t.line("%s", strings.TrimRight(pad(shorten(label, start-1), start)+tail, " "))
}

// comparison is the table of the styles. With two there is a column for their
// difference; with more, the figures of each.
func (t *textWriter) comparison() {
	var heads []string
	for _, c := range base(t.r) {
		heads = append(heads, c.Style.String())
	}
	if len(heads) == 2 {
		heads = append(heads, "difference")
	}
	t.line("")
	t.row("", heads, "")
	for _, s := range table(t.r) {
		t.line("%s", s.Title)
		for _, row := range s.Rows {
			t.tableRow("  "+row.Label, row.Cells, row.Deltas)
		}
	}
}

// tableRow is a row of the comparison or of a variant.
func (t *textWriter) tableRow(label string, cells []styled, deltas []delta) {
	var figures []string
	for _, c := range cells {
		figures = append(figures, tight(c.quantity))
	}
	verdict := ""
	if len(cells) == 2 && len(deltas) == 1 && deltas[0].Value != "" {
		figures = append(figures, tight(deltas[0].quantity))
		verdict = deltas[0].Verdict
	}
	t.row(label, figures, verdict)
}

// tight is a figure with its interval in the form "3.1 ±0.1 %".
func tight(q quantity) string {
	spread := strings.ReplaceAll(strings.ReplaceAll(q.Spread, "± ", "±"), "≤ ", "≤")
	number, unit, found := strings.Cut(q.Value, " ")
	if !found || spread == "" || q.Value == "0" {
		return strings.TrimSpace(q.Value + " " + spread)
	}
	return number + " " + spread + " " + unit
}

// variants are the inconsistent flows of each variant, and the stuck ones where
// there are any.
func (t *textWriter) variants() {
	if len(t.r.Variants) < 2 {
		return
	}
	t.line("")
	t.line("Variants")
	for i := range t.r.Variants[1:] {
		v := &t.r.Variants[i+1]
		t.variantRow(v, "inconsistent", true)
		t.variantRow(v, "stuck", false)
	}
}

// variantRow has a measure of a variant in each style; one that is 0 in all is
// shown only if always.
func (t *textWriter) variantRow(v *scenarios.VariantResult, measure string, always bool) {
	largest, known := 0.0, false
	for i := range v.Styles {
		if m := v.Styles[i].Measure(measure); m != nil {
			largest, known = max(largest, m.Value), true
		}
	}
	if !known || largest == 0 && !always {
		return
	}
	var cells []styled
	for i := range v.Styles {
		figure := quantity{"–", ""}
		if m := v.Styles[i].Measure(measure); m != nil {
			figure = show(m, largest)
		}
		cells = append(cells, styled{quantity: figure})
	}
	var deltas []delta
	for i := range t.r.Differences {
		d := &t.r.Differences[i]
		if m := find(d.Measures, measure); d.Style == nil && d.Variant == v.Name && m != nil {
			deltas = append(deltas, delta{quantity: showDifference(m, largest), Verdict: judge(m, -1)})
		}
	}
	t.tableRow("  "+oneLine(v.Name)+", "+measure, cells, deltas)
}
