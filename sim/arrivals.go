package sim

import (
	"edasim/faults"
	"edasim/topology"
)

// source is the arrivals of one workload in one replication.
type source struct {
	*trigger
	message message       // of its triggers, but for the flow
	fits    int32         // the attempt that it is fit for; 0: it has to be made fit each time
	heard   []int32       // those to whom they are published
	idle    *flow         // given back, linked by next
	last    topology.Time // nothing starts after it
	most    int64         // flows
	batch   int           // flows that start together

	startsOdd, endsOdd bool // there is more to do with its flows than to publish, and to close their accounts
	awaited            bool // somebody waits for their outcomes

	lateAt  topology.Time // the last fifth begins
	lateNth int64         // the same by flows
	steady  float64       // Poisson at one rate: the mean gap over unitGap; 0: something else
	gap     topology.Time // where it is steady: to the next arrival
	seed    uint64        // of its flows' draws
	drawn   uint64        // gaps
	flows   int64         // started
	phase   int
	began   topology.Time // of the phase
	until   topology.Time // its end
	phases  uint64        // begun
	ended   bool
	clients []int64 // closed loop: flows of each client
	active  int     // closed loop: clients that go on
}

// startArrivals plans the first flow of every workload.
func (e *engine) startArrivals() {
	for t := range e.triggers {
		src := e.sources[t]
		load := src.load
		switch {
		case load.Clients > 0:
			src.clients = make([]int64, load.Clients)
			src.active = load.Clients
			for c := range load.Clients {
				e.think(src, uint32(c))
			}
		case len(load.Phases) > 0:
			e.nextPhase(src, 0)
			e.nextArrival(src)
		default:
			e.nextArrival(src)
		}
	}
	e.checkArrivals()
}

// arrive starts the next flow or batch of a workload and plans the one after.
func (e *engine) arrive(t uint32) {
	src := e.sources[t]
	for n := src.batch; n > 0 && src.flows < src.most; n-- {
		src.flows++
		e.startFlow(src, src.flows-1, none)
	}
	e.lastArrival = e.now
	if at := e.now + src.gap; src.steady > 0 && at <= src.last && src.flows < src.most {
		e.steps.push(at, arrives, ticket(src.index))
		e.drawGap(src)
		return
	}
	e.nextArrival(src)
}

// nextArrival plans the next arrival of an open workload, or ends it.
func (e *engine) nextArrival(src *source) {
	at, ok := e.arrivalTime(src)
	if !ok || at > src.last || src.flows >= src.most {
		src.ended = true
		e.checkArrivals()
		return
	}
	e.steps.push(at, arrives, ticket(src.index))
}

// drawGap draws the gap of a steady Poisson stream that comes after the next
// arrival. It is drawn ahead so that no step waits for it: which step comes next
// cannot be said before its time is known.
func (e *engine) drawGap(src *source) {
	src.drawn++
	src.gap = topology.Time(float64(e.unitGap.At(draw(e.seed, src.key, src.drawn, 0))) * src.steady)
}

// arrivalTime is when the next flow starts; false: never.
func (e *engine) arrivalTime(src *source) (topology.Time, bool) {
	load := src.load
	switch {
	case src.steady > 0:
		at := add(e.now, src.gap)
		e.drawGap(src)
		return at, true
	case load.Trace != nil:
		if src.flows >= int64(len(load.Trace.At)) {
			return 0, false
		}
		return load.Trace.At[src.flows], true
	case len(load.Times) > 0:
		nth := src.flows / int64(max(load.Batch, 1))
		if nth >= int64(len(load.Times)) {
			return 0, false
		}
		return load.Times[nth], true
	}
	// One unit of hazard lies between two arrivals: exponential for a Poisson
	// stream, exactly one for a regular one. It is spent at the rate of the
	// moment.
	src.drawn++
	regular := load.Every > 0
	if len(load.Phases) > 0 {
		regular = load.Phases[src.phase].Every > 0
	}
	unit := float64(1)
	if !regular {
		unit = float64(e.unitGap.At(draw(e.seed, src.key, src.drawn, 0))) / unitGap
	}
	if len(load.Phases) == 0 && len(src.inject) == 0 {
		return add(e.now, load.Every), true
	}
	return e.spend(src, unit)
}

// unitGap is the mean of the exponential from which gaps are made: long, so
// that rounding it to nanoseconds leaves 12 digits.
const unitGap = 1e12

// mostChanges bounds the changes of rate between two arrivals: phases whose lengths all
// come out as 0 would never end.
const mostChanges = 1 << 22

// spend finds when a unit of hazard is used up by a rate that changes.
func (e *engine) spend(src *source, unit float64) (topology.Time, bool) {
	load := src.load
	at := e.now
	for range mostChanges {
		rate := load.Rate
		if load.Every > 0 {
			rate = float64(topology.Second) / float64(load.Every)
		}
		change := never
		if len(load.Phases) > 0 {
			for at >= src.until {
				if !e.nextPhase(src, src.until) {
					return 0, false
				}
			}
			p := &load.Phases[src.phase]
			rate, change = p.Rate, src.until
			if p.Every > 0 {
				rate = float64(topology.Second) / float64(p.Every)
			}
		}
		rate, change = e.burst(src, at, rate, change)
		if rate > 0 {
			gap := topology.Time(unit * (float64(topology.Second) / rate))
			if change-at > gap {
				return at + gap, true
			}
			unit -= float64(float64(change-at) * (rate / float64(topology.Second)))
			unit = max(unit, 0)
		}
		if change >= never {
			return 0, false
		}
		at = change
	}
	return 0, false
}

