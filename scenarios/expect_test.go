package scenarios

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"edasim/sim"
	"edasim/topology"
)

// In the fake, latency.mean is 2.5 and 12.5 with a half width of 2.05 at 4
// replications, stuck 10 % and in the variant 5 %, 40 and 20 of 400.
func TestExpectations(t *testing.T) {
	cases := map[string]string{
		"orchestration.latency.mean < 5":                                 "base orchestration pass",
		"5 > orchestration.latency.mean":                                 "base orchestration pass",
		"orchestration.latency.mean < 3":                                 "base orchestration inconclusive",
		"orchestration.latency.mean > 5s":                                "base orchestration fail",
		"latency.mean < 5":                                               "base choreography fail, base orchestration pass",
		"stuck == 10%":                                                   "base choreography pass, base orchestration pass",
		"better.choreography.stuck == 5%":                                "better choreography pass",
		"better.choreography.stuck != 5%":                                "better choreography fail",
		"*.choreography.stuck == 5%":                                     "base choreography fail, better choreography pass",
		"base.choreography.stuck == 10%":                                 "base choreography pass",
		"choreography.latency.mean > orchestration.latency.mean":         "base  pass",
		"choreography.latency.mean == orchestration.latency.mean":        "base  fail",
		"choreography.latency.mean > 9 + orchestration.latency.mean":     "base  pass",
		"choreography.latency.mean < 2 * orchestration.latency.mean":     "base  fail",
		"choreography.latency.mean - orchestration.latency.mean == 10":   "base  pass",
		"better.stuck < stuck":                                           " choreography pass,  orchestration pass",
		"better.choreography.stuck < orchestration.stuck":                "  pass",
		"choreography.stuck > 5% and orchestration.latency.mean < 3":     "base  inconclusive",
		"choreography.stuck > 50% and orchestration.latency.mean < 3":    "base  fail",
		"choreography.stuck > 5% or orchestration.latency.mean < 3":      "base  pass",
		"not (choreography.stuck > 50%)":                                 "base choreography pass",
		"choreography.stuck in [5%, 10%]":                                "base choreography pass",
		"max(choreography.stuck, better.choreography.stuck) == 10%":      " choreography pass",
		"abs(orchestration.latency.mean - 3) > 2":                        "base orchestration fail",
		"choreography.latency.p99 < 1":                                   "base choreography inconclusive",
		"choreography.stuck > 5% ? stuck == 10% : orchestration.stuck>1": "base  pass, base  pass",
	}
	for text, want := range cases {
		r := executeFake(t, fakeScenario(text), 2)
		var got []string
		for _, e := range r.Expect {
			got = append(got, fmt.Sprintf("%s %s %s", e.Variant, e.Style, e.Verdict))
			if e.Text != text || e.Line != 1 {
				t.Errorf("%+v", e)
			}
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s\n got %s\nwant %s", text, s, want)
		}
	}
}

func TestExpectationFigures(t *testing.T) {
	e := executeFake(t, fakeScenario("choreography.latency.mean > orchestration.latency.mean + 1"), 1).Expect[0]
	if !e.Difference || e.Value != 9 || e.Low != 9 || e.High != 9 || e.Unit != "s" {
		t.Errorf("%+v", e)
	}
	e = executeFake(t, fakeScenario("orchestration.latency.mean < 3"), 1).Expect[0]
	if e.Difference || e.Value != 2.5 || e.Limit != 3 || e.Need <= 4 || e.Unit != "s" {
		t.Errorf("%+v", e)
	}
	near(t, "high", e.High, 2.5+2.0543, 1e-3)
	e = executeFake(t, fakeScenario("choreography.latency.p99 < 1"), 1).Expect[0]
	if e.Why != "nothing was measured: choreography.latency.p99" {
		t.Errorf("%+v", e)
	}
}

func TestVerdictOfResult(t *testing.T) {
	held, open, failed := "choreography.stuck == 10%", "orchestration.latency.mean < 3", "choreography.stuck == 0"
	cases := []struct {
		expect []string
		want   Verdict
	}{
		{nil, Pass}, {[]string{held}, Pass}, {[]string{held, open}, Inconclusive},
		{[]string{open, failed, open}, Fail},
	}
	for _, c := range cases {
		if r := executeFake(t, fakeScenario(c.expect...), 1); r.Verdict != c.want {
			t.Errorf("%v: %s", c.expect, r.Verdict)
		}
	}
}

func TestSometimesMustHold(t *testing.T) {
	sc := fakeScenario()
	sc.System.Invariants = []topology.Invariant{
		{Name: "Paid twice", Kind: topology.Sometimes, Expr: &topology.Expr{Text: "payment.charged > 1"}, Pos: topology.Pos{Line: 9}},
		{Name: "seen", Kind: topology.Sometimes, Expr: &topology.Expr{Text: "x > 1"}},
	}
	r, err := execute(context.Background(), sc, Options{}, func(c sim.Config) (runner, error) {
		return func(context.Context, int) (*sim.Replication, error) {
			seen := int64(0)
			if c.Style == topology.Orchestrated {
				seen = 3
			}
			return &sim.Replication{Measures: []sim.Measure{
				{Name: "invariant.paid_twice", Kind: sim.Share, Of: 10},
				{Name: "invariant.seen", Kind: sim.Share, Count: seen, Of: 10},
			}}, nil
		}, nil
	})
	if err != nil || r.Verdict != Fail || len(r.Expect) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	if e := r.Expect[0]; e.Text != "Paid twice: sometimes payment.charged > 1" || e.Line != 9 {
		t.Errorf("%+v", e)
	}
}

func TestParseReference(t *testing.T) {
	cases := map[string]Reference{
		"stuck":                            {Variant: Base, Measure: "stuck"},
		"better.stuck":                     {Variant: "better", Measure: "stuck"},
		"better.direct.latency.p50":        {Variant: "better", Style: topology.DirectCalls, HasStyle: true, Measure: "latency.p50"},
		"*.choreography.stuck":             {Variant: Any, HasStyle: true, Measure: "stuck"},
		"better.*.stuck":                   {Variant: "better", Measure: "stuck"},
		"orchestration.service.a.wait.p99": {Variant: Base, Style: topology.Orchestrated, HasStyle: true, Measure: "service.a.wait.p99"},
		"anomaly.lost":                     {Variant: Base, Measure: "anomaly.lost"},
	}
	for name, want := range cases {
		if got := ParseReference(name, []string{"better"}); got != want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestBadExpectationRunsNothing(t *testing.T) {
	_, err := execute(context.Background(), fakeScenario("stuck <"), Options{Progress: func(int, int) {
		t.Error("something was simulated")
	}}, fake)
	if err == nil || !strings.Contains(err.Error(), "fake.yaml:1: ") {
		t.Error(err)
	}
}
