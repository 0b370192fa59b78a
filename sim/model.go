// Package sim simulates a topology in one style: virtual time, the event
// queue, keyed draws, the life of a message, and the accounts kept of it.
package sim

import (
	"sync"

	"edasim/faults"
	"edasim/topology"
)

// Config is what a simulation follows from, together with the number of the
// replication.
type Config struct {
	System  *topology.System
	Faults  []faults.Injection
	Style   topology.Style
	Seed    uint64
	Warmup  topology.Time
	Drain   topology.Time
	MaxHops int
	Spare   *Spare // nil: every fault acts
}

// Spare is one firing of a fault that does not happen: the Nth, counted from 1, that
// the injection with this index would have made in a flow. All else is drawn alike.
type Spare struct {
	Fault int
	Flow  int64
	Nth   int
}

// Replication is what one replication found.
type Replication struct {
	Measures []Measure
	Faults   []FaultTally
	Series   Series
	Latency  *Histogram       // trigger to first outcome, nanoseconds
	Depth    []int64          // Depth[d] flows had chain depth d
	Witness  map[string]int64 // measure name of an invariant, or "stuck": the first such flow
	Messages int64            // delivered
	Missed   []Missed         // edges that lost anything
}

// Model is a configuration compiled to tables of indexes. It is not changed by
// running, so that replications may run at the same time.
type Model struct {
	config    Config
	services  []service
	handlers  []handler
	events    []event
	triggers  []trigger
	lanes     []laneGroup
	states    []state
	numbers   []number // of the states, those that each flow has a number in
	keys      []key
	outcomes  []string
	always    []invariant // always and sometimes, checked at commits
	finally   []invariant
	sometimes bool // one of always is to hold at some time only
	inject    []injection
	gates     []gateDef
	monitors  []monitor
	alerts    []alert
	waits     []topology.Time // the different constant delays, one list each
	windows   []int32         // injections whose windows are steps of their own

	coordinator   int32 // handler; -1: the style has none
	client        emitter
	flowValues    []float64 // what the states of a new flow start with
	shared        []float64 // what shared states start with
	words         []string  // by the number that stands for them
	carries       []carried // foreign states that messages carry
	joins         int       // handlers that join
	flowLanes     int       // lane groups with a lane for each flow
	commitFault   bool      // some run may die between its two writes
	versions      bool      // some handler compares versions of what it read
	flowKeeps     bool      // a flow has states, invariants, lanes or the like
	flowKeepsMore bool      // than states and invariants
	measured      bool      // some service times come from a trace
	horizon       topology.Time
	style         func() style
	snapshotSize  int
	ordered       int       // key values of services that keep state per key
	counters      int       // injections that strike a message by its number
	mostEmits     int       // of one run
	arenas        sync.Pool // of *arena
}

// service is a compiled topology.Service, or the coordinator.
type service struct {
	// What every message asks for stands together.
	plain           bool // no lanes, no limits but its workers: the next is what has been ready longest
	restless        bool // there may be something to do where nothing waits
	interchangeable bool // are its workers: it is neither mortal nor perReplica
	unlimited       bool
	observed        bool // out_of_order is looked for
	byFlow          bool // only among the messages of a flow
	prefetches      bool
	perReplica      bool // it matters which replica a worker is of
	index           int32
	orderKey        int32 // key its state is kept per, for out_of_order; -1: none
	orderBase       int32 // of its values in engine.lastStarted
	place           int32 // among a flow's last starts; -1: none looks for them
	capacity        int   // negative: unlimited

	name        string
	key         uint64
	handlers    []int32
	groups      []int32 // lane groups
	replicas    int32
	concurrency int32 // of one replica
	refuse      bool
	pausable    bool
	sleeps      bool // a consumer of it sleeps when it finds nothing
	cancelStale bool
	mortal      bool // its workers can die together
	static      bool // the coordinator: no part of the topology
	contention  topology.Time
}

