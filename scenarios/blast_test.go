package scenarios

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"edasim/faults"
	"edasim/topology"
)

// What the graph says of a service that is down comes true when it is down from
// the beginning to the end: a service that stops handles nothing; one that is not
// affected, in choreography, handles exactly what it did, since the draws are the
// same; and one that gets less handles no more. (A coordinator that gives up calls
// compensations, and a caller that fails begins again, so that what it calls before may
// be called more often.)
func TestBlastRadiusComesTrue(t *testing.T) {
	if testing.Short() {
		t.Skip("some hundred simulations")
	}
	texts := map[string][]byte{}
	for _, name := range []string{"checkout", "food-delivery", "insurance-claims", "missing-partner", "travel-booking", "two-way-over-events"} {
		texts[name], _ = Builtin(name)
	}
	large, err := filepath.Glob("../testdata/large/*.yaml")
	if err != nil || len(large) < 2 {
		t.Fatalf("large topologies: %v, %v", large, err)
	}
	for _, file := range large {
		if texts[file], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	checked := 0
	for name, text := range texts {
		for _, style := range topology.Styles {
			checked += checkBlast(t, name, text, style)
		}
	}
	if checked < 300 {
		t.Errorf("only %d figures were compared", checked)
	}
}

// handledWithout are the runs of each service with one of them down; empty: none.
func handledWithout(t *testing.T, name string, text []byte, style topology.Style, down string) (map[string]float64, *Scenario) {
	t.Helper()
	sc, err := Load(text, "x.yaml", LoadOptions{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	sc.Faults, sc.Expect, sc.Variants = nil, nil, nil
	if down != "" {
		sc.Faults = []faults.Injection{{Name: "gone", Fault: faults.Outage{Replicas: faults.AllReplicas}, Probability: 1, Service: down}}
	}
	sc.Run.Styles, sc.Run.Replications, sc.Run.UntilDecided = []topology.Style{style}, 1, false
	for _, w := range sc.System.Workloads {
		w.For, w.Flows = 0, 150
	}
	// Who calls what is down fails, and is delivered again for ever otherwise.
	sc.System.EachHandler(func(_ *topology.Service, h *topology.Handler) {
		h.Delivery.MaxDeliveries, h.Delivery.Exhausted = 3, topology.ToDeadLetters
		h.Delivery.Counts = topology.CountAll
	})
	r, err := Execute(context.Background(), sc, Options{})
	if err != nil {
		t.Fatalf("%s without %q: %v", name, down, err)
	}
	handled := map[string]float64{}
	for _, s := range sc.System.Services {
		if m := r.Variants[0].Styles[0].Measure("service." + s.Name + ".handled"); m != nil {
			handled[s.Name] = m.Value
		}
	}
	return handled, sc
}

func checkBlast(t *testing.T, name string, text []byte, style topology.Style) (checked int) {
	before, sc := handledWithout(t, name, text, style, "")
	shape := topology.Examine(sc.System, style)
	called := map[string]bool{}
	for _, l := range shape.Links {
		called[topology.ServiceOf(l.To)] = called[topology.ServiceOf(l.To)] || l.As == topology.ByCall
	}
	for _, d := range shape.Services {
		now, _ := handledWithout(t, name, text, style, d.Service)
		for _, s := range sc.System.Services {
			was, is := before[s.Name], now[s.Name]
			switch {
			case s.Name == d.Service:
			case slices.Contains(d.Stops, s.Name):
				checked++
				if is != 0 {
					t.Errorf("%s, %s: without %s, %s should stop and handles %g a flow", name, style, d.Service, s.Name, is)
				}
			case style != topology.Choreography:
			case slices.Contains(d.Misses, s.Name):
				checked++
				if is > was && !called[s.Name] {
					t.Errorf("%s: without %s, %s should get less and handles %g a flow, not %g", name, d.Service, s.Name, is, was)
				}
			default:
				checked++
				if is != was && (is < was || !called[s.Name]) {
					t.Errorf("%s: without %s, %s should not notice and handles %g a flow, not %g", name, d.Service, s.Name, is, was)
				}
			}
		}
	}
	return checked
}
