package scenarios

import (
	"slices"
	"strings"

	"edasim/topology"
)

// handler reads one handler; h has the defaults of its service.
func (b *build) handler(s *topology.Service, p pair, h topology.Handler) {
	h.Name, h.Pos = p.key.text, p.key.pos
	h.ConflictRetry = topology.Retry{Attempts: topology.UnlimitedAttempts, Multiplier: 1}
	full := topology.FullName(s, &h)
	s.Handlers = append(s.Handlers, &h)
	m := b.mapping(p.value, handlerKeys)
	if m == nil {
		return
	}
	b.consumes(m.get("consumes"), full, &h)
	m.dist("takes", &h.Takes)
	b.guard(m, &h)
	b.reads(m, &h)
	h.Effects = b.effects(m.get("effects"), s)
	h.Emits = b.emissions(m.get("emits"), full)
	if n := m.get("refuses"); n != nil {
		h.Refuses = b.refusal(n, s, full)
	}
	if n := m.get("compensates"); n != nil {
		h.Compensates = b.handlerName(n, s.Name)
	}
	m.boolean("detached", &h.Detached)
	m.duration("gap", &h.Publishing.Gap)
	b.inherited(m, &h)
	b.retry(m.get("conflict_retry"), &h.ConflictRetry)
	if m.has("conflict_retry") && h.Isolation != topology.Optimistic {
		b.failAt(m.keyAt("conflict_retry"), "write  isolation: optimistic", "only optimistic isolation has conflicts to take again")
	}
	b.calls(m.get("calls"), s.Name, &h)
	h.Delivery = b.delivery(m.get("delivery"), full+".delivery", h.Delivery)
	b.refs.handlers = append(b.refs.handlers, handlerRef{s, &h, m, p.key})
}

func (b *build) consumes(n *node, full string, h *topology.Handler) {
	if n == nil {
		return
	}
	if n.kind == mappingNode {
		m := b.mapping(n, joinKeys)
		if !m.strange && !m.has("all") {
			b.failAt(n, "write  consumes: {all: [A, B]}", "a join names the events that must all have come")
		}
		if n = m.get("all"); n == nil {
			return
		}
		h.Join = true
	}
	for _, name := range b.names(n, "what a handler consumes") {
		if slices.Contains(h.Consumes, name.text) {
			b.failAt(name, "write it once", "%s stands twice", quoted(name.text))
			continue
		}
		h.Consumes = append(h.Consumes, name.text)
		b.refs.consumed = append(b.refs.consumed, eventRef{name, full})
	}
	if h.Join && len(h.Consumes) == 1 {
		b.failAt(n, "write  consumes: "+h.Consumes[0], "a join of one event is no join")
	}
}

func (b *build) guard(m *mapping, h *topology.Handler) {
	if n := m.get("when"); n != nil && !(n.plain() && n.text == "true") {
		h.When = b.expr(n)
	}
	if i, ok := m.choice("otherwise"); ok {
		h.Otherwise = topology.Otherwise(i)
		if !m.has("when") {
			b.failAt(m.keyAt("otherwise"), "write  when:  and a condition", "without a guard there is no otherwise")
		}
	}
}

func (b *build) reads(m *mapping, h *topology.Handler) {
	if i, ok := m.choice("reads"); ok {
		h.ReadsStore = i == 1
	}
	m.dist("read_takes", &h.ReadTakes)
	if m.has("read_takes") && !h.ReadsStore {
		b.failAt(m.keyAt("read_takes"), "write  reads: store", "what comes with the event takes no time to read")
	}
}

// effects reads what a commit changes.
func (b *build) effects(n *node, s *topology.Service) []topology.Effect {
	var out []topology.Effect
	for _, p := range b.named(n, "effects") {
		text, ok := b.scalar(p.value, "a change such as +1")
		if !ok {
			continue
		}
		state := stateOf(s, p.key.text)
		if state == nil {
			b.noState(p.key, s)
			continue
		}
		if e, ok := b.effect(p, text, state); ok {
			out = append(out, e)
		}
	}
	return out
}

