// Package scenarios is a scenario file as a whole: strict loading, variants,
// replications, statistics and expectations, and the built-in library.
package scenarios

import (
	"edasim/faults"
	"edasim/topology"
)

// Scenario is a scenario file, loaded and validated.
type Scenario struct {
	File   string // as given; "checkout.yaml" for a built-in one
	Name   string
	About  string
	Group  string // the text of x-group: with what the library is listed; "" if none
	Digest string // "sha256:…" of the text and of every --set
	Source []byte

	System   *topology.System
	Faults   []faults.Injection
	Variants []Variant
	Expect   []ExpectText
	Run      Run
	Presets  []PresetUse
	Warnings []string // found while loading
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
