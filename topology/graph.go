package topology

import "slices"

// EventUse says who emits an event and who consumes it. Handlers are full
// names, "payment.charge", in the order of the scenario.
type EventUse struct {
	Event     string
	Trigger   bool     // a workload starts it
	Producers []string // handlers, also by a refusal
	Consumers []string
}

// FullName is a handler's name in the whole system.
func FullName(s *Service, h *Handler) string { return s.Name + "." + h.Name }

// EachHandler calls visit for every handler in the order of the scenario.
func (sys *System) EachHandler(visit func(s *Service, h *Handler)) {
	for _, s := range sys.Services {
		for _, h := range s.Handlers {
			visit(s, h)
		}
	}
}

// Emitted are the events a handler may emit, each once: its own, then those
// of a refusal.
func (h *Handler) Emitted() []string {
	var events []string
	add := func(event string) {
		if event != "" && !slices.Contains(events, event) {
			events = append(events, event)
		}
	}
	addAll := func(emissions []Emission) {
		for _, e := range emissions {
			add(e.Event)
			for _, choice := range e.OneOf {
				add(choice.Event)
			}
		}
	}
	addAll(h.Emits)
	if h.Refuses != nil {
		addAll(h.Refuses.Emits)
	}
	return events
}

// EventUses are all events of the system, in the order in which the scenario
// first names them: triggers, then by handler what it consumes and emits.
func EventUses(sys *System) []*EventUse {
	var uses []*EventUse
	byName := map[string]*EventUse{}
	use := func(event string) *EventUse {
		u := byName[event]
		if u == nil {
			u = &EventUse{Event: event}
			byName[event] = u
			uses = append(uses, u)
		}
		return u
	}
	for _, w := range sys.Workloads {
		use(w.Event).Trigger = true
	}
	sys.EachHandler(func(s *Service, h *Handler) {
		name := FullName(s, h)
		for _, event := range h.Consumes {
			u := use(event)
			u.Consumers = append(u.Consumers, name)
		}
		for _, event := range h.Emitted() {
			u := use(event)
			u.Producers = append(u.Producers, name)
		}
	})
	return uses
}

// graph is the handlers of a system as a directed graph: an edge leads to each
// handler that consumes what the first emits, or that it calls.
type graph struct {
	names []string
	index map[string]int
	next  [][]int
}

func newGraph(sys *System) *graph {
	g := &graph{index: map[string]int{}}
	consumers := map[string][]int{}
	sys.EachHandler(func(s *Service, h *Handler) {
		i := len(g.names)
		g.names = append(g.names, FullName(s, h))
		g.index[g.names[i]] = i
		for _, event := range h.Consumes {
			consumers[event] = append(consumers[event], i)
		}
	})
	sys.EachHandler(func(_ *Service, h *Handler) {
		var next []int
		for _, event := range h.Emitted() {
			next = append(next, consumers[event]...)
		}
		for _, call := range h.Calls {
			if callee, ok := g.index[call.Handler]; ok {
				next = append(next, callee)
			}
		}
		slices.Sort(next)
		g.next = append(g.next, slices.Compact(next))
	})
	return g
}

// Reach are the full names of the handlers that an event leads to, directly or
// through other events and calls, the nearest first.
func Reach(sys *System, event string) []string {
	g := newGraph(sys)
	seen := make([]bool, len(g.names))
	var queue []int
	visit := func(i int) {
		if !seen[i] {
			seen[i] = true
			queue = append(queue, i)
		}
	}
	sys.EachHandler(func(s *Service, h *Handler) {
		if slices.Contains(h.Consumes, event) {
			visit(g.index[FullName(s, h)])
		}
	})
	var names []string
	for at := 0; at < len(queue); at++ {
		names = append(names, g.names[queue[at]])
		for _, next := range g.next[queue[at]] {
			visit(next)
		}
	}
	return names
}

// Cycles are the groups of handlers that lead back to themselves, each group
// and the list in the order of the scenario: the strongly connected
// components with an edge inside.
func Cycles(sys *System) [][]string {
	g := newGraph(sys)
	var cycles [][]string
	for _, members := range g.cyclic() {
		var names []string
		for _, i := range members {
			names = append(names, g.names[i])
		}
		cycles = append(cycles, names)
	}
	return cycles
}

// cyclic are the components with an edge inside, in the order of the scenario.
func (g *graph) cyclic() [][]int {
	var cycles [][]int
	for _, members := range components(g.next) {
		if len(members) > 1 || slices.Contains(g.next[members[0]], members[0]) {
			cycles = append(cycles, members)
		}
	}
	slices.SortFunc(cycles, func(a, b []int) int { return a[0] - b[0] })
	return cycles
}

// components are the strongly connected components of a graph (R. Tarjan, SIAM
// Journal on Computing 1, 1972), each in ascending order and after all those
// that it leads to.
func components(next [][]int) [][]int {
	t := &tarjan{next: next, number: make([]int, len(next)), low: make([]int, len(next)), open: make([]bool, len(next))}
	for i := range next {
		if t.number[i] == 0 {
			t.visit(i)
		}
	}
	return t.found
}

type tarjan struct {
	next   [][]int
	count  int
	number []int // order of the first visit, from 1
	low    []int // the lowest number it leads back to
	open   []bool
	stack  []int
	found  [][]int
}

func (t *tarjan) visit(i int) {
	t.count++
	t.number[i], t.low[i], t.open[i] = t.count, t.count, true
	bottom := len(t.stack)
	t.stack = append(t.stack, i)
	for _, next := range t.next[i] {
		if t.number[next] == 0 {
			t.visit(next)
			t.low[i] = min(t.low[i], t.low[next])
		} else if t.open[next] {
			t.low[i] = min(t.low[i], t.number[next])
		}
	}
	if t.low[i] != t.number[i] {
		return
	}
	members := slices.Clone(t.stack[bottom:])
	t.stack = t.stack[:bottom]
	for _, m := range members {
		t.open[m] = false
	}
	slices.Sort(members)
	t.found = append(t.found, members)
}
