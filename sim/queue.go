package sim

import (
	"math"
	"math/bits"

	"edasim/topology"
)

// A step is a thing that the engine will do at an instant: a plain value of a
// kind, and the ticket of what it is about.
type step struct {
	at   topology.Time
	what uint64 // kind 8 bits, of which class 2, ticket 56 bits
}

func (s step) kind() stepKind { return stepKind(s.what >> kindShift) }
func (s step) class() uint64  { return s.what >> classShift }
func (s step) ticket() ticket { return ticket(s.what) & ticketMask }
func (s step) index() uint32  { return uint32(s.what) }

const (
	kindShift  = 56
	classShift = 62
)

// A ticket is the index of a thing, 32 bits, and before it its epoch, 24 bits: a step that
// has been overtaken is known by holding the ticket of an earlier one. A thing that is
// never overtaken has its index for a ticket.
type ticket uint64

const (
	ticketMask = ticket(1)<<kindShift - 1
	nobodys    = ^ticket(0)
)

func (t ticket) index() uint32 { return uint32(t) }

// next is the ticket of the next epoch.
func (t ticket) next() ticket { return (t + 1<<32) & ticketMask }

// stepKind says what a step does. Its first two bits are its class, which orders
// the steps of one instant: what ends, then what expires, then what arrives.
type stepKind uint8

const (
	expiry  stepKind = 1 << 6
	arrival stepKind = 2 << 6
	classes          = 3
)

const (
	finishes stepKind = iota // a run's service time is over
	proceeds                 // a run goes on after the gap between its writes
	crashes                  // a run's worker dies
	restarts                 // a crashed worker is back
)

const (
	expires    = expiry + iota // the head of a list of deadlines
	returns                    // a delivery's redelivery delay is over
	elapses                    // a timer of the business, or a request's retry delay
	opens                      // a fault's window on a service
	closes                     // its end
	replays                    // a dead letter is put back
	relays                     // an outbox relay looks
	polls                      // a consumer looks at its queue
	settles                    // a service commits its offsets
	confirms                   // a publish has not been confirmed in time
	reconciles                 // a monitor or an alert ticks
	samples                    // a bin of the time series ends
)

const (
	arrives = arrival + iota // a flow starts
	reaches                  // a message reaches its queue
	brings                   // an answer reaches its caller
	forges                   // a forged event appears
)

// queue holds the steps in order of (time, class, scheduling). The next few are a
// sorted array, the front: all up to a certain time. Behind it is a radix heap
// (R. K. Ahuja and others, "Faster algorithms for the shortest path problem", JACM
// 37, 1990), which is first in, first out among equals and needs time never to go
// back. Its lowest bucket becomes the next front, or, where that is too much for
// one, is spread over the buckets below.
type queue struct {
	now topology.Time // of the last pop

	// The front in the order of being taken, backwards: the next step is the m-th.
	// Before the first stands a time that nothing comes after.
	times [frontMax + 1]topology.Time // one more, so that no index has to be checked
	whats [frontMax + 1]uint64
	m     uint
	until topology.Time // the front has all steps up to here

	base    topology.Time // no later than any step of a bucket
	filled  uint64        // bit b: bucket b is not empty
	buckets [64]blocks    // bucket b: bit b is the highest in which a time differs from base
	spare   *block

	instant [classes]ring // steps at now, where there are too many for the front
	crowded int           // how many
}

const (
	frontMax = 32 // a power of two, and one more than the front can hold
	frontNew = 16 // at most so many are sorted at once: the front needs room
)

func newQueue() queue {
	q := queue{until: never * 2}
	q.times[0] = math.MaxInt64
	return q
}

func (q *queue) push(at topology.Time, kind stepKind, about ticket) {
	s := step{at, uint64(kind)<<kindShift | uint64(about)}
	if at <= q.until && q.m < frontMax-1 {
		q.insert(s)
		return
	}
	q.pushBehind(s)
}

// pushBehind puts a step behind the front, or gives a full front up.
func (q *queue) pushBehind(s step) {
	if s.at <= q.until {
		q.scatter()
	}
	q.pushBack(s)
}

