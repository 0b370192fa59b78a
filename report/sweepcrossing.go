package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"edasim/scenarios"
)

// crossingAxis is the axis along which crossings are told: the first of numbers with
// two values or more; −1 if there is none.
func (o *swept) crossingAxis() int {
	for i, a := range o.Axes {
		if a.Numbers != nil && len(a.Values) > 1 {
			return i
		}
	}
	return -1
}

// crossings are those of a measure for each pair of styles.
func (o *swept) crossings(measure string) []scenarios.Crossing {
	axis := o.crossingAxis()
	if axis < 0 {
		return nil
	}
	var out []scenarios.Crossing
	for i := range o.Styles {
		for j := i + 1; j < len(o.Styles); j++ {
			out = append(out, o.Crossings(measure, axis, o.Styles[j], o.Styles[i])...)
		}
	}
	return out
}

// crossingLines tell the crossings of a measure in sentences, one for all lines of
// the grid of which the same can be said.
func (o *swept) crossingLines(measure string) []string {
	type told struct {
		text string
		at   []string
	}
	var all []told
	for _, c := range o.crossings(measure) {
		text := o.crossingText(&c)
		if text == "" {
			continue
		}
		at := ""
		for k, set := range o.Points[c.Point].Values {
			if k != c.Axis {
				at = set
			}
		}
		known := false
		for i := range all {
			if all[i].text == text {
				all[i].at, known = append(all[i].at, at), true
			}
		}
		if !known {
			all = append(all, told{text, []string{at}})
		}
	}
	var out []string
	for _, t := range all {
		if len(o.Axes) == 2 {
			other := &o.Axes[1-o.crossingAxis()]
			t.text = "At " + oneLine(other.Path) + " = " + oneLine(runsOf(other.Values, t.at)) + ": " + t.text
		} else {
			t.text = capital(t.text)
		}
		out = append(out, t.text)
	}
	return out
}

// runsOf lists some of the values of an axis; four neighbours and more are "5 to 9".
func runsOf(all, some []string) string {
	var parts []string
	for i := 0; i < len(some); {
		from := slices.Index(all, some[i])
		n := 1
		for i+n < len(some) && from+n < len(all) && some[i+n] == all[from+n] {
			n++
		}
		if n >= 4 {
			parts = append(parts, some[i]+" to "+some[i+n-1])
		} else {
			parts = append(parts, some[i:i+n]...)
		}
		i += n
	}
	return strings.Join(parts, ", ")
}

// crossingText is what can be said of one line of the grid.
func (o *swept) crossingText(c *scenarios.Crossing) string {
	less, more := "less", "more"
	if c.Before > 0 {
		less, more = more, less
	}
	switch c.Kind {
	case scenarios.Crosses:
		text := fmt.Sprintf("%s crosses %s at %s = %s", c.A, c.B, oneLine(o.Axes[c.Axis].Path), o.crossingPlace(c))
		return text + fmt.Sprintf(": %s below, %s above.", less, more)
	case scenarios.NoCrossing:
		text := fmt.Sprintf("no crossing in this range: %s has %s than %s wherever they differ by more than chance", c.A, less, c.B)
		if len(c.Perhaps) > 0 {
			return text + fmt.Sprintf(", for all values together. At %s alone it looks the other way round: more replications may tell.",
				oneLine(shorten(strings.Join(c.Perhaps, ", "), 30)))
		}
		return text + "."
	case scenarios.Unsettled:
		return fmt.Sprintf("no crossing is shown: nowhere in this range do %s and %s differ by more than chance. More replications may tell.", c.A, c.B)
	case scenarios.Equal:
		return fmt.Sprintf("no crossing: %s and %s have the same at every value.", c.A, c.B)
	}
	return ""
}

// crossingScale is the unit of the axis at a crossing, and how many decimals it is
// told in: as many as its interval supports, and none finer than a hundredth of the way
// between the values that it was found between, where the line is only taken to be
// straight.
func (o *swept) crossingScale(c *scenarios.Crossing) (label string, by float64, decimals int) {
	label, by = scaleOf(o.Axes[c.Axis].Unit, c.At)
	if o.Axes[c.Axis].Unit == "share" { // the axis is in percent, however small
		label, by = " %", 100
	}
	values, numbers := o.Axes[c.Axis].Values, o.Axes[c.Axis].Numbers
	from, to := numbers[slices.Index(values, c.From)], numbers[slices.Index(values, c.To)]
	half := math.Abs(to-from) / 200 * by
	if c.HasInterval {
		half = max(half, (c.High-c.Low)/2*by)
	}
	return label, by, places(c.At*by, half)
}

// crossingValue is where a crossing is: "1.7 %".
func (o *swept) crossingValue(c *scenarios.Crossing) string {
	label, by, n := o.crossingScale(c)
	return fixed(c.At*by, n) + label
}

// crossingPlace is "1.7 % (1.5 to 1.9)", or without an interval between which values.
func (o *swept) crossingPlace(c *scenarios.Crossing) string {
	_, by, n := o.crossingScale(c)
	low, high := fixed(c.Low*by, n), fixed(c.High*by, n)
	values := o.Axes[c.Axis].Values
	ends := fmt.Sprintf("%s to %s", low, high)
	switch {
	case !c.HasInterval:
		ends = fmt.Sprintf("between %s and %s; one replication gives no interval", oneLine(c.From), oneLine(c.To))
	case c.LowOpen && c.HighOpen:
		ends = "the interval is all of the range"
	case c.LowOpen:
		ends = fmt.Sprintf("below %s; the interval reaches the lower end, %s", high, oneLine(values[0]))
	case c.HighOpen:
		ends = fmt.Sprintf("above %s; the interval reaches the upper end, %s", low, oneLine(values[len(values)-1]))
	}
	return o.crossingValue(c) + " (" + ends + ")"
}

// unbrokenFigures keeps the figures of a sentence on one line with their units.
func unbrokenFigures(text string) string {
	return strings.NewReplacer(" %", noBreak+"%", " = ", " ="+noBreak, " ±", noBreak+"±").Replace(text)
}
