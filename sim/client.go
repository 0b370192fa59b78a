package sim

// waitFor sends the trigger of a flow whose client waits for its outcome.
func (e *engine) waitFor(f *flow) {
	src := f.source
	c := e.newCall(f, src.waiter, -1, none)
	c.event, c.logical = src.event, src.logical
	f.clientCall = c.self
	e.tryCall(c)
}

// answerClient tells the client of a flow that an outcome has come, caused by
// one of its attempts. Where the client calls, it hears of it by the answer.
func (e *engine) answerClient(f *flow, origin int32) {
	switch {
	case e.clientCalls:
		return
	case f.clientCall == none:
		if f.source.waiter == nil && !f.answered {
			f.answered = true
			e.clientOf(f)
		}
		return
	}
	c := e.calls.at(f.clientCall)
	if origin != c.attempt || !c.waiting {
		e.book.anomaly(e, f, lateReply, nil)
		if !c.waiter.late {
			return
		}
	}
	e.reported(c.waiter, false)
	e.endCall(c, true)
}

// clientDone is the end of a client's wait.
func (e *engine) clientDone(f *flow, ok bool) {
	if f.pending > 1 {
		f.pending--
		f.failed = f.failed || !ok
		return
	}
	f.clientCall = none
	f.answered = ok && !f.failed
	e.clientOf(f)
}

// clientOf lets the client of a closed loop go on.
func (e *engine) clientOf(f *flow) {
	if f.client != none {
		client := f.client
		f.client = none
		e.think(f.source, client)
	}
}
