package sim

import "edasim/topology"

// lanes are the lanes of one group, and those of its messages that a worker
// may take: the first of each lane that is free.
type lanes struct {
	lane     []lane // by key value or partition; by flow they are in the flow
	eligible []heap // by replica where partitions are dealt to replicas, else one
	owner    []int32
}

// lane is the messages of one key value, partition, flow or queue in the order
// of publishing. At most one is under way.
type lane struct {
	head, tail *delivery
	under      *delivery // way; nil: the lane is free
	index      int32
}

// laneOf is the lane of a message for an ordered handler.
func (e *engine) laneOf(f *flow, h *handler) *lane {
	g := &e.Model.lanes[h.group]
	if g.perFlow >= 0 {
		return &f.lanes[g.perFlow]
	}
	list := e.groups[h.group].lane
	switch g.kind {
	case topology.ByPartition:
		at := uint64(f.number)
		if g.key >= 0 {
			at = uint64(f.keys[g.key])
		}
		return &list[mix(at, laneHash)%uint64(len(list))]
	case topology.ByKeyValue:
		return &list[f.keys[g.key]]
	}
	return &list[0]
}

const laneHash = 0x3c6ef372fe94f82b

// enlist gives a message its place in its lane: the last, or right behind a
// copy of it.
func (e *engine) enlist(d *delivery, h *handler, behind *delivery) {
	l := e.laneOf(d.flow, h)
	d.lane = l
	if behind == nil || behind.lane != l || behind == l.tail {
		d.lanePrev = l.tail
		if l.tail == nil {
			l.head = d
		} else {
			l.tail.laneNext = d
		}
		l.tail = d
		return
	}
	d.laneNext, d.lanePrev = behind.laneNext, behind
	behind.laneNext.lanePrev = d
	behind.laneNext = d
}

// inOrder says that a message of a lane has arrived, and makes ready what had
// to wait for it.
func (e *engine) arriveInLane(d *delivery) {
	d.state = held
	if d.lanePrev != nil && !d.lanePrev.odd().inOrder {
		return
	}
	for ; d != nil && d.state == held && !d.odd().inOrder; d = d.laneNext {
		d.odd().inOrder = true
		e.stampReady(d, d.to.station)
	}
}

// freeLane lets the first of a lane be taken.
func (e *engine) freeLane(l *lane) {
	if d := l.head; l.under == nil && d != nil && d.state == held && d.odd().inOrder {
		d.state = waiting
		e.offer(d)
	}
}

// leaveLane takes a message out of its lane for good.
func (e *engine) leaveLane(d *delivery) {
	l := d.lane
	if l == nil {
		return
	}
	if d.lanePrev == nil {
		l.head = d.laneNext
	} else {
		d.lanePrev.laneNext = d.laneNext
	}
	if d.laneNext == nil {
		l.tail = d.lanePrev
	} else {
		d.laneNext.lanePrev = d.lanePrev
	}
	next := d.laneNext
	d.lane, d.laneNext, d.lanePrev = nil, nil, nil
	if l.under == d {
		l.under = nil
	}
	if next != nil && next.state == held && !next.odd().inOrder && (next.lanePrev == nil || next.lanePrev.odd().inOrder) {
		e.arriveInLane(next)
	}
	e.freeLane(l)
}

// toTail puts a returning message at the end of its lane, which goes on.
func (e *engine) toTail(d *delivery, h *handler) {
	e.leaveLane(d)
	e.enlist(d, h, nil)
	d.odd().inOrder = false
	d.state = inTransit
}

// offer makes the first of a free lane something that a worker may take.
func (e *engine) offer(d *delivery) {
	g := &e.groups[d.to.group]
	i := 0
	if len(g.eligible) > 1 {
		i = int(g.owner[d.lane.index])
	}
	g.eligible[i].push(d)
	e.wake(d.to.station)
}

// heap is deliveries in the order of becoming ready.
type heap []*delivery

func (h *heap) push(d *delivery) {
	list := append(*h, d)
	i := len(list) - 1
	for i > 0 {
		up := (i - 1) / 2
		if list[up].order <= d.order {
			break
		}
		list[i] = list[up]
		i = up
	}
	list[i] = d
	*h = list
}

func (h *heap) pop() *delivery {
	list := *h
	top, last := list[0], list[len(list)-1]
	list[len(list)-1] = nil
	list = list[:len(list)-1]
	*h = list
	if len(list) == 0 {
		return top
	}
	i := 0
	for {
		child := 2*i + 1
		if child >= len(list) {
			break
		}
		if child+1 < len(list) && list[child+1].order < list[child].order {
			child++
		}
		if last.order <= list[child].order {
			break
		}
		list[i] = list[child]
		i = child
	}
	list[i] = last
	return top
}

// remove takes a delivery out of the middle.
func (h *heap) remove(d *delivery) {
	for i, other := range *h {
		if other == d {
			rest := append((*h)[:i:i], (*h)[i+1:]...)
			*h = (*h)[:0]
			for _, o := range rest {
				h.push(o)
			}
			return
		}
	}
}
