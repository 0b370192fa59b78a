package sim

import (
	"edasim/faults"
	"edasim/topology"
)

// crashPlan is where a run's worker is to die.
type crashPlan = faults.CrashPoints

// fail is a delivery that its consumer nacks.
func (e *engine) fail(d *delivery, cause topology.Counts) {
	e.relieve(d)
	e.giveBack(d, cause, 0)
}

// die is the death of a worker in the middle of a run. It is back after a while;
// the message comes back when the death is noticed.
func (e *engine) die(d *delivery) {
	st := d.to.station
	e.relieve(d)
	if d.odd().restart > 0 && !st.unlimited {
		st.free--
		i := uint32(st.index)
		if st.perReplica {
			st.replicas[d.replica].free--
			i |= uint32(d.replica) << 16
		}
		e.steps.push(add(e.now, d.odd().restart), restarts, ticket(i))
	}
	if len(st.finished) > 0 {
		e.rewind(st, d.replica)
	}
	e.noticeDeath(d)
}

// restart brings a crashed worker back.
func (e *engine) restart(i uint32) {
	st := &e.stations[i&0xffff]
	if st.perReplica {
		r := &st.replicas[i>>16]
		r.free++
		if r.down > 0 {
			return
		}
	}
	st.free++
	e.wake(st)
}

// noticeDeath brings back the message of a dead worker.
func (e *engine) noticeDeath(d *delivery) {
	h := d.to.handler
	d.ticket = d.ticket.next()
	if d.kind == aRequest {
		e.giveBack(d, topology.CountCrash, 0)
		return
	}
	switch kind := h.policy.Crash.Kind; {
	case kind == topology.OnDisconnect, h.rare&hasAckBefore != 0:
		e.giveBack(d, topology.CountCrash, 0)
	case kind == topology.OnSession:
		e.giveBack(d, topology.CountCrash, h.policy.Crash.Session)
	default:
		if d.zombie || d.settled {
			e.free(d)
			return
		}
		d.state = dead
		e.stopRenewing(d)
	}
}

// giveBack is the end of a delivery that did not succeed: the message is
// delivered again, unless that has happened too often.
func (e *engine) giveBack(d *delivery, cause topology.Counts, noticed topology.Time) {
	h := d.to.handler
	if d.zombie || d.settled {
		e.free(d)
		return
	}
	if d.kind == aRequest {
		// Nobody delivers a call again but its caller, who is told.
		e.book.copyEnded(e, d, failedCopy)
		e.answer(d, true)
		e.free(d)
		return
	}
	e.unlease(d)
	d.ticket = d.ticket.next()
	if h.rare&hasAckBefore != 0 {
		e.lose(d)
		return
	}
	if h.policy.Counts&cause != 0 {
		d.odd().counted++
	}
	if limit := h.policy.MaxDeliveries; limit > 0 && d.odd().counted >= int32(limit) ||
		h.policy.MaxAge > 0 && e.now-d.born > h.policy.MaxAge {
		e.exhaust(d, h)
		return
	}
	wait := noticed
	switch cause {
	case topology.CountError:
		d.odd().returns++
		wait = e.delayOf(&h.retry, d.flow, d.logical, d.tried, d.odd().returns, &d.odd().lastWait)
	case topology.CountDeadline:
		d.odd().returns++
		wait = e.delayOf(&h.deadline, d.flow, d.logical, d.tried, d.odd().returns, &d.odd().lastWait)
	}
	d.state = returning
	e.book.returned(e, d, cause)
	if h.policy.ToTail && d.lane != nil {
		e.toTail(d, h)
	}
	if wait == 0 {
		e.comeBack(d)
		return
	}
	e.steps.push(add(e.now, wait), returns, d.ticket)
}

// comeBack makes a returned message ready again.
func (e *engine) comeBack(d *delivery) {
	h := d.to.handler
	if d.lane == nil {
		e.stampReady(d, d.to.station)
		d.state = waiting
		if h.policy.ToTail {
			d.to.queue.add(d)
		} else {
			d.to.queue.addFirst(d)
		}
		return
	}
	if d.state == inTransit {
		e.reach(d)
		return
	}
	e.stampReady(d, d.to.station)
	if d.lane.head != d {
		// A rewind has put others before it.
		d.state, d.lane.under = held, nil
		e.freeLane(d.lane)
		return
	}
	d.state = waiting
	e.offer(d)
}

// exhaust is the end of a message that has been delivered too often.
func (e *engine) exhaust(d *delivery, h *handler) {
	switch h.policy.Exhausted {
	case topology.ToDeadLetters:
		e.deadLetter(d)
	case topology.DropIt:
		e.lose(d)
	case topology.Park:
		e.book.parked(e, d)
		d.to.inflight++
		e.leaveLane(d)
		e.free(d)
	case topology.Block:
		e.book.parked(e, d)
		if d.lane == nil {
			e.free(d)
			return
		}
		// It stays at the head of its lane, at rest.
		d.state, d.odd().blocked = returning, true
		e.blocked = append(e.blocked, d)
		e.leave(d.flow)
	}
}

// deadLetter puts a message among the dead letters, from where an operator may
// put it back.
func (e *engine) deadLetter(d *delivery) {
	h := d.to.handler
	e.book.deadLettered(e, d)
	e.leaveLane(d)
	if d.odd().replays < int32(h.policy.Replay.Times) {
		d.odd().replays++
		d.state = buried
		d.ticket = d.ticket.next()
		at := add(e.now, h.policy.Replay.After)
		e.planned(at)
		e.steps.push(at, replays, d.ticket)
		return
	}
	e.free(d)
}

// replay puts a dead letter back into its queue, as if it came now.
func (e *engine) replay(d *delivery) {
	e.book.replayed(e, d)
	d.odd().counted, d.odd().returns = 0, 0
	if h := d.to.handler; h.group >= 0 {
		e.enlist(d, h, nil)
	}
	d.odd().inOrder = false
	d.state = inTransit
	e.reach(d)
}

// delayOf is the delay before retry i, counted from 1, of something with this
// logical id and try.
func (e *engine) delayOf(r *retry, f *flow, logical, try uint64, i int32, last *topology.Time) topology.Time {
	if len(r.List) > 0 {
		return r.List[min(int(i), len(r.List))-1]
	}
	if r.Initial == nil {
		return 0
	}
	bits := draw(f.key, r.site, logical, try)
	initial := r.Initial.At(bits)
	x := float64(initial)
	for n := int32(1); n < i && x < float64(never) && r.Multiplier != 1; n++ {
		x *= r.Multiplier
	}
	v := topology.Time(min(x, float64(never)))
	if r.Max > 0 {
		v = min(v, r.Max)
	}
	if r.Jitter == topology.NoJitter {
		return v
	}
	u := uniform(mum(bits^golden, mixB))
	switch r.Jitter {
	case topology.JitterFull:
		return topology.Time(u * float64(v))
	case topology.JitterEqual:
		return v/2 + topology.Time(u*float64(v-v/2))
	case topology.JitterDecorrelated:
		if *last == 0 {
			*last = initial
		}
		*last = initial + topology.Time(u*float64(3**last-initial))
		if r.Max > 0 {
			*last = min(*last, r.Max)
		}
		return *last
	}
	return topology.Time(float64(v) * (1 - r.Spread + float64(2*r.Spread*u)))
}

// exhausted tells whether a try with this number, counted from 1, is one too
// many.
func (r *retry) exhausted(try int32) bool {
	switch {
	case r.Attempts == topology.UnlimitedAttempts:
		return false
	case r.Attempts == 0:
		return try > 1
	}
	return int(try) > r.Attempts
}
