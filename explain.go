package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"edasim/report"
	"edasim/scenarios"
	"edasim/sim"
	"edasim/topology"
)

// explainFlags are the flags of explain beside those of simulating.
type explainFlags struct {
	runFlags
	flow, invariant, anomaly, variant, pin string
	all                                    bool
}

func (a *app) explainCommand() *cobra.Command {
	var flags explainFlags
	cmd := &cobra.Command{
		Use:   "explain SCENARIO",
		Short: "Tell the story of one flow, and what would have saved it",
		Example: `  edasim explain double-charge
  edasim explain checkout --flow 1/173 --style orchestration --format markdown`,
		Long: `Tells what happened in one flow: every handling, what it changed, what each fault
did, which commit broke which invariant; then who caused what; then whether the
flow passes without each fault that touched it, and which safeguards save it.

Without --flow it is the first flow that breaks an invariant, or else is stuck, or
else has an anomaly. --pin keeps the flow as a scenario with the faults that struck
it by name and number, for edasim test.

Exit status: 0 told, 2 bad usage, bad input or no such flow, 130 interrupted.`,
		Args: exactlyOneScenario,
		RunE: func(_ *cobra.Command, args []string) error { return a.explain(args[0], &flags) },
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVar(&flags.flow, "flow", "", "this flow: `R/N`, replication and number")
	fs.StringVar(&flags.invariant, "invariant", "", "the first flow that breaks the invariant `NAME`")
	fs.StringVar(&flags.anomaly, "anomaly", "", "the first flow with the anomaly `NAME`, such as duplicate_effect")
	fs.StringVar(&flags.variant, "variant", "", "in the variant `NAME` (default: the base)")
	flags.registerSimulation(cmd, "text", "mermaid", "markdown", "json")
	fs.BoolVar(&flags.all, "all", false, "every moment of a long story")
	fs.StringVar(&flags.pin, "pin", "", "also write a scenario into `FILE` that reproduces the flow")
	for _, name := range []string{"strict", "jobs"} {
		fs.MarkHidden(name) //nolint:errcheck // it was defined above
	}
	return cmd
}

func exactlyOneScenario(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef("one scenario is needed, such as  edasim explain checkout")
	}
	return nil
}

func (a *app) explain(arg string, flags *explainFlags) error {
	which, err := flags.which()
	if err != nil {
		return err
	}
	if flags.pin != "" {
		if len(flags.sets) > 0 {
			return usagef("--pin keeps the file as it is: write what --set changes into it first")
		}
		if err := refuseOther(flags.pin); err != nil {
			return err
		}
	}
	sources, err := a.sources([]string{arg})
	if err != nil {
		return err
	}
	if len(sources) != 1 {
		return usagef("%s: there are %d scenarios: name one", arg, len(sources))
	}
	source := &sources[0]
	options := source.options(&flags.runFlags)
	sc, err := scenarios.Load(source.text, source.file, options)
	if err != nil {
		return inputf("%s", strings.TrimRight(err.Error(), "\n"))
	}
	flags.apply(sc)
	ctx, stop := interruptible()
	defer stop()
	began := time.Now()
	p := a.newProgress(began)
	story, err := scenarios.Explain(ctx, sc, which, scenarios.ExplainOptions{LoadOptions: options, Progress: p.show})
	p.clear()
	if err != nil {
		return a.explainError(ctx, sc, err)
	}
	if flags.pin != "" {
		text, err := scenarios.Pin(ctx, sc, story)
		if err != nil {
			return inputf("%s: %w", sc.File, err)
		}
		if err := scenarios.WriteFile(flags.pin, text); err != nil {
			return err
		}
		a.note("written: %s", flags.pin)
	}
	var b bytes.Buffer
	options2 := report.StoryOptions{Scenario: source.named, Flags: report.Flags(sc), All: flags.all}
	switch flags.format {
	case "mermaid":
		err = report.StoryMermaid(&b, story)
	case "markdown":
		err = report.StoryMarkdown(&b, story, options2)
	case "json":
		err = report.StoryJSON(&b, story)
	default:
		err = report.StoryText(&b, story, options2)
	}
	if err != nil {
		return err
	}
	_, err = b.WriteTo(a.stdout)
	return err
}

// refuseOther refuses to put a pinned scenario in the place of anything else.
func refuseOther(file string) error {
	text, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return usagef("%v", err)
	case !bytes.Contains(text, []byte(scenarios.PinnedMark)):
		return usagef("%s holds something else than a pinned scenario: name another file", file)
	}
	return nil
}

// explainError says what an error of explaining asks for.
func (a *app) explainError(ctx context.Context, sc *scenarios.Scenario, err error) error {
	var run *sim.RunError
	var bug *sim.BugError
	switch {
	case ctx.Err() != nil:
		a.note("interrupted")
		a.status = statusInterrupted
		return nil
	case errors.As(err, &bug):
		return err
	case errors.As(err, &run):
		return inputf("%s: %w", sc.File, err)
	}
	return usagef("%s: %v", sc.File, err)
}

// which is the flow that the flags name.
func (f *explainFlags) which() (scenarios.Which, error) {
	w := scenarios.Which{Variant: f.variant, Invariant: f.invariant, Anomaly: strings.ReplaceAll(f.anomaly, "-", "_")}
	if err := f.check(); err != nil {
		return w, err
	}
	if f.invariant != "" && f.anomaly != "" || f.flow != "" && f.invariant+f.anomaly != "" {
		return w, usagef("give one of --flow, --invariant and --anomaly")
	}
	if f.anomaly != "" && !sim.IsAnomaly(w.Anomaly) {
		return w, unknown("anomaly", f.anomaly, sim.Anomalies(), "known: "+strings.Join(sim.Anomalies(), ", "))
	}
	if f.flow != "" {
		flow, ok := scenarios.ParseFlow(f.flow)
		if !ok {
			return w, usagef("--flow %s: write R/N, replication and number, such as 1/173", f.flow)
		}
		w.Flow = flow
	}
	if len(f.styles) > 1 {
		return w, usagef("--style: a story is of one style")
	}
	for _, s := range topology.Styles {
		if len(f.styles) == 1 && s.String() == f.styles[0] {
			w.Style = &s
		}
	}
	return w, nil
}
