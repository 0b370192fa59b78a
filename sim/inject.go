package sim

import (
	"edasim/faults"
	"edasim/topology"
)

// injection is a compiled faults.Injection.
type injection struct {
	key     uint64
	below   uint64
	choosy  bool // it names an event, flows or a number: not all that comes to it is concerned
	name    string
	fault   faults.Fault
	event   int32 // -1: any
	at      topology.Time
	length  faults.Duration
	every   faults.Duration
	only    bool // only the flows named, in their replications
	named   []faults.Flow
	nth     int
	counter int32 // of a flow: where it counts what it may strike
	point   faults.Point
	service int32 // of the target; -1: any or none
	broker  bool
	cuts    bool // it keeps its service from the broker
	always  bool // one window over the whole run
}

// injected is what one replication keeps of an injection.
type injected struct {
	from, until     topology.Time // the window that is open or comes next
	normal          float64       // what was in the system before it
	turn            uint64        // of that window
	eligible, fired int64
	forged          int64
}

// strikers are the injections that may strike at one place.
type strikers struct {
	list   []striker
	choosy bool // some of them are
}

// striker is an injection at one place, with what is asked of it each time.
type striker struct {
	key, below uint64
	index      int32
	always     bool
}

func (s *strikers) add(i int32, inj *injection) {
	s.list = append(s.list, striker{inj.key, inj.below, i, inj.always})
	s.choosy = s.choosy || inj.choosy
}

// struck tells whether any injection may strike what has a key and a try at a place.
// Where none does, which is nearly always so, nothing more is asked.
func (e *engine) struck(s *strikers, f *flow, key, try uint64) bool {
	if s.choosy {
		return true
	}
	hit := false
	list, injected := s.list, e.injected
	for i := range list {
		x := &list[i]
		on := &injected[x.index]
		if !x.always && (e.now < on.from || e.now >= on.until) {
			continue
		}
		on.eligible++
		if below(draw(f.key, x.key, key, try), x.below) {
			hit = true
		}
	}
	return hit
}

// hop is one thing that faults may strike.
type hop struct {
	flow     *flow
	event    int32
	message  *message
	delivery *delivery
	key, try uint64
	takes    topology.Time
}

// strikeRun is struck and strike for the present try of a delivery.
func (e *engine) strikeRun(d *delivery, h *handler, p faults.Point) *faults.Effect {
	s := &h.at[p]
	if !e.struck(s, d.flow, h.key+d.logical, d.tried) {
		return nil
	}
	return e.strike(s, &hop{flow: d.flow, event: d.event, delivery: d, key: h.key + d.logical, try: d.tried, takes: d.takes})
}

// strike asks the injections of a place about a hop that struck has let through, and
// combines what those that strike it decide. The answer is good until the next call;
// nil: nothing strikes.
func (e *engine) strike(s *strikers, h *hop) *faults.Effect {
	var fx *faults.Effect
	for k := range s.list {
		i := s.list[k].index
		inj, on := &e.inject[i], &e.injected[i]
		if e.now < on.from || e.now >= on.until || inj.choosy && !e.concerns(inj, h) {
			continue
		}
		if s.choosy {
			on.eligible++
		}
		if bits := draw(h.flow.key, inj.key, h.key, h.try); below(bits, inj.below) {
			fx = e.decide(i, bits, h, fx)
		}
	}
	return fx
}

// concerns tells whether an injection's event, flows and number are those of a hop.
func (e *engine) concerns(inj *injection, h *hop) bool {
	if inj.event >= 0 && inj.event != h.event && !e.bears(inj.event, h) {
		return false
	}
	return !inj.only && inj.nth == 0 || e.named(inj, h)
}

