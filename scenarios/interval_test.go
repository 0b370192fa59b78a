package scenarios

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tolerance {
		t.Errorf("%s: got %v, want %v ± %v", what, got, want, tolerance)
	}
}

// The quantiles are those of every printed table of Student's t.
func TestStudentT(t *testing.T) {
	for freedom, want := range map[int]float64{1: 12.7062, 2: 4.3027, 9: 2.2622, 29: 2.0452, 99: 1.9842, 1_000_000: 1.9600} {
		near(t, "t", studentT(freedom), want, 5e-5)
	}
}

// 1, 2, 3, 4: mean 2.5, variance 5/3, standard error sqrt(5/12), t(3) = 3.182446.
func TestHalfWidth(t *testing.T) {
	values := []float64{1, 2, 3, 4}
	if m, v := meanOf(values), variance(values); m != 2.5 || v != 5.0/3 {
		t.Errorf("mean %v, variance %v", m, v)
	}
	near(t, "half width", halfWidth(values), 3.182446305*math.Sqrt(5.0/12), 1e-8)
	if h := halfWidth([]float64{7, 7, 7}); h != 0 {
		t.Errorf("equal values scatter by %v", h)
	}
}

func TestWilson(t *testing.T) {
	const z2 = normal95 * normal95 // 3.84
	low, high := wilson(0, 1000)
	if low != 0 {
		t.Errorf("low of 0 in 1000 is %v", low)
	}
	near(t, "high of 0 in 1000", high, z2/(1000+z2), 1e-15)
	low, high = wilson(1000, 1000)
	if high != 1 {
		t.Errorf("high of 1000 in 1000 is %v", high)
	}
	near(t, "low of 1000 in 1000", low, 1000/(1000+z2), 1e-15)
	// Symmetric about one half: ± z·sqrt(1/4n + z²/4n²)/(1+z²/n), n = 100.
	low, high = wilson(50, 100)
	near(t, "low of 50 in 100", low, 0.5-0.0961, 1e-4)
	near(t, "high of 50 in 100", high, 0.5+0.0961, 1e-4)
}

func TestBimodal(t *testing.T) {
	cases := []struct {
		values []float64
		want   bool
	}{
		{[]float64{1, 9, 1, 9}, true},
		{[]float64{1, 1, 1, 9}, false}, // one on its own is an outlier, not a group
		{[]float64{1, 9, 1}, false},
		{[]float64{5, 5, 5, 5}, false},
		{[]float64{1, 2, 3, 4, 5, 6}, false}, // within 2 + 2 of 17.5: explains 77 %
		{[]float64{1, 1.2, 0.8, 5, 5.2, 4.8, 1.1}, true},
		{[]float64{0, 1, 3.5, 4.5}, true},    // within 0.5 + 0.5 of 13.25: 92 %
		{[]float64{0, 1.2, 3.5, 4.7}, false}, // within 0.72 + 0.72 of 13.69: 89 %
	}
	for _, c := range cases {
		if got := bimodal(c.values); got != c.want {
			t.Errorf("%v: %v", c.values, got)
		}
	}
}

func TestReplicationsFor(t *testing.T) {
	for _, want := range []int{11, 12, 37, 1000} {
		if got := replicationsFor(10, func(n int) bool { return n >= want }); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
	if got := replicationsFor(10, func(int) bool { return false }); got != 0 {
		t.Errorf("never: got %d", got)
	}
}
