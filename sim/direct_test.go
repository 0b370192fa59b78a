package sim_test

import (
	"context"
	"testing"

	"edasim/sim"
	"edasim/topology"
)

// TestCallsThatFailAtOnce has calls that an open breaker ends before the run that makes them has
// told all of its events: what comes after is told all the same.
func TestCallsThatFailAtOnce(t *testing.T) {
	m := compile(t, `
edasim: 1
services:
  first:
    concurrency: 50
    handlers:
      begin: {consumes: Began, takes: 1ms, emits: [Asked, Noted]}
  slow:
    handlers:
      answer: {consumes: Asked, takes: 900ms, emits: Answered}
  log:
    handlers:
      note: {consumes: Noted, takes: 1ms, detached: true}
direct: {timeout: 100ms, breaker: {failures: 50%, window: 10s, minimum: 5, open: 5s}}
workload:
  Began: {rate: 20/s, for: 60s, timeout: 10s}
`, topology.DirectCalls)
	begun, noted := 0, 0
	if _, err := m.Trace(context.Background(), 1, func(r sim.Record) {
		switch {
		case r.Kind == sim.Committed && r.Where == "first.begin":
			begun++
		case r.Kind == sim.Published && r.Where == "log.note":
			noted++
		}
	}); err != nil {
		t.Fatal(err)
	}
	if noted == 0 || noted != begun {
		t.Errorf("%d runs have committed, and %d were noted", begun, noted)
	}
}
