// Package scenarios is a scenario file as a whole: strict loading, variants,
// replications, statistics and expectations, and the built-in library.
package scenarios

import (
	"slices"

	"edasim/faults"
	"edasim/topology"
)

// Scenario is a scenario file, loaded and validated.
type Scenario struct {
	File   string // as given; "checkout.yaml" for a built-in one
	Name   string
	About  string
	Group  string // the text of x-group: with what the library is listed; "" if none
	Digest string // "sha256:…" of the text, of every --set and of the files that it reads
	Source []byte

	System   *topology.System
	Faults   []faults.Injection
	Variants []Variant
	Expect   []ExpectText
	Run      Run
	Declared Run   // Run as the scenario has it, before flags change it
	Sets     []Set // what was set over the file
	Presets  []PresetUse
	Warnings []string // found while loading

	root *node // the file as a tree, with every --set
}

// Place is where a key stands in the file, such as "services", "payment", "replicas";
// false where the file does not have it, or a --set wrote it.
func (sc *Scenario) Place(path ...string) (topology.Pos, bool) {
	n := sc.root
	var pos topology.Pos
	for _, name := range path {
		if n == nil || n.kind != mappingNode {
			return topology.Pos{}, false
		}
		at := slices.IndexFunc(n.pairs, func(p pair) bool { return p.key.text == name })
		if at < 0 {
			return topology.Pos{}, false
		}
		pos, n = n.pairs[at].key.pos, n.pairs[at].value
	}
	return pos, pos.Line > 0
}

// Variant is the scenario with some paths set.
type Variant struct {
	Name   string
	Sets   []Set
	System *topology.System
	Faults []faults.Injection
	Run    Run
}

// Set is one path and its value as written.
type Set struct {
	Path  string `json:"path"`
	Value string `json:"value"`
}

// ExpectText is an expectation as written.
type ExpectText struct {
	Text string
	Pos  topology.Pos
}

// Run says how a scenario is simulated.
type Run struct {
	Seed            uint64
	Replications    int
	Warmup          topology.Time
	Drain           topology.Time
	MaxHops         int
	Styles          []topology.Style
	UntilDecided    bool
	MaxReplications int
	Snapshot        bool
}

// PresetUse is a value that a preset filled in.
type PresetUse struct{ Where, Preset, Key, Value string }
