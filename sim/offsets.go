package sim

import (
	"slices"

	"edasim/topology"
)

// uncommitted keeps a message whose offset has yet to be committed; false:
// it was not in a lane.
func (e *engine) uncommitted(d *delivery) bool {
	st, h := d.to.station, d.to.handler
	if d.lane == nil {
		return false
	}
	l := d.lane
	e.disarm(&d.lease)
	e.leaveLane(d)
	d.state = finished
	d.odd().home = l
	st.finished = append(st.finished, d)
	if !st.settling {
		st.settling = true
		e.steps.push((e.now/h.policy.Settle+1)*h.policy.Settle, settles, ticket(h.service))
	}
	return true
}

// commitOffsets commits what a service has handled.
func (e *engine) commitOffsets(s uint32) {
	st := &e.stations[s]
	st.settling = false
	list := st.finished
	st.finished = nil
	for _, d := range list {
		e.book.copyEnded(e, d, handledCopy)
		e.unlease(d)
		e.free(d)
	}
	if st.finished == nil {
		st.finished = list[:0]
	}
}

// rewind delivers again what a dead replica has handled since the last commit:
// in each lane everything after it, in its order, before what follows.
func (e *engine) rewind(st *station, replica int32) {
	kept := st.finished[:0]
	var back []*delivery
	for _, d := range st.finished {
		if d.replica == replica || replica < 0 {
			back = append(back, d)
		} else {
			kept = append(kept, d)
		}
	}
	st.finished = kept
	for _, d := range slices.Backward(back) {
		l := d.odd().home
		d.lane, d.odd().home = l, nil
		d.laneNext, d.lanePrev = l.head, nil
		if l.head == nil {
			l.tail = d
		} else {
			l.head.lanePrev = d
			if l.head.state == waiting {
				e.withdraw(l.head)
			}
		}
		l.head = d
		d.to.inflight--
		d.ticket = d.ticket.next()
		d.state, d.odd().inOrder = held, true
		e.stampReady(d, d.to.station)
	}
	for _, d := range back {
		e.freeLane(d.lane)
	}
}

// deal gives the partitions of a service to its live replicas in turn.
func (e *engine) deal(st *station) {
	var live []int32
	for r := range st.replicas {
		if st.replicas[r].down == 0 {
			live = append(live, int32(r))
		}
	}
	if len(live) == 0 {
		return
	}
	for _, g := range st.groups {
		group := &e.groups[g]
		if len(group.eligible) < 2 {
			continue
		}
		for l := range group.owner {
			group.owner[l] = live[l%len(live)]
		}
		var all []*delivery
		for r := range group.eligible {
			all = append(all, group.eligible[r]...)
			group.eligible[r] = group.eligible[r][:0]
		}
		slices.SortFunc(all, func(a, b *delivery) int {
			if a.order < b.order {
				return -1
			}
			return 1
		})
		for _, d := range all {
			group.eligible[group.owner[d.lane.index]].push(d)
		}
	}
	e.wake(st)
}

// noticed is how long it takes to notice that a replica of a service is dead.
func (st *station) noticed() topology.Time {
	for _, h := range st.consumers {
		if h.group < 0 {
			continue
		}
		switch h.policy.Crash.Kind {
		case topology.OnSession:
			return h.policy.Crash.Session
		case topology.OnDeadline:
			return h.policy.AckDeadline
		}
	}
	return 0
}
