package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"edasim/scenarios"
)

// sweepTable is a table of a sweep before it is aligned: heads, then rows of which the
// first cell is a value of an axis.
type sweepTable struct {
	title string
	heads []string
	rows  [][]string
}

// SweepText tells a sweep of one or two settings in at most 80 columns: for each
// measure a table, or a matrix for each style, and where one style crosses the other.
func SweepText(w io.Writer, s *scenarios.Sweep) error {
	o := newSwept(s)
	b := bufio.NewWriter(w)
	paragraph := func(text string, indent int) {
		for _, l := range wrap(text, textWidth-indent) {
			fmt.Fprintf(b, "%s%s\n", strings.Repeat(" ", indent), l)
		}
	}
	fmt.Fprintln(b, shorten(o.title(), textWidth))
	fmt.Fprintln(b)
	paragraph(o.simulated(), 0)
	for _, text := range append(o.idle(), o.failures()...) {
		fmt.Fprintln(b)
		paragraph(text, 0)
	}
	for _, measure := range o.shown() {
		for _, t := range o.tables(measure) {
			fmt.Fprintf(b, "\n%s\n", shorten(t.title, textWidth))
			t.write(b)
		}
		for _, text := range o.crossingLines(measure) {
			paragraph(unbrokenFigures(text), 2)
		}
	}
	for _, text := range o.notMeasured() {
		fmt.Fprintln(b)
		paragraph(text, 0)
	}
	o.next(b)
	return b.Flush()
}

