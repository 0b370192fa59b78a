package report

import "strings"

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
	if columns(label) >= start { // it has a line of its own
		t.line("%s", shorten(label, textWidth))
		label = ""
	}
	t.line("%s", strings.TrimRight(pad(label, start)+tail, " "))
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
	sections := table(t.r)
	if len(sections) == 0 {
		return
	}
	t.line("")
	t.row("", heads, "")
	for _, s := range sections {
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
	unit := strings.IndexAny(q.Value, " /")
	if unit < 0 || spread == "" {
		return strings.TrimSpace(q.Value + " " + spread)
	}
	return q.Value[:unit] + " " + spread + q.Value[unit:]
}

// variants are what each variant makes of the flows that end badly.
func (t *textWriter) variants() {
	for _, s := range variantTable(t.r) {
		t.line("")
		t.line("%s", s.Title)
		for _, row := range s.Rows {
			t.tableRow("  "+row.Label, row.Cells, row.Deltas)
		}
	}
}
