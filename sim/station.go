package sim

import "edasim/topology"

// station is a service at work in one replication: its workers and what waits
// for them.
type station struct {
	*service
	consumers []*consumer
	free      int32 // workers of all replicas that are up
	busy      int32
	waiting   int32 // ready and not taken, over all handlers
	dirty     bool
	down      int32 // outages of the whole service that are open
	cut       int32 // network partitions that keep it from the broker
	replicas  []replica
	running   *delivery // of a service whose workers can die: what is in work
	fresh     []ticket  // came in at this instant; only with a capacity
	paused    paused
	finished  []*delivery // handled, and the offset not yet committed
	settling  bool        // offsets will be committed
	account   serviceAccount
}

// replica is the workers of one replica.
type replica struct {
	free   int32
	busy   int32
	down   int32 // outages that are open
	buffer fifo  // leased ahead of free workers
}

// consumer is a handler at work in one replication, with its queue.
type consumer struct {
	*handler
	station  *station
	queue    line  // what is ready and not in a lane
	inflight int32 // leased and not settled
	poller   poller
	outbox   outbox
}

// line is what is ready at a handler, in the order in which it is taken.
type line struct {
	head, tail *delivery
}

// add puts a delivery at the end.
func (l *line) add(d *delivery) {
	d.next, d.prev = nil, l.tail
	if l.tail == nil {
		l.head = d
	} else {
		l.tail.next = d
	}
	l.tail = d
}

// takeFirst takes the first delivery out; there must be one.
func (l *line) takeFirst() *delivery {
	d := l.head
	l.remove(d)
	return d
}

// addFirst puts a delivery before all others.
func (l *line) addFirst(d *delivery) {
	d.next, d.prev = l.head, nil
	if l.head == nil {
		l.tail = d
	} else {
		l.head.prev = d
	}
	l.head = d
}

// remove takes a delivery out.
func (l *line) remove(d *delivery) {
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

// openStations sets up the workers and queues of every service.
func (e *engine) openStations() {
	e.stations = make([]station, len(e.services))
	e.consumers = make([]consumer, len(e.handlers))
	for i := range e.services {
		st := &e.stations[i]
		st.service = &e.services[i]
		for _, h := range st.handlers {
			c := &e.consumers[h]
			c.handler, c.station = &e.handlers[h], st
			st.consumers = append(st.consumers, c)
		}
		workers := st.concurrency
		st.free = st.service.replicas * workers
		if st.unlimited {
			workers = 0 // the count goes below: the idlest replica has the fewest busy
			st.free = endless
		}
		if st.perReplica {
			st.replicas = make([]replica, st.service.replicas)
			for r := range st.replicas {
				st.replicas[r].free = workers
			}
		}
	}
}

// endless is as many free workers as a service has that does not limit them.
const endless = 1 << 30

// reach says that a message has reached its queue.
func (e *engine) reach(d *delivery) {
	c := d.to
	if e.brokerDown > 0 && d.kind != aRequest {
		d.state = inTransit
		e.steps.push(e.brokerBack, reaches, d.ticket)
		return
	}
	if c.rare&oddReach != 0 {
		if c.rare&hasPoll != 0 && d.kind != aRequest && e.unseen(d, c) {
			return
		}
		if d.lane != nil {
			e.arriveInLane(d)
			e.freeLane(d.lane)
			return
		}
	}
	d.state = waiting
	c.queue.add(d)
	e.stampReady(d, c.station)
}

// stamp notes when, and after which others, a message has become ready.
func (e *engine) stamp(d *delivery) {
	e.orders++
	d.order, d.ready = e.orders, e.now
	if e.book.level.on {
		e.book.level.change(e.now, 1)
	}
}

// stampReady says that a message waits from now on.
func (e *engine) stampReady(d *delivery, st *station) {
	e.stamp(d)
	st.waiting++
	if st.free > 0 || !st.plain {
		e.wake(st)
		if st.capacity >= 0 && d.attempt == 0 {
			st.fresh = append(st.fresh, d.ticket)
		}
		return
	}
	// Nobody is free to take it: it waits.
	st.account.waits(st.waiting)
}

// wake says that a service may have work for a free worker; it is looked at
// when everything else of this instant is done.
func (e *engine) wake(st *station) {
	if !st.dirty {
		st.dirty = true
		e.dirty = append(e.dirty, st)
	}
}

// occupy notes which worker is busy with what, where that matters.
func (st *station) occupy(d *delivery, r int32) {
	if st.perReplica {
		st.replicas[r].busy++
		st.replicas[r].free--
	}
	if st.mortal {
		st.nowRunning(d)
	}
}

// relieve gives back the worker that handled a delivery.
func (e *engine) relieve(d *delivery) {
	st := d.to.station
	st.busy--
	a := &st.account
	a.runArea += e.book.within(d.started, e.now)
	if d.flow.measured {
		a.sojourn.Add(e.now - d.ready)
	}
	if e.book.level.on {
		e.book.level.fell(e)
	}
	if e.book.tell != nil {
		e.book.relieved(e, d)
	}
	if !st.interchangeable && !e.relieveOne(st, d) {
		return
	}
	st.free++
	if st.waiting > 0 || !st.plain {
		e.wake(st)
	}
}

// relieveOne is relieve where it matters which worker it is; false: its replica is
// down.
func (e *engine) relieveOne(st *station, d *delivery) bool {
	if st.mortal {
		st.notRunning(d)
	}
	if !st.perReplica {
		return true
	}
	r := &st.replicas[d.replica]
	r.busy--
	r.free++
	return r.down == 0
}

// nowRunning and notRunning keep the list of what a service has in work.
func (st *station) nowRunning(d *delivery) {
	d.next, d.prev = st.running, nil
	if st.running != nil {
		st.running.prev = d
	}
	st.running = d
}

func (st *station) notRunning(d *delivery) {
	if d.prev == nil {
		st.running = d.next
	} else {
		d.prev.next = d.next
	}
	if d.next != nil {
		d.next.prev = d.prev
	}
	d.next, d.prev = nil, nil
}

// withdraw takes a waiting message out of where it waits.
func (e *engine) withdraw(d *delivery) {
	if d.lane == nil {
		d.to.queue.remove(d)
		return
	}
	if d.state == waiting {
		g := &e.groups[d.to.group]
		for r := range g.eligible {
			g.eligible[r].remove(d)
		}
		d.state = held
		if d.lane.under == d {
			d.lane.under = nil
		}
	}
}

// overflow loses what has come in at this instant and found no room, the last
// first. A redelivery always has room.
func (e *engine) overflow(st *station) {
	for i := len(st.fresh) - 1; i >= 0 && int(st.waiting) > st.capacity; i-- {
		d := e.deliveries.at(st.fresh[i].index())
		if d.ticket != st.fresh[i] || d.state != waiting && d.state != held {
			continue
		}
		st.waiting--
		e.withdraw(d)
		e.book.withdrawn(e, d)
		if d.kind == aRequest && st.refuse {
			e.sendAnswer(d, true, topology.Time(0))
		}
		if !st.refuse || !e.publishAgain(d) {
			e.lose(d)
		}
	}
	st.fresh = st.fresh[:0]
}
