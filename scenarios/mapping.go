package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"edasim/topology"
)

// table is what a kind of mapping may contain: the language's reference.
type table struct {
	name string // "delivery"
	what string // "a delivery policy"
	keys []key
	// cures are for keys of other languages and of YAML's own making.
	cures map[string]string

	// What the loader demands of the keys together, as the JSON Schema says it.
	required []string
	one      []string // of these exactly one
	some     []string // of these at least one
	needs    []need

	at    string // the path of one of them in the scenario of the examples; empty: the top
	alone bool   // an example is all of it, and not laid over the one there
}

// key is one key of a mapping.
type key struct {
	name     string
	shape    shape
	standard string // the default, as it would be written, or in words in ( ); empty: none
	meaning  string // a sentence
	example  string // a value
	with     string // what the example needs beside the key: a line, or {…}
}

// need says that a key is nothing without one of the others.
type need struct {
	key    string
	others []string
}

// leftOut is the default, and whether one can write it so; empty: there is none.
func (k *key) leftOut() (text string, value bool) {
	words, inWords := strings.CutPrefix(k.standard, "(")
	return strings.TrimSuffix(words, ")"), k.standard != "" && !inWords
}

func (t *table) find(name string) *key {
	for i := range t.keys {
		if t.keys[i].name == name {
			return &t.keys[i]
		}
	}
	return nil
}

func (t *table) names() []string {
	var names []string
	for _, k := range t.keys {
		names = append(names, k.name)
	}
	return names
}

// words are those that may stand as the value of a key.
func (t *table) words(name string) []string { return t.find(name).shape.words }

// mapping reads one mapping of a file by its table. A nil mapping has no keys.
type mapping struct {
	*build
	node    *node
	table   *table
	strange bool   // it has a key that is not known, which may be any of them
	preset  string // the preset that filled it in; empty: the author
}

// mapping checks the keys of a node; nil if it is not a mapping.
func (b *build) mapping(n *node, t *table) *mapping {
	if n == nil || n.bad {
		return nil
	}
	if n.kind != mappingNode {
		b.notMapping(n, t.what, t.names())
		return nil
	}
	m := &mapping{build: b, node: n, table: t}
	seen := map[string]int{}
	for _, p := range n.pairs {
		name := p.key.text
		switch {
		case p.key.bad:
		case seen[name] > 0:
			b.twice(p.key, t.what, seen[name])
		case t.find(name) == nil:
			m.unknown(p)
		case p.value.null && !p.value.bad:
			b.missing(p, t.find(name))
		default:
			b.values(p.value, t.find(name))
		}
		seen[name] = p.key.pos.Line
	}
	return m
}

// peek is a mapping that has been checked already; nil if it is none.
func (b *build) peek(n *node, t *table) *mapping {
	if n == nil || n.bad || n.kind != mappingNode {
		return nil
	}
	return &mapping{build: b, node: n, table: t}
}

// values notes whose value a node is, and its items.
func (b *build) values(n *node, k *key) {
	b.keyOf[n] = k
	for _, item := range n.items {
		b.keyOf[item] = k
	}
}

func (b *build) twice(key *node, what string, first int) {
	b.failAt(key, fmt.Sprintf("the first is on line %d", first), "%s stands twice in %s", quoted(key.text), what)
}

func (m *mapping) unknown(p pair) {
	name := p.key.text
	if m.table.name == "scenario" && strings.HasPrefix(name, "x-") {
		return
	}
	m.strange = true
	hint := m.table.cures[name]
	if hint == "" {
		hint = meant(name, m.table.names())
	}
	if m.node.flow && p.value.null {
		hint = "a comma ends a value inside { }: if this belongs to it, put the value in quotes"
	}
	m.failAt(p.key, hint, "unknown key %s in %s", quoted(name), m.table.what)
}

func (b *build) missing(p pair, k *key) {
	hint := "it is " + k.shape.form()
	if left, _ := k.leftOut(); left != "" {
		hint += ", and " + left + " if left out"
	}
	hint += ". " + k.meaning
	b.failAt(p.key, hint, "%s has no value", quoted(p.key.text))
}

var gluedColon = regexp.MustCompile(`^([A-Za-z_][\w-]*):(\S.*)$`)

// notMapping says that a mapping is wanted, with the commonest reasons.
func (b *build) notMapping(n *node, what string, keys []string) {
	if glued := gluedColon.FindStringSubmatch(n.text); glued != nil && n.plain() {
		b.failAt(n, "write  "+glued[1]+": "+glued[2], "a space is missing after the colon in %s", quoted(n.text))
		return
	}
	const text = "%s is a mapping of keys to values, and this is %s"
	if what == "a variant" {
		b.failAt(n, "write paths and their values below, such as payment.replicas: 2", text, what, b.kindOf(n))
		return
	}
	if len(keys) == 0 {
		b.ill(n, text, what, b.kindOf(n))
		return
	}
	b.failAt(n, "write its keys below, such as "+keys[0]+": …", text, what, b.kindOf(n))
}

func (b *build) kindOf(n *node) string {
	switch {
	case n.kind == sequenceNode:
		return "a list"
	case n.kind == mappingNode:
		return "a mapping"
	case n.null:
		return "empty"
	}
	return quoted(n.text)
}

// failAt notes a problem with a node.
func (b *build) failAt(n *node, hint, format string, args ...any) {
	b.fail(n.pos, max(n.width, 1), hint, format, args...)
}

// ill notes that a value looks wrong. Unless the message says what to write instead,
// the example of the key does.
func (b *build) ill(n *node, format string, args ...any) {
	text, hint := fmt.Sprintf(format, args...), ""
	if k := b.keyOf[n]; k != nil && !strings.Contains(text, "write ") && !strings.Contains(text, " must ") {
		hint = "write, for example,  " + k.inFlow()
	}
	b.failAt(n, hint, "%s", text)
}

