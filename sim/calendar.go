package sim

import (
	"math/bits"

	"edasim/topology"
)

// calendar holds the steps of the near future in cells by their times (R. Brown, "Calendar
// queues: a fast O(1) priority queue implementation for the simulation event set problem",
// CACM 31, 1988). Where a step belongs is computed and not searched for: among twenty steps
// that come in no order, a processor would guess nearly every comparison wrong.
type calendar struct {
	soonest topology.Time // of the next step; nothing: there is none
	next    uint64        // its place, or end
	free    uint64        // a place, linked; 0: none
	origin  topology.Time // of the cells
	shift   uint          // a cell is 2^shift ns long
	some    uint64        // bit w: of the w-th 64 cells some are not empty
	width   int           // it works well for 2^width ns
	met     int           // steps that came to a cell which was not empty
	*pages
}

// pages are the lists of a calendar. They are long enough for any index that they are asked
// for, so that none has to be checked.
type pages struct {
	full  [64]uint64            // of each cell, whether it is not empty
	first [64 * 64]uint8        // by cell: the place of its first step
	links [1 << 8]uint8         // by place: the next of its cell, in order, or of those that are free; 0: none
	times [1 << 8]topology.Time // by place
	whats [1 << 8]uint64
}

const (
	cellBits = 11
	cells    = 1 << cellBits
	places   = 64 // of steps, from 1: if all meet in one cell, to go through them should not take long
	fewMet   = 2
	manyMet  = 8
	end      = 255 // the place of a step that comes after all, in a cell of its own
)

func newCalendar() calendar {
	c := calendar{soonest: nothing, next: end, free: 1, width: 30, some: 1 << (cells / 64), pages: new(pages)}
	for i := 1; i < places; i++ {
		c.links[i] = uint8(i + 1)
	}
	c.full[cells/64], c.first[cells], c.times[end] = 1, end, nothing
	return c
}

// begin gives an empty calendar the next 2^width ns, and returns the last of them.
func (c *calendar) begin(now topology.Time, width int) topology.Time {
	c.origin, c.shift = now, uint(max(width-cellBits, 0))
	c.met = 0
	if width < c.width {
		c.met = fewMet // no reason to make the next one longer
	}
	return now + (1<<width - 1)
}

// adapt makes the next calendar shorter or longer than the last. To begin one costs about as
// much as that a few steps meet.
func (c *calendar) adapt() {
	switch {
	case c.met > manyMet:
		c.narrow()
	case c.met < fewMet && c.width < longest:
		c.width++
	}
}

// narrow makes the next calendar shorter.
func (c *calendar) narrow() { c.width = max(c.width-1, cellBits) }

// insert puts a step of the calendar's time into it; a place must be free.
func (c *calendar) insert(s step) {
	i := c.free
	n := uint8(i)
	c.free = uint64(c.links[n])
	c.times[n], c.whats[n] = s.at, s.what
	cell := uint64(s.at-c.origin) >> (c.shift & 63) % cells
	w, bit := cell/64, uint64(1)<<(cell%64)
	full := c.full[w]
	if full&bit != 0 {
		c.insertAmong(cell, n)
		return
	}
	c.full[w] = full | bit
	c.some |= 1 << w
	c.first[cell], c.links[n] = n, 0
	// Two conditions, since each is then a move and not a branch.
	soonest, next := c.soonest, c.next
	if s.at < soonest {
		next = i
	}
	if s.at < soonest {
		soonest = s.at
	}
	c.soonest, c.next = soonest, next
}

// insertAmong puts a place into a cell before all that come later; what is equal was
// scheduled earlier.
func (c *calendar) insertAmong(cell uint64, n uint8) {
	c.met++
	at, class := c.times[n], c.whats[n]>>classShift
	link := &c.first[cell]
	for o := *link; o != 0 && (c.times[o] < at || c.times[o] == at && c.whats[o]>>classShift <= class); o = *link {
		link = &c.links[o]
	}
	c.links[n], *link = *link, n
	c.look()
}

// look finds the next step.
func (c *calendar) look() {
	n := c.firstOf(bits.TrailingZeros64(c.some) & 63)
	c.next, c.soonest = uint64(n), c.times[n]
}

// firstOf is the place of the first step in the w-th 64 cells, which must have one.
func (c *calendar) firstOf(w int) uint8 {
	return c.first[w<<6|bits.TrailingZeros64(c.full[w])&63]
}

// take takes the next step out; there must be one.
func (c *calendar) take() step {
	i := c.next
	n := uint8(i)
	s := step{c.times[n], c.whats[n]}
	cell := uint64(s.at-c.origin) >> (c.shift & 63) % cells
	link := c.links[n]
	c.links[n], c.free = uint8(c.free), i
	if link != 0 {
		c.first[cell] = link
	} else {
		w := cell / 64
		full, some := c.full[w]&^(1<<(cell%64)), c.some&^(1<<w)
		if full != 0 {
			some = c.some
		}
		c.full[w], c.some = full, some
	}
	c.look()
	return s
}

// last is the last 64 cells that have a step, and when they begin; the calendar must not be
// empty.
func (c *calendar) last() (w int, start topology.Time) {
	w = bits.Len64(c.some&^(1<<(cells/64))) - 1
	return w, c.origin + topology.Time(w)<<(6+c.shift)
}

// takeFirst takes the first step of the w-th 64 cells out.
func (c *calendar) takeFirst(w int) step {
	c.next = uint64(c.firstOf(w))
	return c.take()
}
