package sim

import "edasim/topology"

// book is the accounts of one replication. The engine tells it what happens;
// nothing that it does can change a run. A record is only made where somebody
// asked for records: a method ends with it, or, where it is short enough to be
// put into its caller, the caller tells it.
type book struct {
	tell   func(Record) // nil: nobody asked
	warmup topology.Time
	closed topology.Time // of the last arrival; never while arrivals go on
	copies copyAccount
	counts [2]counts // of flows that started in the warm-up, and of the others
	flow   flowAccount
	events []int64     // by event: how often it was emitted
	lag    []Histogram // by event
	level  levelAccount
	series seriesAccount
	missed map[missKey]*Missed // what never came where it should; few flows have any

	lastRun uint32 // number of the last run that somebody was told of
}

// counts are figures of messages and anomalies.
type counts struct {
	published    int64
	delivered    int64
	redelivered  int64
	deduplicated int64
	repeated     int64 // delivered, and not for the first time
	anomalies    [anomalies]int64
}

// copyAccount counts copies made for a consumer and how they ended. It is the
// conservation of a run.
type copyAccount struct {
	made, lost, deadLettered, parked int64
	ended                            [fates]int64
}

// serviceAccount is what is known of one service. Areas are integrals over time
// from warm-up to the last arrival, in nanoseconds.
type serviceAccount struct {
	queueArea, runArea topology.Time
	queueMax, runMax   int32
	handled            int64
	delivered          int64
	repeated           int64 // delivered, and not for the first time
	commits            int64
	ended              int64 // between warm-up and last arrival
	wait, sojourn      Histogram
}

// waits notes how many messages wait at a service when its workers have taken what they can.
func (a *serviceAccount) waits(n int32) {
	if n > a.queueMax {
		a.queueMax = n
	}
}

// anomalyKind is one of the anomalies that are counted without being asked for.
type anomalyKind uint8

const (
	lostCopy anomalyKind = iota
	duplicateEffect
	outOfOrder
	staleAction
	lostUpdate
	orphanEvent
	missingEvent
	contradiction
	undecodable
	ignored
	deadLettered
	forgedEffect
	lateReply
	runaway
	anomalies
)

var anomalyNames = [anomalies]string{
	"lost", "duplicate_effect", "out_of_order", "stale_action", "lost_update", "orphan_event",
	"missing_event", "contradiction", "undecodable", "ignored", "dead_lettered", "forged",
	"late_reply", "runaway",
}

func (b *book) of(f *flow) *counts {
	if f.measured {
		return &b.counts[1]
	}
	return &b.counts[0]
}

func (b *book) anomaly(e *engine, f *flow, a anomalyKind, d *delivery) {
	b.of(f).anomalies[a]++
	if b.tell != nil {
		b.record(e, AnomalySeen, f, d, anomalyNames[a])
	}
}

func (b *book) published(e *engine, f *flow) { b.of(f).published++ }

// dropped is a publish that never reached the broker.
func (b *book) dropped(e *engine, m *message, to []int32) {
	copies := int64(len(to))
	b.copies.made += copies
	b.copies.lost += copies
	b.of(m.flow).anomalies[lostCopy] += copies
	if b.tell != nil {
		b.record(e, Lost, m.flow, nil, "dropped")
	}
	if m.flow.measured {
		for _, h := range to {
			b.missedOf(e, missKey{m.event, m.kind, h, m.from.service}).Lost++
		}
	}
}

func (b *book) deduplicated(e *engine, m *message, to *consumer) {
	b.of(m.flow).deduplicated++
	if b.tell != nil {
		at := delivery{flow: m.flow, to: to, word: m.word}
		b.record(e, Deduplicated, m.flow, &at, "")
	}
}

func (b *book) delivered(d *delivery) {
	c := b.of(d.flow)
	c.delivered++
	s := &d.to.station.account
	s.delivered++
	if d.mark.state&markDelivered != 0 {
		c.repeated++
		s.repeated++
	}
	d.mark.state |= markDelivered
}

func (b *book) redelivered(f *flow) {
	b.of(f).redelivered++
	b.series.retried()
}

// within is the part of a span that lies between warm-up and the last arrival.
func (b *book) within(from, until topology.Time) topology.Time {
	if from >= b.warmup && until <= b.closed { // nearly always
		return until - from
	}
	return max(min(until, b.closed)-max(from, b.warmup), 0)
}

