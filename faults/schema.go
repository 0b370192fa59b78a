package faults

// Schema makes producers of an event send another version of it. It acts when a
// message is published; who cannot read it finds out at delivery.
type Schema struct {
	Version int32 // 1 to 63
	Rollout int64 // nanoseconds over which the share of new messages grows from 0 to 1; 0: at once
}

// Kind is "schema".
func (Schema) Kind() string { return "schema" }

// Point is AtPublish.
func (Schema) Point() Point { return AtPublish }

// Decide sends the new version once the producer has been rolled out.
func (f Schema) Decide(h Hop, d Draws) Effect {
	if !rolledOut(h, f.Rollout, d) {
		return Effect{}
	}
	return Effect{Version: f.Version}
}

// rolledOut tells whether a hop falls into the share that grows linearly from
// the start of the window.
func rolledOut(h Hop, over int64, d Draws) bool {
	return over == 0 || d.Uniform(0)*float64(over) < float64(h.Now-h.Since)
}
