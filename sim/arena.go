package sim

// arena is the memory of what comes and goes in a replication. The next one of the
// same model uses it again: what was large once need not be asked of the system, and
// given back to it, each time. Nothing in it says anything: whoever takes a thing
// fills it, and things are handed out in the same order as new ones.
type arena struct {
	flows      slab[flow]
	deliveries slab[delivery]
	requests   slab[request]
	calls      slab[call]
	timers     slab[timer]
	snapshots  slab[snapshot]
	unsures    slab[unsure]
	marks      markTable
	blocks     *block // of the queue
}

// takeArena gives an engine the memory of an earlier one.
func (m *Model) takeArena(e *engine) {
	a, ok := m.arenas.Get().(*arena)
	if !ok {
		return
	}
	a.flows.again()
	a.deliveries.again()
	a.requests.again()
	a.calls.again()
	a.timers.again()
	a.snapshots.again()
	a.unsures.again()
	a.marks.again()
	e.flows, e.deliveries, e.requests, e.calls = a.flows, a.deliveries, a.requests, a.calls
	e.timers, e.snapshots, e.unsures, e.marks = a.timers, a.snapshots, a.unsures, a.marks
	e.steps.spare = a.blocks
}

// keepArena keeps the memory of an engine that is done, and nothing that leads to the
// engine itself.
func (m *Model) keepArena(e *engine) {
	if e.leaves() { // what is over has been given back clean
		e.deliveries.wipe()
		for i := range e.flows.made {
			f := e.flows.at(i)
			f.source, f.saga = nil, saga{}
		}
	}
	e.unsures.wipe()
	m.arenas.Put(&arena{
		flows: e.flows, deliveries: e.deliveries, requests: e.requests, calls: e.calls,
		timers: e.timers, snapshots: e.snapshots, unsures: e.unsures, marks: e.marks, blocks: e.steps.spare,
	})
}
