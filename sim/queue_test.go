package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"edasim/topology"
)

// TestQueueOrder compares the queue with one that looks through all its steps: the order of (time,
// class, scheduling) must be the same, whatever is pending and however times are spread.
func TestQueueOrder(t *testing.T) {
	spreads := []struct {
		name  string
		after func(*rand.Rand) topology.Time
	}{
		{"at once", func(*rand.Rand) topology.Time { return 0 }},
		{"few instants", func(r *rand.Rand) topology.Time { return topology.Time(r.IntN(4)) * topology.Second }},
		{"ns", func(r *rand.Rand) topology.Time { return topology.Time(r.IntN(100)) }},
		{"exponential", func(r *rand.Rand) topology.Time {
			return topology.Time(r.ExpFloat64() * float64(topology.Second))
		}},
		{"all scales", func(r *rand.Rand) topology.Time { return topology.Time(1) << r.IntN(50) }},
		{"mixed", func(r *rand.Rand) topology.Time {
			switch r.IntN(4) {
			case 0:
				return 0
			case 1:
				return topology.Time(r.IntN(3)) * topology.Second
			case 2:
				return topology.Time(r.ExpFloat64() * float64(topology.Second) / 1000)
			}
			return topology.Time(r.ExpFloat64() * float64(topology.Second) * 60)
		}},
	}
	kinds := []stepKind{finishes, restarts, expires, samples, arrives, reaches}
	for _, spread := range spreads {
		for _, pending := range []int{1, 3, 7, 20, 70, 500} {
			t.Run(fmt.Sprint(spread.name, " ", pending), func(t *testing.T) {
				r := rand.New(rand.NewPCG(1, uint64(pending)))
				q := newQueue()
				var steps []step // in the order of scheduling
				left := 4000
				push := func() {
					at, kind := q.now+spread.after(r), kinds[r.IntN(len(kinds))]
					q.push(at, kind, ticket(left))
					steps = append(steps, step{at, uint64(kind)<<kindShift | uint64(left)})
					left--
				}
				for range pending {
					push()
				}
				for q.more() {
					next := 0
					for i, s := range steps {
						if s.at < steps[next].at || s.at == steps[next].at && s.class() < steps[next].class() {
							next = i
						}
					}
					if got := q.pop(); got != steps[next] {
						t.Fatalf("with %d left: took %v, and the next is %v", left, got, steps[next])
					}
					steps = slices.Delete(steps, next, next+1)
					quiet := !slices.ContainsFunc(steps, func(s step) bool { return s.at == q.now })
					if q.quiet() != quiet {
						t.Fatalf("with %d left: quiet is %v, and should be %v", left, q.quiet(), quiet)
					}
					// The number pending goes up and down by itself.
					for n := r.IntN(3); n > 0 && left > 0 && len(steps) < 2*pending; n-- {
						push()
					}
				}
				if len(steps) > 0 || !q.empty() {
					t.Fatalf("%d steps were never taken", len(steps))
				}
			})
		}
	}
}
