package sim

import (
	"math"
	"math/bits"

	"edasim/topology"
)

// queue holds the steps in order of (time, class, scheduling). Those of the near future, its
// window, are at hand: a few in a sorted array, more in a calendar. What comes later is in a
// radix heap (R. K. Ahuja and others, "Faster algorithms for the shortest path problem", JACM
// 37, 1990), which is first in, first out among equals and needs time never to go
// back. When a window is over, the next one is filled from the lowest buckets; a bucket
// that is too much for one is spread over those below.
type queue struct {
	now   topology.Time // of the last pop
	until topology.Time // the window has all steps up to here

	// A few steps in the order of being taken, backwards: the next is the m-th. Before the
	// first stands a time that nothing comes after.
	times [fewSize + 1]topology.Time // one more, so that no index has to be checked
	whats [fewSize + 1]uint64
	m     uint
	room  uint // how many the array may have; 0: the window is in the calendar
	cells calendar

	base    topology.Time // no later than any step of a bucket
	filled  uint64        // bit b: bucket b is not empty
	buckets [64]blocks    // bucket b: bit b is the highest in which a time differs from base
	spare   *block

	instant [classes]ring // steps at now, where there are too many for the window
	crowded int           // how many; the window is empty then
}

const (
	fewMax  = 7          // among so many a place is found sooner by looking than in the calendar
	fewSize = 8          // a power of two that is greater
	fewNew  = 4          // a window that begins with more has its steps in the calendar
	allNew  = places / 2 // at most so many begin a window: it needs room
	longest = 61         // bucket: no step has a higher one
	nothing = never * 2  // later than all steps
)

func newQueue() queue {
	q := queue{until: nothing, room: fewMax, cells: newCalendar()}
	q.times[0] = math.MaxInt64
	return q
}

func (q *queue) push(at topology.Time, kind stepKind, about ticket) {
	s := step{at, uint64(kind)<<kindShift | uint64(about)}
	switch {
	case at > q.until:
		q.pushBack(s)
	case q.m < q.room:
		q.insert(s)
	case q.room == 0 && q.cells.free != 0:
		q.cells.insert(s)
	default:
		q.pushMore(s)
	}
}

// insert puts a step among the few, before all that come later; what is equal was
// scheduled earlier and stays nearer to the end.
func (q *queue) insert(s step) {
	i := q.m
	q.m++
	for q.times[i%fewSize] < s.at {
		q.makeRoom(i)
		i--
	}
	for q.times[i%fewSize] == s.at && q.whats[i%fewSize]>>classShift <= s.class() {
		q.makeRoom(i)
		i--
	}
	q.times[i%fewSize+1], q.whats[i%fewSize+1] = s.at, s.what
}

// makeRoom moves the i-th of the few by one.
func (q *queue) makeRoom(i uint) {
	q.times[i%fewSize+1], q.whats[i%fewSize+1] = q.times[i%fewSize], q.whats[i%fewSize]
}

// pushMore puts a step into a window that has no room for it.
func (q *queue) pushMore(s step) {
	if q.room > 0 {
		q.grow()
	}
	if s.at <= q.until && q.cells.free == 0 {
		q.shorten()
	}
	q.put(s)
}

// grow puts a window of a few steps into the calendar, as far as that reaches.
func (q *queue) grow() {
	q.room = 0
	q.until = min(q.until, q.cells.begin(q.now, q.cells.width))
	for q.m > 0 {
		q.put(q.takeFew())
	}
}

// shorten puts the later half of a full calendar behind it, or all of it.
func (q *queue) shorten() {
	q.cells.narrow()
	for out := 0; out < places/2; {
		w, start := q.cells.last()
		if start <= q.now {
			q.scatter()
			return
		}
		q.until = start - 1
		for ; q.cells.full[w] != 0; out++ {
			q.pushBack(q.cells.takeFirst(w))
		}
	}
}

