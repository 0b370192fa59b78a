package sim

import (
	"edasim/faults"
	"edasim/topology"
)

// paused is the pauses of a service: how long it has stood still so far.
type paused struct {
	open  bool
	from  topology.Time
	until topology.Time
	total topology.Time // of those that are over
}

// clock is how long a service has stood still up to now.
func (p *paused) clock(now topology.Time) topology.Time {
	if p.open {
		return p.total + now - p.from
	}
	return p.total
}

// pausedMeanwhile puts off a step of a run by as long as its service stood still
// while it was waited for; false: it did not.
func (e *engine) pausedMeanwhile(d *delivery, kind stepKind) bool {
	p := &d.to.station.paused
	lost := p.clock(e.now) - d.odd().pause
	if lost == 0 && !p.open {
		return false
	}
	d.odd().pause += lost
	end := e.now + lost
	if p.open {
		end = add(p.until, lost)
		d.odd().pause += p.until - e.now
	}
	if end == e.now {
		return false
	}
	e.steps.push(end, kind, d.ticket)
	return true
}

// scheduleWindow plans the next window of an injection.
func (e *engine) scheduleWindow(i int32) {
	if on := &e.injected[i]; on.from < never {
		e.book.level.windows++
		e.steps.push(on.from, opens, ticket(i))
	}
}

// openWindow begins a window: of an outage or a pause at once, of other faults
// as far as the accounts are concerned.
func (e *engine) openWindow(i int32) {
	inj, on := &e.inject[i], &e.injected[i]
	on.normal = e.book.level.before(e)
	e.book.opened(e, i, on)
	if on.until < never {
		e.steps.push(on.until, closes, ticket(i))
	} else {
		e.book.level.windows--
		e.book.level.settle()
	}
	if inj.cuts && inj.event < 0 {
		e.stations[inj.service].cut++
	}
	if _, counted := inj.fault.(faults.Forge); counted || inj.point != faults.OnService && inj.point != faults.OnArrivals {
		return
	}
	on.eligible++
	on.fired++
	if inj.point == faults.OnArrivals {
		return
	}
	fx := e.windowEffect(inj, on)
	switch {
	case inj.broker:
		e.brokerDown++
		e.brokerBack = max(e.brokerBack, on.until)
		if fx.LosePart > 0 {
			e.loseHeld(inj, on, fx.LosePart)
		}
	case fx.Pause:
		p := &e.stations[inj.service].paused
		if !p.open {
			p.open, p.from = true, e.now
		}
		p.until = max(p.until, on.until)
	case fx.Down > 0:
		e.goDown(&e.stations[inj.service], fx.Down)
	}
}

func (e *engine) windowEffect(inj *injection, on *injected) faults.Effect {
	return inj.fault.Decide(faults.Hop{Now: on.from, Since: on.from}, faults.Draws(draw(e.seed, inj.key, on.turn, 0)))
}

// closeWindow ends it, and plans the next.
func (e *engine) closeWindow(i int32) {
	inj, on := &e.inject[i], &e.injected[i]
	if inj.point == faults.OnService {
		fx := e.windowEffect(inj, on)
		switch {
		case inj.broker:
			e.brokerDown--
			for i := range e.stations {
				e.wake(&e.stations[i])
			}
		case fx.Pause:
			p := &e.stations[inj.service].paused
			if p.open && e.now >= p.until {
				p.open = false
				p.total += e.now - p.from
			}
			e.backAt(&e.stations[inj.service])
		case fx.Down > 0:
			e.comeUp(&e.stations[inj.service], fx.Down)
		}
	}
	if inj.cuts && inj.event < 0 {
		e.stations[inj.service].cut--
		e.wake(&e.stations[inj.service])
	}
	level := &e.book.level
	level.windowEnds(e, on.normal)
	level.windows--
	if e.nextWindow(inj, on) {
		e.scheduleWindow(i)
	}
	level.settle()
}

// goDown takes replicas of a service down, the lowest first; what they run dies.
func (e *engine) goDown(p *station, replicas int32) {
	if replicas >= p.service.replicas {
		p.down++
	} else {
		for r := range replicas {
			down := &p.replicas[r]
			if down.down == 0 {
				p.free -= down.free
			}
			down.down++
		}
		e.moveLater(p)
	}
	for d := p.running; d != nil; {
		next := d.next
		if replicas >= p.service.replicas || d.replica < replicas {
			e.relieve(d)
			e.noticeDeath(d)
		}
		d = next
	}
	for r := range min(replicas, int32(len(p.replicas))) {
		e.returnFetched(p, r)
		if len(p.finished) > 0 {
			e.rewind(p, r)
		}
	}
	if len(p.replicas) == 0 && len(p.finished) > 0 {
		e.rewind(p, -1)
	}
}

// moveLater gives a dead replica's partitions to others once it is noticed.
func (e *engine) moveLater(st *station) {
	if len(st.groups) == 0 {
		return
	}
	wait := st.noticed()
	if wait == 0 {
		e.deal(st)
		return
	}
	t, i := e.newTimer(movesPartitions)
	t.handler = st.index
	e.steps.push(add(e.now, wait), elapses, ticket(i))
}

// comeUp brings them back.
func (e *engine) comeUp(p *station, replicas int32) {
	if replicas >= p.service.replicas {
		p.down--
	} else {
		for r := range replicas {
			down := &p.replicas[r]
			if down.down--; down.down == 0 {
				p.free += down.free
			}
		}
		e.deal(p)
	}
	e.backAt(p)
}

// backAt lets a service go on that may be back from an outage or a pause.
func (e *engine) backAt(st *station) {
	e.style.resumed(e, st)
	for _, c := range st.consumers {
		if c.outbox.asleep {
			c.outbox.asleep = false
			e.nextLook(c.handler)
		}
	}
	e.wake(st)
}

// loseHeld loses a part of what the broker holds when it goes down.
func (e *engine) loseHeld(inj *injection, on *injected, perMillion int32) {
	part := threshold(float64(perMillion) / 1e6)
	for i := range e.deliveries.made {
		d := e.deliveries.at(i)
		if d.flow == nil || d.kind == aRequest ||
			d.state != inTransit && d.state != returning && d.state != waiting && d.state != held || d.odd().blocked {
			continue
		}
		if !below(draw(d.flow.key, inj.key, d.logical^d.to.key, again(d.try, deliveryTry, d.to.key, on.turn+1)), part) {
			continue
		}
		if d.state == waiting || d.state == held && d.odd().inOrder {
			d.to.station.waiting--
			e.book.withdrawn(e, d)
		}
		if d.state == waiting {
			e.withdraw(d)
		}
		e.lose(d)
	}
}
