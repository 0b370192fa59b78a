package faults

// Duplicate gives the broker further copies of a message, with its message id.
type Duplicate struct {
	Copies int      // further copies, 1 to MaxCopies
	Spread Duration // how much later each comes; nil: at the same instant
}

// Kind is "duplicate".
func (Duplicate) Kind() string { return "duplicate" }

// Point is AtPublish.
func (Duplicate) Point() Point { return AtPublish }

// Decide makes the copies.
func (f Duplicate) Decide(_ Hop, d Draws) Effect {
	var e Effect
	for n := range f.Copies {
		after := int64(0)
		if f.Spread != nil {
			after = f.Spread.At(d.Bits(uint64(n)))
		}
		e.Copies.Add(after)
	}
	return e
}
