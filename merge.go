package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"edasim/report"
	"edasim/scenarios"
)

func (a *app) mergeCommand() *cobra.Command {
	var flags runFlags
	cmd := &cobra.Command{
		Use:   "merge DIR...",
		Short: "Put the shards of a sweep together",
		Example: `  edasim merge shard-1 shard-2 shard-3 --out drops
  edasim merge shards/* --format csv > drops.csv`,
		Long: `Takes the folders that edasim sweep --shard wrote, on one machine or several, and puts
them together: with --out byte for byte what one machine would have written. They must
be of one sweep: the same scenario, rules, seed, replications, styles and grid. Each
point that is missing is named.

Exit status: 0 merged, 2 bad usage, folders that do not belong together, or a point is
missing or could not be simulated.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("merge needs the folders that  edasim sweep --shard … --out DIR  wrote")
			}
			for _, dir := range args {
				if dir == "" {
					return usagef("an empty argument is no folder")
				}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.merge(args, &flags) },
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	flags.flags = fs
	flags.formats = []string{"text", "json", "csv", "markdown"}
	fs.StringVarP(&flags.out, "out", "o", "", "keep points, report.html, sweep.json, sweep.csv and plots in `DIR`")
	fs.StringVar(&flags.format, "format", "text", "`FORMAT` of stdout: text, json, csv or markdown")
	return cmd
}

func (a *app) merge(dirs []string, flags *runFlags) error {
	if err := flags.check(); err != nil {
		return err
	}
	s, err := mergedSweep(dirs)
	if err != nil {
		return err
	}
	if len(s.Axes) > 2 && (flags.format == "text" || flags.format == "markdown") {
		return usagef("--format %s shows one or two settings, and %d are varied: write --format csv or --format json", flags.format, len(s.Axes))
	}
	var missing []int
	from := make([]string, len(s.Points)) // the folder of each point
	for i := range s.Points {
		for _, dir := range dirs {
			if _, ours := readPoint(dir, s, i); ours {
				from[i] = dir
				break
			}
		}
		if from[i] == "" {
			missing = append(missing, i)
		}
	}
	if len(missing) > 0 {
		return missingPoints(s, missing)
	}
	if flags.out != "" {
		if err := prepareSweepFolder(flags.out, s); err != nil {
			return err
		}
		for i, dir := range from {
			if err := copyPoint(dir, flags.out, s, i); err != nil {
				return err
			}
		}
		if err := a.writeSweepFolder(flags.out, s); err != nil {
			return err
		}
	}
	a.noteFailures(s)
	return a.writeSweep(s, flags.format)
}

// mergedSweep is the sweep that all folders are of.
func mergedSweep(dirs []string) (*scenarios.Sweep, error) {
	var first *scenarios.Sweep
	for _, dir := range dirs {
		text, err := scenarios.ReadFile(filepath.Join(dir, report.GridFile), scenarios.LargestData)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, usagef("%s: no folder of a sweep: it has no %s; merge takes what  edasim sweep --out DIR  wrote", dir, report.GridFile)
		}
		if err != nil {
			return nil, usagef("%v", err)
		}
		s, err := scenarios.ReadGrid(text)
		if err != nil {
			return nil, usagef("%s: %v", filepath.Join(dir, report.GridFile), err)
		}
		if first == nil {
			first = s
		} else if what := first.Unlike(s); what != "" {
			return nil, usagef("%s and %s do not belong together: they differ in %s", dirs[0], dir, what)
		}
	}
	if first.Semantics != scenarios.Semantics {
		return nil, usagef("%s was simulated by other rules, semantics %d, and this edasim has %d: merge it with the edasim that swept it",
			dirs[0], first.Semantics, scenarios.Semantics)
	}
	return first, nil
}

// mostMissing is how many missing points are named.
const mostMissing = 20

func missingPoints(s *scenarios.Sweep, missing []int) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d points are missing:\n", len(missing), len(s.Points))
	for k, i := range missing {
		if k == mostMissing {
			fmt.Fprintf(&b, "  … and %d more\n", len(missing)-k)
			break
		}
		fmt.Fprintf(&b, "  %s  (point %d)\n", s.Label(i), i+1)
	}
	b.WriteString("Name the folders that have them, or finish their shards: the same  edasim sweep --shard …  goes on.")
	return usagef("%s", b.String())
}

// copyPoint puts a point's file into another folder as it is.
func copyPoint(from, to string, s *scenarios.Sweep, point int) error {
	text, err := scenarios.ReadFile(pointPath(from, s, point), scenarios.LargestData)
	if err != nil {
		return err
	}
	return scenarios.WriteFile(pointPath(to, s, point), text)
}
