package topology

import (
	"math"
	"slices"
)

// Load is the work offered to a service in the long run, in choreography and
// without faults: guards count as true, nothing is delivered twice.
type Load struct {
	Service string
	Rate    float64 // runs of its handlers per second
	Work    float64 // worker-seconds per second; +Inf where a mean is infinite
	Workers float64 // replicas × concurrency; +Inf where unlimited
}

// Overloaded says whether the service falls behind for ever.
func (l Load) Overloaded() bool { return l.Work > l.Workers }

// loadRounds bounds the walk along cycles: a flow of more hops is cut off by
// the default of max_hops.
const loadRounds = 100

// OfferedLoad is the load of every service: the mean rate of each event along
// the graph, the shares of emissions and refusals included, times the mean
// service time, what a worker waits for its calls included. Closed loops are
// left out: they slow down by themselves.
func OfferedLoad(sys *System) []Load {
	runs := RunRates(sys)
	loads := make([]Load, len(sys.Services))
	held := &holding{byName: map[string]*Handler{}, seconds: map[string]float64{}}
	sys.EachHandler(func(s *Service, h *Handler) { held.byName[FullName(s, h)] = h })
	for i, s := range sys.Services {
		l := Load{Service: s.Name, Workers: float64(s.Replicas) * float64(s.Concurrency)}
		if s.Concurrency == Unlimited {
			l.Workers = math.Inf(1)
		}
		for _, h := range s.Handlers {
			name := FullName(s, h)
			if rate := runs[name]; rate > 0 {
				l.Rate += rate
				l.Work += float64(rate * held.of(name, 0))
			}
		}
		loads[i] = l
	}
	return loads
}

// holding is for how many seconds a run of a handler holds its worker.
type holding struct {
	byName  map[string]*Handler
	seconds map[string]float64
}

func (c *holding) of(name string, depth int) float64 {
	h := c.byName[name]
	if h == nil || depth > loadRounds {
		return 0
	}
	if known, ok := c.seconds[name]; ok {
		return known
	}
	sum := h.Takes.Mean()
	if h.ReadsStore {
		sum += h.ReadTakes.Mean()
	}
	sum = (sum + float64(h.Publishing.Gap)) / float64(Second)
	for _, call := range h.Calls {
		answer := c.of(call.Handler, depth+1)
		if call.Wait.Timeout > 0 {
			answer = min(answer, float64(call.Wait.Timeout)/float64(Second))
		}
		sum += answer
	}
	c.seconds[name] = sum
	return sum
}

// MeanRate is the mean number of flows that start per second over the whole
// workload; false where it depends on the answers (clients) or there is none.
func (w *Workload) MeanRate() (float64, bool) {
	batch := float64(max(w.Batch, 1))
	switch {
	case w.Rate > 0:
		return w.Rate * batch, true
	case w.Every > 0:
		return batch * float64(Second) / float64(w.Every), true
	case len(w.Phases) > 0:
		return meanOfPhases(w.Phases, batch)
	case w.Trace != nil:
		return meanOfTimes(w.Trace.At, batch)
	}
	return meanOfTimes(w.Times, batch)
}

func meanOfPhases(phases []Phase, batch float64) (float64, bool) {
	flows, seconds := 0.0, 0.0
	for _, p := range phases {
		length := p.For.Mean() / float64(Second)
		rate := p.Rate
		if p.Every > 0 {
			rate = float64(Second) / float64(p.Every)
		}
		flows += float64(rate * length)
		seconds += length
	}
	if seconds <= 0 || math.IsInf(seconds, 1) {
		return 0, false
	}
	return flows * batch / seconds, true
}

func meanOfTimes(times []Time, batch float64) (float64, bool) {
	if len(times) < 2 {
		return 0, false
	}
	span := slices.Max(times) - slices.Min(times)
	if span == 0 {
		return 0, false
	}
	return float64(len(times)-1) * batch * float64(Second) / float64(span), true
}