// handler is a compiled topology.Handler, or the coordinator's.
type handler struct {
	// What every message asks for stands together.
	rare     rare // what of the less common is compiled in
	index    int32
	service  int32
	inFlight int32
	lease    int32  // list of deadlines; -1: never
	slot     int32  // its place among a flow's marks; -1: no flow reaches it
	spread   uint64 // its places from there, less one
	judged   bool   // a commit may change an invariant
	order    topology.PublishingOrder
	patience topology.Time // a run that takes no longer cannot outlast its lease, if it has one; -1: any may
	takes    sampler
	latency  sampler
	deed     deed // of a run that is not refused
	key      uint64
	always   []int32 // invariants that a commit may change
	finally  []int32
	refusal  *refusal
	when     condition
	whenNow  condition // the guard over what is true at the moment

	def         *topology.Handler
	name        string // full, "payment.charge"
	group       int32  // of lanes; -1: unordered
	unrenewed   int32  // as lease, of a client that no longer renews; -1: none does
	readTakes   sampler
	copies      bool    // the guard reads what the message carries
	reads       []int32 // states read: optimistic isolation compares their versions
	writes      []int32 // states overwritten by read-modify-writes
	alone       [1]int32
	calls       []callDef
	confirm     *waiter // how producers of its messages wait to know them accepted; nil: not
	request     sampler // latency of a call to it
	back        sampler // latency of its answer
	requestSite uint64  // publish faults of a request that carries no event
	consumes    []int32
	policy      *topology.Delivery
	retry       retry
	deadline    retry
	conflict    retry
	join        int32 // slot; -1: none
	compensate  int32 // handler undone by this one; -1: none
	undoneBy    int32 // handler that undoes this one; -1: none
	accepts     faults.Versions
	out         emitter
	at          [faults.Points]strikers // injections that may strike here as consumer
	numbered    []int32                 // of those, the ones that strike a message by its number
	idempotent  topology.Idempotent
	isolation   topology.Isolation
	gap         topology.Time
	otherwise   topology.Otherwise
}

// rare has a bit for each less common thing that a handler has, so that each
// arrow of a message's life is one test.
type rare uint32

const (
	hasTTL rare = 1 << iota
	hasIdempotence
	hasJoin
	hasStoreReads
	hasGuard
	hasVersions // compares versions
	hasRefusal
	hasAuthentication
	hasTwoWrites // a gap, an outbox, or a crash can come between
	hasAckBefore
	hasContention
	isCoordinator
	hasCalls
	hasPoll
	hasOffsets // offsets are committed from time to time
	hasDelicacy
	hasLane
	hasPauses // its service may stand still
	hasTransitFaults
	hasNumbers // faults that strike a message by its number
	hasCommitFaults
	hasAckFaults
	hasLimit // of messages in flight
)

// What each arrow of a message's life asks once: whether a handler has anything
// there that makes it other than plain.
const (
	oddTransit = hasNumbers | hasLane
	oddReach   = hasPoll | hasLane
	oddLease   = hasTTL | hasLimit
	oddBegin   = hasDelicacy | hasJoin | hasIdempotence | hasContention | hasStoreReads | oddWork
	oddWork    = hasGuard | hasVersions | hasRefusal | hasCalls | hasPauses
	oddFinish  = hasPauses | hasCommitFaults | isCoordinator | hasTwoWrites
	oddEnd     = oddFinish | oddCommit | oddRecord | hasDelicacy | hasAckFaults
	oddCommit  = hasIdempotence | hasGuard | hasVersions
	oddRecord  = hasIdempotence | hasJoin | hasRefusal // what persistPlainly need not know
	oddAck     = hasOffsets | hasLane | hasLimit
	// Without any of these a run that has begun ends when its service time does.
	unending = hasDelicacy | hasStoreReads | hasVersions | hasTwoWrites | hasContention | hasCalls | hasOffsets |
		hasPauses | hasCommitFaults | hasAckFaults
)

