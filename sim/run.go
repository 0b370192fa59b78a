package sim

import (
	"fmt"

	"edasim/faults"
	"edasim/topology"
)

// phase is where a run is that goes on later.
type phase uint8

const (
	reading       phase = iota // read_takes
	working                    // its service time
	between                    // the gap between its two writes
	callingBefore              // its own calls
	callingFirst               // those who hear what its first write publishes
	callingSecond              // those who hear what its second write publishes
	callingSkip                // those who hear a skip that publishes again
)

// maxAttempts ends a run in which a message is delivered without end.
const maxAttempts = 10000

// take hands a message to a worker: the delivery begins.
func (e *engine) take(st *station, d *delivery, replica int32) {
	h := d.to.handler
	if d.state != fetched && !e.lease(d, h) {
		return
	}
	d.state, d.replica, d.started = running, replica, e.now
	st.busy++
	st.free--
	if !st.interchangeable {
		st.occupy(d, replica)
	}
	f := d.flow
	f.depth = max(f.depth, d.depth)
	// The account of a start stands here and not in the book: every message starts, and
	// a call would cost as much again.
	a, lag := &st.account, e.now-d.born
	if f.measured {
		a.wait.Add(e.now - d.ready)
		if d.event >= 0 && d.kind != aReply {
			e.book.lag[d.event].Add(lag)
		}
	}
	e.book.series.started(lag)
	a.queueArea += e.book.within(d.ready, e.now)
	if st.busy > a.runMax {
		a.runMax = st.busy
	}
	if e.book.tell != nil {
		e.book.starts(e, d)
	}
	if st.observed && !f.starts(st.service, d) {
		e.watchOrder(st.service, f, d)
	}
	d.run = d.logical
	if h.rare&oddBegin != 0 {
		e.handle(d, h)
		return
	}
	d.phase = working
	if d.instant = d.takes == 0; d.instant {
		e.finish(d)
		return
	}
	e.steps.push(add(e.now, d.takes), finishes, d.ticket)
}

// lease gives a message out: a delivery begins. It returns false where the
// message is too old.
func (e *engine) lease(d *delivery, h *handler) bool {
	if h.rare&oddLease != 0 && !e.mayLease(d, h) {
		return false
	}
	d.ticket = d.ticket.next()
	if d.attempt++; d.attempt > 1 {
		e.redeliver(d, h)
	}
	d.mark = e.markOf(d.flow, h, d.logical)
	e.book.delivered(d)
	if e.book.tell != nil {
		e.book.record(e, Leased, d.flow, d, "")
	}
	if d.takes > h.patience && d.kind != aRequest {
		e.arm(&d.lease, h.lease, d.ticket.index())
		d.armed = true
	}
	return true
}

// mayLease loses a message that is too old, and counts one that is not against its
// handler's limit.
func (e *engine) mayLease(d *delivery, h *handler) bool {
	if h.rare&hasTTL != 0 && e.now-d.born > h.policy.TTL {
		e.book.withdrawn(e, d)
		e.lose(d)
		return false
	}
	if h.rare&hasLimit != 0 && d.kind != aRequest {
		d.to.inflight++
	}
	return true
}

// redeliver is a message that was delivered before: its run is another.
func (e *engine) redeliver(d *delivery, h *handler) {
	d.pending, d.failed, d.odd().kept = 0, false, false // of a run that died while it waited
	e.book.redelivered(d.flow)
	d.tried = again(d.try, deliveryTry, h.key, uint64(d.attempt-1))
	d.takes = e.serviceTime(d, h)
	if d.attempt > maxAttempts {
		e.stop(fmt.Sprintf("a message was delivered %d times: %s to %s, flow %d/%d; limit its deliveries with max_deliveries",
			maxAttempts, e.nameOf(d), h.name, e.replication, d.flow.number))
	}
}

