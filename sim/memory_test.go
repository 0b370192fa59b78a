package sim_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"edasim/scenarios"
	"edasim/sim"
	"edasim/topology"
)

// TestMemoryIsFlat holds that what a flow used is given back: twenty times the
// flows allocate no more than a few more chunks for a longer peak. The rate is
// low, since direct calls that wait for each other's workers build a backlog,
// and a backlog may take memory.
func TestMemoryIsFlat(t *testing.T) {
	text, err := os.ReadFile("../scenarios/library/checkout.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, style := range topology.Styles {
		few, many := allocated(t, string(text), style, 5_000), allocated(t, string(text), style, 100_000)
		if grown := int64(many) - int64(few); grown > 2<<20 {
			t.Errorf("%s: 100,000 flows allocate %d KB more than 5,000", style, grown>>10)
		}
	}
}

// allocated is how many bytes a run of so many flows allocates in all.
func allocated(t *testing.T, text string, style topology.Style, flows int) uint64 {
	t.Helper()
	text = strings.Replace(text, "{rate: 50/s, for: 10m}", fmt.Sprintf("{rate: 2/s, flows: %d}", flows), 1)
	s, err := scenarios.Load([]byte(text), "flat.yaml", scenarios.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sim.Config{System: s.System, Faults: s.Faults, Style: style, Seed: 1,
		Drain: s.Run.Drain, MaxHops: s.Run.MaxHops})
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := m.Run(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
