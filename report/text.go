package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"edasim/scenarios"
)

// TextOptions says how a result is told on a terminal.
type TextOptions struct {
	Scenario string // as the user named it, for the commands that are suggested
}

// textWidth is what fits a terminal of the usual width; deltaWidth is the column
// of differences.
const (
	textWidth  = 80
	deltaWidth = 16
)

// Text tells a result in words and figures, in at most 80 columns: the verdict,
// the comparison of the styles, variants, faults, expectations and what to do
// next. It fails only where w does.
func Text(w io.Writer, r *scenarios.Result, o TextOptions) error {
	t := &textWriter{Writer: bufio.NewWriter(w), r: r}
	t.opening()
	t.failures()
	t.comparison()
	t.variants()
	t.faults()
	t.expectations()
	t.warnings()
	t.next(o)
	return t.Flush()
}

type textWriter struct {
	*bufio.Writer
	r *scenarios.Result
}

func (t *textWriter) line(format string, args ...any) {
	fmt.Fprintf(t.Writer, format, args...)
	t.WriteByte('\n')
}

// opening is the scenario's name and sentence, the verdict, and how much was
// simulated.
func (t *textWriter) opening() {
	r := t.r
	title := r.Scenario.Name
	if about := oneLine(r.Scenario.About); about != "" {
		title += ": " + about
	}
	t.line("%s", shorten(title, textWidth))
	t.line("")
	for _, p := range verdictProse(r) {
		for _, l := range wrap(p.plain(), textWidth) {
			t.line("%s", l)
		}
	}
	t.line("")
	for _, l := range wrap(simulated(r), textWidth) {
		t.line("%s", l)
	}
}

// simulated is how much was simulated, and how the figures are to be read.
func simulated(r *scenarios.Result) string {
	flows := "no flows"
	if m := base(r)[0].Measure("flows"); m != nil {
		flows = thousands(int64(m.Value*float64(r.Replications)+0.5)) + " flows"
	}
	text := fmt.Sprintf("%s in each style: %s, seed %d.", flows, count(r.Replications, "replication"), r.Seed)
	if r.Partial {
		text = "Partial, interrupted: " + text
	}
	if r.Replications > 1 {
		text += " ± is a 95 % interval."
	}
	if cells := base(r); len(cells) > 1 {
		text += fmt.Sprintf(" Difference: %s minus %s, on the same draws.", cells[1].Style, cells[0].Style)
	}
	return text
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// comparison is the table of the styles. With two there is a column for their
// difference; with more, the figures of each.
func (t *textWriter) comparison() {
	cells := base(t.r)
	withDelta := len(cells) == 2
	wide := 17
	label := textWidth - len(cells)*wide
	if withDelta {
		label -= deltaWidth + 7
	}
	label = max(min(label, 34), 12)
	t.line("")
	head := pad("", label)
	for _, c := range cells {
		head += padLeft(c.Style.String(), wide)
	}
	if withDelta {
		head += padLeft("difference", deltaWidth)
	}
	t.line("%s", head)
	for _, s := range table(t.r) {
		t.line("%s", s.Title)
		inHundred := false
		for _, row := range s.Rows {
			name, counted := strings.CutSuffix(row.Label, ", in 100 flows")
			if counted && !inHundred {
				t.line("In 100 flows")
				inHundred = true
			}
			text := pad(shorten("  "+name, label-1), label)
			for _, c := range row.Cells {
				text += padLeft(tight(c.quantity), wide)
			}
			if withDelta && len(row.Deltas) == 1 && row.Deltas[0].Value != "" {
				text += padLeft(tight(row.Deltas[0].quantity), deltaWidth) + " " + row.Deltas[0].Verdict
			}
			t.line("%s", strings.TrimRight(text, " "))
		}
	}
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

// variants are the inconsistent and stuck flows of each variant.
func (t *textWriter) variants() {
	if len(t.r.Variants) < 2 {
		return
	}
	cells := base(t.r)
	t.line("")
	t.line("Variants")
	for _, v := range t.r.Variants[1:] {
		for i, measure := range []string{"inconsistent", "stuck"} {
			name := ""
			if i == 0 {
				name = v.Name
			}
			text := pad(shorten("  "+name, 15), 16) + pad(measure, 14)
			for j := range cells {
				if j < len(v.Styles) {
					if m := v.Styles[j].Measure(measure); m != nil {
						text += padLeft(tight(show(m, m.Value)), 17)
					}
				}
			}
			t.line("%s", strings.TrimRight(text, " "))
		}
	}
}

// faults are how often each fault acted, over all styles of the base.
func (t *textWriter) faults() {
	cells := base(t.r)
	if len(cells) == 0 || len(cells[0].Faults) == 0 {
		return
	}
	var parts []string
	for i, f := range cells[0].Faults {
		fired := int64(0)
		for _, c := range cells {
			fired += c.Faults[i].Fired
		}
		parts = append(parts, f.Name+" "+thousands(fired))
	}
	t.line("")
	for _, l := range wrap("Faults that acted: "+strings.Join(parts, ", "), textWidth) {
		t.line("%s", l)
	}
}

// failures puts what failed before everything else that follows.
func (t *textWriter) failures() {
	for i := range t.r.Expect {
		if x := &t.r.Expect[i]; x.Verdict == scenarios.Fail {
			t.line("")
			t.expectation(x)
		}
	}
}

var verdictWords = map[scenarios.Verdict]string{
	scenarios.Pass: "held", scenarios.Fail: "FAILED", scenarios.Inconclusive: "undecided",
}

func (t *textWriter) expectations() {
	if len(t.r.Expect) == 0 {
		return
	}
	n := map[scenarios.Verdict]int{}
	for _, x := range t.r.Expect {
		n[x.Verdict]++
	}
	var parts []string
	for _, v := range []scenarios.Verdict{scenarios.Fail, scenarios.Inconclusive, scenarios.Pass} {
		if n[v] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[v], verdictWords[v]))
		}
	}
	t.line("")
	t.line("Expectations: %s", strings.Join(parts, ", "))
	for _, v := range []scenarios.Verdict{scenarios.Fail, scenarios.Inconclusive, scenarios.Pass} {
		for i := range t.r.Expect {
			if t.r.Expect[i].Verdict == v {
				t.expectation(&t.r.Expect[i])
			}
		}
	}
}

