package sim

// A Measure is one figure of one replication, with what is needed to put
// replications together.
type Measure struct {
	Name string // flat, "service.payment.wait.p99"
	Unit string // "s", "share", "per flow", "per s", "flows", "number" or ""
	Kind MeasureKind
	// Value is this replication's own value. Measures of times are in seconds.
	Value float64
	// Count and Of are the numerator and denominator of a Share; Count also
	// stands beside a Mean that counts something (anomalies).
	Count, Of int64
	HasCount  bool
	// Hist and Q: a Quantile is the nearest rank Q (0 to 1) in Hist, nanoseconds.
	Hist *Histogram
	Q    float64
}

// MeasureKind says how replications are put together.
type MeasureKind uint8

// The kinds of measures.
const (
	Mean     MeasureKind = iota // the mean of the replications
	Share                       // the same; its interval is at least Wilson's
	Quantile                    // nearest rank over all replications together
	Largest                     // the largest, without an interval
)

// FaultTally is how often a fault could have acted and how often it did.
type FaultTally struct {
	Name            string
	Eligible, Fired int64
}

// Series is what happened over time, in bins of equal width from 0.
type Series struct {
	Bin      int64     // width, nanoseconds
	Good     []float64 // flows that became good, by the time of their outcome
	Outcomes []float64 // flows that reached an outcome
	Arrivals []float64 // flows that started
	Retries  []float64 // messages redelivered or sent again
	Begun    []float64 // messages on which a worker started
	Lag      []float64 // from publishing to that start, seconds, summed over them
	Services []ServiceSeries
	Windows  []Window // of faults, as they came out in this replication
}

// ServiceSeries is what waited and what was in work at the end of each bin.
type ServiceSeries struct {
	Service string
	Queue   []float64
	Busy    []float64
}

// Window is a fault's window in virtual time, nanoseconds.
type Window struct {
	Fault       string
	Service     string
	From, Until int64
}
