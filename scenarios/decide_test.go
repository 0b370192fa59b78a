package scenarios

import (
	"testing"

	"edasim/sim"
	"edasim/topology"
)

// What the business decides leaves the try out: three deliveries of a message are
// refused alike, and emit alike.
func TestEveryTryDecidesAlike(t *testing.T) {
	published := map[string]map[int64]int{"Refused": {}, "Perhaps": {}, "One": {}}
	for _, r := range traced(t, `edasim: 1
services:
  server:
    concurrency: unlimited
    handlers:
      refuse: {consumes: Asked, emits: Done, refuses: {probability: 50%, emits: Refused}}
      emit: {consumes: Asked, emits: [{event: Perhaps, probability: 50%}, {one_of: {One: 50%, Other: 50%}}]}
  log:
    concurrency: unlimited
    delivery: {max_deliveries: 1}
    handlers:
      hear: {consumes: [Refused, Perhaps, One], emits: Heard}
delivery: {max_deliveries: 3, ack_deadline: 1s}
outcomes: {heard: Heard}
workload:
  Asked: {every: 10ms, flows: 200}
faults:
  - ack_loss: 100%
    service: server
`, topology.Choreography) {
		if r.Kind == sim.Published && published[r.Event] != nil {
			published[r.Event][r.Flow]++
		}
	}
	for event, flows := range published {
		if len(flows) < 70 || len(flows) > 130 { // 100, and more than four standard deviations of 7
			t.Errorf("%s was published in %d of 200 flows", event, len(flows))
		}
		for flow, n := range flows {
			if n != 3 {
				t.Errorf("flow %d published %s in %d of 3 deliveries", flow, event, n)
			}
		}
	}
}

// A breaker that has been open for its while lets one attempt through to see, and
// no other beside it.
func TestBreakerProbesOnce(t *testing.T) {
	handled := 0
	for _, r := range traced(t, `edasim: 1
services:
  server: {concurrency: unlimited, handlers: {serve: {consumes: Asked, takes: 100ms, emits: Done}}}
delivery: {latency: 0s}
workload:
  Asked: {times: [0s, 2s], batch: 5, timeout: 1s, breaker: {failures: 50%, window: 10s, minimum: 5, open: 1s}}
faults:
  - error: 100%
`, topology.DirectCalls) {
		if r.Kind == sim.Started {
			handled++
		}
	}
	if handled != 5+1 {
		t.Errorf("%d attempts were made, not five and a probe", handled)
	}
}

// Each of the times that are written down starts a whole batch.
func TestTimesStartBatches(t *testing.T) {
	started := map[topology.Time]int{}
	for _, r := range traced(t, `edasim: 1
services:
  server: {handlers: {serve: {consumes: Asked, emits: Done}}}
workload:
  Asked: {times: [0s, 2s, 3s], batch: 4}
`, topology.Choreography) {
		if r.Kind == sim.FlowStarted {
			started[r.At]++
		}
	}
	if started[0] != 4 || started[2*topology.Second] != 4 || started[3*topology.Second] != 4 {
		t.Errorf("flows started: %v", started)
	}
}

// The broker remembers the copy that it accepted last, and not those that it drops:
// of an original and copies 600 and 1200 ms later a second's memory drops one.
func TestDedupRemembersWhatWasAccepted(t *testing.T) {
	copies := 0
	for _, r := range traced(t, `edasim: 1
services:
  server: {concurrency: unlimited, handlers: {serve: {consumes: Asked, emits: Done}}}
delivery: {dedup: 1s}
workload:
  Asked: {every: 1s, flows: 2000}
faults:
  - {duplicate: 100%, copies: 3, spread: mix(50% 600ms 50% 1200ms)}
`, topology.Choreography) {
		if r.Kind == sim.Published && r.Where == "server.serve" {
			copies++
		}
	}
	// Of three further copies one is accepted, unless all come after 600 ms: one of
	// 1200 ms comes a second after what was accepted.
	if off := float64(copies)/2000 - 1.875; off < -0.03 || off > 0.03 { // four standard errors of 0.0074
		t.Errorf("%d of 8000 copies were accepted, not 3750", copies)
	}
}
