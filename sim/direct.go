package sim

// direct lets the emitter of an event call all handlers that consume it, its
// worker held, and wait for all of them. What is emitted later, and what
// detached handlers hear, is published.
type direct struct {
	// waiters are how a service waits for a handler: by service, the client
	// last, and handler.
	waiters []waiter
	handler int
}

func (s *direct) waiterOf(service int32, handler int32, services int) *waiter {
	if service < 0 {
		service = int32(services)
	}
	return &s.waiters[int(service)*s.handler+int(handler)]
}

// compileDirect makes a waiter for every pair of a service and a handler.
func (c *compiler) compileDirect() {
	m := c.model
	s := &direct{handler: len(m.handlers)}
	wait := &c.config.System.Direct.Wait
	for i := range len(m.services) + 1 {
		for j := range m.handlers {
			from := "client"
			if i < len(m.services) {
				from = m.services[i].name
			}
			s.waiters = append(s.waiters, c.waiterOf(wait, site("call", from, m.handlers[j].name)))
		}
	}
	m.style = func() style { return s }
}

// hearers are all consumers: what is published and not called.
func (*direct) hearers(ev *event) []int32 { return ev.consumers }

// callTrigger calls whoever acts on the trigger, and publishes it to the others.
func (s *direct) callTrigger(e *engine, f *flow) {
	m := e.triggerMessage(f, 1)
	ev := &e.events[m.event]
	if len(ev.detached) > 0 {
		e.publish(m, ev.detached)
	}
	own := f.source.waiter
	f.pending, f.failed = int32(len(ev.attached)), false
	for _, h := range ev.attached {
		w := own
		if w == nil {
			w = s.waiterOf(-1, h, len(e.services))
		}
		c := e.newCall(f, w, h, m.carried)
		c.event, c.logical = m.event, m.logical
		e.tryCall(c)
	}
	if m.carried != none {
		e.release(m.carried)
	}
}

// clientCalls: the client's wait is that of its calls.
func (*direct) clientCalls() bool { return true }

// emitted calls the consumers of what a run emitted. All are counted before the
// first is tried, and the run itself: calls that fail at once must not end it before all is told.
func (s *direct) emitted(e *engine, d *delivery, h *handler, _ result, carried uint32) bool {
	waits := d.state == running // not so a relay's stand-in
	list := e.takeOut()
	calls := int32(0)
	for i := range list {
		if o := &list[i]; o.after == 0 && waits {
			calls += int32(len(e.events[o.event].attached))
		}
	}
	if waits {
		d.pending = calls + 1
	}
	turn := d.ticket
	for i := range list {
		o := &list[i]
		if o.after > 0 {
			continue
		}
		ev := &e.events[o.event]
		if !waits {
			e.emit(d, h, ev.site, o, carried, ev.consumers)
			continue
		}
		if len(ev.detached) > 0 {
			e.emit(d, h, ev.site, o, carried, ev.detached)
		}
		s.callAll(e, d, turn, o, carried)
	}
	return waits && e.allTold(d, calls)
}

// allTold lets a run go on whose calls have all ended at once; true: it had some.
func (e *engine) allTold(d *delivery, calls int32) bool {
	if d.pending--; d.pending == 0 && calls > 0 {
		e.resume(d)
	}
	return calls > 0
}

// publishes is emitted without a list of what is emitted.
func (s *direct) publishes(e *engine, d *delivery, h *handler, deed *deed) bool {
	calls := int32(0)
	for i := range deed.emits {
		ev := deed.emits[i].event
		e.book.events[ev]++
		calls += int32(len(e.events[ev].attached))
	}
	d.pending = calls + 1
	turn := d.ticket
	for i := range deed.emits {
		em := &deed.emits[i]
		o, ev := emitted{event: em.event, logical: mix(em.logical, d.run)}, &e.events[em.event]
		if len(ev.detached) > 0 {
			e.emit(d, h, ev.site, &o, none, ev.detached)
		}
		if len(ev.attached) > 0 {
			s.callAll(e, d, turn, &o, none)
		}
	}
	return e.allTold(d, calls)
}

// callAll calls the consumers of an event that a run has emitted.
func (s *direct) callAll(e *engine, d *delivery, turn ticket, o *emitted, carried uint32) {
	f, service, origin := d.flow, d.to.handler.service, d.origin
	for _, callee := range e.events[o.event].attached {
		c := e.newCall(f, s.waiterOf(service, callee, len(e.services)), callee, carried)
		c.caller, c.turn, c.origin = d, turn, origin
		c.event, c.depth, c.hops = o.event, d.depth+1, d.hops
		c.logical, c.try = o.logical, d.tried
		e.tryCall(c)
	}
}

func (*direct) told(*engine, *delivery, *handler, result) {}

// There is no coordinator.
func (*direct) coordinate(*engine, *delivery) {}
func (*direct) timedOut(*engine, *request)    {}
func (*direct) retryDue(*engine, *request)    {}
func (*direct) resumed(*engine, *station)     {}
func (*direct) forget(*engine, *flow)         {}
