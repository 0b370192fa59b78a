package report

import (
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// niceStep is the smallest of 1, 2 and 5 times a power of ten that divides a
// range into at most n parts.
func niceStep(span float64, n int) float64 {
	if !(span > 0) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(span/float64(n))))
	for _, m := range []float64{1, 2, 5} {
		if power*m*float64(n) >= span*(1-1e-9) {
			return power * m
		}
	}
	return power * 10
}

// evenTicks are at most n+1 ticks from 0 (or low) to at least high; the last
// label has the unit.
func evenTicks(low, high float64, n int, unit string) (ticks plot.ConstantTicks, top float64) {
	step := niceStep(high-low, n)
	first, last := math.Ceil(low/step-1e-9), math.Ceil(high/step-1e-9)
	for k := first; k <= last; k++ {
		label := decimal(k * step)
		if k == last {
			label += unit
		}
		ticks = append(ticks, plot.Tick{Value: k * step, Label: label})
	}
	return ticks, last * step
}

// decimal is a number of an axis: 9 digits are enough to hide that 3 × 0.1 is
// not 0.3, and thousands have commas.
func decimal(v float64) string {
	if v == 0 {
		return "0" // not −0
	}
	if v == math.Trunc(v) && math.Abs(v) >= 1000 && math.Abs(v) < 1e15 {
		return thousands(int64(v))
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 9, 64), 64)
	if err != nil {
		short = v
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}

func thousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// clock is the unit in which a span of virtual time reads best.
func clock(seconds float64) (unit string, of float64) {
	switch {
	case seconds >= 3*86400:
		return "d", 86400
	case seconds >= 3*3600:
		return "h", 3600
	case seconds >= 180:
		return "min", 60
	case seconds >= 2:
		return "s", 1
	case seconds >= 2e-3:
		return "ms", 1e-3
	}
	return "µs", 1e-6
}

// timeTicks are ticks of virtual time, in seconds, between low and high.
func timeTicks(low, high float64) plot.ConstantTicks {
	unit, of := clock(high)
	step := niceStep((high-low)/of, 6)
	var ticks plot.ConstantTicks
	for k := math.Ceil(low/of/step - 1e-9); k*step <= high/of*(1+1e-9); k++ {
		ticks = append(ticks, plot.Tick{Value: k * step * of, Label: decimal(k * step)})
	}
	if n := len(ticks); n > 0 {
		ticks[n-1].Label += " " + unit
	}
	return ticks
}

// waits are the times that a log axis names, in seconds.
var waits = []struct {
	seconds float64
	label   string
}{
	{1e-6, "1 µs"}, {1e-5, "10 µs"}, {1e-4, "100 µs"}, {1e-3, "1 ms"}, {1e-2, "10 ms"}, {0.1, "100 ms"},
	{1, "1 s"}, {10, "10 s"}, {60, "1 min"}, {600, "10 min"}, {3600, "1 h"}, {36000, "10 h"},
	{86400, "1 d"}, {864000, "10 d"}, {8640000, "100 d"},
}

// logTimeTicks name the waits between low and high, and mark their multiples.
func logTimeTicks(low, high float64) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for _, w := range waits {
		if w.seconds >= low*(1-1e-9) && w.seconds <= high*(1+1e-9) {
			ticks = append(ticks, plot.Tick{Value: w.seconds, Label: w.label})
		}
	}
	if len(ticks) > 7 { // labels would touch
		for i := 1; i < len(ticks); i += 2 {
			ticks[i].Label = ""
		}
	}
	if len(ticks) > 2 {
		return ticks
	}
	for _, w := range waits { // a narrow range has 2 and 5 as well
		for _, m := range []float64{2, 5} {
			if v := w.seconds * m; v > low && v < high && w.seconds < 60 {
				ticks = append(ticks, plot.Tick{Value: v, Label: multiple(m, w.label)})
			}
		}
	}
	return ticks
}

// multiple is m times a wait such as "10 ms".
func multiple(m float64, label string) string {
	var n float64
	var unit string
	fmt.Sscanf(label, "%g %s", &n, &unit)
	return decimal(m*n) + " " + unit
}

// shareTicks are the decades from low to 1, in percent.
func shareTicks(low float64) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for v := 1.0; v >= low*(1-1e-9); v /= 10 {
		ticks = append(ticks, plot.Tick{Value: v, Label: decimal(v*100) + " %"})
	}
	return ticks
}

// decadeBelow and decadeAbove are the powers of ten around a positive number.
func decadeBelow(v float64) float64 { return math.Pow(10, math.Floor(math.Log10(v)+1e-9)) }
func decadeAbove(v float64) float64 { return math.Pow(10, math.Ceil(math.Log10(v)-1e-9)) }
