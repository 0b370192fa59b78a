package sim

import "edasim/topology"

// persist commits a run, if what its isolation and idempotency demand is so. It returns
// false where the delivery ended, or the run begins again, without a commit.
func (e *engine) persist(d *delivery, h *handler) bool {
	if h.rare&oddCommit != 0 && !e.mayCommit(d, h) {
		return false
	}
	deed := h.does(d.refuses)
	e.record(d, h, deed)
	e.commit(d, h, deed)
	if h.rare&hasTwoWrites != 0 {
		e.markEmissions(d, h, deed, markEmits)
	}
	return true
}

// persistPlainly is persist where nothing is demanded, and nothing but the logical id is
// to be remembered.
func (e *engine) persistPlainly(d *delivery, h *handler) {
	if m := d.mark; m.commits == 0 && !d.forged {
		m.at, m.commits = e.now, 1
		m.state |= markCommitted | markPersisted
	} else {
		e.record(d, h, &h.deed)
	}
	e.commit(d, h, &h.deed)
}

// commit applies the effects of a run, notes the outcomes that it reaches and judges the
// invariants.
func (e *engine) commit(d *delivery, h *handler, deed *deed) {
	f := d.flow
	e.old = e.old[:0]
	if len(deed.effects) > 0 {
		e.apply(d, h, deed.effects)
	}
	before := f.outcome
	for _, o := range deed.reaches {
		e.outcomeIs(f, o, d.origin)
	}
	if deed.ends && !deed.fixed {
		e.reachOutcome(d, deed)
	}
	e.book.committed(e.now, d)
	if e.book.tell != nil {
		e.book.commits(e, d)
	}
	if h.judged || before != f.outcome && len(e.finally) > 0 {
		e.judge(f, h, before)
	}
}

// mayCommit is what idempotency, isolation and the guard say when a run is about
// to commit.
func (e *engine) mayCommit(d *delivery, h *handler) bool {
	f := d.flow
	if h.rare&hasIdempotence != 0 && !h.idempotent.Racy && e.seen(d, h) {
		e.skip(d, h)
		return false
	}
	if h.isolation == topology.Optimistic && e.versionsOf(f, h.reads) != d.odd().seen {
		e.conflict(d, h)
		return false
	}
	if h.rare&(hasGuard|hasVersions) != 0 {
		e.look(f, e.carriedBy(d))
	}
	if h.when != nil && !d.refuses && (!d.instant || h.copies) {
		if h.isolation == topology.Serializable && !h.when(&e.env) && !e.otherwise(d, h) {
			return false
		}
		if !d.refuses && !h.whenNow(&e.env) {
			e.book.anomaly(e, f, staleAction, d)
		}
	}
	if h.rare&hasVersions != 0 && !d.refuses && !d.instant &&
		h.isolation != topology.Serializable && e.versionsOf(f, h.writes) != d.odd().target {
		e.book.anomaly(e, f, lostUpdate, d)
	}
	return true
}

// record remembers that a logical id took effect.
func (e *engine) record(d *delivery, h *handler, deed *deed) {
	m := d.mark
	if d.run != d.logical {
		m = e.markOf(d.flow, h, d.run)
	}
	m.at = e.now
	m.state = m.state&^markRefused | markCommitted | markPersisted
	if !d.refuses || len(deed.effects) > 0 {
		if m.commits++; m.commits > 1 {
			e.book.anomaly(e, d.flow, duplicateEffect, d)
		}
		if d.forged {
			e.book.anomaly(e, d.flow, forgedEffect, d)
		}
	}
	if d.refuses {
		m.state |= markRefused
	}
	if h.idempotent.By == topology.ByMessage {
		byMessage := e.markOf(d.flow, h, d.message^messageMark)
		byMessage.at = e.now
		byMessage.state |= m.state
	}
}

// messageMark tells the marks of message ids from those of logical ids.
const messageMark = 0x517cc1b727220a95

// seen tells whether an idempotent handler remembers a message.
func (e *engine) seen(d *delivery, h *handler) bool {
	id := d.run
	if h.idempotent.By == topology.ByMessage {
		id = d.message ^ messageMark
	}
	m := e.markOf(d.flow, h, id)
	if m.state&markCommitted == 0 || h.idempotent.For > 0 && e.now-m.at >= h.idempotent.For {
		return false
	}
	d.refuses = m.state&markRefused != 0
	return true
}

