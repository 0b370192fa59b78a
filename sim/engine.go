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
	sources   []source   // by trigger
	dirty     []*station // may have work for a free worker
	stations  []station
	consumers []consumer

	shared      []float64
	sharedVers  []uint32
	lastStarted []uint64
	env         env
	values      []float64 // what a commit's expressions give
	old         []oldValue
	out, outs   []emitted
	outOf       uint32 // whose emissions out holds, right after its commit; or none
	outTurn     uint32 // its epoch
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

// flow is one business case under way. What every message asks for stands first and
// together: a flow that waits in a long queue has left the caches, and each line of
// it has to be fetched.
type flow struct {
	self    uint32
	trigger int32
	source  *source
	next    *flow // of those given back
	marks   []mark
	course
	last   []uint64 // by place: the latest publish that a service has started
	values []float64
	broken []standing
	keys   []int32

	versions []uint32
	joins    []joined
	counted  []eligible
	lanes    []lane
	saga     saga // of a style that keeps one, which clears it
	watch    watch
	place    int // among the running flows

	_ [8]byte // to the end of a cache line
}

// course is how a flow fares, all reset at once when it is used again.
type course struct {
	number  int64
	key     uint64 // of its draws
	nth     int64  // of its workload, from 0
	started topology.Time
	open    int32 // things of it under way; it rests at 0

	outcome   int32 // -1: none yet
	outcomeAt topology.Time
	depth     int32
	hops      int32
	measured  bool
	late      bool   // it started in the last fifth of the workload
	answered  bool   // its outcome came while the client waited
	inBroken  bool   // an invariant of it is violated
	wasOpen   bool   // an invariant that must hold in the end was once false after its outcome
	failed    bool   // a call of its client failed
	chained   uint32 // the last of its marks that are not its own, or none

	pending    int32  // calls of the client
	client     uint32 // of a closed loop; none: it is not of one
	clientCall uint32 // the client's wait; none: it does not wait
}

// watch is how far monitors have come with a flow.
type watch struct {
	settledAt          topology.Time
	reported, watching uint64 // by monitor
}

// standing is how an invariant stands in one flow.
type standing struct {
	violated bool
	open     bool // finally, after the outcome: false right now
	last     topology.Time
}

// joined is what a join has of one flow.
type joined struct {
	seen    uint64
	logical []uint64
	depth   int32
	hops    int32
	last    topology.Time
	carried uint32 // snapshot of the one published last
}

// snapshot is the copy of states that a message carries.
type snapshot struct {
	refs   int32
	values []float64
}

// none is the index of nothing in a slab.
const none = ^uint32(0)

// deliveryState says where a delivery is.
type deliveryState uint8

const (
	inTransit deliveryState = iota
	held                    // arrived, waits for those before it in its lane
	waiting
	running
	returning  // between a failed delivery and the next
	unsettled  // handled, but the broker does not know
	dead       // its worker died; it waits to be noticed
	buried     // a dead letter that will be replayed
	overlooked // its consumer has not looked yet
	fetched    // leased ahead of a free worker
	finished   // handled, and its offset not yet committed
)

// kind says what a message is.
type kind uint8

const (
	anEvent kind = iota
	aCommand
	aReply
	aRequest
)

// delivery is one copy of a message on its way to one handler, and the present
// try to hand it over. As in a flow, what every message asks for stands first, and what
// a queue asks for in the first line.
type delivery struct {
	self       uint32
	epoch      uint32
	flow       *flow
	to         *consumer
	next, prev *delivery // in a queue, or among the running of a service
	progress

	word
	mark *mark
	handling

	laneNext, lanePrev *delivery
	lane               *lane
	lease              deadline
	heir, elder        *delivery // a newer and an older try of the same copy
	oddities           oddities
}

// word is what a delivery's message says: set once, when it is published.
type word struct {
	event          int32 // carried, or what caused the command; -1: none
	depth          int32
	hops           int32
	origin         int32 // the client's attempt that caused it
	request        uint32
	requestAttempt int32
	carried        uint32 // snapshot
	kind           kind
	result         result // of a reply
	forged         bool
	version        int8
	logical        uint64
	message        uint64
	cause          uint64 // message whose handling said it; 0: the client, or a time of the business
	try            uint64
	requestID      uint64
	wrote          uint64 // number of its publish
	born           topology.Time
}