func stateOf(s *topology.Service, name string) *topology.State {
	for i := range s.State {
		if s.State[i].Name == name {
			return &s.State[i]
		}
	}
	return nil
}

func (b *build) noState(n *node, s *topology.Service) {
	hint := "declare it:  state: {" + n.text + ": 0}"
	if near, ok := nearest(n.text, stateNames(s)); ok {
		hint = "did you mean " + quoted(near) + "?"
	}
	b.failAt(n, hint, "%s has no state %s", quoted(s.Name), quoted(n.text))
}

func stateNames(s *topology.Service) []string {
	var names []string
	for _, st := range s.State {
		names = append(names, st.Name)
	}
	return names
}

// effect reads one change: a sign adds, = sets, a word is set.
func (b *build) effect(p pair, text string, state *topology.State) (topology.Effect, bool) {
	e := topology.Effect{State: state.Name, Pos: p.key.pos}
	name, n := p.key.text, p.value
	expr, sets := strings.CutPrefix(text, "=")
	switch {
	case sets:
		e.Op = topology.SetExpr
		e.Expr = b.exprText(n, expr, 1)
		return e, e.Expr != nil
	case state.IsWord:
		if _, err := parseNumber(text); err == nil && !n.quoted {
			b.failAt(n, "write a word, such as  "+name+": done", "%s is a word, and %s is a number", quoted(name), text)
			return e, false
		}
		if !n.quoted && !namePattern.MatchString(text) {
			b.failAt(n, "put a word with such signs in quotes", "%s is not a word", quoted(text))
			return e, false
		}
		e.Op, e.Word = topology.SetWord, text
		return e, true
	}
	signed := strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-")
	v, err := parseNumber(text)
	switch {
	case err == nil && !signed:
		b.failAt(n, "write  "+name+": +"+text+"  to add,  "+name+": = "+text+"  to set",
			"%s could mean add %s or set to %s", quoted(name+": "+text), text, text)
	case err != nil && namePattern.MatchString(text) && !signed:
		b.failAt(n, "write  "+name+": +1,  "+name+": -1  or  "+name+": = …", "%s is a number, and %s is a word", quoted(name), quoted(text))
	case err != nil && allDigits(strings.TrimLeft(text, "+-")):
		b.failAt(n, "", "%v", err)
	case err != nil:
		b.failAt(n, "write  "+name+": +1,  "+name+": -1  or  "+name+": = "+strings.TrimLeft(text, "+= "), "%s is not a change", quoted(text))
	default:
		e.Op, e.Delta = topology.Add, v
		return e, true
	}
	return e, false
}

func (b *build) refusal(n *node, s *topology.Service, full string) *topology.Refusal {
	r := &topology.Refusal{}
	m := b.mapping(n, refusalKeys)
	m.probability("probability", &r.Probability)
	r.Emits = b.emissions(m.get("emits"), full)
	r.Effects = b.effects(m.get("effects"), s)
	return r
}

// emissions reads an event, a list, or a mapping for one item with conditions.
func (b *build) emissions(n *node, full string) []topology.Emission {
	if n == nil || n.bad {
		return nil
	}
	items := n.items
	if n.kind != sequenceNode {
		items = []*node{n}
	}
	var out []topology.Emission
	for _, item := range items {
		e := topology.Emission{Probability: 1, Pos: item.pos}
		if item.kind == mappingNode {
			if !b.emission(item, full, &e) {
				continue
			}
		} else {
			if !b.isName(item) {
				continue
			}
			e.Event = item.text
			b.refs.emitted = append(b.refs.emitted, eventRef{item, full})
		}
		out = append(out, e)
	}
	return out
}

