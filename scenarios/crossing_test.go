package scenarios

import (
	"context"
	"math"
	"testing"
)

// swept is a sweep over the numbers of one axis with the styles a and b, whose
// measure m has these values in b minus a, by point and replication.
func swept(at []float64, each [][]float64) *Sweep {
	s := &Sweep{Axes: []Axis{{Path: "x", Numbers: at}}}
	s.Styles, s.Replications = []string{"a", "b"}, len(each[0])
	cell := func(style string, values []float64) SideCell {
		m := Measured{Name: "m", Value: meanOf(values), Each: values}
		for r := range values {
			m.In = append(m.In, r)
		}
		return SideCell{Variant: Base, Style: style, Measures: []Measured{m}}
	}
	for i := range at {
		s.Axes[0].Values = append(s.Axes[0].Values, trimNumber(at[i]))
		s.Points = append(s.Points, SweepPoint{
			Done: true, Values: []string{trimNumber(at[i])},
			Cells: []SideCell{cell("a", make([]float64, len(each[i]))), cell("b", each[i])},
		})
	}
	return s
}

func around(mean float64, noise ...float64) []float64 {
	out := make([]float64, len(noise))
	for i, n := range noise {
		out[i] = mean + n
	}
	return out
}

func TestCrossings(t *testing.T) {
	quiet := []float64{-0.1, 0, 0.1, 0}
	loud := []float64{-9, 9, -8, 8}
	for name, c := range map[string]struct {
		at    []float64
		each  [][]float64
		kinds []CrossingKind
		where float64
	}{
		"straight":           {[]float64{0, 1, 2}, [][]float64{around(-3, quiet...), around(-1, quiet...), around(1, quiet...)}, []CrossingKind{Crosses}, 1.5},
		"without noise":      {[]float64{0, 4}, [][]float64{around(-1, 0, 0, 0), around(3, 0, 0, 0)}, []CrossingKind{Crosses}, 1},
		"exactly at a point": {[]float64{0, 1, 2}, [][]float64{around(-1, 0, 0), around(0, 0, 0), around(1, 0, 0)}, []CrossingKind{Crosses}, 1},
		"noise between":      {[]float64{0, 1, 2, 3}, [][]float64{around(-9, quiet...), around(1, loud...), around(-1, loud...), around(9, quiet...)}, []CrossingKind{Crosses}, 1.5},
		"twice":              {[]float64{0, 1, 2}, [][]float64{around(-1, quiet...), around(1, quiet...), around(-1, quiet...)}, []CrossingKind{Crosses, Crosses}, 0.5},
		"never":              {[]float64{0, 1, 2}, [][]float64{around(0, 0, 0, 0, 0), around(-1, quiet...), around(-2, quiet...)}, []CrossingKind{NoCrossing}, 0},
		"only noise":         {[]float64{0, 1}, [][]float64{around(-1, loud...), around(1, loud...)}, []CrossingKind{Unsettled}, 0},
		"equal":              {[]float64{0, 1}, [][]float64{around(0, 0, 0), around(0, 0, 0)}, []CrossingKind{Equal}, 0},
		"one replication":    {[]float64{0, 1}, [][]float64{{-1}, {3}}, []CrossingKind{Crosses}, 0.25},
	} {
		got := swept(c.at, c.each).Crossings("m", 0, "b", "a")
		if len(got) != len(c.kinds) {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		for i, kind := range c.kinds {
			if got[i].Kind != kind {
				t.Errorf("%s: %s, want %s", name, got[i].Kind, kind)
			}
		}
		if got[0].Kind == Crosses && math.Abs(got[0].At-c.where) > 1e-9 {
			t.Errorf("%s: at %g, want %g", name, got[0].At, c.where)
		}
	}
	if got := swept([]float64{0, 1}, [][]float64{{1, 1}, {1, 1}}).Crossings("other", 0, "b", "a"); got[0].Kind != Unmeasured {
		t.Errorf("a measure that there is not: %+v", got)
	}
}

// TestCrossingIntervalInvertsTheTest holds the ends of the interval to what defines
// them: there the mean of the replications' lines is as far from 0 as t standard
// errors, and between them nearer.
func TestCrossingIntervalInvertsTheTest(t *testing.T) {
	a, b := around(-2, -0.5, 0.3, 0.4, -0.2, 0), around(1, 0.2, 0.5, -0.9, 0.1, 0.1)
	for _, each := range [][][]float64{{a, b}, {around(-4, 0.1, 0, -0.1, 0, 0), a, b, around(5, 0, 0, 0.1, 0, -0.1)}} {
		at := []float64{0, 1, 2, 3}[:len(each)]
		c := swept(at, each).Crossings("m", 0, "b", "a")[0]
		if c.Kind != Crosses || !c.HasInterval || c.LowOpen || c.HighOpen {
			t.Fatalf("%+v", c)
		}
		distance := func(x float64) float64 {
			i := min(int(x), len(at)-2)
			w := x - float64(i)
			var line []float64
			for r := range each[i] {
				line = append(line, (1-w)*each[i][r]+w*each[i+1][r])
			}
			return math.Abs(meanOf(line)) / halfWidth(line)
		}
		for _, end := range []float64{c.Low, c.High} {
			if d := distance(end); math.Abs(d-1) > 1e-6 {
				t.Errorf("at %g the mean is %g half widths from 0, want 1", end, d)
			}
		}
		if c.Low >= c.At || c.At >= c.High || distance((c.Low+c.At)/2) >= 1 || distance((c.At+c.High)/2) >= 1 {
			t.Errorf("%g is not inside %g to %g", c.At, c.Low, c.High)
		}
	}
}

func TestCrossingIntervalCanBeOpen(t *testing.T) {
	// Settled on both sides for all values together would be closed; so the axis ends
	// while the last value is settled only at its own level.
	s := swept([]float64{0, 1}, [][]float64{around(-1, 0.2, -0.2, 0.1, -0.1), around(1, 0.2, -0.2, 0.1, -0.1)})
	c := s.Crossings("m", 0, "b", "a")[0]
	if c.Kind != Crosses || c.LowOpen || c.HighOpen {
		t.Errorf("%+v", c)
	}
	l := line{at: []float64{0, 1}}
	l.add(0, Measured{Value: -1, Each: []float64{-4, 2, -1}, In: []int{0, 1, 2}, HasInterval: true}, true)
	l.add(1, Measured{Value: 1, Each: []float64{-2, 4, 1}, In: []int{0, 1, 2}, HasInterval: true}, true)
	if x, ok := l.settled(0, 0.5, -1); ok || x != 0 {
		t.Errorf("%g, %v: noise that is wider than the axis has no end on it", x, ok)
	}
}

func TestCrossingOnALogarithmicAxis(t *testing.T) {
	s := swept([]float64{1, 100}, [][]float64{around(-1, 0, 0), around(1, 0, 0)})
	s.Axes[0].Log = true
	if c := s.Crossings("m", 0, "b", "a")[0]; c.At != 10 || c.Low != 10 || c.High != 10 {
		t.Errorf("%+v, want 10, half way on the scale", c)
	}
}

// TestCrossingInClosedForm: two exponential servers in a row, rate µ = 100/s each.
// Over a broker each is an M/M/1 queue (J. R. Jackson, Operations Research 5, 1957) and
// two messages take d = 20 ms each: 2/(µ−λ) + 2d. Called directly, the first server is
// held through the second's work: an M/G/1 queue whose service is the sum of both
// (Pollaczek and Khinchine): 2/µ + λ·6/µ² / 2(1−2λ/µ). The two cross at λ = 38.93/s.
//
// The interval is one of 95 %, from a t of 9 degrees of freedom. Three times its half
// width is exceeded by chance once in 12,000; the bend of the curves between two values
// adds less than 0.02/s, which is checked.
func TestCrossingInClosedForm(t *testing.T) {
	const mu, d = 100.0, 0.020
	apart := func(l float64) float64 { return 2/mu + l*6/(mu*mu)/2/(1-2*l/mu) - (2/(mu-l) + 2*d) }
	low, high := 36.0, 41.0
	for range 60 {
		if mid := (low + high) / 2; apart(mid) < 0 {
			low = mid
		} else {
			high = mid
		}
	}
	if bent := 38 + apart(38)/(apart(38)-apart(39)); math.Abs(bent-low) > 0.02 {
		t.Fatalf("the straight line between 38/s and 39/s is 0 at %g, and the curve at %g", bent, low)
	}
	axis, err := ParseAxis("workload.Asked.rate=36/s..41/s/6")
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSweep([]byte(`edasim: 1
services:
  a:
    handlers:
      first: {consumes: Asked, takes: exp(10ms), emits: Passed}
  b:
    handlers:
      second: {consumes: Passed, takes: exp(10ms), emits: Done}
delivery: {latency: 20ms, ack_deadline: none}
direct: {latency: 0s, timeout: none}
workload:
  Asked: {rate: 20/s, for: 1000s}
run: {seed: 1, replications: 10, warmup: 20s, styles: [choreography, direct]}
`), "crossing.yaml", SweepOptions{Axes: []Axis{axis}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.Points {
		text, err := s.Simulate(context.Background(), i, Options{})
		if err == nil {
			err = s.Accept(i, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	c := s.Crossings("latency.mean", 0, "direct", "choreography")
	if len(c) != 1 || c[0].Kind != Crosses || c[0].Before != -1 || c[0].LowOpen || c[0].HighOpen {
		t.Fatalf("%+v", c)
	}
	half := (c[0].High - c[0].Low) / 2
	t.Logf("crosses at %.3f/s (%.3f to %.3f), in theory at %.3f/s", c[0].At, c[0].Low, c[0].High, low)
	if math.Abs(c[0].At-low) > 3*half+0.02 {
		t.Errorf("crosses at %g/s ± %g, in theory at %g/s", c[0].At, half, low)
	}
	if half > 0.6 {
		t.Errorf("± %g/s is too wide to tell anything: of six values 1/s apart it must find the right two", half)
	}
}