// burst is the rate at a time under the bursts of a workload, and when that
// changes next.
func (e *engine) burst(src *source, at topology.Time, rate float64, change topology.Time) (float64, topology.Time) {
	for _, i := range src.inject {
		inj, on := &e.inject[i], &e.bursts[i] // arrivals look ahead of the present
		for at >= on.until && e.nextWindow(inj, on) {
		}
		switch {
		case at < on.from:
			change = min(change, on.from)
		case at < on.until:
			fx := inj.fault.Decide(faults.Hop{Now: at, Since: on.from}, faults.Draws(inj.key))
			rate = rate * fx.Burst.Value()
			if fx.Rate > 0 {
				rate = float64(fx.Rate) / faults.BurstSeconds
			}
			change = min(change, on.until)
		}
	}
	return rate, change
}

// nextPhase begins the next phase of a workload at a time; false: there is none.
func (e *engine) nextPhase(src *source, at topology.Time) bool {
	load := src.load
	if src.phases > 0 {
		if src.phase++; src.phase == len(load.Phases) {
			if load.For == 0 && load.Flows == 0 {
				return false
			}
			src.phase = 0
		}
	}
	length := load.Phases[src.phase].For.At(draw(e.seed, mix(src.key, lengthDraw), src.phases, 0))
	src.phases++
	src.began, src.until = at, add(at, length)
	return true
}

// lastFifth notes from when, or from which flow on, a workload is in its last
// fifth.
func (e *engine) lastFifth(src *source) {
	load := src.load
	switch {
	case load.For > 0:
		src.lateAt = load.For / 5 * 4
	case load.Flows > 0:
		src.lateNth = int64(load.Flows) / 5 * 4
	case load.Trace != nil:
		src.lateNth = int64(len(load.Trace.At)) / 5 * 4
	case len(load.Times) > 0:
		src.lateNth = int64(len(load.Times)*max(load.Batch, 1)) / 5 * 4
	default:
		src.lateAt = e.horizon / 5 * 4
	}
}

// think lets a client of a closed loop think before its next flow.
func (e *engine) think(src *source, client uint32) {
	load := src.load
	wait := topology.Time(0)
	if load.Think != nil {
		key := mix(src.key, uint64(client)+1)
		wait = load.Think.At(draw(e.seed, key, uint64(src.clients[client]), 0))
	}
	if load.For > 0 && e.now+wait > load.For || load.Flows > 0 && src.flows >= int64(load.Flows) {
		src.active--
		src.ended = src.active == 0
		e.checkArrivals()
		return
	}
	t, i := e.newTimer(clientThinks)
	t.trigger, t.client = src.index, client
	e.steps.push(e.now+wait, elapses, ticket(i))
}

// clientStarts is a client of a closed loop that has thought.
func (e *engine) clientStarts(src *source, client uint32) {
	load := src.load
	if load.Flows > 0 && src.flows >= int64(load.Flows) {
		src.active--
		src.ended = src.active == 0
		e.checkArrivals()
		return
	}
	src.flows++
	nth := int64(client) + src.clients[client]*int64(load.Clients)
	src.clients[client]++
	e.lastArrival = e.now
	e.startFlow(src, nth, client)
}

// planned puts the end of the run off for a replay, a timer of the business or a
// repair.
func (e *engine) planned(at topology.Time) {
	e.lastPlanned = max(e.lastPlanned, at)
	if !e.open {
		e.end = max(e.end, add(at, e.config.Drain))
	}
}

// checkArrivals notes the end of all arrivals; the rest has to drain within the
// limit.
func (e *engine) checkArrivals() {
	for t := range e.sources {
		if !e.sources[t].ended {
			return
		}
	}
	if e.open {
		e.open = false
		e.end = add(max(e.lastArrival, e.lastPlanned), e.config.Drain)
		e.book.lastArrival(e, e.lastArrival)
	}
}

// openSources sets up the arrivals of every workload.
func (e *engine) openSources() {
	for i := range e.sources {
		src, t := &source{}, &e.triggers[i]
		e.sources[i] = src
		src.trigger = t
		src.seed = mix(e.seed, t.key)
		e.lastFifth(src)
		src.last, src.most, src.batch = never, 1<<62, t.load.Batch
		if t.load.For > 0 {
			src.last = t.load.For
		}
		if t.load.Flows > 0 {
			src.most = int64(t.load.Flows)
		}
		if t.load.Rate > 0 && len(t.inject) == 0 && len(t.load.Phases) == 0 {
			src.steady = float64(topology.Second) / t.load.Rate / unitGap
			e.drawGap(src)
		}
		src.heard = append(src.heard, e.style.hearers(&e.events[t.event])...)
		src.message = message{
			from: &e.client, site: e.events[t.event].site, word: word{
				kind: anEvent, event: t.event, depth: 1, request: none, carried: none, logical: t.logical,
			},
		}
	}
}
