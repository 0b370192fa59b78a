package scenarios

import (
	"context"
	"errors"
	"strings"
	"testing"

	"edasim/faults"
	"edasim/sim"
	"edasim/topology"
)

// Every built-in scenario has a story in every style of it. What breaks only because
// a fault acted passes without the fault.
func TestExplainEveryBuiltin(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, name := range BuiltinNames() {
		text, _ := Builtin(name)
		sc := mustLoad(t, text, name+".yaml", LoadOptions{})
		for _, style := range sc.Run.Styles {
			t.Run(name+", "+style.String(), func(t *testing.T) {
				t.Parallel()
				s, err := Explain(context.Background(), sc, Which{Style: &style}, ExplainOptions{})
				if errors.Is(err, ErrNoSuchFlow) {
					return // this style mends it
				}
				if err != nil {
					t.Fatal(err)
				}
				if !s.Wrong() || len(s.Records) == 0 || s.Records[0].Kind != sim.FlowStarted {
					t.Fatalf("%d records, broken %q, odd %q", len(s.Records), s.Broken, s.Odd)
				}
				again, err := Explain(context.Background(), sc, Which{Style: &style, Flow: s.Flow}, ExplainOptions{Alone: true})
				if err != nil || !breaksAgain(s, again) {
					t.Fatalf("told again by its number it breaks %q, and broke %q: %v", again.Broken, s.Broken, err)
				}
			})
		}
	}
}

func mustLoad(t *testing.T, text []byte, file string, opts LoadOptions) *Scenario {
	t.Helper()
	sc, err := Load(text, file, opts)
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// One copy of one message charges twice; without it, or with an idempotent consumer,
// the flow passes, and a pinned scenario breaks the same.
func TestExplainDoubleCharge(t *testing.T) {
	text, _ := Builtin("double-charge")
	sc := mustLoad(t, text, "double-charge.yaml", LoadOptions{})
	style := topology.Orchestrated
	s, err := Explain(context.Background(), sc, Which{Style: &style, Invariant: "nobody_is_charged_twice"}, ExplainOptions{})
	if err != nil {
		t.Fatal(err)
	}
	passes := func(list []Otherwise, what string) bool {
		for _, o := range list {
			if o.What == what && o.Passes {
				return true
			}
		}
		return false
	}
	if !passes(s.Without, "fault duplicate") {
		t.Errorf("without the copy: %+v", s.Without)
	}
	if !passes(s.With, "payment.charge.idempotent: key") {
		t.Errorf("with idempotency: %+v", s.With)
	}
	pinned, err := Pin(context.Background(), sc, s)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(pinned), "nth: ") || len(pinned) > len(text)+200 {
		t.Errorf("pinned as\n%s", pinned)
	}
	r, err := Execute(context.Background(), mustLoad(t, pinned, "pinned.yaml", LoadOptions{}), Options{})
	if err != nil || r.Verdict != Pass {
		t.Errorf("the pinned scenario: %v, %v", r.Verdict, err)
	}
}

// A story of each of these can be pinned, and the pinned scenario passes as a test.
func TestPinBuiltins(t *testing.T) {
	for _, name := range []string{"checkout", "compensation-overtakes", "event-chain", "stale-receipt", "dual-write", "poison-pill"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, _ := Builtin(name)
			sc := mustLoad(t, text, name+".yaml", LoadOptions{})
			s, err := Explain(context.Background(), sc, Which{}, ExplainOptions{Alone: true})
			if err != nil {
				t.Fatal(err)
			}
			pinned, err := Pin(context.Background(), sc, s)
			if err != nil {
				t.Fatal(err)
			}
			r, err := Execute(context.Background(), mustLoad(t, pinned, name+".yaml", LoadOptions{}), Options{})
			if err != nil || r.Verdict != Pass {
				t.Errorf("the pinned scenario: %v\n%s", err, pinned)
			}
		})
	}
}

// What cannot be found is said.
func TestExplainNothing(t *testing.T) {
	text, _ := Builtin("checkout")
	sc := mustLoad(t, text, "checkout.yaml", LoadOptions{})
	for _, c := range []struct {
		which Which
		want  string
	}{
		{Which{Invariant: "charged at most onc"}, `did you mean "charged at most once"?`},
		{Which{Variant: "nobody"}, `there is no variant "nobody"`},
		{Which{Flow: faults.Flow{Replication: 1, Number: 1 << 40}}, "has fewer"},
		{Which{Anomaly: "forged"}, "has the anomaly forged"},
	} {
		sc.Run.Replications = 1
		if _, err := Explain(context.Background(), sc, c.which, ExplainOptions{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.which, err)
		}
	}
}
