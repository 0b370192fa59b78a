package sim

// dispatch lets free workers take messages, service by service. Where a run
// that takes no time has made something happen at this instant, that goes
// first.
func (e *engine) dispatch() {
	for ; e.woken < len(e.dirty); e.woken++ {
		st := e.dirty[e.woken]
		if !st.plain || e.brokerDown > 0 {
			if !e.dispatchOddly(st) {
				return
			}
			continue
		}
		for st.free > 0 && st.waiting > 0 && st.down == 0 {
			st.waiting--
			e.take(st, st.oldest().takeFirst(), 0)
			if !e.steps.quiet() {
				return
			}
		}
		st.dirty = false
		st.account.waits(st.waiting)
	}
	e.dirty, e.woken = e.dirty[:0], 0
}

// takeAtOnce is reach and dispatch in one where a free worker of a plain service has
// nothing else to take and nothing else happens at this instant; false: it is not so.
func (e *engine) takeAtOnce(d *delivery) bool {
	st := d.to.station
	if !st.plain || st.free <= 0 || st.waiting > 0 || st.down > 0 || e.brokerDown > 0 ||
		len(e.dirty) > 0 || !e.steps.quiet() {
		return false
	}
	e.stamp(d)
	if d.takes > 0 && d.to.rare&(oddLease|oddBegin) == 0 {
		e.take(st, d, 0)
		return true
	}
	// What the run wakes, if it takes no time, comes after its own service.
	e.wake(st)
	e.take(st, d, 0)
	if len(e.dirty) == 1 && st.waiting == 0 && e.steps.quiet() {
		st.dirty = false
		e.dirty = e.dirty[:0]
	}
	return true
}

// oldest is the line of a plain service whose first message has been ready longest; one
// must be waiting.
func (st *station) oldest() *line {
	l := &st.consumers[0].queue
	if len(st.consumers) > 1 { // which is seldom so, and a loop over nothing costs more than to ask
		for _, c := range st.consumers[1:] {
			if d := c.queue.head; d != nil && (l.head == nil || d.order < l.head.order) {
				l = &c.queue
			}
		}
	}
	return l
}

// dispatchOddly is dispatch for a service of which the next message has to be looked
// for; false: something has happened that goes first.
func (e *engine) dispatchOddly(st *station) bool {
	for st.free > 0 && (st.waiting > 0 || st.restless) && st.down == 0 {
		d, r := e.pick(st)
		if d == nil {
			break
		}
		st.waiting--
		e.take(st, d, r)
		if !e.steps.quiet() {
			return false
		}
	}
	if st.prefetches && st.down == 0 && st.cut == 0 && e.brokerDown == 0 {
		e.prefetch(st)
	}
	st.dirty = false
	if st.capacity >= 0 {
		e.overflow(st)
	}
	st.account.waits(st.waiting)
	return true
}

// pick takes the message that has been ready longest out of where it waits, and
// names the replica whose worker is to have it; nil: there is none.
func (e *engine) pick(st *station) (*delivery, int32) {
	if st.prefetches {
		if d := st.fetchedNext(); d != nil {
			st.replicas[d.replica].buffer.pop()
			return d, d.replica
		}
	}
	if st.cut > 0 || e.brokerDown > 0 {
		return e.pickCall(st)
	}
	return e.pickOldest(st)
}

// pickOldest is pick over the lines and lanes of all handlers.
func (e *engine) pickOldest(st *station) (*delivery, int32) {
	var first *delivery
	var from *heap
	replica := int32(-1)
	for _, c := range st.consumers {
		if d := c.queue.head; d != nil && (first == nil || d.order < first.order) && !c.full() {
			first = d
		}
	}
	for _, g := range st.groups {
		group := &e.groups[g]
		for r := range group.eligible {
			list := &group.eligible[r]
			dealt := len(group.eligible) > 1
			if len(*list) == 0 || dealt && !st.ready(r) {
				continue
			}
			if d := (*list)[0]; (first == nil || d.order < first.order) && !d.to.full() {
				first, from, replica = d, list, -1
				if dealt {
					replica = int32(r)
				}
			}
		}
	}
	switch {
	case first == nil:
		if st.sleeps {
			e.fallAsleep(st)
		}
		return nil, 0
	case from == nil:
		first.to.queue.remove(first)
	default:
		from.pop()
		first.lane.under = first
	}
	if replica < 0 {
		replica = st.idlest()
	}
	return first, replica
}

// pickCall is pick where the broker cannot be reached: only calls can.
func (e *engine) pickCall(st *station) (*delivery, int32) {
	var first *delivery
	for _, c := range st.consumers {
		for d := c.queue.head; d != nil; d = d.next {
			if d.kind == aRequest {
				if first == nil || d.order < first.order {
					first = d
				}
				break
			}
		}
	}
	if first == nil {
		return nil, 0
	}
	first.to.queue.remove(first)
	return first, st.idlest()
}

// full tells whether a handler's queue is at its limit of messages in flight.
func (c *consumer) full() bool { return c.inFlight > 0 && c.inflight >= c.inFlight }

// ready tells whether a replica is up and has a free worker.
func (st *station) ready(r int) bool {
	return st.replicas[r].down == 0 && (st.unlimited || st.replicas[r].free > 0)
}

// idlest is the live replica with the most free workers, the lowest among
// equals.
func (st *station) idlest() int32 {
	if !st.perReplica {
		return 0
	}
	best := int32(-1)
	for r := range st.replicas {
		if rep := &st.replicas[r]; rep.down == 0 && (best < 0 || rep.free > st.replicas[best].free) {
			best = int32(r)
		}
	}
	return best
}
