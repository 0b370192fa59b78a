package sim

import (
	"math/bits"

	"edasim/topology"
)

// A step is a thing that the engine will do at an instant: a plain value of a
// kind, the index of what it is about, and that thing's epoch when the step was
// scheduled, by which a step that has been overtaken is known.
type step struct {
	at   topology.Time
	what uint64 // kind 8 bits, epoch 24 bits, index 32 bits
}

func (s step) kind() stepKind { return stepKind(s.what >> 56) }
func (s step) epoch() uint32  { return uint32(s.what>>32) & epochMask }
func (s step) index() uint32  { return uint32(s.what) }

const epochMask = 1<<24 - 1

// stepKind says what a step does. Kinds are numbered by class, which orders
// the steps of one instant: what ends, then what expires, then what arrives.
type stepKind uint8

const (
	finishes stepKind = iota // a run's service time is over
	proceeds                 // a run goes on after the gap between its writes
	crashes                  // a run's worker dies
	restarts                 // a crashed worker is back

	expires    // the head of a list of deadlines
	returns    // a delivery's redelivery delay is over
	elapses    // a timer of the business, or a request's retry delay
	opens      // a fault's window on a service
	closes     // its end
	replays    // a dead letter is put back
	relays     // an outbox relay looks
	polls      // a consumer looks at its queue
	settles    // a service commits its offsets
	confirms   // a publish has not been confirmed in time
	reconciles // a monitor or an alert ticks
	samples    // a bin of the time series ends

	arrives // a flow starts
	reaches // a message reaches its queue
	brings  // an answer reaches its caller
	forges  // a forged event appears
)

const (
	firstExpiry  = expires
	firstArrival = arrives
	classes      = 3
)

func (k stepKind) class() int {
	switch {
	case k < firstExpiry:
		return 0
	case k < firstArrival:
		return 1
	}
	return 2
}

// queue holds the steps in order of (time, class, scheduling). A few steps are
// kept in a sorted array; once there are too many they move to a radix heap for
// good (R. K. Ahuja and others, "Faster algorithms for the shortest path
// problem", JACM 37, 1990), which is first in, first out among equals and needs
// time never to go back.
type queue struct {
	n      int
	heap   bool
	sorted [sortedMax]step // the next is the last: sorted[n-1]

	now     topology.Time // of the last pop
	instant [classes]ring // steps at now
	crowded int           // how many
	filled  uint64        // bit b: bucket b is not empty
	buckets [64][]step    // bucket b: bit b is the highest in which a time differs from now
	spare   []step
}

const sortedMax = 32

func (q *queue) push(at topology.Time, kind stepKind, epoch, index uint32) {
	s := step{at, uint64(kind)<<56 | uint64(epoch&epochMask)<<32 | uint64(index)}
	if q.heap {
		q.pushHeap(s)
		return
	}
	if q.n == sortedMax {
		q.grow()
		q.pushHeap(s)
		return
	}
	// Insert before all that come later; what is equal was scheduled earlier
	// and stays nearer to the end.
	i := uint(q.n)
	for ; i > 0; i-- {
		p := &q.sorted[(i-1)%sortedMax]
		if p.at >= at && (p.at > at || p.kind().class() > kind.class()) {
			break
		}
		q.sorted[i%sortedMax] = *p
	}
	q.sorted[i%sortedMax] = s
	q.n++
}

func (q *queue) grow() {
	q.heap = true
	n := q.n
	q.n = 0
	for i := n - 1; i >= 0; i-- {
		q.pushHeap(q.sorted[i])
	}
}

func (q *queue) pushHeap(s step) {
	q.n++
	if s.at == q.now {
		q.atOnce(s)
		return
	}
	b := bits.Len64(uint64(s.at^q.now)) - 1
	q.buckets[b] = append(q.buckets[b], s)
	q.filled |= 1 << b
}

// quiet tells whether no step is left at the instant of the last pop.
func (q *queue) quiet() bool {
	if !q.heap {
		return q.n == 0 || q.sorted[uint(q.n-1)%sortedMax].at > q.now
	}
	return q.crowded == 0
}

// pop takes the next step; the queue must not be empty.
func (q *queue) pop() step {
	q.n--
	if !q.heap {
		s := q.sorted[uint(q.n)%sortedMax]
		q.now = s.at
		return s
	}
	if q.crowded > 0 {
		return q.popAtOnce()
	}
	return q.advance()
}

// advance moves now to the earliest time, which it takes out, and spreads the rest
// of its bucket over the lower ones, which are all empty, in the order of
// scheduling. Where several steps have that time they wait for their turn.
func (q *queue) advance() step {
	b := bits.TrailingZeros64(q.filled)
	list := q.buckets[b]
	q.filled &^= 1 << b
	if len(list) == 1 {
		q.buckets[b] = list[:0]
		q.now = list[0].at
		return list[0]
	}
	first, same := 0, false
	for i := 1; i < len(list); i++ {
		switch {
		case list[i].at < list[first].at:
			first, same = i, false
		case list[i].at == list[first].at:
			same = true
		}
	}
	next := list[first]
	q.now = next.at
	q.buckets[b], q.spare = q.spare[:0], list
	for _, s := range list {
		if s.at == next.at {
			if same {
				q.atOnce(s)
			}
			continue
		}
		c := bits.Len64(uint64(s.at^next.at)) - 1
		q.buckets[c] = append(q.buckets[c], s)
		q.filled |= 1 << c
	}
	if same {
		return q.popAtOnce()
	}
	return next
}

// atOnce queues a step of the present instant.
func (q *queue) atOnce(s step) {
	q.instant[s.kind().class()].push(s)
	q.crowded++
}

// popAtOnce takes the next step of the present instant; there must be one.
func (q *queue) popAtOnce() step {
	q.crowded--
	c := 0
	for q.instant[c].n == 0 {
		c++
	}
	return q.instant[c].pop()
}

// ring is a first-in, first-out buffer that grows.
type ring struct {
	buf     []step
	head, n int
}

func (r *ring) push(s step) {
	if r.n == len(r.buf) {
		buf := make([]step, max(16, 2*len(r.buf)))
		for i := range r.n {
			buf[i] = r.buf[(r.head+i)%len(r.buf)]
		}
		r.buf, r.head = buf, 0
	}
	r.buf[(r.head+r.n)&(len(r.buf)-1)] = s
	r.n++
}

func (r *ring) pop() step {
	s := r.buf[r.head]
	r.head = (r.head + 1) & (len(r.buf) - 1)
	r.n--
	return s
}
