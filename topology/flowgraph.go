package topology

import "slices"

// Link is a way in which one handler makes another run in some style.
type Link struct {
	From, To string // full names of handlers, Client or Coordinator
	Event    string // said, or what the command or call is about; may be empty
	As       LinkKind
}

// LinkKind says what goes over a link.
type LinkKind uint8

// The kinds of links.
const (
	ByEvent   LinkKind = iota
	ByCommand          // of the coordinator
	ByReply            // to the coordinator
	ByCall             // the caller waits
)

// String is the kind in a word.
func (k LinkKind) String() string { return [...]string{"event", "command", "reply", "call"}[k] }

// Who takes part besides the handlers.
const (
	ClientNode      = "client"
	CoordinatorNode = "coordinator"
)

// Links are all links of a system in a style, in the order of the scenario, each once.
func Links(sys *System, style Style) []Link {
	b := &linker{sys: sys, style: style, detached: map[string]bool{}, known: map[Link]bool{}}
	sys.EachHandler(func(s *Service, h *Handler) { b.detached[FullName(s, h)] = h.Detached })
	for _, u := range EventUses(sys) {
		b.event(u)
	}
	sys.EachHandler(func(s *Service, h *Handler) {
		name := FullName(s, h)
		for _, call := range h.Calls {
			b.add(Link{name, call.Handler, "", ByCall})
		}
		if style == Orchestrated && h.Compensates != "" && len(h.Consumes) == 0 {
			b.add(Link{CoordinatorNode, name, "", ByCommand})
			b.add(Link{name, CoordinatorNode, "", ByReply})
		}
	})
	return b.links
}

type linker struct {
	sys      *System
	style    Style
	detached map[string]bool
	known    map[Link]bool
	links    []Link
}

func (b *linker) add(l Link) {
	if !b.known[l] {
		b.known[l] = true
		b.links = append(b.links, l)
	}
}

func (b *linker) event(u *EventUse) {
	producers := u.Producers
	if u.Trigger {
		producers = append([]string{ClientNode}, producers...)
	}
	attached := slices.DeleteFunc(slices.Clone(u.Consumers), func(c string) bool { return b.detached[c] })
	for _, from := range producers {
		for _, to := range u.Consumers {
			switch {
			case b.style == Choreography || b.detached[to]:
				b.add(Link{from, to, u.Event, ByEvent})
			case b.style == DirectCalls:
				b.add(Link{from, to, u.Event, ByCall})
			}
		}
		if b.style == Orchestrated && from == ClientNode && len(attached) > 0 {
			b.add(Link{from, CoordinatorNode, u.Event, ByEvent})
		}
		if b.style == Orchestrated && from != ClientNode && !b.detached[from] {
			b.add(Link{from, CoordinatorNode, u.Event, ByReply})
		}
	}
	if b.style == Orchestrated {
		for _, to := range attached {
			b.add(Link{CoordinatorNode, to, u.Event, ByCommand})
		}
	}
}

// ServiceOf is the service of a handler's full name, or the name itself.
func ServiceOf(handler string) string {
	for i := range len(handler) {
		if handler[i] == '.' {
			return handler[:i]
		}
	}
	return handler
}

// Shape is what the graph of a system in a style says without running it.
type Shape struct {
	Style     Style
	Links     []Link
	Unheard   []string   // events that nobody consumes and that are no outcome
	Unsaid    []string   // events that nobody emits, yet somebody consumes
	Cycles    [][]string // handlers that lead back to themselves
	Longest   []string   // handlers, one after the other, that nobody but they record
	FanOut    Fan        // the event with the most consumers
	FanIn     Fan        // the handler that most events lead to
	Services  []Dependence
	Together  []Change
	TenMinute Drawing
}

// Fan is what most lead to or come from.
type Fan struct {
	Name string
	N    int
}

// Dependence is what one service has to do with the others.
type Dependence struct {
	Service  string
	Knows    []string // services whose events or calls it takes or makes
	Unknowns []string // services that it depends on through others
	Blast    []string // services that get nothing more when it is down
}

// Change is an event and the services to be changed together when its schema
// changes.
type Change struct {
	Event    string
	Services []string
}

// Examine finds the shape of a system in a style.
func Examine(sys *System, style Style) *Shape {
	s := &Shape{Style: style, Links: Links(sys, style), Cycles: Cycles(sys)}
	outcome := map[string]bool{}
	for _, o := range sys.Outcomes {
		for _, e := range o.Events {
			outcome[e] = true
		}
	}
	for _, u := range EventUses(sys) {
		if len(u.Consumers) == 0 && !outcome[u.Event] {
			s.Unheard = append(s.Unheard, u.Event)
		}
		if len(u.Producers) == 0 && !u.Trigger {
			s.Unsaid = append(s.Unsaid, u.Event)
		}
		if len(u.Consumers) > s.FanOut.N {
			s.FanOut = Fan{u.Event, len(u.Consumers)}
		}
		change := Change{Event: u.Event}
		for _, h := range slices.Concat(u.Producers, u.Consumers) {
			if service := ServiceOf(h); !slices.Contains(change.Services, service) {
				change.Services = append(change.Services, service)
			}
		}
		if len(change.Services) > 1 {
			s.Together = append(s.Together, change)
		}
	}
	sys.EachHandler(func(service *Service, h *Handler) {
		if len(h.Consumes) > s.FanIn.N {
			s.FanIn = Fan{FullName(service, h), len(h.Consumes)}
		}
	})
	s.Longest = longest(s.Links)
	s.Services = dependences(sys, s.Links, Links(sys, Choreography))
	s.TenMinute = draw(sys, s)
	return s
}

