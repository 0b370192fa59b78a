package sim

// collect puts a message to what a join has of the flow; true: the set is
// complete and the handler runs.
func (e *engine) collect(d *delivery, h *handler) bool {
	j := &d.flow.joins[h.join]
	at := 0
	for i, ev := range h.consumes {
		if ev == d.event {
			at = i
		}
	}
	complete := uint64(1)<<len(h.consumes) - 1
	if j.seen>>at&1 == 0 || j.seen == complete {
		j.logical[at] = d.logical
	}
	j.seen |= 1 << at
	j.depth, j.hops = max(j.depth, d.depth), max(j.hops, d.hops)
	if d.born >= j.last {
		j.last = d.born
		if d.carried != j.carried {
			if j.carried != none {
				e.release(j.carried)
			}
			if d.carried != none {
				e.snapshots.at(d.carried).refs++
			}
			j.carried = d.carried
		}
	}
	if j.seen != complete {
		return false
	}
	d.depth, d.hops = j.depth, j.hops
	d.flow.depth = max(d.flow.depth, d.depth)
	d.run = j.run()
	if j.carried != d.carried {
		e.release(d.carried)
		e.snapshots.at(j.carried).refs++
		d.carried = j.carried
	}
	return true
}

// run is the logical id of the run that a complete join starts: made of all
// that it joins.
func (j *joined) run() uint64 {
	id := uint64(0)
	for _, l := range j.logical {
		id = mix(id, l)
	}
	return id
}
