package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"edasim/report"
	"edasim/scenarios"
	"edasim/sim"
)

func (a *app) runCommand() *cobra.Command {
	var flags runFlags
	var watched bool
	cmd := &cobra.Command{
		Use:   "run SCENARIO...",
		Short: "Simulate every style and variant, compare them, and judge the expectations",
		Example: `  edasim run checkout
  edasim run orders.yaml --set payment.replicas=2 --out review`,
		Long: `Simulates every style and variant of a scenario on the same draws, prints the
comparison, and judges its expectations.

Exit status: 0 all held, 1 an expectation failed, 2 bad usage or bad input,
3 none failed and one is inconclusive, 4 edasim could not finish,
130 interrupted: what was finished is reported, as partial. With --watch, which
Ctrl-C ends, it is that of the last run.`,
		Args: atLeastOneScenario,
		RunE: func(_ *cobra.Command, args []string) error {
			if watched {
				if len(args) != 1 {
					return usagef("--watch takes one scenario, got %d", len(args))
				}
				return a.watch(args[0], &flags)
			}
			return a.runAll(args, &flags)
		},
	}
	flags.register(cmd)
	cmd.Flags().BoolVar(&flags.open, "open", false, "show report.html in the browser; without --out from a temporary folder")
	cmd.Flags().BoolVar(&watched, "watch", false, "run again at every save of the file, and say what changed since the last, paired")
	return cmd
}

// runAll loads everything before it simulates anything: a mistake in the last
// scenario is not found after an hour. A folder is written before stdout, so that
// whoever stops reading stdout cannot leave it half done.
func (a *app) runAll(args []string, flags *runFlags) error {
	if err := flags.check(); err != nil {
		return err
	}
	list, err := a.load(args, flags)
	if err != nil {
		return err
	}
	if flags.open && flags.out == "" {
		if flags.out, err = os.MkdirTemp("", "edasim-"); err != nil {
			return err
		}
	}
	folders := outFolders(flags.out, list)
	for _, dir := range folders {
		if err := refuseOtherThanRun(dir); err != nil {
			return err
		}
	}
	ctx, stop := interruptible()
	defer stop()
	for i, sc := range list {
		var dir string
		if folders != nil {
			dir = folders[i]
		}
		r, err := a.simulate(ctx, sc.Scenario, flags)
		if err != nil {
			return err
		}
		a.raise(a.statusOf(r, flags))
		if dir != "" {
			if err := a.writeReport(dir, r); err != nil {
				return err
			}
			if flags.open {
				if err := a.openPage(filepath.Join(dir, "report.html")); err != nil {
					return err
				}
			}
		}
		var b bytes.Buffer
		if err := render(&b, r, sc.named, flags.format, i, len(list)); err != nil {
			return err
		}
		if _, err := b.WriteTo(a.stdout); err != nil {
			return err
		}
		if ctx.Err() != nil {
			a.status = statusInterrupted
			return nil
		}
	}
	return nil
}

// simulate executes one scenario, with progress and the time it took on stderr.
func (a *app) simulate(ctx context.Context, sc *scenarios.Scenario, flags *runFlags) (*scenarios.Result, error) {
	a.detail("%s: simulating", sc.File)
	began := time.Now()
	p := a.newProgress(began)
	r, err := scenarios.Execute(ctx, sc, scenarios.Options{Jobs: flags.jobs, Progress: p.show})
	p.clear()
	var cause *sim.RunError
	if errors.As(err, &cause) {
		return nil, inputf("%s: %w", sc.File, err)
	}
	if err != nil {
		return nil, err
	}
	jobs := flags.jobs
	if jobs == 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	cores := "cores"
	if jobs == 1 {
		cores = "core"
	}
	a.note("%.1f s on %d %s, %s messages", time.Since(began).Seconds(), jobs, cores, short(r.Messages))
	if r.Partial {
		a.note("interrupted: partial, %d of %d replications", r.Replications, sc.Run.Replications)
	}
	return r, nil
}

// statusOf is the exit status that one result asks for.
func (a *app) statusOf(r *scenarios.Result, flags *runFlags) int {
	switch {
	case r.Verdict == scenarios.Fail:
		return statusFailed
	case flags.strict && len(r.Warnings) > 0:
		a.note("--strict: %d of the warnings above count as errors", len(r.Warnings))
		return statusFailed
	case r.Verdict == scenarios.Inconclusive:
		return statusInconclusive
	}
	return statusHeld
}

// raise keeps the gravest status of several scenarios: failed, inconclusive,
// held.
func (a *app) raise(status int) {
	if a.status == statusHeld || status == statusFailed {
		a.status = status
	}
}

func (a *app) writeReport(dir string, r *scenarios.Result) error {
	if err := writeFolder(dir, r); err != nil {
		return err
	}
	a.note("written: %s", filepath.Join(dir, "report.html"))
	return nil
}

// render writes result i of n in a format. named is what one names the scenario
// on a command line.
func render(w io.Writer, r *scenarios.Result, named, format string, i, n int) error {
	if i > 0 && format != "json" {
		if _, err := io.WriteString(w, "\n"); err != nil {
			return err
		}
	}
	switch {
	case format == "json" && n > 1:
		return report.JSONLine(w, r)
	case format == "json":
		return report.JSON(w, r)
	case format == "csv":
		return report.CSV(w, r)
	case format == "markdown":
		return report.Markdown(w, r)
	}
	return report.Text(w, r, report.TextOptions{Scenario: named})
}
