package sim

import (
	"fmt"
	"sort"

	"edasim/topology"
)

// closeBook adds what is still open at the end of the run.
func (e *engine) closeBook() {
	b := &e.book
	b.closed = min(b.closed, e.now)
	b.level.closed = min(b.level.closed, b.closed)
	b.level.never += int64(len(b.level.waiting))
	if !e.leaves() {
		return
	}
	for i := range e.deliveries.made {
		d := e.deliveries.at(i)
		if d.flow == nil {
			continue
		}
		s := &d.to.station.account
		switch {
		case d.state == running:
			s.runArea += b.within(d.started, e.now)
		case d.state == waiting || d.state == held && d.odd().inOrder:
			s.queueArea += b.within(d.ready, e.now)
		}
	}
}

// leaves tells whether anything is left when a run is over. Where nothing is, which is
// the usual end, nobody has to go through all that ever was under way at a time.
func (e *engine) leaves() bool { return e.live > 0 || len(e.blocked) > 0 }

// judgeShared checks what must hold in the end over shared state alone, for
// every value of its key.
func (e *engine) judgeShared() {
	f := &flow{keys: make([]int32, len(e.keys)), values: e.flowValues, course: course{outcome: -1}}
	e.look(f, nil)
	for i := range e.finally {
		inv := &e.finally[i]
		if !inv.shared {
			continue
		}
		count := 1
		if inv.sharedKey >= 0 {
			count = e.keys[inv.sharedKey].count
		}
		for v := range count {
			if inv.sharedKey >= 0 {
				f.keys[inv.sharedKey] = int32(v)
			}
			if !inv.holds(&e.env) {
				e.book.flow.sharedFalse[i]++
			}
		}
	}
}

// result is what the replication found, in measures.
func (e *engine) result() *Replication {
	b := &e.book
	m := &measures{unsettled: b.flow.flows - b.flow.settled, flows: b.flow.flows}
	latency := b.flow.allLatency()
	m.flowMeasures(e)
	m.invariantMeasures(e)
	m.timeMeasures(e, latency)
	m.messageMeasures(e)
	m.serviceMeasures(e)
	m.stateMeasures(e)
	m.monitorMeasures(e)
	r := &Replication{
		Measures: m.list, Series: b.series.result(e), Latency: latency,
		Depth: b.flow.depth, Witness: b.flow.first,
		Messages: b.counts[0].delivered + b.counts[1].delivered,
		Missed:   b.allMissed(),
	}
	for i := range e.inject {
		on := &e.injected[i]
		name := e.inject[i].name
		r.Faults = append(r.Faults, FaultTally{name, on.eligible, on.fired})
		m.number("fault."+name+".eligible", on.eligible)
		m.number("fault."+name+".fired", on.fired)
	}
	sort.Slice(m.list, func(i, j int) bool { return m.list[i].Name < m.list[j].Name })
	r.Measures = m.list
	return r
}

// measures collects the measures of a replication.
type measures struct {
	list      []Measure
	flows     int64
	unsettled int64
}

func (m *measures) add(x Measure) { m.list = append(m.list, x) }

func (m *measures) value(name, unit string, v float64) {
	m.add(Measure{Name: name, Unit: unit, Kind: Mean, Value: v})
}

func (m *measures) number(name string, n int64) { m.value(name, "number", float64(n)) }

// share is a part of the flows.
func (m *measures) share(name string, count int64) {
	if m.flows == 0 {
		return
	}
	m.add(Measure{Name: name, Unit: "share", Kind: Share, Value: float64(count) / float64(m.flows),
		Count: count, Of: m.flows, HasCount: true})
}

// perFlow is a count divided by the flows.
func (m *measures) perFlow(name string, count int64, withCount bool) {
	if m.flows == 0 {
		return
	}
	m.add(Measure{Name: name, Unit: "per flow", Kind: Mean, Value: float64(count) / float64(m.flows),
		Count: count, HasCount: withCount})
}

// times are the mean, percentiles and maximum of a histogram.
func (m *measures) times(name string, h *Histogram, which ...string) {
	if h.N() == 0 {
		return
	}
	for _, w := range which {
		x := Measure{Name: name + "." + w, Unit: "s"}
		switch w {
		case "mean":
			x.Value = h.Mean() / float64(topology.Second)
		case "max":
			x.Kind, x.Value = Largest, seconds(h.Max())
		default:
			x.Kind, x.Hist, x.Q = Quantile, h, quantiles[w]
			x.Value = seconds(h.Quantile(x.Q))
		}
		m.add(x)
	}
}

