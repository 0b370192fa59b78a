package report

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"edasim/scenarios"
	"edasim/sim"
	"edasim/topology"
)

func textOf(t *testing.T, r *scenarios.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, r, TextOptions{Scenario: "checkout"}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTextAndMarkdownAreThoseOfTheGoldenFiles(t *testing.T) {
	var markdown bytes.Buffer
	if err := Markdown(&markdown, fakeResult()); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{"report.txt": textOf(t, fakeResult()), "report.md": markdown.String()} {
		golden := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs; look at it, then: go test ./report -update\n%s", golden, got)
		}
	}
}

// shapes are results of every shape that a run may have.
func shapes() map[string]*scenarios.Result {
	change := func(f func(*scenarios.Result)) *scenarios.Result {
		r := fakeResult()
		f(r)
		return r
	}
	return map[string]*scenarios.Result{
		"as it is": fakeResult(),
		"hostile":  hostile(),
		"one style": change(func(r *scenarios.Result) {
			for i := range r.Variants {
				r.Variants[i].Styles = r.Variants[i].Styles[:1]
			}
			r.Differences = nil
		}),
		"three styles": change(func(r *scenarios.Result) {
			for i := range r.Variants {
				third := r.Variants[i].Styles[1]
				third.Style = topology.DirectCalls
				r.Variants[i].Styles = append(r.Variants[i].Styles, third)
			}
		}),
		"one replication, partial": change(func(r *scenarios.Result) {
			r.Replications, r.Partial = 1, true
			for i := range r.Variants {
				for j := range r.Variants[i].Styles {
					withoutIntervals(r.Variants[i].Styles[j].Measures)
				}
			}
			for i := range r.Differences {
				withoutIntervals(r.Differences[i].Measures)
			}
		}),
		"many variants": change(func(r *scenarios.Result) {
			for range 20 {
				r.Variants = append(r.Variants, r.Variants[1])
			}
		}),
		"no outcomes, nothing asked": change(func(r *scenarios.Result) {
			r.Scenario.System.Outcomes, r.Scenario.System.Invariants = nil, nil
			r.Expect, r.Warnings, r.Variants = nil, nil, r.Variants[:1]
		}),
		"long and wide names": change(func(r *scenarios.Result) {
			const long = "注文が取り消されたのに代金が返されていない "
			r.Scenario.Name = strings.Repeat(long, 3)
			r.Scenario.System.Outcomes[0].Name = "completed"
			r.Scenario.System.Invariants[1].Name = "paid is shipped or paid back"
			r.Variants[1].Name = strings.Repeat("x", 100)
			r.Expect[0].Text = strings.Repeat("latency.p99 + ", 20) + "1s < 2s"
			r.Warnings = []string{long + long + long, strings.Repeat("w", 300)}
			for i := range r.Variants[0].Styles {
				r.Variants[0].Styles[i].Faults[0].Name = strings.Repeat("é", 90)
			}
		}),
		"nothing measured": change(func(r *scenarios.Result) {
			for i := range r.Variants {
				for j := range r.Variants[i].Styles {
					r.Variants[i].Styles[j] = scenarios.StyleResult{Style: r.Variants[i].Styles[j].Style}
				}
			}
			r.Differences = nil
		}),
		"ticks and bars": change(func(r *scenarios.Result) {
			r.Expect[0].Text = "a`<script>`|| b"
			r.Variants[1].Name, r.Scenario.System.Invariants[0].Name = "a|b`c", "charged|at most`once"
		}),
		"unlike faults": change(func(r *scenarios.Result) { r.Variants[0].Styles[1].Faults = nil }),
	}
}

func withoutIntervals(list []scenarios.Measured) {
	for i := range list {
		list[i].Low, list[i].High, list[i].HasInterval = 0, 0, false
	}
}

func TestTextFitsATerminal(t *testing.T) {
	for name, r := range shapes() {
		for _, line := range strings.Split(textOf(t, r), "\n") {
			if n := columns(line); n > textWidth {
				t.Errorf("%s: %d columns: %s", name, n, line)
			}
			if strings.TrimRight(line, " ") != line {
				t.Errorf("%s: spaces end the line %q", name, line)
			}
			if i := strings.IndexFunc(line, unicode.IsControl); i >= 0 {
				t.Errorf("%s: a control character in %q", name, line)
			}
		}
	}
}

