package scenarios

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"

	"golang.org/x/sync/errgroup"

	"edasim/sim"
	"edasim/topology"
)

// Version is edasim's own, as it stands in every result.
const Version = "1.0.0"

// Semantics is the number of the rules by which a scenario is simulated. Two
// results can only be equal where it is.
const Semantics = 1

// Base is the name of the scenario without a variant's changes.
const Base = "base"

// Options say how to execute a scenario. None of them changes the result.
type Options struct {
	Jobs int // simulated at the same time; 0 or less: one for each core
	// Progress, if not nil, is told how many replications of how many are
	// simulated, counted over all variants and styles. Calls never overlap.
	Progress func(done, total int)
}

// ErrNothingFinished says that a run was interrupted before there was one
// replication of everything.
var ErrNothingFinished = errors.New("interrupted before one replication of every style and variant was finished")

// A PanicError is a bug of edasim met while it simulated.
type PanicError struct {
	Value any
	Stack []byte
}

// Error names what was thrown.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Execute simulates every variant in every style and judges the expectations.
// When ctx is cancelled, the result is partial and made of the replications
// that every variant and style has finished; if there are none, the error is
// ErrNothingFinished. The error of a simulation says where it happened.
func Execute(ctx context.Context, sc *Scenario, opts Options) (*Result, error) {
	return execute(ctx, sc, opts, func(c sim.Config) (runner, error) {
		m, err := sim.Compile(c)
		if err != nil {
			return nil, err
		}
		return m.Run, nil
	})
}

// runner simulates one replication, counted from 1.
type runner func(ctx context.Context, replication int) (*sim.Replication, error)

func execute(ctx context.Context, sc *Scenario, opts Options, compile func(sim.Config) (runner, error)) (*Result, error) {
	x := &execution{jobs: opts.Jobs, progress: opts.Progress, waiting: make(map[int][]*sim.Replication)}
	if x.jobs <= 0 {
		x.jobs = runtime.GOMAXPROCS(0)
	}
	expectations, err := sc.expectations()
	if err != nil {
		return nil, err
	}
	over, err := thresholds(expectations)
	if err != nil {
		return nil, err
	}
	if err := x.compile(sc, compile, over); err != nil {
		return nil, err
	}
	goal := sc.Run.Replications
	for {
		if err := x.simulate(ctx, goal); err != nil {
			return nil, err
		}
		if x.folded == 0 {
			return nil, ErrNothingFinished
		}
		r := x.result(sc)
		r.judge(sc, expectations)
		r.Warnings = r.warnings(sc, expectations)
		r.Partial = x.folded < goal
		if r.Partial || !sc.Run.UntilDecided || !r.undecided() || goal >= sc.Run.MaxReplications {
			return r, nil
		}
		goal = min(goal+sc.Run.Replications, sc.Run.MaxReplications)
	}
}

// undecided tells whether more replications could decide something.
func (r *Result) undecided() bool {
	for i := range r.Expect {
		if r.Expect[i].Verdict == Inconclusive {
			return true
		}
	}
	return false
}

// execution is a scenario being simulated. Replications are simulated in any
// order and folded into the cells' pools in the order of their numbers, each
// as soon as every cell has it.
type execution struct {
	jobs     int
	progress func(done, total int)
	cells    []*cell

	mu      sync.Mutex
	waiting map[int][]*sim.Replication // by number, then by cell
	folded  int                        // replications 1 to folded are in the pools
	done    int
	total   int
	err     error
	errAt   job
}

// cell is one variant in one style.
type cell struct {
	variant string
	style   topology.Style
	run     runner
	pool    *pool
}

// job is one replication of one cell.
type job struct{ replication, cell int }

func (j job) before(o job) bool {
	return j.replication < o.replication || j.replication == o.replication && j.cell < o.cell
}

