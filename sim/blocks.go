package sim

import "edasim/topology"

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

// soonest is the first time of a bucket that is not empty.
func (b *blocks) soonest() topology.Time {
	first := nothing
	for k := b.first; k != nil; k = k.next {
		for j := range k.steps[:k.n] {
			first = min(first, k.steps[j].at)
		}
	}
	return first
}

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
