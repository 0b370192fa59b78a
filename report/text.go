package report

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"

	"edasim/scenarios"
)

// TextOptions says how a result is told on a terminal.
type TextOptions struct {
	Scenario string // as the user named it, for the commands that are suggested
}

// textWidth is what fits a terminal of the usual width.
const textWidth = 80

// Text tells a result in words and figures, in at most 80 columns: the verdict,
// the comparison of the styles, variants, faults, expectations and what to do
// next. It fails only where w does.
func Text(w io.Writer, r *scenarios.Result, o TextOptions) error {
	t := &textWriter{Writer: bufio.NewWriter(w), r: r, named: o.Scenario}
	if t.named == "" {
		t.named = argument(r.Scenario)
	}
	t.opening()
	t.comparison()
	t.variants()
	t.faults()
	t.expectations()
	t.warnings()
	t.next()
	return t.Flush()
}

// Verdicts tells the verdict of a result in a sentence, and its expectations: what one
// reads first of a run that is like the last.
func Verdicts(w io.Writer, r *scenarios.Result) error {
	t := &textWriter{Writer: bufio.NewWriter(w), r: r, named: argument(r.Scenario)}
	t.paragraph(summary(r))
	t.expectations()
	t.line("")
	return t.Flush()
}

type textWriter struct {
	*bufio.Writer
	r     *scenarios.Result
	named string // the scenario, as one names it on a command line
}

func (t *textWriter) line(format string, args ...any) {
	fmt.Fprintf(t.Writer, format, args...)
	t.WriteByte('\n')
}

// opening is the scenario's name and sentence, what failed, the verdict, and how
// much was simulated.
func (t *textWriter) opening() {
	r := t.r
	title := oneLine(r.Scenario.Name)
	if about := oneLine(r.Scenario.About); about != "" {
		title += ": " + about
	}
	t.line("%s", shorten(title, textWidth))
	for i := range r.Expect {
		if x := &r.Expect[i]; x.Verdict == scenarios.Fail {
			t.line("")
			t.expectation(x)
		}
	}
	t.line("")
	t.paragraph(summary(r))
	t.line("")
	t.paragraph(simulated(r))
}

// summary is how two styles differ and whether any is safe; without two that
// differ, the verdict with its figures.
func summary(r *scenarios.Result) string {
	if p := compared(r); p != nil {
		return p.plain() + " " + headline(r).plain()
	}
	var all []string
	for _, p := range verdictProse(r) {
		all = append(all, p.plain())
	}
	return strings.Join(all, " ")
}

func (t *textWriter) paragraph(text string) {
	for _, l := range wrap(text, textWidth) {
		t.line("%s", l)
	}
}

// simulated is how much was simulated, and how the figures are to be read.
func simulated(r *scenarios.Result) string {
	cells := base(r)
	flows := "No flows"
	if n := flowsIn(r, &cells[0]); n > 0 {
		flows = thousands(n) + " flows"
	}
	if len(cells) > 1 {
		flows += " in each style"
	}
	text := fmt.Sprintf("%s: %s, seed %d.", flows, plural(r.Replications, "replication"), r.Seed)
	if r.Partial {
		text = "Partial, interrupted. " + text
	}
	if r.Replications > 1 {
		text += " ± is a 95 % interval."
	}
	if len(cells) == 2 {
		text += fmt.Sprintf(" Difference: %s minus %s, on the same draws.", cells[1].Style, cells[0].Style)
	}
	return text
}

// flowsIn is how many flows a cell had, in all replications.
func flowsIn(r *scenarios.Result, c *scenarios.StyleResult) int64 {
	return int64(math.Round(valueOf(c, "flows") * float64(r.Replications)))
}

// faults are how often each fault acted, over all styles of the base.
func (t *textWriter) faults() {
	var names []string
	fired := make(map[string]int64)
	for _, c := range base(t.r) {
		for _, f := range c.Faults {
			name := oneLine(f.Name)
			if _, known := fired[name]; !known {
				names = append(names, name)
			}
			fired[name] += f.Fired
		}
	}
	if len(names) == 0 {
		return
	}
	for i, name := range names {
		names[i] = name + " " + thousands(fired[name])
	}
	t.line("")
	t.paragraph("Faults that acted: " + strings.Join(names, ", "))
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
	width := 0
	for i := range t.r.Expect {
		width = max(width, len(verdictWords[t.r.Expect[i].Verdict]))
	}
	head := "  " + pad(verdictWords[x.Verdict], width) + "  "
	indent := len(head)
	head += oneLine(x.Text)
	if where := x.Where(); where != "" {
		head += "  (" + oneLine(where) + ")"
	}
	found := judgedOf(t.r, x).measured()
	if room := textWidth - columns(head); columns(found)+2 <= room {
		t.line("%s%s", head, padLeft(found, room))
	} else {
		t.line("%s", shorten(head, textWidth))
		for _, l := range wrap(found, textWidth-indent) {
			t.line("%s%s", strings.Repeat(" ", indent), l)
		}
	}
	if flow := witness(t.r, x); x.Verdict == scenarios.Fail && flow != "" {
		t.line("%ssee: %s", strings.Repeat(" ", indent), flowCommand(t.named, flow, x.Style, x.Variant)+Flags(t.r.Scenario))
	}
}

func (t *textWriter) warnings() {
	if len(t.r.Warnings) == 0 {
		return
	}
	t.line("")
	t.line("Warnings")
	for _, w := range t.r.Warnings {
		for i, l := range wrap(oneLine(w), textWidth-4) {
			if i == 0 {
				t.line("  - %s", l)
			} else {
				t.line("    %s", l)
			}
		}
	}
}

// next are the commands that lead on from here. One too long for its line is
// written whole, without its description: it is to be copied.
func (t *textWriter) next() {
	t.line("")
	t.line("Next")
	commands := [][2]string{
		{"run %s --out review", "the page for the design review"},
		{"run %s --format json", "every measure, for other tools"},
	}
	if anyWitness(t.r) {
		commands = append([][2]string{{"explain %s", "one flow that goes wrong, told"}}, commands...)
	}
	for _, c := range commands {
		command := "edasim " + fmt.Sprintf(c[0], shellWord(t.named)+Flags(t.r.Scenario))
		if columns(command) > 42 {
			t.line("  %s", command)
			continue
		}
		t.line("  %s %s", pad(command, 42), c[1])
	}
}

// plain is a paragraph without its marks.
func (p prose) plain() string {
	var b strings.Builder
	for _, part := range p {
		b.WriteString(part.Text)
	}
	return b.String()
}

// anyWitness tells whether a flow of some cell goes wrong.
func anyWitness(r *scenarios.Result) bool {
	for i := range r.Variants {
		for j := range r.Variants[i].Styles {
			if len(r.Variants[i].Styles[j].Witness) > 0 {
				return true
			}
		}
	}
	return false
}
