package scenarios

import "slices"

// unsimulated are the parts of the language that are read and not simulated
// yet: a table and a key. A key whose value is the default is no use of it.
var unsimulated = []string{"run.snapshot"}

// simulated refuses a key that is not simulated.
func (m *mapping) simulated(path string, k *key, p pair) {
	if isUnsimulated(path) && !(p.value.kind == scalarNode && p.value.text == k.standard) {
		hint := "leave it out"
		if m.preset != "" {
			hint = "the preset " + m.preset + " sets it"
		}
		m.failAt(p.key, hint, "`%s` is not simulated yet", k.name)
	}
}

// isUnsimulated tells whether a part of the language is.
func isUnsimulated(path string) bool { return slices.Contains(unsimulated, path) }
