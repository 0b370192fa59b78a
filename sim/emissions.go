package sim

import "edasim/topology"

// emitted is one event that a run emits.
type emitted struct {
	event   int32
	outcome int32 // of the event; -1: none
	logical uint64
	after   topology.Time // 0: at once
}

// resolve finds what a run emits. What the business decides depends on the run
// and not on the try.
func (e *engine) resolve(f *flow, run, try uint64, deed *deed) {
	e.outOf = nobodys
	if !deed.fixed {
		e.choose(f, run, try, deed.emits)
		return
	}
	e.out = e.out[:len(deed.emits)]
	for i := range deed.emits {
		em, o := &deed.emits[i], &e.out[i]
		o.event, o.outcome, o.logical, o.after = em.event, em.outcome, mix(em.logical, run), 0
	}
}

// takeOut takes what a run emits out of the way of what others emit meanwhile. It is good
// until the next.
func (e *engine) takeOut() []emitted {
	e.out, e.outs = e.outs[:0], e.out
	return e.outs
}

// choose is resolve where something has to be drawn.
func (e *engine) choose(f *flow, run, try uint64, emits []emission) {
	e.out = e.out[:0]
	for i := range emits {
		em := &emits[i]
		c := &em.choice
		if em.maybe || len(em.choices) > 1 {
			bits := draw(f.key, em.site, run, 0)
			if em.maybe && !below(bits, em.below) {
				continue
			}
			for j := 0; j < len(em.choices)-1 && !below(bits, c.upTo); {
				j++
				c = &em.choices[j]
			}
		}
		o := emitted{event: c.event, outcome: c.outcome, logical: mix(c.logical, run)}
		if em.after != nil {
			o.after = em.after.constant
			if em.after.random {
				o.after = em.after.dist.At(draw(f.key, em.after.site, run, try))
			}
		}
		e.out = append(e.out, o)
	}
}

// reachOutcome gives the flow of a run the outcomes of what it emits, where that has
// to be found first.
func (e *engine) reachOutcome(d *delivery, deed *deed) {
	e.resolve(d.flow, d.run, d.tried, deed)
	e.outOf = d.ticket
	for i := range e.out {
		if o := &e.out[i]; o.outcome >= 0 && o.after == 0 {
			e.outcomeIs(d.flow, o.outcome, d.origin)
		}
	}
}

// markEmissions notes of a run with two writes, if it emits anything, how far it
// has come.
func (e *engine) markEmissions(d *delivery, h *handler, deed *deed, state markState) {
	if e.outOf != d.ticket {
		e.resolve(d.flow, d.run, d.tried, deed)
		e.outOf = d.ticket
	}
	if len(e.out) > 0 {
		e.markOf(d.flow, h, d.run).state |= state
	}
}

// publishRun publishes what a run emits; true: it waits for answers.
func (e *engine) publishRun(d *delivery, h *handler) bool {
	result, deed := d.verdict(), h.does(d.refuses)
	if h.order == topology.Outbox && len(deed.emits) > 0 {
		e.intoOutbox(d, h, result)
		return false
	}
	// With a gap between the writes others may have come between.
	if h.gap > 0 || e.outOf != d.ticket {
		e.resolve(d.flow, d.run, d.tried, deed)
		e.outOf = d.ticket
	}
	if h.rare&hasTwoWrites != 0 {
		e.markEmissions(d, h, deed, markPublished|markEmits)
	}
	e.outOf = nobodys
	for i := range e.out {
		if o := &e.out[i]; o.after > 0 {
			e.later(d, h, *o)
		} else {
			e.book.events[o.event]++
		}
	}
	if len(e.carries) == 0 {
		return e.style.emitted(e, d, h, result, none)
	}
	carried := e.carry(d, h)
	if d.odd().kept {
		e.dropWork(d)
	}
	waits := e.style.emitted(e, d, h, result, carried)
	e.release(carried)
	return waits
}

// unheard counts an event that nobody hears and no fault strikes.
func (e *engine) unheard(d *delivery) {
	e.wrote++
	d.flow.hops = max(d.flow.hops, d.hops+1)
	e.book.published(e, d.flow)
}

// emit publishes an event that a run emits. It is publish without a message between
// the run and the copies, unless a fault may have struck.
func (e *engine) emit(d *delivery, h *handler, site uint64, o *emitted, carried uint32, to []int32) {
	f, hops := d.flow, d.hops+1
	if e.runsAway(f, hops) {
		return
	}
	e.book.published(e, f)
	f.hops = max(f.hops, hops)
	e.wrote++
	hit := h.out.plagued && e.struck(&h.out.inject, f, site+o.logical, d.tried)
	if hit || len(h.out.cut) > 0 {
		m := message{flow: f, from: &h.out, site: site}
		m.says(e, d, o, carried)
		e.publishStruck(&m, to, hit)
		return
	}
	for _, i := range to {
		c := &e.consumers[i]
		n := e.newDelivery()
		n.flow, n.to = f, c
		n.says(e, d, o, carried)
		e.send(n, c, nil)
	}
}

// says makes a word, whatever it said before, that of an event which a run has just emitted.
func (w *word) says(e *engine, by *delivery, o *emitted, carried uint32) {
	w.kind, w.result, w.forged, w.version = anEvent, done, false, 0
	w.event, w.depth, w.hops, w.origin = o.event, by.depth+1, by.hops+1, by.origin
	w.request, w.requestAttempt, w.requestID, w.carried = none, 0, 0, carried
	w.logical, w.cause, w.try = o.logical, by.message, by.tried
	w.message, w.wrote, w.born = e.wrote, e.wrote, e.now
}
