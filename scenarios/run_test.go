package scenarios

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"edasim/faults"
	"edasim/sim"
	"edasim/topology"
)

// fakeScenario is two styles and one variant; fake makes its measures.
func fakeScenario(expect ...string) *Scenario {
	sc := &Scenario{
		File: "fake.yaml", Name: "fake", System: &topology.System{},
		Run: Run{
			Seed: 7, Replications: 4, MaxReplications: 20,
			Styles: []topology.Style{topology.Orchestrated, topology.Choreography},
		},
		Variants: []Variant{{Name: "better", System: &topology.System{Services: []*topology.Service{{}}}}},
	}
	for i, text := range expect {
		sc.Expect = append(sc.Expect, ExpectText{Text: text, Pos: topology.Pos{Line: i + 1}})
	}
	return sc
}

// fake compiles to a runner whose measures follow from style, variant and
// replication alone. In choreography latency is 10 more than in orchestration
// in every replication; the variant halves stuck.
func fake(c sim.Config) (runner, error) {
	return func(ctx context.Context, r int) (*sim.Replication, error) {
		latency := []float64{1, 2, 3, 4}[r%4]
		if c.Style == topology.Choreography {
			latency += 10
		}
		stuck := int64(10)
		if len(c.System.Services) > 0 {
			stuck = 5
		}
		return &sim.Replication{
			Measures: []sim.Measure{
				{Name: "flows", Unit: "flows", Value: 100},
				{Name: "latency.mean", Unit: "s", Value: latency},
				{Name: "stuck", Unit: "share", Kind: sim.Share, Value: float64(stuck) / 100, Count: stuck, Of: 100, HasCount: true},
			},
			Messages: 1,
		}, nil
	}, nil
}

func executeFake(t *testing.T, sc *Scenario, jobs int) *Result {
	t.Helper()
	r, err := execute(context.Background(), sc, Options{Jobs: jobs}, fake)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestExecuteOrdersCells(t *testing.T) {
	r := executeFake(t, fakeScenario(), 3)
	var names []string
	for _, v := range r.Variants {
		for _, s := range v.Styles {
			names = append(names, v.Name+"."+s.Style.String())
		}
	}
	want := []string{"base.choreography", "base.orchestration", "better.choreography", "better.orchestration"}
	if !slices.Equal(names, want) || r.Replications != 4 || r.Partial || r.Messages != 16 || r.Seed != 7 {
		t.Errorf("%v, %+v", names, r)
	}
	var differences []string
	for _, d := range r.Differences {
		differences = append(differences, d.Name)
	}
	want = []string{"orchestration-choreography", "orchestration-choreography", "better-base", "better-base"}
	if !slices.Equal(differences, want) {
		t.Errorf("differences %v", differences)
	}
	// −10 in every replication: no scatter though latency itself has some.
	for _, m := range r.Differences[0].Measures {
		if m.Name == "latency.mean" && (m.Value != -10 || m.Low != -10 || m.High != -10) {
			t.Errorf("%+v", m)
		}
	}
}

func TestExecuteOnAnyNumberOfCores(t *testing.T) {
	text := "latency.mean > 0"
	one := executeFake(t, fakeScenario(text), 1)
	for jobs := 2; jobs <= 5; jobs++ {
		many := executeFake(t, fakeScenario(text), jobs)
		many.Scenario = one.Scenario
		if !reflect.DeepEqual(one, many) {
			t.Errorf("%d jobs give another result", jobs)
		}
	}
}

func TestExecuteInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	// With one job at a time the tenth is the second of replication 3.
	r, err := execute(ctx, fakeScenario(), Options{Jobs: 1, Progress: func(done, total int) {
		if total != 16 {
			t.Errorf("total %d", total)
		}
		if done == 10 {
			cancel()
		}
	}}, fake)
	if err != nil || !r.Partial || r.Replications != 2 || r.Messages != 8 {
		t.Errorf("%+v, %v", r, err)
	}
	if n := len(r.Variants[0].Styles[0].Measure("latency.mean").Each); n != 2 {
		t.Errorf("%d replications in a cell that has three", n)
	}
	if _, err := execute(ctx, fakeScenario(), Options{}, fake); !errors.Is(err, ErrNothingFinished) {
		t.Errorf("nothing finished: %v", err)
	}
}

