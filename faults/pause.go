package faults

// Pause stops all progress of a service, as a garbage collection does.
type Pause struct{}

// Kind is "pause".
func (Pause) Kind() string { return "pause" }

// Point is OnService.
func (Pause) Point() Point { return OnService }

// Decide pauses the service.
func (Pause) Decide(Hop, Draws) Effect { return Effect{Pause: true} }
