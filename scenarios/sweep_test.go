package scenarios

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"edasim/sim"
)

const sweptText = `edasim: 1
services:
  payment:
    concurrency: 2
    state: {charged: 0}
    handlers:
      charge:
        consumes: OrderPlaced
        takes: exp(5ms)
        effects: {charged: +1}
        emits: PaymentCharged
workload:
  OrderPlaced: {rate: 20/s, for: 5s}
faults:
  - duplicate: 5%
invariants:
  charged once: always payment.charged <= 1
variants:
  safe: {payment.charge.idempotent: message}
run: {replications: 3}
`

func sweepOf(t *testing.T, o SweepOptions, vary ...string) *Sweep {
	t.Helper()
	s, err := trySweep(o, vary...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func trySweep(o SweepOptions, vary ...string) (*Sweep, error) {
	for _, text := range vary {
		a, err := ParseAxis(text)
		if err != nil {
			return nil, err
		}
		o.Axes = append(o.Axes, a)
	}
	return NewSweep([]byte(sweptText), "swept.yaml", o)
}

func simulateAll(t *testing.T, s *Sweep) {
	t.Helper()
	all := make([]int, len(s.Points))
	for i := range all {
		all[i] = i
	}
	told, last := 0, 0
	progress := func(done, total int) {
		told++
		if done < last || total != len(all)*s.Replications*len(s.Styles) {
			t.Errorf("%d of %d are done, after %d", done, total, last)
		}
		last = done
	}
	// So many jobs that points are simulated at the same time.
	err := s.SimulateEach(context.Background(), all, Options{Jobs: 50, Progress: progress}, s.Accept)
	if err != nil {
		t.Fatal(err)
	}
	if s.Finished() != len(all) || told == 0 || last != len(all)*s.Replications*len(s.Styles) {
		t.Errorf("%d of %d points, progress up to %d", s.Finished(), len(all), last)
	}
}

func TestPointsAtOnce(t *testing.T) {
	for _, c := range []struct{ jobs, each, points, ofEach int }{
		{1, 1, 1, 1},
		{1, 30, 1, 1},
		{2, 1, 2, 1},
		{2, 30, 1, 2},
		{16, 10, 2, 8},
		{16, 1, 16, 1},
		{4, 3, 2, 2},
	} {
		points, ofEach := pointsAtOnce(c.jobs, c.each)
		if points != c.points || ofEach != c.ofEach {
			t.Errorf("%d jobs, %d simulations of each point: %d points with %d each, want %d with %d",
				c.jobs, c.each, points, ofEach, c.points, c.ofEach)
		}
	}
	if points, ofEach := pointsAtOnce(0, 1); points < 1 || ofEach != 1 {
		t.Errorf("one for each core: %d points with %d each", points, ofEach)
	}
}

// An error of keeping a point ends the sweep.
func TestSweepEndsWithAnError(t *testing.T) {
	s := sweepOf(t, SweepOptions{}, "faults.duplicate=5%..15%/3")
	full := errors.New("no room")
	err := s.SimulateEach(context.Background(), []int{0, 1, 2}, Options{}, func(int, []byte) error { return full })
	if !errors.Is(err, full) {
		t.Error(err)
	}
}

// A point is the scenario with its paths set, to the last digit.
func TestSweepPointsAreRuns(t *testing.T) {
	s := sweepOf(t, SweepOptions{}, "faults.duplicate=5%..15%/2", "payment.concurrency=1,2")
	simulateAll(t, s)
	sc, err := Load([]byte(sweptText), "swept.yaml", LoadOptions{Sets: []Set{{"faults.duplicate", "15%"}, {"payment.concurrency", "1"}}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Execute(context.Background(), sc, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Label(2); got != "faults.duplicate=15%, payment.concurrency=1" {
		t.Fatal(got)
	}
	for _, want := range r.Variants[0].Styles {
		for _, m := range want.Measures {
			got := s.Measure(2, want.Style.String(), m.Name)
			if got == nil || got.Value != m.Value || got.Low != m.Low || got.High != m.High || !slices.Equal(got.Each, m.Each) || !slices.Equal(got.In, m.In) {
				t.Errorf("%s: %+v, want %+v", m.Name, got, m)
			}
		}
	}
}

func TestSweepOfAVariant(t *testing.T) {
	s := sweepOf(t, SweepOptions{Variant: "safe"}, "faults.duplicate=50%")
	simulateAll(t, s)
	if m := s.Measure(0, "choreography", "inconsistent"); m.Value != 0 {
		t.Errorf("the variant does not hold: %g", m.Value)
	}
	// What is varied wins over what the variant sets.
	s = sweepOf(t, SweepOptions{Variant: "safe"}, "payment.charge.idempotent=message,none")
	simulateAll(t, s)
	if a, b := s.Measure(0, "choreography", "inconsistent"), s.Measure(1, "choreography", "inconsistent"); a.Value != 0 || b.Value == 0 {
		t.Errorf("%g and %g", a.Value, b.Value)
	}
}

func TestSweepAcceptsOnlyItsOwnPoints(t *testing.T) {
	s := sweepOf(t, SweepOptions{}, "faults.duplicate=0%,10%")
	text, err := s.Simulate(context.Background(), 1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Accept(0, text); !errors.Is(err, ErrOtherPoint) {
		t.Error("the point of other values was taken")
	}
	others := map[string]SweepOptions{
		"--set":        {LoadOptions: LoadOptions{Sets: []Set{{"payment.concurrency", "3"}}}},
		"seed":         {Apply: func(sc *Scenario) { sc.Run.Seed = 9 }},
		"replications": {Apply: func(sc *Scenario) { sc.Run.Replications = 4 }},
		"variant":      {Variant: "safe"},
		"styles":       {Apply: func(sc *Scenario) { sc.Run.Styles = sc.Run.Styles[:1] }},
	}
	for what, o := range others {
		other := sweepOf(t, o, "faults.duplicate=0%,10%")
		if err := other.Accept(1, text); !errors.Is(err, ErrOtherPoint) {
			t.Errorf("a point of another %s was taken", what)
		}
		if other.Unlike(s) == "" {
			t.Errorf("a sweep of another %s counts as the same", what)
		}
	}
	for what, broken := range map[string][]byte{
		"half":      text[:len(text)/2],
		"nothing":   nil,
		"semantics": bytes.Replace(text, []byte(`"semantics":1`), []byte(`"semantics":2`), 1),
	} {
		if err := s.Accept(1, broken); !errors.Is(err, ErrOtherPoint) {
			t.Errorf("%s: %v", what, err)
		}
	}
	// A finer grid, and one with another order of settings, finds it.
	finer := sweepOf(t, SweepOptions{}, "faults.duplicate=0%..20%/3")
	if err := finer.Accept(1, text); err != nil || finer.PointFile(1) != s.PointFile(1) {
		t.Errorf("a finer grid does not find the point: %v", err)
	}
}

func TestSweepGridIsReadBack(t *testing.T) {
	s := sweepOf(t, SweepOptions{Measures: []string{"stuck"}}, "faults.duplicate=0%..10%/3", "payment.charge.idempotent=message,none")
	text, err := s.Grid()
	if err != nil {
		t.Fatal(err)
	}
	back, err := ReadGrid(text)
	if err != nil || back.Unlike(s) != "" || len(back.Points) != 6 || back.PointFile(5) != s.PointFile(5) {
		t.Fatalf("%+v, %v", back, err)
	}
	for _, broken := range []string{"", "{}", `{"results": []}`, string(text[:len(text)/2])} {
		if _, err := ReadGrid([]byte(broken)); err == nil {
			t.Errorf("%q was read", broken)
		}
	}
}

func TestSweepChecksBeforeItRuns(t *testing.T) {
	for want, vary := range map[string][]string{
		"nothing is varied":      nil,
		"given twice":            {"faults.duplicate=1%", "faults.duplicate=2%"},
		"both varied and set":    {"payment.concurrency=1,2"},
		"use --seed":             {"run.seed=1,2"},
		"--vary faults.drop=-1%": {"faults.drop=-1%,1%"},
		"is at least 1":          {"payment.replicas=0..3/4"},
		"more than 10000 points": {"payment.charge.takes=1ms..2ms/200", "faults.drop=1%..2%/200"},
	} {
		o := SweepOptions{LoadOptions: LoadOptions{Sets: []Set{{"payment.concurrency", "2"}}}}
		if _, err := trySweep(o, vary...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", vary, err, want)
		}
	}
	if _, err := trySweep(SweepOptions{Measures: []string{"stukc"}}, "faults.drop=1%"); err == nil || !strings.Contains(err.Error(), `"stuck"`) {
		t.Errorf("%v", err)
	}
}

// A range between whole numbers stays whole where the setting is.
func TestSweepRoundsCounts(t *testing.T) {
	s := sweepOf(t, SweepOptions{}, "payment.replicas=1..4/7")
	if got := strings.Join(s.Axes[0].Values, " "); got != "1 2 3 4" {
		t.Errorf("replicas %s", got)
	}
	s = sweepOf(t, SweepOptions{}, "faults.duplicate=0..1/3")
	if got := strings.Join(s.Axes[0].Values, " "); got != "0 0.5 1" {
		t.Errorf("a probability %s", got)
	}
}

func TestSweepSaysWhatChangesNothing(t *testing.T) {
	s := sweepOf(t, SweepOptions{}, "payment.queue.capacity=10000,20000", "faults.duplicate=1%,20%")
	simulateAll(t, s)
	if got := s.Idle(); !slices.Equal(got, []string{"payment.queue.capacity"}) {
		t.Errorf("%v", got)
	}
}

func TestSweepKeepsAPointThatFails(t *testing.T) {
	s := sweepOf(t, SweepOptions{}, "faults.duplicate=0%,10%")
	text, err := s.simulate(context.Background(), 0, Options{}, func(context.Context, *Scenario, Options) (*Result, error) {
		return nil, &sim.RunError{Reason: "too much"}
	})
	if err == nil {
		err = s.Accept(0, text)
	}
	if err != nil || s.Points[0].Failed != "too much" || !s.Points[0].Done || s.Cell(0, "choreography") != nil {
		t.Errorf("%+v, %v", s.Points[0], err)
	}
	if c := s.Crossings("stuck", 0, "orchestration", "choreography"); c[0].Kind != Unmeasured {
		t.Errorf("%+v", c)
	}
}

func TestSweepIsInterrupted(t *testing.T) {
	s := sweepOf(t, SweepOptions{}, "faults.duplicate=0%,10%")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if text, err := s.Simulate(ctx, 0, Options{}); !errors.Is(err, ErrNothingFinished) || text != nil {
		t.Errorf("%q, %v", text, err)
	}
	err := s.SimulateEach(ctx, []int{0, 1}, Options{}, func(point int, _ []byte) error {
		t.Errorf("point %d is kept", point)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