// withdrawn is a message that leaves its queue without being started.
func (b *book) withdrawn(e *engine, d *delivery) {
	d.to.station.account.queueArea += b.within(d.ready, e.now)
	if b.level.on {
		b.level.fell(e)
	}
}

func (b *book) committed(now topology.Time, d *delivery) {
	s := &d.to.station.account
	s.commits++
	if d.flow.measured {
		s.handled++
	}
	if now >= b.warmup && now <= b.closed {
		s.ended++
	}
}

func (b *book) copyEnded(e *engine, d *delivery, how fate) {
	b.copies.ended[how]++
	if b.tell != nil {
		b.record(e, Acked, d.flow, d, fateNames[how])
	}
}

var fateNames = [...]string{"handled", "skipped", "refused", "ignored", "failed", "cancelled"}

func (b *book) lost(e *engine, d *delivery) {
	b.copies.lost++
	b.of(d.flow).anomalies[lostCopy]++
	if d.flow.measured {
		b.missedOf(e, missKeyOf(d)).Lost++
	}
	if b.tell != nil {
		b.record(e, Lost, d.flow, d, "")
	}
}

// refused takes a copy out of the account that a full queue has refused and that
// will be published again.
func (b *book) refused(e *engine, d *delivery) {
	b.copies.made--
	b.attemptFailed(e, d.flow, d.to.index, "queue full")
}

func (b *book) deadLettered(e *engine, d *delivery) {
	b.copies.deadLettered++
	if d.flow.measured {
		b.missedOf(e, missKeyOf(d)).DeadLettered++
	}
	b.anomaly(e, d.flow, deadLettered, d)
}

// replayed takes a dead letter back into the account.
func (b *book) replayed(e *engine, d *delivery) {
	b.copies.deadLettered--
	if d.flow.measured {
		b.missedOf(e, missKeyOf(d)).DeadLettered--
	}
	if b.tell != nil {
		b.record(e, Replayed, d.flow, d, "")
	}
}

func (b *book) parked(e *engine, d *delivery) {
	b.copies.parked++
	if b.tell != nil {
		b.record(e, Parked, d.flow, d, "")
	}
}

func (b *book) returned(e *engine, d *delivery, cause topology.Counts) {
	if b.tell != nil {
		why := "error"
		switch cause {
		case topology.CountCrash:
			why = "crash"
		case topology.CountDeadline:
			why = "deadline"
		}
		b.record(e, Returned, d.flow, d, why)
	}
}

func (b *book) ackedLate(e *engine, d *delivery, accepted bool) {
	if b.tell != nil {
		how := "ignored"
		if accepted {
			how = "accepted"
		}
		b.record(e, AckedLate, d.flow, d, how)
	}
}

// attemptFailed is an attempt of a command or a call, named by the handler that
// it was made to, or of a client (-1).
func (b *book) attemptFailed(e *engine, f *flow, whom int32, why string) {
	if b.tell != nil {
		name := "client"
		if whom >= 0 {
			name = e.handlers[whom].name
		}
		b.tell(Record{At: e.now, Kind: AttemptFailed, Flow: f.number, Where: name, Detail: why})
	}
}

func (b *book) conflict(e *engine, d *delivery) {
	if b.tell != nil {
		b.record(e, Conflicted, d.flow, d, "")
	}
}

func (b *book) resent(e *engine, f *flow) { b.series.retried() }

// undecodable counts a message once, however often it is tried.
func (b *book) undecodable(e *engine, d *delivery) {
	if !d.odd().unread {
		d.odd().unread = true
		b.anomaly(e, d.flow, undecodable, d)
	}
}

func (b *book) ignoredByFault(e *engine, d *delivery) { b.anomaly(e, d.flow, ignored, d) }

func (b *book) struck(e *engine, h *hop, i int32) {
	if b.tell != nil {
		var r Record
		e.fill(&r, FaultActed, h.flow, h.delivery, e.inject[i].name)
		if m := h.message; m != nil {
			r.Event, r.Message, r.Logical, r.Cause, r.Depth = e.nameOfWord(&m.word), m.message, m.logical, m.cause, int(m.depth)
			r.As = kindNames[m.kind]
		}
		b.tell(r)
	}
}

func (b *book) opened(e *engine, i int32, on *injected) { b.series.window(e, i, on) }

func (b *book) lastArrival(e *engine, at topology.Time) {
	b.closed = at
	// What has been added up beyond it while it was not known is not there:
	// spans end at the present, which is the last arrival.
	b.level.closed = at
}
