package sim

import (
	"context"
	"testing"

	"edasim/topology"
)

// mm1 is a single exponential server with a Poisson stream.
func mm1(rate float64, service topology.Time, span topology.Time) Config {
	h := &topology.Handler{Name: "serve", Consumes: []string{"Asked"}, Takes: topology.Exp(service),
		Emits:    []topology.Emission{{Event: "Answered", Probability: 1}},
		Delivery: topology.Delivery{Latency: topology.Const(0), AckDeadline: 0, Counts: topology.CountAll}}
	return Config{
		System: &topology.System{
			Services: []*topology.Service{{Name: "server", Replicas: 1, Concurrency: 1,
				Queue: topology.Queue{Capacity: -1}, Handlers: []*topology.Handler{h}}},
			Outcomes:  []topology.Outcome{{Name: "answered", Events: []string{"Answered"}}},
			Workloads: []*topology.Workload{{Event: "Asked", Rate: rate, For: span}},
		},
		Style: topology.Choreography, Seed: 1, Drain: topology.Hour, MaxHops: 100,
	}
}

func TestMM1(t *testing.T) {
	m, err := Compile(mm1(8, 100*topology.Millisecond, 20000*topology.Second))
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Run(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range r.Measures {
		t.Logf("%-40s %10.6g %s", x.Name, x.Value, x.Unit)
	}
}
