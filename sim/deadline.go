package sim

import "edasim/topology"

// deadlines are the deadlines of one constant delay, in the order of being set
// and so of expiring. Only the first is in the queue of steps; one that was
// cancelled is noticed when that step comes, once a delay.
type deadlines struct {
	delay      topology.Time
	head, tail *deadline
	queued     bool
	at         topology.Time // of the queued step
}

// deadline is one deadline, in a list or not.
type deadline struct {
	next, prev *deadline
	at         topology.Time
	owner      uint32
	list       int32  // 1 + the list; 0: not set
	turn       uint32 // in the order of being set, over all lists
	kind       deadlineKind
}

// deadlineKind says what a deadline is of.
type deadlineKind uint8

const (
	ofLease deadlineKind = iota
	ofCommand
	ofCall
)

// arm sets a deadline of a list.
func (e *engine) arm(d *deadline, list int32, owner uint32) {
	l := &e.deadlines[list]
	e.armed++
	d.list, d.owner, d.at, d.turn = list+1, owner, e.now+l.delay, e.armed
	d.next, d.prev = nil, l.tail
	if l.tail == nil {
		l.head = d
	} else {
		l.tail.next = d
	}
	l.tail = d
	if !l.queued {
		l.queued, l.at = true, d.at
		e.steps.push(d.at, expires, ticket(list))
	}
}

// disarm cancels a deadline if it is set.
func (e *engine) disarm(d *deadline) {
	if d.list == 0 {
		return
	}
	l := &e.deadlines[d.list-1]
	if d.prev == nil {
		l.head = d.next
	} else {
		d.prev.next = d.next
	}
	if d.next == nil {
		l.tail = d.prev
	} else {
		d.next.prev = d.prev
	}
	d.next, d.prev, d.list = nil, nil, 0
}

// expire is the step of a list of deadlines. What expires at one instant does so
// in the order of being set, whatever list it is of.
func (e *engine) expire(list uint32) {
	l := &e.deadlines[list]
	// While they expire the list counts as queued: a deadline that is set
	// meanwhile comes last, and the step must be for the first.
	for l.head != nil && l.head.at <= e.now {
		d := e.firstSet(l.head)
		e.disarm(d)
		switch d.kind {
		case ofCommand:
			e.style.timedOut(e, e.requests.at(d.owner))
		case ofCall:
			e.callTimedOut(e.calls.at(d.owner))
		default:
			e.leaseExpired(e.deliveries.at(d.owner))
		}
	}
	if l.queued = l.head != nil; l.queued {
		l.at = l.head.at
		e.steps.push(l.head.at, expires, ticket(list))
	}
}

// firstSet is, of the deadlines that expire now, the one that was set first.
func (e *engine) firstSet(d *deadline) *deadline {
	for i := range e.deadlines {
		if o := e.deadlines[i].head; o != nil && o.at <= e.now && int32(o.turn-d.turn) < 0 {
			d = o
		}
	}
	return d
}

// unlease ends the lease of a message.
func (e *engine) unlease(d *delivery) {
	e.disarm(&d.lease)
	if c := d.to; c.rare&hasLimit != 0 {
		c.inflight--
		e.wake(c.station)
	}
}

// stopRenewing lets the lease of a client run out that is dead, or believes that
// it has acked.
func (e *engine) stopRenewing(d *delivery) {
	if list := d.to.unrenewed; list >= 0 {
		e.disarm(&d.lease)
		e.arm(&d.lease, list, d.ticket.index())
		d.armed = true
	}
}

// leaseExpired gives out again a message that was not acked in time. If its
// handler still runs, that goes on, but the broker no longer listens to it.
func (e *engine) leaseExpired(d *delivery) {
	if d.state != running && d.state != fetched {
		e.giveBack(d, topology.CountDeadline, 0)
		return
	}
	heir := e.newDelivery()
	own := heir.ticket
	*heir = *d
	heir.ticket = own
	heir.next, heir.prev = nil, nil
	heir.odd().work = 0
	heir.told = 0
	heir.elder, heir.heir = d, nil
	if heir.carried != none {
		e.snapshots.at(heir.carried).refs++
	}
	d.heir, d.zombie = heir, true
	d.odd().retried, heir.odd().retried = true, true
	if l := d.lane; l != nil {
		replaceInLane(l, d, heir)
		d.lane, d.laneNext, d.lanePrev = nil, nil, nil
	}
	d.flow.open++
	e.giveBack(heir, topology.CountDeadline, 0)
}

func replaceInLane(l *lane, d, heir *delivery) {
	if l.under == d {
		l.under = heir
	}
	if heir.lanePrev == nil {
		l.head = heir
	} else {
		heir.lanePrev.laneNext = heir
	}
	if heir.laneNext == nil {
		l.tail = heir
	} else {
		heir.laneNext.lanePrev = heir
	}
}

// lateAck is an ack after the deadline. Where the broker accepts it, it settles
// the message: what waits to be delivered again is withdrawn, what runs goes on.
func (e *engine) lateAck(d *delivery) {
	h := d.to.handler
	e.book.ackedLate(e, d, h.policy.LateAcks)
	if !h.policy.LateAcks {
		return
	}
	for newer := d.heir; newer != nil; {
		next := newer.heir
		if !newer.zombie && !newer.settled {
			e.settleLate(newer)
		}
		newer = next
	}
}

func (e *engine) settleLate(d *delivery) {
	if d.odd().blocked || d.state == buried || d.state == finished {
		return // no longer the broker's to settle
	}
	switch d.state {
	case running, fetched, overlooked:
		// Who has it handles it; who has not looked yet will not see it.
		e.book.copyEnded(e, d, handledCopy)
		if d.state != overlooked {
			e.unlease(d)
		}
		e.leaveLane(d)
		d.settled = true
		return
	case waiting, held:
		if d.state == waiting || d.odd().inOrder {
			d.to.station.waiting--
			e.withdraw(d)
			e.book.withdrawn(e, d)
		}
	case unsettled, dead:
		e.unlease(d)
	}
	e.book.copyEnded(e, d, handledCopy)
	e.leaveLane(d)
	e.free(d)
}
