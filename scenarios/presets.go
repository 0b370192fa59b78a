package scenarios

import (
	"gopkg.in/yaml.v3"

	"edasim/topology"
)

// preset is a real system's documented defaults in the words of the language.
type preset struct {
	name   string
	values []presetValueOf
}

// presetValueOf is one value of a preset and where it is documented.
type presetValueOf struct {
	key, value string
	source     string // where and when it was read
	verified   bool   // it was read in that source, and not only derived
}

var deliveryPresets []preset

var orchestrationPresets []preset

// presetNode is a scalar that a preset fills in, at the place of its name.
func presetNode(text string, at *node) *node {
	return &node{text: text, pos: at.pos, width: at.width}
}

// presetValue is a value that a preset fills in; presets are tested to be
// readable.
func presetValue(text string, at *node) *node {
	var y yaml.Node
	if err := yaml.Unmarshal([]byte(text), &y); err != nil || len(y.Content) != 1 {
		return presetNode(text, at)
	}
	g := gardener{ledger: &ledger{}, open: map[*yaml.Node]bool{}}
	n := g.plant(y.Content[0], 0)
	n.moveTo(at.pos, at.width)
	return n
}

// moveTo gives a tree one place in the file.
func (n *node) moveTo(pos topology.Pos, width int) {
	n.pos, n.width = pos, width
	for _, p := range n.pairs {
		p.key.moveTo(pos, width)
		p.value.moveTo(pos, width)
	}
	for _, item := range n.items {
		item.moveTo(pos, width)
	}
}
