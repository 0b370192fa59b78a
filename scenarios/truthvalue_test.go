package scenarios

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"edasim/sim"
	"edasim/topology"
)

// finding is what a check came to.
type finding struct {
	check     *truthCheck
	value     float64
	low, high float64 // 95 %; equal to value where there is no chance in it
	how       string  // by which it was judged
	agrees    bool
	err       error
}

func (f finding) String() string {
	if f.err != nil {
		return fmt.Sprintf("%s: %v", f.check.ID, f.err)
	}
	return fmt.Sprintf("%s: expected %.8g, measured %.8g (%.8g to %.8g), %s", f.check.ID, f.check.Expected, f.value, f.low, f.high, f.how)
}

// judge compares one measure with what it must be.
func (c *truthCheck) judge(r *Result, shrink float64) finding {
	f := finding{check: c}
	m, err := c.measured(r)
	if err != nil {
		f.err = err
		return f
	}
	f.value, f.low, f.high = m.value, m.value, m.value
	if len(m.each) > 1 && m.se > 0 {
		half := studentT(len(m.each)-1) * m.se
		f.low, f.high = m.value-half, m.value+half
	}
	off := math.Abs(m.value - c.Expected)
	switch {
	case c.Abs != nil:
		f.how = fmt.Sprintf("within %g", *c.Abs)
		f.agrees = off <= *c.Abs
	case c.Rel != nil:
		f.how = fmt.Sprintf("within %g %%", 100**c.Rel)
		f.agrees = off <= *c.Rel*math.Abs(c.Expected)
	default:
		bound, k := *c.MaxSE*shrink, quantileOfFour(len(m.each))
		f.how = fmt.Sprintf("%+.2f standard errors of at most %.2f, each %.3g of at most %.3g", (m.value-c.Expected)/m.se, k, m.se, bound)
		f.agrees = off <= k*m.se+m.slack && m.se <= bound
	}
	return f
}

// quantileOfFour is the quantile of Student's law for n values that leaves out
// as much as four standard deviations of the normal law.
func quantileOfFour(n int) float64 {
	return -distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}.Quantile(distuv.UnitNormal.CDF(-4))
}

// measurement is a value over all replications, those of each, its standard
// error, and how far off a percentile may be because of its buckets.
type measurement struct {
	value, se, slack float64
	each             []float64
}

func (c *truthCheck) measured(r *Result) (m measurement, err error) {
	x, err := topology.ParseExpr(c.Measure)
	if err != nil {
		return m, err
	}
	lookup := map[string]*Measured{}
	for _, name := range x.Names() {
		found, err := c.find(r, name.Text)
		if err != nil {
			return m, err
		}
		if len(found.Each) != r.Replications {
			return m, fmt.Errorf("%s was measured in %d of %d replications", name.Text, len(found.Each), r.Replications)
		}
		if found.Kind == sim.Quantile {
			m.slack = 0.004 * math.Abs(c.Expected)
		}
		lookup[name.Text] = found
	}
	if m.value, err = arithmetic(x.Root, func(name string) float64 { return lookup[name].Value }); err != nil {
		return m, err
	}
	for i := range r.Replications {
		v, err := arithmetic(x.Root, func(name string) float64 { return lookup[name].Each[i] })
		if err != nil {
			return m, err
		}
		m.each = append(m.each, v)
	}
	if len(m.each) > 1 {
		m.se = math.Sqrt(variance(m.each) / float64(len(m.each)))
	}
	return m, m.over(c.Over)
}

// over replaces the value by a statistic of the replications' own values.
func (m *measurement) over(what string) error {
	switch what {
	case "":
	case "mean":
		m.value = meanOf(m.each)
	case "variance", "sd":
		// The variance of a sample variance is (m4-s^4)/n, near enough.
		mean, n := meanOf(m.each), float64(len(m.each))
		m.value = variance(m.each)
		var fourth float64
		for _, v := range m.each {
			fourth += math.Pow(v-mean, 4) / n
		}
		m.se = math.Sqrt((fourth - m.value*m.value) / n)
		if what == "sd" {
			m.value = math.Sqrt(m.value)
			m.se /= 2 * m.value
		}
	default:
		return fmt.Errorf("over %q is not known", what)
	}
	return nil
}

// find is a measure in the check's cell, or, with a variant before it, in that
// variant's.
func (c *truthCheck) find(r *Result, name string) (*Measured, error) {
	variant, style := c.Variant, c.Style
	if variant == "" {
		variant = Base
	}
	if style == "" {
		style = r.Variants[0].Styles[0].Style.String()
	}
	if first, rest, _ := strings.Cut(name, "."); slices.ContainsFunc(r.Variants, func(v VariantResult) bool { return v.Name == first }) {
		variant, name = first, rest
	}
	for v := range r.Variants {
		for s := range r.Variants[v].Styles {
			cell := &r.Variants[v].Styles[s]
			if r.Variants[v].Name != variant || cell.Style.String() != style {
				continue
			}
			if m := cell.Measure(name); m != nil {
				return m, nil
			}
			return nil, fmt.Errorf("there is no measure %s", name)
		}
	}
	return nil, fmt.Errorf("%s.%s was not simulated", variant, style)
}

// arithmetic evaluates what the table needs of the language's expressions. A
// comparison is 1 where it holds.
func arithmetic(n *topology.Node, measure func(name string) float64) (float64, error) {
	var args []float64
	for _, arg := range n.Args {
		v, err := arithmetic(arg, measure)
		if err != nil {
			return 0, err
		}
		args = append(args, v)
	}
	truth := map[bool]float64{true: 1}
	switch {
	case n.Kind == topology.NumberNode:
		return n.Number, nil
	case n.Kind == topology.NameNode:
		return measure(n.Text), nil
	case n.Kind == topology.CallNode && n.Text == "min":
		return slices.Min(args), nil
	case n.Op == topology.OpAdd:
		return args[0] + args[1], nil
	case n.Op == topology.OpSubtract:
		return args[0] - args[1], nil
	case n.Op == topology.OpMultiply:
		return args[0] * args[1], nil
	case n.Op == topology.OpDivide:
		return args[0] / args[1], nil
	case n.Op == topology.OpLess:
		return truth[args[0] < args[1]], nil
	case n.Op == topology.OpGreater:
		return truth[args[0] > args[1]], nil
	}
	return 0, errors.New("this is more than the table needs")
}
