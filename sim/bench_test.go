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

// simulate runs a scenario with about so many flows and reports what a delivered
// message costs.
func simulate(b *testing.B, text string, style topology.Style) {
	b.Helper()
	s, err := scenarios.Load([]byte(text), "bench.yaml", scenarios.LoadOptions{})
	if err != nil {
		b.Fatal(err)
	}
	m, err := sim.Compile(sim.Config{
		System: s.System, Faults: s.Faults, Style: style, Seed: 1,
		Drain: s.Run.Drain, MaxHops: s.Run.MaxHops,
	})
	if err != nil {
		b.Fatal(err)
	}
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

func BenchmarkCheckout(b *testing.B) {
	text, err := os.ReadFile("../scenarios/library/checkout.yaml")
	if err != nil {
		b.Fatal(err)
	}
	for _, style := range topology.Styles {
		b.Run(style.String(), func(b *testing.B) {
			scaled := strings.Replace(string(text), "{rate: 50/s, for: 10m}", fmt.Sprintf("{rate: 20/s, flows: %d}", b.N), 1)
			simulate(b, scaled, style)
		})
	}
}