var quantiles = map[string]float64{"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}

func seconds(t topology.Time) float64 { return float64(t) / float64(topology.Second) }

func (m *measures) flowMeasures(e *engine) {
	a := &e.book.flow
	m.value("flows", "flows", float64(a.flows))
	m.share("settled", a.settled)
	m.share("unsettled", m.unsettled)
	m.share("stuck", a.stuck)
	m.share("inconsistent", a.inconsistent)
	for i, name := range e.outcomes {
		m.share("outcome."+name, a.latency[i].N())
	}
	if span := e.book.closed - e.book.warmup; span > 0 && e.book.closed < never {
		m.value("throughput", "per s", float64(a.reached)/seconds(span))
		m.value("goodput", "per s", float64(a.good)/seconds(span))
	}
	if a.late > 0 {
		m.add(Measure{Name: "collapsed", Unit: "share", Kind: Share,
			Value: truth(2*a.lateGood < a.late), Count: int64(truth(2*a.lateGood < a.late)), Of: 1, HasCount: true})
	}
	if a.settled > 0 {
		m.value("chain_depth.mean", "", float64(a.depthSum)/float64(a.settled))
		m.add(Measure{Name: "chain_depth.max", Kind: Largest, Value: float64(len(a.depth) - 1)})
		m.add(m.depthQuantile(a.depth, a.settled))
		m.value("hops.mean", "", float64(a.hopsSum)/float64(a.settled))
		m.add(Measure{Name: "hops.max", Kind: Largest, Value: float64(a.hopsMax)})
	}
}

// depthQuantile is the 99th percentile of the chain depth.
func (m *measures) depthQuantile(depth []int64, n int64) Measure {
	rank := nearestRank(0.99, n)
	at := 0
	for i, c := range depth {
		if at = i; rank <= c {
			break
		}
		rank -= c
	}
	return Measure{Name: "chain_depth.p99", Kind: Mean, Value: float64(at)}
}

func (e *engine) invariantAt(i int) *invariant {
	if i < len(e.always) {
		return &e.always[i]
	}
	return &e.finally[i-len(e.always)]
}

func (m *measures) invariantMeasures(e *engine) {
	for i, count := range e.book.flow.violated {
		inv := e.invariantAt(i)
		name := "invariant." + inv.measure
		if inv.shared {
			m.add(Measure{Name: name, Unit: "number", Kind: Mean,
				Value: float64(e.book.flow.sharedFalse[i-len(e.always)]),
				Count: e.book.flow.sharedFalse[i-len(e.always)], HasCount: true})
			continue
		}
		m.share(name, count)
	}
}

// allLatency is the latencies of all outcomes together.
func (a *flowAccount) allLatency() *Histogram {
	all := &Histogram{}
	for i := range a.latency {
		all.Merge(&a.latency[i])
	}
	return all
}

func (m *measures) timeMeasures(e *engine, latency *Histogram) {
	a := &e.book.flow
	all := []string{"mean", "p50", "p90", "p95", "p99", "p999", "max"}
	m.times("latency", latency, all...)
	for i, name := range e.outcomes {
		m.times("latency."+name, &a.latency[i], all...)
	}
	window := a.window
	a.openSince.Buckets(func(low, high, count int64) {
		for range count {
			window.Add(max(e.now-(low+(high-low)/2), 0))
		}
	})
	m.times("inconsistency_window", &window, "mean", "p99", "max")
	for i := range e.events {
		m.times("event."+e.events[i].name+".lag", &e.book.lag[i], "mean", "p99")
	}
	l := &e.book.level
	m.times("recovery", &l.took, "mean", "max")
	if l.ended > 0 {
		m.value("recovery.never", "share", float64(l.never)/float64(l.ended))
	}
}

func (m *measures) messageMeasures(e *engine) {
	c := &e.book.counts[1]
	m.perFlow("messages.published", c.published, false)
	m.perFlow("messages.delivered", c.delivered, false)
	m.perFlow("messages.redelivered", c.redelivered, false)
	m.perFlow("messages.deduplicated", c.deduplicated, false)
	if distinct := c.delivered - c.repeated; distinct > 0 {
		m.value("amplification", "", float64(c.delivered)/float64(distinct))
	}
	for a, name := range anomalyNames {
		m.perFlow("anomaly."+name, c.anomalies[a], true)
	}
}

func (m *measures) serviceMeasures(e *engine) {
	b := &e.book
	span := b.closed - b.warmup
	for i := range e.services {
		svc, s := &e.services[i], &e.stations[i].account
		name := "service." + svc.name + "."
		m.perFlow(name+"handled", s.handled, false)
		if distinct := s.delivered - s.repeated; distinct > 0 {
			m.value(name+"amplification", "", float64(s.delivered)/float64(distinct))
		}
		m.times(name+"wait", &s.wait, "mean", "p50", "p95", "p99")
		m.times(name+"sojourn", &s.sojourn, "mean", "p99")
		m.add(Measure{Name: name + "queue.max", Kind: Largest, Value: float64(s.queueMax)})
		m.add(Measure{Name: name + "in_flight.max", Kind: Largest, Value: float64(s.runMax)})
		if span <= 0 || b.closed >= never {
			continue
		}
		m.value(name+"throughput", "per s", float64(s.ended)/seconds(span))
		m.value(name+"queue.mean", "", float64(s.queueArea)/float64(span))
		m.value(name+"in_flight.mean", "", float64(s.runArea)/float64(span))
		if !svc.unlimited {
			m.value(name+"utilization", "share", float64(s.runArea)/float64(span)/float64(svc.replicas*svc.concurrency))
		}
	}
}

// balanceText is the account of copies in words.
func balanceText(c *copyAccount, underWay int64) string {
	return fmt.Sprintf("made %d, handled %d, skipped %d, refused %d, ignored %d, lost %d, dead-lettered %d, parked %d, cancelled %d, under way %d",
		c.made, c.ended[handledCopy], c.ended[skippedCopy],
		c.ended[refusedCopy]+c.ended[failedCopy], c.ended[ignoredCopy], c.lost, c.deadLettered, c.parked,
		c.ended[cancelledCopy], underWay)
}