// The error is that of the first job to fail, whatever runs beside it.
func TestExecuteFailsAlike(t *testing.T) {
	for jobs := 1; jobs <= 4; jobs++ {
		_, err := execute(context.Background(), fakeScenario(), Options{Jobs: jobs}, func(c sim.Config) (runner, error) {
			return func(ctx context.Context, r int) (*sim.Replication, error) {
				if r == 2 && c.Style == topology.Orchestrated {
					return nil, &sim.RunError{Reason: "too often"}
				}
				if r == 3 {
					panic("thrown")
				}
				return &sim.Replication{}, nil
			}, nil
		})
		var cause *sim.RunError
		if !errors.As(err, &cause) || !strings.HasPrefix(err.Error(), "base, orchestration, replication 2: ") {
			t.Errorf("%d jobs: %v", jobs, err)
		}
	}
}

func TestExecuteCatchesPanics(t *testing.T) {
	_, err := execute(context.Background(), fakeScenario(), Options{}, func(sim.Config) (runner, error) {
		return func(context.Context, int) (*sim.Replication, error) { panic("thrown") }, nil
	})
	var thrown *PanicError
	if !errors.As(err, &thrown) || thrown.Value != "thrown" {
		t.Errorf("%v", err)
	}
}

func TestUntilDecided(t *testing.T) {
	var runs atomic.Int64
	sc := fakeScenario("choreography.latency.mean < 13")
	sc.Run.UntilDecided = true
	r, err := execute(context.Background(), sc, Options{}, func(c sim.Config) (runner, error) {
		run, _ := fake(c)
		return func(ctx context.Context, r int) (*sim.Replication, error) {
			runs.Add(1)
			return run(ctx, r)
		}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// Mean 12.5, standard deviation 1.29 to 1.14: ± 0.54 at 20 replications and
	// not under 0.5 before, so it stops at the most that is allowed.
	if r.Replications != 20 || r.Expect[0].Verdict != Inconclusive || runs.Load() != 80 {
		t.Errorf("%d replications, %s, %d runs", r.Replications, r.Expect[0].Verdict, runs.Load())
	}
	sc.Run.MaxReplications = 100
	if r = executeFake(t, sc, 2); r.Replications != 24 || r.Verdict != Pass {
		t.Errorf("%d replications, %s", r.Replications, r.Verdict)
	}
}

func TestWarnings(t *testing.T) {
	sc := fakeScenario("choreography.latency.mean < 12.6", "direct.stuck == 0")
	sc.Warnings = []string{"overloaded"}
	sc.Faults = []faults.Injection{{Name: "drop", Probability: 1}, {Name: "off"}, {Name: "duplicate", Probability: 0.1}}
	r, err := execute(context.Background(), sc, Options{}, func(c sim.Config) (runner, error) {
		run, _ := fake(c)
		return func(ctx context.Context, r int) (*sim.Replication, error) {
			out, err := run(ctx, r)
			out.Faults = []sim.FaultTally{{Name: "drop", Eligible: 500}, {Name: "off", Eligible: 500}, {Name: "duplicate", Eligible: 10, Fired: 1}}
			out.Measures = append(out.Measures, sim.Measure{Name: "unsettled", Kind: sim.Share, Count: 1, Of: 100})
			return out, err
		}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(r.Warnings, "\n")
	for _, want := range []string{
		"overloaded\n", `fault "drop" never acted: it could have 4,000 times`,
		"better, choreography: 4 of 400 flows had not settled",
		"not judged, since direct is not simulated: direct.stuck == 0",
		"inconclusive: choreography.latency.mean < 12.6; --replications ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no warning %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, `"off"`) || strings.Contains(text, `"duplicate"`) {
		t.Errorf("too many warnings:\n%s", text)
	}
	if len(r.Expect) != 1 {
		t.Errorf("%d expectations", len(r.Expect))
	}
}