// RunRates are the runs per second of every handler by full name, in choreography and
// without faults; 0 where only closed loops lead to it.
func RunRates(sys *System) map[string]float64 {
	g := rateGraphOf(sys)
	events, called := slices.Clone(g.start), make([]float64, len(g.nodes))
	runs := make([]float64, len(g.nodes))
	nextEvents, nextCalled := make([]float64, len(events)), make([]float64, len(called))
	for range loadRounds {
		copy(nextEvents, g.start)
		clear(nextCalled)
		for i := range g.nodes {
			n := &g.nodes[i]
			runs[i] = n.arrivals(events) + called[i]
			for _, to := range n.emits {
				nextEvents[to.at] += float64(runs[i] * to.share)
			}
			for _, callee := range n.calls {
				nextCalled[callee] += runs[i]
			}
		}
		settled := sameRates(events, nextEvents) && sameRates(called, nextCalled)
		events, nextEvents = nextEvents, events
		called, nextCalled = nextCalled, called
		if settled {
			break
		}
	}
	byName := make(map[string]float64, len(g.nodes))
	for i := range g.nodes {
		byName[g.nodes[i].name] = runs[i]
	}
	return byName
}

// rateGraph is who passes how much to whom, by number.
type rateGraph struct {
	nodes []rateNode
	start []float64 // by event: flows per second that begin with it
}

type rateNode struct {
	name     string
	consumes []int
	join     bool
	emits    []rateEdge
	calls    []int // nodes
}

// rateEdge is an event and how many of it come of one run.
type rateEdge struct {
	at    int
	share float64
}

func rateGraphOf(sys *System) *rateGraph {
	g := &rateGraph{}
	events, nodes := map[string]int{}, map[string]int{}
	event := func(name string) int {
		i, ok := events[name]
		if !ok {
			i = len(g.start)
			events[name] = i
			g.start = append(g.start, 0)
		}
		return i
	}
	for _, w := range sys.Workloads {
		if rate, ok := w.MeanRate(); ok {
			g.start[event(w.Event)] += rate
		}
	}
	sys.EachHandler(func(s *Service, h *Handler) {
		n := rateNode{name: FullName(s, h), join: h.Join}
		for _, name := range h.Consumes {
			n.consumes = append(n.consumes, event(name))
		}
		emits := func(list []Emission, share float64) {
			for _, e := range list {
				if len(e.OneOf) == 0 {
					n.emits = append(n.emits, rateEdge{event(e.Event), share * e.Probability})
				}
				for _, choice := range e.OneOf {
					n.emits = append(n.emits, rateEdge{event(choice.Event), share * choice.Share})
				}
			}
		}
		refused := 0.0
		if h.Refuses != nil {
			refused = h.Refuses.Probability
			emits(h.Refuses.Emits, refused)
		}
		emits(h.Emits, 1-refused)
		nodes[n.name] = len(g.nodes)
		g.nodes = append(g.nodes, n)
	})
	i := 0
	sys.EachHandler(func(_ *Service, h *Handler) {
		for _, call := range h.Calls {
			if callee, ok := nodes[call.Handler]; ok {
				g.nodes[i].calls = append(g.nodes[i].calls, callee)
			}
		}
		i++
	})
	return g
}

// arrivals is how often events start the handler: a join runs as often as the
// rarest of its events.
func (n *rateNode) arrivals(events []float64) float64 {
	if len(n.consumes) == 0 {
		return 0
	}
	sum, rarest := 0.0, math.Inf(1)
	for _, event := range n.consumes {
		sum += events[event]
		rarest = min(rarest, events[event])
	}
	if n.join {
		return rarest
	}
	return sum
}

// sameRates says whether nothing changed by more than a part in 10^9. Rates only
// grow from round to round.
func sameRates(before, after []float64) bool {
	for i, rate := range after {
		if math.Abs(rate-before[i]) > 1e-9*rate {
			return false
		}
	}
	return true
}
