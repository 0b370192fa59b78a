package report

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"edasim/scenarios"
)

// changesShown is how many differences from a snapshot a report lists.
const changesShown = 20

// TestText tells how the test of one scenario ended: a line, and details of what
// did not pass. nameWidth aligns the names of several. verbose lists every case
// and every difference.
func TestText(w io.Writer, t *Test, nameWidth int, verbose bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s   %s\n", pad(testWord(t), 5), pad(oneLine(t.Name), nameWidth), t.Summary())
	if verbose {
		for i := range t.Cases {
			c := &t.Cases[i]
			fmt.Fprintf(&b, "  %s  %s  %s\n", pad(string(c.Verdict), 12), c.fullName(), c.Figure)
		}
	}
	open := false
	for i := range t.Cases {
		if c := &t.Cases[i]; c.Verdict != scenarios.Pass {
			open = true
			b.WriteByte('\n')
			writeCase(&b, c, verbose)
		}
	}
	if t.Error != "" {
		open = true
		b.WriteByte('\n')
		for _, l := range strings.Split(t.Error, "\n") {
			fmt.Fprintf(&b, "  %s\n", oneLine(l))
		}
	}
	if open {
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// testWord is the verdict as the first word of a line.
func testWord(t *Test) string {
	switch {
	case t.Error != "":
		return "ERROR"
	case t.Verdict == scenarios.Fail:
		return "FAIL"
	case t.Verdict == scenarios.Inconclusive:
		return "????"
	}
	return "ok"
}

// Summary says in a few words what was tested and how it ended.
func (t *Test) Summary() string {
	failed, open, expectations := 0, 0, 0
	var parts []string
	for i := range t.Cases {
		c := &t.Cases[i]
		switch {
		case c.Name == scenarios.SnapshotCase:
			parts = append(parts, "snapshot "+c.Figure)
			continue
		case c.judgedAs == nil:
			parts = append(parts, c.Figure)
			continue
		case c.Verdict == scenarios.Fail:
			failed++
		case c.Verdict == scenarios.Inconclusive:
			open++
		}
		expectations++
	}
	var head []string
	if t.Partial {
		head = append(head, "partial, interrupted")
	}
	of := plural(expectations, "expectation")
	switch {
	case failed > 0:
		head = append(head, fmt.Sprintf("%d of %s failed", failed, of))
	case open > 0:
		head = append(head, fmt.Sprintf("%d of %s inconclusive", open, of))
	case expectations == 0 && t.Error == "":
		head = append(head, "no expectations")
	case expectations > 0:
		head = append(head, of)
	}
	if failed > 0 && open > 0 {
		head = append(head, fmt.Sprintf("%d inconclusive", open))
	}
	if t.Verdict == scenarios.Pass && t.Variants > 0 {
		head = append(head, plural(t.Variants, "variant"))
	}
	parts = append(head, parts...)
	if t.Error != "" {
		parts = append(parts, "could not be tested to the end")
	}
	return strings.Join(parts, ", ")
}

func (c *TestCase) fullName() string {
	if c.Where != "" {
		return oneLine(c.Name + " (" + c.Where + ")")
	}
	return oneLine(c.Name)
}

func writeCase(b *strings.Builder, c *TestCase, verbose bool) {
	fmt.Fprintf(b, "  %s  %s\n", oneLine(c.Place), caseHeading(c))
	for _, d := range c.Details {
		for i, l := range detailLines(d) {
			label := ""
			if i == 0 {
				label = d.Label
			}
			fmt.Fprintf(b, "    %s  %s\n", pad(label, 10), l)
		}
	}
	if len(c.Changes) > 0 {
		writeChanges(b, c.Changes, verbose)
	}
}

func caseHeading(c *TestCase) string {
	if c.judgedAs == nil {
		return c.Figure
	}
	return c.fullName()
}

// detailLines wraps a detail, but leaves a command whole: it is to be copied.
func detailLines(d Detail) []string {
	if d.Label == "again" || d.Label == "accept" || d.Label == "see why" {
		return []string{oneLine(d.Text)}
	}
	return wrap(oneLine(d.Text), textWidth-16)
}

// writeChanges is the table of what differs from a snapshot.
func writeChanges(b *strings.Builder, list []scenarios.Change, verbose bool) {
	shown := list
	if !verbose {
		shown = list[:min(len(list), changesShown)]
	}
	rows := [][4]string{{"", "snapshot", "now", "difference"}}
	for i := range shown {
		rows = append(rows, changeRow(&shown[i]))
	}
	var width [4]int
	for _, r := range rows {
		for i, cell := range r {
			width[i] = max(width[i], columns(cell))
		}
	}
	b.WriteByte('\n')
	for _, r := range rows {
		line := "    " + pad(r[0], width[0])
		for i := 1; i < 4; i++ {
			line += "  " + padLeft(r[i], width[i])
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if more := len(list) - len(shown); more > 0 {
		fmt.Fprintf(b, "    %s more: -v\n", thousands(int64(more)))
	}
}

// changeRow has the figures with as many digits, four at least, as it takes to tell
// them apart.
func changeRow(c *scenarios.Change) [4]string {
	row := [4]string{strings.TrimPrefix(oneLine(c.Measure), scenarios.Base+"."), "–", "–", ""}
	if c.Old == nil || c.New == nil || *c.Old == math.Trunc(*c.Old) && *c.New == math.Trunc(*c.New) {
		for i, v := range []*float64{c.Old, c.New} {
			if v != nil {
				row[1+i] = number(*v)
			}
		}
	}
	for precision := 4; row[1] == row[2]; precision++ { // two that differ do so in 17 digits
		row[1] = strconv.FormatFloat(*c.Old, 'g', precision, 64)
		row[2] = strconv.FormatFloat(*c.New, 'g', precision, 64)
	}
	if c.Old != nil && c.New != nil {
		row[3] = difference(*c.Old, *c.New)
	}
	return row
}

// difference is new − old, signed, to four digits.
func difference(before, after float64) string {
	text := strconv.FormatFloat(after-before, 'g', 4, 64)
	if after > before {
		return "+" + text
	}
	return text
}

// TestTotals counts how the tests of several scenarios ended.
type TestTotals struct{ Passed, Failed, Inconclusive, Errors, Left int }

// Add counts one test.
func (n *TestTotals) Add(t *Test) {
	switch {
	case t.Error != "":
		n.Errors++
	case t.Verdict == scenarios.Fail:
		n.Failed++
	case t.Verdict == scenarios.Inconclusive:
		n.Inconclusive++
	default:
		n.Passed++
	}
}

// String is the last line of a test run.
func (n TestTotals) String() string {
	word := "ok"
	switch {
	case n.Errors > 0:
		word = "ERROR"
	case n.Failed > 0:
		word = "FAIL"
	case n.Inconclusive > 0, n.Left > 0:
		word = "????"
	}
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{n.Passed, "ok"}, {n.Failed, "failed"}, {n.Inconclusive, "inconclusive"}, {n.Errors, "could not be tested to the end"}, {n.Left, "not tested"}} {
		if p.n > 0 {
			parts = append(parts, thousands(int64(p.n))+" "+p.what)
		}
	}
	total := n.Passed + n.Failed + n.Inconclusive + n.Errors + n.Left
	return fmt.Sprintf("%s  %s: %s", pad(word, 5), plural(total, "scenario"), strings.Join(parts, ", "))
}
