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
	b := &linker{style: style, detached: map[string]bool{}, handlers: map[string]*Handler{}, known: map[Link]bool{}}
	sys.EachHandler(func(s *Service, h *Handler) {
		b.detached[FullName(s, h)], b.handlers[FullName(s, h)] = h.Detached, h
	})
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
	handlers map[string]*Handler
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
		at, later := true, false
		if h := b.handlers[from]; h != nil {
			at, later = h.waitsFor(u.Event)
		}
		for _, to := range u.Consumers {
			switch {
			case b.style == Choreography || b.detached[to]:
				b.add(Link{from, to, u.Event, ByEvent})
			case b.style == DirectCalls:
				if at {
					b.add(Link{from, to, u.Event, ByCall})
				}
				if later {
					b.add(Link{from, to, u.Event, ByEvent})
				}
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

// waitsFor tells how a handler emits an event where handlers call each other: as a
// call that it waits for, as a message that it does not (from a timer or an outbox),
// or both.
func (h *Handler) waitsFor(event string) (at, later bool) {
	emissions := h.Emits
	if h.Refuses != nil {
		emissions = slices.Concat(h.Emits, h.Refuses.Emits)
	}
	for _, e := range emissions {
		if e.Event != event && !slices.ContainsFunc(e.OneOf, func(c Choice) bool { return c.Event == event }) {
			continue
		}
		if e.After != nil || h.Publishing.Order == Outbox {
			later = true
		} else {
			at = true
		}
	}
	return at, later
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
