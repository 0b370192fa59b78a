package sim_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"edasim/sim"
	"edasim/topology"
)

var speed = flag.Bool("speed", false, "compare the simulator's speed with the yardstick's")

// TestSpeed fails where the simulator has become slower by 30 % against a loop
// written by hand, measured in the same run. The ratios were measured on a quiet
// machine (SPEED.md). A neighbour on the same core makes a ratio fall by up to a
// quarter, so the best of several counts: what is slower in itself is slower in all.
func TestSpeed(t *testing.T) {
	if !*speed {
		t.Skip("a comparison of speeds: run it alone, with -speed")
	}
	text, err := os.ReadFile("../scenarios/library/checkout.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		scenario string
		style    topology.Style
		ratio    float64 // customers or messages a second, to the yardstick's customers
	}{
		{"M/M/1", fmt.Sprintf(mm1, 500_000), topology.Choreography, 0.30},
		{"checkout, choreography", string(text), topology.Choreography, 0.12},
		{"checkout, orchestration", string(text), topology.Orchestrated, 0.12},
	} {
		m := compile(t, c.scenario, c.style)
		best := 0.0
		for replication := range 7 {
			best = max(best, yardNanos()/messageNanos(t, m, replication+1))
		}
		t.Logf("%-24s %.3f of the yardstick, on a quiet machine %.3f", c.name, best, c.ratio)
		if best < 0.7*c.ratio {
			t.Errorf("%s: %.3f of the yardstick's speed, less than 70 %% of %.3f", c.name, best, c.ratio)
		}
	}
}

// yardNanos is what a customer costs the yardstick.
func yardNanos() float64 {
	const customers = 1_000_000
	begin := time.Now()
	sim.Yardstick(customers)
	return float64(time.Since(begin).Nanoseconds()) / customers
}

// messageNanos is what a message costs the simulator.
func messageNanos(t *testing.T, m *sim.Model, replication int) float64 {
	t.Helper()
	begin := time.Now()
	r, err := m.Run(context.Background(), replication)
	if err != nil {
		t.Fatal(err)
	}
	return float64(time.Since(begin).Nanoseconds()) / float64(r.Messages)
}
