package faults

// Forge publishes an event that nobody of the system sent, in a random running
// flow.
type Forge struct{ PerSecond float64 }

// Kind is "forge".
func (Forge) Kind() string { return "forge" }

// Point is OnArrivals.
func (Forge) Point() Point { return OnArrivals }

// Decide does nothing to a hop: a forgery is a message of its own.
func (Forge) Decide(Hop, Draws) Effect { return Effect{} }
