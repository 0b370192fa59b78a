package scenarios

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"edasim/topology"
)

// normalFour is the tolerance of these tests: four standard errors.
const normalFour = 4.0

func within(t *testing.T, what string, got, want, se float64) {
	t.Helper()
	t.Logf("%s: %.5g, expected %.5g, standard error %.2g", what, got, want, se)
	if !(math.Abs(got-want) <= normalFour*se) {
		t.Errorf("%s: %.5g is more than four standard errors of %.2g from %.5g", what, got, se, want)
	}
}

// The 95 % interval over replications covers exactly where they are normal, and
// less where they are few and exponential: known values.
func TestCoverage(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 95))
	normal := func() float64 { return r.NormFloat64() }
	exponential := func() float64 { return r.ExpFloat64() - 1 }
	for _, c := range []struct {
		what     string
		n        int
		draw     func() float64
		expected float64
	}{
		{"normal, 5", 5, normal, 0.95},
		{"exponential, 2", 2, exponential, 0.9109414},
		{"exponential, 10", 10, exponential, 0.90053},
		{"exponential, 30", 30, exponential, 0.92709},
	} {
		const experiments = 20000
		covered := 0
		for range experiments {
			values := make([]float64, c.n)
			for i := range values {
				values[i] = c.draw()
			}
			if math.Abs(meanOf(values)) <= halfWidth(values) {
				covered++
			}
		}
		within(t, c.what, float64(covered)/experiments, c.expected, math.Sqrt(c.expected*(1-c.expected)/experiments))
	}
}

const coverageText = `edasim: 1
services:
  server:
    handlers:
      serve: {consumes: Asked, takes: exp(100ms), emits: Answered}
delivery: {latency: 0s, ack_deadline: none}
workload:
  Asked: {rate: 5/s, for: 200s}
faults:
  - drop: 10%
run: {replications: 10, warmup: 20s, styles: [choreography]}
`

