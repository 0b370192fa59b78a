package sim

import (
	"edasim/faults"
	"edasim/topology"
)

// acknowledge tells the broker that a run is done.
func (e *engine) acknowledge(d *delivery, h *handler) {
	// An outbox is one write: who was to die between two dies after it.
	if d.crash != 0 && (d.crash&faults.CrashBeforeAck != 0 || d.crash&faults.CrashBetween != 0 && h.order == topology.Outbox) {
		e.die(d)
		return
	}
	if h.rare&hasAckFaults != 0 && e.ackLost(d, h) {
		return
	}
	how := handledCopy
	if d.refuses {
		how = refusedCopy
	}
	e.ack(d, how)
}

// ackLost tells whether the ack of a delivery is lost. Its worker is free, and
// the message waits for its deadline.
func (e *engine) ackLost(d *delivery, h *handler) bool {
	if h.rare&hasAckFaults == 0 || h.rare&hasAckBefore != 0 || d.kind == aRequest {
		return false
	}
	if fx := e.strikeRun(d, h, faults.AtAck); fx == nil || !fx.AckLost {
		return false
	}
	e.relieve(d)
	if d.zombie || d.settled {
		e.free(d)
		return true
	}
	d.state = unsettled
	e.stopRenewing(d)
	return true
}

// fate is how a copy ended.
type fate uint8

const (
	handledCopy fate = iota
	skippedCopy
	refusedCopy
	ignoredCopy
	failedCopy    // of a call
	cancelledCopy // of a call that nobody waits for any more
	fates         = iota
)

// ack ends a delivery and gives its worker back.
func (e *engine) ack(d *delivery, how fate) {
	e.relieve(d)
	if d.zombie || d.settled {
		if d.zombie {
			e.lateAck(d)
		}
		e.free(d)
		return
	}
	if d.armed || d.kind == aRequest || d.to.rare&oddAck != 0 {
		e.ackOddly(d, how)
		return
	}
	e.book.copyEnded(e, d, how)
	e.free(d)
}

// ackOddly is ack where more ends than the copy.
func (e *engine) ackOddly(d *delivery, how fate) {
	h := d.to.handler
	if h.rare&hasOffsets != 0 && e.uncommitted(d) {
		return
	}
	e.book.copyEnded(e, d, how)
	if d.kind == aRequest {
		e.answer(d, false)
	} else {
		e.unlease(d)
		if h.rare&hasLane != 0 {
			e.leaveLane(d)
		}
	}
	e.free(d)
}

// settleEarly acks a message that its handler only keeps.
func (e *engine) settleEarly(d *delivery) {
	if d.fails {
		e.fail(d, topology.CountError)
		return
	}
	if e.ackLost(d, d.to.handler) {
		return
	}
	e.ack(d, handledCopy)
}
