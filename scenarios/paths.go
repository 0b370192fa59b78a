package scenarios

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"edasim/topology"
)

// assignment is a path and the value to be set there, at its place in the file.
type assignment struct {
	path  string
	key   *node
	value *node
}

// setNode is a --set as an assignment; its place is the negative line that
// stands for it.
func setNode(i int, set Set, problems *ledger) assignment {
	pos := topology.Pos{Line: -i - 1, Column: 1}
	a := assignment{path: set.Path, key: &node{text: set.Path, pos: pos}, value: &node{text: set.Value, pos: pos}}
	var y yaml.Node
	if err := yaml.Unmarshal([]byte(set.Value), &y); err != nil || len(y.Content) != 1 {
		if set.Value == "" {
			problems.fail(pos, 0, "write  --set "+set.Path+"=VALUE", "the value is missing")
			a.value.bad = true
		}
		return a // as text: what reads it says what is wrong
	}
	g := gardener{ledger: problems, open: map[*yaml.Node]bool{}}
	at := len(problems.problems)
	a.value = g.plant(y.Content[0], 0)
	a.value.moveTo(pos, 1)
	for j := at; j < len(problems.problems); j++ {
		problems.problems[j].Line = pos.Line
	}
	return a
}

// setPath puts a value into a tree. It says what is wrong with the path; what
// is wrong with the value is found by whoever reads the tree.
func setPath(root *node, a assignment, problems *ledger) {
	p := &pathSetter{ledger: problems, root: root, assignment: a}
	parts := strings.Split(a.path, ".")
	if slices.Contains(parts, "") {
		p.wrong("write it as  service.handler.key,  service.key  or  key.key", "%s is not a path", quoted(a.path))
		return
	}
	services := root.get("services")
	switch first := parts[0]; {
	case services != nil && services.kind == mappingNode && services.get(first) != nil:
		p.inService(services.get(first), parts)
	case slices.Contains(fixedKeys, first):
		p.wrong("", "%s is the same for every variant, and cannot be set", quoted(first))
	case first == "faults" && len(parts) > 1:
		p.inFaults(parts[1], parts[2:])
	case scenarioKeys.find(first) != nil:
		p.set(root, parts)
	default:
		known := scenarioKeys.names()
		if services != nil {
			known = append(keyTexts(services), known...)
		}
		p.wrong(nearestOnly(first, known), "there is no service and no top-level key %s", quoted(first))
	}
}

// fixedKeys are those top-level keys that no path can reach.
var fixedKeys = []string{"edasim", "name", "about", "variants", "expect"}

func keyTexts(n *node) []string {
	var out []string
	for _, p := range n.pairs {
		out = append(out, p.key.text)
	}
	return out
}

// nearestOnly is the question after a misspelt name; empty if none is near.
func nearestOnly(name string, known []string) string {
	if near, ok := nearest(name, known); ok {
		return "did you mean " + quoted(near) + "?"
	}
	return ""
}

type pathSetter struct {
	*ledger
	root *node
	assignment
}

func (p *pathSetter) wrong(hint, format string, args ...any) {
	p.fail(p.key.pos, max(p.key.width, 1), hint, format, args...)
}

func (p *pathSetter) inService(service *node, parts []string) {
	if len(parts) == 1 {
		p.wrong("write  "+parts[0]+".replicas  or  "+parts[0]+".HANDLER.takes", "%s is a whole service: a path names one of its keys", quoted(parts[0]))
		return
	}
	if service.kind != mappingNode {
		return // told already
	}
	handlers := service.get("handlers")
	name := parts[1]
	switch {
	case handlers != nil && handlers.kind == mappingNode && handlers.get(name) != nil:
		if len(parts) == 2 {
			p.wrong("write  "+p.path+".takes", "%s is a whole handler: a path names one of its keys", quoted(p.path))
			return
		}
		p.set(handlers.get(name), parts[2:])
	case serviceKeys.find(name) != nil:
		p.set(service, parts[1:])
	default:
		known := serviceKeys.names()
		if handlers != nil {
			known = append(keyTexts(handlers), known...)
		}
		p.wrong(nearestOnly(name, known), "the service %s has no handler and no key %s", quoted(parts[0]), quoted(name))
	}
}

