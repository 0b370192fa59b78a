package sim

// watchOrder notices that a service starts a message of a flow, or of a value
// of the key its state is kept per, that was published before one it has
// already started.
func (e *engine) watchOrder(svc *service, f *flow, d *delivery) {
	late := false
	if at := f.at[svc.index]; at >= 0 {
		last := &f.last[at]
		late = d.wrote < *last
		*last = max(*last, d.wrote)
	}
	if svc.orderKey >= 0 {
		last := &e.lastStarted[svc.orderBase+f.keys[svc.orderKey]]
		late = late || d.wrote < *last
		*last = max(*last, d.wrote)
	}
	if late {
		e.book.anomaly(e, f, outOfOrder, d)
	}
}

// collect puts a message to what a join has of the flow; true: the set is
// complete and the handler runs.
func (e *engine) collect(d *delivery, h *handler) bool {
	j := &d.flow.joins[h.join]
	at := 0
	for i, ev := range h.consumes {
		if ev == d.event {
			at = i
		}
	}
	complete := uint64(1)<<len(h.consumes) - 1
	if j.seen>>at&1 == 0 || j.seen == complete {
		j.logical[at] = d.logical
	}
	j.seen |= 1 << at
	j.depth, j.hops = max(j.depth, d.depth), max(j.hops, d.hops)
	if d.born >= j.last {
		j.last = d.born
		if d.carried != j.carried {
			if j.carried != none {
				e.release(j.carried)
			}
			if d.carried != none {
				e.snapshots.at(d.carried).refs++
			}
			j.carried = d.carried
		}
	}
	if j.seen != complete {
		return false
	}
	d.depth, d.hops = j.depth, j.hops
	d.flow.depth = max(d.flow.depth, d.depth)
	d.run = j.run()
	if j.carried != d.carried {
		e.release(d.carried)
		e.snapshots.at(j.carried).refs++
		d.carried = j.carried
	}
	return true
}

// run is the logical id of the run that a complete join starts: made of all
// that it joins.
func (j *joined) run() uint64 {
	id := uint64(0)
	for _, l := range j.logical {
		id = mix(id, l)
	}
	return id
}

// carriedBy is what a delivery's message carries of other services' states.
func (e *engine) carriedBy(d *delivery) []float64 {
	if d.carried == none {
		return nil
	}
	return e.snapshots.at(d.carried).values
}

// carry makes what a run's messages carry: of the emitter's own state what its
// commit leaves, of others what the run's own trigger carried. The caller
// releases it.
func (e *engine) carry(d *delivery, h *handler) uint32 {
	if len(e.carries) == 0 {
		return none
	}
	i := e.newSnapshot()
	values := e.snapshots.at(i).values
	copy(values, e.carriedBy(d))
	for c, what := range e.carries {
		if e.states[what.state].service == h.service {
			at, _ := e.stateOf(d.flow, what.state)
			values[c] = *at
		}
	}
	return i
}

// carryAll makes what a trigger carries: what is true when it is sent.
func (e *engine) carryAll(f *flow) uint32 {
	if len(e.carries) == 0 {
		return none
	}
	i := e.newSnapshot()
	values := e.snapshots.at(i).values
	for c, what := range e.carries {
		at, _ := e.stateOf(f, what.state)
		values[c] = *at
	}
	return i
}

func (e *engine) newSnapshot() uint32 {
	s, i := e.snapshots.get()
	if s.values == nil {
		s.values = make([]float64, e.snapshotSize)
	}
	s.refs = 1
	return i
}

// outbox is what a handler has written to be published.
type outbox struct {
	entries []outboxEntry
	head    int
	ticking bool
}

type outboxEntry struct {
	flow     *flow
	run, try uint64
	result   result
	depth    int32
	hops     int32
	event    int32
	kind     kind
	request  uint32
	carried  uint32
	logical  uint64
	forged   bool
	attempt  int32
	origin   int32
}

// intoOutbox keeps what a run emits for the relay.
func (e *engine) intoOutbox(d *delivery, h *handler, r result) {
	out := &d.to.outbox
	carried := e.carry(d, h)
	d.flow.open++
	out.entries = append(out.entries, outboxEntry{d.flow, d.run, d.tried, r, d.depth, d.hops,
		d.event, d.kind, d.request, carried, d.logical, d.forged, d.requestAttempt, d.origin})
	if !out.ticking {
		out.ticking = true
		every := h.def.Publishing.Every
		if every == 0 {
			every = 1
		}
		e.steps.push((e.now/every+1)*every, relays, 0, uint32(h.index))
	}
}

