package sim

import (
	"errors"
	"slices"

	"edasim/topology"
)

// triggersOf compiles the workloads and the layout of their flows.
func (c *compiler) triggersOf() {
	m := c.model
	for _, load := range c.config.System.Workloads {
		t := trigger{index: int32(len(m.triggers)), load: load, event: c.eventNamed(load.Event), key: hashName(load.Event)}
		t.logical = mix(t.key, golden)
		if load.Wait != nil {
			w := c.waiterOf(load.Wait, site("client", load.Event))
			t.waiter = &w
		}
		if load.Trace != nil && len(load.Trace.Takes) > 0 {
			m.measured = true
			t.takes = make([][]topology.Time, len(m.handlers))
			for i := range m.handlers {
				t.takes[i] = load.Trace.Takes[m.handlers[i].name]
			}
		}
		c.layout(&t)
		m.triggers = append(m.triggers, t)
		m.horizon = max(m.horizon, horizonOf(load))
	}
	if len(m.triggers) == 0 {
		c.err = errors.New("the scenario has no workload")
	}
}

// layout gives each handler that a trigger's flows can reach a place among the
// flow's marks, and each service among its last starts.
func (c *compiler) layout(t *trigger) {
	m := c.model
	t.slot = slices.Repeat([]int16{-1}, len(m.handlers))
	t.place = slices.Repeat([]int16{-1}, len(m.services))
	var events, handlers []int32
	reach := func(h int32) {
		if t.slot[h] < 0 {
			t.slot[h] = int16(t.slots)
			t.slots++
			handlers = append(handlers, h)
			if s := m.handlers[h].service; t.place[s] < 0 && m.services[s].observed {
				t.place[s] = int16(t.places)
				t.places++
			}
		}
	}
	seen := map[int32]bool{}
	hear := func(ev int32) {
		if !seen[ev] {
			seen[ev] = true
			events = append(events, ev)
		}
	}
	hear(t.event)
	for _, i := range c.config.Faults {
		if i.Fault.Kind() == "forge" {
			if ev, ok := c.event[i.Event]; ok {
				hear(ev)
			}
		}
	}
	if m.coordinator >= 0 {
		reach(m.coordinator)
	}
	for i := range c.config.System.Monitors {
		if h, ok := c.hand[c.config.System.Monitors[i].Repair]; ok {
			reach(h)
		}
	}
	for len(events)+len(handlers) > 0 {
		if len(events) > 0 {
			ev := events[0]
			events = events[1:]
			for _, h := range m.events[ev].consumers {
				reach(h)
			}
			continue
		}
		h := &m.handlers[handlers[0]]
		handlers = handlers[1:]
		for _, em := range h.allEmissions() {
			for _, ch := range em.choices {
				hear(ch.event)
			}
		}
		if h.undoneBy >= 0 {
			reach(h.undoneBy)
		}
		for i := range h.calls {
			reach(h.calls[i].handler)
		}
	}
}

func (h *handler) allEmissions() []emission {
	if h.refusal == nil {
		return h.deed.emits
	}
	return append(slices.Clip(h.deed.emits), h.refusal.deed.emits...)
}

func horizonOf(load *topology.Workload) topology.Time {
	switch {
	case load.For > 0:
		return load.For
	case load.Trace != nil && len(load.Trace.At) > 0:
		return load.Trace.At[len(load.Trace.At)-1]
	case len(load.Times) > 0:
		return slices.Max(load.Times)
	case load.Flows > 0 && load.Every > 0:
		return load.Every * topology.Time(load.Flows) / topology.Time(max(load.Batch, 1))
	case load.Flows > 0 && load.Rate > 0:
		return topology.Time(float64(load.Flows) / load.Rate / float64(max(load.Batch, 1)) * float64(topology.Second))
	}
	total := topology.Time(0)
	for _, p := range load.Phases {
		total = add(total, topology.Time(min(p.For.Mean(), float64(never))))
	}
	return total
}
