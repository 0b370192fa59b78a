package sim

import (
	"edasim/topology"
)

// orchestration sends every event that a handler must not miss to a coordinator,
// which records it once and commands the handlers that consume it, one event
// after the other.
type orchestration struct {
	handler  []int32 // the coordinator's, as a list of consumers
	wait     *topology.Wait
	waiters  []waiter // by handler: how the coordinator waits for it
	failed   int32    // outcome
	commands []uint64 // by handler: site of its commands' publish faults
	replies  []uint64 // by handler: site of its bare replies'
	scratch  []int32
	overdue  []overdue
}

// overdue is a timeout, or the end of a delay before a retry, that came while the
// coordinator stood still.
type overdue struct {
	request uint32
	id      uint64
	due     func(*orchestration, *engine, *request)
}

// hearers are the coordinator and detached handlers.
func (o *orchestration) hearers(ev *event) []int32 {
	switch {
	case len(ev.attached) == 0:
		return ev.detached
	case len(ev.detached) == 0:
		return o.handler
	}
	o.scratch = append(append(o.scratch[:0], o.handler...), ev.detached...)
	return o.scratch
}

// emitted answers a command with everything that its handler emitted. What a
// detached handler emits, and what detached handlers hear, is published.
func (o *orchestration) emitted(e *engine, d *delivery, h *handler, r result, carried uint32) bool {
	if d.kind != aCommand {
		for i := range e.out {
			if e.out[i].after == 0 {
				ev := &e.events[e.out[i].event]
				e.emit(d, h, ev.site, &e.out[i], carried, o.hearers(ev))
			}
		}
		return false
	}
	first := emitted{event: -1}
	for i := range e.out {
		if e.out[i].after > 0 {
			continue
		}
		if first.event < 0 {
			first = e.out[i]
		}
		if ev := &e.events[e.out[i].event]; len(ev.detached) > 0 {
			e.emit(d, h, mix(ev.site, besideReply), &e.out[i], carried, ev.detached)
		}
	}
	o.answer(e, d, h, r, first, carried)
	return false
}

// publishes is emitted without a list of what is emitted.
func (o *orchestration) publishes(e *engine, d *delivery, h *handler, deed *deed) bool {
	first := emitted{event: -1}
	for i := range deed.emits {
		em := &deed.emits[i]
		e.book.events[em.event]++
		out, ev := emitted{event: em.event, logical: mix(em.logical, d.run)}, &e.events[em.event]
		if d.kind != aCommand {
			e.emit(d, h, ev.site, &out, none, o.hearers(ev))
			continue
		}
		if first.event < 0 {
			first = out
		}
		if len(ev.detached) > 0 {
			e.emit(d, h, mix(ev.site, besideReply), &out, none, ev.detached)
		}
	}
	if d.kind == aCommand {
		o.answer(e, d, h, d.verdict(), first, none)
	}
	return false
}

func (*orchestration) clientCalls() bool          { return false }
func (*orchestration) callTrigger(*engine, *flow) {}

// besideReply tells the publish of an event beside its reply from the reply.
const besideReply = 0x1b873593cc9e2d51

func (o *orchestration) told(e *engine, d *delivery, h *handler, r result) {
	if d.kind != aCommand {
		return
	}
	first := emitted{event: -1}
	if r != done {
		e.resolve(d.flow, d.run, d.tried, h.does(r == refused))
		for i := range e.out {
			if e.out[i].after == 0 {
				first = e.out[i]
				break
			}
		}
	}
	carried := e.carry(d, h)
	o.answer(e, d, h, r, first, carried)
	if carried != none {
		e.release(carried)
	}
}

// answer sends a reply to the coordinator. Its fate is drawn under the first
// event that it carries, as that event's publish would be in choreography.
func (o *orchestration) answer(e *engine, d *delivery, h *handler, r result, first emitted, carried uint32) {
	m := e.newCopy(d.flow, &e.consumers[o.handler[0]])
	m.kind, m.result, m.event, m.origin = aReply, r, first.event, d.origin
	m.depth, m.hops, m.carried = d.depth, d.hops+1, carried
	m.request, m.requestAttempt = d.request, d.requestAttempt
	m.cause, m.logical, m.try = d.message, first.logical, d.tried
	site := o.replies[h.index]
	if first.event >= 0 {
		site = e.events[first.event].site
	} else {
		m.logical = mix(d.run, site)
	}
	e.publishCopy(m, &h.out, site)
}

