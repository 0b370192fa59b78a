// Package faults holds what can go wrong, one file for each fault. A fault is a
// pure decision about one hop of one message: it looks at the hop and answers
// with an Effect. What comes of it is the engine's business.
//
// Whom a fault strikes, when, and how often is said by the Injection around
// it, never by the fault.
package faults

// Point is a place in the life of a message where faults act.
type Point uint8

// The points, in the order in which a message meets them.
const (
	AtPublish Point = iota
	InTransit
	AtDelivery
	AtHandling
	AtCommit
	AtAck
	OnService
	OnArrivals
	Points // their number
)

// Hop is what a fault may know of the hop it decides about.
type Hop struct {
	Now     int64 // virtual time, nanoseconds
	Since   int64 // start of the injection's window, nanoseconds
	Takes   int64 // service time, nanoseconds; AtHandling and AtCommit
	Attempt int32 // deliveries so far, this one included; AtDelivery and later
}

// Draws are the random draws of one fault on one hop: the n-th is always the
// same, and no other fault or hop shares it.
type Draws uint64

// Bits are the 64 random bits of draw n.
func (d Draws) Bits(n uint64) uint64 {
	// The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
	z := uint64(d) + (n+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Uniform is draw n as a number in [0, 1).
func (d Draws) Uniform(n uint64) float64 {
	return float64(d.Bits(n)>>11) * (1.0 / (1 << 53))
}

// Duration is a span of time that may be random: 64 random bits give one
// value, in nanoseconds.
type Duration interface{ At(bits uint64) int64 }

// Fault decides what happens to a hop.
type Fault interface {
	// Kind is the fault's key in a scenario.
	Kind() string
	// Point is where it acts.
	Point() Point
	// Decide answers for one hop that the injection has struck.
	Decide(h Hop, d Draws) Effect
}

// Injection is a fault with its targets, windows and probability.
type Injection struct {
	Name        string // by default the kind
	Fault       Fault
	Probability float64  // of striking an eligible hop; 1: always
	Event       string   // only what carries this event; empty: any
	Service     string   // a service, or client, coordinator, broker; empty: any
	Handler     string   // full name; empty: any
	At          int64    // nanoseconds: when the first window opens
	For         Duration // length of a window; nil: to the end of the run
	Every       Duration // from the end of a window to the next; nil: one window
	Flows       []Flow   // only these; empty: any
	Nth         int      // only the n-th eligible message of a flow; 0: any
	Line        int      // in the scenario file
}

// Flow names one flow of one replication.
type Flow struct{ Replication, Number int64 }

// Reserved names of what is not a service of the topology but can be struck.
const (
	Client      = "client"
	Coordinator = "coordinator"
	Broker      = "broker"
)
