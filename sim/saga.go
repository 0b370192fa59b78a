package sim

import (
	"edasim/topology"
)

// request is a command that the coordinator has recorded: to be sent, sent, or
// done with.
type request struct {
	self       uint32
	id         uint64 // never used twice
	flow       *flow
	next, prev *request // of the flow, in the order of being recorded
	handler    int32
	event      int32 // that caused it; -1: a compensation by the coordinator
	undoes     *request
	status     requestStatus
	undone     bool
	forged     bool // it is the work of a forged event
	result     result
	batch      int32 // number of the event that caused it
	attempt    int32
	logical    uint64
	depth      int32
	hops       int32
	origin     int32
	cause      uint64 // message by which the coordinator knows that it is due
	carried    uint32
	timeout    deadline
	lastWait   topology.Time
}

type requestStatus uint8

const (
	heldBack requestStatus = iota // waits for others
	sent
	pausing // between two attempts
	answered
	givenUp
	dropped // never sent
)

// saga is what the coordinator keeps of one flow.
type saga struct {
	first, last *request
	batches     int32
	undoing     bool // compensating: no new step is sent
	ended       bool
}

func (o *orchestration) newRequest(e *engine, f *flow, h *handler, logical uint64) *request {
	q, i := e.requests.get()
	e.asked++
	*q = request{}
	q.self, q.id, q.flow, q.handler, q.event = i, e.asked, f, h.index, -1
	q.logical, q.carried, q.depth = logical, none, 1
	s := &f.saga
	if q.prev = s.last; q.prev == nil {
		s.first = q
	} else {
		q.prev.next = q
	}
	s.last = q
	f.open++ // until it is answered, given up or dropped
	return q
}

func (q *request) keep(e *engine, carried uint32) {
	if carried != none {
		e.snapshots.at(carried).refs++
	}
	q.carried = carried
}

// stepOf is the latest command to a handler in this flow.
func (s *saga) stepOf(handler int32) *request {
	for q := s.last; q != nil; q = q.prev {
		if q.handler == handler && q.status != dropped {
			return q
		}
	}
	return nil
}

func (q *request) open() bool { return q.status == heldBack || q.status == sent || q.status == pausing }

// close ends a command.
func (o *orchestration) close(e *engine, q *request, status requestStatus) {
	q.status = status
	e.disarm(&q.timeout)
	if q.carried != none {
		e.release(q.carried)
		q.carried = none
	}
	e.leave(q.flow)
}

// giveUp turns a flow round: no new step is sent, those under way are awaited,
// and then everything is undone.
func (o *orchestration) giveUp(e *engine, f *flow) {
	f.saga.undoing = true
	o.halt(e, f)
	o.undo(e, f)
}

// halt sees to it that no command of a flow is sent any more, for the first time
// or again.
func (o *orchestration) halt(e *engine, f *flow) {
	for q := f.saga.first; q != nil; q = q.next {
		switch q.status {
		case heldBack:
			o.close(e, q, dropped)
		case pausing:
			o.close(e, q, givenUp)
		}
	}
}

// undo sends the next compensation, newest step first, once nothing else is
// awaited. When none is left the flow has failed.
func (o *orchestration) undo(e *engine, f *flow) {
	if f.saga.ended {
		return
	}
	for q := f.saga.first; q != nil; q = q.next {
		if q.open() {
			return
		}
	}
	for q := f.saga.last; q != nil; q = q.prev {
		undoer := e.handlers[q.handler].undoneBy
		mayHave := q.status == givenUp || q.status == answered && q.result != refused
		if undoer < 0 || q.undone || !mayHave {
			continue
		}
		c := o.newRequest(e, f, &e.handlers[undoer], mix(mix(q.logical, undoMark), e.handlers[undoer].key))
		c.undoes, c.hops, c.batch, c.origin = q, q.hops+2, f.saga.batches+1, q.origin
		c.carried, c.cause = e.carryAll(f), q.cause
		o.command(e, c)
		return
	}
	f.saga.ended = true
	if f.outcome < 0 {
		before := f.outcome
		e.outcomeIs(f, o.failed, f.saga.first.origin)
		e.old = e.old[:0]
		e.judge(f, &e.handlers[o.handler[0]], before)
	}
}

const undoMark = 0x7feb352d68afe3b5
