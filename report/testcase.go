package report

import (
	"fmt"
	"regexp"
	"strings"

	"edasim/scenarios"
	"edasim/sim"
	"edasim/topology"
)

// Test is how the test of one scenario ended, as reports show it. It keeps
// nothing of the simulation, so that a thousand of them fit in memory.
type Test struct {
	Name     string // of the scenario, as one names it on a command line
	Again    string // flags that reproduce it, such as "--seed 2"; may be empty
	Verdict  scenarios.Verdict
	Error    string // what stopped it; then there may be no verdict
	Cases    []TestCase
	Snapshot *scenarios.SnapshotCheck // nil where there was none
	Warnings []string
	Seconds  float64 // wall time, for JUnit alone

	Scenario, Digest string
	Seed             uint64
	Replications     int
	Variants         int
	Partial          bool
}

// TestCase is an expectation or a snapshot that a test judged.
type TestCase struct {
	Name     string // the expectation's text, scenarios.SnapshotCase, or "warnings"
	Where    string // style and variant, where the name leaves them open
	Place    string // "checkout.yaml:121", or the snapshot's file
	Verdict  scenarios.Verdict
	Figure   string // what was measured, with its interval
	Details  []Detail
	Changes  []scenarios.Change
	judgedAs *scenarios.Expectation
}

// Detail is a line below a case that did not pass.
type Detail struct{ Label, Text string }

// NewTest describes the test of a scenario. name is what one names it on a
// command line. cases are those of t to report on; t is nil where nothing was
// simulated.
func NewTest(name, again string, sc *scenarios.Scenario, t *scenarios.Tested, cases []scenarios.Case) *Test {
	out := &Test{Name: name, Again: again, Scenario: sc.Name, Digest: sc.Digest, Seed: sc.Run.Seed, Variants: len(sc.Variants)}
	if t == nil {
		return out
	}
	out.Verdict = scenarios.VerdictOf(cases)
	out.Replications, out.Partial, out.Warnings = t.Result.Replications, t.Result.Partial, t.Result.Warnings
	for i := range cases {
		out.Cases = append(out.Cases, out.newCase(sc, t.Result, &cases[i]))
	}
	return out
}

func (t *Test) newCase(sc *scenarios.Scenario, r *scenarios.Result, c *scenarios.Case) TestCase {
	if c.Snapshot != nil {
		t.Snapshot = c.Snapshot
		return t.snapshotCase(c)
	}
	x := c.Expectation
	out := TestCase{
		Name: oneLine(x.Text), Where: oneLine(x.Where()), Verdict: c.Verdict, Figure: bounded(r, x),
		Place: fmt.Sprintf("%s:%d", sc.File, x.Line), judgedAs: x,
	}
	if c.Verdict == scenarios.Pass {
		return out
	}
	add := func(label, format string, args ...any) {
		out.Details = append(out.Details, Detail{label, fmt.Sprintf(format, args...)})
	}
	found := out.Figure
	if far := howFar(x); far != "" {
		found += ": " + far
	}
	if x.Why != "" {
		found = oneLine(x.Why)
	}
	add("measured", "%s", found)
	if c.Verdict == scenarios.Fail {
		if text := mostly(r, x); text != "" {
			add("mostly", "%s", text)
		}
		if command := t.explainCommand(r, x); command != "" {
			add("see why", "%s", command)
		}
	}
	if x.Need > 0 {
		add("decide", "--replications %d would probably do (now %d)", x.Need, r.Replications)
	}
	add("again", "%s", t.againCommand(x.Text))
	return out
}

// FailOnWarnings makes the warnings a case that failed.
func (t *Test) FailOnWarnings(place string) {
	c := TestCase{Name: "warnings", Place: place, Verdict: scenarios.Fail, Figure: plural(len(t.Warnings), "warning") + ", with --strict"}
	for _, w := range t.Warnings {
		c.Details = append(c.Details, Detail{"warning", w})
	}
	t.Cases = append(t.Cases, c)
	t.Verdict = scenarios.Fail
}

// explainCommand tells the story of the first flow that shows what failed; empty:
// there is none.
func (t *Test) explainCommand(r *scenarios.Result, x *scenarios.Expectation) string {
	flow := witness(r, x)
	if flow == "" {
		return ""
	}
	command := flowCommand(t.Name, flow, x.Style, x.Variant)
	// A snapshot changes nothing that is simulated, and explain knows no such flag.
	flags := strings.TrimSpace(strings.TrimSuffix(t.Again, "--snapshot"))
	if flags != "" {
		command += " " + flags
	}
	return command
}

