package faults

import "math"

// Effect is what faults do to one hop of one message. The zero Effect does
// nothing. And combines two of them; with it the effects are a commutative
// monoid, so the order in which faults are listed cannot matter.
type Effect struct {
	// At publish.
	Drop        bool
	ConfirmLost bool
	Copies      Copies // further copies that the broker gets
	Version     int32  // schema version sent; 0: the first

	// In transit.
	Delay    int64 // nanoseconds, added
	Cut      bool  // nothing passes until the window ends
	CutUntil int64 // with Cut: that end; the caller knows it
	Lose     bool  // with Cut: what is sent is lost instead

	// At delivery.
	Undecodable bool
	Accepts     Versions // not empty: what the upgraded replica reads

	// At handling.
	Ignore     bool
	Error      bool
	Slow       Factor // of the service time
	CrashAfter int64  // nanoseconds after the start of the run; 0: never

	// At commit.
	Crash   CrashPoints
	Restart int64 // nanoseconds until the worker is back

	// At the ack.
	AckLost bool

	// On a service or the broker.
	Down     int32 // replicas, or AllReplicas
	Pause    bool
	LosePart int32 // parts per million of what the broker holds

	// On arrivals.
	Burst Factor
	Rate  int64 // arrivals for each BurstSeconds; 0: as declared
}

// AllReplicas is the Down of an outage of a whole service.
const AllReplicas = math.MaxInt32

// And combines two effects: what either does, both do.
func (e Effect) And(o Effect) Effect {
	return Effect{
		Drop:        e.Drop || o.Drop,
		ConfirmLost: e.ConfirmLost || o.ConfirmLost,
		Copies:      e.Copies.and(o.Copies),
		Version:     max(e.Version, o.Version),
		Delay:       addSaturated(e.Delay, o.Delay),
		Cut:         e.Cut || o.Cut,
		CutUntil:    max(e.CutUntil, o.CutUntil),
		Lose:        e.Lose || o.Lose,
		Undecodable: e.Undecodable || o.Undecodable,
		Accepts:     e.Accepts | o.Accepts,
		Ignore:      e.Ignore || o.Ignore,
		Error:       e.Error || o.Error,
		Slow:        e.Slow.and(o.Slow),
		CrashAfter:  earliest(e.CrashAfter, o.CrashAfter),
		Crash:       e.Crash | o.Crash,
		Restart:     max(e.Restart, o.Restart),
		AckLost:     e.AckLost || o.AckLost,
		Down:        max(e.Down, o.Down),
		Pause:       e.Pause || o.Pause,
		LosePart:    max(e.LosePart, o.LosePart),
		Burst:       e.Burst.and(o.Burst),
		Rate:        max(e.Rate, o.Rate),
	}
}

// MaxCopies is the largest number of further copies of one message.
const MaxCopies = 15

// Copies are the further copies of a message: when each reaches the broker, in
// nanoseconds after the publish, in ascending order.
type Copies struct {
	N     int32
	After [MaxCopies]int64
}

// Add puts in one more copy; beyond MaxCopies the earliest are kept.
func (c *Copies) Add(after int64) {
	i := int(c.N)
	if i == MaxCopies {
		if after >= c.After[i-1] {
			return
		}
		i--
	} else {
		c.N++
	}
	for ; i > 0 && c.After[i-1] > after; i-- {
		c.After[i] = c.After[i-1]
	}
	c.After[i] = after
}

func (c Copies) and(o Copies) Copies {
	for _, after := range o.After[:o.N] {
		c.Add(after)
	}
	return c
}

// Versions is a set of schema versions, 1 to 63, one bit for each.
type Versions uint64

// VersionSet is the set of the given versions.
func VersionSet(versions ...int) Versions {
	var s Versions
	for _, v := range versions {
		s |= 1 << v
	}
	return s
}

// Has tells whether version v is in the set.
func (s Versions) Has(v int32) bool { return s>>uint(v)&1 == 1 }

// CrashPoints is a set of places in a run at which its worker dies.
type CrashPoints uint8

// The places at which a worker dies.
const (
	CrashBeforeCommit CrashPoints = 1 << iota
	CrashBetween                  // the two writes
	CrashBeforeAck
)

// Factor is a product of decimal factors, kept as the product of numerators
// over the product of denominators, so that combining is exact until it
// saturates. The zero Factor is 1.
type Factor struct{ num, den int64 }

// NewFactor is the factor f, to a thousandth.
func NewFactor(f float64) Factor {
	num, den := int64(math.Round(f*1000)), int64(1000)
	for num%10 == 0 && den > 1 {
		num, den = num/10, den/10
	}
	return Factor{num, den}
}

// IsOne tells whether the factor changes nothing.
func (f Factor) IsOne() bool { return f.num == f.den }

// Of is the factor times t.
func (f Factor) Of(t int64) int64 {
	if f.den == 0 {
		return t
	}
	v := float64(t) * (float64(f.num) / float64(f.den))
	if v >= math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(math.Round(v))
}

// Value is the factor as a number.
func (f Factor) Value() float64 {
	if f.den == 0 {
		return 1
	}
	return float64(f.num) / float64(f.den)
}

func (f Factor) and(o Factor) Factor {
	if f.den == 0 {
		return o
	}
	if o.den == 0 {
		return f
	}
	return Factor{mulSaturated(f.num, o.num), mulSaturated(f.den, o.den)}
}

func mulSaturated(a, b int64) int64 {
	if a != 0 && b > math.MaxInt64/a {
		return math.MaxInt64
	}
	return a * b
}

func addSaturated(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

func earliest(a, b int64) int64 {
	if a == 0 {
		return b
	}
	if b == 0 {
		return a
	}
	return min(a, b)
}
