package sim

import "edasim/topology"

// seriesAccount counts by bins of time.
type seriesAccount struct {
	bin      topology.Time
	now      int // the bin of the present
	present  binAccount
	arrivals []float64
	outcomes []float64
	goods    []float64
	retries  []float64
	begun    []float64
	lag      []float64   // seconds, summed
	queue    [][]float64 // by service: what waits at the end of each bin
	busy     [][]float64
	windows  []Window
}

// binAccount is what the bin of the present has so far.
type binAccount struct {
	arrivals, outcomes, goods, retries, begun int64

	lag float64 // seconds, summed
}

const (
	binsUntilHorizon = 150
	binsAtMost       = 2 * binsUntilHorizon
)

// binFor is a round width that divides a time into about 150 bins.
func binFor(horizon topology.Time) topology.Time {
	want := max(horizon/binsUntilHorizon, topology.Microsecond)
	unit := topology.Microsecond
	for unit*10 <= want {
		unit *= 10
	}
	for _, m := range []topology.Time{1, 2, 5, 10} {
		if unit*m >= want {
			return unit * m
		}
	}
	return unit * 10
}

func (s *seriesAccount) arrived() { s.present.arrivals++ }
func (s *seriesAccount) ended()   { s.present.outcomes++ }
func (s *seriesAccount) retried() { s.present.retries++ }

// started counts a message on which a worker starts, so long after it was published.
func (s *seriesAccount) started(lag topology.Time) {
	s.present.begun++
	s.present.lag += seconds(lag)
}

// good counts a flow in the bin of its outcome.
func (s *seriesAccount) good(at, now topology.Time) {
	if at == now {
		s.present.goods++
	} else if i := int(at / s.bin); i < len(s.goods) {
		s.goods[i]++
	}
}

// turn closes the bin of the present.
func (s *seriesAccount) turn() {
	p, i := &s.present, s.now
	s.arrivals[i] += float64(p.arrivals)
	s.outcomes[i] += float64(p.outcomes)
	s.goods[i] += float64(p.goods)
	s.retries[i] += float64(p.retries)
	s.begun[i] += float64(p.begun)
	s.lag[i] += p.lag
	*p = binAccount{}
}

// window notes that a fault's window has opened.
func (s *seriesAccount) window(e *engine, i int32, on *injected) {
	if len(s.windows) >= windowsAtMost {
		return
	}
	w := Window{Fault: e.inject[i].name, From: on.from, Until: on.until}
	if at := e.inject[i].service; at >= 0 {
		w.Service = e.services[at].name
	}
	s.windows = append(s.windows, w)
}

const windowsAtMost = 200

// sample notes what waits and what is in work at the end of a bin.
func (e *engine) sample(at topology.Time) {
	s := &e.book.series
	s.turn()
	s.now++
	for i := range e.stations {
		s.queue[i] = append(s.queue[i], float64(e.stations[i].waiting))
		s.busy[i] = append(s.busy[i], float64(e.stations[i].busy))
	}
	if !e.steps.empty() && s.now < binsAtMost {
		e.steps.push(at+s.bin, samples, ticket(0))
	}
}

// result is the series for reports.
func (s *seriesAccount) result(e *engine) Series {
	s.turn()
	n := s.now + 1
	for n > 1 && n > len(s.queue[0]) && s.arrivals[n-1]+s.outcomes[n-1]+s.goods[n-1]+s.retries[n-1] == 0 {
		n--
	}
	out := Series{Bin: s.bin, Good: s.goods[:n], Outcomes: s.outcomes[:n], Arrivals: s.arrivals[:n],
		Retries: s.retries[:n], Begun: s.begun[:n], Lag: s.lag[:n], Windows: s.windows}
	for i := range e.services {
		out.Services = append(out.Services, ServiceSeries{e.services[i].name, s.queue[i], s.busy[i]})
	}
	return out
}