// notMeasured names the measures that were asked for and that no point has.
func (o *swept) notMeasured() []string {
	var names []string
	for _, name := range o.Shown {
		if _, known := o.scale(name); !known {
			names = append(names, oneLine(name))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{"Not measured at any point: " + strings.Join(names, ", ") + "."}
}

func (o *swept) next(b *bufio.Writer) {
	fmt.Fprintln(b, "\nNext")
	var sets string
	if n := len(o.Points); n > 0 {
		for k, v := range o.Points[n-1].Values {
			sets += " --set " + shellWord(o.Axes[k].Path+"="+v)
		}
	}
	for _, c := range [][2]string{
		{"edasim run " + shellWord(o.Named) + sets, "one point, with all measures"},
		{"edasim sweep … --out DIR", "curves and the page for the review"},
	} {
		if columns(c[0]) > 42 {
			fmt.Fprintf(b, "  %s\n", c[0])
			continue
		}
		fmt.Fprintf(b, "  %s %s\n", pad(c[0], 42), c[1])
	}
}

// tables are those of a measure: one for one setting, for two a matrix for each
// style and, of two styles, one of their difference.
func (o *swept) tables(measure string) []sweepTable {
	sc, _ := o.scale(measure)
	title := heading(measure)
	if measureTitle(measure) != measure {
		title += " (" + measure + ")"
	}
	if o.cols < 0 {
		return []sweepTable{o.column(sc, title, measure)}
	}
	var out []sweepTable
	unit := ""
	if l := sc.label(); l != "" {
		unit = ", " + l
	}
	for _, style := range o.Styles {
		out = append(out, o.matrix(title+unit+": "+style, func(point int) string { return o.bare(sc, point, style, measure) }))
	}
	if len(o.Styles) == 2 {
		out = append(out, o.matrix(title+unit+": difference, = where chance would do", func(point int) string { return o.bareDifference(sc, point, measure) }))
	}
	return out
}

// column is the table of one setting.
func (o *swept) column(sc scale, title, measure string) sweepTable {
	t := sweepTable{title: title, heads: append([]string{oneLine(o.down().Path)}, o.Styles...)}
	two := len(o.Styles) == 2
	if two {
		t.heads = append(t.heads, "difference", "")
	}
	for i, value := range o.down().Values {
		row := []string{oneLine(value)}
		for _, style := range o.Styles {
			row = append(row, o.figure(sc, i, style, measure))
		}
		if two {
			text, effect := o.paired(sc, i, measure)
			row = append(row, text, effect)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// paired is the difference of two styles at a point and what it means.
func (o *swept) paired(sc scale, point int, measure string) (text, effect string) {
	c := o.difference(point, measure)
	if c == nil {
		return "", ""
	}
	d := &c.Difference
	text = tight(showDifference(d, sc.of(d)))
	if sc.mixed {
		label, _ := scaleOf(sc.unit, sc.of(d))
		text += label
	}
	return text, string(c.Effect)
}

// bareDifference is a difference without its interval; "=" where that contains 0.
func (o *swept) bareDifference(sc scale, point int, measure string) string {
	c := o.difference(point, measure)
	switch {
	case o.Points[point].Failed != "":
		return "failed"
	case c == nil:
		return "–"
	case c.Difference.Value == 0 || c.Difference.HasInterval && c.Difference.Low <= 0 && c.Difference.High >= 0:
		return "="
	}
	text := showDifference(&c.Difference, sc.of(&c.Difference)).Value
	if sc.mixed {
		label, _ := scaleOf(sc.unit, sc.of(&c.Difference))
		text += label
	}
	return text
}

func (o *swept) matrix(title string, cell func(point int) string) sweepTable {
	t := sweepTable{title: title, heads: append([]string{oneLine(o.down().Path)}, o.across()...)}
	for r, value := range o.down().Values {
		row := []string{oneLine(value)}
		for c := range o.across() {
			row = append(row, cell(o.at(r, c)))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// write aligns a table: the first column to the left, figures to the right. What
// does not fit beside the first column stands below, with that column again.
func (t *sweepTable) write(b *bufio.Writer) {
	const gap = 2
	widths := make([]int, len(t.heads))
	for i, h := range t.heads {
		widths[i] = columns(h)
		for _, row := range t.rows {
			widths[i] = max(widths[i], columns(row[i]))
		}
	}
	widths[0] = min(widths[0], 36)
	for first := 1; first < len(t.heads); {
		last, used := first, gap+widths[0]
		for last < len(t.heads) && (last == first || used+gap+widths[last] <= textWidth) {
			used += gap + widths[last]
			last++
		}
		for _, row := range append([][]string{t.heads}, t.rows...) {
			line := "  " + pad(shorten(row[0], widths[0]), widths[0])
			for i := first; i < last; i++ {
				cell := shorten(row[i], textWidth-4-widths[0])
				if t.heads[i] == "" { // a word, not a figure
					line += "  " + cell
				} else {
					line += "  " + padLeft(cell, widths[i])
				}
			}
			fmt.Fprintln(b, strings.TrimRight(line, " "))
		}
		first = last
	}
}

// SweepMarkdown tells what SweepText does, for a pull request or a wiki.
func SweepMarkdown(w io.Writer, s *scenarios.Sweep) error {
	o := newSwept(s)
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "## %s\n\n%s\n", escaped(o.title()), escaped(o.simulated()))
	for _, text := range append(o.idle(), o.failures()...) {
		fmt.Fprintf(b, "\n%s\n", escaped(text))
	}
	for _, measure := range o.shown() {
		for _, t := range o.tables(measure) {
			fmt.Fprintf(b, "\n### %s\n\n", escaped(t.title))
			for i, row := range append([][]string{t.heads}, t.rows...) {
				line := "|"
				for _, cell := range row {
					line += " " + escaped(cell) + " |"
				}
				fmt.Fprintln(b, line)
				if i == 0 {
					fmt.Fprintln(b, "|---|"+strings.Repeat("---:|", len(t.heads)-1))
				}
			}
		}
		for _, text := range o.crossingLines(measure) {
			fmt.Fprintf(b, "\n%s\n", escaped(text))
		}
	}
	for _, text := range o.notMeasured() {
		fmt.Fprintf(b, "\n%s\n", escaped(text))
	}
	return b.Flush()
}
