package main

import (
	"bytes"
	"path/filepath"
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
  edasim graph orders.yaml --style choreography --out orders.svg`,
		Long: `Draws the flow of events from the topology alone: who emits what to whom in every
style; events that nobody consumes or emits, cycles, the longest chain, fan-out and
fan-in; what each service depends on without knowing it, and who stops or gets less
when it is down; which services must be changed together when an event's schema
changes; and the ten-minute test: could one draw all of it in ten minutes, and
what would make that possible? Text cuts long lists, JSON has them whole.

With --out and no --format the file's name decides: .svg, .dot, .mmd, .json.`,
		Args: exactlyOneScenario,
		RunE: func(_ *cobra.Command, args []string) error { return a.graph(args[0], variant, &flags) },
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	flags.formats = []string{"text", "mermaid", "dot", "svg", "json"}
	fs.StringVar(&flags.format, "format", "text", "`FORMAT` of stdout: text, mermaid, dot, svg or json")
	fs.StringSliceVar(&flags.styles, "style", nil, "only this `STYLE`: choreography, orchestration or direct (repeatable)")
	fs.StringVar(&variant, "variant", "", "of the variant `NAME` (default: the base)")
	fs.StringVarP(&flags.out, "out", "o", "", "write to `FILE` instead of stdout")
	flags.registerSets(cmd)
	return cmd
}

// graphFormats are the formats that the end of a file's name stands for.
var graphFormats = map[string]string{".svg": "svg", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".mermaid": "mermaid", ".json": "json"}

func (a *app) graph(arg, variant string, flags *runFlags) error {
	if flags.flags.Changed("out") && flags.out == "" {
		return usagef("--out needs a file")
	}
	if err := flags.check(); err != nil {
		return err
	}
	if format := graphFormats[strings.ToLower(filepath.Ext(flags.out))]; format != "" && !flags.flags.Changed("format") {
		flags.format = format
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
	text, err := graphText(flags.format, sc.Name, shapes)
	if err != nil {
		return err
	}
	if flags.out != "" {
		if err := scenarios.WriteFile(flags.out, text); err != nil {
			return err
		}
		a.note("written: %s", flags.out)
		return nil
	}
	_, err = a.stdout.Write(text)
	return err
}

func graphText(format, name string, shapes []*topology.Shape) ([]byte, error) {
	var b bytes.Buffer
	var err error
	switch format {
	case "mermaid":
		err = report.GraphMermaid(&b, shapes)
	case "dot":
		err = report.GraphDOT(&b, name, shapes)
	case "svg":
		err = report.GraphSVG(&b, name, shapes)
	case "json":
		err = report.GraphJSON(&b, name, shapes)
	default:
		err = report.GraphText(&b, name, shapes)
	}
	return b.Bytes(), err
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
