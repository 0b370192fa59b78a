package faults

// Ignore makes a consumer ack a message and do nothing: the silent
// misconfiguration.
type Ignore struct{}

// Kind is "ignore".
func (Ignore) Kind() string { return "ignore" }

// Point is AtHandling.
func (Ignore) Point() Point { return AtHandling }

// Decide ignores the message.
func (Ignore) Decide(Hop, Draws) Effect { return Effect{Ignore: true} }
