package scenarios

import (
	"slices"
	"strings"

	"edasim/sim"
	"edasim/topology"
)

// outcomes reads how a flow can end; left out, each event is one that a handler
// in the flow emits and nobody consumes.
func (b *build) outcomes(n *node) {
	if n == nil {
		if !b.top.has("outcomes") {
			b.derivedOutcomes()
		}
		return
	}
	of := map[string]string{}
	for _, p := range b.named(n, "outcomes") {
		o := topology.Outcome{Name: p.key.text}
		if isMeasureWord(o.Name) || slices.Contains([]string{"mean", "p50", "p90", "p95", "p99", "p999", "max", "over"}, o.Name) {
			b.failAt(p.key, "choose another", "%s is a part of measures, and cannot be an outcome", quoted(o.Name))
		}
		for _, event := range b.names(p.value, "an outcome") {
			if other, taken := of[event.text]; taken {
				b.failAt(event, "an event stands for one outcome", "%s is already the outcome %s", quoted(event.text), quoted(other))
				continue
			}
			of[event.text] = o.Name
			o.Events = append(o.Events, event.text)
			b.refs.ends = append(b.refs.ends, eventRef{event, o.Name})
		}
		b.sys.Outcomes = append(b.sys.Outcomes, o)
	}
	if len(b.sys.Outcomes) == 0 && n.kind == mappingNode {
		b.failAt(n, "write  completed: OrderCompleted", "outcomes is empty")
	}
}

func (b *build) derivedOutcomes() {
	inFlow := map[string]bool{}
	for _, r := range b.refs.handlers {
		for _, event := range r.handler.Emitted() {
			inFlow[event] = inFlow[event] || !r.handler.Detached
		}
	}
	for _, use := range topology.EventUses(b.sys) {
		if len(use.Consumers) == 0 && inFlow[use.Event] {
			b.sys.Outcomes = append(b.sys.Outcomes, topology.Outcome{Name: use.Event, Events: []string{use.Event}})
		}
	}
	if len(b.sys.Outcomes) == 0 && len(b.problems) == 0 {
		b.failAt(b.root, "write  outcomes:  and below it, such as  completed: OrderCompleted",
			"no event that a handler emits is left unconsumed, so it is not clear how a flow ends")
	}
}

var quantifiers = []string{"always", "finally", "sometimes"}

func (b *build) invariants(n *node) {
	measures := map[string]string{}
	for _, p := range b.entries(n, "invariants") {
		name := strings.TrimSpace(p.key.text)
		if name == "" {
			b.failAt(p.key, "say what must hold, in words", "an invariant has a name")
			continue
		}
		inv := topology.Invariant{Name: name, Pos: p.key.pos}
		measure := sim.MeasureName(name)
		if other, taken := measures[measure]; taken {
			b.failAt(p.key, "choose another name", "%s and %s would both be the measure invariant.%s", quoted(name), quoted(other), measure)
		}
		measures[measure] = name
		if !b.invariant(p, &inv) {
			continue
		}
		b.sys.Invariants = append(b.sys.Invariants, inv)
	}
}

func (b *build) invariant(p pair, inv *topology.Invariant) bool {
	const form = "write  always EXPRESSION,  finally EXPRESSION  or  sometimes EXPRESSION"
	n := p.value
	if n.kind != mappingNode {
		text, ok := b.scalar(n, "a rule")
		if !ok {
			return false
		}
		word, rest, _ := strings.Cut(text, " ")
		i := slices.Index(quantifiers, word)
		if i < 0 {
			hint := form
			if near, ok := nearest(word, quantifiers); ok {
				hint = "did you mean " + quoted(near) + "?"
			}
			b.failAt(n, hint, "an invariant says when it must hold, and %s does not", quoted(text))
			return false
		}
		inv.Kind = topology.Quantifier(i)
		inv.Expr = b.exprText(n, rest, len(word)+1)
		return inv.Expr != nil
	}
	m := b.mapping(n, invariantKeys)
	for i, word := range quantifiers {
		value := m.get(word)
		switch {
		case value == nil:
		case inv.Expr != nil:
			b.failAt(m.keyAt(word), "make two of it", "an invariant holds %s or %s, not both", quantifiers[inv.Kind], word)
		default:
			inv.Kind, inv.Expr = topology.Quantifier(i), b.expr(value)
		}
	}
	m.span("within", &inv.Within)
	if inv.Within > 0 && inv.Kind != topology.Finally {
		b.failAt(m.keyAt("within"), "write  {finally: …, within: …}", "only what holds finally can be false for a while")
	}
	if m != nil && !m.has("always") && !m.has("finally") && !m.has("sometimes") {
		b.failAt(p.key, form, "an invariant says when it must hold")
	}
	return inv.Expr != nil
}

func (b *build) monitors(n *node) {
	for _, p := range b.named(n, "monitors") {
		m := b.mapping(p.value, monitorKeys)
		if m == nil {
			continue
		}
		mon := topology.Monitor{Name: p.key.text, Pos: p.key.pos}
		if check := m.get("check"); check != nil {
			mon.Check = b.expr(check)
		}
		m.period("every", &mon.Every)
		if !m.has("check") || !m.has("every") {
			b.failAt(p.key, "write  {check: EXPRESSION, every: 24h}", "a monitor says what it checks, and how often")
		}
		if repair := m.get("repair"); repair != nil {
			mon.Repair = b.handlerName(repair, "")
		}
		b.sys.Monitors = append(b.sys.Monitors, mon)
	}
}

func (b *build) alerts(n *node) {
	for _, p := range b.named(n, "alerts") {
		m := b.mapping(p.value, alertKeys)
		if m == nil {
			continue
		}
		a := topology.Alert{Name: p.key.text, Over: topology.Minute, Pos: p.key.pos}
		if when := m.get("when"); when != nil {
			a.When = b.expr(when, topology.Rates)
		} else if !m.has("when") {
			b.failAt(p.key, "write  {when: rate(event.X) < 40/s, over: 1m, for: 5m}", "an alert says what it watches")
		}
		m.period("over", &a.Over)
		m.duration("for", &a.For)
		b.sys.Alerts = append(b.sys.Alerts, a)
	}
}
