package main

import (
	"bytes"
	"io"
	"time"

	"github.com/spf13/cobra"

	"edasim/faults"
	"edasim/report"
	"edasim/scenarios"
)

// exportFlags are the flags of export beside those of simulating.
type exportFlags struct {
	explainFlags
	otlp, chrome, cloudevents bool
	some                      []string // flows
	first                     int64
}

func (a *app) exportCommand() *cobra.Command {
	var flags exportFlags
	cmd := &cobra.Command{
		Use:   "export SCENARIO",
		Short: "Write the traces of flows for Jaeger, Perfetto and event tooling",
		Example: `  edasim export double-charge --otlp > trace.json
  edasim export checkout --chrome --flows 200 --out checkout.trace.json`,
		Long: `Simulates some flows again and writes what happened in them for other tools:

  --otlp         OpenTelemetry traces (OTLP/JSON), for Jaeger and the collector: a
                 trace for each flow, producer and consumer spans with links, faults
                 as span events
  --chrome       Trace Event Format, for Perfetto and chrome://tracing: a process
                 for each service, a track for each worker
  --cloudevents  the messages as a JSON batch of CloudEvents 1.0

Without --flow and --flows it is the flow that explain would tell of. Virtual time
0 is the beginning of the year 2000.`,
		Args: exactlyOneScenario,
		RunE: func(_ *cobra.Command, args []string) error { return a.export(args[0], &flags) },
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.BoolVar(&flags.otlp, "otlp", false, "write OpenTelemetry traces")
	fs.BoolVar(&flags.chrome, "chrome", false, "write the Trace Event Format")
	fs.BoolVar(&flags.cloudevents, "cloudevents", false, "write CloudEvents")
	fs.StringSliceVar(&flags.some, "flow", nil, "this flow: `R/N`, replication and number (repeatable)")
	fs.Int64Var(&flags.first, "flows", 0, "the first `N` flows of the first replication")
	fs.StringVar(&flags.invariant, "invariant", "", "the first flow that breaks the invariant `NAME`")
	fs.StringVar(&flags.anomaly, "anomaly", "", "the first flow with the anomaly `NAME`, such as duplicate_effect")
	fs.StringVar(&flags.variant, "variant", "", "in the variant `NAME` (default: the base)")
	fs.Uint64Var(&flags.seed, "seed", 0, "`N` instead of the scenario's run.seed")
	fs.StringSliceVar(&flags.styles, "style", nil, "in this `STYLE`: choreography, orchestration or direct (default: the first)")
	fs.StringVarP(&flags.out, "out", "o", "", "write to `FILE` instead of stdout")
	flags.registerSets(cmd)
	return cmd
}

// mostExported is how many flows one file may hold: tools that read it take all of it
// into memory.
const mostExported = 100_000

// check finds what is wrong with the flags, and the writer that they ask for.
func (f *exportFlags) check() (func(io.Writer, []*scenarios.Traced) error, error) {
	var writers []func(io.Writer, []*scenarios.Traced) error
	if f.otlp {
		writers = append(writers, report.OTLPTrace)
	}
	if f.chrome {
		writers = append(writers, report.ChromeTrace)
	}
	if f.cloudevents {
		writers = append(writers, report.CloudEvents)
	}
	if len(writers) != 1 {
		return nil, usagef("one of --otlp, --chrome and --cloudevents is needed, such as  edasim export checkout --otlp")
	}
	chosen := 0
	for _, name := range []string{"flow", "flows", "invariant", "anomaly"} {
		if f.flags.Changed(name) {
			chosen++
		}
	}
	switch {
	case chosen > 1:
		return nil, usagef("give one of --flow, --flows, --invariant and --anomaly")
	case f.flags.Changed("flows") && (f.first < 1 || f.first > mostExported):
		return nil, usagef("--flows %d: from 1 to %d", f.first, mostExported)
	case f.flags.Changed("out") && f.out == "":
		return nil, usagef("--out needs a file")
	}
	return writers[0], nil
}

// named are the flows that the flags name.
func (f *exportFlags) named() ([]faults.Flow, error) {
	var flows []faults.Flow
	for _, text := range f.some {
		flow, ok := scenarios.ParseFlow(text)
		if !ok {
			return nil, usagef("--flow %s: write R/N, such as --flow 1/173", text)
		}
		flows = append(flows, flow)
	}
	for n := range f.first {
		flows = append(flows, faults.Flow{Replication: 1, Number: n + 1})
	}
	return flows, nil
}

func (a *app) export(arg string, flags *exportFlags) error {
	write, err := flags.check()
	if err != nil {
		return err
	}
	if err := flags.runFlags.check(); err != nil {
		return err
	}
	flows, err := flags.named()
	if err != nil {
		return err
	}
	which, err := flags.which()
	if err != nil {
		return err
	}
	list, err := a.load([]string{arg}, &flags.runFlags)
	if err != nil {
		return err
	}
	if len(list) != 1 {
		return usagef("%s: there are %d scenarios: name one", arg, len(list))
	}
	sc := list[0].Scenario
	ctx, stop := interruptible()
	defer stop()
	p := a.newProgress(time.Now())
	traced, err := scenarios.Trace(ctx, sc, which, flows)
	p.clear()
	if err != nil {
		return a.explainError(ctx, sc, err)
	}
	var b bytes.Buffer
	if err := write(&b, traced); err != nil {
		return err
	}
	if flags.out == "" {
		_, err = b.WriteTo(a.stdout)
		return err
	}
	if err := scenarios.WriteFile(flags.out, b.Bytes()); err != nil {
		return err
	}
	a.note("written: %s", flags.out)
	return nil
}
