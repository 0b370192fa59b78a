package scenarios

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Sums here are written out instead of taken from gonum's stat: those may be
// fused or reordered, and then differ between CPU targets in the last digit.

// confidence is the level of every interval.
const confidence = 0.95

// normal95 is the 97.5 % quantile of the standard normal distribution.
const normal95 = 1.959963984540054

// studentT is the two-sided 95 % quantile of Student's t with that many
// degrees of freedom (at least 1). It is rounded to nine decimals, far finer
// than anything printed, so that it is the same on every CPU target.
func studentT(freedom int) float64 { return studentTAt(freedom, confidence) }

// studentTAt is studentT at another level.
func studentTAt(freedom int, level float64) float64 {
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(freedom)}.Quantile(0.5 + level/2)
	return math.Round(t*1e9) / 1e9
}

// meanOf is the mean of the values, added in their order; 0 of none.
func meanOf(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	var sum float64
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// variance is the unbiased sample variance, in two passes; 0 of fewer than two.
func variance(values []float64) float64 {
	if len(values) < 2 {
		return 0
	}
	return squares(values) / float64(len(values)-1)
}

// squares is the sum of squared distances from the mean.
func squares(values []float64) float64 {
	mean := meanOf(values)
	var sum float64
	for _, v := range values {
		d := v - mean
		sum += float64(d * d)
	}
	return sum
}

// halfWidth is t × standard error of the replications' own values. There must
// be at least two.
func halfWidth(values []float64) float64 { return halfWidthAt(values, confidence) }

// halfWidthAt is halfWidth at another level.
func halfWidthAt(values []float64, level float64) float64 {
	n := len(values)
	se := math.Sqrt(variance(values) / float64(n))
	return float64(studentTAt(n-1, level) * se)
}

// wilson is Wilson's 95 % score interval of count in of (E. B. Wilson, JASA 22,
// 1927). of must be positive.
func wilson(count, of int64) (low, high float64) {
	return wilsonOf(float64(count)/float64(of), float64(of))
}

// wilsonOf is Wilson's interval of a share p of n, which need not be whole.
func wilsonOf(p, n float64) (low, high float64) {
	z2 := float64(normal95 * normal95)
	centre := p + z2/(2*n)
	spread := float64(normal95 * math.Sqrt(float64(p*(1-p))/n+z2/float64(4*n*n)))
	scale := 1 + z2/n
	low, high = (centre-spread)/scale, (centre+spread)/scale
	if p == 0 { // exactly, where rounding would leave a trace
		low = 0
	}
	if p == 1 {
		high = 1
	}
	return low, high
}

// bimodal tells whether the best split of the values in two, at least two on
// each side, explains over 90 % of their variance.
func bimodal(values []float64) bool {
	if len(values) < 4 {
		return false
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	all := squares(sorted)
	if all == 0 {
		return false
	}
	for i := 2; i <= len(sorted)-2; i++ {
		if within := squares(sorted[:i]) + squares(sorted[i:]); within < float64(0.1*all) {
			return true
		}
	}
	return false
}

// replicationsFor is the smallest number of replications above n for which
// decides holds, where more replications never decide less; 0 if even a
// million would not.
func replicationsFor(n int, decides func(n int) bool) int {
	const most = 1_000_000
	low, high := n, n
	for !decides(high) {
		if high >= most {
			return 0
		}
		low, high = high, min(high*2, most)
	}
	for low+1 < high {
		if mid := (low + high) / 2; decides(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}
