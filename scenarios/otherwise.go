package scenarios

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"edasim/faults"
	"edasim/sim"
)

// What may be tried for one story: each costs a part of a replication.
const (
	mostWithout    = 24
	mostSafeguards = 16 // one by one
	mostPairs      = 40
)

// otherwise finds what the flow would have been with one thing taken away, and the
// fewest safeguards that save it. The whole replication is simulated each time, up to
// the flow's end: flows share queues and stock.
func (x *explaining) otherwise(ctx context.Context, cell *tracer, s *Story) error {
	less := x.takenAway(cell, s)
	more := x.safeguards(s)
	done, total := 0, len(less)+len(more)
	step := func() {
		done++
		if x.opts.Progress != nil {
			x.opts.Progress(done, max(total, done))
		}
	}
	for _, l := range less {
		t, err := l.cell.trace(ctx, s.Flow, l.spare)
		if err != nil {
			return err
		}
		step()
		l.told.judge(s, t)
		s.Without = append(s.Without, l.told)
	}
	var tried []safeguard
	for _, g := range more {
		c, err := x.with(cell, g)
		step()
		if err != nil {
			continue // it does not fit this scenario
		}
		t, err := c.trace(ctx, s.Flow, nil)
		if err != nil {
			return err
		}
		s.Tried++
		told := Otherwise{What: g.text()}
		if told.judge(s, t); told.Passes {
			s.With = append(s.With, told)
		}
		tried = append(tried, g)
	}
	if len(s.With) > 0 {
		return nil
	}
	return x.pairs(ctx, cell, s, tried, step)
}

// pairs tries two safeguards at a time, until one pair helps.
func (x *explaining) pairs(ctx context.Context, cell *tracer, s *Story, list []safeguard, step func()) error {
	for i, a := range list {
		for _, b := range list[i+1:] {
			if s.Tried >= mostSafeguards+mostPairs {
				return nil
			}
			both := safeguard{sets: append(slices.Clone(a.sets), b.sets...)}
			c, err := x.with(cell, both)
			if err != nil {
				continue
			}
			t, err := c.trace(ctx, s.Flow, nil)
			if err != nil {
				return err
			}
			step()
			s.Tried++
			told := Otherwise{What: both.text()}
			if told.judge(s, t); told.Passes {
				s.With = append(s.With, told)
				return nil
			}
		}
	}
	return nil
}

// judge tells whether what was wrong with the story is right.
func (o *Otherwise) judge(s *Story, t *track) {
	o.Broken = t.broken
	o.Passes = t.found && len(t.broken) == 0 && (t.outcome != "" || s.Outcome != "")
	if len(s.Broken) == 0 && s.Outcome != "" { // the story is of an anomaly
		for _, odd := range s.Odd {
			o.Passes = o.Passes && !slices.Contains(t.odd, odd)
		}
	}
}

// removal is a flow with one thing taken away.
type removal struct {
	cell  *tracer
	spare *sim.Spare
	told  Otherwise
}

// takenAway lists each firing of a fault in the flow, and each fault that strikes a
// service or the broker while the flow is under way.
func (x *explaining) takenAway(cell *tracer, s *Story) []removal {
	var out []removal
	seen := map[string]int{}
	for _, r := range s.Records {
		if r.Kind != sim.FaultActed {
			continue
		}
		i := slices.IndexFunc(cell.config.Faults, func(f faults.Injection) bool { return f.Name == r.Detail })
		if i < 0 || len(out) == mostWithout {
			continue
		}
		seen[r.Detail]++
		told := Otherwise{What: "fault " + r.Detail, Of: struck(r)}
		if cell.config.Faults[i].Fault.Point() == faults.OnService {
			continue
		}
		out = append(out, removal{cell, &sim.Spare{Fault: i, Flow: s.Flow.Number, Nth: seen[r.Detail]}, told})
	}
	for i := range cell.config.Faults {
		f := &cell.config.Faults[i]
		kind := f.Fault.Kind()
		if f.Fault.Point() != faults.OnService && kind != "network_partition" && f.Fault.Point() != faults.OnArrivals {
			continue
		}
		spared := *cell
		spared.config.Faults = slices.Delete(slices.Clone(cell.config.Faults), i, i+1)
		of := f.Service
		if of == "" {
			of = f.Event
		}
		out = append(out, removal{&spared, nil, Otherwise{What: "fault " + f.Name, Of: of}})
	}
	return out
}

// struck is what a fault struck: an event, and where.
func struck(r sim.Record) string {
	var parts []string
	if r.Event != "" {
		parts = append(parts, r.Event)
	}
	if r.Where != "" {
		parts = append(parts, "at "+r.Where)
	}
	if r.Attempt > 1 {
		parts = append(parts, fmt.Sprintf("delivery %d", r.Attempt))
	}
	return strings.Join(parts, " ")
}

// safeguard is a change of the scenario that may save a flow.
type safeguard struct{ sets []Set }

func (g safeguard) text() string {
	var parts []string
	for _, set := range g.sets {
		parts = append(parts, set.Path+": "+set.Value)
	}
	return strings.Join(parts, ", and ")
}

// safeguards lists what the language has that may save the flow: for the handlers that
// it came to, the handlers of the flow first.
func (x *explaining) safeguards(s *Story) []safeguard {
	var out []safeguard
	add := func(path, value string) {
		if len(out) < mostSafeguards {
			out = append(out, safeguard{[]Set{{path, value}}})
		}
	}
	handlers, services := x.visited(s)
	for _, h := range handlers {
		add(h+".idempotent", "key")
	}
	for _, service := range services {
		add(service+".isolation", "serializable")
	}
	for _, path := range [][2]string{
		{"delivery.dedup", "10m"}, {"delivery.ordering", "key"}, {"delivery.publish", "{confirm: 5s}"},
	} {
		add(path[0], path[1])
	}
	for _, h := range handlers {
		add(h+".publishing", "outbox")
	}
	for _, h := range handlers {
		add(h+".reads", "store")
	}
	return out
}

// visited are the handlers that committed in a flow, and their services, those that
// did so most often first.
func (x *explaining) visited(s *Story) (handlers, services []string) {
	times := map[string]int{}
	for _, r := range s.Records {
		if r.Kind == sim.Committed && strings.Contains(r.Where, ".") {
			if times[r.Where]++; times[r.Where] == 1 {
				handlers = append(handlers, r.Where)
			}
		}
	}
	slices.SortStableFunc(handlers, func(a, b string) int { return times[b] - times[a] })
	for _, h := range handlers {
		service, _, _ := strings.Cut(h, ".")
		services = once(services, service)
	}
	return handlers, services
}

// with is a cell with a safeguard added: the scenario loaded once more with its
// paths set.
func (x *explaining) with(cell *tracer, g safeguard) (*tracer, error) {
	opts := x.opts.LoadOptions
	opts.Strict = false
	opts.Sets = slices.Clone(opts.Sets)
	if v := x.variant(); v != Base {
		for _, variant := range x.sc.Variants {
			if variant.Name == v {
				opts.Sets = append(opts.Sets, variant.Sets...)
			}
		}
	}
	opts.Sets = append(opts.Sets, g.sets...)
	changed, err := Load(x.sc.Source, x.sc.File, opts)
	if err != nil {
		return nil, err
	}
	out := *cell
	out.config.System, out.config.Faults = changed.System, changed.Faults
	return &out, nil
}
