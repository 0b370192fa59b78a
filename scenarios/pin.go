package scenarios

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"edasim/faults"
	"edasim/sim"
	"edasim/topology"
)

// PinnedMark stands in every pinned scenario.
const PinnedMark = "Once the design is mended, turn > 0 into == 0."

// Pin writes a scenario that reproduces a story: the same system, the flow and those
// before it, and the faults that struck the flow, each for the one message that it
// struck. Its expectations hold as long as the flow breaks what it broke. The error
// says why there is none.
func Pin(ctx context.Context, sc *Scenario, s *Story) ([]byte, error) {
	if !s.Wrong() {
		return nil, fmt.Errorf("flow %d/%d breaks nothing: there is nothing to pin", s.Flow.Replication, s.Flow.Number)
	}
	p := &pinning{sc: sc, story: s}
	// What is small is tried first. Flows share queues and stock, so a flow may
	// need what later flows did, or what befell others.
	for _, how := range []pinned{{cut: true, own: true}, {own: true}, {cut: true}, {}} {
		text, err := p.write(how)
		if err != nil {
			return nil, err
		}
		again, err := Load(text, sc.File, LoadOptions{})
		if err != nil {
			return nil, fmt.Errorf("the pinned scenario does not load: %w", err)
		}
		style := s.Style
		told, err := Explain(ctx, again, Which{Variant: s.Variant, Style: &style, Flow: s.Flow}, ExplainOptions{Alone: true})
		if err == nil && breaksAgain(s, told) {
			return text, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return nil, fmt.Errorf("flow %d/%d could not be pinned", s.Flow.Replication, s.Flow.Number)
}

// breaksAgain tells whether a flow breaks again what it broke.
func breaksAgain(s, again *Story) bool {
	return slices.Equal(s.Broken, again.Broken) && (s.Outcome == "") == (again.Outcome == "") &&
		(len(s.Broken) > 0 || s.Outcome == "" || slices.Equal(s.Odd, again.Odd))
}

type pinning struct {
	sc    *Scenario
	story *Story
}

// pinned is how a flow is pinned: without the flows after it, and with the faults of
// its own alone.
type pinned struct{ cut, own bool }

func (p *pinning) write(how pinned) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(p.sc.Source, &doc); err != nil || len(doc.Content) == 0 {
		return nil, fmt.Errorf("the scenario cannot be read again: %w", err)
	}
	root := doc.Content[0]
	s := p.story
	name := fmt.Sprintf("%s-flow-%d-%d", p.sc.Name, s.Flow.Replication, s.Flow.Number)
	put(root, "name", scalar(name))
	put(root, "about", scalar(fmt.Sprintf("Flow %d/%d of %s, %s: %s.", s.Flow.Replication, s.Flow.Number, p.sc.Name, s.Style, strings.Join(p.wrong(), ", "))))
	remove(root, "x-group")
	p.keepVariant(root)
	if how.own {
		list, err := p.faultList(root)
		if err != nil {
			return nil, err
		}
		if len(list.Content) == 0 {
			remove(root, "faults")
		} else {
			put(root, "faults", list)
		}
	}
	if load := entry(root, "workload"); how.cut && load != nil && len(load.Content) == 2 && load.Content[1].Kind == yaml.MappingNode {
		put(load.Content[1], "flows", scalar(fmt.Sprint(s.Flow.Number)))
	}
	run := entry(root, "run")
	if run == nil || run.Kind != yaml.MappingNode {
		run = &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	}
	for _, key := range []string{"until", "max_replications", "snapshot"} {
		remove(run, key)
	}
	put(run, "seed", scalar(fmt.Sprint(p.sc.Run.Seed)))
	put(run, "replications", scalar(fmt.Sprint(s.Flow.Replication)))
	put(run, "styles", sequence(scalar(s.Style.String())))
	put(root, "run", run)
	expect := &yaml.Node{Kind: yaml.SequenceNode}
	for _, text := range p.expectations() {
		expect.Content = append(expect.Content, scalar(text))
	}
	expect.HeadComment = PinnedMark
	put(root, "expect", expect)

	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(&doc); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}

// wrong is what is wrong with the flow, in words.
func (p *pinning) wrong() []string {
	var out []string
	for _, name := range p.story.Broken {
		out = append(out, "breaks "+name)
	}
	if p.story.Outcome == "" {
		out = append(out, "never has an outcome")
	}
	if len(out) == 0 {
		out = append(out, "has "+strings.Join(p.story.Odd, " and "))
	}
	return out
}

func (p *pinning) expectations() []string {
	prefix := ""
	if p.story.Variant != Base {
		prefix = p.story.Variant + "."
	}
	var out []string
	for _, name := range p.story.Broken {
		out = append(out, prefix+"invariant."+sim.MeasureName(name)+" > 0")
	}
	if p.story.Outcome == "" {
		out = append(out, prefix+"stuck > 0")
	}
	if len(out) == 0 {
		for _, name := range p.story.Odd {
			out = append(out, prefix+"anomaly."+name+" > 0")
		}
	}
	return out
}

// keepVariant drops all variants but the story's.
func (p *pinning) keepVariant(root *yaml.Node) {
	variants := entry(root, "variants")
	if variants == nil {
		return
	}
	kept := entry(variants, p.story.Variant)
	remove(root, "variants")
	if kept != nil {
		put(root, "variants", &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{scalar(p.story.Variant), kept}})
	}
}