// expectation is one expectation with what was measured, on one line where both
// fit.
func (t *textWriter) expectation(x *scenarios.Expectation) {
	j := judgedOf(x)
	head := fmt.Sprintf("  %-9s  %s", verdictWords[x.Verdict], x.Text)
	if where := whereJudged(x); where != "" {
		head += "  (" + where + ")"
	}
	figure := j.Figure
	if room := textWidth - utf8.RuneCountInString(head); utf8.RuneCountInString(figure)+2 <= room {
		t.line("%s%s", head, padLeft(figure, room))
		return
	}
	t.line("%s", shorten(head, textWidth))
	for _, l := range wrap(figure, textWidth-13) {
		t.line("             %s", l)
	}
}

// whereJudged names the style and variant of an expectation that does not name
// them itself.
func whereJudged(x *scenarios.Expectation) string {
	var parts []string
	if x.Variant != scenarios.Base && !strings.Contains(x.Text, x.Variant+".") {
		parts = append(parts, x.Variant)
	}
	if x.Style != "" && !strings.Contains(x.Text, x.Style) {
		parts = append(parts, x.Style)
	}
	return strings.Join(parts, ", ")
}

func (t *textWriter) warnings() {
	if len(t.r.Warnings) == 0 {
		return
	}
	t.line("")
	t.line("Warnings")
	for _, w := range t.r.Warnings {
		for i, l := range wrap(w, textWidth-4) {
			if i == 0 {
				t.line("  - %s", l)
			} else {
				t.line("    %s", l)
			}
		}
	}
}

// next are the commands that lead on from here.
func (t *textWriter) next(o TextOptions) {
	name := o.Scenario
	if name == "" || name == "-" {
		name = t.r.Scenario.Name
	}
	t.line("")
	t.line("Next")
	t.line("  %-42s %s", "edasim run "+name+" --out review", "the page for the design review")
	t.line("  %-42s %s", "edasim run "+name+" --format json", "every measure, for other tools")
}

// plain is a paragraph without its marks.
func (p prose) plain() string {
	var b strings.Builder
	for _, part := range p {
		b.WriteString(part.Text)
	}
	return b.String()
}

// wrap breaks a text into lines of at most so many columns.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// shorten cuts a text to so many columns and says so with an ellipsis.
func shorten(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	return string([]rune(text)[:width-1]) + "…"
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

func padLeft(text string, width int) string {
	return strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text))) + text
}
