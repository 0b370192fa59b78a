package sim

// outbox is what a handler has written to be published.
type outbox struct {
	entries []outboxEntry
	head    int
	ticking bool
	asleep  bool // its service stood still at the last look
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
	attempt  int32
	origin   int32
	message  uint64
}

// intoOutbox keeps what a run emits for the relay.
func (e *engine) intoOutbox(d *delivery, h *handler, r result) {
	out := &d.to.outbox
	carried := e.carry(d, h)
	d.flow.open++
	out.entries = append(out.entries, outboxEntry{d.flow, d.run, d.tried, r, d.depth, d.hops,
		d.event, d.kind, d.request, carried, d.logical, d.requestAttempt, d.origin, d.message})
	if !out.ticking {
		out.ticking = true
		e.nextLook(h)
	}
}

// nextLook plans when the relay of a handler looks next.
func (e *engine) nextLook(h *handler) {
	every := max(h.def.Publishing.Every, 1)
	e.steps.push((e.now/every+1)*every, relays, ticket(h.index))
}

// relay publishes what an outbox holds, at most a batch.
func (e *engine) relay(handler int32) {
	c := &e.consumers[handler]
	h, out := c.handler, &c.outbox
	if c.station.down > 0 || c.station.paused.open { // the relay is a part of the service
		out.asleep = true
		return
	}
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
	e.steps.push(e.now+max(h.def.Publishing.Every, 1), relays, ticket(handler))
}

func (e *engine) publishEntry(c *consumer, entry *outboxEntry) {
	f, h := entry.flow, c.handler
	e.resolve(f, entry.run, entry.try, h.does(entry.result == refused))
	d := e.newDelivery()
	d.word, d.progress, d.handling = word{carried: none}, progress{}, handling{}
	d.flow, d.to, d.event, d.kind = f, c, entry.event, entry.kind
	d.run, d.logical, d.tried = entry.run, entry.logical, entry.try
	d.depth, d.hops, d.request, d.message = entry.depth, entry.hops, entry.request, entry.message
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
