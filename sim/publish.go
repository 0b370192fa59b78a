package sim

import (
	"edasim/faults"
	"edasim/topology"
)

// message is what is said once, before the broker makes copies of it. Its id, and
// when and as which publish it is said, are added by publish.
type message struct {
	flow *flow
	from *emitter
	site uint64 // of the publish faults' draws
	word
}

// publish gives a message to the broker for the handlers that are to have it.
// An event that nobody consumes is published all the same.
func (e *engine) publish(m *message, to []int32) {
	f := m.flow
	if m.from != &e.client {
		if e.runsAway(f, m.hops) {
			return
		}
		e.book.published(e, f)
	}
	f.hops = max(f.hops, m.hops)
	e.wrote++
	m.message, m.wrote, m.born = e.wrote, e.wrote, e.now
	hit := m.from.plagued && e.struck(&m.from.inject, f, m.site+m.logical, m.try)
	if hit || len(m.from.cut) > 0 {
		e.publishStruck(m, to, hit)
		return
	}
	for _, h := range to {
		e.transit(m, &e.consumers[h], nil)
	}
}

// runsAway tells whether a message goes round in circles. It is not published.
func (e *engine) runsAway(f *flow, hops int32) bool {
	if hops <= e.maxHops {
		return false
	}
	e.book.anomaly(e, f, runaway, nil)
	return true
}

// publishTrigger publishes an attempt of the client to start a flow. Where no fault can strike
// that, and it says the same each time, it is copied as it is.
func (e *engine) publishTrigger(f *flow, attempt int32) {
	src := f.source
	if src.fits != attempt || e.client.plagued {
		m := e.triggerMessage(f, attempt)
		e.publish(m, src.heard)
		if m.carried != none {
			e.release(m.carried)
		}
		return
	}
	e.wrote++
	for _, i := range src.heard {
		c := &e.consumers[i]
		d := e.newDelivery()
		d.flow, d.to, d.word = f, c, src.message.word
		d.message, d.wrote, d.born = e.wrote, e.wrote, e.now
		e.send(d, c, nil)
	}
}

// triggerMessage is an attempt of the client to start a flow. It is good until
// the next; what it carries is the caller's to release.
func (e *engine) triggerMessage(f *flow, attempt int32) *message {
	src := f.source
	src.message.flow = f
	if src.fits != attempt {
		e.fitTrigger(src, attempt)
	}
	return &src.message
}

// fitTrigger makes the message of a trigger one for an attempt: what it carries
// differs each time.
func (e *engine) fitTrigger(src *source, attempt int32) {
	m := &src.message
	m.origin, m.try = attempt, again(0, requestTry, src.key, uint64(attempt-1))
	m.carried = e.carryAll(m.flow)
	if m.carried == none {
		src.fits = attempt
	}
}

// publishCopy is publish for what only one handler is to have, and is written into its
// copy at once.
func (e *engine) publishCopy(d *delivery, from *emitter, site uint64) {
	f := d.flow
	if from != &e.client {
		if e.runsAway(f, d.hops) {
			e.unmake(d)
			return
		}
		e.book.published(e, f)
	}
	f.hops = max(f.hops, d.hops)
	e.wrote++
	d.message, d.wrote, d.born = e.wrote, e.wrote, e.now
	hit := from.plagued && e.struck(&from.inject, f, site+d.logical, d.try)
	if hit || len(from.cut) > 0 {
		m, to := message{flow: f, from: from, site: site, word: d.word}, d.to
		e.unmake(d)
		e.publishStruck(&m, to.alone[:], hit)
		return
	}
	e.send(d, d.to, nil)
}

// publishStruck is publish where a fault may have struck, or the publisher is cut off
// at times.
func (e *engine) publishStruck(m *message, to []int32, hit bool) {
	var fx *faults.Effect
	if hit {
		at := hop{flow: m.flow, event: m.event, message: m, key: m.site + m.logical, try: m.try}
		if fx = e.strike(&m.from.inject, &at); fx != nil && fx.Version > int32(m.version) {
			changed := *m
			changed.version = int8(fx.Version)
			m = &changed
		}
	}
	later, lost := topology.Time(0), false
	if len(m.from.cut) > 0 {
		later, lost = e.cutOff(m)
	}
	if fx != nil && fx.Drop || lost {
		e.neverReached(m, to)
		return
	}
	if fx != nil && m.kind != aRequest {
		copies := fx.Copies
		if fx.ConfirmLost && e.confirmOf(to) != nil {
			e.awaitConfirm(m, to, 1, true)
		}
		if copies.N > 0 {
			e.copies(m, to, later, &copies)
			return
		}
	}
	m.born = e.now + later
	for _, h := range to {
		e.transit(m, &e.consumers[h], nil)
	}
}

// neverReached is a message that the broker does not get: its producer finds out
// if it waits for a confirm.
func (e *engine) neverReached(m *message, to []int32) {
	if m.kind != aRequest && e.confirmOf(to) != nil {
		e.awaitConfirm(m, to, 1, false)
		return
	}
	e.book.dropped(e, m, to)
}

