package main

import (
	"bytes"

	"github.com/spf13/cobra"

	"edasim/report"
	"edasim/scenarios/lint"
)

func (a *app) lintCommand() *cobra.Command {
	var flags runFlags
	var failOn, variant string
	var rules bool
	cmd := &cobra.Command{
		Use:   "lint SCENARIO...",
		Short: "Say what can be known without running",
		Example: `  edasim lint orders.yaml
  edasim lint scenarios --fail-on error --format sarif > lint.sarif`,
		Long: `Finds what is known to go wrong in a design, from the topology, its delivery and
its faults alone: each finding with its place, why it matters, the figure behind
it, and what to write instead. Nothing is simulated.

Silence a finding with a reason, beside its line, above it, or above a service or
handler; above "edasim: 1" for the whole file:  # lint: allow RULE, reason

Exit status: 1 if something is found that is at least as severe as --fail-on.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if rules {
				return nil
			}
			return atLeastOneScenario(cmd, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if rules {
				return report.LintRules(a.stdout)
			}
			return a.lint(args, failOn, variant, &flags)
		},
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	flags.formats = []string{"text", "json", "sarif"}
	fs.StringVar(&flags.format, "format", "text", "`FORMAT` of stdout: text, json or sarif")
	fs.StringVar(&failOn, "fail-on", "none", "exit with 1 from this `SEVERITY` on: warning, error or none")
	fs.StringVar(&variant, "variant", "", "of the variant `NAME` (default: the base)")
	fs.BoolVar(&rules, "rules", false, "list all rules")
	flags.registerSets(cmd)
	return cmd
}

// lintFailures are the severities from which lint fails; false: never.
var lintFailures = map[string]struct {
	severity lint.Severity
	fails    bool
}{"warning": {lint.Warning, true}, "error": {lint.Error, true}, "none": {}}

func (a *app) lint(args []string, failOn, variant string, flags *runFlags) error {
	if err := flags.check(); err != nil {
		return err
	}
	fail, ok := lintFailures[failOn]
	if !ok {
		return unknown("severity", failOn, []string{"warning", "error", "none"}, "known: warning, error, none")
	}
	list, err := a.load(args, flags)
	if err != nil {
		return err
	}
	var results []report.Linted
	found := 0
	for _, sc := range list {
		if _, err := systemOf(sc.Scenario, variant); err != nil {
			return err
		}
		l := lint.Check(sc.Scenario, variant)
		found += l.Count(fail.severity)
		results = append(results, report.Linted{File: sc.File, Result: l})
	}
	var b bytes.Buffer
	switch flags.format {
	case "json":
		err = report.LintJSON(&b, results)
	case "sarif":
		err = report.LintSARIF(&b, results)
	default:
		err = report.LintText(&b, results)
	}
	if err != nil {
		return err
	}
	if _, err := b.WriteTo(a.stdout); err != nil {
		return err
	}
	if fail.fails && found > 0 {
		a.status = statusFailed
	}
	return nil
}
