package sim

import "edasim/topology"

// snapshot is the copy of states that a message carries.
type snapshot struct {
	refs   int32
	values []float64
}

func (e *engine) release(i uint32) {
	s := e.snapshots.at(i)
	if s.refs--; s.refs == 0 {
		e.snapshots.put(i)
	}
}

// carriedBy is what a delivery's message carries of other services' states.
func (e *engine) carriedBy(d *delivery) []float64 {
	if d.carried == none {
		return nil
	}
	return e.snapshots.at(d.carried).values
}

// carry makes what a run's messages carry: of the emitter's own state what its
// commit leaves, of others what the run's own trigger carried. The caller
// releases it.
func (e *engine) carry(d *delivery, h *handler) uint32 {
	if len(e.carries) == 0 {
		return none
	}
	if d.odd().kept {
		e.snapshots.at(d.odd().work-1).refs++
		return d.odd().work - 1
	}
	i := e.newSnapshot()
	values := e.snapshots.at(i).values
	copy(values, e.carriedBy(d))
	for c, what := range e.carries {
		if e.states[what.state].service == h.service {
			at, _ := e.stateOf(d.flow, what.state)
			values[c] = *at
		}
	}
	if d.phase == callingFirst {
		e.foresee(d, h, values)
	}
	return i
}

// keepSnapshot keeps what a run's messages will carry over the gap between its
// commit and its publish, in which others may commit. What the expressions of its
// effects gave is no longer needed.
func (e *engine) keepSnapshot(d *delivery, h *handler) {
	i := e.carry(d, h)
	e.dropWork(d)
	d.odd().work, d.odd().kept = i+1, true
}

// dropWork gives back what a run has kept.
func (e *engine) dropWork(d *delivery) {
	if d.odd().work != 0 {
		e.release(d.odd().work - 1)
	}
	d.odd().work, d.odd().kept = 0, false
}

// foresee puts into a snapshot what the commit of a run that publishes first
// will leave.
func (e *engine) foresee(d *delivery, h *handler, values []float64) {
	effects := h.does(d.refuses).effects
	e.look(d.flow, e.carriedBy(d))
	for i := range effects {
		fx := &effects[i]
		c := e.states[fx.state].carried
		switch {
		case c < 0:
		case fx.op == topology.Add:
			values[c] += fx.value
		case fx.op == topology.SetWord:
			values[c] = fx.value
		case d.instant || h.isolation == topology.Serializable:
			values[c] = fx.expr(&e.env)
		default:
			values[c] = e.computed(d)[fx.place]
		}
	}
}

// carryAll makes what a trigger carries: what is true when it is sent.
func (e *engine) carryAll(f *flow) uint32 {
	if len(e.carries) == 0 {
		return none
	}
	i := e.newSnapshot()
	values := e.snapshots.at(i).values
	for c, what := range e.carries {
		at, _ := e.stateOf(f, what.state)
		values[c] = *at
	}
	return i
}

func (e *engine) newSnapshot() uint32 {
	s, i := e.snapshots.get()
	if s.values == nil {
		s.values = make([]float64, e.snapshotSize)
	}
	s.refs = 1
	return i
}