// decide asks an injection that strikes what it does, and puts that together with
// what others do; nil: nothing so far.
func (e *engine) decide(i int32, bits uint64, h *hop, fx *faults.Effect) *faults.Effect {
	inj, on := &e.inject[i], &e.injected[i]
	attempt := int32(1)
	if h.delivery != nil {
		attempt = h.delivery.attempt
	}
	decided := inj.fault.Decide(
		faults.Hop{Now: e.now, Since: on.from, Takes: h.takes, Attempt: attempt},
		faults.Draws(mix(bits, inj.key)))
	if decided.Cut {
		decided.CutUntil = on.until
	}
	if decided == (faults.Effect{}) || decided.CrashAfter == 0 && e.spared(i, h.flow) {
		return fx
	}
	if decided.CrashAfter > 0 {
		// Whether the run still runs then is seen then.
		h.delivery.odd().crashBy = i
	} else {
		on.fired++
		e.book.struck(e, h, i)
	}
	if fx == nil {
		e.effect = decided
	} else {
		e.effect = e.effect.And(decided)
	}
	return &e.effect
}

// spared counts the firings of the fault and flow of which one is spared, and tells
// whether this is it.
func (e *engine) spared(i int32, f *flow) bool {
	s := e.config.Spare
	if s == nil || s.Fault != int(i) || s.Flow != f.number {
		return false
	}
	e.firings++
	return e.firings == s.Nth
}

// nextWindow moves to the window after the present one; false: there is none.
func (e *engine) nextWindow(inj *injection, on *injected) bool {
	if inj.every == nil {
		on.from, on.until = never, never
		return false
	}
	on.turn++
	on.from = add(on.until, inj.every.At(draw(e.seed, inj.key, on.turn, everyDraw)))
	on.until = e.windowEnd(inj, on)
	return true
}

func (e *engine) windowEnd(inj *injection, on *injected) topology.Time {
	if inj.length == nil {
		return never
	}
	return add(on.from, inj.length.At(draw(e.seed, inj.key, on.turn, lengthDraw)))
}

const (
	everyDraw  = 0x6c62272e07bb0142
	lengthDraw = 0x62b821756295c58d
)

// bears tells whether a message carries an event: a reply may carry several.
func (e *engine) bears(event int32, h *hop) bool {
	switch {
	case h.message != nil && h.message.kind == aReply:
		return e.replyBears(event, h.message.flow, h.message.request, h.message.result)
	case h.delivery != nil && h.delivery.kind == aReply:
		return e.replyBears(event, h.delivery.flow, h.delivery.request, h.delivery.result)
	}
	return false
}

// named tells whether an injection is for this message of this flow.
func (e *engine) named(inj *injection, h *hop) bool {
	f := h.flow
	if inj.only {
		found := false
		for _, n := range inj.named {
			found = found || n.Replication == e.replication && n.Number == f.number
		}
		if !found {
			return false
		}
	}
	if inj.nth == 0 {
		return true
	}
	count := &h.flow.counted[inj.counter]
	if inj.point == faults.AtPublish {
		count.n++
		return int(count.n) == inj.nth
	}
	return count.chosen == h.delivery.copyID() && h.delivery.attempt <= 1
}

// eligible counts the messages of a flow that an injection may strike.
type eligible struct {
	n      int32
	chosen uint64 // the copy that is the n-th in order of publishing
}

// number counts a copy for the injections that strike one by its number, when it
// is published. They strike its first delivery.
func (e *engine) number(d *delivery, h *handler) {
	for _, i := range h.numbered {
		inj := &e.inject[i]
		at := hop{flow: d.flow, event: d.event, delivery: d}
		if inj.event >= 0 && inj.event != d.event && !e.bears(inj.event, &at) {
			continue
		}
		count := &d.flow.counted[inj.counter]
		if count.n++; int(count.n) == inj.nth {
			count.chosen = d.copyID()
		}
	}
}

// copyID tells a copy of a message from all others.
func (d *delivery) copyID() uint64 { return mix(d.wrote, d.try^d.to.key) }

// cutOff is how long a message has to wait for the network partitions that keep
// its publisher from the broker, and whether they lose it.
func (e *engine) cutOff(m *message) (wait topology.Time, lost bool) {
	h := hop{flow: m.flow, event: m.event, message: m}
	for _, i := range m.from.cut {
		inj, on := &e.inject[i], &e.injected[i]
		if e.now < on.from || e.now >= on.until || inj.event >= 0 && inj.event != m.event && !e.bears(inj.event, &h) {
			continue
		}
		on.eligible++
		on.fired++
		e.book.struck(e, &h, i)
		wait = max(wait, on.until-e.now)
		lost = lost || e.windowEffect(inj, on).Lose
	}
	return wait, lost
}
