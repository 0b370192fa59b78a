package report

import (
	"testing"

	"edasim/scenarios"
)

func interval95(unit string, value, low, high float64) *scenarios.Measured {
	return &scenarios.Measured{Unit: unit, Value: value, Low: low, High: high, HasInterval: true}
}

func TestShowEndsDigitsWhereTheIntervalDoes(t *testing.T) {
	for _, c := range []struct {
		m    *scenarios.Measured
		want string
	}{
		{interval95("share", 0.031, 0.030, 0.032), "3.1 ±0.1 %"},
		{interval95("share", 0.03141, 0.03139, 0.03143), "3.141 ±0.002 %"},
		{interval95("share", 0.0288, 0.02784, 0.02976), "2.9 ±0.1 %"}, // 0.096 is 0.1
		{interval95("share", 0.5, 0.2, 0.8), "50 ±30 %"},
		{interval95("share", 0, 0, 0.0000128), "0 ≤0.001 %"},
		{interval95("share", 1, 0.99, 1), "100.0 ±0.5 %"},
		{interval95("share", 0.00004, 0.00002, 0.00006), "4 ±2 in 100k"},
		{interval95("share", 0.001, 0.0001, 0.004), "0.1 ≤0.4 %"}, // ± would reach below 0
		{interval95("s", 1.84, 1.79, 1.90), "1.84 ±0.05 s"},
		{interval95("s", 0.1266, 0.1260, 0.1272), "126.6 ±0.6 ms"},
		{interval95("s", 0.0000042, 0.0000041, 0.0000043), "4.2 ±0.1 µs"},
		{interval95("s", 9000, 8640, 9360), "2.5 ±0.1 h"},
		{interval95("s", 31.07140403, 31.07140403, 31.07140404), "31.1 s"}, // a histogram knows no more
		{interval95("per s", 48.5, 48.4, 48.6), "48.5 ±0.1/s"},
		{interval95("per flow", 0.0003, -0.0005, 0.0011), "0.0003 ≤0.0011"},
		{interval95("per flow", 4.71, 4.70, 4.72), "4.71 ±0.01"},
		{interval95("flows", 30000, 29800, 30200), "30,000 ±200"},
		{&scenarios.Measured{Unit: "share"}, "0"},
		{&scenarios.Measured{Unit: "share", Of: 3093}, "0 of 3,093"},
		{&scenarios.Measured{Unit: "share", Value: 0.031234}, "3.12 %"},
		{&scenarios.Measured{Value: 5}, "5"},
		{&scenarios.Measured{Unit: "messages", Value: 1234567}, "1,234,567"},
	} {
		if got := tight(show(c.m, c.m.Value)); got != c.want {
			t.Errorf("%g %s (%g to %g): %q, want %q", c.m.Value, c.m.Unit, c.m.Low, c.m.High, got, c.want)
		}
	}
}

func TestShowDifferenceHasASign(t *testing.T) {
	for _, c := range []struct {
		m       *scenarios.Measured
		largest float64
		want    string
	}{
		{interval95("share", -0.018, -0.019, -0.017), 0.031, "−1.8 ±0.1"},
		{interval95("share", 0.005, 0.0046, 0.0054), 0.8, "+0.50 ±0.04"},
		{interval95("share", 0, 0, 0), 0, "0"},
		{interval95("share", -0.000001, -0.001, 0.001), 0.5, "0.0 ±0.1"}, // no sign without a digit
		{interval95("s", 0.05, 0.04, 0.06), 0.26, "+50 ±10"},             // in the unit of the row, ms
		{&scenarios.Measured{Value: -4}, 5, "−4"},
	} {
		if got := tight(showDifference(c.m, c.largest)); got != c.want {
			t.Errorf("%g (%g to %g): %q, want %q", c.m.Value, c.m.Low, c.m.High, got, c.want)
		}
	}
}

func TestMeasuredOfAnExpectation(t *testing.T) {
	for _, c := range []struct {
		x    scenarios.Expectation
		want string
	}{
		{scenarios.Expectation{Unit: "share", Value: 0, High: 0.0000128, HasInterval: true}, "0 (at most 0.0013 %)"},
		{scenarios.Expectation{Unit: "s", Value: 2.9, Low: 2.8, High: 3, HasInterval: true}, "2.9 s (2.8 to 3.0)"},
		{scenarios.Expectation{Unit: "share", Value: 0.018, Low: 0.017, High: 0.019, HasInterval: true, Difference: true}, "by 1.8 % (1.7 to 1.9)"},
		{scenarios.Expectation{Value: 5}, "5"},
		{scenarios.Expectation{Unit: "share", Variant: "base", Style: "direct"}, "0 of 0"},
		{scenarios.Expectation{Unit: "share", Variant: "base", Style: "orchestration"}, "0 of 300,000"},
		{scenarios.Expectation{Unit: "s", Value: 1.97, Low: 1.91, High: 2.03, HasInterval: true, Need: 40, Why: "the limit is inside the interval"},
			"1.97 s (1.91 to 2.03): the limit is inside the interval; --replications 40 would probably decide it"},
	} {
		if got := judgedOf(fakeResult(), &c.x).measured(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestWhereJudged(t *testing.T) {
	for _, c := range []struct {
		x    scenarios.Expectation
		want string
	}{
		{scenarios.Expectation{Text: "stuck == 0", Variant: "base", Style: "direct"}, "direct"},
		{scenarios.Expectation{Text: "direct.stuck == 0", Variant: "base", Style: "direct"}, ""},
		{scenarios.Expectation{Text: "*.stuck == 0", Variant: "safe", Style: "direct"}, "safe, direct"},
		{scenarios.Expectation{Text: "paid: sometimes a == 1"}, ""},
	} {
		if got := c.x.Where(); got != c.want {
			t.Errorf("%s: %q, want %q", c.x.Text, got, c.want)
		}
	}
}
