package lint

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"edasim/faults"
	"edasim/scenarios"
	"edasim/topology"
)

// design is a scenario as rules look at it.
type design struct {
	sc       *scenarios.Scenario
	base     bool // not a variant
	sys      *topology.System
	faults   []faults.Injection
	styles   []topology.Style
	handlers []*handler // in the order of the file
	byName   map[string]*handler
	uses     map[string]*topology.EventUse
	loads    map[string]topology.Load // by service
	states   map[string]*topology.State
}

// handler is a handler with its place in the graph.
type handler struct {
	*topology.Handler
	service *topology.Service
	name    string     // full
	next    []*handler // that consume what it emits, or that it calls
	before  []*handler // that emit what it consumes; callers are not among them
	rate    float64    // runs per second in choreography without faults; 0: not known
}

func newDesign(sc *scenarios.Scenario, variant string) *design {
	d := &design{sc: sc, base: true, sys: sc.System, faults: sc.Faults, styles: sc.Run.Styles,
		byName: map[string]*handler{}, uses: map[string]*topology.EventUse{},
		loads: map[string]topology.Load{}, states: map[string]*topology.State{}}
	for i := range sc.Variants {
		if v := &sc.Variants[i]; v.Name == variant {
			d.base, d.sys, d.faults = false, v.System, v.Faults
		}
	}
	d.sys.EachHandler(func(s *topology.Service, h *topology.Handler) {
		x := &handler{Handler: h, service: s, name: topology.FullName(s, h)}
		d.handlers = append(d.handlers, x)
		d.byName[x.name] = x
	})
	for _, s := range d.sys.Services {
		for i := range s.State {
			d.states[s.Name+"."+s.State[i].Name] = &s.State[i]
		}
	}
	for _, u := range topology.EventUses(d.sys) {
		d.uses[u.Event] = u
		for _, from := range u.Producers {
			for _, to := range u.Consumers {
				d.link(d.byName[from], d.byName[to])
			}
		}
	}
	for _, h := range d.handlers {
		for _, call := range h.Calls {
			if callee := d.byName[call.Handler]; callee != nil {
				h.next = append(h.next, callee)
			}
		}
	}
	for _, l := range topology.OfferedLoad(d.sys) {
		d.loads[l.Service] = l
	}
	for name, rate := range topology.RunRates(d.sys) {
		d.byName[name].rate = rate
	}
	return d
}

func (d *design) link(from, to *handler) {
	if !slices.Contains(from.next, to) {
		from.next = append(from.next, to)
		to.before = append(to.before, from)
	}
}

// in tells whether a style is simulated.
func (d *design) in(style topology.Style) bool { return slices.Contains(d.styles, style) }

// brokered tells whether a style in which a broker delivers to handlers is simulated.
func (d *design) brokered() bool { return d.in(topology.Choreography) || d.in(topology.Orchestrated) }

// heardFromBroker tells whether a broker delivers to the handler in some style.
func (d *design) heardFromBroker(h *handler) bool {
	if len(h.Consumes) == 0 { // called, or commanded to undo
		return h.Compensates != "" && d.in(topology.Orchestrated)
	}
	return d.brokered() || h.Detached
}

// leadsTo tells whether a handler's events and calls lead to another handler.
func (d *design) leadsTo(from, to *handler) bool {
	seen := map[*handler]bool{}
	var walk func(h *handler) bool
	walk = func(h *handler) bool {
		for _, n := range h.next {
			if n == to {
				return true
			}
			if !seen[n] {
				seen[n] = true
				if walk(n) {
					return true
				}
			}
		}
		return false
	}
	return walk(from)
}

// triggered tells whether a workload's event starts the handler.
func (d *design) triggered(h *handler) bool { return d.trigger(h) != nil }

// trigger is the workload whose event the handler consumes; nil: none.
func (d *design) trigger(h *handler) *topology.Workload {
	for _, w := range d.sys.Workloads {
		if slices.Contains(h.Consumes, w.Event) {
			return w
		}
	}
	return nil
}

// workersOf is how many messages a service can work on at a time; +Inf: any number.
func workersOf(s *topology.Service) float64 {
	if s.Concurrency == topology.Unlimited {
		return math.Inf(1)
	}
	return float64(s.Replicas * s.Concurrency)
}

