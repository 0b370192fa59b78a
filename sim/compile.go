package sim

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"edasim/faults"
	"edasim/topology"
)

// Compile turns a validated configuration into tables of indexes. It fails
// where the configuration uses something that does not exist; the loader's
// checks come before and say so better.
func Compile(config Config) (*Model, error) {
	c := &compiler{config: config, model: &Model{config: config, coordinator: -1}}
	steps := []func(){
		c.names, c.statesAndKeys, c.eventsAndOutcomes, c.compileHandlers, c.coordinatorOf,
		c.invariantsOf, c.laneGroups, c.triggersOf, c.injections, c.monitorsOf, c.alertsOf, c.finishHandlers,
	}
	for _, step := range steps {
		if step(); c.err != nil {
			return nil, c.err
		}
	}
	return c.model, nil
}

type compiler struct {
	config Config
	model  *Model
	err    error
	event  map[string]int32
	serv   map[string]int32
	hand   map[string]int32
	keyed  map[string]int32
}

// names gives every service and handler its index.
func (c *compiler) names() {
	c.serv, c.hand = map[string]int32{}, map[string]int32{}
	for _, s := range c.config.System.Services {
		at := int32(len(c.model.services))
		c.serv[s.Name] = at
		svc := service{
			name: s.Name, key: hashName(s.Name), index: at,
			replicas: int32(max(s.Replicas, 1)), concurrency: int32(s.Concurrency),
			unlimited: s.Concurrency == topology.Unlimited, capacity: s.Queue.Capacity, refuse: s.Queue.Refuse,
			contention: s.Contention, cancelStale: s.CancelStale, orderKey: -1, observed: true,
		}
		for _, h := range s.Handlers {
			i := int32(len(c.model.handlers))
			name := s.Name + "." + h.Name
			c.hand[name] = i
			c.model.handlers = append(c.model.handlers, handler{
				def: h, name: name, key: hashName(name), index: i, service: at,
			})
			svc.handlers = append(svc.handlers, i)
		}
		c.model.services = append(c.model.services, svc)
	}
}

// statesAndKeys lays out what flows and services keep.
func (c *compiler) statesAndKeys() {
	m := c.model
	c.keyed = map[string]int32{}
	for _, k := range c.config.System.Keys {
		c.keyed[k.Name] = int32(len(m.keys))
		m.keys = append(m.keys, key{
			name: k.Name, site: site("key", k.Name), count: k.Count, cumulative: zipf(k),
		})
	}
	m.words = []string{""}
	for _, o := range c.config.System.Outcomes {
		m.words = append(m.words, o.Name)
		m.outcomes = append(m.outcomes, o.Name)
	}
	if c.config.Style == topology.Orchestrated && !slices.Contains(m.outcomes, failedOutcome) {
		m.words = append(m.words, failedOutcome)
		m.outcomes = append(m.outcomes, failedOutcome)
	}
	for si, s := range c.config.System.Services {
		for _, v := range s.State {
			st := state{name: s.Name + "." + v.Name, service: int32(si), carried: -1, isWord: v.IsWord, initial: v.Number}
			if v.IsWord {
				st.initial = c.word(v.Word)
			}
			count := 1
			switch v.Per {
			case "":
				st.key, st.base = keyNone, int32(len(m.flowValues))
				m.flowValues = append(m.flowValues, st.initial)
				m.states = append(m.states, st)
				continue
			case topology.PerAll:
				st.key = keyAll
			default:
				k, ok := c.keyed[v.Per]
				if !ok {
					c.fail("state %s is per %q, which is not declared in keys", st.name, v.Per)
					return
				}
				st.key, count = k, m.keys[k].count
				if m.services[si].orderKey < 0 {
					m.services[si].orderKey = k
				}
			}
			st.base = int32(len(m.shared))
			m.shared = append(m.shared, slices.Repeat([]float64{st.initial}, count)...)
			m.states = append(m.states, st)
		}
	}
}

// failedOutcome is the outcome of a flow that its coordinator has undone.
const failedOutcome = "failed"

// zipf is the cumulative law of a skewed key; nil for a uniform one.
func zipf(k topology.Key) []float64 {
	if k.Zipf == 0 {
		return nil
	}
	cumulative := make([]float64, k.Count)
	total := 0.0
	for i := range cumulative {
		total += zipfWeight(i+1, k.Zipf)
		cumulative[i] = total
	}
	for i := range cumulative {
		cumulative[i] /= total
	}
	return cumulative
}

// eventsAndOutcomes lists who hears what.
func (c *compiler) eventsAndOutcomes() {
	m := c.model
	c.event = map[string]int32{}
	for i := range m.handlers {
		h := &m.handlers[i]
		for _, name := range h.def.Consumes {
			ev := &m.events[c.eventNamed(name)]
			ev.consumers = append(ev.consumers, h.index)
			if h.def.Detached {
				ev.detached = append(ev.detached, h.index)
			} else {
				ev.attached = append(ev.attached, h.index)
			}
		}
	}
	for i, o := range c.config.System.Outcomes {
		for _, name := range o.Events {
			m.events[c.eventNamed(name)].outcome = int32(i)
		}
	}
}

