package scenarios

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"edasim/sim"
	"edasim/topology"
)

// threshold is a measure such as latency.over.2s: the share of what has
// percentiles that is above a time. It is made only where it is asked for.
type threshold struct {
	name  string // "latency.over.2s"
	times string // "latency"
	above topology.Time
}

const overMark = ".over."

// parseThreshold takes apart the name of a measure; ok is false where it is no
// threshold.
func parseThreshold(measure string) (t threshold, ok bool, err error) {
	times, duration, ok := strings.Cut(measure, overMark)
	if !ok {
		return threshold{}, false, nil
	}
	above, err := topology.ParseDuration(duration)
	if err != nil {
		return threshold{}, true, fmt.Errorf("%s: %w", measure, err)
	}
	return threshold{name: measure, times: times, above: above}, true, nil
}

// thresholds are those that expectations ask for, each once.
func thresholds(expectations []expectation) ([]threshold, error) {
	var all []threshold
	for i := range expectations {
		for _, ref := range expectations[i].refs {
			t, ok, err := parseThreshold(ref.Measure)
			if err != nil {
				return nil, err
			}
			if ok && !slices.Contains(all, t) {
				all = append(all, t)
			}
		}
	}
	return all, nil
}

// share is the measure in one replication; ok is false where the replication
// has none of the times.
func (t *threshold) share(measures []sim.Measure) (m sim.Measure, ok bool) {
	for i := range measures {
		q := &measures[i]
		if q.Kind != sim.Quantile || q.Hist == nil || q.Hist.N() == 0 {
			continue
		}
		if i := strings.LastIndexByte(q.Name, '.'); i >= 0 && q.Name[:i] == t.times {
			share, of := q.Hist.Above(t.above), q.Hist.N()
			return sim.Measure{
				Name: t.name, Unit: "share", Kind: sim.Share, Value: share,
				Count: int64(math.Round(share * float64(of))), Of: of, HasCount: true,
			}, true
		}
	}
	return sim.Measure{}, false
}
