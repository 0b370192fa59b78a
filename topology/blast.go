package topology

import "slices"

// Dependence is what one service has to do with the others. A service is down
// for good, and what waits in its queue stays there; every probability, guard
// and refusal may go either way.
type Dependence struct {
	Service  string
	Knows    []string // whom it hears, calls or is called by
	Unknowns []string // whom it depends on besides, through what others emit or call
	// What happens when it is down:
	Stops  []string // services that get nothing more to do, or finish nothing
	Misses []string // services that get less
	Waits  []string // services that call in vain, and do the rest
}

// dependences finds for each service whom it knows, whom it depends on without
// knowing, and whom it takes along. A dependence is the reverse of a blast
// radius, so that both say the same.
func dependences(sys *System, style Style, links []Link) []Dependence {
	w := newWiring(sys, style, links)
	whole := w.alive("")
	var list []Dependence
	if w.coordinated {
		list = append(list, w.without(CoordinatorNode, whole))
	}
	for _, s := range sys.Services {
		list = append(list, w.without(s.Name, whole))
	}
	index := map[string]int{}
	for i := range list {
		index[list[i].Service] = i
	}
	on := make([][]int, len(list)) // whom a service depends on
	for i := range list {
		for _, s := range slices.Concat(list[i].Stops, list[i].Misses, list[i].Waits) {
			on[index[s]] = append(on[index[s]], i)
		}
	}
	known, leads := neighbours(links, index)
	for i := range list {
		d := &list[i]
		d.Knows = known[i]
		behind := walk(i, leads)
		for _, other := range on[i] {
			if name := list[other].Service; behind[other] && !slices.Contains(d.Knows, name) {
				d.Unknowns = append(d.Unknowns, name)
			}
		}
	}
	return list
}

// neighbours are, by service, whom it hears or calls, or who calls it; and
// through whom dependences lead that nobody keeps a record of: not the
// coordinator, which does.
func neighbours(links []Link, index map[string]int) (known [][]string, leads [][]int) {
	known, leads = make([][]string, len(index)), make([][]int, len(index))
	join := func(from, to string, recorded bool) {
		a, known1 := index[from]
		b, known2 := index[to]
		if a == b || !known1 || !known2 {
			return // itself, or the client
		}
		if !slices.Contains(known[a], to) {
			known[a] = append(known[a], to)
		}
		if !recorded && !slices.Contains(leads[a], b) {
			leads[a] = append(leads[a], b)
		}
	}
	for _, l := range links {
		from, to := ServiceOf(l.From), ServiceOf(l.To)
		recorded := from == CoordinatorNode || to == CoordinatorNode
		join(to, from, recorded)
		if l.As == ByCall {
			join(from, to, recorded)
		}
	}
	return known, leads
}

// walk is everything that one leads to.
func walk(from int, next [][]int) []bool {
	seen := make([]bool, len(next))
	seen[from] = true
	queue := []int{from}
	for at := 0; at < len(queue); at++ {
		for _, n := range next[queue[at]] {
			if !seen[n] {
				seen[n] = true
				queue = append(queue, n)
			}
		}
	}
	return seen
}

// wiring is the system by number, to find quickly what still runs when one
// service is down.
type wiring struct {
	services    []string
	of          []int      // by handler: its service
	handlers    []*Handler // in the order of the scenario
	index       map[string]int
	triggers    []int   // events
	consumers   [][]int // by event
	emits       [][]int // by handler
	consumes    [][]int
	calls       [][]int // handlers
	undoneBy    [][]int // handlers that only a coordinator starts, to undo
	callers     [][]int // who waits for a handler in this style
	coordinated bool
}

func newWiring(sys *System, style Style, links []Link) *wiring {
	w := &wiring{index: map[string]int{}}
	sys.EachHandler(func(s *Service, h *Handler) {
		if n := len(w.services); n == 0 || w.services[n-1] != s.Name {
			w.services = append(w.services, s.Name)
		}
		w.index[FullName(s, h)] = len(w.handlers)
		w.handlers = append(w.handlers, h)
		w.of = append(w.of, len(w.services)-1)
	})
	n := len(w.handlers)
	w.emits, w.consumes, w.calls = make([][]int, n), make([][]int, n), make([][]int, n)
	w.undoneBy, w.callers = make([][]int, n), make([][]int, n)
	for i, u := range EventUses(sys) {
		w.consumers = append(w.consumers, nil)
		if u.Trigger {
			w.triggers = append(w.triggers, i)
		}
		for _, h := range u.Consumers {
			w.consumers[i] = append(w.consumers[i], w.index[h])
			w.consumes[w.index[h]] = append(w.consumes[w.index[h]], i)
		}
		for _, h := range u.Producers {
			w.emits[w.index[h]] = append(w.emits[w.index[h]], i)
		}
	}
	for i, h := range w.handlers {
		for _, c := range h.Calls {
			if callee, ok := w.index[c.Handler]; ok {
				w.calls[i] = append(w.calls[i], callee)
			}
		}
		if undone, ok := w.index[h.Compensates]; ok && style == Orchestrated && len(h.Consumes) == 0 {
			w.undoneBy[undone] = append(w.undoneBy[undone], i)
		}
	}
	for _, l := range links {
		w.coordinated = w.coordinated || l.From == CoordinatorNode
		if from, ok := w.index[l.From]; ok && l.As == ByCall {
			w.callers[w.index[l.To]] = append(w.callers[w.index[l.To]], from)
		}
	}
	return w
}

