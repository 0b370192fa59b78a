package faults

// Drop loses a message before it reaches the broker; its producer is not told.
type Drop struct{}

// Kind is "drop".
func (Drop) Kind() string { return "drop" }

// Point is AtPublish.
func (Drop) Point() Point { return AtPublish }

// Decide drops the message.
func (Drop) Decide(Hop, Draws) Effect { return Effect{Drop: true} }
