package sim

import "edasim/topology"

// oldValue is a state as it was before a commit.
type oldValue struct {
	at    *float64
	value float64
	state int32
}

// judge checks the invariants that a commit may have changed.
func (e *engine) judge(f *flow, h *handler, outcomeBefore int32) {
	e.look(f, nil)
	for _, i := range h.always {
		inv := &e.always[i]
		truth := inv.holds(&e.env)
		switch {
		case inv.kind == topology.Sometimes:
			if truth {
				f.broken[i].violated = true
			}
		case !truth && e.heldBefore(inv, outcomeBefore):
			e.violate(f, int(i))
		}
	}
	if f.outcome < 0 {
		return
	}
	if outcomeBefore != f.outcome {
		for i := range e.finally {
			e.standsNow(f, int32(i))
		}
		return
	}
	for _, i := range h.finally {
		e.standsNow(f, i)
	}
}

// heldBefore tells whether an invariant held before the commit that is being
// judged: only then is it this flow's doing.
func (e *engine) heldBefore(inv *invariant, outcome int32) bool {
	e.swapOld()
	now := e.env.outcome
	e.env.outcome = float64(outcome + 1)
	held := inv.holds(&e.env)
	e.env.outcome = now
	e.swapOld()
	return held
}

// swapOld exchanges the states of the last commit with what they were. Two
// effects on one state keep its oldest value.
func (e *engine) swapOld() {
	for i := len(e.old) - 1; i >= 0; i-- {
		o := &e.old[i]
		*o.at, o.value = o.value, *o.at
	}
	for i, j := 0, len(e.old)-1; i < j; i, j = i+1, j-1 {
		e.old[i], e.old[j] = e.old[j], e.old[i]
	}
}

// standsNow follows an invariant that must hold in the end, from the outcome on.
func (e *engine) standsNow(f *flow, i int32) {
	inv := &e.finally[i]
	if inv.shared {
		return
	}
	s := &f.broken[len(e.always)+int(i)]
	switch holds := inv.holds(&e.env); {
	case !holds:
		s.open, f.wasOpen = true, true
	case s.open:
		s.open, s.last = false, e.now
	}
}

// judgeLast judges what must hold when a flow settles.
func (e *engine) judgeLast(f *flow) {
	e.look(f, nil)
	for i := range e.finally {
		inv := &e.finally[i]
		if inv.shared {
			continue
		}
		s := &f.broken[len(e.always)+i]
		s.open = !inv.holds(&e.env)
		f.wasOpen = f.wasOpen || s.open
		tooLong := inv.within > 0 && f.outcome >= 0 && s.last-f.outcomeAt > inv.within
		if s.open || tooLong {
			e.violate(f, len(e.always)+i)
		}
	}
	if e.sometimes {
		e.judgeSometimes(f)
	}
}

// judgeSometimes judges what must hold at some time for the last time.
func (e *engine) judgeSometimes(f *flow) {
	for i := range e.always {
		if inv := &e.always[i]; inv.kind == topology.Sometimes && inv.holds(&e.env) {
			f.broken[i].violated = true
		}
	}
}

// look makes expressions see a flow, and what a message carried.
func (e *engine) look(f *flow, carried []float64) {
	e.env.flow = f
	e.env.outcome = float64(f.outcome + 1)
	if len(e.carries) > 0 {
		e.env.carried = carried
	}
}

// violate counts an invariant against a flow, once.
func (e *engine) violate(f *flow, i int) {
	if s := &f.broken[i]; !s.violated {
		s.violated = true
		f.inBroken = true
		e.book.violated(e, f, i)
	}
}