// progress is how far a delivery has come: plain values, all reset at once when
// it is used again.
type progress struct {
	ready   topology.Time
	order   uint64 // of becoming ready
	state   deliveryState
	phase   phase
	instant bool // it commits at the instant at which it has read
	zombie  bool // its lease has expired while it runs
	settled bool // a late ack of an older try settled it
	fails   bool // a transient error was drawn
	refuses bool
	crash   crashPlan
}

// handling is how the present try of a delivery goes, reset with its progress.
type handling struct {
	started topology.Time
	takes   topology.Time
	run     uint64 // logical id of the run: of a join, of all that came
	tried   uint64 // try of this delivery
	attempt int32
	replica int32
	armed   bool   // its lease has been a deadline
	retried bool   // it has an heir or an elder, or had one
	isOdd   bool   // it has oddities
	told    uint32 // number of the run, where somebody is told of it; 0: none
}

// oddities is what only few messages need of their progress.
type oddities struct {
	poison     bool // cannot be decoded, ever
	blocked    bool // at rest at the head of its lane
	unread     bool // counted as undecodable
	inOrder    bool // all before it in its lane have arrived
	callFailed bool
	kept       bool   // work is what its messages will carry
	work       uint32 // 1 + snapshot: what expressions gave on what was read; 0: none
	counted    int32  // returns that count towards max_deliveries
	reruns     int32
	returns    int32
	replays    int32
	publishes  int32         // that it took, where its producer waits for a confirm
	crashBy    int32         // injection: the crash rate that is due
	pending    int32         // calls that the run waits for
	callAt     int32         // of its own calls: which
	leased     uint32        // number of the lease, where it is fetched ahead
	pause      topology.Time // pauses of the service before the start
	seen       uint64        // versions of what was read, added up
	target     uint64        // versions of what is overwritten
	restart    topology.Time // of its worker, after a crash
	lastWait   topology.Time // decorrelated jitter
	home       *lane         // of a finished message
}

// odd is a delivery's oddities. They are reset when they are first asked for.
func (d *delivery) odd() *oddities {
	if !d.isOdd {
		d.isOdd = true
		d.oddities = oddities{}
	}
	return &d.oddities
}

// result is how a run ended, as a reply tells it.
type result uint8

const (
	done    result = iota // nothing to tell
	handled               // with what the handler emitted
	refused               // with what the refusal emitted
)

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
	for left := 0; ; left-- {
		if left == 0 {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			left = stepsAtOnce
		}
		for len(e.dirty) > 0 && e.steps.quiet() {
			e.dispatch()
		}
		if !e.steps.more() || e.fault != nil {
			break
		}
		s := e.steps.pop()
		if !e.open && e.over(s.at) {
			break
		}
		switch s.kind() {
		case finishes:
			e.now = s.at
			if d := e.deliveries.at(s.index()); d.epoch == s.epoch() {
				e.finish(d)
			}
		case reaches:
			e.now = s.at
			if d := e.deliveries.at(s.index()); d.epoch == s.epoch() {
				e.reach(d)
			}
		case arrives:
			e.now = s.at
			e.arrive(s.index())
		default:
			e.step(s)
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
		if d := e.deliveries.at(i); d.epoch == s.epoch() {
			e.proceed(d)
		}
	case returns:
		if d := e.deliveries.at(i); d.epoch == s.epoch() {
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
		if d := e.deliveries.at(i); d.epoch == s.epoch() {
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
		if d := e.deliveries.at(i); d.epoch == s.epoch() && d.state == running && !e.spared(d.odd().crashBy, d.flow) {
			e.injected[d.odd().crashBy].fired++
			e.book.struck(e, &hop{flow: d.flow, delivery: d}, d.odd().crashBy)
			e.die(d)
		}
	}
}
