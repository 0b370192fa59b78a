package scenarios

import (
	"math"
	"strings"
	"testing"
)

func TestParseMargin(t *testing.T) {
	for text, want := range map[string]Margin{
		"latency.p99=5%":   {"latency.p99", 0.05, true},
		"latency.p99=20ms": {"latency.p99", 0.02, false},
		"stuck=0.001":      {"stuck", 0.001, false},
		"*=0":              {"*", 0, false},
	} {
		if m, err := ParseMargin(text); err != nil || m != want {
			t.Errorf("%s: %+v %v", text, m, err)
		}
	}
	for _, text := range []string{"", "stuck", "stuck=", "=5%", "stuck=-1%", "stuck=soon", "stuck=NaN", "stuck=Inf", "stuck=5%%"} {
		if m, err := ParseMargin(text); err == nil {
			t.Errorf("%s: %+v", text, m)
		}
	}
}

func TestEffect(t *testing.T) {
	for _, c := range []struct {
		low, high, margin float64
		good              int
		want              Effect
	}{
		{0.1, 0.2, 0, -1, Worse},
		{-0.2, -0.1, 0, -1, Better},
		{-0.2, 0.1, 0, -1, Same},
		{0, 0, 0, -1, Same},
		{0.1, 0.2, 0, +1, Better},
		{-0.2, -0.1, 0, +1, Worse},
		{0.1, 0.2, 0, 0, Neutral},
		{0.1, 0.2, 0.3, -1, Same}, // surely different, and not by what matters
		{0.1, 0.2, 0.15, -1, Undecided},
		{0.1, 0.2, 0.05, -1, Worse},
		{-0.2, -0.1, 0.15, +1, Undecided},
	} {
		d := Measured{Value: (c.low + c.high) / 2, Low: c.low, High: c.high, HasInterval: true}
		if got := effectOf(&d, c.good, c.margin); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	if got := effectOf(&Measured{Value: 1}, -1, 0); got != Worse { // without an interval: by its value
		t.Error(got)
	}
}

// The differences of a comparison are those of a result, where both are made of
// the same cells.
func TestCompareIsPaired(t *testing.T) {
	r := executeFake(t, fakeScenario(), 1)
	whole := r.Side("fake")
	a, err := whole.Only(Base, "choreography")
	if err != nil {
		t.Fatal(err)
	}
	b, err := whole.Only(Base, "orchestration")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Compare(a, b, []Margin{{Measure: Any, Value: 0.1, Relative: true}})
	if err != nil || c.Unpaired != "" || len(c.Cells) != 1 || len(c.Left) > 0 {
		t.Fatalf("%+v %v", c, err)
	}
	for _, m := range c.Cells[0].Measures {
		if m.A.Name == "latency.mean" && (m.Difference.Value != -10 || m.Difference.Low != -10 || m.Effect != Better) {
			t.Errorf("%+v", m)
		}
	}
	// Without pairs the scatter of both sides stays: ± √2 times that of one.
	b.Seed = 8
	c, err = Compare(a, b, nil)
	if err != nil || !strings.Contains(c.Unpaired, "different seeds, 7 and 8") {
		t.Fatalf("%+v %v", c, err)
	}
	for _, m := range c.Cells[0].Measures {
		want := math.Sqrt2 * (m.A.High - m.A.Low) / 2
		if half := (m.Difference.High - m.Difference.Low) / 2; m.A.Name == "latency.mean" && math.Abs(half-want) > 1e-12 {
			t.Errorf("± %g, want %g", half, want)
		}
	}
	if _, err := Compare(a, b, []Margin{{Measure: "stuk"}}); err == nil || !strings.Contains(err.Error(), `did you mean "stuck"?`) {
		t.Error(err)
	}
}

func TestCompareMatchesCells(t *testing.T) {
	whole := executeFake(t, fakeScenario(), 1).Side("fake")
	only := func(variant, style string) *Side {
		t.Helper()
		s, err := whole.Only(variant, style)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, c := range []struct {
		a, b        *Side
		cells, left int
	}{
		{whole, whole, 4, 0},
		{only(Base, ""), only("better", ""), 2, 0},
		{whole, only("", "choreography"), 2, 2},
		{only("", "choreography"), only("", "orchestration"), 2, 0},
		{only(Base, "choreography"), only("better", "orchestration"), 1, 0},
	} {
		got, err := Compare(c.a, c.b, nil)
		if err != nil || len(got.Cells) != c.cells || len(got.Left) != c.left {
			t.Errorf("%d cells, %v, %v; want %d, %d", len(got.Cells), got.Left, err, c.cells, c.left)
		}
	}
	if _, err := Compare(whole, &Side{HasEach: true, Seed: 7}, nil); err == nil {
		t.Error("nothing is compared without an error")
	}
	if _, err := whole.Only("bettr", ""); err == nil || !strings.Contains(err.Error(), `did you mean "better"?`) {
		t.Error(err)
	}
}
