package sim

import (
	"errors"
	"slices"

	"edasim/topology"
)

// triggersOf compiles the workloads and the layout of their flows.
func (c *compiler) triggersOf() {
	m := c.model
	var reached [][]int32 // by trigger
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
		reached = append(reached, c.reached(&t))
		m.triggers = append(m.triggers, t)
		m.horizon = max(m.horizon, horizonOf(load))
	}
	if len(m.triggers) == 0 {
		c.err = errors.New("the scenario has no workload")
	}
	c.layout(reached)
}

// reached are the handlers that the flows of a trigger can reach.
func (c *compiler) reached(t *trigger) []int32 {
	m := c.model
	var events, handlers, all []int32
	reach := func(h int32) {
		if !slices.Contains(all, h) {
			handlers, all = append(handlers, h), append(all, h)
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
	return all
}

// layout gives each handler its place among the marks of a flow, and each service among
// its last starts, from what the flows of each trigger can reach.
func (c *compiler) layout(reached [][]int32) {
	m := c.model
	slots, sizes := placed(len(m.handlers), reached)
	own := 0
	if m.coordinator >= 0 {
		own = coordinatorMarks
	}
	for h, at := range slots {
		if m.handlers[h].slot = at; at >= 0 {
			m.handlers[h].slot += int32(own)
		}
	}
	if m.coordinator >= 0 {
		h := &m.handlers[m.coordinator]
		h.slot, h.spread = 0, coordinatorMarks-1
	}
	for t, n := range sizes {
		m.triggers[t].slots = own + n
	}
	observed := make([][]int32, len(reached))
	for t, handlers := range reached {
		for _, h := range handlers {
			if s := m.handlers[h].service; m.services[s].observed && !slices.Contains(observed[t], s) {
				observed[t] = append(observed[t], s)
			}
		}
	}
	places, sizes := placed(len(m.services), observed)
	for s, at := range places {
		m.services[s].place = at
		m.services[s].byFlow = at >= 0 && m.services[s].orderKey < 0
	}
	for t, n := range sizes {
		m.triggers[t].places = n
	}
}

// placed gives each of n things a place, so that no two of one list have the same, and
// says how many places each list needs; -1 is the place of what is in none.
func placed(n int, lists [][]int32) (at []int32, sizes []int) {
	at = slices.Repeat([]int32{-1}, n)
	in := make([][]int, n) // by thing: the lists that have it
	for l, list := range lists {
		for _, i := range list {
			in[i] = append(in[i], l)
		}
	}
	taken := make([]map[int32]bool, len(lists))
	sizes = make([]int, len(lists))
	for l := range taken {
		taken[l] = map[int32]bool{}
	}
	for _, list := range lists {
		for _, i := range list {
			if at[i] >= 0 {
				continue
			}
			place := int32(0)
			for slices.ContainsFunc(in[i], func(l int) bool { return taken[l][place] }) {
				place++
			}
			at[i] = place
			for _, l := range in[i] {
				taken[l][place] = true
				sizes[l] = max(sizes[l], int(place)+1)
			}
		}
	}
	return at, sizes
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
