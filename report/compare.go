package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"edasim/scenarios"
)

// comparedRow is a measure of two sides as people read it.
type comparedRow struct{ Measure, A, B, Difference, Effect string }

// comparedRows are the measures that are better, worse or undecided, the worse first,
// and how many of the others differ, or do not.
func comparedRows(c *scenarios.ComparedCells) (rows []comparedRow, same, neutral int) {
	for _, effect := range []scenarios.Effect{scenarios.Worse, scenarios.Undecided, scenarios.Better} {
		for i := range c.Measures {
			if m := &c.Measures[i]; m.Effect == effect {
				rows = append(rows, rowOf(m))
			}
		}
	}
	for i := range c.Measures {
		switch m := &c.Measures[i]; {
		case m.Effect == scenarios.Same:
			same++
		case m.Effect == scenarios.Neutral && m.Difference.Value != 0:
			neutral++
		}
	}
	return rows, same, neutral
}

func rowOf(m *scenarios.Compared) comparedRow {
	largest := max(m.A.Value, m.B.Value)
	label, _ := scaleOf(m.B.Unit, largest)
	difference := tight(showDifference(&m.Difference, largest)) + label
	return comparedRow{oneLine(m.B.Name), tight(show(m.A, largest)), tight(show(m.B, largest)), difference, string(m.Effect)}
}

// inAll says how many measures of all cells are worse, undecided, better and the
// same.
func inAll(c *scenarios.Comparison) string {
	n := map[scenarios.Effect]int{}
	for i := range c.Cells {
		for j := range c.Cells[i].Measures {
			n[c.Cells[i].Measures[j].Effect]++
		}
	}
	text := fmt.Sprintf("Worse: %s. ", plural(n[scenarios.Worse], "measure"))
	if n[scenarios.Undecided] > 0 {
		text += fmt.Sprintf("Undecided, for the margin: %d. ", n[scenarios.Undecided])
	}
	return text + fmt.Sprintf("Better: %d. The same: %d.", n[scenarios.Better], n[scenarios.Same])
}

// CompareText tells how two sides differ, for a terminal.
func CompareText(w io.Writer, c *scenarios.Comparison) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "A  %s\nB  %s\n\n", sideLine(c.A), sideLine(c.B))
	for _, l := range wrap(pairing(c), textWidth) {
		fmt.Fprintln(b, l)
	}
	fmt.Fprintf(b, "\n%s\n", inAll(c))
	for i := range c.Cells {
		fmt.Fprintf(b, "\n%s\n", cellsTitle(&c.Cells[i]))
		rows, same, neutral := comparedRows(&c.Cells[i])
		writeRows(b, rows)
		for _, l := range wrap(others(len(rows), same, neutral), textWidth-2) {
			fmt.Fprintf(b, "  %s\n", l)
		}
	}
	if len(c.Left) > 0 {
		fmt.Fprint(b, "\nNot compared\n")
		for _, text := range c.Left {
			fmt.Fprintf(b, "  %s\n", oneLine(text))
		}
	}
	return b.Flush()
}

func sideLine(s *scenarios.Side) string {
	text := fmt.Sprintf("%s: %s, seed %d", oneLine(s.Name), plural(s.Replications, "replication"), s.Seed)
	if s.Partial {
		text += ", partial"
	}
	return text
}

// pairing says how the differences came about, and how they are to be read.
func pairing(c *scenarios.Comparison) string {
	interval := " ± is a 95 % interval; same means that it contains 0."
	if c.Unpaired != "" {
		return "Difference: B minus A, as of two runs that have nothing in common, since " + oneLine(c.Unpaired) + "." + interval
	}
	return "Difference: B minus A, paired within each replication, on the same draws." + interval
}

func cellsTitle(c *scenarios.ComparedCells) string {
	a, b := cellName(c.A), cellName(c.B)
	if a == b {
		return a
	}
	return b + " minus " + a
}

// cellName is "choreography" for the base, or "idempotent, choreography".
func cellName(c *scenarios.SideCell) string {
	if c.Variant == scenarios.Base {
		return c.Style
	}
	return oneLine(c.Variant) + ", " + c.Style
}

