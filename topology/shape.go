package topology

import "slices"

// Shape is what the graph of a system in a style says without running it. All
// lists are in the order of the scenario unless they say otherwise.
type Shape struct {
	Style    Style
	Links    []Link
	Ends     []Link   // from handlers to nobody: To is empty
	Unheard  []string // events that nobody consumes and that are no outcome
	Unsaid   []string // events that nobody emits, yet somebody consumes
	Cycles   []Cycle
	Longest  []string // handlers, one after the other, that nobody but they record
	AtLeast  bool     // Longest: the search was cut short, there may be a longer one
	FanOut   Fan      // the event with the most consumers
	FanIn    Fan      // the handler that most events lead to
	Services []Dependence
	Together []Change
	// TenMinute is how long it takes to draw all this.
	TenMinute Drawing
}

// Fan is what most lead to or come from.
type Fan struct {
	Name string
	N    int
}

// Change is an event and the services to be changed together when its schema
// changes: who emits it, then who consumes it.
type Change struct {
	Event    string
	Services []string
}

// Examine finds the shape of a system in a style.
func Examine(sys *System, style Style) *Shape {
	s := &Shape{Style: style, Links: Links(sys, style), Cycles: cyclesOf(sys)}
	outcome := map[string]bool{}
	for _, o := range sys.Outcomes {
		for _, e := range o.Events {
			outcome[e] = true
		}
	}
	uses := EventUses(sys)
	for _, u := range uses {
		if len(u.Consumers) == 0 && !outcome[u.Event] {
			s.Unheard = append(s.Unheard, u.Event)
		}
		if len(u.Consumers) == 0 {
			for _, h := range u.Producers {
				s.Ends = append(s.Ends, Link{From: h, Event: u.Event, As: ByEvent})
			}
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
	s.Longest, s.AtLeast = longestChain(sys, s.Links)
	s.Services = dependences(sys, style, s.Links)
	s.TenMinute = draw(sys, s, uses)
	return s
}