// againCommand is what tests one case alone.
func (t *Test) againCommand(text string) string {
	command := "edasim test " + shellWord(t.Name)
	if t.Again != "" {
		command += " " + t.Again
	}
	return command + " --run " + shellWord(regexp.QuoteMeta(oneLine(text)))
}

// howFar says how far a failed or open expectation is from its limit.
func howFar(x *scenarios.Expectation) string {
	switch {
	case x.Difference && x.Verdict == scenarios.Inconclusive:
		return "0 is inside the interval"
	case x.Difference:
		return "the other way round"
	case x.Verdict == scenarios.Inconclusive:
		return "the limit is inside the interval"
	}
	limit := x.Limit
	if limit > 0 && x.Value > 0 {
		if ratio := x.Value / limit; ratio >= 1.1 {
			return digits(ratio, 2) + " times the limit"
		} else if ratio < 0.9 {
			return digits(100*ratio, 2) + " % of the limit"
		}
	}
	off := x.Value - limit
	label, by := scaleOf(x.Unit, max(off, -off))
	if off < 0 {
		return digits(-off*by, 2) + label + " under the limit"
	}
	return digits(off*by, 2) + label + " over the limit"
}

// cellOf is where the expectation was judged; nil where it names several.
func cellOf(r *scenarios.Result, x *scenarios.Expectation) *scenarios.StyleResult {
	for _, style := range topology.Styles {
		if style.String() == x.Style && x.Variant != "" {
			return r.Cell(x.Variant, style)
		}
	}
	return nil
}

// mostly is the invariant that most of the inconsistent flows violate.
func mostly(r *scenarios.Result, x *scenarios.Expectation) string {
	c := cellOf(r, x)
	if c == nil || !strings.Contains(x.Text, "inconsistent") {
		return ""
	}
	var worst *scenarios.Measured
	for _, inv := range r.Scenario.System.Invariants {
		m := c.Measure("invariant." + sim.MeasureName(inv.Name))
		if m != nil && inv.Kind != topology.Sometimes && m.Unit == "share" && m.Value > 0 && (worst == nil || m.Value > worst.Value) {
			worst = m
		}
	}
	if worst == nil {
		return ""
	}
	return readable(worst.Name) + ": " + brief(worst) + " of flows"
}

// witness is the first flow that shows what the expectation is about: one that
// violates an invariant that it names, is inconsistent or is stuck.
func witness(r *scenarios.Result, x *scenarios.Expectation) string {
	c := cellOf(r, x)
	if c == nil {
		return ""
	}
	for _, inv := range r.Scenario.System.Invariants {
		if name := sim.MeasureName(inv.Name); strings.Contains(x.Text, "invariant."+name) {
			return c.Witness[name]
		}
	}
	for _, name := range []string{"inconsistent", "stuck"} {
		if strings.Contains(x.Text, name) {
			return c.Witness[name]
		}
	}
	return ""
}

// snapshotCase is the case of a snapshot.
func (t *Test) snapshotCase(c *scenarios.Case) TestCase {
	s := c.Snapshot
	out := TestCase{Name: c.Name, Place: s.File, Verdict: c.Verdict, Changes: s.Changes}
	switch {
	case s.Written:
		out.Figure = "written, " + plural(s.Measures, "measure")
	case len(s.Changes) == 0:
		out.Figure = plural(s.Measures, "measure") + " equal"
	default:
		out.Figure = fmt.Sprintf("%s of %s", figuresDiffer(len(s.Changes)), plural(s.Measures, "measure"))
		if s.Why != "" {
			out.Details = append(out.Details, Detail{"why", s.Why})
		}
		if t.Again == "" || t.Again == "--snapshot" { // other flags are not the scenario's own
			accept := strings.TrimSpace("edasim test " + shellWord(t.Name) + " " + t.Again)
			out.Details = append(out.Details, Detail{"accept", accept + " --update, if that was meant"})
		}
		out.Details = append(out.Details, Detail{"again", t.againCommand(c.Name)})
	}
	return out
}

func figuresDiffer(n int) string {
	if n == 1 {
		return "1 figure differs"
	}
	return thousands(int64(n)) + " figures differ"
}
