package scenarios

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"edasim/faults"
	"edasim/sim"
	"edasim/topology"
)

// Traced is all that was told of some flows of one replication, in the order in which
// it happened.
type Traced struct {
	Scenario    string
	Digest      string
	Variant     string
	Style       topology.Style
	System      *topology.System
	Seed        uint64
	Replication int64
	Flows       []int64 // in ascending order
	Records     []sim.Record
}

// Trace simulates again as much as it takes to tell of some flows, or, where none is
// named, of the one that which finds. The error is ErrNoSuchFlow, wrapped with what was
// looked for, where a flow does not exist.
func Trace(ctx context.Context, sc *Scenario, which Which, flows []faults.Flow) ([]*Traced, error) {
	x := &explaining{sc: sc, which: which}
	if len(flows) > 0 {
		x.which.Flow = flows[0] // nothing is looked for
	}
	cell, err := x.find(ctx)
	if err != nil {
		return nil, err
	}
	if len(flows) == 0 {
		flows = []faults.Flow{x.flow}
	}
	numbers := map[int64][]int64{}
	var replications []int64
	for _, f := range flows {
		if numbers[f.Replication] == nil {
			replications = append(replications, f.Replication)
		}
		if !slices.Contains(numbers[f.Replication], f.Number) {
			numbers[f.Replication] = append(numbers[f.Replication], f.Number)
		}
	}
	slices.Sort(replications)
	var all []*Traced
	for _, r := range replications {
		slices.Sort(numbers[r])
		t := &Traced{Scenario: sc.Name, Digest: sc.Digest, Variant: x.variant(), Style: cell.config.Style,
			System: cell.config.System, Seed: cell.config.Seed, Replication: r, Flows: numbers[r]}
		if err := cell.traceAll(ctx, t); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

// traceAll simulates a replication until all flows of a trace have settled.
func (c *tracer) traceAll(ctx context.Context, t *Traced) error {
	m, err := sim.Compile(c.config)
	if err != nil {
		return err
	}
	ctx, enough := context.WithCancel(ctx)
	defer enough()
	wanted, open := map[int64]bool{}, map[int64]bool{}
	for _, n := range t.Flows {
		wanted[n], open[n] = true, true
	}
	met := map[int64]bool{}
	_, err = m.Trace(ctx, int(t.Replication), func(r sim.Record) {
		if !wanted[r.Flow] {
			return
		}
		t.Records = append(t.Records, r)
		met[r.Flow] = true
		switch r.Kind {
		case sim.FlowStarted:
			open[r.Flow] = true
		case sim.FlowSettled:
			if delete(open, r.Flow); len(open) == 0 {
				enough()
			}
		}
	})
	if err != nil && (len(open) > 0 || !errors.Is(err, context.Canceled)) {
		return err
	}
	for _, n := range t.Flows {
		if !met[n] {
			return fmt.Errorf("%w %d/%d in %s: replication %d has fewer", ErrNoSuchFlow, t.Replication, n, t.Style, t.Replication)
		}
	}
	return nil
}
