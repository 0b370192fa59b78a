package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"edasim/topology"
)

// variants loads the scenario once more for each variant, with its paths set,
// so that every rule applies to what comes out.
func (b *build) variants(sc *Scenario, problems *ledger) {
	base := slices.Clone(problems.problems)
	for _, p := range b.named(b.top.get("variants"), "variants") {
		name := p.key.text
		if name == Base || isStyle(name) || isMeasureWord(name) || name == "outcome" {
			b.failAt(p.key, "choose another", "%s cannot be a variant: it means something else in a measure", quoted(name))
		}
		if p.value.null && !p.value.bad {
			b.failAt(p.key, "write  {payment.charge.idempotent: key}", "the variant %s sets nothing", quoted(name))
			continue
		}
		v := Variant{Name: name}
		var own ledger
		root := b.root.clone()
		for _, set := range b.entries(p.value, "a variant") {
			v.Sets = append(v.Sets, Set{set.key.text, set.value.written()})
			b.fixedRun(set.key, &own)
			setPath(root, assignment{set.key.text, set.key, set.value}, &own)
		}
		load := &build{loading: b.loading, ledger: &own, root: root, sys: &topology.System{}, variant: true,
			exprNodes: map[*topology.Expr]exprPlace{}, keyOf: map[*node]*key{}}
		load.read()
		v.System, v.Faults, v.Run = load.sys, load.faults, load.run
		sc.Variants = append(sc.Variants, v)
		for _, use := range load.presets {
			if !slices.Contains(b.presets, use) {
				use.Where = "variant " + name + ": " + use.Where
				sc.Presets = append(sc.Presets, use)
			}
		}
		b.adopt(p, &own, base, problems)
		for _, w := range load.warnings {
			if !slices.Contains(b.warnings, w) {
				b.warn("variant " + name + ": " + w)
			}
		}
	}
}

// fixedRun refuses what is the same for all variants.
func (b *build) fixedRun(key *node, problems *ledger) {
	if !strings.HasPrefix(key.text, "run.") {
		return
	}
	for _, k := range []string{"run.warmup", "run.drain", "run.max_hops"} {
		if key.text == k {
			return
		}
	}
	problems.fail(key.pos, max(key.width, 1), "set it in run, or with a flag", "%s is the same for every variant", quoted(key.text))
}

// adopt takes over what is wrong with a variant and not already with the base,
// and tells it at the variant.
func (b *build) adopt(p pair, own *ledger, base []Problem, problems *ledger) {
	first, last := p.key.pos.Line, p.value.lastLine()
	for _, found := range own.problems {
		if slices.ContainsFunc(base, func(known Problem) bool {
			return known.Line == found.Line && known.Column == found.Column && known.Msg == found.Msg
		}) {
			continue
		}
		if found.Line < first || found.Line > last {
			found.Msg = fmt.Sprintf("in the variant %s: %s", quoted(p.key.text), found.Msg)
			if found.Line > 0 {
				found.Msg += fmt.Sprintf(" (line %d)", found.Line)
			}
			found.Line, found.Column, found.Len = p.key.pos.Line, p.key.pos.Column, max(p.key.width, 1)
		}
		problems.add(found)
	}
}

// lastLine is the last line on which a part of the node begins.
func (n *node) lastLine() int {
	last := n.pos.Line
	for _, p := range n.pairs {
		last = max(last, p.key.pos.Line, p.value.lastLine())
	}
	for _, item := range n.items {
		last = max(last, item.lastLine())
	}
	return last
}

// written is the node as one would write it on one line.
func (n *node) written() string {
	switch n.kind {
	case mappingNode:
		var parts []string
		for _, p := range n.pairs {
			parts = append(parts, p.key.written()+": "+p.value.written())
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case sequenceNode:
		var parts []string
		for _, item := range n.items {
			parts = append(parts, item.written())
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	if n.quoted {
		return `"` + n.text + `"`
	}
	return n.text
}

// expectations reads expect and checks the names in it before anything runs.
func (b *build) expectations(sc *Scenario) {
	n := b.top.get("expect")
	if n == nil {
		return
	}
	items := n.items
	if n.kind == scalarNode {
		items = []*node{n}
	}
	if n.kind == mappingNode {
		b.failAt(n, "write  - stuck < 1%", "expect is a list of expressions, and this is a mapping")
	}
	for _, item := range items {
		if item.kind == mappingNode && !item.bad {
			b.failAt(item, "put it in quotes if it has a colon", "an expectation is an expression, and this is a mapping")
			continue
		}
		e := b.expr(item, topology.Wildcards)
		if e == nil {
			continue
		}
		sc.Expect = append(sc.Expect, ExpectText{Text: item.text, Pos: item.pos})
		b.condition(e, func(name *topology.Node) (topology.Type, *topology.ExprError) {
			if err := b.knownReference(sc, name.Text); err != nil {
				msg, hint, _ := strings.Cut(err.Error(), ": ")
				return 0, &topology.ExprError{Msg: msg, Hint: hint}
			}
			return topology.Number, nil
		})
		if len(e.Names()) == 0 {
			b.failAt(item, "name a measure, such as  stuck < 1%", "an expectation is about a measure, and this names none")
		}
	}
}

// knownReference checks VARIANT.STYLE.measure in every variant that it means.
func (b *build) knownReference(sc *Scenario, name string) error {
	ref := ParseReference(name, sc.variantNames())
	first := KnownMeasure(b.sys, b.faults, ref.Measure)
	if first == nil {
		return nil
	}
	for i := range sc.Variants {
		v := &sc.Variants[i]
		if (ref.Variant == v.Name || ref.Variant == Any) && KnownMeasure(v.System, v.Faults, ref.Measure) == nil {
			return nil
		}
	}
	word, rest, more := strings.Cut(ref.Measure, ".")
	if more && b.serviceNamed(word) != nil {
		return fmt.Errorf("%s is a state, and an expectation is about measures: write state.%s.%s.mean, min, max or sum, or an invariant", quoted(name), word, rest)
	}
	if more && ref.Variant == Base && !ref.HasStyle && !slices.Contains(families, word) && !isMeasureWord(word) {
		known := append(sc.variantNames(), Base)
		for _, style := range topology.Styles {
			known = append(known, style.String())
		}
		return wrongName("there is no variant, style or measure "+quoted(word), word, known)
	}
	return first
}
