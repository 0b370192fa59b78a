package scenarios

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"testing"
)

// A spike and its retries, as one writes them by hand: the published shares of
// collapsed runs, and those of the scenario metastable.yaml, are held to it. The
// two differ in one thing. Where each gap is drawn at the rate of its beginning,
// as the published figures were made, the last quiet gap reaches into the spike
// and takes a seventh of a second off it. The simulator draws at the rate of
// each moment, as a Poisson stream with a rate in time is defined.
type spike struct {
	lasts   float64 // seconds
	byStart bool    // a gap has the rate of its beginning
}

const (
	spikeFrom, spikeEnd = 50.0, 200.0
	quiet, loud, serves = 7.0, 30.0, 10.0
	queueRoom, patience = 100, 4.0
	sends               = 4
)

func (s spike) arrivals(r *rand.Rand) []float64 {
	rate := func(t float64) float64 {
		if t >= spikeFrom && t < spikeFrom+s.lasts {
			return loud
		}
		return quiet
	}
	var at []float64
	for t := 0.0; ; {
		if s.byStart {
			t += r.ExpFloat64() / rate(t)
		} else {
			for t += r.ExpFloat64() / loud; r.Float64() >= rate(t)/loud; {
				t += r.ExpFloat64() / loud
			}
		}
		if t > spikeEnd {
			return at
		}
		at = append(at, t)
	}
}

// collapses tells whether fewer than half of the last fifth were answered.
func (s spike) collapses(r *rand.Rand) bool {
	const arrives, ends, expires = 0, 1, 2
	at := s.arrivals(r)
	steps := &handSteps{}
	for i, t := range at {
		heap.Push(steps, handStep{t, arrives, i, 1})
	}
	attempt, answered := make([]int, len(at)), make([]bool, len(at))
	var queue []handStep
	busy := false
	serve := func(now float64, x handStep) {
		busy = true
		heap.Push(steps, handStep{now + r.ExpFloat64()/serves, ends, x.client, x.attempt})
	}
	for steps.Len() > 0 {
		x := heap.Pop(steps).(handStep)
		switch {
		case x.kind == ends:
			answered[x.client] = answered[x.client] || attempt[x.client] == x.attempt
			if busy = len(queue) > 0; busy {
				serve(x.at, queue[0])
				queue = queue[1:]
			}
			continue
		case x.kind == expires && (answered[x.client] || attempt[x.client] != x.attempt):
			continue
		case x.kind == expires:
			x.attempt++
		}
		if attempt[x.client] = x.attempt; x.attempt > sends {
			continue
		}
		heap.Push(steps, handStep{x.at + patience, expires, x.client, x.attempt})
		if !busy {
			serve(x.at, x)
		} else if len(queue) < queueRoom {
			queue = append(queue, x)
		}
	}
	good, of := 0, 0
	for i, t := range at {
		if t > spikeEnd*4/5 {
			of++
			if answered[i] {
				good++
			}
		}
	}
	return 2*good < of
}

func (s spike) share(runs int) float64 {
	r := rand.New(rand.NewPCG(uint64(s.lasts), 7))
	collapsed := 0
	for range runs {
		if s.collapses(r) {
			collapsed++
		}
	}
	return float64(collapsed) / float64(runs)
}

type handStep struct {
	at              float64
	kind            int
	client, attempt int
}

type handSteps []handStep

func (h handSteps) Len() int           { return len(h) }
func (h handSteps) Less(i, j int) bool { return h[i].at < h[j].at }
func (h handSteps) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *handSteps) Push(x any)        { *h = append(*h, x.(handStep)) }
func (h *handSteps) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// By hand, the published protocol gives the published shares, and the rate of
// each moment those that the table holds the simulator to: within four standard
// errors of these samples: 2500 runs by hand for the table, and 200 published ones,
// since it was not said how many there were.
func TestSpikeByHand(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const runs, published, hand = 200, 200, 2500
	for _, c := range []struct{ lasts, published, ours float64 }{
		{1, 0.015, 0.0232}, {2, 0.39, 0.4808}, {3, 0.91, 0.9264}, {4, 0.99, 0.996},
	} {
		near := func(what string, got, want, n float64) {
			t.Logf("%.0f s, %s: %.4f, and should be %.4f", c.lasts, what, got, want)
			if off := math.Abs(got - want); off > 4*math.Sqrt(want*(1-want)*(1/n+1.0/runs))+1/n {
				t.Errorf("%.0f s, %s: %.4f, not %.4f", c.lasts, what, got, want)
			}
		}
		near("gaps at the rate of their beginning", spike{c.lasts, true}.share(runs), c.published, published)
		near("the rate of each moment", spike{c.lasts, false}.share(runs), c.ours, hand)
	}
}