// TestFiguresStandApart: what a row has of figures is there, with a space before.
func TestFiguresStandApart(t *testing.T) {
	for name, r := range shapes() {
		text := textOf(t, r)
		for _, s := range table(r) {
			for _, row := range s.Rows {
				for _, c := range row.Cells {
					if figure := tight(c.quantity); !strings.Contains(text, " "+figure) {
						t.Errorf("%s, %s: no %q with a space before it", name, row.Label, figure)
					}
				}
			}
		}
	}
}

var codeSpan = regexp.MustCompile("`[^`\n]*`")

func TestMarkdownKeepsItsTables(t *testing.T) {
	for name, r := range shapes() {
		var b bytes.Buffer
		if err := Markdown(&b, r); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(codeSpan.ReplaceAllString(b.String(), ""), "<script") {
			t.Errorf("%s: markup of the scenario is in it", name)
		}
		width := 0
		for _, line := range strings.Split(b.String(), "\n") {
			if !strings.HasPrefix(line, "|") {
				width = 0
				continue
			}
			n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
			if width == 0 {
				width = n
			}
			if n != width {
				t.Errorf("%s: %d cells instead of %d: %s", name, n-1, width-1, line)
			}
		}
	}
}

// differing is a result of two styles of which the second differs by the given
// amounts; a measure that is missing does not differ.
func differing(by map[string]float64) *scenarios.Result {
	r := fakeResult()
	for i := range r.Differences {
		d := &r.Differences[i]
		if d.Style != nil || d.Variant != scenarios.Base {
			continue
		}
		for j := range d.Measures {
			m := &d.Measures[j]
			m.Value = by[m.Name]
			m.Low, m.High, m.HasInterval = m.Value-1e-9, m.Value+1e-9, true
		}
	}
	return r
}

func TestSummaryNamesOnlyDifferences(t *testing.T) {
	for _, c := range []struct {
		by   map[string]float64
		want string
	}{
		{map[string]float64{"stuck": -0.008, "inconsistent": -0.018, "latency.p99": 5, "messages.published": 4},
			"Orchestration leaves fewer flows stuck (0 against 0.80 %) and inconsistent (1.3 against 3.1 %), is slower at p99"},
		{map[string]float64{"stuck": -0.008, "inconsistent": 0.01},
			"Orchestration leaves fewer flows stuck (0 against 0.80 %) and leaves more flows inconsistent (1.3 against 3.1 %). Neither"},
		{map[string]float64{"messages.published": 4}, "Orchestration sends 1.9 times the messages. Neither"},
		{map[string]float64{"latency.p99": -2}, "Orchestration is faster at p99"},
		{nil, "Neither style is safe as drawn"},
	} {
		if got := oneLine(summary(differing(c.by))); !strings.HasPrefix(got, c.want) {
			t.Errorf("%v: %q, want %q", c.by, got, c.want)
		}
	}
}

// TestSometimesIsNeverBroken: its measure counts the flows in which it held.
func TestSometimesIsNeverBroken(t *testing.T) {
	r := fakeResult()
	r.Scenario.System.Invariants[0].Kind = topology.Sometimes
	if text := textOf(t, r); strings.Contains(text, "break “charged at most once”") {
		t.Error("the verdict says that it is broken")
	}
}

// TestOneReplicationComparesNothing: without intervals nobody knows what is
// chance.
func TestOneReplicationComparesNothing(t *testing.T) {
	r := shapes()["one replication, partial"]
	if p := compared(r); p != nil {
		t.Errorf("it says %q", p.plain())
	}
	for _, s := range table(r) {
		for _, row := range s.Rows {
			if v := row.Deltas[0].Verdict; v != "" && row.Label != "longest unrecorded chain" {
				t.Errorf("%s is %s", row.Label, v)
			}
		}
	}
}

