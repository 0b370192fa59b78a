package scenarios

import (
	"fmt"
	"math"
	"strings"
)

// The same n steps one after the other, as events and with a coordinator. A
// message is lost, or comes twice, with these chances; a step, a way and a look
// of the coordinator take so many milliseconds.
const (
	longestChain             = 10
	lostShare, doubledShare  = 0.02, 0.05
	stepTakes, way, lookTook = 10, 3, 2
	chainFlows, chainRuns    = 3000, 20
)

func chainText(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "edasim: 1\nname: %d steps in a row\nservices:\n", n)
	for k := 1; k <= n; k++ {
		fmt.Fprintf(&b, "  s%d: {concurrency: unlimited, handlers: {do: {consumes: E%d, takes: %dms, emits: E%d}}}\n", k, k-1, stepTakes, k)
	}
	fmt.Fprintf(&b, "delivery: {latency: %dms}\n", way)
	fmt.Fprintf(&b, "orchestration: {coordinator: {concurrency: unlimited, takes: %dms}, retry: none, exhausted: stop}\n", lookTook)
	fmt.Fprintf(&b, "workload:\n  E0: {every: 10ms, flows: %d}\n", chainFlows)
	b.WriteString("faults:\n  - {name: lost, drop: 0%}\n  - {name: doubled, duplicate: 0%}\n")
	fmt.Fprintf(&b, "variants:\n  lossy: {faults.lost: %g}\n  doubling: {faults.doubled: %g}\n", lostShare, doubledShare)
	fmt.Fprintf(&b, "run: {seed: %d, replications: %d}\n", 300+n, chainRuns)
	return b.String()
}

// completes is the chance that n steps end without a retry. The trigger is a
// message too, and the outcome counts at the last commit: n messages must arrive
// as events; with a coordinator the trigger, n commands, and all replies but
// the last.
func completes(n int, coordinated bool) float64 {
	if coordinated {
		n *= 2
	}
	return math.Pow(1-lostShare, float64(n))
}

// executions is how often the last of n steps runs for each flow. As events
// every hop can double what comes after it; a coordinator ignores the second
// reply, and only the last command's copy is left.
func executions(n int, coordinated bool) float64 {
	if coordinated {
		n = 1
	}
	return math.Pow(1+doubledShare, float64(n))
}

// executionSpread is the standard deviation of that number: of a Galton-Watson
// process.
func executionSpread(n int, coordinated bool) float64 {
	if coordinated {
		n = 1
	}
	q, m := doubledShare, 1+doubledShare
	return math.Sqrt(q * (1 - q) * math.Pow(m, float64(n-1)) * (math.Pow(m, float64(n)) - 1) / (m - 1))
}

// chains are the truths of n steps in a row in both styles.
func chains() []truth {
	var all []truth
	for n := 1; n <= longestChain; n++ {
		tr := truth{
			Scenario: fmt.Sprintf("chain-of-%d", n),
			Why:      "choreography against orchestration, step by step",
			Formula:  "messages n, 2n; latency n(way+step), n(2 way+look+step); depth n, 1; completed (1-p)^n, (1-p)^(2n); runs of the last step (1+q)^n, 1+q",
			Sample:   fmt.Sprintf("%d flows", chainFlows*chainRuns),
			text:     chainText(n),
		}
		for _, coordinated := range []bool{false, true} {
			style, letter, times, depth, took := "choreography", "c", 1, n, n*(way+stepTakes)
			if coordinated {
				style, letter, times, depth, took = "orchestration", "o", 2, 1, n*(2*way+lookTook+stepTakes)
			}
			add := func(name, variant, measure string, expected float64, abs, se float64) {
				c := truthCheck{ID: fmt.Sprintf("S%d.%s.%s", n, name, letter), Style: style, Variant: variant, Measure: measure, Expected: expected}
				if se > 0 {
					c.MaxSE = new(2 * se / math.Sqrt(chainFlows*chainRuns))
				} else {
					c.Abs = new(abs)
				}
				tr.Checks = append(tr.Checks, c)
			}
			ends := completes(n, coordinated)
			add("messages", "", "messages.published", float64(n*times), 0, 0)
			add("hops", "", "hops.max", float64(n*times), 0, 0)
			add("depth", "", "chain_depth.max", float64(depth), 0, 0)
			add("latency", "", "latency.mean", float64(took)/1000, 1e-9, 0)
			add("completed", "lossy", fmt.Sprintf("outcome.E%d", n), ends, 0, math.Sqrt(ends*(1-ends)))
			add("runs", "doubling", fmt.Sprintf("service.s%d.handled", n), executions(n, coordinated), 0, executionSpread(n, coordinated))
		}
		all = append(all, tr)
	}
	return all
}
