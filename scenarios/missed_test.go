package scenarios

import (
	"context"
	"testing"
)

// What is lost and dead-lettered by edge adds up to what is counted in all, in every
// style of every built-in scenario.
func TestMissedByEdgeAddsUp(t *testing.T) {
	lost, dead := int64(0), int64(0)
	for _, name := range BuiltinNames() {
		text, _ := Builtin(name)
		sc, err := Load(text, name+".yaml", LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		sc.Run.Replications, sc.Run.UntilDecided, sc.Variants, sc.Expect = 1, false, nil, nil
		r, err := Execute(context.Background(), sc, Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, s := range r.Variants[0].Styles {
			l, d := int64(0), int64(0)
			for _, m := range s.Missed {
				l += m.Lost
				d += m.DeadLettered
			}
			if m := s.Measure("anomaly.lost"); m != nil && m.Count != l {
				t.Errorf("%s, %s: %d lost by edge, %d in all", name, s.Style, l, m.Count)
			}
			// Those that were put back were dead letters once.
			if m := s.Measure("anomaly.dead_lettered"); m != nil && m.Count < d {
				t.Errorf("%s, %s: %d dead letters by edge, %d in all", name, s.Style, d, m.Count)
			}
			lost, dead = lost+l, dead+d
		}
	}
	if lost == 0 || dead == 0 {
		t.Errorf("%d lost, %d dead letters: too little was looked at", lost, dead)
	}
}
