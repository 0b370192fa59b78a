package scenarios

import (
	"math"
	"testing"

	"edasim/sim"
)

func TestJudgeAtTheEdges(t *testing.T) {
	between := Measured{Value: 2, Low: 1, High: 3, HasInterval: true, Each: []float64{1.9, 2.1}}
	cases := []struct {
		relation relation
		limit    float64
		want     Verdict
	}{
		{less, 3.01, Pass}, {less, 3, Inconclusive}, {less, 1.01, Inconclusive}, {less, 1, Fail}, {less, 0, Fail},
		{lessEqual, 3, Pass}, {lessEqual, 2.99, Inconclusive}, {lessEqual, 1, Inconclusive}, {lessEqual, 0.99, Fail},
		{greater, 0.99, Pass}, {greater, 1, Inconclusive}, {greater, 2.99, Inconclusive}, {greater, 3, Fail},
		{greaterEqual, 1, Pass}, {greaterEqual, 3, Inconclusive}, {greaterEqual, 3.01, Fail},
		{equal, 2, Pass}, {equal, 2.5, Fail}, {notEqual, 2, Fail}, {notEqual, 2.5, Pass},
	}
	for _, c := range cases {
		j := judged{quantity: between, relation: c.relation, limit: c.limit}
		if j.judge(); j.verdict != c.want {
			t.Errorf("relation %d with %v: %s, want %s", c.relation, c.limit, j.verdict, c.want)
		}
	}
	alone := judged{quantity: Measured{Value: 2}, relation: less, limit: 2.1}
	if alone.judge(); alone.verdict != Pass {
		t.Errorf("without an interval the value decides: %s", alone.verdict)
	}
	nothing := judged{quantity: Measured{Value: math.NaN()}, relation: less, limit: 2.1}
	if nothing.judge(); nothing.verdict != Inconclusive {
		t.Errorf("what was not measured: %s", nothing.verdict)
	}
}

// Values with standard deviation 1 about 10.5 and a limit of 10: the half width
// t(n-1)/sqrt(n) falls below 0.5 at n = 18 (2.1098/4.2426 = 0.497; n = 17:
// 2.1199/4.1231 = 0.514).
func TestNeedByScatter(t *testing.T) {
	each := []float64{10.5 - math.Sqrt(2)/2, 10.5 + math.Sqrt(2)/2}
	j := judged{
		quantity: Measured{Value: 10.5, Low: 1, High: 20, HasInterval: true, Each: each},
		relation: greater, limit: 10,
	}
	if j.judge(); j.need != 18 {
		t.Errorf("need %d, want 18", j.need)
	}
	j.limit = 10.5
	if j.judge(); j.need != 0 {
		t.Errorf("a limit at the value: need %d, want none", j.need)
	}
}

// 0 of 100 flows in each of 2 replications and a limit of 0.1 %: Wilson's
// 3.84/(N+3.84) is below it from N = 3,838 on, 39 replications.
func TestNeedByWilson(t *testing.T) {
	s := poolOf(share(0, 100), share(0, 100))
	j := judged{quantity: *s.Measure("m"), relation: less, limit: 0.001}
	if j.judge(); j.verdict != Inconclusive || j.need != 39 {
		t.Errorf("%s, need %d, want 39", j.verdict, j.need)
	}
}

func TestThreeValuedLogic(t *testing.T) {
	of := func(v Verdict) judged { return judged{verdict: v} }
	p, f, i := of(Pass), of(Fail), of(Inconclusive)
	cases := []struct {
		got  judged
		want Verdict
	}{
		{and(p, p), Pass}, {and(p, f), Fail}, {and(f, i), Fail}, {and(i, f), Fail}, {and(p, i), Inconclusive},
		{and(i, p), Inconclusive}, {and(i, i), Inconclusive},
		{or(f, f), Fail}, {or(p, f), Pass}, {or(f, p), Pass}, {or(i, p), Pass}, {or(p, i), Pass},
		{or(f, i), Inconclusive}, {or(i, f), Inconclusive}, {or(i, i), Inconclusive},
		{not(p), Fail}, {not(f), Pass}, {not(i), Inconclusive},
	}
	for n, c := range cases {
		if c.got.verdict != c.want {
			t.Errorf("case %d: %s, want %s", n, c.got.verdict, c.want)
		}
	}
}

func TestMinor(t *testing.T) {
	rare := poolOf(share(0, 1000), share(1, 1000), share(0, 1000), share(1, 1000))
	if !rare.Measure("m").minor() {
		t.Error("0 and 1 of 1,000 are noise")
	}
	two := poolOf(share(0, 1000), share(500, 1000), share(0, 1000), share(500, 1000))
	if m := two.Measure("m"); m.minor() || !m.Bimodal {
		t.Error("0 and 500 of 1,000 are two groups")
	}
	// 100 ± 4.6 is under 5 %, 100 ± 5.8 is over.
	if close := (&Measured{Kind: sim.Mean, Each: []float64{96, 104, 96, 104}}); !close.minor() {
		t.Error("96 and 104 are much the same")
	}
	if apart := (&Measured{Kind: sim.Mean, Each: []float64{95, 105, 95, 105}}); apart.minor() {
		t.Error("95 and 105 are not")
	}
}
