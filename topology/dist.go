package topology

import "math"

// Dist is a distribution of times, in nanoseconds, never negative. It is
// immutable and safe for concurrent use. Make one with ParseDist, Const or Exp.
type Dist struct {
	table *table // of the law, for draws; nil: drawn by the exact formula
	scale float64
	shift float64 // added after scaling
	law   law
	shape float64 // of the law; what it means depends on the law
	lo    Time    // constant and uniform
	hi    Time    // uniform
	parts []part  // mix
	times []Time  // empirical, sorted
	text  string
}

// part is one branch of a mix.
type part struct {
	share float64
	upTo  uint64 // a draw below it takes this part; the last has the maximum
	dist  *Dist
}

// law is a family of distributions.
type law uint8

const (
	constantLaw law = iota
	uniformLaw
	exponentialLaw // scale × standard exponential
	lognormalLaw   // scale (the median) × e^(shape × standard normal)
	weibullLaw     // scale × E^(1/shape), E standard exponential
	paretoLaw      // scale (the minimum) × e^(E/shape)
	normalLaw      // shift (the mean) + scale × standard normal, cut at 0
	mixLaw
	empiricalLaw
)

// Longest is the longest time a distribution gives, 73 years: what is drawn
// longer becomes this, so that a sum of a few cannot overflow.
const Longest Time = math.MaxInt64 / 4

// Const is the distribution that is always t.
func Const(t Time) *Dist {
	return &Dist{law: constantLaw, lo: t, text: FormatDuration(t)}
}

// Exp is the exponential distribution with that mean, which must be above 0.
func Exp(mean Time) *Dist {
	return &Dist{
		law: exponentialLaw, scale: float64(mean), table: exponentialTable(),
		text: "exp(" + FormatDuration(mean) + ")",
	}
}

// String is the distribution as ParseDist reads it, in canonical form.
func (d *Dist) String() string {
	if d == nil {
		return "0s"
	}
	return d.text
}

// Constant is the one value of a distribution that has only one. A nil Dist is
// always 0.
func (d *Dist) Constant() (Time, bool) {
	if d == nil {
		return 0, true
	}
	return d.lo, d.law == constantLaw
}

// Mean is the mean in nanoseconds, +Inf where there is none.
func (d *Dist) Mean() float64 {
	if d == nil {
		return 0
	}
	switch d.law {
	case constantLaw:
		return float64(d.lo)
	case uniformLaw:
		return float64(float64(d.lo)/2) + float64(float64(d.hi)/2)
	case exponentialLaw:
		return d.scale
	case lognormalLaw:
		return d.scale * exponential(float64(d.shape*d.shape)/2)
	case weibullLaw:
		return d.scale * gamma(1+1/d.shape)
	case paretoLaw:
		if d.shape <= 1 {
			return math.Inf(1)
		}
		return d.scale * d.shape / (d.shape - 1)
	case normalLaw:
		return cutNormalMean(d.shift, d.scale)
	case mixLaw:
		sum := 0.0
		for _, p := range d.parts {
			sum += float64(p.share * p.dist.Mean())
		}
		return sum
	default: // empiricalLaw
		sum := 0.0
		for _, t := range d.times {
			sum += float64(t) / float64(len(d.times))
		}
		return sum
	}
}

// cutNormalMean is the mean of max(0, X) of a normal X:
// mean Φ(mean/sd) + sd φ(mean/sd).
func cutNormalMean(mean, sd float64) float64 {
	z := mean / sd
	density := exponential(float64(-0.5*z)*z) / math.Sqrt(2*math.Pi)
	return float64(mean*(1-normalBelow(-z))) + float64(sd*density)
}

// Min is the shortest time the distribution can give.
func (d *Dist) Min() Time { return d.end(0) }

// Max is the longest time the distribution can give, Longest where it has no
// end.
func (d *Dist) Max() Time { return d.end(1) }

func (d *Dist) end(u float64) Time {
	if d == nil || d.law != mixLaw {
		return d.Quantile(u)
	}
	end := d.parts[0].dist.end(u)
	for _, p := range d.parts[1:] {
		if u == 0 {
			end = min(end, p.dist.end(u))
		} else {
			end = max(end, p.dist.end(u))
		}
	}
	return end
}

// Quantile is the time that a share u of all draws does not exceed, by the
// exact formula; u outside 0 to 1 counts as 0 or 1.
func (d *Dist) Quantile(u float64) Time {
	if d == nil {
		return 0
	}
	u = min(max(u, 0), 1)
	switch d.law {
	case constantLaw:
		return d.lo
	case uniformLaw:
		return d.lo + min(d.hi-d.lo, Time(float64(u*float64(d.hi-d.lo+1))))
	case mixLaw:
		return d.mixQuantile(u)
	case empiricalLaw:
		rank := int(math.Ceil(float64(u * float64(len(d.times)))))
		return d.times[max(rank-1, 0)]
	}
	if u <= 0.5 {
		return d.time(d.law.standard(d.shape, u, false))
	}
	return d.time(d.law.standard(d.shape, 1-u, true))
}

// mixQuantile finds the quantile by halving: no formula exists.
func (d *Dist) mixQuantile(u float64) Time {
	low, high := d.end(0), d.end(1)
	for low < high {
		middle := low + (high-low)/2
		if d.Below(middle) >= u {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

// Below is the share of draws that do not exceed t, from 0 to 1: by halving the
// quantile function, of a mix from its parts.
func (d *Dist) Below(t Time) float64 {
	if d == nil {
		if t < 0 {
			return 0
		}
		return 1
	}
	if d.law == mixLaw {
		sum := 0.0
		for _, p := range d.parts {
			sum += float64(p.share * p.dist.Below(t))
		}
		return sum
	}
	low, high := 0.0, 1.0
	if d.Quantile(1) <= t {
		return 1
	}
	if d.Quantile(0) > t {
		return 0
	}
	for range 60 {
		middle := (low + high) / 2
		if d.Quantile(middle) <= t {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// standard is the quantile of the law with scale 1 and shift 0. p is the share
// below it, or with upper the share above it, so that the far tail is exact.
// p is from 0 to 1/2.
func (l law) standard(shape, p float64, upper bool) float64 {
	if p == 0 {
		return l.standardEnd(upper)
	}
	if l == lognormalLaw || l == normalLaw {
		z := normalTail(p)
		if upper {
			z = -z
		}
		if l == normalLaw {
			return z
		}
		return exponential(float64(shape * z))
	}
	var e float64
	if upper {
		e = -naturalLog(p)
	} else {
		e = -logOneMinus(p)
	}
	switch l {
	case weibullLaw:
		return exponential(naturalLog(e) / shape)
	case paretoLaw:
		return exponential(e / shape)
	}
	return e
}

// standardEnd is the end of the support.
func (l law) standardEnd(upper bool) float64 {
	switch {
	case upper:
		return math.Inf(1)
	case l == paretoLaw:
		return 1
	case l == normalLaw:
		return math.Inf(-1)
	}
	return 0
}

// time is a quantile of the standard law as a time.
func (d *Dist) time(standard float64) Time {
	return clamped(float64(standard*d.scale) + d.shift + 0.5)
}

// clamped is the time nearest to a number of nanoseconds that a distribution may give.
func clamped(y float64) Time {
	if !(y < float64(Longest)) {
		return Longest
	}
	return max(0, Time(max(y, -1)))
}