func (c *compiler) eventNamed(name string) int32 {
	i, ok := c.event[name]
	if !ok {
		i = int32(len(c.model.events))
		c.event[name] = i
		c.model.events = append(c.model.events, event{
			name: name, key: hashName(name), site: site("publish", name), outcome: -1,
		})
	}
	return i
}

// deadline is the list for a constant delay.
func (c *compiler) deadline(delay topology.Time) int32 {
	if delay <= 0 {
		return -1
	}
	i := slices.Index(c.model.waits, delay)
	if i < 0 {
		i = len(c.model.waits)
		c.model.waits = append(c.model.waits, delay)
	}
	return int32(i)
}

func sample(d *topology.Dist, site uint64) sampler {
	if d == nil {
		return sampler{}
	}
	if t, ok := d.Constant(); ok {
		return sampler{constant: t}
	}
	return sampler{dist: d, random: true, site: site}
}

// coordinatorOf adds the coordinator as a service of its own.
func (c *compiler) coordinatorOf() {
	m := c.model
	switch c.config.Style {
	case topology.Choreography:
		m.style = func() style { return choreography{} }
		return
	case topology.DirectCalls:
		c.compileDirect()
		return
	}
	o := &c.config.System.Orchestration
	s := int32(len(m.services))
	i := int32(len(m.handlers))
	name := faults.Coordinator
	m.services = append(m.services, service{
		name: name, key: hashName(name), index: s, handlers: []int32{i},
		replicas: 1, concurrency: int32(o.Concurrency), unlimited: o.Concurrency == topology.Unlimited,
		capacity: -1, orderKey: -1, static: true,
	})
	c.serv[name], c.hand[name] = s, i
	m.handlers = append(m.handlers, handler{
		def:  &topology.Handler{Name: name, Takes: o.Takes, Delivery: o.Delivery, Otherwise: topology.Ignore},
		name: name, key: hashName(name), index: i, service: s, rare: isCoordinator,
	})
	c.compileHandler(&m.handlers[i])
	m.coordinator = i
	proto := orchestration{
		handler: []int32{i}, wait: &o.Wait, failed: int32(slices.Index(m.outcomes, failedOutcome)),
	}
	for j := range m.handlers {
		proto.waiters = append(proto.waiters, c.waiterOf(&o.Wait, site("retry", name, m.handlers[j].name)))
		proto.commands = append(proto.commands, site("command", m.handlers[j].name))
		proto.replies = append(proto.replies, site("reply", m.handlers[j].name))
	}
	m.style = func() style {
		own := proto
		return &own
	}
}

// invariantsOf compiles the invariants and tells each handler which of them its
// commits may change.
func (c *compiler) invariantsOf() {
	m := c.model
	for i := range c.config.System.Invariants {
		def := &c.config.System.Invariants[i]
		f, states, outcome := c.expression(def.Expr, scope{})
		inv := invariant{
			name: def.Name, measure: MeasureName(def.Name), kind: def.Kind, eval: f, within: def.Within,
			shared: !outcome && len(states) > 0, sharedKey: keyAll,
		}
		for _, s := range states {
			if k := m.states[s].key; k == keyNone {
				inv.shared = false
			} else if k >= 0 {
				inv.sharedKey = k
			}
		}
		inv.shared = inv.shared && inv.kind == topology.Finally
		list := &m.always
		if def.Kind == topology.Finally {
			list = &m.finally
		}
		at := int32(len(*list))
		*list = append(*list, inv)
		for j := range m.handlers {
			h := &m.handlers[j]
			if !c.touches(h, states) && !(outcome && c.ends(h)) {
				continue
			}
			if def.Kind == topology.Finally {
				h.finally = append(h.finally, at)
			} else {
				h.always = append(h.always, at)
			}
		}
	}
}

// touches tells whether a handler's effects change one of some states.
func (c *compiler) touches(h *handler, states []int32) bool {
	changes := func(list []effect) bool {
		return slices.ContainsFunc(list, func(fx effect) bool { return slices.Contains(states, fx.state) })
	}
	return changes(h.effects) || h.refusal != nil && changes(h.refusal.effects)
}

// ends tells whether a handler's commit may give its flow an outcome.
func (c *compiler) ends(h *handler) bool {
	if h.rare&isCoordinator != 0 {
		return true
	}
	outcome := func(list []emission) bool {
		return slices.ContainsFunc(list, func(em emission) bool {
			return slices.ContainsFunc(em.choices, func(ch choice) bool { return c.model.events[ch.event].outcome >= 0 })
		})
	}
	return outcome(h.emits) || h.refusal != nil && outcome(h.refusal.emits)
}

// MeasureName is an invariant's name as measures spell it: lower case, with _
// for what is not a letter or digit.
func MeasureName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r > 127:
			return r
		}
		return '_'
	}, name)
}

