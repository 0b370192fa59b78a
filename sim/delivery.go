package sim

import "edasim/topology"

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
	ticket     ticket // of its present turn: of this delivery, and of each time that it is given out
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
	isOdd   bool   // it has oddities
	failed  bool   // one of the run's calls
	pending int32  // calls that the run waits for
	told    uint32 // number of the run, where somebody is told of it; 0: none
}

// oddities is what only few messages need of their progress.
type oddities struct {
	retried   bool   // it has an heir or an elder, or had one
	poison    bool   // cannot be decoded, ever
	blocked   bool   // at rest at the head of its lane
	unread    bool   // counted as undecodable
	inOrder   bool   // all before it in its lane have arrived
	kept      bool   // work is what its messages will carry
	work      uint32 // 1 + snapshot: what expressions gave on what was read; 0: none
	counted   int32  // returns that count towards max_deliveries
	reruns    int32
	returns   int32
	replays   int32
	publishes int32         // that it took, where its producer waits for a confirm
	crashBy   int32         // injection: the crash rate that is due
	callAt    int32         // of its own calls: which
	leased    uint32        // number of the lease, where it is fetched ahead
	pause     topology.Time // pauses of the service before the start
	seen      uint64        // versions of what was read, added up
	target    uint64        // versions of what is overwritten
	restart   topology.Time // of its worker, after a crash
	lastWait  topology.Time // decorrelated jitter
	home      *lane         // of a finished message
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

// verdict is how the run of a delivery ends that does not fail.
func (d *delivery) verdict() result {
	if d.refuses {
		return refused
	}
	return handled
}

// newDelivery takes a delivery as its last use has left it.
func (e *engine) newDelivery() *delivery {
	d := e.spare
	if d == nil {
		return e.moreDeliveries()
	}
	e.spare = d.next
	return d
}

// moreDeliveries makes one more. It is kept out of newDelivery, which is then short
// enough to be put into its callers.
//
//go:noinline
func (e *engine) moreDeliveries() *delivery {
	d, i := e.deliveries.get()
	d.ticket = ticket(i)
	return d
}

// newCopy is a delivery to a handler that has nothing to say yet.
func (e *engine) newCopy(f *flow, to *consumer) *delivery {
	d := e.newDelivery()
	d.flow, d.to, d.word = f, to, word{}
	return d
}

// unmake gives a delivery back that was never sent, with nothing that leads to the
// engine.
func (e *engine) unmake(d *delivery) {
	d.flow, d.to = nil, nil
	d.next, e.spare = e.spare, d
}

// free gives a delivery back and says so to its flow.
func (e *engine) free(d *delivery) {
	f := d.flow
	if d.carried != none {
		e.release(d.carried)
	}
	if d.isOdd {
		e.freeOddly(d)
	}
	d.ticket = d.ticket.next()
	e.unmake(d)
	e.leave(f)
}

// freeOddly gives up what only few deliveries have.
func (e *engine) freeOddly(d *delivery) {
	if d.oddities.work != 0 {
		e.release(d.oddities.work - 1)
	}
	if d.oddities.retried {
		d.unlinkTries()
	}
}

// unlinkTries takes a delivery out of the chain of tries of its copy.
func (d *delivery) unlinkTries() {
	if d.heir != nil {
		d.heir.elder = d.elder
	}
	if d.elder != nil {
		d.elder.heir = d.heir
	}
	d.heir, d.elder = nil, nil
}

// lose ends a copy that will never be handled.
func (e *engine) lose(d *delivery) {
	e.book.lost(e, d)
	e.leaveLane(d)
	e.free(d)
}
