package sim

import "edasim/topology"

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
	odd       bool   // there is more to do in the end than to close its account
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

// startFlow begins a flow of a trigger now.
func (e *engine) startFlow(src *source, nth int64, client uint32) {
	f := src.idle
	if f == nil {
		f = e.moreFlows(src)
	}
	src.idle = f.next
	f.source = src
	e.started++
	e.live++
	f.course = course{}
	f.number, f.nth, f.key, f.started = e.started, nth, mix(src.seed, uint64(nth)), e.now
	f.outcome, f.chained, f.client, f.clientCall = -1, none, client, none
	f.measured = e.now >= e.config.Warmup
	f.late = e.now >= src.lateAt && nth >= src.lateNth
	f.odd = src.endsOdd
	f.open = 1 // kept until the trigger is on its way
	e.book.arrived(f)
	if src.startsOdd {
		e.startOddly(f, src)
	} else {
		e.publishTrigger(f, 1)
	}
	e.leave(f)
}

// startOddly is startFlow for a flow that keeps something, or whose start does more than
// to publish its trigger.
func (e *engine) startOddly(f *flow, src *source) {
	if e.flowKeeps {
		e.resetFlow(f)
	}
	if e.forging {
		e.joinRunning(f)
	}
	if len(e.keys) > 0 {
		e.drawKeys(f, src)
	}
	if e.book.tell != nil {
		e.book.record(e, FlowStarted, f, nil, "")
	}
	switch {
	case e.clientCalls:
		e.style.callTrigger(e, f)
	case src.waiter != nil:
		e.waitFor(f)
	default:
		e.publishTrigger(f, 1)
	}
}

// sortFlows notes of each workload what its flows need beyond their messages and accounts.
// Most need nothing, and are not asked for each thing that they might.
func (e *engine) sortFlows() {
	told, judged := e.book.tell != nil, len(e.always)+len(e.finally) > 0
	for i := range e.sources {
		src := e.sources[i]
		closed := src.load.Clients > 0
		src.awaited = e.clientCalls || src.waiter != nil || closed
		src.startsOdd = e.flowKeeps || e.forging || len(e.keys) > 0 || told || e.clientCalls || src.waiter != nil
		src.endsOdd = e.forging || len(e.Model.monitors) > 0 || judged || told || e.commitFault ||
			len(e.numbers) > 0 || closed || e.joins > 0 || e.coordinator >= 0
	}
}

// drawKeys gives a flow the values of its keys: drawn, or those of a trace.
func (e *engine) drawKeys(f *flow, src *source) {
	for k := range e.keys {
		f.keys[k] = e.keys[k].of(f.key)
	}
	if trace := src.load.Trace; trace != nil {
		for k := range e.keys {
			if values, ok := trace.Keys[e.keys[k].name]; ok {
				f.keys[k] = int32(values[f.nth])
			}
		}
	}
}

// flowsAtOnce is how many flows are made together: few enough for a scenario that
// never has more than one, and many enough that what they keep is allocated for all.
const flowsAtOnce = 32

// moreFlows makes flows of the trigger's layout, and returns the first of them.
func (e *engine) moreFlows(src *source) *flow {
	var made [flowsAtOnce]*flow
	for i := range made {
		f, self := e.flows.get()
		f.self = self
		made[i] = f
	}
	if made[0].marks == nil || made[0].trigger != src.index {
		e.furnish(&made, src.trigger)
	}
	for i := range made { // the first made is the first taken
		f := made[len(made)-1-i]
		clear(f.marks)
		clear(f.last)
		f.course = course{}
		f.next = src.idle
		src.idle = f
	}
	return src.idle
}

