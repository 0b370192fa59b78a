package scenarios

import (
	"slices"
	"strconv"
	"strings"

	"edasim/faults"
	"edasim/topology"
)

// faultReader reads one fault.
type faultReader struct {
	*mapping
	kind *faultKind
	in   *faults.Injection
}

func (b *build) faultList(n *node) {
	if n == nil {
		return
	}
	if n.kind != sequenceNode {
		b.failAt(n, "write  - drop: 1%", "faults is a list, and this is %s", b.kindOf(n))
		return
	}
	names := map[string]bool{}
	for _, item := range n.items {
		m := b.mapping(item, faultKeys)
		kind, figure := m.faultKind()
		if kind == nil {
			continue
		}
		in := faults.Injection{Name: kind.name, Probability: 1, Line: max(item.pos.Line, 0)}
		r := &faultReader{m, kind, &in}
		in.Fault = r.read(figure)
		if names[in.Name] {
			hint := "give it a name:  name: " + in.Name + "_2"
			b.failAt(r.keyAt(kind.name), hint, "there are two faults called %s", quoted(in.Name))
		}
		names[in.Name] = true
		if in.Fault != nil {
			b.faults = append(b.faults, in)
		}
	}
}

// faultKind finds which of the keys is the kind.
func (m *mapping) faultKind() (*faultKind, *node) {
	if m == nil {
		return nil, nil
	}
	var kind *faultKind
	for _, p := range m.node.pairs {
		k := faultKindNamed(p.key.text)
		switch {
		case k == nil:
		case kind != nil:
			m.failAt(p.key, "make two items of the list", "a fault is %s or %s, not both", kind.name, k.name)
			return nil, nil
		default:
			kind = k
		}
	}
	if kind == nil {
		known := true
		for _, p := range m.node.pairs {
			known = known && m.table.find(p.key.text) != nil
		}
		if known { // an unknown key has been told already, and may be the kind
			m.fail(m.node.pos, 1, "write one of  "+strings.Join(faultKindNames(), ", "), "a fault says of what kind it is")
		}
		return nil, nil
	}
	return kind, m.get(kind.name)
}

// read reads the fault itself and whom it strikes when; nil where its main
// figure is wrong.
func (r *faultReader) read(figure *node) faults.Fault {
	if n := r.get("name"); n != nil && r.isName(n) {
		r.in.Name = n.text
	}
	for _, p := range r.node.pairs {
		k := p.key.text
		if slices.Contains(r.kind.excluded(), k) {
			r.failAt(p.key, "leave it out", "%s, and %s has no place in it", r.kind.says(), quoted(k))
		}
		if slices.ContainsFunc(faultKinds, func(f faultKind) bool { return slices.Contains(f.extras, k) }) && !slices.Contains(r.kind.extras, k) {
			r.failAt(p.key, "leave it out", "%s is not a part of %s", quoted(k), r.kind.name)
		}
	}
	r.targets()
	r.timing()
	if figure == nil {
		return nil
	}
	switch r.kind.figure {
	case chanceFigure:
		if !strings.Contains(figure.text, "/") || r.kind.name != "crash" {
			r.build.probability(figure, &r.in.Probability)
		}
	case windowFigure:
		var length *topology.Dist
		if r.build.dist(figure, &length) {
			r.in.For = length
		}
	}
	return r.kind.read(r, figure)
}

// timing reads windows and which flows.
func (r *faultReader) timing() {
	if r.kind.figure == ownFigure {
		r.probability("probability", &r.in.Probability)
	}
	r.duration("at", &r.in.At)
	if d := r.window("for"); d != nil {
		r.in.For = d
	}
	if d := r.window("every"); d != nil {
		r.in.Every = d
		if r.kind.figure != windowFigure && !r.has("for") {
			r.failAt(r.keyAt("every"), "write  for: 1m", "windows that come again need a length")
		}
	}
	r.count("nth", 1, &r.in.Nth)
	n := r.get("flows")
	if n == nil {
		return
	}
	items := n.items
	if n.kind == scalarNode {
		items = []*node{n}
	}
	for _, item := range items {
		text, ok := r.scalar(item, "a flow such as 3/1731")
		if !ok {
			continue
		}
		left, right, _ := strings.Cut(text, "/")
		replication, err1 := strconv.ParseInt(left, 10, 32)
		number, err2 := strconv.ParseInt(right, 10, 64)
		if err1 != nil || err2 != nil || replication < 1 || number < 1 {
			r.failAt(item, "write replication and number, such as 3/1731", "%s is not a flow", quoted(text))
			continue
		}
		r.in.Flows = append(r.in.Flows, faults.Flow{Replication: replication, Number: number})
	}
	if len(items) == 0 {
		r.failAt(n, "leave it out for all flows", "the list of flows is empty")
	}
}

func (r *faultReader) window(name string) faults.Duration {
	n := r.get(name)
	var d *topology.Dist
	if n == nil || !r.build.dist(n, &d) {
		return nil
	}
	if t, constant := d.Constant(); constant && t == 0 {
		r.failAt(n, "write a longer time", "%s cannot be 0", name)
		return nil
	}
	return d
}

// distOf is a distribution of a key as a fault takes it; nil where it is not
// given.
func (r *faultReader) distOf(name string) faults.Duration {
	n := r.get(name)
	var d *topology.Dist
	if n == nil || !r.build.dist(n, &d) {
		return nil
	}
	return d
}
