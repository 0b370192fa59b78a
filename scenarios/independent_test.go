package scenarios

import (
	"fmt"
	"math"
	"testing"

	"edasim/sim"
	"edasim/topology"
)

// What is drawn for different things is independent: the ways and the service
// times of two handlers of one event, of their first two deliveries, and of one
// flow and the next. The correlation of n pairs scatters with 1/sqrt(n); four
// times that is allowed.
func TestDrawsAreIndependent(t *testing.T) {
	records := traced(t, `edasim: 1
services:
  left: {concurrency: unlimited, handlers: {work: {consumes: Asked, takes: exp(100ms), emits: Done}}}
  right: {concurrency: unlimited, handlers: {work: {consumes: Asked, takes: exp(100ms), emits: Done}}}
delivery: {latency: exp(100ms), retry: {initial: exp(100ms), multiplier: 1}}
workload:
  Asked: {every: 10ms, flows: 20000}
faults:
  - {name: first, error: 100%, nth: 1, handler: left.work}
  - {name: second, error: 100%, nth: 1, handler: right.work}
`, topology.Choreography)
	series := map[string]map[int64]float64{}
	last := map[string]sim.Record{}
	for _, r := range records {
		if r.Where == "" || r.Kind != sim.Published && r.Kind != sim.Started && r.Kind != sim.Committed && r.Kind != sim.Returned {
			continue
		}
		of := fmt.Sprintf("%d %s", r.Flow, r.Where)
		if before, ok := last[of]; ok {
			what := fmt.Sprintf("%s, %s of delivery %d", r.Where, map[sim.RecordKind]string{sim.Started: "way", sim.Committed: "work", sim.Returned: "work"}[r.Kind], r.Attempt)
			if series[what] == nil {
				series[what] = map[int64]float64{}
			}
			series[what][r.Flow] = float64(r.At - before.At)
		}
		last[of] = r
	}
	names := sortedNames(series)
	if len(names) != 8 {
		t.Fatalf("drawn: %v", names)
	}
	for i, a := range names {
		for _, b := range names[i:] {
			if a != b {
				uncorrelated(t, a+" and "+b, series[a], series[b], 0)
			}
			uncorrelated(t, a+" and the next flow's "+b, series[a], series[b], 1)
		}
	}
}

// uncorrelated compares one series with another, so many flows later.
func uncorrelated(t *testing.T, what string, a, b map[int64]float64, later int64) {
	t.Helper()
	var n, x, y, xx, yy, xy float64
	for flow := int64(1); flow <= int64(len(a)); flow++ {
		u, ok := a[flow]
		v, ok2 := b[flow+later]
		if !ok || !ok2 {
			continue
		}
		n, x, y, xx, yy, xy = n+1, x+u, y+v, xx+u*u, yy+v*v, xy+u*v
	}
	r := (xy - x*y/n) / math.Sqrt((xx-x*x/n)*(yy-y*y/n))
	if !(math.Abs(r) < 4/math.Sqrt(n)) || n < 10000 {
		t.Errorf("%s: the correlation of %.0f pairs is %.3f", what, n, r)
	}
}
