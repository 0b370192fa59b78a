package sim

import (
	"edasim/faults"
	"edasim/topology"
)

// call is a request that somebody waits for: a run, or the client. One that has
// no callee is the client's wait for an outcome of its flow.
type call struct {
	self    uint32
	id      uint64 // never used twice
	flow    *flow
	waiter  *waiter
	caller  *delivery // nil: the client
	turn    ticket    // of the caller's run
	callee  int32     // -1: whoever hears the trigger
	event   int32
	depth   int32
	hops    int32
	logical uint64
	try     uint64
	carried uint32
	origin  int32

	attempt  int32
	waiting  bool // for an answer to the present attempt
	deadline deadline
	lastWait topology.Time
	sent     *delivery // the present attempt, while it is in a queue
	sentTurn ticket
}

// newCall begins a call of a flow; the caller, which is none yet, goes on when it has
// ended.
func (e *engine) newCall(f *flow, w *waiter, callee int32, carried uint32) *call {
	c, i := e.calls.get()
	*c = call{}
	e.asked++
	c.self, c.id, c.flow, c.waiter, c.callee, c.carried = i, e.asked, f, w, callee, carried
	if carried != none {
		e.snapshots.at(carried).refs++
	}
	f.open++
	e.earn(w)
	return c
}

// abandoned tells whether the run that made a call has died, so that nobody sends
// it again.
func (c *call) abandoned() bool { return c.caller != nil && c.caller.ticket != c.turn }

// sending notes the message of a call's present attempt.
func (c *call) sending(d *delivery) { c.sent, c.sentTurn = d, d.ticket }

// tryAgain makes the next attempt of a call, after the delay before it.
func (e *engine) tryAgain(c *call) {
	if c.abandoned() {
		e.endCall(c, false)
		return
	}
	e.tryCall(c)
}

// tryCall makes the next attempt of a call.
func (e *engine) tryCall(c *call) {
	c.attempt++
	if c.attempt > 1 {
		e.book.resent(e, c.flow)
	}
	if !e.passes(c.waiter) {
		e.book.attemptFailed(e, c.flow, c.callee, "breaker open")
		e.attemptFailed(c, false)
		return
	}
	c.waiting = true
	if c.waiter.timeout >= 0 {
		c.deadline.kind = ofCall
		e.arm(&c.deadline, c.waiter.timeout, c.self)
	}
	if c.callee < 0 {
		e.publishTrigger(c.flow, c.attempt)
		return
	}
	e.request(c)
}

// request sends the present attempt of a call to its callee.
func (e *engine) request(c *call) {
	h := &e.handlers[c.callee]
	from := &e.client
	if c.caller != nil {
		from = &c.caller.to.out
	}
	m := e.newCopy(c.flow, &e.consumers[c.callee])
	m.kind, m.event, m.depth, m.hops, m.carried = aRequest, c.event, 1, c.hops+1, c.carried
	m.request, m.requestID, m.requestAttempt = c.self, c.id, c.attempt
	m.logical, m.try, m.origin = c.logical, again(c.try, requestTry, h.key, uint64(c.attempt-1)), c.origin
	site := h.requestSite
	if c.event >= 0 {
		site = e.events[c.event].site
	}
	if c.caller == nil {
		m.hops = 0
		m.origin = c.attempt
	} else {
		m.cause = c.caller.message
	}
	c.sent = nil
	e.publishCopy(m, from, site)
}

// answers brings the answer to one attempt back to its caller.
func (e *engine) answers(i uint32) {
	t := e.timers.at(i)
	e.answered(t)
	e.timers.put(i)
	e.leave(t.flow)
}

// answered is an answer that has come.
func (e *engine) answered(t *timer) {
	c := e.calls.at(t.request)
	if c.id != t.try {
		e.book.anomaly(e, t.flow, lateReply, nil)
		return
	}
	stale := t.attempt != c.attempt || !c.waiting
	if stale && !t.failed {
		e.book.anomaly(e, t.flow, lateReply, nil)
	}
	if stale && (t.failed || !c.waiter.late) {
		return
	}
	if t.failed {
		e.book.attemptFailed(e, c.flow, c.callee, "error")
		e.attemptFailed(c, true)
		return
	}
	e.reported(c.waiter, false)
	e.endCall(c, true)
}

