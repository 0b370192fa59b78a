package sim

// timer is something that happens to a flow later.
type timer struct {
	what    timerKind
	flow    *flow
	handler int32
	depth   int32
	hops    int32
	out     emitted
	try     uint64
	cause   uint64 // message whose handling set it
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
	movesPartitions
)

// newTimer is a timer that is yet to be set, and its index.
func (e *engine) newTimer(what timerKind) (*timer, uint32) {
	t, i := e.timers.get()
	*t = timer{}
	t.what, t.carried = what, none
	return t, i
}

// later publishes an event after a time, by a durable timer.
func (e *engine) later(d *delivery, h *handler, o emitted) {
	t, i := e.newTimer(emitsLater)
	t.flow, t.handler, t.depth, t.hops = d.flow, h.index, d.depth, d.hops
	t.out, t.try, t.cause, t.origin, t.carried = o, d.tried, d.message, d.origin, e.carry(d, h)
	d.flow.open++
	at := add(e.now, o.after)
	e.planned(at)
	e.steps.push(at, elapses, ticket(i))
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
		m := message{
			flow: t.flow, from: &e.handlers[t.handler].out, site: e.events[t.out.event].site, word: word{
				kind: anEvent, event: t.out.event, depth: t.depth + 1, hops: t.hops + 1, request: none,
				carried: t.carried, cause: t.cause, logical: t.out.logical, try: t.try, origin: t.origin,
			},
		}
		e.book.events[m.event]++
		e.publish(&m, e.style.hearers(&e.events[m.event]))
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
			e.tryAgain(c)
		}
	case clientThinks:
		e.clientStarts(e.sources[t.trigger], t.client)
	}
}
