package sim_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"edasim/scenarios"
	"edasim/sim"
	"edasim/topology"
)

func compile(b testing.TB, text string, style topology.Style) *sim.Model {
	b.Helper()
	s, err := scenarios.Load([]byte(text), "bench.yaml", scenarios.LoadOptions{})
	if err != nil {
		b.Fatal(err)
	}
	m, err := sim.Compile(sim.Config{
		System: s.System, Faults: s.Faults, Style: style, Seed: 1,
		Warmup: s.Run.Warmup, Drain: s.Run.Drain, MaxHops: s.Run.MaxHops,
	})
	if err != nil {
		b.Fatal(err)
	}
	return m
}

// simulate runs a scenario with about so many flows and reports what a delivered
// message costs.
func simulate(b *testing.B, text string, style topology.Style) {
	b.Helper()
	m := compile(b, text, style)
	b.ReportAllocs()
	b.ResetTimer()
	r, err := m.Run(context.Background(), 1)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(r.Messages), "ns/message")
}

const mm1 = `
edasim: 1
services:
  server:
    handlers:
      serve: {consumes: Asked, takes: exp(100ms), emits: Answered}
delivery: {latency: 0s}
workload:
  Asked: {rate: 8/s, flows: %d}
`

func BenchmarkMM1(b *testing.B) {
	simulate(b, fmt.Sprintf(mm1, b.N), topology.Choreography)
}

// checkout simulates the built-in scenario as it is, with its faults, once for each
// iteration.
func checkout(b *testing.B, style topology.Style) {
	b.Helper()
	text, err := os.ReadFile("../scenarios/library/checkout.yaml")
	if err != nil {
		b.Fatal(err)
	}
	scenario := string(text)
	if style == topology.DirectCalls {
		scenario = calm(scenario)
	}
	m := compile(b, scenario, style)
	b.ReportAllocs()
	messages := int64(0)
	for i := range b.N {
		r, err := m.Run(context.Background(), i+1)
		if err != nil {
			b.Fatal(err)
		}
		messages += r.Messages
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(messages), "ns/message")
}

// calm is checkout at a fiftieth of its rate. At its own, and still at a tenth of it, direct
// calls do not get over the outage: workers that wait for each other make nearly every call
// time out, and few messages are delivered at all.
func calm(checkout string) string {
	return strings.Replace(checkout, "{rate: 50/s, for: 10m}", "{rate: 1/s, for: 500m}", 1)
}

func BenchmarkCheckoutChoreography(b *testing.B)  { checkout(b, topology.Choreography) }
func BenchmarkCheckoutOrchestration(b *testing.B) { checkout(b, topology.Orchestrated) }
func BenchmarkCheckoutDirect(b *testing.B)        { checkout(b, topology.DirectCalls) }