// copies sends a message and its duplicates: the same message id for all, and
// for each duplicate a try of its own. A broker that removes duplicates accepts
// one only when none was accepted within its window.
func (e *engine) copies(m *message, to []int32, later topology.Time, c *faults.Copies) {
	try := m.try
	for _, i := range to {
		h := &e.consumers[i]
		accepted := topology.Time(0)
		m.try, m.born = try, e.now+later
		last := e.transit(m, h, nil)
		for n := range c.N {
			after := c.After[n]
			if w := h.policy.Dedup; w > 0 && after-accepted < w {
				e.book.deduplicated(e, m, h)
				continue
			}
			accepted = after
			m.try, m.born = again(try, copyTry, m.site, uint64(n+1)), e.now+later+after
			last = e.transit(m, h, last)
		}
	}
	m.try = try
}

// transit sends one copy on its way to a handler; behind is the copy whose
// place in the lane it takes the next of. It returns nil where the copy is lost.
func (e *engine) transit(m *message, c *consumer, behind *delivery) *delivery {
	d := e.newDelivery()
	d.flow, d.to = m.flow, c
	// Field by field, as the message was made: a copy in wide words would have to
	// wait for the narrow ones.
	d.event, d.depth, d.hops, d.version, d.origin = m.event, m.depth, m.hops, m.version, m.origin
	d.request, d.requestAttempt, d.requestID, d.carried = m.request, m.requestAttempt, m.requestID, m.carried
	d.kind, d.result, d.forged = m.kind, m.result, m.forged
	d.logical, d.message, d.cause, d.wrote, d.born = m.logical, m.message, m.cause, m.wrote, m.born
	d.try = m.try
	return e.send(d, c, behind)
}

// send is transit for a copy that knows what it says.
func (e *engine) send(d *delivery, c *consumer, behind *delivery) *delivery {
	f := d.flow
	// When it arrives is drawn first: the queue of steps waits for it.
	way := &c.latency
	if d.kind == aRequest {
		way = &c.request
		e.calls.at(d.request).sending(d)
	}
	at := d.born + way.constant
	if way.random {
		at = d.born + way.dist.At(draw(f.key, way.site, d.logical, d.try))
	}
	d.progress, d.handling = progress{}, handling{}
	d.tried = d.try
	if d.carried != none {
		e.snapshots.at(d.carried).refs++
	}
	f.open++
	e.book.copies.made++
	if e.book.tell != nil {
		e.book.record(e, Published, f, d, "")
	}
	d.takes = c.takes.constant
	if e.measured {
		d.takes = e.serviceTime(d, c.handler)
	} else if c.takes.random {
		d.takes = c.takes.dist.At(draw(f.key, c.takes.site, d.logical, d.try))
	}
	hit := c.rare&hasTransitFaults != 0 && e.struck(&c.at[faults.InTransit], f, c.key+d.logical, d.try)
	if hit || c.rare&oddTransit != 0 || e.brokerDown > 0 {
		var lost bool
		if at, lost = e.transitOddly(d, at, behind, hit); lost {
			e.lose(d)
			return nil
		}
	}
	if at == e.now && e.steps.quiet() {
		e.reach(d)
		return d
	}
	e.steps.push(at, reaches, d.ticket)
	return d
}

// transitOddly gives a copy its place in its lane and asks what stands in the way, which
// may be a fault: when it will have come through, or whether it is lost.
func (e *engine) transitOddly(d *delivery, at topology.Time, behind *delivery, hit bool) (_ topology.Time, lost bool) {
	h := d.to.handler
	if e.brokerDown > 0 && d.kind != aRequest {
		at = add(at, e.brokerBack-e.now)
	}
	if h.rare&hasNumbers != 0 {
		e.number(d, h)
	}
	if hit {
		hop := hop{flow: d.flow, event: d.event, delivery: d, key: h.key + d.logical, try: d.try}
		if fx := e.strike(&h.at[faults.InTransit], &hop); fx != nil {
			at = add(at, fx.Delay)
			if fx.Cut && fx.Lose {
				return at, true
			}
			if fx.Cut {
				at = add(at, fx.CutUntil-e.now)
			}
		}
	}
	if h.rare&hasLane != 0 && d.kind != aRequest {
		e.enlist(d, h, behind)
	}
	return at, false
}

// serviceTime is how long a delivery's run takes: drawn, or as measured where
// the flow follows a trace that says so.
func (e *engine) serviceTime(d *delivery, h *handler) topology.Time {
	if e.measured {
		if takes := e.triggers[d.flow.trigger].takes; takes != nil && takes[h.index] != nil {
			return takes[h.index][d.flow.nth]
		}
	}
	if !h.takes.random {
		return h.takes.constant
	}
	return h.takes.dist.At(draw(d.flow.key, h.takes.site, d.logical, d.tried))
}

func add(a, b topology.Time) topology.Time {
	if a > never-b {
		return never
	}
	return a + b
}

// never is later than every step of a run.
const never = topology.Time(1) << 61
