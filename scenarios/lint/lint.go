// Package lint says what can be known of a scenario without running it: each rule
// looks at the topology, its delivery and its faults, and finds what is known to go
// wrong, with the figure behind it and what to write instead.
package lint

import (
	"cmp"
	"fmt"
	"slices"

	"edasim/scenarios"
	"edasim/topology"
)

// Severity is how bad a finding is.
type Severity uint8

// The severities. An error gives wrong results or never ends, as soon as what it
// speaks of happens; a warning needs bad luck, or load.
const (
	Warning Severity = iota
	Error
)

// String is the severity in a word.
func (s Severity) String() string { return [...]string{"warning", "error"}[s] }

// Finding is one thing that a rule found.
type Finding struct {
	Rule    *Rule
	Pos     topology.Pos // in the scenario file
	Subject string       // a handler, a service, an event or what waits: "payment.charge"
	What    string       // what happens and why it matters, in sentences
	Figure  string       // the figure behind it, in a sentence; empty: none
	Write   string       // what to write instead
	// Predicts is what a simulation of this scenario will measure.
	Predicts []Prediction
}

// Prediction is what a simulation will measure if the finding is right.
type Prediction struct {
	Measure string  // as in expect: "choreography.anomaly.duplicate_effect"
	Value   float64 // in the unit of the measure
	AtLeast bool    // Value is a lower bound, since other things add to it
}

// Rule is one thing that lint knows.
type Rule struct {
	Name     string // of words with hyphens, as it is written in a comment
	Severity Severity
	Short    string // what it finds, in half a sentence
	Why      string // why it matters, in sentences; with the source of a formula
	check    func(d *design, r *reporter)
}

// Result is what lint found in a scenario.
type Result struct {
	Findings []Finding // in the order of the file
	Silenced int       // findings that a comment allows
}

// Count is the number of findings that are at least so severe.
func (r *Result) Count(atLeast Severity) int {
	n := 0
	for i := range r.Findings {
		if r.Findings[i].Rule.Severity >= atLeast {
			n++
		}
	}
	return n
}

// Check applies every rule to the base of a scenario, or to the variant of that name.
// What the file allows in a comment is left out.
func Check(sc *scenarios.Scenario, variant string) *Result {
	d := newDesign(sc, variant)
	all := &reporter{design: d}
	for _, rule := range Rules() {
		if rule.check != nil {
			all.rule = rule
			rule.check(d, all)
		}
	}
	result := &Result{}
	allowed := allowances(sc.Source)
	for _, f := range all.findings {
		if allowed.allow(&f) {
			result.Silenced++
			continue
		}
		result.Findings = append(result.Findings, f)
	}
	result.Findings = append(result.Findings, allowed.wrong(d.base)...)
	slices.SortStableFunc(result.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(b.Rule.Severity, a.Rule.Severity))
	})
	return result
}

// reporter collects what rules find.
type reporter struct {
	*design
	rule     *Rule
	findings []Finding
}

// found adds a finding of the rule at work.
func (r *reporter) found(f Finding) {
	f.Rule = r.rule
	if f.Pos.Line == 0 {
		f.Pos = topology.Pos{Line: 1, Column: 1}
	}
	r.findings = append(r.findings, f)
}

// String is the prediction as an expectation of a scenario says it, to three digits.
func (p Prediction) String() string {
	sign := "is about"
	if p.AtLeast {
		sign = "is at least about"
	}
	return fmt.Sprintf("%s %s %.3g", p.Measure, sign, p.Value)
}
