package sim

import (
	"slices"
	"strings"

	"edasim/topology"
)

// invariantsOf compiles the invariants and tells each handler which of them its
// commits may change.
func (c *compiler) invariantsOf() {
	m := c.model
	for i := range c.config.System.Invariants {
		def := &c.config.System.Invariants[i]
		f, states, outcome := c.condition(def.Expr, scope{})
		inv := invariant{
			name: def.Name, measure: MeasureName(def.Name), kind: def.Kind, holds: f, within: def.Within,
			shared: !outcome && len(states) > 0, sharedKey: keyAll,
		}
		for _, s := range states {
			if k := m.states[s].key; k == keyNone {
				inv.shared = false
			} else if k >= 0 {
				inv.sharedKey = k
			}
		}
		inv.shared = inv.shared && inv.kind == topology.Finally
		m.sometimes = m.sometimes || def.Kind == topology.Sometimes
		list := &m.always
		if def.Kind == topology.Finally {
			list = &m.finally
		}
		at := int32(len(*list))
		*list = append(*list, inv)
		for j := range m.handlers {
			h := &m.handlers[j]
			if !c.touches(h, states) && !(outcome && c.ends(h)) {
				continue
			}
			if def.Kind == topology.Finally {
				h.finally = append(h.finally, at)
			} else {
				h.always = append(h.always, at)
			}
		}
	}
}

// touches tells whether a handler's effects change one of some states.
func (c *compiler) touches(h *handler, states []int32) bool {
	changes := func(list []effect) bool {
		return slices.ContainsFunc(list, func(fx effect) bool { return slices.Contains(states, fx.state) })
	}
	return changes(h.deed.effects) || h.refusal != nil && changes(h.refusal.deed.effects)
}

// ends tells whether a handler's commit may give its flow an outcome.
func (c *compiler) ends(h *handler) bool {
	if h.rare&isCoordinator != 0 {
		return true
	}
	return h.deed.ends || h.refusal != nil && h.refusal.deed.ends
}

// MeasureName is an invariant's name as measures spell it: lower case, with _
// for what is not a letter or digit.
func MeasureName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r > 127:
			return r
		}
		return '_'
	}, name)
}
