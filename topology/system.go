// Package topology describes the system under test as data: services,
// handlers, events, delivery policies, state, distributions and expressions.
//
// A System is built and validated by the loader of package scenarios and
// compiled to index tables by package sim. It is never changed after that.
package topology

// Time is virtual time or a span of it, in nanoseconds.
type Time = int64

// Units of virtual time.
const (
	Microsecond Time = 1000
	Millisecond      = 1000 * Microsecond
	Second           = 1000 * Millisecond
	Minute           = 60 * Second
	Hour             = 60 * Minute
	Day              = 24 * Hour
)

// System is one event-driven system and the load on it. Slices are in the
// order of the scenario file, which is also the order of every table made of
// them.
type System struct {
	Services      []*Service
	Keys          []Key
	Orchestration Orchestration
	Direct        Direct
	Outcomes      []Outcome
	Invariants    []Invariant
	Monitors      []Monitor
	Alerts        []Alert
	Workloads     []*Workload
}

// Service is a deployable that owns state and consumes messages with
// Replicas × Concurrency workers.
type Service struct {
	Name        string
	Replicas    int // at least 1
	Concurrency int // workers of one replica; Unlimited for any number
	Queue       Queue
	Contention  Time // service time added for each other running handler
	CancelStale bool // stale_work: cancelled
	State       []State
	Handlers    []*Handler
	Pos         Pos
}

// Unlimited is the Concurrency of a service that always has a free worker.
const Unlimited = -1

// Queue limits what waits for a worker of a service.
type Queue struct {
	Capacity int  // messages left waiting; negative: unlimited
	Refuse   bool // full: refuse, otherwise drop
}

// Handler is one thing a service does in answer to a message.
type Handler struct {
	Name          string
	Consumes      []string // events; empty where it is only called or only compensates
	Join          bool     // consumes: {all: [...]}
	Takes         *Dist
	When          *Expr // nil: true
	Otherwise     Otherwise
	ReadsStore    bool  // reads: store
	ReadTakes     *Dist // only with ReadsStore
	Effects       []Effect
	Emits         []Emission
	Refuses       *Refusal // nil: never
	Compensates   string   // full name of a handler, "payment.charge"; empty: none
	Detached      bool
	Idempotent    Idempotent
	Publishing    Publishing
	Isolation     Isolation
	ConflictRetry Retry // optimistic isolation only
	Accepts       []int // schema versions; nil: all
	Verified      bool  // authentication: verified
	Calls         []Call
	Delivery      Delivery // resolved: every default and preset filled in
	Pos           Pos
}

// Otherwise is what happens when a guard is false.
type Otherwise uint8

// The answers to a false guard.
const (
	Ignore     Otherwise = iota // ack
	Nack                        // otherwise: retry
	Refuse                      // the business refusal
	DeadLetter                  // otherwise: dead_letter
)

// EffectOp says how an effect changes a state.
type EffectOp uint8

// The kinds of effects.
const (
	Add     EffectOp = iota // an atomic increment of whatever is there at commit
	SetWord                 // a word
	SetExpr                 // a read-modify-write
)

// Effect is one change of the service's own state, applied at commit.
type Effect struct {
	State string
	Op    EffectOp
	Delta float64 // Add
	Word  string  // SetWord
	Expr  *Expr   // SetExpr, over what the handler has read
	Pos   Pos
}

// Emission is one item of emits: an event, perhaps with a probability or a
// delay, or exactly one of several.
type Emission struct {
	Event       string
	Probability float64 // 1: always
	After       *Dist   // nil: at once
	OneOf       []Choice
	Pos         Pos
}

// Choice is one alternative of one_of.
type Choice struct {
	Event string
	Share float64 // the shares of an Emission add up to 1
}

// Refusal is a business refusal: it takes the time and applies only its own
// effects.
type Refusal struct {
	Probability float64 // 0: only by otherwise: refuse
	Emits       []Emission
	Effects     []Effect
}

// IdempotentBy is what a handler remembers to skip a message that it has seen.
type IdempotentBy uint8

