package sim

import (
	"slices"
	"strconv"

	"edasim/topology"
)

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

	Cause   uint64        // of what a copy says: message whose handling said it; 0: the client or a timer
	Depth   int           // of the message in its chain
	As      string        // what the message is: empty for an event; command, reply or request
	Waited  topology.Time // Started: for a worker
	Run     uint64        // number of the run that a worker is busy with, from Started to Relieved; 0: none
	Replica int           // of that worker, from 0; only where the scenario makes them differ
	Changes []Change      // Committed: what it changed
}

// Change is what a commit made of a state, both as a scenario writes them.
type Change struct{ State, From, To string }

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
	Relieved      // the worker of a run is free again, or dead
)

var recordNames = [...]string{
	"flow started", "published", "leased", "started", "committed", "acked", "returned", "lost", "dead-lettered",
	"parked", "replayed", "conflicted", "fault acted", "anomaly", "invariant broken", "outcome", "settled", "alert",
	"acked late", "deduplicated", "attempt failed", "relieved",
}

// String is the kind in words.
func (k RecordKind) String() string { return recordNames[k] }

func (b *book) record(e *engine, kind RecordKind, f *flow, d *delivery, detail string) {
	var r Record
	e.fill(&r, kind, f, d, detail)
	b.tell(r)
}

// fill says in an empty record what has happened.
func (e *engine) fill(r *Record, kind RecordKind, f *flow, d *delivery, detail string) {
	r.At, r.Kind, r.Flow, r.Detail = e.now, kind, f.number, detail
	if d != nil {
		r.Where = d.to.name
		r.Message, r.Logical, r.Attempt = d.message, d.logical, int(d.attempt)
		r.Cause, r.Depth, r.As = d.cause, int(d.depth), kindNames[d.kind]
		r.Event = e.nameOf(d)
		if d.told > 0 {
			r.Run, r.Replica = uint64(d.told), int(d.replica)
		}
	}
}

// kindNames are what messages are, where they are not events.
var kindNames = [...]string{aCommand: "command", aReply: "reply", aRequest: "request"}

// starts tells of a worker that begins.
func (b *book) starts(e *engine, d *delivery) {
	b.lastRun++
	d.told = b.lastRun
	var r Record
	e.fill(&r, Started, d.flow, d, "")
	r.Waited = e.now - d.ready
	b.tell(r)
}

// relieved tells of a worker that is free again.
func (b *book) relieved(e *engine, d *delivery) {
	b.record(e, Relieved, d.flow, d, "")
	d.told = 0
}

// commits tells of a commit with what it changed.
func (b *book) commits(e *engine, d *delivery) {
	var r Record
	e.fill(&r, Committed, d.flow, d, "")
	for i := range e.old {
		o := &e.old[i]
		s := &e.Model.states[o.state]
		r.Changes = append(r.Changes, Change{s.name, e.valueText(s, o.value), e.valueText(s, *o.at)})
	}
	b.tell(r)
}

// valueText is a state's value as a scenario writes it.
func (e *engine) valueText(s *state, v float64) string {
	if i := int(v); s.isWord && i >= 0 && i < len(e.words) {
		return e.words[i]
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// nameOf is the event that a delivery carries, or what it is.
func (e *engine) nameOf(d *delivery) string { return e.nameOfWord(&d.word) }

func (e *engine) nameOfWord(d *word) string {
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

// Anomalies are the names of all anomalies, as records and measures have them.
func Anomalies() []string { return anomalyNames[:] }

// IsAnomaly tells whether there is an anomaly of that name.
func IsAnomaly(name string) bool { return slices.Contains(anomalyNames[:], name) }
