package scenarios

import (
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"edasim/topology"
)

// nodeKind says what a node is.
type nodeKind uint8

const (
	scalarNode nodeKind = iota
	mappingNode
	sequenceNode
)

// node is one value of a scenario file: a YAML tree without aliases, merge keys
// and tags, whose scalars are text as written.
type node struct {
	kind   nodeKind
	text   string // of a scalar
	quoted bool
	null   bool // a scalar without a value, or written null or ~
	pairs  []pair
	items  []*node
	flow   bool // written with { } or [ ]
	pos    topology.Pos
	width  int  // characters of a scalar on its line
	bad    bool // what is wrong with it has been said
}

type pair struct{ key, value *node }

// plain tells whether the node is a scalar without quotes.
func (n *node) plain() bool { return n.kind == scalarNode && !n.quoted }

// get is the value of a key of a mapping; nil if it has none.
func (n *node) get(key string) *node {
	for _, p := range n.pairs {
		if p.key.text == key {
			return p.value
		}
	}
	return nil
}

// clone is a deep copy.
func (n *node) clone() *node {
	c := *n
	c.pairs, c.items = nil, nil
	for _, p := range n.pairs {
		c.pairs = append(c.pairs, pair{p.key, p.value.clone()})
	}
	for _, item := range n.items {
		c.items = append(c.items, item.clone())
	}
	return &c
}

// Limits that no honest scenario meets. Aliases multiply what a file says, so
// the nodes are counted after they have been put in.
const (
	mostNodes   = 100_000
	deepestNode = 100
)

// gardener makes a tree of nodes of YAML's own.
type gardener struct {
	*ledger
	count int
	open  map[*yaml.Node]bool // aliases being followed
	alias *topology.Pos       // the outermost of them
	over  bool                // a limit has been met
}

// plant copies a YAML node with its aliases and merge keys put in.
func (g *gardener) plant(y *yaml.Node, depth int) *node {
	n := &node{pos: topology.Pos{Line: y.Line, Column: y.Column}}
	g.count++
	if g.over || g.limits(n, depth) {
		n.null, n.bad = true, true
		return n
	}
	if y.Style&yaml.TaggedStyle != 0 {
		g.tagged(y, n)
	}
	switch y.Kind {
	case yaml.AliasNode:
		if g.open[y.Alias] {
			g.fail(n.pos, 1+utf8.RuneCountInString(y.Value), "write it out", "the alias %s stands inside what it stands for", quoted("*"+y.Value))
			n.null, n.bad = true, true
			return n
		}
		g.open[y.Alias] = true
		outermost := g.alias == nil
		if outermost {
			g.alias = &n.pos
		}
		n = g.plant(y.Alias, depth+1)
		if outermost {
			g.alias = nil
		}
		delete(g.open, y.Alias)
	case yaml.MappingNode:
		n.kind, n.flow = mappingNode, y.Style&yaml.FlowStyle != 0
		g.plantPairs(y, n, depth)
	case yaml.SequenceNode:
		n.kind, n.flow = sequenceNode, y.Style&yaml.FlowStyle != 0
		for _, item := range y.Content {
			n.items = append(n.items, g.plant(item, depth+1))
		}
		g.mendItems(n)
	default:
		g.plantScalar(y, n)
	}
	return n
}

// limits tells whether the file is too large or too deep, and says so once.
func (g *gardener) limits(n *node, depth int) bool {
	at, hint := n.pos, ""
	if g.alias != nil {
		at, hint = *g.alias, "anchors and aliases multiply it: use fewer"
	}
	switch {
	case depth > deepestNode:
		g.fail(at, 1, hint, "this is nested more than %d levels deep", deepestNode)
	case g.count > mostNodes:
		g.fail(at, 1, hint, "the scenario has more than %d values", mostNodes)
	default:
		return false
	}
	g.over = true
	return true
}

func (g *gardener) plantScalar(y *yaml.Node, n *node) {
	n.text = y.Value
	n.quoted = y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
	n.width = utf8.RuneCountInString(y.Value)
	switch {
	case y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		n.width += 2
	case n.quoted: // a block, whose text is on the lines below
		n.width = 1
	}
	n.null = !n.quoted && (y.Value == "" || y.Value == "~" || y.Value == "null" || y.Value == "Null" || y.Value == "NULL")
}

