package sim

import (
	"math/bits"

	"edasim/topology"
)

// mark is what is known of one logical (or message) id at one handler in one
// flow. A flow has room of its own for the first id at each of its handlers, and for
// more at the coordinator, which hears of every event; the others are in a table of
// the engine.
type mark struct {
	id      uint64
	at      topology.Time // of the last commit
	flow    int64         // its number; of another: it says nothing
	state   markState
	commits int32
}

// tabled is a mark in the table.
type tabled struct {
	mark
	handler int32
	same    uint32 // the next of its bucket, or none
	next    uint32 // the next of its flow, or none
}

type markState uint8

const (
	markDelivered markState = 1 << iota
	markCommitted           // recorded as done
	markRefused
	markPersisted
	markPublished
	markEmits    // it had something to publish
	markRecorded // by the coordinator, as an event
)

// markOf is what is known of an id at a handler, made on first sight. It is found alike at every
// handler: whether one is the coordinator cannot be foretold.
func (e *engine) markOf(f *flow, h *handler, id uint64) *mark {
	if m := &f.marks[uint64(h.slot)+id&h.spread]; m.claim(f.number, id) {
		return m
	}
	return e.marks.of(f, h.index, id)
}

// claim makes a place that no id of a flow has yet the mark of this one; false: it is
// another's.
func (m *mark) claim(flow int64, id uint64) bool {
	if m.flow != flow {
		m.flow, m.id, m.state, m.commits = flow, id, 0, 0
	}
	return m.id == id
}

// coordinatorMarks is for how many ids a flow has room at the coordinator, each where its id
// says: a few times the events of one case, so that few of them want the same place. A power of two.
const coordinatorMarks = 32

// markTable is the marks that have no place in their flows, by flow, handler and
// id. Its buckets are lists, so that taking a flow's marks out costs no more
// than having put them in.
type markTable struct {
	slab[tabled]
	buckets []uint32 // a power of two; first mark, or none
	n       int
}

func markHash(flow int64, handler int32, id uint64) uint64 {
	hi, lo := bits.Mul64(id^mixB, uint64(flow)<<16^uint64(handler)^golden)
	return hi ^ lo
}

// of finds a mark, or makes it.
func (t *markTable) of(f *flow, handler int32, id uint64) *mark {
	if t.n >= len(t.buckets) {
		t.grow()
	}
	bucket := &t.buckets[markHash(f.number, handler, id)&uint64(len(t.buckets)-1)]
	for i := *bucket; i != none; {
		m := t.at(i)
		if m.id == id && m.flow == f.number && m.handler == handler {
			return &m.mark
		}
		i = m.same
	}
	m, i := t.get()
	*m = tabled{mark: mark{id: id, flow: f.number}, handler: handler, same: *bucket, next: f.chained}
	*bucket, f.chained, f.odd = i, i, true
	t.n++
	return &m.mark
}

// again empties the table.
func (t *markTable) again() {
	t.slab.again()
	t.n = 0
	for i := range t.buckets {
		t.buckets[i] = none
	}
}

// grow doubles the buckets.
func (t *markTable) grow() {
	old := t.buckets
	t.buckets = make([]uint32, max(64, 2*len(old)))
	for i := range t.buckets {
		t.buckets[i] = none
	}
	for _, first := range old {
		for i := first; i != none; {
			m := t.at(i)
			next := m.same
			bucket := &t.buckets[markHash(m.flow, m.handler, m.id)&uint64(len(t.buckets)-1)]
			m.same, *bucket = *bucket, i
			i = next
		}
	}
}

// forget takes the marks of a flow out.
func (t *markTable) forget(f *flow) {
	for i := f.chained; i != none; {
		m := t.at(i)
		at := &t.buckets[markHash(m.flow, m.handler, m.id)&uint64(len(t.buckets)-1)]
		for *at != i {
			at = &t.at(*at).same
		}
		*at = m.same
		next := m.next
		t.put(i)
		t.n--
		i = next
	}
	f.chained = none
}

// eachMark calls do for every mark of a flow.
func (e *engine) eachMark(f *flow, do func(*mark)) {
	for i := range f.marks {
		if m := &f.marks[i]; m.flow == f.number {
			do(m)
		}
	}
	for i := f.chained; i != none; {
		m := e.marks.at(i)
		do(&m.mark)
		i = m.next
	}
}
