package scenarios

import (
	"testing"

	"edasim/sim"
	"edasim/topology"
)

// A window of a fault has its start and not its end: of what is handled at 1, 2
// and 3 s, one from 1 s on for two seconds strikes the first two.
func TestWindowHasItsStartAndNotItsEnd(t *testing.T) {
	for _, fault := range []string{"error: 100%", "ack_loss: 100%", "drop: 100%", "duplicate: 100%", "delay: 1ms"} {
		struck := 0
		for _, r := range traced(t, `edasim: 1
services:
  server: {concurrency: unlimited, handlers: {serve: {consumes: Asked, emits: Done}}}
delivery: {latency: 0s, max_deliveries: 1, ack_deadline: 1s}
workload:
  Asked: {times: [999999999ns, 1s, 2s, 2999999999ns, 3s]}
faults:
  - `+fault+`
    event: Asked
    at: 1s
    for: 2s
`, topology.Choreography) {
			if r.Kind == sim.FaultActed {
				struck++
			}
		}
		if struck != 3 {
			t.Errorf("%s acted %d times, not 3", fault, struck)
		}
	}
}
