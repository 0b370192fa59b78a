package topology

// Workload is the load of one trigger event. Exactly one of Rate, Every,
// Times, Trace, Phases and Clients says when flows start.
type Workload struct {
	Event   string
	Rate    float64 // flows (with Batch: batches) per second, Poisson
	Every   Time    // one after each interval
	Times   []Time
	Trace   *Trace
	Phases  []Phase
	Clients int   // a closed loop
	Think   *Dist // Clients only
	Batch   int   // flows that start together; at least 1
	For     Time  // 0: not limited by time
	Flows   int   // 0: not limited by number
	Wait    *Wait // the client waits and sends again; nil: it does not wait
	Pos     Pos
}

// Phase is one part of a load that changes over time.
type Phase struct {
	Rate  float64 // Poisson, per second; 0 with Every 0: a pause
	Every Time
	For   *Dist
}

// Trace is a load that was measured.
type Trace struct {
	At   []Time
	Keys map[string][]int // by declared key: the value of each flow
	// Takes are measured service times by full handler name.
	Takes map[string][]Time
}