// emitter is who publishes: a handler, the client or the coordinator.
type emitter struct {
	service int32 // -1: the client
	inject  strikers
	cut     []int32 // network partitions between it and the broker
	plagued bool    // it has injections
}

// sampler is a distribution and the site of its draws.
type sampler struct {
	dist     *topology.Dist
	constant topology.Time
	random   bool
	site     uint64
}

// event is a compiled event.
type event struct {
	name      string
	key       uint64
	site      uint64  // of its publish faults
	consumers []int32 // all handlers that consume it, in the order of the file
	attached  []int32 // those that are not detached
	detached  []int32
	outcome   int32 // -1: none
}

// emission is a compiled topology.Emission.
type emission struct {
	choice           // the only one, or the first
	choices []choice // with all alternatives of one_of
	maybe   bool     // below decides
	unheard bool     // nobody consumes its only event, and no fault strikes it
	below   uint64
	after   *sampler
	site    uint64
}

type choice struct {
	event   int32
	outcome int32  // of the event; -1: none
	upTo    uint64 // cumulative
	logical uint64 // key of what this emission makes: handler, event, place
}

type refusal struct {
	below uint64
	site  uint64
	deed  deed
}

// deed is what a run does when it commits.
type deed struct {
	effects []effect
	emits   []emission
	fixed   bool    // each emission is one event, always and at once
	ends    bool    // an emission may be an outcome
	reaches []int32 // where it is fixed: the outcomes among its events
	plain   bool    // it is fixed, and nothing is carried
	all     bool    // it is plain, and each event is published to who hears it
	own     bool    // its effects are additions and words, to states of the flow
}

// does is what a run of a handler does, handled or refused.
func (h *handler) does(refuses bool) *deed {
	if refuses {
		return &h.refusal.deed
	}
	return &h.deed
}

// effect is a compiled topology.Effect.
type effect struct {
	state int32
	op    topology.EffectOp
	value float64 // the delta, or the word's number
	slot  int32   // of a state of the flow: in its values
	expr  eval
	place int32 // among the handler's writes
}

// state is a compiled topology.State.
type state struct {
	name    string // "payment.charged"
	service int32
	key     int32 // per this key; keyNone: for each flow; keyAll: one
	base    int32 // slot in a flow's values, or of value 0 in engine.shared
	carried int32 // slot in what messages carry; -1: not carried
	isWord  bool
	initial float64
}

// number is a state of each flow that is a number.
type number struct{ state, slot int32 }

const (
	keyNone = -1
	keyAll  = -2
)

type key struct {
	name       string
	site       uint64
	count      int
	cumulative []float64 // nil: uniform
	cut        []int32   // by a draw's first bits: the lowest value that it can be
	cutShift   uint8
}

// carried is a state that messages carry to those who read it from the event.
type carried struct{ state int32 }

type invariant struct {
	name      string // as written
	measure   string
	kind      topology.Quantifier
	holds     condition
	within    topology.Time
	shared    bool // over shared state alone
	sharedKey int32
}

// trigger is a compiled workload and the layout of its flows.
type trigger struct {
	index   int32
	load    *topology.Workload
	event   int32
	key     uint64
	logical uint64
	slots   int               // of marks in a flow
	places  int               // of last starts
	inject  []int32           // bursts
	waiter  *waiter           // nil: the client does not wait
	takes   [][]topology.Time // by handler: measured service times; nil: none
}

// laneGroup is the lanes that handlers of a service with one ordering share.
type laneGroup struct {
	service int32
	kind    topology.OrderingKind
	key     int32 // -1: by flow
	lanes   int32 // partitions, key values, or 1
	perFlow int32 // place among a flow's lanes; -1: not by flow
}

// callDef is a compiled topology.Call.
type callDef struct {
	handler int32
	waiter  waiter
	logical uint64
}

type retry struct {
	topology.Retry
	site uint64
}