func loadText(t *testing.T, text string) *Scenario {
	t.Helper()
	sc, err := Load([]byte(text), "test.yaml", LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// Intervals of whole runs cover their true values: of 1,000 seeds as many as 95 %
// leaves between its 0.05 % and 99.95 % quantiles (those of the binomial law: 926 and
// 971). That of a share may cover more often, since the wider of two is taken.
func TestCoverageOverSeeds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	sc := loadText(t, coverageText)
	const seeds = 1000
	low, high := binomialQuantile(seeds, 0.95, 0.0005), binomialQuantile(seeds, 0.95, 0.9995)
	if low != 926 || high != 971 {
		t.Fatalf("99.9 %% of such counts are between %d and %d, which is known to be 926 and 971", low, high)
	}
	wait, lost := 0, 0
	for seed := range seeds {
		sc.Run.Seed = uint64(seed + 1)
		r, err := Execute(context.Background(), sc, Options{})
		if err != nil {
			t.Fatal(err)
		}
		cell := &r.Variants[0].Styles[0]
		covers := func(name string, truth float64) int {
			if m := cell.Measure(name); m.Low <= truth && truth <= m.High {
				return 1
			}
			return 0
		}
		wait += covers("latency.mean", 1/5.5) // M/M/1 with 4.5/s of 10/s
		lost += covers("stuck", 0.1)
	}
	t.Logf("of %d seeds: mean latency %d, share lost %d", seeds, wait, lost)
	if wait < low || wait > high || lost < low {
		t.Errorf("of %d seeds, %d intervals of the mean and %d of the share cover", seeds, wait, lost)
	}
}

// binomialQuantile is the least count that n trials of probability p stay at or
// below with probability q.
func binomialQuantile(n int, p, q float64) int {
	sum := 0.0
	for k := range n + 1 {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(n - k + 1))
		sum += math.Exp(a - b - c + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
		if sum >= q {
			return k
		}
	}
	return n
}

// One uniform gives one value, so what two settings share is not in their
// difference: exact factors.
func TestCommonUniforms(t *testing.T) {
	const pairs = 100_000
	r := rand.New(rand.NewPCG(2, 95))
	a, b := topology.Exp(topology.Second), topology.Exp(1100*topology.Millisecond)
	var common, apart, drops, dropsApart, left, right, product float64
	for range pairs {
		var same, other float64
		for range 5 {
			u, v := r.Uint64(), r.Uint64()
			x := inSeconds(a.At(u))
			same += inSeconds(b.At(u)) - x
			other += inSeconds(b.At(v)) - x
		}
		common += same * same / pairs
		apart += other * other / pairs
		u, v := r.Float64(), r.Float64()
		d := indicator(u < 0.12) - indicator(u < 0.10)
		e := indicator(v < 0.12) - indicator(u < 0.10)
		drops += d * d / pairs
		dropsApart += e * e / pairs
		bits := r.Uint64()
		x, y := inSeconds(a.At(bits))-1, inSeconds(a.At(^bits))-1
		left += x * x / pairs
		right += y * y / pairs
		product += x * y / pairs
	}
	common, apart = common-0.5*0.5, apart-0.5*0.5 // less the square of the mean
	drops, dropsApart = drops-0.02*0.02, dropsApart-0.02*0.02
	within(t, "difference on the same uniforms", common, 0.05, 0.001/math.Sqrt(pairs/8e3)*2)
	within(t, "difference on others", apart, 11.05, 0.221/math.Sqrt(pairs/6.6e3)*2)
	within(t, "their ratio", apart/common, 221, 6.63/math.Sqrt(pairs/1e4)*2)
	within(t, "drops on the same uniform", drops, 0.0196, 0.000392/math.Sqrt(pairs/1.2e5)*2)
	within(t, "ratio of drops", dropsApart/drops, 9.979592, 0.499/math.Sqrt(pairs/1e5)*2)
	within(t, "antithetic", product/math.Sqrt(left*right), 1-math.Pi*math.Pi/6, 0.00645/math.Sqrt(pairs/1e5)*2)
}

func inSeconds(t topology.Time) float64 { return float64(t) / float64(topology.Second) }

func indicator(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// The scatter between replications is that of theory, autocorrelation and all:
// n Var(mean wait) = 29 s² and T Var(mean number) = 24 s for M/M/1 at one half
// (J03), each within the 14 % of 100 replications.
func TestScatterOfARun(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	sc := loadText(t, `edasim: 1
services:
  server:
    handlers:
      serve: {consumes: Asked, takes: exp(1s), emits: Answered}
delivery: {latency: 0s, ack_deadline: none}
workload:
  Asked: {rate: 0.5/s, for: 40200s}
run: {seed: 3, replications: 200, warmup: 200s, styles: [choreography]}
`)
	r, err := Execute(context.Background(), sc, Options{})
	if err != nil {
		t.Fatal(err)
	}
	cell := &r.Variants[0].Styles[0]
	number := make([]float64, r.Replications)
	for i := range number {
		number[i] = cell.Measure("service.server.queue.mean").Each[i] + cell.Measure("service.server.in_flight.mean").Each[i]
	}
	scatter := math.Sqrt(2 / float64(r.Replications-1))
	wait := variance(cell.Measure("service.server.wait.mean").Each)
	within(t, "n Var(wait)", 20000*wait, 29, 29*scatter)
	within(t, "T Var(number)", 40000*variance(number), 24, 24*scatter)
	within(t, "ratio to the naive variance", 20000*wait/3, 29.0/3, 29.0/3*scatter)
}

// Wilson's interval at the ends of the scale is not a point.
func TestWilsonAtTheEnds(t *testing.T) {
	for _, n := range []int64{1, 10, 300_000} {
		z := normal95 * normal95 / float64(n)
		low, high := wilson(0, n)
		if low != 0 || math.Abs(high-z/(1+z)) > 1e-12 {
			t.Errorf("none of %d: %g to %g", n, low, high)
		}
		low, high = wilson(n, n)
		if high != 1 || math.Abs(low-1/(1+z)) > 1e-12 {
			t.Errorf("all of %d: %g to %g", n, low, high)
		}
	}
}

// commonText reports what common random numbers save in a built-in comparison:
// the variance of each difference if the two were independent, over that which it
// has on the same draws.
func commonText(t *testing.T) string {
	src, ok := Builtin("checkout")
	if !ok {
		t.Fatal("checkout is not built in")
	}
	sc, err := Load(src, "checkout.yaml", LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	sc.Run.Replications = 20
	r, err := Execute(context.Background(), sc, Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := "## The same draws for both\n\nStyles and variants of a flow meet the same service times and the same fate where they do\nthe same thing. So a difference scatters less than that of two independent runs would.\nIn `checkout` over 20 replications:\n\n| difference | measure | variance if independent | variance on the same draws | ratio |\n|---|---|---|---|---|\n"
	for _, pair := range [][4]string{
		{Base, "orchestration", Base, "choreography"}, {"idempotent", "choreography", Base, "choreography"},
	} {
		for _, name := range []string{"stuck", "inconsistent", "outcome.completed", "latency.mean", "messages.delivered"} {
			one, other := (&truthCheck{Variant: pair[0], Style: pair[1]}), (&truthCheck{Variant: pair[2], Style: pair[3]})
			x, err := one.find(r, name)
			y, err2 := other.find(r, name)
			if err != nil || err2 != nil {
				t.Fatal(err, err2)
			}
			diff := make([]float64, len(x.Each))
			for i := range diff {
				diff[i] = x.Each[i] - y.Each[i]
			}
			apart, same := variance(x.Each)+variance(y.Each), variance(diff)
			text += fmt.Sprintf("| %s.%s − %s.%s | %s | %.3g | %.3g | %.3g |\n", pair[0], pair[1], pair[2], pair[3], name, apart, same, apart/same)
		}
	}
	return text + "\n"
}
