package scenarios

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"edasim/sim"
	"edasim/topology"
)

// Any is the variant or the style of a measure that means every one.
const Any = "*"

// Reference is a name in an expectation, taken apart.
type Reference struct {
	Variant  string // a variant's name, Base or Any; Base where none is named
	Style    topology.Style
	HasStyle bool // otherwise every style
	Measure  string
}

// ParseReference takes apart VARIANT.STYLE.measure, of which variant and style
// may be missing. A first part that is not a known variant belongs to the
// measure.
func ParseReference(name string, variants []string) Reference {
	ref := Reference{Variant: Base}
	if first, rest, more := strings.Cut(name, "."); more &&
		(first == Any || first == Base || slices.Contains(variants, first)) {
		ref.Variant, name = first, rest
	}
	if first, rest, more := strings.Cut(name, "."); more && first == Any {
		name = rest
	} else if more {
		for _, style := range topology.Styles {
			if style.String() == first {
				ref.Style, ref.HasStyle, name = style, true, rest
			}
		}
	}
	ref.Measure = name
	return ref
}

// expectation is one entry of expect, parsed.
type expectation struct {
	text ExpectText
	root *topology.Node
	refs []Reference // of every name in it
}

func (sc *Scenario) expectations() ([]expectation, error) {
	var out []expectation
	for _, text := range sc.Expect {
		expr, err := topology.ParseExpr(text.Text, topology.Wildcards)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", sc.File, text.Pos.Line, err)
		}
		e := expectation{text: text, root: expr.Root}
		for _, n := range expr.Names() {
			e.refs = append(e.refs, ParseReference(n.Text, sc.variantNames()))
		}
		out = append(out, e)
	}
	return out, nil
}

func (sc *Scenario) variantNames() []string {
	var names []string
	for i := range sc.Variants {
		names = append(names, sc.Variants[i].Name)
	}
	return names
}

// missingStyle is a style that the expectation names and that is not among
// those simulated.
func (e *expectation) missingStyle(simulated []topology.Style) (topology.Style, bool) {
	for _, ref := range e.refs {
		if ref.HasStyle && !slices.Contains(simulated, ref.Style) {
			return ref.Style, true
		}
	}
	return 0, false
}

// judge fills in Expect and Verdict. An expectation over a style that is not
// simulated is not judged; the warnings say so.
func (r *Result) judge(sc *Scenario, expectations []expectation) {
	for i := range expectations {
		e := &expectations[i]
		if _, missing := e.missingStyle(sc.styles()); missing {
			continue
		}
		for _, variant := range e.variants(r) {
			for _, style := range e.styles(sc.styles()) {
				c := scope{result: r, names: sc.variantNames(), variant: variant, style: style}
				r.Expect = append(r.Expect, e.entry(&c))
			}
		}
	}
	r.Expect = append(r.Expect, r.neverHeld(sc)...)
	r.Verdict = Pass
	for i := range r.Expect {
		switch v := r.Expect[i].Verdict; {
		case v == Fail:
			r.Verdict = Fail
		case v == Inconclusive && r.Verdict == Pass:
			r.Verdict = Inconclusive
		}
	}
}

// variants are those that * stands for, or the base alone where there is no *.
func (e *expectation) variants(r *Result) []string {
	if !slices.ContainsFunc(e.refs, func(ref Reference) bool { return ref.Variant == Any }) {
		return []string{Base}
	}
	var names []string
	for i := range r.Variants {
		names = append(names, r.Variants[i].Name)
	}
	return names
}

// styles are all where a measure names none; else it does not matter which.
func (e *expectation) styles(all []topology.Style) []topology.Style {
	if slices.ContainsFunc(e.refs, func(ref Reference) bool { return !ref.HasStyle }) {
		return all
	}
	return all[:1]
}

// entry judges the expectation in one variant and style.
func (e *expectation) entry(c *scope) Expectation {
	j := c.truth(e.root)
	out := Expectation{
		Text: e.text.Text, Line: e.text.Pos.Line, Verdict: j.verdict,
		Value: j.quantity.Value, Low: j.quantity.Low, High: j.quantity.High,
		HasInterval: j.quantity.HasInterval, Unit: j.quantity.Unit,
		Difference: j.difference, Limit: j.limit, Need: j.need, Why: j.why,
	}
	for i, ref := range e.refs {
		variant, style := c.resolve(ref)
		if i == 0 {
			out.Variant, out.Style = variant, style.String()
		}
		if variant != out.Variant {
			out.Variant = ""
		}
		if style.String() != out.Style {
			out.Style = ""
		}
	}
	return out
}

