package sim

import "edasim/topology"

// flowAccount is what became of the flows that count, those that did not start
// in the warm-up.
type flowAccount struct {
	flows, settled, stuck, inconsistent int64
	latency                             []Histogram // by outcome
	violated                            []int64     // by invariant, always and finally
	window                              Histogram   // of inconsistency, where it ended
	openSince                           Histogram   // outcome times of those that end false
	states                              []stateAccount
	depth                               []int64
	depthSum, hopsSum                   int64
	hopsMax                             int32
	reached, good                       int64   // between warm-up and the last arrival
	late, lateGood                      int64   // of the last fifth
	sharedFalse                         []int64 // by finally invariant: key values
	first                               map[string]int64
}

func (b *book) arrived(f *flow) {
	if f.measured {
		b.flow.flows++
	}
	if f.late {
		b.flow.late++
	}
	b.series.arrived()
}

func (b *book) outcome(e *engine, f *flow) {
	if b.tell != nil {
		b.record(e, OutcomeReached, f, nil, e.outcomes[f.outcome])
	}
	b.series.ended()
	if f.measured {
		b.flow.latency[f.outcome].Add(e.now - f.started)
	}
}

func (b *book) violated(e *engine, f *flow, i int) {
	if b.tell != nil {
		b.record(e, InvariantBroken, f, nil, e.invariantAt(i).name)
	}
}

// broken counts the invariants that a flow has violated, or, of those that must
// hold sometimes, those that held in it.
func (b *book) broken(e *engine, f *flow) {
	for i := range f.broken {
		if f.broken[i].violated {
			b.flow.violated[i]++
			b.flow.witness(e.invariantAt(i).measure, f)
		}
	}
}

// witness keeps the first flow of a kind.
func (a *flowAccount) witness(what string, f *flow) {
	if n, ok := a.first[what]; !ok || f.number < n {
		a.first[what] = f.number
	}
}

// settled closes the account of a flow.
func (b *book) settled(e *engine, f *flow) {
	a := &b.flow
	if f.outcome >= 0 {
		counted := f.outcomeAt >= b.warmup && f.outcomeAt <= b.closed
		if counted {
			a.reached++
		}
		if !f.inBroken && f.answered {
			b.series.good(f.outcomeAt, e.now)
			if f.late {
				a.lateGood++
			}
			if counted {
				a.good++
			}
		}
	}
	if !f.measured {
		return
	}
	a.settled++
	if f.outcome < 0 {
		a.stuck++
		a.witness("stuck", f)
	}
	for int(f.depth) >= len(a.depth) {
		a.depth = append(a.depth, 0)
	}
	a.depth[f.depth]++
	a.depthSum += int64(f.depth)
	a.hopsSum += int64(f.hops)
	if f.hops > a.hopsMax {
		a.hopsMax = f.hops
	}
}

// settledOddly accounts for what a flow leaves behind, and for what was broken in it.
func (b *book) settledOddly(e *engine, f *flow) {
	if !f.measured {
		return
	}
	b.states(e, f)
	if f.inBroken || e.sometimes {
		b.broken(e, f)
	}
	if f.inBroken {
		b.flow.inconsistent++
		b.flow.witness("inconsistent", f)
	}
	if e.commitFault {
		b.dualWrites(e, f)
	}
	if f.wasOpen {
		b.inconsistencyWindow(e, f)
	}
}

// dualWrites finds what was published and never persisted, or the reverse.
func (b *book) dualWrites(e *engine, f *flow) {
	e.eachMark(f, func(m *mark) {
		switch m.state & (markPersisted | markPublished | markEmits) {
		case markPublished | markEmits:
			b.anomaly(e, f, orphanEvent, nil)
		case markPersisted | markEmits:
			b.anomaly(e, f, missingEvent, nil)
		}
	})
}

// inconsistencyWindow measures for how long after its outcome a flow was wrong.
func (b *book) inconsistencyWindow(e *engine, f *flow) {
	from := f.outcomeAt
	if f.outcome < 0 {
		from = e.now
	}
	last, open := from, false
	for i := range e.finally {
		s := &f.broken[len(e.always)+i]
		last = max(last, s.last)
		open = open || s.violated && s.open
	}
	switch {
	case open:
		b.flow.openSince.Add(from)
	case last > from:
		b.flow.window.Add(last - from)
	}
}

// levelAccount follows how much is queued and in work over all services, and how
// long it takes after a fault's window to be as low again as before it. It is on as long
// as a window is yet to open or to end, or a recovery is awaited.
type levelAccount struct {
	on      bool
	windows int // injections of which a window is yet to open or to end
	level   int64
	area    float64
	since   topology.Time
	waiting []recovery
	took    Histogram
	never   int64
	ended   int64 // windows
	closed  topology.Time
}

type recovery struct {
	end    topology.Time
	normal float64 // time average before the window
}

// change adds to the level. Where that may end a recovery, fell is to be called.
func (l *levelAccount) change(now topology.Time, by int64) {
	l.area += float64(float64(l.level) * float64(now-l.since))
	l.since = now
	l.level += by
}

// fell is the level going down by one.
func (l *levelAccount) fell(e *engine) {
	l.change(e.now, -1)
	if len(l.waiting) > 0 {
		l.recovered(e)
	}
}

func (l *levelAccount) recovered(e *engine) {
	rest := l.waiting[:0]
	for _, r := range l.waiting {
		if float64(l.level) <= r.normal && e.now <= l.closed {
			l.took.Add(e.now - r.end)
		} else {
			rest = append(rest, r)
		}
	}
	l.waiting = rest
	l.settle()
}

// settle stops following the level where nobody will ask for it any more.
func (l *levelAccount) settle() { l.on = l.windows > 0 || len(l.waiting) > 0 }

// before is the level before a window, for its end.
func (l *levelAccount) before(e *engine) float64 {
	if e.now == 0 {
		return 0
	}
	return (l.area + float64(float64(l.level)*float64(e.now-l.since))) / float64(e.now)
}

// windowEnds begins to wait for recovery.
func (l *levelAccount) windowEnds(e *engine, normal float64) {
	if e.now > l.closed {
		return
	}
	l.ended++
	if float64(l.level) <= normal {
		l.took.Add(0)
		return
	}
	l.waiting = append(l.waiting, recovery{e.now, normal})
}
