package main

import (
	"bytes"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"edasim/report"
	"edasim/scenarios"
	"edasim/topology"
)

func (a *app) graphCommand() *cobra.Command {
	var flags runFlags
	var variant string
	cmd := &cobra.Command{
		Use:   "graph SCENARIO",
		Short: "Say who emits what to whom, in every style, and what follows from it",
		Example: `  edasim graph checkout
  edasim graph orders.yaml --style choreography --format svg > orders.svg`,
		Long: `Draws the flow of events from the topology alone: who emits what to whom in every
style; events that nobody consumes or emits, cycles, the longest chain, fan-out and
fan-in; what each service depends on without knowing it, and who gets nothing more
when it is down; which services must be changed together when an event's schema
changes; and the ten-minute test: could one draw all of it from memory?`,
		Args: exactlyOneScenario,
		RunE: func(_ *cobra.Command, args []string) error { return a.graph(args[0], variant, &flags) },
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	flags.formats = []string{"text", "mermaid", "dot", "svg", "json"}
	fs.StringVar(&flags.format, "format", "text", "`FORMAT` of stdout: text, mermaid, dot, svg or json")
	fs.StringSliceVar(&flags.styles, "style", nil, "only this `STYLE`: choreography, orchestration or direct (repeatable)")
	fs.StringVar(&variant, "variant", "", "of the variant `NAME` (default: the base)")
	flags.registerSets(cmd)
	return cmd
}

func (a *app) graph(arg, variant string, flags *runFlags) error {
	if err := flags.check(); err != nil {
		return err
	}
	list, err := a.load([]string{arg}, flags)
	if err != nil {
		return err
	}
	if len(list) != 1 {
		return usagef("%s: there are %d scenarios: name one", arg, len(list))
	}
	sc := list[0].Scenario
	system, err := systemOf(sc, variant)
	if err != nil {
		return err
	}
	styles := sc.Run.Styles
	if len(flags.styles) > 0 {
		styles = nil
		for _, s := range topology.Styles {
			if slices.Contains(flags.styles, s.String()) {
				styles = append(styles, s)
			}
		}
	}
	var shapes []*topology.Shape
	for _, style := range styles {
		shapes = append(shapes, topology.Examine(system, style))
	}
	var b bytes.Buffer
	switch flags.format {
	case "mermaid":
		err = report.GraphMermaid(&b, shapes)
	case "dot":
		err = report.GraphDOT(&b, sc.Name, shapes)
	case "svg":
		err = report.GraphSVG(&b, sc.Name, shapes)
	case "json":
		err = report.GraphJSON(&b, sc.Name, shapes)
	default:
		err = report.GraphText(&b, sc.Name, shapes)
	}
	if err != nil {
		return err
	}
	_, err = b.WriteTo(a.stdout)
	return err
}

// systemOf is the system of a variant; empty: of the base.
func systemOf(sc *scenarios.Scenario, variant string) (*topology.System, error) {
	if variant == "" || variant == scenarios.Base {
		return sc.System, nil
	}
	var names []string
	for i := range sc.Variants {
		if sc.Variants[i].Name == variant {
			return sc.Variants[i].System, nil
		}
		names = append(names, sc.Variants[i].Name)
	}
	return nil, unknown("variant", variant, names, "known: "+strings.Join(names, ", "))
}