// faultList is the faults that struck the flow, each for its message, and those that
// strike services and the broker as they are.
func (p *pinning) faultList(root *yaml.Node) (*yaml.Node, error) {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	old := entry(root, "faults")
	if old == nil {
		return list, nil
	}
	item := func(f *faults.Injection) *yaml.Node {
		for _, n := range old.Content {
			if n.Kind == yaml.MappingNode && n.Line == f.Line {
				return n
			}
		}
		return nil
	}
	used := map[string]int{}
	for i := range p.story.Records {
		r := &p.story.Records[i]
		if r.Kind != sim.FaultActed {
			continue
		}
		at := slices.IndexFunc(p.sc.Faults, func(f faults.Injection) bool { return f.Name == r.Detail })
		if at < 0 || !strikesMessages(&p.sc.Faults[at]) {
			continue
		}
		n := item(&p.sc.Faults[at])
		if n == nil {
			return nil, fmt.Errorf("the fault %s is not written where it can be pinned", r.Detail)
		}
		used[r.Detail]++
		list.Content = append(list.Content, p.firing(n, &p.sc.Faults[at], i, used[r.Detail]))
	}
	for i := range p.sc.Faults {
		if f := &p.sc.Faults[i]; !strikesMessages(f) {
			if n := item(f); n != nil {
				list.Content = append(list.Content, n)
			}
		}
	}
	return list, nil
}

// strikesMessages tells whether a fault strikes single messages.
func strikesMessages(f *faults.Injection) bool {
	kind := f.Fault.Kind()
	return f.Fault.Point() != faults.OnService && f.Fault.Point() != faults.OnArrivals && kind != "network_partition" && kind != "forge"
}

// firing is a fault for one message of the flow. It keeps its name, under which what
// it draws is drawn again.
func (p *pinning) firing(from *yaml.Node, f *faults.Injection, at, times int) *yaml.Node {
	r := &p.story.Records[at]
	out := &yaml.Node{Kind: yaml.MappingNode}
	name := f.Name
	if times > 1 {
		name = fmt.Sprintf("%s_%d", f.Name, times)
	}
	for i := 0; i+1 < len(from.Content); i += 2 {
		key, value := from.Content[i], from.Content[i+1]
		kind := faultKindNamed(key.Value)
		switch {
		case kind != nil && (kind.figure == chanceFigure || kind.shape.form() == aProbability.form()):
			out.Content = append(out.Content, scalar(key.Value), scalar("100%"))
		case slices.Contains([]string{"name", "probability", "at", "for", "every", "flows", "nth", "event"}, key.Value):
		case f.Fault.Point() != faults.AtPublish && (key.Value == "service" || key.Value == "handler"):
		default:
			out.Content = append(out.Content, key, value)
		}
	}
	if name != f.Fault.Kind() {
		put(out, "name", scalar(name))
	}
	known := p.isEvent(r.Event)
	if known {
		put(out, "event", scalar(r.Event))
	}
	if f.Fault.Point() != faults.AtPublish && strings.Contains(r.Where, ".") {
		put(out, "handler", scalar(r.Where))
	}
	put(out, "flows", sequence(scalar(fmt.Sprintf("%d/%d", p.story.Flow.Replication, p.story.Flow.Number))))
	put(out, "nth", scalar(fmt.Sprint(p.nth(at, f, known))))
	return out
}

// isEvent tells whether there is an event of that name.
func (p *pinning) isEvent(name string) bool {
	found := slices.ContainsFunc(p.sc.System.Workloads, func(w *topology.Workload) bool { return w.Event == name })
	p.sc.System.EachHandler(func(_ *topology.Service, h *topology.Handler) { found = found || slices.Contains(h.Consumes, name) })
	return found
}

// nth is the number of the struck message among those that the pinned fault may
// strike, in the order of publishing.
func (p *pinning) nth(at int, f *faults.Injection, byEvent bool) int {
	r := &p.story.Records[at]
	n := 0
	var ids []uint64
	for i := range p.story.Records {
		o := &p.story.Records[i]
		if byEvent && o.Event != r.Event {
			continue
		}
		if f.Fault.Point() == faults.AtPublish {
			if (o.Kind == sim.Published || o.Kind == sim.FaultActed) && o.Message != 0 && o.Message <= r.Message && !slices.Contains(ids, o.Message) {
				ids = append(ids, o.Message)
			}
			n = len(ids)
			continue
		}
		if o.Kind == sim.Published && o.Where == r.Where && o.Message <= r.Message {
			n++
			if o.Message == r.Message {
				break
			}
		}
	}
	return max(n, 1)
}

func scalar(text string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(text)
	n.Tag = ""
	return n
}

func sequence(items ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: items}
}

func entry(m *yaml.Node, key string) *yaml.Node {
	for i := 0; m != nil && i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

func put(m *yaml.Node, key string, value *yaml.Node) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			m.Content[i+1] = value
			return
		}
	}
	m.Content = append(m.Content, scalar(key), value)
}

func remove(m *yaml.Node, key string) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			m.Content = slices.Delete(m.Content, i, i+2)
			return
		}
	}
}
