package report

import (
	"fmt"
	"strings"

	"edasim/scenarios"
	"edasim/sim"
	"edasim/topology"
)

// verdictProse is the verdict in one sentence, then how the styles differ, and
// the best variant.
func verdictProse(r *scenarios.Result) []prose {
	out := []prose{headline(r)}
	if p := compared(r); p != nil {
		out = append(out, p)
	} else {
		out = append(out, figuresOf(r)...)
	}
	if p := bestVariant(r); p != nil {
		out = append(out, p)
	}
	return out
}

// figuresOf are what is stuck and wrong and what it costs in every style.
func figuresOf(r *scenarios.Result) []prose {
	var out []prose
	for _, list := range [][]named{
		{{"stuck", "Stuck"}, {"inconsistent", "Inconsistent"}},
		{{"latency.p99", "99th percentile"}, {"messages.published", "Messages a flow"}},
	} {
		var p prose
		for _, n := range list {
			var q prose
			q.say("%s: ", n.label)
			if !q.eachBrief(base(r), n.measure) {
				continue
			}
			if p != nil {
				p.say(" ")
			}
			q.say(".")
			p = append(p, q...)
		}
		if p != nil {
			out = append(out, p)
		}
	}
	return out
}

// clean tells whether no flow of a cell was stuck or inconsistent.
func clean(c *scenarios.StyleResult) bool {
	return valueOf(c, "stuck") == 0 && valueOf(c, "inconsistent") == 0
}

func headline(r *scenarios.Result) prose {
	var safe, unsafe []topology.Style
	for i := range base(r) {
		c := &base(r)[i]
		if m := c.Measure("flows"); m == nil || m.Value == 0 {
			return prose{{Text: "No flow was measured, so there is no verdict."}}
		}
		if clean(c) {
			safe = append(safe, c.Style)
		} else {
			unsafe = append(unsafe, c.Style)
		}
	}
	var p prose
	switch {
	case len(unsafe) == 0 && len(safe) == 1:
		p.style(safe[0], capital(safe[0].String()))
		p.say(" brought every flow to a consistent end.")
	case len(unsafe) == 0:
		p.say("Every style brought every flow to a consistent end.")
	case len(safe) > 0:
		for i, s := range safe {
			name := s.String()
			if i == 0 {
				name = capital(name)
			} else {
				p.say(" and ")
			}
			p.style(s, name)
		}
		p.say(" brought every flow to a consistent end; ")
		p.names(unsafe)
		p.say(" did not.")
	default:
		p = noneSafe(r, unsafe)
	}
	return p
}

// noneSafe names what every style gets wrong, if one rule is broken in all.
func noneSafe(r *scenarios.Result, styles []topology.Style) prose {
	var p prose
	verb := "breaks"
	switch len(styles) {
	case 1:
		p.style(styles[0], capital(styles[0].String()))
		p.say(" is not safe as drawn")
	case 2:
		p.say("Neither style is safe as drawn")
		verb = "both break"
	default:
		p.say("No style is safe as drawn")
		verb = "all break"
	}
	switch rule := sharedRule(r); {
	case rule != "" && len(styles) == 1:
		p.say(": it %s “%s”.", verb, oneLine(rule))
	case rule != "":
		p.say(": %s “%s”.", verb, oneLine(rule))
	default:
		p.say(".")
	}
	return p
}

// sharedRule is the invariant broken in every style, of several the one that is
// broken most; "" if there is none.
func sharedRule(r *scenarios.Result) string {
	best, most := "", 0.0
	for _, inv := range r.Scenario.System.Invariants {
		if inv.Kind == topology.Sometimes {
			continue // its measure counts the flows in which it held
		}
		least := -1.0
		for i := range base(r) {
			m := base(r)[i].Measure("invariant." + sim.MeasureName(inv.Name))
			if m == nil || m.Value == 0 || m.Unit != "share" {
				least = 0
				break
			}
			if least < 0 || m.Value < least {
				least = m.Value
			}
		}
		if least > most {
			best, most = inv.Name, least
		}
	}
	return best
}

func (p *prose) names(styles []topology.Style) {
	for i, s := range styles {
		if i > 0 {
			p.say(" and ")
		}
		p.style(s, s.String())
	}
}

// bestVariant is the one with the fewest inconsistent flows over all styles,
// where that is fewer than the base has.
func bestVariant(r *scenarios.Result) prose {
	sum := func(v *scenarios.VariantResult) float64 {
		total := 0.0
		for i := range v.Styles {
			total += valueOf(&v.Styles[i], "inconsistent")
		}
		return total
	}
	best := &r.Variants[0]
	for i := range r.Variants[1:] {
		if v := &r.Variants[i+1]; sum(v) < sum(best) {
			best = v
		}
	}
	if best == &r.Variants[0] {
		return nil
	}
	var p prose
	p.say("With ")
	p.code(oneLine(best.Name))
	p.say(", inconsistent flows become: ")
	p.eachBrief(best.Styles, "inconsistent")
	p.say(".")
	return p
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// judged is an expectation on the page.
type judged struct {
	Class, Mark, Word string
	Text, Where       string // Where: the style and variant, if the text does not say
	Figure, Why       string
	Line              int
}

func judgedOf(r *scenarios.Result, e *scenarios.Expectation) judged {
	j := judged{Text: oneLine(e.Text), Where: oneLine(e.Where()), Why: oneLine(e.Why), Line: e.Line}
	switch e.Verdict {
	case scenarios.Pass:
		j.Class, j.Mark, j.Word = "y", "✓", "pass"
	case scenarios.Fail:
		j.Class, j.Mark, j.Word = "x", "✗", "fail"
	default:
		j.Class, j.Mark, j.Word = "q", "?", "inconclusive"
	}
	j.Figure = bounded(r, e)
	if e.Need > 0 {
		j.Why = strings.TrimPrefix(j.Why+fmt.Sprintf("; --replications %d would probably decide it", e.Need), "; ")
	}
	return j
}

// measured is what was found, and what to say of it.
func (j judged) measured() string {
	if j.Why == "" {
		return j.Figure
	}
	return j.Figure + ": " + j.Why
}

// bounded is what was measured for an expectation, with its bounds.
func bounded(r *scenarios.Result, e *scenarios.Expectation) string {
	label, by := scaleOf(e.Unit, max(e.Value, -e.Value))
	text := ""
	switch {
	case e.HasInterval && e.Value == 0 && e.Unit == "share" && !e.Difference:
		text = "0 (at most " + digits(e.High*by, 2) + label + ")"
	case !e.HasInterval && e.Value == 0 && e.Unit == "share" && !e.Difference:
		text = "0 of " + thousands(flowsJudged(r, e))
	case !e.HasInterval:
		text = fixed(e.Value*by, places(e.Value*by, 0)) + label
	default:
		n := places(e.Value*by, (e.High-e.Low)/2*by)
		text = fmt.Sprintf("%s%s (%s to %s)", fixed(e.Value*by, n), label, fixed(e.Low*by, n), fixed(e.High*by, n))
	}
	if e.Difference {
		return "by " + text
	}
	return text
}

// flowsJudged is how many flows an expectation was judged by: those of its
// variant in its style, or in the first where it is of several.
func flowsJudged(r *scenarios.Result, e *scenarios.Expectation) int64 {
	for i := range r.Variants {
		for j := range r.Variants[i].Styles {
			c := &r.Variants[i].Styles[j]
			if r.Variants[i].Name == e.Variant && (e.Style == "" || c.Style.String() == e.Style) {
				return flowsIn(r, c)
			}
		}
	}
	return 0
}