// What a handler remembers.
const (
	NotIdempotent IdempotentBy = iota
	ByMessage                  // message ids
	ByKey                      // logical ids
)

// Idempotent is how a handler recognises what it has done before.
type Idempotent struct {
	By      IdempotentBy
	For     Time // memory; 0: for ever
	Racy    bool // unique: false: looked up at the start only
	Replays bool // a skip publishes again
}

// PublishingOrder is the order of a run's two writes.
type PublishingOrder uint8

// The orders of the two writes.
const (
	AfterCommit  PublishingOrder = iota // persist, then publish
	BeforeCommit                        // publish, then persist
	Outbox                              // one write; a relay publishes
)

// Publishing says when a handler's events are published.
type Publishing struct {
	Order PublishingOrder
	Gap   Time // between the two writes
	Every Time // outbox: how often the relay looks
	Batch int  // outbox: how many it takes each time; 0: all
}

// Isolation is how a handler's reads and writes are kept apart from others.
type Isolation uint8

// The isolation levels.
const (
	ReadCommitted Isolation = iota
	Optimistic
	Serializable
)

// Call is a blocking request to another service, made before the handler's
// own time.
type Call struct {
	Handler string // full name
	Wait    Wait
	Pos     Pos
}

// Wait is how a party waits for an answer: a client, a coordinator, a direct
// call, a call, a publish confirm.
type Wait struct {
	Timeout    Time // from each attempt's sending; 0: for ever
	Retry      Retry
	Breaker    *Breaker // nil: none
	LateReply  bool     // late_reply: accepted
	Compensate bool     // the coordinator's exhausted: compensate, otherwise stop
}

// State is one named value of a service: one for each flow, one for each
// value of a key, or one for all.
type State struct {
	Name   string
	IsWord bool
	Number float64 // initial, when not a word
	Word   string  // initial, when a word
	Per    string  // "" for each flow, a key's name, or PerAll
	Pos    Pos
}

// PerAll is the Per of a state that all flows share.
const PerAll = "all"

// Key is what each flow draws one value of.
type Key struct {
	Name  string
	Count int
	Zipf  float64 // exponent of a Zipf law; 0: uniform
}

// Outcome is a named end of a flow: any of its events, committed.
type Outcome struct {
	Name   string
	Events []string
}

// Quantifier says when an invariant must hold.
type Quantifier uint8

// The quantifiers.
const (
	Always Quantifier = iota
	Finally
	Sometimes
)

// Invariant is a rule of the business.
type Invariant struct {
	Name   string // as written
	Kind   Quantifier
	Expr   *Expr
	Within Time // finally: how long it may be false; 0: not bounded
	Pos    Pos
}

// Monitor is a reconciliation job.
type Monitor struct {
	Name   string
	Check  *Expr
	Every  Time
	Repair string // full name of a handler; empty: none
	Pos    Pos
}

// Alert fires when its condition held for all of For.
type Alert struct {
	Name string
	When *Expr
	Over Time
	For  Time
	Pos  Pos
}

// Orchestration is the coordinator and how it waits.
type Orchestration struct {
	Preset      string
	Concurrency int // Unlimited for any number
	Takes       *Dist
	Delivery    Delivery
	Wait        Wait
}

// Direct is how direct calls wait.
type Direct struct {
	Latency *Dist // each way; nil: the delivery latency of the callee
	Wait    Wait
}

// Pos is a place in a scenario file, both counted from 1; the zero Pos is
// nowhere.
type Pos struct{ Line, Column int }

// Style is how an emitted event reaches the handlers that consume it.
type Style uint8

// The styles.
const (
	Choreography Style = iota
	Orchestrated
	DirectCalls
)

// Styles are all styles in the order of reports.
var Styles = [...]Style{Choreography, Orchestrated, DirectCalls}

// String is the style's name in files and reports.
func (s Style) String() string {
	switch s {
	case Choreography:
		return "choreography"
	case Orchestrated:
		return "orchestration"
	case DirectCalls:
		return "direct"
	}
	return "unknown"
}
