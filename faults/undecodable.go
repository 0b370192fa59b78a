package faults

// Undecodable makes a message poison: every attempt to decode it fails.
type Undecodable struct{}

// Kind is "undecodable".
func (Undecodable) Kind() string { return "undecodable" }

// Point is AtDelivery.
func (Undecodable) Point() Point { return AtDelivery }

// Decide poisons the message.
func (Undecodable) Decide(Hop, Draws) Effect { return Effect{Undecodable: true} }