// handle decodes a message and comes to its run, where the handler is other than
// plain.
func (e *engine) handle(d *delivery, h *handler) {
	f := d.flow
	d.fails = false
	if h.rare&hasDelicacy != 0 {
		if !e.decode(d, h) {
			e.book.undecodable(e, d)
			e.fail(d, topology.CountError)
			return
		}
		if h.rare&hasAuthentication != 0 && d.forged {
			e.tell(d, done)
			e.ack(d, refusedCopy)
			return
		}
		if fx := e.strikeRun(d, h, faults.AtHandling); fx != nil {
			if fx.Ignore {
				e.book.ignoredByFault(e, d)
				e.ack(d, ignoredCopy)
				return
			}
			d.fails = fx.Error
			d.takes = fx.Slow.Of(d.takes)
			if fx.CrashAfter > 0 {
				d.odd().restart = fx.Restart
				e.steps.push(add(e.now, fx.CrashAfter), crashes, d.ticket)
			}
		}
	}
	if h.rare&hasJoin != 0 && d.kind != aCommand && d.event >= 0 && !e.collect(d, h) {
		e.settleEarly(d)
		return
	}
	if h.rare&hasIdempotence != 0 && e.seen(d, h) {
		e.skip(d, h)
		return
	}
	if h.rare&hasContention != 0 {
		st := d.to.station
		d.takes = add(d.takes, st.contention*topology.Time(st.busy-1))
	}
	if h.rare&hasStoreReads != 0 {
		if wait := h.readTakes.at(f, d); wait > 0 {
			d.phase = reading
			e.proceedAfter(d, wait)
			return
		}
	}
	e.begin(d, h)
}

// decode tells whether the consumer can read a message. A poison message is
// poison at every attempt.
func (e *engine) decode(d *delivery, h *handler) bool {
	accepts := h.accepts
	if !d.odd().poison {
		if fx := e.strikeRun(d, h, faults.AtDelivery); fx != nil {
			d.odd().poison = fx.Undecodable
			if fx.Accepts != 0 {
				accepts = fx.Accepts
			}
		}
	}
	return !d.odd().poison && (accepts == 0 || d.kind == aReply || accepts.Has(max(int32(d.version), 1)))
}

// at is a sample for a delivery of a flow.
func (s *sampler) at(f *flow, d *delivery) topology.Time {
	if !s.random {
		return s.constant
	}
	return s.dist.At(draw(f.key, s.site, d.logical, d.tried))
}

// begin reads, asks the guard, and works.
func (e *engine) begin(d *delivery, h *handler) {
	d.instant = d.takes == 0 && h.rare&hasCalls == 0
	if h.rare&(hasGuard|hasVersions|hasRefusal) != 0 && !e.read(d, h) {
		return
	}
	if h.rare&hasCalls != 0 {
		d.odd().callAt = 0
		e.nextCall(d, h)
		return
	}
	e.work(d, h)
}

// work is a run's own service time.
func (e *engine) work(d *delivery, h *handler) {
	if h.rare&hasPauses != 0 {
		st := d.to.station
		d.odd().pause = st.paused.clock(e.now)
		if d.takes == 0 && st.paused.open {
			d.phase = working
			e.steps.push(st.paused.until, finishes, d.ticket)
			return
		}
	}
	e.workOn(d)
}

// workOn is work where nothing holds it up.
func (e *engine) workOn(d *delivery) {
	d.phase = working
	if d.takes == 0 {
		e.finish(d)
		return
	}
	e.steps.push(add(e.now, d.takes), finishes, d.ticket)
}

// read looks at the state that a run depends on. It returns false where the
// guard ends the delivery.
func (e *engine) read(d *delivery, h *handler) bool {
	f := d.flow
	e.look(f, e.carriedBy(d))
	d.refuses = h.refusal != nil && h.refusal.below > 0 &&
		below(draw(f.key, h.refusal.site, d.run, 0), h.refusal.below)
	if h.when != nil && !h.when(&e.env) {
		if !e.otherwise(d, h) {
			return false
		}
	}
	if h.rare&hasVersions != 0 {
		d.odd().seen = e.versionsOf(f, h.reads)
		d.odd().target = e.versionsOf(f, h.writes)
		if !d.instant {
			e.compute(d, h)
		}
	}
	return true
}

// otherwise does what a handler does when its guard is false; true: the run
// goes on, as a refusal.
func (e *engine) otherwise(d *delivery, h *handler) bool {
	switch h.otherwise {
	case topology.Refuse:
		d.refuses = true
		return true
	case topology.Nack:
		e.fail(d, topology.CountError)
	case topology.DeadLetter:
		if d.kind == aRequest {
			e.fail(d, topology.CountError)
			return false
		}
		e.relieve(d)
		if d.zombie || d.settled {
			e.free(d)
			return false
		}
		e.unlease(d)
		e.deadLetter(d)
	default:
		e.tell(d, done)
		e.ack(d, ignoredCopy)
	}
	return false
}

// proceedAfter lets a run go on after a while.
func (e *engine) proceedAfter(d *delivery, wait topology.Time) {
	if st := d.to.station; st.pausable {
		d.odd().pause = st.paused.clock(e.now)
	}
	e.steps.push(add(e.now, wait), proceeds, d.ticket)
}