func (b *build) emission(n *node, full string, e *topology.Emission) bool {
	m := b.mapping(n, emissionKeys)
	m.probability("probability", &e.Probability)
	m.dist("after", &e.After)
	event, oneOf := m.get("event"), m.get("one_of")
	switch {
	case event != nil && oneOf != nil:
		b.failAt(m.keyAt("one_of"), "leave one of them out", "an emission is an event or one_of several, not both")
	case event != nil && b.isName(event):
		e.Event = event.text
		b.refs.emitted = append(b.refs.emitted, eventRef{event, full})
		return true
	case oneOf != nil:
		e.OneOf = b.oneOf(oneOf, full)
		return len(e.OneOf) > 0
	case m != nil && !m.has("event") && !m.has("one_of"):
		b.failAt(n, "write  {event: X, …}  or  {one_of: {A: 30%, B: 70%}}", "an emission names its event")
	}
	return false
}

func (b *build) oneOf(n *node, full string) []topology.Choice {
	var out []topology.Choice
	sum, right := 0.0, true
	for _, p := range b.named(n, "one_of") {
		c := topology.Choice{Event: p.key.text}
		right = b.probability(p.value, &c.Share) && right
		sum += c.Share
		out = append(out, c)
		b.refs.emitted = append(b.refs.emitted, eventRef{p.key, full})
	}
	if right && (sum < 1-1e-9 || sum > 1+1e-9) {
		b.failAt(n, "make them 100 %", "the shares of one_of add up to %s", percent(sum))
	}
	return out
}

func (b *build) idempotent(n *node, into *topology.Idempotent) {
	if n == nil {
		return
	}
	if n.kind == mappingNode {
		m := b.mapping(n, idempotentKeys)
		*into = topology.Idempotent{By: topology.ByKey}
		i, ok := m.choice("by")
		if ok {
			into.By = topology.IdempotentBy(i) + topology.ByMessage
		}
		if m != nil && !m.has("by") {
			b.failAt(n, "write  {by: key, …}", "idempotency needs what it remembers")
		}
		m.span("for", &into.For)
		unique := true
		m.boolean("unique", &unique)
		into.Racy = !unique
		m.boolean("replays", &into.Replays)
		return
	}
	i, ok := b.choice(n, "idempotent", handlerKeys.words("idempotent"))
	if !ok {
		return
	}
	*into = topology.Idempotent{By: [...]topology.IdempotentBy{
		topology.ByMessage, topology.ByKey, topology.ByKey, topology.NotIdempotent, topology.NotIdempotent,
	}[i]}
}

// An outbox's relay as long as nothing else is said.
const (
	outboxEvery = 100 * topology.Millisecond
	outboxBatch = 100
)

func (b *build) publishing(n *node, into *topology.Publishing) {
	if n == nil {
		return
	}
	orders := handlerKeys.words("publishing")
	set := func(i int) {
		into.Order, into.Every, into.Batch = topology.PublishingOrder(i), 0, 0
		if into.Order == topology.Outbox {
			into.Every, into.Batch = outboxEvery, outboxBatch
		}
	}
	if n.kind != mappingNode {
		if i, ok := b.choice(n, "publishing", orders); ok {
			set(i)
		}
		return
	}
	m := b.mapping(n, publishingKeys)
	m.duration("gap", &into.Gap)
	chosen := -1
	for i, order := range orders {
		value := m.get(order)
		if value == nil {
			continue
		}
		if chosen >= 0 {
			b.failAt(m.keyAt(order), "leave one of them out", "%s and %s cannot both be", orders[chosen], order)
			continue
		}
		chosen = i
		set(i)
		if order == "outbox" {
			o := b.mapping(value, outboxKeys)
			o.period("every", &into.Every)
			o.countOr("batch", 1, "all", 0, &into.Batch)
			continue
		}
		b.mapping(value, twoWritesKeys).duration("gap", &into.Gap)
	}
}