// skip ends a delivery that its handler has recognised as done before. It takes
// no time and changes nothing; who waits for an answer gets the recorded one.
func (e *engine) skip(d *delivery, h *handler) {
	if d.fails {
		e.fail(d, topology.CountError)
		return
	}
	if h.idempotent.Replays {
		d.phase = callingSkip
		if e.publishRun(d, h) {
			return
		}
	} else {
		e.tell(d, d.verdict())
	}
	e.skipped(d, h)
}

// skipped acks a message that was skipped.
func (e *engine) skipped(d *delivery, h *handler) {
	if e.ackLost(d, h) {
		return
	}
	e.ack(d, skippedCopy)
}

// apply changes the states of a commit and keeps what they were.
func (e *engine) apply(d *delivery, h *handler, effects []effect) {
	f := d.flow
	if h.does(d.refuses).own {
		for i := range effects {
			fx := &effects[i]
			at := &f.values[fx.slot]
			if len(h.always) > 0 || e.book.tell != nil {
				e.old = append(e.old, oldValue{at, *at, fx.state})
			}
			if fx.op == topology.Add {
				*at += fx.value
			} else {
				*at = fx.value
			}
		}
		return
	}
	computed := e.computed(d)
	for i := range effects {
		fx := &effects[i]
		if fx.op != topology.SetExpr {
			continue
		}
		if d.instant || h.isolation == topology.Serializable {
			e.values[fx.place] = fx.expr(&e.env)
		} else {
			e.values[fx.place] = computed[fx.place]
		}
	}
	for i := range effects {
		fx := &effects[i]
		at, version := e.stateOf(f, fx.state)
		e.old = append(e.old, oldValue{at, *at, fx.state})
		switch fx.op {
		case topology.Add:
			*at += fx.value
		case topology.SetWord:
			*at = fx.value
		case topology.SetExpr:
			*at = e.values[fx.place]
		}
		if version != nil {
			*version++
		}
	}
}

// stateOf is where a state is kept that a flow sees, and its version.
func (e *engine) stateOf(f *flow, i int32) (value *float64, version *uint32) {
	s := &e.states[i]
	at := s.base
	switch {
	case s.key == keyNone:
		if e.versions {
			version = &f.versions[at]
		}
		return &f.values[at], version
	case s.key >= 0:
		at += f.keys[s.key]
	}
	if e.versions {
		version = &e.sharedVers[at]
	}
	return &e.shared[at], version
}

// versionsOf adds up the versions of some states: equal sums mean that nothing
// was committed to any of them in between.
func (e *engine) versionsOf(f *flow, states []int32) uint64 {
	sum := uint64(0)
	for _, i := range states {
		_, version := e.stateOf(f, i)
		sum += uint64(*version)
	}
	return sum
}

// compute keeps what the expressions of a run's effects give on what it read.
func (e *engine) compute(d *delivery, h *handler) {
	effects := h.does(d.refuses).effects
	if d.odd().work == 0 {
		s, i := e.snapshots.get()
		if s.values == nil {
			s.values = make([]float64, e.snapshotSize)
		}
		s.refs = 1
		d.odd().work = i + 1
	}
	for i := range effects {
		if fx := &effects[i]; fx.op == topology.SetExpr {
			e.snapshots.at(d.odd().work - 1).values[fx.place] = fx.expr(&e.env)
		}
	}
}

func (e *engine) computed(d *delivery) []float64 {
	if d.odd().work == 0 {
		return nil
	}
	return e.snapshots.at(d.odd().work - 1).values
}

// conflict makes an optimistic run begin again.
func (e *engine) conflict(d *delivery, h *handler) {
	d.odd().reruns++
	if h.conflict.exhausted(d.odd().reruns + 1) {
		e.fail(d, topology.CountError)
		return
	}
	e.book.conflict(e, d)
	d.tried = again(d.tried, rerunTry, h.key, uint64(d.odd().reruns))
	d.takes = e.serviceTime(d, h)
	wait := e.delayOf(&h.conflict, d.flow, d.logical, d.tried, d.odd().reruns, &d.odd().lastWait)
	d.phase = reading
	if read := h.readTakes.at(d.flow, d); h.rare&hasStoreReads != 0 {
		wait += read
	}
	if wait == 0 {
		e.begin(d, h)
		return
	}
	e.proceedAfter(d, wait)
}
