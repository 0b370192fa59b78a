package sim

import "edasim/topology"

// unsure is a publish that its producer has not seen confirmed.
type unsure struct {
	message  message
	to       []int32
	attempt  int32
	reached  bool // the broker has it
	accepted topology.Time
	lastWait topology.Time
	pausing  bool // between a timeout and the next attempt
	policy   *topology.Delivery
	waiter   *waiter
}

// awaitConfirm notes that a publish was not confirmed: it will be repeated in
// the background.
func (e *engine) awaitConfirm(m *message, to []int32, attempt int32, reached bool) {
	_, i := e.newUnsure(m, to, attempt, reached)
	e.steps.push(e.now+e.unsures.at(i).policy.Confirm, confirms, ticket(i))
}

func (e *engine) newUnsure(m *message, to []int32, attempt int32, reached bool) (*unsure, uint32) {
	w := e.confirmOf(to)
	u, i := e.unsures.get()
	*u = unsure{message: *m, to: append(u.to[:0], to...), attempt: attempt, reached: reached,
		accepted: e.now, waiter: w, policy: e.handlers[to[0]].policy}
	if attempt == 1 {
		e.earn(w)
	}
	m.flow.open++
	if m.carried != none {
		e.snapshots.at(m.carried).refs++
	}
	return u, i
}

// publishAgain tries a publish again that a full queue has refused; false: its
// producer does not wait for a confirm.
func (e *engine) publishAgain(d *delivery) bool {
	h := d.to
	if h.confirm == nil || d.kind == aRequest {
		return false
	}
	m := message{flow: d.flow, from: &e.nobody, site: h.requestSite, word: d.word}
	e.book.refused(e, d)
	_, i := e.newUnsure(&m, h.alone[:], max(d.odd().publishes, 1), false)
	e.leaveLane(d)
	e.free(d)
	e.unconfirmed(i)
	return true
}

// confirmOf is how the producer of a message waits for its confirmation; nil:
// it does not.
func (e *engine) confirmOf(to []int32) *waiter {
	if len(to) == 0 {
		return nil
	}
	return e.handlers[to[0]].confirm
}

// unconfirmed publishes again, or gives up.
func (e *engine) unconfirmed(i uint32) {
	u := e.unsures.at(i)
	if !u.pausing {
		if !e.mayRetry(u.waiter, u.attempt+1) {
			if !u.reached {
				e.book.dropped(e, &u.message, u.to)
			}
			e.sure(u, i)
			return
		}
		wait := e.delayOf(&u.waiter.retry, u.message.flow, u.message.logical,
			again(u.message.try, publishTry, u.message.site, uint64(u.attempt)), u.attempt, &u.lastWait)
		if wait > 0 {
			u.pausing = true
			e.steps.push(add(e.now, wait), confirms, ticket(i))
			return
		}
	}
	u.pausing = false
	u.attempt++
	e.book.resent(e, u.message.flow)
	e.republish(u, i)
}

// republish makes the next attempt of a publish: the same message id, a place
// of its own in its lane, draws of its own.
func (e *engine) republish(u *unsure, i uint32) {
	m := u.message
	m.try = again(u.message.try, publishTry, u.message.site, uint64(u.attempt-1))
	try := m.try
	confirmed := true
	e.wrote++
	m.wrote, m.born = e.wrote, e.now
	copies := int32(0)
	dropped := false
	if e.struck(&m.from.inject, m.flow, m.site+m.logical, m.try) {
		at := hop{flow: m.flow, event: m.event, message: &m, key: m.site + m.logical, try: m.try}
		if fx := e.strike(&m.from.inject, &at); fx != nil {
			dropped, copies = fx.Drop, fx.Copies.N
			confirmed = !fx.Drop && !fx.ConfirmLost
		}
	}
	if !dropped {
		for n := range copies + 1 {
			for _, t := range u.to {
				h := &e.consumers[t]
				if w := h.policy.Dedup; w > 0 && u.reached && e.now-u.accepted < w || w > 0 && n > 0 {
					e.book.deduplicated(e, &m, h)
					continue
				}
				m.try = again(try, copyTry, m.site, uint64(n))
				if d := e.transit(&m, h, nil); d != nil {
					d.odd().publishes = u.attempt
				}
			}
		}
		if !u.reached || e.now-u.accepted >= u.policy.Dedup {
			u.accepted = e.now
		}
		u.reached = true
	}
	if confirmed {
		e.sure(u, i)
		return
	}
	e.steps.push(e.now+u.policy.Confirm, confirms, ticket(i))
}

// sure ends the wait for a confirmation.
func (e *engine) sure(u *unsure, i uint32) {
	f := u.message.flow
	if u.message.carried != none {
		e.release(u.message.carried)
	}
	u.message.flow = nil
	e.unsures.put(i)
	e.leave(f)
}
