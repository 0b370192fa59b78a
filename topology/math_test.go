package topology

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// TestMath compares with package math, whose functions are good to about one
// unit in the last place, 2.2e-16.
func TestMath(t *testing.T) {
	near := func(name string, x, got, want, tolerance float64) {
		t.Helper()
		if math.Abs(got-want) > tolerance*math.Abs(want) {
			t.Errorf("%s(%g): got %g, want %g", name, x, got, want)
		}
	}
	for i := range 20_000 {
		u := (float64(i) + 0.5) / 20_000
		x := math.Exp(80*u - 40)
		near("ln", x, naturalLog(x), math.Log(x), 5e-16)
		near("ln", u, naturalLog(u), math.Log(u), 5e-16)
		near("ln 1-", u/2, logOneMinus(u/2), math.Log1p(-u/2), 5e-16)
		near("exp", 100*u-50, exponential(100*u-50), math.Exp(100*u-50), 1e-14)
		near("normal", u/2, normalTail(u/2), distuv.UnitNormal.Quantile(u/2), 1e-14)
		p := math.Exp(-37 * u)
		near("normal", p/2, normalTail(p/2), distuv.UnitNormal.Quantile(p/2), 1e-14)
		near("below", -8*u, normalBelow(-8*u), distuv.UnitNormal.CDF(-8*u), 1e-12)
		near("gamma", 1+50*u, gamma(1+50*u), math.Gamma(1+50*u), 1e-12)
	}
	for _, tiny := range []float64{1e-300, 0x1p-54, 1e-9} {
		near("ln 1-", tiny, logOneMinus(tiny), math.Log1p(-tiny), 5e-16)
	}
	if !math.IsInf(exponential(710), 1) || exponential(-800) != 0 || exponential(0) != 1 || !math.IsInf(gamma(1001), 1) {
		t.Error("the ends of exponential or gamma")
	}
}