// insert puts a step into the front, before all that come later; what is equal was
// scheduled earlier and stays nearer to the end.
func (q *queue) insert(s step) {
	i := q.m
	q.m++
	for q.times[i%frontMax] < s.at {
		q.makeRoom(i)
		i--
	}
	for q.times[i%frontMax] == s.at && q.whats[i%frontMax]>>classShift <= s.class() {
		q.makeRoom(i)
		i--
	}
	q.times[i%frontMax+1], q.whats[i%frontMax+1] = s.at, s.what
}

// makeRoom moves the i-th step of the front by one.
func (q *queue) makeRoom(i uint) {
	q.times[i%frontMax+1], q.whats[i%frontMax+1] = q.times[i%frontMax], q.whats[i%frontMax]
}

// pushBack puts a step behind the front.
func (q *queue) pushBack(s step) {
	if s.at == q.now {
		q.instant[s.class()].push(s)
		q.crowded++
		return
	}
	i := bits.Len64(uint64(s.at^q.base)) - 1
	b := &q.buckets[i&63]
	last := b.last
	if last == nil || last.n == blockSize {
		last = q.lengthen(b)
	}
	last.steps[last.n%blockSize] = s
	last.n++
	b.n++
	q.filled |= 1 << (i & 63)
}

// scatter gives a full front up.
func (q *queue) scatter() {
	q.base, q.until = q.now, q.now-1
	for ; q.m > 0; q.m-- {
		q.pushBack(q.first())
	}
}

// quiet tells whether no step is left at the instant of the last pop.
func (q *queue) quiet() bool {
	return q.times[q.m%frontMax] > q.now && q.crowded == 0
}

// more tells whether any step is left, and sees to it that the next is in the front.
func (q *queue) more() bool { return q.m > 0 || q.refill() }

// pop takes the next step; more must have said that there is one.
func (q *queue) pop() step {
	s := q.first()
	q.now = s.at
	q.m--
	return s
}

// first is the next step of the front, which must not be empty.
func (q *queue) first() step { return step{q.times[q.m%frontMax], q.whats[q.m%frontMax]} }

// empty tells whether no step is left.
func (q *queue) empty() bool { return q.m == 0 && q.crowded == 0 && q.filled == 0 }

// refill fills the front again when it is empty; false: nothing is left.
func (q *queue) refill() bool {
	if q.crowded == 0 && q.filled == 0 {
		return false
	}
	if q.crowded == 0 && q.advance() {
		return true
	}
	q.insert(q.popAtOnce())
	return true
}

// advance makes the lowest bucket the front. A bucket that is too large is spread
// over the lower ones, which are all empty, in the order of scheduling, and its first
// steps are left to the present instant: false.
func (q *queue) advance() bool {
	i := bits.TrailingZeros64(q.filled)
	b := q.buckets[i]
	q.filled &^= 1 << i
	q.buckets[i] = blocks{}
	if b.n <= frontNew {
		q.base = (q.base>>i | 1) << i
		q.until = q.base | (1<<i - 1)
		for k := b.first; k != nil; k = q.release(k) {
			for _, s := range k.steps[:k.n] {
				q.insert(s)
			}
		}
		return true
	}
	first := never * 2
	for k := b.first; k != nil; k = k.next {
		for j := range k.steps[:k.n] {
			first = min(first, k.steps[j].at)
		}
	}
	q.now, q.base, q.until = first, first, first-1
	for k := b.first; k != nil; k = q.release(k) {
		for _, s := range k.steps[:k.n] {
			q.pushBack(s)
		}
	}
	return false
}

// blocks is a list of blocks of steps, in the order of scheduling. Blocks go from
// bucket to bucket, so that steps are never copied to make room.
type blocks struct {
	first, last *block
	n           int // steps
}

type block struct {
	next  *block
	n     uint
	steps [blockSize]step
}

const blockSize = 64 // a power of two

// lengthen gives a bucket another block.
func (q *queue) lengthen(b *blocks) *block {
	k := q.spare
	if k == nil {
		k = new(block)
	} else {
		q.spare = k.next
		k.next, k.n = nil, 0
	}
	if b.last == nil {
		b.first = k
	} else {
		b.last.next = k
	}
	b.last = k
	return k
}

// release takes an emptied block back and returns the one after it.
func (q *queue) release(k *block) *block {
	next := k.next
	k.next, q.spare = q.spare, k
	return next
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
