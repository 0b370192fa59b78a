package faults

// NetworkPartition lets nothing pass between a service and the broker. What is
// sent then waits for its end, or is lost.
type NetworkPartition struct{ Lose bool }

// Kind is "network_partition".
func (NetworkPartition) Kind() string { return "network_partition" }

// Point is InTransit.
func (NetworkPartition) Point() Point { return InTransit }

// Decide holds the copy up, or loses it.
func (f NetworkPartition) Decide(Hop, Draws) Effect { return Effect{Cut: true, Lose: f.Lose} }
