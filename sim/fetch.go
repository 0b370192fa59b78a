package sim

import "edasim/topology"

// poller is a consumer that looks at its queue from time to time.
type poller struct {
	pending   line // has arrived and was not yet looked at
	n         int
	scheduled bool
	awake     bool          // sleep: it found something and goes on
	since     topology.Time // sleep: it last found nothing
}

// unseen keeps a message for the next look of a polling consumer; false: its
// consumer does not poll, or is awake.
func (e *engine) unseen(d *delivery, c *consumer) bool {
	p := &c.poller
	poll := &c.policy.Poll
	if poll.Sleep && p.awake {
		return false
	}
	d.state = overlooked
	e.stampReady(d, d.to.station)
	d.next = nil
	if p.pending.tail == nil {
		p.pending.head = d
	} else {
		p.pending.tail.next = d
	}
	p.pending.tail = d
	p.n++
	if !p.scheduled {
		p.scheduled = true
		at := (e.now/poll.Every + 1) * poll.Every
		if poll.Sleep {
			at = p.since + ((e.now-p.since)/poll.Every+1)*poll.Every
		}
		e.steps.push(at, polls, ticket(c.index))
	}
	return true
}

// lookAtQueue is a look of a polling consumer.
func (e *engine) lookAtQueue(i uint32) {
	c := &e.consumers[i]
	p := &c.poller
	poll := &c.policy.Poll
	limit := poll.Batch
	if limit == 0 || poll.Sleep {
		limit = p.n
	}
	p.scheduled, p.awake = false, true
	for ; limit > 0 && p.n > 0; limit-- {
		d := p.pending.head
		if p.pending.head = d.next; d.next == nil {
			p.pending.tail = nil
		}
		p.n--
		d.next = nil
		e.show(d)
	}
	if p.n > 0 {
		p.scheduled = true
		e.steps.push(e.now+poll.Every, polls, ticket(i))
	}
}

// show makes a message that has been stamped ready something to take.
func (e *engine) show(d *delivery) {
	st := d.to.station
	if d.settled {
		st.waiting--
		e.book.withdrawn(e, d)
		e.free(d)
		return
	}
	if d.lane == nil {
		d.state = waiting
		d.to.queue.add(d)
		e.wake(st)
		return
	}
	// In a lane it becomes ready, once more, with those before it.
	st.waiting--
	e.book.withdrawn(e, d)
	e.arriveInLane(d)
	e.freeLane(d.lane)
}

// fallAsleep puts pollers to sleep whose workers found nothing.
func (e *engine) fallAsleep(st *station) {
	for _, c := range st.consumers {
		if c.policy.Poll.Sleep && c.poller.awake && c.queue.head == nil {
			c.poller.awake, c.poller.since = false, e.now
		}
	}
}

// prefetch leases messages to replicas ahead of their free workers.
func (e *engine) prefetch(st *station) {
	for _, c := range st.consumers {
		for c.policy.Prefetch > 0 && !c.full() {
			d, lane, r := e.firstOf(c)
			if d == nil {
				break
			}
			if lane != nil {
				lane.pop()
				d.lane.under = d
			} else {
				c.queue.remove(d)
			}
			d.replica = r
			if !e.lease(d, c.handler) {
				st.waiting--
				continue
			}
			d.state = fetched
			e.leases++
			d.odd().leased = e.leases
			st.replicas[r].buffer.push(d)
		}
	}
}

// firstOf is what a handler's queue offers next to a replica that has room for it,
// the lanes that it comes from and that replica; nil: there is none.
func (e *engine) firstOf(c *consumer) (*delivery, *heap, int32) {
	room := c.station.roomiest(c.policy.Prefetch)
	if room < 0 {
		return nil, nil, 0
	}
	if c.group < 0 {
		return c.queue.head, nil, room
	}
	var first *delivery
	var from *heap
	replica := room
	lists := e.groups[c.group].eligible
	for r := range lists {
		list := &lists[r]
		if len(*list) == 0 || (*list)[0].to != c || first != nil && first.order < (*list)[0].order {
			continue
		}
		if len(lists) > 1 { // partitions are dealt: only their owner has them
			if !c.station.roomAt(r, c.policy.Prefetch) {
				continue
			}
			replica = int32(r)
		}
		first, from = (*list)[0], list
	}
	return first, from, replica
}

// roomAt tells whether a replica is up and has fetched fewer than so many.
func (st *station) roomAt(r, limit int) bool {
	return st.replicas[r].down == 0 && st.replicas[r].buffer.len() < limit
}

// roomiest is the live replica with the fewest fetched messages, the lowest
// among equals; -1: all are full.
func (st *station) roomiest(limit int) int32 {
	best := int32(-1)
	for r := range st.replicas {
		if st.roomAt(r, limit) && (best < 0 || st.replicas[r].buffer.len() < st.replicas[best].buffer.len()) {
			best = int32(r)
		}
	}
	return best
}

// fetchedNext is the fetched message that a free worker of its replica handles
// next: the one that was leased first.
func (st *station) fetchedNext() *delivery {
	var first *delivery
	for r := range st.replicas {
		rep := &st.replicas[r]
		if rep.free <= 0 || rep.down > 0 {
			continue
		}
		if d := rep.buffer.first(); d != nil && (first == nil || int32(d.odd().leased-first.odd().leased) < 0) {
			first = d
		}
	}
	return first
}

// fifo is deliveries in the order of being put in.
type fifo struct {
	list []*delivery
	head int
}

func (f *fifo) len() int { return len(f.list) - f.head }

func (f *fifo) push(d *delivery) { f.list = append(f.list, d) }

func (f *fifo) first() *delivery {
	if f.len() == 0 {
		return nil
	}
	return f.list[f.head]
}

func (f *fifo) pop() *delivery {
	d := f.list[f.head]
	f.list[f.head] = nil
	if f.head++; f.head == len(f.list) {
		f.list, f.head = f.list[:0], 0
	} else if f.head > 64 && 2*f.head > len(f.list) {
		f.list = append(f.list[:0], f.list[f.head:]...)
		f.head = 0
	}
	return d
}

// returnFetched brings back what a dead replica had fetched.
func (e *engine) returnFetched(st *station, r int32) {
	for st.replicas[r].buffer.len() > 0 {
		d := st.replicas[r].buffer.pop()
		st.waiting--
		e.book.withdrawn(e, d)
		e.noticeDeath(d)
	}
}
