package faults

// Error is a transient error after the service time: the consumer nacks.
type Error struct{}

// Kind is "error".
func (Error) Kind() string { return "error" }

// Point is AtHandling.
func (Error) Point() Point { return AtHandling }

// Decide fails the delivery.
func (Error) Decide(Hop, Draws) Effect { return Effect{Error: true} }
