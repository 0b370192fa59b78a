package scenarios

import (
	"edasim/sim"
	"edasim/topology"
)

// Verdict is how an expectation, a scenario or a test ended.
type Verdict string

// The verdicts, the same words everywhere.
const (
	Pass         Verdict = "pass"
	Fail         Verdict = "fail"
	Inconclusive Verdict = "inconclusive"
)

// Result is everything that running a scenario found. Reports are made from
// it alone.
type Result struct {
	Scenario     *Scenario
	Seed         uint64
	Replications int  // finished in every cell
	Partial      bool // interrupted before all were finished
	Verdict      Verdict
	// Variants has the base first, then the scenario's variants in their order.
	Variants    []VariantResult
	Differences []Difference
	Expect      []Expectation
	Warnings    []string
	Messages    int64 // delivered, over everything that ran
}

// VariantResult is one variant in every style.
type VariantResult struct {
	Name   string // "base" or the variant's
	Styles []StyleResult
}

// StyleResult is one variant in one style: a cell of the comparison.
type StyleResult struct {
	Style    topology.Style
	Measures []Measured       // sorted by name
	Faults   []sim.FaultTally // summed over the replications
	Series   *sim.Series      // mean of the replications
	// Latency is of all replications together; nil where no flow ended.
	Latency *sim.Histogram
	Depth   []int64      // Depth[d] flows had chain depth d
	Missed  []sim.Missed // by edge, summed over the replications
	// Witness is the first flow that violates each invariant, by its
	// sim.MeasureName; the first that was stuck or inconsistent at all is under
	// "stuck" and "inconsistent".
	Witness map[string]string // "R/N"
}

// Measured is a measure put together over the replications.
type Measured struct {
	Name, Unit  string
	Kind        sim.MeasureKind
	Value       float64
	Low, High   float64 // 95 % interval; only where HasInterval
	HasInterval bool
	Count       int64 // only where HasCount
	HasCount    bool
	Of          int64     // flows that a share is of, over all replications
	Each        []float64 // the replications' own values
	In          []int     // the replications that Each is of, from 0: not all have every measure
	Bimodal     bool
}

// Difference is one cell minus another, paired within each replication.
type Difference struct {
	Name     string          // "orchestration-choreography", "idempotent-base"
	Style    *topology.Style // of both cells, where variants differ
	Variant  string          // of both cells, where styles differ
	Measures []Measured
}

// Expectation is one expectation judged in one variant and style. Value, Low
// and High are of what was measured: a measure or a difference.
type Expectation struct {
	Text             string
	Line             int
	Variant          string
	Style            string // "" where the expectation names several
	Verdict          Verdict
	Value, Low, High float64
	HasInterval      bool
	Unit             string
	Difference       bool    // Value is the left side minus the right
	Limit            float64 // the number compared with, unless Difference
	Need             int     // replications that would probably decide it; 0: not known
	Why              string  // what to say beside the figures, a short sentence or empty
}
