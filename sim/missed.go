package sim

import (
	"cmp"
	"slices"
)

// Missed is what never came where it should on one edge of the flow: of the flows that
// are measured.
type Missed struct {
	From         string // service, client or coordinator; empty: not known any more
	To           string // handler, or coordinator
	Event        string // carried, or what caused the command; empty: to undo a step
	As           string // empty for an event; command, reply or request
	Lost         int64  // copies, as the anomaly lost counts them
	DeadLettered int64  // and not put back
}

// missKey is an edge by numbers.
type missKey struct {
	event int32
	kind  kind
	to    int32 // consumer
	from  int32 // service; noSender, or -1 for the client
}

// noSender is the sender of a copy of which only the receiver is known.
const noSender = -2

func missKeyOf(d *delivery) missKey { return missKey{d.event, d.kind, d.to.index, noSender} }

// missedOf is the account of an edge. That it is a map costs nothing where nothing is
// lost.
func (b *book) missedOf(e *engine, k missKey) *Missed {
	m := b.missed[k]
	if m != nil {
		return m
	}
	if b.missed == nil {
		b.missed = map[missKey]*Missed{}
	}
	m = &Missed{To: e.consumers[k.to].name, As: kindNames[k.kind]}
	if k.event >= 0 {
		m.Event = e.events[k.event].name
	}
	switch {
	case k.from >= 0:
		m.From = e.Model.services[k.from].name
	case k.from == -1:
		m.From = "client"
	}
	b.missed[k] = m
	return m
}

// allMissed are the edges that lost anything, in the order of the scenario.
func (b *book) allMissed() []Missed {
	var keys []missKey
	for k, m := range b.missed { // sorted below
		if m.Lost > 0 || m.DeadLettered > 0 {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b missKey) int {
		return cmp.Or(cmp.Compare(a.event, b.event), cmp.Compare(a.kind, b.kind), cmp.Compare(a.to, b.to), cmp.Compare(a.from, b.from))
	})
	var out []Missed
	for _, k := range keys {
		out = append(out, *b.missed[k])
	}
	return out
}
