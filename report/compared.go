package report

import (
	"fmt"
	"strings"

	"edasim/scenarios"
)

// compared says in one sentence how the second of two styles differs from the
// first in what is stuck, inconsistent, slow and costly, where it does; nil
// where it does not, and with more or fewer styles.
func compared(r *scenarios.Result) prose {
	cells := base(r)
	if len(cells) != 2 {
		return nil
	}
	b := &cells[1]
	said := append(wrongClauses(r), costClauses(r)...)
	if len(said) == 0 {
		return nil
	}
	var p prose
	p.style(b.Style, capital(b.Style.String()))
	switch n := len(said); n {
	case 1, 2:
		p.say(" %s.", strings.Join(said, " and "))
	default:
		p.say(" %s, and %s.", strings.Join(said[:n-1], ", "), said[n-1])
	}
	return p
}

// pairedDifference is the difference of the two styles, second minus first, where it is
// more than chance; otherwise nil.
func pairedDifference(r *scenarios.Result, measure string) *scenarios.Measured {
	cells := base(r)
	d := styleDifference(r, measure, cells[1].Style, cells[0].Style)
	if d == nil {
		return nil
	}
	if v := judge(d, -1); v != "better" && v != "worse" {
		return nil
	}
	return d
}

// wrongClauses compare stuck and inconsistent flows; both in one clause where
// both are fewer or both are more.
func wrongClauses(r *scenarios.Result) []string {
	var said []string
	last := ""
	for _, what := range []string{"stuck", "inconsistent"} {
		d := pairedDifference(r, what)
		if d == nil {
			continue
		}
		word := "fewer"
		if d.Value > 0 {
			word = "more"
		}
		clause := fmt.Sprintf("%s (%s)", what, against(r, what))
		if word == last {
			said[len(said)-1] += " and " + clause
			continue
		}
		said, last = append(said, "leaves "+word+" flows "+clause), word
	}
	return said
}

func costClauses(r *scenarios.Result) []string {
	var said []string
	if d := pairedDifference(r, "latency.p99"); d != nil {
		word := "slower"
		if d.Value < 0 {
			word = "faster"
		}
		said = append(said, fmt.Sprintf("is %s at p99 (%s)", word, against(r, "latency.p99")))
	}
	x, y := valueOf(&base(r)[0], "messages.published"), valueOf(&base(r)[1], "messages.published")
	if pairedDifference(r, "messages.published") != nil && x > 0 && y > 0 {
		said = append(said, fmt.Sprintf("sends %s times the messages", digits(y/x, 2)))
	}
	return said
}

// against is a measure of the second style and of the first, with their unit
// once.
func against(r *scenarios.Result, measure string) string {
	x, y := base(r)[1].Measure(measure), base(r)[0].Measure(measure)
	largest := max(x.Value, y.Value)
	left, right := show(x, largest).Value, show(y, largest).Value
	if number, unit, found := strings.Cut(left, " "); found && strings.HasSuffix(right, " "+unit) {
		left = number
	}
	return left + " against " + unbroken(right)
}