// coordinate is the coordinator at work on an event or a reply.
func (o *orchestration) coordinate(e *engine, d *delivery) {
	f := d.flow
	if d.kind == anEvent {
		o.record(e, f, d.event, d.logical, d)
		o.release(e, f)
		return
	}
	q := e.requests.at(d.request)
	if q.status == answered || q.status == givenUp || q.status == dropped {
		if q.status == givenUp {
			e.book.anomaly(e, f, lateReply, d)
		}
		return
	}
	if d.requestAttempt != q.attempt || q.status == pausing {
		e.book.anomaly(e, f, lateReply, d)
		if !o.wait.LateReply {
			return
		}
	}
	o.close(e, q, answered)
	e.reported(&o.waiters[q.handler], false)
	q.result = d.result
	if q.undoes != nil && (d.result == handled || q.event < 0) {
		q.undoes.undone = true // what the coordinator asks for itself it asks once
	}
	if d.result != done {
		e.resolve(f, q.logical, 0, e.handlers[q.handler].does(d.result == refused))
		list := e.takeOut()
		for i := range list {
			if out := &list[i]; out.after == 0 {
				o.record(e, f, out.event, out.logical, d)
			}
		}
	}
	o.release(e, f)
}

// record notes an event once, with the commands that it causes.
func (o *orchestration) record(e *engine, f *flow, event int32, logical uint64, d *delivery) {
	m := d.mark
	if logical != d.logical {
		m = e.markOf(f, &e.handlers[o.handler[0]], logical)
	}
	if m.state&markRecorded != 0 {
		return
	}
	m.state |= markRecorded
	if f.saga.undoing || f.saga.ended {
		return
	}
	f.saga.batches++
	for _, i := range e.events[event].attached {
		h := &e.handlers[i]
		run := logical
		depth, hops, carried := int32(1), d.hops, d.carried
		if h.join >= 0 {
			if !e.collectAtCoordinator(f, h, event, logical, d) {
				continue
			}
			j := &f.joins[h.join]
			run, hops, carried = j.run(), j.hops, j.carried
		}
		q := o.newRequest(e, f, h, run)
		q.event, q.batch, q.depth, q.hops = event, f.saga.batches, depth, hops
		q.origin, q.forged, q.cause = d.origin, d.forged, d.message
		q.keep(e, carried)
		if h.compensate >= 0 {
			q.undoes = f.saga.stepOf(h.compensate)
			if q.undoes == nil {
				o.close(e, q, dropped)
			}
		}
	}
}

// collectAtCoordinator puts an event to what a join has of the flow.
func (e *engine) collectAtCoordinator(f *flow, h *handler, event int32, logical uint64, d *delivery) bool {
	at := delivery{flow: f, word: word{event: event, logical: logical, depth: d.depth, hops: d.hops,
		born: d.born, carried: d.carried}}
	if at.carried != none {
		e.snapshots.at(at.carried).refs++
	}
	complete := e.collect(&at, h)
	if at.carried != none {
		e.release(at.carried)
	}
	return complete
}

// release sends the commands that nothing holds back any longer, or goes on
// with undoing.
func (o *orchestration) release(e *engine, f *flow) {
	if f.saga.undoing {
		o.undo(e, f)
		return
	}
	for q := f.saga.first; q != nil; q = q.next {
		if q.status == heldBack && !o.heldBack(e, q) {
			if q.undoes != nil && q.undoes.status == answered && q.undoes.result == refused {
				o.close(e, q, dropped)
				continue
			}
			o.command(e, q)
		}
	}
}

// heldBack tells whether a command must wait: for an earlier event's command to
// the same service, or for the step that it undoes.
func (o *orchestration) heldBack(e *engine, q *request) bool {
	if u := q.undoes; u != nil && u.status != answered && u.status != givenUp {
		return true
	}
	service := e.handlers[q.handler].service
	for p := q.flow.saga.first; p != q; p = p.next {
		if p.batch < q.batch && p.open() && e.handlers[p.handler].service == service {
			return true
		}
	}
	return false
}

