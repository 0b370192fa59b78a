package scenarios

import (
	"gopkg.in/yaml.v3"

	"edasim/topology"
)

// Preset is a real system's documented defaults in the words of the language.
type Preset struct {
	Name   string
	Values []PresetValue
}

// PresetValue is one value of a preset and where it is documented.
type PresetValue struct {
	Key, Value string
	Source     string // where it was read, and when; what could not be expressed
	// Verified says that the source says it; otherwise it was derived, or has no
	// source that could be read.
	Verified bool
}

// DeliveryPresets are the presets of delivery, in the order of documentation.
// What a client waits for a broker's confirm is left as it is where it is not
// documented.
func DeliveryPresets() []Preset { return deliveryPresets }

// OrchestrationPresets are the presets of orchestration.
func OrchestrationPresets() []Preset { return orchestrationPresets }

// preset is the mapping that a preset fills in; nil where none is named.
func (b *build) preset(n *node, all []Preset, where string, t *table) *mapping {
	if n == nil {
		return nil
	}
	text, ok := b.scalar(n, "a preset")
	if !ok {
		return nil
	}
	var names []string
	for i := range all {
		names = append(names, all[i].Name)
		if all[i].Name != text {
			continue
		}
		filled := &node{kind: mappingNode, pos: n.pos}
		for _, v := range all[i].Values {
			filled.pairs = append(filled.pairs, pair{&node{text: v.Key, pos: n.pos, width: n.width}, presetNode(v.Value, n)})
			b.presets = append(b.presets, PresetUse{Where: where, Preset: text, Key: v.Key, Value: v.Value})
		}
		m := b.mapping(filled, t)
		m.preset = text
		return m
	}
	b.failAt(n, meant(text, names), "there is no preset %s", quoted(text))
	return nil
}

// presetNode is a value that a preset fills in, at the place of its name. That
// every preset can be read is tested.
func presetNode(text string, at *node) *node {
	var y yaml.Node
	if err := yaml.Unmarshal([]byte(text), &y); err != nil || len(y.Content) != 1 {
		return &node{text: text, pos: at.pos, width: at.width}
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