// furnish gives flows room for what they keep.
func (e *engine) furnish(flows *[flowsAtOnce]*flow, trig *trigger) {
	values := make([]float64, flowsAtOnce*len(e.flowValues))
	keys := make([]int32, flowsAtOnce*len(e.keys))
	marks := make([]mark, flowsAtOnce*trig.slots)
	last := make([]uint64, flowsAtOnce*trig.places)
	broken := make([]standing, flowsAtOnce*(len(e.always)+len(e.finally)))
	joins := make([]joined, flowsAtOnce*e.joins)
	lanes := make([]lane, flowsAtOnce*e.flowLanes)
	counted := make([]eligible, flowsAtOnce*e.counters)
	var versions []uint32
	if e.versions {
		versions = make([]uint32, len(values))
	}
	for i, f := range flows {
		*f = flow{
			self: f.self, trigger: trig.index,
			values: part(values, i), keys: part(keys, i), marks: part(marks, i), last: part(last, i),
			broken: part(broken, i), joins: part(joins, i), lanes: part(lanes, i), counted: part(counted, i),
			versions: part(versions, i),
		}
		for h := range e.handlers {
			if j := e.handlers[h].join; j >= 0 {
				f.joins[j].logical = make([]uint64, len(e.handlers[h].def.Consumes))
			}
		}
	}
}

// part is what the i-th of the flows that are made together gets of a list.
func part[T any](all []T, i int) []T {
	n := len(all) / flowsAtOnce
	return all[i*n : (i+1)*n : (i+1)*n]
}

// resetFlow makes what a flow keeps as good as new, but for its course. Its marks
// are known as another's by the flow's number, and what its services have started
// was published before all that it will publish.
func (e *engine) resetFlow(f *flow) {
	copy(f.values, e.flowValues)
	clear(f.broken)
	if !e.flowKeepsMore {
		return
	}
	f.watch = watch{}
	clear(f.counted)
	clear(f.versions)
	clear(f.lanes)
	for i := range f.joins {
		j := &f.joins[i]
		j.seen, j.depth, j.hops, j.last, j.carried = 0, 0, 0, 0, none
		clear(j.logical)
	}
}

// of is the value of a key that a flow draws.
func (k *key) of(flow uint64) int32 {
	bits := draw(flow, k.site, 0, 0)
	if k.cumulative == nil {
		return int32(bits >> 32 * uint64(k.count) >> 32)
	}
	u := uniform(bits)
	i := k.cut[bits>>k.cutShift]
	for k.cumulative[i] <= u && int(i) < k.count-1 {
		i++
	}
	return i
}

// leave says that one thing less of a flow is under way; at none it settles.
func (e *engine) leave(f *flow) {
	if f.open--; f.open == 0 {
		e.rests(f)
	}
}

// rests is a flow with nothing under way.
func (e *engine) rests(f *flow) {
	e.live--
	if f.odd {
		e.restsOddly(f)
		return
	}
	e.book.settled(e, f)
	e.retire(f)
}

// retire lets a flow be used again.
func (e *engine) retire(f *flow) {
	src := f.source
	f.source = nil // it is of the engine, and the flow may be used by the next
	f.next, src.idle = src.idle, f
}

// restsOddly is rests for a flow of which more is to be seen: monitors that would find it
// wrong keep it for their next tick, otherwise it is judged.
func (e *engine) restsOddly(f *flow) {
	if e.forging {
		e.leaveRunning(f)
	}
	if len(e.Model.monitors) > 0 && e.kept(f) {
		return
	}
	e.settle(f)
}

// settle judges a flow that has nothing under way and gives it back.
func (e *engine) settle(f *flow) {
	if len(f.broken) > 0 {
		e.judgeLast(f)
	}
	if e.book.tell != nil {
		e.book.record(e, FlowSettled, f, nil, "")
	}
	e.book.settled(e, f)
	e.book.settledOddly(e, f)
	if f.client != none {
		e.clientOf(f)
	}
	if f.chained != none {
		e.marks.forget(f)
	}
	if e.joins > 0 {
		e.releaseJoined(f)
	}
	if e.coordinator >= 0 && f.saga.batches > 0 {
		e.style.forget(e, f)
	}
	e.retire(f)
}

// releaseJoined gives back what the joins of a flow have kept.
func (e *engine) releaseJoined(f *flow) {
	for i := range f.joins {
		if c := f.joins[i].carried; c != none {
			e.release(c)
		}
	}
}

// outcomeIs records that a run of the flow emitted an outcome.
func (e *engine) outcomeIs(f *flow, outcome, origin int32) {
	if f.outcome < 0 {
		f.outcome, f.outcomeAt = outcome, e.now
		e.book.outcome(e, f)
	} else if f.outcome != outcome {
		e.book.anomaly(e, f, contradiction, nil)
	}
	if f.source.awaited {
		e.answerClient(f, origin)
		return
	}
	f.answered = true
}
