package sim

import (
	"fmt"
	"math/bits"
	"slices"

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
	gates  map[[2]int32]int32 // by calling service and callee
}

// names gives every service and handler its index.
func (c *compiler) names() {
	c.serv, c.hand = map[string]int32{}, map[string]int32{}
	c.gates = map[[2]int32]int32{}
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
		made := key{name: k.Name, site: site("key", k.Name), count: k.Count, cumulative: zipf(k)}
		if made.cumulative != nil {
			made.makeCuts()
		}
		m.keys = append(m.keys, made)
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
				if !st.isWord {
					m.numbers = append(m.numbers, number{int32(len(m.states)), st.base})
				}
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

// makeCuts notes for each beginning of a draw the lowest value that it can be, which
// nearly always is the value itself: the cutpoint method (H. Chen and
// Y. Asau, "On generating random variates from an empirical distribution", AIIE
// Transactions 6, 1974).
func (k *key) makeCuts() {
	width := min(bits.Len(uint(k.count))+3, 16) // eight times as many: the value is seldom a step away
	k.cut = make([]int32, 1<<width)
	k.cutShift = uint8(64 - width)
	value := 0
	for i := range k.cut {
		for value < k.count-1 && k.cumulative[value] <= float64(i)/float64(len(k.cut)) {
			value++
		}
		k.cut[i] = int32(value)
	}
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
		m.style = func() style { return &choreography{} }
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

// handlerNamed is a handler's index by its full name; -1: there is none.
func (c *compiler) handlerNamed(name string) int32 {
	if i, ok := c.hand[name]; ok {
		return i
	}
	c.err = fmt.Errorf("there is no handler %q", name)
	return -1
}
