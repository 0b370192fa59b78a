package topology

import "math"

// The functions below use only + - * / and square roots, with a conversion
// around each product so that no compiler fuses it with a sum. They give the
// same bits on every processor, which the functions of package math do not.

const (
	ln2High = 6.93147180369123816490e-01 // its last 21 bits are 0, so k*ln2High is exact
	ln2Low  = 1.90821492927058770002e-10
)

// naturalLog is ln x for a normal x > 0, to a few units in the last place.
func naturalLog(x float64) float64 {
	bits := math.Float64bits(x)
	exponent := int(bits>>52) - 1023
	m := math.Float64frombits(bits&(1<<52-1) | 1023<<52)
	if m > math.Sqrt2 {
		m *= 0.5
		exponent++
	}
	e := float64(exponent)
	return float64(e*ln2High) + (atanhSeries((m-1)/(m+1)) + float64(e*ln2Low))
}

// logOneMinus is ln(1-x) for 0 <= x <= 1/2, exact also where x is tiny.
func logOneMinus(x float64) float64 {
	if x > 0.25 {
		return naturalLog(1 - x)
	}
	return atanhSeries(-x / (2 - x))
}

// atanhSeries is 2 atanh(s) = ln((1+s)/(1-s)) for |s| <= 0.172.
func atanhSeries(s float64) float64 {
	z := float64(s * s)
	square := float64(z * z)
	even, odd := 0.0, 0.0 // apart, so that neither waits for the other
	for i := 0; i < len(atanhTerms); i += 2 {
		even = float64(even*square) + atanhTerms[i]
		odd = float64(odd*square) + atanhTerms[i+1]
	}
	return 2 * (s + float64(s*float64(z*(odd+float64(even*z)))))
}

// atanhTerms are the coefficients of s²¹ to s³.
var atanhTerms = [...]float64{1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3}

// exponential is e^x; +Inf above 709, 0 below -700.
func exponential(x float64) float64 {
	switch {
	case x > 709:
		return math.Inf(1)
	case x < -700:
		return 0
	}
	k := math.Floor(float64(x*(1/math.Ln2)) + 0.5)
	r := (x - float64(k*ln2High)) - float64(k*ln2Low)
	square := float64(r * r)
	odd, even := 0.0, 0.0 // apart, so that neither waits for the other
	for i := 0; i < len(exponentialTerms); i += 2 {
		odd = float64(odd*square) + exponentialTerms[i]
		even = float64(even*square) + exponentialTerms[i+1]
	}
	return (even + float64(odd*r)) * math.Float64frombits(uint64(int64(k)+1023)<<52)
}

// exponentialTerms are 1/15! to 1/0!.
var exponentialTerms = [...]float64{
	1.0 / 1307674368000, 1.0 / 87178291200, 1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880,
	1.0 / 40320, 1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2, 1, 1,
}

// normalTail is the standard normal quantile of p, 0 < p <= 1/2, and so never
// positive: algorithm AS 241 (PPND16) of M. Wichura, Applied Statistics 37
// (1988), good to about one part in 10^16.
func normalTail(p float64) float64 {
	q := p - 0.5
	if q >= -0.425 {
		r := 0.180625 - float64(q*q)
		return q * rational(&normalCentre, r)
	}
	r := math.Sqrt(-naturalLog(p))
	if r <= 5 {
		return -rational(&normalMiddle, r-1.6)
	}
	return -rational(&normalFar, r-5)
}

// normalBelow is the share of a standard normal below z <= 0, found by halving.
func normalBelow(z float64) float64 {
	low, high := 0.0, 0.5
	for range 100 {
		middle := (low + high) / 2
		if normalTail(middle) < z {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// rational is the quotient of two polynomials, constant terms first.
func rational(c *[2][8]float64, x float64) float64 {
	over, under := c[0][7], c[1][7]
	for i := 6; i >= 0; i-- {
		over = float64(over*x) + c[0][i]
		under = float64(under*x) + c[1][i]
	}
	return over / under
}

var (
	normalCentre = [2][8]float64{
		{3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
			4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3},
		{1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
			2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3},
	}
	normalMiddle = [2][8]float64{
		{1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
			1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
		{1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
			1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9},
	}
	normalFar = [2][8]float64{
		{6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
			2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
		{1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
			7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15},
	}
)

// gamma is the gamma function for x >= 1: Stirling's series (NIST DLMF
// 5.11.1) above 12, and the recurrence Γ(x) = Γ(x+1)/x below.
func gamma(x float64) float64 {
	divisor := 1.0
	for ; x < 12; x++ {
		divisor *= x
	}
	inverse := 1 / x
	square := float64(inverse * inverse)
	series := -1.0 / 1680
	for _, c := range [...]float64{1.0 / 1260, -1.0 / 360, 1.0 / 12} {
		series = float64(series*square) + c
	}
	exponent := float64((x-0.5)*naturalLog(x)) - x + float64(series*inverse)
	const rootTwoPi = 2.50662827463100050242
	return float64(exponential(exponent)*rootTwoPi) / divisor
}
