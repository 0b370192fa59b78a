package scenarios_test

import (
	"context"
	"fmt"
	"testing"

	"edasim/scenarios"
)

// A test of a design beside the code, with a subtest for each expectation. In a
// file of yours it is
//
//	func TestOrders(t *testing.T) {
//		sc, err := scenarios.LoadFile("orders.yaml", scenarios.LoadOptions{})
//		if err != nil {
//			t.Fatal(err)
//		}
//		tested, err := scenarios.Test(t.Context(), sc, scenarios.TestOptions{})
//		if err != nil {
//			t.Fatal(err)
//		}
//		for _, c := range tested.Cases {
//			t.Run(c.Name, func(t *testing.T) {
//				if c.Verdict != scenarios.Pass {
//					t.Error(c.Verdict)
//				}
//			})
//		}
//	}
func ExampleTest() {
	sc, err := scenarios.LoadFile("testdata/good/orders.yaml", scenarios.LoadOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	tested, err := scenarios.Test(context.Background(), sc, scenarios.TestOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range tested.Cases {
		fmt.Printf("%s: %s\n", c.Verdict, c.Name)
		if e := c.Expectation; c.Verdict == scenarios.Fail {
			fmt.Printf("  %.3f, from %.3f to %.3f\n", e.Value, e.Low, e.High)
		}
	}
	fmt.Println(tested.Verdict)
	// Output:
	// fail: choreography.inconsistent < 1%
	//   0.018, from 0.012 to 0.024
	// pass: safe.inconsistent == 0 (choreography)
	// pass: safe.inconsistent == 0 (orchestration)
	// fail
}

// Tests run in parallel, of one scenario too: nothing is shared but what is only
// read.
func TestInParallel(t *testing.T) {
	sc, err := scenarios.LoadFile("testdata/good/orders.yaml", scenarios.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	first, err := scenarios.Test(t.Context(), sc, scenarios.TestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		t.Run("one", func(t *testing.T) {
			t.Parallel()
			tested, err := scenarios.Test(t.Context(), sc, scenarios.TestOptions{Options: scenarios.Options{Jobs: 2}})
			if err != nil {
				t.Fatal(err)
			}
			if changes := tested.Result.Snapshot().Changes(first.Result.Snapshot()); len(changes) > 0 || tested.Verdict != first.Verdict {
				t.Errorf("%s instead of %s, %d figures differ", tested.Verdict, first.Verdict, len(changes))
			}
		})
	}
}
