package scenarios

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"edasim/faults"
	"edasim/topology"
)

// LoadOptions say how a scenario is loaded.
type LoadOptions struct {
	Sets []Set // paths set over the file, in this order
	// ReadFile reads a file that the scenario names, beside the scenario; nil
	// where it can name none.
	ReadFile func(name string) ([]byte, error)
	Strict   bool // what is only suspicious is an error too
}

// Load reads a scenario and checks it. The error is a *LoadErrors with
// everything that is wrong. file is the name that errors and reports show.
func Load(src []byte, file string, opts LoadOptions) (*Scenario, error) {
	l := &loading{file: file, opts: opts, lines: strings.Split(string(src), "\n"), files: map[string][]byte{}}
	var problems ledger
	root := parse(src, &problems)
	if root == nil {
		return nil, problems.failures(file, l.lines, opts.Sets)
	}
	for i, set := range opts.Sets {
		setPath(root, setNode(i, set, &problems), &problems)
	}
	base := l.build(root, &problems)
	sc := &Scenario{
		File: file, Source: src,
		System: base.sys, Faults: base.faults, Run: base.run, Declared: base.run, Sets: opts.Sets, root: root,
	}
	base.describe(sc)
	base.variants(sc, &problems)
	base.expectations(sc)
	sc.Digest = l.digest(src)
	sc.Warnings = base.warnings
	if opts.Strict {
		for _, w := range base.warnings {
			problems.fail(topology.Pos{}, 0, "", "%s", w)
		}
	}
	if err := problems.failures(file, l.lines, opts.Sets); err != nil {
		return nil, err
	}
	return sc, nil
}

// digest tells whether two scenarios are the same text with the same paths set, and read
// the same files.
func (l *loading) digest(src []byte) string {
	h := sha256.New()
	h.Write(src)
	for _, set := range l.opts.Sets {
		h.Write([]byte("\x00" + set.Path + "=" + set.Value))
	}
	for _, name := range slices.Sorted(maps.Keys(l.files)) {
		sum := sha256.Sum256(l.files[name])
		h.Write([]byte("\x00" + name + "\x00"))
		h.Write(sum[:])
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// loading is what the builds of a scenario and its variants share.
type loading struct {
	file  string
	opts  LoadOptions
	lines []string
	files map[string][]byte // the files that it names
}

// build makes one system of one tree. It goes on after a problem, to find the
// others.
type build struct {
	*loading
	*ledger
	root   *node
	top    *mapping
	sys    *topology.System
	faults []faults.Injection
	run    Run

	presets   []PresetUse
	warnings  []string
	variant   bool // an event that nobody emits is only worth a warning
	exprNodes map[*topology.Expr]exprPlace
	refs      references
	policies  []policyAt     // every delivery policy that is written
	keyOf     map[*node]*key // by value, and by item of one
}

func (l *loading) build(root *node, problems *ledger) *build {
	b := &build{loading: l, ledger: problems, root: root, sys: &topology.System{}, exprNodes: map[*topology.Expr]exprPlace{},
		keyOf: map[*node]*key{}}
	b.read()
	return b
}

// read goes through the top-level keys; what others refer to comes first.
func (b *build) read() {
	b.top = b.mapping(b.root, scenarioKeys)
	if b.top == nil {
		return
	}
	b.version()
	b.keysOf(b.top.get("keys"))
	delivery := b.delivery(b.top.get("delivery"), "delivery", defaultDelivery())
	b.services(b.top.get("services"), delivery)
	b.orchestration(b.top.get("orchestration"), delivery)
	b.direct(b.top.get("direct"))
	b.workloads(b.top.get("workload"))
	b.outcomes(b.top.get("outcomes"))
	b.invariants(b.top.get("invariants"))
	b.monitors(b.top.get("monitors"))
	b.alerts(b.top.get("alerts"))
	b.runOptions(b.top.get("run"))
	b.faultList(b.top.get("faults"))
	b.check()
}

func (b *build) readFile(name string) ([]byte, error) {
	if b.opts.ReadFile == nil {
		return nil, errNoFiles
	}
	if content, ok := b.files[name]; ok {
		return content, nil
	}
	content, err := b.opts.ReadFile(name)
	if err == nil {
		b.files[name] = content
	}
	return content, err
}

func (b *build) version() {
	n := b.root.get("edasim")
	switch {
	case n == nil:
		b.fail(topology.Pos{Line: b.root.pos.Line, Column: 1}, 1, "begin the file with  edasim: 1", "the top-level key edasim is missing: this may not be a scenario")
	case n.kind != scalarNode || n.text != "1":
		b.failAt(n, "write  edasim: 1", "this edasim reads version 1 of the language, and this is %s", b.kindOf(n))
	}
}

// describe fills in the name and what the scenario is about.
func (b *build) describe(sc *Scenario) {
	sc.Name = strings.TrimSuffix(filepath.Base(b.file), filepath.Ext(b.file))
	if sc.Name == "-" || sc.Name == "" {
		sc.Name = "scenario"
	}
	if n := b.top.get("name"); n != nil {
		if text, ok := b.scalar(n, "a name"); ok {
			sc.Name = strings.Join(strings.Fields(text), " ")
		}
	}
	if n := b.top.get("about"); n != nil {
		if text, ok := b.scalar(n, "a text"); ok {
			sc.About = strings.TrimSpace(text)
		}
	}
	if n := b.root.get("x-group"); n != nil && n.kind == scalarNode {
		sc.Group = strings.TrimSpace(n.text)
	}
	sc.Presets = b.presets
}

// warn notes something suspicious that is not wrong.
func (b *build) warn(text string) { b.warnings = append(b.warnings, text) }
