package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"edasim/report"
	"edasim/scenarios"
)

// compareFlags are the flags of edasim compare.
type compareFlags struct {
	runFlags
	markdown    bool
	failOn      string
	margins     []string
	marginsRead []scenarios.Margin
}

func (a *app) compareCommand() *cobra.Command {
	var flags compareFlags
	cmd := &cobra.Command{
		Use:   "compare A B",
		Short: "Two scenarios, styles, variants or saved results: what is better, what is worse",
		Example: `  edasim compare base.yaml changed.yaml --fail-on worse --margin latency.p99=5%
  edasim compare checkout@choreography @idempotent.orchestration`,
		Long: `Compares B with A: the differences of all measures with their intervals, and
whether each is for the better. A and B are scenarios, which are simulated; or
saved results: a result.json, or the folder that --out wrote.

@VARIANT, @STYLE or @VARIANT.STYLE after a name takes that part alone; the base
is a variant too, and what is compared with a part that names none. Without a name
before it, it is a part of A's.

Differences are paired within each replication where both sides have the same
seed: then scenarios meet the same fate where they do the same thing, and small
differences show. Of saved results that takes replications.json, which --out
writes beside result.json. Where pairing is impossible it says why.

--margin says how much of a difference does not matter, as a share of A's value or
in the measure's own unit. Then a measure is worse if the whole interval is beyond
the margin, and undecided if it reaches over its end.

Exit status: 0, 1 something is worse and --fail-on worse was given, 2 bad usage or
bad input, 3 nothing is worse and something undecided (with --fail-on worse),
4 edasim could not finish, 130 interrupted.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usagef("compare takes two sides, A and B, got %d", len(args))
			}
			return noEmptyArgument(cmd, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			return a.compare(args[0], args[1], &flags)
		},
	}
	flags.registerSimulation(cmd, "text", "json", "markdown")
	fs := cmd.Flags()
	fs.BoolVar(&flags.markdown, "markdown", false, "the same as --format markdown: for a pull request")
	fs.StringVar(&flags.failOn, "fail-on", "", "exit with 1 if something is `worse`")
	fs.StringArrayVar(&flags.margins, "margin", nil, "what does not matter: `MEASURE=5%`, MEASURE=20ms, or *=1% for all (repeatable)")
	return cmd
}

func (f *compareFlags) check() error {
	if err := f.runFlags.check(); err != nil {
		return err
	}
	if f.markdown {
		if f.flags.Changed("format") && f.format != "markdown" {
			return usagef("--markdown and --format %s: choose one", f.format)
		}
		f.format = "markdown"
	}
	if f.flags.Changed("fail-on") && f.failOn != "worse" {
		return unknown("value of --fail-on", f.failOn, []string{"worse"}, "known: worse")
	}
	for _, text := range f.margins {
		m, err := scenarios.ParseMargin(text)
		if err != nil {
			return usagef("--margin %s: %v", text, err)
		}
		f.marginsRead = append(f.marginsRead, m)
	}
	return nil
}

func (a *app) compare(first, second string, flags *compareFlags) error {
	if err := flags.check(); err != nil {
		return err
	}
	nameA, partA := cutPart(first)
	nameB, partB := cutPart(second)
	if nameA == "" {
		return usagef("%s: the first side needs a name before the @, such as checkout%s", first, first)
	}
	if nameB == "" {
		nameB = nameA
	}
	ctx, stop := interruptible()
	defer stop()
	whole, err := a.sides(ctx, flags, nameA, nameB)
	if err != nil {
		return err
	}
	if partA != "" && partB == "" {
		partB = scenarios.Base
	}
	if partB != "" && partA == "" {
		partA = scenarios.Base
	}
	one, err := part(whole[0], first, partA)
	if err != nil {
		return err
	}
	other, err := part(whole[1], second, partB)
	if err != nil {
		return err
	}
	c, err := scenarios.Compare(one, other, flags.marginsRead)
	if err != nil {
		return usagef("%v", err)
	}
	switch {
	case ctx.Err() != nil:
		a.status = statusInterrupted
	case flags.failOn != "" && c.Has(scenarios.Worse):
		a.status = statusFailed
	case flags.failOn != "" && c.Has(scenarios.Undecided):
		a.status = statusInconclusive
	}
	return a.writeComparison(c, flags.format)
}

func (a *app) writeComparison(c *scenarios.Comparison, format string) error {
	var b bytes.Buffer
	write := report.CompareText
	switch format {
	case "json":
		write = report.CompareJSON
	case "markdown":
		write = report.CompareMarkdown
	}
	if err := write(&b, c); err != nil {
		return err
	}
	_, err := b.WriteTo(a.stdout)
	return err
}

// cutPart takes @VARIANT.STYLE off a name. What exists under the whole name is
// that, whatever the name looks like.
func cutPart(arg string) (name, part string) {
	i := strings.LastIndexByte(arg, '@')
	if i < 0 {
		return arg, ""
	}
	if _, err := os.Stat(arg); err == nil {
		return arg, ""
	}
	return arg[:i], arg[i+1:]
}

// part is the variant and style of a side that its argument names.
func part(s *scenarios.Side, arg, part string) (*scenarios.Side, error) {
	named := *s
	named.Name = arg
	if part == "" {
		return &named, nil
	}
	variant, style := part, ""
	if i := strings.LastIndexByte(part, '.'); i >= 0 && slices.Contains(styleNames(), part[i+1:]) {
		variant, style = part[:i], part[i+1:]
	} else if slices.Contains(styleNames(), part) {
		variant, style = scenarios.Base, part
	}
	out, err := named.Only(variant, style)
	if err != nil {
		return nil, usagef("%s: %v", arg, err)
	}
	return out, nil
}

// sides reads or simulates both; one that is named twice is simulated once. What
// is wrong with either is found before anything is simulated.
func (a *app) sides(ctx context.Context, flags *compareFlags, names ...string) ([]*scenarios.Side, error) {
	out := make([]*scenarios.Side, len(names))
	list := make([]*scenarios.Scenario, len(names))
	for i, name := range names {
		var err error
		if i > 0 && name == names[0] {
			continue
		}
		if out[i], err = readSide(name); err != nil {
			return nil, err
		}
		if out[i] == nil {
			if list[i], err = a.loadOne(name, flags); err != nil {
				return nil, err
			}
		}
	}
	for i, name := range names {
		switch {
		case list[i] != nil:
			r, err := a.simulate(ctx, list[i], &flags.runFlags)
			if err != nil {
				return nil, err
			}
			out[i] = r.Side(name)
		case out[i] == nil:
			out[i] = out[0]
		}
	}
	return out, nil
}

func (a *app) loadOne(name string, flags *compareFlags) (*scenarios.Scenario, error) {
	list, err := a.load([]string{name}, &flags.runFlags)
	if err != nil {
		return nil, err
	}
	if len(list) > 1 {
		return nil, usagef("%s: %d scenarios are below it, and a comparison takes one", name, len(list))
	}
	return list[0].Scenario, nil
}

// readSide reads a saved result: a JSON file, or a folder with a result.json. It
// is nil where name is something else.
func readSide(name string) (*scenarios.Side, error) {
	file := name
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		file = filepath.Join(name, report.ResultFile)
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
	} else if err != nil || filepath.Ext(name) != ".json" {
		return nil, nil
	}
	text, err := readFile(file, scenarios.LargestData)
	if err != nil {
		return nil, err
	}
	replications, err := scenarios.ReadFile(filepath.Join(filepath.Dir(file), report.ReplicationsFile), scenarios.LargestData)
	if errors.Is(err, fs.ErrNotExist) {
		replications = nil
	} else if err != nil {
		return nil, usagef("%v", err)
	}
	side, err := report.ReadSaved(name, text, replications)
	if err != nil {
		return nil, usagef("%v", err)
	}
	return side, nil
}
