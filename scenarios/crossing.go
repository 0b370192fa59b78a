package scenarios

import (
	"math"
	"slices"
)

// CrossingKind is what can be said about where the difference of two styles changes
// its sign along an axis.
type CrossingKind string

// The kinds. A sign is settled at a value where the interval of the paired difference
// there excludes 0, for all values of the axis together (Bonferroni: each at the level
// 1 − 0.05/number of values), so that of twenty lines of noise at most one shows a
// crossing.
const (
	Crosses    CrossingKind = "crosses"     // settled on both sides, with opposite signs
	NoCrossing CrossingKind = "no crossing" // settled somewhere, and nowhere with the other sign
	Unsettled  CrossingKind = "undecided"   // settled nowhere, though some difference is not 0
	Equal      CrossingKind = "equal"       // the difference is exactly 0 everywhere
	Unmeasured CrossingKind = "not measured"
)

// Crossing is where a measure of one style passes that of another along an axis of
// numbers.
type Crossing struct {
	Kind    CrossingKind
	Measure string
	A, B    string // styles; the difference is A − B
	Axis    int
	Point   int // of the sweep, the first on the line along the axis: says what the other axes are
	// At is where the line between the differences at two neighbouring values is 0,
	// in the unit of the axis; on a logarithmic axis the line is straight on its scale.
	At float64
	// Low and High are the ends of the 95 % interval: of the line through each
	// replication's own differences, its mean ± t × standard error contains 0 between
	// them and not beyond (as Fieller inverts a test; E. C. Fieller, JRSS B 16, 1954).
	// LowOpen and HighOpen: it still contains 0 at that end of the axis.
	Low, High         float64
	LowOpen, HighOpen bool
	HasInterval       bool
	From, To          string // the neighbouring values between which the sign is seen to change
	Before            int    // the sign of A − B below the crossing; for NoCrossing everywhere it is settled
	// Perhaps are the values at which the difference has the other sign by its own 95 %
	// interval, though not for all values together; only for NoCrossing.
	Perhaps []string
}

// Crossings are what can be said of a measure along one axis for the styles A and B:
// for each line of the grid along the axis one answer or, where the sign changes more
// than once, several. There are none for an axis of words, or of one value.
func (s *Sweep) Crossings(measure string, axis int, a, b string) []Crossing {
	n := len(s.Axes[axis].Values)
	if s.Axes[axis].Numbers == nil || n < 2 {
		return nil
	}
	step := 1
	for _, after := range s.Axes[axis+1:] {
		step *= len(after.Values)
	}
	var out []Crossing
	for first := range s.Points {
		if first/step%n != 0 {
			continue
		}
		l := line{at: s.scaled(axis)}
		for k := range n {
			point := first + k*step
			x, y := s.Measure(point, a, measure), s.Measure(point, b, measure)
			var d Measured
			ok := x != nil && y != nil
			if ok {
				d, ok = Subtract(x, y)
			}
			l.add(k, d, ok)
		}
		values := s.Axes[axis].Values
		for _, c := range l.crossings() {
			c.Measure, c.A, c.B, c.Axis, c.Point = measure, a, b, axis, first
			for _, k := range c.perhaps {
				c.Perhaps = append(c.Perhaps, values[k])
			}
			if c.Kind == Crosses {
				c.From, c.To = values[c.from], values[c.to]
				if s.Axes[axis].Log { // rounded: exponentials differ between processors in the last digit
					c.At, c.Low, c.High = roundTo(math.Exp(c.At), 9), roundTo(math.Exp(c.Low), 9), roundTo(math.Exp(c.High), 9)
				}
			}
			out = append(out, c.Crossing)
		}
	}
	return out
}

// scaled are the values of an axis as they are evenly drawn.
func (s *Sweep) scaled(axis int) []float64 {
	a := &s.Axes[axis]
	if !a.Log {
		return a.Numbers
	}
	out := make([]float64, len(a.Numbers))
	for i, v := range a.Numbers {
		out[i] = math.Log(v)
	}
	return out
}

// line is a difference along an axis, at the values that have it.
type line struct {
	at    []float64 // of all values
	index []int     // the values that have a difference
	diff  []Measured
}

func (l *line) add(k int, d Measured, ok bool) {
	if ok {
		l.index, l.diff = append(l.index, k), append(l.diff, d)
	}
}

func (l *line) x(i int) float64 { return l.at[l.index[i]] }

// found is a crossing with the numbers of the values on both sides of it.
type found struct {
	Crossing
	from, to int
	perhaps  []int
}

func (l *line) crossings() []found {
	if len(l.diff) == 0 {
		return []found{{Crossing: Crossing{Kind: Unmeasured}}}
	}
	signs := l.signs()
	var out []found
	last := -1
	for i, s := range signs {
		if s == 0 {
			continue
		}
		if last >= 0 && s != signs[last] {
			out = append(out, l.between(last, i, signs[last]))
		}
		last = i
	}
	switch {
	case len(out) > 0:
		return out
	case last >= 0:
		f := found{Crossing: Crossing{Kind: NoCrossing, Before: signs[last]}}
		for i := range l.diff {
			if d := &l.diff[i]; d.HasInterval && (d.Low > 0 && signs[last] < 0 || d.High < 0 && signs[last] > 0) {
				f.perhaps = append(f.perhaps, l.index[i])
			}
		}
		return []found{f}
	case slices.ContainsFunc(l.diff, func(d Measured) bool { return d.Value != 0 }):
		return []found{{Crossing: Crossing{Kind: Unsettled}}}
	}
	return []found{{Crossing: Crossing{Kind: Equal}}}
}

