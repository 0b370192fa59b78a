package sim_test

import (
	"context"
	"testing"

	"edasim/topology"
)

// backAndForth goes to and fro between two services, all at the instant of the trigger. In
// direct calls every run waits for the one after it.
const backAndForth = `
edasim: 1
services:
  left:
    concurrency: 4
    handlers:
      a: {consumes: One, takes: 0s, emits: Two}
      c: {consumes: Three, takes: 0s, emits: Four}
      e: {consumes: Five, takes: 0s, emits: Six}
      g: {consumes: Seven, takes: 0s, emits: Eight}
  right:
    concurrency: 4
    handlers:
      b: {consumes: Two, takes: 0s, emits: Three}
      d: {consumes: Four, takes: 0s, emits: Five}
      f: {consumes: Six, takes: 0s, emits: Seven}
delivery: {latency: 0s}
outcomes: {done: Eight}
workload:
  One: {rate: 10/s, flows: 100}
`

// TestOneInstant lets services have work for each other many times within one instant: more
// often than there are services.
func TestOneInstant(t *testing.T) {
	for _, style := range []topology.Style{topology.Choreography, topology.Orchestrated, topology.DirectCalls} {
		r, err := compile(t, backAndForth, style).Run(context.Background(), 1)
		if err != nil {
			t.Fatal(style, err)
		}
		if n := r.Latency.N(); n != 100 {
			t.Errorf("%s: %d of 100 flows came to their outcome", style, n)
		}
		if d := len(r.Depth) - 1; style == topology.Choreography && d != 7 {
			t.Errorf("%s: the chain is %d deep, not 7", style, d)
		}
	}
}
