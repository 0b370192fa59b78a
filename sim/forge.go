package sim

import (
	"edasim/faults"
	"edasim/topology"
)

// startForging plans the first forged event of every such fault.
func (e *engine) startForging() {
	for i := range e.inject {
		if f, ok := e.inject[i].fault.(faults.Forge); ok && e.inject[i].event >= 0 {
			e.forging = true
			e.nextForgery(int32(i), f, e.injected[i].from)
		}
	}
}

func (e *engine) nextForgery(i int32, f faults.Forge, from topology.Time) {
	inj, on := &e.inject[i], &e.injected[i]
	on.forged++
	unit := float64(e.unitGap.At(draw(e.seed, inj.key, uint64(on.forged), 0))) / unitGap
	e.steps.push(add(from, topology.Time(unit*(float64(topology.Second)/f.PerSecond))), forges, 0, uint32(i))
}

// forge publishes an event that nobody sent, in a random running flow.
func (e *engine) forge(i uint32) {
	inj, on := &e.inject[i], &e.injected[i]
	if !e.open {
		return
	}
	e.nextForgery(int32(i), inj.fault.(faults.Forge), e.now)
	if e.now < on.from || e.now >= on.until {
		return
	}
	on.eligible++
	if len(e.running) == 0 {
		return
	}
	bits := draw(e.seed, inj.key, uint64(on.forged), golden)
	f := e.running[bits>>32*uint64(len(e.running))>>32]
	on.fired++
	h := hop{flow: f}
	e.book.struck(e, &h, int32(i))
	f.open++
	m := message{
		flow: f, from: &e.nobody, site: e.events[inj.event].site, word: word{
			kind: anEvent, event: inj.event, forged: true, depth: 1, hops: 1, request: none,
			carried: e.carryAll(f), origin: 1, logical: mix(mix(inj.key, uint64(on.forged)), golden),
		},
	}
	e.style.due(e, &m)
	if m.carried != none {
		e.release(m.carried)
	}
	e.leave(f)
}

// joinRunning and leaveRunning keep the flows among which a forged event falls.
func (e *engine) joinRunning(f *flow) {
	f.place = len(e.running)
	e.running = append(e.running, f)
}

func (e *engine) leaveRunning(f *flow) {
	last := len(e.running) - 1
	moved := e.running[last]
	e.running[f.place] = moved
	moved.place = f.place
	e.running = e.running[:last]
}
