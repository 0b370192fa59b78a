package sim

// line is what is ready at a handler, in the order in which it is taken.
type line struct {
	head, tail *delivery
}

// pool is the workers of one service and what waits for them.
type pool struct {
	free     int32 // of all replicas that are up
	busy     int32
	waiting  int32 // ready and not taken, over all handlers
	dirty    bool
	down     int32 // outages of the whole service that are open
	replica  []replica
	cut      int32     // partitions that keep it from the broker
	settling bool      // offsets will be committed
	running  *delivery // of a service whose workers can die: what is in work
	fresh    []uint64  // came in at this instant: epoch and index; only with a capacity
	paused   paused
}

// replica is the workers of one replica.
type replica struct {
	free   int32
	busy   int32
	down   int32 // outages that are open
	buffer fifo  // leased ahead of free workers
}

// reach says that a message has reached its queue.
func (e *engine) reach(d *delivery) {
	if e.brokerDown > 0 {
		d.state = inTransit
		e.steps.push(e.brokerBack, reaches, d.epoch, d.self)
		return
	}
	h := &e.handlers[d.handler]
	if h.rare&hasPoll != 0 && d.kind != aRequest && e.unseen(d, h) {
		return
	}
	if d.lane != nil {
		e.arriveInLane(d)
		e.freeLane(d.lane)
		return
	}
	e.stampReady(d)
	d.state = waiting
	e.enqueue(d, false)
}

// stampReady says that a message waits from now on.
func (e *engine) stampReady(d *delivery) {
	e.orders++
	d.order = e.orders
	d.ready = e.now
	s := e.handlers[d.handler].service
	p := &e.pools[s]
	p.waiting++
	e.book.level.change(e, 1)
	if e.services[s].capacity >= 0 && d.attempt == 0 {
		p.fresh = append(p.fresh, uint64(d.epoch)<<32|uint64(d.self))
	}
	e.wake(s)
}

// enqueue puts a ready message into its handler's line.
func (e *engine) enqueue(d *delivery, front bool) {
	l := &e.queues[d.handler]
	switch {
	case l.head == nil:
		l.head, l.tail = d, d
		d.next, d.prev = nil, nil
	case front:
		d.next, d.prev = l.head, nil
		l.head.prev = d
		l.head = d
	default:
		d.next, d.prev = nil, l.tail
		l.tail.next = d
		l.tail = d
	}
}

// unqueue takes a message out of its handler's line.
func (e *engine) unqueue(d *delivery) {
	l := &e.queues[d.handler]
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
	d.next, d.prev = nil, nil
}

// wake says that a service may have work for a free worker; it is looked at
// when everything else of this instant is done.
func (e *engine) wake(s int32) {
	if p := &e.pools[s]; !p.dirty {
		p.dirty = true
		e.dirty = append(e.dirty, s)
	}
}

// dispatch lets free workers take messages, service by service. Where a run
// that takes no time has made something happen at this instant, that goes
// first.
func (e *engine) dispatch() {
	for ; e.woken < len(e.dirty); e.woken++ {
		s := e.dirty[e.woken]
		p := &e.pools[s]
		svc := &e.services[s]
		for p.down == 0 && (p.free > 0 || svc.unlimited) {
			d, r := e.pick(svc, p)
			if d == nil {
				if svc.sleeps {
					e.fallAsleep(svc)
				}
				break
			}
			p.waiting--
			e.take(svc, p, d, r)
			if !e.steps.quiet() {
				return
			}
		}
		if svc.prefetches && p.down == 0 && p.cut == 0 {
			e.prefetch(svc, p)
		}
		p.dirty = false
		if svc.capacity >= 0 {
			e.overflow(svc, p)
		}
		e.book.queued(s, p.waiting)
	}
	e.dirty = e.dirty[:0]
	e.woken = 0
}

