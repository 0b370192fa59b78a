package sim

import (
	"context"
	"fmt"

	"edasim/faults"
	"edasim/topology"
)

// engine is one replication under way. It alone changes anything; what it does
// is told to its book and to nobody else.
type engine struct {
	*Model
	replication int64
	seed        uint64 // of the replication's draws
	maxHops     int32
	now         topology.Time
	steps       queue

	flows      slab[flow]
	deliveries slab[delivery]
	spare      *delivery // given back, linked by next
	requests   slab[request]
	calls      slab[call]
	timers     slab[timer]
	snapshots  slab[snapshot]

	groups    []lanes     // by lane group
	deadlines []deadlines // by constant delay
	injected  []injected  // by injection
	gates     []gate
	leases    uint32
	armed     uint32 // deadlines
	watched   []watched
	alarms    []alarm
	unsures   slab[unsure]
	nobody    emitter
	forging   bool
	live      int        // flows that are open
	running   []*flow    // of them, where forged events need one
	sources   []*source  // by trigger
	dirty     []*station // may have work for a free worker
	stations  []station
	consumers []consumer

	shared      []float64
	sharedVers  []uint32
	lastStarted []uint64
	env         env
	values      []float64 // what a commit's expressions give
	old         []oldValue
	out         []emitted // by the run of the moment
	outs, aside []emitted // out of the way of what others emit
	outOf       ticket    // of the delivery whose emissions out holds, right after its commit; or nobodys
	marks       markTable
	blocked     []*delivery
	effect      faults.Effect
	brokerDown  int32
	brokerBack  topology.Time
	orders      uint64 // of becoming ready
	firings     int    // of the fault and flow that a firing is spared of
	asked       uint64 // requests
	woken       int    // of dirty: those that are done

	style       style
	clientCalls bool // the style's
	book        book
	wrote       uint64 // number of the last publish
	started     int64  // flows
	lastArrival topology.Time
	lastPlanned topology.Time // the latest replay or timer
	open        bool          // arrivals go on
	bursts      []injected    // of workloads, which look ahead
	unitGap     *topology.Dist
	end         topology.Time
	fault       error
}

// none is the index of nothing in a slab.
const none = ^uint32(0)

// RunError is a run that cannot be finished, for a reason that lies in the
// scenario.
type RunError struct{ Reason string }

func (e *RunError) Error() string { return e.Reason }

// BugError is a violated promise of the simulator itself.
type BugError struct {
	Reason      string
	Style       topology.Style
	Seed        uint64
	Replication int64
}

func (e *BugError) Error() string {
	return fmt.Sprintf("a bug in edasim: %s (style %s, seed %d, replication %d)",
		e.Reason, e.Style, e.Seed, e.Replication)
}

// Run simulates one replication, counted from 1. It may be called at the same
// time for different replications. It fails with ctx's error when that is
// cancelled, with a *RunError where the scenario cannot be finished, and with a
// *BugError where the accounts do not add up.
func (m *Model) Run(ctx context.Context, replication int) (*Replication, error) {
	return m.Trace(ctx, replication, nil)
}

// Trace is Run that also tells each record, in the order of things. Telling
// changes nothing of what happens.
func (m *Model) Trace(ctx context.Context, replication int, tell func(Record)) (*Replication, error) {
	e := newEngine(m, int64(replication))
	e.book.tell = tell
	e.sortFlows()
	if err := e.run(ctx); err != nil {
		return nil, err
	}
	if err := e.balance(); err != nil {
		return nil, err
	}
	r := e.result()
	m.keepArena(e)
	return r, nil
}

// run makes steps until every flow has settled, and each monitor has looked, or
// the time is over.
func (e *engine) run(ctx context.Context) error {
	for e.goOn() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if e.fault != nil {
		return e.fault
	}
	e.closeMonitors()
	e.judgeShared()
	e.closeBook()
	return nil
}

// goOn makes the next steps, a great many; false: the run is over.
func (e *engine) goOn() bool {
	for left := stepsAtOnce; left > 0; left-- {
		for len(e.dirty) > 0 && e.steps.quiet() {
			e.dispatch()
		}
		if !e.steps.more() || e.fault != nil {
			return false
		}
		s := e.steps.pop()
		if !e.open && e.over(s.at) {
			return false
		}
		switch s.kind() {
		case finishes:
			e.now = s.at
			if d := e.deliveries.at(s.index()); d.ticket == s.ticket() {
				e.finish(d)
			}
		case reaches:
			e.now = s.at
			if d := e.deliveries.at(s.index()); d.ticket == s.ticket() && !e.takeAtOnce(d) {
				e.reach(d)
			}
		case arrives:
			e.now = s.at
			e.arrive(s.index())
		default:
			e.step(s)
		}
	}
	return true
}

// stepsAtOnce is how many steps are made before the run asks whether it is to stop.
const stepsAtOnce = 1 << 16

// over tells, when arrivals have ended, whether all else has too at a time.
func (e *engine) over(at topology.Time) bool {
	return (at > e.end || e.live == 0) && (e.live > 0 || !e.reconciling())
}

// step makes a step of any other kind.
func (e *engine) step(s step) {
	i := s.index()
	if s.kind() == samples {
		e.sample(s.at) // which looks on, and is nothing that happens
		return
	}
	e.now = s.at
	switch s.kind() {
	case expires:
		e.expire(i)
	case proceeds:
		if d := e.deliveries.at(i); d.ticket == s.ticket() {
			e.proceed(d)
		}
	case returns:
		if d := e.deliveries.at(i); d.ticket == s.ticket() {
			e.comeBack(d)
		}
	case restarts:
		e.restart(i)
	case elapses:
		e.elapse(i)
	case brings:
		e.answers(i)
	case opens:
		e.openWindow(int32(i))
	case closes:
		e.closeWindow(int32(i))
	case replays:
		if d := e.deliveries.at(i); d.ticket == s.ticket() {
			e.replay(d)
		}
	case reconciles:
		e.reconcile(i)
	case polls:
		e.lookAtQueue(i)
	case settles:
		e.commitOffsets(i)
	case forges:
		e.forge(i)
	case confirms:
		e.unconfirmed(i)
	case relays:
		e.relay(int32(i))
	case crashes:
		if d := e.deliveries.at(i); d.ticket == s.ticket() && d.state == running && !e.spared(d.odd().crashBy, d.flow) {
			e.injected[d.odd().crashBy].fired++
			e.book.struck(e, &hop{flow: d.flow, delivery: d}, d.odd().crashBy)
			e.die(d)
		}
	}
}
