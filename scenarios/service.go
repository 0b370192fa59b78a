package scenarios

import (
	"slices"
	"strings"

	"edasim/faults"
	"edasim/topology"
)

func (b *build) services(n *node, delivery topology.Delivery) {
	if n == nil {
		if !b.top.has("services") {
			b.failAt(b.root, "write  services:  and what they do; edasim new shows how", "a scenario needs services")
		}
		return
	}
	for _, p := range b.named(n, "services") {
		b.serviceName(p.key)
		b.service(p, delivery)
	}
	if len(b.sys.Services) == 0 && len(b.problems) == 0 {
		b.failAt(n, "", "a scenario needs services, and there is none")
	}
}

// reservedNames are what a service cannot be called: they mean something else
// where a service's name may stand.
var reservedNames = []string{faults.Coordinator, faults.Broker, faults.Client, Base}

// serviceName refuses names that a path, a target or a measure could mean too.
func (b *build) serviceName(n *node) {
	switch name := n.text; {
	case slices.Contains(reservedNames, name):
		b.failAt(n, "choose another", "%s is reserved, and cannot be a service", quoted(name))
	case isStyle(name):
		b.failAt(n, "choose another", "%s is a style, and cannot be a service", quoted(name))
	case scenarioKeys.find(name) != nil:
		b.failAt(n, "choose another", "%s is a top-level key, and cannot be a service: a path could mean either", quoted(name))
	case isMeasureWord(name) || name == "outcome":
		b.failAt(n, "choose another", "%s is a measure, and cannot be a service", quoted(name))
	}
}

func isStyle(name string) bool {
	for _, style := range topology.Styles {
		if style.String() == name {
			return true
		}
	}
	return false
}

func (b *build) service(p pair, delivery topology.Delivery) {
	s := &topology.Service{Name: p.key.text, Replicas: 1, Concurrency: 1, Queue: topology.Queue{Capacity: -1}, Pos: p.key.pos}
	b.sys.Services = append(b.sys.Services, s)
	m := b.mapping(p.value, serviceKeys)
	if m == nil {
		return
	}
	m.count("replicas", 1, &s.Replicas)
	m.countOr("concurrency", 1, "unlimited", topology.Unlimited, &s.Concurrency)
	m.duration("contention", &s.Contention)
	b.queue(m.get("queue"), &s.Queue)
	if i, ok := m.choice("stale_work"); ok {
		s.CancelStale = i == 1
	}
	for _, sp := range b.named(m.get("state"), "state") {
		b.state(s, sp)
	}
	defaults := &topology.Handler{Delivery: b.delivery(m.get("delivery"), s.Name+".delivery", delivery)}
	b.inherited(m, defaults)
	handlers := m.get("handlers")
	if !m.has("handlers") {
		b.failAt(p.key, "write  handlers:  and what starts each", "the service %s has no handlers", quoted(s.Name))
	}
	for _, hp := range b.named(handlers, "handlers") {
		if serviceKeys.find(hp.key.text) != nil {
			b.failAt(hp.key, "choose another", "%s is a key of a service, and cannot be a handler: a path could mean either", quoted(hp.key.text))
		}
		b.handler(s, hp, *defaults)
	}
}

// inherited reads the keys that a service may give as defaults for its handlers.
func (b *build) inherited(m *mapping, h *topology.Handler) {
	b.idempotent(m.get("idempotent"), &h.Idempotent)
	b.publishing(m.get("publishing"), &h.Publishing)
	if i, ok := m.choice("isolation"); ok {
		h.Isolation = topology.Isolation(i)
	}
	if n := m.get("accepts"); n != nil {
		h.Accepts = nil
		if !n.plain() || n.text != "all" {
			h.Accepts = b.schemaVersions(n)
		}
	}
	if i, ok := m.choice("authentication"); ok {
		h.Verified = i == 1
	}
}

// highestVersion is the highest schema version.
const highestVersion = 63

func (b *build) schemaVersions(n *node) []int {
	items := n.items
	if n.kind == scalarNode {
		items = []*node{n}
	}
	var out []int
	for _, item := range items {
		var v int
		if !b.count(item, "a schema version", 1, &v) {
			continue
		}
		if v > highestVersion {
			b.ill(item, "%d: schema versions are 1 to %d", v, highestVersion)
			continue
		}
		out = append(out, v)
	}
	if len(items) == 0 {
		b.failAt(n, "write a list such as [1, 2]", "schema versions are a list of numbers")
	}
	return out
}