// inFlow is a key with its example on one line.
func (k *key) inFlow() string {
	example := k.example
	if inside, below := strings.CutPrefix(example, "\n"); below {
		example = "{" + inside + "}"
		if item, list := strings.CutPrefix(inside, "- "); list {
			if strings.Contains(item, ": ") {
				item = "{" + item + "}"
			}
			example = "[" + item + "]"
		}
	}
	return k.name + ": " + example
}

// get is the value of a key; nil where the mapping has none, or nothing that
// could be read.
func (m *mapping) get(name string) *node {
	if m == nil {
		return nil
	}
	for _, p := range m.node.pairs {
		if p.key.text == name && !p.value.bad && !p.value.null {
			return p.value
		}
	}
	return nil
}

// keyAt is the key itself, for what is wrong with the key as a whole.
func (m *mapping) keyAt(name string) *node {
	for _, p := range m.node.pairs {
		if p.key.text == name {
			return p.key
		}
	}
	return m.node
}

// has tells whether the key is given.
func (m *mapping) has(name string) bool { return m != nil && m.node.get(name) != nil }

// The readers below leave *into as it is where the key is not given or wrong.

func (m *mapping) duration(name string, into *topology.Time) {
	if n := m.get(name); n != nil {
		m.build.duration(n, into)
	}
}

// span is a duration above 0; none makes it 0.
func (m *mapping) span(name string, into *topology.Time) {
	if n := m.get(name); n != nil && n.plain() && n.text == "none" {
		*into = 0
		return
	}
	m.longer(name, "write a longer time, or none", into)
}

// period is a duration above 0.
func (m *mapping) period(name string, into *topology.Time) {
	m.longer(name, "write a longer time, such as 1s", into)
}

func (m *mapping) longer(name, hint string, into *topology.Time) {
	n := m.get(name)
	var t topology.Time
	if n == nil || !m.build.duration(n, &t) {
		return
	}
	if t == 0 {
		m.failAt(n, hint, "%s cannot be 0", name)
		return
	}
	*into = t
}

func (m *mapping) dist(name string, into **topology.Dist) {
	if n := m.get(name); n != nil {
		m.build.dist(n, into)
	}
}

// count is a whole number of at least least.
func (m *mapping) count(name string, least int, into *int) {
	if n := m.get(name); n != nil {
		m.build.count(n, name, least, into)
	}
}

// countOr is a count for which a word stands too.
func (m *mapping) countOr(name string, least int, word string, value int, into *int) {
	n := m.get(name)
	if n == nil {
		return
	}
	if n.plain() && n.text == word {
		*into = value
		return
	}
	m.build.count(n, name, least, into)
}

func (m *mapping) probability(name string, into *float64) {
	if n := m.get(name); n != nil {
		m.build.probability(n, into)
	}
}

func (m *mapping) rate(name string, into *float64) {
	if n := m.get(name); n != nil {
		m.build.rate(n, into)
	}
}

func (m *mapping) boolean(name string, into *bool) {
	if n := m.get(name); n != nil {
		m.build.boolean(n, into)
	}
}

// choice is which of the key's words stands there.
func (m *mapping) choice(name string) (int, bool) {
	n := m.get(name)
	if n == nil {
		return 0, false
	}
	return m.build.choice(n, name, m.table.words(name))
}

// entries are the pairs of a mapping whose keys are names of the author's own:
// valid, and each once.
func (b *build) entries(n *node, what string) []pair {
	if n == nil || n.bad {
		return nil
	}
	if n.kind != mappingNode {
		b.notMapping(n, what, nil)
		return nil
	}
	var out []pair
	seen := map[string]int{}
	for _, p := range n.pairs {
		switch first := seen[p.key.text]; {
		case p.key.bad:
			continue
		case first > 0:
			b.twice(p.key, what, first)
			continue
		}
		seen[p.key.text] = p.key.pos.Line
		out = append(out, p)
	}
	return out
}

// named are entries whose keys must be names as expressions can spell them.
func (b *build) named(n *node, what string) []pair {
	pairs := b.entries(n, what)
	return slices.DeleteFunc(pairs, func(p pair) bool { return !b.isName(p.key) })
}

var (
	namePattern  = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$`)
	notNamePiece = regexp.MustCompile(`[^A-Za-z0-9_-]+`)
	notNames     = []string{"true", "false", "null", "and", "or", "not", "in", "none", "yes", "no", "on", "off"}
)

// longestName keeps tables readable.
const longestName = 80

// isName checks a name and says what is wrong with it.
func (b *build) isName(n *node) bool {
	text := n.text
	switch {
	case n.bad:
		return false
	case n.kind != scalarNode || n.null:
		b.ill(n, "a name is missing here")
	case utf8.RuneCountInString(text) > longestName:
		b.failAt(n, fmt.Sprintf("use at most %d characters", longestName), "%s is too long for a name", quoted(text))
	case !namePattern.MatchString(text):
		hint := "names have letters, digits, _ and - inside"
		if mended := strings.Trim(notNamePiece.ReplaceAllString(text, "_"), "_-"); namePattern.MatchString(mended) {
			hint += ": write " + mended
		}
		b.failAt(n, hint, "%s is not a name", quoted(text))
	case slices.Contains(notNames, strings.ToLower(text)):
		b.failAt(n, "choose another", "%s means something else in YAML or in expressions, and cannot be a name", quoted(text))
	case allDigits(text):
		b.failAt(n, "put a letter into it", "%s is a number, and cannot be a name", quoted(text))
	default:
		return true
	}
	return false
}

func allDigits(text string) bool { return strings.Trim(text, "0123456789_-") == "" }
