package faults

// Upgrade makes the handlers of a service read other schema versions.
type Upgrade struct {
	Versions Versions
	Rollout  int64 // nanoseconds over which the share of upgraded replicas grows from 0 to 1; 0: at once
}

// Kind is "upgrade".
func (Upgrade) Kind() string { return "upgrade" }

// Point is AtDelivery.
func (Upgrade) Point() Point { return AtDelivery }

// Decide lets a delivery meet an upgraded replica.
func (f Upgrade) Decide(h Hop, d Draws) Effect {
	if !rolledOut(h, f.Rollout, d) {
		return Effect{}
	}
	return Effect{Accepts: f.Versions}
}
