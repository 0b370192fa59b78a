package report

import (
	"bufio"
	"fmt"
	"io"

	"edasim/scenarios"
)

// TestMarkdown writes how tests ended for the page of a CI job: a table with a
// line for each scenario, then what did not pass, with the commands that show
// it again.
func TestMarkdown(w io.Writer, tests []*Test, totals TestTotals) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "## edasim test\n\n%s\n", escaped(totals.String()))
	fmt.Fprint(b, "\n| verdict | scenario | |\n|---|---|---|\n")
	for _, t := range tests {
		word := string(t.Verdict)
		if t.Error != "" {
			word = "error"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", word, code(t.Name), escaped(t.Summary()))
	}
	for _, t := range tests {
		for i := range t.Cases {
			if c := &t.Cases[i]; c.Verdict != scenarios.Pass {
				markdownCase(b, c)
			}
		}
		if t.Error != "" {
			fmt.Fprintf(b, "\n### %s\n\n", code(t.Name))
			fmt.Fprintf(b, "%s\n", escaped(t.Error))
		}
	}
	return b.Flush()
}

func markdownCase(b *bufio.Writer, c *TestCase) {
	fmt.Fprintf(b, "\n### %s: %s\n\n", c.Verdict, code(c.fullName()))
	fmt.Fprintf(b, "%s\n\n", code(c.Place))
	for _, d := range c.Details {
		text := escaped(d.Text)
		if d.Label == "again" || d.Label == "accept" {
			text = code(d.Text)
		}
		fmt.Fprintf(b, "- %s: %s\n", d.Label, text)
	}
	if len(c.Changes) == 0 {
		return
	}
	fmt.Fprint(b, "\n| measure | snapshot | now | difference |\n|---|---:|---:|---:|\n")
	for i := range c.Changes[:min(len(c.Changes), changesShown)] {
		r := changeRow(&c.Changes[i])
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", code(r[0]), r[1], r[2], r[3])
	}
	if more := len(c.Changes) - changesShown; more > 0 {
		fmt.Fprintf(b, "\n%s more differ.\n", thousands(int64(more)))
	}
}
