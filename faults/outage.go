package faults

// Outage takes replicas of a service down, or the broker. What they run dies;
// messages wait.
type Outage struct {
	Replicas int32 // at least 1, or AllReplicas
	LosePart int32 // parts per million of what the broker holds
}

// Kind is "outage".
func (Outage) Kind() string { return "outage" }

// Point is OnService.
func (Outage) Point() Point { return OnService }

// Decide takes the replicas down.
func (f Outage) Decide(Hop, Draws) Effect {
	return Effect{Down: f.Replicas, LosePart: f.LosePart}
}
