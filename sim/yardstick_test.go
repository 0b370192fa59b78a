package sim

import (
	"math/rand/v2"
	"testing"
)

// The yardstick is M/M/1 as one writes it by hand: a typed 4-ary heap of plain
// values, one stream of random numbers, nothing recorded. Speeds of the
// simulator are ratios to it, taken in one run.

type yardEvent struct {
	at   float64
	seq  uint64
	kind uint8
}

type yardHeap struct{ a []yardEvent }

func (h *yardHeap) less(x, y *yardEvent) bool {
	return x.at < y.at || x.at == y.at && x.seq < y.seq
}

func (h *yardHeap) push(e yardEvent) {
	h.a = append(h.a, e)
	i := len(h.a) - 1
	for i > 0 {
		up := (i - 1) / 4
		if !h.less(&e, &h.a[up]) {
			break
		}
		h.a[i] = h.a[up]
		i = up
	}
	h.a[i] = e
}

func (h *yardHeap) pop() yardEvent {
	top := h.a[0]
	n := len(h.a) - 1
	last := h.a[n]
	h.a = h.a[:n]
	i := 0
	for {
		first := 4*i + 1
		if first >= n {
			break
		}
		best := first
		for c := first + 1; c < min(first+4, n); c++ {
			if h.less(&h.a[c], &h.a[best]) {
				best = c
			}
		}
		if !h.less(&h.a[best], &last) {
			break
		}
		h.a[i] = h.a[best]
		i = best
	}
	if n > 0 {
		h.a[i] = last
	}
	return top
}

// yardstick runs n customers through M/M/1 at a load of 0.8 and returns the
// time that the server was busy, so that nothing is optimised away.
func yardstick(n int) float64 {
	r := rand.New(rand.NewPCG(1, 2))
	var h yardHeap
	var seq uint64
	now, busy := 0.0, 0.0
	waiting, started := 0, 0
	serving := false
	push := func(after float64, kind uint8) {
		seq++
		h.push(yardEvent{now + after, seq, kind})
	}
	push(r.ExpFloat64()/8, 0)
	for len(h.a) > 0 {
		e := h.pop()
		now = e.at
		if e.kind == 0 {
			if started++; started < n {
				push(r.ExpFloat64()/8, 0)
			}
			waiting++
		} else {
			serving = false
		}
		if !serving && waiting > 0 {
			waiting--
			serving = true
			t := r.ExpFloat64() / 10
			busy += t
			push(t, 1)
		}
	}
	return busy
}

func BenchmarkYardstick(b *testing.B) {
	b.ReportAllocs()
	if yardstick(b.N) <= 0 {
		b.Fatal("nothing was served")
	}
}