// attemptFailed tries a call again, or lets it fail.
func (e *engine) attemptFailed(c *call, reported bool) {
	c.waiting = false
	e.disarm(&c.deadline)
	if reported {
		e.reported(c.waiter, true)
	}
	if c.abandoned() || !e.mayRetry(c.waiter, c.attempt+1) {
		e.endCall(c, false)
		return
	}
	wait := e.delayOf(&c.waiter.retry, c.flow, c.logical, again(c.try, requestTry, c.waiter.retry.site, uint64(c.attempt)), c.attempt, &c.lastWait)
	t, i := e.newTimer(retriesCall)
	t.request, t.try = c.self, c.id
	e.steps.push(add(e.now, wait), elapses, ticket(i))
}

// callTimedOut is an attempt that was not answered in time.
func (e *engine) callTimedOut(c *call) {
	if d := c.sent; d != nil && d.ticket == c.sentTurn && d.state == waiting {
		if st := d.to.station; st.cancelStale {
			st.waiting--
			e.withdraw(d)
			e.book.withdrawn(e, d)
			e.book.copyEnded(e, d, cancelledCopy) // not lost: who sent it takes it back
			e.free(d)
		}
	}
	e.book.attemptFailed(e, c.flow, c.callee, "timeout")
	e.attemptFailed(c, true)
}

// endCall lets a call's caller go on.
func (e *engine) endCall(c *call, ok bool) {
	e.disarm(&c.deadline)
	f := c.flow
	caller, turn := c.caller, c.turn
	if c.carried != none {
		e.release(c.carried)
	}
	c.id, c.flow, c.sent = 0, nil, nil
	e.calls.put(c.self)
	if caller == nil {
		e.clientDone(f, ok)
	} else if caller.ticket == turn {
		caller.failed = caller.failed || !ok
		if caller.pending--; caller.pending == 0 {
			e.resume(caller)
		}
	}
	e.leave(f)
}

// nextCall makes the next of a handler's own calls, one after the other, before
// its service time.
func (e *engine) nextCall(d *delivery, h *handler) {
	def := &h.calls[d.odd().callAt]
	d.phase = callingBefore
	d.pending = 1
	c := e.newCall(d.flow, &def.waiter, def.handler, d.carried)
	c.caller, c.turn, c.origin = d, d.ticket, d.origin
	c.event, c.depth, c.hops = -1, d.depth, d.hops
	c.logical, c.try = mix(def.logical, d.run), d.tried
	e.tryCall(c)
}

// resume goes on with a run whose calls have ended.
func (e *engine) resume(d *delivery) {
	h := d.to.handler
	if d.failed {
		d.failed = false
		e.fail(d, topology.CountError)
		return
	}
	switch d.phase {
	case callingBefore:
		if d.odd().callAt++; int(d.odd().callAt) < len(h.calls) {
			e.nextCall(d, h)
			return
		}
		e.work(d, h)
	case callingFirst:
		e.afterFirstWrite(d, h)
	case callingSecond:
		e.acknowledge(d, h)
	case callingSkip:
		e.skipped(d, h)
	}
}

// answer sends the answer of a request back, when its run has ended.
func (e *engine) answer(d *delivery, failed bool) {
	h := d.to.handler
	if !failed && h.rare&hasAckFaults != 0 {
		if fx := e.strikeRun(d, h, faults.AtAck); fx != nil && fx.AckLost {
			return
		}
	}
	after := h.back.constant
	if h.back.random {
		after = h.back.dist.At(draw(d.flow.key, h.back.site, d.logical, d.tried))
	}
	e.sendAnswer(d, failed, after)
}

func (e *engine) sendAnswer(d *delivery, failed bool, after topology.Time) {
	t, i := e.timers.get() // as its last use has left it: nothing else of it is asked for
	t.flow, t.request, t.try, t.attempt, t.failed = d.flow, d.request, d.requestID, d.requestAttempt, failed
	d.flow.open++
	e.steps.push(add(e.now, after), brings, ticket(i))
}