func (x *execution) compile(sc *Scenario, compile func(sim.Config) (runner, error), over []threshold) error {
	variants := append([]Variant{{Name: Base, System: sc.System, Faults: sc.Faults, Run: sc.Run}}, sc.Variants...)
	for _, v := range variants {
		for _, style := range sc.styles() {
			run, err := compile(sim.Config{
				System: v.System, Faults: v.Faults, Style: style, Seed: sc.Run.Seed,
				Warmup: v.Run.Warmup, Drain: v.Run.Drain, MaxHops: v.Run.MaxHops,
			})
			if err != nil {
				return fmt.Errorf("%s, %s: %w", v.Name, style, err)
			}
			x.cells = append(x.cells, &cell{variant: v.Name, style: style, run: run, pool: newPool(over)})
		}
	}
	return nil
}

// styles are the scenario's, each once, in the order of reports.
func (sc *Scenario) styles() []topology.Style {
	var out []topology.Style
	for _, style := range topology.Styles {
		for _, wanted := range sc.Run.Styles {
			if wanted == style {
				out = append(out, style)
				break
			}
		}
	}
	return out
}

// simulate folds in replications up to goal, or fewer if ctx is cancelled.
// After an error no further job is started, but those under way end: so the
// error returned is that of the first job to fail, whatever ran beside it.
func (x *execution) simulate(ctx context.Context, goal int) error {
	x.total = goal * len(x.cells)
	var g errgroup.Group
	g.SetLimit(x.jobs)
	cells := len(x.cells)
	for i := x.folded * cells; i < x.total && ctx.Err() == nil && !x.failed(); i++ {
		g.Go(func() error {
			x.finish(ctx, job{replication: i/cells + 1, cell: i % cells})
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return x.err
}

func (x *execution) failed() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.err != nil
}

// finish runs one job and folds in what it completes.
func (x *execution) finish(ctx context.Context, j job) {
	r, err := x.cells[j.cell].replicate(ctx, j.replication)
	x.mu.Lock()
	defer x.mu.Unlock()
	if err != nil {
		if ctx.Err() == nil || !errors.Is(err, ctx.Err()) {
			x.fail(j, err)
		}
		return
	}
	if x.waiting[j.replication] == nil {
		x.waiting[j.replication] = make([]*sim.Replication, len(x.cells))
	}
	x.waiting[j.replication][j.cell] = r
	x.fold()
	x.done++
	if x.progress != nil {
		x.progress(x.done, x.total)
	}
}

func (x *execution) fail(j job, err error) {
	if x.err == nil || j.before(x.errAt) {
		c := x.cells[j.cell]
		x.err = fmt.Errorf("%s, %s, replication %d: %w", c.variant, c.style, j.replication, err)
		x.errAt = j
	}
}

// fold adds the next replications to the pools while every cell has them.
func (x *execution) fold() {
	for {
		next := x.waiting[x.folded+1]
		if next == nil {
			return
		}
		for _, r := range next {
			if r == nil {
				return
			}
		}
		for c, r := range next {
			x.cells[c].pool.add(r)
		}
		x.folded++
		delete(x.waiting, x.folded)
	}
}

// replicate turns a panic into an error: it must not end the program with a
// stack trace.
func (c *cell) replicate(ctx context.Context, replication int) (r *sim.Replication, err error) {
	defer func() {
		if v := recover(); v != nil {
			r, err = nil, &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return c.run(ctx, replication)
}

// result puts together what has been folded.
func (x *execution) result(sc *Scenario) *Result {
	r := &Result{Scenario: sc, Seed: sc.Run.Seed, Replications: x.folded}
	for _, c := range x.cells {
		if n := len(r.Variants); n == 0 || r.Variants[n-1].Name != c.variant {
			r.Variants = append(r.Variants, VariantResult{Name: c.variant})
		}
		v := &r.Variants[len(r.Variants)-1]
		v.Styles = append(v.Styles, c.pool.result(c.style))
		r.Messages += c.pool.messages
	}
	r.Differences = r.differences()
	return r
}
