package scenarios

import (
	"fmt"
	"math"
	"slices"

	"edasim/sim"
	"edasim/topology"
)

// pool puts the replications of one cell together. They must be added in the
// order of their numbers: that fixes the order in which floats are added, and
// histograms are merged and let go as they come.
type pool struct {
	over     []threshold // shares wanted beside percentiles
	n        int         // replications added
	index    map[string]int
	measures []*pooled
	faults   []sim.FaultTally
	series   *sim.Series // sums
	latency  *sim.Histogram
	depth    []int64
	witness  map[string]string
	messages int64
	missed   []sim.Missed // sums
}

// pooled is one measure of the replications that have it.
type pooled struct {
	first    sim.Measure // name, unit, kind and Q of all
	in       []int       // the replications that have it, from 0
	each     []float64
	count    int64
	of       int64
	hasCount bool
	hist     *sim.Histogram
}

func newPool(over []threshold) *pool {
	return &pool{over: over, index: make(map[string]int), witness: make(map[string]string)}
}

// add takes in replication p.n+1.
func (p *pool) add(r *sim.Replication) {
	for i := range r.Measures {
		p.addMeasure(&r.Measures[i])
	}
	for i := range p.over {
		if m, ok := p.over[i].share(r.Measures); ok {
			p.addMeasure(&m)
		}
	}
	p.addFaults(r.Faults)
	p.series = addSeries(p.series, &r.Series)
	if r.Latency != nil && r.Latency.N() > 0 {
		if p.latency == nil {
			p.latency = new(sim.Histogram)
		}
		p.latency.Merge(r.Latency)
	}
	for len(p.depth) < len(r.Depth) {
		p.depth = append(p.depth, 0)
	}
	for d, flows := range r.Depth {
		p.depth[d] += flows
	}
	p.n++
	for name, flow := range r.Witness { // any order: each name has its own entry
		if _, known := p.witness[name]; !known {
			p.witness[name] = fmt.Sprintf("%d/%d", p.n, flow)
		}
	}
	p.messages += r.Messages
	p.addMissed(r.Missed)
}

// addMissed sums what was lost by edge.
func (p *pool) addMissed(list []sim.Missed) {
	for _, m := range list {
		i := slices.IndexFunc(p.missed, func(o sim.Missed) bool {
			return o.From == m.From && o.To == m.To && o.Event == m.Event && o.As == m.As
		})
		if i < 0 {
			p.missed = append(p.missed, m)
			continue
		}
		p.missed[i].Lost += m.Lost
		p.missed[i].DeadLettered += m.DeadLettered
	}
}

func (p *pool) addMeasure(m *sim.Measure) {
	if math.IsNaN(m.Value) || math.IsInf(m.Value, 0) {
		return // not measured in this replication
	}
	i, known := p.index[m.Name]
	if !known {
		i = len(p.measures)
		p.index[m.Name] = i
		first := *m
		first.Hist = nil
		p.measures = append(p.measures, &pooled{first: first})
	}
	q := p.measures[i]
	q.in = append(q.in, p.n)
	q.each = append(q.each, m.Value)
	q.count += m.Count
	q.of += m.Of
	q.hasCount = q.hasCount || m.HasCount || m.Kind == sim.Share
	if m.Kind == sim.Quantile && m.Hist != nil {
		if q.hist == nil {
			q.hist = new(sim.Histogram)
		}
		q.hist.Merge(m.Hist)
	}
}

// addFaults sums tallies by name; their order is that of the scenario.
func (p *pool) addFaults(tallies []sim.FaultTally) {
	for _, t := range tallies {
		i := slices.IndexFunc(p.faults, func(f sim.FaultTally) bool { return f.Name == t.Name })
		if i < 0 {
			p.faults = append(p.faults, t)
			continue
		}
		p.faults[i].Eligible += t.Eligible
		p.faults[i].Fired += t.Fired
	}
}

// result is the cell as reported.
func (p *pool) result(style topology.Style) StyleResult {
	s := StyleResult{
		Style: style, Faults: slices.Clone(p.faults), Latency: p.latency,
		Depth: slices.Clone(p.depth), Witness: p.witness, Series: meanSeries(p.series, p.n),
		Missed: slices.Clone(p.missed),
	}
	for _, q := range p.measures {
		s.Measures = append(s.Measures, q.measured())
	}
	slices.SortFunc(s.Measures, byName)
	return s
}

func byName(a, b Measured) int {
	switch {
	case a.Name < b.Name:
		return -1
	case a.Name > b.Name:
		return 1
	}
	return 0
}

// measured is the measure over all replications, with its 95 % interval.
func (q *pooled) measured() Measured {
	m := Measured{
		Name: q.first.Name, Unit: q.first.Unit, Kind: q.first.Kind,
		Each: slices.Clone(q.each), In: slices.Clone(q.in), Bimodal: bimodal(q.each),
	}
	if q.hasCount {
		m.Count, m.HasCount, m.Of = q.count, true, q.of
	}
	switch m.Kind {
	case sim.Largest:
		m.Value = slices.Max(q.each)
		return m
	case sim.Quantile:
		m.Value = meanOf(q.each)
		if q.hist != nil && q.hist.N() > 0 {
			m.Value = float64(q.hist.Quantile(q.first.Q)) / float64(topology.Second)
		}
	default:
		m.Value = meanOf(q.each)
	}
	m.setInterval(q.each)
	return m
}

// setInterval gives the measure value ± t × standard error of the given
// values, or for a share Wilson's where that is wider. A share's interval ends
// at 0 and 1.
func (m *Measured) setInterval(values []float64) {
	if len(values) < 2 {
		return
	}
	h := halfWidth(values)
	m.Low, m.High, m.HasInterval = m.Value-h, m.Value+h, true
	if m.Kind != sim.Share {
		return
	}
	if m.Of > 0 {
		if low, high := wilson(m.Count, m.Of); high-low > m.High-m.Low {
			m.Low, m.High = min(low, m.Value), max(high, m.Value)
		}
	}
	m.Low, m.High = max(m.Low, 0), min(m.High, 1)
}
