package scenarios

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
	"gopkg.in/yaml.v3"

	"edasim/sim"
	"edasim/topology"
)

var slowTruths = flag.Bool("truths.slow", false, "judge the truths on their full samples")

// truth is a scenario and what it must come to. truths/expected.yaml says what
// each key means.
type truth struct {
	Scenario string
	Why      string
	Formula  string
	Sample   string
	Full     int
	Slow     bool
	Checks   []truthCheck
}

type truthCheck struct {
	ID       string
	Style    string
	Variant  string
	Measure  string
	Expected float64
	MaxSE    *float64 `yaml:"max_se"`
	Rel      *float64
	Abs      *float64
	Note     string
}

func readTruths(t *testing.T) []truth {
	t.Helper()
	text, err := os.ReadFile("truths/expected.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var truths []truth
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&truths); err != nil {
		t.Fatal(err)
	}
	return truths
}

// The simulator agrees with theory.
func TestTruths(t *testing.T) {
	if testing.Short() {
		t.Skip("takes about a minute")
	}
	for _, tr := range readTruths(t) {
		t.Run(tr.Scenario, func(t *testing.T) {
			if tr.Slow && !*slowTruths {
				t.Skip("only with -truths.slow")
			}
			sc := loadTruth(t, tr.Scenario)
			shrink := 1.0 // of the bounds, on a full sample
			if *slowTruths && tr.Full > 0 {
				shrink = math.Sqrt(float64(sc.Run.Replications) / float64(tr.Full))
				sc.Run.Replications = tr.Full
			}
			r, err := Execute(context.Background(), sc, Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range tr.Checks {
				c.judge(t, r, shrink)
			}
		})
	}
}

func loadTruth(t *testing.T, name string) *Scenario {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("truths", name))
	if err != nil {
		t.Fatal(err)
	}
	sc, err := Load(src, name, LoadOptions{ReadFile: func(beside string) ([]byte, error) {
		return os.ReadFile(filepath.Join("truths", beside))
	}})
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

// judge compares one measure with what it must be.
func (c *truthCheck) judge(t *testing.T, r *Result, shrink float64) {
	t.Helper()
	value, each, slack, err := c.measured(r)
	if err != nil {
		t.Errorf("%s: %v", c.ID, err)
		return
	}
	off := math.Abs(value - c.Expected)
	switch {
	case c.Abs != nil:
		t.Logf("%-16s expected %-12.8g measured %-12.8g within %g", c.ID, c.Expected, value, *c.Abs)
		if off > *c.Abs {
			t.Errorf("%s: %s is %.10g, and must be %.10g ± %g", c.ID, c.Measure, value, c.Expected, *c.Abs)
		}
	case c.Rel != nil:
		t.Logf("%-16s expected %-12.8g measured %-12.8g within %g %%", c.ID, c.Expected, value, 100**c.Rel)
		if off > *c.Rel*math.Abs(c.Expected) {
			t.Errorf("%s: %s is %.10g, and must be %.10g ± %g %%", c.ID, c.Measure, value, c.Expected, 100**c.Rel)
		}
	default:
		se := stat.StdDev(each, nil) / math.Sqrt(float64(len(each)))
		bound, k := *c.MaxSE*shrink, quantileOfFour(len(each))
		t.Logf("%-16s expected %-12.8g measured %-12.8g SE %-10.3g at most %-10.3g z %+.2f",
			c.ID, c.Expected, value, se, bound, (value-c.Expected)/se)
		if !(off <= k*se+slack) {
			t.Errorf("%s: %s is %.8g, %.2f standard errors from %.8g; %.2f are allowed",
				c.ID, c.Measure, value, (value-c.Expected)/se, c.Expected, k)
		}
		if !(se <= bound) {
			t.Errorf("%s: the standard error of %s is %.3g, more than %.3g: the sample says too little", c.ID, c.Measure, se, bound)
		}
	}
}

// quantileOfFour is the quantile of Student's law for n values that leaves out
// as much as four standard deviations of the normal law.
func quantileOfFour(n int) float64 {
	return -distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}.Quantile(distuv.UnitNormal.CDF(-4))
}

// measured is the value over all replications, those of each, and how far off a
// percentile may be because of its buckets.
func (c *truthCheck) measured(r *Result) (value float64, each []float64, slack float64, err error) {
	cell, err := c.cell(r)
	if err != nil {
		return 0, nil, 0, err
	}
	x, err := topology.ParseExpr(c.Measure)
	if err != nil {
		return 0, nil, 0, err
	}
	for _, name := range x.Names() {
		m := cell.Measure(name.Text)
		if m == nil {
			return 0, nil, 0, fmt.Errorf("there is no measure %s", name.Text)
		}
		if len(m.Each) != r.Replications {
			return 0, nil, 0, fmt.Errorf("%s was measured in %d of %d replications", name.Text, len(m.Each), r.Replications)
		}
		if m.Kind == sim.Quantile {
			slack = 0.004 * math.Abs(c.Expected)
		}
	}
	value, err = arithmetic(x.Root, func(name string) float64 { return cell.Measure(name).Value })
	for i := range r.Replications {
		if err != nil {
			break
		}
		var v float64
		v, err = arithmetic(x.Root, func(name string) float64 { return cell.Measure(name).Each[i] })
		each = append(each, v)
	}
	return value, each, slack, err
}

func (c *truthCheck) cell(r *Result) (*StyleResult, error) {
	variant, style := c.Variant, c.Style
	if variant == "" {
		variant = Base
	}
	if style == "" {
		style = r.Variants[0].Styles[0].Style.String()
	}
	for v := range r.Variants {
		for s := range r.Variants[v].Styles {
			if cell := &r.Variants[v].Styles[s]; r.Variants[v].Name == variant && cell.Style.String() == style {
				return cell, nil
			}
		}
	}
	return nil, fmt.Errorf("%s.%s was not simulated", variant, style)
}

// arithmetic evaluates what the table needs of the language's expressions.
func arithmetic(n *topology.Node, measure func(name string) float64) (float64, error) {
	var args []float64
	for _, arg := range n.Args {
		v, err := arithmetic(arg, measure)
		if err != nil {
			return 0, err
		}
		args = append(args, v)
	}
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
	}
	return 0, fmt.Errorf("%q is more than the table needs", n.Text)
}

// Every scenario is in the table, every entry can be judged in one way, and the
// quantile is the one that the table speaks of.
func TestTruthsTable(t *testing.T) {
	files, err := filepath.Glob("truths/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	listed, ids := []string{"truths/expected.yaml"}, map[string]bool{}
	for _, tr := range readTruths(t) {
		listed = append(listed, filepath.Join("truths", tr.Scenario))
		if tr.Why == "" || tr.Formula == "" || len(tr.Checks) == 0 {
			t.Errorf("%s says too little", tr.Scenario)
		}
		for _, c := range tr.Checks {
			ways := 0
			for _, bound := range []*float64{c.MaxSE, c.Rel, c.Abs} {
				if bound != nil {
					ways++
				}
			}
			if ways != 1 || ids[c.ID] {
				t.Errorf("%s: %d bounds, or twice", c.ID, ways)
			}
			ids[c.ID] = true
		}
	}
	slices.Sort(listed)
	if !slices.Equal(listed, files) {
		t.Errorf("the table has %v,\nthe folder %v", listed, files)
	}
	if k := quantileOfFour(30); math.Abs(k-4.67) > 0.005 {
		t.Errorf("k is %.4f for 30 replications", k)
	}
}
