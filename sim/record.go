package sim

import "edasim/topology"

// Record is one thing that happened in a run, as a plain value. Records are the
// engine's only output: measures, traces and transcripts are made from them.
type Record struct {
	At      topology.Time
	Kind    RecordKind
	Flow    int64
	Where   string // handler, "coordinator" or empty
	Event   string // carried, or what caused the command; may be empty
	Message uint64 // message id; copies and redeliveries share it
	Logical uint64
	Attempt int    // of the delivery
	Detail  string // fault, anomaly, invariant, outcome, or how a copy ended
}

// RecordKind says what happened.
type RecordKind uint8

// The kinds of records.
const (
	FlowStarted RecordKind = iota
	Published              // a copy is on its way to a consumer
	Leased                 // a delivery begins
	Started                // a worker begins on it
	Committed
	Acked
	Returned // a delivery failed, and why; the message will be delivered again
	Lost
	DeadLettered
	Parked
	Replayed
	Conflicted // an optimistic run begins again
	FaultActed
	AnomalySeen
	InvariantBroken
	OutcomeReached
	FlowSettled
	AlertFired
	AckedLate     // an ack after the deadline, accepted or ignored
	Deduplicated  // the broker drops a copy of what it has accepted
	AttemptFailed // an attempt of a request, and why
)

var recordNames = [...]string{
	"flow started", "published", "leased", "started", "committed", "acked", "returned", "lost", "dead-lettered",
	"parked", "replayed", "conflicted", "fault acted", "anomaly", "invariant broken", "outcome", "settled", "alert",
	"acked late", "deduplicated", "attempt failed",
}

// String is the kind in words.
func (k RecordKind) String() string { return recordNames[k] }

func (b *book) record(e *engine, kind RecordKind, f *flow, d *delivery, detail string) {
	r := Record{At: e.now, Kind: kind, Flow: f.number, Detail: detail}
	if d != nil {
		r.Where = d.to.name
		r.Message, r.Logical, r.Attempt = d.message, d.logical, int(d.attempt)
		r.Event = e.nameOf(d)
	}
	b.tell(r)
}

// nameOf is the event that a delivery carries, or what it is.
func (e *engine) nameOf(d *delivery) string {
	if d.event >= 0 {
		return e.events[d.event].name
	}
	switch d.kind {
	case aReply:
		return "a reply"
	case aCommand:
		return "a compensation"
	}
	return ""
}
