package faults

// Delay holds one copy of a message up on its way to a consumer.
type Delay struct{ By Duration }

// Kind is "delay".
func (Delay) Kind() string { return "delay" }

// Point is InTransit.
func (Delay) Point() Point { return InTransit }

// Decide delays the copy.
func (f Delay) Decide(_ Hop, d Draws) Effect { return Effect{Delay: f.By.At(d.Bits(0))} }