// set puts the value below n, which becomes a mapping where it is none.
func (p *pathSetter) set(n *node, parts []string) {
	for i, part := range parts {
		if n.kind != mappingNode {
			*n = node{kind: mappingNode, pos: p.key.pos, flow: true}
		}
		value := p.value.clone()
		if i < len(parts)-1 {
			value = &node{kind: mappingNode, pos: p.key.pos}
		}
		at := slices.IndexFunc(n.pairs, func(q pair) bool { return q.key.text == part })
		key := &node{text: part, pos: p.key.pos, width: p.key.width}
		switch {
		case at < 0:
			n.pairs = append(n.pairs, pair{key, value})
			at = len(n.pairs) - 1
		case i == len(parts)-1:
			n.pairs[at] = pair{key, value}
		}
		n = n.pairs[at].value
	}
}

// inFaults sets a fault, found by its name or its kind: its main figure, one of
// its keys, or all of it; none takes it away.
func (p *pathSetter) inFaults(name string, rest []string) {
	list := p.root.get("faults")
	if list == nil || list.kind != sequenceNode {
		p.root.pairs = slices.DeleteFunc(p.root.pairs, func(q pair) bool { return q.key.text == "faults" })
		list = &node{kind: sequenceNode, pos: p.key.pos}
		p.root.pairs = append(p.root.pairs, pair{&node{text: "faults", pos: p.key.pos}, list})
	}
	at := slices.IndexFunc(list.items, func(item *node) bool { return faultName(item) == name })
	none := len(rest) == 0 && p.value.plain() && p.value.text == "none"
	whole := len(rest) == 0 && p.value.kind == mappingNode
	if at < 0 {
		p.addFault(list, name, rest, none, whole)
		return
	}
	item := list.items[at]
	switch {
	case none:
		list.items = slices.Delete(slices.Clone(list.items), at, at+1)
	case whole:
		list.items[at] = p.wholeFault(name)
	case len(rest) > 0:
		p.set(item, rest)
	default:
		p.set(item, []string{kindOfFault(item)})
	}
}

func (p *pathSetter) addFault(list *node, name string, rest []string, none, whole bool) {
	var known []string
	for _, item := range list.items {
		known = append(known, faultName(item))
	}
	known = append(known, faultKindNames()...)
	switch {
	case whole:
		list.items = append(list.items, p.wholeFault(name))
	case faultKindNamed(name) != nil && len(rest) == 0 && !none:
		item := &node{kind: mappingNode, pos: p.key.pos}
		p.set(item, []string{name})
		list.items = append(list.items, item)
	case faultKindNamed(name) != nil:
		p.wrong("add it to faults first", "the scenario has no fault %s", quoted(name))
	default:
		p.wrong(meant(name, known), "there is no fault %s", quoted(name))
	}
}

// wholeFault is the value as a fault, which keeps the name of the path.
func (p *pathSetter) wholeFault(name string) *node {
	item := p.value.clone()
	if kindOfFault(item) != name && item.get("name") == nil {
		item.pairs = append(item.pairs, pair{&node{text: "name", pos: p.key.pos}, &node{text: name, pos: p.key.pos}})
	}
	return item
}

// kindOfFault is the kind of an item of faults; empty where it has none.
func kindOfFault(item *node) string {
	for _, q := range item.pairs {
		if faultKindNamed(q.key.text) != nil {
			return q.key.text
		}
	}
	return ""
}

func faultName(item *node) string {
	if n := item.get("name"); n != nil {
		return n.text
	}
	return kindOfFault(item)
}
