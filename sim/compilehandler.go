package sim

import (
	"fmt"
	"math"
	"slices"

	"edasim/faults"
	"edasim/topology"
)

func (c *compiler) compileHandlers() {
	for i := range c.model.handlers {
		c.compileHandler(&c.model.handlers[i])
		if c.err != nil {
			return
		}
	}
	for i := range c.model.handlers {
		h := &c.model.handlers[i]
		for n, def := range h.def.Calls {
			h.rare |= hasCalls
			call := callDef{
				handler: c.handlerNamed(def.Handler),
				waiter:  c.waiterOf(&def.Wait, site("calls", h.name, def.Handler, fmt.Sprint(n))),
				logical: site("called", h.name, def.Handler, fmt.Sprint(n)),
			}
			c.shareGate(&call.waiter, h.service, call.handler)
			h.calls = append(h.calls, call)
			if c.err != nil {
				return
			}
		}
		if h.compensate >= 0 {
			c.model.handlers[h.compensate].undoneBy = h.index
		}
	}
}

// compileHandler fills in what does not depend on other handlers.
func (c *compiler) compileHandler(h *handler) {
	m := c.model
	def := h.def
	h.policy = &def.Delivery
	h.alone = [1]int32{h.index}
	h.out = emitter{service: h.service}
	h.takes = sample(def.Takes, site("takes", h.name))
	h.latency = sample(h.policy.Latency, site("latency", h.name))
	h.back = sample(c.requestLatency(h), site("answer", h.name))
	h.request = sample(c.requestLatency(h), site("latency", h.name))
	if h.policy.Confirm > 0 {
		w := c.waiterOf(&topology.Wait{Timeout: h.policy.Confirm, Retry: h.policy.PublishRetry}, site("publish again", h.name))
		h.confirm = &w
	}
	h.requestSite = site("request", h.name)
	h.readTakes = sample(def.ReadTakes, site("read", h.name))
	h.lease, h.unrenewed = -1, -1
	if h.policy.AckDeadline > 0 && !h.policy.AckBefore {
		h.lease = c.deadline(max(h.policy.AckDeadline, h.policy.AckRenewal))
		if h.policy.AckRenewal > h.policy.AckDeadline {
			h.unrenewed = c.deadline(h.policy.AckDeadline)
		}
	}
	h.retry = retry{h.policy.Retry, site("redelivery", h.name)}
	h.deadline = retry{h.policy.DeadlineRetry, site("deadline", h.name)}
	h.conflict = retry{def.ConflictRetry, site("conflict", h.name)}
	if def.ConflictRetry.Attempts == 0 {
		h.conflict.Attempts = topology.UnlimitedAttempts
	}
	h.idempotent, h.isolation, h.otherwise = def.Idempotent, def.Isolation, def.Otherwise
	h.order, h.gap = def.Publishing.Order, def.Publishing.Gap
	h.inFlight = int32(h.policy.InFlight)
	h.compensate, h.undoneBy, h.join = -1, -1, -1
	if def.Compensates != "" {
		h.compensate = c.handlerNamed(def.Compensates)
	}
	for _, name := range def.Consumes {
		h.consumes = append(h.consumes, c.eventNamed(name))
	}
	if def.Join {
		h.join = int32(m.joins)
		m.joins++
	}
	if len(def.Accepts) > 0 {
		h.accepts = faults.VersionSet(def.Accepts...)
	}
	in := scope{service: m.services[h.service].name, carried: !def.ReadsStore}
	var reads []int32
	h.when, reads, _ = c.condition(def.When, in)
	h.reads = append(h.reads, reads...)
	var now []int32
	h.whenNow, now, _ = c.condition(def.When, scope{service: in.service})
	h.copies = len(now) > len(reads)
	h.deed = c.deed(h, def.Effects, def.Emits, "emits", in)
	if r := def.Refuses; r != nil || def.Otherwise == topology.Refuse {
		h.refusal = &refusal{site: site("refuses", h.name)}
		if r != nil {
			h.refusal.below = threshold(r.Probability)
			h.refusal.deed = c.deed(h, r.Effects, r.Emits, "refuses", in)
		}
	}
	c.rareThings(h)
}

// shareGate gives all calls from one service to one callee the same budget and
// breaker: that of the first.
func (c *compiler) shareGate(w *waiter, service, callee int32) {
	if w.gate < 0 {
		return
	}
	pair := [2]int32{service, callee}
	if first, ok := c.gates[pair]; ok {
		w.gate = first
		return
	}
	c.gates[pair] = w.gate
}

