package scenarios

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"edasim/faults"
	"edasim/sim"
	"edasim/topology"
)

// Which names the flow to explain. What is left open is found: the first flow that
// breaks something.
type Which struct {
	Variant   string // empty: the base
	Style     *topology.Style
	Flow      faults.Flow // zero: the first that fits
	Invariant string      // as written or as in a measure; empty: any
	Anomaly   string      // empty: any
}

// Story is what happened in one flow, and what would have happened otherwise.
type Story struct {
	Scenario string
	Variant  string
	Style    topology.Style
	Flow     faults.Flow
	Outcome  string   // empty: it never had one
	Settled  bool     // false: something of it was under way at the end
	Broken   []string // invariants, as written
	Odd      []string // anomalies, each once
	Records  []sim.Record
	Without  []Otherwise // one thing taken away
	With     []Otherwise // safeguards added, the fewest that help
	Tried    int         // sets of safeguards that were tried
}

// Wrong tells whether anything is wrong with the flow: a broken invariant, no
// outcome, or an anomaly.
func (s *Story) Wrong() bool { return len(s.Broken)+len(s.Odd) > 0 || s.Outcome == "" }

// Otherwise is the flow with one thing changed.
type Otherwise struct {
	What   string // "fault duplicate", "payment.idempotent: key"
	Of     string // what the fault struck; empty: nothing in particular
	Passes bool
	Broken []string // what is broken then
}

// ErrNoSuchFlow says that no flow fits.
var ErrNoSuchFlow = errors.New("no flow")

// ExplainOptions bound the work of Explain.
type ExplainOptions struct {
	LoadOptions
	Alone    bool // without what would have happened otherwise
	Progress func(done, total int)
}

// Explain simulates again as much as it takes to tell the story of one flow. The
// error is ErrNoSuchFlow, wrapped with what was looked for, where none fits.
func Explain(ctx context.Context, sc *Scenario, which Which, opts ExplainOptions) (*Story, error) {
	x := &explaining{sc: sc, which: which, opts: opts}
	cell, err := x.find(ctx)
	if err != nil {
		return nil, err
	}
	t, err := cell.trace(ctx, x.flow, nil)
	if err != nil {
		return nil, err
	}
	if !t.found {
		return nil, fmt.Errorf("%w %d/%d in %s: replication %d has fewer", ErrNoSuchFlow,
			x.flow.Replication, x.flow.Number, cell.config.Style, x.flow.Replication)
	}
	s := &Story{Scenario: sc.Name, Variant: x.variant(), Style: cell.config.Style, Flow: x.flow,
		Outcome: t.outcome, Settled: t.settled, Broken: t.broken, Odd: t.odd, Records: t.records}
	if opts.Alone || !s.Wrong() {
		return s, nil
	}
	return s, x.otherwise(ctx, cell, s)
}

// ParseFlow reads R/N: replication and number, both from 1.
func ParseFlow(text string) (faults.Flow, bool) {
	r, n, ok := strings.Cut(text, "/")
	replication, err1 := strconv.ParseInt(r, 10, 64)
	number, err2 := strconv.ParseInt(n, 10, 64)
	return faults.Flow{Replication: replication, Number: number}, ok && err1 == nil && err2 == nil && replication > 0 && number > 0
}

// explaining is the search for a flow and for what would have saved it.
type explaining struct {
	sc    *Scenario
	which Which
	opts  ExplainOptions
	flow  faults.Flow
}

func (x *explaining) variant() string {
	if x.which.Variant == "" {
		return Base
	}
	return x.which.Variant
}

// tracer is a variant in a style that is simulated flow by flow.
type tracer struct{ config sim.Config }

func (x *explaining) cells() ([]*tracer, error) {
	system, list, run := x.sc.System, x.sc.Faults, x.sc.Run
	if v := x.variant(); v != Base {
		i := slices.IndexFunc(x.sc.Variants, func(o Variant) bool { return o.Name == v })
		if i < 0 {
			return nil, fmt.Errorf("there is no variant %q", v)
		}
		system, list, run = x.sc.Variants[i].System, x.sc.Variants[i].Faults, x.sc.Variants[i].Run
	}
	var all []*tracer
	for _, style := range x.sc.Run.Styles {
		if x.which.Style != nil && *x.which.Style != style {
			continue
		}
		all = append(all, &tracer{sim.Config{System: system, Faults: list, Style: style, Seed: x.sc.Run.Seed,
			Warmup: run.Warmup, Drain: run.Drain, MaxHops: run.MaxHops}})
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("the scenario does not run in %s", *x.which.Style)
	}
	return all, nil
}