// running is what still gets something to do and can do it.
type running struct {
	handlers []bool
	asked    []bool // whose service is up and gets something, finished or not
	emitted  []bool // events
}

// alive follows the events from the client on, with one service (or the
// coordinator) down; empty: none.
func (w *wiring) alive(down string) running {
	r := running{make([]bool, len(w.handlers)), make([]bool, len(w.handlers)), make([]bool, len(w.consumers))}
	able := w.able(down)
	waiting := make([]int, len(w.handlers)) // events that a join still needs
	for i, h := range w.handlers {
		if waiting[i] = 1; h.Join {
			waiting[i] = len(w.consumes[i])
		}
	}
	var queue []int
	emit := func(event int) {
		if r.emitted[event] {
			return
		}
		r.emitted[event] = true
		for _, h := range w.consumers[event] {
			if w.coordinated && down == CoordinatorNode && !w.handlers[h].Detached {
				continue
			}
			if waiting[h]--; waiting[h] == 0 {
				queue = append(queue, h)
			}
		}
	}
	for _, e := range w.triggers {
		emit(e)
	}
	for at := 0; at < len(queue); at++ {
		h := queue[at]
		if r.asked[h] || w.services[w.of[h]] == down {
			continue
		}
		r.asked[h] = true
		for _, callee := range w.calls[h] { // one after the other
			queue = append(queue, callee)
			if !able[callee] {
				break
			}
		}
		if !able[h] {
			continue
		}
		r.handlers[h] = true
		for _, e := range w.emits[h] {
			emit(e)
		}
		if down != CoordinatorNode {
			queue = append(queue, w.undoneBy[h]...)
		}
	}
	return r
}

// able tells of each handler whether it can finish: its service is up, and so
// are all that it calls before it does its own.
func (w *wiring) able(down string) []bool {
	able := make([]bool, len(w.handlers))
	for i := range able {
		able[i] = w.services[w.of[i]] != down
	}
	for changed := true; changed; {
		changed = false
		for i, calls := range w.calls {
			if able[i] && slices.ContainsFunc(calls, func(c int) bool { return !able[c] }) {
				able[i], changed = false, true
			}
		}
	}
	return able
}

// without is what happens to the other services when one is down.
func (w *wiring) without(down string, whole running) Dependence {
	d := Dependence{Service: down}
	now := w.alive(down)
	waits, less := w.inVain(down, whole), w.hearLess(whole, now)
	had, has := make([]bool, len(w.services)), make([]bool, len(w.services))
	fewer, vain := make([]bool, len(w.services)), make([]bool, len(w.services))
	for h, s := range w.of {
		if whole.handlers[h] {
			had[s], has[s] = true, has[s] || now.handlers[h]
			fewer[s] = fewer[s] || less[h] || !now.handlers[h]
			vain[s] = vain[s] || waits[h]
		}
	}
	for s, name := range w.services {
		if name == down {
			continue
		}
		switch {
		case had[s] && !has[s]:
			d.Stops = append(d.Stops, name)
		case fewer[s]:
			d.Misses = append(d.Misses, name)
		case vain[s]:
			d.Waits = append(d.Waits, name)
		}
	}
	return d
}

// hearLess are the handlers that get less because others no longer run: what
// comes from those, and what comes from whoever gets less in his turn.
func (w *wiring) hearLess(whole, now running) []bool {
	less := make([]bool, len(w.handlers))
	var queue []int
	for h := range w.handlers {
		if whole.handlers[h] && !now.handlers[h] {
			queue = append(queue, h)
		}
	}
	tell := func(list []int) {
		for _, h := range list {
			if !less[h] {
				less[h] = true
				queue = append(queue, h)
			}
		}
	}
	for at := 0; at < len(queue); at++ {
		h := queue[at]
		for _, e := range w.emits[h] {
			tell(w.consumers[e])
		}
		tell(w.undoneBy[h])
		if now.handlers[h] || !now.asked[h] {
			tell(w.calls[h]) // one that is asked and cannot finish calls as often as before
		}
	}
	return less
}

// inVain are the handlers that wait for an answer of what is down, or for one of
// those: an exhausted call makes the caller fail in its turn.
func (w *wiring) inVain(down string, whole running) []bool {
	waits := make([]bool, len(w.handlers))
	var queue []int
	for h := range w.handlers {
		if w.services[w.of[h]] == down && whole.handlers[h] {
			queue = append(queue, h)
		}
	}
	for at := 0; at < len(queue); at++ {
		for _, c := range w.callers[queue[at]] {
			if !waits[c] {
				waits[c] = true
				queue = append(queue, c)
			}
		}
	}
	return waits
}
