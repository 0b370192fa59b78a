package topology

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func mustDist(t testing.TB, text string) *Dist {
	t.Helper()
	d, err := ParseDist(text, func(string) ([]byte, error) { return []byte("3ms\n# slow\n1ms\n\n2ms\n40ms\n"), nil })
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// hashAt is a hash whose uniform has p·2^53 numbers below it, or above it.
func hashAt(n uint64, upper bool) uint64 {
	if upper {
		n = 1<<53 - 1 - n
	}
	return n << 11
}

// oracle is the textbook quantile in nanoseconds, of the share p below or,
// with upper, above.
type oracle func(p float64, upper bool) float64

// normalQuantile is exact in both tails.
func normalQuantile(p float64, upper bool) float64 {
	z := distuv.UnitNormal.Quantile(p)
	if upper {
		return -z
	}
	return z
}

// standardExponential is the quantile of Exp(1).
func standardExponential(p float64, upper bool) float64 {
	if upper {
		return -math.Log(p)
	}
	return -math.Log1p(-p)
}

func lognormalOracle(median, sigma float64) oracle {
	return func(p float64, upper bool) float64 {
		return median * math.Exp(sigma*normalQuantile(p, upper))
	}
}

var laws = []struct {
	text   string
	mean   float64 // ns; 0: infinite
	exact  oracle
	digest string // of a million draws
}{
	{"exp(5ms)", 5e6, func(p float64, upper bool) float64 { return 5e6 * standardExponential(p, upper) }, "cc71efbdb8c6c64e"},
	{"exp(300d)", 300 * 86400e9, func(p float64, upper bool) float64 { return 300 * 86400e9 * standardExponential(p, upper) }, "0a96e641d1330e97"},
	{"lognormal(median 8ms, p99 40ms)", 0, lognormalOracle(8e6, math.Log(5)/distuv.UnitNormal.Quantile(0.99)), "911509c47bf945df"},
	{"lognormal(median 8ms, p99 8s)", 0, lognormalOracle(8e6, math.Log(1000)/distuv.UnitNormal.Quantile(0.99)), "c238a6cbd71d8e70"},
	{"lognormal(median 1ms, p99 2h)", 0, lognormalOracle(1e6, math.Log(7.2e6)/distuv.UnitNormal.Quantile(0.99)), "211385667752e11b"},
	{"lognormal(mean 8ms, cv 1.5)", 8e6, lognormalOracle(8e6/math.Sqrt(3.25), math.Sqrt(math.Log(3.25))), "47a518fb7f7bdaea"},
	{"weibull(scale 8ms, shape 1.5)", 8e6 * math.Gamma(1+1/1.5), func(p float64, upper bool) float64 { return 8e6 * math.Pow(standardExponential(p, upper), 1/1.5) }, "73abe59008ec35a2"},
	{"weibull(scale 8s, shape 0.25)", 8e9 * 24, func(p float64, upper bool) float64 { return 8e9 * math.Pow(standardExponential(p, upper), 4) }, "724fdcdabb1a8767"},
	{"weibull(scale 8s, shape 0.1)", 8e9 * 3628800, func(p float64, upper bool) float64 { return 8e9 * math.Pow(standardExponential(p, upper), 10) }, "d9feff377c5f758b"},
	{"weibull(scale 8s, shape 80)", 8e9 * math.Gamma(1+1/80.), func(p float64, upper bool) float64 { return 8e9 * math.Pow(standardExponential(p, upper), 1/80.) }, "9b8b057f0232c33a"},
	{"pareto(min 1ms, alpha 2.5)", 2.5e6 / 1.5, func(p float64, upper bool) float64 { return 1e6 * math.Exp(standardExponential(p, upper)/2.5) }, "7d7721b100353db6"},
	{"pareto(min 1s, alpha 0.75)", 0, func(p float64, upper bool) float64 { return 1e9 * math.Exp(standardExponential(p, upper)/0.75) }, "bcf7212dc1975fa0"},
	{"pareto(min 1s, alpha 0.3)", 0, func(p float64, upper bool) float64 { return 1e9 * math.Exp(standardExponential(p, upper)/0.3) }, "d01640ea63794e7f"},
	{"normal(mean 8ms, sd 2ms)", 0, func(p float64, upper bool) float64 { return 8e6 + 2e6*normalQuantile(p, upper) }, "828a074fec68f445"},
	{"uniform(1ms, 9ms)", 5e6, func(p float64, upper bool) float64 {
		if upper {
			return 9e6 - 8e6*p
		}
		return 1e6 + 8e6*p
	}, "c4e1ee0f280963d4"},
}

// tailPoints calls check at 40 points of every octave of both tails, and at
// their very ends.
func tailPoints(check func(n uint64, upper bool)) {
	for _, upper := range []bool{false, true} {
		check(0, upper)
		check(1<<52-1, upper)
		for octave := range 52 {
			for i := range uint64(40) {
				n := uint64(1) << octave
				check(n+n*i/40, upper)
			}
		}
	}
}

// TestDrawsFollowTheLaw compares draws over the whole range with the textbook
// formulas. The tolerance is one part in a million of the value or the mean,
// or the rounding to a nanosecond.
func TestDrawsFollowTheLaw(t *testing.T) {
	for _, l := range laws {
		d := mustDist(t, l.text)
		worst := 0.0
		tailPoints(func(n uint64, upper bool) {
			p := (float64(n) + 0.5) * 0x1p-53
			want := min(max(l.exact(p, upper), 0), float64(Longest))
			got := float64(d.At(hashAt(n, upper)))
			mean := d.Mean()
			if math.IsInf(mean, 1) {
				mean = 0
			}
			bad := (math.Abs(got-want) - 1) / max(want, mean)
			worst = max(worst, bad)
			if bad > 1e-6 {
				t.Errorf("%s: at %g (upper %v) got %g, want %g", l.text, p, upper, got, want)
			}
		})
		t.Logf("%-32s largest error %.1e", l.text, worst)
	}
}

func TestQuantileFollowsTheLaw(t *testing.T) {
	for _, l := range laws {
		d := mustDist(t, l.text)
		for _, u := range []float64{1e-12, 1e-6, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999999} {
			want := min(max(l.exact(u, false), 0), float64(Longest))
			if u > 0.5 {
				want = min(max(l.exact(1-u, true), 0), float64(Longest))
			}
			// Rounding to 1 ns, else what the logarithms of package math differ by.
			if got := float64(d.Quantile(u)); math.Abs(got-want) > 1+1e-11*want {
				t.Errorf("%s: quantile %g: got %g, want %g", l.text, u, got, want)
			}
		}
		if want := l.mean; want > 0 && math.Abs(d.Mean()-want) > 1e-12*want {
			t.Errorf("%s: mean %g, want %g", l.text, d.Mean(), want)
		}
	}
}

// TestDrawsAreNotDecreasing holds for any inverse CDF; a seam between two cells
// may step back by what the polynomials are wrong.
func TestDrawsAreNotDecreasing(t *testing.T) {
	for _, l := range laws {
		d := mustDist(t, l.text)
		previous := Time(0)
		for i := range uint64(1 << 16) {
			v := d.At(i << 48)
			if slack := 1 + 2e-6*max(float64(v), min(d.Mean(), 1e12)); float64(previous-v) > slack {
				t.Fatalf("%s: %d after %d at %d", l.text, v, previous, i)
			}
			previous = v
		}
	}
}

// TestMeansOfDraws takes a million stratified draws, so that the error of the
// mean is that of a sum over a fine grid: below 1e-3 for a tail with a finite
// third moment.
func TestMeansOfDraws(t *testing.T) {
	for _, text := range []string{"exp(5ms)", "lognormal(mean 8ms, p99 40ms)", "lognormal(mean 8ms, cv 1.5)", "weibull(scale 8ms, shape 1.5)",
		"normal(mean 8ms, sd 2ms)", "normal(mean 1ms, sd 5ms)", "uniform(1ms, 9ms)", "empirical(x.csv)", "pareto(min 1ms, alpha 4)"} {
		d := mustDist(t, text)
		const n = 1 << 20
		sum := 0.0
		for i := range uint64(n) {
			sum += float64(d.At(i<<44 + 1<<43))
		}
		if mean := d.Mean(); math.Abs(sum/n-mean) > 1e-3*mean {
			t.Errorf("%s: mean of draws %g, mean %g", text, sum/n, mean)
		}
	}
}

func TestLognormalByMeanAndP99(t *testing.T) {
	for _, test := range []struct{ mean, p99 Time }{{8 * Millisecond, 40 * Millisecond}, {120 * Millisecond, 800 * Millisecond}, {Second, 14900 * Millisecond}, {Second, 1001 * Millisecond}} {
		d := mustDist(t, fmt.Sprintf("lognormal(mean %dns, p99 %dns)", test.mean, test.p99))
		if got := d.Mean(); math.Abs(got-float64(test.mean)) > 1e-12*got {
			t.Errorf("mean %g, want %d", got, test.mean)
		}
		if got := d.Quantile(0.99); math.Abs(float64(got-test.p99)) > 1+1e-12*float64(test.p99) {
			t.Errorf("p99 %d, want %d", got, test.p99)
		}
		if d.shape > z99 {
			t.Errorf("sigma %g is the wider solution", d.shape)
		}
	}
}

func TestMix(t *testing.T) {
	d := mustDist(t, "mix(90% 5ms, 7.5% uniform(1s, 2s) 2.5% mix(50% 1h, 50% 2h))")
	counts := map[Time]int{}
	const n = 1_000_000
	for i := range uint64(n) {
		v := d.At(splitMix(i))
		if v >= Second && v <= 2*Second {
			v = Second
		}
		counts[v]++
	}
	// Four standard deviations of a binomial count.
	for v, share := range map[Time]float64{5 * Millisecond: 0.9, Second: 0.075, Hour: 0.0125, 2 * Hour: 0.0125} {
		if got := float64(counts[v]); math.Abs(got-share*n) > 4*math.Sqrt(n*share*(1-share)) {
			t.Errorf("%s: %g draws, want about %g", FormatDuration(v), got, share*n)
		}
	}
	if got, want := d.Mean(), 0.9*5e6+0.075*1.5e9+0.0125*3*3600e9; math.Abs(got-want) > 1e-9*want {
		t.Errorf("mean %g, want %g", got, want)
	}
	for _, q := range []struct {
		u    float64
		want Time
	}{{0, 5 * Millisecond}, {0.5, 5 * Millisecond}, {0.9375, 1500 * Millisecond}, {0.98, Hour}, {0.999, 2 * Hour}, {1, 2 * Hour}} {
		if got := d.Quantile(q.u); math.Abs(float64(got-q.want)) > 10 {
			t.Errorf("quantile %g: %s, want %s", q.u, FormatDuration(got), FormatDuration(q.want))
		}
	}
	if d.Min() != 5*Millisecond || d.Max() != 2*Hour {
		t.Errorf("from %d to %d", d.Min(), d.Max())
	}
}

func TestEmpirical(t *testing.T) {
	d := mustDist(t, "empirical(latencies.csv)")
	counts := map[Time]int{}
	for i := range uint64(1 << 10) {
		counts[d.At(i<<54)]++
	}
	for _, ms := range []Time{1, 2, 3, 40} {
		if got := counts[ms*Millisecond]; got != 256 {
			t.Errorf("%dms drawn %d times, want 256", ms, got)
		}
	}
	if got := d.Quantile(0.5); got != 2*Millisecond {
		t.Errorf("median %d", got)
	}
	_, err := ParseDist("empirical(x.csv)", func(string) ([]byte, error) { return []byte("1ms\n17\n"), nil })
	if err == nil || !strings.Contains(err.Error(), "line 2") || !strings.Contains(err.Error(), "17ms") {
		t.Errorf("a line without unit: %v", err)
	}
	gone := errors.New("no such file")
	if _, err := ParseDist("empirical(x.csv)", func(string) ([]byte, error) { return nil, gone }); !errors.Is(err, gone) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestDistEdges(t *testing.T) {
	var none *Dist
	if v, ok := none.Constant(); !ok || v != 0 || none.At(7) != 0 || none.Mean() != 0 || none.Max() != 0 {
		t.Error("no distribution is not 0")
	}
	if v, ok := mustDist(t, "uniform(5ms 5ms)").Constant(); !ok || v != 5*Millisecond {
		t.Errorf("uniform(5ms, 5ms) is not constant")
	}
	if _, ok := mustDist(t, "exp(5ms)").Constant(); ok {
		t.Error("exp(5ms) is constant")
	}
	if got := mustDist(t, "pareto(min 1s, alpha 0.3)").At(math.MaxUint64); got != Longest {
		t.Errorf("the far tail is %d, want Longest", got)
	}
	if got := mustDist(t, "normal(mean 1ms, sd 5ms)").At(hashAt(1<<50, false)); got != 0 {
		t.Errorf("a negative draw is %d, want 0", got)
	}
	if got := mustDist(t, "pareto(min 1s, alpha 1)").Mean(); !math.IsInf(got, 1) {
		t.Errorf("mean of a pareto with alpha 1: %g", got)
	}
	if d := mustDist(t, "uniform(0s, 26000d)"); d.At(math.MaxUint64) != 26000*Day || d.At(0) != 0 {
		t.Error("a uniform does not reach its ends")
	}
}

// TestDrawsAreTheSameEverywhere holds on every processor and GOAMD64 level:
// results that are compared between machines depend on it.
func TestDrawsAreTheSameEverywhere(t *testing.T) {
	for _, l := range laws {
		if got := digest(mustDist(t, l.text)); got != l.digest {
			t.Errorf("%s: digest of a million draws %s, want %s", l.text, got, l.digest)
		}
	}
}

func digest(d *Dist) string {
	h := sha256.New()
	buffer := make([]byte, 8)
	for i := range uint64(1_000_000) {
		hash := splitMix(i)
		if i%4 == 3 { // into the tails
			hash >>= i % 53
		}
		binary.LittleEndian.PutUint64(buffer, uint64(d.At(hash)))
		h.Write(buffer)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

func BenchmarkExponential(b *testing.B) { benchmark(b, "exp(5ms)") }

func BenchmarkLognormal(b *testing.B) { benchmark(b, "lognormal(mean 8ms, p99 40ms)") }

// benchmark measures throughput, and latency: each draw waits for the last.
func benchmark(b *testing.B, text string) {
	d := mustDist(b, text)
	b.Run("throughput", func(b *testing.B) {
		sum := Time(0)
		for i := range b.N {
			sum += d.At(uint64(i) * 0x9e3779b97f4a7c15)
		}
		sink = sum
	})
	b.Run("latency", func(b *testing.B) {
		last := Time(0)
		for i := range b.N {
			last = d.At((uint64(last) + uint64(i)) * 0x9e3779b97f4a7c15)
		}
		sink = last
	})
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		mustDist(b, "lognormal(mean 8ms, p99 40ms)")
	}
}

var sink Time
