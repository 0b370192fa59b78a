package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"edasim/report"
	"edasim/scenarios"
	"edasim/sim"
)

// testFlags are the flags of edasim test.
type testFlags struct {
	runFlags
	run               string
	pattern           *regexp.Regexp // of run; nil: every case
	junit             string
	snapshot, update  bool
	allowInconclusive bool
}

func (a *app) testCommand() *cobra.Command {
	var flags testFlags
	cmd := &cobra.Command{
		Use:   "test [SCENARIO...]",
		Short: "Every scenario's expectations, like a unit test",
		Example: `  edasim test scenarios
  edasim test checkout.yaml --run inconsistent -v`,
		Long: `Tests the expectations of every scenario: a line for each, and for what did not
pass the expectation, what was measured, how far off it is, and the command that
tests it alone. Without a SCENARIO it tests the built-in library. -v lists every
expectation.

--run REGEXP tests only expectations that it matches, as SCENARIO/EXPECTATION:
--run 'checkout/.*stuck'. The figures are those of the whole scenario.

run: {snapshot: true} in a scenario, or --snapshot, keeps all measures in a file
beside it, such as checkout.snapshot.json: keep it under version control. Later
runs must be equal to the last digit. --update writes it anew.

Exit status: 0 all passed, 1 an expectation or a snapshot failed, 2 bad usage or
bad input, 3 none failed and one is inconclusive (0 with --allow-inconclusive),
4 edasim could not finish, 130 interrupted: what was finished is reported.`,
		Args: noEmptyArgument,
		RunE: func(_ *cobra.Command, args []string) error {
			return a.test(args, &flags)
		},
	}
	flags.registerSimulation(cmd, "text", "json", "markdown")
	fs := cmd.Flags()
	fs.StringVar(&flags.run, "run", "", "only expectations that match `REGEXP`, as SCENARIO/EXPECTATION")
	fs.StringVar(&flags.junit, "junit", "", "write a JUnit report into `FILE`, whatever the outcome")
	fs.BoolVar(&flags.snapshot, "snapshot", false, "compare all measures with a file beside each scenario; a new one is written")
	fs.BoolVar(&flags.update, "update", false, "write the snapshots anew")
	fs.BoolVar(&flags.allowInconclusive, "allow-inconclusive", false, "an inconclusive expectation is not an error")
	return cmd
}

