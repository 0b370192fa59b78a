package faults

// Slow multiplies service times.
type Slow struct{ Factor Factor }

// Kind is "slow".
func (Slow) Kind() string { return "slow" }

// Point is AtHandling.
func (Slow) Point() Point { return AtHandling }

// Decide slows the run down.
func (f Slow) Decide(Hop, Draws) Effect { return Effect{Slow: f.Factor} }
