package lint

import (
	"fmt"
	"slices"

	"edasim/topology"
)

func compensationUnheard(d *design, r *reporter) {
	if !d.in(topology.Choreography) {
		return
	}
	for _, h := range d.handlers {
		if h.Compensates == "" || len(h.Consumes) > 0 || d.called(h) {
			continue
		}
		r.found(Finding{
			Pos: d.at(h, "compensates"), Subject: h.name,
			What:  fmt.Sprintf("In choreography nobody starts %s: only a coordinator commands it. What %s did is never undone there.", h.name, h.Compensates),
			Write: "consumes: the event after which it must be undone",
		})
	}
}

func (d *design) called(h *handler) bool {
	for _, caller := range d.handlers {
		for _, c := range caller.Calls {
			if c.Handler == h.name {
				return true
			}
		}
	}
	return slices.ContainsFunc(d.sys.Monitors, func(m topology.Monitor) bool { return m.Repair == h.name })
}

// noCompensation finds a step that nobody can undo before a step that can refuse.
func noCompensation(d *design, r *reporter) {
	for _, step := range d.handlers {
		if len(step.Effects) == 0 || step.Detached || step.Compensates != "" || d.undone(step, nil) {
			continue
		}
		for _, later := range d.handlers {
			if later == step || later.Compensates != "" || !refuses(later) || !d.leadsTo(step, later) || d.undone(step, later) {
				continue
			}
			f := Finding{
				Pos: step.Pos, Subject: step.name,
				What:  fmt.Sprintf("%s may still refuse after %s has taken effect, and no handler compensates %s: what it did stays.", later.name, step.name, step.name),
				Write: fmt.Sprintf("a handler of %s with  compensates: %s", step.service.Name, step.Name),
			}
			if p := later.Refuses; p != nil && p.Probability > 0 {
				f.Figure = fmt.Sprintf("%s of the runs of %s refuse.", percent(p.Probability), later.name)
			}
			r.found(f)
			break
		}
	}
}

func refuses(h *handler) bool {
	return h.Refuses != nil && h.Refuses.Probability > 0 || h.When != nil && h.Otherwise == topology.Refuse
}

// undone tells whether some handler undoes a step: by its name, or, after a refusal, by
// changing the same states when the refusal's events come to its service.
func (d *design) undone(step, refusal *handler) bool {
	for _, h := range d.handlers {
		if h.Compensates == step.name {
			return true
		}
	}
	if refusal == nil || refusal.Refuses == nil {
		return false
	}
	for _, e := range refusal.Refuses.Emits {
		events := []string{e.Event}
		for _, c := range e.OneOf {
			events = append(events, c.Event)
		}
		for _, h := range d.handlers {
			if h.service != step.service || h == step || !slices.ContainsFunc(step.Effects, func(x topology.Effect) bool { return h.changes(step.service.Name + "." + x.State) }) {
				continue
			}
			for _, event := range events {
				if slices.Contains(h.Consumes, event) || slices.ContainsFunc(d.handlers, func(b *handler) bool {
					return slices.Contains(b.Consumes, event) && d.leadsTo(b, h)
				}) {
					return true
				}
			}
		}
	}
	return false
}

func unheardEvent(d *design, r *reporter) {
	for _, event := range topology.Examine(d.sys, topology.Choreography).Unheard {
		for _, name := range d.uses[event].Producers {
			h := d.byName[name]
			r.found(Finding{
				Pos: d.emission(h, event), Subject: event,
				What:  fmt.Sprintf("Nobody consumes %s, and it is no outcome: %s publishes it for no one, or whoever should hear it has another name for it.", event, name),
				Write: "a handler that consumes it, an outcome, or no such event",
			})
		}
	}
}

// emission is where a handler emits an event.
func (d *design) emission(h *handler, event string) topology.Pos {
	emissions := h.Emits
	if h.Refuses != nil {
		emissions = slices.Concat(emissions, h.Refuses.Emits)
	}
	for _, e := range emissions {
		if e.Event == event && e.Pos.Line > 0 {
			return e.Pos
		}
	}
	return d.at(h, "emits")
}

// endlessCycle finds groups of handlers that start each other again and again: on
// average each run leads to at least one more.
func endlessCycle(d *design, r *reporter) {
	for _, group := range topology.Cycles(d.sys) {
		var members []*handler
		for _, name := range group {
			if h := d.byName[name]; h.When == nil && !h.Join && h.Idempotent.By != topology.ByKey {
				members = append(members, h)
			}
		}
		growth := d.growth(members)
		if growth < 1-1e-6 {
			continue
		}
		r.found(Finding{
			Pos: d.at(members[0], "consumes"), Subject: members[0].name,
			What:   fmt.Sprintf("%s start each other again and again, and no guard ends it: each flow goes round until max_hops.", names(handlerNames(members))),
			Figure: fmt.Sprintf("Each run leads to %s more; a flow is cut off after %d hops.", number(growth), d.sc.Run.MaxHops),
			Write:  "when: a guard that is false the second time, or a probability below 1",
		})
	}
}

// growth is how many runs of a group of handlers one run of it leads to on average, in
// the long run: the spectral radius of the mean number of runs of each that a run of
// each starts, by power iteration on 1 + M, so that it settles in groups with a period.
func (d *design) growth(members []*handler) float64 {
	if len(members) == 0 {
		return 0
	}
	next := make([][]float64, len(members))
	for i, h := range members {
		next[i] = make([]float64, len(members))
		for k, to := range members {
			next[i][k] = meanStarted(h, to)
		}
	}
	v := make([]float64, len(members))
	for i := range v {
		v[i] = 1
	}
	growth := 0.0
	for range 500 {
		w := make([]float64, len(v))
		sum := 0.0
		for i := range v {
			w[i] = v[i]
			for k := range v {
				w[i] += float64(next[i][k] * v[k])
			}
			sum = max(sum, w[i])
		}
		if sum == 0 {
			return 0
		}
		for i := range w {
			w[i] /= sum
		}
		growth, v = sum-1, w
	}
	return growth
}

// meanStarted is how many runs of a handler one run of another starts on average.
func meanStarted(from, to *handler) float64 {
	count := func(list []topology.Emission, share float64) float64 {
		sum := 0.0
		for _, e := range list {
			if len(e.OneOf) == 0 && slices.Contains(to.Consumes, e.Event) {
				sum += float64(share * e.Probability)
			}
			for _, c := range e.OneOf {
				if slices.Contains(to.Consumes, c.Event) {
					sum += float64(share * c.Share)
				}
			}
		}
		return sum
	}
	refused := 0.0
	if from.Refuses != nil {
		refused = from.Refuses.Probability
		return count(from.Refuses.Emits, refused) + count(from.Emits, 1-refused)
	}
	return count(from.Emits, 1)
}