// patienceOf is how long a run may take that is sure to end before its lease
// does, so that none need be kept: nothing but its own service time stands between
// its beginning and its ack.
func (c *compiler) patienceOf(h *handler, svc *service) topology.Time {
	if h.lease < 0 {
		return never
	}
	if h.rare&unending != 0 || svc.mortal || svc.prefetches || c.config.Style == topology.DirectCalls {
		return -1
	}
	return c.model.waits[h.lease]
}

// rareFaults sets the bit of each place where faults may strike a handler.
func (h *handler) rareFaults(svc *service) {
	for _, f := range []struct {
		bit rare
		on  bool
	}{
		{hasDelicacy, len(h.at[faults.AtDelivery].list)+len(h.at[faults.AtHandling].list) > 0},
		{hasTwoWrites, len(h.at[faults.AtCommit].list)+len(h.at[faults.AtHandling].list) > 0 && h.rare&isCoordinator == 0},
		{hasCommitFaults, len(h.at[faults.AtCommit].list) > 0},
		{hasAckFaults, len(h.at[faults.AtAck].list) > 0},
		{hasTransitFaults, len(h.at[faults.InTransit].list) > 0},
		{hasNumbers, len(h.numbered) > 0},
		{hasLane, h.group >= 0},
		{hasPauses, svc.pausable},
		{hasLimit, h.inFlight > 0},
	} {
		if f.on {
			h.rare |= f.bit
		}
	}
}

// requestLatency is the time a call takes to reach a handler.
func (c *compiler) requestLatency(h *handler) *topology.Dist {
	if l := c.config.System.Direct.Latency; l != nil {
		return l
	}
	return h.policy.Latency
}

// rareThings sets the bit of each less common thing that a handler has.
func (c *compiler) rareThings(h *handler) {
	def := h.def
	set := func(bit rare, on bool) {
		if on {
			h.rare |= bit
		}
	}
	set(hasPoll, h.policy.Poll.Every > 0)
	set(hasOffsets, h.policy.Settle > 0)
	set(hasTTL, h.policy.TTL > 0)
	set(hasIdempotence, def.Idempotent.By != topology.NotIdempotent)
	set(hasJoin, def.Join)
	set(hasStoreReads, def.ReadsStore && def.ReadTakes != nil)
	set(hasGuard, def.When != nil)
	set(hasRefusal, h.refusal != nil)
	set(hasAuthentication, def.Verified)
	set(hasAckBefore, h.policy.AckBefore)
	set(hasContention, c.model.services[h.service].contention > 0)
	writes := len(h.writes) > 0
	if def.Isolation == topology.Optimistic || writes {
		h.rare |= hasVersions
		c.model.versions = true
	}
	if len(h.reads) == 0 && def.Isolation == topology.Optimistic {
		h.isolation = topology.ReadCommitted
	}
	set(hasTwoWrites, h.gap > 0 || h.order != topology.AfterCommit)
	set(hasDelicacy, h.rare&hasAuthentication != 0 || h.accepts != 0)
	c.model.snapshotSize = max(c.model.snapshotSize, len(h.writes))
}

// deed compiles what a run does.
func (c *compiler) deed(h *handler, effects []topology.Effect, emits []topology.Emission, what string, in scope) deed {
	d := deed{effects: c.effects(h, effects, in), emits: c.emissions(h, emits, what)}
	d.fixed = !slices.ContainsFunc(d.emits, func(em emission) bool {
		return em.maybe || len(em.choices) > 1 || em.after != nil
	})
	d.ends = slices.ContainsFunc(d.emits, func(em emission) bool {
		return slices.ContainsFunc(em.choices, func(ch choice) bool { return ch.outcome >= 0 })
	})
	for i := range d.emits {
		if o := d.emits[i].outcome; o >= 0 && d.fixed {
			d.reaches = append(d.reaches, o)
		}
	}
	c.model.mostEmits = max(c.model.mostEmits, len(d.emits))
	return d
}

// finishDeed sets what depends on the whole system. That a deed is all published is a
// matter of choreography: elsewhere somebody may wait for the run itself.
func (c *compiler) finishDeed(h *handler, d *deed) {
	m := c.model
	for i := range d.emits {
		d.emits[i].unheard = len(m.events[d.emits[i].event].consumers)+len(h.out.inject.list) == 0
	}
	d.plain = d.fixed && len(m.carries) == 0
	d.all = d.plain && c.config.Style == topology.Choreography
	d.own = !m.versions && !slices.ContainsFunc(d.effects, func(fx effect) bool {
		return fx.op == topology.SetExpr || m.states[fx.state].key != keyNone
	})
}