// scatter gives the window up: it starts again from the present.
func (q *queue) scatter() {
	near := bits.Len64(uint64(q.now ^ q.base)) // the buckets below are others from there
	q.base, q.until = q.now, q.now-1
	for low := q.filled & (1<<near - 1); low != 0; low &= low - 1 {
		q.pushAllBack(q.takeBucket(bits.TrailingZeros64(low)))
	}
	for q.cells.next != end {
		q.pushBack(q.cells.take())
	}
}

// pushBack puts a step behind the window.
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

// pushAllBack puts the steps of a bucket behind the window.
func (q *queue) pushAllBack(b blocks) {
	for k := b.first; k != nil; k = q.release(k) {
		for _, s := range k.steps[:k.n] {
			q.pushBack(s)
		}
	}
}

// takeBucket empties a bucket.
func (q *queue) takeBucket(i int) blocks {
	b := q.buckets[i]
	q.filled &^= 1 << i
	q.buckets[i] = blocks{}
	return b
}

// quiet tells whether no step is left at the instant of the last pop.
func (q *queue) quiet() bool {
	return q.times[q.m%fewSize] > q.now && q.cells.soonest > q.now && q.crowded == 0
}

// more tells whether any step is left, and sees to it that the next is in the window.
func (q *queue) more() bool { return q.m > 0 || q.cells.next != end || q.refill() }

// pop takes the next step; more must have said that there is one.
func (q *queue) pop() step {
	var s step
	if q.m > 0 {
		s = q.takeFew()
	} else {
		s = q.cells.take()
	}
	q.now = s.at
	return s
}

// takeFew takes the next of the few; there must be one.
func (q *queue) takeFew() step {
	s := step{q.times[q.m%fewSize], q.whats[q.m%fewSize]}
	q.m--
	return s
}

// empty tells whether no step is left.
func (q *queue) empty() bool {
	return q.m == 0 && q.cells.next == end && q.crowded == 0 && q.filled == 0
}

// refill begins another window when one is over; false: nothing is left.
func (q *queue) refill() bool {
	for q.crowded == 0 {
		if q.filled == 0 {
			return false
		}
		if q.advance() {
			return true
		}
	}
	q.room = fewMax
	q.insert(q.popAtOnce())
	return true
}

// advance begins a window with the lowest buckets. A bucket that is too large is spread
// over the lower ones, which are all empty, in the order of scheduling, and its first
// steps are left to the present instant: false.
func (q *queue) advance() bool {
	i := bits.TrailingZeros64(q.filled)
	b := q.takeBucket(i)
	first := b.soonest()
	q.base = first
	if b.n > allNew {
		q.now, q.until = first, first-1
		q.pushAllBack(b)
		return false
	}
	width := q.reach(i, b.n)
	q.until = first | (1<<width - 1)
	q.putAll(b)
	for low := q.filled & (1<<width - 1); low != 0; low &= low - 1 {
		q.putAll(q.takeBucket(bits.TrailingZeros64(low)))
	}
	return true
}

// reach says how long the next window is, as a power of two in ns: as long as the calendar
// works well, or longer, as long as the steps in it are few. Its first bucket is the i-th, of
// so many steps.
func (q *queue) reach(i, steps int) int {
	if q.room == 0 {
		q.cells.adapt()
	}
	width := q.cells.width
	if steps <= fewNew {
		width = max(width, i)
	}
	for k := i + 1; k < longest; k++ {
		more := steps + q.buckets[k].n
		if more > allNew || more > fewNew && k >= width {
			width = min(width, k)
			break
		}
		steps, width = more, max(width, k+1)
	}
	q.room = fewMax
	if steps > fewNew {
		q.room = 0
		q.cells.begin(q.base, width)
	}
	return width
}

// putAll puts the steps of a bucket into a new window, as far as it reaches.
func (q *queue) putAll(b blocks) {
	for k := b.first; k != nil; k = q.release(k) {
		for _, s := range k.steps[:k.n] {
			q.put(s)
		}
	}
}

// put puts a step into a window that has room for it, or behind it.
func (q *queue) put(s step) {
	switch {
	case s.at > q.until:
		q.pushBack(s)
	case q.room > 0:
		q.insert(s)
	default:
		q.cells.insert(s)
	}
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