// state is what a name in an expression of a service means; nil: no state.
func (d *design) state(s *topology.Service, name string) (*topology.State, string) {
	if !strings.Contains(name, ".") {
		name = s.Name + "." + name
	}
	return d.states[name], name
}

// changes tells whether a handler changes a state, given by its full name, also where
// it refuses.
func (h *handler) changes(state string) bool {
	effects := h.Effects
	if h.Refuses != nil {
		effects = slices.Concat(effects, h.Refuses.Effects)
	}
	return slices.ContainsFunc(effects, func(e topology.Effect) bool { return h.service.Name+"."+e.State == state })
}

// at is the place of a handler's key in the file: its own, that of its service, or else
// the handler's name.
func (d *design) at(h *handler, key string) topology.Pos {
	if pos, ok := d.sc.Place("services", h.service.Name, "handlers", h.Name, key); ok {
		return pos
	}
	if pos, ok := d.sc.Place("services", h.service.Name, key); ok {
		return pos
	}
	return h.Pos
}

// atService is the place of a service's key in the file, or else its name.
func (d *design) atService(s *topology.Service, key string) topology.Pos {
	if pos, ok := d.sc.Place("services", s.Name, key); ok {
		return pos
	}
	return s.Pos
}

// atTop is the place of a top-level key, or of what stands below it; else the first line.
func (d *design) atTop(path ...string) topology.Pos {
	for n := len(path); n > 0; n-- {
		if pos, ok := d.sc.Place(path[:n]...); ok {
			return pos
		}
	}
	pos, _ := d.sc.Place("edasim")
	return pos
}

// atFault is the place of a fault.
func atFault(f *faults.Injection) topology.Pos { return topology.Pos{Line: max(f.Line, 1), Column: 3} }

// strikes tells whether a fault can strike what the handler is told with an event.
func (f faultOf) strikes(h *handler, event string) bool {
	switch {
	case f.Event != "" && f.Event != event:
		return false
	case f.Handler != "" && f.Handler != h.name:
		return false
	case f.Service != "" && f.Service != h.service.Name:
		return false
	}
	return true
}

type faultOf struct{ *faults.Injection }

// ofKind are the faults of a kind that can act.
func (d *design) ofKind(kinds ...string) []faultOf {
	var out []faultOf
	for i := range d.faults {
		f := &d.faults[i]
		if f.Probability > 0 && slices.Contains(kinds, f.Fault.Kind()) {
			out = append(out, faultOf{f})
		}
	}
	return out
}

// always tells whether a fault acts during the whole run, on any flow.
func (f faultOf) always() bool {
	return f.At == 0 && f.For == nil && len(f.Flows) == 0 && f.Nth == 0
}

// duration is a time in seconds and its fractions, as people write it: three digits.
func duration(t topology.Time) string {
	switch {
	case t >= 100*topology.Minute:
		return fmt.Sprintf("%.3g h", float64(t)/float64(topology.Hour))
	case t >= 100*topology.Second:
		return fmt.Sprintf("%.3g min", float64(t)/float64(topology.Minute))
	case t >= topology.Second:
		return fmt.Sprintf("%.3g s", float64(t)/float64(topology.Second))
	case t >= topology.Millisecond:
		return fmt.Sprintf("%.3g ms", float64(t)/float64(topology.Millisecond))
	case t >= topology.Microsecond:
		return fmt.Sprintf("%.3g us", float64(t)/float64(topology.Microsecond))
	}
	return fmt.Sprintf("%d ns", t)
}

// percent is a share to two digits.
func percent(share float64) string { return fmt.Sprintf("%.2g %%", 100*share) }

// number is a figure to three digits, without an exponent where people would not write one.
func number(v float64) string {
	if math.Abs(v) >= 100 && math.Abs(v) < 1e6 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}

// names lists some names: "a, b and 3 others".
func names(list []string) string {
	const most = 3
	switch {
	case len(list) > most+1:
		return fmt.Sprintf("%s and %d others", strings.Join(list[:most], ", "), len(list)-most)
	case len(list) > 1:
		return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
	}
	return strings.Join(list, "")
}