// effects compiles a list of effects. What read-modify-writes overwrite, and
// what their expressions read, is noted for isolation and lost updates.
func (c *compiler) effects(h *handler, list []topology.Effect, in scope) []effect {
	var out []effect
	for _, def := range list {
		k := exprCompiler{compiler: c, scope: in}
		at, _ := k.stateNamed(def.State)
		if at < 0 {
			c.fail("%s changes %q, which its service does not have", h.name, def.State)
			return nil
		}
		fx := effect{state: at, op: def.Op, value: def.Delta, slot: c.model.states[at].base}
		switch def.Op {
		case topology.SetWord:
			fx.value = c.word(def.Word)
		case topology.SetExpr:
			f, reads := c.expression(def.Expr, in)
			fx.expr, fx.place = f, int32(len(h.writes))
			h.reads = append(h.reads, reads...)
			h.writes = append(h.writes, at)
		}
		out = append(out, fx)
	}
	slices.Sort(h.reads)
	h.reads = slices.Compact(h.reads)
	return out
}

// emissions compiles a list of emissions.
func (c *compiler) emissions(h *handler, list []topology.Emission, what string) []emission {
	var out []emission
	for place, def := range list {
		at := fmt.Sprint(place)
		em := emission{site: site(what, h.name, at)}
		if def.Probability < 1 && len(def.OneOf) == 0 || len(def.OneOf) > 0 && def.Probability > 0 && def.Probability < 1 {
			em.maybe, em.below = true, threshold(def.Probability)
		}
		if def.After != nil {
			after := sample(def.After, site("after", h.name, what, at))
			em.after = &after
		}
		add := func(name string, below float64) {
			ev := c.eventNamed(name)
			em.choices = append(em.choices, choice{
				event: ev, outcome: c.model.events[ev].outcome, upTo: threshold(below),
				logical: site("emitted", h.name, what, name, at),
			})
		}
		if len(def.OneOf) == 0 {
			add(def.Event, 1)
		}
		sum := 0.0
		for _, ch := range def.OneOf {
			sum += ch.Share
			add(ch.Event, sum)
		}
		em.choice = em.choices[0]
		out = append(out, em)
	}
	return out
}

// finishHandlers sets what depends on the faults.
func (c *compiler) finishHandlers() {
	m := c.model
	m.client.service = -1
	m.client.plagued = len(m.client.inject.list) > 0
	for i := range m.handlers {
		h := &m.handlers[i]
		h.rareFaults(&m.services[h.service])
		c.finishDeed(h, &h.deed)
		if h.refusal != nil {
			c.finishDeed(h, &h.refusal.deed)
		}
		h.judged = len(h.always)+len(h.finally) > 0
		h.out.plagued = len(h.out.inject.list) > 0
		m.commitFault = m.commitFault || h.rare&hasTwoWrites != 0
	}
	for i := range m.handlers {
		h := &m.handlers[i]
		svc := &m.services[h.service]
		svc.sleeps = svc.sleeps || h.policy.Poll.Sleep
		if h.policy.Prefetch > 0 && !svc.unlimited {
			svc.prefetches, svc.perReplica, svc.mortal = true, true, true
		}
		if h.policy.Settle > 0 && svc.replicas > 1 && !svc.unlimited {
			svc.perReplica = true
		}
	}
	for i := range m.services {
		svc := &m.services[i]
		for _, i := range svc.handlers {
			m.handlers[i].patience = c.patienceOf(&m.handlers[i], svc)
		}
		svc.plain = len(svc.groups) == 0 && !svc.perReplica && svc.capacity < 0 && !c.strikesLinks(svc)
		for _, h := range svc.handlers {
			svc.plain = svc.plain && m.handlers[h].rare&(hasLimit|hasPoll) == 0
		}
	}
	for i := range m.services {
		svc := &m.services[i]
		svc.interchangeable = !svc.mortal && !svc.perReplica
		svc.restless = svc.sleeps || svc.prefetches
	}
	m.flowKeepsMore = m.versions || m.joins+m.flowLanes+m.counters+len(m.monitors) > 0
	m.flowKeeps = m.flowKeepsMore || len(m.flowValues)+len(m.always)+len(m.finally) > 0
	m.snapshotSize = max(m.snapshotSize, len(m.carries), 1)
	for i := range m.services {
		if svc := &m.services[i]; svc.orderKey >= 0 {
			svc.orderBase = int32(m.ordered)
			m.ordered += m.keys[svc.orderKey].count
		}
	}
	if len(m.handlers) > math.MaxInt16 {
		c.fail("%d handlers are too many: at most %d", len(m.handlers), math.MaxInt16)
	}
}

// zipfWeight is rank^-s, from multiplications alone where s is a whole number.
func zipfWeight(rank int, s float64) float64 { return math.Pow(float64(rank), -s) }

// strikesLinks tells whether a network partition can keep a service from the
// broker.
func (c *compiler) strikesLinks(svc *service) bool {
	return slices.ContainsFunc(c.model.inject, func(inj injection) bool { return inj.cuts && inj.service == svc.index })
}
