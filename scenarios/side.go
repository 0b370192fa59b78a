package scenarios

import (
	"fmt"
	"slices"

	"edasim/sim"
	"edasim/topology"
)

// Side is what is compared with another: everything that one run measured, or
// some of its variants and styles.
type Side struct {
	Name             string // as one names it on a command line
	Scenario, Digest string
	Seed             uint64
	Semantics        int
	Replications     int
	Partial          bool
	HasEach          bool // measures have the replications' own values
	// Wanted is the outcome of which more is better; Sometimes are the invariants
	// of which neither more nor less is. Both are names of measures.
	Wanted    string
	Sometimes []string
	Cells     []SideCell // in the order of the run
}

// SideCell is one variant in one style.
type SideCell struct {
	Variant, Style string
	Measures       []Measured // sorted by name
}

// Side is the result as one side of a comparison.
func (r *Result) Side(name string) *Side {
	s := &Side{
		Name: name, Scenario: r.Scenario.Name, Digest: r.Scenario.Digest, Seed: r.Seed, Semantics: Semantics,
		Replications: r.Replications, Partial: r.Partial, HasEach: true,
	}
	if outcomes := r.Scenario.System.Outcomes; len(outcomes) > 0 {
		s.Wanted = "outcome." + outcomes[0].Name
	}
	for i := range r.Scenario.System.Invariants {
		if inv := &r.Scenario.System.Invariants[i]; inv.Kind == topology.Sometimes {
			s.Sometimes = append(s.Sometimes, "invariant."+sim.MeasureName(inv.Name))
		}
	}
	for i := range r.Variants {
		for j := range r.Variants[i].Styles {
			c := &r.Variants[i].Styles[j]
			s.Cells = append(s.Cells, SideCell{r.Variants[i].Name, c.Style.String(), c.Measures})
		}
	}
	return s
}

// Only is the side with one variant, or one style, or both; an empty name means
// all of them.
func (s *Side) Only(variant, style string) (*Side, error) {
	out := *s
	out.Cells = nil
	var variants, styles []string
	for _, c := range s.Cells {
		if !slices.Contains(variants, c.Variant) {
			variants = append(variants, c.Variant)
		}
		if !slices.Contains(styles, c.Style) {
			styles = append(styles, c.Style)
		}
		if (variant == "" || c.Variant == variant) && (style == "" || c.Style == style) {
			out.Cells = append(out.Cells, c)
		}
	}
	if variant != "" && !slices.Contains(variants, variant) {
		return nil, fmt.Errorf("%s has no variant %w", s.Scenario, wrongName(quoted(variant), variant, variants))
	}
	if style != "" && !slices.Contains(styles, style) {
		return nil, fmt.Errorf("%s does not simulate the style %w", s.Scenario, wrongName(quoted(style), style, styles))
	}
	return &out, nil
}

// alone is the only variant, and the only style, of the cells; empty where there
// are several.
func (s *Side) alone() (variant, style string) {
	for i, c := range s.Cells {
		if i == 0 {
			variant, style = c.Variant, c.Style
		}
		if c.Variant != variant {
			variant = ""
		}
		if c.Style != style {
			style = ""
		}
	}
	return variant, style
}

// measure finds a measure; nil if the cell has none.
func (c *SideCell) measure(name string) *Measured {
	i, found := slices.BinarySearchFunc(c.Measures, Measured{Name: name}, byName)
	if !found {
		return nil
	}
	return &c.Measures[i]
}
