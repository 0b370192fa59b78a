package report

import (
	"fmt"
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
		inHundred := false
		for _, row := range s.Rows {
			label, counted := strings.CutSuffix(row.Label, ", in 100 flows")
			if counted && !inHundred {
				t.line("In 100 flows")
				inHundred = true
			}
			t.tableRow("  "+label, row.Cells, row.Deltas)
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

// compared says in one sentence how the second of two styles differs from the
// first in what is stuck, inconsistent, slow and costly, where it does; "" where
// it does not, and with more or fewer styles.
func compared(r *scenarios.Result) string {
	cells := base(r)
	if len(cells) != 2 {
		return ""
	}
	a, b := &cells[0], &cells[1]
	differ := func(measure string) *scenarios.Measured {
		d := styleDifference(r, measure, b.Style, a.Style)
		if d == nil || judge(d, -1) == "same" || judge(d, -1) == "" {
			return nil
		}
		return d
	}
	said, last := []string{}, ""
	for _, what := range []string{"stuck", "inconsistent"} {
		d := differ(what)
		if d == nil {
			continue
		}
		word := "fewer"
		if d.Value > 0 {
			word = "more"
		}
		clause := fmt.Sprintf("%s (%s)", what, against(b.Measure(what), a.Measure(what)))
		if word == last {
			said[len(said)-1] += " and " + clause
			continue
		}
		said, last = append(said, "leaves "+word+" flows "+clause), word
	}
	if d := differ("latency.p99"); d != nil {
		word := "slower"
		if d.Value < 0 {
			word = "faster"
		}
		said = append(said, fmt.Sprintf("is %s at p99 (%s)", word, against(b.Measure("latency.p99"), a.Measure("latency.p99"))))
	}
	if x, y := valueOf(a, "messages.published"), valueOf(b, "messages.published"); differ("messages.published") != nil && x > 0 && y > 0 {
		said = append(said, fmt.Sprintf("sends %s times the messages", digits(y/x, 2)))
	}
	switch n := len(said); n {
	case 0:
		return ""
	case 1, 2:
		return capital(b.Style.String()) + " " + strings.Join(said, " and ") + "."
	default:
		return capital(b.Style.String()) + " " + strings.Join(said[:n-1], ", ") + ", and " + said[n-1] + "."
	}
}

// against is two figures of one measure, with their unit once.
func against(x, y *scenarios.Measured) string {
	largest := max(x.Value, y.Value)
	left, right := show(x, largest).Value, show(y, largest).Value
	if number, unit, found := strings.Cut(left, " "); found && strings.HasSuffix(right, " "+unit) {
		left = number
	}
	return left + " against " + right
}
