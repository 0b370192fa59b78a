package sim

import (
	"slices"

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
	e.steps.push(add(from, topology.Time(unit*(float64(topology.Second)/f.PerSecond))), forges, ticket(i))
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
	f := e.forgeable(inj, bits)
	if f == nil {
		return
	}
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
	e.publish(&m, e.style.hearers(&e.events[m.event]))
	if m.carried != none {
		e.release(m.carried)
	}
	e.leave(f)
}

// forgeable is the flow among the running ones, or among those of them that the fault
// names, that random bits choose; nil: none of those runs.
func (e *engine) forgeable(inj *injection, bits uint64) *flow {
	choose := func(n int) int { return int(bits >> 32 * uint64(n) >> 32) }
	if !inj.only {
		return e.running[choose(len(e.running))]
	}
	var named []*flow
	for _, f := range e.running {
		if slices.Contains(inj.named, faults.Flow{Replication: e.replication, Number: f.number}) {
			named = append(named, f)
		}
	}
	if len(named) == 0 {
		return nil
	}
	return named[choose(len(named))]
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