// longest is the longest chain of handlers that lead to each other by events. It begins
// again at a command or a call: somebody keeps a record of that. A cycle is followed
// until it comes back.
func longest(links []Link) []string {
	next := map[string][]string{}
	for _, l := range links {
		if l.As == ByEvent && l.From != ClientNode && l.To != CoordinatorNode {
			next[l.From] = append(next[l.From], l.To)
		}
	}
	known := map[string][]string{}
	under := map[string]bool{}
	var from func(h string) []string
	from = func(h string) []string {
		if path, ok := known[h]; ok || under[h] {
			return path
		}
		under[h] = true
		var best []string
		for _, n := range next[h] {
			if path := from(n); len(path) > len(best) {
				best = path
			}
		}
		under[h] = false
		known[h] = append([]string{h}, best...)
		return known[h]
	}
	var best []string
	for _, l := range links {
		if l.To == CoordinatorNode {
			continue
		}
		if path := from(l.To); len(path) > len(best) {
			best = path
		}
	}
	return best
}

// dependences finds for each service what it knows, what it does not, and whom it
// takes along. What makes what happen is the same in every style, so the last follows
// from the events; a service that calls stands still too.
func dependences(sys *System, links, events []Link) []Dependence {
	up, down := map[string][]string{}, map[string][]string{}
	join := func(to map[string][]string, a, b string) {
		if !slices.Contains(to[a], b) {
			to[a] = append(to[a], b)
		}
	}
	for _, l := range links {
		if from, to := ServiceOf(l.From), ServiceOf(l.To); from != ClientNode && from != to && l.As != ByReply {
			join(up, to, from)
		}
	}
	for _, l := range events {
		if from, to := ServiceOf(l.From), ServiceOf(l.To); from != ClientNode && from != to {
			join(down, from, to)
			if l.As == ByCall {
				join(down, to, from)
			}
		}
	}
	names := []string{}
	if up[CoordinatorNode] != nil || slices.ContainsFunc(links, func(l Link) bool { return l.From == CoordinatorNode }) {
		names = append(names, CoordinatorNode)
	}
	for _, s := range sys.Services {
		names = append(names, s.Name)
	}
	var out []Dependence
	for _, name := range names {
		d := Dependence{Service: name, Knows: up[name], Blast: walk(name, down)}
		if name == CoordinatorNode {
			d.Blast = names[1:]
		}
		for _, other := range walk(name, up) {
			if !slices.Contains(d.Knows, other) && other != CoordinatorNode {
				d.Unknowns = append(d.Unknowns, other)
			}
		}
		out = append(out, d)
	}
	return out
}

// walk is everything that a name leads to, the nearest first, without itself.
func walk(from string, next map[string][]string) []string {
	seen := map[string]bool{from: true}
	queue := []string{from}
	for at := 0; at < len(queue); at++ {
		for _, n := range next[queue[at]] {
			if !seen[n] {
				seen[n] = true
				queue = append(queue, n)
			}
		}
	}
	return queue[1:]
}

// Drawing is how long it takes to draw a system by hand, so that nothing is missing:
// the ten-minute test.
type Drawing struct {
	Parts   []DrawingPart
	Seconds int
}

// DrawingPart is one kind of thing to be drawn.
type DrawingPart struct {
	What    string
	N, Each int // how many, and seconds for each
}

// Drawable tells whether it takes less than ten minutes.
func (d Drawing) Drawable() bool { return d.Seconds <= 600 }

// What each part takes somebody who knows the system, in seconds. These are our own
// assumption: a box or an arrow in two strokes, a name of some twelve letters at two
// letters a second, and for a cycle the time to see when it ends.
const (
	drawService = 8
	drawArrow   = 3
	drawEvent   = 6
	drawChange  = 6
	drawCycle   = 20
)

func draw(sys *System, s *Shape) Drawing {
	arrows := map[[2]string]bool{}
	events := map[string]bool{}
	for _, l := range s.Links {
		if l.As != ByReply {
			arrows[[2]string{l.From, l.To}] = true
			events[l.Event] = true
		}
	}
	delete(events, "")
	changes := 0
	sys.EachHandler(func(_ *Service, h *Handler) {
		changes += len(h.Effects)
		if h.Refuses != nil {
			changes += len(h.Refuses.Effects)
		}
	})
	d := Drawing{Parts: []DrawingPart{
		{"services", len(sys.Services), drawService},
		{"arrows", len(arrows), drawArrow},
		{"names of events", len(events), drawEvent},
		{"state transitions", changes, drawChange},
		{"cycles", len(s.Cycles), drawCycle},
	}}
	for _, p := range d.Parts {
		d.Seconds += p.N * p.Each
	}
	return d
}
