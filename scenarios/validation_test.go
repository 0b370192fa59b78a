package scenarios

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	validationFile = "VALIDATION.md"
	validationPlot = "VALIDATION.svg"
)

const validationHead = `# Does the simulator agree with theory?

This page is written by

    go test ./scenarios -run Validation -update

and with -truths.slow -timeout 2h on full samples. Each row is one figure: what it must be, from where, and what came out of the
scenario of the same name in [truths](truths), with the 95 % interval over its
replications. A row is a test that can be run alone; the command stands above it.
The scenarios are files like any other: ` + "`edasim run scenarios/truths/mm1.yaml`" + `. The head of
[expected.yaml](truths/expected.yaml) says by what tolerance a figure agrees, and
its end what the language cannot express. A measure with a variant before it is
that variant's.

`

// VALIDATION.md has every check, and with -update is written anew.
func TestValidation(t *testing.T) {
	all := append(readTruths(t), chains()...)
	if *update {
		writeValidation(t, all)
	}
	page, err := os.ReadFile(validationFile)
	if err != nil {
		t.Fatal(err)
	}
	var want, have []string
	for _, tr := range all {
		for _, c := range tr.Checks {
			want = append(want, c.ID)
		}
	}
	for _, row := range regexp.MustCompile(`(?m)^\| ([A-Z]\d+\.\S+) \|`).FindAllSubmatch(page, -1) {
		have = append(have, string(row[1]))
	}
	slices.Sort(want)
	slices.Sort(have)
	if !slices.Equal(want, have) {
		t.Errorf("%s does not have the rows of the table: write it anew with -update", validationFile)
	}
	if !bytes.Contains(page, []byte(validationPlot)) {
		t.Errorf("%s does not show its plot", validationFile)
	}
}

func writeValidation(t *testing.T, all []truth) {
	var rows strings.Builder
	found := map[string]finding{}
	agree, of, left := 0, 0, 0
	for _, tr := range all {
		fmt.Fprintf(&rows, "\n### %s\n\n%s. %s.", tr.Scenario, capital(tr.Why), capital(tr.Formula))
		if tr.Source != "" {
			fmt.Fprintf(&rows, " Source: %s.", tr.Source)
		}
		if tr.Sample != "" {
			fmt.Fprintf(&rows, " Sample: %s", tr.Sample)
			if tr.Full > 0 && *slowTruths {
				fmt.Fprintf(&rows, " by default, %d replications here", tr.Full)
			}
			rows.WriteString(".")
		}
		fmt.Fprintf(&rows, "\n\n    go test ./scenarios -v -run 'TestTruths/%s/%s$'", tr.Scenario, tr.Checks[0].ID)
		if tr.Slow {
			rows.WriteString(" -truths.slow")
		}
		rows.WriteString("\n\n| row | what | expected | came out | agrees | note |\n|---|---|---|---|---|---|\n")
		if tr.Slow && !*slowTruths {
			for i := range tr.Checks {
				rows.WriteString(tr.Checks[i].row("only with -truths.slow", "", ""))
			}
			left += len(tr.Checks)
			continue
		}
		r, shrink := tr.run(t)
		for i := range tr.Checks {
			c := &tr.Checks[i]
			f := c.judge(r, shrink)
			if f.err != nil {
				t.Fatal(f)
			}
			found[c.ID] = f
			of++
			verdict := "**no**"
			if f.agrees {
				agree++
				verdict = "yes"
			}
			came := fmt.Sprintf("%.6g", f.value)
			if f.low < f.high {
				came += fmt.Sprintf(" (%.5g to %.5g)", f.low, f.high)
			}
			rows.WriteString(c.row(came, verdict, f.how))
		}
	}
	page := validationHead + fmt.Sprintf("**%d of %d figures agree**; %d more need a full sample.\n\n", agree, of, left) + comparisonText + commonText(t) + rowsText + rows.String()
	for name, text := range map[string]string{validationFile: page, validationPlot: chainPlot(found)} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// row is a row of the page; how it was judged stands in its note.
func (c *truthCheck) row(came, verdict, how string) string {
	what := strings.Trim(c.Style+" "+c.Variant, " ")
	if what != "" {
		what += ": "
	}
	measure := c.Measure
	if c.Over != "" {
		measure = c.Over + " of " + measure
	}
	note := how
	if c.Note != "" {
		note = strings.Trim(note+"; "+c.Note, "; ")
	}
	return fmt.Sprintf("| %s | %s`%s` | %.8g | %s | %s | %s |\n", c.ID, what, measure, c.Expected, came, verdict, note)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

const rowsText = `## The rows

The command above each table runs its first row; another name at its end, another row.
`

const comparisonText = `## Events against a coordinator

The same n steps one after the other, without retries: the trigger is a message
like any other, and the outcome counts at the last commit. As events n messages
must arrive, so (1-p)^n of the flows complete; a coordinator needs the trigger, n
commands and n-1 replies, so (1-p)^(2n). The lines are these formulas for a loss of
2 %, the marks what came out (the rows from S1.completed.c on; the others of these
scenarios hold messages, latency, depth, and how often a step runs when messages
come twice).

![Flows completed over the number of steps](VALIDATION.svg)

`

// chainPlot draws what the chains completed over their length.
func chainPlot(found map[string]finding) string {
	const left, right, top, bottom, least = 52.0, 440.0, 16.0, 250.0, 0.6
	x := func(n int) float64 { return left + (right-left)*float64(n)/longestChain }
	y := func(share float64) float64 { return bottom - (bottom-top)*(share-least)/(1-least) }
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 300" font-family="sans-serif" font-size="13" role="img">
<title>Flows completed over the number of steps, with 2 % of the messages lost</title>
<rect width="460" height="300" fill="#fff"/>
`)
	for share := 60; share <= 100; share += 10 {
		at := y(float64(share) / 100)
		fmt.Fprintf(&b, "<path d=\"M%.0f %.1fH%.0f\" stroke=\"#ddd\"/><text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%d %%</text>\n", left, at, right, left-6, at+4, share)
	}
	for n := 0; n <= longestChain; n += 2 {
		fmt.Fprintf(&b, "<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%d</text>\n", x(n), bottom+18, n)
	}
	fmt.Fprintf(&b, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">steps in a row; flows completed</text>\n", (left+right)/2, bottom+38)
	for _, s := range []struct {
		name, letter, colour, dash string
		coordinated                bool
	}{{"events", "c", "#1f5fa8", "", false}, {"a coordinator", "o", "#b5481c", ` stroke-dasharray="6 4"`, true}} {
		fmt.Fprintf(&b, "<path fill=\"none\" stroke-width=\"1.5\" stroke=\"%s\"%s d=\"M%.1f %.1f", s.colour, s.dash, x(0), y(1))
		for n := 1; n <= longestChain; n++ {
			fmt.Fprintf(&b, "L%.1f %.1f", x(n), y(completes(n, s.coordinated)))
		}
		b.WriteString("\"/>\n")
		for n := 1; n <= longestChain; n++ {
			at := y(found[fmt.Sprintf("S%d.completed.%s", n, s.letter)].value)
			if s.coordinated {
				fmt.Fprintf(&b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"7\" height=\"7\" fill=\"%s\"/>\n", x(n)-3.5, at-3.5, s.colour)
			} else {
				fmt.Fprintf(&b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>\n", x(n), at, s.colour)
			}
		}
		fmt.Fprintf(&b, "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">%s</text>\n", x(6), y(completes(6, s.coordinated))-10, s.colour, s.name)
	}
	return b.String() + "</svg>\n"
}