// tagged says what to write instead of a YAML tag, which is what YAML takes a
// leading ! for.
func (g *gardener) tagged(y *yaml.Node, n *node) {
	name := strings.TrimLeft(y.Tag, "!")
	hint := "leave it out"
	if !strings.HasPrefix(y.Tag, "!!") && y.Kind == yaml.ScalarNode {
		hint = strings.TrimSpace("write  not " + name + " " + y.Value)
	}
	if y.Kind == yaml.ScalarNode && strings.HasPrefix(y.Tag, "tag:") {
		name, hint = y.Tag, "leave it out"
	}
	g.fail(n.pos, 1+utf8.RuneCountInString(name), hint, "YAML takes %s for a tag, and not for a part of the value", quoted("!"+name))
	n.bad = true
}

// plantPairs plants a mapping; what it merges in comes after its own keys and
// never replaces them.
func (g *gardener) plantPairs(y *yaml.Node, n *node, depth int) {
	var merged []*node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		if key.Tag == "!!merge" || key.Value == "<<" && key.Style == 0 {
			merged = append(merged, g.plant(value, depth+1))
			continue
		}
		k := g.plant(key, depth+1)
		if k.kind != scalarNode && !k.bad {
			g.fail(k.pos, 1, "", "a key is a name, and this is not")
			k.bad = true
		}
		n.pairs = append(n.pairs, pair{k, g.plant(value, depth+1)})
	}
	g.mendPairs(n)
	for _, m := range merged {
		g.merge(n, m)
	}
}

func (g *gardener) merge(n, from *node) {
	switch {
	case from.bad:
	case from.kind == sequenceNode:
		for _, item := range from.items {
			g.merge(n, item)
		}
	case from.kind == mappingNode:
		for _, p := range from.pairs {
			if n.get(p.key.text) == nil {
				n.pairs = append(n.pairs, p)
			}
		}
	default:
		g.fail(from.pos, max(from.width, 1), "write  <<: *name", "<< merges a mapping or a list of mappings, and this is neither")
	}
}

// mendPairs finds what a flow mapping does to a value with a comma, and to a
// pair without a space, and puts right what was meant so that nothing else is
// said of it.
func (g *gardener) mendPairs(n *node) {
	if !n.flow {
		return
	}
	var pairs []pair
	for i := 0; i < len(n.pairs); i++ {
		p := n.pairs[i]
		if key, value, ok := strings.Cut(p.key.text, ":"); ok && p.value.null && p.key.plain() && key != "" && value != "" {
			g.fail(p.key.pos, p.key.width, "write  "+key+": "+value, "a space is missing after the colon in %s", quoted(p.key.text))
			p.value = &node{text: value, pos: p.key.pos, width: p.key.width, bad: true}
			p.key = &node{text: key, pos: p.key.pos, width: len(key)}
		}
		end := i
		value := *p.value
		for value.plain() && openBrackets(value.text) > 0 && end+1 < len(n.pairs) && n.pairs[end+1].value.null {
			end++
			value.text += " " + n.pairs[end].key.text
		}
		if end > i && openBrackets(value.text) == 0 {
			g.cutAtComma(p.value, p.key.text+": ", value.text)
			value.bad = true
			p.value = &value
			i = end
		}
		pairs = append(pairs, p)
	}
	n.pairs = pairs
}

// mendItems is mendPairs for a flow sequence.
func (g *gardener) mendItems(n *node) {
	if !n.flow {
		return
	}
	var items []*node
	for i := 0; i < len(n.items); i++ {
		item := *n.items[i]
		end := i
		for item.plain() && openBrackets(item.text) > 0 && end+1 < len(n.items) && n.items[end+1].plain() {
			end++
			item.text += " " + n.items[end].text
		}
		if end > i && openBrackets(item.text) == 0 {
			g.cutAtComma(n.items[i], "", item.text)
			item.bad = true
			items = append(items, &item)
			i = end
			continue
		}
		items = append(items, n.items[i])
	}
	n.items = items
}

func (g *gardener) cutAtComma(first *node, key, whole string) {
	at := first.pos
	at.Column += first.width
	g.fail(at, 1, "write  "+key+whole, "a comma ends a value inside { } and [ ]")
}

// openBrackets is how many more round brackets are opened than closed.
func openBrackets(text string) int {
	return strings.Count(text, "(") - strings.Count(text, ")")
}