func (b *build) queue(n *node, q *topology.Queue) {
	q.Refuse = true
	m := b.mapping(n, queueKeys)
	if m == nil {
		return
	}
	m.countOr("capacity", 0, "unlimited", -1, &q.Capacity)
	if i, ok := m.choice("full"); ok {
		q.Refuse = i == 0
		if !m.has("capacity") {
			b.failAt(m.keyAt("full"), "write  queue: {capacity: 100, full: …}", "a queue without a capacity is never full")
		}
	}
}

func (b *build) state(s *topology.Service, p pair) {
	st := topology.State{Name: p.key.text, Pos: p.key.pos}
	if st.Name == "outcome" {
		b.failAt(p.key, "choose another", `"outcome" is how a flow ended, and cannot be a state`)
	}
	initial := p.value
	if initial.kind == mappingNode {
		m := b.mapping(p.value, stateKeys)
		if m == nil {
			return
		}
		if initial = m.get("initial"); initial == nil && !m.has("initial") {
			b.failAt(p.key, "write  {initial: 0, per: …}", "the state %s has no initial value", quoted(st.Name))
		}
		if n := m.get("per"); n != nil && b.isName(n) {
			st.Per = n.text
			b.keyExists(n, topology.PerAll)
		}
	}
	if initial == nil {
		s.State = append(s.State, st)
		return
	}
	text, ok := b.scalar(initial, "a number or a word")
	if !ok {
		return
	}
	b.initial(initial, text, &st)
	s.State = append(s.State, st)
}

func (b *build) initial(n *node, text string, st *topology.State) {
	v, err := parseNumber(text)
	switch {
	case n.quoted || err != nil && namePattern.MatchString(text) && !allDigits(text):
		st.IsWord, st.Word = true, text
		if means, ok := yamlBooleans[strings.ToLower(text)]; ok && !n.quoted {
			number := map[string]string{"true": "1", "false": "0"}[means]
			b.failAt(n, "write "+number+", or a word such as done", "a state is a number or a word, and %s is true or false to YAML", quoted(text))
		}
	case err != nil:
		hint := "a state begins as a number, or as a word such as new"
		if allDigits(text) {
			hint = ""
		}
		b.failAt(n, hint, "%v", err)
	default:
		st.Number = v
	}
}

// keyExists checks the name of a key, for which a word may stand too.
func (b *build) keyExists(n *node, or string) {
	var known []string
	for _, k := range b.sys.Keys {
		known = append(known, k.Name)
	}
	if n.text == or && or != "" || slices.Contains(known, n.text) {
		return
	}
	hint := "declare it:  keys: {" + n.text + ": {count: 100}}"
	if near, ok := nearest(n.text, known); ok {
		hint = "did you mean " + quoted(near) + "?"
	}
	b.failAt(n, hint, "the key %s is not declared in keys", quoted(n.text))
}

func (b *build) keysOf(n *node) {
	for _, p := range b.named(n, "keys") {
		k := topology.Key{Name: p.key.text, Count: 1}
		if k.Name == topology.PerAll || k.Name == "flow" {
			b.failAt(p.key, "choose another", "%s cannot be a key: it stands for all flows or for each", quoted(k.Name))
		}
		if m := b.mapping(p.value, keyKeys); m != nil {
			if !m.has("count") {
				b.failAt(p.key, "write  {count: 100}", "the key %s has no count", quoted(k.Name))
			}
			m.count("count", 1, &k.Count)
			b.skew(m.get("skew"), &k)
		}
		b.sys.Keys = append(b.sys.Keys, k)
	}
}

func (b *build) skew(n *node, k *topology.Key) {
	if n == nil {
		return
	}
	text, ok := b.scalar(n, "uniform or zipf(s)")
	if !ok || text == "uniform" {
		return
	}
	inner, opened := strings.CutPrefix(text, "zipf(")
	inner, closed := strings.CutSuffix(inner, ")")
	s, err := parseNumber(strings.TrimSpace(inner))
	if !opened || !closed || err != nil || s < 0 || s > 10 {
		b.failAt(n, "write  uniform  or  zipf(0.5)  with an exponent from 0 to 10", "%s is not a skew", quoted(text))
		return
	}
	k.Zipf = s
}
