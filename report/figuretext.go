package report

import (
	"math"
	"strconv"
	"strings"

	"edasim/scenarios"
)

// quantity is a figure as readers see it: "3.1 %" and "± 0.1".
type quantity struct{ Value, Spread string }

func (q quantity) String() string { return strings.TrimSpace(q.Value + " " + q.Spread) }

// scaleOf is the unit in which a measure is shown, and by what its values are
// multiplied. Times take the unit that fits the largest value.
func scaleOf(unit string, largest float64) (label string, by float64) {
	switch unit {
	case "share":
		if largest > 0 && largest < 0.0005 {
			return " in 100k", 1e5
		}
		return " %", 100
	case "per s":
		return "/s", 1
	case "s":
		switch {
		case largest >= 7200:
			return " h", 1.0 / 3600
		case largest >= 120:
			return " min", 1.0 / 60
		case largest >= 1:
			return " s", 1
		case largest >= 1e-4:
			return " ms", 1000
		case largest > 0:
			return " µs", 1e6
		}
		return " s", 1
	}
	return "", 1
}

// places is how many decimals show one digit of the half width of an interval;
// without one, three digits of the value.
func places(value, half float64) int {
	digits := 0
	switch {
	case half > 0:
		// Rounded to one digit, so that 0.096 counts as 0.1.
		power := math.Floor(math.Log10(half))
		rounded := math.Round(half/math.Pow(10, power)) * math.Pow(10, power)
		digits = int(-math.Floor(math.Log10(rounded) + 1e-9))
	case value != 0 && value != math.Trunc(value):
		digits = 2 - int(math.Floor(math.Log10(math.Abs(value))))
	}
	return max(0, min(digits, 9))
}

// figurePlaces are the places of a measure. A histogram knows a time to within
// 0.4 %, half of one bucket in 128: an interval below that gives no more digits.
func figurePlaces(unit string, value, half float64) int {
	if unit == "s" && half > 0 {
		half = max(half, math.Abs(value)/256)
	}
	return places(value, half)
}

// isShown tells whether a half width is more than 0 in so many decimals.
func isShown(half float64, decimals int) bool { return math.Round(half*math.Pow10(decimals)) > 0 }

// fixed is a number with so many decimals, a true minus and grouped thousands.
func fixed(v float64, decimals int) string {
	text := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, rest, _ := strings.Cut(text, ".")
	if n, err := strconv.ParseInt(whole, 10, 64); err == nil && n >= 1000 {
		whole = thousands(n)
	}
	if rest != "" {
		whole += "." + rest
	}
	if v < 0 && strings.Trim(text, "0.") != "" {
		return "−" + whole
	}
	return whole
}

// show is a measure with its interval. Digits end where the interval does. A
// share of 0 has its upper bound, without an interval the number of flows.
func show(m *scenarios.Measured, largest float64) quantity {
	label, by := scaleOf(m.Unit, largest)
	v, half := m.Value*by, (m.High-m.Low)/2*by
	if !m.HasInterval {
		half = 0
	}
	if m.Value == 0 {
		if m.HasInterval && m.High > 0 && m.Unit == "share" {
			return quantity{"0", "≤ " + fixed(m.High*by, places(0, m.High*by)) + label}
		}
		if m.Unit == "share" && m.Of > 0 {
			return quantity{"0", "of " + thousands(m.Of)}
		}
		return quantity{"0", ""}
	}
	n := figurePlaces(m.Unit, v, half)
	q := quantity{Value: fixed(v, n) + label}
	switch {
	case half > v:
		q.Spread = "≤ " + fixed(m.High*by, n) // ± would reach below 0
	case isShown(half, n):
		q.Spread = "± " + fixed(half, n)
	}
	return q
}

// showDifference is a signed difference with its interval.
func showDifference(d *scenarios.Measured, largest float64) quantity {
	_, by := scaleOf(d.Unit, largest)
	v, half := d.Value*by, (d.High-d.Low)/2*by
	if !d.HasInterval {
		half = 0
	}
	n := figurePlaces(d.Unit, v, half)
	q := quantity{Value: fixed(v, n)}
	if v > 0 && strings.Trim(q.Value, "0.") != "" {
		q.Value = "+" + q.Value
	}
	if isShown(half, n) {
		q.Spread = "± " + fixed(half, n)
	}
	return q
}

// brief is a measure's value alone, for sentences; a share of 0 is counted.
func brief(m *scenarios.Measured) string {
	if m.Value == 0 && m.Of > 0 {
		return "0 of " + thousands(m.Of)
	}
	return show(m, m.Value).Value
}

// inWords is a time in a sentence, to three digits.
func inWords(seconds float64) string {
	label, by := scaleOf("s", seconds)
	if hours := seconds / 3600; hours >= 1 && hours == math.Trunc(hours) {
		label, by = " h", 1.0/3600
	}
	return digits(seconds*by, 3) + label
}

// percent is a share in a sentence, to two digits.
func percent(share float64) string {
	return digits(share*100, 2) + " %"
}

// digits is a number with so many digits that count.
func digits(v float64, n int) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', n, 64), 64)
	if err != nil {
		return decimal(v)
	}
	return decimal(rounded)
}
