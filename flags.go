package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"edasim/scenarios"
	"edasim/topology"
)

// runFlags are the flags of every command that simulates.
type runFlags struct {
	flags        *pflag.FlagSet
	seed         uint64
	replications int
	styles       []string
	sets         []string
	out          string
	format       string
	formats      []string // that the command knows, the default first
	strict       bool
	open         bool
	jobs         int
}

func (f *runFlags) register(cmd *cobra.Command) {
	f.registerSimulation(cmd, "text", "json", "csv", "markdown")
	f.flags.StringVarP(&f.out, "out", "o", "", "write report.html, result.json, series.csv and plots into `DIR`")
}

// registerSimulation registers what says how scenarios are simulated and in which
// formats the command prints.
func (f *runFlags) registerSimulation(cmd *cobra.Command, formats ...string) {
	fs := cmd.Flags()
	fs.SortFlags = false
	f.formats = formats
	fs.Uint64Var(&f.seed, "seed", 0, "`N` instead of the scenario's run.seed")
	fs.IntVarP(&f.replications, "replications", "n", 0, "`N` instead of the scenario's run.replications")
	fs.StringSliceVar(&f.styles, "style", nil, "only this `STYLE`: choreography, orchestration or direct (repeatable)")
	f.registerSets(cmd)
	last := len(formats) - 1
	fs.StringVar(&f.format, "format", formats[0], "`FORMAT` of stdout: "+strings.Join(formats[:last], ", ")+" or "+formats[last])
	fs.BoolVar(&f.strict, "strict", false, "a warning is an error")
	fs.IntVar(&f.jobs, "jobs", 0, "simulate `N` replications at a time (default: one for each core)")
}

// registerSets registers --set alone.
func (f *runFlags) registerSets(cmd *cobra.Command) {
	f.flags = cmd.Flags()
	f.flags.StringArrayVar(&f.sets, "set", nil, "set a `PATH=VALUE` of the scenario, such as payment.replicas=2 (repeatable)")
}

// check finds what is wrong with the flags before anything is read.
func (f *runFlags) check() error {
	switch {
	case f.flags.Changed("replications") && f.replications < 1:
		return usagef("--replications %d: at least 1 is needed", f.replications)
	case f.flags.Changed("jobs") && f.jobs < 1:
		return usagef("--jobs %d: at least 1 is needed", f.jobs)
	case f.flags.Changed("out") && f.out == "":
		return usagef("--out needs a folder")
	}
	if len(f.formats) > 0 && !slices.Contains(f.formats, f.format) {
		return unknown("format", f.format, f.formats, "known: "+strings.Join(f.formats, ", "))
	}
	for _, name := range f.styles {
		if !slices.Contains(styleNames(), name) {
			return unknown("style", name, styleNames(), "known: "+strings.Join(styleNames(), ", "))
		}
	}
	for _, set := range f.sets {
		if path, _, ok := strings.Cut(set, "="); !ok || path == "" {
			return usagef("--set %s: write PATH=VALUE, such as --set payment.replicas=2", set)
		}
	}
	return nil
}

func styleNames() []string {
	var names []string
	for _, style := range topology.Styles {
		names = append(names, style.String())
	}
	return names
}

// parsedSets are the --set flags; check has found them well formed.
func (f *runFlags) parsedSets() []scenarios.Set {
	var sets []scenarios.Set
	for _, set := range f.sets {
		path, value, _ := strings.Cut(set, "=")
		sets = append(sets, scenarios.Set{Path: path, Value: value})
	}
	return sets
}

// apply puts the flags that stand for parts of run in their place.
func (f *runFlags) apply(sc *scenarios.Scenario) {
	if f.flags.Changed("seed") {
		sc.Run.Seed = f.seed
	}
	if f.replications > 0 {
		sc.Run.Replications = f.replications
		sc.Run.MaxReplications = max(sc.Run.MaxReplications, f.replications)
	}
	if len(f.styles) == 0 {
		return
	}
	sc.Run.Styles = nil
	for _, style := range topology.Styles {
		if slices.Contains(f.styles, style.String()) {
			sc.Run.Styles = append(sc.Run.Styles, style)
		}
	}
}

// atLeastOneScenario is the check of arguments of commands that take scenarios.
func atLeastOneScenario(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usagef(`%s needs a scenario: a file, a folder, - for standard input, or a name from "edasim list"`, cmd.Name())
	}
	return noEmptyArgument(cmd, args)
}

func noEmptyArgument(_ *cobra.Command, args []string) error {
	for _, arg := range args {
		if arg == "" {
			return usagef("an empty argument is no scenario")
		}
	}
	return nil
}
