package sim

import "edasim/topology"

// seriesAccount counts by bins of time.
type seriesAccount struct {
	bin      topology.Time
	arrivals []float64
	outcomes []float64
	goods    []float64
	retries  []float64
	queue    [][]float64 // by service: what waits at the end of each bin
	busy     [][]float64
	windows  []Window
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

func (s *seriesAccount) count(list *[]float64, at topology.Time) {
	i := int(at / s.bin)
	if i >= binsAtMost {
		return
	}
	for len(*list) <= i {
		*list = append(*list, 0)
	}
	(*list)[i]++
}

func (s *seriesAccount) arrived(at topology.Time) { s.count(&s.arrivals, at) }
func (s *seriesAccount) ended(at topology.Time)   { s.count(&s.outcomes, at) }
func (s *seriesAccount) good(at topology.Time)    { s.count(&s.goods, at) }
func (s *seriesAccount) retried(at topology.Time) { s.count(&s.retries, at) }

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
	for i := range e.pools {
		s.queue[i] = append(s.queue[i], float64(e.pools[i].waiting))
		s.busy[i] = append(s.busy[i], float64(e.pools[i].busy))
	}
	if e.steps.n > 0 && len(s.queue[0]) < binsAtMost {
		e.steps.push(at+s.bin, samples, 0, 0)
	}
}

// result is the series for reports.
func (s *seriesAccount) result(e *engine) Series {
	out := Series{Bin: s.bin, Good: s.goods, Outcomes: s.outcomes, Arrivals: s.arrivals, Retries: s.retries, Windows: s.windows}
	for i := range e.services {
		out.Services = append(out.Services, ServiceSeries{e.services[i].name, s.queue[i], s.busy[i]})
	}
	return out
}
