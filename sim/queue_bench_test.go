package sim

import (
	stdheap "container/heap"
	"fmt"
	"math/rand/v2"
	"testing"

	"edasim/topology"
)

// The hold model: a queue of a steady size, of which the next is taken and one
// put back at an exponential time later (D. Jones, "An empirical comparison of
// priority-queue and event-set implementations", CACM 29, 1986).

// holdSteps are the times that the hold model draws, so that drawing is no part of
// what is measured.
func holdSteps() []topology.Time {
	r := rand.New(rand.NewPCG(1, 2))
	steps := make([]topology.Time, 1<<16)
	for i := range steps {
		steps[i] = topology.Time(r.ExpFloat64()*float64(topology.Second)) + 1
	}
	return steps
}

var holdSizes = []int{1_000, 100_000, 1_000_000}

func BenchmarkQueue(b *testing.B) {
	steps := holdSteps()
	for _, size := range holdSizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			q := newQueue()
			for i := range size {
				q.push(steps[i&0xffff], finishes, ticket(i))
			}
			for i := range 2 * size { // to the steady shape
				q.more()
				s := q.pop()
				q.push(s.at+steps[i&0xffff], finishes, s.ticket())
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				q.more()
				s := q.pop()
				q.push(s.at+steps[i&0xffff], finishes, s.ticket())
			}
		})
	}
}

// standard is the priority queue of the example in the documentation of
// container/heap: a heap of pointers.
type standard []*yardEvent

func (h standard) Len() int           { return len(h) }
func (h standard) Less(i, j int) bool { return h[i].less(h[j]) }
func (h standard) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *standard) Push(x any)        { *h = append(*h, x.(*yardEvent)) }
func (h *standard) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return x
}

func (e *yardEvent) less(o *yardEvent) bool { return e.at < o.at || e.at == o.at && e.seq < o.seq }

func BenchmarkStandardHeap(b *testing.B) {
	steps := holdSteps()
	for _, size := range holdSizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			var h standard
			seq := uint64(0)
			push := func(at float64) {
				seq++
				stdheap.Push(&h, &yardEvent{at: at, seq: seq})
			}
			for i := range size {
				push(float64(steps[i&0xffff]))
			}
			for i := range 2 * size {
				push(stdheap.Pop(&h).(*yardEvent).at + float64(steps[i&0xffff]))
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				push(stdheap.Pop(&h).(*yardEvent).at + float64(steps[i&0xffff]))
			}
		})
	}
}