// signs are those that are settled, 0 for the others. Without intervals, of one
// replication, or of a largest, they are those that are seen.
func (l *line) signs() []int {
	out := make([]int, len(l.diff))
	level := 1 - (1-confidence)/float64(len(l.diff))
	for i := range l.diff {
		d := &l.diff[i]
		h := 0.0
		if d.HasInterval {
			h = halfWidthAt(d.Each, level)
		}
		switch {
		case d.Value-h > 0:
			out[i] = 1
		case d.Value+h < 0:
			out[i] = -1
		}
	}
	return out
}

// between is the crossing between two values where opposite signs are settled. What
// lies between them is noise: of several changes of sign there it is the middle one.
func (l *line) between(a, b, before int) found {
	var changes []int // the sign changes between i and i+1
	for i, sign := a, before; i < b; i++ {
		if float64(sign)*l.diff[i+1].Value < 0 {
			changes = append(changes, i)
			sign = -sign
		}
	}
	i := changes[len(changes)/2]
	d, next := l.diff[i].Value, l.diff[i+1].Value
	share := d / (d - next)
	f := found{Crossing: Crossing{Kind: Crosses, Before: before, At: l.x(i) + float64((l.x(i+1)-l.x(i))*share)}, from: l.index[a], to: l.index[b]}
	low, lowKnown := l.settled(i, share, -1)
	high, highKnown := l.settled(i, share, +1)
	if !l.intervals() {
		return f
	}
	f.HasInterval = true
	f.Low, f.LowOpen, f.High, f.HighOpen = low, !lowKnown, high, !highKnown
	return f
}

func (l *line) intervals() bool {
	return !slices.ContainsFunc(l.diff, func(d Measured) bool { return !d.HasInterval })
}

// settled goes from a place on the line in one direction to where the 95 % interval
// of the difference no longer contains 0; ok is false where it does to the end.
func (l *line) settled(i int, share float64, direction int) (x float64, ok bool) {
	from := share
	for ; i >= 0 && i+1 < len(l.diff); i += direction {
		if w, ok := l.leaves(i, from, direction); ok {
			return l.x(i) + float64((l.x(i+1)-l.x(i))*w), true
		}
		from = 0
		if direction < 0 {
			from = 1
		}
	}
	if direction < 0 {
		return l.x(0), false
	}
	return l.x(len(l.diff) - 1), false
}

// leaves finds where between the values i and i+1, from a share of the way in one
// direction, the interval of the difference first excludes 0. The mean is linear in
// the share w and the variance a quadratic, so that the ends are the roots of
// mean(w)² = t² × variance(w)/n.
func (l *line) leaves(i int, from float64, direction int) (w float64, ok bool) {
	a, b := pairedEach(&l.diff[i], &l.diff[i+1])
	n := len(a)
	if n < 2 {
		return 0, false
	}
	m, slope := l.diff[i].Value, l.diff[i+1].Value-l.diff[i].Value
	va, vb, cov := variance(a), variance(b), covariance(a, b)
	t := studentT(n - 1)
	k := float64(t*t) / float64(n)
	// variance((1−w)·a + w·b) = va − 2w(va − cov) + w²(va + vb − 2cov)
	p := float64(slope*slope) - float64(k*(va+vb-2*cov))
	q := 2 * (float64(m*slope) + float64(k*(va-cov)))
	r := float64(m*m) - float64(k*va)
	at := func(w float64) float64 { return float64(w*float64(p*w+q)) + r }
	roots := quadraticRoots(p, q, r)
	if direction < 0 {
		slices.Reverse(roots)
	}
	const tiny = 1e-9
	for _, w := range roots {
		ahead := float64(direction)*(w-from) >= -tiny
		if ahead && w >= -tiny && w <= 1+tiny && at(w+float64(direction)*1e-6) > 0 {
			return min(max(w, 0), 1), true
		}
	}
	end := 1.0
	if direction < 0 {
		end = 0
	}
	if len(roots) == 0 && at(end) > 0 { // no noise at all: the crossing is known exactly
		return from, true
	}
	return 0, false
}

// quadraticRoots are the real roots of p·w² + q·w + r, ascending.
func quadraticRoots(p, q, r float64) []float64 {
	if p == 0 {
		if q == 0 {
			return nil
		}
		return []float64{-r / q}
	}
	d := float64(q*q) - float64(4*float64(p*r))
	if d < 0 {
		return nil
	}
	root := math.Sqrt(d)
	x, y := (-q-root)/(2*p), (-q+root)/(2*p)
	return []float64{min(x, y), max(x, y)}
}

// pairedEach are the values of two differences in the replications that both have.
func pairedEach(x, y *Measured) (a, b []float64) {
	for i, r := range x.In {
		if j, both := slices.BinarySearch(y.In, r); both {
			a, b = append(a, x.Each[i]), append(b, y.Each[j])
		}
	}
	return a, b
}

// covariance is the unbiased sample covariance of as many values; 0 of fewer than two.
func covariance(a, b []float64) float64 {
	if len(a) < 2 {
		return 0
	}
	ma, mb := meanOf(a), meanOf(b)
	var sum float64
	for i := range a {
		sum += float64((a[i] - ma) * (b[i] - mb))
	}
	return sum / float64(len(a)-1)
}