// laneGroups finds which handlers share lanes.
func (c *compiler) laneGroups() {
	m := c.model
	for i := range m.handlers {
		h := &m.handlers[i]
		o := h.policy.Ordering
		h.group = -1
		if o.Kind == topology.Unordered {
			continue
		}
		g := laneGroup{service: h.service, kind: o.Kind, key: -1, lanes: 1, perFlow: -1}
		if o.Key != "" {
			k, ok := c.keyed[o.Key]
			if !ok {
				c.fail("%s is ordered by %q, which is not declared in keys", h.name, o.Key)
				return
			}
			g.key = k
		}
		switch o.Kind {
		case topology.ByPartition:
			g.lanes = int32(o.Partitions)
		case topology.ByKeyValue:
			g.lanes = int32(m.keys[g.key].count)
		}
		at := slices.IndexFunc(m.lanes, func(other laneGroup) bool {
			return other.service == g.service && other.kind == g.kind && other.key == g.key && other.lanes == g.lanes
		})
		if at < 0 {
			at = len(m.lanes)
			if o.Kind == topology.ByFlow {
				g.perFlow = int32(m.flowLanes)
				m.flowLanes++
			}
			m.lanes = append(m.lanes, g)
			svc := &m.services[h.service]
			svc.groups = append(svc.groups, int32(at))
			if o.Kind == topology.ByPartition && !svc.unlimited && svc.replicas > 1 {
				svc.perReplica = true
			}
		}
		h.group = int32(at)
	}
}

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
		return h.emits
	}
	return append(slices.Clip(h.emits), h.refusal.emits...)
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

// injections compiles the faults.
func (c *compiler) injections() {
	m := c.model
	for _, f := range c.config.Faults {
		i := int32(len(m.inject))
		inj := injection{
			name: f.Name, key: site("fault", f.Name), fault: f.Fault, point: f.Fault.Point(),
			below: threshold(f.Probability), certain: f.Probability >= 1,
			event: -1, service: -1, at: f.At, length: f.For, every: f.Every,
			only: len(f.Flows) > 0, named: f.Flows, nth: f.Nth,
			always: f.At == 0 && f.For == nil && f.Fault.Point() != faults.OnService,
		}
		if f.Event != "" {
			ev, ok := c.event[f.Event]
			if !ok {
				c.fail("fault %s strikes event %q, which does not exist", f.Name, f.Event)
				return
			}
			inj.event = ev
		}
		m.inject = append(m.inject, inj)
		if !inj.always {
			m.windows = append(m.windows, i)
		}
		c.target(i, f)
	}
}

// target puts an injection into the lists of the places where it may strike.
func (c *compiler) target(i int32, f faults.Injection) {
	m := c.model
	inj := &m.inject[i]
	switch inj.point {
	case faults.OnArrivals:
		for t := range m.triggers {
			if inj.event < 0 || m.triggers[t].event == inj.event {
				m.triggers[t].inject = append(m.triggers[t].inject, i)
			}
		}
	case faults.OnService:
		if f.Service == faults.Broker {
			inj.broker = true
		} else if s, ok := c.serv[f.Service]; ok {
			inj.service = s
			m.services[s].struck(f.Fault)
		} else if f.Service == faults.Coordinator {
			return // the style has none
		} else {
			c.fail("fault %s strikes service %q, which does not exist", f.Name, f.Service)
			return
		}
	case faults.AtPublish:
		if f.Handler == "" && (f.Service == "" || f.Service == faults.Client) {
			m.client.inject = append(m.client.inject, i)
		}
		for h := range m.handlers {
			if c.strikes(f, &m.handlers[h]) {
				m.handlers[h].out.inject = append(m.handlers[h].out.inject, i)
			}
		}
	default:
		if s, ok := c.serv[f.Service]; ok && f.Fault.Kind() == "network_partition" {
			inj.cuts, inj.service = true, s
		}
		for h := range m.handlers {
			if inj.cuts && m.handlers[h].service == inj.service {
				m.handlers[h].out.cut = append(m.handlers[h].out.cut, i)
			}
			if c.strikes(f, &m.handlers[h]) {
				m.handlers[h].at[inj.point] = append(m.handlers[h].at[inj.point], i)
			}
		}
	}
}

// strikes tells whether a fault is aimed at a handler. One that names nobody is
// not aimed at the coordinator where only consumers' own work can go wrong.
func (c *compiler) strikes(f faults.Injection, h *handler) bool {
	if f.Handler != "" {
		return f.Handler == h.name
	}
	return f.Service == "" || f.Service == c.model.services[h.service].name
}

// struck notes what an outage or a pause asks of a service's accounts.
func (s *service) struck(f faults.Fault) {
	fx := f.Decide(faults.Hop{}, 0)
	if fx.Pause {
		s.pausable = true
	}
	if fx.Down > 0 {
		s.mortal = true
		if fx.Down < s.replicas && !s.unlimited {
			s.perReplica = true
		}
	}
}

// handlerNamed is a handler's index by its full name; -1: there is none.
func (c *compiler) handlerNamed(name string) int32 {
	if i, ok := c.hand[name]; ok {
		return i
	}
	c.err = fmt.Errorf("there is no handler %q", name)
	return -1
}