// relay publishes what an outbox holds, at most a batch.
func (e *engine) relay(handler int32) {
	c := &e.consumers[handler]
	h, out := c.handler, &c.outbox
	limit := h.def.Publishing.Batch
	for n := 0; out.head < len(out.entries) && (limit == 0 || n < limit); n++ {
		entry := out.entries[out.head]
		out.head++
		e.publishEntry(c, &entry)
	}
	if out.head == len(out.entries) {
		out.entries, out.head, out.ticking = out.entries[:0], 0, false
		return
	}
	if out.head > 1024 && out.head*2 > len(out.entries) {
		out.entries = append(out.entries[:0], out.entries[out.head:]...)
		out.head = 0
	}
	e.steps.push(e.now+max(h.def.Publishing.Every, 1), relays, 0, uint32(handler))
}

func (e *engine) publishEntry(c *consumer, entry *outboxEntry) {
	f, h := entry.flow, c.handler
	emits := h.emits
	if entry.result == refused {
		emits = h.refusal.emits
	}
	e.resolve(f, entry.run, entry.try, emits)
	d := e.newDelivery()
	d.word = word{carried: none}
	d.flow, d.to, d.event, d.kind = f, c, entry.event, entry.kind
	d.run, d.logical, d.tried = entry.run, entry.logical, entry.try
	d.depth, d.hops, d.request, d.forged = entry.depth, entry.hops, entry.request, entry.forged
	d.requestAttempt, d.origin = entry.attempt, entry.origin
	d.refuses = entry.result == refused
	if h.rare&hasTwoWrites != 0 {
		e.markOf(f, h, d.run).state |= markPublished | markEmits
	}
	for i := range e.out {
		if e.out[i].after > 0 {
			e.later(d, h, e.out[i])
		} else {
			e.book.events[e.out[i].event]++
		}
	}
	e.style.emitted(e, d, h, entry.result, entry.carried)
	if entry.carried != none {
		e.release(entry.carried)
	}
	e.free(d)
}

// timer is something that happens to a flow later.
type timer struct {
	what    timerKind
	flow    *flow
	handler int32
	depth   int32
	hops    int32
	out     emitted
	try     uint64
	carried uint32
	request uint32
	trigger int32
	client  uint32
	origin  int32
	attempt int32
	failed  bool
}

type timerKind uint8

const (
	emitsLater timerKind = iota
	retriesRequest
	clientThinks
	retriesCall
	answersCall
	movesPartitions
)

// later publishes an event after a time, by a durable timer.
func (e *engine) later(d *delivery, h *handler, o emitted) {
	t, i := e.timers.get()
	*t = timer{what: emitsLater, flow: d.flow, handler: h.index, depth: d.depth, hops: d.hops,
		out: o, try: d.tried, origin: d.origin, carried: e.carry(d, h)}
	d.flow.open++
	e.steps.push(add(e.now, o.after), elapses, 0, i)
}

// elapse is the end of a timer.
func (e *engine) elapse(i uint32) {
	t := *e.timers.at(i)
	e.timers.put(i)
	switch t.what {
	case emitsLater:
		if out := e.events[t.out.event].outcome; out >= 0 {
			before := t.flow.outcome
			e.outcomeIs(t.flow, out, t.origin)
			e.old = e.old[:0]
			e.judge(t.flow, &e.handlers[t.handler], before)
		}
		m := message{flow: t.flow, from: &e.handlers[t.handler].out, kind: anEvent, event: t.out.event,
			depth: t.depth + 1, hops: t.hops + 1, request: none, carried: t.carried,
			logical: t.out.logical, try: t.try, origin: t.origin, site: e.events[t.out.event].site}
		e.book.events[m.event]++
		e.style.due(e, m)
		if t.carried != none {
			e.release(t.carried)
		}
		e.leave(t.flow)
	case retriesRequest:
		if q := e.requests.at(t.request); q.id == t.try {
			e.style.retryDue(e, q)
		}
	case movesPartitions:
		e.deal(&e.stations[t.handler])
	case retriesCall:
		if c := e.calls.at(t.request); c.id == t.try {
			e.tryCall(c)
		}
	case clientThinks:
		e.clientStarts(&e.sources[t.trigger], t.client)
	}
}