// TestChangeByAVariantIsInPercent: what a variant takes away from 2.88 % is told in
// percent, though what is left is one in a million.
func TestChangeByAVariantIsInPercent(t *testing.T) {
	r := fakeResult()
	cell := &r.Variants[1].Styles[0]
	m := cell.Measure("inconsistent")
	m.Value, m.Low, m.High = 0.000003, 0.0000006, 0.0000188
	if c := changeBy(r, &r.Variants[1], cell); c == nil || c.Value+c.Unit != "−2.88 %" {
		t.Errorf("%+v", c)
	}
}

func TestFailuresComeFirst(t *testing.T) {
	text := textOf(t, fakeResult())
	failed, comparison := strings.Index(text, "FAILED"), strings.Index(text, "How flows end")
	if failed < 0 || failed > comparison || failed > strings.Index(text, "Orchestration") {
		t.Errorf("the failed expectation is at %d", failed)
	}
}

func TestWrapAndShorten(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"one two three", 7, "one two|three"},
		{"a unbreakableword b", 6, "a|unbrea|kablew|ord b"},
		{"", 5, ""},
		{"日本語の 名前", 6, "日本語|の|名前"},
	} {
		if got := strings.Join(wrap(c.text, c.width), "|"); got != c.want {
			t.Errorf("%q in %d: %q, want %q", c.text, c.width, got, c.want)
		}
	}
	for text, want := range map[string]string{"short": "short", "longer text": "longer…", "日本語の名前": "日本語…", "e\u0301te\u0301 ete\u0301s!": "e\u0301te\u0301 ete\u0301…"} {
		if got := shorten(text, 8); got != want || columns(got) > 8 {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestSharesOfAFewFlows(t *testing.T) {
	m := scenarios.Measured{Unit: "share", Kind: sim.Share, Value: 1.0 / 301_478, Low: 0.0000006, High: 0.0000188, HasInterval: true}
	if got := tight(show(&m, m.Value)); got != "0.3 ≤1.9 in 100k" {
		t.Errorf("one flow in 301,478 is %q", got)
	}
}

// TestZeroIsNeverBare: what did not happen has its bound or the flows it did not
// happen in, with and without intervals.
func TestZeroIsNeverBare(t *testing.T) {
	r := fakeResult()
	for i := range r.Variants[0].Styles {
		m := r.Variants[0].Styles[i].Measure("invariant.stock_never_oversold")
		m.Value, m.Low, m.High = 0, 0, 0.0000128
	}
	d := styleDifference(r, "invariant.stock_never_oversold", topology.Orchestrated, topology.Choreography)
	d.Value, d.Low, d.High = 0, 0, 0
	text := textOf(t, r)
	for _, want := range []string{
		"  stock never oversold             0 ≤0.001 %    0 ≤0.001 % 0.000 ±0.001  same\n",
		"  out of order                     0.62 ±0.03  0 of 300,000  −0.62 ±0.02  better\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// TestVariantsAreNamed: a long name has a line of its own in both lists, and a variant that
// leaves nothing stuck is in the list of the stuck.
func TestVariantsAreNamed(t *testing.T) {
	r := fakeResult()
	r.Variants[1].Name = "retries " + strings.Repeat("x", 100)
	for i := range r.Variants[1].Styles {
		m := r.Variants[1].Styles[i].Measure("stuck")
		m.Value, m.Low, m.High = 0, 0, 0.0000128
	}
	_, lists, _ := strings.Cut(textOf(t, r), "Variants: inconsistent flows\n  retries xxx")
	if _, stuck, found := strings.Cut(lists, "Variants: stuck flows\n  retries xxx"); !found || !strings.Contains(stuck, "…\n                                   0 ≤0.001 %    0 ≤0.001 %\n") {
		t.Errorf("the variant is not among the stuck:\n%s", lists)
	}
}

func TestNothingMeasuredHasNoTable(t *testing.T) {
	text := textOf(t, shapes()["nothing measured"])
	if !strings.Contains(text, "\nNo flows in each style: ") || strings.Contains(text, "Variants") || strings.Contains(text, "   difference") {
		t.Errorf("heads of tables without a row:\n%s", text)
	}
}

func TestFigureKeepsItsUnitOnTheLine(t *testing.T) {
	if got := strings.Join(wrap("slower: 31.1\u00a0s now", 12), "|"); got != "slower:|31.1 s now" {
		t.Errorf("%q", got)
	}
}
