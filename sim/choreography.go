package sim

// choreography publishes every event; the broker delivers it to each handler
// that consumes it.
type choreography struct{}

func (*choreography) hearers(ev *event) []int32 { return ev.consumers }

func (*choreography) emitted(e *engine, d *delivery, h *handler, _ result, carried uint32) bool {
	for i := range e.out {
		o := &e.out[i]
		if o.after > 0 {
			continue
		}
		ev := &e.events[o.event]
		if len(ev.consumers)+len(h.out.inject.list) == 0 && d.hops < e.maxHops {
			e.unheard(d)
			continue
		}
		e.emit(d, h, ev.site, o, carried, ev.consumers)
	}
	return false
}

// publishes is what publishDeed does by itself.
func (*choreography) publishes(e *engine, d *delivery, h *handler, deed *deed) bool {
	return e.publishDeed(d, h, deed)
}

func (*choreography) clientCalls() bool { return false }

// Nobody waits for an answer, and there is no coordinator.
func (*choreography) callTrigger(*engine, *flow)                {}
func (*choreography) told(*engine, *delivery, *handler, result) {}
func (*choreography) coordinate(*engine, *delivery)             {}
func (*choreography) timedOut(*engine, *request)                {}
func (*choreography) retryDue(*engine, *request)                {}
func (*choreography) resumed(*engine, *station)                 {}
func (*choreography) forget(*engine, *flow)                     {}
