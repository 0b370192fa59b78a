package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"edasim/report"
	"edasim/scenarios"
)

// sweepFlags are the flags of sweep beside those of simulating.
type sweepFlags struct {
	runFlags
	vary, measures []string
	variant, shard string

	axes  []scenarios.Axis
	part  int // of parts, from 1; 0 without --shard
	parts int
}

func (a *app) sweepCommand() *cobra.Command {
	var flags sweepFlags
	cmd := &cobra.Command{
		Use:   "sweep SCENARIO",
		Short: "One or two settings over a range, and where one style passes the other",
		Example: `  edasim sweep checkout --vary faults.drop=0%..5%/11
  edasim sweep checkout --vary faults.drop=0%..4%/5 --vary payment.replicas=1,2,4 --out drops`,
		Long: `Simulates a scenario at every point of a grid, each on the same draws, and says how
its measures follow the settings and between which values one style passes the other.

--vary PATH=A..B/N takes N values from A to B, both included: 0%..5%/11, 1..8/8,
10/s..100/s/10, 5ms..50ms/4. --vary PATH=A..B/Nlog spaces them evenly on a logarithmic
scale: 1ms..1s/7log. --vary PATH=V1,V2 lists them: 1,2,4 or key,message. A path is one
that --set takes. Repeat --vary for a grid; text, Markdown and the page show one or two
settings, JSON and CSV any number.

--out DIR keeps every finished point in DIR, so that the same command goes on where it
was interrupted, and a finer grid uses what a coarser one has simulated. --shard 3/16
simulates every 16th point, from the 3rd; edasim merge puts such folders together.

Exit status: 0 swept, 2 bad usage, bad input or a point that cannot be simulated,
4 edasim could not finish, 130 interrupted: what was finished is reported, as partial.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return usagef("sweep takes one scenario, such as  edasim sweep checkout --vary faults.drop=0%%..5%%/11")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.sweep(args[0], &flags) },
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringArrayVar(&flags.vary, "vary", nil, "vary a `PATH=VALUES`: A..B/N, A..B/Nlog or V1,V2,V3 (repeatable)")
	fs.StringVar(&flags.variant, "variant", "", "sweep the variant `NAME` (default: the base)")
	fs.StringSliceVar(&flags.measures, "measure", nil, "show this `MEASURE` (repeatable; default: stuck, inconsistent, latency.p99, messages.published)")
	flags.registerSimulation(cmd, "text", "json", "csv", "markdown")
	fs.StringVarP(&flags.out, "out", "o", "", "keep points, report.html, sweep.json, sweep.csv and plots in `DIR`, and go on from there")
	fs.StringVar(&flags.shard, "shard", "", "only every Nth point, from the Ith: `I/N`, with --out, for edasim merge")
	return cmd
}

func (f *sweepFlags) check() error {
	if err := f.runFlags.check(); err != nil {
		return err
	}
	for _, text := range f.vary {
		axis, err := scenarios.ParseAxis(text)
		if err != nil {
			return usagef("--vary %s: %v", text, err)
		}
		f.axes = append(f.axes, axis)
	}
	if len(f.axes) > 2 && !f.flags.Changed("shard") && (f.format == "text" || f.format == "markdown") {
		return usagef("--format %s shows one or two settings, and %d are varied: write --format csv or --format json", f.format, len(f.axes))
	}
	if !f.flags.Changed("shard") {
		return nil
	}
	part, parts, found := strings.Cut(f.shard, "/")
	var err, other error
	f.part, err = strconv.Atoi(part)
	f.parts, other = strconv.Atoi(parts)
	switch {
	case !found || err != nil || other != nil || f.part < 1 || f.parts < f.part:
		return usagef("--shard %s: write I/N with I from 1 to N, such as --shard 3/16", f.shard)
	case f.out == "":
		return usagef("--shard needs --out DIR: its points are kept there for edasim merge")
	}
	return nil
}

func (a *app) sweep(arg string, flags *sweepFlags) error {
	if err := flags.check(); err != nil {
		return err
	}
	s, err := a.planSweep(arg, flags)
	if err != nil {
		return err
	}
	if flags.out != "" {
		if err := prepareSweepFolder(flags.out, s); err != nil {
			return err
		}
	}
	ctx, stop := interruptible()
	defer stop()
	if err := a.simulateSweep(ctx, s, flags); err != nil {
		return err
	}
	if s.Partial {
		a.status = statusInterrupted
		a.noteInterrupted(s, flags)
		if s.Finished() == 0 || flags.parts > 0 {
			return nil
		}
		return a.writeSweep(s, flags.format)
	}
	if flags.parts > 0 {
		return a.shardDone(s, flags)
	}
	if flags.out != "" {
		if err := a.writeSweepFolder(flags.out, s); err != nil {
			return err
		}
	}
	a.noteFailures(s)
	return a.writeSweep(s, flags.format)
}

// planSweep loads the scenario and checks every point.
func (a *app) planSweep(arg string, flags *sweepFlags) (*scenarios.Sweep, error) {
	sources, err := a.sources([]string{arg})
	if err != nil {
		return nil, err
	}
	if len(sources) != 1 {
		return nil, usagef("%s: %d scenarios are below it, and a sweep takes one", arg, len(sources))
	}
	one := &sources[0]
	s, err := scenarios.NewSweep(one.text, one.file, scenarios.SweepOptions{
		LoadOptions: one.options(&flags.runFlags), Axes: flags.axes, Variant: flags.variant, Measures: flags.measures,
		Named: one.named, Apply: flags.apply,
	})
	var problems *scenarios.LoadErrors
	switch {
	case errors.As(err, &problems):
		return nil, inputf("%w", err)
	case err != nil:
		return nil, usagef("%v", err)
	}
	return s, nil
}

// manyRuns is how many simulations are worth a warning.
const manyRuns = 5000

// pointsLeft takes the points that are there and gives the others, of the shard if
// there is one.
func (a *app) pointsLeft(s *scenarios.Sweep, flags *sweepFlags) (left []int, kept int) {
	other := 0
	for i := range s.Points {
		if flags.parts > 0 && i%flags.parts != flags.part-1 {
			continue
		}
		if flags.out != "" {
			there, ours := readPoint(flags.out, s, i)
			if ours {
				kept++
				continue
			}
			if there {
				other++
			}
		}
		left = append(left, i)
	}
	if kept > 0 {
		a.note("%s: %d of %d points are there, %d are left", flags.out, kept, kept+len(left), len(left))
	}
	if other > 0 {
		a.note("%s: %s there of another scenario, seed, style or number of replications: simulated again", flags.out, points(other))
	}
	each := s.Replications * len(s.Styles)
	if n := len(left) * each; n >= manyRuns {
		a.note("a large grid: %s points × %s for each = %s simulations", grouped(len(left)), grouped(each), grouped(n))
		if flags.out == "" {
			a.note("with --out DIR it can be interrupted and go on, and --shard 1/8 splits it over machines")
		}
	}
	return left, kept
}

// simulateSweep simulates the points that are not there yet, each kept as soon as it
// is finished.
func (a *app) simulateSweep(ctx context.Context, s *scenarios.Sweep, flags *sweepFlags) error {
	left, kept := a.pointsLeft(s, flags)
	began := time.Now()
	p := a.newProgress(began)
	defer p.clear()
	if len(left) > 0 {
		a.detail("%s: simulating %d points", s.File, len(left))
	}
	err := s.SimulateEach(ctx, left, scenarios.Options{Jobs: flags.jobs, Progress: p.show}, func(i int, text []byte) error {
		if flags.out != "" {
			if err := scenarios.WriteFile(pointPath(flags.out, s, i), text); err != nil {
				return err
			}
		}
		return s.Accept(i, text)
	})
	if err != nil {
		return err
	}
	p.clear()
	s.Partial = ctx.Err() != nil && s.Finished() < kept+len(left)
	if len(left) > 0 && !s.Partial {
		a.note("%.1f s, %d points", time.Since(began).Seconds(), len(left))
	}
	return nil
}

func (a *app) noteInterrupted(s *scenarios.Sweep, flags *sweepFlags) {
	if flags.out == "" {
		a.note("interrupted: partial, %d of %d points, and none is kept; with --out DIR a sweep goes on where it was", s.Finished(), len(s.Points))
		return
	}
	a.note("interrupted: partial, %d of %d points are finished and kept in %s; the same command goes on from there", s.Finished(), len(s.Points), flags.out)
}

// shardDone says where the points are and how they become one.
func (a *app) shardDone(s *scenarios.Sweep, flags *sweepFlags) error {
	a.noteFailures(s)
	_, err := fmt.Fprintf(a.stdout, `Shard %d of %d: %d of %d points are in %s.

Next
  edasim merge %s DIR... --out all    when every shard is done
`, flags.part, flags.parts, s.Finished(), len(s.Points), flags.out, shellWord(flags.out))
	return err
}

// noteFailures tells of points that could not be simulated.
func (a *app) noteFailures(s *scenarios.Sweep) {
	for i := range s.Points {
		if failed := s.Points[i].Failed; failed != "" {
			a.status = statusBadInput
			fmt.Fprintf(a.stderr, "edasim: at %s: %s\n", s.Label(i), failed)
		}
	}
}

func (a *app) writeSweep(s *scenarios.Sweep, format string) error {
	write := report.SweepText
	switch format {
	case "json":
		write = report.SweepJSON
	case "csv":
		write = report.SweepCSV
	case "markdown":
		write = report.SweepMarkdown
	}
	return a.print(func(w io.Writer) error { return write(w, s) })
}

// print writes to stdout what was made whole.
func (a *app) print(write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	_, err := b.WriteTo(a.stdout)
	return err
}

func pointPath(dir string, s *scenarios.Sweep, point int) string {
	return filepath.Join(dir, report.PointsFolder, s.PointFile(point))
}

// readPoint takes a point from a folder; ours is false where it is not there, or is
// of another sweep.
func readPoint(dir string, s *scenarios.Sweep, point int) (there, ours bool) {
	text, err := scenarios.ReadFile(pointPath(dir, s, point), scenarios.LargestData)
	return err == nil, err == nil && s.Accept(point, text) == nil
}

func points(n int) string {
	if n == 1 {
		return "1 point is"
	}
	return grouped(n) + " points are"
}

// prepareSweepFolder makes the folder and says in it what its points are points of.
func prepareSweepFolder(dir string, s *scenarios.Sweep) error {
	if err := refuseOtherFolder(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, report.PointsFolder), 0o777); err != nil {
		return err
	}
	grid, err := s.Grid()
	if err != nil {
		return err
	}
	return scenarios.WriteFile(filepath.Join(dir, report.GridFile), grid)
}

// refuseOtherFolder is an error where dir is a file, or has the report of something
// else, which a sweep's would replace.
func refuseOtherFolder(dir string) error {
	if err := refuseForeign(dir); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, report.ResultFile)); err == nil {
		return usagef("--out %s: the report of a run is there; name another folder", dir)
	}
	text, err := scenarios.ReadFile(filepath.Join(dir, report.GridFile), scenarios.LargestData)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		for _, name := range []string{"report.html", report.SweepFile, "sweep.csv"} {
			if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
				return usagef("--out %s: its %s was not written by edasim sweep; name another folder", dir, name)
			}
		}
		return nil
	case err != nil:
		return usagef("--out %s: %v", dir, err)
	}
	if _, err := scenarios.ReadGrid(text); err != nil {
		return usagef("--out %s: its %s is %v; name another folder", dir, report.GridFile, err)
	}
	return nil
}

// writeSweepFolder writes what is made of the points beside them.
func (a *app) writeSweepFolder(dir string, s *scenarios.Sweep) error {
	err := writeWhole(dir, func(temporary string) error { return report.WriteSweepDir(temporary, s) })
	if err != nil {
		return err
	}
	page := "report.html"
	if len(s.Axes) > 2 {
		page = report.SweepFile
	}
	a.note("written: %s", filepath.Join(dir, page))
	return nil
}

// grouped is a number with commas.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
