package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"edasim/scenarios"
)

// Markdown tells a result for a pull request or a wiki: the verdict, the
// comparison of the styles, and the expectations.
func Markdown(w io.Writer, r *scenarios.Result) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "## %s\n\n", escaped(r.Scenario.Name))
	fmt.Fprintf(b, "%s\n", escaped(summary(r)))
	fmt.Fprintf(b, "\n%s\n", escaped(simulated(r)))
	cells := base(r)
	head, rule := "| |", "|---|"
	for _, c := range cells {
		head += " " + c.Style.String() + " |"
		rule += "---:|"
	}
	if len(cells) == 2 {
		head += " difference | |"
		rule += "---:|---|"
	}
	for _, s := range append(table(r), variantTable(r)...) {
		fmt.Fprintf(b, "\n### %s\n\n%s\n%s\n", s.Title, head, rule)
		for _, row := range s.Rows {
			line := "| " + escaped(row.Label) + " |"
			for _, c := range row.Cells {
				line += " " + tight(c.quantity) + " |"
			}
			switch {
			case len(cells) == 2 && len(row.Deltas) == 1:
				line += " " + tight(row.Deltas[0].quantity) + " | " + row.Deltas[0].Verdict + " |"
			case len(cells) == 2:
				line += " | |"
			}
			fmt.Fprintln(b, line)
		}
	}
	if len(r.Expect) > 0 {
		fmt.Fprint(b, "\n### Expectations\n\n| verdict | expectation | where | measured |\n|---|---|---|---|\n")
		for i := range r.Expect {
			x := &r.Expect[i]
			fmt.Fprintf(b, "| %s | %s | %s | %s |\n", x.Verdict, code(x.Text), escaped(x.Where()), escaped(judgedOf(r, x).measured()))
		}
	}
	if len(r.Warnings) > 0 {
		fmt.Fprint(b, "\n### Warnings\n\n")
		for _, w := range r.Warnings {
			fmt.Fprintf(b, "- %s\n", escaped(w))
		}
	}
	return b.Flush()
}

var markdownEscapes = strings.NewReplacer("\\", "\\\\", "|", "\\|", "<", "&lt;", ">", "&gt;", "*", "\\*", "_", "\\_",
	"`", "\\`", "[", "\\[", "]", "\\]")

// code is a text as code, in a cell of a table. Nothing stands for a backtick
// there.
func code(text string) string {
	return "`" + strings.NewReplacer("`", "'", "|", "\\|").Replace(oneLine(text)) + "`"
}

// escaped is a text that Markdown shows as it is.
func escaped(text string) string { return markdownEscapes.Replace(oneLine(text)) }