// check finds what is wrong with the flags before anything is read.
func (f *testFlags) check() error {
	if err := f.runFlags.check(); err != nil {
		return err
	}
	var err error
	if f.run != "" {
		if f.pattern, err = regexp.Compile(f.run); err != nil {
			return usagef("--run %s: not a regular expression: %s", f.run, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
	}
	for _, name := range []string{"seed", "replications", "style", "set"} {
		if f.update && f.flags.Changed(name) {
			return usagef("--update with --%s: a snapshot is of the scenario as its file says; change the file, or leave one of them out", name)
		}
	}
	if f.junit == "" {
		return nil
	}
	if info, err := os.Stat(filepath.Dir(f.junit)); err != nil || !info.IsDir() {
		return usagef("--junit %s: there is no such folder", f.junit)
	}
	if info, err := os.Stat(f.junit); err == nil && info.IsDir() {
		return usagef("--junit %s: that is a folder, not a file", f.junit)
	}
	return nil
}

// test loads everything before it tests anything.
func (a *app) test(args []string, flags *testFlags) error {
	if err := flags.check(); err != nil {
		return err
	}
	if len(args) == 0 {
		args = scenarios.BuiltinNames()
	}
	list, err := a.load(args, &flags.runFlags)
	if err != nil {
		return err
	}
	if list, err = flags.selected(list); err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	t := &testRun{app: a, flags: flags, began: time.Now()}
	err = t.all(ctx, list)
	if t.grave != 0 {
		t.status = t.grave
	}
	if err == nil {
		err = t.conclude()
	}
	if err := errors.Join(err, t.writeJUnit()); err != nil {
		return err
	}
	a.note("%.1f s", time.Since(t.began).Seconds())
	if ctx.Err() != nil {
		a.note("interrupted: %d of %s tested", len(t.done), count(len(list), "scenario"))
		a.status = statusInterrupted
	}
	return nil
}

// selected are the scenarios of which a case is wanted, each with its snapshot only
// where that is. A pattern that matches
// nothing is an error: it would hide that nothing was tested.
func (f *testFlags) selected(list []loaded) ([]loaded, error) {
	var out []loaded
	for _, sc := range list {
		sc.Run.Snapshot = (sc.Run.Snapshot || f.snapshot) && f.matches(sc.Scenario, scenarios.SnapshotCase)
		if sc.Run.Snapshot && !sc.onDisk {
			return nil, usagef("%s: a snapshot is kept beside a file, and this is none; write it to one first", sc.named)
		}
		wanted := f.pattern == nil || sc.Run.Snapshot
		for _, name := range sc.CaseNames() {
			wanted = wanted || f.matches(sc.Scenario, name)
		}
		if wanted {
			out = append(out, sc)
		}
	}
	if len(out) == 0 {
		return nil, usagef("--run %s: no expectation matches, of %s", f.run, count(len(list), "scenario"))
	}
	return out, nil
}

// matches tells whether a case of a scenario is wanted.
func (f *testFlags) matches(sc *scenarios.Scenario, name string) bool {
	return f.pattern == nil || f.pattern.MatchString(sc.Name+"/"+name)
}

// textOf is what --run matches of a case.
func textOf(c *scenarios.Case) string {
	if c.Expectation != nil {
		return c.Expectation.Text
	}
	return c.Name
}

// testRun is what edasim test has done so far.
type testRun struct {
	*app
	flags  *testFlags
	began  time.Time
	done   []*report.Test
	totals report.TestTotals
	grave  int // the status of what could not be tested to the end; 0: nothing
}

// all tests one scenario after the other. One that cannot be tested does not
// keep the others from it.
func (t *testRun) all(ctx context.Context, list []loaded) error {
	width := 0
	for _, sc := range list {
		width = max(width, min(len(sc.named), 40))
	}
	for _, sc := range list {
		began := time.Now()
		one, err := t.one(ctx, sc)
		if errors.Is(err, scenarios.ErrNothingFinished) {
			break
		}
		one.Seconds = time.Since(began).Seconds()
		t.detail("%s: %.1f s", sc.named, one.Seconds)
		t.done = append(t.done, one)
		t.totals.Add(one)
		if err := t.print(one, width); err != nil {
			return err
		}
		if ctx.Err() != nil {
			break
		}
	}
	t.totals.Left = len(list) - len(t.done)
	return nil
}

// one tests one scenario and raises the status. The error is that nothing was
// finished; any other becomes part of the report.
func (t *testRun) one(ctx context.Context, sc loaded) (*report.Test, error) {
	t.detail("%s: testing", sc.named)
	p := t.newProgress(time.Now())
	tested, err := scenarios.Test(ctx, sc.Scenario, scenarios.TestOptions{
		Options: scenarios.Options{Jobs: t.flags.jobs, Progress: p.show},
		Update:  t.flags.update,
	})
	p.clear()
	if errors.Is(err, scenarios.ErrNothingFinished) {
		return nil, err
	}
	var cases []scenarios.Case
	if tested != nil {
		for _, c := range tested.Cases {
			if t.flags.matches(sc.Scenario, textOf(&c)) {
				cases = append(cases, c)
			}
		}
	}
	out := report.NewTest(sc.named, t.flags.again(), sc.Scenario, tested, cases)
	for _, w := range out.Warnings {
		t.detail("%s: warning: %s", sc.named, w)
	}
	switch {
	case err != nil:
		out.Error = t.trouble(err)
	case t.flags.strict && len(out.Warnings) > 0:
		out.FailOnWarnings(sc.File)
		t.raise(statusFailed)
	case out.Verdict == scenarios.Fail:
		t.raise(statusFailed)
	case out.Verdict == scenarios.Inconclusive && !t.flags.allowInconclusive:
		t.raise(statusInconclusive)
	}
	return out, nil
}

// trouble is an error in words; it keeps the gravest status.
func (t *testRun) trouble(err error) string {
	status := statusUnfinished
	var cause *sim.RunError
	var snapshot *scenarios.SnapshotError
	if errors.As(err, &cause) || errors.As(err, &snapshot) {
		status = statusBadInput
	}
	t.grave = max(t.grave, status)
	var thrown *scenarios.PanicError
	var bug *sim.BugError
	switch {
	case errors.As(err, &thrown):
		reportBug(t.stderr, os.Args[1:], err.Error(), thrown.Stack)
	case errors.As(err, &bug):
		reportBug(t.stderr, os.Args[1:], err.Error(), nil)
	}
	return err.Error()
}

// again are the flags that change what is simulated.
func (f *testFlags) again() string {
	var words []string
	if f.flags.Changed("seed") {
		words = append(words, fmt.Sprintf("--seed %d", f.seed))
	}
	if f.replications > 0 {
		words = append(words, fmt.Sprintf("-n %d", f.replications))
	}
	for _, style := range f.styles {
		words = append(words, "--style "+style)
	}
	for _, set := range f.sets {
		words = append(words, "--set "+shellWord(set))
	}
	if f.snapshot {
		words = append(words, "--snapshot")
	}
	return strings.Join(words, " ")
}

// print writes one test as soon as it is done. Markdown is written at the end.
func (t *testRun) print(one *report.Test, width int) error {
	switch t.flags.format {
	case "json":
		return report.TestJSON(t.stdout, one)
	case "markdown":
		return nil
	}
	return report.TestText(t.stdout, one, width, t.verbose)
}

// writeJUnit writes the file of --junit, whatever became of stdout.
func (t *testRun) writeJUnit() error {
	if t.flags.junit == "" {
		return nil
	}
	var b bytes.Buffer
	if err := report.JUnit(&b, t.done, t.began, t.flags.allowInconclusive); err != nil {
		return err
	}
	return scenarios.WriteFile(t.flags.junit, b.Bytes())
}

// conclude writes what is made of all tests together.
func (t *testRun) conclude() error {
	switch t.flags.format {
	case "text":
		_, err := fmt.Fprintln(t.stdout, t.totals)
		return err
	case "markdown":
		return report.TestMarkdown(t.stdout, t.done, t.totals)
	}
	return nil
}
