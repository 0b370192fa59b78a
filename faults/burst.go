package faults

// Burst multiplies the arrivals of a workload, or sets their rate.
type Burst struct {
	Factor Factor
	Rate   int64 // arrivals for each BurstSeconds; 0: Factor counts
}

// Kind is "burst".
func (Burst) Kind() string { return "burst" }

// Point is OnArrivals.
func (Burst) Point() Point { return OnArrivals }

// Decide raises the arrivals.
func (f Burst) Decide(Hop, Draws) Effect { return Effect{Burst: f.Factor, Rate: f.Rate} }

// BurstSeconds is for how many seconds Burst.Rate counts arrivals.
const BurstSeconds = 1_000_000_000