// pick takes the message that has been ready longest out of where it waits, and
// names the replica whose worker is to have it; nil: there is none.
func (e *engine) pick(svc *service, p *pool) (*delivery, int32) {
	if svc.prefetches {
		if d := p.fetchedNext(); d != nil {
			p.replica[d.replica].buffer.pop()
			return d, d.replica
		}
	}
	if p.cut > 0 {
		return e.pickCall(svc, p)
	}
	if len(svc.handlers) == 1 && len(svc.groups) == 0 && !e.full(svc.handlers[0]) {
		d := e.queues[svc.handlers[0]].head
		if d == nil {
			return nil, 0
		}
		e.unqueue(d)
		return d, p.idlest(svc)
	}
	var first *delivery
	var from *heap
	replica := int32(-1)
	for _, h := range svc.handlers {
		if d := e.queues[h].head; d != nil && (first == nil || d.order < first.order) && !e.full(h) {
			first = d
		}
	}
	for _, g := range svc.groups {
		group := &e.groups[g]
		for r := range group.eligible {
			list := &group.eligible[r]
			dealt := len(group.eligible) > 1
			if len(*list) == 0 || dealt && p.replica[r].free == 0 {
				continue
			}
			if d := (*list)[0]; (first == nil || d.order < first.order) && !e.full(d.handler) {
				first, from, replica = d, list, -1
				if dealt {
					replica = int32(r)
				}
			}
		}
	}
	switch {
	case first == nil:
		return nil, 0
	case from == nil:
		e.unqueue(first)
	default:
		from.pop()
		first.lane.busy = true
	}
	if replica < 0 {
		replica = p.idlest(svc)
	}
	return first, replica
}

// pickCall is pick where the broker cannot be reached: only calls can.
func (e *engine) pickCall(svc *service, p *pool) (*delivery, int32) {
	var first *delivery
	for _, h := range svc.handlers {
		for d := e.queues[h].head; d != nil; d = d.next {
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
	e.unqueue(first)
	return first, p.idlest(svc)
}

// full tells whether a handler's queue is at its limit of messages in flight.
func (e *engine) full(h int32) bool {
	limit := e.handlers[h].inFlight
	return limit > 0 && e.inflight[h] >= limit
}

// idlest is the replica with the most free workers, the lowest among equals.
func (p *pool) idlest(svc *service) int32 {
	if !svc.perReplica {
		return 0
	}
	best := int32(0)
	for r := range p.replica {
		if p.replica[r].free > p.replica[best].free {
			best = int32(r)
		}
	}
	return best
}

// occupy makes a worker of a replica busy.
func (p *pool) occupy(svc *service, r int32) {
	p.busy++
	if svc.perReplica {
		p.replica[r].busy++
		p.replica[r].free--
	}
	if !svc.unlimited {
		p.free--
	}
}

// relieve gives back the worker that handled a delivery.
func (e *engine) relieve(d *delivery) {
	s := e.handlers[d.handler].service
	svc, p := &e.services[s], &e.pools[s]
	p.busy--
	e.book.ended(e, d, s)
	if svc.mortal {
		e.notRunning(p, d)
	}
	if svc.perReplica {
		r := &p.replica[d.replica]
		r.busy--
		r.free++
		if r.down > 0 {
			return
		}
	}
	if !svc.unlimited {
		p.free++
	}
	e.wake(s)
}

// overflow loses what has come in at this instant and found no room, the last
// first. A redelivery always has room.
func (e *engine) overflow(svc *service, p *pool) {
	for i := len(p.fresh) - 1; i >= 0 && int(p.waiting) > svc.capacity; i-- {
		d := e.deliveries.at(uint32(p.fresh[i]))
		if d.epoch != uint32(p.fresh[i]>>32) || d.state != waiting && d.state != held {
			continue
		}
		p.waiting--
		e.withdraw(d)
		e.refuseFull(svc, d)
	}
	p.fresh = p.fresh[:0]
}

// withdraw takes a waiting message out of where it waits.
func (e *engine) withdraw(d *delivery) {
	if d.lane == nil {
		e.unqueue(d)
		return
	}
	if d.state == waiting {
		g := &e.groups[e.handlers[d.handler].group]
		for r := range g.eligible {
			g.eligible[r].remove(d)
		}
		d.state = held
	}
}

// refuseFull ends a message that a full queue did not take.
func (e *engine) refuseFull(svc *service, d *delivery) {
	e.book.withdrawn(e, d)
	if d.kind == aRequest && svc.refuse {
		e.sendAnswer(d, true, 0)
	}
	e.lose(d)
}
