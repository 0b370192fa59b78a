package sim

import (
	"edasim/topology"
)

// newEngine sets one replication up, before anything has happened.
func newEngine(m *Model, replication int64) *engine {
	e := &engine{
		Model: m, replication: replication,
		seed:      mix(mix(m.config.Seed, golden), uint64(replication)),
		maxHops:   int32(m.config.MaxHops),
		groups:    make([]lanes, len(m.lanes)),
		deadlines: make([]deadlines, len(m.waits)),
		injected:  make([]injected, len(m.inject)),
		bursts:    make([]injected, len(m.inject)),
		sources:   make([]*source, len(m.triggers)),
		shared:    append([]float64(nil), m.shared...),
		values:    make([]float64, m.snapshotSize),
		style:     m.style(),
		steps:     newQueue(),
		out:       make([]emitted, 0, m.mostEmits),
		outs:      make([]emitted, 0, m.mostEmits),
		outOf:     nobodys,
		open:      true,
		end:       never,
		unitGap:   topology.Exp(unitGap),
	}
	m.takeArena(e)
	e.clientCalls = e.style.clientCalls()
	if m.versions {
		e.sharedVers = make([]uint32, len(m.shared))
	}
	e.lastStarted = make([]uint64, m.ordered)
	e.env.shared = e.shared
	for i := range m.waits {
		e.deadlines[i].delay = m.waits[i]
	}
	e.openSources()
	e.openGates()
	e.openStations()
	e.openLanes()
	e.openBook()
	for i := range m.inject {
		inj, on := &m.inject[i], &e.injected[i]
		on.from, on.until = inj.at, never
		on.until = e.windowEnd(inj, on)
		e.bursts[i] = *on
	}
	for _, i := range m.windows {
		e.scheduleWindow(i)
	}
	e.book.level.settle()
	e.watched = make([]watched, len(m.monitors))
	e.alarms = make([]alarm, len(m.alerts))
	e.startAlerts()
	e.startForging()
	e.startArrivals()
	e.steps.push(e.book.series.bin, samples, ticket(0))
	return e
}

func (e *engine) openLanes() {
	for i := range e.groups {
		def, g := &e.Model.lanes[i], &e.groups[i]
		replicas := 1
		if svc := &e.services[def.service]; def.kind == topology.ByPartition && svc.perReplica {
			replicas = int(svc.replicas)
		}
		g.eligible = make([]heap, replicas)
		if def.perFlow >= 0 {
			continue
		}
		g.lane = make([]lane, def.lanes)
		g.owner = make([]int32, def.lanes)
		for l := range g.lane {
			g.lane[l].index = int32(l)
			g.owner[l] = int32(l % replicas)
		}
	}
}

func (e *engine) openBook() {
	e.book = book{
		warmup: e.config.Warmup, closed: never,
		events: make([]int64, len(e.events)),
		lag:    make([]Histogram, len(e.events)),
		flow: flowAccount{
			latency:     make([]Histogram, len(e.outcomes)),
			violated:    make([]int64, len(e.always)+len(e.finally)),
			sharedFalse: make([]int64, len(e.finally)),
			states:      make([]stateAccount, len(e.Model.states)),
			first:       map[string]int64{},
		},
		series: seriesAccount{
			bin:      binFor(e.horizon),
			arrivals: make([]float64, binsAtMost+1),
			outcomes: make([]float64, binsAtMost+1),
			goods:    make([]float64, binsAtMost+1),
			retries:  make([]float64, binsAtMost+1),
			begun:    make([]float64, binsAtMost+1),
			lag:      make([]float64, binsAtMost+1),
			queue:    make([][]float64, len(e.services)),
			busy:     make([][]float64, len(e.services)),
		},
		level: levelAccount{closed: never},
	}
	for i := range e.services {
		e.book.series.queue[i] = make([]float64, 0, binsAtMost)
		e.book.series.busy[i] = make([]float64, 0, binsAtMost)
	}
}

// balance is the conservation of a run: every copy made for a consumer has
// ended in one way, or is still under way.
func (e *engine) balance() error {
	c := &e.book.copies
	ended := c.lost + c.deadLettered + c.parked
	for _, n := range c.ended {
		ended += n
	}
	underWay := e.underWay()
	if c.made == ended+underWay {
		return nil
	}
	return &BugError{
		Reason: "copies made for consumers and how they ended do not add up: " +
			balanceText(c, underWay),
		Style: e.config.Style, Seed: e.config.Seed, Replication: e.replication,
	}
}

// underWay counts the copies that have not ended.
func (e *engine) underWay() int64 {
	n := int64(0)
	if !e.leaves() {
		return n
	}
	for i := range e.deliveries.made {
		d := e.deliveries.at(i)
		if d.flow != nil && !d.zombie && !d.settled && !d.odd().blocked && d.state != buried {
			n++
		}
	}
	return n
}