// others says what the table does not list.
func others(shown, same, neutral int) string {
	var parts []string
	if shown == 0 {
		parts = append(parts, "Nothing is better or worse.")
	}
	if same > 0 {
		parts = append(parts, plural(same, "measure")+" the same.")
	}
	if neutral > 0 {
		parts = append(parts, fmt.Sprintf("%s that %s neither better nor worse: --format json.",
			plural(neutral, "other difference"), map[bool]string{true: "is", false: "are"}[neutral == 1]))
	}
	return strings.Join(parts, " ")
}

func writeRows(b *bufio.Writer, rows []comparedRow) {
	if len(rows) == 0 {
		return
	}
	all := append([]comparedRow{{"", "A", "B", "difference", ""}}, rows...)
	var width [4]int
	for _, r := range all {
		for i, cell := range []string{r.Measure, r.A, r.B, r.Difference} {
			width[i] = max(width[i], columns(cell))
		}
	}
	// What remains of a line for the names: two spaces before, a word of verdict behind.
	width[0] = min(width[0], max(textWidth-len("   ")-len("  ")-len("undecided")-width[1]-width[2]-width[3]-2, 20))
	for _, r := range all {
		name := r.Measure
		if columns(name) > width[0] { // names that are cut look alike
			fmt.Fprintln(b, "  "+shorten(name, textWidth-2))
			name = ""
		}
		line := fmt.Sprintf("  %s %s %s %s  %s", pad(name, width[0]), padLeft(r.A, width[1]), padLeft(r.B, width[2]),
			padLeft(r.Difference, width[3]), r.Effect)
		fmt.Fprintln(b, strings.TrimRight(line, " "))
	}
}

// CompareMarkdown tells how two sides differ, for a pull request.
func CompareMarkdown(w io.Writer, c *scenarios.Comparison) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "## %s against %s\n\n", code(c.B.Name), code(c.A.Name))
	fmt.Fprintf(b, "A: %s. B: %s. %s\n\n%s\n", escaped(sideLine(c.A)), escaped(sideLine(c.B)), escaped(pairing(c)), inAll(c))
	for i := range c.Cells {
		fmt.Fprintf(b, "\n### %s\n\n", escaped(cellsTitle(&c.Cells[i])))
		rows, same, neutral := comparedRows(&c.Cells[i])
		if len(rows) > 0 {
			fmt.Fprint(b, "| | A | B | difference | |\n|---|---:|---:|---:|---|\n")
			for _, r := range rows {
				fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", code(r.Measure), r.A, r.B, r.Difference, r.Effect)
			}
			fmt.Fprintln(b)
		}
		fmt.Fprintln(b, escaped(others(len(rows), same, neutral)))
	}
	if len(c.Left) > 0 {
		fmt.Fprint(b, "\nNot compared:\n\n")
		for _, text := range c.Left {
			fmt.Fprintf(b, "- %s\n", escaped(text))
		}
	}
	return b.Flush()
}

// CompareJSON writes every measure of both sides and its difference, B minus A,
// with keys sorted. "unpaired" says why the differences are not paired within
// each replication, where they are not.
func CompareJSON(w io.Writer, c *scenarios.Comparison) error {
	cells := make([]object, 0, len(c.Cells))
	for i := range c.Cells {
		pair := &c.Cells[i]
		measures := object{}
		for j := range pair.Measures {
			m := &pair.Measures[j]
			o := object{"a": figureObject(m.A), "b": figureObject(m.B), "difference": figureObject(&m.Difference)}
			text(o, "effect", string(m.Effect))
			text(o, "unit", m.B.Unit)
			measures[m.B.Name] = o
		}
		cells = append(cells, object{
			"a": object{"variant": pair.A.Variant, "style": pair.A.Style}, "b": object{"variant": pair.B.Variant, "style": pair.B.Style},
			"measures": measures,
		})
	}
	doc := object{
		"edasim": scenarios.Version, "semantics": scenarios.Semantics, "a": sideObject(c.A), "b": sideObject(c.B),
		"cells": cells, "left": append([]string{}, c.Left...),
	}
	text(doc, "unpaired", c.Unpaired)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

func sideObject(s *scenarios.Side) object {
	o := object{"name": s.Name, "scenario": s.Scenario, "digest": s.Digest, "seed": s.Seed, "semantics": s.Semantics, "replications": s.Replications}
	if s.Partial {
		o["partial"] = true
	}
	return o
}

func figureObject(m *scenarios.Measured) object {
	o := object{}
	interval(o, m.Value, m.Low, m.High, m.HasInterval)
	return o
}