// command sends a command's next attempt.
func (o *orchestration) command(e *engine, q *request) {
	q.status = sent
	q.attempt++
	h := &e.handlers[q.handler]
	if q.attempt > 1 {
		e.book.resent(e, q.flow)
	}
	w := &o.waiters[q.handler]
	if q.attempt == 1 {
		e.earn(w)
	}
	if !e.passes(w) {
		e.book.attemptFailed(e, q.flow, q.handler, "breaker open")
		o.fails(e, q)
		return
	}
	if w.timeout >= 0 {
		q.timeout.kind = ofCommand
		e.arm(&q.timeout, w.timeout, q.self)
	}
	m := e.newCopy(q.flow, &e.consumers[q.handler])
	m.kind, m.event, m.depth, m.hops, m.forged = aCommand, q.event, q.depth, q.hops+1, q.forged
	m.request, m.requestAttempt, m.origin, m.carried = q.self, q.attempt, q.origin, q.carried
	m.cause, m.logical, m.try = q.cause, q.logical, again(0, requestTry, h.key, uint64(q.attempt-1))
	e.publishCopy(m, &e.handlers[o.handler[0]].out, o.commands[q.handler])
}

// standsStill tells whether the coordinator is down or paused, and keeps what is
// due for when it is back: it resumes from its record.
func (o *orchestration) standsStill(e *engine, q *request, due func(*orchestration, *engine, *request)) bool {
	st := e.consumers[o.handler[0]].station
	if st.down == 0 && !st.paused.open {
		return false
	}
	o.overdue = append(o.overdue, overdue{q.self, q.id, due})
	return true
}

func (o *orchestration) resumed(e *engine, st *station) {
	if st != e.consumers[o.handler[0]].station {
		return
	}
	list := o.overdue
	o.overdue = nil
	for _, late := range list {
		if q := e.requests.at(late.request); q.id == late.id && q.open() {
			late.due(o, e, q)
		}
	}
}

func (o *orchestration) timedOut(e *engine, q *request) {
	if o.standsStill(e, q, (*orchestration).timedOut) {
		return
	}
	e.book.attemptFailed(e, q.flow, q.handler, "timeout")
	e.reported(&o.waiters[q.handler], true)
	o.fails(e, q)
}

// fails sends a command again whose attempt has failed, or gives it up.
func (o *orchestration) fails(e *engine, q *request) {
	f := q.flow
	w := &o.waiters[q.handler]
	f.open++ // closing the command must not settle the flow halfway
	defer e.leave(f)
	stops := f.saga.ended || f.saga.undoing && q.undoes == nil
	if !stops && e.mayRetry(w, q.attempt+1) {
		wait := e.delayOf(&w.retry, f, q.logical, again(0, requestTry, e.handlers[q.handler].key, uint64(q.attempt)), q.attempt, &q.lastWait)
		q.status = pausing
		t, i := e.newTimer(retriesRequest)
		t.request, t.try = q.self, q.id
		e.steps.push(add(e.now, wait), elapses, ticket(i))
		return
	}
	o.close(e, q, givenUp)
	switch {
	case f.saga.undoing && q.undoes != nil && q.event < 0:
		// A compensation of the coordinator's own that cannot be had: stuck.
		f.saga.ended = true
	case f.saga.undoing:
		o.undo(e, f)
	case o.wait.Compensate:
		o.giveUp(e, f)
	default:
		f.saga.ended = true
		o.halt(e, f)
	}
}

func (o *orchestration) retryDue(e *engine, q *request) {
	if q.status == pausing && !o.standsStill(e, q, (*orchestration).retryDue) {
		o.command(e, q)
	}
}

// forget gives back what the coordinator kept of a settled flow.
func (o *orchestration) forget(e *engine, f *flow) {
	for q := f.saga.first; q != nil; {
		next := q.next
		e.requests.put(q.self)
		q = next
	}
	f.saga = saga{}
}

// replyBears tells whether a reply carries an event.
func (e *engine) replyBears(event int32, f *flow, request uint32, r result) bool {
	if r == done {
		return false
	}
	q := e.requests.at(request)
	h := &e.handlers[q.handler]
	e.aside = append(e.aside[:0], e.out...)
	e.resolve(f, q.logical, 0, h.does(r == refused))
	found := false
	for _, o := range e.out {
		found = found || o.event == event && o.after == 0
	}
	e.out = append(e.out[:0], e.aside...)
	return found
}