// proceed goes on with a run that waited.
func (e *engine) proceed(d *delivery) {
	h := d.to.handler
	if h.rare&hasPauses != 0 && e.pausedMeanwhile(d, proceeds) {
		return
	}
	switch d.phase {
	case reading:
		e.begin(d, h)
	case between:
		e.secondWrite(d, h)
	}
}

// finish is the end of a run's service time: it commits, publishes and acks.
func (e *engine) finish(d *delivery) {
	h := d.to.handler
	if h.rare&oddEnd != 0 {
		e.finishOddly(d, h)
		return
	}
	e.persistPlainly(d, h)
	if e.publishDeed(d, h, &h.deed) {
		return
	}
	e.ack(d, handledCopy)
}

// publishDeed publishes what a run emits right after its commit; true: it waits for answers.
func (e *engine) publishDeed(d *delivery, h *handler, deed *deed) bool {
	if !deed.all {
		d.phase = callingSecond
		if deed.plain {
			return e.style.publishes(e, d, h, deed)
		}
		return e.publishRun(d, h)
	}
	for i := range deed.emits {
		em := &deed.emits[i]
		e.book.events[em.event]++
		if em.unheard && d.hops < e.maxHops {
			e.unheard(d)
			continue
		}
		o, ev := emitted{event: em.event, logical: mix(em.logical, d.run)}, &e.events[em.event]
		e.emit(d, h, ev.site, &o, none, ev.consumers)
	}
	return false
}

// finishOddly is finish where the commit or the ack asks for more, or something may come in
// the way.
func (e *engine) finishOddly(d *delivery, h *handler) {
	if d.fails || h.rare&oddFinish != 0 {
		e.finishHindered(d, h)
		return
	}
	if !e.persist(d, h) || e.publishDeed(d, h, h.does(d.refuses)) {
		return
	}
	e.acknowledge(d, h)
}

// finishHindered is finish where something may come in the way.
func (e *engine) finishHindered(d *delivery, h *handler) {
	if h.rare&hasPauses != 0 && e.pausedMeanwhile(d, finishes) {
		return
	}
	if d.fails {
		e.fail(d, topology.CountError)
		return
	}
	d.crash = 0
	if h.rare&hasCommitFaults != 0 {
		if fx := e.strikeRun(d, h, faults.AtCommit); fx != nil {
			d.crash, d.odd().restart = fx.Crash, fx.Restart
		}
		if d.crash&faults.CrashBeforeCommit != 0 {
			e.die(d)
			return
		}
	}
	switch {
	case h.rare&isCoordinator != 0:
		e.book.committed(e.now, d)
		if e.book.tell != nil {
			e.book.record(e, Committed, d.flow, d, "")
		}
		e.style.coordinate(e, d)
		e.acknowledge(d, h)
	case h.order != topology.BeforeCommit:
		e.commitFirst(d, h)
	default:
		d.phase = callingFirst
		if !e.publishRun(d, h) {
			e.afterFirstWrite(d, h)
		}
	}
}

// commitFirst makes the two writes of a run, its commit first.
func (e *engine) commitFirst(d *delivery, h *handler) {
	if !e.persist(d, h) {
		return
	}
	if h.rare&hasTwoWrites != 0 {
		e.afterFirstWrite(d, h)
		return
	}
	d.phase = callingSecond
	if !e.publishRun(d, h) {
		e.acknowledge(d, h)
	}
}

// afterFirstWrite is where a crash can come between a run's two writes, and the
// gap between them.
func (e *engine) afterFirstWrite(d *delivery, h *handler) {
	if d.crash&faults.CrashBetween != 0 && h.order != topology.Outbox {
		e.die(d)
		return
	}
	if h.gap > 0 {
		if h.order == topology.AfterCommit && len(e.carries) > 0 {
			e.keepSnapshot(d, h)
		}
		d.phase = between
		e.proceedAfter(d, h.gap)
		return
	}
	e.secondWrite(d, h)
}

// secondWrite is the write of a run that comes second, and its ack.
func (e *engine) secondWrite(d *delivery, h *handler) {
	if h.order == topology.BeforeCommit {
		if !e.persist(d, h) {
			return
		}
	} else {
		d.phase = callingSecond
		if e.publishRun(d, h) {
			return
		}
	}
	e.acknowledge(d, h)
}

// stop ends the whole run with an error.
func (e *engine) stop(reason string) {
	if e.fault == nil {
		e.fault = &RunError{reason}
	}
}