// neverHeld are the sometimes invariants that held in no flow of anything that
// was simulated: the scenario has not exercised what it claims to.
func (r *Result) neverHeld(sc *Scenario) []Expectation {
	var out []Expectation
	for i := range sc.System.Invariants {
		inv := &sc.System.Invariants[i]
		if inv.Kind != topology.Sometimes || r.everHeld("invariant."+sim.MeasureName(inv.Name)) {
			continue
		}
		out = append(out, Expectation{
			Text: sometimesText(inv), Line: inv.Pos.Line,
			Verdict: Fail, Unit: "share", Why: "it held in no flow, so the scenario does not exercise it",
		})
	}
	return out
}

func sometimesText(inv *topology.Invariant) string { return inv.Name + ": sometimes " + inv.Expr.Text }

func (r *Result) everHeld(measure string) bool {
	for i := range r.Variants {
		for j := range r.Variants[i].Styles {
			if m := r.Variants[i].Styles[j].Measure(measure); m != nil && m.Count > 0 {
				return true
			}
		}
	}
	return false
}

// scope is where an expectation is judged: variant is what * stands for,
// style that of measures that name none.
type scope struct {
	result  *Result
	names   []string
	variant string
	style   topology.Style
}

func (c *scope) resolve(ref Reference) (variant string, style topology.Style) {
	variant, style = ref.Variant, ref.Style
	if variant == Any {
		variant = c.variant
	}
	if !ref.HasStyle {
		style = c.style
	}
	return variant, style
}

// measure finds what a name stands for; nil if it was not measured.
func (c *scope) measure(name string) *Measured {
	ref := ParseReference(name, c.names)
	variant, style := c.resolve(ref)
	cell := c.result.Cell(variant, style)
	if cell == nil {
		return nil
	}
	return cell.Measure(ref.Measure)
}

// truth judges a node that is true or false.
func (c *scope) truth(n *topology.Node) judged {
	switch {
	case n.Kind == topology.UnaryNode && n.Op == topology.OpNot:
		return not(c.truth(n.Args[0]))
	case n.Kind == topology.BinaryNode && n.Op == topology.OpAnd:
		return and(c.truth(n.Args[0]), c.truth(n.Args[1]))
	case n.Kind == topology.BinaryNode && n.Op == topology.OpOr:
		return or(c.truth(n.Args[0]), c.truth(n.Args[1]))
	case n.Kind == topology.BinaryNode && n.Op.IsComparison():
		return c.comparison(n)
	case n.Kind == topology.ConditionNode:
		switch j := c.truth(n.Args[0]); j.verdict {
		case Pass:
			return c.truth(n.Args[1])
		case Fail:
			return c.truth(n.Args[2])
		default:
			return j
		}
	case n.Kind == topology.InNode:
		return c.membership(n)
	}
	return judged{verdict: verdictOf(n.Number != 0)} // true or false as written
}

// membership is equality with any of a list.
func (c *scope) membership(n *topology.Node) judged {
	j := c.compare(n.Args[0], n.Args[1], equal)
	for _, arg := range n.Args[2:] {
		j = or(j, c.compare(n.Args[0], arg, equal))
	}
	return j
}

var relations = map[topology.Op]relation{
	topology.OpLess: less, topology.OpLessEqual: lessEqual, topology.OpGreater: greater,
	topology.OpGreaterEqual: greaterEqual, topology.OpEqual: equal, topology.OpNotEqual: notEqual,
}

func (c *scope) comparison(n *topology.Node) judged {
	return c.compare(n.Args[0], n.Args[1], relations[n.Op])
}

// compare judges a relation of two numbers: a measure with a constant, or the
// difference of two sides that are both measured.
func (c *scope) compare(left, right *topology.Node, rel relation) judged {
	j := judged{relation: rel}
	switch {
	case !measures(right):
		j.quantity, j.limit = c.quantity(left), constant(right)
	case !measures(left):
		j.quantity, j.limit, j.relation = c.quantity(right), constant(left), rel.flipped()
	default:
		j.quantity, j.difference = c.difference(left, right), true
	}
	if math.IsNaN(j.quantity.Value) {
		j.why = "nothing was measured: " + strings.Join(append(c.absent(left), c.absent(right)...), ", ")
	}
	j.judge()
	return j
}