// find is the cell and the flow: the first of the first replication and style in
// which there is one.
func (x *explaining) find(ctx context.Context) (*tracer, error) {
	cells, err := x.cells()
	if err != nil {
		return nil, err
	}
	if x.flow = x.which.Flow; x.flow.Number > 0 {
		return cells[0], nil
	}
	invariant, err := x.invariantNamed()
	if err != nil {
		return nil, err
	}
	for replication := 1; replication <= x.sc.Run.Replications; replication++ {
		for _, c := range cells {
			n, err := c.first(ctx, replication, invariant, x.which.Anomaly)
			if err != nil {
				return nil, err
			}
			if n > 0 {
				x.flow = faults.Flow{Replication: int64(replication), Number: n}
				return c, nil
			}
		}
	}
	what := "breaks an invariant, is stuck or has an anomaly"
	switch {
	case invariant != "":
		what = "breaks " + quoted(x.which.Invariant)
	case x.which.Anomaly != "":
		what = "has the anomaly " + x.which.Anomaly
	}
	return nil, fmt.Errorf("%w of %d replications %s", ErrNoSuchFlow, x.sc.Run.Replications, what)
}

// invariantNamed is the invariant as it is written.
func (x *explaining) invariantNamed() (string, error) {
	if x.which.Invariant == "" {
		return "", nil
	}
	var names []string
	for _, inv := range x.sc.System.Invariants {
		if inv.Name == x.which.Invariant || sim.MeasureName(inv.Name) == x.which.Invariant {
			return inv.Name, nil
		}
		names = append(names, inv.Name)
	}
	hint := ""
	if near, ok := topology.Nearest(x.which.Invariant, names); ok {
		hint = fmt.Sprintf(": did you mean %q?", near)
	}
	return "", fmt.Errorf("there is no invariant %s%s", quoted(x.which.Invariant), hint)
}

// first is the first flow of a replication that fits; 0: there is none. Without
// a wish a broken invariant comes before a flow that is stuck, and that before an
// anomaly.
func (c *tracer) first(ctx context.Context, replication int, invariant, anomaly string) (int64, error) {
	m, err := sim.Compile(c.config)
	if err != nil {
		return 0, err
	}
	broken, odd := int64(0), int64(0)
	_, err = m.Trace(ctx, replication, func(r sim.Record) {
		switch r.Kind {
		case sim.InvariantBroken:
			if (invariant == "" || r.Detail == invariant) && (broken == 0 || r.Flow < broken) {
				broken = r.Flow
			}
		case sim.AnomalySeen:
			if (anomaly == "" || r.Detail == anomaly) && (odd == 0 || r.Flow < odd) {
				odd = r.Flow
			}
		}
	})
	if err != nil {
		return 0, err
	}
	switch {
	case anomaly != "":
		return odd, nil
	case invariant != "" || broken > 0:
		return broken, nil
	}
	r, err := m.Run(ctx, replication)
	if err != nil {
		return 0, err
	}
	if n := r.Witness["stuck"]; n > 0 {
		return n, nil
	}
	return odd, nil
}

// track is what was seen of one flow.
type track struct {
	found, settled bool
	outcome        string
	broken, odd    []string
	records        []sim.Record
}

// trace simulates a replication until one flow has settled.
func (c *tracer) trace(ctx context.Context, flow faults.Flow, spare *sim.Spare) (*track, error) {
	config := c.config
	config.Spare = spare
	m, err := sim.Compile(config)
	if err != nil {
		return nil, err
	}
	ctx, enough := context.WithCancel(ctx)
	defer enough()
	t := &track{}
	_, err = m.Trace(ctx, int(flow.Replication), func(r sim.Record) {
		if r.Flow != flow.Number {
			return
		}
		t.see(r)
		if t.settled {
			enough()
		}
	})
	if err != nil && (!t.settled || !errors.Is(err, context.Canceled)) {
		return nil, err
	}
	return t, nil
}

func (t *track) see(r sim.Record) {
	t.found = true
	if r.Kind != sim.Relieved {
		t.records = append(t.records, r)
	}
	switch r.Kind {
	case sim.InvariantBroken:
		t.broken = once(t.broken, r.Detail)
	case sim.AnomalySeen:
		t.odd = once(t.odd, r.Detail)
	case sim.OutcomeReached:
		t.outcome = r.Detail
	case sim.FlowStarted:
		t.settled = false
	case sim.FlowSettled:
		t.settled = true
	}
}

func once(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}
