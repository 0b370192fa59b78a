package sim

// style is how an emitted event reaches the handlers that consume it. Nothing
// outside the three styles asks which one it is.
type style interface {
	// hearers are who an event is published to. The list is good until the next.
	hearers(ev *event) []int32
	// clientCalls tells whether the client calls those who act on the trigger, and is
	// answered by them, rather than by an outcome.
	clientCalls() bool
	// callTrigger starts a flow where the client calls.
	callTrigger(e *engine, f *flow)
	// emitted brings what a run emitted (in e.out, without what comes later) to
	// whoever hears it. carried is what its messages carry, or none. True: the
	// run waits for answers.
	emitted(e *engine, d *delivery, h *handler, r result, carried uint32) bool
	// publishes is emitted for what a deed emits that is plain.
	publishes(e *engine, d *delivery, h *handler, deed *deed) bool
	// told answers whoever waits for a run that publishes nothing.
	told(e *engine, d *delivery, h *handler, r result)
	// coordinate is a message handled by the coordinator.
	coordinate(e *engine, d *delivery)
	// timedOut is a request that was not answered in time.
	timedOut(e *engine, q *request)
	// retryDue is the end of the delay before a request's next attempt.
	retryDue(e *engine, q *request)
	// resumed says that a service is back from an outage or a pause.
	resumed(e *engine, st *station)
	// forget drops what the style keeps of a flow.
	forget(e *engine, f *flow)
}

// tell answers whoever waits for a delivery that publishes nothing.
func (e *engine) tell(d *delivery, r result) {
	e.style.told(e, d, d.to.handler, r)
}
